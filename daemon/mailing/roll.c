/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "mailing/roll.h"

#include <string.h>

#include "base/crash.h"
#include "base/fault.h"
#include "base/ident.h"
#include "contacts/eligibility.h"
#include "mailing/addressing.h"
#include "mailing/document.h"
#include "mailing/form_use_rows.h"
#include "mailing/mailbox.h"
#include "mailing/mailing_rows.h"
#include "mailing/permit.h"
#include "mailing/reminder.h"
#include "mailing/roll_rows.h"
#include "mailing/supplement.h"
#include "mailing/wave.h"

#define STAGE_ROWS  200  /* lines staged by one unit of work: some 4 ms */
#define CLEAN_ROWS  2000 /* lines cleared away by one unit */
#define LETTER_SIZE 8192 /* bytes of a message beside its attachments, roughly */

static const char *const state_names[] = {"included", "held", "excluded"};

const char *addressee_state_name(enum addressee_state state) {
  return state_names[state];
}

gboolean addressee_state_parse(const char *name, enum addressee_state *ret) {
  for (gsize i = 0; i < G_N_ELEMENTS(state_names); i++)
    if (g_strcmp0(name, state_names[i]) == 0) {
      *ret = (enum addressee_state)i;
      return TRUE;
    }
  return FALSE;
}

void addressee_free(Addressee *a) {
  if (a == NULL)
    return;
  char *texts[] = {a->reason, a->detail, a->language, a->country, a->name,    a->holder, a->salutation,
                   a->inside, a->close,  a->form,     a->address, a->to_name, a->offices};
  for (gsize i = 0; i < G_N_ELEMENTS(texts); i++)
    g_free(texts[i]);
  g_clear_pointer(&a->planned_routes, g_ptr_array_unref);
  g_free(a);
}

/* ---- counting ---- */

static void roll_count_init(RollCount *count) {
  *count = (RollCount){.languages = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free),
                       .reasons = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free)};
}

void roll_count_clear(RollCount *count) {
  g_clear_pointer(&count->languages, g_hash_table_unref);
  g_clear_pointer(&count->reasons, g_hash_table_unref);
}

/* Takes over KEY. */
static void add_to(GHashTable *table, char *key, gint64 n) {
  gint64 *had = g_hash_table_lookup(table, key);
  gint64 sum = n + (had != NULL ? *had : 0);
  g_hash_table_insert(table, key, g_memdup2(&sum, sizeof sum));
}

static int count_seen(const char *state, const char *reason, const char *language, gint64 n, gpointer data,
                      G_GNUC_UNUSED GError **error) {
  RollCount *count = data;
  enum addressee_state known = ADDRESSEE_EXCLUDED;
  addressee_state_parse(state, &known);
  if (known == ADDRESSEE_INCLUDED) {
    count->included += n;
    add_to(count->languages, g_strdup(language), n);
    return 0;
  }
  count->held += known == ADDRESSEE_HELD ? n : 0;
  count->excluded += known == ADDRESSEE_EXCLUDED ? n : 0;
  add_to(count->reasons, g_strconcat(state, " ", reason, NULL), n);
  return 0;
}

static gint64 attachments_size(const Document *document, const char *language) {
  const DocumentVersion *v = document_version(document, language);
  return v == NULL ? 0 : v->encoded_size;
}

/* The bytes of all messages that would leave. */
static int count_bytes(Link *link, const Mailing *mailing, RollCount *count, GError **error) {
  for (guint i = 0; i < mailing->documents->len; i++) {
    g_autoptr(Document) document = NULL;
    int r = document_find(link, g_array_index(mailing->documents, gint64, i), &document, error);
    if (r < 0)
      return r;
    GHashTableIter iter;
    gpointer language = NULL, n = NULL;
    g_hash_table_iter_init(&iter, count->languages);
    while (g_hash_table_iter_next(&iter, &language, &n))
      count->bytes += *(gint64 *)n * attachments_size(document, language);
  }
  count->bytes += count->included * LETTER_SIZE;
  return 0;
}

