/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "contacts/merge_rows.h"

#include "base/fault.h"

#define NEVER "9223372036854775807"
/* ?1 is who goes, ?2 who stays, ?3 the generation. */
#define OF(table, owner)                                                                                     \
  "SELECT v.version FROM " #table " v WHERE v." #owner " = ?1 AND v.born <= ?3 AND v.died > ?3"
#define UNLESS(table, owner, same)                                                                           \
  " AND NOT EXISTS (SELECT 1 FROM " #table " o WHERE o." #owner " = ?2 AND o.born <= ?3 AND o.died > ?3"     \
  " AND " same ")"
#define TO(table, owner, key) "UPDATE " #table " SET " #owner " = ?2 WHERE " key " = ?1 AND " #owner " = ?3"
#define OVERLAP               " AND (o.to_day = 0 OR v.from_day <= o.to_day) AND (v.to_day = 0 OR v.to_day >= o.from_day)"

static const struct {
  const char *list, *move;
} parts[MERGE_PARTS] = {
    [MERGE_CHANNELS] = {OF(channel_versions, contact)
                            UNLESS(channel_versions, contact,
                                   "o.kind = v.kind AND o.send = v.send") " ORDER BY v.position, v.id",
                        TO(channel_versions, contact, "version")},
    [MERGE_TENURES_OF_PERSON] = {OF(tenure_versions, person)
                                     UNLESS(tenure_versions, person, "o.office = v.office" OVERLAP),
                                 TO(tenure_versions, person, "version")},
    [MERGE_TENURES_OF_OFFICE] = {OF(tenure_versions, office)
                                     UNLESS(tenure_versions, office, "o.person = v.person" OVERLAP),
                                 TO(tenure_versions, office, "version")},
    [MERGE_GROUNDS] = {OF(ground_versions, contact) UNLESS(
                           ground_versions, contact, "o.kind = v.kind AND o.area_folded = v.area_folded"),
                       TO(ground_versions, contact, "version")},
    [MERGE_MEMBERS] = {OF(member_versions, contact) UNLESS(member_versions, contact, "o.list = v.list"),
                       TO(member_versions, contact, "version")},
    [MERGE_OBJECTIONS] = {"SELECT id FROM objections WHERE contact = ?1 AND ?2 > 0 AND ?3 > 0 ORDER BY id",
                          TO(objections, contact, "id")},
    [MERGE_OVERRIDES] = {"SELECT v.mailing FROM overrides v WHERE v.contact = ?1 AND ?3 > 0 AND NOT EXISTS"
                         " (SELECT 1 FROM overrides o WHERE o.contact = ?2 AND o.mailing = v.mailing)",
                         TO(overrides, contact, "mailing")},
    [MERGE_MEMBERSHIPS] = {"SELECT id FROM memberships WHERE member = ?1 AND (organisation IS NULL OR"
                           " organisation <> ?2) AND ?3 > 0 ORDER BY id",
                           TO(memberships, member, "id")},
    [MERGE_MEMBERSHIPS_IN] = {"SELECT id FROM memberships WHERE organisation = ?1 AND member <> ?2 AND ?3 > 0"
                              " ORDER BY id",
                              TO(memberships, organisation, "id")},
    [MERGE_FACILITATORS] = {"SELECT list FROM workshops WHERE facilitator = ?1 AND ?2 > 0 AND ?3 > 0",
                            TO(workshops, facilitator, "list")},
    [MERGE_RAPPORTEURS] = {"SELECT list FROM workshops WHERE rapporteur = ?1 AND ?2 > 0 AND ?3 > 0",
                           TO(workshops, rapporteur, "list")},
    [MERGE_UNSUBSCRIPTIONS] =
        {"SELECT id FROM unsubscriptions WHERE contact = ?1 AND ?2 > 0 AND ?3 > 0 ORDER BY id",
         TO(unsubscriptions, contact, "id")},
    [MERGE_KEYS] = {"SELECT id FROM contact_keys WHERE contact = ?1 AND ?2 > 0 AND ?3 > 0 ORDER BY id",
                    TO(contact_keys, contact, "id")},
};

/* ---- the merge itself ---- */

