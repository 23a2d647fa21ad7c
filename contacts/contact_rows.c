/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "contacts/contact_rows.h"

#include "base/fault.h"
#include "base/ident.h"
#include "contacts/contacts_rows.h"
#include "contacts/merge.h"
#include "contacts/row.h"

#include <string.h>

Contact *contact_new(enum contact_kind kind) {
  Contact *contact = g_new0(Contact, 1);
  contact->kind = kind;
  contact->languages = g_strdup("");
  return contact;
}

ContactVersion *contact_version_new(enum contact_kind kind) {
  ContactVersion *version = g_new0(ContactVersion, 1);
  version->card = contact_new(kind);
  return version;
}

void contact_version_free(ContactVersion *version) {
  if (version == NULL)
    return;
  contact_free(version->card);
  g_free(version->identity);
  g_free(version->search);
  g_free(version);
}

/* The texts of a card in the order of their columns. */
static const gsize texts[] = {G_STRUCT_OFFSET(Contact, external_id), G_STRUCT_OFFSET(Contact, given_name),
                              G_STRUCT_OFFSET(Contact, family_name), G_STRUCT_OFFSET(Contact, honorific),
                              G_STRUCT_OFFSET(Contact, salutation),  G_STRUCT_OFFSET(Contact, office),
                              G_STRUCT_OFFSET(Contact, office_kind), G_STRUCT_OFFSET(Contact, organisation),
                              G_STRUCT_OFFSET(Contact, portfolio),   G_STRUCT_OFFSET(Contact, city),
                              G_STRUCT_OFFSET(Contact, country),     G_STRUCT_OFFSET(Contact, languages),
                              G_STRUCT_OFFSET(Contact, openpgp),     G_STRUCT_OFFSET(Contact, name)};

static char **text_at(Contact *contact, gsize index) {
  return (char **)(void *)((char *)contact + texts[index]);
}

void contact_rows_borrow(Statement *s, int first, Contact *to) {
  to->id = statement_int(s, first);
  to->kind = (enum contact_kind)statement_int(s, first + 1);
  to->standing = (enum contact_standing)statement_int(s, first + 2);
  to->gender = (enum gender)statement_int(s, first + 3);
  to->restricted = statement_int(s, first + 4);
  to->stamps =
      (Stamps){statement_int(s, first + 5), statement_int(s, first + 6), statement_int(s, first + 7)};
  for (gsize i = 0; i < G_N_ELEMENTS(texts); i++)
    *text_at(to, i) = (char *)statement_text(s, first + 8 + (int)i);
}

void contact_rows_read(Statement *s, int first, Contact *to) {
  contact_rows_borrow(s, first, to);
  for (gsize i = 0; i < G_N_ELEMENTS(texts); i++)
    *text_at(to, i) = g_strdup(*text_at(to, i));
}

void contact_free(Contact *contact) {
  if (contact == NULL)
    return;
  for (gsize i = 0; i < G_N_ELEMENTS(texts); i++)
    g_free(*text_at(contact, i));
  g_free(contact);
}

int contact_rows_load(Link *link, gint64 generation, gint64 id, ContactVersion **ret, GError **error) {
  g_autoptr(Statement) s = NULL;
  *ret = NULL;
  int r =
      link_query(link, &s, error,
                 "SELECT " CONTACT_COLUMNS ", c.version, c.born, c.identity, c.search FROM contact_versions c"
                 " WHERE c.id = ?1 AND c.born <= ?2 AND c.died > ?2",
                 "ii", id, generation);
  if (r < 0 || (r = statement_step(s, error)) < 0)
    return r;
  if (r == 0)
    return 1;
  ContactVersion *version = g_new0(ContactVersion, 1);
  version->card = g_new0(Contact, 1);
  contact_rows_read(s, 0, version->card);
  version->version = statement_int(s, CONTACT_COLUMN_COUNT);
  version->born = statement_int(s, CONTACT_COLUMN_COUNT + 1);
  version->identity = g_strdup(statement_text(s, CONTACT_COLUMN_COUNT + 2));
  version->search = g_strdup(statement_text(s, CONTACT_COLUMN_COUNT + 3));
  *ret = version;
  return 0;
}

static int absent(gint64 id, GError **error) {
  char text[IDENT_SIZE];
  return fault(error, FAULT_ABSENT, "there is no contact %s; list them to find its id",
               id > 0 ? ident_into(IDENT_CONTACT, id, text) : "C-0");
}

