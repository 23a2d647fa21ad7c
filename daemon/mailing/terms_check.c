/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What must have a value before a letter may be sent, and how it is given one. */
#include "mailing/terms.h"

#include <string.h>

#include "base/fault.h"

/* Where a field's value comes from. A name that ends with an underscore stands for all that begin with it. */
static const struct {
  const char *field, *remedy;
} remedies[] = {
    {"organisation", "add [organisation] name in this language to valise.conf"},
    {"organisation_address", "add [organisation] address to valise.conf"},
    {"place",
     "no line of [organisation] address has a postal code and a town: add one to valise.conf, or give the "
     "mailing the value place"},
    {"verify_url", "set [http] base_url in valise.conf"},
    {"document_date",
     "add the document with the day that it bears, or give the mailing the value document_date"},
    {"document_", "give the mailing a document that has a version in this language (--document)"},
    {"prior_date",
     "give the mailing the value prior, as in prior=M-7: a mailing whose sending has begun, or is to "
     "begin at a time"},
    {"prior_",
     "give the mailing the value prior, as in prior=M-7: the mailing that this letter follows, with a "
     "document in this language"},
    {"embargo", "publish the document at a moment to come, or give the mailing the value embargo, as in "
                "2013-12-09T08:00:00+01:00"},
};

static char *remedy_for(const Field *field, const char *language) {
  for (gsize i = 0; i < G_N_ELEMENTS(remedies); i++) {
    const char *name = remedies[i].field;
    gboolean family = g_str_has_suffix(name, "_");
    if (family ? g_str_has_prefix(field->name, name) : strcmp(field->name, name) == 0)
      return g_strdup(remedies[i].remedy);
  }
  if (field->kind == FIELD_TIME)
    return g_strdup_printf("give the mailing the value %s, a day as 2013-12-02 or a moment as "
                           "2013-12-09T08:00:00+01:00",
                           field->name);
  return g_strdup_printf("give the mailing the value %s.%s", field->name, language);
}

static int refuse_lack(const Wording *wording, const WordingLack *lack, GError **error) {
  const char *language = language_code(wording_language(wording));
  g_autofree char *remedy = remedy_for(lack->field, language);
  if (lack->line == 0)
    return fault(error, FAULT_RULE, "%s: the wording needs the field %s, which has no value; %s",
                 wording_path(wording), lack->field->name, remedy);
  return fault(error, FAULT_RULE, "%s line %u: {{%s}} has no value; %s", wording_path(wording), lack->line,
               lack->field->name, remedy);
}

/* Without it a letter would not be one, even if its text does without the name. */
static int check_organisation(const Terms *terms, enum language language, GError **error) {
  if (terms_word(terms, language, "organisation") != NULL)
    return 0;
  return fault(error, FAULT_RULE,
               "[organisation] name: the organisation has no name in %s; add it to valise.conf",
               language_code(language));
}

static int check_recipient_fields(const Wording *wording, GError **error) {
  for (guint i = 0; i < wording_field_count(wording); i++) {
    const Field *field = wording_field_at(wording, i);
    if (field->level == FIELD_RECIPIENT && wording_uses(wording, field) &&
        !g_strv_contains(terms_recipient_fields, field->name))
      return fault(
          error, FAULT_RULE,
          "%s: nothing fills {{%s}} of the recipient's level; use one of the fields of wording.h, or "
          "declare it for the mailing and give its value",
          wording_path(wording), field->name);
  }
  return 0;
}

int terms_check_fields(const Terms *terms, const Wording *wording, GError **error) {
  int r = check_recipient_fields(wording, error);
  if (r == 0)
    r = check_organisation(terms, wording_language(wording), error);
  if (r < 0)
    return r;
  g_autoptr(ValuePool) pool = value_pool_new();
  Value values = terms_values(terms, wording, NULL, pool);
  g_autoptr(GArray) lacks = wording_lacks(wording, &values);
  return lacks->len == 0 ? 0 : refuse_lack(wording, &g_array_index(lacks, WordingLack, 0), error);
}
