/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/command.h"

#include <string.h>

#include "base/fault.h"
#include "cli/call_make.h"
#include "cli/command_parse.h"

static const char *code_name(const GError *error) {
  switch (fault_code(error)) {
  case FAULT_INPUT:
    return "input";
  case FAULT_RULE:
    return "rule";
  case FAULT_FORBIDDEN:
    return "forbidden";
  case FAULT_ABSENT:
    return "absent";
  case FAULT_BUSY:
    return "busy";
  case FAULT_UNCERTAIN:
    return "uncertain";
  case API_UNREACHABLE:
    return "unreachable";
  default:
    return "system";
  }
}

static void print_json_error(FILE *out, const GError *error) {
  g_autofree char *valid = g_utf8_make_valid(error->message, -1);
  json_t *value = json_pack("{s:{s:s,s:s}}", "error", "code", code_name(error), "message", valid);
  json_dumpf(value, out, JSON_COMPACT);
  fputc('\n', out);
  json_decref(value);
}

static int tell(const CommandTable *table, const ParsedCommand *parsed, const GError *error, FILE *out,
                FILE *err) {
  fprintf(err, "%s: %s\n", table->program, error->message);
  if (g_hash_table_contains(parsed->values, "json"))
    print_json_error(out, error);
  return (int)api_exit(error);
}

static int tell_usage(const CommandTable *table, const ParsedCommand *parsed, const GError *error, FILE *out,
                      FILE *err) {
  int status = tell(table, parsed, error, out, err);
  const char *noun = parsed->noun != NULL ? parsed->noun : "";
  const char *verb = parsed->command != NULL && parsed->command->verb != NULL ? parsed->command->verb : "";
  fprintf(err, "Try: %s%s%s%s%s --help\n", table->program, *noun != '\0' ? " " : "", noun,
          *verb != '\0' ? " " : "", verb);
  return status;
}

static int help(const CommandTable *table, const ParsedCommand *parsed, FILE *out) {
  if (parsed->command != NULL)
    command_help_one(table, parsed->command, out);
  else if (parsed->noun != NULL)
    command_help_noun(table, parsed->noun, out);
  else
    command_help_program(table, out);
  return EXIT_DONE;
}

/* What was printed must have arrived: a full disk behind a redirection is no success. */
static int finish(const CommandTable *table, int status, FILE *out, FILE *err) {
  if (fflush(out) == 0 && !ferror(out))
    return status;
  fprintf(err, "%s: the output could not be written; look at the disk or the pipe behind it\n",
          table->program);
  return status == EXIT_DONE ? EXIT_RULE : status;
}

static int run(const CommandTable *table, const ParsedCommand *parsed, FILE *out, FILE *err) {
  g_autoptr(GError) error = NULL;
  g_autoptr(Call) call = NULL;
  int r = call_new(parsed, out, err, &call, &error);
  if (r == 0)
    r = parsed->command->run(call, &error);
  return r < 0 ? tell(table, parsed, error, out, err) : r;
}

int command_main(const CommandTable *table, int argc, char **argv, FILE *out, FILE *err) {
  g_auto(ParsedCommand) parsed = {0};
  g_autoptr(GError) error = NULL;
  int status;
  if (command_parse(table, argc, argv, &parsed, &error) < 0)
    status = tell_usage(table, &parsed, error, out, err);
  else if (parsed.help)
    status = help(table, &parsed, out);
  else if (parsed.version)
    status = fprintf(out, "%s %s\n", table->program, VALISE_VERSION) > 0 ? EXIT_DONE : EXIT_RULE;
  else
    status = run(table, &parsed, out, err);
  return finish(table, status, out, err);
}
