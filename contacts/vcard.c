/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "contacts/vcard.h"

#include "base/text.h"
#include "contacts/vocabulary.h"

#include <string.h>

#define OWN "X-VALISE-"

/* ---- cells ---- */

static void put(Row *row, enum column column, const char *text) {
  if (row->cell[column] != NULL || text_blank(text))
    return;
  row->cell[column] = g_strdup(text);
}

static void join(GString *to, const char *separator, const char *text) {
  if (text_blank(text))
    return;
  if (to->len > 0)
    g_string_append(to, separator);
  g_string_append(to, text);
}

typedef struct {
  const Vcard *card;
  const States *states;
  Row *row;
  VcardLeft left;
  gpointer data;
} Reading;

static void leave(const Reading *reading, const char *name) {
  if (reading->left != NULL)
    reading->left(name, reading->data);
}

static const VcardProperty *find(const Reading *reading, const char *name) {
  for (guint i = 0; i < reading->card->properties->len; i++) {
    const VcardProperty *property = reading->card->properties->pdata[i];
    if (g_str_equal(property->name, name))
      return property;
  }
  return NULL;
}

static char *text_of(const Reading *reading, const char *name) {
  const VcardProperty *property = find(reading, name);
  return property != NULL ? vcard_property_text(property) : NULL;
}

/* ---- the order of several ---- */

/* PREF=1 comes first (RFC 6350 §5.3); in 3.0 it was TYPE=pref. 101: no preference. */
static int rank_of(const VcardProperty *property) {
  const char *pref = vcard_property_get(property, "PREF");
  gint64 rank = pref != NULL ? g_ascii_strtoll(pref, NULL, 10) : 0;
  if (rank >= 1 && rank <= 100)
    return (int)rank;
  return vcard_property_has(property, "TYPE", "PREF") ? 1 : 101;
}

static gint by_rank(gconstpointer a, gconstpointer b) {
  const VcardProperty *one = *(VcardProperty *const *)a, *other = *(VcardProperty *const *)b;
  int r = rank_of(one) - rank_of(other);
  return r != 0 ? r : (one->line > other->line) - (one->line < other->line);
}

/* All properties of that name, preferred ones first. Borrowed from the card. */
static GPtrArray *all(const Reading *reading, const char *name) {
  GPtrArray *out = g_ptr_array_new();
  for (guint i = 0; i < reading->card->properties->len; i++) {
    VcardProperty *property = reading->card->properties->pdata[i];
    if (g_str_equal(property->name, name) && !text_blank(property->value))
      g_ptr_array_add(out, property);
  }
  g_ptr_array_sort(out, by_rank);
  return out;
}

/* ---- what it is, and its names ---- */

/* "Mr" and "Mme" tell the gender and are no title. */
static void read_prefix(const Reading *reading, const char *prefix) {
  const char *gender = text_blank(prefix) ? NULL : vocabulary_find(WORDS_GENDER, prefix);
  put(reading->row, gender != NULL ? COLUMN_GENDER : COLUMN_HONORIFIC, gender != NULL ? gender : prefix);
}

/* FN of a card without N: "Norvane, Ada", or the last word is the surname. */
static void read_whole_name(Row *row, const char *name) {
  g_autofree char *tidy = text_tidy(name);
  char *comma = strchr(tidy, ','), *space = strrchr(tidy, ' ');
  if (comma != NULL) {
    *comma = '\0';
    put(row, COLUMN_FAMILY_NAME, tidy);
    put(row, COLUMN_GIVEN_NAME, comma + 1);
  } else if (space != NULL) {
    put(row, COLUMN_FAMILY_NAME, space + 1);
    *space = '\0';
    put(row, COLUMN_GIVEN_NAME, tidy);
  } else {
    put(row, COLUMN_FAMILY_NAME, tidy);
  }
}

/* N: family, given, additional, prefixes, suffixes (RFC 6350 §6.2.2). TRUE when it names anybody. */
static gboolean read_n(const Reading *reading) {
  const VcardProperty *n = find(reading, "N");
  if (n == NULL)
    return FALSE;
  g_auto(GStrv) parts = vcard_property_parts(n, ';');
  guint count = g_strv_length(parts);
  g_autoptr(GString) given = g_string_new(NULL);
  for (guint i = 1; i < 3 && i < count; i++)
    join(given, " ", parts[i]);
  gboolean named = !text_blank(parts[0]) || given->len > 0;
  put(reading->row, COLUMN_FAMILY_NAME, parts[0]);
  put(reading->row, COLUMN_GIVEN_NAME, given->str);
  if (count > 3)
    read_prefix(reading, parts[3]);
  if (count > 4 && !text_blank(parts[4]))
    leave(reading, "N (suffix)");
  return named;
}

