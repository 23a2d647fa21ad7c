/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "contacts/row.h"

#include "base/fault.h"
#include "base/ident.h"
#include "base/text.h"
#include "base/units.h"
#include "contacts/area.h"
#include "contacts/channel_value.h"
#include "contacts/contact_rows.h"
#include "contacts/vocabulary.h"
#include "mail/address.h"

#include <string.h>

#define PART '\x1F' /* no cell holds a control character, so this parts them */

Row *row_new(void) {
  return g_new0(Row, 1);
}

void row_free(Row *row) {
  if (row == NULL)
    return;
  for (int i = 0; i < COLUMNS; i++)
    g_free(row->cell[i]);
  g_free(row);
}

gboolean row_says(const Row *row, enum column column) {
  return row->cell[column] != NULL && row->cell[column][0] != '\0';
}

gboolean row_blank(const Row *row) {
  for (int i = 0; i < COLUMNS; i++)
    if (row_says(row, (enum column)i))
      return FALSE;
  return TRUE;
}

/* ---- canonical spelling: each takes a tidy cell and gives another one, or a fault ---- */

typedef char *(*Speller)(enum column column, const char *cell, const States *states, GError **error);

static char *spell_text(enum column column, const char *cell, const States *states, GError **error) {
  (void)states;
  return text_check_line(column_name(column), cell, -1, TEXT_NAME_MAX, error) == 0 ? g_strdup(cell) : NULL;
}

static char *spell_line(enum column column, const char *cell, const States *states, GError **error) {
  (void)states;
  return text_check_line(column_name(column), cell, -1, TEXT_LINE_MAX, error) == 0 ? g_strdup(cell) : NULL;
}

static char *spell_id(enum column column, const char *cell, const States *states, GError **error) {
  (void)column, (void)states;
  if (text_check_line("id", cell, -1, TEXT_NAME_MAX, error) < 0)
    return NULL;
  gint64 number;
  return ident_parse(IDENT_CONTACT, cell, &number, NULL) == 0 ? ident_text(IDENT_CONTACT, number)
                                                              : g_strdup(cell);
}

static char *spell_word(enum vocabulary words, const char *what, const char *cell, GError **error) {
  const char *ours = vocabulary_find(words, cell);
  if (ours != NULL)
    return g_strdup(ours);
  g_autofree char *list = vocabulary_list(words);
  fault(error, FAULT_INPUT, "\"%s\" is no %s; there are %s", cell, what, list);
  return NULL;
}

static char *spell_kind(enum column column, const char *cell, const States *states, GError **error) {
  (void)column, (void)states;
  return spell_word(WORDS_KIND, "kind of contact", cell, error);
}

static char *spell_gender(enum column column, const char *cell, const States *states, GError **error) {
  (void)column, (void)states;
  return spell_word(WORDS_GENDER, "gender", cell, error);
}

static char *spell_ground(enum column column, const char *cell, const States *states, GError **error) {
  (void)column, (void)states;
  return spell_word(WORDS_GROUND, "ground", cell, error);
}

/* Kinds that the table of forms has beyond those with a word here are taken as they are. */
static char *spell_office_kind(enum column column, const char *cell, const States *states, GError **error) {
  (void)column, (void)states;
  const char *ours = vocabulary_find(WORDS_OFFICE_KIND, cell);
  gboolean plain = strlen(cell) <= 40;
  for (const char *c = cell; *c != '\0'; c++)
    plain = plain && (g_ascii_islower(*c) || g_ascii_isdigit(*c) || *c == '_');
  if (ours != NULL || plain)
    return g_strdup(ours != NULL ? ours : cell);
  return spell_word(WORDS_OFFICE_KIND, "kind of office", cell, error);
}

static gboolean looks_like_code(const char *code) {
  gsize length = strlen(code);
  if (length < 2 || !g_ascii_isalpha(code[0]) || !g_ascii_isalpha(code[1]))
    return FALSE;
  if (length == 2)
    return TRUE;
  for (const char *c = code + 3; *c != '\0'; c++)
    if (!g_ascii_isalnum(*c))
      return FALSE;
  return code[2] == '-' && length >= 4 && length <= 6;
}

