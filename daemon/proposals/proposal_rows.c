/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "proposals/proposal_rows.h"

static const char *const steps[] = {
    "CREATE TABLE proposals ("
    "  id INTEGER PRIMARY KEY,"
    "  edition BIGINT NOT NULL,"
    "  question BIGINT NOT NULL," /* 0: none */
    "  state TEXT NOT NULL,"
    "  restricted BIGINT NOT NULL,"
    "  language TEXT NOT NULL,"
    "  words TEXT NOT NULL," /* '': erased */
    "  digest BLOB,"         /* of the words, folded; NULL: erased */
    "  wording TEXT,"
    "  wording_language TEXT,"
    "  workshop BIGINT REFERENCES lists(id),"
    "  author BIGINT REFERENCES contact_ids(id),"
    "  inbound BIGINT NOT NULL," /* 0: none */
    "  part BIGINT NOT NULL,"    /* of that message, from 0 on */
    "  delivery BIGINT NOT NULL,"
    "  split_from BIGINT REFERENCES proposals(id),"
    "  place BIGINT NOT NULL," /* 0: none */
    "  merged_into BIGINT REFERENCES proposals(id),"
    "  item BIGINT NOT NULL," /* where all merging ends: itself, unless it was merged */
    "  reason TEXT,"
    "  entered_at BIGINT NOT NULL,"
    "  entered_by TEXT NOT NULL);"
    "CREATE INDEX proposals_draft ON proposals (edition, question, state, restricted, place);"
    "CREATE INDEX proposals_item ON proposals (item);"
    "CREATE INDEX proposals_merged ON proposals (merged_into) WHERE merged_into IS NOT NULL;"
    "CREATE INDEX proposals_author ON proposals (author) WHERE author IS NOT NULL;"
    "CREATE INDEX proposals_digest ON proposals (digest) WHERE digest IS NOT NULL;"
    "CREATE UNIQUE INDEX proposals_inbound ON proposals (inbound, part) WHERE inbound <> 0;"
    "CREATE TABLE proposal_steps ("
    "  id INTEGER PRIMARY KEY,"
    "  proposal BIGINT NOT NULL REFERENCES proposals(id),"
    "  at BIGINT NOT NULL,"
    "  by_whom TEXT NOT NULL,"
    "  deed TEXT NOT NULL,"
    "  from_state TEXT NOT NULL,"
    "  to_state TEXT NOT NULL,"
    "  other BIGINT NOT NULL," /* 0: none */
    "  note TEXT);"
    "CREATE INDEX proposal_steps_of ON proposal_steps (proposal, id);"
    "CREATE TABLE proposal_editions (number INTEGER PRIMARY KEY, begun_at BIGINT NOT NULL, begun_by TEXT NOT "
    "NULL);"
    "CREATE TABLE proposal_words (edition BIGINT NOT NULL, question BIGINT NOT NULL," /* 0: the theme */
    "  language TEXT NOT NULL, words TEXT NOT NULL, PRIMARY KEY (edition, question, language));",

    "CREATE INDEX proposals_delivery ON proposals (delivery) WHERE delivery <> 0;", NULL};

const Schema proposals_schema = {"proposals", steps};

static int done(int n) {
  return MIN(n, 0);
}

/* ---- entering ---- */

int proposal_rows_insert(Link *link, const Proposal *p, const Digest *digest, gint64 *ret_id,
                         GError **error) {
  int r = link_insert(
      link, ret_id, error,
      "INSERT INTO proposals (edition, question, state, restricted, language, words, digest, workshop, "
      "author,"
      " inbound, part, delivery, split_from, place, item, entered_at, entered_by)"
      " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10,"
      " (SELECT count(*) FROM proposals b WHERE b.inbound = ?10 AND ?10 <> 0), ?11, ?12, 0, 0, ?13, ?14)",
      "iititt"
      "dkkiikit",
      p->edition, p->question, proposal_state_name(p->state), (gint64)p->restricted, p->language, p->text,
      digest, p->workshop, p->author, p->inbound, p->delivery, p->split_from, p->entered_at, p->entered_by);
  return r < 0 ? r : proposal_rows_set_item(link, *ret_id, *ret_id, error);
}

int proposal_rows_same(Link *link, gint64 clearance, const Proposal *p, const Digest *digest, gint64 *ret_id,
                       GError **error) {
  return link_int(link, ret_id, error,
                  "SELECT min(id) FROM proposals WHERE digest = ?1 AND edition = ?2 AND question = ?3"
                  " AND coalesce(workshop, 0) = ?4 AND coalesce(author, 0) = ?5 AND inbound = ?6"
                  " AND delivery = ?7 AND coalesce(split_from, 0) = ?8 AND restricted <= ?9",
                  "diiiiiiii", digest, p->edition, p->question, p->workshop, p->author, p->inbound,
                  p->delivery, p->split_from, clearance);
}

