/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "contacts/filing.h"

#include "base/fault.h"
#include "base/ident.h"
#include "base/text.h"
#include "contacts/channel_rows.h"
#include "contacts/filing_channel.h"
#include "contacts/filing_holder.h"
#include "contacts/ground_rows.h"
#include "contacts/list_rows.h"
#include "contacts/merge.h"
#include "contacts/suppression.h"
#include "mail/address.h"

#include <string.h>

/* ---- who is meant ---- */

static gboolean share_a_word(const char *a, const char *b) {
  g_auto(GStrv) words = g_strsplit(a, " ", 0);
  g_auto(GStrv) others = g_strsplit(b, " ", 0);
  for (char **word = words; *word != NULL; word++)
    if (**word != '\0' && g_strv_contains((const char *const *)others, *word))
      return TRUE;
  return FALSE;
}

static char *folded_name(const char *given, const char *family) {
  g_autofree char *whole = g_strdup_printf("%s %s", given != NULL ? given : "", family != NULL ? family : "");
  return text_fold(whole);
}

/* May this person be the one whom the row names? Anybody may who has no name yet, or is given none. */
static gboolean could_be(const Row *row, const Contact *card) {
  g_autofree char *said = folded_name(row->cell[COLUMN_GIVEN_NAME], row->cell[COLUMN_FAMILY_NAME]);
  g_autofree char *known = folded_name(card->given_name, card->family_name);
  return *said == '\0' || *known == '\0' || share_a_word(said, known);
}

static char *first_send(const Row *row) {
  g_auto(GStrv) addresses = row_items(row, COLUMN_EMAIL);
  g_autoptr(Address) address = NULL;
  if (addresses[0] == NULL || address_parse(addresses[0], ADDRESS_CONTACT, &address, NULL) < 0)
    return NULL;
  return g_strdup(address->send);
}

static char *identity_of(const Row *row) {
  g_autoptr(Contact) card = contact_new((enum contact_kind)MAX(row_kind(row), 0));
  row_apply_card(row, card);
  return contact_identity(card);
}

/* By an address that the person shares with nobody of another name. */
static int find_by_address(Link *link, const ContactSearch *where, const Row *row, const char *send,
                           const char *identity, gint64 *ret, GError **error) {
  int r = contact_rows_by_address(link, where, send, identity, ret, error);
  if (r < 0 || *ret != 0)
    return r;
  g_autoptr(ContactVersion) version = NULL;
  r = contact_rows_by_address(link, where, send, NULL, ret, error);
  if (r == 0 && *ret != 0)
    r = contact_rows_load(link, where->generation, *ret, &version, error);
  if (r >= 0 && version != NULL && !could_be(row, version->card))
    *ret = 0;
  return MIN(r, 0);
}

static int find_unnamed(Link *link, const ContactSearch *where, const Row *row, gint64 *ret, GError **error) {
  g_autofree char *identity = identity_of(row);
  g_autofree char *send = first_send(row);
  int kind = row_kind(row);
  ContactSearch unnamed = *where;
  *ret = 0;
  if (kind != CONTACT_PERSON)
    return contact_rows_by_identity(link, where, identity, FALSE, ret, error);
  if (send != NULL) {
    int r = find_by_address(link, where, row, send, identity, ret, error);
    if (r < 0 || *ret != 0)
      return r;
  }
  unnamed.unnamed = TRUE;
  if (!row_says(row, COLUMN_GIVEN_NAME) && !row_says(row, COLUMN_FAMILY_NAME))
    return 0;
  return contact_rows_by_identity(link, &unnamed, identity, TRUE, ret, error);
}

static char *refuse_kind(const ContactVersion *version, const Row *row) {
  char id[IDENT_SIZE];
  if (row_kind(row) < 0 || row_kind(row) == (int)version->card->kind)
    return NULL;
  return g_strdup_printf("%s is %s %s here (%s), and a kind never changes; give the row another id",
                         row->cell[COLUMN_ID], version->card->kind == CONTACT_PERSON ? "a" : "an",
                         contact_kind_name(version->card->kind),
                         ident_into(IDENT_CONTACT, version->card->id, id));
}

/* "C-31" in a file from another house may be anybody here. */
static int is_meant(Link *link, const ContactSearch *where, const ContactVersion *version, const Row *row,
                    gboolean *ret, GError **error) {
  const Contact *card = version->card;
  g_autofree char *identity = identity_of(row);
  g_autofree char *send = first_send(row);
  *ret = row_kind(row) < 0 || g_strcmp0(identity, version->identity) == 0;
  if (!*ret && card->kind == CONTACT_PERSON && row_kind(row) == CONTACT_PERSON)
    *ret = could_be(row, card);
  if (*ret || send == NULL || row_kind(row) != (int)card->kind)
    return 0;
  g_autoptr(GArray) channels = NULL;
  int r = channel_rows_load(link, where->generation, card->id, &channels, error);
  for (guint i = 0; r == 0 && i < channels->len && !*ret; i++)
    *ret = g_str_equal(g_array_index(channels, ChannelVersion, i).send, send);
  return r;
}

