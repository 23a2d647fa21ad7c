/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "mail/message.h"

#include "support/case.h"

#include "base/fault.h"

#include <glib/gstdio.h>
#include <string.h>

/* A message of three pieces, the second a file of SIZE octets. */
typedef struct {
  char *folder;
  char *path;
  GString *bytes; /* of the whole */
  Message *message;
} Fixture;

static Fixture fixture_make(gsize size) {
  Fixture f = {.folder = case_folder_make(), .bytes = g_string_new(NULL), .message = message_new()};
  g_autofree char *content = g_malloc(size + 1);
  for (gsize i = 0; i < size; i++)
    content[i] = (char)("abc\r\n"[i % 5]);
  f.path = g_build_filename(f.folder, "piece", NULL);
  assert_true(g_file_set_contents(f.path, content, (gssize)size, NULL));
  Digest digest = digest_of(content, size);

  message_add_string(f.message, g_string_new("Head: x\r\n\r\n"));
  message_add_file(f.message, f.path, size, &digest);
  message_add_string(f.message, g_string_new("tail\r\n"));
  g_string_append(f.bytes, "Head: x\r\n\r\n");
  g_string_append_len(f.bytes, content, (gssize)size);
  g_string_append(f.bytes, "tail\r\n");
  return f;
}

static void fixture_clear(Fixture *f) {
  message_free(f->message);
  g_string_free(f->bytes, TRUE);
  g_free(f->path);
  case_folder_remove(f->folder);
}

/* The end of reading: 0 or the fault's code; what was read is added to TO. */
static gssize read_all(const Message *message, GString *to, GError **error) {
  g_autoptr(MessageReader) reader = message_reader_new(message);
  const guint8 *bytes;
  gssize n;
  while ((n = message_reader_next(reader, &bytes, error)) > 0) {
    assert_true(n <= MESSAGE_READ_MAX);
    g_string_append_len(to, (const char *)bytes, n);
  }
  return n;
}

static void reads_its_pieces(void **state) {
  (void)state;
  static const gsize sizes[] = {0,     1, 5, MESSAGE_READ_MAX - 1, MESSAGE_READ_MAX, MESSAGE_READ_MAX + 1,
                                300005};
  for (gsize i = 0; i < G_N_ELEMENTS(sizes); i++) {
    Fixture f = fixture_make(sizes[i]);
    g_autoptr(GString) read = g_string_new(NULL);
    assert_int_equal(read_all(f.message, read, NULL), 0);
    assert_true(g_string_equal(read, f.bytes));
    assert_true(f.message->size == f.bytes->len);

    assert_done(message_seal(f.message, error));
    Digest whole = digest_of(f.bytes->str, f.bytes->len);
    assert_true(digest_equal(&f.message->digest, &whole));
    assert_true(f.message->size == f.bytes->len);
    fixture_clear(&f);
  }
}

static void an_empty_message(void **state) {
  (void)state;
  g_autoptr(Message) message = message_new();
  g_autoptr(GString) read = g_string_new(NULL);
  message_add_string(message, g_string_new(NULL));
  assert_int_equal(message->pieces->len, 0);
  assert_int_equal(read_all(message, read, NULL), 0);
  assert_int_equal(read->len, 0);
  assert_done(message_seal(message, error));
  assert_done(message_check(message, error));
}

enum change { REMOVED, SHORTER, EMPTIED, LONGER, ALTERED_FIRST, ALTERED_LAST, A_FOLDER };

static void change_file(const char *path, enum change change) {
  g_autofree char *content = NULL;
  gsize size;
  assert_true(g_file_get_contents(path, &content, &size, NULL));
  if (change == REMOVED || change == A_FOLDER)
    assert_int_equal(g_unlink(path), 0);
  if (change == A_FOLDER)
    assert_int_equal(g_mkdir(path, 0700), 0);
  if (change == REMOVED || change == A_FOLDER)
    return;
  g_autofree char *other = g_malloc0(size + 1);
  memcpy(other, content, size);
  if (change == ALTERED_FIRST)
    other[0] ^= 1;
  if (change == ALTERED_LAST)
    other[size - 1] ^= 1;
  gsize length = change == SHORTER ? size - 1 : change == EMPTIED ? 0 : change == LONGER ? size + 1 : size;
  assert_true(g_file_set_contents(path, other, (gssize)length, NULL));
}

