/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "reply/placing.h"

#include <string.h>

#include "base/fault.h"
#include "base/ident.h"
#include "contacts/unsubscription.h"
#include "journal/entry.h"
#include "mail/address.h"
#include "mailing/mailing.h"
#include "reply/inbound_rows.h"
#include "reply/sender.h"

/* What is known of the delivery. */
typedef struct {
  Placing *p;
  Link *link;
  DeliveryRow *row; /* NULL: it belongs to none */
  Mailing *mailing;
  gint64 channel_contact; /* whose the channel is now; 0: it is no more */
  const char *by;
  HandleCase c;
  HandleDecision d;
} Work;

static void work_clear(Work *w) {
  g_clear_pointer(&w->row, delivery_row_free);
  g_clear_pointer(&w->mailing, mailing_free);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Work, work_clear)

static void replace(char **to, const char *text) {
  char *copy = g_strdup(text);
  g_free(*to);
  *to = copy;
}

/* ---- what is known ---- */

static int read_delivery(Work *w, GError **error) {
  g_autoptr(GError) own = NULL;
  int r = outbox_find(w->link, 1, w->p->delivery, &w->row, &own);
  if (r == 0)
    r = mailing_find(w->link, 1, w->row->mailing, &w->mailing, &own);
  if (r == 0)
    return 0;
  if (r == FAULT_ABSENT) {
    work_clear(w);
    return 0;
  }
  g_propagate_error(error, g_steal_pointer(&own));
  return r;
}

static int read_channel(Work *w, GError **error) {
  w->c.standing = CHANNEL_UNVERIFIED;
  int r = channel_whose(w->link, w->row->channel, &w->channel_contact, &w->c.standing, error);
  if (r == 0)
    r = fact_bounced_before(w->link, w->row->channel, w->row->mailing, inbound_message_moment(w->p->message),
                            &w->c.bounced_before, error);
  return MIN(r, 0);
}

/* RFC 2369 §3.2: whether the letter said how to leave by mail (mailing/mould_cast.c). */
static gboolean may_leave(const Work *w) {
  return !w->row->restricted && g_strcmp0(w->mailing->category, "forum") == 0;
}

/* Taken for automatic by something that is true of people's letters, too. */
static gboolean may_be_human(const InboundMessage *m) {
  return inbound_message_has_reason(m, REASON_TICKET_SYSTEM) ||
         inbound_message_has_reason(m, REASON_AWAY_TEXT);
}

/* Where the envelope bears no token ([mail] envelope = account), the one that a report gives back of the
 * letter is all the proof there can be. */
static enum match_weight weight_of(const Placing *p) {
  g_autoptr(MailingSettings) settings = desk_settings(p->desk);
  if (p->way == MATCH_RETURNED_TOKEN && !settings->envelope_token)
    return WEIGHT_PROOF;
  return match_way_weight(p->way);
}

/* Whoever knows one Message-ID of ours can make up another, and the address under it would be a chance hit.
 * An address that cannot be read contradicts nothing (RFC 3461 §4.2 lets it be anything). */
static gboolean is_contradicted(const Work *w) {
  const char *told = w->p->told_recipient;
  g_autoptr(Address) one = NULL, other = NULL;
  return told != NULL && match_way_weight(w->p->way) == WEIGHT_CLAIM &&
         address_parse(told, ADDRESS_ANY, &one, NULL) == 0 &&
         address_parse(w->row->address, ADDRESS_ANY, &other, NULL) == 0 &&
         strcmp(one->folded, other->folded) != 0;
}

static int gather(Work *w, GError **error) {
  const Placing *p = w->p;
  const InboundMessage *m = p->message;
  int r = p->delivery != 0 ? read_delivery(w, error) : 0;
  w->c = (HandleCase){.kind = inbound_message_kind(m),
                      .class = inbound_message_class(m),
                      .disposition = inbound_message_disposition(m),
                      .has_status = inbound_message_has_reason(m, REASON_STATUS_PART),
                      .ticket_system = may_be_human(m),
                      .by_person = p->way == MATCH_PERSON,
                      .rivals = p->rivals,
                      .own_head = match_is_own_head(desk_instance(p->desk), m->message_id),
                      .dmarc = p->dmarc};
  if (r < 0 || w->row == NULL)
    return r;
  if (is_contradicted(w)) {
    work_clear(w);
    w->c.contradicted = TRUE;
    return 0;
  }
  w->c.weight = weight_of(p);
  w->c.state = w->row->state;
  w->c.signed_well = m->signer != 0 && m->signer == w->row->contact;
  w->c.may_leave = may_leave(w);
  r = read_channel(w, error);
  return r == 0 ? sender_of(w->link, w->row, m->from, &w->c.sender_known, &w->by, error) : r;
}

