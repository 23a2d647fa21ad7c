/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * command.h - NOUN VERB, arguments and options from a table: parsing, help, and the call of the right
 * function
 *
 *     static const Option approve_options[] = {
 *         {"digest", OPTION_VALUE, "D", "the digest that was shown by `mailings show`", TRUE}, {0}};
 *     {"mailings", "approve", "ID", "Approve a submitted mailing", approve_options, COMMAND_DRY_RUN, approve}
 *
 * Options may stand anywhere after the verb, "--" ends them; --name VALUE and --name=VALUE are the same. A
 * value that begins with "--" is written with "=". Global options (--socket, --url, --token-file, --json,
 * --plain, --help,
 * --version) may stand anywhere.
 */
#pragma once

#include "cli/call.h"

#include <glib.h>
#include <stdio.h>

enum option_kind {
  OPTION_FLAG,
  OPTION_VALUE,  /* once */
  OPTION_LIST,   /* --list A --list B, --list A,B */
  OPTION_REPEAT, /* may be repeated; commas are part of the value (--language fr=a,b.pdf) */
};

typedef struct {
  const char *name; /* without the dashes */
  enum option_kind kind;
  const char *placeholder; /* "ID"; NULL for flags */
  const char *sentence;
  gboolean required;
} Option;

enum command_flags {
  COMMAND_DRY_RUN = 1 << 0, /* takes --dry-run */
  COMMAND_LIST = 1 << 1,    /* takes --limit N */
  COMMAND_OFFLINE = 1 << 2, /* needs no daemon */
};

/* 0 done; > 0 the exit status to use, its reason already printed; < 0 a fault, which the framework prints as
 * "valise: SENTENCE", with --json as {"error":{"code":…,"message":…}} on OUT as well. */
typedef int (*CommandRun)(Call *call, GError **error);

typedef struct {
  const char *noun;
  const char *verb;      /* NULL for one-word commands (status) */
  const char *arguments; /* "ID", "FILE...", "[ID]", "A B"; NULL for none. Checked: too few, too many */
  const char *sentence;
  const Option *options; /* ended by {0}; NULL for none */
  guint flags;
  CommandRun run;
} Command;

typedef struct {
  const char *program; /* "valise" */
  const char *sentence;
  const Command *const *groups; /* one array a noun, each ended by {0}; ended by NULL */
} CommandTable;

/* The whole of main: returns the exit status. OUT and ERR are where it speaks. */
int command_main(const CommandTable *table, int argc, char **argv, FILE *out, FILE *err);
