/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "base/fault.h"
#include "cli/act_signature_file.h"
#include "cli/contact_show.h"
#include "cli/groups.h"
#include "cli/show.h"
#include "cli/table.h"

/* ---- import ---- */

static void print_lines(Call *call, const json_t *lines, const char *word) {
  for (size_t i = 0; i < json_array_size(lines); i++) {
    const json_t *line = json_array_get(lines, i);
    const char *column = show_text(line, "column");
    fprintf(call_err(call), "%s: line %" G_GINT64_FORMAT "%s%s: %s\n", word, show_int(line, "line"),
            *column != '\0' ? ", " : "", column, show_text(line, "text"));
  }
}

/* How the file was read: vCards have no delimiter. */
static char *reading_of(const json_t *report) {
  if (g_str_equal(show_text(report, "format"), "vcard"))
    return g_strdup_printf("read as vCards, %s", show_text(report, "encoding"));
  return g_strdup_printf("read as %s, delimiter \"%s\"", show_text(report, "encoding"),
                         show_text(report, "delimiter"));
}

static void print_report(Call *call, const json_t *report, const char *file) {
  g_autofree char *reading = reading_of(report);
  print_lines(call, json_object_get(report, "notes"), "note");
  print_lines(call, json_object_get(report, "complaints"), "set aside");
  fprintf(call_out(call),
          "%s: %s%" G_GINT64_FORMAT " rows: %" G_GINT64_FORMAT " new, %" G_GINT64_FORMAT
          " changed, %" G_GINT64_FORMAT " unchanged, %" G_GINT64_FORMAT " set aside (%s)\n",
          file, json_is_true(json_object_get(report, "dry_run")) ? "would import " : "",
          show_int(report, "rows"), show_int(report, "new"), show_int(report, "changed"),
          show_int(report, "unchanged"), show_int(report, "set_aside"), reading);
}

static int import_file(Call *call, const char *file, json_t *reports, GError **error) {
  g_autoptr(ApiQuery) query = api_query_new();
  g_autofree char *name = g_path_get_basename(file);
  api_query_add(query, "name", strcmp(file, "-") == 0 ? "standard input" : name);
  api_query_add(query, "list", call_value(call, "list"));
  api_query_add(query, "encoding", call_value(call, "encoding"));
  api_query_add(query, "delimiter", call_value(call, "delimiter"));
  for (const char *const *map = call_values(call, "map"); *map != NULL; map++)
    api_query_add(query, "map", *map);
  api_query_add(query, "dry-run", call_dry_run(call) ? "1" : NULL);
  api_query_add(query, "skip-bad", call_flag(call, "skip-bad") ? "1" : NULL);
  json_t *report = NULL;
  int r = api_upload(call_api(call), "imports", query, file, "text/csv", &report, error);
  if (r < 0) {
    print_lines(call, json_object_get(report, "complaints"), "bad");
    json_decref(report);
    return fault_prefix(error, "%s", file);
  }
  if (!call_json(call))
    print_report(call, report, file);
  json_array_append_new(reports, report);
  return 0;
}

static int import(Call *call, GError **error) {
  json_t *reports = json_array();
  int r = 0;
  for (guint i = 0; i < call_count(call) && r == 0; i++)
    r = import_file(call, call_argument(call, i), reports, error);
  if (r == 0 && call_json(call))
    show_json(call, json_array_size(reports) == 1 ? json_array_get(reports, 0) : reports);
  json_decref(reports);
  return r;
}

/* ---- the card ---- */

/* K=V arguments from FIRST on, as an object. */
static int pairs_of(Call *call, guint first, json_t **ret, GError **error) {
  json_t *body = json_object();
  for (guint i = first; i < call_count(call); i++) {
    const char *pair = call_argument(call, i), *sign = strchr(pair, '=');
    if (sign == NULL || sign == pair) {
      json_decref(body);
      return fault(error, FAULT_INPUT, "%s: is no FIELD=VALUE", pair);
    }
    g_autofree char *name = g_strndup(pair, (gsize)(sign - pair));
    json_object_set_new(body, name, json_string(sign + 1));
  }
  *ret = body;
  return 0;
}

