/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "base/fault.h"
#include "cli/act_signature_file.h"
#include "cli/groups.h"
#include "cli/progress.h"
#include "cli/show.h"
#include "cli/table.h"

#define LOOK_EVERY       200000 /* microseconds between two looks of `watch` */
#define UNREVIEWED_SHOWN 12     /* rows of the forms table below a mailing */

/* ---- showing ---- */

/* "; 61 letters use forms that nobody has reviewed", or nothing. */
static char *unreviewed_text(const json_t *roll) {
  gint64 n = show_int(roll, "unreviewed_forms");
  g_autofree char *number = show_count(n);
  return n == 0   ? g_strdup("")
         : n == 1 ? g_strdup("; 1 letter uses forms that nobody has reviewed")
                  : g_strdup_printf("; %s letters use forms that nobody has reviewed", number);
}

static char *roll_text(const json_t *mailing) {
  const json_t *roll = json_object_get(mailing, "roll");
  g_autofree char *unreviewed = unreviewed_text(roll);
  g_autofree char *included = show_count(show_int(roll, "included")),
                  *held = show_count(show_int(roll, "held"));
  g_autofree char *excluded = show_count(show_int(roll, "excluded_count"));
  return g_strdup_printf("%s included, %s held, %s excluded%s", included, held, excluded, unreviewed);
}

static void mailing_row(Call *call, const json_t *item, char **cells) {
  cells[0] = g_strdup(show_text(item, "id"));
  cells[1] = g_strdup(show_text(item, "state"));
  cells[2] = g_strdup(show_text(item, "wording"));
  cells[3] = show_joined(json_object_get(item, "lists"));
  cells[4] = g_strdup(show_text(item, "author"));
  cells[5] = show_time(call, item, "at");
  cells[6] = show_counts(json_object_get(item, "counts"));
}

static int list(Call *call, GError **error) {
  static const char *const headings[] = {"ID",     "STATE", "WORDING",    "LISTS",
                                         "AUTHOR", "AT",    "DELIVERIES", NULL};
  return show_list(call, "mailings", NULL, headings, mailing_row, "no mailings", error);
}

static char *contacts_text(const json_t *contacts) {
  GString *text = g_string_new(NULL);
  for (size_t i = 0; i < json_array_size(contacts); i++) {
    const json_t *c = json_array_get(contacts, i);
    g_string_append_printf(text, "%s%s %s", i > 0 ? ", " : "", show_text(c, "contact"), show_text(c, "name"));
  }
  return g_string_free(text, FALSE);
}

static void print_lines(Call *call, const json_t *lines, const char *word) {
  for (size_t i = 0; i < json_array_size(lines); i++) {
    const json_t *line = json_array_get(lines, i);
    g_autofree char *with = contacts_text(json_object_get(line, "with"));
    fprintf(call_out(call), "  %s %s %s: %s%s%s%s%s\n", word, show_text(line, "contact"),
            show_text(line, "name"), show_text(line, "reason"),
            *show_text(line, "detail") != '\0' ? ", " : "", show_text(line, "detail"),
            *with != '\0' ? ", with " : "", with);
  }
}

/* With its offset, and the zone whose it is: what is yet to come is easily taken for another hour. */
static char *scheduled(Call *call, const json_t *value, const char *key) {
  g_autofree char *time = show_time(call, value, key);
  return *time == '\0' ? g_strdup("")
                       : g_strdup_printf("%s (%s)", time, g_time_zone_get_identifier(call_zone(call)));
}

static void print_waves(Call *call, const json_t *m) {
  const json_t *waves = json_object_get(m, "waves");
  for (size_t i = 0; i < json_array_size(waves); i++) {
    const json_t *wave = json_array_get(waves, i);
    const char *rule = show_text(wave, "rule");
    g_autofree char *counts = show_counts(json_object_get(wave, "counts")), *at = scheduled(call, wave, "at");
    fprintf(call_out(call), "  wave %" G_GINT64_FORMAT " %s%s%s: %s, %" G_GINT64_FORMAT " included%s%s\n",
            show_int(wave, "number"), *rule != '\0' ? rule : "(the others)", *at != '\0' ? " at " : "", at,
            show_text(wave, "state"), show_int(wave, "included"), *counts != '\0' ? "; " : "", counts);
  }
  if (show_int(m, "next_wave") > 0)
    fprintf(call_out(call), "  next: valise mailings release %s --wave %" G_GINT64_FORMAT "\n",
            show_text(m, "id"), show_int(m, "next_wave"));
}