int roll_counts(Link *link, gint64 clearance, gint64 mailing, RollCount *ret, GError **error) {
  g_autoptr(Mailing) m = NULL;
  int r = mailing_find(link, clearance, mailing, &m, error);
  if (r < 0)
    return r;
  roll_count_init(ret);
  ret->restricted = m->restricted;
  r = roll_rows_counts(link, m->generation, count_seen, ret, error);
  return r < 0 ? r : count_bytes(link, m, ret, error);
}

/* ---- staging ---- */

typedef struct {
  Desk *desk;
  const Actor *actor;
  Mailing *mailing;
  Addressing addressing;
  gint64 roll;
  gint64 base;         /* which mailing it supplements; 0: none */
  Reminds reminds;     /* what it is as a reminder */
  gboolean restricted; /* whoever is on it */
  GPtrArray *chunk;    /* of Addressee */
  GPtrArray *choices;  /* of MailboxChoice, by address */
  GPtrArray *waves;    /* of Wave */
  RollCount *count;
} Rolling;

static int cleared_away(const Rolling *rolling, GError **error) {
  char id[IDENT_SIZE];
  return fault(error, FAULT_BUSY, "%s: another roll of it was made at the same time; look at that one",
               ident_into(IDENT_MAILING, rolling->mailing->id, id));
}

static void set_reason(Addressee *line, enum addressee_state state, enum reason reason) {
  line->state = state;
  g_free(line->reason);
  line->reason = g_strdup(reason_name(reason));
}

static gint by_address(gconstpointer a, gconstpointer b) {
  return strcmp(((const MailboxChoice *)a)->address, ((const MailboxChoice *)b)->address);
}

static gboolean is_chosen(const Rolling *rolling, const char *address) {
  const MailboxChoice wanted = {.address = (char *)address};
  const GPtrArray *choices = rolling->choices;
  guint low = 0, high = choices->len;
  while (low < high) {
    guint middle = low + (high - low) / 2;
    gint order = by_address(g_ptr_array_index(choices, middle), &wanted);
    if (order == 0)
      return TRUE;
    if (order < 0)
      low = middle + 1;
    else
      high = middle;
  }
  return FALSE;
}

/* Two persons behind one mailbox: the first is written to. As soon as an office is among them nobody can say
 * which of the two letters is meant for whom, so all are held. Unless the organiser chose (mailbox.h): then
 * that settles it once all are staged. */
static int settle_mailbox(const Rolling *rolling, Link *link, Addressee *line, GError **error) {
  if (line->address == NULL || line->state == ADDRESSEE_EXCLUDED || is_chosen(rolling, line->address))
    return 0;
  gint64 n = 0;
  gboolean restricted = FALSE;
  int r = roll_rows_same_mailbox(link, line->generation, line->address, &n, &restricted, error);
  if (r < 0 || n == 0)
    return r;
  if (!restricted && !line->restricted) {
    set_reason(line, ADDRESSEE_EXCLUDED, REASON_SAME_MAILBOX);
    return 0;
  }
  set_reason(line, ADDRESSEE_HELD, REASON_SAME_MAILBOX);
  return roll_rows_hold_mailbox(link, line->generation, line->address, reason_name(REASON_SAME_MAILBOX),
                                error);
}

static int stage_unit(Link *link, gpointer data, GError **error) {
  const Rolling *rolling = data;
  gint64 begun = clock_monotonic(clock_system());
  int r = roll_rows_alive(link, rolling->roll, error);
  if (r > 0)
    return cleared_away(rolling, error);
  for (guint i = 0; r == 0 && i < rolling->chunk->len; i++) {
    Addressee *line = g_ptr_array_index(rolling->chunk, i);
    r = settle_mailbox(rolling, link, line, error);
    if (r == 0)
      r = roll_rows_insert(link, line, error);
  }
  gint64 took = clock_monotonic(clock_system()) - begun;
  rolling->count->longest = MAX(rolling->count->longest, took);
  return r;
}

static int stage_page(Rolling *rolling, Link *link, const CandidatePage *page, GError **error) {
  g_ptr_array_set_size(rolling->chunk, 0);
  for (gsize i = 0; i < page->count; i++) {
    Addressee *line = NULL;
    int r = addressing_of(&rolling->addressing, &page->items[i], &line, error);
    if (r < 0)
      return r;
    g_ptr_array_add(rolling->chunk, line);
    r = supplement_check(link, rolling->base, line, error);
    if (r == 0)
      r = reminder_check(rolling->desk, link, &rolling->reminds, line, error);
    if (r == 0)
      r = wave_of(link, rolling->waves, &page->items[i], &line->wave, error);
    if (r < 0)
      return r;
  }
  int r = store_write_aside(desk_store(rolling->desk), stage_unit, rolling, error);
  crash_point("roll-staged");
  return r;
}

