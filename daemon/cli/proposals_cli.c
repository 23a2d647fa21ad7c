/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "base/fault.h"
#include "cli/groups.h"
#include "cli/show.h"
#include "cli/table.h"

#define TEXT_MAX    (1024 * 1024) /* of a file that is read here; the daemon knows how long a text may be */
#define TEXT_SHOWN  60            /* characters of a text in a table */
#define QUESTION_NO "none"

/* ---- what all verbs share ---- */

static const char *const languages[] = {"fr", "en", "es", "pt", NULL};

/* A number where one is wanted; "none" is null. */
static int put_question(Call *call, json_t *body, GError **error) {
  const char *text = call_value(call, "question");
  guint64 number = 0;
  if (text == NULL)
    return 0;
  if (strcmp(text, QUESTION_NO) == 0)
    return json_object_set_new(body, "question", json_null());
  if (!g_ascii_string_to_unsigned(text, 10, 1, 99, &number, NULL))
    return fault(error, FAULT_INPUT, "--question %s: a number from 1 to 99 is wanted here", text);
  json_object_set_new(body, "question", json_integer((json_int_t)number));
  return 0;
}

static void put_text(Call *call, json_t *body, const char *name) {
  if (call_value(call, name) != NULL)
    json_object_set_new(body, name, json_string(call_value(call, name)));
}

static json_t *ids_of(Call *call) {
  json_t *ids = json_array();
  for (guint i = 0; i < call_count(call); i++)
    json_array_append_new(ids, json_string(call_argument(call, i)));
  return json_pack("{s:o}", "proposals", ids);
}

/* Takes BODY. */
static int send(Call *call, const char *method, const char *path, json_t *body, json_t **ret,
                GError **error) {
  int r = api_send(call_api(call), method, path, NULL, body, ret, error);
  json_decref(body);
  return r;
}

/* The caller frees *ret. */
static int read_stream(FILE *from, const char *name, char **ret, GError **error) {
  g_autoptr(GString) text = g_string_new(NULL);
  char piece[4096];
  for (size_t n; (n = fread(piece, 1, sizeof piece, from)) > 0 && text->len <= TEXT_MAX;)
    g_string_append_len(text, piece, (gssize)n);
  if (ferror(from) != 0)
    return fault_errno(error, errno, "%s: cannot be read", name);
  if (text->len > TEXT_MAX)
    return fault(error, FAULT_INPUT, "%s: is too long for a proposal", name);
  if (!g_utf8_validate_len(text->str, text->len, NULL))
    return fault(error, FAULT_INPUT, "%s: is not in UTF-8; save it so, or give a sheet with --csv", name);
  *ret = g_strdup(text->str);
  return 0;
}

static int read_file(const char *name, char **ret, GError **error) {
  if (strcmp(name, "-") == 0)
    return read_stream(stdin, "standard input", ret, error);
  FILE *file = fopen(name, "re");
  if (file == NULL)
    return fault_errno(error, errno, "%s: cannot be read", name);
  int r = read_stream(file, name, ret, error);
  fclose(file);
  return r;
}

/* The text given, or that of the file given; the caller frees *ret. */
static int read_text(Call *call, char **ret, GError **error) {
  const char *text = call_value(call, "text"), *file = call_value(call, "file");
  if ((text == NULL) == (file == NULL))
    return fault(error, FAULT_INPUT,
                 "the words are wanted: as --text TEXT, or as --file FILE (\"-\" is standard input)");
  if (file != NULL)
    return read_file(file, ret, error);
  *ret = g_strdup(text);
  return 0;
}

/* ---- add ---- */

/* Ids alone on standard output; what there is to say, beside it. */
static int told_entered(Call *call, json_t *answer) {
  json_t *items = json_object_get(answer, "items"), *warnings = json_object_get(answer, "warnings");
  for (size_t i = 0; !call_json(call) && i < json_array_size(items); i++) {
    const json_t *item = json_array_get(items, i);
    fprintf(call_out(call), "%s\n", show_text(item, "id"));
    if (json_is_true(json_object_get(item, "known")))
      fprintf(call_err(call), "%s: these words were entered before, and are not entered again\n",
              show_text(item, "id"));
  }
  for (size_t i = 0; i < json_array_size(warnings); i++)
    fprintf(call_err(call), "warning: %s\n", json_string_value(json_array_get(warnings, i)));
  if (call_json(call))
    show_json(call, answer);
  json_decref(answer);
  return 0;
}

