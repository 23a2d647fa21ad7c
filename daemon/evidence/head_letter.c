/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "evidence/head_letter.h"

#include <string.h>

#include "base/crash.h"
#include "base/fault.h"
#include "evidence/head_letter_rows.h"
#include "evidence/head_message.h"
#include "journal/entry.h"
#include "outbox/outbox_aside.h"

#define FIRST_WAIT (5 * MINUTE)
#define MOST_WAIT  (6 * HOUR)

/* ---- the door: one change, its entry, in one unit ---- */

typedef struct {
  Desk *desk;
  HeadLetterChange change;
  enum entry_kind kind;
  gint64 head;
  const char *text;
} Change;

static int note(Desk *desk, Link *link, const Change *c, GError **error) {
  g_autoptr(GString) facts = g_string_new(NULL);
  entry_fact_int(facts, "letter", c->change.id);
  entry_fact_int(facts, "head", c->head);
  entry_fact(facts, "relay", c->change.relay);
  entry_fact_digest(facts, "sha256", c->change.sha256);
  Entry entry = {
      .kind = c->kind, .user = actor_daemon.name, .text = c->text, .facts = facts->str, .restricted = TRUE};
  return journal_add(desk_journal(desk), link, &entry, error);
}

static int work_change(Link *link, gpointer data, GError **error) {
  Change *c = data;
  c->change.at = clock_wall(desk_clock(c->desk));
  int r = head_letter_rows_change(link, &c->change, error);
  return r != 0 ? r : note(c->desk, link, c, error);
}

static int apply(Change *c, GError **error) {
  int r = store_write(desk_store(c->desk), work_change, c, error);
  return r > 0
             ? fault(error, FAULT_RULE, "a letter with a head of the journal is no longer %s", c->change.from)
             : r;
}

/* ---- recovering ---- */

int head_letter_recover(Desk *desk, GError **error) {
  g_autoptr(GArray) ids = g_array_new(FALSE, FALSE, sizeof(gint64));
  g_autoptr(Link) link = NULL;
  int r = store_read(desk_store(desk), &link, error);
  if (r == 0)
    r = head_letter_rows_committing(link, ids, error);
  g_clear_pointer(&link, link_return);
  for (guint i = 0; r == 0 && i < ids->len; i++) {
    Change c = {.desk = desk,
                .change = {.id = g_array_index(ids, gint64, i), .from = "committing", .to = "in-doubt"},
                .kind = ENTRY_HEAD_LETTER_IN_DOUBT,
                .text = "the daemon ended before the answer was noted"};
    r = apply(&c, error);
  }
  return r;
}

/* ---- planning ---- */

typedef struct {
  Desk *desk;
  const char *const *addresses;
  gint64 head, now;
} Planning;

static int work_plan(Link *link, gpointer data, GError **error) {
  const Planning *p = data;
  int r = 0;
  for (const char *const *address = p->addresses; r >= 0 && *address != NULL; address++) {
    Change c = {.head = p->head, .kind = ENTRY_HEAD_LETTER_PLANNED};
    r = head_letter_rows_insert(link, p->head, *address, p->now, &c.change.id, error);
    if (r == 0)
      r = note(p->desk, link, &c, error);
  }
  return MIN(r, 0);
}

static int is_time(Link *link, gint64 now, gint64 every, SignedHead **ret, GError **error) {
  gint64 dated = 0, head = 0;
  int r = head_letter_rows_last(link, &dated, &head, error);
  if (r < 0 || dated + every > now)
    return r < 0 ? r : 1;
  r = signed_head_last(link, ret, error);
  return r != 0 ? r : (*ret)->number <= head;
}

int head_letter_plan(Desk *desk, const char *const *addresses, gint64 every, GError **error) {
  g_autoptr(SignedHead) head = NULL;
  g_autoptr(Link) link = NULL;
  gint64 now = clock_wall(desk_clock(desk));
  if (*addresses == NULL)
    return 1;
  int r = store_read(desk_store(desk), &link, error);
  if (r == 0)
    r = is_time(link, now, every, &head, error);
  g_clear_pointer(&link, link_return);
  Planning planning = {desk, addresses, head != NULL ? head->number : 0, now};
  return r != 0 ? r : store_write(desk_store(desk), work_plan, &planning, error);
}

/* ---- sending ---- */

typedef struct {
  Desk *desk;
  const HeadLetter *letter;
  const Message *message;
  gboolean intended;
} HeadSending;

/* Everything but the end of data is with the relay: from here on a copy may come to exist. */
static int intend(const char *relay, gpointer data, GError **error) {
  HeadSending *s = data;
  Change c = {.desk = s->desk,
              .change = {.id = s->letter->id,
                         .from = "ready",
                         .to = "committing",
                         .sha256 = &s->message->digest,
                         .relay = relay},
              .kind = ENTRY_HEAD_LETTER_COMMITTING,
              .head = s->letter->head};
  int r = apply(&c, error);
  s->intended = r == 0;
  crash_point("head letter intended");
  return r;
}

