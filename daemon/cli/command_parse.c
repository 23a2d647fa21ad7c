/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/command_parse.h"

#include <string.h>

#include "base/fault.h"
#include "base/nearest.h"

const Option command_global_options[] = {
    {"socket", OPTION_VALUE, "PATH",
     "The daemon's control socket (else $VALISE_SOCKET, else " API_DEFAULT_SOCKET ")", FALSE},
    {"url", OPTION_VALUE, "URL", "The daemon's office address instead of its socket", FALSE},
    {"token-file", OPTION_VALUE, "FILE", "File that holds the token to ask with", FALSE},
    {"json", OPTION_FLAG, NULL, "Print one JSON document", FALSE},
    {"plain", OPTION_FLAG, NULL, "Print without headings, columns parted by tabs", FALSE},
    {"help", OPTION_FLAG, NULL, "Say what there is", FALSE},
    {"version", OPTION_FLAG, NULL, "Say which version this is", FALSE},
    {0}};

static const Option dry_run = {"dry-run", OPTION_FLAG, NULL, "Say what would be done, and do nothing", FALSE};
static const Option limit = {"limit", OPTION_VALUE, "N", "Show at most so many", FALSE};

typedef struct {
  const CommandTable *table;
  char **words;
  int count, at;
  gboolean only_arguments; /* after "--" */
  ParsedCommand *parsed;
} Parser;

/* ---- the table ----------------------------------------------------------------------------------- */

static const Command *find_command(const CommandTable *table, const char *noun, const char *verb) {
  for (const Command *const *group = table->groups; *group != NULL; group++)
    for (const Command *c = *group; c->noun != NULL; c++)
      if (strcmp(c->noun, noun) == 0 && g_strcmp0(c->verb, verb) == 0)
        return c;
  return NULL;
}

/* The nouns, or with NOUN its verbs, once each; ended by NULL. */
static GPtrArray *words_of(const CommandTable *table, const char *noun) {
  GPtrArray *words = g_ptr_array_new();
  for (const Command *const *group = table->groups; *group != NULL; group++)
    for (const Command *c = *group; c->noun != NULL; c++) {
      const char *word = noun == NULL ? c->noun : strcmp(c->noun, noun) == 0 ? c->verb : NULL;
      if (word != NULL && !g_ptr_array_find_with_equal_func(words, word, g_str_equal, NULL))
        g_ptr_array_add(words, (gpointer)word);
    }
  g_ptr_array_add(words, NULL);
  return words;
}

static const Option *find_option(const Option *options, const char *name) {
  for (; options != NULL && options->name != NULL; options++)
    if (strcmp(options->name, name) == 0)
      return options;
  return NULL;
}

const Option *command_common_option(const Command *command, const char *name) {
  if ((command->flags & COMMAND_DRY_RUN) != 0 && strcmp(name, dry_run.name) == 0)
    return &dry_run;
  if ((command->flags & COMMAND_LIST) != 0 && strcmp(name, limit.name) == 0)
    return &limit;
  return NULL;
}

static void add_names(GPtrArray *names, const Option *options) {
  for (; options != NULL && options->name != NULL; options++)
    g_ptr_array_add(names, (gpointer)options->name);
}

static const char *nearest_option(const Command *command, const char *name) {
  g_autoptr(GPtrArray) names = g_ptr_array_new();
  add_names(names, command_global_options);
  if (command != NULL) {
    add_names(names, command->options);
    if ((command->flags & COMMAND_DRY_RUN) != 0)
      g_ptr_array_add(names, (gpointer)dry_run.name);
    if ((command->flags & COMMAND_LIST) != 0)
      g_ptr_array_add(names, (gpointer)limit.name);
  }
  g_ptr_array_add(names, NULL);
  return nearest_of(name, (const char *const *)names->pdata);
}

static char *title_of(const Command *command) {
  return g_strjoin(" ", command->noun, command->verb, NULL);
}

/* ---- options ------------------------------------------------------------------------------------- */

static int unknown_option(const Parser *p, const char *name, GError **error) {
  const Command *command = p->parsed->command;
  const char *near = nearest_option(command, name);
  g_autofree char *hint = near != NULL ? g_strdup_printf("; do you mean --%s?", near) : g_strdup("");
  if (command == NULL)
    return fault(error, FAULT_INPUT, "--%s is not known before a command%s", name, hint);
  g_autofree char *title = title_of(command);
  return fault(error, FAULT_INPUT, "%s has no option --%s%s", title, name, hint);
}