static int add_sheet(Call *call, const char *file, GError **error) {
  g_autoptr(ApiQuery) query = api_query_new();
  json_t *answer = NULL;
  if (call_value(call, "text") != NULL || call_value(call, "author") != NULL)
    return fault(error, FAULT_INPUT, "a sheet has words and authors in its columns: give neither beside it");
  api_query_add(query, "question", call_value(call, "question"));
  api_query_add(query, "workshop", call_value(call, "workshop"));
  api_query_add(query, "language", call_value(call, "language"));
  int r = api_upload(call_api(call), "proposals", query, file, "text/csv", &answer, error);
  if (r == 0)
    return told_entered(call, answer);
  json_decref(answer);
  return r;
}

static int add_one(Call *call, GError **error) {
  g_autofree char *text = NULL;
  json_t *answer = NULL, *body = json_object();
  gboolean given = call_value(call, "text") != NULL || call_value(call, "file") != NULL;
  int r = given || call_value(call, "inbound") == NULL ? read_text(call, &text, error) : 0;
  if (r == 0)
    r = put_question(call, body, error);
  put_text(call, body, "inbound");
  put_text(call, body, "workshop");
  put_text(call, body, "language");
  put_text(call, body, "author");
  json_object_set_new(body, "text", text != NULL ? json_string(text) : json_null());
  if (r < 0) {
    json_decref(body);
    return r;
  }
  r = send(call, "POST", "proposals", body, &answer, error);
  return r == 0 ? told_entered(call, answer) : r;
}

static int add(Call *call, GError **error) {
  const char *sheet = call_value(call, "csv"), *file = call_value(call, "file");
  if (sheet == NULL && file != NULL && g_str_has_suffix(file, ".csv"))
    return add_sheet(call, file, error);
  if (sheet != NULL && file != NULL)
    return fault(error, FAULT_INPUT, "--csv and --file: one of them is enough");
  return sheet != NULL ? add_sheet(call, sheet, error) : add_one(call, error);
}

/* ---- list, show ---- */

/* The beginning of it, on one line. */
static char *beginning(const char *text) {
  g_autofree char *line = g_strdelimit(g_strdup(text), "\r\n\t", ' ');
  if (g_utf8_strlen(line, -1) <= TEXT_SHOWN)
    return g_steal_pointer(&line);
  g_autofree char *cut = g_utf8_substring(line, 0, TEXT_SHOWN - 1);
  return g_strconcat(cut, "…", NULL);
}

static char *number_text(const json_t *value, const char *key) {
  gint64 number = show_int(value, key);
  return number != 0 ? g_strdup_printf("%" G_GINT64_FORMAT, number) : g_strdup("");
}

/* Where it is in the synthesis: "2.3", or the proposal that it went into. */
static char *place_of(const json_t *item) {
  const char *into = show_text(item, "merged_into");
  if (*into != '\0')
    return g_strconcat("> ", into, NULL);
  if (show_int(item, "place") == 0)
    return g_strdup("");
  return g_strdup_printf("%" G_GINT64_FORMAT ".%" G_GINT64_FORMAT, show_int(item, "question"),
                         show_int(item, "place"));
}

static void row(G_GNUC_UNUSED Call *call, const json_t *item, char **cells) {
  const json_t *author = json_object_get(item, "author");
  const char *workshop = show_text(item, "workshop");
  cells[0] = g_strdup(show_text(item, "id"));
  cells[1] = number_text(item, "question");
  cells[2] = g_strdup(show_text(item, "state"));
  cells[3] = place_of(item);
  cells[4] = g_strdup(show_text(item, "language"));
  cells[5] = g_strdup(*workshop != '\0' ? workshop : show_text(author, "name"));
  cells[6] = beginning(show_text(item, "text"));
}

static int list(Call *call, GError **error) {
  static const char *const headings[] = {"ID",       ">QUESTION", "STATE", "PLACE",
                                         "LANGUAGE", "FROM",      "TEXT",  NULL};
  static const char *const options[] = {"question", "workshop", "state",  "language",
                                        "author",   "inbound",  "edition"};
  g_autoptr(ApiQuery) query = api_query_new();
  for (gsize i = 0; i < G_N_ELEMENTS(options); i++)
    api_query_add(query, options[i], call_value(call, options[i]));
  return show_list(call, "proposals", query, headings, row, "no proposals", error);
}

