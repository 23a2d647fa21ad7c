/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "support/case.h"

#include "base/fault.h"
#include "templates/wording.h"

#include <string.h>

#define FIELDS                                                                                               \
  "# comment\n\nfirst-contact\norganisation mailing text Example\nsite mailing url https://s.example\n"      \
  "items mailing list one | two\nname recipient text Ama\nstreet recipient lines A / B\n"                    \
  "page recipient url https://p.example\nasked recipient flag no\n"

static char *folder;

static int make_folder(void **state) {
  (void)state;
  folder = case_folder_make();
  g_autofree char *path = g_build_filename(folder, "wording", "w", NULL);
  assert_int_equal(g_mkdir_with_parents(path, 0700), 0);
  return 0;
}

static int remove_folder(void **state) {
  (void)state;
  case_folder_remove(folder);
  return 0;
}

static int load(const char *fields, const char *text, gssize length, Wording **ret, GError **error) {
  g_autofree char *fields_path = g_build_filename(folder, "wording", "w", "fields", NULL);
  g_autofree char *path = g_build_filename(folder, "wording", "w", "en.md", NULL);
  assert_true(g_file_set_contents(fields_path, fields, -1, NULL));
  assert_true(g_file_set_contents(path, text, length, NULL));
  return wording_load(folder, "w", LANGUAGE_EN, ret, error);
}

static const struct {
  const char *text, *says;
} mistakes_in_the_text_rows[] = {
    {"Hello\n", "en.md line 1: no subject"},
    {"Subject:  \n\nx\n", "en.md line 1: the subject is empty"},
    {"Subject: s\nx\n", "en.md line 2: the line after the subject"},
    {"Subject: s\n\n \n", "en.md line 3: there is no text"},
    {"Subject: s", "en.md line 2: the line after the subject"},
    {"Subject: {{nome}}\n\nx\n", "en.md line 1: {{nome}}: no such field; correct the name or declare it in"},
    {"Subject: s\n\nx\ny {{nome}}\n", "en.md line 4: {{nome}}: no such field"},
    {"Subject: s\n\nx\n\n{{#nome}}y{{/nome}}\n", "en.md line 5: {{#nome}}: no such field"},
    {"Subject: s\n\n{{name.x}}\n", "en.md line 3: {{name.x}}: no such field"},
    {"Subject: s\n\n{{{name}}}\n", "en.md line 3: {{{name}}}: an unescaped tag"},
    {"Subject: s\n\nx {{&name}}\n", "en.md line 3: {{&name}}: an unescaped tag"},
    {"Subject: s\n\n{{>other}}\n", "en.md line 3: {{>other}}: a wording cannot take in another file"},
    {"Subject: s\n\n{{name\n", "en.md line 3: {{name: the tag is not closed"},
    {"Subject: s\n\n{{#asked}}\nx\n", "en.md line 3: {{#asked}} is not closed"},
    {"Subject: s\n\n{{asked}}\n", "en.md line 3: {{asked}}: a flag has no words"},
    {"Subject: s\n\n{{items}}\n", "en.md line 3: {{items}}: a list has no words"},
    {"Subject: s\n\n{{.}}\n", "en.md line 3: {{.}}: it stands within no section"},
    {"Subject: s\n\n{{#asked}}{{.}}{{/asked}}\n", "en.md line 3: {{.}}: it stands within no section"},
    {"Subject: s\n\n{{#.}}x{{/.}}\n", "en.md line 3: {{#.}}: a section needs the name"},
    {"Subject: s\n\nx\n\n<b>y</b>\n", "en.md line 5: HTML cannot be used"},
    {"Subject: s\n\n{{#items}}\n1. {{.}}\n{{/items}}\n\n<div>\n", "en.md line 7: HTML cannot be used"},
    {"Subject: s\n\n{{! c }}\nx\n\n<div>\n", "en.md line 6: HTML cannot be used"},
    {"Subject: s\n\n{{#asked}}\nx\n{{/asked}}\n\n<div>\n", "en.md line 7: HTML cannot be used"},
    {"Subject: s\n\n![x](https://x.example/p.png)\n", "en.md line 3: images cannot be used"},
    {"Subject: s\n\n[x](javascript:alert)\n", "en.md line 3: a link goes to no http"},
    {"Subject: s\n\nx\n\n[x](/relative)\n", "en.md line 5: a link goes to no http"},
    {"Subject: s\n\n[x]({{name}})\n", "en.md line 3: {{name}}: only a field of kind url"},
    {"Subject: s\n\n[x]({{page}}/more)\n", "en.md line 3: {{page}}: only a field of kind url"},
    {"Subject: s\n\n[x](https://x.example/{{#asked}}y{{/asked}})\n",
     "{{#asked}}: a section cannot stand within a link's address"},
    {"Subject: s\n\n[x](https://x.example \"title\")\n", "en.md line 3: a link has a title"},
    {"Subject: s\n\n{{#asked}}\nx\n\ny{{/asked}}\n",
     "en.md line 6: {{/asked}}: the section opens and closes in different"},
    {"Subject: s\n\n**{{#asked}}x** y{{/asked}}\n",
     "en.md line 3: {{/asked}}: the section opens and closes in different"},
    {"Subject: s\n\n# Dear {{name}}\n", "en.md line 3: {{name}}: a heading is the same for all"},
    {"Subject: s\n\n`{{#asked}}x{{/asked}}`\n",
     "en.md line 3: {{#asked}}: a section cannot stand within code"},
    {"Subject: s\n\nx\ny\xff\n", "en.md line 4: the text is not valid UTF-8"},
    {"Subject: s\n\nx\001\n", "en.md line 3: a control or private-use character"},
    {"Subject: s\n\nx\xee\x80\x80\n", "en.md line 3: a control or private-use character"},
    {"Subject: s\n\n[x](https://x.example/%EE%80%80)\n", "en.md line 3: a control or private-use character"},
};