static gboolean is_group(const Reading *reading) {
  static const char *const names[] = {"KIND", "X-ADDRESSBOOKSERVER-KIND"};
  for (gsize i = 0; i < G_N_ELEMENTS(names); i++) {
    g_autofree char *kind = text_of(reading, names[i]);
    if (kind != NULL && g_ascii_strcasecmp(kind, "group") == 0)
      return TRUE;
  }
  return FALSE;
}

/* Apple shows a card as that of a company; others give it the company's name and no person's. */
static gboolean is_company(const Reading *reading, gboolean named) {
  g_autofree char *kind = text_of(reading, "KIND");
  g_autofree char *shown = text_of(reading, "X-ABSHOWAS");
  g_autofree char *name = text_of(reading, "FN");
  if (kind != NULL && !text_blank(kind))
    return g_ascii_strcasecmp(kind, "org") == 0;
  if (shown != NULL && g_ascii_strcasecmp(shown, "COMPANY") == 0)
    return TRUE;
  return !named && g_strcmp0(name, reading->row->cell[COLUMN_ORGANISATION]) == 0 && !text_blank(name);
}

static void read_organisation(const Reading *reading) {
  const VcardProperty *org = find(reading, "ORG");
  if (org == NULL)
    return;
  g_auto(GStrv) parts = vcard_property_parts(org, ';');
  put(reading->row, COLUMN_ORGANISATION, parts[0]);
  for (char **unit = parts + 1; *unit != NULL; unit++)
    if (!text_blank(*unit))
      leave(reading, "ORG (unit)");
}

static void read_names(const Reading *reading) {
  Row *row = reading->row;
  read_organisation(reading);
  gboolean named = read_n(reading);
  g_autofree char *name = text_of(reading, "FN");
  if (row->cell[COLUMN_KIND] == NULL)
    row->cell[COLUMN_KIND] = g_strdup(is_company(reading, named) ? "organisation" : "person");
  if (g_str_equal(row->cell[COLUMN_KIND], "organisation"))
    put(row, COLUMN_ORGANISATION, name);
  else if (!named && g_str_equal(row->cell[COLUMN_KIND], "person") && name != NULL &&
           strchr(name, '@') == NULL)
    read_whole_name(row, name);
  g_autofree char *title = text_of(reading, "TITLE");
  g_autofree char *role = text_of(reading, "ROLE");
  put(row, COLUMN_OFFICE, title);
  put(row, COLUMN_OFFICE, role);
}

/* ---- routes ---- */

static const char *without(const char *text, const char *scheme) {
  gsize length = strlen(scheme);
  return g_ascii_strncasecmp(text, scheme, length) == 0 ? text + length : text;
}

static enum column column_of_address(const VcardProperty *property) {
  if (vcard_property_has(property, "TYPE", "X-PRIVATE-OFFICE"))
    return COLUMN_EMAIL_PRIVATE_OFFICE;
  return vcard_property_has(property, "TYPE", "X-MISSION") ? COLUMN_EMAIL_MISSION : COLUMN_EMAIL;
}

static void read_addresses(const Reading *reading) {
  static const enum column columns[] = {COLUMN_EMAIL, COLUMN_EMAIL_PRIVATE_OFFICE, COLUMN_EMAIL_MISSION};
  g_autoptr(GPtrArray) emails = all(reading, "EMAIL");
  for (gsize c = 0; c < G_N_ELEMENTS(columns); c++) {
    g_autoptr(GString) joined = g_string_new(NULL);
    for (guint i = 0; i < emails->len; i++) {
      g_autofree char *text = vcard_property_text(emails->pdata[i]);
      if (column_of_address(emails->pdata[i]) == columns[c])
        join(joined, ", ", without(g_strstrip(text), "mailto:"));
    }
    put(reading->row, columns[c], joined->str);
  }
}

/* RFC 3966: "tel:+33-1-99-00-00-01;ext=12" */
static char *number_of(const VcardProperty *property) {
  g_autofree char *text = vcard_property_text(property);
  const char *number = without(g_strstrip(text), "tel:");
  return number != text ? g_strndup(number, strcspn(number, ";")) : g_strdup(number);
}

static gboolean is_voice(const VcardProperty *property) {
  static const char *const others[] = {"FAX", "PAGER", "MODEM", "BBS", "TEXTPHONE"};
  for (gsize i = 0; i < G_N_ELEMENTS(others); i++)
    if (vcard_property_has(property, "TYPE", others[i]))
      return FALSE;
  return TRUE;
}

static void read_telephone(const Reading *reading) {
  g_autoptr(GPtrArray) numbers = all(reading, "TEL");
  for (guint i = 0; i < numbers->len; i++) {
    g_autofree char *number = number_of(numbers->pdata[i]);
    if (reading->row->cell[COLUMN_TELEPHONE] != NULL || !is_voice(numbers->pdata[i]))
      leave(reading, "TEL");
    else
      put(reading->row, COLUMN_TELEPHONE, number);
  }
}