/* Who went into another contact is told where. */
static int absent_or_gone(Link *link, gint64 id, gint64 clearance, GError **error) {
  g_auto(Merge) merge = {0};
  char one[IDENT_SIZE], other[IDENT_SIZE], day[DAY_TEXT_SIZE];
  int r = merge_find(link, id, clearance, &merge, error);
  if (r != 0)
    return r < 0 ? r : absent(id, error);
  return fault(error, FAULT_ABSENT, "%s went into %s on %s; ask for that one",
               ident_into(IDENT_CONTACT, id, one), ident_into(IDENT_CONTACT, merge.kept, other),
               day_text(day_of_moment(merge.made_at, NULL), day));
}

int contact_rows_load_visible(const Revision *revision, gint64 id, ContactVersion **ret, GError **error) {
  int r = contact_rows_load(revision->link, revision->generation, id, ret, error);
  if (r == 0 && (*ret)->card->restricted > revision->clearance)
    g_clear_pointer(ret, contact_version_free);
  if (r < 0 || *ret != NULL)
    return MIN(r, 0);
  return absent_or_gone(revision->link, id, revision->clearance, error);
}

static int insert(Revision *revision, ContactVersion *v, GError **error) {
  const Contact *c = v->card;
  int r = link_insert(revision->link, &v->version, error,
                      "INSERT INTO contact_versions (born, id, kind, standing, gender, restricted, "
                      "stamp_holder, stamp_channel, "
                      "stamp_ground, external_id, given_name, family_name, honorific, salutation, office, "
                      "office_kind, organisation, "
                      "portfolio, city, country, languages, openpgp, name, identity, search) VALUES (?1, ?2, "
                      "?3, ?4, ?5, ?6, ?7, ?8, ?9, "
                      "?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19, ?20, ?21, ?22, ?23, ?24, ?25)",
                      "iiiiiiiiitttttttttttttttt", revision->generation, c->id, (gint64)c->kind,
                      (gint64)c->standing, (gint64)c->gender, c->restricted, c->stamps.holder,
                      c->stamps.channel, c->stamps.ground, c->external_id, c->given_name, c->family_name,
                      c->honorific, c->salutation, c->office, c->office_kind, c->organisation, c->portfolio,
                      c->city, c->country, c->languages, c->openpgp, c->name, v->identity, v->search);
  v->born = revision->generation;
  return r < 0 ? r : 0;
}

static int update(Revision *revision, const ContactVersion *v, GError **error) {
  const Contact *c = v->card;
  int r = link_run(
      revision->link, error,
      "UPDATE contact_versions SET kind = ?2, standing = ?3, gender = ?4, restricted = ?5, stamp_holder = "
      "?6, "
      "stamp_channel = ?7, stamp_ground = ?8, external_id = ?9, given_name = ?10, family_name = ?11, "
      "honorific = ?12, "
      "salutation = ?13, office = ?14, office_kind = ?15, organisation = ?16, portfolio = ?17, city = ?18, "
      "country = ?19, "
      "languages = ?20, openpgp = ?21, name = ?22, identity = ?23, search = ?24 WHERE version = ?1",
      "iiiiiiiitttttttttttttttt", v->version, (gint64)c->kind, (gint64)c->standing, (gint64)c->gender,
      c->restricted, c->stamps.holder, c->stamps.channel, c->stamps.ground, c->external_id, c->given_name,
      c->family_name, c->honorific, c->salutation, c->office, c->office_kind, c->organisation, c->portfolio,
      c->city, c->country, c->languages, c->openpgp, c->name, v->identity, v->search);
  return r < 0 ? r : 0;
}

int contact_rows_save(Revision *revision, ContactVersion *v, GError **error) {
  int r = 0;
  if (v->card->id == 0)
    r = contacts_rows_new_contact(revision->link, revision->now, &v->card->id, error);
  if (r < 0)
    return r;
  g_free(v->identity);
  v->identity = contact_identity(v->card);
  if (v->search == NULL)
    v->search = g_strdup("");
  if (v->card->name == NULL)
    v->card->name = contact_display_name(v->card, NULL);
  if (v->version != 0 && revision_owns(revision, v->born))
    return update(revision, v, error);
  if (v->version != 0)
    r = link_run(revision->link, error, "UPDATE contact_versions SET died = ?2 WHERE version = ?1", "ii",
                 v->version, revision->generation);
  return r < 0 ? r : insert(revision, v, error);
}

