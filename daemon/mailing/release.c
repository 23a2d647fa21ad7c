/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "mailing/release.h"

#include <string.h>

#include "base/crash.h"
#include "base/fault.h"
#include "base/ident.h"
#include "base/text.h"
#include "journal/entry.h"
#include "mailing/approval.h"
#include "mailing/follow_up.h"
#include "mailing/mailing_rows.h"
#include "mailing/onward.h"
#include "mailing/onward_rows.h"
#include "mailing/permit.h"
#include "mailing/reminder.h"
#include "mailing/reminder_rows.h"
#include "mailing/reminding.h"
#include "mailing/roll_rows.h"
#include "mailing/route.h"
#include "mailing/successor.h"
#include "mailing/supplement.h"
#include "mailing/to_do.h"
#include "mailing/wave.h"

#define PLAN_ROWS 400 /* deliveries planned by one unit of work */

static int find(Desk *desk, gint64 clearance, gint64 mailing, Mailing **ret, GError **error) {
  g_autoptr(Link) link = NULL;
  int r = store_read(desk_store(desk), &link, error);
  return r < 0 ? r : mailing_find(link, clearance, mailing, ret, error);
}

/* One change of state, with what the gate does at the same moment. */
enum gate { GATE_AS_IT_IS, GATE_OPENS, GATE_CLOSES };
typedef struct {
  Desk *desk;
  MailingChange change;
  enum gate gate;
  gboolean begins;     /* the first wave leaves */
  gboolean calls_back; /* deliveries are to be cancelled afterwards */
  gboolean ends_release;
} Step;

static int step_unit(Link *link, gpointer data, GError **error) {
  const Step *step = data;
  gint64 mailing = step->change.mailing->id;
  int r = mailing_change(step->desk, link, &step->change, error);
  if (r == 0 && step->gate != GATE_AS_IT_IS)
    r = outbox_sending_gate(link, mailing, step->gate == GATE_OPENS, error);
  if (r == 0 && step->begins)
    r = wave_begin(link, mailing, clock_wall(desk_clock(step->desk)), error);
  if (r == 0 && step->calls_back)
    r = mailing_rows_set_cancelling(link, mailing, TRUE, error);
  if (r == 0 && step->ends_release)
    r = mailing_rows_end_release(link, mailing, error);
  return r;
}

static int take_step(Step *step, GError **error) {
  int r = store_write(desk_store(step->desk), step_unit, step, error);
  if (r == 0)
    outbox_wake(desk_outbox(step->desk));
  return r;
}

/* ---- planning ---- */

typedef struct {
  Desk *desk;
  const Mailing *mailing;
  const char *by;
  gint64 after, due, planned;
  GPtrArray *lines; /* of Addressee */
  GPtrArray *waves; /* of Wave */
  gint64 base;      /* which mailing it supplements; 0: none */
  Reminds reminds;  /* what it is as a reminder */
  GArray *others;   /* gint64: planned for further channels by the present unit */
} Planning;

/* One for each channel after the first: they differ in that alone. */
static int plan_others(const Planning *p, Link *link, const GPtrArray *routes, const DeliveryPlan *first,
                       GError **error) {
  int r = 0;
  for (guint i = 1; r == 0 && i < routes->len; i++) {
    const Route *route = g_ptr_array_index(routes, i);
    DeliveryPlan plan = *first;
    gint64 id = 0;
    plan.channel = route->channel;
    plan.variant = variant_name(route->variant);
    plan.address = route->address;
    plan.by_hand = route_by_hand(route);
    r = delivery_plan(outbox_door(desk_outbox(p->desk)), link, &plan, &id, error);
    g_array_append_val(p->others, id);
  }
  return r;
}

