/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "contacts/export.h"

#include "base/ident.h"
#include "base/units.h"
#include "contacts/channel_rows.h"
#include "contacts/contact_rows.h"
#include "contacts/contacts_rows.h"
#include "contacts/csv_write.h"
#include "contacts/ground_rows.h"
#include "contacts/list_rows.h"
#include "contacts/row.h"
#include "contacts/tenure_rows.h"
#include "contacts/vcard_write.h"

typedef struct {
  Link *link;
  gint64 generation;
  Day today;
  ExportSink sink;
  gpointer data;
  GString *line;
  enum export_format format;
  const States *states;
} Exporting;

static void put_cells(GString *line, const Row *row) {
  for (int i = 0; i < COLUMNS; i++)
    csv_write_cell(line, row->cell[i], i == 0);
  g_string_append(line, "\r\n");
}

static int put_row(Exporting *exporting, const Contact *card, const Row *row, GError **error) {
  g_string_truncate(exporting->line, 0);
  if (exporting->format == EXPORT_CSV)
    put_cells(exporting->line, row);
  else
    vcard_write(row, card->name, exporting->format == EXPORT_VCARD ? VCARD_4_0 : VCARD_3_0, exporting->states,
                exporting->line);
  return exporting->sink(exporting->line->str, exporting->line->len, exporting->data, error);
}

static int put_header(Exporting *exporting, GError **error) {
  g_string_assign(exporting->line, "\xEF\xBB\xBF");
  for (int i = 0; i < COLUMNS; i++)
    csv_write_cell(exporting->line, column_header((enum column)i), i == 0);
  g_string_append(exporting->line, "\r\n");
  return exporting->sink(exporting->line->str, exporting->line->len, exporting->data, error);
}

static void set(Row *row, enum column column, const char *text) {
  g_free(row->cell[column]);
  row->cell[column] = g_strdup(text);
}

static void add(Row *row, enum column column, const char *text) {
  char *before = row->cell[column];
  row->cell[column] = before != NULL ? g_strconcat(before, ", ", text, NULL) : g_strdup(text);
  g_free(before);
}

static void set_day(Row *row, enum column column, Day day) {
  char text[DAY_TEXT_SIZE];
  if (day != 0)
    set(row, column, day_text(day, text));
}

static void fill_person(Row *row, const Contact *card) {
  set(row, COLUMN_GIVEN_NAME, card->given_name);
  set(row, COLUMN_FAMILY_NAME, card->family_name);
  set(row, COLUMN_HONORIFIC, card->honorific);
  set(row, COLUMN_SALUTATION, card->salutation);
  set(row, COLUMN_GENDER, card->gender != GENDER_UNKNOWN ? gender_name(card->gender) : NULL);
}

static void fill_card(Row *row, const Contact *card) {
  char id[IDENT_SIZE];
  set(row, COLUMN_KIND, contact_kind_name(card->kind));
  set(row, COLUMN_ID,
      card->external_id != NULL ? card->external_id : ident_into(IDENT_CONTACT, card->id, id));
  if (card->kind != CONTACT_OFFICE)
    fill_person(row, card);
  set(row, COLUMN_OFFICE, card->office);
  set(row, COLUMN_OFFICE_KIND, card->office_kind);
  set(row, COLUMN_ORGANISATION, card->organisation);
  set(row, COLUMN_PORTFOLIO, card->portfolio);
  set(row, COLUMN_CITY, card->city);
  set(row, COLUMN_COUNTRY, card->country);
  set(row, COLUMN_LANGUAGE, card->languages);
  set(row, COLUMN_OPENPGP, card->openpgp);
}

static gboolean is_in_a_mail_column(const Channel *channel) {
  gboolean intermediary = channel->via == VIA_PRIVATE_OFFICE || channel->via == VIA_MISSION;
  return channel->kind == CHANNEL_EMAIL &&
         (channel->role == CHANNEL_PRIMARY ? channel->via == VIA_NONE
                                           : channel->role == CHANNEL_INTERMEDIARY && intermediary);
}

/* Several addresses with limits of their own have no common cell: then none says anything. */
static void fill_limits(Row *row, const ChannelLimits *limits, gboolean first) {
  g_autofree char *size =
      limits->max_message_bytes != 0 ? units_size_text(limits->max_message_bytes) : g_strdup("");
  const struct {
    enum column column;
    const char *text;
  } cells[] = {{COLUMN_MAX_MESSAGE_BYTES, size},
               {COLUMN_NO_SIGNATURE_PART, limits->no_signature_part ? "oui" : ""},
               {COLUMN_PLAIN_ONLY, limits->plain_only ? "oui" : ""}};
  for (gsize i = 0; i < G_N_ELEMENTS(cells); i++) {
    const char *before = row->cell[cells[i].column];
    set(row, cells[i].column, first || g_strcmp0(before, cells[i].text) == 0 ? cells[i].text : "");
  }
}