/* ---- who is meant ---- */

int contact_rows_by_external(Link *link, gint64 generation, const char *external_id, gint64 *ret,
                             GError **error) {
  *ret = 0;
  int r = link_int(link, ret, error,
                   "SELECT id FROM contact_versions WHERE external_id = ?1 AND born <= ?2 AND died > ?2",
                   "ti", external_id, generation);
  if (r > 0)
    r = merge_by_external(link, external_id, ret, error);
  return r < 0 ? r : 0;
}

/* What is common to both searches: the generation, the clearance, and whom other rows of the import mean
 * already. */
#define AMONG                                                                                                \
  " AND c.born <= ?1 AND c.died > ?1 AND c.restricted <= ?2 AND (?3 = 0 OR c.external_id IS NULL)"           \
  " AND NOT EXISTS (SELECT 1 FROM import_rows i WHERE i.import = ?4 AND i.contact = c.id)"

int contact_rows_by_identity(Link *link, const ContactSearch *where, const char *identity,
                             gboolean without_address, gint64 *ret, GError **error) {
  *ret = 0;
  int r = link_int(
      link, ret, error,
      "SELECT c.id FROM contact_versions c WHERE c.identity = ?5" AMONG
      " AND (?6 = 0 OR NOT EXISTS (SELECT 1 FROM channel_versions h WHERE h.contact = c.id AND h.kind = 0"
      "      AND h.born <= ?1 AND h.died > ?1))"
      " ORDER BY CASE WHEN c.external_id IS NULL THEN 0 ELSE 1 END, c.id LIMIT 1",
      "iiiiti", where->generation, where->clearance, (gint64)where->unnamed, where->import, identity,
      (gint64)without_address);
  return r < 0 ? r : 0;
}

int contact_rows_by_address(Link *link, const ContactSearch *where, const char *send, const char *identity,
                            gint64 *ret, GError **error) {
  *ret = 0;
  int r = link_int(
      link, ret, error,
      "SELECT c.id FROM channel_versions h JOIN contact_versions c ON c.id = h.contact WHERE h.send = ?5"
      " AND h.kind = 0 AND h.born <= ?1 AND h.died > ?1 AND c.kind = 0 AND (?6 IS NULL OR c.identity = "
      "?6)" AMONG " ORDER BY CASE WHEN c.external_id IS NULL THEN 0 ELSE 1 END, c.id LIMIT 1",
      "iiiitt", where->generation, where->clearance, (gint64)where->unnamed, where->import, send, identity);
  return r < 0 ? r : 0;
}

/* ---- what people list ---- */

int contact_find(Link *link, gint64 id, gint64 clearance, Contact **ret, GError **error) {
  g_autoptr(Statement) s = NULL;
  *ret = NULL;
  int r = link_query(link, &s, error,
                     "SELECT " CONTACT_COLUMNS " FROM contacts_now c WHERE c.id = ?1 AND c.restricted <= ?2",
                     "ii", id, clearance);
  if (r < 0 || (r = statement_step(s, error)) < 0)
    return r;
  if (r == 0)
    return absent_or_gone(link, id, clearance, error);
  *ret = g_new0(Contact, 1);
  contact_rows_read(s, 0, *ret);
  return 0;
}

int contact_check(Link *link, gint64 id, gint64 clearance, GError **error) {
  g_autoptr(Contact) contact = NULL;
  return contact_find(link, id, clearance, &contact, error);
}

int contact_find_named(Link *link, const char *name, gint64 clearance, Contact **ret, GError **error) {
  gint64 id = 0;
  *ret = NULL;
  int r = link_int(link, &id, error,
                   "SELECT c.id FROM contacts_now c WHERE c.external_id = ?1 AND c.restricted <= ?2", "ti",
                   name, clearance);
  if (r == 0)
    return contact_find(link, id, clearance, ret, error);
  if (r > 0 && (r = merge_by_external(link, name, &id, error)) == 0 &&
      contact_find(link, id, clearance, ret, NULL) == 0)
    return 0;
  if (r < 0)
    return r;
  if (ident_parse(IDENT_CONTACT, name, &id, NULL) == 0)
    return contact_find(link, id, clearance, ret, error);
  return fault(error, FAULT_ABSENT, "there is no contact \"%s\"; list them to find its id", name);
}