int proposal_rows_parts(Link *link, gint64 inbound, gint64 *ret, GError **error) {
  return done(link_int(link, ret, error, "SELECT count(*) FROM proposals WHERE inbound = ?1 AND inbound <> 0",
                       "i", inbound));
}

int proposal_rows_offered(Link *link, gint64 delivery, gint64 *ret, GError **error) {
  return done(
      link_int(link, ret, error,
               "SELECT count(*) FROM proposals WHERE delivery = ?1 AND inbound = 0 AND split_from IS NULL",
               "i", delivery));
}

/* What others went into would be hidden with it. */
int proposal_rows_refile(Link *link, gint64 inbound, gint64 delivery, gint64 author, gboolean restricted,
                         GError **error) {
  return done(link_run(link, error,
                       "UPDATE proposals SET delivery = ?2, author = ?3, restricted = ?4"
                       " WHERE inbound = ?1 AND inbound <> 0 AND state IN ('submitted', 'moderated')"
                       " AND NOT EXISTS (SELECT 1 FROM proposals m WHERE m.merged_into = proposals.id)",
                       "iiki", inbound, delivery, author, (gint64)restricted));
}

/* ---- reading ---- */

/* ?1 is the clearance. A list has a name, and an author too, only for who may see them; both numbers are
 * read, and proposal.c takes away what is not for the asker. */
#define PROPOSAL                                                                                             \
  "SELECT p.id, p.edition, p.question, p.restricted, p.workshop, p.author, p.inbound, p.delivery,"           \
  " p.split_from, p.place, p.merged_into, p.item, p.entered_at, p.state, p.language, p.words, p.wording,"    \
  " p.wording_language, w.name, c.name, p.reason, p.entered_by FROM proposals p"                             \
  " LEFT JOIN lists w ON w.id = p.workshop"                                                                  \
  " LEFT JOIN contacts_now c ON c.id = p.author AND c.restricted <= ?1 WHERE p.restricted <= ?1"

static Proposal *read_proposal(Statement *s) {
  Proposal *p = g_new0(Proposal, 1);
  gint64 restricted = 0;
  gint64 *const numbers[] = {&p->id,          &p->edition, &p->question,  &restricted,    &p->workshop,
                             &p->author,      &p->inbound, &p->delivery,  &p->split_from, &p->place,
                             &p->merged_into, &p->item,    &p->entered_at};
  char **const texts[] = {&p->language,      &p->text,        &p->wording, &p->wording_language,
                          &p->workshop_name, &p->author_name, &p->reason,  &p->entered_by};
  int column = 0;
  for (gsize i = 0; i < G_N_ELEMENTS(numbers); i++)
    *numbers[i] = statement_int(s, column++);
  p->restricted = restricted != 0;
  p->state = proposal_state_of(statement_text(s, column++));
  for (gsize i = 0; i < G_N_ELEMENTS(texts); i++)
    *texts[i] = g_strdup(statement_text(s, column++));
  return p;
}

static int take(Statement *s, GPtrArray *to, GError **error) {
  int r;
  while ((r = statement_step(s, error)) > 0)
    g_ptr_array_add(to, read_proposal(s));
  return r;
}

static int take_numbers(Statement *s, GArray *to, GError **error) {
  int r;
  while ((r = statement_step(s, error)) > 0) {
    gint64 id = statement_int(s, 0);
    g_array_append_val(to, id);
  }
  return r;
}

int proposal_rows_find(Link *link, gint64 clearance, gint64 id, Proposal **ret, GError **error) {
  g_autoptr(Statement) s = NULL;
  int r = link_query(link, &s, error, PROPOSAL " AND p.id = ?2", "ii", clearance, id);
  if (r == 0)
    r = statement_step(s, error);
  if (r <= 0)
    return r < 0 ? r : 1;
  *ret = read_proposal(s);
  return 0;
}

/* Contact ?8, and those that went into it. */
#define FAMILY                                                                                               \
  "WITH RECURSIVE family (id) AS (SELECT ?8 UNION SELECT m.gone FROM merges m JOIN family f"                 \
  " ON f.id = m.kept WHERE m.undone_at = 0) SELECT id FROM family"