/* ---- consequences ---- */

static int show_taken(const Work *w, GError **error) {
  char id[IDENT_SIZE];
  g_autofree char *text =
      g_strdup_printf("%s shows that the relay took it", ident_into(IDENT_INBOUND, w->p->message->id, id));
  DeliveryChange change = {.delivery = w->row->id,
                           .mailing = w->row->mailing,
                           .addressee = w->row->addressee,
                           .contact = w->row->contact,
                           .restricted = w->row->restricted,
                           .from = DELIVERY_IN_DOUBT,
                           .epoch = w->row->epoch,
                           .to = DELIVERY_RELAYED,
                           .kind = ENTRY_DELIVERY_RELAYED,
                           .user = w->p->actor->name,
                           .text = text};
  int r = delivery_change(outbox_door(desk_outbox(w->p->desk)), w->link, &change, error);
  return MIN(r, 0);
}

static enum refusal_cause cause_of(enum verdict_cause cause) {
  switch (cause) {
  case CAUSE_MAILBOX:
  case CAUSE_QUOTA: /* after days of trying: it takes nothing */
    return REFUSAL_MAILBOX;
  case CAUSE_POLICY:
    return REFUSAL_POLICY;
  case CAUSE_SIZE:
    return REFUSAL_SIZE;
  default:
    return REFUSAL_OTHER;
  }
}

/* 1: it was noted before. */
static int note_fact(const Work *w, GError **error) {
  const InboundMessage *m = w->p->message;
  Fact fact = {.kind = w->d.fact,
               .hard = w->d.hard,
               .cause = cause_of(inbound_message_cause(m)),
               .status = m->status != NULL && *m->status != '\0' ? m->status : NULL,
               .words = m->words,
               .source = m->id,
               .at = inbound_message_moment(m)};
  return fact_add(desk_outbox(w->p->desk), w->link, w->row, &fact, error);
}

static int mark_channel(const Work *w, GError **error) {
  const InboundMessage *m = w->p->message;
  char id[IDENT_SIZE], delivery[IDENT_SIZE];
  if (w->channel_contact == 0)
    return 0;
  g_autofree char *reason =
      g_strdup_printf("%s%s%s of %s (%s)", w->d.fact == FACT_COMPLAINED ? "complaint" : "hard bounce",
                      m->status != NULL && *m->status != '\0' ? " " : "", m->status != NULL ? m->status : "",
                      ident_into(IDENT_DELIVERY, w->row->id, delivery), ident_into(IDENT_INBOUND, m->id, id));
  return channel_mark_within(w->p->contacts, w->link, w->p->actor, w->channel_contact, w->row->channel,
                             w->d.standing, reason, error);
}

/* RFC 8098 §6.3: "displayed" is a program's word; whose, nobody knows. */
static int acknowledge(const Work *w, GError **error) {
  const Placing *p = w->p;
  InboundMessage *m = p->message;
  gboolean displayed = w->d.acknowledgement == ACKNOWLEDGEMENT_DISPLAYED;
  g_autoptr(Acknowledgement) event = g_new0(Acknowledgement, 1);
  event->addressee = w->row->addressee;
  event->delivery = w->row->id;
  event->kind = w->d.acknowledgement;
  event->meaning = p->meaning != MEANINGS ? p->meaning : MEANING_RECEIPT;
  event->received_at = inbound_message_moment(m);
  event->by = g_strdup(displayed ? "unknown" : p->by != NULL ? p->by : w->by);
  event->by_name = g_strdup(displayed ? NULL : p->by_name != NULL ? p->by_name : m->from);
  event->note = g_strdup(p->note);
  replace(&m->sender, event->by);
  int r = acknowledgement_put(p->desk, w->link, p->actor->name, event, error);
  m->event = event->id;
  return r;
}

static int unsubscribe(const Work *w, GError **error) {
  Unsubscription what = {.contact = w->row->contact,
                         .category = w->mailing->category,
                         .address = w->row->address,
                         .mailing = w->row->mailing,
                         .delivery = w->row->id};
  int r = unsubscription_note_within(w->p->contacts, w->link, w->p->actor, &what, error);
  return MIN(r, 0);
}

static int do_fact(const Work *w, GError **error) {
  int r = w->d.fact != FACT_KINDS ? note_fact(w, error) : 1;
  if (r != 0)
    return MIN(r, 0);
  if (w->d.marks)
    r = mark_channel(w, error);
  if (r == 0 && w->d.refusal)
    r = refusal_note(w->link, w->row->id, w->row->mailing, error);
  return r;
}

