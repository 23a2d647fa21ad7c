/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "inbound/frame.h"

#include "base/fault.h"
#include "support/case.h"

#include <sys/socket.h>
#include <unistd.h>

static void open_pair(int pair[2]) {
  assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair), 0);
}

static gint64 soon(void) {
  return g_get_monotonic_time() + 50000;
}

static gint64 later(void) {
  return g_get_monotonic_time() + 20 * G_USEC_PER_SEC;
}

static void fields_come_back(void **state) {
  (void)state;
  int pair[2];
  open_pair(pair);
  g_autoptr(GByteArray) fields = g_byte_array_new();
  g_autoptr(GBytes) raw = g_bytes_new("a\0b", 3);
  g_autoptr(GBytes) nothing = g_bytes_new("", 0);
  frame_add_number(fields, G_MININT64);
  frame_add_number(fields, G_MAXINT64);
  frame_add_text(fields, "détail");
  frame_add_text(fields, NULL);
  frame_add_text(fields, "");
  frame_add_bytes(fields, NULL);
  frame_add_bytes(fields, nothing);
  assert_done(frame_send(pair[0], 'k', fields, raw, later(), error));
  g_auto(Frame) frame = {0};
  assert_done(frame_receive(pair[1], FRAME_MAX, later(), &frame, error));
  FrameReading reading = frame_read(&frame);
  assert_int_equal(frame.kind, 'k');
  assert_true(frame_read_number(&reading, G_MININT64, G_MAXINT64) == G_MININT64);
  assert_true(frame_read_number(&reading, G_MININT64, G_MAXINT64) == G_MAXINT64);
  g_autofree char *text = frame_read_text(&reading, 7);
  g_autofree char *absent = frame_read_text(&reading, 7);
  g_autofree char *empty = frame_read_text(&reading, 7);
  assert_string_equal(text, "détail");
  assert_null(absent);
  assert_string_equal(empty, "");
  assert_null(frame_read_bytes(&reading, 7));
  g_autoptr(GBytes) none = frame_read_bytes(&reading, 7);
  g_autoptr(GBytes) tail = frame_read_bytes(&reading, 3);
  assert_true(g_bytes_equal(none, nothing) && g_bytes_equal(tail, raw));
  assert_true(frame_read_whole(&reading));
  close(pair[0]);
  close(pair[1]);
}

#define NUMBER(n) "\0\0\0\0\0\0\0" n
#define TEXT(n)   "\0\0\0" n

/* What a body is read as: one number of 1 to 5, then one text of at most 4 bytes. */
static void only_whole_bodies_count(void **state) {
  (void)state;
  static const struct {
    const char *name;
    const char *body;
    gsize size;
    gboolean whole;
  } rows[] = {
      {"as it must be", NUMBER("\5") TEXT("\2") "ab", 14, TRUE},
      {"an empty text", NUMBER("\1") TEXT("\0"), 12, TRUE},
      {"an absent text", NUMBER("\1") "\377\377\377\377", 12, TRUE},
      {"a text to the ceiling", NUMBER("\1") TEXT("\4") "abcd", 16, TRUE},
      {"a text over the ceiling", NUMBER("\1") TEXT("\5") "abcde", 17, FALSE},
      {"a number below", NUMBER("\0") TEXT("\2") "ab", 14, FALSE},
      {"a number above", NUMBER("\6") TEXT("\2") "ab", 14, FALSE},
      {"a number far below", "\377\377\377\377\377\377\377\377" TEXT("\2") "ab", 14, FALSE},
      {"nothing", "", 0, FALSE},
      {"half a number", "\0\0\0\0", 4, FALSE},
      {"no text", NUMBER("\1"), 8, FALSE},
      {"half a length", NUMBER("\1") "\0\0", 10, FALSE},
      {"less text than announced", NUMBER("\1") TEXT("\3") "ab", 14, FALSE},
      {"a length of nearly all",
       NUMBER("\1") "\377\377\377\376"
                    "ab",
       14, FALSE},
      {"something after it", NUMBER("\1") TEXT("\2") "abc", 15, FALSE},
      {"no UTF-8", NUMBER("\1") TEXT("\2") "a\351", 14, FALSE},
      {"a NUL", NUMBER("\1") TEXT("\2") "a\0", 14, FALSE},
  };
  for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
    g_auto(Frame) frame = {.body = g_bytes_new(rows[i].body, rows[i].size)};
    FrameReading reading = frame_read(&frame);
    frame_read_number(&reading, 1, 5);
    g_autofree char *text = frame_read_text(&reading, 4);
    if (frame_read_whole(&reading) != rows[i].whole)
      fail_msg("%s", rows[i].name);
  }
}

