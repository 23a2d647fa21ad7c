/* SPDX-License-Identifier: GPL-3.0-or-later */
/* command_parse.h - from words to a call, and what help says; command.c alone uses it */
#pragma once

#include "cli/command.h"

typedef struct {
  const Command *command; /* NULL: help, version, or only a noun was given */
  const char *noun;       /* as given; NULL when there was none */
  GPtrArray *arguments;   /* const char *, ended by NULL */
  GHashTable *values;     /* option's name -> GPtrArray of char *, ended by NULL; an empty one for a flag */
  gboolean help, version;
} ParsedCommand;

extern const Option command_global_options[];

/* FAULT_INPUT with a sentence for wrong usage. *ret is cleared by the caller in any case. */
int command_parse(const CommandTable *table, int argc, char **argv, ParsedCommand *ret, GError **error);
void parsed_command_clear(ParsedCommand *parsed);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(ParsedCommand, parsed_command_clear)

/* The options of a command besides its own: --dry-run, --limit. */
const Option *command_common_option(const Command *command, const char *name);

/* Help for the whole program, one noun, or one command. */
void command_help_program(const CommandTable *table, FILE *out);
void command_help_noun(const CommandTable *table, const char *noun, FILE *out);
void command_help_one(const CommandTable *table, const Command *command, FILE *out);