static char *spell_country(enum column column, const char *cell, const States *states, GError **error) {
  (void)column;
  const State *state = states != NULL ? states_find(states, cell) : NULL;
  if (state == NULL && states != NULL)
    state = states_find_name(states, cell);
  if (state != NULL)
    return g_strdup(state->code);
  char *area = area_code(states, cell);
  if (area != NULL)
    return area;
  if (looks_like_code(cell))
    return g_ascii_strup(cell, -1);
  fault(error, FAULT_INPUT,
        "\"%s\" is no country known here; write its code of two letters (FR), that of a part (CA-QC), or the "
        "number of a region (002)",
        cell);
  return NULL;
}

/* What has no code stays in words: "the Sahel" is an area as well. */
static char *spell_area(enum column column, const char *cell, const States *states, GError **error) {
  if (text_check_line(column_name(column), cell, -1, TEXT_NAME_MAX, error) < 0)
    return NULL;
  char *code = area_code(states, cell);
  return code != NULL ? code : g_strdup(cell);
}

static gboolean is_language_tag(const char *tag) {
  gsize primary = strcspn(tag, "-_");
  if (primary < 2 || primary > 3 || strlen(tag) > 20)
    return FALSE;
  for (const char *c = tag; *c != '\0'; c++)
    if (!g_ascii_isalnum(*c) && *c != '-' && *c != '_')
      return FALSE;
  return g_ascii_isalpha(tag[0]) && g_ascii_isalpha(tag[1]);
}

/* "pt_br" is written "pt-BR", as RFC 5646 §2.1.1 recommends. */
static char *spell_tag(const char *tag) {
  char *out = g_ascii_strdown(tag, -1);
  g_strdelimit(out, "_", '-');
  char *region = strchr(out, '-');
  if (region != NULL && strlen(region) == 3) {
    region[1] = g_ascii_toupper(region[1]);
    region[2] = g_ascii_toupper(region[2]);
  }
  return out;
}

static void add_once(GPtrArray *to, char *item) {
  for (guint i = 0; i < to->len; i++) {
    if (g_str_equal(to->pdata[i], item)) {
      g_free(item);
      return;
    }
  }
  g_ptr_array_add(to, item);
}

static char *join(GPtrArray *items, const char *separator) {
  g_ptr_array_add(items, NULL);
  return g_strjoinv(separator, (char **)items->pdata);
}

static char *spell_languages(enum column column, const char *cell, const States *states, GError **error) {
  (void)column, (void)states;
  g_autoptr(GPtrArray) tags = g_ptr_array_new_with_free_func(g_free);
  g_auto(GStrv) words = g_strsplit_set(cell, " ,;/|", 0);
  for (char **word = words; *word != NULL; word++) {
    const char *ours = **word != '\0' ? vocabulary_find(WORDS_LANGUAGE, *word) : NULL;
    if (**word == '\0')
      continue;
    if (ours == NULL && !is_language_tag(*word)) {
      fault(error, FAULT_INPUT,
            "\"%s\" is no language; write its code: fr, en, es, pt or another of two letters", *word);
      return NULL;
    }
    add_once(tags, ours != NULL ? g_strdup(ours) : spell_tag(*word));
  }
  if (tags->len > CONTACT_LANGUAGES_MAX) {
    fault(error, FAULT_INPUT, "there are more than %d languages; name those that are read best",
          CONTACT_LANGUAGES_MAX);
    return NULL;
  }
  return join(tags, " ");
}