#define STAMPS                                                                                               \
  "SELECT c.stamp_holder, c.stamp_channel, c.stamp_ground, count(t.id), coalesce(sum(t.id), 0), "            \
  "coalesce(sum(t.id * t.id), 0) FROM contacts_now c LEFT JOIN tenures_now t ON t.office = c.id "            \
  "AND t.from_day <= ?2 AND (t.to_day = 0 OR t.to_day >= ?2) WHERE c.id = ?1 GROUP BY c.version, "           \
  "c.stamp_holder, "                                                                                         \
  "c.stamp_channel, c.stamp_ground"

int contact_stamps(Link *link, gint64 id, Day today, Stamps *ret, GError **error) {
  g_autoptr(Statement) s = NULL;
  int r = link_query(link, &s, error, STAMPS, "ii", id, (gint64)today);
  if (r < 0 || (r = statement_step(s, error)) < 0)
    return r;
  if (r == 0)
    return absent(id, error);
  *ret = (Stamps){statement_int(s, 0), statement_int(s, 1), statement_int(s, 2)};
  ret->holder = stamps_as_of(ret->holder, statement_int(s, 3), statement_int(s, 4), statement_int(s, 5));
  return 0;
}

gint64 stamps_as_of(gint64 holder, gint64 count, gint64 sum, gint64 squares) {
  if (count == 0)
    return holder;
  return (gint64)((guint64)holder ^ ((guint64)count << 48) ^ ((guint64)sum << 20) ^ (guint64)squares);
}

/* Nobody has looked at it since (review.h): ?10 the moment, 0 for any; ?11 the same as a day. */
#define UNREVIEWED                                                                                           \
  " AND (?10 = 0 OR ((SELECT made_at FROM contact_ids i WHERE i.id = c.id) < ?10"                            \
  " AND NOT EXISTS (SELECT 1 FROM contact_reviews w WHERE w.contact = c.id AND w.reviewed_at >= ?10)"        \
  " AND NOT EXISTS (SELECT 1 FROM channels_now h WHERE h.contact = c.id AND h.verified_at >= ?10)"           \
  " AND NOT EXISTS (SELECT 1 FROM tenures_now t WHERE t.office = c.id AND t.verified_day >= ?11)"            \
  " AND NOT EXISTS (SELECT 1 FROM tenures_now t WHERE t.person = c.id AND t.verified_day >= ?11)"            \
  " AND c.standing <> 2))"

/* ?1 after, ?2 clearance, ?3 kind, ?4 standing, ?5 country, ?6 to ?9 patterns */
#define ASKED                                                                                                \
  " c.id > ?1 AND c.restricted <= ?2 AND (?3 < 0 OR c.kind = ?3) AND (?4 < 0 OR c.standing = ?4)"            \
  " AND (?5 IS NULL OR c.country = ?5) AND c.search LIKE ?6 ESCAPE '\\' AND c.search LIKE ?7 ESCAPE '\\'"    \
  " AND c.search LIKE ?8 ESCAPE '\\' AND c.search LIKE ?9 ESCAPE '\\'" UNREVIEWED " ORDER BY c.id"

int contact_rows_query(Link *link, const ContactFilter *f, gint64 after, gint64 clearance, gint64 members_of,
                       const char *const patterns[CONTACT_PATTERNS], Statement **ret, GError **error) {
  gint64 day = day_of_moment(f->not_reviewed_since, NULL);
  if (members_of == 0)
    return link_query(link, ret, error, "SELECT " CONTACT_COLUMNS " FROM contacts_now c WHERE" ASKED,
                      "iiiitttttii", after, clearance, (gint64)f->kind, (gint64)f->standing, f->country,
                      patterns[0], patterns[1], patterns[2], patterns[3], f->not_reviewed_since, day);
  return link_query(link, ret, error,
                    "SELECT " CONTACT_COLUMNS " FROM members_now m JOIN contacts_now c ON c.id = m.contact"
                    " WHERE m.list = ?12 AND m.contact > ?1 AND" ASKED,
                    "iiiitttttiii", after, clearance, (gint64)f->kind, (gint64)f->standing, f->country,
                    patterns[0], patterns[1], patterns[2], patterns[3], f->not_reviewed_since, day,
                    members_of);
}
