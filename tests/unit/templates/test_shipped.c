/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Each wording that comes with the house, in each language, to each kind of recipient, with much and with
 * little said. */
#include "support/case.h"

#include "base/fault.h"
#include "templates/catalogue.h"
#include "templates/forms.h"
#include "templates/letter.h"
#include "templates/wrap.h"

#include <string.h>

#define DATA SOURCE_DIR "/templates"

static const char long_title[] = "Présidente du Conseil suprême de la Réconciliation et du Développement";
static const char long_organisation[] =
    "Organisation d'exemple pour la coopération et la solidarité des îles et des littoraux";
static const char arabic[] = "نور الهدى بن صالح";

typedef struct {
  const char *name;
  FormsQuery query;
  gboolean approval, promotion;
} Recipient;

static const Recipient recipients[] = {
    {"man",
     {.kind = "president", .gender = FORM_M, .name = "Talen VASCOURT", .surname = "VASCOURT"},
     TRUE,
     FALSE},
    {"woman",
     {.kind = "president", .gender = FORM_F, .name = "Maude ORLENCE", .surname = "ORLENCE"},
     FALSE,
     TRUE},
    {"unknown gender",
     {.kind = "president", .gender = FORM_UNKNOWN, .name = "Kim ALDO", .surname = "ALDO"},
     TRUE,
     TRUE},
    {"collegial",
     {.kind = "president", .gender = FORM_PLURAL, .name = "Ivo SARRAND, Aya KONDROU"},
     TRUE,
     FALSE},
    {"vacant", {.kind = "president", .gender = FORM_VACANT}, FALSE, FALSE},
    {"king", {.kind = "monarch", .gender = FORM_M, .name = "Oran III", .surname = "Oran III"}, TRUE, FALSE},
    {"minister",
     {.kind = "minister",
      .gender = FORM_F,
      .name = "Ana LUCÍA",
      .surname = "LUCÍA",
      .portfolio = "de l'Économie"},
     FALSE,
     FALSE},
    {"a title of 70 characters",
     {.kind = "hos_other",
      .gender = FORM_F,
      .name = "Maude ORLENCE",
      .surname = "ORLENCE",
      .title = long_title},
     TRUE,
     FALSE},
    {"a long organisation",
     {.kind = "org_president",
      .gender = FORM_M,
      .name = "Jean-Baptiste-Emmanuel VAN DER LINDENHOUT-MONTGOLFIER",
      .surname = "VAN DER LINDENHOUT-MONTGOLFIER",
      .organisation = long_organisation},
     FALSE,
     TRUE},
    {"attendee, man",
     {.kind = "attendee", .gender = FORM_M, .name = "Noé Sarrand", .surname = "Sarrand"},
     FALSE,
     FALSE},
    {"attendee, woman",
     {.kind = "attendee", .gender = FORM_F, .name = "Ama Lune", .surname = "Lune"},
     FALSE,
     FALSE},
    {"attendee, unknown",
     {.kind = "attendee", .gender = FORM_UNKNOWN, .name = "Kim Aldo", .surname = "Aldo"},
     FALSE,
     FALSE},
    {"one name",
     {.kind = "attendee", .gender = FORM_F, .name = "Suryati", .surname = "Suryati"},
     FALSE,
     FALSE},
    {"Arabic name",
     {.kind = "attendee", .gender = FORM_F, .name = arabic, .surname = "بن صالح"},
     FALSE,
     FALSE},
};

/* How much the mailing says. */
static const struct {
  const char *name;
  const char *without[20]; /* fields that have no value */
} occasions[] = {
    {"all is said, documents are linked", {NULL}},
    {"all is said, documents are attached", {"document_url", "document_size", "linked_documents", NULL}},
    {"only what is needed",
     {"document_url", "document_size", "linked_documents", "sender_title", "forum", "answer_by", "questions",
      "announced", "press_contact", "document_date", "document_edition", "document_languages", "verify_url",
      "address_source", "newer", NULL}},
    {"a letter without a document", {"document_file", NULL}},
};

typedef struct {
  States *states;
  Forms *forms;
  Catalogue *catalogue;
} Words;

static int load_words(void **state) {
  static Words words;
  assert_done(states_load(DATA, &words.states, error));
  assert_done(forms_load(DATA, words.states, &words.forms, error));
  assert_done(catalogue_open(DATA, &words.catalogue, error));
  *state = &words;
  return 0;
}