/* Addresses parted by comma, semicolon or white space, outside the quotes of a local-part. */
static char **split_addresses(const char *cell) {
  GPtrArray *out = g_ptr_array_new();
  g_autoptr(GString) one = g_string_new(NULL);
  gboolean quoted = FALSE;
  for (const char *c = cell;; c++) {
    gboolean parts = *c == '\0' || (!quoted && strchr(",; \n\t", *c) != NULL);
    if (parts && one->len > 0) {
      g_ptr_array_add(out, g_strdup(one->str));
      g_string_truncate(one, 0);
    }
    if (*c == '\0')
      break;
    if (quoted && *c == '\\' && c[1] != '\0')
      g_string_append_c(one, *c++);
    else if (*c == '"')
      quoted = !quoted;
    if (!parts)
      g_string_append_c(one, *c);
  }
  g_ptr_array_add(out, NULL);
  return (char **)g_ptr_array_free(out, FALSE);
}

static char *spell_addresses(enum column column, const char *cell, const States *states, GError **error) {
  (void)column, (void)states;
  g_autoptr(GPtrArray) good = g_ptr_array_new_with_free_func(g_free);
  g_auto(GStrv) given = split_addresses(cell);
  for (char **one = given; *one != NULL; one++) {
    g_autoptr(Address) address = NULL;
    if (address_parse(*one, ADDRESS_CONTACT, &address, error) < 0)
      return NULL;
    add_once(good, g_strdup(address->show));
  }
  if (good->len > ROW_ADDRESSES_MAX) {
    fault(error, FAULT_INPUT, "there are more than %d addresses in one cell; keep those in use",
          ROW_ADDRESSES_MAX);
    return NULL;
  }
  return join(good, ", ");
}

static char *spell_lists(enum column column, const char *cell, const States *states, GError **error) {
  (void)column, (void)states;
  g_autoptr(GPtrArray) names = g_ptr_array_new_with_free_func(g_free);
  g_auto(GStrv) given = g_strsplit_set(cell, ",;|\n", 0);
  for (char **one = given; *one != NULL; one++) {
    g_autofree char *name = text_tidy(*one);
    if (*name == '\0')
      continue;
    if (text_check_line("lists", name, -1, TEXT_NAME_MAX, error) < 0)
      return NULL;
    if (strchr(name, '=') != NULL || names->len >= ROW_LISTS_MAX) {
      fault(error, FAULT_INPUT,
            "\"%s\" cannot be a list here: names have no \"=\", and at most %d stand in a cell", name,
            ROW_LISTS_MAX);
      return NULL;
    }
    add_once(names, g_steal_pointer(&name));
  }
  return join(names, ", ");
}

static char *spell_day(enum column column, const char *cell, const States *states, GError **error) {
  (void)column, (void)states;
  Day day;
  char text[DAY_TEXT_SIZE];
  return day_parse(cell, &day, error) == 0 ? g_strdup(day_text(day, text)) : NULL;
}

static char *spell_value(enum channel_kind kind, const char *cell, GError **error) {
  g_auto(ChannelValue) value = {0};
  return channel_value_read(kind, cell, &value, error) == 0 ? g_steal_pointer(&value.show) : NULL;
}

static char *spell_post(enum column column, const char *cell, const States *states, GError **error) {
  (void)column, (void)states;
  return spell_value(CHANNEL_POST, cell, error);
}

static char *spell_telephone(enum column column, const char *cell, const States *states, GError **error) {
  (void)column, (void)states;
  return spell_value(CHANNEL_TELEPHONE, cell, error);
}

static char *spell_web_form(enum column column, const char *cell, const States *states, GError **error) {
  (void)column, (void)states;
  return spell_value(CHANNEL_WEB_FORM, cell, error);
}

static char *spell_answer(enum column column, const char *cell, const States *states, GError **error) {
  (void)states;
  const char *ours = vocabulary_find(WORDS_YES, cell);
  if (ours == NULL)
    fault(error, FAULT_INPUT, "%s: \"%s\" is neither yes nor no", column_name(column), cell);
  return g_strdup(ours);
}

static char *spell_manner(enum column column, const char *cell, const States *states, GError **error) {
  (void)column, (void)states;
  return spell_word(WORDS_MANNER, "manner in which an office is held", cell, error);
}

