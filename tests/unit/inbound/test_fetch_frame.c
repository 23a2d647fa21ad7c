/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What is said comes back as it was; what is cut off or out of bounds comes back as nothing. */
#include "inbound/fetch_frame.h"

#include "base/moment.h"
#include "support/case.h"

static Frame frame_of(const GByteArray *fields, gsize length) {
  return (Frame){.kind = FETCH_SOURCE, .body = g_bytes_new(fields->data, length)};
}

static MailSource *source_make(void) {
  MailSource *source = NULL;
  const MailSourceOptions options = {.name = "answers",
                                     .url = "imaps://mail.forum.example:10993",
                                     .user = "réponses",
                                     .folder = "Réponses",
                                     .after = "move:Kept",
                                     .ca_file = "/etc/ssl/own.pem",
                                     .poll = 5 * MINUTE,
                                     .patience = MINUTE};
  assert_done(mail_source_new(&options, &source, error));
  source->cursor = (MailCursor){4000000000, 17, 3, 16, -5};
  for (gint64 uid = 3; uid < 9; uid += 2)
    g_array_append_val(source->left, uid);
  return source;
}

static void a_source_comes_back(void **state) {
  g_autoptr(MailSource) source = source_make();
  g_autoptr(GByteArray) fields = g_byte_array_new();
  (void)state;
  fetch_frame_add_source(fields, source);
  g_auto(Frame) frame = frame_of(fields, fields->len);
  FrameReading reading = frame_read(&frame);
  g_autoptr(MailSource) back = fetch_frame_read_source(&reading);
  assert_true(frame_read_whole(&reading));
  assert_string_equal(back->name, "answers");
  assert_string_equal(back->host, "mail.forum.example");
  assert_int_equal(back->port, 10993);
  assert_true(back->tls_first);
  assert_string_equal(back->user, "réponses");
  assert_string_equal(back->move_to, "Kept");
  assert_null(back->fingerprint);
  assert_null(back->path);
  assert_int_equal(back->poll, 5 * MINUTE);
  assert_memory_equal(&back->cursor, &source->cursor, sizeof back->cursor);
  assert_int_equal(back->left->len, 3);
  assert_int_equal(g_array_index(back->left, gint64, 2), 7);
}

static void a_source_cut_off_is_none(void **state) {
  g_autoptr(MailSource) source = source_make();
  g_autoptr(GByteArray) fields = g_byte_array_new();
  (void)state;
  fetch_frame_add_source(fields, source);
  for (gsize length = 0; length < fields->len; length++) {
    g_auto(Frame) frame = frame_of(fields, length);
    FrameReading reading = frame_read(&frame);
    g_autoptr(MailSource) back = fetch_frame_read_source(&reading);
    assert_non_null(back);
    assert_false(frame_read_whole(&reading));
  }
}

static void places_and_answers_come_back(void **state) {
  g_autoptr(GByteArray) fields = g_byte_array_new();
  const MailPlace place = {
      .uid_validity = 7, .uid = 12, .name = "numbering 2", .received_at = 1764000000 * SECOND};
  const FetchAnswer answer = {.code = -6, .first = (char *)"the disk is full"};
  g_autofree char *name = NULL;
  (void)state;
  fetch_frame_add_place(fields, &place);
  fetch_frame_add_answer(fields, &answer);
  g_auto(Frame) frame = frame_of(fields, fields->len);
  FrameReading reading = frame_read(&frame);
  MailPlace back = fetch_frame_read_place(&reading, &name);
  g_auto(FetchAnswer) told = fetch_frame_read_answer(&reading);
  assert_true(frame_read_whole(&reading));
  assert_int_equal(back.uid, 12);
  assert_string_equal(back.name, "numbering 2");
  assert_int_equal(back.received_at, place.received_at);
  assert_int_equal(told.code, -6);
  assert_string_equal(told.first, "the disk is full");
  assert_null(told.second);
}

/* A number that no server has, a code that is no fault. */
static void what_cannot_be_breaks_the_reading(void **state) {
  const MailCursor wrong[] = {{.uid_validity = -1}, {.uid = G_MAXINT64}, {.numbering = -1}};
  (void)state;
  for (gsize i = 0; i < G_N_ELEMENTS(wrong); i++) {
    g_autoptr(GByteArray) fields = g_byte_array_new();
    fetch_frame_add_cursor(fields, &wrong[i]);
    g_auto(Frame) frame = frame_of(fields, fields->len);
    FrameReading reading = frame_read(&frame);
    fetch_frame_read_cursor(&reading);
    assert_false(frame_read_whole(&reading));
  }
  g_autoptr(GByteArray) fields = g_byte_array_new();
  const FetchAnswer answer = {.code = 1};
  fetch_frame_add_answer(fields, &answer);
  g_auto(Frame) frame = frame_of(fields, fields->len);
  FrameReading reading = frame_read(&frame);
  g_auto(FetchAnswer) told = fetch_frame_read_answer(&reading);
  assert_false(frame_read_whole(&reading));
  assert_int_equal(told.code, 0);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(a_source_comes_back),
      cmocka_unit_test(a_source_cut_off_is_none),
      cmocka_unit_test(places_and_answers_come_back),
      cmocka_unit_test(what_cannot_be_breaks_the_reading),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
