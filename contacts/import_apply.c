/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "contacts/import_apply.h"

#include "base/crash.h"
#include "base/fault.h"
#include "base/ident.h"
#include "base/text.h"
#include "contacts/area.h"
#include "contacts/contacts_rows.h"
#include "contacts/filing.h"
#include "contacts/list_rows.h"
#include "contacts/merge.h"
#include "contacts/suppression.h"

/* ---- units ---- */

/* Work that is done in chunks: returns how many rows it took, 0 when there are no more. */
typedef int (*ChunkWork)(Import *import, Link *link, gint64 deadline, GError **error);

typedef struct {
  Import *import;
  ChunkWork work;
  gboolean undo; /* the chunk was done, and is to be undone */
  gint64 took;   /* microseconds */
} Chunk;

static int run_chunk(Link *link, gpointer data, GError **error) {
  Chunk *chunk = data;
  const Clock *clock = chunk->import->contacts->clock;
  gint64 begun = clock_monotonic(clock);
  int r = chunk->work(chunk->import, link, begun + IMPORT_UNIT_TIME, error);
  chunk->took = clock_monotonic(clock) - begun;
  if (r > 0 && chunk->undo) {
    fault(error, FAULT_RULE, "a dry run changes nothing");
    return FAULT_RULE;
  }
  chunk->undo = FALSE;
  return r;
}

static int in_chunks(Import *import, ChunkWork work, gboolean undo, GError **error) {
  int r;
  do {
    Chunk chunk = {.import = import, .work = work, .undo = undo};
    g_autoptr(GError) undone = NULL;
    r = store_write_aside(import->contacts->store, run_chunk, &chunk, &undone);
    if (undo && r < 0 && chunk.undo && !store_is_broken(import->contacts->store))
      r = 1;
    else if (r < 0)
      g_propagate_error(error, g_steal_pointer(&undone));
    import->longest = MAX(import->longest, chunk.took);
  } while (r > 0);
  return r;
}

/* A change of state alone. */
static int one_unit(Import *import, ChunkWork work, GError **error) {
  Chunk chunk = {.import = import, .work = work};
  int r = store_write(import->contacts->store, run_chunk, &chunk, error);
  return MIN(r, 0);
}

static gboolean is_late(const Import *import, gint64 deadline) {
  return clock_monotonic(import->contacts->clock) >= deadline;
}

static void tell(Import *import, gint64 line, int column, const char *sentence, gboolean note) {
  if (import->complaint != NULL)
    import->complaint(line, column, sentence, note, import->data);
}

/* ---- the lock ---- */

static int lock(Import *import, Link *link, gint64 deadline, GError **error) {
  (void)deadline;
  gint64 visible, other;
  int r = contacts_rows_generation(link, &visible, &other, error);
  if (r == 0 && other != 0 && other != import->record.id)
    r = fault(error, FAULT_BUSY,
              "another file of contacts is being imported at this moment; try again when it is done");
  if (r == 0)
    r = contacts_rows_lock(link, import->record.id, error);
  import->record.state = IMPORT_CHECKING;
  return r == 0 ? import_rows_save(link, &import->record, error) : r;
}

int import_lock(Import *import, GError **error) {
  return one_unit(import, lock, error);
}

/* ---- who is meant ---- */

static void pass_on(enum column column, const char *sentence, gboolean note, gpointer data) {
  gpointer *pair = data;
  tell(pair[0], ((const StagedRow *)pair[1])->line, (int)column, sentence, note);
}

static int check_lists(Link *link, const Row *row, const char *list, char **ret_refusal, GError **error) {
  g_auto(GStrv) names = row_items(row, COLUMN_LISTS);
  int r = list != NULL ? list_rows_check(link, list, ret_refusal, error) : 0;
  for (char **name = names; *name != NULL && r == 0 && *ret_refusal == NULL; name++)
    r = list_rows_check(link, *name, ret_refusal, error);
  return r;
}

/* One more holder of an office that is here, or on a line before. */
static int check_joint(Link *link, gint64 import, const StagedRow *staged, const Row *row, gint64 contact,
                       char **ret_refusal, GError **error) {
  gint64 line = 0;
  g_autofree char *office = row_base_identity(row);
  int r = contact == 0 ? import_rows_line_named(link, import, office, &line, error) : 0;
  if (r == 0 && contact == 0 && (line == 0 || line > staged->line))
    *ret_refusal =
        g_strdup("it notes one more holder of an office that is neither here nor on a line before; put "
                 "the office's own row first");
  return r;
}

