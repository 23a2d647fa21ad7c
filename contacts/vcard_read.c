/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "contacts/vcard_read.h"

#include "base/fault.h"
#include "contacts/charset.h"

#include <string.h>

#define HEAD_MAX                                                                                             \
  1000 /* bytes before the colon in which quoted-printable is looked for, again for each soft break */

struct VcardReader {
  VcardSeen seen;
  VcardComplaint complaint;
  gpointer data;
  GString *physical; /* the line that is being read */
  gboolean after_cr; /* an LF that comes now belongs to the CR before */
  GString *logical;  /* the line whose foldings are being undone; begun when `pending` */
  gboolean pending;
  gboolean overlong; /* it was longer than VCARD_LINE_MAX, and the rest of it was not kept */
  gint64 line, logical_line;
  gint64 cards;
  guint depth; /* 0: outside; 1: within a card; more: within cards of that card */
  gboolean bad, outside_told;
  gsize size;   /* bytes of the card so far */
  gsize beyond; /* bytes of the physical line that were not kept */
  Vcard card;
};

static void parameter_clear(gpointer data) {
  VcardParameter *parameter = data;
  g_free(parameter->name);
  g_free(parameter->value);
}

static VcardProperty *property_new(gint64 line) {
  VcardProperty *property = g_new0(VcardProperty, 1);
  property->line = line;
  property->parameters = g_array_new(FALSE, FALSE, sizeof(VcardParameter));
  g_array_set_clear_func(property->parameters, parameter_clear);
  return property;
}

