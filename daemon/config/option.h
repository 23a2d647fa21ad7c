/* SPDX-License-Identifier: GPL-3.0-or-later */
/* option.h - one row of options.def: reading its value, and what it says about itself */
#pragma once

#include "config/config.h"

#include <glib.h>

#ifdef VALISE_TEST_HOOKS
#define CONFIG_DOT_TIMEOUT_MIN SECOND
#else
#define CONFIG_DOT_TIMEOUT_MIN (10 * MINUTE) /* RFC 5321 §4.5.3.2.6 */
#endif
#define CONFIG_MIB (G_GINT64_CONSTANT(1024) * 1024)

enum option_type {
  OPTION_STRING,   /* char * */
  OPTION_PATH,     /* char *, completed */
  OPTION_SECRET,   /* a path in the file, its content in the field */
  OPTION_FILE,     /* char *, the path of a secret that is read when it is needed; completed */
  OPTION_ADDRESS,  /* char *, a mail address */
  OPTION_ZONE,     /* char *, of the tz database */
  OPTION_URL,      /* char * */
  OPTION_LISTEN,   /* char *, "unix:PATH" or "host:port" */
  OPTION_CHOICE,   /* an enum whose values are in the order of the words */
  OPTION_INTEGER,  /* guint */
  OPTION_NUMBER,   /* double */
  OPTION_DURATION, /* gint64, microseconds */
  OPTION_SIZE,     /* gint64, bytes */
  OPTION_LIST,     /* GPtrArray of char *: parted by commas, and by repeating the key */
  OPTION_LINES,    /* GPtrArray of char *: only by repeating the key */
  OPTION_RATE,     /* ConfigRate */
  OPTION_QUIET,    /* GPtrArray of ConfigQuiet *: parted by commas, and by repeating the key */
  OPTION_CLOSURES, /* GPtrArray of ConfigClosure *, the same */
  OPTION_WEEKDAYS, /* guint */
  OPTION_DOMAINS,  /* GPtrArray of char *, the same */
  OPTION_LOCAL,    /* GHashTable language -> char *: key.LANGUAGE, or key for every other language */
};

typedef struct {
  const char *section;
  const char *key;
  enum option_type type;
  const char *standard;
  const char *extra;
  gint64 least, most;
  const char *sentence;
  gsize offset; /* of the field in its section's struct */
} ConfigOption;

typedef struct {
  const char *name;
  const char *named; /* an example of x in [relay "x"]; NULL: there is one [name] */
  const char *sentence;
  gsize offset; /* in Config: of the section's struct, or of the GPtrArray of those that have names */
  gsize size;   /* of the struct; one with a name begins with it: char *name */
} ConfigSection;

extern const ConfigOption option_table[]; /* ended by an empty row */
extern const ConfigSection section_table[];

const ConfigSection *option_section(const char *name);
/* The option of that section and key; the key of an OPTION_LOCAL may carry ".LANGUAGE". */
const ConfigOption *option_find(const char *section, const char *key);
/* The known key of SECTION that KEY probably means, or NULL. */
const char *option_nearest(const char *section, const char *key);
const char *option_nearest_section(const char *name);

/* Reads VALUE into the field; BASE is the section's struct. KEY as written (it may carry a language).
 * Relative paths are completed against FOLDER. Lists are added to. FAULT_INPUT with a sentence that begins
 * with the key. */
int option_set(const ConfigOption *option, gpointer base, const char *key, const char *value,
               const char *folder, GError **error);
/* Back to nothing: NULL, 0, an empty list. Secrets are wiped. */
void option_clear(const ConfigOption *option, gpointer base);
/* Can it be given several times? */
gboolean option_is_list(const ConfigOption *option);

/* "a duration from 1 s to 1 day (write 30 s, 10 min, 2 h, 5 d)"; the caller frees it. */
char *option_expects(const ConfigOption *option);
