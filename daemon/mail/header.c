/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "mail/header.h"

#include <string.h>

#include "base/clock.h"
#include "base/fault.h"
#include "base/text.h"
#include "mail/encoded_word.h"
#include "mail/parameter.h"

#define LINE_COLUMNS     78  /* RFC 5322 §2.1.1: SHOULD */
#define ENCODED_COLUMNS  76  /* RFC 2047 §2: a line that holds an encoded word */
#define LINE_COLUMNS_MAX 998 /* RFC 5322 §2.1.1: MUST */

/* RFC 5322 §3.6.8: printable, no colon. */
static int check_field(const char *field, GError **error) {
  gsize length = strlen(field);
  gboolean good = length > 0 && length <= HEADER_FIELD_MAX;
  for (gsize i = 0; i < length; i++)
    good = good && field[i] > ' ' && field[i] < 0x7f && field[i] != ':';
  return good ? 0
              : fault(error, FAULT_INPUT,
                      "header: a field's name must be 1 to %d printable characters without a colon",
                      HEADER_FIELD_MAX);
}

static int check_value(const char *field, const char *value, GError **error) {
  int r = check_field(field, error);
  return r < 0 ? r : text_check_line(field, value, -1, HEADER_VALUE_MAX, error);
}

static void begin(GString *to, const char *field) {
  g_string_append(to, field);
  g_string_append_len(to, ": ", 2);
}

static void end(GString *to) {
  g_string_append_len(to, "\r\n", 2);
}

static gsize column_of(const GString *to) {
  const char *line = memrchr(to->str, '\n', to->len);
  return line == NULL ? to->len : to->len - (gsize)(line + 1 - to->str);
}

static gboolean is_printable(const char *text) {
  for (const guchar *p = (const guchar *)text; *p != '\0'; p++)
    if (*p < ' ' || *p >= 0x7f)
      return FALSE;
  return TRUE;
}

/* The white space before a word and the word: what a fold cannot tear apart. */
static gsize unit_length(const char *text) {
  gsize gap = strspn(text, " ");
  return gap + strcspn(text + gap, " ");
}

/* May TEXT stand as it is, from COLUMN on, on lines of at most LINE_COLUMNS? White space at its ends would be
 * lost. */
static gboolean folds_well(const char *text, gsize column) {
  if (*text == ' ' || *text == '\0' || text[strlen(text) - 1] == ' ')
    return FALSE;
  for (gsize n; *text != '\0'; text += n, column = 0) {
    n = unit_length(text);
    if (column + n > LINE_COLUMNS)
      return FALSE;
  }
  return TRUE;
}

/* Folds before white space, which stays (RFC 5322 §2.2.3). */
static void append_folded(GString *to, const char *text, gsize column) {
  gboolean first = TRUE;
  for (gsize n; *text != '\0'; text += n) {
    n = unit_length(text);
    if (column + n > LINE_COLUMNS && !first) {
      end(to);
      column = 0;
    }
    g_string_append_len(to, text, (gssize)n);
    column += n;
    first = FALSE;
  }
}

int header_text(GString *to, const char *field, const char *text, GError **error) {
  int r = check_value(field, text, error);
  if (r < 0)
    return r;
  gsize column = strlen(field) + 2;
  begin(to, field);
  if (is_printable(text) && !encoded_word_mistakable(text) && folds_well(text, column))
    append_folded(to, text, column);
  else if (*text == '\0')
    g_string_truncate(to, to->len - 1);
  else
    encoded_word_append(to, text, column, FALSE);
  end(to);
  return 0;
}

/* Atoms with single spaces between them (RFC 5322 §3.2.3). */
static gboolean is_atoms(const char *text) {
  for (const char *p = text; *p != '\0'; p++) {
    if (*p == ' ' ? (p == text || p[1] == ' ' || p[1] == '\0')
                  : !g_ascii_isalnum(*p) && strchr("!#$%&'*+-/=?^_`{|}~", *p) == NULL)
      return FALSE;
  }
  return *text != '\0';
}

static gsize quoted_length(const char *text) {
  gsize length = 2;
  for (; *text != '\0'; text++)
    length += *text == '"' || *text == '\\' ? 2 : 1;
  return length;
}

