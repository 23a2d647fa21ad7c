/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "api/handlers.h"
#include "base/fault.h"
#include "base/text.h"
#include "contacts/import.h"

static json_t *complaints_json(const GPtrArray *complaints, gboolean notes) {
  json_t *list = json_array();
  for (guint i = 0; i < complaints->len; i++) {
    const ImportComplaint *c = g_ptr_array_index(complaints, i);
    if (c->note == notes)
      json_array_append_new(list, json_pack("{s:I, s:s?, s:s}", "line", (json_int_t)c->line, "column",
                                            c->column, "text", c->sentence));
  }
  return list;
}

static json_t *report_json(const ImportReport *r) {
  char delimiter[2] = {r->delimiter, '\0'};
  return json_pack("{s:o, s:b, s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:s?, s:s?, s:s, s:o, s:o}", "id",
                   ask_ident(IDENT_IMPORT, r->id), "dry_run", r->dry_run, "rows", (json_int_t)r->rows, "new",
                   (json_int_t)r->added, "changed", (json_int_t)r->changed, "unchanged",
                   (json_int_t)r->unchanged, "set_aside", (json_int_t)r->set_aside, "holders",
                   (json_int_t)r->holders, "refused", (json_int_t)r->bad, "noted", (json_int_t)r->notes,
                   "format", r->format, "encoding", r->encoding, "delimiter", delimiter, "complaints",
                   complaints_json(r->complaints, FALSE), "notes", complaints_json(r->complaints, TRUE));
}

static int read_options(const Ask *ask, ImportOptions *o, GError **error) {
  static const char *const known[] = {"name",     "list",      "dry-run", "skip-bad",
                                      "encoding", "delimiter", "map",     NULL};
  const char *delimiter;
  int r = ask_query(ask, known, error);
  if (r == 0)
    r = ask_query_text(ask, "name", &o->name, error);
  if (r == 0)
    r = ask_query_text(ask, "list", &o->list, error);
  if (r == 0)
    r = ask_query_text(ask, "encoding", &o->encoding, error);
  if (r == 0)
    r = ask_query_text(ask, "delimiter", &delimiter, error);
  if (r == 0)
    r = ask_query_flag(ask, "dry-run", &o->dry_run, error);
  if (r == 0)
    r = ask_query_flag(ask, "skip-bad", &o->skip_bad, error);
  if (r < 0)
    return r;
  if (delimiter != NULL && strcmp(delimiter, "tab") == 0)
    delimiter = "\t";
  if (delimiter != NULL && strlen(delimiter) != 1)
    return fault(error, FAULT_INPUT, "delimiter: \"%s\" is not one character (or the word tab)", delimiter);
  o->delimiter = delimiter != NULL ? *delimiter : '\0';
  o->maps = request_query_all(ask->request, "map");
  if (o->name == NULL)
    o->name = "the file";
  return 0;
}

/* A file with bad rows is refused with the whole report beside the error. */
static int refuse(Ask *ask, const ImportReport *report) {
  g_autofree char *message =
      g_strdup_printf("%" G_GINT64_FORMAT " of %" G_GINT64_FORMAT
                      " rows are bad and nothing was imported; mend them, or leave them out with "
                      "--skip-bad",
                      report->bad, report->rows);
  json_t *body = report_json(report);
  json_object_set_new(body, "error", json_pack("{s:s, s:s}", "code", "input", "message", message));
  return ask_respond(ask, 400, body);
}

int imports_api_import(Ask *ask, GError **error) {
  ImportOptions options = {0};
  g_auto(ImportReport) report = {0};
  const char *path = request_upload(ask->request);
  int r = read_options(ask, &options, error);
  if (r < 0)
    return r;
  if (path == NULL)
    return fault(error, FAULT_INPUT,
                 "a file is wanted as the body, with Content-Type text/csv or text/vcard");
  g_autoptr(GMappedFile) file = g_mapped_file_new(path, FALSE, error);
  if (file == NULL)
    return FAULT_SYSTEM;
  g_autoptr(GBytes) bytes = g_mapped_file_get_bytes(file);
  r = import_csv(ask->house->contacts, ask->actor, bytes, &options, &report, error);
  if (r < 0)
    return r;
  if (r == IMPORT_REFUSED)
    return refuse(ask, &report);
  return ask_respond(ask, options.dry_run ? 200 : 201, report_json(&report));
}
