/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "proposals/split.h"

#include "base/fault.h"
#include "base/ident.h"
#include "proposals/edition.h"
#include "proposals/numbering.h"
#include "proposals/proposal_rows.h"

typedef struct {
  gint64 id;
  const SplitPart *parts;
  gsize count;
  GArray *made;
} Splitting;

static int check_whole(const ProposalUnit *unit, const Proposal *p, GError **error) {
  gint64 size = 0;
  char id[IDENT_SIZE];
  ident_into(IDENT_PROPOSAL, p->id, id);
  if (p->state != PROPOSAL_SUBMITTED && p->state != PROPOSAL_MODERATED)
    return fault(error, FAULT_RULE, "%s is %s; take it back before it is split", id,
                 proposal_state_name(p->state));
  int r = proposal_rows_size(unit->link, p->id, &size, error);
  if (r == 0 && size > 1)
    return fault(error, FAULT_RULE, "others went into %s; take them back before it is split", id);
  return r;
}

static int make_part(const ProposalUnit *unit, const Proposal *whole, gint64 question, const char *text,
                     GArray *made, GError **error) {
  ProposalEntered entered = {0};
  const ProposalDraft draft = {.text = text,
                               .language = whole->language,
                               .workshop = whole->workshop_name,
                               .question = question,
                               .author = whole->author,
                               .inbound = whole->inbound,
                               .delivery = whole->delivery,
                               .split_from = whole->id,
                               .restricted = whole->restricted};
  int r = proposal_put(unit, &draft, NULL, &entered, error);
  g_array_append_val(made, entered);
  return r;
}

static int make_by_numbers(const ProposalUnit *unit, const Proposal *whole, GArray *made, GError **error) {
  gint64 most = 0;
  char id[IDENT_SIZE];
  int r = edition_most(unit->link, whole->edition, &most, error);
  if (r < 0)
    return r;
  g_autoptr(GPtrArray) parts = numbering_split(whole->text, most);
  if (parts == NULL || parts->len < 2)
    return fault(error, FAULT_RULE, "the words of %s do not go by the numbers of questions; say its parts",
                 ident_into(IDENT_PROPOSAL, whole->id, id));
  for (guint i = 0; r == 0 && i < parts->len; i++) {
    const NumberedPart *part = parts->pdata[i];
    r = make_part(unit, whole, part->question, part->text, made, error);
  }
  return r;
}

static char *note_of(const GArray *made) {
  GString *note = g_string_new("split into ");
  char id[IDENT_SIZE];
  for (guint i = 0; i < made->len; i++)
    g_string_append_printf(note, "%s%s", i > 0 ? ", " : "",
                           ident_into(IDENT_PROPOSAL, g_array_index(made, ProposalEntered, i).id, id));
  return g_string_free(note, FALSE);
}

static int split(const ProposalUnit *unit, gpointer data, GError **error) {
  const Splitting *s = data;
  g_autoptr(Proposal) p = NULL;
  int r = proposal_find(unit->link, actor_clearance(unit->actor), s->id, &p, error);
  if (r == 0)
    r = check_whole(unit, p, error);
  if (r == 0 && s->count == 0)
    r = make_by_numbers(unit, p, s->made, error);
  for (gsize i = 0; r == 0 && i < s->count; i++)
    r = make_part(unit, p, s->parts[i].question, s->parts[i].text, s->made, error);
  if (r < 0)
    return r;
  g_autofree char *note = note_of(s->made);
  return proposal_change(unit, p, DEED_SPLIT, PROPOSAL_SET_ASIDE, &(ProposalTurn){.note = note}, error);
}

int split_proposal(const Contacts *house, const Actor *actor, gint64 id, const SplitPart *parts, gsize count,
                   GArray **ret, GError **error) {
  g_autoptr(GArray) made = g_array_new(FALSE, FALSE, sizeof(ProposalEntered));
  Splitting splitting = {id, parts, count, made};
  if (count > QUESTION_MAX)
    return fault(error, FAULT_INPUT, "a proposal has at most %d parts", QUESTION_MAX);
  int r = proposal_write(house, actor, split, &splitting, error);
  if (r == 0)
    *ret = g_steal_pointer(&made);
  return r;
}