int proposal_rows_list(Link *link, gint64 clearance, const ProposalFilter *f, GPtrArray *to, GError **error) {
  g_autoptr(Statement) s = NULL;
  const char *state = f->state != PROPOSAL_ANY ? proposal_state_name((enum proposal_state)f->state) : NULL;
  int r = link_query(link, &s, error,
                     PROPOSAL " AND (?2 < 0 OR p.edition = ?2) AND p.id > ?3 AND (?4 < 0 OR p.question = ?4)"
                              " AND (?5 IS NULL OR p.state = ?5) AND (?6 IS NULL OR p.language = ?6)"
                              " AND (?7 = 0 OR p.workshop = ?7) AND (?8 = 0 OR p.author IN (" FAMILY "))"
                              " AND (?9 = 0 OR p.inbound = ?9) ORDER BY p.id LIMIT ?10",
                     "iiiittiiii", clearance, f->edition, f->after, f->question, state, f->language,
                     f->workshop, f->author, f->inbound, f->limit);
  return r < 0 ? r : take(s, to, error);
}

int proposal_rows_sources(Link *link, gint64 clearance, gint64 item, GPtrArray *to, GError **error) {
  g_autoptr(Statement) s = NULL;
  int r = link_query(link, &s, error, PROPOSAL " AND p.item = ?2 ORDER BY p.id", "ii", clearance, item);
  return r < 0 ? r : take(s, to, error);
}

int proposal_rows_ids(Link *link, gint64 clearance, gint64 edition, gint64 question, gboolean aside,
                      GArray *to, GError **error) {
  g_autoptr(Statement) s = NULL;
  int r = link_query(link, &s, error,
                     "SELECT id FROM proposals WHERE edition = ?1 AND question = ?2 AND restricted <= ?3"
                     " AND state <> 'merged' AND (state = 'set-aside') = ?4 ORDER BY place = 0, place, id",
                     "iiii", edition, question, clearance, (gint64)aside);
  return r < 0 ? r : take_numbers(s, to, error);
}

/* ---- changing ---- */

int proposal_rows_change(Link *link, const Proposal *p, enum proposal_state from, GError **error) {
  int n = link_run(link, error,
                   "UPDATE proposals SET state = ?2, place = ?3, merged_into = ?4, reason = ?5"
                   " WHERE id = ?1 AND state = ?6",
                   "itiktt", p->id, proposal_state_name(p->state), p->place, p->merged_into, p->reason,
                   proposal_state_name(from));
  return n < 0 ? n : n == 0;
}

int proposal_rows_assign(Link *link, gint64 id, gint64 question, GError **error) {
  return done(link_run(link, error, "UPDATE proposals SET question = ?2 WHERE id = ?1", "ii", id, question));
}

int proposal_rows_reword(Link *link, gint64 id, const char *wording, const char *language, GError **error) {
  return done(link_run(link, error, "UPDATE proposals SET wording = ?2, wording_language = ?3 WHERE id = ?1",
                       "itt", id, wording, language));
}

int proposal_rows_erase_words(Link *link, gint64 id, GError **error) {
  return done(link_run(link, error,
                       "UPDATE proposals SET words = '', digest = NULL, wording = NULL,"
                       " wording_language = NULL WHERE id = ?1",
                       "i", id));
}

int proposal_rows_step(Link *link, gint64 proposal, const ProposalStep *step, GError **error) {
  return done(link_run(link, error,
                       "INSERT INTO proposal_steps (proposal, at, by_whom, deed, from_state, to_state, other,"
                       " note) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
                       "iitttt"
                       "it",
                       proposal, step->at, step->by, proposal_deed_name(step->deed),
                       proposal_state_name(step->from), proposal_state_name(step->to), step->other,
                       step->note));
}

static enum proposal_deed deed_of(const char *name) {
  int deed = 0;
  while (deed < PROPOSAL_DEEDS && g_strcmp0(proposal_deed_name((enum proposal_deed)deed), name) != 0)
    deed++;
  return (enum proposal_deed)deed;
}

/* Another proposal is named only to who may see it. */
int proposal_rows_steps(Link *link, gint64 clearance, gint64 proposal, GPtrArray *to, GError **error) {
  g_autoptr(Statement) s = NULL;
  int r = link_query(link, &s, error,
                     "SELECT s.at, s.by_whom, s.deed, s.from_state, s.to_state, o.id, s.note"
                     " FROM proposal_steps s LEFT JOIN proposals o ON o.id = s.other AND o.restricted <= ?2"
                     " WHERE s.proposal = ?1 ORDER BY s.id",
                     "ii", proposal, clearance);
  while (r == 0 && (r = statement_step(s, error)) > 0) {
    ProposalStep *step = g_new0(ProposalStep, 1);
    step->at = statement_int(s, 0);
    step->by = g_strdup(statement_text(s, 1));
    step->deed = deed_of(statement_text(s, 2));
    step->from = proposal_state_of(statement_text(s, 3));
    step->to = proposal_state_of(statement_text(s, 4));
    step->other = statement_int(s, 5);
    step->note = g_strdup(statement_text(s, 6));
    g_ptr_array_add(to, step);
    r = 0;
  }
  return r;
}