static char *spell_size(enum column column, const char *cell, const States *states, GError **error) {
  (void)column, (void)states;
  gint64 bytes = 0;
  gboolean good = units_size(cell, &bytes) &&
                  (bytes == 0 || (bytes >= CHANNEL_BYTES_LEAST && bytes <= CHANNEL_BYTES_MOST));
  if (good)
    return g_strdup_printf("%" G_GINT64_FORMAT, bytes);
  fault(error, FAULT_INPUT,
        "\"%s\" is no largest size of a message; write for example 5 MiB: at least 10 KiB, at most 1 GiB",
        cell);
  return NULL;
}

static const Speller spellers[COLUMNS] = {
    [COLUMN_KIND] = spell_kind,
    [COLUMN_ID] = spell_id,
    [COLUMN_GIVEN_NAME] = spell_text,
    [COLUMN_FAMILY_NAME] = spell_text,
    [COLUMN_GENDER] = spell_gender,
    [COLUMN_HONORIFIC] = spell_text,
    [COLUMN_SALUTATION] = spell_text,
    [COLUMN_OFFICE] = spell_text,
    [COLUMN_OFFICE_KIND] = spell_office_kind,
    [COLUMN_ORGANISATION] = spell_text,
    [COLUMN_PORTFOLIO] = spell_text,
    [COLUMN_CITY] = spell_text,
    [COLUMN_COUNTRY] = spell_country,
    [COLUMN_LANGUAGE] = spell_languages,
    [COLUMN_EMAIL] = spell_addresses,
    [COLUMN_EMAIL_PRIVATE_OFFICE] = spell_addresses,
    [COLUMN_EMAIL_MISSION] = spell_addresses,
    [COLUMN_LISTS] = spell_lists,
    [COLUMN_GROUND] = spell_ground,
    [COLUMN_GROUND_AREA] = spell_area,
    [COLUMN_GROUND_EVIDENCE] = spell_line,
    [COLUMN_GROUND_DATE] = spell_day,
    [COLUMN_TENURE_FROM] = spell_day,
    [COLUMN_TENURE_TO] = spell_day,
    [COLUMN_VERIFIED_AT] = spell_day,
    [COLUMN_OPENPGP] = spell_line,
    [COLUMN_POSTAL_ADDRESS] = spell_post,
    [COLUMN_TELEPHONE] = spell_telephone,
    [COLUMN_WEB_FORM] = spell_web_form,
    [COLUMN_MAX_MESSAGE_BYTES] = spell_size,
    [COLUMN_NO_SIGNATURE_PART] = spell_answer,
    [COLUMN_PLAIN_ONLY] = spell_answer,
    [COLUMN_TENURE_JOINT] = spell_answer,
    [COLUMN_TENURE_MANNER] = spell_manner,
};

/* ---- the row as a whole ---- */

/* Line breaks are kept where an address has them; everywhere else a broken cell becomes one line. */
static gboolean keeps_lines(enum column column) {
  return column == COLUMN_POSTAL_ADDRESS || column == COLUMN_LISTS;
}

/* Invisible, and they turn what stands beside them: a name could be shown as another (Unicode TR 36, 3.1).
 * Names in any script are read rightly without them. */
static gboolean turns_direction(gunichar c) {
  return c == 0x061C || c == 0x200B || c == 0x200E || c == 0x200F || c == 0xFEFF ||
         (c >= 0x202A && c <= 0x202E) || (c >= 0x2066 && c <= 0x2069);
}

/* CELL without them, in its place. TRUE when there were any. */
static gboolean drop_directions(char *cell) {
  char *to = cell;
  for (const char *from = cell, *next; *from != '\0'; from = next) {
    next = g_utf8_next_char(from);
    if (turns_direction(g_utf8_get_char(from)))
      continue;
    memmove(to, from, (gsize)(next - from));
    to += next - from;
  }
  gboolean any = *to != '\0';
  *to = '\0';
  return any;
}