static int fill_channel(const Channel *channel, gpointer data, GError **error) {
  (void)error;
  Row *row = data;
  gboolean first = row->cell[COLUMN_EMAIL] == NULL && row->cell[COLUMN_EMAIL_PRIVATE_OFFICE] == NULL &&
                   row->cell[COLUMN_EMAIL_MISSION] == NULL;
  if (is_in_a_mail_column(channel))
    fill_limits(row, &channel->limits, first);
  if (channel->kind == CHANNEL_EMAIL && channel->role == CHANNEL_PRIMARY && channel->via == VIA_NONE)
    add(row, COLUMN_EMAIL, channel->value);
  else if (channel->kind == CHANNEL_EMAIL && channel->role == CHANNEL_INTERMEDIARY &&
           channel->via == VIA_PRIVATE_OFFICE)
    add(row, COLUMN_EMAIL_PRIVATE_OFFICE, channel->value);
  else if (channel->kind == CHANNEL_EMAIL && channel->role == CHANNEL_INTERMEDIARY &&
           channel->via == VIA_MISSION)
    add(row, COLUMN_EMAIL_MISSION, channel->value);
  else if (channel->kind == CHANNEL_POST && channel->role == CHANNEL_PRIMARY && channel->via == VIA_NONE &&
           row->cell[COLUMN_POSTAL_ADDRESS] == NULL)
    set(row, COLUMN_POSTAL_ADDRESS, channel->value);
  else if (channel->kind == CHANNEL_TELEPHONE && channel->role == CHANNEL_PRIMARY &&
           channel->via == VIA_NONE && row->cell[COLUMN_TELEPHONE] == NULL)
    set(row, COLUMN_TELEPHONE, channel->value);
  else if (channel->kind == CHANNEL_WEB_FORM && channel->role == CHANNEL_PRIMARY &&
           channel->via == VIA_NONE && row->cell[COLUMN_WEB_FORM] == NULL)
    set(row, COLUMN_WEB_FORM, channel->value);
  return 0;
}

/* A row has room for one ground: the first. Those beyond stay where they are when the file comes back. */
static int fill_ground(const Ground *ground, gpointer data, GError **error) {
  (void)error;
  Row *row = data;
  if (row->cell[COLUMN_GROUND] != NULL || ground->evidence == NULL)
    return 0;
  set(row, COLUMN_GROUND, ground_kind_name(ground->kind));
  set(row, COLUMN_GROUND_AREA, ground->area);
  set(row, COLUMN_GROUND_EVIDENCE, ground->evidence);
  set_day(row, COLUMN_GROUND_DATE, ground->date);
  return 0;
}

/* Those who hold the office today, by their first days; TenureVersion. */
static int load_holders(const Exporting *exporting, gint64 office, GArray **ret, GError **error) {
  int r = tenure_rows_load(exporting->link, exporting->generation, office, TENURE_OF_OFFICE, ret, error);
  for (guint i = (*ret)->len; r == 0 && i > 0; i--) {
    const TenureVersion *t = &g_array_index(*ret, TenureVersion, i - 1);
    if (!tenure_is_present(t->from, t->to, exporting->today))
      g_array_remove_index(*ret, i - 1);
  }
  return r;
}

static int fill_tenure(const Exporting *exporting, Row *row, const TenureVersion *t, GError **error) {
  g_autoptr(ContactVersion) person = NULL;
  int r = contact_rows_load(exporting->link, exporting->generation, t->person, &person, error);
  if (r != 0)
    return MIN(r, 0);
  fill_person(row, person->card);
  set_day(row, COLUMN_TENURE_FROM, t->from);
  set_day(row, COLUMN_TENURE_TO, t->to);
  set_day(row, COLUMN_VERIFIED_AT, t->verified);
  if (t->manner != TENURE_IN_OFFICE)
    set(row, COLUMN_TENURE_MANNER, tenure_manner_name(t->manner));
  return 0;
}

static int fill_holder(const Exporting *exporting, Row *row, gint64 office, GError **error) {
  g_autoptr(GArray) holders = NULL;
  int r = load_holders(exporting, office, &holders, error);
  return r == 0 && holders->len > 0
             ? fill_tenure(exporting, row, &g_array_index(holders, TenureVersion, 0), error)
             : r;
}

