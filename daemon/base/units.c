/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/units.h"

#include <string.h>

#include "base/clock.h"

typedef struct {
  const char *name;
  gint64 worth;
} Unit;

/* The first of several names of one worth is the one that is written. */
static const Unit durations[] = {
    {"w", 7 * DAY},     {"week", 7 * DAY},   {"weeks", 7 * DAY},  {"d", DAY},      {"day", DAY},
    {"days", DAY},      {"h", HOUR},         {"hour", HOUR},      {"hours", HOUR}, {"min", MINUTE},
    {"m", MINUTE},      {"minute", MINUTE},  {"minutes", MINUTE}, {"s", SECOND},   {"sec", SECOND},
    {"second", SECOND}, {"seconds", SECOND}, {"ms", 1000},        {NULL, 0},
};

#define KIB G_GINT64_CONSTANT(1024)
static const Unit sizes[] = {
    {"GiB", KIB *KIB *KIB},
    {"G", KIB *KIB *KIB},
    {"MiB", KIB *KIB},
    {"M", KIB *KIB},
    {"KiB", KIB},
    {"K", KIB},
    {"k", KIB},
    {"GB", 1000000000},
    {"MB", 1000000},
    {"kB", 1000},
    {"KB", 1000},
    {"B", 1},
    {"byte", 1},
    {"bytes", 1},
    {NULL, 0},
};

static const Unit *unit_at(const Unit *units, const char *text, gsize length) {
  for (; units->name != NULL; units++)
    if (strlen(units->name) == length && memcmp(units->name, text, length) == 0)
      return units;
  return NULL;
}

/* One or several "number unit" one after the other, their sum. A number without a unit must stand alone. */
static gboolean sum(const Unit *units, gint64 alone, const char *text, gint64 *ret) {
  double total = 0;
  const char *p = text;
  do {
    if (!g_ascii_isdigit(*p))
      return FALSE;
    char *end;
    const double number = g_ascii_strtod(p, &end);
    const gboolean first = p == text;
    for (p = end; *p == ' ' || *p == '\t'; p++) {
    }
    const char *name = p;
    while (g_ascii_isalpha(*p))
      p++;
    const Unit *unit = unit_at(units, name, (gsize)(p - name));
    if (unit == NULL && !(p == name && first && *p == '\0'))
      return FALSE;
    total += number * (double)(unit != NULL ? unit->worth : alone);
    while (*p == ' ' || *p == '\t')
      p++;
  } while (*p != '\0');
  if (!(total < 9e15)) /* also refuses what is not finite */
    return FALSE;
  *ret = (gint64)(total + 0.5);
  return TRUE;
}

/* strtod also reads hexadecimal and exponents; nobody means those here. */
static gboolean is_plain(const char *text) {
  for (const char *p = text; *p != '\0'; p++)
    if (g_ascii_isdigit(*p) && (p[1] == 'x' || p[1] == 'X' || p[1] == 'e' || p[1] == 'E' || p[1] == 'p'))
      return FALSE;
  return *text != '\0';
}

gboolean units_duration(const char *text, gint64 *ret_microseconds) {
  return is_plain(text) && sum(durations, SECOND, text, ret_microseconds);
}

gboolean units_size(const char *text, gint64 *ret_bytes) {
  return is_plain(text) && sum(sizes, 1, text, ret_bytes);
}

char *units_duration_text(gint64 microseconds) {
  GString *text = g_string_new(NULL);
  for (const Unit *unit = durations; unit->name != NULL; unit++) {
    /* weeks read worse than days, and a second name says nothing new */
    if (unit->worth > DAY || microseconds < unit->worth)
      continue;
    if (text->len > 0)
      g_string_append_c(text, ' ');
    g_string_append_printf(text, "%" G_GINT64_FORMAT " %s", microseconds / unit->worth, unit->name);
    microseconds %= unit->worth;
  }
  if (text->len == 0)
    g_string_append(text, "0 s");
  return g_string_free(text, FALSE);
}

char *units_size_text(gint64 bytes) {
  for (const Unit *unit = sizes; unit->worth >= KIB; unit++)
    if (bytes >= unit->worth && bytes % unit->worth == 0 && unit->worth % KIB == 0)
      return g_strdup_printf("%" G_GINT64_FORMAT " %s", bytes / unit->worth, unit->name);
  return g_strdup_printf("%" G_GINT64_FORMAT " bytes", bytes);
}
