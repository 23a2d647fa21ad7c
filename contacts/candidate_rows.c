/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "contacts/candidate.h"

#include "base/fault.h"
#include "base/ident.h"
#include "contacts/contact_rows.h"
#include "contacts/list_rows.h"

/* The page with what it owns. */
typedef struct {
  CandidatePage page;
  GStringChunk *chunk;
  GPtrArray *arrays;
} Pages;

void candidate_page_free(CandidatePage *page) {
  Pages *pages = (Pages *)(void *)page;
  if (pages == NULL)
    return;
  g_free(pages->page.items);
  g_string_chunk_free(pages->chunk);
  g_ptr_array_unref(pages->arrays);
  g_free(pages);
}

static Pages *pages_new(gsize room) {
  Pages *pages = g_new0(Pages, 1);
  pages->page.items = g_new0(Candidate, room + 1);
  pages->chunk = g_string_chunk_new(16 * 1024);
  pages->arrays = g_ptr_array_new_with_free_func(g_free);
  return pages;
}

static const char *keep(Pages *pages, const char *text) {
  return text != NULL ? g_string_chunk_insert(pages->chunk, text) : NULL;
}

/* Takes over an array that has grown, as the page's own. */
static gpointer keep_array(Pages *pages, GArray *array) {
  gpointer data = g_array_free(array, FALSE);
  g_ptr_array_add(pages->arrays, data);
  return data;
}

static void take_card(Pages *pages, const Contact *c, Candidate *to) {
  *to = (Candidate){.id = c->id,
                    .kind = c->kind,
                    .standing = c->standing,
                    .gender = c->gender,
                    .restricted = c->restricted,
                    .external_id = keep(pages, c->external_id),
                    .name = keep(pages, c->name),
                    .given_name = keep(pages, c->given_name),
                    .family_name = keep(pages, c->family_name),
                    .honorific = keep(pages, c->honorific),
                    .salutation = keep(pages, c->salutation),
                    .office = keep(pages, c->office),
                    .office_kind = keep(pages, c->office_kind),
                    .organisation = keep(pages, c->organisation),
                    .portfolio = keep(pages, c->portfolio),
                    .city = keep(pages, c->city),
                    .country = keep(pages, c->country),
                    .languages = keep(pages, c->languages),
                    .stamps = c->stamps};
}

/* 0, or 1 when there is none that may be seen. */
static int load_card(Link *link, Pages *pages, gint64 id, gint64 clearance, Candidate *to, GError **error) {
  g_autoptr(Statement) s = NULL;
  int r = link_query(link, &s, error,
                     "SELECT " CONTACT_COLUMNS " FROM contacts_now c WHERE c.id = ?1 AND c.restricted <= ?2",
                     "ii", id, clearance);
  if (r < 0 || (r = statement_step(s, error)) < 0)
    return r;
  if (r == 0)
    return 1;
  Contact card;
  contact_rows_borrow(s, 0, &card);
  take_card(pages, &card, to);
  return 0;
}

static Holder read_holder(Pages *pages, Statement *s) {
  return (Holder){.tenure = statement_int(s, 0),
                  .person = statement_int(s, 1),
                  .from = (Day)statement_int(s, 2),
                  .to = (Day)statement_int(s, 3),
                  .verified_at = (Day)statement_int(s, 4),
                  .gender = (enum gender)statement_int(s, 5),
                  .given_name = keep(pages, statement_text(s, 6)),
                  .family_name = keep(pages, statement_text(s, 7)),
                  .honorific = keep(pages, statement_text(s, 8)),
                  .salutation = keep(pages, statement_text(s, 9)),
                  .languages = keep(pages, statement_text(s, 10)),
                  .manner = (enum tenure_manner)statement_int(s, 11)};
}

static int load_holders(Link *link, Pages *pages, Day today, Candidate *to, GError **error) {
  g_autoptr(Statement) s = NULL;
  g_autoptr(GArray) holders = g_array_new(FALSE, FALSE, sizeof(Holder));
  gint64 sum = 0, squares = 0;
  int r = link_query(
      link, &s, error,
      "SELECT t.id, t.person, t.from_day, t.to_day, t.verified_day, p.gender, p.given_name, p.family_name, "
      "p.honorific, p.salutation, p.languages, t.manner FROM tenures_now t JOIN contacts_now p ON p.id = "
      "t.person "
      "WHERE t.office = ?1 AND t.from_day <= ?2 AND (t.to_day = 0 OR t.to_day >= ?2) "
      "ORDER BY t.from_day, t.id",
      "ii", to->id, (gint64)today);
  while (r == 0 && (r = statement_step(s, error)) > 0) {
    Holder holder = read_holder(pages, s);
    sum += holder.tenure;
    squares += holder.tenure * holder.tenure;
    g_array_append_val(holders, holder);
    r = 0;
  }
  to->holder_count = holders->len;
  to->stamps.holder = stamps_as_of(to->stamps.holder, holders->len, sum, squares);
  if (holders->len > 0)
    to->holders = keep_array(pages, g_steal_pointer(&holders));
  return r;
}