static int send_pairs(Call *call, const char *method, const char *path, guint first, json_t **ret,
                      GError **error) {
  json_t *body = NULL;
  int r = pairs_of(call, first, &body, error);
  if (r == 0)
    r = api_send(call_api(call), method, path, NULL, body, ret, error);
  json_decref(body);
  return r;
}

static gboolean has_text(const char *words, const char *text) {
  g_autofree char *a = g_utf8_casefold(words, -1);
  g_autofree char *b = g_utf8_casefold(text, -1);
  return strstr(a, b) != NULL;
}

static gboolean was_typed(Call *call, const char *address) {
  const char *option = call_value(call, "address");
  gboolean typed = option != NULL && has_text(option, address);
  for (guint i = 0; i < call_count(call) && !typed; i++)
    typed = has_text(call_argument(call, i), address);
  return typed;
}

/* Who asked not to be written to comes back by many ways: whoever notes it again is told. */
static void tell_refused(Call *call, const json_t *contact) {
  const json_t *channels = json_object_get(contact, "channels");
  for (size_t i = 0; i < json_array_size(channels); i++) {
    const json_t *channel = json_array_get(channels, i);
    if (strcmp(show_text(channel, "standing"), "refused") == 0 &&
        was_typed(call, show_text(channel, "address")))
      fprintf(call_err(call), "note: %s must not be written to, as was asked: it stands as refused\n",
              show_text(channel, "address"));
  }
}

static int add(Call *call, GError **error) {
  json_t *answer = NULL;
  int r = send_pairs(call, "POST", "contacts", 0, &answer, error);
  if (r < 0)
    return r;
  tell_refused(call, answer);
  return show_made(call, answer);
}

static int set(Call *call, GError **error) {
  g_autofree char *path = api_path("contacts", call_argument(call, 0), NULL);
  json_t *answer = NULL;
  int r = send_pairs(call, "PUT", path, 1, &answer, error);
  if (r < 0)
    return r;
  tell_refused(call, answer);
  return show_changed(call, answer, "noted");
}

static const char *first_address(const json_t *contact) {
  return show_text(json_array_get(json_object_get(contact, "channels"), 0), "address");
}

static void contact_row(G_GNUC_UNUSED Call *call, const json_t *item, char **cells) {
  cells[0] = g_strdup(show_text(item, "id"));
  cells[1] = g_strdup(show_text(item, "kind"));
  cells[2] = g_strdup(show_text(item, "name"));
  cells[3] = g_strdup(show_text(json_object_get(item, "holder"), "name"));
  cells[4] = g_strdup(show_text(item, "country"));
  cells[5] = show_joined(json_object_get(item, "languages"));
  cells[6] = g_strdup(first_address(item));
  cells[7] = g_strdup(show_text(item, "standing"));
}

static ApiQuery *filters_of(Call *call) {
  static const char *const names[] = {"kind",   "list",     "country",           "area",
                                      "search", "standing", "not-reviewed-since"};
  ApiQuery *query = api_query_new();
  for (gsize i = 0; i < G_N_ELEMENTS(names); i++)
    api_query_add(query, names[i], call_value(call, names[i]));
  return query;
}

static int list(Call *call, GError **error) {
  static const char *const headings[] = {"ID",       "KIND",    "NAME",     "HOLDER", "COUNTRY",
                                         "LANGUAGE", "ADDRESS", "STANDING", NULL};
  g_autoptr(ApiQuery) query = filters_of(call);
  return show_list(call, "contacts", query, headings, contact_row, "no contacts", error);
}

static int show(Call *call, GError **error) {
  gboolean all = call_flag(call, "all");
  g_autofree char *path = api_path("contacts", call_argument(call, 0), all ? "dossier" : NULL, NULL);
  return show_one(call, path, NULL, all ? contact_show_all : contact_show, error);
}