/* The copy of an attendee is as restricted as the mailing that it is one of (journal/actor.h). */
static int plan_line(const Planning *p, Link *link, const Addressee *line, gint64 *ret_id, GError **error) {
  g_autoptr(GPtrArray) routes = NULL;
  int r = line->routes > 0 ? route_list(link, line, &routes, error) : 0;
  if (r < 0)
    return r;
  const Route *first = routes != NULL && routes->len > 0 ? g_ptr_array_index(routes, 0) : NULL;
  gint64 due = p->due;
  r = reminder_line_due(p->desk, link, &p->reminds, line, p->due, &due, error);
  if (r < 0)
    return r;
  DeliveryPlan plan = {.mailing = line->mailing,
                       .addressee = line->id,
                       .contact = line->contact,
                       .channel = line->channel,
                       .restricted = p->mailing->restricted,
                       .variant = variant_name(line->variant),
                       .address = first != NULL ? first->address : line->address,
                       .by_hand = first != NULL ? route_by_hand(first) : NULL,
                       .language = line->language,
                       .country = line->country,
                       .due = wave_due(p->waves, line->wave, due),
                       .wave = line->wave,
                       .held = line->state == ADDRESSEE_HELD ? line->reason : NULL};
  r = delivery_plan(outbox_door(desk_outbox(p->desk)), link, &plan, ret_id, error);
  if (r < 0 || routes == NULL || strcmp(p->mailing->next_channel, "all") != 0)
    return r;
  return plan_others(p, link, routes, &plan, error);
}

/* Which were planned, and which of them are held from the start. */
static int note_planned(const Planning *p, Link *link, const GArray *ids, const GArray *held,
                        GError **error) {
  g_autofree char *all = delivery_ranges(ids), *apart = delivery_ranges(held);
  g_autoptr(GString) facts = g_string_new(NULL);
  entry_fact(facts, "deliveries", all);
  entry_fact_int(facts, "count", ids->len);
  entry_fact(facts, "held", held->len > 0 ? apart : NULL);
  Entry entry = {.kind = ENTRY_DELIVERIES_PLANNED,
                 .user = p->by,
                 .mailing = p->mailing->id,
                 .delivery = g_array_index(ids, gint64, 0),
                 .delivery_last = g_array_index(ids, gint64, ids->len - 1),
                 .facts = facts->str,
                 .restricted = p->mailing->restricted};
  return journal_add(desk_journal(p->desk), link, &entry, error);
}

/* How far planning is stands in the same transaction as its deliveries: none is planned twice. */
static int plan_unit(Link *link, gpointer data, GError **error) {
  const Planning *p = data;
  const Addressee *end = g_ptr_array_index(p->lines, p->lines->len - 1);
  int r = mailing_rows_note_planned(link, p->mailing->id, p->after, end->id, error);
  if (r > 0)
    return fault(error, FAULT_BUSY, "the release was called off, or goes on elsewhere; look at the mailing");
  g_autoptr(GArray) ids = g_array_new(FALSE, FALSE, sizeof(gint64));
  g_autoptr(GArray) held = g_array_new(FALSE, FALSE, sizeof(gint64));
  for (guint i = 0; r == 0 && i < p->lines->len; i++) {
    g_array_set_size(p->others, 0);
    const Addressee *line = g_ptr_array_index(p->lines, i);
    gint64 id = 0;
    r = supplement_claim(p->desk, link, p->base, line, error);
    if (r > 0) { /* another supplement was released meanwhile */
      r = 0;
      continue;
    }
    if (r == 0)
      r = plan_line(p, link, line, &id, error);
    if (r == 0) /* who answered since the roll is not reminded */
      r = MIN(reminder_call_off(p->desk, link, p->reminds.base, id, error), 0);
    g_array_append_val(ids, id);
    if (p->others->len > 0)
      g_array_append_vals(ids, p->others->data, p->others->len);
    if (line->state == ADDRESSEE_HELD) {
      g_array_append_val(held, id);
      if (p->others->len > 0)
        g_array_append_vals(held, p->others->data, p->others->len);
    }
  }
  return r < 0 || ids->len == 0 ? r : note_planned(p, link, ids, held, error);
}

static int next_lines(Planning *p, GError **error) {
  g_clear_pointer(&p->lines, g_ptr_array_unref);
  g_autoptr(Link) link = NULL;
  int r = store_read(desk_store(p->desk), &link, error);
  return r < 0 ? r : roll_rows_to_plan(link, p->mailing->generation, p->after, PLAN_ROWS, &p->lines, error);
}