static void append_quoted(GString *to, const char *text) {
  g_string_append_c(to, '"');
  for (; *text != '\0'; text++) {
    if (*text == '"' || *text == '\\')
      g_string_append_c(to, '\\');
    g_string_append_c(to, *text);
  }
  g_string_append_c(to, '"');
}

/* How many columns the line that it ends on may have. */
static gsize append_phrase(GString *to, const char *name, gsize column) {
  gboolean plain = is_printable(name) && !encoded_word_mistakable(name);
  if (plain && is_atoms(name) && folds_well(name, column))
    append_folded(to, name, column);
  else if (plain && column + quoted_length(name) <= LINE_COLUMNS)
    append_quoted(to, name);
  else {
    encoded_word_append(to, name, column, TRUE);
    return ENCODED_COLUMNS;
  }
  return LINE_COLUMNS;
}

static gboolean turns_direction(gunichar c) {
  return (c >= 0x202a && c <= 0x202e) || (c >= 0x2066 && c <= 0x2069);
}

char *header_shown_name(const char *name) {
  GString *to = g_string_sized_new(strlen(name));
  for (const char *p = name; *p != '\0'; p = g_utf8_next_char(p))
    if (!turns_direction(g_utf8_get_char(p)))
      g_string_append_len(to, p, g_utf8_next_char(p) - p);
  return g_string_free(to, FALSE);
}

int header_mailbox(GString *to, const char *field, const char *name, const Address *address, GError **error) {
  int r = check_value(field, name != NULL ? name : "", error);
  if (r < 0)
    return r;
  if (!address_is_canonical(address->send))
    return fault(error, FAULT_INPUT, "%s: what should be written there is not one mail address; correct it",
                 field);
  begin(to, field);
  g_autofree char *shown = name != NULL ? header_shown_name(name) : NULL;
  if (text_blank(shown)) {
    g_string_append(to, address->send);
    end(to);
    return 0;
  }
  gsize columns = append_phrase(to, shown, strlen(field) + 2);
  if (column_of(to) + strlen(address->send) + 3 > columns)
    end(to);
  g_string_append_len(to, " <", 2);
  g_string_append(to, address->send);
  g_string_append_c(to, '>');
  end(to);
  return 0;
}

int header_verbatim(GString *to, const char *field, const char *value, GError **error) {
  int r = check_value(field, value, error);
  if (r < 0)
    return r;
  if (!is_printable(value) || *value == '\0' || *value == ' ' || value[strlen(value) - 1] == ' ')
    return fault(error, FAULT_INPUT,
                 "%s: a structured value must be printable ASCII without white space at its ends; correct it",
                 field);
  for (gsize at = 0; value[at] != '\0'; at += unit_length(value + at))
    if (unit_length(value + at) > LINE_COLUMNS_MAX - HEADER_FIELD_MAX - 2)
      return fault(error, FAULT_INPUT, "%s: a word is too long for a line of mail; shorten it", field);
  begin(to, field);
  append_folded(to, value, strlen(field) + 2);
  end(to);
  return 0;
}

int header_date(GString *to, const char *field, gint64 wall, GError **error) {
  static const gint64 year_10000 = G_GINT64_CONSTANT(253402300800);
  int r = check_field(field, error);
  if (r < 0)
    return r;
  if (wall <= 0 || wall / SECOND >= year_10000)
    return fault(error, FAULT_INPUT,
                 "%s: the time is missing or out of range; set it before the message is written", field);
  g_autofree char *text = moment_rfc5322(wall);
  begin(to, field);
  g_string_append(to, text);
  end(to);
  return 0;
}

static gboolean is_dot_atom(const char *text, gsize length) {
  for (gsize i = 0; i < length; i++) {
    gboolean dot = text[i] == '.';
    if (dot ? (i == 0 || i + 1 == length || text[i + 1] == '.')
            : !g_ascii_isalnum(text[i]) &&
                  (text[i] == '\0' || strchr("!#$%&'*+-/=?^_`{|}~", text[i]) == NULL))
      return FALSE;
  }
  return length > 0;
}