int merge_rows_begin(Revision *revision, gint64 kept, gint64 gone, gint64 restricted, gint64 *ret_id,
                     GError **error) {
  return link_insert(
      revision->link, ret_id, error,
      "INSERT INTO merges (kept, gone, restricted, made_at, made_by) VALUES (?1, ?2, ?3, ?4, ?5)", "iiiit",
      kept, gone, restricted, revision->now, revision->user);
}

int merge_rows_leave(Link *link, gint64 merge, const char *state, GError **error) {
  int r = link_run(link, error, "UPDATE merges SET left_state = ?2 WHERE id = ?1", "it", merge, state);
  return MIN(r, 0);
}

int merge_rows_undone(Revision *revision, gint64 merge, GError **error) {
  int r = link_run(revision->link, error, "UPDATE merges SET undone_at = ?2 WHERE id = ?1", "ii", merge,
                   revision->now);
  if (r >= 0)
    r = link_run(revision->link, error, "DELETE FROM merge_moves WHERE merge = ?1", "i", merge);
  return MIN(r, 0);
}

int merge_rows_forget(Link *link, gint64 kept, GError **error) {
  int r =
      link_run(link, error, "DELETE FROM merge_moves WHERE merge IN (SELECT id FROM merges WHERE kept = ?1)",
               "i", kept);
  return MIN(r, 0);
}

/* ---- steps ---- */

static int note(MergeSteps *steps, gint64 deed, gint64 row, gint64 was, GError **error) {
  int r = link_run(steps->revision->link, error,
                   "INSERT INTO merge_moves (merge, number, deed, row, was) VALUES (?1, ?2, ?3, ?4, ?5)",
                   "iiiii", steps->merge, ++steps->number, deed, row, was);
  return MIN(r, 0);
}

/* What a query gives in its first two columns (the second may be absent). */
typedef struct {
  gint64 row, was;
} Found;

static int gather(Statement *s, gboolean two, GArray *to, GError **error) {
  int r;
  while ((r = statement_step(s, error)) > 0) {
    Found found = {statement_int(s, 0), two ? statement_int(s, 1) : 0};
    g_array_append_val(to, found);
  }
  return r;
}

int merge_rows_move(MergeSteps *steps, enum merge_part part, gint64 *ret, GError **error) {
  g_autoptr(Statement) s = NULL;
  g_autoptr(GArray) rows = g_array_new(FALSE, FALSE, sizeof(Found));
  Link *link = steps->revision->link;
  int r = link_query(link, &s, error, parts[part].list, "iii", steps->gone, steps->kept,
                     steps->revision->generation);
  if (r == 0)
    r = gather(s, FALSE, rows, error);
  g_clear_pointer(&s, statement_done);
  for (guint i = 0; r == 0 && i < rows->len; i++) {
    gint64 row = g_array_index(rows, Found, i).row;
    r = link_run(link, error, parts[part].move, "iii", row, steps->kept, steps->gone);
    r = r < 0 ? r : note(steps, (gint64)part, row, 0, error);
  }
  *ret = rows->len;
  return r;
}

static const struct {
  const char *list, *shelve, *restore;
} shelves[] = {
#define SHELF(table, owners)                                                                                 \
  {                                                                                                          \
    "SELECT version, born FROM " #table " WHERE (" owners ") AND born <= ?2 AND died > ?2 ORDER BY version", \
        "UPDATE " #table " SET born = " NEVER " WHERE version = ?1",                                         \
        "UPDATE " #table " SET born = ?2 WHERE version = ?1 AND born = " NEVER                               \
  }
    SHELF(contact_versions, "id = ?1"),
    SHELF(channel_versions, "contact = ?1"),
    SHELF(tenure_versions, "office = ?1 OR person = ?1"),
    SHELF(ground_versions, "contact = ?1"),
    SHELF(member_versions, "contact = ?1"),
};

static int shelve(MergeSteps *steps, gsize shelf, gint64 contact, gint64 *ret, GError **error) {
  g_autoptr(Statement) s = NULL;
  g_autoptr(GArray) rows = g_array_new(FALSE, FALSE, sizeof(Found));
  Link *link = steps->revision->link;
  int r = link_query(link, &s, error, shelves[shelf].list, "ii", contact, steps->revision->generation);
  if (r == 0)
    r = gather(s, TRUE, rows, error);
  g_clear_pointer(&s, statement_done);
  for (guint i = 0; r == 0 && i < rows->len; i++) {
    const Found *found = &g_array_index(rows, Found, i);
    r = link_run(link, error, shelves[shelf].shelve, "i", found->row);
    r = r < 0 ? r : note(steps, MERGE_SHELVED_CARD + (gint64)shelf, found->row, found->was, error);
  }
  *ret += rows->len;
  return r;
}

