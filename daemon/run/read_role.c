/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "run/read_role.h"

#include <sys/time.h>
#include <unistd.h>

#include "base/fault.h"
#include "base/log.h"
#include "inbound/verdict_frame.h"
#include "inbound/warm_up.h"
#include "run/guard.h"

/* Time of the processor and not of the clock: a busy machine is no hostile message. SECONDS 0: no limit. */
static void limit_processor(time_t seconds) {
  const struct itimerval limit = {.it_value.tv_sec = seconds};
  setitimer(ITIMER_VIRTUAL, &limit, NULL);
}

static int answer(int fd, const Frame *frame, GError **error) {
  FrameReading reading = frame_read(frame);
  g_autoptr(GBytes) bytes = frame_read_bytes(&reading, FRAME_MAX);
  if (frame->kind != READER_MESSAGE || bytes == NULL || !frame_read_whole(&reading))
    return fault(error, FAULT_INPUT, "the daemon said something that is no message");
  limit_processor(READER_PROCESSOR);
  g_autoptr(Verdict) verdict = read_message(bytes, NULL);
  limit_processor(0);
  g_autoptr(GByteArray) fields = g_byte_array_new();
  verdict_frame_add(fields, verdict);
  return frame_send(fd, READER_VERDICT, fields, NULL, 0, error);
}

static int tell_ready(int fd, const Guard *guard, GError **error) {
  g_autoptr(GByteArray) fields = g_byte_array_new();
  frame_add_number(fields, guard->calls);
  frame_add_number(fields, guard->memory);
  frame_add_text(fields, guard->why[0] != '\0' ? guard->why : NULL);
  return frame_send(fd, READER_READY, fields, NULL, 0, error);
}

static int serve(int fd, GError **error) {
  warm_up();
  Guard guard = guard_close(READER_MEMORY);
  int r = tell_ready(fd, &guard, error);
  while (r == 0) {
    g_auto(Frame) frame = {0};
    r = frame_receive(fd, FRAME_MAX, 0, &frame, error);
    if (r == 0)
      r = answer(fd, &frame, error);
  }
  return r;
}

/* Without what runs at the end of a program: a leak checker would want calls that it no longer has. */
int read_role(int fd) {
  g_autoptr(GError) error = NULL;
  int r = serve(fd, &error);
  if (r < 0)
    log_fault("the process that reads messages ends", error);
  _exit(r < 0 ? 1 : 0);
}
