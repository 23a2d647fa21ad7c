/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "proposals/proposal.h"

#include "base/fault.h"
#include "base/ident.h"
#include "base/text.h"
#include "contacts/contact.h"
#include "contacts/list.h"
#include "contacts/merge.h"
#include "journal/entry.h"
#include "proposals/edition.h"
#include "proposals/forget.h"
#include "proposals/proposal_rows.h"
#include "proposals/seating.h"

#include <string.h>

static const char *const names[PROPOSAL_STATES + 1] = {
#define STATE(symbol, name, sentence) name,
#include "proposals/proposal_states.def"
#undef STATE
};

static const char *const sentences[PROPOSAL_STATES] = {
#define STATE(symbol, name, sentence) sentence,
#include "proposals/proposal_states.def"
#undef STATE
};

static const struct {
  const char *name;
  enum entry_kind entry;
} deeds[PROPOSAL_DEEDS] = {
#define DEED(symbol, name, entry) {name, entry},
#include "proposals/proposal_deeds.def"
#undef DEED
};

const char *proposal_state_name(enum proposal_state state) {
  return names[state];
}

const char *proposal_state_sentence(enum proposal_state state) {
  return sentences[state];
}

enum proposal_state proposal_state_of(const char *name) {
  int state = 0;
  while (state < PROPOSAL_STATES && g_strcmp0(names[state], name) != 0)
    state++;
  return (enum proposal_state)state;
}

const char *proposal_deed_name(enum proposal_deed deed) {
  return deeds[deed].name;
}

void proposal_free(Proposal *p) {
  if (p == NULL)
    return;
  char *const texts[] = {p->language,      p->text,        p->wording, p->wording_language,
                         p->workshop_name, p->author_name, p->reason,  p->entered_by};
  for (gsize i = 0; i < G_N_ELEMENTS(texts); i++)
    g_free(texts[i]);
  g_free(p);
}

void proposal_step_free(ProposalStep *step) {
  if (step == NULL)
    return;
  g_free(step->by);
  g_free(step->note);
  g_free(step);
}

/* ---- reading ---- */

/* Who went into another contact is that one now. */
static int settle_author(Link *link, gint64 clearance, Proposal *p, GError **error) {
  g_autoptr(Contact) contact = NULL;
  g_autoptr(GError) own = NULL;
  gint64 number = 0;
  if (p->author == 0 || p->author_name != NULL)
    return 0;
  int r = merge_final(link, p->author, &number, error);
  if (r < 0)
    return r;
  r = contact_find(link, number, clearance, &contact, &own);
  if (r < 0 && r != FAULT_ABSENT) {
    g_propagate_error(error, g_steal_pointer(&own));
    return r;
  }
  p->author = contact != NULL ? contact->id : 0;
  p->author_name = contact != NULL ? g_strdup(contact->name) : NULL;
  return 0;
}

static int settle_workshop(Link *link, gint64 clearance, Proposal *p, GError **error) {
  gboolean hidden = FALSE;
  if (p->workshop == 0 || clearance > 0)
    return 0;
  int r = list_is_hidden(link, p->workshop, clearance, &hidden, error);
  if (hidden) {
    p->workshop = 0;
    g_clear_pointer(&p->workshop_name, g_free);
  }
  return r;
}

static int settle(Link *link, gint64 clearance, Proposal *p, GError **error) {
  int r = settle_author(link, clearance, p, error);
  return r == 0 ? settle_workshop(link, clearance, p, error) : r;
}

int proposal_find(Link *link, gint64 clearance, gint64 id, Proposal **ret, GError **error) {
  g_autoptr(Proposal) p = NULL;
  char name[IDENT_SIZE];
  int r = proposal_rows_find(link, clearance, id, &p, error);
  if (r > 0)
    return fault(error, FAULT_ABSENT, "%s: there is no such proposal; `valise proposals list` shows them",
                 ident_into(IDENT_PROPOSAL, id, name));
  if (r == 0)
    r = settle(link, clearance, p, error);
  if (r == 0)
    *ret = g_steal_pointer(&p);
  return r;
}