int merge_rows_shelve_card(MergeSteps *steps, gint64 contact, GError **error) {
  gint64 count = 0;
  return shelve(steps, 0, contact, &count, error);
}

int merge_rows_shelve_rest(MergeSteps *steps, gint64 *ret, GError **error) {
  int r = 0;
  *ret = 0;
  for (gsize i = 1; r == 0 && i < G_N_ELEMENTS(shelves); i++)
    r = shelve(steps, i, steps->gone, ret, error);
  return r;
}

int merge_rows_note_card(MergeSteps *steps, gint64 version, GError **error) {
  return note(steps, MERGE_MADE_CARD, version, 0, error);
}

static int change_channel(MergeSteps *steps, gint64 deed, gint64 version, const char *read, const char *write,
                          gint64 value, GError **error) {
  gint64 was = 0;
  int r = link_int(steps->revision->link, &was, error, read, "i", version);
  if (r == 0)
    r = link_run(steps->revision->link, error, write, "ii", version, value);
  return r < 0 ? r : note(steps, deed, version, was, error);
}

#define SET_POSITION "UPDATE channel_versions SET position = ?2 WHERE version = ?1"
#define SET_STANDING "UPDATE channel_versions SET standing = ?2 WHERE version = ?1"

int merge_rows_place_channel(MergeSteps *steps, gint64 version, gint64 position, GError **error) {
  return change_channel(steps, MERGE_PLACED_CHANNEL, version,
                        "SELECT position FROM channel_versions WHERE version = ?1", SET_POSITION, position,
                        error);
}

int merge_rows_judge_channel(MergeSteps *steps, gint64 version, gint64 standing, GError **error) {
  return change_channel(steps, MERGE_JUDGED_CHANNEL, version,
                        "SELECT standing FROM channel_versions WHERE version = ?1", SET_STANDING, standing,
                        error);
}

/* ---- back ---- */

/* How many rows a step's undoing changed: one, or the row is not there any more. */
static int take_back_one(MergeSteps *steps, gint64 deed, const Found *found, GError **error) {
  Link *link = steps->revision->link;
  if (deed >= MERGE_SHELVED_CARD && deed <= MERGE_SHELVED_MEMBER)
    return link_run(link, error, shelves[deed - MERGE_SHELVED_CARD].restore, "ii", found->row, found->was);
  if (deed == MERGE_MADE_CARD)
    return link_run(link, error, "DELETE FROM contact_versions WHERE version = ?1", "i", found->row);
  if (deed == MERGE_PLACED_CHANNEL || deed == MERGE_JUDGED_CHANNEL)
    return link_run(link, error, deed == MERGE_PLACED_CHANNEL ? SET_POSITION : SET_STANDING, "ii", found->row,
                    found->was);
  if (deed < 0 || deed >= MERGE_PARTS)
    return fault(error, FAULT_SYSTEM, "a merge has a step that is not known here; restore a backup");
  return link_run(link, error, parts[deed].move, "iii", found->row, steps->gone, steps->kept);
}

typedef struct {
  gint64 deed;
  Found found;
} Step;

int merge_rows_take_back(MergeSteps *steps, GError **error) {
  g_autoptr(Statement) s = NULL;
  g_autoptr(GArray) all = g_array_new(FALSE, FALSE, sizeof(Step));
  int r = link_query(steps->revision->link, &s, error,
                     "SELECT deed, row, was FROM merge_moves WHERE merge = ?1 ORDER BY number DESC", "i",
                     steps->merge);
  while (r == 0 && (r = statement_step(s, error)) > 0) {
    Step step = {statement_int(s, 0), {statement_int(s, 1), statement_int(s, 2)}};
    g_array_append_val(all, step);
    r = 0;
  }
  g_clear_pointer(&s, statement_done);
  for (guint i = 0; r == 0 && i < all->len; i++) {
    const Step *step = &g_array_index(all, Step, i);
    r = take_back_one(steps, step->deed, &step->found, error);
    r = r < 0 ? r : r != 1;
  }
  return r;
}

/* ---- looking ---- */

