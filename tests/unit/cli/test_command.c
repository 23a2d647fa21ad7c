/* SPDX-License-Identifier: GPL-3.0-or-later */
/* From words to a call, and from what became of it to the exit status. No daemon is needed: the commands are
 * offline. */
#include "support/case.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/fault.h"
#include "cli/command.h"

/* ---- a table of commands --------------------------------------------------------------------------- */

static void print_values(Call *call, const char *name) {
  for (const char *const *value = call_values(call, name); *value != NULL; value++)
    fprintf(call_out(call), " %s=%s", name, *value);
}

/* Says what it was called with. */
static int say(Call *call, GError **error) {
  (void)error;
  for (guint i = 0; i < call_count(call); i++)
    fprintf(call_out(call), " [%s]", call_argument(call, i));
  print_values(call, "list");
  print_values(call, "language");
  print_values(call, "digest");
  print_values(call, "wording");
  if (call_flag(call, "missing"))
    fputs(" missing", call_out(call));
  if (call_dry_run(call))
    fputs(" dry", call_out(call));
  if (call_json(call))
    fputs(" json", call_out(call));
  if (call_limit(call) > 0)
    fprintf(call_out(call), " limit %u", call_limit(call));
  fputc('\n', call_out(call));
  return 0;
}

static int fail_as(Call *call, GError **error) {
  return fault(error, (enum fault)atoi(call_argument(call, 0)), "no \"%s\"", call_argument(call, 0));
}

static int end_with_one(Call *call, GError **error) {
  (void)error;
  fputs("one was refused\n", call_out(call));
  return 1;
}

static const Option create_options[] = {
    {"list", OPTION_LIST, "NAME", "A list of contacts", FALSE},
    {"language", OPTION_REPEAT, "LANGUAGE=FILE", "A language version", FALSE},
    {"wording", OPTION_VALUE, "NAME", "The wording", TRUE},
    {0}};
static const Option approve_options[] = {{"digest", OPTION_VALUE, "D", "The digest that was shown", TRUE},
                                         {0}};
static const Option list_options[] = {{"missing", OPTION_FLAG, NULL, "Only those that are missing", FALSE},
                                      {0}};
static const Command mailings[] = {
    {"mailings", "create", NULL, "Make a mailing", create_options, COMMAND_OFFLINE | COMMAND_DRY_RUN, say},
    {"mailings", "approve", "ID", "Approve a mailing", approve_options, COMMAND_OFFLINE, say},
    {"mailings", "list", NULL, "Show mailings", list_options, COMMAND_OFFLINE | COMMAND_LIST, say},
    {"mailings", "import", "FILE...", "Take files", NULL, COMMAND_OFFLINE, say},
    {"mailings", "preview", "ID [FILE]", "Show one", NULL, COMMAND_OFFLINE, say},
    {0}};
static const Command house[] = {{"status", NULL, NULL, "Say how it goes", NULL, COMMAND_OFFLINE, say},
                                {"fail", NULL, "CODE", "Fail", NULL, COMMAND_OFFLINE, fail_as},
                                {"watch", NULL, NULL, "End with one", NULL, COMMAND_OFFLINE, end_with_one},
                                {0}};
static const Command *const groups[] = {mailings, house, NULL};
static const CommandTable table = {"valise", "Valise sends letters.", groups};

typedef struct {
  int status;
  char *out, *err;
} Result;

static void result_clear(Result *result) {
  free(result->out);
  free(result->err);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Result, result_clear)

/* LINE is parted at single spaces; an underscore in a word stands for a space. */
static Result run(const char *line) {
  Result result;
  size_t out_size, err_size;
  FILE *out = open_memstream(&result.out, &out_size);
  FILE *err = open_memstream(&result.err, &err_size);
  g_autofree char *whole = *line != '\0' ? g_strconcat("valise ", line, NULL) : g_strdup("valise");
  g_auto(GStrv) words = g_strsplit(whole, " ", -1);
  for (char **word = words; *word != NULL; word++)
    g_strdelimit(*word, "_", ' ');
  result.status = command_main(&table, (int)g_strv_length(words), words, out, err);
  fclose(out);
  fclose(err);
  return result;
}

/* ---- what is understood ---------------------------------------------------------------------------- */