int proposal_list(Link *link, gint64 clearance, const ProposalFilter *filter, GPtrArray **ret,
                  GError **error) {
  g_autoptr(GPtrArray) rows = g_ptr_array_new_with_free_func((GDestroyNotify)proposal_free);
  ProposalFilter f = *filter;
  if (f.limit == 0)
    f.limit = PROPOSAL_PAGE;
  if (f.limit < 0 || f.limit > PROPOSAL_PAGE_MAX)
    return fault(error, FAULT_INPUT, "a page has from 1 to %d proposals", PROPOSAL_PAGE_MAX);
  int r = f.edition == 0 ? edition_present(link, &f.edition, error) : 0;
  if (r == 0)
    r = proposal_rows_list(link, clearance, &f, rows, error);
  for (guint i = 0; r == 0 && i < rows->len; i++)
    r = settle(link, clearance, rows->pdata[i], error);
  if (r == 0)
    *ret = g_steal_pointer(&rows);
  return r;
}

int proposal_sources(Link *link, gint64 clearance, gint64 item, GPtrArray **ret, GError **error) {
  g_autoptr(GPtrArray) rows = g_ptr_array_new_with_free_func((GDestroyNotify)proposal_free);
  int r = proposal_rows_sources(link, clearance, item, rows, error);
  for (guint i = 0; r == 0 && i < rows->len; i++)
    r = settle(link, clearance, rows->pdata[i], error);
  if (r == 0)
    *ret = g_steal_pointer(&rows);
  return r;
}

int proposal_history(Link *link, gint64 clearance, gint64 id, GPtrArray **ret, GError **error) {
  g_autoptr(GPtrArray) history = g_ptr_array_new_with_free_func((GDestroyNotify)proposal_step_free);
  int r = proposal_rows_steps(link, clearance, id, history, error);
  if (r == 0)
    *ret = g_steal_pointer(&history);
  return r;
}

/* ---- units ---- */

typedef struct {
  const Contacts *house;
  const Actor *actor;
  int (*work)(const ProposalUnit *unit, gpointer data, GError **error);
  gpointer data;
} Writing;

static int run(Link *link, gpointer data, GError **error) {
  const Writing *w = data;
  g_autoptr(GHashTable) seatings = seating_table_new();
  const ProposalUnit unit = {w->house, w->actor, link, seatings};
  return w->work(&unit, w->data, error);
}

int proposal_write(const Contacts *house, const Actor *actor,
                   int (*work)(const ProposalUnit *unit, gpointer data, GError **error), gpointer data,
                   GError **error) {
  Writing writing = {house, actor, work, data};
  if (!actor_has(actor, ROLE_ORGANISER | ROLE_ADMIN | ROLE_VOLUNTEER))
    return fault(error, FAULT_FORBIDDEN,
                 "proposals are worked on by organisers, admins and volunteers; %s is none of them",
                 actor->name);
  return store_write(house->store, run, &writing, error);
}

/* ---- the door ---- */

static guint bit(enum proposal_state state) {
  return 1U << state;
}

static gboolean is_drawn(enum proposal_state from, enum proposal_state to) {
  const guint decided = bit(PROPOSAL_MERGED) | bit(PROPOSAL_SET_ASIDE) | bit(PROPOSAL_IN_SYNTHESIS);
  const guint drawn[PROPOSAL_STATES] = {
      [PROPOSAL_SUBMITTED] = bit(PROPOSAL_MODERATED) | decided,
      [PROPOSAL_MODERATED] = decided,
      [PROPOSAL_MERGED] = bit(PROPOSAL_MODERATED),
      [PROPOSAL_SET_ASIDE] = bit(PROPOSAL_MODERATED),
      [PROPOSAL_IN_SYNTHESIS] = bit(PROPOSAL_MODERATED) | decided,
  };
  return (drawn[from] & bit(to)) != 0;
}