static int find_by_number(Link *link, const ContactSearch *where, const Row *row, gint64 number, gint64 *ret,
                          char **ret_refusal, char **ret_doubt, GError **error) {
  g_autoptr(ContactVersion) version = NULL;
  gboolean meant = FALSE;
  *ret = 0;
  int r = merge_final(link, number, &number, error);
  if (r == 0)
    r = contact_rows_load(link, where->generation, number, &version, error);
  if (r != 0 || version->card->restricted > where->clearance)
    return MIN(r, 0);
  if ((*ret_refusal = refuse_kind(version, row)) != NULL)
    return 0;
  r = is_meant(link, where, version, row, &meant, error);
  if (r == 0 && !meant)
    *ret_doubt = g_strdup_printf("%s is somebody else here (%s); empty the id to add a new contact",
                                 row->cell[COLUMN_ID], version->card->name);
  *ret = meant ? number : 0;
  return r;
}

static int find_by_external(Link *link, const ContactSearch *where, const Row *row, gint64 *ret,
                            char **ret_refusal, GError **error) {
  g_autoptr(ContactVersion) version = NULL;
  int r = contact_rows_by_external(link, where->generation, row->cell[COLUMN_ID], ret, error);
  if (r == 0 && *ret != 0)
    r = contact_rows_load(link, where->generation, *ret, &version, error);
  if (r != 0 || version == NULL)
    return MIN(r, 0);
  if (version->card->restricted > where->clearance)
    *ret_refusal = g_strdup_printf("the id \"%s\" cannot be used; choose another", row->cell[COLUMN_ID]);
  else
    *ret_refusal = refuse_kind(version, row);
  return 0;
}

int filing_find(Link *link, const ContactSearch *where, const Row *row, gint64 *ret, char **ret_refusal,
                GError **error) {
  ContactSearch search = *where;
  g_autofree char *doubt =
      NULL; /* a number that means somebody else here, unless the rest of the row tells who */
  gint64 number = 0;
  int r = 0;
  *ret = 0;
  *ret_refusal = NULL;
  if (row_says(row, COLUMN_ID) && ident_parse(IDENT_CONTACT, row->cell[COLUMN_ID], &number, NULL) == 0) {
    r = find_by_number(link, where, row, number, ret, ret_refusal, &doubt, error);
  } else if (row_says(row, COLUMN_ID)) {
    r = find_by_external(link, where, row, ret, ret_refusal, error);
    search.unnamed = TRUE;
  }
  if (r < 0 || *ret != 0 || *ret_refusal != NULL)
    return r;
  r = find_unnamed(link, &search, row, ret, error);
  if (r == 0 && *ret == 0)
    *ret_refusal = g_steal_pointer(&doubt);
  return r;
}

int filing_check(Link *link, gint64 generation, Day today, const Row *row, gint64 contact, char **ret_refusal,
                 GError **error) {
  *ret_refusal = NULL;
  if (row_kind(row) != CONTACT_OFFICE || contact == 0)
    return 0;
  return filing_holder_check(link, generation, today, row, contact, ret_refusal, error);
}

/* ---- lists and grounds ---- */

static int join(Revision *revision, const char *name, gint64 contact, gboolean *changed, GError **error) {
  gint64 list;
  int r = list_rows_need(revision, name, &list, error);
  if (r == 0)
    r = list_rows_join(revision, list, contact, NULL, error);
  *changed |= r == 0;
  return MIN(r, 0);
}

static int file_lists(Revision *revision, const Row *row, gint64 contact, const char *list, gboolean *changed,
                      GError **error) {
  g_auto(GStrv) names = row_items(row, COLUMN_LISTS);
  int r = list != NULL ? join(revision, list, contact, changed, error) : 0;
  for (char **name = names; *name != NULL && r == 0; name++)
    r = join(revision, *name, contact, changed, error);
  return r;
}

static int file_ground(Revision *revision, const Row *row, gint64 contact, gboolean *changed,
                       GError **error) {
  Ground ground = {.contact = contact,
                   .area = row_says(row, COLUMN_GROUND_AREA) ? row->cell[COLUMN_GROUND_AREA] : NULL,
                   .evidence =
                       row_says(row, COLUMN_GROUND_EVIDENCE) ? row->cell[COLUMN_GROUND_EVIDENCE] : NULL,
                   .date = row_day(row, COLUMN_GROUND_DATE)};
  gint64 id;
  if (!row_says(row, COLUMN_GROUND) || !ground_kind_parse(row->cell[COLUMN_GROUND], &ground.kind))
    return 0;
  int r = ground_rows_add(revision, &ground, TRUE, &id, error);
  *changed |= r == 0;
  return MIN(r, 0);
}