static const struct {
  const char *line, *expected;
} understood[] = {
    {"status", "\n"},
    {"mailings list", "\n"},
    {"--json mailings list", " json\n"},
    {"mailings --json list", " json\n"},
    {"mailings list --json --missing --limit 5", " missing json limit 5\n"},
    {"mailings list --limit=7", " limit 7\n"},
    {"mailings approve M-7 --digest abc", " [M-7] digest=abc\n"},
    {"mailings approve --digest=abc M-7", " [M-7] digest=abc\n"},
    {"mailings approve --digest=--x M-7", " [M-7] digest=--x\n"},
    {"mailings approve --digest a=b M-7", " [M-7] digest=a=b\n"},
    {"mailings approve --digest abc -- --odd", " [--odd] digest=abc\n"},
    {"mailings create --list A --list B --wording w", " list=A list=B wording=w\n"},
    {"mailings create --list A,B --wording w", " list=A list=B wording=w\n"},
    {"mailings create --list A,B --list C --wording w", " list=A list=B list=C wording=w\n"},
    {"mailings create --language fr=a,b.pdf --language en=c --wording w",
     " language=fr=a,b.pdf language=en=c wording=w\n"},
    {"mailings create --wording w --dry-run", " wording=w dry\n"},
    {"mailings create --wording=", " wording=\n"},
    {"mailings import a b -", " [a] [b] [-]\n"},
    {"mailings preview M-7", " [M-7]\n"},
    {"mailings preview M-7 out.eml", " [M-7] [out.eml]\n"},
    {"--socket /x mailings list", "\n"},
};

static void understands(void **state) {
  (void)state;
  for (gsize i = 0; i < G_N_ELEMENTS(understood); i++) {
    g_auto(Result) r = run(understood[i].line);
    if (r.status != 0 || strcmp(r.out, understood[i].expected) != 0 || *r.err != '\0')
      fail_msg("%s: %d\n  out %s  err %s", understood[i].line, r.status, r.out, r.err);
  }
}

/* ---- what is not, and in which words --------------------------------------------------------------- */

static const struct {
  const char *line, *expected;
} wrong[] = {
    {"", "valise: say what is to be done\nTry: valise --help\n"},
    {"mailngs list", "valise: there is no command \"mailngs\"; do you mean mailings?\nTry: valise --help\n"},
    {"xyzzy", "valise: there is no command \"xyzzy\"\nTry: valise --help\n"},
    {"mailings", "valise: say what is to be done with mailings\nTry: valise mailings --help\n"},
    {"mailings aprove M-7",
     "valise: mailings has no \"aprove\"; do you mean approve?\nTry: valise mailings --help\n"},
    {"mailings approve", "valise: mailings approve needs ID\nTry: valise mailings approve --help\n"},
    {"mailings approve M-7",
     "valise: mailings approve needs --digest D\nTry: valise mailings approve --help\n"},
    {"mailings approve M-7 M-8 --digest d",
     "valise: mailings approve takes no \"M-8\"; it takes ID\nTry: valise mailings approve --help\n"},
    {"mailings list all",
     "valise: mailings list takes no \"all\"; it takes no argument\nTry: valise mailings list --help\n"},
    {"status now", "valise: status takes no \"now\"; it takes no argument\nTry: valise status --help\n"},
    {"mailings import", "valise: mailings import needs FILE...\nTry: valise mailings import --help\n"},
    {"mailings approve M-7 --digst d", "valise: mailings approve has no option --digst; do you mean "
                                       "--digest?\nTry: valise mailings approve --help\n"},
    {"mailings approve M-7 --digest d --dry-run",
     "valise: mailings approve has no option --dry-run\nTry: valise mailings approve --help\n"},
    {"mailings list --lmit 3",
     "valise: mailings list has no option --lmit; do you mean --limit?\nTry: valise mailings list --help\n"},
    {"--digest d mailings approve M-7",
     "valise: --digest is not known before a command\nTry: valise --help\n"},
    {"--jsn status",
     "valise: --jsn is not known before a command; do you mean --json?\nTry: valise --help\n"},
    {"mailings approve M-7 --digest",
     "valise: --digest needs a value: --digest D\nTry: valise mailings approve --help\n"},
    {"mailings approve M-7 --digest --json", "valise: --digest needs a value: --digest D; if it is to be "
                                             "\"--json\", write --digest=--json\nTry: valise "
                                             "mailings approve --help\n"},
    {"mailings approve M-7 --digest a --digest b",
     "valise: --digest is given twice; give it once\nTry: valise mailings approve --help\n"},
    {"mailings list --missing=yes", "valise: --missing takes no value\nTry: valise mailings list --help\n"},
    {"mailings create --list A,,B --wording w",
     "valise: --list has an empty item in \"A,,B\"; write --list A,B\nTry: valise mailings create --help\n"},
    {"mailings list --limit many",
     "valise: --limit is \"many\", but must be a whole number from 1 on\nTry: valise mailings list --help\n"},
    {"mailings list --limit 0",
     "valise: --limit is \"0\", but must be a whole number from 1 on\nTry: valise mailings list --help\n"},
    {"mailings list -x",
     "valise: \"-x\" is no option; options are written with two dashes\nTry: valise mailings list "
     "--help\n"},
    {"mailings preview \xe9",
     "valise: \"\xef\xbf\xbd\" is not valid UTF-8; use a terminal and files in UTF-8\nTry: "
     "valise mailings preview --help\n"},
};

