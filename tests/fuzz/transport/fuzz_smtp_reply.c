/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A relay's words, in pieces of whatever size: the same reply comes of them. */
#include "fuzz/fuzz.h"
#include "transport/smtp_reply.h"

static enum smtp_reply_state feed(SmtpReply *reply, const uint8_t *data, size_t size, size_t piece,
                                  size_t *ret_at) {
  enum smtp_reply_state state = SMTP_REPLY_MORE;
  smtp_reply_begin(reply);
  for (*ret_at = 0; state == SMTP_REPLY_MORE && *ret_at < size;) {
    gsize used = 0;
    state = smtp_reply_feed(reply, data + *ret_at, MIN(piece, size - *ret_at), &used);
    fuzz_expect(used > 0 || state != SMTP_REPLY_MORE);
    *ret_at += used;
  }
  return state;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  if (size == 0)
    return 0;
  SmtpReply whole, pieces;
  size_t whole_at = 0, pieces_at = 0;
  enum smtp_reply_state a = feed(&whole, data + 1, size - 1, size, &whole_at);
  enum smtp_reply_state b = feed(&pieces, data + 1, size - 1, 1 + data[0] % 7, &pieces_at);
  fuzz_expect(a == b && whole_at == pieces_at && whole.code == pieces.code && whole.fault == pieces.fault);
  fuzz_expect(whole.length == pieces.length && memcmp(whole.text, pieces.text, whole.length) == 0);
  g_autofree char *words = smtp_reply_words(&whole);
  fuzz_expect(words == NULL || g_utf8_validate(words, -1, NULL));
  return 0;
}
