/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sysexits.h>
#include <unistd.h>

#include "base/fault.h"
#include "cli/groups.h"
#include "cli/show.h"
#include "cli/table.h"

/* ---- ingest ---- */

/* One line an id, those that were there before told beside. */
static void tell_taken(Call *call, const json_t *items) {
  for (size_t i = 0; i < json_array_size(items); i++) {
    const json_t *item = json_array_get(items, i);
    fprintf(call_out(call), "%s\n", show_text(item, "id"));
    if (json_is_true(json_object_get(item, "known")))
      fprintf(call_err(call), "%s was taken before; nothing was added\n", show_text(item, "id"));
  }
}

static int ingest_file(Call *call, const char *file, json_t *items, GError **error) {
  g_autoptr(ApiQuery) query = api_query_new();
  g_autofree char *name = strcmp(file, "-") != 0 ? g_path_get_basename(file) : NULL;
  json_t *answer = NULL;
  api_query_add(query, "name", name);
  int r = api_upload(call_api(call), "inbound", query, file, "message/rfc822", &answer, error);
  if (r == 0) {
    json_t *taken = json_object_get(answer, "items");
    if (!call_json(call))
      tell_taken(call, taken);
    json_array_extend(items, taken);
  }
  json_decref(answer);
  return r < 0 && name != NULL ? fault_prefix(error, "%s", file) : r;
}

/* A mail system that pipes a message in goes by sysexits.h: whatever is not the message's own fault is to be
 * tried again later (RFC 3463 §3.1), or somebody would get it back as undeliverable. */
static int exit_of_pipe(Call *call, int code, const GError *error) {
  fprintf(call_err(call), "valise: %s\n", error->message);
  return code == FAULT_INPUT ? EX_DATAERR : EX_TEMPFAIL;
}

static int ingest(Call *call, GError **error) {
  g_autoptr(GError) own = NULL;
  json_t *items = json_array();
  int r = 0;
  gboolean piped =
      call_count(call) == 0 || (call_count(call) == 1 && strcmp(call_argument(call, 0), "-") == 0);
  for (guint i = 0; !piped && r == 0 && i < call_count(call); i++)
    r = ingest_file(call, call_argument(call, i), items, &own);
  if (piped)
    r = ingest_file(call, "-", items, &own);
  if (r == 0 && call_json(call)) {
    json_t *all = json_pack("{s:O, s:n}", "items", items, "next");
    show_json(call, all);
    json_decref(all);
  }
  json_decref(items);
  if (r < 0 && piped)
    return exit_of_pipe(call, r, own);
  if (r < 0)
    g_propagate_error(error, g_steal_pointer(&own));
  return r;
}

/* ---- list, show ---- */

static void line_row(Call *call, const json_t *item, char **cells) {
  static const char *const keys[] = {"id",         "verdict", "class", "status", "delivery",
                                     "matched_by", "reason",  "from",  "subject"};
  cells[0] = g_strdup(show_text(item, keys[0]));
  cells[1] = show_time(call, item, "received_at");
  for (gsize i = 1; i < G_N_ELEMENTS(keys); i++)
    cells[i + 1] = g_strdup(show_text(item, keys[i]));
}

static int list(Call *call, GError **error) {
  static const char *const headings[] = {"ID",         "RECEIVED", "VERDICT", "CLASS",   "STATUS", "DELIVERY",
                                         "MATCHED BY", "REASON",   "FROM",    "SUBJECT", NULL};
  g_autoptr(ApiQuery) query = api_query_new();
  api_query_add(query, "verdict", call_value(call, "verdict"));
  api_query_add(query, "delivery", call_value(call, "delivery"));
  api_query_add(query, "contact", call_value(call, "contact"));
  if (call_flag(call, "unmatched"))
    api_query_add(query, "unmatched", "1");
  return show_list(call, "inbound", query, headings, line_row,
                   call_flag(call, "unmatched") ? "the holding pen is empty" : "nothing came in", error);
}