int merge_rows_beside(Link *link, gint64 contact, char **ret, GError **error) {
#define COUNTS(sum, table, owner) "SELECT count(*), coalesce(sum(" sum "), 0) FROM " table " WHERE " owner
  static const char *const queries[] = {
      COUNTS("id", "objections", "contact = ?1"), COUNTS("mailing", "overrides", "contact = ?1"),
      COUNTS("id + to_day", "memberships", "member = ?1 OR organisation = ?1"),
      COUNTS("list", "workshops", "facilitator = ?1 OR rapporteur = ?1"),
      COUNTS("id + withdrawn_at", "unsubscriptions", "contact = ?1")};
  g_autoptr(GString) out = g_string_new(NULL);
  int r = 0;
  for (gsize i = 0; r == 0 && i < G_N_ELEMENTS(queries); i++) {
    g_autoptr(Statement) s = NULL;
    r = link_query(link, &s, error, queries[i], "i", contact);
    if (r == 0 && (r = statement_step(s, error)) > 0) {
      g_string_append_printf(out, "%" G_GINT64_FORMAT "/%" G_GINT64_FORMAT " ", statement_int(s, 0),
                             statement_int(s, 1));
      r = 0;
    }
  }
  *ret = g_strdup(out->str);
  return r;
}

int merge_rows_marked(Link *link, gint64 a, gint64 b, gboolean *ret, GError **error) {
  gint64 one;
  int r = link_int(link, &one, error, "SELECT 1 FROM distinct_pairs WHERE a = ?1 AND b = ?2", "ii", MIN(a, b),
                   MAX(a, b));
  *ret = r == 0;
  return MIN(r, 0);
}

#define COLUMNS_OF "SELECT id, kept, gone, made_at, made_by, left_state FROM merges WHERE undone_at = 0 AND "

static void borrow(Statement *s, Merge *to) {
  *to = (Merge){.id = statement_int(s, 0),
                .kept = statement_int(s, 1),
                .gone = statement_int(s, 2),
                .made_at = statement_int(s, 3),
                .made_by = (char *)statement_text(s, 4),
                .left_state = (char *)statement_text(s, 5)};
}

int merge_find(Link *link, gint64 gone, gint64 clearance, Merge *ret, GError **error) {
  g_autoptr(Statement) s = NULL;
  *ret = (Merge){0};
  /* Who stays may have become somebody whom the asker may not see. */
  int r = link_query(link, &s, error,
                     COLUMNS_OF "gone = ?1 AND restricted <= ?2 AND (?2 > 0 OR EXISTS"
                                " (SELECT 1 FROM contacts_now c WHERE c.id = kept AND c.restricted <= ?2))",
                     "ii", gone, clearance);
  if (r < 0 || (r = statement_step(s, error)) <= 0)
    return r < 0 ? r : 1;
  borrow(s, ret);
  ret->made_by = g_strdup(ret->made_by);
  ret->left_state = g_strdup(ret->left_state);
  return 0;
}

int merge_final(Link *link, gint64 gone, gint64 *ret, GError **error) {
  int r = 0;
  *ret = gone;
  /* Merges have no circle: who went is no contact that another could go into. */
  while (r == 0)
    r = link_int(link, ret, error, "SELECT kept FROM merges WHERE gone = ?1 AND undone_at = 0", "i", *ret);
  return MIN(r, 0);
}

int merge_by_external(Link *link, const char *external_id, gint64 *ret, GError **error) {
  gint64 gone = 0;
  int r = link_int(link, &gone, error,
                   "SELECT v.id FROM contact_versions v JOIN merges m ON m.gone = v.id AND m.undone_at = 0"
                   " WHERE v.external_id = ?1 AND v.born = " NEVER " LIMIT 1",
                   "t", external_id);
  return r == 0 ? merge_final(link, gone, ret, error) : r;
}

int merge_each(Link *link, gint64 kept, gint64 clearance, MergeSeen seen, gpointer data, GError **error) {
  g_autoptr(Statement) s = NULL;
  int r = link_query(link, &s, error, COLUMNS_OF "kept = ?1 AND restricted <= ?2 ORDER BY id", "ii", kept,
                     clearance);
  while (r == 0 && (r = statement_step(s, error)) > 0) {
    Merge merge;
    borrow(s, &merge);
    r = seen(&merge, data, error);
    r = MIN(r, 0);
  }
  return r;
}