static void mistakes_in_the_text(void **state) {
  (void)state;
  for (gsize i = 0; i < G_N_ELEMENTS(mistakes_in_the_text_rows); i++) {
    Wording *wording = NULL;
    g_autoptr(GError) error = NULL;
    int r = load(FIELDS, mistakes_in_the_text_rows[i].text, -1, &wording, &error);
    if (r != FAULT_INPUT)
      fail_msg("\"%s\": %d", mistakes_in_the_text_rows[i].text, r);
    if (strstr(error->message, mistakes_in_the_text_rows[i].says) == NULL)
      fail_msg("expected \"%s\" in \"%s\"", mistakes_in_the_text_rows[i].says, error->message);
  }
}

static void mistakes_in_the_fields(void **state) {
  static const struct {
    const char *fields, *says;
  } rows[] = {
      {"a mailing text x\na recipient text y\n", "fields line 2: the field a is declared twice"},
      {"\nA mailing text x\n", "fields line 2: \"A\" is no name"},
      {"a person text x\n", "fields line 1: the level of a"},
      {"a mailing word x\n", "fields line 1: the kind of a"},
      {"a mailing text\n", "fields line 1: the field a has no sample"},
      {"a mailing url www.example\n", "fields line 1: the sample of a is no http"},
      {"a\n", "fields line 1: the level of a"},
      {"a mailing time 14/10/2013\n", "fields line 1: the sample of a: \"14/10/2013\" is a date in figures"},
      {"a mailing time 2013-13-01\n",
       "fields line 1: the sample of a: \"2013-13-01\" names a day that there is not"},
      {"a mailing text x\na.de y\n", "fields line 2: \"de\" is none of fr, en, es and pt"},
      {"a mailing text x\na.en\n", "fields line 2: the field a has no sample"},
      {"a mailing url https://a.example\na.en,es x\n", "fields line 2: the sample of a is no http"},
      {"b.en x\n", "fields line 1: no field b is declared above"},
      {"needs: b\n", "fields line 1: no field b is declared above"},
      {"a mailing text x\ndiffers: b en it is so\n", "fields line 2: no field b is declared above"},
      {"a mailing text x\ndiffers: a en,xx it is so\n", "fields line 2: \"xx\" is none of fr, en, es and pt"},
      {"a mailing text x\ndiffers: a en\n", "fields line 2: no reason stands here"},
      {"a mailing text \xff\n", "fields: the file is not valid UTF-8"},
  };
  (void)state;
  for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
    Wording *wording = NULL;
    g_autoptr(GError) error = NULL;
    assert_int_equal(load(rows[i].fields, "Subject: s\n\nx\n", -1, &wording, &error), FAULT_INPUT);
    if (strstr(error->message, rows[i].says) == NULL)
      fail_msg("expected \"%s\" in \"%s\"", rows[i].says, error->message);
  }
}