/* "P-12: merged into P-3" */
static char *sentence_of(const Proposal *p, enum proposal_deed deed, const ProposalTurn *turn) {
  char id[IDENT_SIZE], other[IDENT_SIZE];
  GString *text = g_string_new(ident_into(IDENT_PROPOSAL, p->id, id));
  g_string_append_printf(text, ": %s", proposal_deed_name(deed));
  if (turn->other != 0)
    g_string_append_printf(text, ", %s", ident_into(IDENT_PROPOSAL, turn->other, other));
  if (turn->note != NULL)
    g_string_append_printf(text, ", %s", turn->note);
  return g_string_free(text, FALSE);
}

static void add_digest(GString *facts, const Proposal *p) {
  Digest digest = digest_of(p->text, strlen(p->text));
  entry_fact_digest(facts, "sha256", &digest);
  entry_fact(facts, "language", p->language);
  entry_fact(facts, "workshop", p->workshop_name);
}

static int add_entry(const ProposalUnit *unit, const Proposal *p, enum proposal_deed deed,
                     const ProposalTurn *turn, GError **error) {
  g_autoptr(GString) facts = g_string_new(NULL);
  g_autofree char *text = sentence_of(p, deed, turn);
  char id[IDENT_SIZE];
  if (deeds[deed].entry == ENTRY_KINDS)
    return 0;
  entry_fact(facts, "proposal", ident_into(IDENT_PROPOSAL, p->id, id));
  entry_fact_int(facts, "question", p->question);
  entry_fact(facts, "state", proposal_state_name(p->state));
  if (turn->other != 0)
    entry_fact(facts, "other", ident_into(IDENT_PROPOSAL, turn->other, id));
  if (deed == DEED_SUBMITTED)
    add_digest(facts, p);
  Entry entry = {.kind = deeds[deed].entry,
                 .user = unit->actor->name,
                 .contact = p->author,
                 .delivery = p->delivery,
                 .text = text,
                 .facts = facts->str,
                 .restricted = p->restricted};
  return journal_add(unit->house->journal, unit->link, &entry, error);
}

static int record(const ProposalUnit *unit, const Proposal *p, enum proposal_deed deed,
                  enum proposal_state from, const ProposalTurn *turn, GError **error) {
  const ProposalStep step = {.at = clock_wall(unit->house->clock),
                             .by = (char *)unit->actor->name,
                             .deed = deed,
                             .from = from,
                             .to = p->state,
                             .other = turn->other,
                             .note = (char *)turn->note};
  int r = proposal_rows_step(unit->link, p->id, &step, error);
  return r == 0 ? add_entry(unit, p, deed, turn, error) : r;
}

int proposal_note(const ProposalUnit *unit, const Proposal *p, enum proposal_deed deed,
                  const ProposalTurn *turn, GError **error) {
  return record(unit, p, deed, p->state, turn, error);
}

int proposal_change(const ProposalUnit *unit, Proposal *p, enum proposal_deed deed, enum proposal_state to,
                    const ProposalTurn *turn, GError **error) {
  enum proposal_state from = p->state;
  gint64 gap = p->place;
  char id[IDENT_SIZE];
  if (!is_drawn(from, to))
    return fault(error, FAULT_RULE,
                 "%s is %s and cannot become %s; `valise proposals take-back %s` undoes that",
                 ident_into(IDENT_PROPOSAL, p->id, id), names[from], names[to], id);
  p->state = to;
  p->place = to == PROPOSAL_IN_SYNTHESIS ? turn->place : 0;
  p->merged_into = to == PROPOSAL_MERGED ? turn->other : 0;
  g_free(p->reason);
  p->reason = to == PROPOSAL_SET_ASIDE ? g_strdup(turn->note) : NULL;
  int r = proposal_rows_change(unit->link, p, from, error);
  if (r > 0)
    return fault(error, FAULT_BUSY, "%s was changed by somebody else just now; look again",
                 ident_into(IDENT_PROPOSAL, p->id, id));
  if (r == 0 && from == PROPOSAL_IN_SYNTHESIS && to != PROPOSAL_IN_SYNTHESIS)
    r = proposal_rows_close_gap(unit->link, p->edition, p->question, gap, error);
  return r == 0 ? record(unit, p, deed, from, turn, error) : r;
}