static void print_unreviewed(Call *call, const json_t *roll) {
  const json_t *rows = json_object_get(roll, "unreviewed_rows");
  size_t count = json_array_size(rows), shown = MIN(count, UNREVIEWED_SHOWN);
  for (size_t i = 0; i < shown; i++) {
    const json_t *row = json_array_get(rows, i);
    g_autofree char *letters = show_count(show_int(row, "letters"));
    fprintf(call_out(call), "  unreviewed %s: %s\n", show_text(row, "form"), letters);
  }
  if (shown < count)
    fprintf(call_out(call), "  unreviewed: %zu more rows; --json has them all\n", count - shown);
}

/* "until ...: closed", or "". */
static char *waits_text(Call *call, const json_t *m) {
  const json_t *waits = json_object_get(m, "waits");
  g_autofree char *until = show_time(call, waits, "until");
  if (!json_is_object(waits))
    return g_strdup("");
  return g_strdup_printf("until %s: %s", *until != '\0' ? until : "further notice", show_text(waits, "why"));
}

/* "answered 3, missing 2, ...", or "" where no answer is asked or nothing has been released to be answered.
 */
static char *answers_text(const json_t *m) {
  if (g_str_equal(show_text(m, "acknowledgement"), "none") ||
      json_object_size(json_object_get(m, "counts")) == 0)
    return g_strdup("");
  return show_counts(json_object_get(m, "acknowledgements"));
}

static void print_mailing(Call *call, const json_t *m) {
  const json_t *roll = json_object_get(m, "roll"),
               *approval = json_array_get(json_object_get(m, "approvals"), 0);
  g_autofree char *lines = roll_text(m), *counts = show_counts(json_object_get(m, "counts"));
  g_autofree char *lists = show_joined(json_object_get(m, "lists"));
  g_autofree char *documents = show_joined(json_object_get(m, "documents"));
  g_autofree char *at = scheduled(call, m, "at"), *not_after = scheduled(call, m, "not_after");
  g_autofree char *approved = show_time(call, approval, "at"), *waits = waits_text(call, m);
  g_autofree char *answers = answers_text(m);
  table_block(call_out(call), call_plain(call), "mailing", show_text(m, "id"), "state", show_text(m, "state"),
              "mode", json_is_true(json_object_get(m, "rehearsal")) ? "rehearsal: nothing leaves" : "",
              "reason", show_text(m, "reason"), "supplements", show_text(m, "supplements"), "reminds of",
              show_text(m, "reminds"), "answers", answers, "wording", show_text(m, "wording"), "documents",
              documents, "lists", lists, "author", show_text(m, "author"), "approved by",
              show_text(approval, "by"), "approved at", approved, "at", *at != '\0' ? at : "once released",
              "not after", not_after, "acknowledgement", show_text(m, "acknowledgement"), "policy",
              show_text(m, "delivery_policy"), "digest", show_text(m, "digest"), "roll", lines, "deliveries",
              counts, "waits", waits, NULL);
  print_waves(call, m);
  print_lines(call, json_object_get(roll, "held_items"), "held");
  print_lines(call, json_object_get(roll, "excluded"), "excluded");
  print_unreviewed(call, roll);
}

static int respond(Call *call, json_t *mailing) {
  if (call_json(call))
    show_json(call, mailing);
  else
    print_mailing(call, mailing);
  json_decref(mailing);
  return 0;
}

static char *mailing_path(Call *call, const char *act) {
  return api_path("mailings", call_argument(call, 0), act, NULL);
}

static int show(Call *call, GError **error) {
  g_autofree char *path = mailing_path(call, NULL);
  json_t *answer = NULL;
  int r = api_get(call_api(call), path, NULL, &answer, error);
  return r < 0 ? r : respond(call, answer);
}

/* ---- drafting ---- */

static int add_values(Call *call, json_t *body, GError **error) {
  const char *const *pairs = call_values(call, "value");
  json_t *values = json_object();
  for (; *pairs != NULL; pairs++) {
    const char *sign = strchr(*pairs, '=');
    if (sign == NULL || sign == *pairs) {
      json_decref(values);
      return fault(error, FAULT_INPUT, "--value %s: is no FIELD=TEXT", *pairs);
    }
    g_autofree char *name = g_strndup(*pairs, (gsize)(sign - *pairs));
    json_object_set_new(values, name, json_string(sign + 1));
  }
  if (json_object_size(values) > 0)
    json_object_set(body, "values", values);
  json_decref(values);
  return 0;
}