/* An address with one of these was pasted wrongly, or is meant to deceive: it is refused (mail/address.h). */
static gboolean is_address(enum column column) {
  return column == COLUMN_EMAIL || column == COLUMN_EMAIL_PRIVATE_OFFICE || column == COLUMN_EMAIL_MISSION;
}

static int check_cell(Row *row, enum column column, const States *states, RowComplaint complaint,
                      gpointer data) {
  g_autoptr(GError) error = NULL;
  g_autofree char *cell = g_steal_pointer(&row->cell[column]);
  /* Checked before it is tidied: a control character must not vanish unseen. */
  int r = text_check_lines(column_name(column), cell, -1, TEXT_LONG_MAX, &error);
  if (r == 0 && !is_address(column) && drop_directions(cell))
    complaint(column, "invisible characters that turn the direction of writing were left out", TRUE, data);
  if (r == 0) {
    g_autofree char *tidy = keeps_lines(column) ? g_strdup(cell) : text_tidy(cell);
    row->cell[column] = text_blank(tidy) ? g_strdup("") : spellers[column](column, tidy, states, &error);
  }
  if (row->cell[column] != NULL)
    return 0;
  complaint(column, error->message, FALSE, data);
  return 1;
}

/* A file need not say the kind where the other cells do. */
static void infer_kind(Row *row) {
  if (row_says(row, COLUMN_KIND))
    return;
  gboolean named = row_says(row, COLUMN_GIVEN_NAME) || row_says(row, COLUMN_FAMILY_NAME);
  const char *kind = row_says(row, COLUMN_OFFICE_KIND)      ? "office"
                     : named || row_says(row, COLUMN_EMAIL) ? "person"
                     : row_says(row, COLUMN_OFFICE)         ? "office"
                     : row_says(row, COLUMN_ORGANISATION)   ? "organisation"
                                                            : NULL;
  g_free(row->cell[COLUMN_KIND]);
  row->cell[COLUMN_KIND] = g_strdup(kind);
}

static gboolean says_any(const Row *row, const enum column *columns, gsize count) {
  for (gsize i = 0; i < count; i++)
    if (row_says(row, columns[i]))
      return TRUE;
  return FALSE;
}

/* Can a new contact of its kind be called by anything? */
static int check_nameable(const Row *row, RowComplaint complaint, gpointer data) {
  static const enum column person[] = {COLUMN_GIVEN_NAME, COLUMN_FAMILY_NAME, COLUMN_EMAIL, COLUMN_ID};
  static const enum column office[] = {COLUMN_OFFICE_KIND, COLUMN_OFFICE, COLUMN_ID};
  static const enum column organisation[] = {COLUMN_ORGANISATION, COLUMN_ID};
  int kind = row_kind(row);
  if (kind < 0)
    complaint(COLUMN_KIND, "nothing tells what it is; write person, office or organisation", FALSE, data);
  else if (kind == CONTACT_PERSON && !says_any(row, person, G_N_ELEMENTS(person)))
    complaint(COLUMN_FAMILY_NAME, "a person needs a name or an address", FALSE, data);
  else if (kind == CONTACT_OFFICE && !says_any(row, office, G_N_ELEMENTS(office)))
    complaint(COLUMN_OFFICE_KIND, "an office needs its kind (president, minister, ...) or what it is called",
              FALSE, data);
  else if (kind == CONTACT_ORGANISATION && !says_any(row, organisation, G_N_ELEMENTS(organisation)))
    complaint(COLUMN_ORGANISATION, "an organisation needs a name", FALSE, data);
  else
    return 0;
  return 1;
}

