/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>
#include <unistd.h>

#include "base/fault.h"
#include "cli/groups.h"
#include "cli/show.h"
#include "cli/table.h"

/* Each LANGUAGE=FILE, also of those that a comma parts; a comma within a file's name parts nothing. */
static GPtrArray *versions_of(Call *call) {
  g_autoptr(GRegex) comma = g_regex_new(",(?=[a-z]{2,3}=)", 0, G_REGEX_MATCH_DEFAULT, NULL);
  GPtrArray *all = g_ptr_array_new_with_free_func(g_free);
  for (const char *const *value = call_values(call, "language"); *value != NULL; value++) {
    g_autofree char **parts = g_regex_split(comma, *value, G_REGEX_MATCH_DEFAULT);
    for (char **part = parts; *part != NULL; part++)
      g_ptr_array_add(all, *part);
  }
  return all;
}

/* "fr=pre-rapport.pdf" into its two halves; LANGUAGE is the caller's to free. */
static int split_language(const char *value, char **ret_language, const char **ret_file, GError **error) {
  const char *sign = strchr(value, '=');
  if (sign == NULL || sign == value || sign[1] == '\0')
    return fault(error, FAULT_INPUT, "--language %s: is no LANGUAGE=FILE, as in fr=pre-rapport.pdf", value);
  *ret_language = g_strndup(value, (gsize)(sign - value));
  *ret_file = sign + 1;
  return 0;
}

static ApiQuery *version_query(const char *language, const char *file) {
  g_autofree char *name = g_path_get_basename(file);
  return api_query_add(api_query_add(api_query_new(), "language", language), "name", name);
}

static const char *type_of(const char *file) {
  return g_str_has_suffix(file, ".pdf") ? "application/pdf" : "application/octet-stream";
}

static int add_first(Call *call, const char *value, json_t **ret, GError **error) {
  g_autofree char *language = NULL;
  const char *file = NULL;
  int r = split_language(value, &language, &file, error);
  if (r < 0)
    return r;
  g_autoptr(ApiQuery) query = version_query(language, file);
  api_query_add(query, "kind", call_argument(call, 0));
  api_query_add(query, "title", call_value(call, "title"));
  api_query_add(query, "edition", call_value(call, "edition"));
  api_query_add(query, "date", call_value(call, "date"));
  return api_upload(call_api(call), "documents", query, file, type_of(file), ret, error);
}

static int add_version(Call *call, const char *id, const char *value, json_t **ret, GError **error) {
  g_autofree char *language = NULL;
  const char *file = NULL;
  int r = split_language(value, &language, &file, error);
  if (r < 0)
    return r;
  g_autoptr(ApiQuery) query = version_query(language, file);
  g_autofree char *path = api_path("documents", id, "versions", NULL);
  return api_upload(call_api(call), path, query, file, type_of(file), ret, error);
}

static int add(Call *call, GError **error) {
  g_autoptr(GPtrArray) versions = versions_of(call);
  json_t *document = NULL;
  int r = add_first(call, g_ptr_array_index(versions, 0), &document, error);
  for (guint i = 1; r == 0 && i < versions->len; i++) {
    g_autofree char *id = g_strdup(show_text(document, "id"));
    json_t *next = NULL;
    r = add_version(call, id, g_ptr_array_index(versions, i), &next, error);
    if (r < 0)
      fault_prefix(error, "%s was made, but a version of it was not taken", id);
    else {
      json_decref(document);
      document = next;
    }
  }
  if (r == 0)
    return show_made(call, document);
  json_decref(document);
  return r;
}

static int put(Call *call, GError **error) {
  g_autoptr(GPtrArray) versions = versions_of(call);
  json_t *document = NULL;
  int r = 0;
  for (guint i = 0; r == 0 && i < versions->len; i++) {
    json_t *next = NULL;
    r = add_version(call, call_argument(call, 0), g_ptr_array_index(versions, i), &next, error);
    if (r == 0) {
      json_decref(document);
      document = next;
    }
  }
  if (r == 0)
    return show_changed(call, document, "added");
  json_decref(document);
  return r;
}

static void print_versions(Call *call, const json_t *versions) {
  for (size_t i = 0; i < json_array_size(versions); i++) {
    const json_t *v = json_array_get(versions, i);
    g_autofree char *public_at = show_time(call, v, "public_at");
    fprintf(call_out(call), "  %s  %s  %s  %" G_GINT64_FORMAT " bytes%s%s%s\n", show_text(v, "language"),
            show_text(v, "sha256"), show_text(v, "name"), show_int(v, "size"),
            *show_text(v, "frozen_at") == '\0'                ? ""
            : json_is_object(json_object_get(v, "signature")) ? "  frozen, signed"
                                                              : "  frozen",
            *public_at != '\0' ? "  public from " : "", public_at);
  }
}

static void print_document(Call *call, const json_t *d) {
  g_autofree char *frozen = show_time(call, d, "frozen_at");
  g_autofree char *edition = show_int(d, "edition") > 0 ? show_count(show_int(d, "edition")) : g_strdup("");
  table_block(call_out(call), call_plain(call), "document", show_text(d, "id"), "kind", show_text(d, "kind"),
              "title", show_text(d, "title"), "edition", edition, "date", show_text(d, "date"), "frozen",
              frozen, NULL);
  print_versions(call, json_object_get(d, "versions"));
}

