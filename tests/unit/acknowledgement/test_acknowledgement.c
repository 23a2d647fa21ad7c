/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What is noted, who may note it, and that what lists read is what the events come to. */
#include "acknowledgement/press.h"
#include "acknowledgement/survey.h"

#define FIXTURE_SCHEMA &acknowledgement_schema,
#include "mailing/reminder.h"
#include "unit/mailing/mailing_fixture.h"

static GPtrArray *survey(Fixture *f, gint64 mailing, gboolean missing) {
  GPtrArray *lines = NULL;
  g_autoptr(Link) link = NULL;
  SurveyFilter filter = {.mailing = mailing, .missing = missing, .limit = 1000};
  assert_done(store_read(f->store, &link, error));
  assert_done(survey_list(link, 1, &filter, &lines, error));
  return lines;
}

/* The counters against the lines themselves. */
static void check_counts(Fixture *f, gint64 mailing) {
  gint64 counts[STANDING_STATES], found[STANDING_STATES] = {0};
  g_autoptr(GPtrArray) lines = survey(f, mailing, FALSE), missing = survey(f, mailing, TRUE);
  g_autoptr(Mailing) m = fixture_find(f, mailing);
  g_autoptr(Link) link = NULL;
  for (guint i = 0; i < lines->len; i++)
    found[((const SurveyLine *)g_ptr_array_index(lines, i))->state]++;
  assert_done(store_read(f->store, &link, error));
  assert_done(survey_counts(link, m, counts, error));
  for (int state = 0; state < STANDING_STATES; state++)
    if (counts[state] != found[state])
      fail_msg("%s: counted %d, listed %d", standing_state_name((enum standing_state)state),
               (int)counts[state], (int)found[state]);
  assert_int_equal(survey_missing(counts), missing->len);
}

static gint64 addressee(Fixture *f, gint64 mailing, guint index) {
  g_autoptr(GPtrArray) lines = survey(f, mailing, FALSE);
  return ((const SurveyLine *)g_ptr_array_index(lines, index))->addressee;
}

static gint64 delivery_of(Fixture *f, gint64 mailing, guint index) {
  g_autoptr(GPtrArray) lines = survey(f, mailing, FALSE);
  return ((const SurveyLine *)g_ptr_array_index(lines, index))->delivery;
}

static Fixture *fixture_answering(gint64 *ret_mailing) {
  Fixture *f = fixture_new();
  desk_set_follow_up(f->desk, &acknowledgement_follow_up);
  *ret_mailing = fixture_released(f);
  return f;
}

static gint64 record(Fixture *f, gint64 to, const char *kind, const char *meaning) {
  AcknowledgementNote note = {.addressee = to, .kind = kind, .meaning = meaning};
  gint64 id = 0;
  assert_done(acknowledgement_record(f->desk, &fixture_olga, &note, &id, error));
  return id;
}

static void counted_as_listed(void **state) {
  (void)state;
  gint64 mailing = 0;
  Fixture *f = fixture_answering(&mailing);
  check_counts(f, mailing);
  record(f, addressee(f, mailing, 0), "letter", "receipt");
  record(f, addressee(f, mailing, 0), "letter", "objection");
  record(f, addressee(f, mailing, 1), "link", "objection");
  check_counts(f, mailing);
  record(f, addressee(f, mailing, 1), "reply", "declined");
  record(f, addressee(f, mailing, 2), "displayed", "receipt");
  check_counts(f, mailing);
  assert_done(
      acknowledgement_waive(f->desk, &fixture_olga, addressee(f, mailing, 2), "nobody is there", error));
  check_counts(f, mailing);
  assert_int_equal(fixture_entries(f, mailing, "answer-noted", NULL), 5);
  assert_int_equal(fixture_entries(f, mailing, "answer-waived", NULL), 1);
  fixture_free(f);
}

typedef struct {
  const char *name;
  AcknowledgementNote note;
  int fault;
  const char *part;
} Refused;

