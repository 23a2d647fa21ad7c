/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "proposals/synthesis.h"

#include "base/fault.h"
#include "base/ident.h"
#include "base/text.h"
#include "proposals/proposal_rows.h"

/* ---- merging ---- */

typedef struct {
  gint64 kept, gone;
} Two;

static int check_two(const Proposal *kept, const Proposal *gone, GError **error) {
  char a[IDENT_SIZE], b[IDENT_SIZE];
  ident_into(IDENT_PROPOSAL, kept->id, a);
  ident_into(IDENT_PROPOSAL, gone->id, b);
  if (gone->state == PROPOSAL_MERGED)
    return fault(error, FAULT_RULE, "%s is merged already; `valise proposals take-back %s` undoes that", b,
                 b);
  if (kept->item == gone->item)
    return fault(error, FAULT_RULE, "%s went into %s, so %s cannot go into it", a, b, b);
  if (kept->edition != gone->edition)
    return fault(error, FAULT_RULE, "%s and %s are of two editions", a, b);
  if (kept->restricted && !gone->restricted)
    return fault(
        error, FAULT_RULE,
        "%s is of an office, and who sees attendees alone would miss %s in it; merge %s into %s instead", a,
        b, a, b);
  return 0;
}

/* Into what is set aside nothing goes, at whatever depth. */
static int check_item(const ProposalUnit *unit, const Proposal *kept, const Proposal *gone, GError **error) {
  g_autoptr(Proposal) item = NULL;
  gint64 sizes[2] = {0};
  char id[IDENT_SIZE];
  int r = proposal_find(unit->link, 1, kept->item, &item, error);
  if (r < 0)
    return r;
  ident_into(IDENT_PROPOSAL, item->id, id);
  if (item->state == PROPOSAL_SET_ASIDE)
    return fault(error, FAULT_RULE, "%s is set aside; take it back first", id);
  r = proposal_rows_size(unit->link, kept->item, &sizes[0], error);
  if (r == 0)
    r = proposal_rows_size(unit->link, gone->id, &sizes[1], error);
  if (r == 0 && sizes[0] + sizes[1] > SYNTHESIS_SOURCES_MAX)
    return fault(error, FAULT_RULE, "%s would have more than %d sources; make two items of them", id,
                 SYNTHESIS_SOURCES_MAX);
  return r;
}

static int merge(const ProposalUnit *unit, gpointer data, GError **error) {
  const Two *two = data;
  g_autoptr(Proposal) kept = NULL, gone = NULL;
  gint64 clearance = actor_clearance(unit->actor);
  int r = proposal_find(unit->link, clearance, two->kept, &kept, error);
  if (r == 0)
    r = proposal_find(unit->link, clearance, two->gone, &gone, error);
  if (r == 0)
    r = check_two(kept, gone, error);
  if (r == 0)
    r = check_item(unit, kept, gone, error);
  if (r == 0)
    r = proposal_change(unit, gone, DEED_MERGED, PROPOSAL_MERGED, &(ProposalTurn){.other = kept->id}, error);
  return r == 0 ? proposal_rows_join(unit->link, gone->id, kept->item, error) : r;
}

int synthesis_merge(const Contacts *house, const Actor *actor, gint64 kept, gint64 gone, GError **error) {
  Two two = {kept, gone};
  char id[IDENT_SIZE];
  if (kept == gone)
    return fault(error, FAULT_INPUT, "%s cannot go into itself", ident_into(IDENT_PROPOSAL, kept, id));
  return proposal_write(house, actor, merge, &two, error);
}

/* ---- setting aside ---- */

typedef struct {
  gint64 id;
  const char *reason;
  gboolean erase;
} Aside;