static void sees_a_changed_file(void **state) {
  (void)state;
  static const struct {
    enum change change;
    int fault;
    const char *says;
  } rows[] = {
      {REMOVED, FAULT_ABSENT, "is missing"},          {SHORTER, FAULT_RULE, "it is shorter"},
      {EMPTIED, FAULT_RULE, "it is shorter"},         {LONGER, FAULT_RULE, "it is longer"},
      {ALTERED_FIRST, FAULT_RULE, "SHA-256 differs"}, {ALTERED_LAST, FAULT_RULE, "SHA-256 differs"},
      {A_FOLDER, FAULT_SYSTEM, "cannot be read"},
  };
  static const gsize sizes[] = {10, MESSAGE_READ_MAX, MESSAGE_READ_MAX + 10};
  for (gsize i = 0; i < G_N_ELEMENTS(rows) * G_N_ELEMENTS(sizes); i++) {
    Fixture f = fixture_make(sizes[i % G_N_ELEMENTS(sizes)]);
    gsize row = i / G_N_ELEMENTS(sizes);
    g_autoptr(GString) read = g_string_new(NULL);
    g_autoptr(GError) why = NULL;
    g_autoptr(GError) sealing = NULL;
    change_file(f.path, rows[row].change);
    assert_int_equal(read_all(f.message, read, &why), rows[row].fault);
    assert_non_null(strstr(why->message, rows[row].says));
    assert_non_null(strstr(why->message, f.path));
    assert_true(read->len < f.bytes->len - strlen("tail\r\n"));
    assert_int_equal(message_seal(f.message, &sealing), rows[row].fault);
    fixture_clear(&f);
  }
}

static void checks_finished_bytes(void **state) {
  (void)state;
  static const struct {
    const char *name;
    const char *first, *second; /* two pieces: the check goes across their border */
    const char *says;           /* NULL: good */
  } rows[] = {
      {"canonical", "a: b\r\n\r\n", "c\r\n", NULL},
      {"letters outside ASCII", "a: \xc3\xa9\r\n\r\n", "c\r\n", NULL},
      {"a line end across the border", "a: b\r", "\nc\r\n", NULL},
      {"bare LF", "a: b\n", "c\r\n", "octet 5 holds a bare LF"},
      {"bare LF first", "\n", "c\r\n", "octet 1 holds a bare LF"},
      {"bare LF across the border", "a: b", "\n\r\n", "octet 5 holds a bare LF"},
      {"bare CR", "a\rb\r\n", "c\r\n", "octet 3 holds a bare CR"},
      {"two CR", "a\r\r\n", "c\r\n", "octet 3 holds a bare CR"},
      {"bare CR across the border", "a\r", "b\r\n", "octet 3 holds a bare CR"},
      {"no last end", "a\r\n", "b", "its last line has no end"},
      {"half a last end", "a\r\n", "b\r", "its last line has no end"},
  };
  for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
    g_autoptr(Message) message = message_new();
    g_autoptr(GError) why = NULL;
    message_add_string(message, g_string_new(rows[i].first));
    message_add_string(message, g_string_new(rows[i].second));
    int r = message_check(message, &why);
    if (r != (rows[i].says == NULL ? 0 : FAULT_RULE) ||
        (rows[i].says != NULL && strstr(why->message, rows[i].says) == NULL))
      fail_msg("%s: %d %s", rows[i].name, r, why != NULL ? why->message : "");
  }
}

static void checks_length_and_nul(void **state) {
  (void)state;
  for (int length = 998; length <= 999; length++) {
    g_autoptr(Message) message = message_new();
    GString *line = g_string_new(NULL);
    g_autoptr(GError) why = NULL;
    for (int i = 0; i < length; i++)
      g_string_append_c(line, 'x');
    g_string_append(line, "\r\n");
    message_add_string(message, line);
    assert_int_equal(message_check(message, &why), length == 998 ? 0 : FAULT_RULE);
  }
  g_autoptr(Message) message = message_new();
  g_autoptr(GError) why = NULL;
  message_add_string(message, g_string_new_len("a\0b\r\n", 5));
  assert_int_equal(message_check(message, &why), FAULT_RULE);
  assert_non_null(strstr(why->message, "octet 2 holds a NUL"));
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(reads_its_pieces),      cmocka_unit_test(an_empty_message),
      cmocka_unit_test(sees_a_changed_file),   cmocka_unit_test(checks_finished_bytes),
      cmocka_unit_test(checks_length_and_nul),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