static int plan_all(Planning *p, GError **error) {
  for (;;) {
    int r = next_lines(p, error);
    if (r < 0 || p->lines->len == 0)
      return r;
    r = store_write_aside(desk_store(p->desk), plan_unit, p, error);
    if (r < 0)
      return r;
    const Addressee *end = g_ptr_array_index(p->lines, p->lines->len - 1);
    p->after = end->id;
    p->planned += p->lines->len;
    crash_point("release-planned");
  }
}

/* From wherever planning is to SCHEDULED. */
static int finish(Desk *desk, const Mailing *m, gint64 *ret_planned, GError **error) {
  g_autofree char *by = NULL;
  g_autoptr(GArray) others = g_array_new(FALSE, FALSE, sizeof(gint64));
  Planning planning = {.desk = desk, .mailing = m, .due = m->at, .others = others};
  g_autoptr(Link) link = NULL;
  int r = store_read(desk_store(desk), &link, error);
  if (r == 0)
    r = mailing_rows_release(link, m->id, &planning.after, &by, error);
  if (r == 0)
    r = wave_list(link, m->id, &planning.waves, error);
  if (r == 0)
    r = supplement_of(link, m->id, &planning.base, error);
  if (r == 0)
    r = reminder_read(link, m->id, &planning.reminds, error);
  g_clear_pointer(&link, link_return);
  planning.by = by != NULL ? by : actor_daemon.name;
  if (r == 0)
    r = plan_all(&planning, error);
  g_clear_pointer(&planning.lines, g_ptr_array_unref);
  g_clear_pointer(&planning.waves, g_ptr_array_unref);
  *ret_planned = planning.planned;
  if (r < 0)
    return r;
  const Actor actor = {.name = planning.by};
  Step step = {.desk = desk, .ends_release = TRUE};
  step.change =
      (MailingChange){.mailing = m, .to = MAILING_SCHEDULED, .actor = &actor, .kind = ENTRY_MAILING_RELEASED};
  return take_step(&step, error);
}

/* ---- releasing ---- */

typedef struct {
  Desk *desk;
  const Actor *actor;
  const Mailing *mailing;
} Beginning;

static int begin_unit(Link *link, gpointer data, GError **error) {
  const Beginning *b = data;
  const Mailing *m = b->mailing;
  gboolean cancelling = FALSE;
  int r = mailing_rows_is_cancelling(link, m->id, &cancelling, error);
  if (cancelling)
    return fault(error, FAULT_BUSY,
                 "deliveries of an earlier release are still being called back; try again");
  if (r == 0)
    r = mailing_rows_touch(link, m, error);
  if (r > 0)
    return fault(error, FAULT_BUSY,
                 "the mailing was changed at this moment; look at it and release it again");
  if (r == 0)
    r = mailing_rows_begin_release(link, m->id, b->actor->name, error);
  Sending sending = {.mailing = m->id,
                     .not_before = m->at != 0 ? m->at : clock_wall(desk_clock(b->desk)),
                     .not_after = m->not_after,
                     .at_least_once = strcmp(m->delivery_policy, "at-least-once") == 0,
                     .restricted = m->restricted};
  if (r == 0)
    r = outbox_sending_put(link, &sending, error);
  return r < 0 ? r : outbox_sending_gate(link, m->id, FALSE, error);
}

static int check_release(Desk *desk, const Actor *actor, const Mailing *m, GError **error) {
  char id[IDENT_SIZE];
  ident_into(IDENT_MAILING, m->id, id);
  int r = permit_check(actor, m->restricted ? PERMIT_STEER : PERMIT_STEER | ROLE_VOLUNTEER,
                       "releasing a mailing", error);
  if (r < 0)
    return r;
  gboolean attendees = m->state == MAILING_SUBMITTED && !m->restricted;
  if (m->state == MAILING_SUBMITTED && m->restricted)
    return fault(
        error, FAULT_RULE,
        "%s goes to offices or organisations and needs the approval of a second person: `valise mailings "
        "approve %s --digest ...`",
        id, id);
  if (m->state != MAILING_APPROVED && !attendees)
    return fault(error, FAULT_RULE,
                 "%s is %s; it is released once it is approved (or submitted, for attendees alone)", id,
                 mailing_state_name(m->state));
  if (m->not_after != 0 && m->not_after <= clock_latest(desk_clock(desk)))
    return fault(error, FAULT_RULE, "%s must not be sent any more: its last moment has passed", id);
  return 0;
}

