/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "journal/entry.h"

#include <string.h>

#include "base/fault.h"
#include "base/ident.h"
#include "base/text.h"

#define LINE_MAX_BYTES (4 * TEXT_LONG_MAX) /* escaped at most fourfold */

/* ---- the canonical text ---------------------------------------------------------------------------- */

#define ADD(to, literal) g_string_append_len((to), literal, sizeof literal - 1)

/* At least WIDTH digits. */
static void add_number(GString *to, gint64 number, int width) {
  char digits[24];
  int at = sizeof digits;
  for (int n = 0; n < width || number > 0; n++) {
    digits[--at] = (char)('0' + number % 10);
    number /= 10;
  }
  g_string_append_len(to, digits + at, (gssize)sizeof digits - at);
}

/* Year, month and day of a day counted from 1970-01-01, in the proleptic Gregorian calendar. Years are taken
 * from 1 March, so that the leap day is a year's last; 719468 days lie between 0000-03-01 and 1970-01-01. */
static void add_date(GString *to, gint64 day) {
  gint64 z = day + 719468, era = z / 146097;
  gint64 of_era = z - era * 146097;
  gint64 year = (of_era - of_era / 1460 + of_era / 36524 - of_era / 146096) / 365;
  gint64 of_year = of_era - (365 * year + year / 4 - year / 100);
  gint64 month = (5 * of_year + 2) / 153;
  gint64 calendar_month = month < 10 ? month + 3 : month - 9;
  add_number(to, year + era * 400 + (calendar_month <= 2 ? 1 : 0), 4);
  ADD(to, "-");
  add_number(to, calendar_month, 2);
  ADD(to, "-");
  add_number(to, of_year - (153 * month + 2) / 5 + 1, 2);
}

/* RFC 3339 in UTC with microseconds, without the allocations of a GDateTime: this is written for each
 * delivery. */
static void add_time(GString *to, gint64 wall) {
  gint64 of_day = wall % DAY;
  ADD(to, "time ");
  add_date(to, wall / DAY);
  ADD(to, "T");
  add_number(to, of_day / HOUR, 2);
  ADD(to, ":");
  add_number(to, of_day / MINUTE % 60, 2);
  ADD(to, ":");
  add_number(to, of_day / SECOND % 60, 2);
  ADD(to, ".");
  add_number(to, of_day % SECOND, 6);
  ADD(to, "Z\n");
}

static void add_salt(GString *to, const guint8 *salt) {
  static const char digits[] = "0123456789abcdef";
  char hex[2 * ENTRY_SALT_SIZE + 1];
  for (gsize i = 0; i < ENTRY_SALT_SIZE; i++) {
    hex[2 * i] = digits[salt[i] >> 4];
    hex[2 * i + 1] = digits[salt[i] & 15];
  }
  hex[2 * ENTRY_SALT_SIZE] = '\n';
  ADD(to, "salt ");
  g_string_append_len(to, hex, sizeof hex);
}

static void add_ident(GString *to, const char *name, enum ident kind, gint64 number) {
  if (number == 0)
    return;
  g_string_append(to, name);
  g_string_append_c(to, (char)kind);
  ADD(to, "-");
  add_number(to, number, 1);
  ADD(to, "\n");
}

static void add_line(GString *to, const char *name, const char *value) {
  if (value == NULL || *value == '\0')
    return;
  g_string_append(to, name);
  g_string_append(to, value);
  ADD(to, "\n");
}

static void add_facts(GString *to, const char *facts) {
  for (const char *line = facts; line != NULL && *line != '\0';) {
    const char *end = strchr(line, '\n');
    gsize length = end != NULL ? (gsize)(end - line) : strlen(line);
    ADD(to, "fact ");
    g_string_append_len(to, line, (gssize)length);
    ADD(to, "\n");
    line = end != NULL ? end + 1 : NULL;
  }
}

void entry_canonical(const EntryContent *content, GString *to) {
  g_string_truncate(to, 0);
  add_salt(to, content->salt);
  ADD(to, "index ");
  add_number(to, content->index, 1);
  ADD(to, "\n");
  add_time(to, content->time);
  add_line(to, "kind ", content->kind);
  add_line(to, "user ", content->user);
  add_ident(to, "mailing ", IDENT_MAILING, content->mailing);
  add_ident(to, "addressee ", IDENT_ADDRESSEE, content->addressee);
  add_ident(to, "delivery ", IDENT_DELIVERY, content->delivery);
  add_ident(to, "delivery-last ", IDENT_DELIVERY, content->delivery_last);
  add_ident(to, "contact ", IDENT_CONTACT, content->contact);
  add_line(to, "text ", content->text);
  add_facts(to, content->facts);
}

/* ---- what may stand on a line ---------------------------------------------------------------------- */

