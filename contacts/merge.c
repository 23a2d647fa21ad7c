/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "contacts/merge.h"

#include "base/fault.h"
#include "base/ident.h"
#include "contacts/channel_rows.h"
#include "contacts/contact_rows.h"
#include "contacts/ground_rows.h"
#include "contacts/list_rows.h"
#include "contacts/merge_rows.h"
#include "contacts/row.h"
#include "contacts/stamp.h"
#include "contacts/tenure_rows.h"

void merge_report_clear(MergeReport *report) {
  g_clear_pointer(&report->fields, g_free);
}

void merge_clear(Merge *merge) {
  g_clear_pointer(&merge->made_by, g_free);
  g_clear_pointer(&merge->left_state, g_free);
}

typedef struct {
  gint64 kept, gone;
  gboolean dry_run;
  gboolean done; /* and a dry run takes it back */
  MergeReport *report;
} MergeWork;

/* ---- may they? ---- */

static int check_kinds(const MergeWork *work, const Contact *kept, const Contact *gone, GError **error) {
  char one[IDENT_SIZE], other[IDENT_SIZE];
  const Contact *erased = kept->standing == CONTACT_ERASED   ? kept
                          : gone->standing == CONTACT_ERASED ? gone
                                                             : NULL;
  if (erased != NULL)
    return fault(error, FAULT_RULE, "%s was erased at its wish, and nothing goes into it or out of it",
                 ident_into(IDENT_CONTACT, erased->id, one));
  if (kept->kind != gone->kind)
    return fault(error, FAULT_RULE, "%s is %s %s and %s %s %s: only contacts of one kind can be one",
                 ident_into(IDENT_CONTACT, work->kept, one), kept->kind == CONTACT_PERSON ? "a" : "an",
                 contact_kind_name(kept->kind), ident_into(IDENT_CONTACT, work->gone, other),
                 gone->kind == CONTACT_PERSON ? "a" : "an", contact_kind_name(gone->kind));
  return 0;
}

/* The persons who hold an office today, as a set. */
static int present_holders(const Revision *revision, gint64 office, GHashTable *to, GError **error) {
  g_autoptr(GArray) tenures = NULL;
  int r = tenure_rows_load(revision->link, revision->generation, office, TENURE_OF_OFFICE, &tenures, error);
  for (guint i = 0; r == 0 && i < tenures->len; i++) {
    const TenureVersion *t = &g_array_index(tenures, TenureVersion, i);
    if (tenure_is_present(t->from, t->to, revision->today))
      g_hash_table_add(to, GSIZE_TO_POINTER((gsize)t->person));
  }
  return r;
}

static int check_holders(const Revision *revision, const MergeWork *work, GError **error) {
  g_autoptr(GHashTable) kept = g_hash_table_new(NULL, NULL);
  g_autoptr(GHashTable) gone = g_hash_table_new(NULL, NULL);
  char one[IDENT_SIZE], other[IDENT_SIZE];
  int r = present_holders(revision, work->kept, kept, error);
  if (r == 0)
    r = present_holders(revision, work->gone, gone, error);
  GHashTableIter iter;
  gpointer person;
  g_hash_table_iter_init(&iter, gone);
  while (r == 0 && g_hash_table_size(kept) > 0 && g_hash_table_iter_next(&iter, &person, NULL))
    if (!g_hash_table_contains(kept, person))
      r = fault(
          error, FAULT_RULE,
          "%s and %s have different holders at present; end one of the tenures, or merge the holders, first",
          ident_into(IDENT_CONTACT, work->kept, one), ident_into(IDENT_CONTACT, work->gone, other));
  return r;
}

static int check(Revision *revision, const MergeWork *work, const Contact *kept, const Contact *gone,
                 GError **error) {
  char one[IDENT_SIZE], other[IDENT_SIZE];
  gboolean marked = FALSE;
  int r = check_kinds(work, kept, gone, error);
  if (r == 0)
    r = merge_rows_marked(revision->link, work->kept, work->gone, &marked, error);
  if (r == 0 && marked)
    r = fault(error, FAULT_RULE,
              "%s and %s are marked as not the same; take that back first: `valise contacts duplicates "
              "--same %s %s`",
              ident_into(IDENT_CONTACT, work->kept, one), ident_into(IDENT_CONTACT, work->gone, other), one,
              other);
  if (r == 0 && kept->kind == CONTACT_OFFICE)
    r = check_holders(revision, work, error);
  return r;
}

/* ---- the card ---- */