static int begin(Desk *desk, const Actor *actor, gint64 mailing, Mailing **ret, GError **error) {
  g_autoptr(Mailing) m = NULL;
  int r = find(desk, actor_clearance(actor), mailing, &m, error);
  if (r == 0)
    r = check_release(desk, actor, m, error);
  if (r < 0)
    return r;
  if (m->releasing) /* cut off before: it only goes on */
    return *ret = g_steal_pointer(&m), 0;
  g_autofree char *why = NULL;
  r = approval_check(desk, m, &why, error);
  if (r > 0) {
    char id[IDENT_SIZE];
    return fault(error, FAULT_RULE, "%s is no longer what was approved and is a draft again: %s",
                 ident_into(IDENT_MAILING, mailing, id), why);
  }
  Beginning beginning = {desk, actor, m};
  if (r == 0)
    r = store_write(desk_store(desk), begin_unit, &beginning, error);
  return r < 0 ? r : find(desk, 1, mailing, ret, error);
}

static int start_sending(Desk *desk, gint64 mailing, gint64 *ret_next, GError **error);

int release_start(Desk *desk, const Actor *actor, gint64 mailing, gint64 *ret_planned, GError **error) {
  *ret_planned = 0;
  if (!desk_take(desk, mailing))
    return fault(error, FAULT_BUSY,
                 "this mailing is being released at this moment; look at it again in a while");
  g_autoptr(Mailing) m = NULL;
  int r = begin(desk, actor, mailing, &m, error);
  crash_point("release-begun");
  if (r == 0)
    r = finish(desk, m, ret_planned, error);
  gint64 next = 0;
  if (r == 0)
    r = start_sending(desk, mailing, &next, error);
  desk_give_back(desk, mailing);
  return r;
}

/* ---- a person steers ---- */

static int check_reason(const char *reason, GError **error) {
  return reason == NULL ? 0 : text_check_line("the reason", reason, -1, TEXT_LINE_MAX, error);
}

static int find_to_steer(Desk *desk, const Actor *actor, gint64 mailing, const char *what, Mailing **ret,
                         GError **error) {
  g_autoptr(Mailing) m = NULL;
  int r = find(desk, actor_clearance(actor), mailing, &m, error);
  if (r == 0)
    r = permit_check(actor, m->restricted ? PERMIT_STEER : PERMIT_STEER | ROLE_VOLUNTEER, what, error);
  if (r == 0)
    *ret = g_steal_pointer(&m);
  return r;
}

int release_pause(Desk *desk, const Actor *actor, gint64 mailing, const char *reason, GError **error) {
  g_autoptr(Mailing) m = NULL;
  int r = check_reason(reason, error);
  if (r == 0)
    r = find_to_steer(desk, actor, mailing, "pausing a mailing", &m, error);
  if (r < 0 || m->state == MAILING_PAUSED)
    return r < 0 ? r : 1;
  Step step = {.desk = desk, .gate = GATE_CLOSES};
  step.change = (MailingChange){.mailing = m,
                                .to = MAILING_PAUSED,
                                .actor = actor,
                                .kind = ENTRY_MAILING_PAUSED,
                                .text = reason,
                                .reason = reason};
  return take_step(&step, error);
}

