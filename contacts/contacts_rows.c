/* SPDX-License-Identifier: GPL-3.0-or-later */
/* contacts_rows.c - the tables of this room, and the one number that says which rows are there */
#include "contacts/contacts_rows.h"

#include "base/fault.h"

/* Rows that nobody ended. Written out in the partial indexes too, which a bound parameter could not meet. */
#define NEVER "9223372036854775807"

#define GENERATIONS "born BIGINT NOT NULL, died BIGINT NOT NULL DEFAULT " NEVER
#define NOW                                                                                                  \
  " v WHERE v.born <= (SELECT visible FROM contact_generation)"                                              \
  "     AND v.died > (SELECT visible FROM contact_generation);"
#define DEAD(table) "CREATE INDEX " #table "_dead ON " #table "(died) WHERE died < " NEVER ";"

static const char *const steps[] = {
    /* Numbers: other rooms refer to these two. */
    "CREATE TABLE contact_ids (id INTEGER PRIMARY KEY, made_at BIGINT NOT NULL);"
    "CREATE TABLE contact_parts (id INTEGER PRIMARY KEY, contact BIGINT NOT NULL REFERENCES contact_ids(id));"

    "CREATE TABLE imports (id INTEGER PRIMARY KEY, state BIGINT NOT NULL, name TEXT NOT NULL, list TEXT,"
    "  user_name TEXT NOT NULL, clearance BIGINT NOT NULL, started_at BIGINT NOT NULL, staged BIGINT NOT "
    "NULL DEFAULT 0,"
    "  after_line BIGINT NOT NULL DEFAULT 0, added BIGINT NOT NULL DEFAULT 0, changed BIGINT NOT NULL "
    "DEFAULT 0,"
    "  unchanged BIGINT NOT NULL DEFAULT 0, holders BIGINT NOT NULL DEFAULT 0);"
    "CREATE TABLE import_rows (import BIGINT NOT NULL REFERENCES imports(id), line BIGINT NOT NULL, identity "
    "TEXT NOT NULL,"
    "  cells TEXT NOT NULL, contact BIGINT, PRIMARY KEY (import, line));"
    "CREATE UNIQUE INDEX import_rows_identity ON import_rows(import, identity);"
    "CREATE INDEX import_rows_contact ON import_rows(import, contact);"

    "CREATE TABLE contact_generation (one INTEGER PRIMARY KEY CHECK (one = 1), visible BIGINT NOT NULL,"
    "  import BIGINT REFERENCES imports(id));"
    "INSERT INTO contact_generation (one, visible) VALUES (1, 1);"

    "CREATE TABLE contact_versions (version INTEGER PRIMARY KEY, id BIGINT NOT NULL REFERENCES "
    "contact_ids(id)," GENERATIONS
    ", kind BIGINT NOT NULL, standing BIGINT NOT NULL, gender BIGINT NOT NULL, restricted BIGINT NOT NULL,"
    "  stamp_holder BIGINT NOT NULL, stamp_channel BIGINT NOT NULL, stamp_ground BIGINT NOT NULL,"
    "  external_id TEXT, given_name TEXT, family_name TEXT, honorific TEXT, salutation TEXT, office TEXT, "
    "office_kind TEXT,"
    "  organisation TEXT, portfolio TEXT, city TEXT, country TEXT, languages TEXT NOT NULL, openpgp TEXT, "
    "name TEXT NOT NULL,"
    "  identity TEXT NOT NULL, search TEXT NOT NULL);"
    "CREATE INDEX contact_versions_id ON contact_versions(id);"
    "CREATE INDEX contact_versions_external ON contact_versions(external_id) WHERE external_id IS NOT NULL;"
    "CREATE INDEX contact_versions_identity ON contact_versions(identity);" DEAD(contact_versions)

        "CREATE TABLE channel_versions (version INTEGER PRIMARY KEY, id BIGINT NOT NULL REFERENCES "
        "contact_parts(id)," GENERATIONS ", contact BIGINT NOT NULL REFERENCES contact_ids(id), kind BIGINT "
        "NOT NULL, role BIGINT NOT NULL, via BIGINT NOT NULL,"
        "  standing BIGINT NOT NULL, position BIGINT NOT NULL, verified_at BIGINT NOT NULL, value TEXT NOT "
        "NULL,"
        "  send TEXT NOT NULL, folded TEXT NOT NULL);"
        "CREATE INDEX channel_versions_contact ON channel_versions(contact, position);"
        "CREATE INDEX channel_versions_send ON channel_versions(send);"
        "CREATE INDEX channel_versions_folded ON channel_versions(folded);" DEAD(channel_versions)

            "CREATE TABLE tenure_versions (version INTEGER PRIMARY KEY, id BIGINT NOT NULL REFERENCES "
            "contact_parts(id)," GENERATIONS ", office BIGINT NOT NULL REFERENCES contact_ids(id), person "
            "BIGINT NOT NULL REFERENCES contact_ids(id),"
            "  from_day BIGINT NOT NULL, to_day BIGINT NOT NULL, verified_day BIGINT NOT NULL);"
            "CREATE INDEX tenure_versions_office ON tenure_versions(office);"
            "CREATE INDEX tenure_versions_person ON tenure_versions(person);" DEAD(tenure_versions)

                "CREATE TABLE ground_versions (version INTEGER PRIMARY KEY, id BIGINT NOT NULL REFERENCES "
                "contact_parts(id)," GENERATIONS ", contact BIGINT NOT NULL REFERENCES contact_ids(id), kind "
                "BIGINT NOT NULL, area TEXT, area_folded TEXT NOT NULL,"
                "  evidence TEXT, day BIGINT NOT NULL, noted_by TEXT NOT NULL, noted_at BIGINT NOT NULL);"
                "CREATE INDEX ground_versions_contact ON ground_versions(contact);" DEAD(ground_versions)

                    "CREATE TABLE lists (id INTEGER PRIMARY KEY, born BIGINT NOT NULL, name TEXT NOT NULL, "
                    "folded TEXT NOT NULL UNIQUE,"
                    "  rule TEXT, workshop BIGINT NOT NULL DEFAULT 0, question BIGINT NOT NULL DEFAULT 0);"
                    "CREATE TABLE member_versions (version INTEGER PRIMARY KEY," GENERATIONS
                    ", list BIGINT NOT NULL REFERENCES lists(id), contact BIGINT NOT NULL REFERENCES "
                    "contact_ids(id));"
                    "CREATE INDEX member_versions_list ON member_versions(list, contact);"
                    "CREATE INDEX member_versions_contact ON member_versions(contact);" DEAD(member_versions)

                        "CREATE TABLE objections (id INTEGER PRIMARY KEY, contact BIGINT NOT NULL REFERENCES "
                        "contact_ids(id),"
                        "  reason TEXT NOT NULL, noted_by TEXT NOT NULL, noted_at BIGINT NOT NULL, withdrawn "
                        "BIGINT NOT NULL);"
                        "CREATE INDEX objections_contact ON objections(contact);"
                        "CREATE TABLE overrides (contact BIGINT NOT NULL REFERENCES contact_ids(id), mailing "
                        "BIGINT NOT NULL, reason TEXT NOT NULL,"
                        "  noted_by TEXT NOT NULL, noted_at BIGINT NOT NULL, PRIMARY KEY (contact, mailing));"

                        "CREATE VIEW contacts_now AS SELECT v.* FROM contact_versions" NOW
                        "CREATE VIEW channels_now AS SELECT v.* FROM channel_versions" NOW
                        "CREATE VIEW tenures_now AS SELECT v.* FROM tenure_versions" NOW
                        "CREATE VIEW grounds_now AS SELECT v.* FROM ground_versions" NOW
                        "CREATE VIEW members_now AS SELECT v.* FROM member_versions" NOW
                        "CREATE VIEW lists_now AS SELECT l.* FROM lists l WHERE l.born <= (SELECT visible "
                        "FROM contact_generation);",

    /* What a route can take. */
    "ALTER TABLE channel_versions ADD COLUMN max_message_bytes BIGINT NOT NULL DEFAULT 0;"
    "ALTER TABLE channel_versions ADD COLUMN no_signature_part BIGINT NOT NULL DEFAULT 0;"
    "ALTER TABLE channel_versions ADD COLUMN plain_only BIGINT NOT NULL DEFAULT 0;"
    "DROP VIEW channels_now; CREATE VIEW channels_now AS SELECT v.* FROM channel_versions" NOW,

    /* What must not be written to again (suppression.h). */
    "CREATE TABLE suppression_key (one INTEGER PRIMARY KEY CHECK (one = 1), secret BLOB NOT NULL);"
    "CREATE TABLE suppressions (digest BLOB NOT NULL, contact BIGINT NOT NULL REFERENCES contact_ids(id),"
    "  cause BIGINT NOT NULL, noted_at BIGINT NOT NULL, PRIMARY KEY (digest, contact, cause));"
    "CREATE INDEX suppressions_contact ON suppressions(contact);"
    "ALTER TABLE objections ADD COLUMN channel BIGINT REFERENCES contact_parts(id);",

    "CREATE TABLE unsubscriptions (id INTEGER PRIMARY KEY, contact BIGINT NOT NULL REFERENCES "
    "contact_ids(id),"
    "  category TEXT NOT NULL, address TEXT, mailing BIGINT, delivery BIGINT, noted_at BIGINT NOT NULL,"
    "  withdrawn_at BIGINT NOT NULL DEFAULT 0);"
    "CREATE INDEX unsubscriptions_contact ON unsubscriptions(contact) WHERE withdrawn_at = 0;"
    "CREATE INDEX unsubscriptions_address ON unsubscriptions(address) WHERE withdrawn_at = 0;",

    /* Which place lies in which area (area.h), as of the table of States with that digest. */
    "CREATE TABLE area_source (one INTEGER PRIMARY KEY CHECK (one = 1), digest BLOB NOT NULL);"
    "CREATE TABLE area_places (area TEXT NOT NULL, place TEXT NOT NULL, PRIMARY KEY (area, place));"

    "CREATE TABLE memberships (id INTEGER PRIMARY KEY, member BIGINT NOT NULL REFERENCES contact_ids(id),"
    "  organisation BIGINT REFERENCES contact_ids(id), role TEXT, from_day BIGINT NOT NULL,"
    "  to_day BIGINT NOT NULL, noted_by TEXT NOT NULL, noted_at BIGINT NOT NULL);"
    "CREATE INDEX memberships_member ON memberships(member);"
    "CREATE INDEX memberships_organisation ON memberships(organisation) WHERE organisation IS NOT NULL;"

    "CREATE TABLE workshops (list INTEGER PRIMARY KEY REFERENCES lists(id), room TEXT, language TEXT,"
    "  facilitator BIGINT REFERENCES contact_ids(id), rapporteur BIGINT REFERENCES contact_ids(id));"

    "ALTER TABLE member_versions ADD COLUMN role TEXT;"
    "DROP VIEW members_now; CREATE VIEW members_now AS SELECT v.* FROM member_versions" NOW
    "ALTER TABLE tenure_versions ADD COLUMN manner BIGINT NOT NULL DEFAULT 0;"
    "DROP VIEW tenures_now; CREATE VIEW tenures_now AS SELECT v.* FROM tenure_versions" NOW
    "ALTER TABLE ground_versions ADD COLUMN file_digest BLOB;"
    "ALTER TABLE ground_versions ADD COLUMN file_name TEXT;"
    "ALTER TABLE ground_versions ADD COLUMN file_size BIGINT NOT NULL DEFAULT 0;"
    "DROP VIEW grounds_now; CREATE VIEW grounds_now AS SELECT v.* FROM ground_versions" NOW,

    /* Pairs that are not the same (duplicate.h); contacts that went into others (merge.h); cards that a
     * person saw to be right. */
    "CREATE TABLE distinct_pairs (a BIGINT NOT NULL REFERENCES contact_ids(id),"
    "  b BIGINT NOT NULL REFERENCES contact_ids(id), noted_by TEXT NOT NULL, noted_at BIGINT NOT NULL,"
    "  PRIMARY KEY (a, b));"
    "CREATE TABLE merges (id INTEGER PRIMARY KEY, kept BIGINT NOT NULL REFERENCES contact_ids(id),"
    "  gone BIGINT NOT NULL REFERENCES contact_ids(id), restricted BIGINT NOT NULL, made_at BIGINT NOT NULL,"
    "  made_by TEXT NOT NULL, undone_at BIGINT NOT NULL DEFAULT 0, left_state TEXT NOT NULL DEFAULT '');"
    "CREATE INDEX merges_kept ON merges(kept);"
    "CREATE UNIQUE INDEX merges_gone ON merges(gone) WHERE undone_at = 0;"
    "CREATE TABLE merge_moves (merge BIGINT NOT NULL REFERENCES merges(id), number BIGINT NOT NULL,"
    "  deed BIGINT NOT NULL, row BIGINT NOT NULL, was BIGINT NOT NULL, PRIMARY KEY (merge, number));"
    "CREATE TABLE contact_reviews (contact BIGINT PRIMARY KEY REFERENCES contact_ids(id),"
    "  reviewed_at BIGINT NOT NULL, reviewed_by TEXT NOT NULL);",

    /* Members are counted and walked by the index alone. */
    "CREATE INDEX member_versions_walk ON member_versions(list, contact, born, died);"
    "DROP INDEX member_versions_list;",

    /* Keys of contacts (contact_key.h), whole, so that the home in which signatures are judged can be made
     * anew from here. */
    "CREATE TABLE contact_keys (id INTEGER PRIMARY KEY, contact BIGINT REFERENCES contact_ids(id),"
    "  state BIGINT NOT NULL, source BIGINT NOT NULL, source_name TEXT, protocol BIGINT NOT NULL,"
    "  fingerprint TEXT NOT NULL, user_id TEXT NOT NULL, algorithm TEXT NOT NULL, made_at BIGINT NOT NULL,"
    "  expires_at BIGINT NOT NULL, revoked BIGINT NOT NULL, can_sign BIGINT NOT NULL, material BLOB NOT NULL,"
    "  digest BLOB NOT NULL, restricted BIGINT NOT NULL, proposed_at BIGINT NOT NULL,"
    "  proposed_by TEXT NOT NULL, confirmed_at BIGINT NOT NULL DEFAULT 0, confirmed_by TEXT,"
    "  retired_at BIGINT NOT NULL DEFAULT 0, retired_by TEXT, reason TEXT);"
    "CREATE INDEX contact_keys_contact ON contact_keys(contact);"
    "CREATE INDEX contact_keys_fingerprint ON contact_keys(fingerprint);"
    "CREATE UNIQUE INDEX contact_keys_confirmed ON contact_keys(fingerprint) WHERE state = 1;",

    /* What an approver signed with a key of his own (override.h): all are there, or none. */
    "ALTER TABLE overrides ADD COLUMN statement TEXT;"
    "ALTER TABLE overrides ADD COLUMN armour BLOB;"
    "ALTER TABLE overrides ADD COLUMN fingerprint TEXT;"
    "ALTER TABLE overrides ADD COLUMN key BLOB;" /* the public key, as it was */
    "ALTER TABLE overrides ADD COLUMN signed_at BIGINT NOT NULL DEFAULT 0;",

    NULL,
};