/* "none" alone takes the waves away. */
static json_t *waves_of(Call *call) {
  const char *const *waves = call_values(call, "wave");
  return g_str_equal(waves[0], "none") && waves[1] == NULL ? json_array() : show_texts(waves);
}

static int add_days(Call *call, json_t *body, GError **error) {
  const char *text = call_value(call, "next-after");
  gint64 days = 0;
  if (text == NULL)
    return 0;
  if (!g_ascii_string_to_signed(text, 10, 1, G_MAXINT32, &days, NULL))
    return fault(error, FAULT_INPUT, "--next-after \"%s\": a number of days is wanted", text);
  json_object_set_new(body, "next_after", json_integer(days));
  return 0;
}

static int fields_of(Call *call, json_t **ret, GError **error) {
  static const char *const options[] = {
      "wording",     "at",       "not-after",       "acknowledgement", "counts-from",
      "sign",        "category", "delivery-policy", "next-channel",    "message-limit",
      "remind-after"};
  static const char *const fields[] = {
      "wording",     "at",       "not_after",       "acknowledgement", "counts_from",
      "sign",        "category", "delivery_policy", "next_channel",    "message_limit",
      "remind_after"};
  json_t *body = json_object();
  for (gsize i = 0; i < G_N_ELEMENTS(options); i++)
    if (call_value(call, options[i]) != NULL)
      json_object_set_new(body, fields[i], json_string(call_value(call, options[i])));
  if (*call_values(call, "document") != NULL)
    json_object_set_new(body, "documents", show_texts(call_values(call, "document")));
  if (*call_values(call, "list") != NULL)
    json_object_set_new(body, "lists", show_texts(call_values(call, "list")));
  if (*call_values(call, "wave") != NULL)
    json_object_set_new(body, "waves", waves_of(call));
  int r = add_days(call, body, error);
  if (r == 0)
    r = add_values(call, body, error);
  if (r == 0)
    *ret = body;
  else
    json_decref(body);
  return r;
}

static int create(Call *call, GError **error) {
  json_t *body = NULL, *answer = NULL;
  int r = fields_of(call, &body, error);
  if (r == 0)
    r = api_send(call_api(call), "POST", "mailings", NULL, body, &answer, error);
  json_decref(body);
  return r < 0 ? r : show_made(call, answer);
}

static int set(Call *call, GError **error) {
  g_autofree char *path = mailing_path(call, NULL);
  json_t *body = NULL, *answer = NULL;
  int r = fields_of(call, &body, error);
  if (r == 0)
    r = api_send(call_api(call), "PUT", path, NULL, body, &answer, error);
  json_decref(body);
  return r < 0 ? r : respond(call, answer);
}

/* ---- looking ---- */