static void take_text(char **to, const char *from, const char *field, GString *fields) {
  if (*to != NULL && **to != '\0')
    return;
  if (from == NULL || *from == '\0')
    return;
  g_free(*to);
  *to = g_strdup(from);
  g_string_append_printf(fields, "%s%s", fields->len > 0 ? ", " : "", field);
}

/* What the card leaves empty; an id of its own stays its first one. */
static void fill_card(Contact *kept, const Contact *gone, GString *fields) {
  take_text(&kept->external_id, gone->external_id, "id", fields);
  take_text(&kept->given_name, gone->given_name, "given_name", fields);
  take_text(&kept->family_name, gone->family_name, "family_name", fields);
  take_text(&kept->honorific, gone->honorific, "honorific", fields);
  take_text(&kept->salutation, gone->salutation, "salutation", fields);
  take_text(&kept->office, gone->office, "office", fields);
  take_text(&kept->office_kind, gone->office_kind, "office_kind", fields);
  take_text(&kept->organisation, gone->organisation, "organisation", fields);
  take_text(&kept->portfolio, gone->portfolio, "portfolio", fields);
  take_text(&kept->city, gone->city, "city", fields);
  take_text(&kept->country, gone->country, "country", fields);
  take_text(&kept->languages, gone->languages, "language", fields);
  take_text(&kept->openpgp, gone->openpgp, "openpgp", fields);
  if (kept->gender == GENDER_UNKNOWN && gone->gender != GENDER_UNKNOWN) {
    kept->gender = gone->gender;
    g_string_append_printf(fields, "%sgender", fields->len > 0 ? ", " : "");
  }
}

/* A changed card is a version beside the old one, which is shelved: so it can come back as it was. */
static int merge_cards(MergeSteps *steps, MergeWork *work, ContactVersion *kept, const Contact *gone,
                       GError **error) {
  g_autoptr(GString) fields = g_string_new(NULL);
  fill_card(kept->card, gone, fields);
  work->report->objects = kept->card->standing == CONTACT_ACTIVE && gone->standing == CONTACT_OBJECTED;
  if (work->report->objects)
    kept->card->standing = CONTACT_OBJECTED;
  work->report->fields = g_strdup(fields->str);
  if (fields->len == 0 && !work->report->objects)
    return 0;
  int r = merge_rows_shelve_card(steps, work->kept, error);
  kept->version = 0;
  if (r == 0)
    r = contact_rows_save(steps->revision, kept, error);
  return r == 0 ? merge_rows_note_card(steps, kept->version, error) : r;
}

/* ---- the channels ---- */

static const ChannelVersion *find_same(const GArray *channels, const ChannelVersion *wanted) {
  for (guint i = 0; i < channels->len; i++) {
    const ChannelVersion *v = &g_array_index(channels, ChannelVersion, i);
    if (v->kind == wanted->kind && g_str_equal(v->send, wanted->send))
      return v;
  }
  return NULL;
}

/* A route that both have is as bad as the worse of the two; those of the other come behind. */
static int merge_channels(MergeSteps *steps, MergeWork *work, GError **error) {
  g_autoptr(GArray) kept = NULL;
  g_autoptr(GArray) gone = NULL;
  Link *link = steps->revision->link;
  gint64 generation = steps->revision->generation, last = 0;
  int r = channel_rows_load(link, generation, work->kept, &kept, error);
  if (r == 0)
    r = channel_rows_load(link, generation, work->gone, &gone, error);
  for (guint i = 0; r == 0 && i < kept->len; i++)
    last = MAX(last, g_array_index(kept, ChannelVersion, i).position);
  for (guint i = 0; r == 0 && i < gone->len; i++) {
    const ChannelVersion *v = &g_array_index(gone, ChannelVersion, i);
    const ChannelVersion *same = find_same(kept, v);
    if (same == NULL)
      r = merge_rows_place_channel(steps, v->version, ++last, error);
    else if (v->standing >= CHANNEL_SUSPECT && v->standing > same->standing)
      r = merge_rows_judge_channel(steps, same->version, (gint64)v->standing, error);
  }
  return r == 0 ? merge_rows_move(steps, MERGE_CHANNELS, &work->report->channels, error) : r;
}