static int export(Call *call, GError **error) {
  const char *format = call_value(call, "format");
  gboolean old = g_strcmp0(format, "vcard3") == 0, cards = old || g_strcmp0(format, "vcard") == 0;
  if (format != NULL && !cards && strcmp(format, "csv") != 0)
    return fault(error, FAULT_INPUT, "--format %s: there are csv, vcard and vcard3", format);
  g_autoptr(ApiQuery) query = filters_of(call);
  if (old)
    api_query_add(query, "version", "3.0");
  fflush(call_out(call));
  return api_download(call_api(call), cards ? "contacts.vcf" : "contacts.csv", query, fileno(call_out(call)),
                      NULL, error);
}

/* ---- what is noted of a contact ---- */

static int post_noted(Call *call, const char *what, json_t *body, GError **error) {
  g_autofree char *path = api_path("contacts", call_argument(call, 0), what, NULL);
  json_t *answer = NULL;
  int r = api_send(call_api(call), "POST", path, NULL, body, &answer, error);
  json_decref(body);
  return r < 0 ? r : show_changed(call, answer, "noted");
}

static int ground(Call *call, GError **error) {
  const char *file = call_value(call, "evidence-file");
  g_autofree char *name = file != NULL ? g_path_get_basename(file) : NULL;
  json_t *kept = NULL;
  int r = file != NULL
              ? api_upload(call_api(call), "evidence", NULL, file, "application/octet-stream", &kept, error)
              : 0;
  if (r == 0)
    r = post_noted(call, "grounds",
                   json_pack("{s:s?, s:s?, s:s?, s:s?, s:s?, s:s?}", "kind", call_value(call, "kind"), "area",
                             call_value(call, "area"), "evidence", call_value(call, "evidence"), "date",
                             call_value(call, "date"), "file",
                             file != NULL ? show_text(kept, "sha256") : NULL, "file_name", name),
                   error);
  json_decref(kept);
  return r;
}

static int evidence(Call *call, GError **error) {
  g_autofree char *path =
      api_path("contacts", call_argument(call, 0), "grounds", call_argument(call, 1), "file", NULL);
  const char *out = call_value(call, "out");
  fflush(call_out(call));
  int fd = out != NULL ? open(out, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600) : fileno(call_out(call));
  if (fd < 0)
    return fault(error, FAULT_INPUT, "--out %s: %s", out, g_strerror(errno));
  int r = api_download(call_api(call), path, NULL, fd, NULL, error);
  if (out != NULL && close(fd) != 0 && r == 0)
    r = fault(error, FAULT_SYSTEM, "--out %s: %s", out, g_strerror(errno));
  if (out != NULL && r < 0)
    unlink(out);
  return r;
}

static int membership(Call *call, GError **error) {
  return post_noted(call, "memberships",
                    json_pack("{s:s?, s:s?, s:s?, s:s?}", "organisation", call_value(call, "of"), "role",
                              call_value(call, "role"), "from", call_value(call, "from"), "to",
                              call_value(call, "to")),
                    error);
}

/* Exactly the bytes that a signature is made over. */
static int print_statement(Call *call, json_t *body, GError **error) {
  g_autofree char *path = api_path("contacts", call_argument(call, 0), "overrides", "statement", NULL);
  json_t *answer = NULL;
  int r = api_send(call_api(call), "POST", path, NULL, body, &answer, error);
  if (r == 0)
    fputs(show_text(answer, "statement"), call_out(call));
  json_decref(body);
  json_decref(answer);
  return r;
}

static int override(Call *call, GError **error) {
  g_autofree char *signature = NULL;
  const char *path = call_value(call, "signature");
  if (path != NULL && call_flag(call, "statement"))
    return fault(error, FAULT_INPUT, "--statement prints what --signature is made over; give one of the two");
  int r = act_signature_file(path, "valise contacts override ... --statement", &signature, error);
  if (r < 0)
    return r;
  json_t *body = json_pack("{s:s?, s:s?, s:s*}", "mailing", call_value(call, "mailing"), "reason",
                           call_value(call, "reason"), "signature", signature);
  return call_flag(call, "statement") ? print_statement(call, body, error)
                                      : post_noted(call, "overrides", body, error);
}