/* What else such a row said would be taken for the whole of what the office has. */
static int check_joint(const Row *row, RowComplaint complaint, gpointer data) {
  static const enum column not_there[] = {COLUMN_EMAIL,    COLUMN_EMAIL_PRIVATE_OFFICE, COLUMN_EMAIL_MISSION,
                                          COLUMN_GROUND,   COLUMN_POSTAL_ADDRESS,       COLUMN_TELEPHONE,
                                          COLUMN_WEB_FORM, COLUMN_MAX_MESSAGE_BYTES};
  int bad = 0;
  if (!row_is_joint(row))
    return 0;
  if (!row_says(row, COLUMN_GIVEN_NAME) && !row_says(row, COLUMN_FAMILY_NAME)) {
    complaint(COLUMN_FAMILY_NAME, "a joint tenure needs the name of who holds the office too", FALSE, data);
    bad++;
  }
  for (gsize i = 0; i < G_N_ELEMENTS(not_there); i++) {
    if (!row_says(row, not_there[i]))
      continue;
    complaint(not_there[i],
              "a row with a joint tenure notes one more holder and nothing else; leave the cell empty", FALSE,
              data);
    bad++;
  }
  return bad;
}

static int check_sense(const Row *row, RowComplaint complaint, gpointer data) {
  int bad = 0;
  gboolean ground_detail = row_says(row, COLUMN_GROUND_AREA) || row_says(row, COLUMN_GROUND_EVIDENCE) ||
                           row_says(row, COLUMN_GROUND_DATE);
  if (row_says(row, COLUMN_GROUND) && row_kind(row) == CONTACT_PERSON) {
    complaint(COLUMN_GROUND, "only offices and organisations have grounds; leave the cell empty", FALSE,
              data);
    bad++;
  } else if (row_says(row, COLUMN_GROUND) && !row_says(row, COLUMN_GROUND_EVIDENCE)) {
    complaint(COLUMN_GROUND_EVIDENCE,
              "a ground needs its evidence: a letter, a law, a speech, with its place", FALSE, data);
    bad++;
  } else if (ground_detail && !row_says(row, COLUMN_GROUND)) {
    complaint(COLUMN_GROUND, "details of a ground, but no ground: write approval-expressed or sse-promotion",
              FALSE, data);
    bad++;
  }
  bad += check_joint(row, complaint, data);
  Day from = row_day(row, COLUMN_TENURE_FROM), to = row_day(row, COLUMN_TENURE_TO);
  if (from > 0 && to > 0 && to < from) {
    complaint(COLUMN_TENURE_TO, "the tenure ends before it begins", FALSE, data);
    bad++;
  }
  if ((from > 0 || to > 0 || row_says(row, COLUMN_VERIFIED_AT)) && row_kind(row) != CONTACT_OFFICE &&
      row_kind(row) >= 0)
    complaint(COLUMN_TENURE_FROM,
              "only an office has a tenure and a day on which it was verified; not taken over", TRUE, data);
  return bad;
}

static void note_area(const Row *row, const States *states, RowComplaint complaint, gpointer data) {
  g_autofree char *code =
      row_says(row, COLUMN_GROUND_AREA) ? area_code(states, row->cell[COLUMN_GROUND_AREA]) : NULL;
  if (row_says(row, COLUMN_GROUND_AREA) && code == NULL)
    complaint(COLUMN_GROUND_AREA,
              "is no State, part of a State or region known here; kept as words, which a rule finds only as "
              "they stand",
              TRUE, data);
}

int row_check(Row *row, const States *states, gboolean fresh, RowComplaint complaint, gpointer data) {
  int bad = 0;
  for (int i = 0; i < COLUMNS; i++)
    if (row->cell[i] != NULL)
      bad += check_cell(row, (enum column)i, states, complaint, data);
  if (bad > 0)
    return bad;
  if (fresh)
    bad += row_check_fresh(row, complaint, data);
  note_area(row, states, complaint, data);
  return bad + check_sense(row, complaint, data);
}

int row_check_fresh(Row *row, RowComplaint complaint, gpointer data) {
  infer_kind(row);
  return check_nameable(row, complaint, data);
}

char *row_pack(const Row *row) {
  GString *out = g_string_new(NULL);
  for (int i = 0; i < COLUMNS; i++) {
    if (i > 0)
      g_string_append_c(out, PART);
    g_string_append(out, row->cell[i] != NULL ? row->cell[i] : "");
  }
  return g_string_free(out, FALSE);
}