static void says_what_is_wrong(void **state) {
  (void)state;
  for (gsize i = 0; i < G_N_ELEMENTS(wrong); i++) {
    g_auto(Result) r = run(wrong[i].line);
    if (r.status != EXIT_USAGE || strcmp(r.err, wrong[i].expected) != 0 || *r.out != '\0')
      fail_msg("%s: %d\n  got      %s\n  expected %s", wrong[i].line, r.status, r.err, wrong[i].expected);
  }
}

/* ---- exit statuses --------------------------------------------------------------------------------- */

static const struct {
  int code, status;
  const char *name;
} statuses[] = {
    {FAULT_INPUT, 2, "input"},   {FAULT_RULE, 1, "rule"},           {FAULT_FORBIDDEN, 4, "forbidden"},
    {FAULT_ABSENT, 1, "absent"}, {FAULT_BUSY, 1, "busy"},           {FAULT_SYSTEM, 1, "system"},
    {-64, 3, "unreachable"},     {FAULT_UNCERTAIN, 1, "uncertain"},
};

static void ends_with_the_status_of_the_fault(void **state) {
  (void)state;
  for (gsize i = 0; i < G_N_ELEMENTS(statuses); i++) {
    g_autofree char *line = g_strdup_printf("fail -- %d", statuses[i].code);
    g_autofree char *json_line = g_strdup_printf("fail --json -- %d", statuses[i].code);
    g_autofree char *sentence = g_strdup_printf("valise: no \"%d\"\n", statuses[i].code);
    g_autofree char *json = g_strdup_printf("{\"error\":{\"code\":\"%s\",\"message\":\"no \\\"%d\\\"\"}}\n",
                                            statuses[i].name, statuses[i].code);
    g_auto(Result) plain = run(line);
    g_auto(Result) told = run(json_line);
    assert_int_equal(plain.status, statuses[i].status);
    assert_string_equal(plain.err, sentence);
    assert_string_equal(plain.out, "");
    assert_int_equal(told.status, statuses[i].status);
    assert_string_equal(told.err, sentence);
    assert_string_equal(told.out, json);
  }
  g_auto(Result) watch = run("watch");
  assert_int_equal(watch.status, 1);
  assert_string_equal(watch.out, "one was refused\n");
}

static void a_full_disk_is_no_success(void **state) {
  (void)state;
  FILE *full = fopen("/dev/full", "w");
  char *words[] = {(char *)"valise", (char *)"--version", NULL};
  if (full == NULL)
    skip();
  g_autofree char *text = NULL;
  size_t size;
  FILE *err = open_memstream(&text, &size);
  assert_int_equal(command_main(&table, 2, words, full, err), EXIT_RULE);
  fclose(err);
  fclose(full);
  assert_string_equal(text,
                      "valise: the output could not be written; look at the disk or the pipe behind it\n");
}

/* ---- help ------------------------------------------------------------------------------------------ */

static const char help_one[] =
    "Make a mailing\n"
    "\n"
    "Usage: valise mailings create [OPTIONS]\n"
    "\n"
    "Options\n"
    "  --list NAME,...           A list of contacts\n"
    "  --language LANGUAGE=FILE ...\n"
    "                            A language version\n"
    "  --wording NAME            The wording (needed)\n"
    "  --dry-run                 Say what would be done, and do nothing\n"
    "\n"
    "Options of every command\n"
    "  --socket PATH             The daemon's control socket (else $VALISE_SOCKET,\n"
    "                            else /run/valise/valise.sock)\n";

static const char help_noun[] = "Usage: valise mailings VERB [ARGUMENTS]\n"
                                "\n"
                                "Commands\n"
                                "  mailings create           Make a mailing\n"
                                "  mailings approve ID       Approve a mailing\n"
                                "  mailings list             Show mailings\n"
                                "  mailings import FILE...   Take files\n"
                                "  mailings preview ID [FILE]\n"
                                "                            Show one\n"
                                "\n"
                                "valise mailings VERB --help tells more of each.\n";

static void prints_help_from_the_table(void **state) {
  (void)state;
  g_auto(Result) one = run("mailings create --help");
  g_auto(Result) noun = run("mailings --help");
  g_auto(Result) all = run("-h");
  g_auto(Result) version = run("--version");
  assert_int_equal(one.status | noun.status | all.status | version.status, 0);
  if (!g_str_has_prefix(one.out, help_one))
    assert_string_equal(one.out, help_one);
  assert_string_equal(noun.out, help_noun);
  assert_true(g_str_has_prefix(all.out, "Valise sends letters.\n\nUsage: valise [OPTIONS] NOUN VERB"));
  assert_non_null(strstr(all.out, "\n  status                    Say how it goes\n"));
  assert_non_null(strstr(all.out, "\nExit status: 0 done"));
  assert_string_equal(version.out, "valise " VALISE_VERSION "\n");
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(understands),
      cmocka_unit_test(says_what_is_wrong),
      cmocka_unit_test(ends_with_the_status_of_the_fault),
      cmocka_unit_test(a_full_disk_is_no_success),
      cmocka_unit_test(prints_help_from_the_table),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
