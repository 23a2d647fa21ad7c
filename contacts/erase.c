/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "contacts/erase.h"

#include "base/fault.h"
#include "base/ident.h"
#include "contacts/contact_rows.h"
#include "contacts/erase_rows.h"
#include "contacts/suppression.h"
#include "contacts/tenure_rows.h"
#include "journal/erase_rows.h"

#define SCRUBS     20           /* tries to empty the log */
#define SCRUB_WAIT (100 * 1000) /* microseconds between them */

typedef struct {
  gint64 id;
  const EraseTerms *terms;
  EraseReport *report;
  gboolean done; /* and a dry run takes it back */
} EraseWork;

static int check(const Contact *card, GError **error) {
  char id[IDENT_SIZE];
  if (card->kind == CONTACT_PERSON)
    return 0;
  return fault(error, FAULT_RULE,
               "%s is an %s, and only persons are erased; erase who holds it, or note that it objects: "
               "`valise contacts "
               "object`",
               ident_into(IDENT_CONTACT, card->id, id), contact_kind_name(card->kind));
}

/* Before anything is wiped: what must not come back, as digests. */
static int suppress(Revision *revision, const Contact *card, const GArray *family, GError **error) {
  int r = suppression_contact(revision, card, SUPPRESSED_ERASED, error);
  for (guint i = 0; r == 0 && i < family->len; i++) {
    g_autoptr(GPtrArray) ids = g_ptr_array_new_with_free_func(g_free);
    r = erase_rows_ids(revision->link, g_array_index(family, gint64, i), ids, error);
    for (guint k = 0; r == 0 && k < ids->len; k++) {
      /* Its routes are the kept one's; of who went only the id is left to note. */
      Contact gone = {.id = g_array_index(family, gint64, i), .external_id = ids->pdata[k]};
      r = suppression_contact(revision, &gone, SUPPRESSED_ERASED, error);
    }
  }
  return r;
}

static int erase_one(Revision *revision, EraseWork *work, gint64 contact, const char *const *words,
                     GError **error) {
  char name[IDENT_SIZE];
  gint64 entries = 0;
  int r = erase_rows_texts(revision->link, contact, words, &entries, error);
  work->report->entries += entries;
  if (r == 0)
    r = erase_rows_parts(revision->link, contact, work->report, error);
  if (r == 0)
    r = erase_rows_cards(revision->link, contact, ident_into(IDENT_CONTACT, contact, name), error);
  if (r == 0 && work->terms->elsewhere != NULL)
    r = work->terms->elsewhere(revision->link, contact, words, work->terms->data, error);
  return r;
}

static int erase_family(Revision *revision, EraseWork *work, const GArray *family, GError **error) {
  g_autoptr(GPtrArray) words = g_ptr_array_new_with_free_func(g_free);
  int r = 0;
  for (guint i = 0; r == 0 && i < family->len; i++)
    r = erase_rows_words(revision->link, g_array_index(family, gint64, i), words, error);
  g_ptr_array_add(words, NULL);
  for (guint i = 0; r == 0 && i < family->len; i++)
    r = erase_one(revision, work, g_array_index(family, gint64, i), (const char *const *)words->pdata, error);
  work->report->merged = family->len - 1;
  return r;
}

static int count_tenures(Revision *revision, EraseWork *work, GError **error) {
  g_autoptr(GArray) tenures = NULL;
  int r = tenure_rows_load(revision->link, revision->generation, work->id, TENURE_OF_PERSON, &tenures, error);
  work->report->tenures = tenures->len;
  return r;
}

static int erase(Revision *revision, gpointer data, GError **error) {
  EraseWork *work = data;
  g_autoptr(ContactVersion) version = NULL;
  g_autoptr(GArray) family = g_array_new(FALSE, FALSE, sizeof(gint64));
  int r = contact_rows_load_visible(revision, work->id, &version, error);
  if (r == 0 && version->card->standing == CONTACT_ERASED)
    return 1;
  if (r == 0)
    r = check(version->card, error);
  if (r == 0)
    r = erase_rows_family(revision->link, work->id, family, error);
  if (r == 0)
    r = suppress(revision, version->card, family, error);
  if (r == 0)
    r = count_tenures(revision, work, error);
  if (r == 0)
    r = erase_family(revision, work, family, error);
  revision_touch(revision, work->id);
  if (r == 0 && work->terms->dry_run) {
    work->done = TRUE;
    return fault(error, FAULT_RULE, "a dry run changes nothing");
  }
  if (r == 0)
    revision_note(revision, ENTRY_CONTACT_ERASED, work->id, g_strdup("erased at the person's wish"));
  return r;
}

/* Somebody may be reading at the moment; reads are short. */
static int scrub(Store *store, gboolean *ret_left, GError **error) {
  int r = 1;
  for (int tries = 0; r == 1 && tries < SCRUBS; tries++) {
    if (tries > 0)
      g_usleep(SCRUB_WAIT);
    r = store_scrub(store, error);
  }
  *ret_left = r == 1;
  return MIN(r, 0);
}

int erase_contact(const Contacts *contacts, const Actor *actor, gint64 id, const EraseTerms *terms,
                  EraseReport *ret, GError **error) {
  EraseWork work = {.id = id, .terms = terms, .report = ret};
  g_autoptr(GError) undone = NULL;
  *ret = (EraseReport){0};
  int r = revision_by_hand(contacts, actor, erase, &work, &undone);
  if (r < 0 && work.done && !store_is_broken(contacts->store))
    return 0;
  if (r < 0)
    g_propagate_error(error, g_steal_pointer(&undone));
  return r == 0 ? scrub(contacts->store, &ret->log_left, error) : r;
}