Row *row_unpack(const char *packed) {
  static const char separator[] = {PART, '\0'};
  Row *row = row_new();
  g_auto(GStrv) cells = g_strsplit(packed, separator, COLUMNS);
  for (int i = 0; i < COLUMNS && cells[i] != NULL; i++)
    row->cell[i] = cells[i][0] != '\0' ? g_strdup(cells[i]) : NULL;
  return row;
}

gboolean row_is_joint(const Row *row) {
  return row_says(row, COLUMN_TENURE_JOINT) && g_str_equal(row->cell[COLUMN_TENURE_JOINT], "1");
}

int row_kind(const Row *row) {
  enum contact_kind kind;
  return row_says(row, COLUMN_KIND) && contact_kind_parse(row->cell[COLUMN_KIND], &kind) ? (int)kind : -1;
}

Day row_day(const Row *row, enum column column) {
  Day day = 0;
  if (row_says(row, column) && day_parse(row->cell[column], &day, NULL) < 0)
    return 0;
  return day;
}

char **row_items(const Row *row, enum column column) {
  if (!row_says(row, column))
    return g_new0(char *, 1);
  return column == COLUMN_LISTS ? g_strsplit(row->cell[column], ", ", 0) : split_addresses(row->cell[column]);
}

/* ---- the card ---- */

static gboolean put_text(const Row *row, enum column column, char **to) {
  const char *cell = row->cell[column];
  if (cell == NULL || g_strcmp0(*cell != '\0' ? cell : NULL, *to) == 0)
    return FALSE;
  g_free(*to);
  *to = *cell != '\0' ? g_strdup(cell) : NULL;
  return TRUE;
}

static gboolean put_gender(const Row *row, Contact *card) {
  enum gender gender = GENDER_UNKNOWN;
  if (row->cell[COLUMN_GENDER] == NULL ||
      (row_says(row, COLUMN_GENDER) && !gender_parse(row->cell[COLUMN_GENDER], &gender)) ||
      gender == card->gender)
    return FALSE;
  card->gender = gender;
  return TRUE;
}

gboolean row_apply_person(const Row *row, Contact *card) {
  gboolean changed = put_text(row, COLUMN_GIVEN_NAME, &card->given_name);
  changed |= put_text(row, COLUMN_FAMILY_NAME, &card->family_name);
  changed |= put_text(row, COLUMN_HONORIFIC, &card->honorific);
  changed |= put_text(row, COLUMN_SALUTATION, &card->salutation);
  return put_gender(row, card) || changed;
}

static gboolean put_external_id(const Row *row, Contact *card) {
  gint64 number;
  if (row_says(row, COLUMN_ID) && ident_parse(IDENT_CONTACT, row->cell[COLUMN_ID], &number, NULL) == 0)
    return FALSE;
  return put_text(row, COLUMN_ID, &card->external_id);
}

gboolean row_apply_card(const Row *row, Contact *card) {
  gboolean changed = put_external_id(row, card);
  if (card->kind != CONTACT_OFFICE)
    changed |= row_apply_person(row, card);
  changed |= put_text(row, COLUMN_OFFICE, &card->office);
  changed |= put_text(row, COLUMN_OFFICE_KIND, &card->office_kind);
  changed |= put_text(row, COLUMN_ORGANISATION, &card->organisation);
  changed |= put_text(row, COLUMN_PORTFOLIO, &card->portfolio);
  changed |= put_text(row, COLUMN_CITY, &card->city);
  changed |= put_text(row, COLUMN_COUNTRY, &card->country);
  changed |= put_text(row, COLUMN_OPENPGP, &card->openpgp);
  if (row->cell[COLUMN_LANGUAGE] != NULL && !g_str_equal(row->cell[COLUMN_LANGUAGE], card->languages)) {
    g_free(card->languages);
    card->languages = g_strdup(row->cell[COLUMN_LANGUAGE]);
    changed = TRUE;
  }
  return changed;
}

