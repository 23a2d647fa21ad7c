/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "api/handlers.h"
#include "base/fault.h"
#include "base/file.h"
#include "templates/catalogue.h"
#include "templates/language.h"

#define WORDING_TEXT_MAX (1024 * 1024)

static json_t *text_json(GBytes *text) {
  gsize size = 0;
  const char *bytes = g_bytes_get_data(text, &size);
  return json_stringn(bytes, size);
}

static json_t *languages_json(guint languages) {
  json_t *list = json_array();
  for (int language = 0; language < LANGUAGE_COUNT; language++)
    if ((languages & LANGUAGE_BIT(language)) != 0)
      json_array_append_new(list, json_string(language_code(language)));
  return list;
}

/* What is wrong with a wording's files is for the check to say; the list shows what it can. */
static json_t *summary(const Catalogue *catalogue, const char *name) {
  g_autoptr(Wording) fields = NULL;
  Digest digest;
  (void)catalogue_load_fields(catalogue, name, &fields, NULL);
  gboolean whole = catalogue_digest(catalogue, name, &digest, NULL) == 0;
  return json_pack("{s:s, s:o, s:s?, s:b, s:o}", "name", name, "languages",
                   languages_json(catalogue_languages(catalogue, name)), "purpose",
                   fields != NULL ? wording_purpose(fields) : NULL, "first_contact",
                   fields != NULL && wording_first_contact(fields), "sha256",
                   whole ? ask_digest(&digest) : json_null());
}

int templates_api_list(Ask *ask, GError **error) {
  static const char *const known[] = {NULL};
  int r = ask_query(ask, known, error);
  if (r < 0)
    return r;
  g_autoptr(MailingSettings) settings = desk_settings(ask->house->desk);
  json_t *items = json_array();
  for (const char *const *name = catalogue_names(settings->catalogue); *name != NULL; name++)
    json_array_append_new(items, summary(settings->catalogue, *name));
  return ask_respond(ask, 200, ask_list(items, NULL));
}

int templates_api_check(Ask *ask, GError **error) {
  static const char *const known[] = {"name", NULL};
  g_autoptr(GPtrArray) complaints = NULL;
  const char *name;
  int r = ask_query(ask, known, error);
  if (r == 0)
    r = ask_query_text(ask, "name", &name, error);
  if (r < 0)
    return r;
  g_autoptr(MailingSettings) settings = desk_settings(ask->house->desk);
  r = catalogue_check(settings->catalogue, name, &complaints, error);
  if (r < 0)
    return r;
  json_t *items = json_array();
  for (guint i = 0; complaints != NULL && i < complaints->len; i++)
    json_array_append_new(items, json_string(g_ptr_array_index(complaints, i)));
  json_t *answer = ask_list(items, NULL);
  json_object_set_new(answer, "sound", json_boolean(r == 0));
  return ask_respond(ask, 200, answer);
}

static gboolean is_lacking(const GArray *lacks, const Field *field) {
  for (guint i = 0; i < lacks->len; i++)
    if (g_array_index(lacks, WordingLack, i).field == field)
      return TRUE;
  return FALSE;
}

/* "needed": without a value no mailing with this wording is submitted. */
static json_t *fields_json(const Wording *wording) {
  g_autoptr(GArray) lacks = wording_lacks(wording, NULL);
  json_t *list = json_array();
  for (guint i = 0; i < wording_field_count(wording); i++) {
    const Field *field = wording_field_at(wording, i);
    json_array_append_new(list,
                          json_pack("{s:s, s:s, s:s, s:s, s:b, s:b}", "name", field->name, "level",
                                    wording_level_name(field->level), "kind", wording_kind_name(field->kind),
                                    "sample", wording_sample(wording, field), "used",
                                    wording_uses(wording, field), "needed", is_lacking(lacks, field)));
  }
  return list;
}

int templates_api_show(Ask *ask, GError **error) {
  static const char *const known[] = {"language", NULL};
  const char *name = request_argument(ask->request, "name"), *code;
  enum language language = 0;
  g_autoptr(Wording) wording = NULL;
  g_autoptr(GBytes) text = NULL;
  int r = ask_query(ask, known, error);
  if (r == 0)
    r = ask_query_text(ask, "language", &code, error);
  if (r < 0)
    return r;
  if (code != NULL && !language_parse(code, &language))
    return fault(error, FAULT_INPUT, "language: \"%s\" is none of fr, en, es and pt", code);
  g_autoptr(MailingSettings) settings = desk_settings(ask->house->desk);
  r = catalogue_load(settings->catalogue, name, language, &wording, error);
  if (r < 0)
    return r;
  g_autofree char *file = g_strconcat(language_code(language), ".md", NULL);
  g_autofree char *path = g_build_filename(ask->house->config->valise.templates, "wording", name, file, NULL);
  r = file_read(path, WORDING_TEXT_MAX, &text, error);
  if (r < 0)
    return r;
  return ask_respond(ask, 200,
                     json_pack("{s:s, s:s, s:s?, s:b, s:o, s:o}", "name", name, "language",
                               language_code(language), "purpose", wording_purpose(wording), "first_contact",
                               wording_first_contact(wording), "fields", fields_json(wording), "text",
                               text_json(text)));
}