static void property_free(gpointer data) {
  VcardProperty *property = data;
  if (property == NULL)
    return;
  g_free(property->name);
  g_free(property->group);
  g_free(property->value);
  g_array_unref(property->parameters);
  g_free(property);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC(VcardProperty, property_free)

VcardReader *vcard_reader_new(VcardSeen seen, VcardComplaint complaint, gpointer data) {
  VcardReader *reader = g_new0(VcardReader, 1);
  reader->seen = seen;
  reader->complaint = complaint;
  reader->data = data;
  reader->physical = g_string_new(NULL);
  reader->logical = g_string_new(NULL);
  reader->line = 1;
  reader->card.properties = g_ptr_array_new_with_free_func(property_free);
  return reader;
}

void vcard_reader_free(VcardReader *reader) {
  if (reader == NULL)
    return;
  g_string_free(reader->physical, TRUE);
  g_string_free(reader->logical, TRUE);
  g_ptr_array_unref(reader->card.properties);
  g_free(reader);
}

gboolean vcard_begins(const char *text, gsize length) {
  static const char begin[] = "BEGIN:VCARD";
  while (length > 0 && g_ascii_isspace(*text)) {
    text++;
    length--;
  }
  return length >= strlen(begin) && g_ascii_strncasecmp(text, begin, strlen(begin)) == 0;
}

/* ---- one property ---- */

/* Why a line cannot be read, as the end of a sentence; owned by the caller. */
typedef char *Wrong;

/* RFC 6868: ^n, ^^ and ^' in the value of a parameter. Apple's and others' \n is taken for a line break too.
 */
static char *parameter_text(const char *from, gsize length) {
  GString *out = g_string_sized_new(length);
  for (gsize i = 0; i < length; i++) {
    char next = i + 1 < length ? from[i + 1] : '\0';
    if (from[i] == '^' && next != '\0' && strchr("n^'", next) != NULL) {
      g_string_append_c(out, next == 'n' ? '\n' : next == '\'' ? '"' : '^');
      i++;
    } else if (from[i] == '\\' && next != '\0' && strchr("nN\\,;", next) != NULL) {
      g_string_append_c(out, next == 'n' || next == 'N' ? '\n' : next);
      i++;
    } else {
      g_string_append_c(out, from[i]);
    }
  }
  return g_string_free(out, FALSE);
}

/* In 2.1 a parameter may be a value alone: the name is understood. */
static const char *understood_name(const char *value) {
  static const char *const encodings[] = {"QUOTED-PRINTABLE", "BASE64", "7BIT", "8BIT", NULL};
  return g_strv_contains(encodings, value) ? "ENCODING" : "TYPE";
}

static void add_parameter(VcardProperty *property, const char *name, const char *value, gsize length) {
  VcardParameter parameter = {NULL, parameter_text(value, length)};
  if (name == NULL) {
    g_autofree char *upper = g_ascii_strup(parameter.value, -1);
    name = understood_name(upper);
  }
  parameter.name = g_ascii_strup(name, -1);
  g_array_append_val(property->parameters, parameter);
}

/* Where the value of a parameter ends; quotes hold what would end it. */
static const char *end_of_value(const char *at) {
  if (*at == '"') {
    const char *close = strchr(at + 1, '"');
    return close != NULL ? close + 1 : at + strlen(at);
  }
  return at + strcspn(at, ",;:");
}

/* One parameter behind its semicolon at *AT: NAME=VALUE,VALUE or VALUE alone. */
static Wrong read_parameter(VcardProperty *property, const char **at) {
  gsize word = strcspn(*at, "=;:\"");
  g_autofree char *name = (*at)[word] == '=' ? g_strndup(*at, word) : NULL;
  const char *value = name != NULL ? *at + word + 1 : *at;
  for (;;) {
    const char *end = end_of_value(value);
    gsize quotes = *value == '"' ? 1 : 0;
    gsize length = (gsize)(end - value);
    if (quotes > 0 && (length < 2 || end[-1] != '"'))
      return g_strdup("a quotation mark is not closed");
    if (property->parameters->len >= VCARD_PARAMETERS_MAX)
      return g_strdup_printf("it has more than %d parameters", VCARD_PARAMETERS_MAX);
    add_parameter(property, name, value + quotes, length - 2 * quotes);
    *at = end;
    if (*end != ',')
      return NULL;
    value = end + 1;
  }
}

static gboolean is_name(const char *name, gsize length) {
  for (gsize i = 0; i < length; i++)
    if (!g_ascii_isalnum(name[i]) && name[i] != '-' && name[i] != '_')
      return FALSE;
  return length > 0 && length <= VCARD_NAME_MAX;
}

static Wrong read_name(VcardProperty *property, const char *line, const char **ret_end) {
  gsize length = strcspn(line, ";:");
  const char *dot = memchr(line, '.', length);
  const char *name = dot != NULL ? dot + 1 : line;
  gsize rest = length - (gsize)(name - line);
  if (!is_name(name, rest) || (dot != NULL && !is_name(line, (gsize)(dot - line))))
    return g_strdup("it is no line of a vCard, which begins with a name and a colon");
  property->name = g_ascii_strup(name, (gssize)rest);
  property->group = dot != NULL ? g_ascii_strdown(line, dot - line) : NULL;
  *ret_end = line + length;
  return NULL;
}

static Wrong check_value(const char *value, gsize length) {
  if (!g_utf8_validate_len(value, length, NULL))
    return g_strdup("it is not written in the charset that it names");
  for (gsize i = 0; i < length; i++)
    if (((guchar)value[i] < ' ' && strchr("\t\r\n", value[i]) == NULL) || value[i] == 0x7F)
      return g_strdup_printf("it holds a control character (byte 0x%02X)", (guint)(guchar)value[i]);
  return NULL;
}

/* RFC 2045 §6.7, as 2.1 used it; the soft breaks are undone already. */
static GString *decode_quoted(const char *value) {
  GString *out = g_string_new(NULL);
  for (const char *c = value; *c != '\0'; c++) {
    if (c[0] == '=' && g_ascii_isxdigit(c[1]) && g_ascii_isxdigit(c[2])) {
      g_string_append_c(out, (char)(g_ascii_xdigit_value(c[1]) << 4 | g_ascii_xdigit_value(c[2])));
      c += 2;
    } else {
      g_string_append_c(out, *c);
    }
  }
  return out;
}

static Wrong decode_value(VcardProperty *property) {
  g_autoptr(GString) text = g_string_new(NULL);
  const char *named = vcard_property_get(property, "CHARSET");
  enum charset charset = CHARSET_UTF8;
  gsize at = 0;
  if (!vcard_property_has(property, "ENCODING", "QUOTED-PRINTABLE"))
    return NULL;
  if (named != NULL && charset_parse(named, &charset, NULL) < 0)
    return g_strdup_printf("its charset \"%s\" is not known here", named);
  GString *bytes = decode_quoted(property->value);
  if (named == NULL && !g_utf8_validate_len(bytes->str, bytes->len, NULL))
    charset = CHARSET_CP1252;
  int r = charset_decode(charset, (const guint8 *)bytes->str, bytes->len, &at, bytes->len, text, NULL);
  g_string_free(bytes, TRUE);
  Wrong wrong =
      r < 0 ? g_strdup("it is not written in the charset that it names") : check_value(text->str, text->len);
  if (wrong == NULL) {
    g_free(property->value);
    property->value = g_strdup(text->str);
  }
  return wrong;
}

static Wrong read_property(VcardProperty *property, const char *line) {
  const char *at = NULL;
  Wrong wrong = read_name(property, line, &at);
  while (wrong == NULL && *at == ';') {
    at++;
    wrong = read_parameter(property, &at);
  }
  if (wrong == NULL && *at != ':')
    wrong = g_strdup("its colon is missing");
  if (wrong != NULL)
    return wrong;
  property->value = g_strdup(at + 1);
  return decode_value(property);
}

/* ---- one card ---- */

static void complain(VcardReader *reader, gint64 line, const char *wrong) {
  if (!reader->bad) {
    g_autofree char *sentence =
        g_strdup_printf("the card has a line that cannot be read, line %" G_GINT64_FORMAT
                        ": %s; correct it, or export the card again",
                        line, wrong);
    reader->complaint(reader->card.line, sentence, reader->data);
  }
  reader->bad = TRUE;
}

static void complain_of_card(VcardReader *reader, const char *sentence) {
  if (!reader->bad)
    reader->complaint(reader->card.line, sentence, reader->data);
  reader->bad = TRUE;
}

static int begin_card(VcardReader *reader, GError **error) {
  if (++reader->cards > VCARD_CARDS_MAX)
    return fault(error, FAULT_INPUT,
                 "line %" G_GINT64_FORMAT ": the file has more than %d cards; cut it in parts",
                 reader->logical_line, VCARD_CARDS_MAX);
  reader->depth = 1;
  reader->bad = reader->outside_told = FALSE;
  reader->size = 0;
  reader->card.line = reader->logical_line;
  g_ptr_array_set_size(reader->card.properties, 0);
  return 0;
}

static int end_card(VcardReader *reader, GError **error) {
  reader->depth = 0;
  if (reader->bad)
    return 0;
  int r = reader->seen(&reader->card, reader->data, error);
  return MIN(r, 0);
}

/* Too long to be of use, and of no use here: it counts as left out. */
static gboolean may_be_long(const char *name) {
  static const char *const names[] = {"PHOTO", "LOGO", "SOUND", "KEY", "AGENT", NULL};
  return g_strv_contains(names, name) || g_str_has_prefix(name, "X-");
}

static void take_property(VcardReader *reader) {
  g_autoptr(VcardProperty) property = property_new(reader->logical_line);
  g_autofree Wrong wrong = check_value(reader->logical->str, reader->logical->len);
  if (wrong == NULL)
    wrong = read_property(property, reader->logical->str);
  if (wrong == NULL && reader->overlong && !may_be_long(property->name))
    wrong = g_strdup_printf("it has more than %d bytes", VCARD_LINE_MAX);
  if (wrong == NULL && reader->card.properties->len >= VCARD_PROPERTIES_MAX)
    wrong = g_strdup_printf("the card has more than %d lines", VCARD_PROPERTIES_MAX);
  if (wrong != NULL) {
    complain(reader, reader->logical_line, wrong);
    return;
  }
  if (reader->overlong)
    property->value[0] = '\0';
  g_ptr_array_add(reader->card.properties, g_steal_pointer(&property));
}

static gboolean is_mark(const GString *line, const char *mark) {
  g_autofree char *tidy = g_strstrip(g_strdup(line->str));
  return g_ascii_strcasecmp(tidy, mark) == 0;
}

static void tell_outside(VcardReader *reader) {
  if (reader->outside_told)
    return;
  reader->outside_told = TRUE;
  reader->complaint(reader->logical_line, "there is text outside of any card; a card begins with BEGIN:VCARD",
                    reader->data);
}

/* BEGIN right after the card before has lines of its own means that its END is missing, unless it is the
 * value of AGENT (RFC 2426 §3.5.4 as 2.1 wrote it). */
static gboolean is_agent(const VcardReader *reader) {
  const GPtrArray *properties = reader->card.properties;
  const VcardProperty *last = properties->len > 0 ? properties->pdata[properties->len - 1] : NULL;
  return last != NULL && g_str_equal(last->name, "AGENT") && last->value[0] == '\0';
}

static int see_begin(VcardReader *reader, GError **error) {
  if (reader->depth == 0)
    return begin_card(reader, error);
  if (reader->depth > 1 || is_agent(reader)) {
    reader->depth = MIN(reader->depth + 1, VCARD_PROPERTIES_MAX);
    return 0;
  }
  complain_of_card(reader, "the card is not ended: END:VCARD is missing before the next one");
  return begin_card(reader, error);
}

/* The line whose foldings are undone. */
static int take_logical(VcardReader *reader, GError **error) {
  int r = 0;
  if (!reader->pending)
    return 0;
  reader->pending = FALSE;
  if (is_mark(reader->logical, "BEGIN:VCARD"))
    r = see_begin(reader, error);
  else if (reader->depth > 0 && is_mark(reader->logical, "END:VCARD"))
    r = --reader->depth == 0 ? end_card(reader, error) : 0;
  else if (reader->depth == 0)
    tell_outside(reader);
  else if (reader->depth == 1 && !reader->bad)
    take_property(reader);
  return r;
}

/* ---- lines ---- */

/* Does a soft break of quoted-printable end the line? Then the next one belongs to it as it is. */
static gboolean breaks_softly(const GString *line) {
  if (line->len == 0 || line->str[line->len - 1] != '=')
    return FALSE;
  const char *colon = memchr(line->str, ':', MIN(line->len, HEAD_MAX));
  if (colon == NULL)
    return FALSE;
  g_autofree char *head = g_ascii_strup(line->str, colon - line->str);
  return strstr(head, "QUOTED-PRINTABLE") != NULL;
}

static void append(VcardReader *reader, const char *text, gsize length) {
  gsize room = VCARD_LINE_MAX - MIN(reader->logical->len, VCARD_LINE_MAX);
  reader->overlong = reader->overlong || length > room;
  g_string_append_len(reader->logical, text, (gssize)MIN(length, room));
}

static int take_physical(VcardReader *reader, GError **error) {
  const GString *line = reader->physical;
  int r = 0;
  gboolean softly = reader->pending && breaks_softly(reader->logical);
  if (softly) {
    g_string_truncate(reader->logical, reader->logical->len - 1);
    append(reader, line->str, line->len);
  } else if (reader->pending && line->len > 0 && (line->str[0] == ' ' || line->str[0] == '\t')) {
    append(reader, line->str + 1, line->len - 1);
  } else {
    r = take_logical(reader, error);
    g_string_truncate(reader->logical, 0);
    reader->overlong = FALSE;
    reader->logical_line = reader->line;
    reader->pending = line->len > 0 && strspn(line->str, " \t") < line->len;
    append(reader, line->str, line->len);
  }
  reader->size += line->len + reader->beyond;
  reader->beyond = 0;
  if (reader->depth > 0 && reader->size > VCARD_CARD_MAX) {
    g_autofree char *sentence =
        g_strdup_printf("the card has more than %d bytes; export it without photographs", VCARD_CARD_MAX);
    complain_of_card(reader, sentence);
  }
  g_string_truncate(reader->physical, 0);
  reader->line++;
  return r;
}

int vcard_reader_feed(VcardReader *reader, const char *text, gsize length, GError **error) {
  int r = 0;
  for (gsize i = 0; i < length && r == 0; i++) {
    gboolean after_cr = reader->after_cr;
    reader->after_cr = text[i] == '\r';
    if (text[i] == '\n' && after_cr)
      continue;
    if (text[i] == '\r' || text[i] == '\n')
      r = take_physical(reader, error);
    else if (reader->physical->len <= VCARD_LINE_MAX)
      g_string_append_c(reader->physical, text[i]);
    else
      reader->beyond++;
  }
  return r;
}

int vcard_reader_finish(VcardReader *reader, GError **error) {
  int r = reader->physical->len > 0 ? take_physical(reader, error) : 0;
  if (r == 0)
    r = take_logical(reader, error);
  if (r == 0 && reader->depth > 0)
    complain_of_card(reader, "the card is not ended, so the file was cut off; export it again");
  reader->depth = 0;
  return r;
}

/* ---- what a property says ---- */

const char *vcard_property_get(const VcardProperty *property, const char *name) {
  for (guint i = 0; i < property->parameters->len; i++) {
    const VcardParameter *parameter = &g_array_index(property->parameters, VcardParameter, i);
    if (g_str_equal(parameter->name, name))
      return parameter->value;
  }
  return NULL;
}

gboolean vcard_property_has(const VcardProperty *property, const char *name, const char *value) {
  for (guint i = 0; i < property->parameters->len; i++) {
    const VcardParameter *parameter = &g_array_index(property->parameters, VcardParameter, i);
    if (g_str_equal(parameter->name, name) && g_ascii_strcasecmp(parameter->value, value) == 0)
      return TRUE;
  }
  return FALSE;
}

/* RFC 6350 §3.4. A backslash before anything else is a backslash: 2.1 knew no other escapes. */
static void append_unescaped(GString *to, const char **at) {
  char next = (*at)[1];
  if (**at != '\\' || next == '\0' || strchr("nN,;:\\", next) == NULL) {
    g_string_append_c(to, *(*at)++);
    return;
  }
  g_string_append_c(to, next == 'n' || next == 'N' ? '\n' : next);
  *at += 2;
}

char *vcard_property_text(const VcardProperty *property) {
  GString *out = g_string_new(NULL);
  for (const char *at = property->value; *at != '\0';)
    append_unescaped(out, &at);
  return g_string_free(out, FALSE);
}

char **vcard_property_parts(const VcardProperty *property, char separator) {
  GPtrArray *out = g_ptr_array_new();
  g_autoptr(GString) one = g_string_new(NULL);
  const char *at = property->value;
  for (;;) {
    if (*at == '\0' || *at == separator) {
      g_ptr_array_add(out, g_strdup(one->str));
      g_string_truncate(one, 0);
      if (*at++ == '\0')
        break;
      continue;
    }
    append_unescaped(one, &at);
  }
  g_ptr_array_add(out, NULL);
  return (char **)g_ptr_array_free(out, FALSE);
}