/* One link for all pages: it sees one state of the contacts. */
static int stage(Rolling *rolling, Link *link, GError **error) {
  const GArray *lists = rolling->mailing->lists;
  gint64 after = 0, clearance = actor_clearance(rolling->actor);
  for (;;) {
    g_autoptr(CandidatePage) page = NULL;
    int r = candidate_page(link, (const gint64 *)(const void *)lists->data, lists->len, after, STAGE_ROWS,
                           clearance, rolling->addressing.today, &page, error);
    if (r < 0 || page->count == 0)
      return r;
    r = stage_page(rolling, link, page, error);
    if (r < 0)
      return r;
    after = page->after;
  }
}

typedef struct {
  const Rolling *rolling;
  const MailboxChoice *choice;
} Settling;

static int settle_unit(Link *link, gpointer data, GError **error) {
  const Settling *settling = data;
  return mailbox_settle(link, settling->rolling->roll, settling->choice, error);
}

static int settle_choices(const Rolling *rolling, GError **error) {
  int r = 0;
  for (guint i = 0; r == 0 && i < rolling->choices->len; i++) {
    Settling settling = {rolling, g_ptr_array_index(rolling->choices, i)};
    r = store_write_aside(desk_store(rolling->desk), settle_unit, &settling, error);
  }
  return r;
}

/* ---- showing ---- */

static int write_count(const char *state, const char *reason, const char *language, gint64 n, gpointer data,
                       G_GNUC_UNUSED GError **error) {
  GPtrArray *rows = data;
  g_ptr_array_add(rows, g_strdup(state));
  g_ptr_array_add(rows, g_strdup(reason));
  g_ptr_array_add(rows, g_strdup(language));
  g_ptr_array_add(rows, g_memdup2(&n, sizeof n));
  return 0;
}

typedef struct {
  Rolling *rolling;
  GPtrArray *rows; /* state, reason, language, number, again and again */
  GPtrArray *uses; /* of FormUse */
} Showing;

static int note_rolled(const Rolling *rolling, Link *link, GError **error) {
  const RollCount *c = rolling->count;
  g_autofree char *facts = g_strdup_printf("included=%" G_GINT64_FORMAT "\nheld=%" G_GINT64_FORMAT
                                           "\nexcluded=%" G_GINT64_FORMAT "\n",
                                           c->included, c->held, c->excluded);
  Entry entry = {.kind = ENTRY_MAILING_ROLLED,
                 .user = rolling->actor->name,
                 .mailing = rolling->mailing->id,
                 .facts = facts,
                 .restricted = c->restricted};
  return journal_add(desk_journal(rolling->desk), link, &entry, error);
}

static int show_unit(Link *link, gpointer data, GError **error) {
  const Showing *showing = data;
  const Rolling *rolling = showing->rolling;
  int r = mailing_rows_touch(link, rolling->mailing, error);
  if (r > 0 || (r == 0 && (r = roll_rows_alive(link, rolling->roll, error)) > 0))
    return cleared_away(rolling, error);
  for (guint i = 0; r == 0 && i < showing->rows->len; i += 4) {
    gpointer *row = showing->rows->pdata + i;
    r = roll_rows_write_count(link, rolling->roll, row[0], row[1], row[2], *(gint64 *)row[3], error);
  }
  if (r == 0)
    r = form_use_rows_write(link, rolling->roll, showing->uses, error);
  if (r == 0)
    r = roll_rows_show(link, rolling->mailing, rolling->roll, rolling->count,
                       clock_wall(desk_clock(rolling->desk)), error);
  if (r == 0)
    r = wave_write_counts(link, rolling->mailing->id, rolling->waves, error);
  return r < 0 ? r : note_rolled(rolling, link, error);
}

