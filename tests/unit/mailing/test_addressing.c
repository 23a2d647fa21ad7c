/* SPDX-License-Identifier: GPL-3.0-or-later */
/* From a candidate to a line: the language of a letter, its form, and the sentence where one of them lacks.
 */
#include "mailing_fixture.h"

#include "mailing/addressing.h"

#define FR LANGUAGE_BIT(LANGUAGE_FR)
#define EN LANGUAGE_BIT(LANGUAGE_EN)
#define ES LANGUAGE_BIT(LANGUAGE_ES)
#define PT LANGUAGE_BIT(LANGUAGE_PT)

typedef struct {
  Fixture *fixture;
  Link *link;
} Room;

static int enter(void **state) {
  static Room room;
  room.fixture = fixture_new();
  assert_done(store_read(room.fixture->store, &room.link, error));
  *state = &room;
  return 0;
}

static int leave(void **state) {
  Room *room = *state;
  link_return(room->link);
  fixture_free(room->fixture);
  return 0;
}

static Addressee *line_for(const Room *room, const Candidate *candidate, guint available) {
  Addressing addressing = {.settings = room->fixture->settings,
                           .link = room->link,
                           .mailing = 1,
                           .roll = 1,
                           .available = available,
                           .category = "forum",
                           .today = day_of_moment(FIXTURE_NOW, room->fixture->settings->zone)};
  Addressee *line = NULL;
  assert_done(addressing_of(&addressing, candidate, &line, error));
  return line;
}

/* An office of COUNTRY, held since last year and verified today. */
static Candidate office_of(const char *kind, const char *country, const char *languages,
                           const Holder *holder) {
  return (Candidate){
      .id = 1,
      .kind = CONTACT_OFFICE,
      .restricted = 1,
      .name = "Office",
      .office = "Office",
      .office_kind = kind,
      .country = country,
      .languages = languages,
      .holders = holder,
      .holder_count = holder != NULL ? 1 : 0,
      .email = {.id = 1, .kind = CHANNEL_EMAIL, .standing = CHANNEL_VERIFIED, .send = "office@a.example"}};
}

static Holder holder_of(const Room *room, enum gender gender, const char *languages) {
  Day today = day_of_moment(FIXTURE_NOW, room->fixture->settings->zone);
  return (Holder){.tenure = 1,
                  .person = 2,
                  .given_name = "Dominique",
                  .family_name = "VALLON",
                  .languages = languages,
                  .gender = gender,
                  .from = today,
                  .verified_at = today};
}

static void the_language(void **state) {
  const Room *room = *state;
  static const struct {
    const char *name, *country, *office, *holder;
    guint available;
    const char *language; /* NULL: held */
    const char *says;
  } rows[] = {
      {"its own first", "XA", "es fr", "pt", FR | EN | ES | PT, "es", NULL},
      {"its own second, where the first has no version", "XA", "es fr", "pt", FR | PT, "fr", NULL},
      {"a variant of one of the four", "XA", "pt-BR", "", FR | PT, "pt", NULL},
      {"its holder's, where its own are none of the four", "XA", "ar", "en", FR | EN, "en", NULL},
      {"its State's", "XI", "", "", FR | PT, "pt", NULL},
      {"its State's, where it is written to in none of the four", "XI", "ar", "", FR | PT, "pt", NULL},
      {"one official language", "SN", "", "", FR | EN | ES | PT, "fr", NULL},
      {"several official languages", "GQ", "", "", FR | EN | ES | PT, "es", NULL},
      {"none that is official", "JP", "", "", FR | EN | ES | PT, "en", NULL},
      {"an area's", "CA-QC", "", "", FR | EN, "fr", NULL},
      {"its State's has no version", "XI", "", "", FR | ES, NULL,
       "no language is noted for it, its State by default in pt; all documents are frozen in fr, es"},
      {"none of all", "XI", "ar", "", FR, NULL, "it is written to in ar, its State by default in pt"},
      {"no State", NULL, "", "", FR, NULL, "no language is noted for it, nor a State that is known"},
      {"a State that the table lacks", "QQ", "", "", FR, NULL, "nor a State that is known"},
  };
  for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
    Holder holder = holder_of(room, GENDER_M, rows[i].holder);
    Candidate office = office_of("president", rows[i].country, rows[i].office, &holder);
    g_autoptr(Addressee) line = line_for(room, &office, rows[i].available);
    gboolean held = rows[i].language == NULL;
    if (g_strcmp0(line->reason, held ? "language-missing" : NULL) != 0 ||
        (!held && strcmp(line->language, rows[i].language) != 0) ||
        (held && strstr(line->detail, rows[i].says) == NULL))
      fail_msg("%s: %s, %s: %s", rows[i].name, line->language, line->reason, line->detail);
  }
}