static int tenure(Call *call, GError **error) {
  return post_noted(call, "tenures",
                    json_pack("{s:s?, s:s?, s:s?, s:s?, s:s?, s:b}", "person", call_value(call, "person"),
                              "from", call_value(call, "from"), "to", call_value(call, "to"), "verified_at",
                              call_value(call, "verified"), "manner", call_value(call, "manner"), "joint",
                              call_flag(call, "joint")),
                    error);
}

static int object(Call *call, GError **error) {
  return post_noted(call, "objection",
                    json_pack("{s:b, s:s?, s:s?}", "objects", !call_flag(call, "take-back"), "channel",
                              call_value(call, "channel"), "reason", call_value(call, "reason")),
                    error);
}

static int unsubscribe(Call *call, GError **error) {
  return post_noted(call, "unsubscriptions",
                    json_pack("{s:s?, s:b}", "category", call_value(call, "category"), "withdrawn",
                              call_flag(call, "take-back")),
                    error);
}

static json_t *channel_body(Call *call, gboolean with_kind) {
  json_t *body = json_object();
  static const char *const names[] = {"role", "via", "address", "reason"};
  for (gsize i = 0; i < G_N_ELEMENTS(names); i++)
    if (call_value(call, names[i]) != NULL)
      json_object_set_new(body, names[i], json_string(call_value(call, names[i])));
  if (call_value(call, "max-message-bytes") != NULL)
    json_object_set_new(body, "max_message_bytes", json_string(call_value(call, "max-message-bytes")));
  if (with_kind)
    json_object_set_new(body, "kind",
                        json_string(call_value(call, "kind") != NULL ? call_value(call, "kind") : "email"));
  return body;
}

/* "yes" or "no"; absent: as it is. */
static int put_answer(Call *call, const char *option, const char *field, json_t *body, GError **error) {
  const char *value = call_value(call, option);
  if (value == NULL)
    return 0;
  if (strcmp(value, "yes") != 0 && strcmp(value, "no") != 0)
    return fault(error, FAULT_INPUT, "--%s %s: yes or no is wanted here", option, value);
  json_object_set_new(body, field, json_boolean(strcmp(value, "yes") == 0));
  return 0;
}

static int put_answers(Call *call, json_t *body, GError **error) {
  int r = put_answer(call, "no-signature-part", "no_signature_part", body, error);
  return r == 0 ? put_answer(call, "plain-only", "plain_only", body, error) : r;
}

static int add_channel(Call *call, GError **error) {
  g_autofree char *path = api_path("contacts", call_argument(call, 0), "channels", NULL);
  json_t *answer = NULL, *body = channel_body(call, TRUE);
  int r = put_answers(call, body, error);
  if (r == 0)
    r = api_send(call_api(call), "POST", path, NULL, body, &answer, error);
  json_decref(body);
  if (r < 0)
    return r;
  tell_refused(call, answer);
  return show_changed(call, answer, "noted");
}

static int put_channel(Call *call, const char *standing, GError **error) {
  if (call_count(call) < 3)
    return fault(error, FAULT_INPUT, "channel %s: which channel? `valise contacts show %s` names them (H-12)",
                 call_argument(call, 1), call_argument(call, 0));
  g_autofree char *path =
      api_path("contacts", call_argument(call, 0), "channels", call_argument(call, 2), NULL);
  json_t *answer = NULL, *body = channel_body(call, FALSE);
  if (standing != NULL)
    json_object_set_new(body, "standing", json_string(standing));
  int r = put_answers(call, body, error);
  if (r == 0)
    r = api_send(call_api(call), "PUT", path, NULL, body, &answer, error);
  json_decref(body);
  return r < 0 ? r : show_changed(call, answer, "noted");
}

