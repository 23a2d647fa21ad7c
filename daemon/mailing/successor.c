/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "mailing/successor.h"

#include <string.h>

#include "base/crash.h"
#include "base/fault.h"
#include "base/ident.h"
#include "contacts/channel.h"
#include "journal/entry.h"
#include "mail/status_code.h"
#include "mailing/document.h"
#include "mailing/roll_rows.h"
#include "mailing/terms.h"
#include "outbox/fact.h"

#define PAGE 100 /* refusals read at once; each is decided in a unit of its own */

const Route *successor_choose(const SuccessorTerms *t, enum variant *ret_variant) {
  const Route *route = NULL;
  switch (t->cause) {
  case REFUSAL_SIZE:
    if (t->variant == VARIANT_LINK || !t->linkable)
      return NULL;
    *ret_variant = VARIANT_LINK;
    return route_by_channel(t->routes, t->channel);
  case REFUSAL_MAILBOX:
  case REFUSAL_POLICY:
    route = t->next_channel ? route_after(t->routes, t->channel) : NULL;
    *ret_variant = route != NULL ? route->variant : VARIANT_FULL;
    return route;
  default:
    return NULL;
  }
}

/* ---- one refusal ---- */

typedef struct {
  Desk *desk;
  gint64 delivery, now;
  DeliveryRow *row;
  Mailing *mailing;
  Addressee *line;
  GPtrArray *routes;
  enum refusal_cause cause;
  gboolean superseded;
  gboolean gone;  /* there is no such address */
  gint64 planned; /* the new delivery; 0: none */
} Deciding;

static void deciding_clear(Deciding *d) {
  g_clear_pointer(&d->row, delivery_row_free);
  g_clear_pointer(&d->mailing, mailing_free);
  g_clear_pointer(&d->line, addressee_free);
  g_clear_pointer(&d->routes, g_ptr_array_unref);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Deciding, deciding_clear)

/* Another report of the same bounce, or a person, may have been faster. */
static int read_newest(Deciding *d, Link *link, GError **error) {
  g_autoptr(GPtrArray) chain = NULL;
  int r = outbox_chain(link, 1, d->row->addressee, &chain, error);
  if (r == 0 && chain->len > 0)
    d->superseded = ((const DeliveryRow *)g_ptr_array_index(chain, chain->len - 1))->id != d->delivery;
  return r;
}

/* Nothing follows once the mailing was called back, or may not be sent any more. */
static gboolean still_goes(const Deciding *d) {
  const Mailing *m = d->mailing;
  if (strcmp(m->next_channel, "all") == 0) /* the others have their own already */
    return FALSE;
  gboolean under_way = m->state == MAILING_SENDING || m->state == MAILING_PAUSED || m->state == MAILING_SENT;
  gboolean came_back = d->row->state == DELIVERY_REFUSED || d->row->bounced;
  return came_back && !d->superseded && under_way && (m->not_after == 0 || m->not_after >= d->now);
}

/* RFC 3463 §3.2: the address does not exist, has moved or is none; told to us at our own door, so it is no
 * claim. */
static gboolean says_no_such_address(const char *status) {
  StatusCode parsed;
  if (status == NULL || !status_code_parse(status, -1, &parsed))
    return FALSE;
  return parsed.class == 5 && parsed.subject == 1 && parsed.detail >= 1 && parsed.detail <= 6;
}

/* The relay took it, and it came back later. */
static int read_bounce(Deciding *d, Link *link, GError **error) {
  Fact *bounce = NULL;
  int r = fact_bounce(link, d->delivery, &bounce, error);
  if (r == 0)
    d->cause = bounce->cause;
  fact_free(bounce);
  return MIN(r, 0);
}

static int read_cause(Deciding *d, Link *link, GError **error) {
  g_autoptr(GPtrArray) attempts = NULL;
  d->cause = REFUSAL_OTHER;
  if (d->row->bounced)
    return read_bounce(d, link, error);
  int r = outbox_attempts(link, d->delivery, &attempts, error);
  if (r < 0 || attempts->len == 0)
    return r;
  const AttemptRow *last = g_ptr_array_index(attempts, attempts->len - 1);
  d->cause = refusal_cause_of(last->code, last->status, last->step);
  d->gone = d->cause == REFUSAL_MAILBOX && says_no_such_address(last->status);
  return 0;
}