/* May all of it stand as it is? Names in any script mostly may. Characters from U+0080 to U+009F are
 * controls, U+2028 and U+2029 end a line. */
static gboolean plain(const char *value, gsize length) {
  for (gsize i = 0; i < length;) {
    guchar c = (guchar)value[i];
    if (c < 0x20 || c == 0x7f || c == '\\')
      return FALSE;
    gunichar u = c < 0x80 ? c : g_utf8_get_char_validated(value + i, (gssize)(length - i));
    if (c >= 0x80 && (u < 0xa0 || u == 0x2028 || u == 0x2029 || u >= (gunichar)-2))
      return FALSE;
    i += (gsize)g_utf8_skip[c];
  }
  return TRUE;
}

/* Writes the next character of VALUE as it may stand on a line, at most 24 bytes; returns how many bytes it
 * took. */
static gsize escape_one(const char *value, gsize length, char piece[25]) {
  static const char digits[] = "0123456789abcdef";
  gunichar c = g_utf8_get_char_validated(value, (gssize)length);
  gboolean broken = c == (gunichar)-1 || c == (gunichar)-2 || (c == 0 && *value != '\0');
  gsize n = broken || c == 0 ? 1 : (gsize)g_unichar_to_utf8(c, NULL);
  const char *name = c == '\\' ? "\\\\" : c == '\n' ? "\\n" : c == '\r' ? "\\r" : c == '\t' ? "\\t" : NULL;
  if (name != NULL) {
    g_strlcpy(piece, name, 25);
  } else if (!broken && !g_unichar_iscntrl(c) && c != 0x2028 && c != 0x2029) {
    memcpy(piece, value, n);
    piece[n] = '\0';
  } else {
    for (gsize i = 0; i < n; i++) {
      guchar byte = (guchar)value[i];
      memcpy(piece + 4 * i, (char[]){'\\', 'x', digits[byte >> 4], digits[byte & 15]}, 4);
    }
    piece[4 * n] = '\0';
  }
  return n;
}

void entry_escape(GString *to, const char *value, gsize length, gsize max) {
  if (length <= max && plain(value, length)) {
    g_string_append_len(to, value, (gssize)length);
    return;
  }
  gsize start = to->len, room = start; /* the last length at which "…" still fits */
  for (gsize at = 0; at < length;) {
    char piece[25];
    at += escape_one(value + at, length - at, piece);
    if (to->len - start + strlen(piece) > max) {
      g_string_truncate(to, room);
      ADD(to, "…");
      return;
    }
    g_string_append(to, piece);
    if (to->len - start + strlen("…") <= max)
      room = to->len;
  }
}

#define FACT_MAX 4000

void entry_fact(GString *facts, const char *key, const char *value) {
  if (value == NULL)
    return;
  g_string_append(facts, key);
  ADD(facts, "=");
  entry_escape(facts, value, strlen(value), FACT_MAX);
  ADD(facts, "\n");
}

void entry_fact_digest(GString *facts, const char *key, const Digest *value) {
  char hex[DIGEST_HEX_SIZE];
  if (value == NULL)
    return;
  digest_hex(value, hex);
  entry_fact(facts, key, hex);
}

void entry_fact_int(GString *facts, const char *key, gint64 value) {
  g_string_append_printf(facts, "%s=%" G_GINT64_FORMAT "\n", key, value);
}

static gboolean is_fact(const char *line, gsize length) {
  gsize key = 0;
  while (key < length && (g_ascii_islower(line[key]) || g_ascii_isdigit(line[key]) || line[key] == '-'))
    key++;
  if (key == 0 || key == length || line[key] != '=')
    return FALSE;
  for (gsize i = key; i < length; i++)
    if ((guchar)line[i] < 0x20 || line[i] == 0x7f)
      return FALSE;
  return TRUE;
}

void entry_line(GString *to, const char *word, const char *value) {
  if (value == NULL)
    return;
  g_string_append(to, word);
  g_string_append_c(to, ' ');
  entry_escape(to, value, strlen(value), LINE_MAX_BYTES);
  g_string_append_c(to, '\n');
}

int entry_check_facts(const char *facts, GError **error) {
  if (facts == NULL)
    return 0;
  for (const char *line = facts; *line != '\0';) {
    gsize length = strcspn(line, "\n");
    if (!is_fact(line, length))
      return fault(error, FAULT_INPUT, "journal: \"%.*s\" is no fact: write key=value on a line of its own",
                   (int)MIN(length, 60), line);
    line += length + (line[length] == '\n' ? 1 : 0);
  }
  if (!g_utf8_validate(facts, -1, NULL))
    return fault(error, FAULT_INPUT, "journal: facts that are no valid UTF-8; write them by entry_fact");
  return 0;
}