static const Option *option_of(const Parser *p, const char *name) {
  const Option *option = find_option(command_global_options, name);
  const Command *command = p->parsed->command;
  if (option == NULL && command != NULL)
    option = find_option(command->options, name);
  if (option == NULL && command != NULL)
    option = command_common_option(command, name);
  return option;
}

static void add_value(GPtrArray *values, const char *value, gssize length) {
  values->pdata[values->len - 1] = length < 0 ? g_strdup(value) : g_strndup(value, (gsize)length);
  g_ptr_array_add(values, NULL);
}

static GPtrArray *values_of(Parser *p, const Option *option) {
  GPtrArray *values = g_hash_table_lookup(p->parsed->values, option->name);
  if (values == NULL) {
    values = g_ptr_array_new_with_free_func(g_free);
    g_ptr_array_add(values, NULL);
    g_hash_table_insert(p->parsed->values, (gpointer)option->name, values);
  }
  return values;
}

static int add_list(GPtrArray *values, const Option *option, const char *value, GError **error) {
  g_auto(GStrv) items = g_strsplit(value, ",", -1);
  for (char **item = items; *item != NULL; item++) {
    if (**item == '\0')
      return fault(error, FAULT_INPUT, "--%s has an empty item in \"%s\"; write --%s A,B", option->name,
                   value, option->name);
    add_value(values, *item, -1);
  }
  return 0;
}

/* The value after "=", or the next word. */
static int take_value(Parser *p, const Option *option, const char *inside, const char **ret, GError **error) {
  if (inside != NULL) {
    *ret = inside;
    return 0;
  }
  const char *next = p->at + 1 < p->count ? p->words[p->at + 1] : NULL;
  if (next == NULL)
    return fault(error, FAULT_INPUT, "--%s needs a value: --%s %s", option->name, option->name,
                 option->placeholder);
  if (g_str_has_prefix(next, "--"))
    return fault(error, FAULT_INPUT, "--%s needs a value: --%s %s; if it is to be \"%s\", write --%s=%s",
                 option->name, option->name, option->placeholder, next, option->name, next);
  p->at++;
  *ret = next;
  return 0;
}

static int take_valued(Parser *p, const Option *option, const char *inside, GError **error) {
  const char *value = NULL;
  int r = take_value(p, option, inside, &value, error);
  if (r < 0)
    return r;
  GPtrArray *values = values_of(p, option);
  if (option->kind == OPTION_LIST)
    return add_list(values, option, value, error);
  if (option->kind == OPTION_VALUE && values->len > 1)
    return fault(error, FAULT_INPUT, "--%s is given twice; give it once", option->name);
  add_value(values, value, -1);
  return 0;
}

/* WORD is what follows the two dashes. */
static int take_option(Parser *p, const char *word, GError **error) {
  const gsize length = strcspn(word, "=");
  g_autofree char *name = g_strndup(word, length);
  const Option *option = option_of(p, name);
  if (option == NULL)
    return unknown_option(p, name, error);
  const char *inside = word[length] == '=' ? word + length + 1 : NULL;
  if (option->kind != OPTION_FLAG)
    return take_valued(p, option, inside, error);
  if (inside != NULL)
    return fault(error, FAULT_INPUT, "--%s takes no value", name);
  values_of(p, option);
  return 0;
}

/* ---- nouns, verbs, arguments --------------------------------------------------------------------- */

static int unknown_word(const Parser *p, const char *noun, const char *word, GError **error) {
  g_autoptr(GPtrArray) known = words_of(p->table, noun);
  const char *near = nearest_of(word, (const char *const *)known->pdata);
  g_autofree char *hint = near != NULL ? g_strdup_printf("; do you mean %s?", near) : g_strdup("");
  if (noun == NULL)
    return fault(error, FAULT_INPUT, "there is no command \"%s\"%s", word, hint);
  return fault(error, FAULT_INPUT, "%s has no \"%s\"%s", noun, word, hint);
}

static gboolean is_noun(const Parser *p, const char *word) {
  g_autoptr(GPtrArray) nouns = words_of(p->table, NULL);
  nouns->len--; /* without the final NULL */
  return g_ptr_array_find_with_equal_func(nouns, word, g_str_equal, NULL);
}

static int take_word(Parser *p, const char *word, GError **error) {
  ParsedCommand *parsed = p->parsed;
  if (parsed->command != NULL) {
    g_ptr_array_add(parsed->arguments, (gpointer)word);
    return 0;
  }
  if (parsed->noun == NULL) {
    if (!is_noun(p, word))
      return unknown_word(p, NULL, word, error);
    parsed->noun = word;
    parsed->command = find_command(p->table, word, NULL);
    return 0;
  }
  parsed->command = find_command(p->table, parsed->noun, word);
  return parsed->command != NULL ? 0 : unknown_word(p, parsed->noun, word, error);
}