/* Whether the letter's wording can tell of links was not asked when it was approved to go in full. */
static gboolean speaks_of(const Terms *terms, const Deciding *d, const char *tag) {
  enum language language = LANGUAGE_FR;
  const TermsWording *wording =
      language_parse(d->row->language, &language) ? terms_wording(terms, language) : NULL;
  if (wording == NULL)
    return FALSE;
  gsize size = 0;
  const char *source = g_bytes_get_data(wording->source, &size);
  return g_strstr_len(source, (gssize)size, tag) != NULL;
}

static int read_linkable(const Deciding *d, Link *link, gboolean *ret, GError **error) {
  g_autoptr(Terms) terms = NULL;
  int r = terms_read(link, d->mailing, FALSE, &terms, error);
  if (r != 0)
    return MIN(r, 0);
  guint count = d->mailing->documents->len;
  *ret = terms_common(terms, "base_url") != NULL && count > 0 && speaks_of(terms, d, "{{document_url}}") &&
         (count == 1 || speaks_of(terms, d, "{{linked_documents}}"));
  for (guint i = 0; r == 0 && i < d->mailing->documents->len; i++) {
    g_autoptr(Document) document = NULL;
    r = document_find(link, g_array_index(d->mailing->documents, gint64, i), &document, error);
    const DocumentVersion *v = r == 0 ? document_version(document, d->row->language) : NULL;
    *ret = *ret && v != NULL && v->public_at != 0;
  }
  return r;
}

static int read_all(Deciding *d, Link *link, GError **error) {
  int r = outbox_find(link, 1, d->delivery, &d->row, error);
  if (r == 0)
    r = read_newest(d, link, error);
  if (r == 0)
    r = mailing_find(link, 1, d->row->mailing, &d->mailing, error);
  if (r == 0)
    r = roll_rows_find(link, 1, d->row->addressee, &d->line, error);
  if (r == 0)
    r = route_list(link, d->line, &d->routes, error);
  return r == 0 ? read_cause(d, link, error) : r;
}

static int note_successor(const Deciding *d, Link *link, const DeliveryPlan *plan, GError **error) {
  char before[IDENT_SIZE], channel[IDENT_SIZE];
  ident_into(IDENT_DELIVERY, plan->supersedes, before);
  g_autoptr(GString) facts = g_string_new(NULL);
  entry_fact(facts, "supersedes", before);
  entry_fact(facts, "cause", refusal_cause_name(d->cause));
  entry_fact(facts, "variant", plan->variant);
  entry_fact(facts, "channel", ident_into(IDENT_CHANNEL, plan->channel, channel));
  entry_fact(facts, "by-hand", plan->by_hand);
  g_autofree char *text = d->cause == REFUSAL_SIZE
                              ? g_strdup_printf("%s was too large; its documents are linked instead", before)
                              : g_strdup_printf("%s %s; the next channel is taken", before,
                                                d->row->bounced ? "came back" : "was refused");
  Entry entry = {.kind = ENTRY_DELIVERY_SUPERSEDED,
                 .user = actor_daemon.name,
                 .mailing = plan->mailing,
                 .addressee = plan->addressee,
                 .delivery = d->planned,
                 .contact = plan->contact,
                 .text = text,
                 .facts = facts->str,
                 .restricted = plan->restricted};
  return journal_add(desk_journal(d->desk), link, &entry, error);
}

static int plan(Deciding *d, Link *link, const Route *route, enum variant variant, GError **error) {
  const DeliveryRow *row = d->row;
  DeliveryPlan plan = {.mailing = row->mailing,
                       .addressee = row->addressee,
                       .contact = row->contact,
                       .channel = route->channel,
                       .restricted = row->restricted,
                       .variant = variant_name(variant),
                       .address = route->address,
                       .language = row->language,
                       .country = row->country,
                       .due = d->now,
                       .supersedes = row->id,
                       .after_silence = strcmp(d->mailing->next_channel, "until-acknowledged") == 0,
                       .by_hand = route_by_hand(route)};
  int r = delivery_plan(outbox_door(desk_outbox(d->desk)), link, &plan, &d->planned, error);
  return r < 0 ? r : note_successor(d, link, &plan, error);
}