static void print_attachments(Call *call, const json_t *attachments) {
  for (size_t i = 0; i < json_array_size(attachments); i++) {
    const json_t *a = json_array_get(attachments, i);
    const char *name = show_text(a, "name");
    g_autofree char *size = show_count(show_int(a, "size"));
    g_autofree char *line = g_strdup_printf("%s, %s, %s bytes", *name != '\0' ? name : "(without a name)",
                                            show_text(a, "media_type"), size);
    table_block(call_out(call), call_plain(call), "attached", line, NULL);
  }
}

static void print_what(Call *call, const json_t *m) {
  g_autofree char *received = show_time(call, m, "received_at"), *filed = show_time(call, m, "filed_at");
  g_autofree char *reasons = show_joined(json_object_get(m, "reasons"));
  table_block(call_out(call), call_plain(call), "id", show_text(m, "id"), "state", show_text(m, "state"),
              "received", received, "filed", filed, "verdict", show_text(m, "verdict"), "class",
              show_text(m, "class"), "cause", show_text(m, "cause"), "status", show_text(m, "status"),
              "disposition", show_text(m, "disposition"), "judged by", reasons, "only a guess",
              json_is_true(json_object_get(m, "guess")) ? "yes" : "", "delivery", show_text(m, "delivery"),
              "mailing", show_text(m, "mailing"), "addressee", show_text(m, "addressee"), "contact",
              show_text(m, "contact"), "matched by", show_text(m, "matched_by"), "reason",
              show_text(m, "reason"), "sender", show_text(m, "sender"), "dmarc", show_text(m, "dmarc"),
              "signature", show_text(m, "signature"), "not whole", show_text(m, "not_whole"), NULL);
}

static void print_guesses(Call *call, const json_t *guesses) {
  for (size_t i = 0; i < json_array_size(guesses); i++) {
    const json_t *g = json_array_get(guesses, i);
    g_autofree char *line = g_strdup_printf("%s (%s): %s", show_text(g, "delivery"), show_text(g, "contact"),
                                            show_text(g, "sentence"));
    table_block(call_out(call), call_plain(call), "perhaps", line, NULL);
  }
}

/* Nothing of it is opened or rendered; table.h keeps it from driving the terminal. */
static void print_message(Call *call, const json_t *m) {
  g_autofree char *size = show_count(show_int(m, "size"));
  print_what(call, m);
  table_block(call_out(call), call_plain(call), "from", show_text(m, "from"), "name",
              show_text(m, "from_name"), "subject", show_text(m, "subject"), "recipient",
              show_text(m, "recipient"), "their words", show_text(m, "words"), "file", show_text(m, "file"),
              "size", size, "sha256", show_text(m, "sha256"), NULL);
  print_guesses(call, json_object_get(m, "guesses"));
  print_attachments(call, json_object_get(m, "attachments"));
  table_block(call_out(call), call_plain(call), "text", show_text(m, "text"), NULL);
}

static int show(Call *call, GError **error) {
  g_autofree char *path = api_path("inbound", call_argument(call, 0), NULL);
  return show_one(call, path, NULL, print_message, error);
}

/* ---- what a person says ---- */

static int say(Call *call, const char *verb, json_t *body, GError **error) {
  g_autofree char *path = api_path("inbound", call_argument(call, 0), verb, NULL);
  json_t *m = NULL;
  int r = api_send(call_api(call), "POST", path, NULL, body, &m, error);
  json_decref(body);
  if (r < 0)
    return r;
  const char *delivery = show_text(m, "delivery");
  g_autofree char *sentence =
      g_strdup_printf("%s is %s%s%s: %s", show_text(m, "id"), show_text(m, "state"),
                      *delivery != '\0' ? ", with " : "", delivery, show_text(m, "reason"));
  return show_changed(call, m, sentence);
}