/* ---- the whole row ---- */

static int open_card(Revision *revision, const Row *row, gint64 contact, ContactVersion **ret,
                     GError **error) {
  if (contact == 0) {
    *ret = contact_version_new((enum contact_kind)MAX(row_kind(row), 0));
    (*ret)->card->restricted = row_kind(row) != CONTACT_PERSON;
    return 0;
  }
  int r = contact_rows_load(revision->link, revision->generation, contact, ret, error);
  return r > 0 ? fault(error, FAULT_ABSENT, "the contact is not there any more; read the file again") : r;
}

static int file_card(Revision *revision, const Row *row, ContactVersion *version, Filed *ret,
                     GError **error) {
  gboolean changed = row_apply_card(row, version->card);
  int r = 0;
  if (changed || version->version == 0) {
    r = contact_rows_save(revision, version, error);
    revision_touch(revision, version->card->id);
  }
  ret->added = ret->contact == 0;
  ret->contact = version->card->id;
  ret->changed = changed && !ret->added;
  return r;
}

/* One more holder, and nothing else of the office. */
static int file_joint(Revision *revision, const Row *row, const Contact *office, Filed *ret, GError **error) {
  if (office->kind != CONTACT_OFFICE || office->id == 0)
    return fault(error, FAULT_RULE,
                 "a joint tenure notes one more holder of an office that is here; note the office first");
  ret->contact = office->id;
  int r = filing_holder(revision, row, office, &ret->holders, error);
  ret->changed = ret->holders > 0;
  return r;
}

/* Its own row came before, in the same file perhaps. */
static int find_office(Revision *revision, const Row *row, gint64 *ret, GError **error) {
  ContactSearch where = {.generation = revision->generation, .clearance = revision->clearance};
  g_autofree char *refusal = NULL;
  int r = filing_find(revision->link, &where, row, ret, &refusal, error);
  return r == 0 && refusal != NULL ? fault(error, FAULT_RULE, "%s", refusal) : r;
}

/* A file that brings back who was erased brings back nothing of him. By hand a person means what he types. */
static int was_erased(const Revision *revision, const Row *row, gint64 contact, gboolean *ret,
                      GError **error) {
  g_auto(GStrv) addresses = row_items(row, COLUMN_EMAIL);
  int r = 1;
  *ret = FALSE;
  if (revision->by_hand || contact != 0 || row_kind(row) != CONTACT_PERSON)
    return 0;
  if (row_says(row, COLUMN_ID))
    r = suppression_of_id(revision->link, row->cell[COLUMN_ID], error);
  *ret = r == 0;
  for (char **address = addresses; r == 1 && *address != NULL && !*ret; address++) {
    ChannelVersion channel = {.kind = CHANNEL_EMAIL};
    enum suppression_cause cause = SUPPRESSED_OBJECTED;
    r = channel_version_give(&channel, *address, error);
    if (r == 0)
      r = suppression_of_channel(revision->link, 0, &channel, &cause, error);
    *ret = r == 0 && cause == SUPPRESSED_ERASED;
    r = r < 0 ? r : 1;
    channel_version_clear(&channel);
  }
  return MIN(r, 0);
}

int filing_row(Revision *revision, const Row *row, gint64 contact, const char *list, Filed *ret,
               GError **error) {
  g_autoptr(ContactVersion) version = NULL;
  gboolean moved = FALSE;
  *ret = (Filed){.contact = contact};
  int r = was_erased(revision, row, contact, &ret->kept_erased, error);
  if (r < 0 || ret->kept_erased)
    return r;
  if (row_is_joint(row) && contact == 0)
    r = find_office(revision, row, &contact, error);
  if (r == 0)
    r = open_card(revision, row, contact, &version, error);
  if (r < 0)
    return r;
  ret->kept_objected = version->card->standing == CONTACT_OBJECTED;
  ret->kept_erased = version->card->standing == CONTACT_ERASED;
  if (ret->kept_erased)
    return 0;
  if (row_is_joint(row))
    return file_joint(revision, row, version->card, ret, error);
  r = file_card(revision, row, version, ret, error);
  if (r == 0)
    r = filing_channels(revision, row, ret->contact, &moved, &ret->kept_refused, error);
  ret->changed = ret->changed || moved;
  if (r == 0)
    r = file_lists(revision, row, ret->contact, list, &ret->changed, error);
  if (r == 0 && version->card->kind != CONTACT_PERSON)
    r = file_ground(revision, row, ret->contact, &ret->changed, error);
  if (r == 0 && version->card->kind == CONTACT_OFFICE)
    r = filing_holder(revision, row, version->card, &ret->holders, error);
  ret->changed = (ret->changed || ret->holders > 0) && !ret->added;
  return r;
}