static int merge_parts(MergeSteps *steps, MergeReport *report, GError **error) {
  static const enum merge_part parts[] = {
      MERGE_TENURES_OF_PERSON, MERGE_TENURES_OF_OFFICE, MERGE_GROUNDS,         MERGE_MEMBERS,
      MERGE_OBJECTIONS,        MERGE_OVERRIDES,         MERGE_MEMBERSHIPS,     MERGE_MEMBERSHIPS_IN,
      MERGE_FACILITATORS,      MERGE_RAPPORTEURS,       MERGE_UNSUBSCRIPTIONS, MERGE_KEYS};
  gint64 counts[MERGE_PARTS] = {0};
  int r = 0;
  for (gsize i = 0; r == 0 && i < G_N_ELEMENTS(parts); i++)
    r = merge_rows_move(steps, parts[i], &counts[parts[i]], error);
  report->tenures = counts[MERGE_TENURES_OF_PERSON] + counts[MERGE_TENURES_OF_OFFICE];
  report->grounds = counts[MERGE_GROUNDS];
  report->lists = counts[MERGE_MEMBERS];
  report->memberships = counts[MERGE_MEMBERSHIPS] + counts[MERGE_MEMBERSHIPS_IN];
  report->objections = counts[MERGE_OBJECTIONS] + counts[MERGE_UNSUBSCRIPTIONS];
  return r == 0 ? merge_rows_shelve_rest(steps, &report->shelved, error) : r;
}

/* ---- how it was left ---- */

static int stamp_tenures(const Revision *revision, gint64 contact, enum tenure_side side, Stamp *stamp,
                         GError **error) {
  g_autoptr(GArray) tenures = NULL;
  int r = tenure_rows_load(revision->link, revision->generation, contact, side, &tenures, error);
  for (guint i = 0; r == 0 && i < tenures->len; i++) {
    const TenureVersion *t = &g_array_index(tenures, TenureVersion, i);
    const gint64 numbers[] = {t->id, t->office, t->person, t->from, t->to, t->verified};
    for (gsize k = 0; k < G_N_ELEMENTS(numbers); k++)
      stamp_number(stamp, numbers[k]);
  }
  return r;
}

static int stamp_channel(const Channel *c, gpointer data, GError **error) {
  (void)error;
  const gint64 numbers[] = {c->id,
                            c->kind,
                            c->role,
                            c->via,
                            c->standing,
                            c->position,
                            c->verified_at,
                            c->limits.max_message_bytes,
                            c->limits.no_signature_part,
                            c->limits.plain_only};
  for (gsize i = 0; i < G_N_ELEMENTS(numbers); i++)
    stamp_number(data, numbers[i]);
  stamp_text(data, c->value);
  return 0;
}

static int stamp_ground(const Ground *g, gpointer data, GError **error) {
  (void)error;
  stamp_number(data, g->id);
  stamp_number(data, g->kind);
  stamp_number(data, g->date);
  stamp_text(data, g->area);
  stamp_text(data, g->evidence);
  return 0;
}

static gint64 stamp_of_card(const Contact *c) {
  const char *const texts[] = {c->external_id, c->given_name,  c->family_name,  c->honorific, c->salutation,
                               c->office,      c->office_kind, c->organisation, c->portfolio, c->city,
                               c->country,     c->languages,   c->openpgp};
  Stamp *stamp = stamp_new();
  stamp_number(stamp, c->standing);
  stamp_number(stamp, c->gender);
  for (gsize i = 0; i < G_N_ELEMENTS(texts); i++)
    stamp_text(stamp, texts[i]);
  return stamp_finish(stamp);
}

static const char *const state_names[] = {"its card",    "its channels", "its tenures",
                                          "its grounds", "its lists",    "its objections or memberships"};
#define STATES_OF G_N_ELEMENTS(state_names)

/* Six numbers, in the order of state_names. */
static int look(const Revision *revision, gint64 contact, gint64 states[STATES_OF], GError **error) {
  g_autoptr(ContactVersion) version = NULL;
  g_autofree char *lists = NULL;
  g_autofree char *beside = NULL;
  Stamp *stamps[STATES_OF];
  for (gsize i = 1; i < STATES_OF; i++)
    stamps[i] = stamp_new();
  int r = contact_rows_load(revision->link, revision->generation, contact, &version, error);
  if (r == 0)
    r = channel_rows_each(revision->link, revision->generation, contact, stamp_channel, stamps[1], error);
  if (r == 0)
    r = stamp_tenures(revision, contact, TENURE_OF_OFFICE, stamps[2], error);
  if (r == 0)
    r = stamp_tenures(revision, contact, TENURE_OF_PERSON, stamps[2], error);
  if (r == 0)
    r = ground_rows_each(revision->link, revision->generation, contact, stamp_ground, stamps[3], error);
  if (r == 0)
    r = list_rows_names(revision->link, contact, &lists, error);
  if (r == 0)
    r = merge_rows_beside(revision->link, contact, &beside, error);
  stamp_text(stamps[4], lists);
  stamp_text(stamps[5], beside);
  states[0] = version != NULL ? stamp_of_card(version->card) : 0;
  for (gsize i = 1; i < STATES_OF; i++)
    states[i] = stamp_finish(stamps[i]);
  return r;
}

