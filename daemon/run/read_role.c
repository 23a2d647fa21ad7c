/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "run/read_role.h"

#include "base/fault.h"
#include "base/log.h"
#include "inbound/verdict_frame.h"

static int answer(int fd, const Frame *frame, GError **error) {
  FrameReading reading = frame_read(frame);
  g_autoptr(GBytes) bytes = frame_read_bytes(&reading, FRAME_MAX);
  if (frame->kind != READER_MESSAGE || bytes == NULL || !frame_read_whole(&reading))
    return fault(error, FAULT_INPUT, "the daemon said something that is no message");
  g_autoptr(Verdict) verdict = read_message(bytes, NULL);
  g_autoptr(GByteArray) fields = g_byte_array_new();
  verdict_frame_add(fields, verdict);
  return frame_send(fd, READER_VERDICT, fields, NULL, 0, error);
}

static int serve(int fd, GError **error) {
  int r = frame_send(fd, READER_READY, NULL, NULL, 0, error);
  while (r == 0) {
    g_auto(Frame) frame = {0};
    r = frame_receive(fd, FRAME_MAX, 0, &frame, error);
    if (r == 0)
      r = answer(fd, &frame, error);
  }
  return r;
}

int read_role(int fd) {
  g_autoptr(GError) error = NULL;
  if (serve(fd, &error) >= 0)
    return 0;
  log_fault("the process that reads messages ends", error);
  return 1;
}