static const char *part(char **parts, guint count, guint index) {
  return index < count ? parts[index] : "";
}

/* The lines of an address in the order in which the post wants them in most countries; none when it has no
 * street: then it only says where somebody lives. */
static char *lines_of(char **parts, guint count) {
  GString *lines = g_string_new(NULL);
  g_autoptr(GString) place = g_string_new(NULL);
  for (guint i = 0; i < 3; i++)
    join(lines, "\n", part(parts, count, (guint[]){2, 1, 0}[i]));
  if (lines->len == 0 && text_blank(part(parts, count, 5)))
    return g_string_free(lines, FALSE);
  join(place, " ", part(parts, count, 5));
  join(place, " ", part(parts, count, 3));
  join(lines, "\n", place->str);
  join(lines, "\n", part(parts, count, 4));
  join(lines, "\n", part(parts, count, 6));
  return g_string_free(lines, FALSE);
}

static void read_country(const Reading *reading, const char *name) {
  g_autofree char *tidy = text_tidy(name);
  gboolean known = reading->states == NULL || states_find(reading->states, tidy) != NULL ||
                   states_find_name(reading->states, tidy) != NULL;
  if (!text_blank(tidy) && known)
    put(reading->row, COLUMN_COUNTRY, tidy);
}

static const VcardProperty *preferred_address(const Reading *reading) {
  g_autoptr(GPtrArray) addresses = all(reading, "ADR");
  for (guint i = 1; i < addresses->len; i++)
    leave(reading, "ADR");
  for (guint i = 0; i < addresses->len; i++)
    if (rank_of(addresses->pdata[i]) < 101 || vcard_property_has(addresses->pdata[i], "TYPE", "WORK"))
      return addresses->pdata[i];
  return addresses->len > 0 ? addresses->pdata[0] : NULL;
}

static void read_postal(const Reading *reading) {
  const VcardProperty *adr = preferred_address(reading);
  g_autofree char *label = text_of(reading, "LABEL");
  if (adr == NULL) {
    put(reading->row, COLUMN_POSTAL_ADDRESS, label);
    return;
  }
  g_auto(GStrv) parts = vcard_property_parts(adr, ';');
  guint count = g_strv_length(parts);
  g_autofree char *lines = lines_of(parts, count);
  put(reading->row, COLUMN_POSTAL_ADDRESS, vcard_property_get(adr, "LABEL"));
  put(reading->row, COLUMN_POSTAL_ADDRESS, label);
  put(reading->row, COLUMN_POSTAL_ADDRESS, lines);
  put(reading->row, COLUMN_CITY, part(parts, count, 3));
  read_country(reading, part(parts, count, 6));
}

/* ---- the rest ---- */

static void read_languages(const Reading *reading) {
  g_autoptr(GPtrArray) languages = all(reading, "LANG");
  g_autoptr(GString) joined = g_string_new(NULL);
  for (guint i = 0; i < languages->len; i++) {
    g_autofree char *text = vcard_property_text(languages->pdata[i]);
    join(joined, " ", text);
  }
  put(reading->row, COLUMN_LANGUAGE, joined->str);
}

/* RFC 6350 §6.2.7: M, F, O, N, U, and words behind a semicolon. */
static void read_gender(const Reading *reading) {
  const VcardProperty *gender = find(reading, "GENDER");
  if (gender == NULL)
    return;
  char sex = g_ascii_toupper(gender->value[0]);
  put(reading->row, COLUMN_GENDER, sex == 'M' ? "m" : sex == 'F' ? "f" : NULL);
}

/* What an address book puts everybody into is no list. */
static gboolean is_everybody(const char *category) {
  static const char *const names[] = {"myContacts", "starred", "Imported"};
  for (gsize i = 0; i < G_N_ELEMENTS(names); i++)
    if (g_ascii_strcasecmp(category, names[i]) == 0)
      return TRUE;
  return g_str_has_prefix(category, "*"); /* Google's own groups: "* myContacts" */
}

static void read_lists(const Reading *reading) {
  g_autoptr(GPtrArray) categories = all(reading, "CATEGORIES");
  g_autoptr(GString) joined = g_string_new(NULL);
  for (guint i = 0; i < categories->len; i++) {
    g_auto(GStrv) names = vcard_property_parts(categories->pdata[i], ',');
    for (char **name = names; *name != NULL; name++)
      if (!is_everybody(g_strstrip(*name)))
        join(joined, ", ", *name);
  }
  put(reading->row, COLUMN_LISTS, joined->str);
}