int release_resume(Desk *desk, const Actor *actor, gint64 mailing, GError **error) {
  g_autoptr(Mailing) m = NULL;
  int r = find_to_steer(desk, actor, mailing, "resuming a mailing", &m, error);
  if (r < 0)
    return r;
  if (m->state == MAILING_SENDING || m->state == MAILING_SCHEDULED)
    return 1;
  char id[IDENT_SIZE];
  if (m->state != MAILING_PAUSED)
    return fault(error, FAULT_RULE, "%s is %s, not paused", ident_into(IDENT_MAILING, mailing, id),
                 mailing_state_name(m->state));
  gboolean had_begun = m->started_at != 0;
  Step step = {.desk = desk, .gate = had_begun ? GATE_OPENS : GATE_CLOSES};
  step.change = (MailingChange){.mailing = m,
                                .to = had_begun ? MAILING_SENDING : MAILING_SCHEDULED,
                                .actor = actor,
                                .kind = ENTRY_MAILING_RESUMED};
  return take_step(&step, error);
}

static int call_back(Desk *desk, gint64 mailing, gboolean restricted, const char *user, const char *reason,
                     gint64 *ret_n, GError **error);

int release_cancel(Desk *desk, const Actor *actor, gint64 mailing, const char *reason, gint64 *ret_cancelled,
                   GError **error) {
  g_autoptr(Mailing) m = NULL;
  int r = check_reason(reason, error);
  if (r == 0)
    r = find_to_steer(desk, actor, mailing, "cancelling a mailing", &m, error);
  if (r < 0)
    return r;
  gboolean released = m->releasing || m->released_at != 0;
  Step step = {.desk = desk,
               .gate = released ? GATE_CLOSES : GATE_AS_IT_IS,
               .calls_back = released,
               .ends_release = released};
  step.change = (MailingChange){.mailing = m,
                                .to = MAILING_CANCELLED,
                                .actor = actor,
                                .kind = ENTRY_MAILING_CANCELLED,
                                .text = reason,
                                .reason = reason};
  r = take_step(&step, error);
  *ret_cancelled = 0;
  crash_point("cancel-noted");
  return r < 0 || !released
             ? r
             : call_back(desk, mailing, m->restricted, actor->name, reason, ret_cancelled, error);
}

/* What somebody is to carry is still expected. */
static int check_carried(Desk *desk, const Mailing *m, GError **error) {
  gint64 counts[DELIVERY_STATES] = {0};
  g_autoptr(Link) link = NULL;
  int r = store_read(desk_store(desk), &link, error);
  if (r == 0)
    r = delivery_counts(link, m->id, counts, error);
  char id[IDENT_SIZE];
  if (r == 0 && counts[DELIVERY_TO_DO] > 0)
    return fault(error, FAULT_RULE,
                 "%s has deliveries to be carried by hand (%" G_GINT64_FORMAT
                 "); carry them, or give them up with `valise deliveries settle --as cancelled`",
                 ident_into(IDENT_MAILING, m->id, id), counts[DELIVERY_TO_DO]);
  return r;
}

/* Where answers are required nobody is forgotten: each has answered, or a person said why he need not. */
static int check_answered(Desk *desk, const Mailing *m, GError **error) {
  const FollowUp *follow_up = desk_follow_up(desk);
  FollowUpCounts counts = {.missing = m->included + m->held};
  char id[IDENT_SIZE];
  g_autoptr(Link) link = NULL;
  if (m->state != MAILING_SENT || strcmp(m->acknowledgement, "required") != 0)
    return 0;
  int r = store_read(desk_store(desk), &link, error);
  if (r == 0 && follow_up != NULL)
    r = follow_up->count(link, m, &counts, error);
  if (r < 0 || counts.missing == 0)
    return r;
  ident_into(IDENT_MAILING, m->id, id);
  return fault(error, FAULT_RULE,
               "%s requires an acknowledgement of each addressee, and %" G_GINT64_FORMAT
               " are missing: `valise acknowledgements list --mailing %s --missing` names them; record what "
               "came, or waive with a reason",
               id, counts.missing, id);
}