static int show(Call *call, GError **error) {
  g_autofree char *path = api_path("documents", call_argument(call, 0), NULL);
  return show_one(call, path, NULL, print_document, error);
}

static int act_on(Call *call, const char *act, json_t *body, GError **error) {
  g_autofree char *path = api_path("documents", call_argument(call, 0), act, NULL);
  json_t *document = NULL;
  int r = api_send(call_api(call), "POST", path, NULL, body, &document, error);
  if (r < 0)
    return r;
  if (!call_json(call))
    print_document(call, document);
  else
    show_json(call, document);
  json_decref(document);
  return 0;
}

static int freeze(Call *call, GError **error) {
  json_t *body = json_object();
  if (call_value(call, "confirm") != NULL)
    json_object_set_new(body, "confirm", json_string(call_value(call, "confirm")));
  int r = act_on(call, "freeze", body, error);
  json_decref(body);
  return r;
}

static int signature(Call *call, GError **error) {
  g_autofree char *path =
      api_path("documents", call_argument(call, 0), "versions", call_argument(call, 1), "signature", NULL);
  g_autofree char *type = NULL;
  return api_download(call_api(call), path, NULL, STDOUT_FILENO, &type, error);
}

static int publish(Call *call, GError **error) {
  json_t *body = json_object();
  if (call_value(call, "at") != NULL)
    json_object_set_new(body, "at", json_string(call_value(call, "at")));
  int r = act_on(call, "publish", body, error);
  json_decref(body);
  return r;
}

static void document_row(Call *call, const json_t *item, char **cells) {
  json_t *languages = json_array();
  const json_t *versions = json_object_get(item, "versions");
  for (size_t i = 0; i < json_array_size(versions); i++)
    json_array_append(languages, json_object_get(json_array_get(versions, i), "language"));
  cells[0] = g_strdup(show_text(item, "id"));
  cells[1] = g_strdup(show_text(item, "kind"));
  cells[2] = g_strdup(show_text(item, "title"));
  cells[3] = g_strdup(show_text(item, "date"));
  cells[4] = show_joined(languages);
  cells[5] = show_time(call, item, "frozen_at");
  cells[6] = show_time(call, json_array_get(versions, 0), "public_at");
  json_decref(languages);
}

static int list(Call *call, GError **error) {
  static const char *const headings[] = {"ID",        "KIND",   "TITLE",  "DATE",
                                         "LANGUAGES", "FROZEN", "PUBLIC", NULL};
  return show_list(call, "documents", NULL, headings, document_row, "no documents", error);
}

/* Exit status 1 when the file is none of ours. */
static int verify(Call *call, GError **error) {
  const char *file = call_argument(call, 0);
  json_t *answer = NULL;
  int r = api_upload(call_api(call), "documents/verify", NULL, file, type_of(file), &answer, error);
  if (r < 0)
    return r;
  gboolean genuine = json_is_true(json_object_get(answer, "genuine"));
  const json_t *items = json_object_get(answer, "items");
  if (call_json(call))
    show_json(call, answer);
  else if (!genuine)
    fprintf(call_out(call), "%s: is not ours (sha256 %s)\n", file, show_text(answer, "sha256"));
  for (size_t i = 0; !call_json(call) && i < json_array_size(items); i++)
    print_document(call, json_array_get(items, i));
  json_decref(answer);
  return genuine ? EXIT_DONE : EXIT_RULE;
}

static const Option add_options[] = {
    {"title", OPTION_VALUE, "TEXT", "its title", TRUE},
    {"edition", OPTION_VALUE, "N", "its edition", FALSE},
    {"date", OPTION_VALUE, "DAY", "the day that it bears, as letters say it: 2013-12-02", FALSE},
    {"language", OPTION_REPEAT, "LANGUAGE=FILE", "one file a language; may be repeated, or parted by commas",
     TRUE},
    {0}};
static const Option put_options[] = {{"language", OPTION_REPEAT, "LANGUAGE=FILE",
                                      "one file a language; may be repeated, or parted by commas", TRUE},
                                     {0}};

static const Option freeze_options[] = {
    {"confirm", OPTION_VALUE, "CODE", "the code that stands for the files, their digests and the key", FALSE},
    {0}};
static const Option publish_options[] = {
    {"at", OPTION_VALUE, "TIME", "from this moment on; now, if not given", FALSE}, {0}};

const Command documents_commands[] = {
    {"documents", "add", "KIND",
     "Add a document: pre-report, synthesis, conclusion, initiatives-report, book or other", add_options, 0,
     add},
    {"documents", "put", "ID", "Add language versions to a document", put_options, 0, put},
    {"documents", "freeze", "ID", "Fix its versions by their digests, and sign them when a key is configured",
     freeze_options, 0, freeze},
    {"documents", "signature", "ID LANGUAGE", "Our detached signature over that file, on standard output",
     NULL, 0, signature},
    {"documents", "publish", "ID", "Make its frozen versions public, now or from a moment on",
     publish_options, 0, publish},
    {"documents", "show", "ID", "One document with its versions", NULL, 0, show},
    {"documents", "list", NULL, "All documents", NULL, COMMAND_LIST, list},
    {"documents", "verify", "FILE", "Is this file one of ours?", NULL, 0, verify},
    {0}};