static void what_is_read(void **state) {
  (void)state;
  g_autoptr(Wording) wording = NULL;
  static const char text[] = "\xef\xbb\xbfSubject: Dear {{name}}\r\n\r\nx {{organisation}}\r\n";
  assert_done(load(FIELDS, text, -1, &wording, error));
  assert_true(wording_first_contact(wording));
  assert_int_equal(wording_field_count(wording), 7);
  assert_string_equal(wording_name(wording), "w");
  assert_int_equal(wording_language(wording), LANGUAGE_EN);
  assert_true(wording_uses(wording, wording_field(wording, "name", 4)));
  assert_true(wording_uses(wording, wording_field(wording, "organisation", 12)));
  assert_false(wording_uses(wording, wording_field(wording, "page", 4)));
  const Digest expected = digest_of(FIELDS "\xef\xbb\xbfSubject: Dear {{name}}\r\n\r\nx {{organisation}}\r\n",
                                    strlen(FIELDS) + sizeof text - 1);
  assert_true(digest_equal(wording_digest(wording), &expected));
  g_autoptr(ValuePool) pool = value_pool_new();
  Value mailing = wording_samples(wording, FIELD_MAILING, pool),
        recipient = wording_samples(wording, FIELD_RECIPIENT, pool);
  assert_int_equal(value_get(&mailing, "items", 5)->length, 2);
  assert_string_equal(value_get(&recipient, "street", 6)->text, "A\nB");
  assert_int_equal(value_get(&recipient, "asked", 5)->kind, VALUE_FALSE);
  assert_null(value_get(&recipient, "items", 5));
}

static void samples_of_a_language(void **state) {
  (void)state;
  g_autoptr(Wording) wording = NULL;
  g_autoptr(ValuePool) pool = value_pool_new();
  assert_done(
      load("purpose: To try it.\nday mailing time 2013-12-01\nend mailing time 2013-12-09T08:00:00+01:00\n"
           "title mailing text Rapport\ntitle.en,es Report\ntitle.pt Relatório\nnote mailing text x\n",
           "Subject: s\n\n{{title}}\n", -1, &wording, error));
  Value mailing = wording_samples(wording, FIELD_MAILING, pool);
  assert_string_equal(wording_purpose(wording), "To try it.");
  assert_false(wording_first_contact(wording));
  assert_string_equal(value_get(&mailing, "day", 3)->text, "1 December 2013");
  assert_string_equal(value_get(&mailing, "end", 3)->text, "Monday 9 December 2013 at 8 a.m., Paris time");
  assert_string_equal(value_get(&mailing, "title", 5)->text, "Report");
  assert_string_equal(value_get(&mailing, "note", 4)->text, "x");
}

/* The names of what is lacking, and the lines. */
static char *lacks_of(const Wording *wording, const Value *mailing) {
  GString *text = g_string_new(NULL);
  g_autoptr(GArray) lacks = wording_lacks(wording, mailing);
  for (guint i = 0; i < lacks->len; i++) {
    const WordingLack *lack = &g_array_index(lacks, WordingLack, i);
    g_string_append_printf(text, "%s:%u ", lack->field->name, lack->line);
  }
  return g_string_free(text, FALSE);
}

static void what_is_lacking(void **state) {
  (void)state;
  g_autoptr(Wording) wording = NULL;
  assert_done(load(
      FIELDS "title mailing text x\nend mailing time 2013-12-01\nnew mailing flag yes\nneeds: items new\n",
      "Subject: {{title}}\n\n{{name}} {{title}}{{#asked}}{{organisation}}{{/asked}}\n"
      "{{#end}}{{end}} {{site}}{{/end}}\n",
      -1, &wording, error));
  const Value items[] = {value_text("one")};
  const ValueField some[] = {
      {"title", value_text("")}, {"end", value_text("soon")}, {"items", value_list(items, 1)}};
  const ValueField all[] = {{"title", value_text("t")},
                            {"organisation", value_text("o")},
                            {"items", value_list(items, 1)},
                            {"new", value_flag(FALSE)}};
  const Value empty = value_map(NULL, 0), some_values = value_map(some, 3), all_values = value_map(all, 4);
  g_autofree char *none = lacks_of(wording, NULL), *nothing = lacks_of(wording, &empty),
                  *few = lacks_of(wording, &some_values), *enough = lacks_of(wording, &all_values);
  assert_string_equal(none, "title:1 organisation:3 items:0 new:0 ");
  assert_string_equal(nothing, none);
  assert_string_equal(few, "title:1 organisation:3 site:4 new:0 ");
  assert_string_equal(enough, "");
}

static void an_absent_file_is_said(void **state) {
  (void)state;
  Wording *wording = NULL;
  g_autoptr(GError) error = NULL;
  assert_int_equal(wording_load(folder, "none", LANGUAGE_FR, &wording, &error), FAULT_ABSENT);
  assert_non_null(strstr(error->message, "wording/none/fields"));
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(mistakes_in_the_text), cmocka_unit_test(mistakes_in_the_fields),
      cmocka_unit_test(what_is_read),         cmocka_unit_test(samples_of_a_language),
      cmocka_unit_test(what_is_lacking),      cmocka_unit_test(an_absent_file_is_said),
  };
  return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