static int load_grounds(Link *link, Pages *pages, Candidate *to, GError **error) {
  g_autoptr(Statement) s = NULL;
  g_autoptr(GArray) grounds = g_array_new(FALSE, FALSE, sizeof(Ground));
  int r = link_query(
      link, &s, error,
      "SELECT id, kind, area, evidence, day, noted_by FROM grounds_now WHERE contact = ?1 ORDER BY id", "i",
      to->id);
  while (r == 0 && (r = statement_step(s, error)) > 0) {
    Ground ground = {.id = statement_int(s, 0),
                     .contact = to->id,
                     .kind = (enum ground_kind)statement_int(s, 1),
                     .area = keep(pages, statement_text(s, 2)),
                     .evidence = keep(pages, statement_text(s, 3)),
                     .date = (Day)statement_int(s, 4),
                     .noted_by = keep(pages, statement_text(s, 5))};
    g_array_append_val(grounds, ground);
    r = 0;
  }
  to->ground_count = grounds->len;
  if (grounds->len > 0)
    to->grounds = keep_array(pages, g_steal_pointer(&grounds));
  return r;
}

/* Which of two channels is better to use: one that may be, then a suspect one, then any. */
#define RANK_USABLE 2
static int rank(enum channel_standing standing) {
  return standing <= CHANNEL_VERIFIED ? RANK_USABLE : standing == CHANNEL_SUSPECT ? 1 : 0;
}

static gboolean is_ascii(const char *text) {
  for (; *text != '\0'; text++)
    if ((guchar)*text >= 0x80)
      return FALSE;
  return TRUE;
}

static int find_also_office(Link *link, gint64 contact, CandidateChannel *to, GError **error) {
  gint64 one;
  int r = link_int(link, &one, error,
                   "SELECT 1 FROM channels_now h JOIN contacts_now c ON c.id = h.contact WHERE h.folded = ?1"
                   " AND h.kind = 0 AND h.contact <> ?2 AND c.restricted > 0 LIMIT 1",
                   "ti", to->folded, contact);
  to->also_office = r == 0;
  return MIN(r, 0);
}

static CandidateChannel read_channel(Pages *pages, Statement *s) {
  CandidateChannel channel = {
      .id = statement_int(s, 0),
      .kind = (enum channel_kind)statement_int(s, 1),
      .role = (enum channel_role)statement_int(s, 2),
      .via = (enum channel_via)statement_int(s, 3),
      .standing = (enum channel_standing)statement_int(s, 4),
      .show = keep(pages, statement_text(s, 5)),
      .send = keep(pages, statement_text(s, 6)),
      .folded = keep(pages, statement_text(s, 7)),
      .limits = {statement_int(s, 8), statement_int(s, 9) != 0, statement_int(s, 10) != 0}};
  channel.needs_utf8 = channel.kind == CHANNEL_EMAIL && !is_ascii(channel.send);
  return channel;
}

static int query_channels(Link *link, Pages *pages, gint64 contact, GArray *to, GError **error) {
  g_autoptr(Statement) s = NULL;
  /* A copy's address is no route of its own: role 1 is left out. */
  int r = link_query(link, &s, error,
                     "SELECT id, kind, role, via, standing, value, send, folded, max_message_bytes, "
                     "no_signature_part, plain_only FROM channels_now WHERE contact = ?1 AND role <> 1"
                     " ORDER BY position, id",
                     "i", contact);
  while (r == 0 && (r = statement_step(s, error)) > 0) {
    CandidateChannel channel = read_channel(pages, s);
    g_array_append_val(to, channel);
    r = 0;
  }
  return r;
}

static int load_channels(Link *link, Pages *pages, Candidate *to, GError **error) {
  g_autoptr(GArray) all = g_array_new(FALSE, FALSE, sizeof(CandidateChannel));
  const CandidateChannel *best = NULL;
  int r = query_channels(link, pages, to->id, all, error);
  for (guint i = 0; r == 0 && i < all->len; i++) {
    CandidateChannel *channel = &g_array_index(all, CandidateChannel, i);
    if (channel->kind != CHANNEL_EMAIL)
      continue;
    r = find_also_office(link, to->id, channel, error);
    if (best == NULL || rank(channel->standing) > rank(best->standing))
      best = channel;
  }
  if (best != NULL)
    to->email = *best;
  for (guint i = all->len; i > 0; i--)
    if (rank(g_array_index(all, CandidateChannel, i - 1).standing) < RANK_USABLE)
      g_array_remove_index(all, i - 1);
  to->channel_count = all->len;
  if (all->len > 0)
    to->channels = keep_array(pages, g_steal_pointer(&all));
  return r;
}