static int set_aside(const ProposalUnit *unit, gpointer data, GError **error) {
  const Aside *aside = data;
  g_autoptr(Proposal) p = NULL;
  int r = proposal_find(unit->link, actor_clearance(unit->actor), aside->id, &p, error);
  if (r == 0 && !(aside->erase && p->state == PROPOSAL_SET_ASIDE))
    r = proposal_change(unit, p, DEED_SET_ASIDE, PROPOSAL_SET_ASIDE, &(ProposalTurn){.note = aside->reason},
                        error);
  else if (r == 0)
    r = proposal_note(unit, p, DEED_SET_ASIDE, &(ProposalTurn){.note = aside->reason}, error);
  return r == 0 && aside->erase ? proposal_rows_erase_words(unit->link, p->id, error) : r;
}

int synthesis_set_aside(const Contacts *house, const Actor *actor, gint64 id, const char *reason,
                        gboolean erase, GError **error) {
  Aside aside = {id, reason, erase};
  int r = text_check_line("reason", reason, -1, TEXT_LINE_MAX, error);
  if (r == 0 && text_blank(reason))
    r = fault(error, FAULT_INPUT, "reason: is missing; say why it is set aside");
  return r == 0 ? proposal_write(house, actor, set_aside, &aside, error) : r;
}

/* ---- taking back ---- */

/* What was merged into it by name comes with it, and what was merged into that: each is looked at in its
 * turn. */
static int gather_item(const ProposalUnit *unit, gint64 id, GError **error) {
  g_autoptr(GArray) all = g_array_new(FALSE, FALSE, sizeof(gint64));
  int r = 0;
  g_array_append_val(all, id);
  for (guint i = 0; r == 0 && i < all->len; i++) {
    r = proposal_rows_set_item(unit->link, g_array_index(all, gint64, i), id, error);
    if (r == 0)
      r = proposal_rows_children(unit->link, g_array_index(all, gint64, i), all, error);
  }
  return r;
}

static int check_decided(const Proposal *p, GError **error) {
  char id[IDENT_SIZE];
  ident_into(IDENT_PROPOSAL, p->id, id);
  if (p->state == PROPOSAL_SUBMITTED || p->state == PROPOSAL_MODERATED)
    return fault(error, FAULT_RULE, "%s is %s: there is nothing to take back", id,
                 proposal_state_name(p->state));
  if (p->state == PROPOSAL_SET_ASIDE && *p->text == '\0')
    return fault(error, FAULT_RULE, "the words of %s were erased, so it stays aside", id);
  return 0;
}

static int take_back(const ProposalUnit *unit, gpointer data, GError **error) {
  const gint64 *id = data;
  g_autoptr(Proposal) p = NULL;
  int r = proposal_find(unit->link, actor_clearance(unit->actor), *id, &p, error);
  if (r == 0)
    r = check_decided(p, error);
  if (r < 0)
    return r;
  const gboolean merged = p->state == PROPOSAL_MERGED;
  const ProposalTurn turn = {.other = p->merged_into};
  r = proposal_change(unit, p, DEED_TAKEN_BACK, PROPOSAL_MODERATED, &turn, error);
  return r == 0 && merged ? gather_item(unit, p->id, error) : r;
}

int synthesis_take_back(const Contacts *house, const Actor *actor, gint64 id, GError **error) {
  return proposal_write(house, actor, take_back, &id, error);
}

/* ---- order ---- */

typedef struct {
  gint64 question;
  const gint64 *ids;
  gsize count;
  gboolean restricted; /* something of an office is named */
} Ordering;

static gboolean is_among(const gint64 *ids, gsize count, gint64 id) {
  for (gsize i = 0; i < count; i++)
    if (ids[i] == id)
      return TRUE;
  return FALSE;
}