static void what_is_refused(void **state) {
  (void)state;
  gint64 mailing = 0;
  Fixture *f = fixture_answering(&mailing);
  gint64 to = addressee(f, mailing, 0), id = 0;
  static const Digest nothing = {{1}};
  const Refused refused[] = {
      {"no kind", {.addressee = to, .meaning = "receipt"}, FAULT_INPUT, "kind: is missing"},
      {"an unknown kind", {.addressee = to, .kind = "pigeon", .meaning = "receipt"}, FAULT_INPUT, "portal"},
      {"a fact of delivery",
       {.addressee = to, .kind = "delivered", .meaning = "receipt"},
       FAULT_INPUT,
       "none of"},
      {"no meaning", {.addressee = to, .kind = "letter"}, FAULT_INPUT, "meaning: is missing"},
      {"a day to come",
       {.addressee = to, .kind = "letter", .meaning = "receipt", .day = "2999-01-01"},
       FAULT_INPUT,
       "ahead"},
      {"no day",
       {.addressee = to, .kind = "letter", .meaning = "receipt", .day = "soon"},
       FAULT_INPUT,
       "date"},
      {"a moment to come",
       {.addressee = to, .kind = "letter", .meaning = "receipt", .received_at = G_MAXINT64},
       FAULT_INPUT,
       "received: lies ahead"},
      {"two lines",
       {.addressee = to, .kind = "letter", .meaning = "receipt", .note = "a\nb"},
       FAULT_INPUT,
       "note"},
      {"a line break in by",
       {.addressee = to, .kind = "letter", .meaning = "receipt", .by = "a\r\nb"},
       FAULT_INPUT,
       "by"},
      {"a file without a name",
       {.addressee = to, .kind = "letter", .meaning = "receipt", .file = &nothing},
       FAULT_INPUT,
       "file_name: is missing"},
      {"a file that is not there",
       {.addressee = to, .kind = "letter", .meaning = "receipt", .file = &nothing, .file_name = "a.pdf"},
       FAULT_INPUT,
       "send it first"},
      {"nobody",
       {.addressee = 999999, .kind = "letter", .meaning = "receipt"},
       FAULT_ABSENT,
       "no such addressee"},
      {"an event of nobody",
       {.addressee = to, .kind = "letter", .meaning = "receipt", .corrects = 77},
       FAULT_RULE,
       "no event number 77"},
  };
  for (gsize i = 0; i < G_N_ELEMENTS(refused); i++) {
    print_message("%s\n", refused[i].name);
    assert_fault(refused[i].fault, refused[i].part,
                 acknowledgement_record(f->desk, &fixture_olga, &refused[i].note, &id, error));
  }
  static const Actor reader = {11, "alma", ROLE_AUDITOR};
  AcknowledgementNote note = {.addressee = to, .kind = "letter", .meaning = "receipt"};
  assert_fault(FAULT_FORBIDDEN, "alma", acknowledgement_record(f->desk, &reader, &note, &id, error));
  assert_fault(FAULT_FORBIDDEN, "vera", acknowledgement_waive(f->desk, &fixture_vera, to, "x", error));
  assert_fault(FAULT_INPUT, "reason", acknowledgement_waive(f->desk, &fixture_olga, to, " ", error));
  assert_int_equal(fixture_entries(f, mailing, "answer-noted", NULL), 0);
  assert_done(acknowledgement_record(f->desk, &fixture_vera, &note, &id, error));
  fixture_free(f);
}

/* An office does not exist for a volunteer, and a draft has no answers. */
static void hidden_and_unreleased(void **state) {
  (void)state;
  Fixture *f = fixture_new();
  Digest digest;
  gint64 mailing = fixture_submitted(f, &digest), id = 0;
  AcknowledgementNote note = {
      .addressee = addressee(f, mailing, 0), .kind = "nonsense", .meaning = "nonsense"};
  assert_fault(FAULT_ABSENT, "no such addressee",
               acknowledgement_record(f->desk, &fixture_vera, &note, &id, error));
  note.kind = "letter";
  note.meaning = "receipt";
  assert_fault(FAULT_RULE, "was not released",
               acknowledgement_record(f->desk, &fixture_olga, &note, &id, error));
  fixture_free(f);
}