static int check_claim(Link *link, gint64 import, const StagedRow *staged, const Row *row, gint64 contact,
                       char **ret_refusal, GError **error) {
  gint64 line = 0;
  if (row_is_joint(row))
    return check_joint(link, import, staged, row, contact, ret_refusal, error);
  int r = contact != 0 ? import_rows_line_of(link, import, contact, &line, error) : 0;
  if (r == 0 && line != 0)
    *ret_refusal =
        g_strdup_printf("it is the same contact as on line %" G_GINT64_FORMAT "; keep one of the rows", line);
  return r;
}

/* A row that names who went into another contact means that one; but when that has a row of its own in the
 * file, its own row counts. */
static int check_merged(Import *import, Link *link, const StagedRow *staged, Row *row, gint64 contact,
                        gboolean *ret_left_out, GError **error) {
  gint64 other = 0, number = 0, line = 0;
  char id[IDENT_SIZE];
  if (contact == 0 || !row_says(row, COLUMN_ID))
    return 0;
  gboolean numbered = ident_parse(IDENT_CONTACT, row->cell[COLUMN_ID], &number, NULL) == 0;
  int r = numbered ? number == contact : merge_by_external(link, row->cell[COLUMN_ID], &other, error);
  if (r != 0)
    return MIN(r, 0);
  r = import_rows_line_of_id(link, import->record.id, contact, &line, error);
  *ret_left_out = r == 0 && line != 0 && line != staged->line;
  if (*ret_left_out) {
    g_autofree char *sentence =
        g_strdup_printf("%s went into %s, which has line %" G_GINT64_FORMAT " of its own here; left out",
                        row->cell[COLUMN_ID], ident_into(IDENT_CONTACT, contact, id), line);
    tell(import, staged->line, -1, sentence, TRUE);
  }
  g_free(row->cell[COLUMN_ID]);
  row->cell[COLUMN_ID] = ident_text(IDENT_CONTACT, contact);
  return r;
}

/* 0 and *ret_bad. */
static int check_row(Import *import, Link *link, gint64 generation, const StagedRow *staged, Row *row,
                     gint64 *ret_contact, gboolean *ret_bad, GError **error) {
  ContactSearch where = {.generation = generation,
                         .clearance = import->record.clearance,
                         .import = row_is_joint(row) ? 0 : import->record.id};
  g_autofree char *refusal = NULL;
  gpointer pair[] = {import, (gpointer)staged};
  int r = filing_find(link, &where, row, ret_contact, &refusal, error);
  if (r == 0 && refusal == NULL)
    r = check_merged(import, link, staged, row, *ret_contact, ret_bad, error);
  if (r < 0 || *ret_bad)
    return r;
  if (refusal == NULL)
    r = check_claim(link, import->record.id, staged, row, *ret_contact, &refusal, error);
  if (r == 0 && refusal == NULL)
    r = filing_check(link, generation, contacts_today(import->contacts), row, *ret_contact, &refusal, error);
  if (r == 0 && refusal == NULL)
    r = check_lists(link, row, import->record.list, &refusal, error);
  if (r < 0)
    return r;
  *ret_bad = refusal != NULL;
  if (refusal != NULL)
    tell(import, staged->line, -1, refusal, FALSE);
  else if (*ret_contact == 0)
    *ret_bad = row_check_fresh(row, pass_on, pair) > 0;
  return 0;
}

static int check_one(Import *import, Link *link, gint64 generation, const StagedRow *staged, GError **error) {
  g_autoptr(Row) row = row_unpack(staged->cells);
  gint64 contact = 0;
  gboolean bad = FALSE;
  int r = check_row(import, link, generation, staged, row, &contact, &bad, error);
  if (r < 0)
    return r;
  if (bad)
    return import_rows_drop(link, import->record.id, staged->line, error);
  g_autofree char *cells = row_pack(row);
  /* Rows with a further holder find their office again when they are filed: no two claim one contact. */
  return import_rows_mean(link, import->record.id, staged->line, row_is_joint(row) ? 0 : contact, cells,
                          error);
}

static int check_chunk(Import *import, Link *link, gint64 deadline, GError **error) {
  g_autoptr(GArray) rows = NULL;
  gint64 visible, self;
  int r = contacts_rows_generation(link, &visible, &self, error);
  if (r == 0)
    r = import_rows_staged(link, import->record.id, import->record.after_line, IMPORT_UNIT_ROWS, &rows,
                           error);
  guint done = 0;
  for (; r == 0 && done < rows->len && (done == 0 || !is_late(import, deadline)); done++) {
    const StagedRow *staged = &g_array_index(rows, StagedRow, done);
    r = check_one(import, link, visible, staged, error);
    import->record.after_line = staged->line;
  }
  return r < 0 ? r : (int)done;
}