/* A row has room for one holder; each of the others has a row after it. */
static int put_further_holders(Exporting *exporting, const Contact *office, GError **error) {
  g_autoptr(GArray) holders = NULL;
  int r = load_holders(exporting, office->id, &holders, error);
  for (guint i = 1; r == 0 && i < holders->len; i++) {
    g_autoptr(Row) row = row_new();
    fill_card(row, office);
    set(row, COLUMN_LANGUAGE, NULL);
    set(row, COLUMN_OPENPGP, NULL);
    set(row, COLUMN_TENURE_JOINT, "oui");
    r = fill_tenure(exporting, row, &g_array_index(holders, TenureVersion, i), error);
    if (r == 0)
      r = put_row(exporting, office, row, error);
  }
  return r;
}

/* Nothing to say of a person that the row of the office does not say. */
static int is_only_holder(const Exporting *exporting, const Contact *card, const Row *row, gboolean *ret,
                          GError **error) {
  static const enum column own[] = {COLUMN_OFFICE,        COLUMN_OFFICE_KIND,
                                    COLUMN_ORGANISATION,  COLUMN_PORTFOLIO,
                                    COLUMN_CITY,          COLUMN_COUNTRY,
                                    COLUMN_LANGUAGE,      COLUMN_OPENPGP,
                                    COLUMN_EMAIL,         COLUMN_EMAIL_PRIVATE_OFFICE,
                                    COLUMN_EMAIL_MISSION, COLUMN_LISTS,
                                    COLUMN_TELEPHONE,     COLUMN_POSTAL_ADDRESS,
                                    COLUMN_WEB_FORM};
  g_autoptr(GArray) tenures = NULL;
  *ret = FALSE;
  if (card->kind != CONTACT_PERSON || card->external_id != NULL || card->restricted == 0)
    return 0;
  for (gsize i = 0; i < G_N_ELEMENTS(own); i++)
    if (row_says(row, own[i]))
      return 0;
  int r =
      tenure_rows_load(exporting->link, exporting->generation, card->id, TENURE_OF_PERSON, &tenures, error);
  *ret = r == 0 && tenures->len > 0;
  return r;
}

static int export_one(const Contact *card, gpointer data, GError **error) {
  Exporting *exporting = data;
  g_autoptr(Row) row = row_new();
  g_autofree char *lists = NULL;
  gboolean only_holder = FALSE;
  if (card->standing == CONTACT_ERASED)
    return 0;
  fill_card(row, card);
  int r = channel_rows_each(exporting->link, exporting->generation, card->id, fill_channel, row, error);
  if (r == 0)
    r = list_rows_names(exporting->link, card->id, &lists, error);
  if (r == 0)
    set(row, COLUMN_LISTS, lists);
  if (r == 0 && card->kind == CONTACT_OFFICE)
    r = fill_holder(exporting, row, card->id, error);
  if (r == 0 && card->kind != CONTACT_PERSON)
    r = ground_rows_each(exporting->link, exporting->generation, card->id, fill_ground, row, error);
  if (r == 0)
    r = is_only_holder(exporting, card, row, &only_holder, error);
  if (r < 0 || only_holder)
    return r;
  r = put_row(exporting, card, row, error);
  return r == 0 && card->kind == CONTACT_OFFICE ? put_further_holders(exporting, card, error) : r;
}

static int export_all(Exporting *exporting, const ContactFilter *filter, gint64 clearance, GError **error) {
  gint64 import;
  exporting->line = g_string_new(NULL);
  int r = contacts_rows_generation(exporting->link, &exporting->generation, &import, error);
  if (r == 0 && exporting->format == EXPORT_CSV)
    r = put_header(exporting, error);
  if (r == 0)
    r = contact_all(exporting->link, filter, clearance, export_one, exporting, error);
  g_string_free(exporting->line, TRUE);
  return r;
}

int export_csv(Link *link, const ContactFilter *filter, gint64 clearance, Day today, ExportSink sink,
               gpointer data, GError **error) {
  Exporting exporting = {.link = link, .today = today, .sink = sink, .data = data};
  return export_all(&exporting, filter, clearance, error);
}

int export_vcard(Link *link, const ContactFilter *filter, gint64 clearance, const ExportTerms *terms,
                 ExportSink sink, gpointer data, GError **error) {
  Exporting exporting = {.link = link,
                         .today = terms->today,
                         .sink = sink,
                         .data = data,
                         .format = terms->format,
                         .states = terms->states};
  return export_all(&exporting, filter, clearance, error);
}

gboolean export_format_parse(const char *name, enum export_format *ret) {
  static const char *const names[] = {"csv", "vcard", "vcard3"};
  for (gsize i = 0; i < G_N_ELEMENTS(names); i++) {
    if (g_str_equal(names[i], name)) {
      *ret = (enum export_format)i;
      return TRUE;
    }
  }
  return FALSE;
}
