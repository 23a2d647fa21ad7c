/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a process that was taken over may say: a verdict that is whole reads the same when it is said again.
 */
#include "fuzz/fuzz.h"
#include "inbound/verdict_frame.h"

#include <sys/socket.h>
#include <unistd.h>

#define SOCKET_ROOM 60000

static void hear(const uint8_t *data, size_t size) {
  int pair[2];
  g_auto(Frame) frame = {0};
  if (size > SOCKET_ROOM || socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) != 0)
    return;
  fuzz_expect(write(pair[0], data, size) == (ssize_t)size);
  close(pair[0]);
  int r = frame_receive(pair[1], FRAME_MAX, 0, &frame, NULL);
  fuzz_expect(r != 0 || g_bytes_get_size(frame.body) + 5 <= size);
  close(pair[1]);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  hear(data, size);
  g_auto(Frame) frame = {.body = g_bytes_new(data, size)};
  FrameReading reading = frame_read(&frame);
  g_autoptr(Verdict) verdict = verdict_frame_read(&reading);
  if (verdict == NULL || !frame_read_whole(&reading))
    return 0;
  g_autoptr(GByteArray) again = g_byte_array_new();
  verdict_frame_add(again, verdict);
  g_auto(Frame) second = {.body = g_bytes_new(again->data, again->len)};
  FrameReading once_more = frame_read(&second);
  g_autoptr(Verdict) same = verdict_frame_read(&once_more);
  fuzz_expect(same != NULL && frame_read_whole(&once_more));
  return 0;
}