int release_close(Desk *desk, const Actor *actor, gint64 mailing, GError **error) {
  g_autoptr(Mailing) m = NULL;
  int r = find_to_steer(desk, actor, mailing, "closing a mailing", &m, error);
  if (r < 0)
    return r;
  r = check_answered(desk, m, error);
  if (r == 0)
    r = check_carried(desk, m, error);
  if (r < 0)
    return r;
  Step step = {.desk = desk};
  step.change = (MailingChange){.mailing = m,
                                .to = MAILING_CLOSED,
                                .actor = actor,
                                .kind = ENTRY_MAILING_CHANGED,
                                .text = "closed: nothing more is expected of it"};
  return take_step(&step, error);
}

/* ---- time ---- */

static int count_moving(Desk *desk, gint64 mailing, gint64 *ret, GError **error) {
  gint64 counts[DELIVERY_STATES] = {0};
  g_autoptr(Link) link = NULL;
  int r = store_read(desk_store(desk), &link, error);
  if (r == 0)
    r = delivery_counts(link, mailing, counts, error);
  *ret = 0;
  if (r == 0) /* what follows a refusal is decided by itself too */
    r = refusal_count(link, mailing, ret, error);
  for (int state = 0; r == 0 && state < DELIVERY_STATES; state++)
    *ret += delivery_moves((enum delivery_state)state) ? counts[state] : 0;
  return r;
}

typedef struct {
  gint64 mailing;
} Called;

static int called_unit(Link *link, gpointer data, GError **error) {
  const Called *called = data;
  return mailing_rows_set_cancelling(link, called->mailing, FALSE, error);
}

/* The outbox calls back by itself what a courier holds at this moment. */
static int call_back(Desk *desk, gint64 mailing, gboolean restricted, const char *user, const char *reason,
                     gint64 *ret_n, GError **error) {
  int r = outbox_cancel(desk_outbox(desk), mailing, restricted, user, reason, ret_n, error);
  Called called = {mailing};
  return r < 0 ? r : store_write(desk_store(desk), called_unit, &called, error);
}

static int go_on_calling_back(Desk *desk, gint64 mailing, G_GNUC_UNUSED gint64 *ret_next, GError **error) {
  g_autoptr(Mailing) m = NULL;
  int r = find(desk, 1, mailing, &m, error);
  gint64 n = 0;
  return r < 0 ? r : call_back(desk, mailing, m->restricted, actor_daemon.name, m->reason, &n, error);
}

/* Opens the gate when the moment has come and the manifest still stands. */
static int start_sending(Desk *desk, gint64 mailing, gint64 *ret_next, GError **error) {
  g_autoptr(Mailing) m = NULL;
  int r = find(desk, 1, mailing, &m, error);
  if (r < 0 || m->state != MAILING_SCHEDULED)
    return r;
  if (m->at > clock_wall(desk_clock(desk))) {
    *ret_next = *ret_next == 0 ? m->at : MIN(*ret_next, m->at);
    return 0;
  }
  g_autofree char *why = NULL;
  r = approval_check(desk, m, &why, error);
  if (r != 0)
    return r < 0 ? r : go_on_calling_back(desk, mailing, ret_next, error);
  Step step = {.desk = desk, .gate = GATE_OPENS, .begins = TRUE};
  step.change = (MailingChange){
      .mailing = m, .to = MAILING_SENDING, .actor = &actor_daemon, .kind = ENTRY_MAILING_SENDING};
  return take_step(&step, error);
}

static int go_on_planning(Desk *desk, gint64 mailing, gint64 *ret_next, GError **error) {
  g_autoptr(Mailing) m = NULL;
  int r = find(desk, 1, mailing, &m, error);
  gint64 n = 0;
  if (r < 0 || !m->releasing)
    return r;
  r = finish(desk, m, &n, error);
  return r < 0 ? r : start_sending(desk, mailing, ret_next, error);
}