static const char *words_of(const Outcome *outcome) {
  return outcome->reply != NULL ? outcome->reply : outcome->trouble;
}

static gint64 wait_of(gint64 attempts) {
  return MIN(FIRST_WAIT << MIN(attempts, 10), MOST_WAIT);
}

static int record(const HeadSending *s, const char *relay, const Outcome *outcome, GError **error) {
  Change c = {.desk = s->desk,
              .change = {.id = s->letter->id,
                         .from = s->intended ? "committing" : "ready",
                         .to = "ready",
                         .relay = relay,
                         .reply = words_of(outcome),
                         .counts = TRUE},
              .kind = ENTRY_HEAD_LETTER_DEFERRED,
              .head = s->letter->head,
              .text = words_of(outcome)};
  c.change.due = clock_wall(desk_clock(s->desk)) + wait_of(s->letter->attempts);
  switch (outcome->kind) {
  case OUTCOME_ACCEPTED:
    c.change.to = "relayed";
    c.kind = ENTRY_HEAD_LETTER_RELAYED;
    break;
  case OUTCOME_REFUSED:
    c.change.to = "refused";
    c.kind = ENTRY_HEAD_LETTER_REFUSED;
    break;
  case OUTCOME_IN_DOUBT:
    c.change.to = "in-doubt";
    c.kind = ENTRY_HEAD_LETTER_IN_DOUBT;
    break;
  case OUTCOME_DEFERRED:
  case OUTCOME_NOT_SENT: /* what this relay lacks another may have, or it may get */
    break;
  }
  return apply(&c, error);
}

static int take_head(const SignedHead *head, gpointer data, G_GNUC_UNUSED GError **error) {
  SignedHead **ret = data, *copy = g_new0(SignedHead, 1);
  *copy = *head;
  copy->manifest = g_strdup(head->manifest);
  copy->armour = g_bytes_ref(head->armour);
  copy->fingerprint = g_strdup(head->fingerprint);
  *ret = copy;
  return 0;
}

static int find_head(Desk *desk, gint64 number, SignedHead **ret, GError **error) {
  g_autoptr(Link) link = NULL;
  int r = store_read(desk_store(desk), &link, error);
  if (r == 0)
    r = signed_head_each(link, number - 1, G_MAXINT64, 1, take_head, ret, error);
  return r < 0 || *ret != NULL ? r : fault(error, FAULT_ABSENT, "the signed head of a letter is gone");
}

/* A letter that cannot be made now cannot be made later: it stands in nobody's way. */
static int set_aside(Desk *desk, const HeadLetter *letter, const GError *why, GError **error) {
  Change c = {.desk = desk,
              .change = {.id = letter->id, .from = "ready", .to = "refused", .reply = why->message},
              .kind = ENTRY_HEAD_LETTER_REFUSED,
              .head = letter->head,
              .text = why->message};
  return apply(&c, error);
}

static int send_one(Desk *desk, const HeadLetter *letter, GError **error) {
  g_autoptr(SignedHead) head = NULL;
  g_autoptr(Message) message = NULL;
  g_autoptr(GError) why = NULL;
  g_auto(Outcome) outcome = {0};
  const char *relay = NULL;
  int r = find_head(desk, letter->head, &head, error);
  if (r == 0 && head_message_make(desk, letter, head, &message, &why) < 0)
    return set_aside(desk, letter, why, error);
  HeadSending sending = {.desk = desk, .letter = letter, .message = message};
  if (r == 0)
    r = outbox_aside_intended(desk_outbox(desk), message, intend, &sending, &relay, &outcome, error);
  crash_point("head letter replied");
  return r < 0 ? r : record(&sending, relay, &outcome, error);
}

static int next_due(Desk *desk, HeadLetter **ret, GError **error) {
  g_autoptr(Link) link = NULL;
  g_auto(Hold) hold = {0};
  int r = store_read(desk_store(desk), &link, error);
  if (r == 0)
    r = outbox_hold_read(link, &hold, error);
  if (r < 0 || hold.held)
    return r < 0 ? r : 1;
  return head_letter_rows_due(link, clock_wall(desk_clock(desk)), ret, error);
}

int head_letter_send(Desk *desk, const gint *stop, GError **error) {
  int r = 0;
  while (r == 0 && g_atomic_int_get(stop) == 0) {
    g_autoptr(HeadLetter) letter = NULL;
    r = next_due(desk, &letter, error);
    if (r == 0)
      r = send_one(desk, letter, error);
  }
  return MIN(r, 0);
}
