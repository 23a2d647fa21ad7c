/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#include "base/fault.h"
#include "cli/groups.h"
#include "cli/show.h"
#include "cli/table.h"

static void delivery_row(G_GNUC_UNUSED Call *call, const json_t *item, char **cells) {
  const json_t *attempts = json_object_get(item, "attempts");
  const json_t *last = json_array_get(attempts, json_array_size(attempts) - 1);
  static const char *const keys[] = {"id", "mailing", "contact", "address", "language", "state", "reason"};
  for (gsize i = 0; i < G_N_ELEMENTS(keys); i++)
    cells[i] = g_strdup(show_text(item, keys[i]));
  g_strdelimit(cells[3], "\n", ' '); /* an address for the post has several lines */
  const char *by_hand = show_text(item, "by_hand");
  cells[7] = *by_hand != '\0' ? g_strconcat("by hand: ", by_hand, NULL) : g_strdup(show_text(last, "reply"));
}

/* The sheet goes to standard output as it is. */
static ApiQuery *places_of(Call *call) {
  ApiQuery *query = api_query_add(api_query_new(), "mailing", call_value(call, "mailing"));
  return api_query_add(query, "country", call_value(call, "country"));
}

static int labels(Call *call, GError **error) {
  g_autoptr(ApiQuery) query = places_of(call);
  fflush(call_out(call));
  return api_download(call_api(call), "labels.csv", query, fileno(call_out(call)), NULL, error);
}

static int list(Call *call, GError **error) {
  if (call_flag(call, "labels"))
    return labels(call, error);
  static const char *const headings[] = {"ID",    "MAILING", "CONTACT",    "ADDRESS", "LANGUAGE",
                                         "STATE", "REASON",  "LAST WORDS", NULL};
  g_autoptr(ApiQuery) query = api_query_new();
  api_query_add(query, "mailing", call_value(call, "mailing"));
  for (const char *const *state = call_values(call, "state"); *state != NULL; state++)
    api_query_add(query, "state", *state);
  api_query_add(query, "country", call_value(call, "country"));
  api_query_add(query, "contact", call_value(call, "contact"));
  return show_list(call, "deliveries", query, headings, delivery_row, "no deliveries", error);
}

static void print_facts(Call *call, const json_t *facts) {
  for (size_t i = 0; i < json_array_size(facts); i++) {
    const json_t *f = json_array_get(facts, i);
    const char *class = show_text(f, "class"), *status = show_text(f, "status"),
               *by = show_text(f, "message");
    g_autofree char *at = show_time(call, f, "time");
    g_autofree char *line =
        g_strdup_printf("%s%s%s%s%s, %s%s%s", show_text(f, "fact"), *class != '\0' ? " " : "", class,
                        *status != '\0' ? " " : "", status, at, *by != '\0' ? ", " : "", by);
    table_block(call_out(call), call_plain(call), "fact", line, NULL);
    table_block(call_out(call), call_plain(call), "their words", show_text(f, "words"), NULL);
  }
}

static void print_attempts(Call *call, const json_t *attempts) {
  for (size_t i = 0; i < json_array_size(attempts); i++) {
    const json_t *a = json_array_get(attempts, i);
    g_autofree char *at = show_time(call, a, "time");
    fprintf(call_out(call), "  %s  %s by %s at %s: %s%s%s\n", at, show_text(a, "outcome"),
            show_text(a, "relay"), show_text(a, "step"), show_text(a, "reply"),
            *show_text(a, "tls") != '\0' ? "  " : "", show_text(a, "tls"));
  }
}

static void print_timeline(Call *call, const json_t *timeline) {
  for (size_t i = 0; i < json_array_size(timeline); i++) {
    const json_t *e = json_array_get(timeline, i);
    g_autofree char *at = show_time(call, e, "time");
    fprintf(call_out(call), "  %s  %-20s %s%s%s\n", at, show_text(e, "kind"), show_text(e, "user"),
            *show_text(e, "text") != '\0' ? ": " : "", show_text(e, "text"));
  }
}

static void print_proof(Call *call, const json_t *proof) {
  if (!json_is_object(proof))
    return;
  g_autofree char *at = show_time(call, proof, "at");
  table_block(call_out(call), call_plain(call), "carried on", show_text(proof, "date"), "noted", at, "by",
              show_text(proof, "by"), "reference", show_text(proof, "reference"), "proof",
              show_text(proof, "name"), "its sha256", show_text(proof, "sha256"), NULL);
}