static int do_all(const Work *w, GError **error) {
  int r = w->d.relayed ? show_taken(w, error) : 0;
  if (r == 0)
    r = do_fact(w, error);
  if (r == 0 && w->d.acknowledgement != ACKNOWLEDGEMENT_KINDS)
    r = acknowledge(w, error);
  if (r == 0 && w->d.unsubscribes)
    r = unsubscribe(w, error);
  return r;
}

/* ---- the place ---- */

static void take_place(const Work *w) {
  const Placing *p = w->p;
  InboundMessage *m = p->message;
  const DeliveryRow *row = w->row;
  m->state = w->d.held ? INBOUND_HELD : INBOUND_FILED;
  m->restricted = row == NULL || row->restricted || w->mailing->restricted;
  m->delivery = row != NULL ? row->id : 0;
  m->mailing = row != NULL ? row->mailing : 0;
  m->addressee = row != NULL ? row->addressee : 0;
  m->contact = row != NULL ? row->contact : 0;
  m->event = 0;
  replace(&m->matched_by, row != NULL ? match_way_name(p->way) : NULL);
  replace(&m->reason, handling_name(w->d.handling));
  m->filed_at = clock_wall(desk_clock(p->desk));
}

int placing_write(const Placing *p, Link *link, enum entry_kind kind, GError **error) {
  const InboundMessage *m = p->message;
  char id[IDENT_SIZE];
  const struct {
    const char *key, *value;
  } told[] = {{"class", m->class},    {"status", m->status},       {"disposition", m->disposition},
              {"dmarc", m->dmarc},    {"signature", m->signature}, {"matched-by", m->matched_by},
              {"handling", m->reason}};
  g_autoptr(GString) facts = g_string_new(NULL);
  entry_fact(facts, "message", ident_into(IDENT_INBOUND, m->id, id));
  entry_fact(facts, "reason", p->reason);
  entry_fact_digest(facts, "sha256", m->has_bytes ? &m->sha256 : NULL);
  for (gsize i = 0; i < G_N_ELEMENTS(told); i++)
    entry_fact(facts, told[i].key, told[i].value != NULL && *told[i].value != '\0' ? told[i].value : NULL);
  int r = inbound_rows_write_place(link, m, error);
  Entry entry = {.kind = kind,
                 .user = p->actor->name,
                 .mailing = m->mailing,
                 .addressee = m->addressee,
                 .delivery = m->delivery,
                 .contact = m->contact,
                 .text = m->verdict,
                 .facts = facts->str,
                 .restricted = m->restricted};
  return r == 0 ? journal_add(desk_journal(p->desk), link, &entry, error) : r;
}

/* A person's reply that was filed is told to whoever wants to know. */
static int tell_taker(const Work *w, GError **error) {
  const ReplyTaker *taker = w->p->taker;
  if (taker == NULL || taker->filed == NULL || w->c.kind != VERDICT_REPLY || w->d.held || w->row == NULL)
    return 0;
  return taker->filed(taker->self, w->link, w->p->message->id, error);
}

int placing_do(Placing *p, Link *link, GError **error) {
  g_auto(Work) w = {.p = p, .link = link};
  int r = gather(&w, error);
  if (r < 0)
    return r;
  w.d = handle_decide(&w.c);
  take_place(&w);
  r = w.row != NULL ? do_all(&w, error) : 0;
  if (r == 0)
    r = placing_write(p, link,
                      p->way == MATCH_PERSON ? ENTRY_INBOUND_ASSIGNED
                      : w.d.held             ? ENTRY_INBOUND_HELD
                                             : ENTRY_INBOUND_FILED,
                      error);
  return r == 0 ? tell_taker(&w, error) : r;
}

/* The event stays; one that says nothing takes its place. */
static int take_back_event(const Placing *p, Link *link, GError **error) {
  const InboundMessage *m = p->message;
  g_autoptr(Acknowledgement) before = NULL;
  char id[IDENT_SIZE];
  int r = acknowledgement_find(link, 1, m->event, &before, error);
  if (r < 0)
    return r;
  g_autoptr(Acknowledgement) event = acknowledgement_in_place_of(before);
  event->meaning = MEANING_NONE;
  g_clear_pointer(&event->by_name, g_free);
  g_free(event->note);
  event->note = g_strdup_printf("%s belongs elsewhere", ident_into(IDENT_INBOUND, m->id, id));
  return acknowledgement_put(p->desk, link, p->actor->name, event, error);
}

int placing_undo(Placing *p, Link *link, GError **error) {
  InboundMessage *m = p->message;
  int r = m->delivery != 0 ? fact_withdraw(link, m->delivery, m->id, error) : 0;
  if (r == 0 && m->event != 0)
    r = take_back_event(p, link, error);
  if (r == 0)
    m->event = 0;
  return r;
}
