/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "mail/token.h"

#include "support/case.h"

#include "base/fault.h"

#include <string.h>

static const enum token_label labels[] = {TOKEN_ENV, TOKEN_REPLY, TOKEN_PAGE, TOKEN_UNSUB};
#define ALL_LABELS (TOKEN_ENV | TOKEN_REPLY | TOKEN_PAGE | TOKEN_UNSUB)

static TokenKey key_of(guint8 id, guint8 fill) {
  TokenKey key = {.id = id};
  memset(key.bytes, fill, sizeof key.bytes);
  return key;
}

static void round_trip(void **state) {
  (void)state;
  static const gint64 numbers[] = {1, 2, 31, 32, 1042, 123456789, TOKEN_NUMBER_MAX};
  for (guint8 id = 0; id <= TOKEN_KEY_ID_MAX; id++)
    for (gsize n = 0; n < G_N_ELEMENTS(numbers); n++)
      for (gsize l = 0; l < G_N_ELEMENTS(labels); l++) {
        TokenKey key = key_of(id, 7);
        char text[TOKEN_SIZE];
        enum token_label label = 0;
        gint64 number = 0;
        token_make(&key, labels[l], numbers[n], text);
        assert_int_equal(strlen(text), TOKEN_LENGTH);
        assert_int_equal(token_read(&key, 1, text, ALL_LABELS, &label, &number), 0);
        assert_int_equal(label, labels[l]);
        assert_true(number == numbers[n]);
        assert_int_equal(token_read(&key, 1, text, ALL_LABELS & ~(guint)labels[l], NULL, NULL), TOKEN_FORGED);

        g_autofree char *upper = g_ascii_strup(text, -1);
        assert_int_equal(token_read(&key, 1, upper, labels[l], NULL, &number), 0);
        assert_true(number == numbers[n]);
      }
}

/* A token once given out must be readable for ever: computed apart, with Python's hmac. */
static void known_answer(void **state) {
  (void)state;
  TokenKey key = {.id = 3};
  char text[TOKEN_SIZE];
  for (guint8 i = 0; i < TOKEN_KEY_SIZE; i++)
    key.bytes[i] = i;
  token_make(&key, TOKEN_ENV, 1042, text);
  assert_string_equal(text, "4000020k5wqpz5bgdx7psj8c");
  token_make(&key, TOKEN_PAGE, 1042, text);
  assert_string_equal(text, "4000020kppmxvb74nd83t9m4");
}

static void every_changed_character_is_seen(void **state) {
  (void)state;
  static const char alphabet[] = "023456789abcdefghjkmnpqrstuvwxyz";
  TokenKey key = key_of(0, 7);
  char text[TOKEN_SIZE];
  token_make(&key, TOKEN_REPLY, 1042, text);
  for (int i = 0; i < TOKEN_LENGTH; i++)
    for (const char *letter = alphabet; *letter != '\0'; letter++) {
      char changed[TOKEN_SIZE];
      memcpy(changed, text, sizeof changed);
      changed[i] = *letter;
      int expected = *letter == text[i] ? 0 : TOKEN_FORGED;
      assert_int_equal(token_read(&key, 1, changed, ALL_LABELS, NULL, NULL), expected);
    }
}

static void malformed(void **state) {
  (void)state;
  static const char *const rows[] = {"",
                                     "2",
                                     "0123456789abcdefghjkmnp",
                                     "0000000000000000000000000",
                                     "00000000000000000000000o",
                                     "0000000 0000000000000000",
                                     "00000000000000000000000\xc3\xa9",
                                     "00000000000000000000000\n"};
  TokenKey key = key_of(0, 7);
  for (gsize i = 0; i < G_N_ELEMENTS(rows); i++)
    assert_int_equal(token_read(&key, 1, rows[i], ALL_LABELS, NULL, NULL), TOKEN_MALFORMED);
  assert_int_equal(token_read(&key, 1, "000000000000000000000000", ALL_LABELS, NULL, NULL), TOKEN_FORGED);
}

