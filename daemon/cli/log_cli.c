/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>

#include "base/fault.h"
#include "base/file.h"
#include "cli/groups.h"
#include "cli/show.h"
#include "cli/table.h"
#include "cli/untar.h"
#include "journal/journal_verify.h"

#define HEAD_FILE_MAX (1024 * 1024) /* bytes: of a whole letter in which a head stands */

static ApiQuery *filters_of(Call *call) {
  static const char *const names[] = {"mailing", "contact", "delivery", "kind", "user", "since"};
  ApiQuery *query = api_query_new();
  for (gsize i = 0; i < G_N_ELEMENTS(names); i++)
    api_query_add(query, names[i], call_value(call, names[i]));
  return query;
}

static char *about(const json_t *entry) {
  const char *first = show_text(entry, "delivery"), *last = show_text(entry, "delivery_last");
  GString *text = g_string_new(show_text(entry, "mailing"));
  if (*first != '\0')
    g_string_append_printf(text, "%s%s%s%s", text->len > 0 ? " " : "", first, *last != '\0' ? ".." : "",
                           last);
  if (*show_text(entry, "contact") != '\0')
    g_string_append_printf(text, "%s%s", text->len > 0 ? " " : "", show_text(entry, "contact"));
  return g_string_free(text, FALSE);
}

static void entry_row(Call *call, const json_t *item, char **cells) {
  cells[0] = g_strdup_printf("%" G_GINT64_FORMAT, show_int(item, "index"));
  cells[1] = show_time(call, item, "time");
  cells[2] = g_strdup(show_text(item, "kind"));
  cells[3] = g_strdup(show_text(item, "user"));
  cells[4] = about(item);
  cells[5] = g_strdup(show_text(item, "text"));
}

static int list(Call *call, GError **error) {
  static const char *const headings[] = {">INDEX", "TIME", "KIND", "USER", "ABOUT", "TEXT", NULL};
  g_autoptr(ApiQuery) query = filters_of(call);
  return show_list(call, "log", query, headings, entry_row, "no entries", error);
}

static int follow_line(json_t *entry, gpointer data, G_GNUC_UNUSED GError **error) {
  Call *call = data;
  if (call_json(call)) {
    json_dumpf(entry, call_out(call), JSON_COMPACT);
    fputc('\n', call_out(call));
  } else {
    g_autofree char *at = show_time(call, entry, "time"), *what = about(entry);
    fprintf(call_out(call), "%" G_GINT64_FORMAT "  %s  %s  %s  %s  %s\n", show_int(entry, "index"), at,
            show_text(entry, "kind"), show_text(entry, "user"), what, show_text(entry, "text"));
  }
  fflush(call_out(call));
  return 0;
}

static int follow(Call *call, GError **error) {
  g_autoptr(ApiQuery) query = filters_of(call);
  return api_follow(call_api(call), "log/follow", query, follow_line, call, error);
}

static void kind_row(G_GNUC_UNUSED Call *call, const json_t *item, char **cells) {
  cells[0] = g_strdup(show_text(item, "kind"));
  cells[1] = g_strdup(show_text(item, "sentence"));
}

static void print_pairs(Call *call, const json_t *list_value, const char *key) {
  for (size_t i = 0; i < json_array_size(list_value); i++) {
    const json_t *one = json_array_get(list_value, i);
    fprintf(call_out(call), "%-8s %-22s %s\n", key, show_text(one, key), show_text(one, "sentence"));
  }
}

static int kinds(Call *call, GError **error) {
  static const char *const headings[] = {"KIND", "WHAT IT SAYS", NULL};
  json_t *answer = NULL;
  int r = api_get(call_api(call), "log/kinds", NULL, &answer, error);
  if (r < 0)
    return r;
  if (call_json(call))
    show_json(call, answer);
  else {
    r = show_list(call, "log/kinds", NULL, headings, kind_row, NULL, error);
    print_pairs(call, json_object_get(answer, "states"), "state");
    print_pairs(call, json_object_get(answer, "reasons"), "reason");
  }
  json_decref(answer);
  return r;
}

/* ---- export and verify ---- */

static int refuse_full_folder(const char *folder, GError **error) {
  g_autoptr(GDir) dir = g_dir_open(folder, 0, NULL);
  if (dir != NULL && g_dir_read_name(dir) != NULL)
    return fault(error, FAULT_RULE, "%s: is not empty; name a new folder", folder);
  if (dir == NULL && g_mkdir_with_parents(folder, 0755) != 0)
    return fault_errno(error, errno, "%s: the folder cannot be made", folder);
  return 0;
}