static char *words(const char *first, const char *separator, const char *second) {
  if (first == NULL || second == NULL)
    return g_strdup(first != NULL ? first : second);
  return g_strconcat(first, separator, second, NULL);
}

char *contact_display_name(const Contact *card, const char *address) {
  char *name = NULL;
  if (card->kind == CONTACT_PERSON)
    name = words(card->given_name, " ", card->family_name);
  else if (card->kind == CONTACT_OFFICE)
    name = card->office != NULL ? g_strdup(card->office)
                                : words(card->office_kind, ", ",
                                        card->organisation != NULL ? card->organisation : card->country);
  if (name == NULL)
    name = g_strdup(card->organisation != NULL ? card->organisation : card->office);
  if (name == NULL)
    name = g_strdup(address != NULL ? address : card->external_id);
  return name != NULL ? name : ident_text(IDENT_CONTACT, card->id);
}

/* Offices of which a country has one; of the others (ministers, mayors) only their own name tells which. */
static gboolean is_sole_office(const char *office_kind) {
  static const char *const sole[] = {"president",        "monarch",   "emperor",        "prince",
                                     "grand_duke",       "emir",      "sultan",         "pope",
                                     "governor_general", "hos_other", "prime_minister", NULL};
  return office_kind != NULL && g_strv_contains(sole, office_kind);
}

static void append_folded(GString *to, const char *text) {
  g_string_append_c(to, '/');
  if (text != NULL) {
    g_autofree char *folded = text_fold(text);
    g_string_append(to, folded);
  }
}

char *contact_identity(const Contact *card) {
  GString *out = g_string_new(contact_kind_name(card->kind));
  append_folded(out, card->country);
  append_folded(out, card->organisation);
  if (card->kind == CONTACT_PERSON) {
    append_folded(out, card->given_name);
    append_folded(out, card->family_name);
  } else if (card->kind == CONTACT_OFFICE) {
    append_folded(out, card->office_kind);
    if (!is_sole_office(card->office_kind)) {
      append_folded(out, card->office);
      append_folded(out, card->portfolio);
      append_folded(out, card->city);
    }
  }
  return g_string_free(out, FALSE);
}

static gboolean is_named(const Row *row) {
  return row_says(row, COLUMN_GIVEN_NAME) || row_says(row, COLUMN_FAMILY_NAME);
}

static char *folded_holder(const Row *row) {
  const char *given = row->cell[COLUMN_GIVEN_NAME], *family = row->cell[COLUMN_FAMILY_NAME];
  g_autofree char *whole = g_strdup_printf("%s %s", given != NULL ? given : "", family != NULL ? family : "");
  return text_fold(whole);
}

char *row_identity(const Row *row) {
  g_autofree char *base = row_base_identity(row);
  g_autofree char *holder = row_is_joint(row) ? folded_holder(row) : NULL;
  return holder != NULL ? g_strconcat(base, "/joint/", holder, NULL) : g_steal_pointer(&base);
}

char *row_base_identity(const Row *row) {
  if (row_says(row, COLUMN_ID))
    return g_strconcat("id/", row->cell[COLUMN_ID], NULL);
  g_autoptr(Contact) card = contact_new((enum contact_kind)MAX(row_kind(row), 0));
  row_apply_card(row, card);
  g_autofree char *identity = contact_identity(card);
  char *out = NULL;
  if (card->kind == CONTACT_PERSON && row_says(row, COLUMN_EMAIL)) {
    g_auto(GStrv) addresses = row_items(row, COLUMN_EMAIL);
    g_autoptr(Address) address = NULL;
    if (address_parse(addresses[0], ADDRESS_CONTACT, &address, NULL) == 0)
      out = g_strconcat("address/", address->send, "/", is_named(row) ? identity : "", NULL);
  }
  return out != NULL ? out : g_steal_pointer(&identity);
}