/* ---- merging and order ---- */

int proposal_rows_size(Link *link, gint64 item, gint64 *ret, GError **error) {
  return done(link_int(link, ret, error, "SELECT count(*) FROM proposals WHERE item = ?1", "i", item));
}

int proposal_rows_join(Link *link, gint64 from, gint64 to, GError **error) {
  return done(link_run(link, error, "UPDATE proposals SET item = ?2 WHERE item = ?1", "ii", from, to));
}

int proposal_rows_set_item(Link *link, gint64 id, gint64 item, GError **error) {
  return done(link_run(link, error, "UPDATE proposals SET item = ?2 WHERE id = ?1", "ii", id, item));
}

int proposal_rows_children(Link *link, gint64 id, GArray *to, GError **error) {
  g_autoptr(Statement) s = NULL;
  int r = link_query(link, &s, error, "SELECT id FROM proposals WHERE merged_into = ?1 ORDER BY id", "i", id);
  return r < 0 ? r : take_numbers(s, to, error);
}

int proposal_rows_placed(Link *link, gint64 edition, gint64 question, GArray *to, GError **error) {
  g_autoptr(Statement) s = NULL;
  int r = link_query(link, &s, error,
                     "SELECT id FROM proposals WHERE edition = ?1 AND question = ?2"
                     " AND state = 'in-synthesis' ORDER BY place",
                     "ii", edition, question);
  return r < 0 ? r : take_numbers(s, to, error);
}

int proposal_rows_place(Link *link, gint64 id, gint64 place, GError **error) {
  return done(link_run(link, error, "UPDATE proposals SET place = ?2 WHERE id = ?1", "ii", id, place));
}

int proposal_rows_close_gap(Link *link, gint64 edition, gint64 question, gint64 place, GError **error) {
  return done(link_run(link, error,
                       "UPDATE proposals SET place = place - 1 WHERE edition = ?1 AND question = ?2"
                       " AND state = 'in-synthesis' AND place > ?3",
                       "iii", edition, question, place));
}

/* ---- a person is forgotten ---- */

static void texts_free(gpointer data) {
  ProposalTexts *texts = data;
  for (gsize i = 0; i < G_N_ELEMENTS(texts->texts); i++)
    g_free(texts->texts[i]);
  g_free(texts);
}

int proposal_rows_texts(Link *link, gint64 contact, GPtrArray *to, GError **error) {
  g_autoptr(Statement) s = NULL;
  g_ptr_array_set_free_func(to, texts_free);
  int r = link_query(link, &s, error, "SELECT id, words, wording, reason FROM proposals WHERE author = ?1",
                     "i", contact);
  while (r == 0 && (r = statement_step(s, error)) > 0) {
    ProposalTexts *texts = g_new0(ProposalTexts, 1);
    texts->id = statement_int(s, 0);
    for (int i = 0; i < (int)G_N_ELEMENTS(texts->texts); i++)
      texts->texts[i] = g_strdup(statement_text(s, i + 1));
    g_ptr_array_add(to, texts);
    r = 0;
  }
  return r;
}

int proposal_rows_write_texts(Link *link, const ProposalTexts *texts, const Digest *digest, GError **error) {
  return done(link_run(
      link, error, "UPDATE proposals SET words = ?2, wording = ?3, reason = ?4, digest = ?5 WHERE id = ?1",
      "itttd", texts->id, texts->texts[0], texts->texts[1], texts->texts[2], digest));
}

/* Reasons that others wrote may name him as well; what was done, when and by whom stays. */
int proposal_rows_forget_author(Link *link, gint64 contact, GError **error) {
  int r = link_run(link, error,
                   "UPDATE proposal_steps SET note = NULL WHERE deed = 'set-aside' AND proposal IN"
                   " (SELECT id FROM proposals WHERE author = ?1)",
                   "i", contact);
  return r < 0 ? r
               : done(link_run(link, error,
                               "UPDATE proposals SET author = NULL, delivery = 0 WHERE author = ?1", "i",
                               contact));
}