/* Only where one took another's place. */
static void print_chain(Call *call, const json_t *chain) {
  if (json_array_size(chain) < 2)
    return;
  fputs("chain\n", call_out(call));
  for (size_t i = 0; i < json_array_size(chain); i++) {
    const json_t *d = json_array_get(chain, i);
    fprintf(call_out(call), "  %s  %s by %s%s%s: %s\n", show_text(d, "id"), show_text(d, "variant"),
            show_text(d, "channel"), *show_text(d, "by_hand") != '\0' ? ", " : "", show_text(d, "by_hand"),
            show_text(d, "state"));
  }
}

static void print_delivery(Call *call, const json_t *d) {
  g_autofree char *due = show_time(call, d, "due"), *from = show_time(call, d, "resend_from");
  table_block(call_out(call), call_plain(call), "delivery", show_text(d, "id"), "mailing",
              show_text(d, "mailing"), "addressee", show_text(d, "addressee"), "contact",
              show_text(d, "contact"), "address", show_text(d, "address"), "language",
              show_text(d, "language"), "variant", show_text(d, "variant"), "by hand",
              show_text(d, "by_hand"), "state", show_text(d, "state"), "reason", show_text(d, "reason"),
              "supersedes", show_text(d, "supersedes"), "superseded by", show_text(d, "superseded_by"),
              "not before", due, "resend from", from, "message-id", show_text(d, "message_id"), "sha256",
              show_text(d, "sha256"), "signed by", show_text(d, "signed_by"), NULL);
  print_proof(call, json_object_get(d, "proof"));
  print_chain(call, json_object_get(d, "chain"));
  print_facts(call, json_object_get(d, "facts"));
  fputs("attempts\n", call_out(call));
  print_attempts(call, json_object_get(d, "attempts"));
  fputs("timeline\n", call_out(call));
  print_timeline(call, json_object_get(d, "timeline"));
}

/* ---- by hand ---- */

static int write_file(const char *folder, const char *name, const char *text, GError **error) {
  g_autofree char *path = g_build_filename(folder, name, NULL);
  FILE *file = fopen(path, "we");
  if (file == NULL || fputs(text, file) < 0 || fclose(file) != 0)
    return fault_errno(error, errno, "%s: cannot be written", path);
  return 0;
}