static int place_one(const ProposalUnit *unit, Ordering *o, gsize at, GError **error) {
  g_autoptr(Proposal) p = NULL;
  char id[IDENT_SIZE];
  const gint64 place = (gint64)at + 1;
  int r = proposal_find(unit->link, actor_clearance(unit->actor), o->ids[at], &p, error);
  if (r < 0)
    return r;
  ident_into(IDENT_PROPOSAL, p->id, id);
  if (is_among(o->ids, at, p->id))
    return fault(error, FAULT_INPUT, "%s is named twice", id);
  if (p->question != o->question)
    return fault(error, FAULT_RULE, "%s is not on question %" G_GINT64_FORMAT "; assign it first", id,
                 o->question);
  o->restricted = o->restricted || p->restricted;
  if (p->state == PROPOSAL_IN_SYNTHESIS && p->place == place)
    return 0;
  g_autofree char *note = g_strdup_printf("%" G_GINT64_FORMAT ".%" G_GINT64_FORMAT, o->question, place);
  const ProposalTurn turn = {.place = place, .note = note};
  return proposal_change(unit, p, DEED_PLACED, PROPOSAL_IN_SYNTHESIS, &turn, error);
}

/* Those that were placed before and are not named, behind the named. */
static int place_rest(const ProposalUnit *unit, const Ordering *o, const GArray *before, GError **error) {
  gint64 place = (gint64)o->count;
  int r = 0;
  for (guint i = 0; r == 0 && i < before->len; i++) {
    gint64 id = g_array_index(before, gint64, i);
    if (!is_among(o->ids, o->count, id))
      r = proposal_rows_place(unit->link, id, ++place, error);
  }
  return r;
}

static int note_order(const ProposalUnit *unit, const Ordering *o, GError **error) {
  g_autoptr(GString) text = g_string_new(NULL);
  char id[IDENT_SIZE];
  g_string_append_printf(text, "question %" G_GINT64_FORMAT ":", o->question);
  for (gsize i = 0; i < o->count; i++)
    g_string_append_printf(text, "%s %s", i > 0 ? "," : "", ident_into(IDENT_PROPOSAL, o->ids[i], id));
  Entry entry = {.kind = ENTRY_PROPOSALS_ORDERED,
                 .user = unit->actor->name,
                 .text = text->str,
                 .restricted = o->restricted};
  return journal_add(unit->house->journal, unit->link, &entry, error);
}

static int check_edition(const ProposalUnit *unit, const Ordering *o, gint64 *ret, GError **error) {
  g_autoptr(Proposal) first = NULL;
  int r = proposal_find(unit->link, actor_clearance(unit->actor), o->ids[0], &first, error);
  if (r < 0)
    return r;
  *ret = first->edition;
  for (gsize i = 1; r == 0 && i < o->count; i++) {
    g_autoptr(Proposal) p = NULL;
    r = proposal_find(unit->link, actor_clearance(unit->actor), o->ids[i], &p, error);
    if (r == 0 && p->edition != first->edition)
      r = fault(error, FAULT_RULE, "these are proposals of two editions");
  }
  return r;
}

static int order(const ProposalUnit *unit, gpointer data, GError **error) {
  Ordering *o = data;
  g_autoptr(GArray) before = g_array_new(FALSE, FALSE, sizeof(gint64));
  gint64 edition = 0;
  int r = check_edition(unit, o, &edition, error);
  if (r == 0)
    r = proposal_rows_placed(unit->link, edition, o->question, before, error);
  for (gsize i = 0; r == 0 && i < o->count; i++)
    r = place_one(unit, o, i, error);
  if (r == 0)
    r = place_rest(unit, o, before, error);
  return r == 0 ? note_order(unit, o, error) : r;
}

int synthesis_order(const Contacts *house, const Actor *actor, gint64 question, const gint64 *ids,
                    gsize count, GError **error) {
  Ordering ordering = {.question = question, .ids = ids, .count = count};
  if (question < 1 || question > QUESTION_MAX)
    return fault(error, FAULT_INPUT, "question: a number from 1 to %d is wanted", QUESTION_MAX);
  if (count < 1 || count > PROPOSALS_AT_ONCE_MAX)
    return fault(error, FAULT_INPUT, "name from 1 to %d proposals", PROPOSALS_AT_ONCE_MAX);
  return proposal_write(house, actor, order, &ordering, error);
}