static int load(Link *link, Pages *pages, gint64 id, gint64 clearance, Day today, GError **error) {
  static const char *const none[] = {NULL};
  Candidate *to = &pages->page.items[pages->page.count];
  int r = load_card(link, pages, id, clearance, to, error);
  if (r != 0)
    return r;
  to->lists = none;
  r = load_channels(link, pages, to, error);
  if (r == 0 && to->kind == CONTACT_OFFICE)
    r = load_holders(link, pages, today, to, error);
  if (r == 0 && to->kind != CONTACT_PERSON)
    r = load_grounds(link, pages, to, error);
  if (r == 0)
    pages->page.count++;
  return r;
}

/* ---- the lists, merged ---- */

typedef struct {
  const char *name; /* kept by the page */
  GArray *ids;      /* gint64, in order */
  guint at;
} Source;

static void source_clear(gpointer source) {
  g_array_unref(((Source *)source)->ids);
}

static int open_source(Link *link, Pages *pages, gint64 list, gint64 after, gsize limit, gint64 clearance,
                       GArray *to, GError **error) {
  g_auto(ListRecord) record = {0};
  g_autoptr(Rule) rule = NULL;
  int r = list_rows_load(link, list, &record, error);
  if (r < 0)
    return r;
  Source source = {keep(pages, record.name), g_array_new(FALSE, FALSE, sizeof(gint64)), 0};
  g_array_append_val(to, source);
  if (record.rule == NULL)
    return list_rows_members(link, list, after, limit, clearance, source.ids, error);
  r = rule_parse(record.rule, &rule, error);
  return r == 0 ? list_rows_matching(link, rule, after, limit, clearance, source.ids, error) : r;
}

static gboolean head_of(const Source *source, gint64 *ret) {
  if (source->at >= source->ids->len)
    return FALSE;
  *ret = g_array_index(source->ids, gint64, source->at);
  return TRUE;
}

/* The lowest id that any source has next. */
static gboolean lowest(const GArray *sources, gint64 *ret) {
  gboolean any = FALSE;
  for (guint i = 0; i < sources->len; i++) {
    gint64 head;
    if (head_of(&g_array_index(sources, Source, i), &head) && (!any || head < *ret)) {
      *ret = head;
      any = TRUE;
    }
  }
  return any;
}

/* Passes over ID in all sources, and gives the names of those that had it. */
static const char *const *pass(Pages *pages, GArray *sources, gint64 id) {
  const char **names = g_new0(const char *, sources->len + 1);
  gsize count = 0;
  g_ptr_array_add(pages->arrays, (gpointer)names);
  for (guint i = 0; i < sources->len; i++) {
    Source *source = &g_array_index(sources, Source, i);
    gint64 head;
    if (head_of(source, &head) && head == id) {
      names[count++] = source->name;
      source->at++;
    }
  }
  return names;
}

int candidate_page(Link *link, const gint64 *lists, gsize count, gint64 after, gsize limit, gint64 clearance,
                   Day today, CandidatePage **ret, GError **error) {
  if (limit < 1 || limit > CANDIDATE_PAGE_MAX)
    return fault(error, FAULT_INPUT, "a page has 1 to %d candidates", CANDIDATE_PAGE_MAX);
  Pages *pages = pages_new(limit);
  g_autoptr(CandidatePage) page = &pages->page;
  g_autoptr(GArray) sources = g_array_new(FALSE, FALSE, sizeof(Source));
  g_array_set_clear_func(sources, source_clear);
  page->after = after;
  int r = 0;
  for (gsize i = 0; i < count && r == 0; i++)
    r = open_source(link, pages, lists[i], after, limit, clearance, sources, error);
  for (gint64 id = 0; r == 0 && page->count < limit && lowest(sources, &id);) {
    gsize at = page->count;
    const char *const *names = pass(pages, sources, id);
    r = load(link, pages, id, clearance, today, error);
    r = MIN(r, 0);
    if (page->count > at)
      page->items[at].lists = names;
    page->after = id;
  }
  if (r == 0)
    *ret = g_steal_pointer(&page);
  return r;
}

int candidate_one(Link *link, gint64 contact, gint64 clearance, Day today, CandidatePage **ret,
                  GError **error) {
  Pages *pages = pages_new(1);
  g_autoptr(CandidatePage) page = &pages->page;
  char id[IDENT_SIZE];
  int r = load(link, pages, contact, clearance, today, error);
  if (r > 0)
    return fault(error, FAULT_ABSENT, "there is no contact %s; list them to find its id",
                 contact > 0 ? ident_into(IDENT_CONTACT, contact, id) : "C-0");
  page->after = contact;
  if (r == 0)
    *ret = g_steal_pointer(&page);
  return r;
}
