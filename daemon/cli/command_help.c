/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/command_parse.h"

#include <string.h>

#define WIDTH  80
#define INDENT 28

/* "  LEFT      sentence, wrapped at WIDTH and indented". */
static void print_pair(FILE *out, const char *left, const char *sentence) {
  g_auto(GStrv) words = g_strsplit(sentence, " ", -1);
  int column = fprintf(out, "  %s", left);
  if (column >= INDENT) {
    fputc('\n', out);
    column = 0;
  }
  column += fprintf(out, "%*s", INDENT - column, "");
  for (char **word = words; *word != NULL; word++) {
    const int length = (int)g_utf8_strlen(*word, -1);
    if (column + length + 1 > WIDTH && column > INDENT) {
      fprintf(out, "\n%*s", INDENT, "");
      column = INDENT;
    }
    fprintf(out, "%s%s", column > INDENT ? " " : "", *word);
    column += length + (column > INDENT ? 1 : 0);
  }
  fputc('\n', out);
}

static void print_option(FILE *out, const Option *option) {
  g_autofree char *left = option->placeholder != NULL
                              ? g_strdup_printf("--%s %s%s", option->name, option->placeholder,
                                                option->kind == OPTION_LIST     ? ",..."
                                                : option->kind == OPTION_REPEAT ? " ..."
                                                                                : "")
                              : g_strdup_printf("--%s", option->name);
  g_autofree char *sentence = option->required ? g_strconcat(option->sentence, " (needed)", NULL) : NULL;
  print_pair(out, left, sentence != NULL ? sentence : option->sentence);
}

static void print_options(FILE *out, const char *heading, const Option *options) {
  if (options == NULL || options->name == NULL)
    return;
  fprintf(out, "\n%s\n", heading);
  for (; options->name != NULL; options++)
    print_option(out, options);
}

static char *usage_of(const Command *command) {
  return g_strjoin(" ", command->noun, command->verb != NULL ? command->verb : command->arguments,
                   command->verb != NULL ? command->arguments : NULL, NULL);
}

static const Command *next_command(const Command *const **group, const Command *command) {
  if (command != NULL && command[1].noun != NULL)
    return command + 1;
  while (**group != NULL) {
    const Command *first = *(*group)++;
    if (first->noun != NULL)
      return first;
  }
  return NULL;
}

static void print_commands(const CommandTable *table, const char *noun, FILE *out) {
  const Command *const *group = table->groups;
  for (const Command *c = next_command(&group, NULL); c != NULL; c = next_command(&group, c))
    if (noun == NULL || strcmp(c->noun, noun) == 0) {
      g_autofree char *usage = usage_of(c);
      print_pair(out, usage, c->sentence);
    }
}

void command_help_program(const CommandTable *table, FILE *out) {
  fprintf(out, "%s\n\nUsage: %s [OPTIONS] NOUN VERB [ARGUMENTS]\n\nCommands\n", table->sentence,
          table->program);
  print_commands(table, NULL, out);
  print_options(out, "Options of every command", command_global_options);
  fprintf(
      out,
      "\nExit status: 0 done, 1 refused by a rule, 2 wrong usage, 3 daemon unreachable,\n4 not permitted.\n"
      "%s NOUN VERB --help tells more of each.\n",
      table->program);
}

void command_help_noun(const CommandTable *table, const char *noun, FILE *out) {
  fprintf(out, "Usage: %s %s VERB [ARGUMENTS]\n\nCommands\n", table->program, noun);
  print_commands(table, noun, out);
  fprintf(out, "\n%s %s VERB --help tells more of each.\n", table->program, noun);
}

void command_help_one(const CommandTable *table, const Command *command, FILE *out) {
  static const char *const common[] = {"dry-run", "limit"};
  g_autofree char *usage = usage_of(command);
  fprintf(out, "%s\n\nUsage: %s %s%s\n", command->sentence, table->program, usage,
          command->options != NULL || command->flags != 0 ? " [OPTIONS]" : "");
  print_options(out, "Options", command->options);
  if (command->options == NULL && (command->flags & (COMMAND_DRY_RUN | COMMAND_LIST)) != 0)
    fputs("\nOptions\n", out);
  for (gsize i = 0; i < G_N_ELEMENTS(common); i++)
    if (command_common_option(command, common[i]) != NULL)
      print_option(out, command_common_option(command, common[i]));
  print_options(out, "Options of every command", command_global_options);
}