int import_check(Import *import, GError **error) {
  import->record.after_line = 0;
  return in_chunks(import, check_chunk, FALSE, error);
}

/* ---- applying ---- */

static int begin_applying(Import *import, Link *link, gint64 deadline, GError **error) {
  (void)deadline;
  import->record.state = IMPORT_APPLYING;
  import->record.after_line = 0;
  return import_rows_save(link, &import->record, error);
}

static void count(Import *import, const StagedRow *staged, const Filed *filed) {
  if (filed->kept_erased)
    tell(import, staged->line, -1, "this contact was erased at its wish, and stays so; the row was left out",
         TRUE);
  if (filed->kept_objected)
    tell(import, staged->line, -1, "this contact wishes not to be written to, and that stays so", TRUE);
  if (filed->kept_refused > 0)
    tell(import, staged->line, -1,
         "a route on this row must not be written to, as was asked earlier, and that stays so: it is refused",
         TRUE);
  import->record.added += filed->added;
  import->record.changed += filed->changed;
  import->record.unchanged += !filed->added && !filed->changed;
  import->record.holders += filed->holders;
}

static int file_one(Import *import, Revision *revision, const StagedRow *staged, GError **error) {
  g_autoptr(Row) row = row_unpack(staged->cells);
  Filed filed;
  int r = filing_row(revision, row, staged->contact, import->record.list, &filed, error);
  if (r == 0)
    r = revision_settle(revision, error);
  if (r == 0)
    count(import, staged, &filed);
  return r < 0 ? fault_prefix(error, "%s line %" G_GINT64_FORMAT, import->record.name, staged->line) : r;
}

static int apply_rows(Import *import, Revision *revision, gint64 deadline, GError **error) {
  g_autoptr(GArray) rows = NULL;
  int r = import_rows_staged(revision->link, import->record.id, import->record.after_line, IMPORT_UNIT_ROWS,
                             &rows, error);
  guint done = 0;
  for (; r == 0 && done < rows->len && (done == 0 || !is_late(import, deadline)); done++) {
    const StagedRow *staged = &g_array_index(rows, StagedRow, done);
    r = file_one(import, revision, staged, error);
    import->record.after_line = staged->line;
  }
  if (r == 0 && done > 0 && !import->dry_run)
    r = import_rows_save(revision->link, &import->record, error);
  return r < 0 ? r : (int)done;
}

static int apply_chunk(Import *import, Link *link, gint64 deadline, GError **error) {
  gint64 self;
  g_auto(Revision) revision = {.link = link,
                               .now = clock_wall(import->contacts->clock),
                               .today = contacts_today(import->contacts),
                               .user = import->record.user,
                               .clearance = import->record.clearance,
                               .touched = g_array_new(FALSE, FALSE, sizeof(gint64))};
  int r = contacts_rows_generation(link, &revision.generation, &self, error);
  revision.generation++;
  if (r == 0)
    r = apply_rows(import, &revision, deadline, error);
  crash_point("import-chunk");
  return r;
}

int import_apply(Import *import, GError **error) {
  int r = 0;
  if (import->dry_run)
    import->record.after_line = 0;
  else if (import->record.state != IMPORT_APPLYING)
    r = one_unit(import, begin_applying, error);
  return r == 0 ? in_chunks(import, apply_chunk, import->dry_run, error) : r;
}

/* ---- the flip, or the way back ---- */

static int flip(Import *import, Link *link, gint64 deadline, GError **error) {
  (void)deadline;
  const ImportRecord *record = &import->record;
  g_autofree char *text = g_strdup_printf("%s: %" G_GINT64_FORMAT " added, %" G_GINT64_FORMAT
                                          " changed, %" G_GINT64_FORMAT " unchanged",
                                          record->name, record->added, record->changed, record->unchanged);
  Entry entry = {.kind = ENTRY_CONTACTS_IMPORTED,
                 .user = record->user,
                 .text = text,
                 .restricted = record->clearance > 0};
  import->record.state = IMPORT_FLIPPED;
  crash_point("import-flip");
  int r = import_rows_save(link, record, error);
  if (r == 0 && record->added + record->changed == 0)
    return contacts_rows_lock(link, 0, error);
  if (r == 0)
    r = contacts_rows_flip(link, error);
  return r == 0 ? journal_add(import->contacts->journal, link, &entry, error) : r;
}

