/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "contacts/vcard_write.h"

#include "base/text.h"
#include "contacts/vcard.h"

#include <string.h>

#define OWN "X-VALISE-" /* as in vcard.c */

typedef struct {
  const Row *row;
  enum vcard_version version;
  const States *states;
  GString *card; /* folded, with CR LF */
} Writing;

static const char *cell(const Writing *writing, enum column column) {
  return row_says(writing->row, column) ? writing->row->cell[column] : "";
}

/* Folds at VCARD_FOLD octets, never within a character (RFC 6350 §3.2). */
static void put_line(const Writing *writing, const char *line) {
  gsize room = VCARD_FOLD;
  while (strlen(line) > room) {
    gsize cut = room;
    while (cut > 1 && ((guchar)line[cut] & 0xC0) == 0x80)
      cut--;
    g_string_append_len(writing->card, line, (gssize)cut);
    g_string_append(writing->card, "\r\n ");
    line += cut;
    room = VCARD_FOLD - 1; /* the space counts */
  }
  g_string_append_printf(writing->card, "%s\r\n", line);
}

/* Checked once more at the writer: nothing but a line break can part lines, and it is written as \n. */
static void append_escaped(GString *to, const char *text) {
  for (const char *c = text; *c != '\0'; c++) {
    if (*c == '\n')
      g_string_append(to, "\\n");
    else if (strchr("\\,;", *c) != NULL)
      g_string_append_printf(to, "\\%c", *c);
    else if ((guchar)*c >= ' ' || *c == '\t')
      g_string_append_c(to, *c);
  }
}

/* NAME, and the texts in their order parted by SEPARATOR; ended by NULL. */
static void put_parts(const Writing *writing, const char *name, char separator, const char *const *texts) {
  g_autoptr(GString) line = g_string_new(name);
  for (gsize i = 0; texts[i] != NULL; i++) {
    g_string_append_c(line, i == 0 ? ':' : separator);
    append_escaped(line, texts[i]);
  }
  put_line(writing, line->str);
}

static void put_text(const Writing *writing, const char *name, const char *text) {
  put_parts(writing, name, ';', (const char *const[]){text, NULL});
}

static void put_said(const Writing *writing, const char *name, enum column column) {
  if (row_says(writing->row, column))
    put_text(writing, name, cell(writing, column));
}

static void put_names(const Writing *writing, const char *name) {
  gboolean named = row_says(writing->row, COLUMN_GIVEN_NAME) || row_says(writing->row, COLUMN_FAMILY_NAME);
  put_text(writing, "FN", name);
  /* RFC 2426 §3.1.2 wants one in every card. */
  if (named || writing->version == VCARD_3_0)
    put_parts(writing, "N", ';',
              (const char *const[]){cell(writing, COLUMN_FAMILY_NAME), cell(writing, COLUMN_GIVEN_NAME), "",
                                    cell(writing, COLUMN_HONORIFIC), "", NULL});
  put_said(writing, "ORG", COLUMN_ORGANISATION);
  put_said(writing, "TITLE", COLUMN_OFFICE);
}

static void put_kind(const Writing *writing) {
  const char *kind = cell(writing, COLUMN_KIND);
  if (writing->version == VCARD_4_0)
    put_text(writing, "KIND",
             g_str_equal(kind, "person")         ? "individual"
             : g_str_equal(kind, "organisation") ? "org"
                                                 : "x-office");
  else if (g_str_equal(kind, "organisation"))
    put_text(writing, "X-ABShowAs", "COMPANY");
  if (g_str_equal(kind, "office"))
    put_text(writing, OWN "KIND", kind);
}

static void put_addresses(const Writing *writing, enum column column, const char *type) {
  g_auto(GStrv) addresses = row_items(writing->row, column);
  for (guint i = 0; addresses[i] != NULL; i++) {
    g_autoptr(GString) name = g_string_new("EMAIL");
    if (writing->version == VCARD_4_0)
      g_string_append_printf(name, ";PREF=%u", i + 1);
    else
      g_string_append_printf(name, ";TYPE=INTERNET%s", i == 0 ? ",PREF" : "");
    if (type != NULL)
      g_string_append_printf(name, ";TYPE=%s", type);
    put_text(writing, name->str, addresses[i]);
  }
}

/* The value of a parameter in quotes (RFC 6868). */
static void append_parameter(GString *to, const char *text) {
  g_string_append_c(to, '"');
  for (const char *c = text; *c != '\0'; c++) {
    if (*c == '\n')
      g_string_append(to, "^n");
    else if (*c == '"')
      g_string_append(to, "^'");
    else if (*c == '^')
      g_string_append(to, "^^");
    else
      g_string_append_c(to, *c);
  }
  g_string_append_c(to, '"');
}