/* ---- entering ---- */

int proposal_words(const char *what, const char *text, char **ret, GError **error) {
  g_autoptr(GString) words = g_string_new(text != NULL ? text : "");
  g_string_replace(words, "\r\n", "\n", 0);
  g_string_replace(words, "\r", "\n", 0);
  g_strstrip(words->str);
  words->len = strlen(words->str);
  int r = text_check_lines(what, words->str, (gssize)words->len, PROPOSAL_TEXT_MAX, error);
  if (r == 0 && text_blank(words->str))
    return fault(error, FAULT_INPUT, "%s: there are no words", what);
  if (r == 0)
    *ret = g_strdup(words->str);
  return r;
}

static void warn(GPtrArray *to, char *sentence) {
  if (to == NULL || g_ptr_array_find_with_equal_func(to, sentence, g_str_equal, NULL))
    g_free(sentence);
  else
    g_ptr_array_add(to, sentence);
}

static int put_workshop(const ProposalUnit *unit, const ProposalDraft *draft, GPtrArray *warnings,
                        Proposal *p, GError **error) {
  const Seating *seating = NULL;
  if (text_blank(draft->workshop))
    return 0;
  int r = seating_find(unit, draft->workshop, &seating, error);
  if (r < 0)
    return r;
  p->workshop = seating->list;
  p->workshop_name = g_strdup(draft->workshop);
  p->restricted = p->restricted || seating->restricted;
  if (p->question == 0)
    p->question = seating->question;
  if (p->language == NULL)
    p->language = g_strdup(seating->language);
  if (seating->warning != NULL)
    warn(warnings, g_strdup(seating->warning));
  if (seating->question != 0 && seating->question != p->question)
    warn(warnings, g_strdup_printf("the workshop \"%s\" works on question %" G_GINT64_FORMAT
                                   ", and a proposal of it is on question %" G_GINT64_FORMAT,
                                   draft->workshop, seating->question, p->question));
  return 0;
}

static int put_author(const ProposalUnit *unit, const ProposalDraft *draft, Proposal *p, GError **error) {
  g_autoptr(Contact) author = NULL;
  if (draft->author == 0)
    return 0;
  int r = contact_find(unit->link, draft->author, actor_clearance(unit->actor), &author, error);
  if (r < 0)
    return r;
  p->author = author->id;
  p->author_name = g_strdup(author->name);
  p->restricted = p->restricted || author->restricted != 0;
  if (p->language == NULL && *author->languages != '\0')
    p->language = g_strndup(author->languages, strcspn(author->languages, " -"));
  return 0;
}

static int put_language(Proposal *p, GError **error) {
  enum language language;
  if (text_blank(p->language))
    return fault(error, FAULT_INPUT, "language: is missing; it is one of fr, en, es and pt");
  if (!language_parse(p->language, &language))
    return fault(error, FAULT_INPUT, "language: \"%s\" is none of fr, en, es and pt", p->language);
  g_free(p->language);
  p->language = g_strdup(language_code(language));
  return 0;
}

static int put_facts(const ProposalUnit *unit, const ProposalDraft *draft, GPtrArray *warnings, Proposal *p,
                     GError **error) {
  p->question = draft->question;
  p->inbound = draft->inbound;
  p->delivery = draft->delivery;
  p->split_from = draft->split_from;
  p->restricted = draft->restricted;
  p->language = text_blank(draft->language) ? NULL : g_strdup(draft->language);
  int r = edition_present(unit->link, &p->edition, error);
  if (r == 0)
    r = proposal_words("text", draft->text, &p->text, error);
  if (r == 0)
    r = put_workshop(unit, draft, warnings, p, error);
  if (r == 0)
    r = put_author(unit, draft, p, error);
  if (r == 0)
    r = put_language(p, error);
  return r == 0 ? edition_check_question(unit->link, p->edition, p->question, error) : r;
}