static int tell_sent(Desk *desk, gint64 mailing, G_GNUC_UNUSED gint64 *ret_next, GError **error) {
  gint64 moving = 0;
  int r = count_moving(desk, mailing, &moving, error);
  g_autoptr(Mailing) m = NULL;
  if (r == 0)
    r = find(desk, 1, mailing, &m, error);
  gboolean over = moving == 0;
  if (r < 0 || over == (m->state == MAILING_SENT))
    return r;
  Step step = {.desk = desk};
  step.change = (MailingChange){.mailing = m,
                                .to = over ? MAILING_SENT : MAILING_SENDING,
                                .actor = &actor_daemon,
                                .kind = over ? ENTRY_MAILING_SENT : ENTRY_MAILING_SENDING,
                                .text = over ? NULL : "a delivery of it was opened again"};
  return take_step(&step, error);
}

static int go_on_sending(Desk *desk, gint64 mailing, gint64 *ret_next, GError **error) {
  int r = wave_tick(desk, mailing, ret_next, error);
  return r < 0 ? r : tell_sent(desk, mailing, ret_next, error);
}

typedef int (*Errand)(Desk *desk, gint64 mailing, gint64 *ret_next, GError **error);

/* One mailing's trouble must not keep the others waiting: the last fault is told, all are tried. */
static int run_errands(Desk *desk, const GArray *mailings, Errand errand, gint64 *ret_next, GError **error) {
  int result = 0;
  for (guint i = 0; i < mailings->len; i++) {
    g_autoptr(GError) own = NULL;
    gint64 mailing = g_array_index(mailings, gint64, i);
    if (!desk_take(desk, mailing))
      continue;
    int r = errand(desk, mailing, ret_next, &own);
    desk_give_back(desk, mailing);
    if (r >= 0)
      continue;
    char id[IDENT_SIZE];
    fault_prefix(&own, "%s", ident_into(IDENT_MAILING, mailing, id));
    g_clear_error(error);
    g_propagate_error(error, g_steal_pointer(&own));
    result = r;
  }
  return result;
}

#define LISTS 7

static int gather(Link *link, GArray *const lists[LISTS], GError **error) {
  int r = mailing_rows_cancelling(link, lists[0], error);
  if (r == 0)
    r = mailing_rows_releasing(link, lists[1], error);
  if (r == 0)
    r = mailing_rows_of_state(link, mailing_state_name(MAILING_SCHEDULED), lists[2], error);
  if (r == 0)
    r = mailing_rows_of_state(link, mailing_state_name(MAILING_SENDING), lists[3], error);
  if (r == 0)
    r = mailing_rows_of_state(link, mailing_state_name(MAILING_SENT), lists[4], error);
  if (r == 0)
    r = reminder_rows_watched(link, lists[5], error);
  if (r == 0)
    r = onward_rows_watched(link, lists[6], error);
  return r;
}

static int tick_mailings(Desk *desk, gint64 *ret_next, GError **error) {
  static const Errand errands[LISTS] = {go_on_calling_back, go_on_planning, start_sending, go_on_sending,
                                        tell_sent,          reminding_tick, onward_tick};
  GArray *lists[LISTS];
  for (int i = 0; i < LISTS; i++)
    lists[i] = g_array_new(FALSE, FALSE, sizeof(gint64));
  *ret_next = 0;
  g_autoptr(Link) link = NULL;
  int r = store_read(desk_store(desk), &link, error);
  if (r == 0)
    r = gather(link, lists, error);
  g_clear_pointer(&link, link_return);
  for (int i = 0; i < LISTS; i++) {
    int own = r < 0 ? 0 : run_errands(desk, lists[i], errands[i], ret_next, error);
    r = own < 0 ? own : r;
    g_array_unref(lists[i]);
  }
  return r;
}

/* What deliveries lead to comes first, before anybody asks whether something of a mailing still moves. */
int release_tick(Desk *desk, gint64 *ret_next, GError **error) {
  GError *faults[2] = {NULL, NULL};
  int r[2] = {successor_tick(desk, &faults[0]), to_do_tick(desk, &faults[1])};
  int own = tick_mailings(desk, ret_next, error);
  for (int i = 0; i < 2; i++)
    if (r[i] < 0 && own >= 0) {
      g_propagate_error(error, g_steal_pointer(&faults[i]));
      own = r[i];
    }
  for (int i = 0; i < 2; i++)
    g_clear_error(&faults[i]);
  return own;
}