static void print_text(Call *call, const char *heading, const char *text) {
  g_auto(GStrv) lines = g_strsplit(text, "\n", -1);
  fprintf(call_out(call), "%s\n", heading);
  for (char **line = lines; *line != NULL; line++)
    fprintf(call_out(call), "  %s\n", g_strdelimit(*line, "\r\t\033", ' '));
}

static void print_step(Call *call, const json_t *step) {
  g_autofree char *at = show_time(call, step, "time");
  const char *other = show_text(step, "other"), *note = show_text(step, "note");
  fprintf(call_out(call), "  %s  %s by %s%s%s%s%s\n", at, show_text(step, "deed"), show_text(step, "by"),
          *other != '\0' ? ", " : "", other, *note != '\0' ? ": " : "", note);
}

static void print_merged(Call *call, const json_t *merged) {
  if (json_array_size(merged) > 0)
    fputs("merged into it\n", call_out(call));
  for (size_t i = 0; i < json_array_size(merged); i++) {
    const json_t *one = json_array_get(merged, i);
    g_autofree char *text = beginning(show_text(one, "text"));
    fprintf(call_out(call), "  %s  %s  %s\n", show_text(one, "id"), show_text(one, "language"), text);
  }
}

static char *source_of(Call *call, const json_t *p) {
  const json_t *source = json_object_get(p, "source");
  g_autofree char *at = show_time(call, source, "at");
  const char *whole = show_text(source, "split_from"), *inbound = show_text(source, "inbound");
  return g_strdup_printf("%s%s%s, entered by %s, %s%s%s", show_text(source, "kind"),
                         *inbound != '\0' ? " " : "", inbound, show_text(source, "by"), at,
                         *whole != '\0' ? ", part of " : "", whole);
}

static void print_proposal(Call *call, const json_t *p) {
  const json_t *author = json_object_get(p, "author"), *wording = json_object_get(p, "wording");
  const json_t *history = json_object_get(p, "history");
  g_autofree char *question = number_text(p, "question"), *place = place_of(p), *source = source_of(call, p);
  g_autofree char *edition = number_text(p, "edition");
  table_block(call_out(call), call_plain(call), "proposal", show_text(p, "id"), "edition", edition,
              "question", question, "state", show_text(p, "state"), "place", place, "item",
              show_text(p, "item"), "reason", show_text(p, "reason"), "language", show_text(p, "language"),
              "workshop", show_text(p, "workshop"), "author", show_text(author, "name"), "contact",
              show_text(author, "id"), "source", source, NULL);
  print_text(call, "text", show_text(p, "text"));
  if (json_is_object(wording))
    print_text(call, "in the synthesis", show_text(wording, "text"));
  print_merged(call, json_object_get(p, "merged"));
  fputs("history\n", call_out(call));
  for (size_t i = 0; i < json_array_size(history); i++)
    print_step(call, json_array_get(history, i));
}

static char *path_of(Call *call, const char *what) {
  return api_path("proposals", call_argument(call, 0), what, NULL);
}

static int show(Call *call, GError **error) {
  g_autofree char *path = path_of(call, NULL);
  return show_one(call, path, NULL, print_proposal, error);
}

/* ---- what becomes of them ---- */

static int told(Call *call, int r, json_t *answer, const char *sentence) {
  return r < 0 ? r : show_changed(call, answer, sentence);
}

static int moderate(Call *call, GError **error) {
  json_t *answer = NULL;
  int r = send(call, "POST", "proposals/moderate", ids_of(call), &answer, error);
  return told(call, r, answer, "noted");
}

static int assign(Call *call, GError **error) {
  json_t *answer = NULL, *body = ids_of(call);
  int r = put_question(call, body, error);
  if (r < 0) {
    json_decref(body);
    return r;
  }
  r = send(call, "POST", "proposals/assign", body, &answer, error);
  g_autofree char *sentence = g_strdup_printf("on question %s now", call_value(call, "question"));
  return told(call, r, answer, sentence);
}

static int order(Call *call, GError **error) {
  json_t *answer = NULL, *body = ids_of(call);
  int r = put_question(call, body, error);
  if (r < 0) {
    json_decref(body);
    return r;
  }
  r = send(call, "POST", "proposals/order", body, &answer, error);
  g_autofree char *sentence =
      g_strdup_printf("question %s begins with these %u", call_value(call, "question"), call_count(call));
  return told(call, r, answer, sentence);
}