static int preview_file(Call *call, const char *path, ApiQuery *query, const char *file, GError **error) {
  int fd = open(file, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
  if (fd < 0)
    return fault_errno(error, errno, "%s: cannot be written", file);
  int r = api_download(call_api(call), path, api_query_add(query, "as", "eml"), fd, NULL, error);
  close(fd);
  if (r == 0 && !call_json(call))
    fprintf(call_out(call), "%s: written\n", file);
  return r;
}

static void print_preview(Call *call, const json_t *p) {
  const json_t *attachments = json_object_get(p, "attachments");
  table_block(call_out(call), call_plain(call), "to", show_text(p, "to"), "subject", show_text(p, "subject"),
              "language", show_text(p, "language"), "state", show_text(p, "state"), "reason",
              show_text(p, "reason"), NULL);
  for (size_t i = 0; i < json_array_size(attachments); i++) {
    const json_t *a = json_array_get(attachments, i);
    fprintf(call_out(call), "attached  %s, %" G_GINT64_FORMAT " bytes, sha256 %s\n", show_text(a, "name"),
            show_int(a, "size"), show_text(a, "sha256"));
  }
  fprintf(call_out(call), "\n%s", show_text(p, "text"));
}

static int preview(Call *call, GError **error) {
  g_autofree char *path = mailing_path(call, "preview");
  g_autoptr(ApiQuery) query = api_query_new();
  api_query_add(query, "contact", call_value(call, "contact"));
  api_query_add(query, "language", call_value(call, "language"));
  if (call_value(call, "out") != NULL)
    return preview_file(call, path, query, call_value(call, "out"), error);
  return show_one(call, path, query, print_preview, error);
}

static void line_row(G_GNUC_UNUSED Call *call, const json_t *item, char **cells) {
  static const char *const keys[] = {"id",     "contact",  "name",    "state",
                                     "reason", "language", "address", "salutation"};
  for (gsize i = 0; i < G_N_ELEMENTS(keys); i++)
    cells[i] = g_strdup(show_text(item, keys[i]));
}

/* Makes the roll of a draft and shows it; --show only shows it. */
static int roll(Call *call, GError **error) {
  static const char *const headings[] = {"ID",       "CONTACT", "NAME",       "STATE", "REASON",
                                         "LANGUAGE", "ADDRESS", "SALUTATION", NULL};
  g_autofree char *path = mailing_path(call, "roll");
  if (!call_flag(call, "show")) {
    json_t *answer = NULL;
    int r = api_send(call_api(call), "POST", path, NULL, NULL, &answer, error);
    return r < 0 ? r : respond(call, answer);
  }
  g_autoptr(ApiQuery) query = api_query_add(api_query_new(), "state", call_value(call, "state"));
  return show_list(call, path, query, headings, line_row, "no lines", error);
}

/* ---- several behind one mailbox ---- */

static void mailbox_row(G_GNUC_UNUSED Call *call, const json_t *item, char **cells) {
  cells[0] = g_strdup(show_text(item, "address"));
  cells[1] = g_strdup(show_text(item, "choice"));
  cells[2] = g_strdup(show_text(item, "contact"));
  cells[3] = contacts_text(json_object_get(item, "contacts"));
}

/* Lists them; with an address it chooses. */
static int mailbox(Call *call, GError **error) {
  static const char *const headings[] = {"ADDRESS", "CHOICE", "CONTACT", "WHO HAS IT", NULL};
  g_autofree char *path = mailing_path(call, "mailboxes");
  const char *address = call_argument(call, 1), *choose = call_value(call, "choose");
  if (address == NULL)
    return show_list(call, path, NULL, headings, mailbox_row, "no mailbox is shared", error);
  if (choose == NULL)
    return fault(error, FAULT_INPUT,
                 "--choose: is missing; say one (with --contact), each, covering-note or rule");
  json_t *answer = NULL;
  json_t *body = json_pack("{s:s, s:s, s:s?}", "address", address, "choose", choose, "contact",
                           call_value(call, "contact"));
  int r = api_send(call_api(call), "PUT", path, NULL, body, &answer, error);
  json_decref(body);
  return r < 0 ? r : respond(call, answer);
}

static int manifest(Call *call, GError **error) {
  g_autofree char *path = mailing_path(call, "manifest");
  fflush(call_out(call));
  return api_download(call_api(call), path, NULL, fileno(call_out(call)), NULL, error);
}

/* ---- from submission to the end ---- */

static int act(Call *call, const char *name, json_t *body, GError **error) {
  g_autofree char *path = mailing_path(call, name);
  json_t *answer = NULL;
  int r = api_send(call_api(call), "POST", path, NULL, body, &answer, error);
  json_decref(body);
  return r < 0 ? r : respond(call, answer);
}

static json_t *reason_body(Call *call) {
  return call_value(call, "reason") != NULL ? json_pack("{s:s}", "reason", call_value(call, "reason")) : NULL;
}

/* The digest alone, because that is what the approver needs; what he should know beside it goes to the other
 * stream. */
static int submit(Call *call, GError **error) {
  g_autofree char *path = mailing_path(call, "submit");
  json_t *answer = NULL;
  int r = api_send(call_api(call), "POST", path, NULL, NULL, &answer, error);
  if (r < 0)
    return r;
  if (call_json(call))
    show_json(call, answer);
  else
    fprintf(call_out(call), "%s\n", show_text(answer, "digest"));
  g_autofree char *unreviewed = unreviewed_text(json_object_get(answer, "roll"));
  if (*unreviewed != '\0')
    fprintf(call_err(call), "%s: %s\n", call_argument(call, 0), unreviewed + strlen("; "));
  json_decref(answer);
  return 0;
}

static int reject(Call *call, GError **error) {
  return act(call, "reject", reason_body(call), error);
}

/* --dry-run: what would be done, and nothing is. */
static int would(Call *call, const char *what, char *(*extent)(const json_t *mailing), GError **error) {
  g_autofree char *path = mailing_path(call, NULL);
  json_t *mailing = NULL;
  int r = api_get(call_api(call), path, NULL, &mailing, error);
  if (r < 0)
    return r;
  g_autofree char *text = extent(mailing);
  g_autofree char *sentence =
      g_strdup_printf("%s, now %s, %s: %s", call_argument(call, 0), show_text(mailing, "state"), what, text);
  return show_changed(call, mailing, sentence);
}

/* What an approval would cover; FAULT_RULE when it is not what was looked at. */
static int would_approve(Call *call, const char *digest, GError **error) {
  g_autofree char *path = mailing_path(call, NULL);
  json_t *mailing = NULL;
  int r = api_get(call_api(call), path, NULL, &mailing, error);
  if (r == 0 && g_ascii_strcasecmp(show_text(mailing, "digest"), digest) != 0)
    r = fault(error, FAULT_RULE,
              "%s: its digest is %s; look again at `valise mailings show` and what changed",
              call_argument(call, 0),
              *show_text(mailing, "digest") != '\0' ? show_text(mailing, "digest") : "not fixed yet");
  if (r < 0) {
    json_decref(mailing);
    return r;
  }
  g_autofree char *text = roll_text(mailing);
  g_autofree char *sentence = g_strdup_printf("%s, now %s, would be approved for %s", call_argument(call, 0),
                                              show_text(mailing, "state"), text);
  return show_changed(call, mailing, sentence);
}

static int approve(Call *call, GError **error) {
  const char *digest = call_value(call, "digest");
  g_autofree char *signature = NULL;
  if (call_dry_run(call))
    return would_approve(call, digest, error);
  int r = act_signature_file(call_value(call, "signature"), "valise mailings manifest", &signature, error);
  return r < 0 ? r
               : act(call, "approve", json_pack("{s:s, s:s*}", "digest", digest, "signature", signature),
                     error);
}

static char *not_left(const json_t *mailing) {
  static const char *const states[] = {"planned", "ready", "held"};
  const json_t *counts = json_object_get(mailing, "counts");
  gint64 n = 0;
  for (gsize i = 0; i < G_N_ELEMENTS(states); i++)
    n += show_int(counts, states[i]);
  g_autofree char *number = show_count(n);
  return g_strdup_printf("%s deliveries that have not left", number);
}

static int release_wave(Call *call, const char *number, GError **error) {
  gint64 wave = 0;
  if (!g_ascii_string_to_signed(number, 10, 1, 1000, &wave, NULL))
    return fault(error, FAULT_INPUT, "--wave %s: is no number of a wave; `valise mailings show` has them",
                 number);
  return act(call, "release", json_pack("{s:I}", "wave", (json_int_t)wave), error);
}

static char *wave_text(const json_t *mailing) {
  g_autofree char *number = show_count(show_int(mailing, "waiting"));
  return g_strdup_printf("wave %" G_GINT64_FORMAT " is next; %s wait for theirs",
                         show_int(mailing, "next_wave"), number);
}

static int release(Call *call, GError **error) {
  const char *wave = call_value(call, "wave");
  if (call_dry_run(call))
    return wave != NULL ? would(call, "would let a wave leave", wave_text, error)
                        : would(call, "would be released to", roll_text, error);
  return wave != NULL ? release_wave(call, wave, error) : act(call, "release", NULL, error);
}

/* Nothing on standard output when nobody is new: id=$(valise mailings supplement M-7) is then empty. */
static int tell_supplement(Call *call, json_t *made, gboolean released) {
  const char *id = show_text(made, "id");
  if (call_json(call))
    show_json(call, made);
  else if (*id == '\0')
    fprintf(stderr, "%s: nobody is new on its lists; nothing was made\n", call_argument(call, 0));
  else
    fprintf(call_out(call), "%s\n", id);
  if (!call_json(call) && *id != '\0' && !released && show_int(made, "made") == 0)
    fprintf(stderr, "%s was made before and is %s; submit, approve or release it\n", id,
            show_text(made, "state"));
  json_decref(made);
  return 0;
}

/* As far as one person may: what goes to offices waits for an approval. */
static int go_on_with(Call *call, json_t **mailing, GError **error) {
  static const char *const acts[] = {"submit", "release"};
  static const char *const from[] = {"draft", "submitted"};
  for (gsize i = 0; i < G_N_ELEMENTS(acts); i++) {
    gboolean approval = i == 1 && json_is_true(json_object_get(*mailing, "restricted"));
    if (!g_str_equal(show_text(*mailing, "state"), from[i]) || approval)
      continue;
    g_autofree char *path = api_path("mailings", show_text(*mailing, "id"), acts[i], NULL);
    json_t *answer = NULL;
    int r = api_send(call_api(call), "POST", path, NULL, NULL, &answer, error);
    if (r < 0)
      return r;
    json_object_set(answer, "made", json_object_get(*mailing, "made"));
    json_decref(*mailing);
    *mailing = answer;
  }
  return 0;
}

static int test(Call *call, GError **error) {
  g_autofree char *path = mailing_path(call, "test");
  json_t *answer = NULL, *body = json_object();
  for (gsize i = 0; i < 2; i++) {
    const char *name = i == 0 ? "contact" : "language";
    if (call_value(call, name) != NULL)
      json_object_set_new(body, name, json_string(call_value(call, name)));
  }
  int r = api_send(call_api(call), "POST", path, NULL, body, &answer, error);
  json_decref(body);
  if (r < 0)
    return r;
  gboolean accepted = g_str_equal(show_text(answer, "outcome"), "accepted");
  g_autofree char *sentence = g_strdup_printf(
      "to %s by relay %s: %s%s%s", show_text(answer, "to"), show_text(answer, "relay"),
      show_text(answer, "outcome"), accepted ? "" : ", ", accepted ? "" : show_text(answer, "reply"));
  show_changed(call, answer, sentence);
  return accepted ? EXIT_DONE : EXIT_RULE;
}

static int supplement(Call *call, GError **error) {
  g_autofree char *path = mailing_path(call, "supplement");
  json_t *made = NULL, *body = json_object();
  if (call_value(call, "wording") != NULL)
    json_object_set_new(body, "wording", json_string(call_value(call, "wording")));
  int r = api_send(call_api(call), "POST", path, NULL, body, &made, error);
  json_decref(body);
  gboolean release_too = r == 0 && call_flag(call, "release") && *show_text(made, "id") != '\0';
  if (release_too)
    r = go_on_with(call, &made, error);
  if (r == 0)
    return tell_supplement(call, made, release_too);
  json_decref(made);
  return r;
}

static int pause_it(Call *call, GError **error) {
  return act(call, "pause", reason_body(call), error);
}

static int resume(Call *call, GError **error) {
  return act(call, "resume", NULL, error);
}

static int cancel(Call *call, GError **error) {
  return call_dry_run(call) ? would(call, "would be cancelled with", not_left, error)
                            : act(call, "cancel", reason_body(call), error);
}

static int close_it(Call *call, GError **error) {
  return act(call, "close", NULL, error);
}

/* ---- watch ---- */

static gint64 sum_of(const json_t *counts, gboolean all) {
  static const char *const moving[] = {"planned", "ready", "claimed", "committing", NULL};
  const char *name;
  json_t *n;
  gint64 sum = 0;
  json_object_foreach((json_t *)counts, name, n) {
    if (all || !g_strv_contains(moving, name))
      sum += json_integer_value(n);
  }
  return sum;
}

static int look(Call *call, const char *path, json_t **ret, gint64 *ret_moving, Progress *progress,
                GError **error) {
  g_clear_pointer(ret, json_decref);
  int r = api_get(call_api(call), path, NULL, ret, error);
  if (r < 0)
    return r;
  const json_t *counts = json_object_get(*ret, "counts");
  g_autofree char *states = show_counts(counts), *waits = waits_text(call, *ret);
  g_autofree char *note = g_strdup_printf("%s%s%s", states, *waits != '\0' ? "; waits " : "", waits);
  *ret_moving = show_int(*ret, "moving");
  if (progress != NULL)
    progress_show(progress, sum_of(counts, FALSE), sum_of(counts, TRUE), note, g_get_monotonic_time());
  return 0;
}

/* Something is left to send and its own gate is open, yet nothing moves: then it is the whole house's that is
 * shut. */
static gboolean waits_for_unhold(const json_t *mailing) {
  static const char *const under_way[] = {"scheduled", "sending", NULL};
  const json_t *counts = json_object_get(mailing, "counts");
  return g_strv_contains(under_way, show_text(mailing, "state")) &&
         sum_of(counts, TRUE) - show_int(mailing, "waiting") > sum_of(counts, FALSE);
}

/* Exit status 1 when anything ended other than relayed. */
static int watch(Call *call, GError **error) {
  g_autofree char *path = mailing_path(call, NULL);
  g_autoptr(Progress) progress = call_json(call) ? NULL : progress_new(call_out(call), call_plain(call));
  json_t *mailing = NULL;
  gint64 moving = 1;
  int r;
  while ((r = look(call, path, &mailing, &moving, progress, error)) == 0 && moving > 0)
    g_usleep(LOOK_EVERY);
  if (r < 0)
    return r;
  g_clear_pointer(&progress, progress_end);
  const json_t *counts = json_object_get(mailing, "counts");
  gint64 waiting = show_int(mailing, "waiting");
  /* Whose place another took tells nothing of its addressee; what was carried by hand has arrived. */
  gint64 reached = show_int(counts, "relayed") + show_int(counts, "done") + show_int(mailing, "superseded");
  gboolean all_relayed = reached == sum_of(counts, TRUE) - waiting;
  if (call_json(call))
    show_json(call, mailing);
  else {
    g_autofree char *text = show_counts(counts);
    fprintf(call_out(call), "%s is %s: %s%s\n", call_argument(call, 0), show_text(mailing, "state"), text,
            waits_for_unhold(mailing) ? "; sending is on hold, and goes on by `valise unhold`" : "");
    if (waiting > 0)
      fprintf(call_out(call), "next: valise mailings release %s --wave %" G_GINT64_FORMAT "\n",
              call_argument(call, 0), show_int(mailing, "next_wave"));
    if (json_is_true(json_object_get(mailing, "rehearsal")))
      fputs("this is a rehearsal: nothing left\n", call_out(call));
  }
  json_decref(mailing);
  return all_relayed ? EXIT_DONE : EXIT_RULE;
}

#define FIELD_OPTIONS(needed)                                                                                \
  {"document", OPTION_LIST, "ID", "what is sent, if anything; may be repeated", FALSE},                      \
      {"list", OPTION_LIST, "NAME", "to whom; may be repeated", needed},                                     \
      {"wording", OPTION_VALUE, "NAME", "the letter's wording", needed},                                     \
      {"at", OPTION_VALUE, "TIME",                                                                           \
       "when: 2013-12-02T10:00 in the organisation's zone, or next-working-day; at once if not given",       \
       FALSE},                                                                                               \
      {"not-after", OPTION_VALUE, "TIME", "nothing leaves after it", FALSE},                                 \
      {"wave", OPTION_REPEAT, "RULE[@TIME]", "who goes first, next and so on; none: all at once", FALSE},    \
      {"acknowledgement", OPTION_VALUE, "WHAT", "none, requested or required", FALSE},                       \
      {"counts-from", OPTION_VALUE, "KIND", "the weakest kind that stops reminders", FALSE},                 \
      {"sign", OPTION_VALUE, "HOW", "none (the default), openpgp or smime", FALSE},                          \
      {"category", OPTION_VALUE, "WHAT", "forum, participation or correction", FALSE},                       \
      {"delivery-policy", OPTION_VALUE, "WHAT", "never-twice (the default) or at-least-once", FALSE},        \
      {"remind-after", OPTION_VALUE, "DAYS,DAYS",                                                            \
       "draft and submit reminders by itself after so many days: 20,20; none", FALSE},                       \
      {"next-channel", OPTION_VALUE, "WHEN", "none (the default), on-refusal, until-acknowledged or all",    \
       FALSE},                                                                                               \
      {"next-after", OPTION_VALUE, "DAYS", "with until-acknowledged: days of silence; 14 if not given",      \
       FALSE},                                                                                               \
      {"message-limit", OPTION_VALUE, "SIZE", "a larger message links its documents: 10 MiB", FALSE}, {      \
    "value", OPTION_REPEAT, "FIELD=TEXT", "a further value of the wording", FALSE                            \
  }

static const Option create_options[] = {FIELD_OPTIONS(TRUE), {0}};
static const Option set_options[] = {FIELD_OPTIONS(FALSE), {0}};
static const Option preview_options[] = {
    {"contact", OPTION_VALUE, "ID", "the letter of this one; the first of the roll if not given", FALSE},
    {"language", OPTION_VALUE, "LANGUAGE", "the first of the roll in this language", FALSE},
    {"out", OPTION_VALUE, "FILE.eml", "write the message as it would leave", FALSE},
    {0}};
static const Option roll_options[] = {
    {"show", OPTION_FLAG, NULL, "only show its lines", FALSE},
    {"state", OPTION_VALUE, "STATE", "with --show: included, held or excluded", FALSE},
    {0}};
static const Option release_options[] = {{"wave", OPTION_VALUE, "N", "let this further wave leave", FALSE},
                                         {0}};
static const Option test_options[] = {
    {"contact", OPTION_VALUE, "ID", "the letter of this one; the first of the roll if not given", FALSE},
    {"language", OPTION_VALUE, "LANGUAGE", "the first of the roll in this language", FALSE},
    {0}};
static const Option supplement_options[] = {
    {"wording", OPTION_VALUE, "NAME", "instead of the mailing's own", FALSE},
    {"release", OPTION_FLAG, NULL, "submit it, and release it when it is for attendees alone", FALSE},
    {0}};
static const Option mailbox_options[] = {
    {"choose", OPTION_VALUE, "WHAT", "one, each or covering-note; rule takes a choice back", FALSE},
    {"contact", OPTION_VALUE, "ID", "with one: who is written to", FALSE},
    {0}};
static const Option approve_options[] = {
    {"digest", OPTION_VALUE, "D", "the digest that `mailings show` prints", TRUE},
    {"signature", OPTION_VALUE, "FILE",
     "your own detached OpenPGP signature over what `mailings manifest` prints", FALSE},
    {0}};
static const Option reason_needed[] = {
    {"reason", OPTION_VALUE, "TEXT", "why; it stands in the journal", TRUE}, {0}};
static const Option reason_offered[] = {
    {"reason", OPTION_VALUE, "TEXT", "why; it stands in the journal", FALSE}, {0}};

const Command mailings_commands[] = {
    {"mailings", "create", NULL, "Draft a mailing", create_options, 0, create},
    {"mailings", "set", "ID", "Change a mailing; an approval ends by it", set_options, 0, set},
    {"mailings", "preview", "ID", "The message of one addressee as it would leave", preview_options, 0,
     preview},
    {"mailings", "roll", "ID", "Freeze the roll: who gets it and who not, and why", roll_options,
     COMMAND_LIST, roll},
    {"mailings", "mailbox", "ID [ADDRESS]", "Mailboxes that several share; choose who is written to there",
     mailbox_options, COMMAND_LIST, mailbox},
    {"mailings", "submit", "ID", "Submit for approval; prints the digest", NULL, 0, submit},
    {"mailings", "manifest", "ID", "What an approval covers, line by line", NULL, 0, manifest},
    {"mailings", "approve", "ID", "Approve the manifest of that digest (approvers)", approve_options,
     COMMAND_DRY_RUN, approve},
    {"mailings", "reject", "ID", "Reject (approvers)", reason_needed, 0, reject},
    {"mailings", "release", "ID", "Let it, or its next wave, go", release_options, COMMAND_DRY_RUN, release},
    {"mailings", "test", "ID", "One letter, marked as a test, to your own address", test_options, 0, test},
    {"mailings", "supplement", "ID", "Once more, for those who came onto its lists since", supplement_options,
     0, supplement},
    {"mailings", "pause", "ID", "Start no new attempt", reason_offered, 0, pause_it},
    {"mailings", "resume", "ID", "Start attempts again", NULL, 0, resume},
    {"mailings", "cancel", "ID", "Call back what has not left", reason_needed, COMMAND_DRY_RUN, cancel},
    {"mailings", "close", "ID", "End the follow-up", NULL, 0, close_it},
    {"mailings", "show", "ID", "One mailing with its counts and its roll", NULL, 0, show},
    {"mailings", "list", NULL, "All mailings", NULL, COMMAND_LIST, list},
    {"mailings", "watch", "ID", "Show progress until nothing more happens by itself", NULL, 0, watch},
    {0}};