/* What is broken stays so, however much there is to read. */
static void a_broken_reading_stays_broken(void **state) {
  (void)state;
  g_autoptr(GByteArray) fields = g_byte_array_new();
  frame_add_number(fields, 9);
  frame_add_number(fields, 1);
  g_auto(Frame) frame = {.body = g_bytes_new(fields->data, fields->len)};
  FrameReading reading = frame_read(&frame);
  assert_int_equal(frame_read_number(&reading, 1, 5), 0);
  assert_int_equal(frame_read_number(&reading, 1, 5), 0);
  assert_false(frame_read_whole(&reading));
}

static void lengths_have_a_ceiling(void **state) {
  (void)state;
  static const struct {
    const char *name;
    guint8 head[5];
    gsize max;
  } rows[] = {
      {"of nothing", {0, 0, 0, 0, 'k'}, FRAME_MAX},
      {"over the caller's ceiling", {0, 0, 0, 101, 'k'}, 100},
      {"over the house's ceiling", {0x7F, 0xFF, 0xFF, 0xFF, 'k'}, G_MAXSIZE},
      {"all ones", {0xFF, 0xFF, 0xFF, 0xFF, 'k'}, FRAME_MAX},
  };
  for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
    int pair[2];
    open_pair(pair);
    assert_int_equal(write(pair[0], rows[i].head, 5), 5);
    Frame frame = {0};
    g_autoptr(GError) error = NULL;
    int r = frame_receive(pair[1], rows[i].max, later(), &frame, &error);
    if (r != FAULT_INPUT)
      fail_msg("%s: %d", rows[i].name, r);
    close(pair[0]);
    close(pair[1]);
  }
  g_autofree guint8 *much = g_malloc0(FRAME_MAX);
  g_autoptr(GBytes) tail = g_bytes_new_static(much, FRAME_MAX);
  assert_fault(FAULT_INPUT, "too many", frame_send(-1, 'k', NULL, tail, 0, error));
}

static void ends_and_delays_are_told_apart(void **state) {
  (void)state;
  int pair[2];
  open_pair(pair);
  Frame frame = {0};
  assert_int_equal(frame_receive(pair[1], FRAME_MAX, soon(), &frame, NULL), FRAME_LATE);
  assert_int_equal(write(pair[0], "\0\0\0\5kab", 7), 7);
  assert_int_equal(frame_receive(pair[1], FRAME_MAX, soon(), &frame, NULL), FRAME_LATE);
  close(pair[0]);
  assert_int_equal(frame_receive(pair[1], FRAME_MAX, later(), &frame, NULL), FRAME_ENDED);
  assert_int_equal(frame_send(pair[1], 'k', NULL, NULL, later(), NULL), FRAME_ENDED);
  close(pair[1]);
}

static gpointer hear(gpointer data) {
  Frame frame = {0};
  return frame_receive(GPOINTER_TO_INT(data), FRAME_MAX, later(), &frame, NULL) == 0 ? frame.body : NULL;
}

static void large_ones_pass_in_pieces(void **state) {
  (void)state;
  int pair[2];
  open_pair(pair);
  gsize size = 20 * 1024 * 1024;
  g_autofree guint8 *much = g_malloc0(size);
  much[size - 1] = 'z';
  g_autoptr(GBytes) tail = g_bytes_new_static(much, size);
  assert_int_equal(frame_send(pair[0], 'k', NULL, tail, soon(), NULL), FRAME_LATE);
  close(pair[0]);
  close(pair[1]);
  open_pair(pair);
  GThread *thread = g_thread_new("hears", hear, GINT_TO_POINTER(pair[1]));
  assert_done(frame_send(pair[0], 'k', NULL, tail, later(), error));
  g_autoptr(GBytes) body = g_thread_join(thread);
  assert_non_null(body);
  assert_int_equal(g_bytes_get_size(body), size + 4);
  assert_memory_equal((const char *)g_bytes_get_data(body, NULL) + 4, much, size);
  close(pair[0]);
  close(pair[1]);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(fields_come_back),
      cmocka_unit_test(only_whole_bodies_count),
      cmocka_unit_test(a_broken_reading_stays_broken),
      cmocka_unit_test(lengths_have_a_ceiling),
      cmocka_unit_test(ends_and_delays_are_told_apart),
      cmocka_unit_test(large_ones_pass_in_pieces),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