static int merge(Call *call, GError **error) {
  g_autofree char *path = path_of(call, "merge");
  json_t *answer = NULL;
  int r = send(call, "POST", path, json_pack("{s:s}", "proposal", call_argument(call, 1)), &answer, error);
  g_autofree char *sentence =
      g_strdup_printf("%s went into %s; `valise proposals take-back %s` undoes it", call_argument(call, 1),
                      call_argument(call, 0), call_argument(call, 1));
  return told(call, r, answer, sentence);
}

static int set_aside(Call *call, GError **error) {
  g_autofree char *path = path_of(call, "set-aside");
  json_t *answer = NULL;
  json_t *body =
      json_pack("{s:s, s:b}", "reason", call_value(call, "reason"), "erase", call_flag(call, "erase"));
  int r = send(call, "POST", path, body, &answer, error);
  return told(call, r, answer, call_flag(call, "erase") ? "set aside, and its words erased" : "set aside");
}

static int take_back(Call *call, GError **error) {
  g_autofree char *path = path_of(call, "take-back");
  json_t *answer = NULL;
  int r = send(call, "POST", path, json_object(), &answer, error);
  return told(call, r, answer, "taken back");
}

static int reword(Call *call, GError **error) {
  g_autofree char *path = path_of(call, "wording"), *text = NULL;
  json_t *answer = NULL, *body = json_object();
  int r = call_flag(call, "original") ? 0 : read_text(call, &text, error);
  if (r < 0) {
    json_decref(body);
    return r;
  }
  json_object_set_new(body, "text", json_string(text != NULL ? text : ""));
  put_text(call, body, "language");
  r = send(call, "PUT", path, body, &answer, error);
  return told(call, r, answer, text != NULL ? "worded" : "the synthesis says what was put forward");
}

/* "2=TEXT", "none=TEXT" */
static int add_part(json_t *parts, const char *part, GError **error) {
  const char *sign = strchr(part, '=');
  g_autofree char *number = sign != NULL ? g_strndup(part, (gsize)(sign - part)) : NULL;
  guint64 question = 0;
  if (number == NULL ||
      (strcmp(number, QUESTION_NO) != 0 && !g_ascii_string_to_unsigned(number, 10, 1, 99, &question, NULL)))
    return fault(error, FAULT_INPUT, "--part %s: is no N=TEXT, as in 2=\"A fund for ...\"", part);
  json_array_append_new(parts, json_pack("{s:o, s:s}", "question",
                                         question != 0 ? json_integer((json_int_t)question) : json_null(),
                                         "text", sign + 1));
  return 0;
}

static int split(Call *call, GError **error) {
  g_autofree char *path = path_of(call, "split");
  json_t *answer = NULL, *parts = json_array();
  int r = 0;
  for (const char *const *part = call_values(call, "part"); r == 0 && *part != NULL; part++)
    r = add_part(parts, *part, error);
  if (r < 0) {
    json_decref(parts);
    return r;
  }
  r = send(call, "POST", path, json_pack("{s:o}", "parts", parts), &answer, error);
  return r == 0 ? told_entered(call, answer) : r;
}

/* ---- questions ---- */

static void question_row(G_GNUC_UNUSED Call *call, const json_t *item, char **cells) {
  static const char *const sums[] = {"received", "in_draft", "merged", "set_aside"};
  const json_t *words = json_object_get(item, "words");
  const char *title = "";
  cells[0] = number_text(item, "question");
  for (gsize i = 0; i < G_N_ELEMENTS(sums); i++)
    cells[i + 1] = show_count(show_int(item, sums[i]));
  for (const char *const *language = languages; *language != NULL && *title == '\0'; language++)
    title = show_text(words, *language);
  cells[5] = g_strdup(title);
}

static void print_questions(Call *call, const json_t *edition) {
  static const char *const headings[] = {">QUESTION",  ">RECEIVED", ">IN DRAFT", ">MERGED",
                                         ">SET ASIDE", "WORDS",     NULL};
  const json_t *items = json_object_get(edition, "items"),
               *none = json_object_get(edition, "without_question");
  json_t *rows = json_array();
  g_autoptr(Table) table = table_new(headings, call_plain(call));
  for (size_t i = 0; i < json_array_size(items); i++)
    json_array_append(rows, json_array_get(items, i));
  if (show_int(none, "received") > 0)
    json_array_append(rows, (json_t *)none);
  json_array_append(rows, json_object_get(edition, "all"));
  for (size_t i = 0; i < json_array_size(rows); i++) {
    const json_t *item = json_array_get(rows, i);
    char *cells[6] = {NULL};
    question_row(call, item, cells);
    if (i + 1 == json_array_size(rows) && !call_plain(call)) {
      g_free(cells[5]);
      cells[5] = g_strdup("in all");
    }
    table_row_array(table, (const char *const *)cells);
    for (gsize k = 0; k < G_N_ELEMENTS(cells); k++)
      g_free(cells[k]);
  }
  table_print(table, call_out(call), NULL);
  json_decref(rows);
}