static void who_said_it(void **state) {
  static const struct {
    const char *given, *by, *name;
  } rows[] = {{NULL, "unknown", NULL},
              {" ", "unknown", NULL},
              {"principal", "principal", NULL},
              {"private-office: Mr X", "private-office", "Mr X"},
              {"mission :", "mission", NULL},
              {"the secretary: by telephone", "other", "the secretary: by telephone"}};
  (void)state;
  gint64 mailing = 0;
  Fixture *f = fixture_answering(&mailing);
  for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
    AcknowledgementNote note = {
        .addressee = addressee(f, mailing, 0), .kind = "letter", .meaning = "receipt", .by = rows[i].given};
    gint64 id = 0;
    g_autoptr(Acknowledgement) event = NULL;
    g_autoptr(Link) link = NULL;
    assert_done(acknowledgement_record(f->desk, &fixture_olga, &note, &id, error));
    assert_done(store_read(f->store, &link, error));
    assert_done(acknowledgement_find(link, 0, id, &event, error));
    assert_string_equal(event->by, rows[i].by);
    assert_int_equal(g_strcmp0(event->by_name, rows[i].name), 0);
    assert_string_equal(event->day, "2013-11-25");
  }
  fixture_free(f);
}

static void presses(void **state) {
  (void)state;
  gint64 mailing = 0;
  Fixture *f = fixture_answering(&mailing);
  Press press = {.delivery = delivery_of(f, mailing, 0), .press = PRESS_CONFIRM};
  assert_done(press_note(f->desk, &press, error));
  assert_int_equal(press_note(f->desk, &press, NULL), 1);
  press.office = "Protocole";
  assert_done(press_note(f->desk, &press, error));
  press.office = NULL;
  assert_int_equal(press_note(f->desk, &press, NULL), 1);
  press.line = "a\nb";
  assert_fault(FAULT_INPUT, "line", press_note(f->desk, &press, error));
  press.line = NULL;
  press.press = PRESS_STOP;
  assert_done(press_note(f->desk, &press, error));
  assert_int_equal(press_note(f->desk, &press, NULL), 1);
  g_autoptr(GPtrArray) lines = survey(f, mailing, FALSE);
  const SurveyLine *line = g_ptr_array_index(lines, 0);
  assert_string_equal(standing_state_name(line->state), "answered");
  assert_string_equal(line->beside->note, "write no more");
  check_counts(f, mailing);
  fixture_free(f);
}

static int erase(Link *link, gpointer data, GError **error) {
  return acknowledgement_erase(link, *(const gint64 *)data, error);
}

static void erased(void **state) {
  (void)state;
  gint64 mailing = 0, id = 0;
  Fixture *f = fixture_answering(&mailing);
  AcknowledgementNote note = {.addressee = addressee(f, mailing, 0),
                              .kind = "letter",
                              .meaning = "receipt",
                              .by = "principal: Ada",
                              .note = "from her house"};
  assert_done(acknowledgement_record(f->desk, &fixture_olga, &note, &id, error));
  g_autoptr(Acknowledgement) before = NULL, after = NULL;
  g_autoptr(Link) link = NULL;
  assert_done(store_read(f->store, &link, error));
  assert_done(acknowledgement_find(link, 1, id, &before, error));
  g_clear_pointer(&link, link_return);
  assert_done(store_write(f->store, erase, &before->contact, error));
  assert_done(store_read(f->store, &link, error));
  assert_done(acknowledgement_find(link, 1, id, &after, error));
  assert_null(after->by_name);
  assert_null(after->note);
  assert_string_equal(acknowledgement_kind_name(after->kind), "letter");
  g_clear_pointer(&link, link_return);
  fixture_free(f);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(counted_as_listed),
                                     cmocka_unit_test(what_is_refused),
                                     cmocka_unit_test(hidden_and_unreleased),
                                     cmocka_unit_test(who_said_it),
                                     cmocka_unit_test(presses),
                                     cmocka_unit_test(erased)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