static void put_postal(const Writing *writing) {
  const char *lines = cell(writing, COLUMN_POSTAL_ADDRESS), *country = cell(writing, COLUMN_COUNTRY);
  const State *state =
      writing->states != NULL && *country != '\0' ? states_find(writing->states, country) : NULL;
  const char *const parts[] = {
      "",  "", lines, cell(writing, COLUMN_CITY), "", "", state != NULL ? state->name[LANGUAGE_FR] : country,
      NULL};
  g_autoptr(GString) name = g_string_new("ADR");
  if (*lines == '\0' && *parts[3] == '\0' && *country == '\0')
    return;
  if (*lines != '\0' && writing->version == VCARD_4_0) {
    g_string_append(name, ";LABEL=");
    append_parameter(name, lines);
  }
  put_parts(writing, name->str, ';', parts);
  if (*lines != '\0' && writing->version == VCARD_3_0)
    put_text(writing, "LABEL", lines);
}

static void put_languages(const Writing *writing) {
  g_auto(GStrv) languages = g_strsplit(cell(writing, COLUMN_LANGUAGE), " ", 0);
  for (guint i = 0; languages[i] != NULL && writing->version == VCARD_4_0; i++) {
    g_autofree char *name = g_strdup_printf("LANG;PREF=%u", i + 1);
    put_text(writing, name, languages[i]);
  }
}

static void put_lists(const Writing *writing) {
  g_auto(GStrv) lists = row_items(writing->row, COLUMN_LISTS);
  if (lists[0] != NULL)
    put_parts(writing, "CATEGORIES", ',', (const char *const *)lists);
}

static void put_gender(const Writing *writing) {
  const char *gender = cell(writing, COLUMN_GENDER);
  if (writing->version == VCARD_4_0 && (g_str_equal(gender, "m") || g_str_equal(gender, "f")))
    put_text(writing, "GENDER", g_str_equal(gender, "m") ? "M" : "F");
}

static gboolean is_fingerprint(const char *text) {
  gsize length = strlen(text);
  return (length == 40 || length == 64) && strspn(text, "0123456789ABCDEFabcdef") == length;
}

static void put_key(const Writing *writing) {
  g_autofree char *uri = g_strconcat("OPENPGP4FPR:", cell(writing, COLUMN_OPENPGP), NULL);
  if (is_fingerprint(cell(writing, COLUMN_OPENPGP)) && writing->version == VCARD_4_0)
    put_text(writing, "KEY", uri);
}

static void put_standard(const Writing *writing, const char *name) {
  put_kind(writing);
  put_names(writing, name);
  put_addresses(writing, COLUMN_EMAIL, NULL);
  put_addresses(writing, COLUMN_EMAIL_PRIVATE_OFFICE, "x-private-office");
  put_addresses(writing, COLUMN_EMAIL_MISSION, "x-mission");
  put_said(writing, "TEL", COLUMN_TELEPHONE);
  put_postal(writing);
  put_languages(writing);
  put_gender(writing);
  put_lists(writing);
  put_key(writing);
  /* RFC 6350 §6.7.6: one card a UID. A further holder's card names the office in a field of ours. */
  if (!row_says(writing->row, COLUMN_TENURE_JOINT))
    put_said(writing, "UID", COLUMN_ID);
}

/* ---- what comes back ---- */

typedef struct {
  const States *states;
  Row *row;
} Back;

static void ignore_complaint(enum column column, const char *sentence, gboolean note, gpointer data) {
  (void)column, (void)sentence, (void)note, (void)data;
}

static int see_back(const Vcard *card, gpointer data, GError **error) {
  (void)error;
  Back *back = data;
  back->row = vcard_row(card, back->states, NULL, NULL);
  if (back->row != NULL)
    row_check(back->row, back->states, FALSE, ignore_complaint, NULL);
  return 0;
}

static void ignore_card(gint64 line, const char *sentence, gpointer data) {
  (void)line, (void)sentence, (void)data;
}

/* The card as its reader will understand it. */
static Row *read_back(const GString *card, gsize from, const States *states) {
  Back back = {states, NULL};
  g_autoptr(VcardReader) reader = vcard_reader_new(see_back, ignore_card, &back);
  if (vcard_reader_feed(reader, card->str + from, card->len - from, NULL) == 0)
    vcard_reader_finish(reader, NULL);
  return back.row != NULL ? back.row : row_new();
}

static void put_own(const Writing *writing, const Row *back) {
  for (int i = 0; i < COLUMNS; i++) {
    const char *said = cell(writing, (enum column)i);
    const char *understood = row_says(back, (enum column)i) ? back->cell[i] : "";
    if (g_str_equal(said, understood))
      continue;
    g_autofree char *name = g_strconcat(OWN, column_name((enum column)i), NULL);
    g_autofree char *upper = g_ascii_strup(name, -1);
    put_text(writing, g_strdelimit(upper, "_", '-'), said);
  }
}

void vcard_write(const Row *row, const char *name, enum vcard_version version, const States *states,
                 GString *to) {
  static const char end[] = "END:VCARD\r\n";
  Writing writing = {.row = row, .version = version, .states = states, .card = to};
  gsize from = to->len;
  put_line(&writing, "BEGIN:VCARD");
  put_text(&writing, "VERSION", version == VCARD_4_0 ? "4.0" : "3.0");
  put_text(&writing, "PRODID", "-//Valise//Contacts//EN");
  put_standard(&writing, name);
  gsize standard = to->len;
  g_string_append(to, end);
  g_autoptr(Row) back = read_back(to, from, states);
  g_string_truncate(to, standard);
  put_own(&writing, back);
  g_string_append(to, end);
}