/* The name is only a name: what would lead out of the folder is not followed. */
static int fetch_document(Call *call, const char *folder, const json_t *document, GError **error) {
  g_autofree char *path =
      api_path("deliveries", call_argument(call, 0), "documents", show_text(document, "sha256"), NULL);
  g_autofree char *name = g_path_get_basename(show_text(document, "name"));
  g_autofree char *to = g_build_filename(folder, name, NULL);
  int fd = open(to, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
  if (fd < 0)
    return fault_errno(error, errno, "%s: cannot be written", to);
  int r = api_download(call_api(call), path, NULL, fd, NULL, error);
  close(fd);
  return r;
}

static int fetch_paper(Call *call, const char *delivery, const char *folder, const char *name,
                       GError **error) {
  g_autofree char *path = api_path("deliveries", delivery, "letter", NULL);
  g_autofree char *to = g_build_filename(folder, name, NULL);
  int fd = open(to, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
  if (fd < 0)
    return fault_errno(error, errno, "%s: cannot be written", to);
  int r = api_download(call_api(call), path, NULL, fd, NULL, error);
  close(fd);
  return r;
}

/* The letter and all that goes with it, in a folder. */
static int write_all(Call *call, const json_t *letter, const char *folder, GError **error) {
  const json_t *documents = json_object_get(letter, "documents");
  if (g_mkdir_with_parents(folder, 0700) < 0)
    return fault_errno(error, errno, "%s: cannot be made", folder);
  g_autofree char *whole = g_strconcat(show_text(letter, "subject"), "\n\n", show_text(letter, "text"), NULL);
  int r = write_file(folder, "letter.txt", whole, error);
  if (r == 0)
    r = fetch_paper(call, call_argument(call, 0), folder, "letter.html", error);
  for (size_t i = 0; r == 0 && i < json_array_size(documents); i++)
    r = fetch_document(call, folder, json_array_get(documents, i), error);
  return r;
}

static void print_letter(Call *call, const json_t *letter) {
  const json_t *documents = json_object_get(letter, "documents");
  table_block(call_out(call), call_plain(call), "delivery", show_text(letter, "id"), "by",
              show_text(letter, "by_hand"), "to", show_text(letter, "address"), "reference",
              show_text(letter, "reference"), "language", show_text(letter, "language"), NULL);
  for (size_t i = 0; i < json_array_size(documents); i++) {
    const json_t *d = json_array_get(documents, i);
    fprintf(call_out(call), "with  %s, %" G_GINT64_FORMAT " bytes, sha256 %s\n", show_text(d, "name"),
            show_int(d, "size"), show_text(d, "sha256"));
  }
  if (*show_text(letter, "inside_address") != '\0')
    fprintf(call_out(call), "\n%s\n", show_text(letter, "inside_address"));
  fprintf(call_out(call), "\n%s\n\n%s", show_text(letter, "subject"), show_text(letter, "text"));
}

static int show_letter(Call *call, GError **error) {
  g_autofree char *path = api_path("deliveries", call_argument(call, 0), "text", NULL);
  json_t *letter = NULL;
  int r = api_get(call_api(call), path, NULL, &letter, error);
  if (r == 0 && call_value(call, "out") != NULL)
    r = write_all(call, letter, call_value(call, "out"), error);
  if (r == 0 && call_json(call))
    show_json(call, letter);
  else if (r == 0)
    print_letter(call, letter);
  json_decref(letter);
  return r;
}

/* ---- all that is to be posted ---- */

static int take_posted(json_t *item, gpointer data, G_GNUC_UNUSED GError **error) {
  if (g_str_equal(show_text(item, "by_hand"), "post"))
    g_ptr_array_add(data, g_strdup(show_text(item, "id")));
  return 0;
}

static int fetch_labels(Call *call, const char *folder, GError **error) {
  g_autoptr(ApiQuery) query = places_of(call);
  g_autofree char *to = g_build_filename(folder, "labels.csv", NULL);
  int fd = open(to, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
  if (fd < 0)
    return fault_errno(error, errno, "%s: cannot be written", to);
  int r = api_download(call_api(call), "labels.csv", query, fd, NULL, error);
  close(fd);
  return r;
}

/* One page a letter, each under its delivery's id, and the sheet of labels. */
static int letters(Call *call, GError **error) {
  const char *folder = call_value(call, "out");
  g_autoptr(ApiQuery) query = api_query_add(places_of(call), "state", "to-do");
  g_autoptr(GPtrArray) posted = g_ptr_array_new_with_free_func(g_free);
  if (g_mkdir_with_parents(folder, 0700) < 0)
    return fault_errno(error, errno, "%s: cannot be made", folder);
  int r = api_list(call_api(call), "deliveries", query, 0, take_posted, posted, error);
  for (guint i = 0; r == 0 && i < posted->len; i++) {
    const char *delivery = g_ptr_array_index(posted, i);
    g_autofree char *name = g_strconcat(delivery, ".html", NULL);
    r = fetch_paper(call, delivery, folder, name, error);
  }
  if (r == 0)
    r = fetch_labels(call, folder, error);
  if (r < 0)
    return r;
  g_autofree char *sentence =
      g_strdup_printf("%u to be printed, and labels.csv, are in %s", posted->len, folder);
  return show_changed(call, json_pack("{s:i, s:s}", "letters", (int)posted->len, "folder", folder), sentence);
}

static const char *type_of(const char *file) {
  return g_str_has_suffix(file, ".pdf") ? "application/pdf" : "application/octet-stream";
}

static int done(Call *call, GError **error) {
  const char *file = call_value(call, "proof");
  g_autofree char *path = api_path("deliveries", call_argument(call, 0), "done", NULL);
  g_autofree char *name = g_path_get_basename(file);
  g_autoptr(ApiQuery) query = api_query_add(api_query_new(), "name", name);
  api_query_add(query, "reference", call_value(call, "reference"));
  api_query_add(query, "date", call_value(call, "date"));
  json_t *answer = NULL;
  int r = api_upload(call_api(call), path, query, file, type_of(file), &answer, error);
  if (r < 0) {
    json_decref(answer);
    return r;
  }
  g_autofree char *sentence =
      g_strdup_printf("%s is %s; the proof has the SHA-256 %s", show_text(answer, "id"),
                      show_text(answer, "state"), show_text(json_object_get(answer, "proof"), "sha256"));
  return show_changed(call, answer, sentence);
}

static int proof(Call *call, GError **error) {
  const char *file = call_value(call, "out");
  g_autofree char *path = api_path("deliveries", call_argument(call, 0), "proof", NULL);
  int fd = open(file, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
  if (fd < 0)
    return fault_errno(error, errno, "%s: cannot be written", file);
  int r = api_download(call_api(call), path, NULL, fd, NULL, error);
  close(fd);
  if (r == 0 && !call_json(call))
    fprintf(call_out(call), "%s: written\n", file);
  return r;
}

static int show(Call *call, GError **error) {
  if (call_flag(call, "text"))
    return show_letter(call, error);
  g_autofree char *path = api_path("deliveries", call_argument(call, 0), NULL);
  return show_one(call, path, NULL, print_delivery, error);
}

static int settle(Call *call, GError **error) {
  g_autofree char *path = api_path("deliveries", call_argument(call, 0), "settle", NULL);
  json_t *answer = NULL;
  json_t *body =
      json_pack("{s:s, s:s, s:b}", "as", call_value(call, "as"), "reason", call_value(call, "reason"),
                "accept_duplicate", call_flag(call, "i-accept-a-duplicate"));
  int r = api_send(call_api(call), "POST", path, NULL, body, &answer, error);
  json_decref(body);
  if (r < 0)
    return r;
  g_autofree char *sentence =
      g_strdup_printf("%s is %s", show_text(answer, "id"), show_text(answer, "state"));
  return show_changed(call, answer, sentence);
}

static const Option list_options[] = {
    {"mailing", OPTION_VALUE, "ID", "of this mailing", FALSE},
    {"state", OPTION_LIST, "STATE", "in this state; may be repeated", FALSE},
    {"country", OPTION_VALUE, "CODE", "to this country", FALSE},
    {"contact", OPTION_VALUE, "ID", "to this contact", FALSE},
    {"labels", OPTION_FLAG, NULL, "addresses of what is to be posted, as CSV for labels", FALSE},
    {0}};
static const Option show_options[] = {
    {"text", OPTION_FLAG, NULL, "what is to be pasted, printed or said of a delivery by hand", FALSE},
    {"out", OPTION_VALUE, "FOLDER", "with --text: put the letter and its documents there", FALSE},
    {0}};
static const Option done_options[] = {
    {"proof", OPTION_VALUE, "FILE", "what shows it: a receipt, a confirmation, a scan", TRUE},
    {"reference", OPTION_VALUE, "TEXT", "a number of the post, of the form", FALSE},
    {"date", OPTION_VALUE, "DAY", "when it was carried; today if not given", FALSE},
    {0}};
static const Option proof_options[] = {{"out", OPTION_VALUE, "FILE", "where to put it", TRUE}, {0}};
static const Option letters_options[] = {{"mailing", OPTION_VALUE, "ID", "of this mailing", FALSE},
                                         {"country", OPTION_VALUE, "CODE", "to this country", FALSE},
                                         {"out", OPTION_VALUE, "FOLDER", "where to put them", TRUE},
                                         {0}};
static const Option settle_options[] = {
    {"as", OPTION_VALUE, "presumed|resend|cancelled", "treat it as sent, send it (again), or give it up",
     TRUE},
    {"reason", OPTION_VALUE, "TEXT", "on what evidence; it stands in the journal", TRUE},
    {"i-accept-a-duplicate", OPTION_FLAG, NULL, "send again although a copy may have arrived", FALSE},
    {0}};

const Command deliveries_commands[] = {
    {"deliveries", "list", NULL, "Deliveries, by mailing, state, country or contact", list_options,
     COMMAND_LIST, list},
    {"deliveries", "show", "ID", "The whole story of one delivery, with the far side's words", show_options,
     0, show},
    {"deliveries", "letters", NULL,
     "The letters that are to be posted, as pages to be printed, and their labels", letters_options, 0,
     letters},
    {"deliveries", "settle", "ID", "Decide about a delivery that only a person can decide", settle_options, 0,
     settle},
    {"deliveries", "done", "ID", "A delivery was carried by hand: note it, with the proof", done_options, 0,
     done},
    {"deliveries", "proof", "ID", "The file that proves a delivery by hand", proof_options, 0, proof},
    {0}};