static int leave(MergeSteps *steps, GError **error) {
  gint64 states[STATES_OF];
  g_autoptr(GString) text = g_string_new(NULL);
  int r = look(steps->revision, steps->kept, states, error);
  for (gsize i = 0; i < STATES_OF && r == 0; i++)
    g_string_append_printf(text, "%" G_GINT64_FORMAT " ", states[i]);
  return r == 0 ? merge_rows_leave(steps->revision->link, steps->merge, text->str, error) : r;
}

/* What is not as it was left; NULL: nothing. The caller frees it. */
static char *changes(const char *left_state, const gint64 states[STATES_OF]) {
  g_auto(GStrv) left = g_strsplit(left_state, " ", 0);
  g_autoptr(GString) out = g_string_new(NULL);
  for (gsize i = 0; i < STATES_OF && left[i] != NULL; i++)
    if (g_ascii_strtoll(left[i], NULL, 10) != states[i])
      g_string_append_printf(out, "%s%s", out->len > 0 ? ", " : "", state_names[i]);
  return out->len > 0 ? g_strdup(out->str) : NULL;
}

/* ---- in ---- */

static void add_count(GString *to, gint64 count, const char *word) {
  if (count > 0)
    g_string_append_printf(to, "%s%" G_GINT64_FORMAT " %s%s", to->len > 0 ? ", " : ": ", count, word,
                           count > 1 ? "s" : "");
}

static char *told(const MergeWork *work) {
  char one[IDENT_SIZE], other[IDENT_SIZE];
  const MergeReport *r = work->report;
  g_autoptr(GString) counts = g_string_new(NULL);
  add_count(counts, r->channels, "channel");
  add_count(counts, r->tenures, "tenure");
  add_count(counts, r->grounds, "ground");
  add_count(counts, r->lists, "list");
  return g_strdup_printf("%s went into %s%s", ident_into(IDENT_CONTACT, work->gone, one),
                         ident_into(IDENT_CONTACT, work->kept, other), counts->str);
}

static int touch_holders(Revision *revision, gint64 contact, GError **error) {
  g_autoptr(GArray) tenures = NULL;
  int r = tenure_rows_load(revision->link, revision->generation, contact, TENURE_OF_PERSON, &tenures, error);
  for (guint i = 0; r == 0 && i < tenures->len; i++)
    revision_touch(revision, g_array_index(tenures, TenureVersion, i).office);
  g_clear_pointer(&tenures, g_array_unref);
  if (r == 0)
    r = tenure_rows_load(revision->link, revision->generation, contact, TENURE_OF_OFFICE, &tenures, error);
  for (guint i = 0; r == 0 && i < tenures->len; i++)
    revision_touch(revision, g_array_index(tenures, TenureVersion, i).person);
  return r;
}

static int take_in(MergeSteps *steps, MergeWork *work, ContactVersion *kept, const Contact *gone,
                   GError **error) {
  Revision *revision = steps->revision;
  int r = touch_holders(revision, work->gone, error);
  if (r == 0)
    r = merge_channels(steps, work, error);
  if (r == 0)
    r = merge_parts(steps, work->report, error);
  if (r == 0)
    r = merge_rows_shelve_card(steps, work->gone, error);
  if (r == 0)
    r = merge_cards(steps, work, kept, gone, error);
  revision_touch(revision, work->kept);
  if (r == 0)
    r = revision_settle(revision, error);
  return r == 0 ? leave(steps, error) : r;
}

/* A dry run does the very work and has it undone. */
static int end_dry_run(MergeWork *work, GError **error) {
  work->done = TRUE;
  return fault(error, FAULT_RULE, "a dry run changes nothing");
}

static int merge_in(Revision *revision, gpointer data, GError **error) {
  MergeWork *work = data;
  g_autoptr(ContactVersion) kept = NULL;
  g_autoptr(ContactVersion) gone = NULL;
  MergeSteps steps = {.revision = revision, .kept = work->kept, .gone = work->gone};
  int r = contact_rows_load_visible(revision, work->kept, &kept, error);
  if (r == 0)
    r = contact_rows_load_visible(revision, work->gone, &gone, error);
  if (r == 0)
    r = check(revision, work, kept->card, gone->card, error);
  if (r == 0)
    r = merge_rows_begin(revision, work->kept, work->gone,
                         MAX(kept->card->restricted, gone->card->restricted), &steps.merge, error);
  if (r == 0)
    r = take_in(&steps, work, kept, gone->card, error);
  if (r == 0 && work->dry_run)
    return end_dry_run(work, error);
  if (r == 0)
    revision_note(revision, ENTRY_CONTACTS_MERGED, work->kept, told(work));
  return r;
}