static Digest digest_of_words(const char *text) {
  g_autofree char *folded = text_fold(text);
  return digest_of(folded, strlen(folded));
}

int proposal_put(const ProposalUnit *unit, const ProposalDraft *draft, GPtrArray *warnings,
                 ProposalEntered *ret, GError **error) {
  g_autoptr(Proposal) p = g_new0(Proposal, 1);
  int r = put_facts(unit, draft, warnings, p, error);
  if (r < 0)
    return draft->place != NULL ? fault_prefix(error, "%s", draft->place) : r;
  Digest digest = digest_of_words(p->text);
  p->state = PROPOSAL_SUBMITTED;
  p->entered_at = clock_wall(unit->house->clock);
  p->entered_by = g_strdup(unit->actor->name);
  r = proposal_rows_same(unit->link, actor_clearance(unit->actor), p, &digest, &ret->id, error);
  ret->known = r == 0;
  if (r <= 0)
    return r;
  r = proposal_rows_insert(unit->link, p, &digest, &p->id, error);
  ret->id = p->id;
  const ProposalTurn turn = {.other = p->split_from};
  return r < 0 ? r : proposal_note(unit, p, DEED_SUBMITTED, &turn, error);
}

typedef struct {
  const ProposalDraft *drafts;
  gsize count;
  GArray *entered;
  GPtrArray *warnings;
} Entering;

static int enter(const ProposalUnit *unit, gpointer data, GError **error) {
  const Entering *e = data;
  int r = 0;
  for (gsize i = 0; r == 0 && i < e->count; i++) {
    ProposalEntered entered = {0};
    r = proposal_put(unit, &e->drafts[i], e->warnings, &entered, error);
    g_array_append_val(e->entered, entered);
  }
  return r;
}

static int check_count(gsize count, GError **error) {
  if (count > 0 && count <= PROPOSALS_AT_ONCE_MAX)
    return 0;
  return fault(error, FAULT_INPUT, "name from 1 to %d proposals at once, not %" G_GSIZE_FORMAT,
               PROPOSALS_AT_ONCE_MAX, count);
}

int proposal_enter(const Contacts *house, const Actor *actor, const ProposalDraft *drafts, gsize count,
                   GArray **ret, GPtrArray **ret_warnings, GError **error) {
  g_autoptr(GArray) entered = g_array_new(FALSE, FALSE, sizeof(ProposalEntered));
  g_autoptr(GPtrArray) warnings = g_ptr_array_new_with_free_func(g_free);
  Entering entering = {drafts, count, entered, warnings};
  int r = check_count(count, error);
  if (r == 0)
    r = proposal_write(house, actor, enter, &entering, error);
  if (r < 0)
    return r;
  *ret = g_steal_pointer(&entered);
  if (ret_warnings != NULL)
    *ret_warnings = g_steal_pointer(&warnings);
  return 0;
}

/* ---- small changes ---- */

typedef struct {
  const gint64 *ids;
  gsize count;
  gint64 question;
  const char *text, *language;
} Changing;

static int moderate(const ProposalUnit *unit, gpointer data, GError **error) {
  const Changing *c = data;
  int r = 0;
  for (gsize i = 0; r == 0 && i < c->count; i++) {
    g_autoptr(Proposal) p = NULL;
    r = proposal_find(unit->link, actor_clearance(unit->actor), c->ids[i], &p, error);
    if (r == 0 && p->state == PROPOSAL_SUBMITTED)
      r = proposal_change(unit, p, DEED_MODERATED, PROPOSAL_MODERATED, &(ProposalTurn){0}, error);
  }
  return r;
}

int proposal_moderate(const Contacts *house, const Actor *actor, const gint64 *ids, gsize count,
                      GError **error) {
  Changing changing = {.ids = ids, .count = count};
  int r = check_count(count, error);
  return r == 0 ? proposal_write(house, actor, moderate, &changing, error) : r;
}

