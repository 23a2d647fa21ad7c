/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The drawing of states as a table, and what may be created and set by whom. */
#include "mailing_fixture.h"

/* Each state and, as letters, where it may go: d s a r S > p t c x for the states in their order. */
static const struct {
  enum mailing_state from;
  const char *to;
} drawing[] = {
    {MAILING_DRAFT, "dsx"},   {MAILING_SUBMITTED, "darSx"}, {MAILING_APPROVED, "drSx"},
    {MAILING_REJECTED, "dx"}, {MAILING_SCHEDULED, "d>px"},  {MAILING_SENDING, "ptx"},
    {MAILING_PAUSED, "S>x"},  {MAILING_SENT, ">c"},         {MAILING_CLOSED, ""},
    {MAILING_CANCELLED, ""},
};
static const char letters[] = "dsarS>ptcx";

static void test_drawing(void **state) {
  (void)state;
  assert_int_equal(G_N_ELEMENTS(drawing), MAILING_STATES);
  for (gsize i = 0; i < G_N_ELEMENTS(drawing); i++)
    for (int to = 0; to < MAILING_STATES; to++) {
      gboolean drawn = strchr(drawing[i].to, letters[to]) != NULL;
      if (mailing_may_change(drawing[i].from, (enum mailing_state)to) != drawn)
        fail_msg("%s to %s is %s", mailing_state_name(drawing[i].from),
                 mailing_state_name((enum mailing_state)to),
                 drawn ? "drawn but refused" : "allowed but not drawn");
    }
  for (int i = 0; i < MAILING_STATES; i++)
    assert_int_equal(mailing_state_of(mailing_state_name((enum mailing_state)i)), i);
  assert_int_equal(mailing_state_of("nowhere"), MAILING_STATES);
}

static const struct {
  MailingFields fields;
  int code;
  const char *part;
} wrong[] = {
    {{.at = MAILING_KEEP, .not_after = MAILING_KEEP}, FAULT_INPUT, "wording"},
    {{.wording = "no-such", .at = MAILING_KEEP, .not_after = MAILING_KEEP}, FAULT_INPUT, "pre-report"},
    {{.wording = "pre-report", .sign = "openpgp", .at = MAILING_KEEP, .not_after = MAILING_KEEP},
     FAULT_RULE,
     "no key is there"},
    {{.wording = "pre-report", .sign = "wax", .at = MAILING_KEEP, .not_after = MAILING_KEEP},
     FAULT_INPUT,
     "wax"},
    {{.wording = "pre-report", .counts_from = "displayed", .at = MAILING_KEEP, .not_after = MAILING_KEEP},
     FAULT_INPUT,
     "link"},
    {{.wording = "pre-report", .at = 5 * DAY, .not_after = 4 * DAY}, FAULT_INPUT, "not-after"},
    {{.wording = "pre-report", .category = "spam", .at = MAILING_KEEP, .not_after = MAILING_KEEP},
     FAULT_INPUT,
     "forum"},
};

static void test_wrong_fields(void **state) {
  (void)state;
  Fixture *f = fixture_new();
  gint64 id = 0;
  for (gsize i = 0; i < G_N_ELEMENTS(wrong); i++)
    assert_fault(wrong[i].code, wrong[i].part,
                 mailing_create(f->desk, &fixture_olga, &wrong[i].fields, &id, error));
  MailingFields fields = MAILING_FIELDS_NONE;
  fields.wording = "pre-report";
  assert_fault(FAULT_FORBIDDEN, "organiser", mailing_create(f->desk, &fixture_boris, &fields, &id, error));
  gint64 nothing = 99;
  g_autoptr(GArray) numbers = g_array_new(FALSE, FALSE, sizeof(gint64));
  g_array_append_val(numbers, nothing);
  fields.documents = numbers;
  assert_fault(FAULT_ABSENT, "F-99", mailing_create(f->desk, &fixture_olga, &fields, &id, error));
  fields.documents = NULL;
  fields.lists = numbers;
  assert_fault(FAULT_ABSENT, "list", mailing_create(f->desk, &fixture_olga, &fields, &id, error));
  fixture_free(f);
}

/* A volunteer sees what concerns attendees alone; what he does not see does not exist. */
static void test_visibility(void **state) {
  (void)state;
  Fixture *f = fixture_new();
  gint64 own = 0, other = 0;
  MailingFields fields = MAILING_FIELDS_NONE;
  fields.wording = "pre-report";
  assert_done(mailing_create(f->desk, &fixture_vera, &fields, &own, error));
  assert_done(mailing_create(f->desk, &fixture_olga, &fields, &other, error));
  g_autoptr(Link) link = NULL;
  g_autoptr(Mailing) m = NULL;
  g_autoptr(GPtrArray) rows = NULL;
  assert_done(store_read(f->store, &link, error));
  assert_done(mailing_find(link, 0, own, &m, error));
  g_autoptr(Mailing) hidden = NULL;
  assert_fault(FAULT_ABSENT, "no such mailing", mailing_find(link, 0, other, &hidden, error));
  assert_done(mailing_list(link, 0, 0, 100, &rows, error));
  assert_int_equal(rows->len, 1);
  g_clear_pointer(&link, link_return);
  fields.category = "correction";
  assert_fault(FAULT_ABSENT, "no such mailing", mailing_set(f->desk, &fixture_vera, other, &fields, error));
  fixture_free(f);
}

static void test_values(void **state) {
  (void)state;
  Fixture *f = fixture_new();
  gint64 id = 0;
  MailingFields fields = MAILING_FIELDS_NONE;
  fields.wording = "pre-report";
  assert_done(mailing_create(f->desk, &fixture_olga, &fields, &id, error));
  g_autoptr(GHashTable) values = g_hash_table_new(g_str_hash, g_str_equal);
  g_hash_table_insert(values, (gpointer) "forum.fr", (gpointer) "6e forum");
  g_hash_table_insert(values, (gpointer) "questions", (gpointer) "Un ?\nDeux ?");
  fields.values = values;
  assert_done(mailing_set(f->desk, &fixture_olga, id, &fields, error));
  g_hash_table_insert(values, (gpointer) "forum.fr", (gpointer) "");
  assert_done(mailing_set(f->desk, &fixture_olga, id, &fields, error));
  g_autoptr(GHashTable) kept = NULL;
  g_autoptr(Link) link = NULL;
  assert_done(store_read(f->store, &link, error));
  assert_done(mailing_values(link, id, &kept, error));
  g_clear_pointer(&link, link_return);
  assert_int_equal(g_hash_table_size(kept), 1);
  assert_string_equal(g_hash_table_lookup(kept, "questions"), "Un ?\nDeux ?");
  static const char *const bad[] = {"Forum", "forum.de", "forum.FR", "a b", "", ".fr"};
  for (gsize i = 0; i < G_N_ELEMENTS(bad); i++) {
    g_hash_table_remove_all(values);
    g_hash_table_insert(values, (gpointer)bad[i], (gpointer) "x");
    assert_fault(FAULT_INPUT, "field", mailing_set(f->desk, &fixture_olga, id, &fields, error));
  }
  g_hash_table_remove_all(values);
  g_hash_table_insert(values, (gpointer) "forum", (gpointer) "a\x01z");
  assert_fault(FAULT_INPUT, "forum", mailing_set(f->desk, &fixture_olga, id, &fields, error));
  fixture_free(f);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_drawing),
      cmocka_unit_test(test_wrong_fields),
      cmocka_unit_test(test_visibility),
      cmocka_unit_test(test_values),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
