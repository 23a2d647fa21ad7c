/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A whole message: whatever it is, there is a verdict that keeps what verdict.h promises, and that a frame
 * carries. */
#include "fuzz/fuzz.h"
#include "inbound/read.h"
#include "inbound/verdict_frame.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  g_autoptr(GBytes) bytes = g_bytes_new(data, size);
  g_autoptr(Verdict) verdict = read_message(bytes, NULL);
  g_autoptr(GByteArray) there = g_byte_array_new(), again = g_byte_array_new();
  verdict_frame_add(there, verdict);
  g_auto(Frame) frame = {.body = g_bytes_new(there->data, there->len)};
  FrameReading reading = frame_read(&frame);
  g_autoptr(Verdict) back = verdict_frame_read(&reading);
  fuzz_expect(back != NULL && frame_read_whole(&reading));
  verdict_frame_add(again, back);
  fuzz_expect(there->len == again->len && memcmp(there->data, again->data, there->len) == 0);
  fuzz_expect(verdict->reasons->len > 0);
  return 0;
}