static int show(Rolling *rolling, GError **error) {
  g_autoptr(GPtrArray) rows = g_ptr_array_new_with_free_func(g_free), uses = NULL;
  g_autoptr(Link) link = NULL;
  int r = store_read(desk_store(rolling->desk), &link, error);
  if (r == 0)
    r = roll_rows_tally(link, rolling->roll, write_count, rows, &rolling->count->restricted, error);
  rolling->count->restricted = rolling->count->restricted || rolling->restricted;
  if (r == 0)
    r = form_use_rows_tally(link, rolling->roll, &uses, error);
  for (guint i = 0; r == 0 && i < rows->len; i += 4) {
    gpointer *row = rows->pdata + i;
    r = count_seen(row[0], row[1], row[2], *(gint64 *)row[3], rolling->count, error);
  }
  if (r == 0)
    r = count_bytes(link, rolling->mailing, rolling->count, error);
  if (r == 0)
    r = wave_count(link, rolling->roll, rolling->waves, error);
  g_clear_pointer(&link, link_return);
  Showing showing = {rolling, rows, uses};
  return r < 0 ? r : store_write(desk_store(rolling->desk), show_unit, &showing, error);
}

/* ---- clearing away ---- */

typedef struct {
  gint64 roll, removed;
} Removing;

static int remove_unit(Link *link, gpointer data, GError **error) {
  Removing *removing = data;
  return roll_rows_remove(link, removing->roll, CLEAN_ROWS, &removing->removed, error);
}

static int clean(Desk *desk, gint64 mailing, GError **error) {
  g_autoptr(GArray) rolls = g_array_new(FALSE, FALSE, sizeof(gint64));
  g_autoptr(Link) link = NULL;
  int r = store_read(desk_store(desk), &link, error);
  if (r == 0)
    r = roll_rows_orphans(link, mailing, rolls, error);
  g_clear_pointer(&link, link_return);
  for (guint i = 0; r == 0 && i < rolls->len; i++) {
    Removing removing = {g_array_index(rolls, gint64, i), 1};
    while (r == 0 && removing.removed > 0)
      r = store_write_aside(desk_store(desk), remove_unit, &removing, error);
  }
  return r;
}

int roll_clean(Desk *desk, GError **error) {
  return clean(desk, 0, error);
}

/* ---- making ---- */

static int begin_unit(Link *link, gpointer data, GError **error) {
  Rolling *rolling = data;
  return roll_rows_begin(link, rolling->mailing->id, &rolling->roll, error);
}

static int check_ready(const Mailing *m, const Addressing *a, GError **error) {
  char id[IDENT_SIZE];
  ident_into(IDENT_MAILING, m->id, id);
  if (m->state != MAILING_DRAFT)
    return fault(error, FAULT_RULE, "%s is %s: its roll stands; only a draft can be rolled", id,
                 mailing_state_name(m->state));
  if (m->lists->len == 0)
    return fault(error, FAULT_RULE, "%s goes to no list; name one with `valise mailings set %s --list NAME`",
                 id, id);
  if (a->available == 0)
    return fault(error, FAULT_RULE,
                 "%s: there is no language in which all of its documents are frozen; freeze them first", id);
  return 0;
}

/* A supplement is as restricted as what it supplements: who is not on it had that. */
static int find_base(Rolling *rolling, Link *link, GError **error) {
  g_autoptr(Mailing) base = NULL;
  int r = supplement_of(link, rolling->mailing->id, &rolling->base, error);
  if (r == 0 && rolling->base != 0)
    r = mailing_find(link, 1, rolling->base, &base, error);
  rolling->restricted = base != NULL && base->restricted;
  return r;
}

static int begin(Rolling *rolling, Link *link, const MailingSettings *settings, gint64 mailing,
                 GError **error) {
  int r = mailing_find(link, actor_clearance(rolling->actor), mailing, &rolling->mailing, error);
  if (r < 0)
    return r;
  rolling->addressing = (Addressing){.settings = settings,
                                     .link = link,
                                     .mailing = mailing,
                                     .attendees_only = actor_clearance(rolling->actor) == 0,
                                     .today = desk_today(rolling->desk, settings)};
  r = addressing_begin(&rolling->addressing, rolling->mailing, error);
  if (r == 0)
    r = check_ready(rolling->mailing, &rolling->addressing, error);
  if (r == 0)
    r = mailbox_choices(link, mailing, &rolling->choices, error);
  if (r == 0)
    r = wave_list(link, mailing, &rolling->waves, error);
  if (r == 0)
    r = find_base(rolling, link, error);
  if (r == 0)
    r = reminder_read(link, mailing, &rolling->reminds, error);
  if (r == 0)
    r = store_write(desk_store(rolling->desk), begin_unit, rolling, error);
  rolling->addressing.roll = rolling->roll;
  return r;
}