static int channel(Call *call, GError **error) {
  const char *verb = call_argument(call, 1);
  if (strcmp(verb, "add") == 0)
    return add_channel(call, error);
  if (strcmp(verb, "set") == 0)
    return put_channel(call, NULL, error);
  if (strcmp(verb, "verify") == 0)
    return put_channel(call, "verified", error);
  if (strcmp(verb, "suspend") == 0)
    return put_channel(call, "suspect", error);
  return fault(error, FAULT_INPUT, "channel %s: there are add, set, verify and suspend", verb);
}

#define FILTER_OPTIONS                                                                                       \
  {"kind", OPTION_VALUE, "KIND", "person, office or organisation", FALSE},                                   \
      {"list", OPTION_VALUE, "NAME", "members of this list", FALSE},                                         \
      {"country", OPTION_VALUE, "CODE", "of this country", FALSE},                                           \
      {"area", OPTION_VALUE, "AREA", "there, or with a ground there (002 or Africa, CA-QC)", FALSE},         \
      {"search", OPTION_VALUE, "TEXT", "with this in a name or address", FALSE},                             \
      {"standing", OPTION_VALUE, "STANDING", "active, objected or erased", FALSE}, {                         \
    "not-reviewed-since", OPTION_VALUE, "DAY", "that nobody has looked at since this day", FALSE             \
  }

static const Option import_options[] = {
    {"list", OPTION_VALUE, "NAME", "put everybody in the file on this list", FALSE},
    {"map", OPTION_REPEAT, "COLUMN=FIELD", "what a column of another name means", FALSE},
    {"encoding", OPTION_VALUE, "NAME", "how the file is written, if it is not found out rightly", FALSE},
    {"delimiter", OPTION_VALUE, "C", "what parts the cells (or: tab)", FALSE},
    {"skip-bad", OPTION_FLAG, NULL, "leave bad rows out instead of refusing the file", FALSE},
    {0}};
static const Option list_options[] = {FILTER_OPTIONS, {0}};
static const Option show_options[] = {
    {"all", OPTION_FLAG, NULL, "and all that was sent to it and is written of it in the log", FALSE}, {0}};
static const Option export_options[] = {
    {"format", OPTION_VALUE, "FORMAT", "csv (the default), vcard (4.0) or vcard3", FALSE},
    FILTER_OPTIONS,
    {0}};
static const Option ground_options[] = {
    {"kind", OPTION_VALUE, "KIND", "approval-expressed or sse-promotion", TRUE},
    {"area", OPTION_VALUE, "AREA", "where it holds: a State, a part of one (CA-QC), a region (002 or Africa)",
     FALSE},
    {"evidence", OPTION_VALUE, "TEXT", "where it can be seen", TRUE},
    {"evidence-file", OPTION_VALUE, "FILE", "the letter, law or speech itself, kept by its digest", FALSE},
    {"date", OPTION_VALUE, "DAY", "when it was expressed", FALSE},
    {0}};
static const Option override_options[] = {
    {"mailing", OPTION_VALUE, "ID", "for this mailing alone", TRUE},
    {"reason", OPTION_VALUE, "TEXT", "the Board's written reason", TRUE},
    {"statement", OPTION_FLAG, NULL, "note nothing, print the text that --signature is made over", FALSE},
    {"signature", OPTION_VALUE, "FILE", "your own detached OpenPGP signature over that text", FALSE},
    {0}};
static const Option tenure_options[] = {
    {"person", OPTION_VALUE, "ID", "who holds the office", TRUE},
    {"from", OPTION_VALUE, "DAY", "from this day; those who hold it now end the day before", FALSE},
    {"to", OPTION_VALUE, "DAY", "to this day, included", FALSE},
    {"joint", OPTION_FLAG, NULL, "together with those who hold it now (co-heads, a council)", FALSE},
    {"manner", OPTION_VALUE, "MANNER", "in-office, acting or contested", FALSE},
    {"verified", OPTION_VALUE, "DAY", "a person saw on this day that it is so", FALSE},
    {0}};