static void the_form(void **state) {
  const Room *room = *state;
  static const struct {
    const char *kind, *country;
    enum gender gender;
    const char *form;   /* NULL: held */
    const char *reason; /* then */
    const char *says;
  } rows[] = {
      {"president", "XA", GENDER_F, "president/fr/f+C2/fr", NULL, NULL},
      {"president", "XA", GENDER_UNKNOWN, "president/fr/unknown+C2/fr", NULL, NULL},
      {"prime_minister", "DE", GENDER_F, "prime_minister/fr/f/DE+C2/fr", NULL, NULL},
      {"hos_other", "XG", GENDER_F, "hos_other/fr/f+C2/fr", NULL, NULL},
      {"emir", "XF", GENDER_M, "emir/fr/m+C1/fr", NULL, NULL},
      {"emir", "XF", GENDER_F, NULL, "form-missing",
       "emir/fr/f: in French no form of address exists for a woman who is emir"},
      {"sultan", "XH", GENDER_F, NULL, "form-missing", "a woman who is sultan"},
      {"pope", "VA", GENDER_F, NULL, "form-missing", "a woman who is pope"},
      {"shah", "XA", GENDER_M, NULL, "form-missing", "shah/fr/m: forms.tsv has no row in French"},
      {NULL, "XA", GENDER_M, NULL, "form-missing", "no kind of office is noted"},
      {"minister", "XA", GENDER_M, NULL, "form-missing", "names the portfolio, which is not noted"},
      {"president", "QQ", GENDER_M, NULL, "form-missing", "states.tsv has no row for QQ"},
  };
  for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
    Holder holder = holder_of(room, rows[i].gender, "");
    Candidate office = office_of(rows[i].kind, rows[i].country, "fr", &holder);
    g_autoptr(Addressee) line = line_for(room, &office, FR);
    if (g_strcmp0(line->form, rows[i].form) != 0 || g_strcmp0(line->reason, rows[i].reason) != 0 ||
        (rows[i].says != NULL && strstr(line->detail, rows[i].says) == NULL))
      fail_msg("%s %s: %s, %s: %s", rows[i].kind, rows[i].country, line->form, line->reason, line->detail);
    assert_true(line->to_name != NULL && strstr(line->to_name, "VALLON") == NULL);
  }
}

/* A person is never written to as an office, whatever kind stands in its row. */
static void persons(void **state) {
  const Room *room = *state;
  static const struct {
    const char *kind, *form;
  } rows[] = {{NULL, "attendee/fr/f+C5/fr"},         {"attendee", "attendee/fr/f+C5/fr"},
              {"press", "press/fr/f+C5/fr"},         {"member", "member/fr/f+C6/fr"},
              {"professor", "professor/fr/f+C4/fr"}, {"president", "attendee/fr/f+C5/fr"},
              {"shah", "attendee/fr/f+C5/fr"}};
  for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
    const Candidate person = {
        .id = 1,
        .kind = CONTACT_PERSON,
        .gender = GENDER_F,
        .name = "Ama DELIRE",
        .given_name = "Ama",
        .family_name = "DELIRE",
        .office_kind = rows[i].kind,
        .languages = "fr",
        .email = {.id = 1, .kind = CHANNEL_EMAIL, .standing = CHANNEL_VERIFIED, .send = "ama@a.example"}};
    g_autoptr(Addressee) line = line_for(room, &person, FR);
    assert_string_equal(line->form, rows[i].form);
    assert_string_equal(line->to_name, "Ama DELIRE");
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(the_language),
      cmocka_unit_test(the_form),
      cmocka_unit_test(persons),
  };
  return cmocka_run_group_tests(tests, enter, leave);
}