static int assign(Call *call, GError **error) {
  return say(call, "assign",
             json_pack("{s:s?, s:s?, s:s?, s:s?}", "delivery", call_value(call, "delivery"), "meaning",
                       call_value(call, "meaning"), "by", call_value(call, "by"), "note",
                       call_value(call, "note")),
             error);
}

static int mean(Call *call, GError **error) {
  return say(call, "meaning",
             json_pack("{s:s?, s:s?, s:s?, s:s?}", "meaning", call_value(call, "meaning"), "by",
                       call_value(call, "by"), "note", call_value(call, "note"), "ground",
                       call_value(call, "ground")),
             error);
}

static int dismiss(Call *call, GError **error) {
  return say(call, "dismiss", json_pack("{s:s?}", "reason", call_value(call, "reason")), error);
}

static int raw(Call *call, GError **error) {
  const char *out = call_value(call, "out");
  g_autofree char *path = api_path("inbound", call_argument(call, 0), "raw", NULL);
  int fd = open(out, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
  if (fd < 0)
    return fault_errno(error, errno, "%s: cannot be written", out);
  int r = api_download(call_api(call), path, NULL, fd, NULL, error);
  close(fd);
  if (r == 0 && !call_json(call))
    fprintf(call_out(call), "%s: written\n", out);
  return r;
}

static const Option list_options[] = {
    {"verdict", OPTION_VALUE, "VERDICT",
     "delivery-report, disposition, automatic, reply, feedback, unsubscribe or unknown", FALSE},
    {"unmatched", OPTION_FLAG, NULL, "the holding pen: what waits for a person", FALSE},
    {"delivery", OPTION_VALUE, "ID", "what belongs to this delivery", FALSE},
    {"contact", OPTION_VALUE, "ID", "what belongs to this contact", FALSE},
    {0}};
#define WORDS_OPTIONS                                                                                        \
  {"by", OPTION_VALUE, "TEXT",                                                                               \
   "principal, private-office, mission, other or unknown, and \": somebody\" behind it", FALSE},             \
      {"note", OPTION_VALUE, "TEXT", "what else there is to say of it", FALSE}, {                            \
    0                                                                                                        \
  }
static const Option assign_options[] = {
    {"delivery", OPTION_VALUE, "ID", "to which it belongs", TRUE},
    {"meaning", OPTION_VALUE, "MEANING", "what a reply says; receipt if not given", FALSE},
    WORDS_OPTIONS};
static const Option mean_options[] = {
    {"meaning", OPTION_VALUE, "MEANING",
     "receipt, forwarded, holding, substantive, support, declined, objection, wrong-addressee, none", TRUE},
    {"ground", OPTION_VALUE, "AREA",
     "support is a ground of this area (\"\": of none in particular) for its office or organisation", FALSE},
    WORDS_OPTIONS};
static const Option dismiss_options[] = {
    {"reason", OPTION_VALUE, "TEXT", "why nothing follows from it; it stands in the journal", TRUE}, {0}};
static const Option raw_options[] = {{"out", OPTION_VALUE, "FILE", "where to put it", TRUE}, {0}};

const Command inbound_commands[] = {
    {"inbound", "list", NULL, "What came in", list_options, COMMAND_LIST, list},
    {"inbound", "show", "ID", "One message that came in: what it is, where it belongs, what it says", NULL, 0,
     show},
    {"inbound", "ingest", "[FILE...]",
     "Take messages as if a mailbox had given them: files, mboxes, or standard input", NULL, 0, ingest},
    {"inbound", "assign", "ID", "Say to which delivery a message belongs, for the first time or anew",
     assign_options, 0, assign},
    {"inbound", "mean", "ID", "Say what a filed reply means", mean_options, 0, mean},
    {"inbound", "dismiss", "ID", "Nothing follows from it", dismiss_options, 0, dismiss},
    {"inbound", "raw", "ID", "The bytes of a message, into a file", raw_options, 0, raw},
    {0}};