const Schema contacts_schema = {.room = "contacts", .steps = steps};

int contacts_rows_generation(Link *link, gint64 *ret_visible, gint64 *ret_import, GError **error) {
  g_autoptr(Statement) s = NULL;
  int r = link_query(link, &s, error, "SELECT visible, import FROM contact_generation WHERE one = 1", "");
  if (r == 0 && (r = statement_step(s, error)) > 0) {
    *ret_visible = statement_int(s, 0);
    *ret_import = statement_int(s, 1);
    return 0;
  }
  return r < 0 ? r
               : fault(error, FAULT_SYSTEM, "the store lacks the generation of contacts; restore a backup");
}

int contacts_rows_lock(Link *link, gint64 import, GError **error) {
  int r = link_run(link, error, "UPDATE contact_generation SET import = ?1 WHERE one = 1", "k", import);
  return r < 0 ? r : 0;
}

int contacts_rows_flip(Link *link, GError **error) {
  int r = link_run(link, error,
                   "UPDATE contact_generation SET visible = visible + 1, import = NULL WHERE one = 1", "");
  return r < 0 ? r : 0;
}

/* A row whose end is not above the visible generation is seen by nobody any more. */
#define PURGE(table)                                                                                         \
  "DELETE FROM " #table " WHERE version IN (SELECT version FROM " #table " WHERE died < " NEVER              \
  " AND died <= (SELECT visible FROM contact_generation) LIMIT ?1)"

int contacts_rows_purge(Link *link, gint64 limit, GError **error) {
  static const char *const purges[] = {PURGE(contact_versions), PURGE(channel_versions),
                                       PURGE(tenure_versions), PURGE(ground_versions),
                                       PURGE(member_versions)};
  gint64 left = limit;
  for (gsize i = 0; i < G_N_ELEMENTS(purges) && left > 0; i++) {
    int r = link_run(link, error, purges[i], "i", left);
    if (r < 0)
      return r;
    left -= r;
  }
  return (int)(limit - left);
}

int contacts_rows_new_contact(Link *link, gint64 now, gint64 *ret_id, GError **error) {
  return link_insert(link, ret_id, error, "INSERT INTO contact_ids (made_at) VALUES (?1)", "i", now);
}

int contacts_rows_new_part(Link *link, gint64 contact, gint64 *ret_id, GError **error) {
  return link_insert(link, ret_id, error, "INSERT INTO contact_parts (contact) VALUES (?1)", "i", contact);
}
