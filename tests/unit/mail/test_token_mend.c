/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One mistake is understood, wherever it stands; two are not, and what was never ours is not made ours. */
#include "mail/token_mend.h"

#include "base/digest.h"
#include "support/case.h"

static const TokenKey key = {.id = 3, .bytes = {1, 2, 3, 4, 5, 6, 7, 8}};
static const TokenKey other = {.id = 3, .bytes = {8, 7, 6, 5, 4, 3, 2, 1}};

static char letter_beside(char letter) {
  return letter == 'k' ? 'm' : 'k';
}

static void check(const char *what, gsize place, const char *text, int wanted) {
  enum token_label label = TOKEN_ENV;
  gint64 number = 0;
  int r = token_mend(&key, 1, text, TOKEN_REPLY, &label, &number);
  if (r != wanted || (r == 0 && (number != 4711 || label != TOKEN_REPLY)))
    fail_msg("%s at %zu (%s): %d, delivery %d", what, place, text, r, (int)number);
}

static void one_mistake_anywhere(void **state) {
  (void)state;
  char token[TOKEN_SIZE];
  token_make(&key, TOKEN_REPLY, 4711, token);
  check("none", 0, token, 0);
  for (gsize place = 0; place < TOKEN_LENGTH; place++) {
    g_autoptr(GString) text = g_string_new(token);
    text->str[place] = letter_beside(token[place]);
    check("one wrong", place, text->str, 0);
    text->str[place] = '1'; /* of no alphabet of ours */
    check("a foreign one", place, text->str, 0);
    g_string_assign(text, token);
    g_string_erase(text, (gssize)place, 1);
    check("one missing", place, text->str, 0);
    g_string_assign(text, token);
    g_string_insert_c(text, (gssize)place, letter_beside(token[place]));
    check("one too many", place, text->str, 0);
    g_string_assign(text, token);
    if (place + 1 < TOKEN_LENGTH) {
      text->str[place] = token[place + 1];
      text->str[place + 1] = token[place];
      check("two changed places", place, text->str, 0);
    }
  }
}

static void more_than_one(void **state) {
  (void)state;
  char token[TOKEN_SIZE];
  token_make(&key, TOKEN_REPLY, 4711, token);
  g_autoptr(GString) text = g_string_new(token);
  text->str[3] = letter_beside(text->str[3]);
  text->str[17] = letter_beside(text->str[17]);
  check("two wrong", 3, text->str, TOKEN_FORGED);
  g_string_truncate(text, 22);
  check("too short", 0, text->str, TOKEN_MALFORMED);
  check("nothing", 0, "", TOKEN_MALFORMED);
  check("too long", 0, "kkkkkkkkkkkkkkkkkkkkkkkkkk", TOKEN_MALFORMED);
}

static void forged_stays_forged(void **state) {
  (void)state;
  char token[TOKEN_SIZE], neighbour[TOKEN_SIZE];
  token_make(&other, TOKEN_REPLY, 4711, token);
  check("of another key", 0, token, TOKEN_FORGED);
  token_make(&key, TOKEN_ENV, 4711, token);
  check("of another label", 0, token, TOKEN_FORGED);
  /* The number of one delivery before the proof of another names neither, unless it is one letter from ours.
   */
  token_make(&key, TOKEN_REPLY, 4711, token);
  token_make(&key, TOKEN_REPLY, 999999, neighbour);
  memcpy(neighbour + 8, token + 8, TOKEN_LENGTH - 8);
  check("a proof that is another's", 0, neighbour, TOKEN_FORGED);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(one_mistake_anywhere), cmocka_unit_test(more_than_one),
                                     cmocka_unit_test(forged_stays_forged)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
