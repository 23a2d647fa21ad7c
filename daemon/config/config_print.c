/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config/config_print.h"

#include <string.h>

#include "config/option.h"

static void add_sample_option(GString *text, const ConfigOption *o) {
  g_autofree char *expects = option_expects(o);
  g_string_append_printf(text, "# %s\n#   %s\n", o->sentence, expects);
  g_string_append_printf(text, "#%s = %s\n\n", o->key, o->standard != NULL ? o->standard : "");
}

char *config_print_sample(void) {
  GString *text =
      g_string_new("# valise.conf - every key with its default. Comments have lines of their own; a key\n"
                   "# that may be given several times makes a list; an empty value takes back what was\n"
                   "# set before. Files in valise.conf.d/ that end in .conf are read after this one.\n");
  for (const ConfigSection *s = section_table; s->name != NULL; s++) {
    g_autofree char *name = s->named != NULL ? g_strdup_printf(" \"%s\"", s->named) : g_strdup("");
    g_string_append_printf(text, "\n# ---- %s\n%s[%s%s]\n\n", s->sentence, s->named != NULL ? "#" : "",
                           s->name, name);
    for (const ConfigOption *o = option_table; o->key != NULL; o++)
      if (strcmp(o->section, s->name) == 0)
        add_sample_option(text, o);
  }
  return g_string_free(text, FALSE);
}

/* A line that begins with a dot or a quote is a request to roff, and a backslash begins an escape. */
static void add_roff(GString *text, const char *words) {
  if (*words == '.' || *words == '\'')
    g_string_append(text, "\\&");
  for (const char *p = words; *p != '\0'; p++)
    g_string_append(text, *p == '\\' ? "\\e" : *p == '-' ? "\\-" : (char[]){*p, '\0'});
}

static void add_reference_option(GString *text, const ConfigOption *o) {
  g_autofree char *expects = option_expects(o);
  g_string_append_printf(text, ".TP\n.B %s\n", o->key);
  add_roff(text, o->sentence);
  g_string_append(text, "\nTakes ");
  add_roff(text, expects);
  if (o->standard != NULL) {
    g_string_append(text, "; default ");
    add_roff(text, o->standard);
  }
  g_string_append(text, ".\n");
}

char *config_print_reference(void) {
  GString *text = g_string_new(NULL);
  for (const ConfigSection *s = section_table; s->name != NULL; s++) {
    g_string_append_printf(text, ".SS [%s%s]\n", s->name, s->named != NULL ? " \"NAME\"" : "");
    add_roff(text, s->sentence);
    g_string_append_c(text, '\n');
    for (const ConfigOption *o = option_table; o->key != NULL; o++)
      if (strcmp(o->section, s->name) == 0)
        add_reference_option(text, o);
  }
  return g_string_free(text, FALSE);
}