static int check_arguments(const ParsedCommand *parsed, GError **error) {
  g_auto(GStrv) wanted =
      g_strsplit(parsed->command->arguments != NULL ? parsed->command->arguments : "", " ", -1);
  g_autofree char *title = title_of(parsed->command);
  const guint given = parsed->arguments->len;
  const guint most = g_strv_length(wanted);
  gboolean endless = FALSE;
  for (guint i = 0; i < most; i++) {
    endless = endless || strstr(wanted[i], "...") != NULL;
    if (wanted[i][0] != '[' && i >= given)
      return fault(error, FAULT_INPUT, "%s needs %s", title, wanted[i]);
  }
  if (given > most && !endless)
    return fault(error, FAULT_INPUT, "%s takes no \"%s\"; it takes %s", title,
                 (const char *)parsed->arguments->pdata[most],
                 most > 0 ? parsed->command->arguments : "no argument");
  return 0;
}

static int check_required(const ParsedCommand *parsed, GError **error) {
  for (const Option *o = parsed->command->options; o != NULL && o->name != NULL; o++)
    if (o->required && !g_hash_table_contains(parsed->values, o->name)) {
      g_autofree char *title = title_of(parsed->command);
      return fault(error, FAULT_INPUT, "%s needs --%s %s", title, o->name, o->placeholder);
    }
  return 0;
}

static int check_limit(const ParsedCommand *parsed, GError **error) {
  const GPtrArray *values = g_hash_table_lookup(parsed->values, limit.name);
  guint64 number;
  if (values != NULL && find_option(parsed->command->options, limit.name) == NULL &&
      !g_ascii_string_to_unsigned(values->pdata[0], 10, 1, G_MAXINT32, &number, NULL))
    return fault(error, FAULT_INPUT, "--limit is \"%s\", but must be a whole number from 1 on",
                 (const char *)values->pdata[0]);
  return 0;
}

static int check_whole(Parser *p, GError **error) {
  ParsedCommand *parsed = p->parsed;
  parsed->help = g_hash_table_contains(parsed->values, "help");
  parsed->version = g_hash_table_contains(parsed->values, "version");
  if (parsed->help || parsed->version)
    return 0;
  if (parsed->noun == NULL)
    return fault(error, FAULT_INPUT, "say what is to be done");
  if (parsed->command == NULL)
    return fault(error, FAULT_INPUT, "say what is to be done with %s", parsed->noun);
  int r = check_arguments(parsed, error);
  if (r == 0)
    r = check_required(parsed, error);
  return r == 0 ? check_limit(parsed, error) : r;
}

static int check_text(const char *word, GError **error) {
  if (g_utf8_validate(word, -1, NULL))
    return 0;
  g_autofree char *shown = g_utf8_make_valid(word, -1);
  return fault(error, FAULT_INPUT, "\"%s\" is not valid UTF-8; use a terminal and files in UTF-8", shown);
}

int command_parse(const CommandTable *table, int argc, char **argv, ParsedCommand *ret, GError **error) {
  *ret = (ParsedCommand){
      .arguments = g_ptr_array_new(),
      .values = g_hash_table_new_full(g_str_hash, g_str_equal, NULL, (GDestroyNotify)g_ptr_array_unref)};
  Parser p = {.table = table, .words = argv, .count = argc, .at = 1, .parsed = ret};
  int r = 0;
  for (; p.at < p.count && r == 0; p.at++) {
    const char *word = p.words[p.at];
    r = check_text(word, error);
    if (r < 0)
      break;
    if (p.only_arguments || *word != '-' || word[1] == '\0')
      r = take_word(&p, word, error);
    else if (strcmp(word, "--") == 0)
      p.only_arguments = TRUE;
    else if (strcmp(word, "-h") == 0)
      values_of(&p, find_option(command_global_options, "help"));
    else if (word[1] == '-')
      r = take_option(&p, word + 2, error);
    else
      r = fault(error, FAULT_INPUT, "\"%s\" is no option; options are written with two dashes", word);
  }
  return r == 0 ? check_whole(&p, error) : r;
}

void parsed_command_clear(ParsedCommand *parsed) {
  g_clear_pointer(&parsed->arguments, g_ptr_array_unref);
  g_clear_pointer(&parsed->values, g_hash_table_unref);
}