static int free_words(void **state) {
  Words *words = *state;
  catalogue_free(words->catalogue);
  forms_free(words->forms);
  states_free(words->states);
  return 0;
}

/* The letter under test, for sentences. */
typedef struct {
  const char *wording, *recipient, *occasion;
  enum language language;
  GString *subject, *text, *html;
} Case;

#define complain(c, format, ...)                                                                             \
  fail_msg("%s/%s to %s, %s: " format "\n%s", (c)->wording, language_code((c)->language), (c)->recipient,    \
           (c)->occasion, __VA_ARGS__, (c)->text->str)

static void check_absent(const Case *c, const GString *in, const char *const *pieces) {
  for (; *pieces != NULL; pieces++)
    if (strstr(in->str, *pieces) != NULL)
      complain(c, "\"%s\" is in it", *pieces);
}

static void check_lines(const Case *c) {
  g_auto(GStrv) lines = g_strsplit(c->text->str, "\n", -1);
  for (char **line = lines; *line != NULL; line++) {
    const char *words = *line + strspn(*line, " -0123456789.");
    gsize length = strlen(*line);
    if (wrap_columns(*line, length) > WRAP_COLUMNS && strchr(words, ' ') != NULL)
      complain(c, "too wide: %s", *line);
    if (strstr(words, "  ") != NULL)
      complain(c, "two blanks: %s", *line);
    if (length > 0 && (strchr(" \\", (*line)[length - 1]) != NULL))
      complain(c, "an end that is none: %s", *line);
  }
}

/* What is read out: words in their order, without marks of lists, rules and underlines. */
static char *spoken(const char *text) {
  g_autoptr(GRegex) marks = g_regex_new("^(?:-{3,}|\\s*(?:-|\\d+\\.)(?= ))", G_REGEX_MULTILINE, 0, NULL);
  g_autofree char *words = g_regex_replace_literal(marks, text, -1, 0, "", 0, NULL);
  g_autoptr(GRegex) blanks = g_regex_new("[ \\n]+", 0, 0, NULL);
  g_autofree char *plain = g_regex_replace_literal(blanks, words, -1, 0, " ", 0, NULL);
  return g_strdup(g_strstrip(plain));
}

static char *spoken_html(const char *html) {
  g_autoptr(GRegex) head = g_regex_new("^.*<body[^>]*>", G_REGEX_DOTALL, 0, NULL);
  g_autoptr(GRegex) isolates = g_regex_new("</?(?:bdi|strong|em|a)\\b[^>]*>", 0, 0, NULL);
  g_autoptr(GRegex) tags = g_regex_new("<[^>]*>", 0, 0, NULL);
  g_autofree char *body = g_regex_replace_literal(head, html, -1, 0, "", 0, NULL);
  g_autofree char *joined = g_regex_replace_literal(isolates, body, -1, 0, "", 0, NULL);
  g_autofree char *bare = g_regex_replace_literal(tags, joined, -1, 0, " ", 0, NULL);
  g_autoptr(GString) text = g_string_new(bare);
  static const char *const references[][2] = {
      {"&quot;", "\""}, {"&#39;", "'"}, {"&lt;", "<"}, {"&gt;", ">"}, {"&amp;", "&"}};
  for (gsize i = 0; i < G_N_ELEMENTS(references); i++)
    g_string_replace(text, references[i][0], references[i][1], 0);
  return spoken(text->str);
}

static void check_same_words(const Case *c) {
  g_autofree char *of_text = spoken(c->text->str), *of_html = spoken_html(c->html->str);
  if (strcmp(of_text, of_html) != 0)
    complain(c, "the HTML part says otherwise:\n%s\nbut the text part:\n%s\n", of_html, of_text);
}

static void check_letter(const Case *c) {
  static const char *const never_in_text[] = {"{{",     "}}",  "\001", "\002", "\003",
                                              "\n\n\n", " \n", "()",   "« »",  NULL};
  static const char *const never_in_html[] = {
      "{{", "}}", "<p></p>", "<p><bdi></bdi></p>", "<img", " src=", "<script", "<li></li>", "url(", NULL};
  check_absent(c, c->text, never_in_text);
  check_absent(c, c->html, never_in_html);
  check_lines(c);
  check_same_words(c);
  if (c->text->str[0] == '\n' || !g_str_has_suffix(c->text->str, "\n") ||
      g_str_has_suffix(c->text->str, "\n\n"))
    complain(c, "%s", "it does not begin with a word or end with one line break");
  if (g_utf8_strlen(c->subject->str, -1) > WORDING_SUBJECT_MAX || strpbrk(c->subject->str, "\n{}") != NULL)
    complain(c, "the subject \"%s\"", c->subject->str);
  g_autofree char *lang = g_strdup_printf("<html lang=\"%s\">", language_code(c->language));
  if (strstr(c->html->str, lang) == NULL)
    complain(c, "%s is not in the HTML", lang);
}