static int questions(Call *call, GError **error) {
  g_autoptr(ApiQuery) query = api_query_new();
  api_query_add(query, "edition", call_value(call, "edition"));
  return show_one(call, "proposals/questions", query, print_questions, error);
}

/* Each LANGUAGE=TEXT of the option NAME. */
static int put_words(Call *call, const char *name, json_t *body, GError **error) {
  for (const char *const *value = call_values(call, name); *value != NULL; value++) {
    const char *sign = strchr(*value, '=');
    g_autofree char *language = sign != NULL ? g_strndup(*value, (gsize)(sign - *value)) : NULL;
    if (language == NULL || !g_strv_contains(languages, language))
      return fault(error, FAULT_INPUT, "--%s %s: is no LANGUAGE=TEXT, as in fr=\"Quels rôles ...\"", name,
                   *value);
    json_object_set_new(body, language, json_string(sign + 1));
  }
  return 0;
}

static int send_words(Call *call, const char *path, const char *option, json_t *body, GError **error) {
  json_t *answer = NULL;
  int r = put_words(call, option, body, error);
  if (r < 0) {
    json_decref(body);
    return r;
  }
  r = send(call, "PUT", path, body, &answer, error);
  return told(call, r, answer, "noted");
}

static int question(Call *call, GError **error) {
  g_autofree char *path = api_path("proposals", "questions", call_argument(call, 0), NULL);
  return send_words(call, path, "words", json_object(), error);
}

static int edition(Call *call, GError **error) {
  json_t *body = json_object();
  const char *text = call_argument(call, 0);
  guint64 number = 0;
  if (text != NULL && !g_ascii_string_to_unsigned(text, 10, 1, 999, &number, NULL)) {
    json_decref(body);
    return fault(error, FAULT_INPUT, "%s: a number from 1 to 999 is wanted here", text);
  }
  if (text != NULL)
    json_object_set_new(body, "number", json_integer((json_int_t)number));
  return send_words(call, "proposals/edition", "theme", body, error);
}

/* ---- export ---- */