static void keys_are_told_apart(void **state) {
  (void)state;
  TokenKey old = key_of(1, 7), new = key_of(2, 8), same_id = key_of(2, 9);
  TokenKey both[] = {new, old};
  char text[TOKEN_SIZE];
  token_make(&old, TOKEN_ENV, 5, text);
  assert_int_equal(token_read(both, 2, text, TOKEN_ENV, NULL, NULL), 0);
  assert_int_equal(token_read(&new, 1, text, TOKEN_ENV, NULL, NULL), TOKEN_FORGED);
  assert_int_equal(token_read(NULL, 0, text, TOKEN_ENV, NULL, NULL), TOKEN_FORGED);
  token_make(&new, TOKEN_ENV, 5, text);
  assert_int_equal(token_read(&same_id, 1, text, TOKEN_ENV, NULL, NULL), TOKEN_FORGED);
}

static void addresses(void **state) {
  (void)state;
  static const char token[] = "abcdefghabcdefghjkmnpqrs";
  static const struct {
    const char *account, *separator;
    const char *address; /* NULL: refused */
  } rows[] = {
      {"reponses@forum.example", "+", "reponses+abcdefghabcdefghjkmnpqrs@forum.example"},
      {"reponses@forum.example", "--", "reponses--abcdefghabcdefghjkmnpqrs@forum.example"},
      {"reponses@forum.example", ".", "reponses.abcdefghabcdefghjkmnpqrs@forum.example"},
      {"a@exämple.test", "=", "a=abcdefghabcdefghjkmnpqrs@xn--exmple-cua.test"},
      {"reponses@forum.example", "", NULL},
      {"reponses@forum.example", "..", NULL},
      {"reponses@forum.example", "@", NULL},
      {"reponses@forum.example", "\r\n", NULL},
      {"reponses@forum.example", "+++++", NULL},
      {"\"re ponses\"@forum.example", "+", NULL},
      {"abcdefghijklmnopqrstuvwxyzabcdefghijklm@forum.example", "+",
       "abcdefghijklmnopqrstuvwxyzabcdefghijklm+abcdefghabcdefghjkmnpqrs@forum.example"},
      {"abcdefghijklmnopqrstuvwxyzabcdefghijklmn@forum.example", "+", NULL},
  };
  for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
    g_autoptr(Address) account = NULL;
    g_autoptr(GError) why = NULL;
    g_autofree char *address = NULL;
    char back[TOKEN_SIZE];
    assert_done(address_parse(rows[i].account, 0, &account, error));
    int r = token_address(account, rows[i].separator, token, &address, &why);
    if (r != (rows[i].address != NULL ? 0 : FAULT_INPUT))
      fail_msg("%s with %s: %d", rows[i].account, rows[i].separator, r);
    if (r != 0)
      continue;
    assert_string_equal(address, rows[i].address);
    assert_true(token_of_address(account, rows[i].separator, address, back));
    assert_string_equal(back, token);
    g_autofree char *upper = g_ascii_strup(address, -1);
    assert_true(token_of_address(account, rows[i].separator, upper, back));
    assert_string_equal(back, token);
  }
}

static void other_addresses_hold_none(void **state) {
  (void)state;
  static const char *const rows[] = {
      "",
      "@",
      "reponses@forum.example",
      "reponses+@forum.example",
      "reponses+abc@forum.example",
      "reponses+abcdefghabcdefghjkmnpqr@forum.example",
      "reponses+abcdefghabcdefghjkmnpqrss@forum.example",
      "reponses+abcdefghabcdefghjkmnpqri@forum.example",
      "reponses-abcdefghabcdefghjkmnpqrs@forum.example",
      "questions+abcdefghabcdefghjkmnpqr@forum.example",
      "reponses+abcdefghabcdefghjkmnpqrs@other.example",
      "reponses+abcdefghabcdefghjkmnpqrs",
  };
  g_autoptr(Address) account = NULL;
  char token[TOKEN_SIZE];
  assert_done(address_parse("reponses@forum.example", 0, &account, error));
  for (gsize i = 0; i < G_N_ELEMENTS(rows); i++)
    if (token_of_address(account, "+", rows[i], token))
      fail_msg("%s", rows[i]);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(round_trip),
      cmocka_unit_test(known_answer),
      cmocka_unit_test(every_changed_character_is_seen),
      cmocka_unit_test(malformed),
      cmocka_unit_test(keys_are_told_apart),
      cmocka_unit_test(addresses),
      cmocka_unit_test(other_addresses_hold_none),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