/* What programs make up as UID says who the card is in that program, and may be another the next day. */
static gboolean is_made_up(const char *uid) {
  gsize digits = 0;
  if (strlen(uid) > 30 || strpbrk(uid, ":/@") != NULL)
    return TRUE;
  for (const char *c = uid; *c != '\0'; c++) {
    if (!g_ascii_isxdigit(*c) && *c != '-')
      return FALSE;
    digits += g_ascii_isxdigit(*c);
  }
  return digits >= 12;
}

static void read_id(const Reading *reading) {
  g_autofree char *uid = text_of(reading, "UID");
  if (uid != NULL && !is_made_up(uid))
    put(reading->row, COLUMN_ID, uid);
}

static void read_key(const Reading *reading) {
  g_autoptr(GPtrArray) keys = all(reading, "KEY");
  for (guint i = 0; i < keys->len; i++) {
    g_autofree char *text = vcard_property_text(keys->pdata[i]);
    const char *fingerprint = without(text, "OPENPGP4FPR:");
    if (fingerprint != text && reading->row->cell[COLUMN_OPENPGP] == NULL)
      put(reading->row, COLUMN_OPENPGP, fingerprint);
    else
      leave(reading, "KEY");
  }
}

/* "X-VALISE-OFFICE-KIND" -> COLUMN_OFFICE_KIND; COLUMNS for another name. */
static enum column own_column(const char *name) {
  if (!g_str_has_prefix(name, OWN))
    return COLUMNS;
  g_autofree char *field = g_ascii_strdown(name + strlen(OWN), -1);
  g_strdelimit(field, "-", '_');
  for (int i = 0; i < COLUMNS; i++)
    if (g_str_equal(field, column_name((enum column)i)))
      return (enum column)i;
  return COLUMNS;
}

/* What is known under another name, or says nothing of the contact. */
static gboolean is_read(const char *name) {
  static const char *const names[] = {
      "ADR",    "CATEGORIES", "EMAIL",   "FN",          "GENDER", "KEY",          "KIND",   "LABEL",
      "LANG",   "N",          "ORG",     "PRODID",      "REV",    "ROLE",         "SOURCE", "TEL",
      "NAME",   "PROFILE",    "UID",     "VERSION",     "TITLE",  "CLIENTPIDMAP", "CLASS",  "TZ",
      "MAILER", "X-ABSHOWAS", "X-ABUID", "SORT-STRING", NULL};
  return g_strv_contains(names, name);
}

/* Our own lines go before all others; an empty one says that nothing is to be said. */
static void read_own(const Reading *reading) {
  for (guint i = 0; i < reading->card->properties->len; i++) {
    const VcardProperty *property = reading->card->properties->pdata[i];
    enum column column = own_column(property->name);
    if (column == COLUMNS && !is_read(property->name))
      leave(reading, property->name);
    if (column == COLUMNS)
      continue;
    g_free(reading->row->cell[column]);
    reading->row->cell[column] = vcard_property_text(property);
  }
}

static void drop_empty(Row *row) {
  for (int i = 0; i < COLUMNS; i++)
    if (row->cell[i] != NULL && text_blank(row->cell[i]))
      g_clear_pointer(&row->cell[i], g_free);
}

Row *vcard_row(const Vcard *card, const States *states, VcardLeft left, gpointer data) {
  Reading reading = {.card = card, .states = states, .left = left, .data = data};
  if (is_group(&reading))
    return NULL;
  reading.row = row_new();
  read_own(&reading);
  read_names(&reading);
  read_addresses(&reading);
  read_telephone(&reading);
  read_postal(&reading);
  read_languages(&reading);
  read_gender(&reading);
  read_lists(&reading);
  read_id(&reading);
  read_key(&reading);
  drop_empty(reading.row);
  return reading.row;
}

const char *vcard_name_of(enum column column) {
  static const char *const names[COLUMNS] = {
      [COLUMN_ID] = "UID",
      [COLUMN_KIND] = "KIND",
      [COLUMN_GIVEN_NAME] = "N",
      [COLUMN_FAMILY_NAME] = "N",
      [COLUMN_HONORIFIC] = "N",
      [COLUMN_GENDER] = "GENDER",
      [COLUMN_OFFICE] = "TITLE",
      [COLUMN_ORGANISATION] = "ORG",
      [COLUMN_CITY] = "ADR",
      [COLUMN_COUNTRY] = "ADR",
      [COLUMN_LANGUAGE] = "LANG",
      [COLUMN_EMAIL] = "EMAIL",
      [COLUMN_EMAIL_PRIVATE_OFFICE] = "EMAIL",
      [COLUMN_EMAIL_MISSION] = "EMAIL",
      [COLUMN_LISTS] = "CATEGORIES",
      [COLUMN_OPENPGP] = "KEY",
      [COLUMN_POSTAL_ADDRESS] = "ADR",
      [COLUMN_TELEPHONE] = "TEL",
  };
  return names[column] != NULL ? names[column] : column_name(column);
}