int import_flip(Import *import, GError **error) {
  return one_unit(import, flip, error);
}

static int undo_chunk(Import *import, Link *link, gint64 deadline, GError **error) {
  (void)deadline;
  gint64 visible, self;
  int r = contacts_rows_generation(link, &visible, &self, error);
  return r == 0 && self == import->record.id ? import_rows_undo(link, visible + 1, STORE_CHUNK, error) : r;
}

int import_undo(Import *import, GError **error) {
  return in_chunks(import, undo_chunk, FALSE, error);
}

static int unlock(Import *import, Link *link, gint64 deadline, GError **error) {
  (void)deadline;
  gint64 visible, self;
  int r = contacts_rows_generation(link, &visible, &self, error);
  return r == 0 && self == import->record.id ? contacts_rows_lock(link, 0, error) : r;
}

static int clear_rows(Import *import, Link *link, gint64 deadline, GError **error) {
  (void)deadline;
  return import_rows_clear(link, import->record.id, STORE_CHUNK, FALSE, error);
}

static int forget(Import *import, Link *link, gint64 deadline, GError **error) {
  (void)deadline;
  return import_rows_clear(link, import->record.id, STORE_CHUNK, TRUE, error);
}

static int purge(Import *import, Link *link, gint64 deadline, GError **error) {
  (void)import, (void)deadline;
  return contacts_rows_purge(link, STORE_CHUNK, error);
}

int import_finish(Import *import, gboolean forgotten, GError **error) {
  int r = one_unit(import, unlock, error);
  if (r == 0)
    r = in_chunks(import, clear_rows, FALSE, error);
  if (r == 0 && forgotten)
    r = one_unit(import, forget, error);
  return r == 0 ? in_chunks(import, purge, FALSE, error) : r;
}

/* ---- after a crash ---- */

static int find_import(Store *store, enum import_state state, ImportRecord *ret, GError **error) {
  g_autoptr(Link) link = NULL;
  gint64 id = 0;
  int r = store_read(store, &link, error);
  if (r == 0)
    r = import_rows_in_state(link, state, &id, error);
  return r == 0 ? import_rows_load(link, id, ret, error) : r;
}

/* What was only staged is forgotten: whoever sent the file was never told that it was taken. */
static int forget_all(const Contacts *contacts, enum import_state state, GError **error) {
  for (;;) {
    Import import = {.contacts = contacts};
    int r = find_import(contacts->store, state, &import.record, error);
    if (r == 0)
      r = import_finish(&import, TRUE, error);
    import_record_clear(&import.record);
    if (r != 0)
      return MIN(r, 0);
  }
}

/* A rule that came to refuse a row now would refuse it at every start: then the import is taken back whole.
 */
static int complete(Import *import, gboolean *ret_completed, GError **error) {
  g_autoptr(GError) refused = NULL;
  int r = import_apply(import, &refused);
  if (r == FAULT_SYSTEM || r == FAULT_UNCERTAIN) {
    g_propagate_error(error, g_steal_pointer(&refused));
    return r;
  }
  *ret_completed = r == 0;
  r = r == 0 ? import_flip(import, error) : import_undo(import, error);
  return r == 0 ? import_finish(import, !*ret_completed, error) : r;
}

static int clear_left(Import *import, Link *link, gint64 deadline, GError **error) {
  (void)import, (void)deadline;
  return import_rows_clear_left(link, STORE_CHUNK, error);
}

int contacts_recover(const Contacts *contacts, gboolean *ret_completed, GError **error) {
  Import import = {.contacts = contacts};
  gboolean completed = FALSE;
  int r = area_prepare(contacts, error);
  if (r == 0)
    r = suppression_catch_up(contacts, error);
  if (r == 0)
    r = forget_all(contacts, IMPORT_STAGING, error);
  if (r == 0)
    r = forget_all(contacts, IMPORT_CHECKING, error);
  if (r == 0) {
    r = find_import(contacts->store, IMPORT_APPLYING, &import.record, error);
    r = r == 0 ? complete(&import, &completed, error) : MIN(r, 0);
    import_record_clear(&import.record);
  }
  /* An import that ended after its flip may have left rows that nobody needs. */
  Import last = {.contacts = contacts};
  if (r == 0)
    r = in_chunks(&last, clear_left, FALSE, error);
  if (r == 0)
    r = in_chunks(&last, purge, FALSE, error);
  if (ret_completed != NULL)
    *ret_completed = completed;
  return r;
}
