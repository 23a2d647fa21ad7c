/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "api/forms_api.h"

#include <string.h>

#include "api/handlers.h"
#include "base/fault.h"
#include "mailing/form_use_rows.h"

/* ---- the table ---- */

typedef struct {
  const char *kind, *language, *state; /* NULL: any */
  gboolean unreviewed;
} FormsFilter;

static gboolean matches(const FormsFilter *filter, const FormsRow *row) {
  return (filter->kind == NULL || strcmp(filter->kind, row->kind) == 0) &&
         (filter->language == NULL || strcmp(filter->language, row->language) == 0) &&
         (filter->state == NULL || g_ascii_strcasecmp(filter->state, row->state) == 0) &&
         (!filter->unreviewed || row->reviewed_by[0] == '\0');
}

static const char *or_null(const char *cell) {
  return cell[0] != '\0' ? cell : NULL;
}

/* PATH and line are where a reader signs; the daemon writes to neither file. */
static json_t *row_json(const char *folder, const FormsRow *row) {
  g_autofree char *path = g_build_filename(folder, row->file, NULL);
  return json_pack("{s:s, s:s, s:I, s:s, s:s, s:s, s:s?, s:s?, s:s?, s:s?, s:s, s:s?, s:s?, s:s, s:s?}",
                   "file", row->file, "path", path, "line", (json_int_t)row->line, "kind", row->kind,
                   "language", row->language, "form", row->form, "state", or_null(row->state), "valid_from",
                   or_null(row->valid_from), "valid_to", or_null(row->valid_to), "salutation",
                   or_null(row->salutation), "text", row->text, "close", or_null(row->close), "style",
                   or_null(row->style), "source", row->source, "reviewed_by", or_null(row->reviewed_by));
}

static gboolean is_kind(const Forms *forms, const char *kind) {
  for (guint i = 0; i < forms_row_count(forms); i++) {
    FormsRow row;
    forms_row_at(forms, i, &row);
    if (strcmp(row.kind, kind) == 0)
      return TRUE;
  }
  return FALSE;
}

static int read_filter(const Ask *ask, const MailingSettings *settings, FormsFilter *filter, GError **error) {
  enum language language = LANGUAGE_FR;
  int r = ask_query_text(ask, "kind", &filter->kind, error);
  if (r == 0)
    r = ask_query_text(ask, "language", &filter->language, error);
  if (r == 0)
    r = ask_query_text(ask, "state", &filter->state, error);
  if (r == 0)
    r = ask_query_flag(ask, "unreviewed", &filter->unreviewed, error);
  if (r < 0)
    return r;
  if (filter->kind != NULL && !is_kind(settings->forms, filter->kind)) {
    g_autofree char *kinds = g_strjoinv(", ", (char **)forms_kinds(settings->forms));
    return fault(error, FAULT_INPUT, "kind: \"%s\" is no kind of office nor class of close; kinds are %s",
                 filter->kind, kinds);
  }
  if (filter->language != NULL && !language_parse(filter->language, &language))
    return fault(error, FAULT_INPUT, "language: \"%s\" is none of fr, en, es and pt", filter->language);
  if (filter->state != NULL && states_find(settings->states, filter->state) == NULL)
    return fault(error, FAULT_INPUT, "state: states.tsv has no State %s", filter->state);
  filter->language = filter->language != NULL ? language_code(language) : NULL;
  return 0;
}

int forms_api_list(Ask *ask, GError **error) {
  static const char *const known[] = {"kind", "language", "state", "unreviewed", "after", "limit", NULL};
  g_autoptr(MailingSettings) settings = desk_settings(ask->house->desk);
  FormsFilter filter = {NULL, NULL, NULL, FALSE};
  gint64 after = 0, limit = 0;
  int r = ask_query(ask, known, error);
  if (r == 0)
    r = read_filter(ask, settings, &filter, error);
  if (r == 0)
    r = ask_page(ask, 0, &after, &limit, error);
  if (r < 0)
    return r;
  json_t *items = json_array();
  guint count = forms_row_count(settings->forms);
  gint64 i = MIN(after, (gint64)count);
  for (; i < count && (gint64)json_array_size(items) < limit; i++) {
    FormsRow row;
    forms_row_at(settings->forms, (guint)i, &row);
    if (matches(&filter, &row))
      json_array_append_new(items, row_json(ask->house->config->valise.templates, &row));
  }
  g_autofree char *last = g_strdup_printf("%" G_GINT64_FORMAT, i);
  return ask_respond(ask, 200, ask_page_of(items, limit, json_string(last)));
}

/* ---- what a roll uses ---- */

int forms_api_add_use(Link *link, const Mailing *mailing, json_t *roll, GError **error) {
  g_autoptr(GPtrArray) uses = NULL;
  int r = form_use_rows_list(link, mailing->generation, &uses, error);
  if (r < 0)
    return r;
  json_t *rows = json_array();
  gint64 letters = 0;
  for (guint i = 0; i < uses->len; i++) {
    const FormUse *use = g_ptr_array_index(uses, i);
    letters += use->letters;
    json_array_append_new(rows,
                          json_pack("{s:s, s:I}", "form", use->form, "letters", (json_int_t)use->letters));
  }
  json_object_set_new(roll, "unreviewed_forms", json_integer(letters));
  json_object_set_new(roll, "unreviewed_rows", rows);
  return 0;
}
