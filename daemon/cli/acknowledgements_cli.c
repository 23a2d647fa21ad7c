/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#include "base/fault.h"
#include "cli/groups.h"
#include "cli/show.h"
#include "cli/table.h"

/* ---- list ---- */

/* "letter: substantive (private-office)" */
static char *answer_text(const json_t *answer) {
  if (!json_is_object(answer))
    return g_strdup("");
  return g_strdup_printf("%s: %s (%s)", show_text(answer, "kind"), show_text(answer, "meaning"),
                         show_text(answer, "by"));
}

static void line_row(Call *call, const json_t *item, char **cells) {
  static const char *const keys[] = {"addressee", "contact", "name", "country", "language", "state"};
  for (gsize i = 0; i < G_N_ELEMENTS(keys); i++)
    cells[i] = g_strdup(show_text(item, keys[i]));
  cells[6] = show_time(call, item, "reached_at");
  cells[7] = answer_text(json_object_get(item, "acknowledgement"));
  cells[8] = show_joined(json_object_get(item, "to_do"));
}

static int list(Call *call, GError **error) {
  static const char *const headings[] = {"ADDRESSEE", "CONTACT", "NAME",   "COUNTRY", "LANGUAGE",
                                         "STATE",     "REACHED", "ANSWER", "TO DO",   NULL};
  static const char *const options[] = {"mailing", "kind", "country", "language", "days"};
  g_autoptr(ApiQuery) query = api_query_new();
  for (gsize i = 0; i < G_N_ELEMENTS(options); i++)
    api_query_add(query, options[i], call_value(call, options[i]));
  if (call_flag(call, "missing"))
    api_query_add(query, "missing", "1");
  return show_list(call, "acknowledgements", query, headings, line_row,
                   call_flag(call, "missing") ? "nobody is missing" : "no addressees", error);
}

/* ---- show ---- */

static void print_event(Call *call, const json_t *e) {
  g_autofree char *at = show_time(call, e, "time");
  const char *name = show_text(e, "by_name"), *note = show_text(e, "note");
  fprintf(call_out(call), "  %" G_GINT64_FORMAT "  %s  %s: %s, by %s%s%s%s%s (noted by %s",
          show_int(e, "event"), at, show_text(e, "kind"), show_text(e, "meaning"), show_text(e, "by"),
          *name != '\0' ? ", " : "", name, *note != '\0' ? ": " : "", note, show_text(e, "noted_by"));
  if (show_int(e, "corrects") != 0)
    fprintf(call_out(call), "; in the place of %" G_GINT64_FORMAT, show_int(e, "corrects"));
  const json_t *file = json_object_get(e, "file");
  if (json_is_object(file))
    fprintf(call_out(call), "; %s, sha256 %s", show_text(file, "name"), show_text(file, "sha256"));
  fputs(")\n", call_out(call));
}

static void print_line(Call *call, const json_t *l) {
  g_autofree char *reached = show_time(call, l, "reached_at"), *since = show_time(call, l, "since");
  g_autofree char *to_do = show_joined(json_object_get(l, "to_do"));
  const json_t *waiver = json_object_get(l, "waiver"), *events = json_object_get(l, "events");
  table_block(call_out(call), call_plain(call), "addressee", show_text(l, "addressee"), "mailing",
              show_text(l, "mailing"), "contact", show_text(l, "contact"), "name", show_text(l, "name"),
              "state", show_text(l, "state"), "since", since, "reached", reached, "waived",
              json_is_object(waiver) ? show_text(waiver, "reason") : "", "to do", to_do, NULL);
  fputs("answers\n", call_out(call));
  for (size_t i = 0; i < json_array_size(events); i++)
    print_event(call, json_array_get(events, i));
}

static char *addressee_path(Call *call, const char *what) {
  return api_path("addressees", call_argument(call, 0), what, NULL);
}

static int show(Call *call, GError **error) {
  g_autofree char *path = addressee_path(call, "acknowledgements");
  return show_one(call, path, NULL, print_line, error);
}

/* ---- record, waive ---- */

static int told(Call *call, json_t *line) {
  g_autofree char *sentence =
      g_strdup_printf("%s is %s", show_text(line, "addressee"), show_text(line, "state"));
  return show_changed(call, line, sentence);
}

static int corrected(Call *call, gint64 *ret, GError **error) {
  const char *text = call_value(call, "corrects");
  *ret = 0;
  if (text == NULL || g_ascii_string_to_signed(text, 10, 1, G_MAXINT64, ret, NULL))
    return 0;
  return fault(error, FAULT_INPUT,
               "--corrects \"%s\": the number of an event is wanted; "
               "`valise acknowledgements show` has them",
               text);
}

static int record(Call *call, GError **error) {
  const char *file = call_value(call, "file");
  g_autofree char *path = addressee_path(call, "acknowledgements");
  g_autofree char *name = file != NULL ? g_path_get_basename(file) : NULL;
  json_t *kept = NULL, *answer = NULL;
  gint64 earlier = 0;
  int r = corrected(call, &earlier, error);
  if (r == 0 && file != NULL)
    r = api_upload(call_api(call), "evidence", NULL, file, "application/octet-stream", &kept, error);
  if (r < 0)
    return json_decref(kept), r;
  json_t *body =
      json_pack("{s:s?, s:s?, s:s?, s:s?, s:s?, s:s?, s:s?, s:s?}", "kind", call_value(call, "kind"),
                "meaning", call_value(call, "meaning"), "date", call_value(call, "date"), "received",
                call_value(call, "received"), "by", call_value(call, "by"), "note", call_value(call, "note"),
                "file", file != NULL ? show_text(kept, "sha256") : NULL, "file_name", name);
  if (earlier != 0)
    json_object_set_new(body, "corrects", json_integer(earlier));
  r = api_send(call_api(call), "POST", path, NULL, body, &answer, error);
  json_decref(body);
  json_decref(kept);
  return r < 0 ? r : told(call, answer);
}