int roll_make(Desk *desk, const Actor *actor, gint64 mailing, RollCount *ret, GError **error) {
  int r = permit_check(actor, PERMIT_PREPARE, "making a roll", error);
  if (r < 0)
    return r;
  g_autoptr(MailingSettings) settings = desk_settings(desk);
  g_auto(RollCount) count = {0};
  roll_count_init(&count);
  Rolling rolling = {.desk = desk, .actor = actor, .count = &count};
  rolling.chunk = g_ptr_array_new_with_free_func((GDestroyNotify)addressee_free);
  g_autoptr(Link) link = NULL;
  r = store_read(desk_store(desk), &link, error);
  if (r == 0)
    r = begin(&rolling, link, settings, mailing, error);
  if (r == 0)
    r = stage(&rolling, link, error);
  g_clear_pointer(&link, link_return);
  if (r == 0)
    r = settle_choices(&rolling, error);
  if (r == 0)
    r = show(&rolling, error);
  if (r == 0)
    r = clean(desk, mailing, error);
  else if (rolling.roll != 0)
    clean(desk, mailing, NULL);
  g_ptr_array_unref(rolling.chunk);
  g_clear_pointer(&rolling.choices, g_ptr_array_unref);
  g_clear_pointer(&rolling.waves, g_ptr_array_unref);
  mailing_free(rolling.mailing);
  if (r < 0)
    return r;
  *ret = count;
  count = (RollCount){0};
  return 0;
}

int roll_line(Desk *desk, const Mailing *mailing, gint64 contact, gint64 clearance, Addressee **ret,
              GError **error) {
  g_autoptr(MailingSettings) settings = desk_settings(desk);
  g_autoptr(Link) link = NULL;
  int r = store_read(desk_store(desk), &link, error);
  if (r < 0)
    return r;
  Addressing addressing = {
      .settings = settings, .link = link, .mailing = mailing->id, .today = desk_today(desk, settings)};
  g_autoptr(CandidatePage) page = NULL;
  r = addressing_begin(&addressing, mailing, error);
  if (r == 0)
    r = candidate_one(link, contact, clearance, addressing.today, &page, error);
  return r < 0 ? r : addressing_of(&addressing, &page->items[0], ret, error);
}

/* ---- reading ---- */

int roll_list(Link *link, gint64 clearance, const AddresseeFilter *filter, GPtrArray **ret, GError **error) {
  g_autoptr(Mailing) m = NULL;
  int r = mailing_find(link, clearance, filter->mailing, &m, error);
  return r < 0 ? r : roll_rows_list(link, clearance, m->generation, filter, ret, error);
}

int roll_find(Link *link, gint64 clearance, gint64 addressee, Addressee **ret, GError **error) {
  int r = roll_rows_find(link, clearance, addressee, ret, error);
  if (r <= 0)
    return r;
  char id[IDENT_SIZE];
  return fault(error, FAULT_ABSENT, "%s: there is no such addressee; `valise mailings roll` lists them",
               addressee > 0 ? ident_into(IDENT_ADDRESSEE, addressee, id) : "A-0");
}

int roll_find_contact(Link *link, gint64 clearance, gint64 mailing, gint64 contact, Addressee **ret,
                      GError **error) {
  g_autoptr(Mailing) m = NULL;
  int r = mailing_find(link, clearance, mailing, &m, error);
  if (r == 0)
    r = roll_rows_find_contact(link, clearance, m->generation, contact, ret, error);
  if (r <= 0)
    return r;
  char id[IDENT_SIZE];
  return fault(error, FAULT_ABSENT,
               "%s is not on the roll of this mailing; add it to one of the lists and roll again",
               contact > 0 ? ident_into(IDENT_CONTACT, contact, id) : "C-0");
}