int header_message_id(GString *to, const char *field, const char *id, GError **error) {
  int r = check_value(field, id, error);
  if (r < 0)
    return r;
  gsize length = strlen(id);
  const char *at = strchr(id, '@');
  if (length > 250 || length < 5 || id[0] != '<' || id[length - 1] != '>' || at == NULL ||
      !is_dot_atom(id + 1, (gsize)(at - id) - 1) || !is_dot_atom(at + 1, length - 2 - (gsize)(at - id)))
    return fault(error, FAULT_INPUT,
                 "%s: not an identifier of the form <left@right> (RFC 5322 §3.6.4); correct it", field);
  begin(to, field);
  g_string_append_len(to, id, (gssize)length);
  end(to);
  return 0;
}

/* A token, or two with a slash between them: "attachment", "application/pdf". */
static gboolean is_token_or_type(const char *value) {
  const char *slash = strchr(value, '/');
  if (slash == NULL)
    return parameter_is_token(value, strlen(value));
  return parameter_is_token(value, (gsize)(slash - value)) &&
         parameter_is_token(slash + 1, strlen(slash + 1));
}

static int check_parameter(const char *field, const HeaderParameter *parameter, GError **error) {
  gsize length = strlen(parameter->name);
  if (length > PARAMETER_NAME_MAX || !parameter_is_token(parameter->name, length) ||
      strpbrk(parameter->name, "*'%") != NULL) /* RFC 2231 §7 gives these a meaning */
    return fault(error, FAULT_INPUT,
                 "%s: a parameter's name must be a token of at most %d characters; correct it", field,
                 PARAMETER_NAME_MAX);
  if (parameter->value == NULL)
    return 0;
  g_autofree char *what = g_strdup_printf("%s, parameter %s", field, parameter->name);
  return text_check_line(what, parameter->value, -1, TEXT_NAME_MAX, error);
}

int header_parameters(GString *to, const char *field, const char *value, const HeaderParameter *parameters,
                      gsize count, GError **error) {
  int r = check_value(field, value, error);
  if (r == 0 && (!is_token_or_type(value) || strlen(value) > 200))
    r = fault(error, FAULT_INPUT, "%s: \"%s\" is no media type or word of one; correct it", field, value);
  for (gsize i = 0; i < count && r == 0; i++)
    r = check_parameter(field, &parameters[i], error);
  if (r < 0)
    return r;
  begin(to, field);
  g_string_append(to, value);
  gsize column = column_of(to);
  for (gsize i = 0; i < count; i++) {
    if (parameters[i].value == NULL)
      continue;
    g_autofree char *shown = header_shown_name(parameters[i].value);
    parameter_append(to, &column, parameters[i].name, shown);
  }
  end(to);
  return 0;
}

/* Letters that have no decomposition in Unicode and still an obvious ASCII spelling. */
static const char *ascii_letters(gunichar c) {
  static const struct {
    gunichar letter;
    const char *ascii;
  } table[] = {{0xe6, "ae"}, {0xc6, "AE"}, {0x153, "oe"}, {0x152, "OE"}, {0xf8, "o"},   {0xd8, "O"},
               {0xdf, "ss"}, {0x142, "l"}, {0x141, "L"},  {0x2019, "'"}, {0x2013, "-"}, {0x2014, "-"}};
  for (gsize i = 0; i < G_N_ELEMENTS(table); i++)
    if (table[i].letter == c)
      return table[i].ascii;
  return "_";
}

char *header_ascii_name(const char *name) {
  g_autofree char *shown = header_shown_name(name);
  g_autofree char *loose = g_utf8_normalize(shown, -1, G_NORMALIZE_ALL);
  GString *to = g_string_sized_new(strlen(loose));
  for (const char *p = loose; *p != '\0'; p = g_utf8_next_char(p)) {
    gunichar c = g_utf8_get_char(p);
    if (c >= 0x80 && g_unichar_ismark(c))
      continue;
    if (c < ' ' || c == 0x7f || c == '"' || c == '\\' || c == '/')
      g_string_append_c(to, '_');
    else if (c < 0x80)
      g_string_append_c(to, (char)c);
    else
      g_string_append(to, ascii_letters(c));
  }
  return g_string_free(to, FALSE);
}