static int assign_one(const ProposalUnit *unit, gint64 id, gint64 question, GError **error) {
  g_autoptr(Proposal) p = NULL;
  char name[IDENT_SIZE];
  int r = proposal_find(unit->link, actor_clearance(unit->actor), id, &p, error);
  if (r < 0 || p->question == question)
    return r;
  if (p->state == PROPOSAL_IN_SYNTHESIS)
    return fault(error, FAULT_RULE, "%s has its place on question %" G_GINT64_FORMAT "; take it back first",
                 ident_into(IDENT_PROPOSAL, id, name), p->question);
  r = edition_check_question(unit->link, p->edition, question, error);
  if (r == 0)
    r = proposal_rows_assign(unit->link, id, question, error);
  g_autofree char *note =
      question == 0 ? g_strdup("to no question") : g_strdup_printf("to question %" G_GINT64_FORMAT, question);
  p->question = question;
  return r == 0 ? proposal_note(unit, p, DEED_ASSIGNED, &(ProposalTurn){.note = note}, error) : r;
}

static int assign(const ProposalUnit *unit, gpointer data, GError **error) {
  const Changing *c = data;
  int r = 0;
  for (gsize i = 0; r == 0 && i < c->count; i++)
    r = assign_one(unit, c->ids[i], c->question, error);
  return r;
}

int proposal_assign(const Contacts *house, const Actor *actor, const gint64 *ids, gsize count,
                    gint64 question, GError **error) {
  Changing changing = {.ids = ids, .count = count, .question = question};
  int r = check_count(count, error);
  return r == 0 ? proposal_write(house, actor, assign, &changing, error) : r;
}

static int reword(const ProposalUnit *unit, gpointer data, GError **error) {
  const Changing *c = data;
  g_autoptr(Proposal) p = NULL;
  g_autofree char *words = NULL;
  enum language language = LANGUAGE_FR;
  gboolean clears = text_blank(c->text);
  int r = proposal_find(unit->link, actor_clearance(unit->actor), c->ids[0], &p, error);
  if (r == 0 && !clears)
    r = proposal_words("text", c->text, &words, error);
  if (r < 0)
    return r;
  if (!language_parse(c->language != NULL ? c->language : p->language, &language))
    return fault(error, FAULT_INPUT, "language: \"%s\" is none of fr, en, es and pt", c->language);
  r = proposal_rows_reword(unit->link, p->id, words, clears ? NULL : language_code(language), error);
  const char *note = clears ? "as it came" : language_code(language);
  return r == 0 ? proposal_note(unit, p, DEED_REWORDED, &(ProposalTurn){.note = note}, error) : r;
}

int proposal_reword(const Contacts *house, const Actor *actor, gint64 id, const char *text,
                    const char *language, GError **error) {
  Changing changing = {.ids = &id, .count = 1, .text = text, .language = language};
  return proposal_write(house, actor, reword, &changing, error);
}

/* ---- a person is forgotten ---- */

static int forget_in(Link *link, ProposalTexts *texts, const char *const *words, GError **error) {
  gboolean changed = FALSE;
  for (gsize i = 0; i < G_N_ELEMENTS(texts->texts); i++) {
    char *without = texts->texts[i] != NULL ? forget_words(texts->texts[i], words) : NULL;
    if (without != NULL) {
      g_free(texts->texts[i]);
      texts->texts[i] = without;
      changed = TRUE;
    }
  }
  if (!changed)
    return 0;
  Digest digest = digest_of_words(texts->texts[0]);
  return proposal_rows_write_texts(link, texts, *texts->texts[0] != '\0' ? &digest : NULL, error);
}

int proposal_erase(Link *link, gint64 contact, const char *const *words, GError **error) {
  g_autoptr(GPtrArray) all = g_ptr_array_new();
  int r = proposal_rows_texts(link, contact, all, error);
  for (guint i = 0; r == 0 && i < all->len; i++)
    r = forget_in(link, all->pdata[i], words, error);
  return r == 0 ? proposal_rows_forget_author(link, contact, error) : r;
}