static const Option channel_options[] = {
    {"kind", OPTION_VALUE, "KIND", "email (the default), web-form, post, telephone or hand", FALSE},
    {"address", OPTION_VALUE, "ADDRESS", "the address itself", FALSE},
    {"role", OPTION_VALUE, "ROLE", "primary, copy or intermediary", FALSE},
    {"via", OPTION_VALUE, "VIA", "private-office, mission, embassy, ministry or household", FALSE},
    {"max-message-bytes", OPTION_VALUE, "SIZE", "largest message it takes (5 MiB), 0: no limit known", FALSE},
    {"no-signature-part", OPTION_VALUE, "yes|no", "a signature beside the text does not get through", FALSE},
    {"plain-only", OPTION_VALUE, "yes|no", "only plain text is read there", FALSE},
    {"reason", OPTION_VALUE, "TEXT", "why it is suspended, or may be used again", FALSE},
    {0}};
static const Option evidence_options[] = {
    {"out", OPTION_VALUE, "FILE", "write it there (a new file) instead of on standard output", FALSE}, {0}};
static const Option membership_options[] = {
    {"of", OPTION_VALUE, "ORGANISATION", "to what it belongs; without it: to the association itself", FALSE},
    {"role", OPTION_VALUE, "TEXT", "as what", FALSE},
    {"from", OPTION_VALUE, "DAY", "from this day", FALSE},
    {"to", OPTION_VALUE, "DAY", "to this day, included", FALSE},
    {0}};
static const Option object_options[] = {
    {"channel", OPTION_VALUE, "CHANNEL", "to this channel alone (H-12)", FALSE},
    {"reason", OPTION_VALUE, "TEXT", "how the wish was expressed", TRUE},
    {"take-back", OPTION_FLAG, NULL, "the contact takes the objection back", FALSE},
    {0}};
static const Option unsubscribe_options[] = {
    {"category", OPTION_VALUE, "CATEGORY", "forum, participation or correction", TRUE},
    {"take-back", OPTION_FLAG, NULL, "the person comes back to it", FALSE},
    {0}};

const Command contacts_commands[] = {
    {"contacts", "import", "FILE...", "Import CSV files or vCards: whole or not at all", import_options,
     COMMAND_DRY_RUN, import},
    {"contacts", "add", "FIELD=VALUE...", "Add a contact", NULL, 0, add},
    {"contacts", "list", NULL, "Contacts", list_options, COMMAND_LIST, list},
    {"contacts", "show", "ID", "One contact with all that is noted of it", show_options, 0, show},
    {"contacts", "set", "ID FIELD=VALUE...", "Change fields; an empty value clears one", NULL, 0, set},
    {"contacts", "export", NULL, "Contacts as CSV, safe against formulas, or as vCards, on standard output",
     export_options, 0, export},
    {"contacts", "ground", "ID", "Note why an office or organisation may receive the synthesis",
     ground_options, 0, ground},
    {"contacts", "evidence", "ID GROUND", "The evidence file of a ground", evidence_options, 0, evidence},
    {"contacts", "override", "ID", "The Board's reason to write without a ground (approvers)",
     override_options, 0, override},
    {"contacts", "tenure", "OFFICE", "Who holds an office, from and to", tenure_options, 0, tenure},
    {"contacts", "membership", "ID", "To what a person or organisation belongs, from and to",
     membership_options, 0, membership},
    {"contacts", "channel", "ID add|set|verify|suspend [CHANNEL]", "Routes to a contact", channel_options, 0,
     channel},
    {"contacts", "object", "ID", "The contact objects to being written to, at all or by one channel",
     object_options, 0, object},
    {"contacts", "unsubscribe", "ID", "A person leaves one category of mail", unsubscribe_options, 0,
     unsubscribe},
    {0}};