/* What every letter of the wording must show stands in both parts: the digest, the reference, where to reply.
 */
static void check_complete(const Case *c, const Wording *wording) {
  g_autoptr(GArray) always = wording_lacks(wording, NULL);
  for (guint i = 0; i < always->len; i++) {
    const Field *field = g_array_index(always, WordingLack, i).field;
    const char *value = wording_sample(wording, field);
    if (field->kind != FIELD_TEXT || strchr(value, ' ') != NULL) /* may be wrapped */
      continue;
    if (strstr(c->text->str, value) == NULL || strstr(c->html->str, value) == NULL)
      complain(c, "%s is not in both parts", value);
  }
  if (strstr(c->text->str, "reponses+r.k7m2q9@rencontres.example") == NULL)
    complain(c, "%s", "where to reply is not in it");
}

static gboolean is_left_out(const char *const *without, const char *name) {
  return g_strv_contains(without, name);
}

static Value mailing_values(const Wording *wording, const char *const *without, ValuePool *pool) {
  Value samples = wording_samples(wording, FIELD_MAILING, pool);
  ValueField *fields = value_pool_fields(pool, samples.length);
  for (gsize i = 0; i < samples.length; i++) {
    fields[i] = samples.fields[i];
    if (is_left_out(without, fields[i].key))
      fields[i].value = value_text(NULL);
  }
  return value_map(fields, samples.length);
}

/* NULL when the table has no form for this one. */
static gboolean address(const Words *words, const Recipient *to, enum language language, FormsAddress *ret) {
  FormsQuery query = to->query;
  g_autofree char *missing = NULL;
  query.language = language;
  query.state = "XA";
  int r = -1;
  assert_done((r = forms_address(words->forms, &query, ret, &missing, error)) > 0 ? 0 : r);
  return r == 0;
}

static void render_to(const Words *words, const Letter *letter, const Wording *wording, const Recipient *to,
                      const char *occasion) {
  static const Value offices[] = {{VALUE_TEXT, 18, {"Présidence de X, Y"}}, {VALUE_TEXT, 10, {"Secretaria"}}};
  g_auto(FormsAddress) form = {0};
  enum language language = wording_language(wording);
  if (!address(words, to, language, &form))
    fail_msg("%s/%s: no form", to->name, language_code(language));
  const ValueField fields[] = {
      {"name", value_text(to->query.name != NULL ? to->query.name : "Présidence")},
      {"salutation", value_text(form.salutation)},
      {"inside_address", value_text(form.inside_address)},
      {"close", value_text(form.close)},
      {"reply_address", value_text("reponses+r.k7m2q9@rencontres.example")},
      {"page_url", value_text(to->approval ? "https://documents.rencontres.example/r/k7m2q9x4" : NULL)},
      {"unsubscribe_url",
       value_text(to->approval ? NULL : "https://documents.rencontres.example/u/k7m2q9x4")},
      {"ground_approval", value_flag(to->approval)},
      {"ground_promotion", value_flag(to->promotion)},
      {"offices", value_list(offices, 2)}};
  const Value recipient = value_map(fields, G_N_ELEMENTS(fields));
  g_autoptr(GString) subject = g_string_new(NULL);
  g_autoptr(GString) text = g_string_new(NULL);
  g_autoptr(GString) html = g_string_new(NULL);
  assert_done(letter_render(letter, &recipient, subject, text, html, error));
  const Case c = {wording_name(wording), to->name, occasion, language, subject, text, html};
  check_letter(&c);
  check_complete(&c, wording);
}