/* The archive of PATH becomes FOLDER, which is new. */
static int fetch_folder(Call *call, const char *path, const ApiQuery *query, const char *folder,
                        GError **error) {
  int r = refuse_full_folder(folder, error);
  if (r < 0)
    return r;
  g_autofree char *archive = g_build_filename(folder, ".export.tar", NULL);
  int fd = open(archive, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
  if (fd < 0)
    return fault_errno(error, errno, "%s: cannot be written", archive);
  r = api_download(call_api(call), path, query, fd, NULL, error);
  if (r == 0)
    r = untar_into(fd, folder, error);
  close(fd);
  g_unlink(archive);
  return r;
}

static void print_folder(Call *call, const char *folder, const char *words) {
  if (call_json(call)) {
    json_t *done = json_pack("{s:s}", "folder", folder);
    show_json(call, done);
    json_decref(done);
  } else
    fprintf(call_out(call), "%s: written; %s\n", folder, words);
}

static int export(Call *call, GError **error) {
  const char *folder = call_value(call, "out");
  int r = fetch_folder(call, "log/export", NULL, folder, error);
  if (r == 0)
    print_folder(call, folder,
                 "sh verify.sh in it checks the journal with sha256sum, and gpgv where it is signed");
  return r;
}

static int evidence(Call *call, GError **error) {
  const char *folder = call_value(call, "out");
  g_autofree char *path = api_path("deliveries", call_argument(call, 0), "evidence", NULL);
  g_autoptr(ApiQuery) query = api_query_add(api_query_new(), "language", call_value(call, "language"));
  json_t *said = NULL;
  int r = refuse_full_folder(folder, error);
  if (r == 0)
    r = api_send(call_api(call), "POST", path, NULL, NULL, &said, error);
  if (r == 0)
    r = fetch_folder(call, path, query, folder, error);
  if (r == 0 && !json_is_true(json_object_get(said, "signed")))
    fprintf(call_err(call), "the newest entries lie under no signature: %s\n",
            show_text(said, "unsigned_because"));
  json_decref(said);
  if (r == 0)
    print_folder(call, folder, "README.txt says what it is, sh verify.sh checks it with gpgv and sha256sum");
  return r;
}

static int print_verdict(Call *call, gboolean verified, gint64 entries, const char *head, gint64 bad,
                         const char *trouble) {
  if (call_json(call)) {
    json_t *verdict =
        json_pack("{s:b, s:I, s:s, s:o, s:s?}", "verified", verified, "entries", (json_int_t)entries, "head",
                  head, "first_bad", verified ? json_null() : json_integer(bad), "text", trouble);
    show_json(call, verdict);
    json_decref(verdict);
  } else if (verified)
    fprintf(call_out(call), "the journal holds: %" G_GINT64_FORMAT " entries, head %s\n", entries, head);
  else
    fprintf(call_out(call), "the journal does not hold at entry %" G_GINT64_FORMAT ": %s\n", bad, trouble);
  return verified ? EXIT_DONE : EXIT_RULE;
}

/* A line that is a head and nothing else, as letters, mails and head-N.txt have it. */
static gboolean is_head(const char *line, Head *ret) {
  g_autofree char *text = g_strstrip(g_strdup(line));
  char *gap = strchr(text, ' ');
  if (gap != NULL)
    *gap = ':';
  return head_parse(text, ret, NULL) == 0;
}

static int head_in_file(const char *path, Head *ret, GError **error) {
  g_autoptr(GBytes) bytes = NULL;
  int r = file_read(path, HEAD_FILE_MAX, &bytes, error);
  if (r < 0)
    return r;
  g_auto(GStrv) lines = g_strsplit(g_bytes_get_data(bytes, NULL), "\n", -1);
  for (char **line = lines; *line != NULL; line++)
    if (is_head(*line, ret))
      return 0;
  return fault(error, FAULT_INPUT,
               "%s: no line of it is a head of the journal, INDEX:DIGEST; name the file or the message that "
               "has one",
               path);
}

/* INDEX:DIGEST, or a file in which it stands. 1 when none is given. */
static int head_given(Call *call, Head *ret, GError **error) {
  const char *text = call_value(call, "head");
  if (text == NULL)
    return 1;
  return g_file_test(text, G_FILE_TEST_IS_REGULAR) ? head_in_file(text, ret, error)
                                                   : head_parse(text, ret, error);
}

static int verify_folder(Call *call, const char *folder, GError **error) {
  g_auto(Verified) verified = {0};
  Head head;
  int given = head_given(call, &head, error), r = MIN(given, 0);
  if (r == 0)
    r = journal_verify_folder(folder, given == 0 ? &head : NULL, &verified, error);
  if (r < 0)
    return r;
  g_autofree char *reached = head_text(&verified.head);
  return print_verdict(call, r == 0, verified.entries, reached, verified.bad, verified.trouble);
}

static int verify(Call *call, GError **error) {
  if (call_argument(call, 0) != NULL)
    return verify_folder(call, call_argument(call, 0), error);
  Head head;
  int r = head_given(call, &head, error);
  if (r < 0)
    return r;
  g_autofree char *known = r == 0 ? head_text(&head) : NULL;
  g_autoptr(ApiQuery) query = api_query_add(api_query_new(), "head", known);
  json_t *answer = NULL;
  r = api_get(call_api(call), "log/verify", query, &answer, error);
  if (r < 0)
    return r;
  r = print_verdict(call, json_is_true(json_object_get(answer, "verified")), show_int(answer, "entries"),
                    show_text(answer, "head"), show_int(answer, "first_bad"), show_text(answer, "text"));
  json_decref(answer);
  return r;
}

static void head_row(Call *call, const json_t *item, char **cells) {
  cells[0] = show_count(show_int(item, "number"));
  cells[1] = show_time(call, item, "at");
  cells[2] = g_strdup(show_text(item, "head"));
  cells[3] = g_strdup(show_text(item, "fingerprint"));
}

static int heads(Call *call, GError **error) {
  static const char *const headings[] = {"NUMBER", "SIGNED", "HEAD", "KEY", NULL};
  return show_list(call, "log/heads", NULL, headings, head_row,
                   "no head was signed; name a key in [openpgp] log_key", error);
}

static int sign(Call *call, GError **error) {
  json_t *head = NULL;
  int r = api_send(call_api(call), "POST", "log/heads", NULL, NULL, &head, error);
  if (r < 0)
    return r;
  if (call_json(call))
    show_json(call, head);
  else
    fprintf(call_out(call), "%s\n", show_text(head, "head"));
  json_decref(head);
  return 0;
}

static const Option filter_options[] = {{"mailing", OPTION_VALUE, "ID", "about this mailing", FALSE},
                                        {"contact", OPTION_VALUE, "ID", "about this contact", FALSE},
                                        {"delivery", OPTION_VALUE, "ID", "about this delivery", FALSE},
                                        {"kind", OPTION_VALUE, "KIND", "of this kind", FALSE},
                                        {"user", OPTION_VALUE, "NAME", "by this user", FALSE},
                                        {"since", OPTION_VALUE, "TIME", "from this time on", FALSE},
                                        {0}};
static const Option export_options[] = {{"out", OPTION_VALUE, "DIR", "a new folder", TRUE}, {0}};
static const Option evidence_options[] = {
    {"out", OPTION_VALUE, "DIR", "a new folder", TRUE},
    {"language", OPTION_VALUE, "L", "of its README: fr (else) or en", FALSE},
    {0}};
static const Option verify_options[] = {
    {"head", OPTION_VALUE, "HEAD",
     "a head that was kept elsewhere, INDEX:DIGEST or a file in which it stands: shows a cut tail", FALSE},
    {0}};

const Command log_commands[] = {
    {"log", "list", NULL, "Entries of the journal", filter_options, COMMAND_LIST, list},
    {"log", "follow", NULL, "Entries as they come", filter_options, 0, follow},
    {"log", "kinds", NULL, "Every kind of entry, state and reason with its sentence", NULL, 0, kinds},
    {"log", "export", NULL, "Write the journal as a folder that a third party can check", export_options, 0,
     export},
    {"log", "evidence", "DELIVERY",
     "Write all that shows what became of a delivery, for a third party to check", evidence_options, 0,
     evidence},
    {"log", "heads", NULL, "The journal's heads that were signed", NULL, COMMAND_LIST, heads},
    {"log", "sign", NULL, "Sign the journal's head now; keep what it prints elsewhere", NULL, 0, sign},
    {"log", "verify", "[DIR]", "Is the journal what it was? With DIR an export, without any daemon",
     verify_options, 0, verify},
    {0}};