/* Nothing more is sent by a channel that is none. What else is planned for it is held by that. */
static int bury_channel(const Deciding *d, Link *link, GError **error) {
  g_autoptr(MailingSettings) settings = desk_settings(d->desk);
  enum channel_standing standing = CHANNEL_UNVERIFIED;
  char delivery[IDENT_SIZE];
  gint64 contact = 0;
  int r = d->gone ? channel_whose(link, d->row->channel, &contact, &standing, error) : 1;
  if (r != 0 || standing == CHANNEL_DEAD || standing == CHANNEL_REFUSED)
    return MIN(r, 0);
  Contacts contacts = {.store = desk_store(d->desk),
                       .journal = desk_journal(d->desk),
                       .clock = desk_clock(d->desk),
                       .zone = settings->zone,
                       .states = settings->states};
  g_autofree char *reason =
      g_strdup_printf("there is no such address: %s", ident_into(IDENT_DELIVERY, d->delivery, delivery));
  return channel_mark_within(&contacts, link, &actor_daemon, contact, d->row->channel, CHANNEL_DEAD, reason,
                             error);
}

/* A line or mailing that is gone leaves nothing to plan. */
static int decide_unit(Link *link, gpointer data, GError **error) {
  Deciding *d = data;
  int r = refusal_strike(link, d->delivery, error);
  if (r != 0)
    return MIN(r, 0);
  r = read_all(d, link, error);
  if (r == 0)
    r = bury_channel(d, link, error);
  if (r != 0 || !still_goes(d))
    return MIN(r, 0);
  SuccessorTerms terms = {.cause = d->cause,
                          .channel = d->row->channel,
                          .next_channel = strcmp(d->mailing->next_channel, "none") != 0,
                          .routes = d->routes};
  variant_parse(d->row->variant, &terms.variant);
  if (d->cause == REFUSAL_SIZE)
    r = read_linkable(d, link, &terms.linkable, error);
  enum variant variant = VARIANT_FULL;
  const Route *route = r == 0 ? successor_choose(&terms, &variant) : NULL;
  return route != NULL ? plan(d, link, route, variant, error) : r;
}

static int decide(Desk *desk, gint64 delivery, GError **error) {
  g_auto(Deciding) d = {.desk = desk, .delivery = delivery, .now = clock_wall(desk_clock(desk))};
  crash_point("refusal-waits");
  int r = store_write(desk_store(desk), decide_unit, &d, error);
  if (r < 0 && r != FAULT_BUSY) {
    char id[IDENT_SIZE];
    return fault_prefix(error, "%s", ident_into(IDENT_DELIVERY, delivery, id));
  }
  if (r == 0 && d.planned != 0) {
    crash_point("successor-planned");
    outbox_wake(desk_outbox(desk));
  }
  return r;
}

/* One refusal's trouble must not keep the others waiting: the last fault is told, all of the page are tried.
 */
static int decide_page(Desk *desk, const GArray *ids, GError **error) {
  int result = 0;
  for (guint i = 0; i < ids->len; i++) {
    g_autoptr(GError) own = NULL;
    int r = decide(desk, g_array_index(ids, gint64, i), &own);
    if (r >= 0)
      continue;
    g_clear_error(error);
    g_propagate_error(error, g_steal_pointer(&own));
    result = r;
  }
  return result;
}

int successor_tick(Desk *desk, GError **error) {
  g_autoptr(GArray) ids = g_array_new(FALSE, FALSE, sizeof(gint64));
  int r = 0;
  do {
    g_autoptr(Link) link = NULL;
    g_array_set_size(ids, 0);
    r = store_read(desk_store(desk), &link, error);
    if (r == 0)
      r = refusal_waiting(link, PAGE, ids, error);
    g_clear_pointer(&link, link_return);
    if (r == 0)
      r = decide_page(desk, ids, error);
  } while (r == 0 && ids->len == PAGE);
  if (r == FAULT_BUSY) { /* a file of contacts is being imported: the next tick decides */
    g_clear_error(error);
    r = 0;
  }
  return r;
}