static int waive(Call *call, GError **error) {
  g_autofree char *path = addressee_path(call, "waiver");
  json_t *answer = NULL, *body = json_pack("{s:s}", "reason", call_value(call, "reason"));
  int r = api_send(call_api(call), "POST", path, NULL, body, &answer, error);
  json_decref(body);
  return r < 0 ? r : told(call, answer);
}

static int file(Call *call, GError **error) {
  const char *out = call_value(call, "out");
  g_autofree char *path = api_path("addressees", call_argument(call, 0), "acknowledgements",
                                   call_argument(call, 1), "file", NULL);
  int fd = open(out, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
  if (fd < 0)
    return fault_errno(error, errno, "%s: cannot be written", out);
  int r = api_download(call_api(call), path, NULL, fd, NULL, error);
  close(fd);
  if (r == 0 && !call_json(call))
    fprintf(call_out(call), "%s: written\n", out);
  return r;
}

/* ---- remind ---- */

/* Nothing on standard output when nobody is silent: id=$(valise acknowledgements remind ...) is then empty.
 */
static int remind(Call *call, GError **error) {
  const char *mailing = call_value(call, "mailing");
  g_autofree char *path = api_path("mailings", mailing, "reminder", NULL);
  json_t *made = NULL;
  int r = api_send(call_api(call), "POST", path, NULL, NULL, &made, error);
  if (r < 0)
    return r;
  const char *id = show_text(made, "id");
  const json_t *roll = json_object_get(made, "roll");
  if (call_json(call))
    show_json(call, made);
  else if (*id == '\0')
    fprintf(call_err(call), "%s: nobody whom it reached is silent; nothing was made\n", mailing);
  else
    fprintf(call_out(call), "%s\n", id);
  if (!call_json(call) && *id != '\0')
    fprintf(call_err(call),
            "%s is reminder %" G_GINT64_FORMAT " of %s, in the wording %s, and is %s: %" G_GINT64_FORMAT
            " are reminded, %" G_GINT64_FORMAT " held, %" G_GINT64_FORMAT
            " left out; look at it, then `valise mailings submit %s`\n",
            id, show_int(made, "number"), show_text(made, "reminds"), show_text(made, "wording"),
            show_text(made, "state"), show_int(roll, "included"), show_int(roll, "held"),
            show_int(roll, "excluded_count"), id);
  json_decref(made);
  return 0;
}

static const Option list_options[] = {
    {"mailing", OPTION_VALUE, "ID", "the addressees of this mailing", TRUE},
    {"missing", OPTION_FLAG, NULL, "those of whom an answer is still wanted, silent or never reached", FALSE},
    {"kind", OPTION_VALUE, "KIND", "those with an answer of this kind", FALSE},
    {"country", OPTION_VALUE, "CODE", "of this country", FALSE},
    {"language", OPTION_VALUE, "LANGUAGE", "written to in this language", FALSE},
    {"days", OPTION_VALUE, "N", "whom the letter reached at least so many days ago", FALSE},
    {0}};
static const Option record_options[] = {
    {"kind", OPTION_VALUE, "KIND",
     "how it came: displayed, link, link-with-code, reply, signed-reply, letter, telephone, meeting, portal",
     TRUE},
    {"meaning", OPTION_VALUE, "MEANING",
     "what it says: receipt, forwarded, holding, substantive, support, declined, objection, wrong-addressee, "
     "none",
     TRUE},
    {"date", OPTION_VALUE, "DAY", "of the letter or the call; today if not given", FALSE},
    {"received", OPTION_VALUE, "TIME", "when it came; now if not given", FALSE},
    {"by", OPTION_VALUE, "TEXT",
     "principal, private-office, mission, other or unknown, and \": somebody\" behind it", FALSE},
    {"note", OPTION_VALUE, "TEXT", "what else there is to say of it", FALSE},
    {"file", OPTION_VALUE, "FILE", "the scan, kept by its digest", FALSE},
    {"corrects", OPTION_VALUE, "EVENT", "it stands in the place of this one, which is kept", FALSE},
    {0}};
static const Option waive_options[] = {
    {"reason", OPTION_VALUE, "TEXT", "why no answer is expected any more; it stands in the journal", TRUE},
    {0}};
static const Option file_options[] = {{"out", OPTION_VALUE, "FILE", "where to put it", TRUE}, {0}};
static const Option remind_options[] = {
    {"mailing", OPTION_VALUE, "ID", "whose silent addressees are reminded", TRUE}, {0}};

const Command acknowledgements_commands[] = {
    {"acknowledgements", "list", NULL, "How the addressees of a mailing stand", list_options, COMMAND_LIST,
     list},
    {"acknowledgements", "show", "ADDRESSEE", "What an addressee answered, event by event", NULL, 0, show},
    {"acknowledgements", "record", "ADDRESSEE", "Note an answer that came by letter, telephone or otherwise",
     record_options, 0, record},
    {"acknowledgements", "waive", "ADDRESSEE", "No answer is expected any more", waive_options, 0, waive},
    {"acknowledgements", "file", "ADDRESSEE EVENT", "The evidence file of an answer", file_options, 0, file},
    {"acknowledgements", "remind", NULL, "Draft the next reminder, to those who are silent", remind_options,
     0, remind},
    {0}};