static void every_letter(void **state) {
  const Words *words = *state;
  for (const char *const *name = catalogue_names(words->catalogue); *name != NULL; name++) {
    for (gsize i = 0; i < LANGUAGE_COUNT * G_N_ELEMENTS(occasions); i++) {
      gsize occasion = i / LANGUAGE_COUNT;
      g_autoptr(Wording) wording = NULL;
      g_autoptr(ValuePool) pool = value_pool_new();
      g_autoptr(Letter) letter = NULL;
      assert_done(
          catalogue_load(words->catalogue, *name, (enum language)(i % LANGUAGE_COUNT), &wording, error));
      Value mailing = mailing_values(wording, occasions[occasion].without, pool);
      g_autoptr(GArray) lacks = wording_lacks(wording, &mailing);
      if (lacks->len > 0)
        continue; /* this one is never sent on such an occasion */
      assert_done(letter_new(wording, &mailing, &letter, error));
      for (gsize to = 0; to < G_N_ELEMENTS(recipients); to++)
        render_to(words, letter, wording, &recipients[to], occasions[occasion].name);
    }
  }
}

/* The rules of the texts that no single rendering shows. */
static void what_each_is(void **state) {
  static const struct {
    const char *name;
    gboolean first_contact;
    const char *needs[6]; /* with nothing but what every mailing fills; NULL ends */
  } rows[] = {
      {"covering-note", TRUE, {"document_title", "document_file", "document_sha256"}},
      {"erratum",
       FALSE,
       {"document_title", "prior_title", "prior_date", "prior_reference", "change", "document_file"}},
      {"late-registrant", TRUE, {"document_title", "document_file", "document_sha256"}},
      {"pre-report", TRUE, {"document_title", "document_file", "document_sha256"}},
      {"press", TRUE, {"document_title", "embargo", "document_file", "document_sha256"}},
      {"registration", TRUE, {"forum"}},
      {"reminder-first",
       FALSE,
       {"prior_date", "prior_reference", "prior_title", "prior_file", "prior_sha256"}},
      {"reminder-last",
       FALSE,
       {"prior_date", "prior_reference", "prior_title", "prior_file", "prior_sha256"}},
      {"synthesis", TRUE, {"document_title", "document_file", "document_sha256"}},
      {"synthesis-attendees", TRUE, {"document_title", "document_file", "document_sha256"}},
      {"synthesis-copy",
       TRUE,
       {"document_title", "prior_date", "prior_reference", "document_file", "document_sha256"}},
      {"synthesis-organisations", TRUE, {"document_title", "document_file", "document_sha256"}},
      {"thanks", FALSE, {"prior_date", "prior_reference"}},
  };
  static const char *const house[] = {
      "organisation", "organisation_address", "sender_name", "place", "date", "reference", "objection"};
  const Words *words = *state;
  ValueField known[G_N_ELEMENTS(house)];
  for (gsize i = 0; i < G_N_ELEMENTS(house); i++)
    known[i] = (ValueField){house[i], value_text("x")};
  const Value mailing = value_map(known, G_N_ELEMENTS(known));
  for (gsize i = 0; i < G_N_ELEMENTS(rows) * LANGUAGE_COUNT; i++) {
    g_autoptr(Wording) wording = NULL;
    gsize row = i / LANGUAGE_COUNT;
    assert_done(catalogue_load(words->catalogue, rows[row].name, (enum language)(i % LANGUAGE_COUNT),
                               &wording, error));
    assert_int_equal(wording_first_contact(wording), rows[row].first_contact);
    assert_non_null(wording_purpose(wording));
    g_autoptr(GArray) lacks = wording_lacks(wording, &mailing);
    for (gsize j = 0; j < G_N_ELEMENTS(rows[row].needs) && rows[row].needs[j] != NULL; j++) {
      gboolean found = FALSE;
      for (guint k = 0; k < lacks->len; k++)
        found = found || strcmp(g_array_index(lacks, WordingLack, k).field->name, rows[row].needs[j]) == 0;
      if (!found)
        fail_msg("%s does without %s", wording_path(wording), rows[row].needs[j]);
    }
  }
}

/* A reminder names the first letter by date and reference, and offers one way to answer. */
static void reminders_offer_one_way(void **state) {
  const Words *words = *state;
  static const char *const names[] = {"reminder-first", "reminder-last"};
  for (gsize i = 0; i < G_N_ELEMENTS(names) * LANGUAGE_COUNT; i++) {
    g_autoptr(Wording) wording = NULL;
    assert_done(catalogue_load(words->catalogue, names[i % 2], (enum language)(i / 2), &wording, error));
    assert_null(wording_field(wording, "page_url", strlen("page_url")));
    assert_true(wording_uses(wording, wording_field(wording, "reply_address", strlen("reply_address"))));
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(every_letter),
      cmocka_unit_test(what_each_is),
      cmocka_unit_test(reminders_offer_one_way),
  };
  return cmocka_run_group_tests(tests, load_words, free_words);
}
