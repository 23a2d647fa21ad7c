/* SPDX-License-Identifier: GPL-3.0-or-later */
/* An address that came in, and the token in it: none is true by chance. */
#include "fuzz/fuzz.h"
#include "mail/token.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  static const TokenKey key = {.id = 1, .bytes = "0123456789abcdef0123456789abcde"};
  g_autofree char *text = fuzz_text(data, size);
  g_autoptr(Address) account = NULL;
  char token[TOKEN_SIZE] = "";
  enum token_label label;
  gint64 number = 0;
  fuzz_expect(address_parse("envoi@forum.example", ADDRESS_CONTACT, &account, NULL) == 0);
  if (token_of_address(account, "+", text, token))
    fuzz_expect(strlen(token) == TOKEN_LENGTH);
  fuzz_expect(
      token_read(&key, 1, token, TOKEN_ENV | TOKEN_REPLY | TOKEN_PAGE | TOKEN_UNSUB, &label, &number) != 0);
  fuzz_expect(
      token_read(&key, 1, text, TOKEN_ENV | TOKEN_REPLY | TOKEN_PAGE | TOKEN_UNSUB, &label, &number) != 0);
  return 0;
}