static int export(Call *call, GError **error) {
  static const char *const options[] = {"question", "edition", "format", "language"};
  const char *out = call_value(call, "out");
  g_autoptr(ApiQuery) query = api_query_new();
  for (gsize i = 0; i < G_N_ELEMENTS(options); i++)
    api_query_add(query, options[i], call_value(call, options[i]));
  if (out == NULL) {
    fflush(call_out(call));
    return api_download(call_api(call), "proposals/export", query, fileno(call_out(call)), NULL, error);
  }
  int fd = open(out, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
  if (fd < 0)
    return fault_errno(error, errno, "%s: cannot be written", out);
  int r = api_download(call_api(call), "proposals/export", query, fd, NULL, error);
  close(fd);
  if (r == 0 && !call_json(call))
    fprintf(call_out(call), "%s: written\n", out);
  return r;
}

/* ---- the table ---- */

#define EDITION                                                                                              \
  { "edition", OPTION_VALUE, "N", "of this edition, not of the present one", FALSE }
#define WORDS_GIVEN                                                                                          \
  {"text", OPTION_VALUE, "TEXT", "the words", FALSE}, {                                                      \
    "file", OPTION_VALUE, "FILE", "a file with the words; \"-\" is standard input", FALSE                    \
  }

static const Option add_options[] = {
    WORDS_GIVEN,
    {"csv", OPTION_VALUE, "FILE",
     "a sheet with one a row: the columns text, question, language, workshop, author; \"-\" is standard "
     "input",
     FALSE},
    {"question", OPTION_VALUE, "N", "on which question; that of the workshop if not given", FALSE},
    {"workshop", OPTION_VALUE, "LIST", "the workshop that it comes from", FALSE},
    {"language", OPTION_VALUE, "LANGUAGE", "of the words; that of the workshop if not given", FALSE},
    {"author", OPTION_VALUE, "ID", "the contact who put it forward", FALSE},
    {"inbound", OPTION_VALUE, "ID", "the message that came in with it; its own words if none are given",
     FALSE},
    {0}};
static const Option list_options[] = {
    {"question", OPTION_VALUE, "N", "on this question; \"none\": on none yet", FALSE},
    {"workshop", OPTION_VALUE, "LIST", "of this workshop", FALSE},
    {"state", OPTION_VALUE, "STATE", "submitted, moderated, merged, set-aside or in-synthesis", FALSE},
    {"language", OPTION_VALUE, "LANGUAGE", "in this language", FALSE},
    {"author", OPTION_VALUE, "ID", "of this contact", FALSE},
    {"inbound", OPTION_VALUE, "ID", "from this message that came in", FALSE},
    EDITION,
    {0}};
static const Option assign_options[] = {
    {"question", OPTION_VALUE, "N", "the question that they are on; \"none\": none", TRUE}, {0}};
static const Option order_options[] = {
    {"question", OPTION_VALUE, "N", "whose items these are, the first first; others follow", TRUE}, {0}};
static const Option aside_options[] = {
    {"reason", OPTION_VALUE, "TEXT", "why it is not in the synthesis; it stands in the draft", TRUE},
    {"erase", OPTION_FLAG, NULL, "and its words go for good, as whoever put it forward wishes", FALSE},
    {0}};
static const Option reword_options[] = {
    WORDS_GIVEN,
    {"language", OPTION_VALUE, "LANGUAGE", "of the words; that of the proposal if not given", FALSE},
    {"original", OPTION_FLAG, NULL, "what was put forward again", FALSE},
    {0}};
static const Option split_options[] = {{"part", OPTION_REPEAT, "N=TEXT",
                                        "a part, on question N; without any, by the numbers in its words",
                                        FALSE},
                                       {0}};
static const Option questions_options[] = {EDITION, {0}};
static const Option question_options[] = {
    {"words", OPTION_REPEAT, "LANGUAGE=TEXT", "in this language; an empty text takes them away", TRUE}, {0}};
static const Option edition_options[] = {{"theme", OPTION_REPEAT, "LANGUAGE=TEXT",
                                          "its theme in this language; an empty text takes it away", FALSE},
                                         {0}};
static const Option export_options[] = {
    {"question", OPTION_VALUE, "N", "this question alone; \"none\": those on none", FALSE},
    {"format", OPTION_VALUE, "FORMAT", "md, the draft of a synthesis, or csv; md if not given", FALSE},
    {"language", OPTION_VALUE, "LANGUAGE", "of the words around the proposals; our own if not given", FALSE},
    {"out", OPTION_VALUE, "FILE", "where to put it; standard output if not given", FALSE},
    EDITION,
    {0}};

const Command proposals_commands[] = {
    {"proposals", "add", NULL, "Enter what was put forward, one or a sheet of them", add_options, 0, add},
    {"proposals", "list", NULL, "What was put forward", list_options, COMMAND_LIST, list},
    {"proposals", "show", "ID", "One proposal with its sources and its history", NULL, 0, show},
    {"proposals", "moderate", "ID...", "Somebody has looked at these", NULL, 0, moderate},
    {"proposals", "assign", "ID...", "These are on that question", assign_options, 0, assign},
    {"proposals", "split", "ID", "It is several: each part is a proposal of its own", split_options, 0,
     split},
    {"proposals", "merge", "A B", "B goes into A, among whose sources it is then", NULL, 0, merge},
    {"proposals", "set-aside", "ID", "It is not in the synthesis, for a reason", aside_options, 0, set_aside},
    {"proposals", "order", "ID...", "The order of a question's items in the synthesis", order_options, 0,
     order},
    {"proposals", "reword", "ID", "What the synthesis says in the place of its words", reword_options, 0,
     reword},
    {"proposals", "take-back", "ID", "Undo the last decision about it: merged, set aside or placed", NULL, 0,
     take_back},
    {"proposals", "questions", NULL, "The questions, and how many proposals of each stand where",
     questions_options, 0, questions},
    {"proposals", "question", "N", "Word a question", question_options, 0, question},
    {"proposals", "edition", "[N]", "The number of the forum's present edition, and its theme",
     edition_options, 0, edition},
    {"proposals", "export", NULL, "The draft of a synthesis, or all proposals as CSV", export_options, 0,
     export},
    {0}};