/* ---- out ---- */

static int check_unchanged(Revision *revision, const MergeWork *work, const Merge *merge, GError **error) {
  gint64 states[STATES_OF];
  char one[IDENT_SIZE], other[IDENT_SIZE];
  int r = look(revision, work->kept, states, error);
  g_autofree char *changed = r == 0 ? changes(merge->left_state, states) : NULL;
  if (changed == NULL)
    return r;
  return fault(error, FAULT_RULE,
               "%s cannot come out of %s any more, because these were changed since: %s; add it anew instead",
               ident_into(IDENT_CONTACT, work->gone, other), ident_into(IDENT_CONTACT, work->kept, one),
               changed);
}

static int find_merge(Revision *revision, const MergeWork *work, Merge *ret, GError **error) {
  g_autoptr(ContactVersion) kept = NULL;
  char one[IDENT_SIZE], other[IDENT_SIZE];
  int r = merge_find(revision->link, work->gone, revision->clearance, ret, error);
  if (r == 0 && ret->kept == work->kept)
    return contact_rows_load_visible(revision, work->kept, &kept, error);
  return r < 0 ? r
               : fault(error, FAULT_ABSENT, "%s did not go into %s; `valise contacts show` says where it is",
                       ident_into(IDENT_CONTACT, work->gone, one),
                       ident_into(IDENT_CONTACT, work->kept, other));
}

static int take_out(Revision *revision, const MergeWork *work, const Merge *merge, GError **error) {
  MergeSteps steps = {.revision = revision, .merge = merge->id, .kept = work->kept, .gone = work->gone};
  char one[IDENT_SIZE];
  int r = touch_holders(revision, work->kept, error);
  if (r == 0)
    r = merge_rows_take_back(&steps, error);
  if (r > 0)
    return fault(error, FAULT_RULE,
                 "what came from %s was changed since, so it cannot come out again; add it anew",
                 ident_into(IDENT_CONTACT, work->gone, one));
  if (r == 0)
    r = merge_rows_undone(revision, merge->id, error);
  revision_touch(revision, work->kept);
  revision_touch(revision, work->gone);
  return r;
}

static int merge_out(Revision *revision, gpointer data, GError **error) {
  MergeWork *work = data;
  g_auto(Merge) merge = {0};
  char one[IDENT_SIZE], other[IDENT_SIZE];
  int r = find_merge(revision, work, &merge, error);
  if (r == 0)
    r = check_unchanged(revision, work, &merge, error);
  if (r == 0)
    r = take_out(revision, work, &merge, error);
  if (r == 0 && work->dry_run)
    return end_dry_run(work, error);
  if (r == 0)
    revision_note(revision, ENTRY_CONTACTS_MERGED, work->kept,
                  g_strdup_printf("%s came out of %s again", ident_into(IDENT_CONTACT, work->gone, one),
                                  ident_into(IDENT_CONTACT, work->kept, other)));
  return r;
}

/* ---- one unit ---- */

static int run(const Contacts *contacts, const Actor *actor, RevisionWork step, MergeWork *work,
               GError **error) {
  g_autoptr(GError) undone = NULL;
  if (work->kept == work->gone)
    return fault(error, FAULT_INPUT, "that is one contact twice; name two");
  int r = revision_by_hand(contacts, actor, step, work, &undone);
  if (r < 0 && work->done && !store_is_broken(contacts->store))
    return 0;
  if (r < 0)
    g_propagate_error(error, g_steal_pointer(&undone));
  return r;
}

int merge_contacts(const Contacts *contacts, const Actor *actor, gint64 kept, gint64 gone, gboolean dry_run,
                   MergeReport *ret, GError **error) {
  MergeWork work = {.kept = kept, .gone = gone, .dry_run = dry_run, .report = ret};
  *ret = (MergeReport){0};
  return run(contacts, actor, merge_in, &work, error);
}

int merge_undo(const Contacts *contacts, const Actor *actor, gint64 kept, gint64 gone, gboolean dry_run,
               GError **error) {
  MergeWork work = {.kept = kept, .gone = gone, .dry_run = dry_run};
  return run(contacts, actor, merge_out, &work, error);
}
