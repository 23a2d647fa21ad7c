/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "mailing/reminding.h"

#include "base/crash.h"
#include "base/fault.h"
#include "base/ident.h"
#include "journal/entry.h"
#include "mailing/approval.h"
#include "mailing/follow_up.h"
#include "mailing/reminder.h"
#include "mailing/reminder_rows.h"

void reminding_free(Reminding *reminding) {
  if (reminding == NULL)
    return;
  g_free(reminding->trouble);
  g_free(reminding);
}

/* ---- what comes next ---- */

typedef struct {
  gint64 number;
  gint64 due;      /* 0: no further one by itself */
  gint64 reminder; /* which was made and not released */
  gboolean unfinished;
} Next;

static int read_next(Desk *desk, Link *link, const Mailing *base, Next *ret, GError **error) {
  g_autoptr(MailingSettings) settings = desk_settings(desk);
  ReminderCalendar calendar = reminder_calendar(settings);
  ReminderDays days = {0};
  ReminderPast past = {0};
  gboolean made = FALSE;
  *ret = (Next){0};
  int r = reminder_due_parse(base->remind_after, &days, error);
  if (r == 0)
    r = reminder_rows_past(link, base->id, &past, error);
  if (r == 0)
    r = reminder_rows_open(link, base->id, &ret->reminder, &ret->unfinished, error);
  ret->number = past.released + 1;
  gint64 after = reminder_due_after(&days, ret->number);
  if (r < 0 || ret->reminder != 0 || past.under_way != 0 || after == 0)
    return r;
  r = reminder_rows_was_made(link, base->id, ret->number, &made, error);
  if (r == 0 && !made)
    ret->due = reminder_due_moment(&calendar, NULL, past.released > 0 ? past.sent_at : base->sent_at, after);
  return r;
}

/* ---- from a draft to its submission ---- */

typedef struct {
  Desk *desk;
  const Mailing *base, *reminder;
  gint64 number;
  const char *trouble;
} Finishing;

static int finish_unit(Link *link, gpointer data, GError **error) {
  const Finishing *f = data;
  char reminder[IDENT_SIZE], base[IDENT_SIZE];
  ident_into(IDENT_MAILING, f->reminder->id, reminder);
  ident_into(IDENT_MAILING, f->base->id, base);
  int r = reminder_rows_finish(link, f->reminder->id, f->trouble, error);
  if (r < 0)
    return r;
  g_autofree char *text =
      f->trouble == NULL
          ? g_strdup_printf("reminder %" G_GINT64_FORMAT " of %s is %s, and waits for approval", f->number,
                            base, reminder)
          : g_strdup_printf("reminder %" G_GINT64_FORMAT " of %s is %s: %s", f->number, base, reminder,
                            f->trouble);
  Entry entry = {.kind = f->trouble == NULL ? ENTRY_REMINDER_SUBMITTED : ENTRY_REMINDER_STUCK,
                 .user = actor_daemon.name,
                 .mailing = f->base->id,
                 .text = text,
                 .restricted = f->base->restricted || f->reminder->restricted};
  return journal_add(desk_journal(f->desk), link, &entry, error);
}

static int finish(Finishing *f, GError **error) {
  return store_write(desk_store(f->desk), finish_unit, f, error);
}

static int give_up_unit(Link *link, gpointer data, GError **error) {
  const Finishing *f = data;
  MailingChange change = {.mailing = f->reminder,
                          .to = MAILING_CANCELLED,
                          .actor = &actor_daemon,
                          .kind = ENTRY_MAILING_CANCELLED,
                          .text = "nobody is left to be reminded",
                          .reason = "nobody is left to be reminded"};
  int r = reminder_rows_finish(link, f->reminder->id, NULL, error);
  return r < 0 ? r : mailing_change(f->desk, link, &change, error);
}

static gboolean is_for_a_person(int r) {
  return r == FAULT_RULE || r == FAULT_INPUT || r == FAULT_ABSENT;
}

/* A rule that stands against it stands tomorrow too: a person is to look, and it is told once. */
static int roll_and_submit(Finishing *f, GError **error) {
  g_autoptr(GError) why = NULL;
  g_auto(RollCount) count = {0};
  Digest digest;
  int r = roll_make(f->desk, &actor_daemon, f->reminder->id, &count, &why);
  crash_point("reminder-rolled");
  if (r == 0 && count.included + count.held == 0) {
    g_autoptr(Mailing) m = NULL;
    g_autoptr(Link) link = NULL;
    r = store_read(desk_store(f->desk), &link, error);
    if (r == 0)
      r = mailing_find(link, 1, f->reminder->id, &m, error);
    g_clear_pointer(&link, link_return);
    f->reminder = m;
    return r < 0 ? r : store_write(desk_store(f->desk), give_up_unit, f, error);
  }
  if (r == 0)
    r = approval_submit(f->desk, &actor_daemon, f->reminder->id, &digest, &why);
  crash_point("reminder-submitted");
  if (r < 0 && !is_for_a_person(r))
    return g_propagate_error(error, g_steal_pointer(&why)), r;
  f->trouble = r < 0 ? why->message : NULL;
  return finish(f, error);
}

/* What a person made of it meanwhile is his. */
static int go_on(Desk *desk, const Mailing *base, const Next *next, GError **error) {
  g_autoptr(Mailing) m = NULL;
  g_autoptr(Link) link = NULL;
  int r = store_read(desk_store(desk), &link, error);
  if (r == 0)
    r = mailing_find(link, 1, next->reminder, &m, error);
  g_clear_pointer(&link, link_return);
  if (r < 0)
    return r;
  Finishing finishing = {desk, base, m, next->number, NULL};
  return m->state == MAILING_DRAFT ? roll_and_submit(&finishing, error) : finish(&finishing, error);
}

static int draft(Desk *desk, const Mailing *base, Next *next, GError **error) {
  FollowUpCounts counts = {0};
  g_autoptr(GError) why = NULL;
  g_autoptr(Link) link = NULL;
  int r = store_read(desk_store(desk), &link, error);
  if (r == 0)
    r = desk_follow_up(desk)->count(link, base, &counts, error);
  if (r < 0 || counts.silent == 0)
    return r;
  r = reminder_next(link, base, &next->number, &why);
  if (r == FAULT_RULE) /* nobody has a next channel: there is no further one */
    return 0;
  if (r < 0)
    return g_propagate_error(error, g_steal_pointer(&why)), r;
  r = reminder_draft(desk, &actor_daemon, link, base, next->number, TRUE, &next->reminder, error);
  g_clear_pointer(&link, link_return);
  crash_point("reminder-drafted");
  return r < 0 ? r : go_on(desk, base, next, error);
}

int reminding_tick(Desk *desk, gint64 mailing, gint64 *ret_next, GError **error) {
  g_autoptr(Mailing) base = NULL;
  g_autoptr(Link) link = NULL;
  Next next = {0};
  gint64 now = clock_wall(desk_clock(desk));
  int r = store_read(desk_store(desk), &link, error);
  if (r == 0)
    r = mailing_find(link, 1, mailing, &base, error);
  if (r == 0)
    r = read_next(desk, link, base, &next, error);
  g_clear_pointer(&link, link_return);
  if (r < 0 || base->state != MAILING_SENT || desk_follow_up(desk) == NULL)
    return r;
  if (next.reminder != 0)
    return next.unfinished ? go_on(desk, base, &next, error) : 0;
  if (next.due > now)
    *ret_next = *ret_next == 0 ? next.due : MIN(*ret_next, next.due);
  return next.due == 0 || next.due > now ? 0 : draft(desk, base, &next, error);
}

/* ---- telling ---- */

static int take_reminder(Link *link, Reminding *reminding, GError **error) {
  g_autoptr(Mailing) m = NULL;
  int r = mailing_find(link, 1, reminding->reminder, &m, error);
  if (r == 0)
    r = reminder_rows_trouble(link, reminding->reminder, &reminding->trouble, error);
  if (r == 0)
    reminding->state = m->state;
  return r;
}

static int list_one(Desk *desk, Link *link, gint64 clearance, gint64 mailing, GPtrArray *to, GError **error) {
  g_autoptr(Mailing) base = NULL;
  g_autoptr(Reminding) reminding = g_new0(Reminding, 1);
  Next next = {0};
  int r = mailing_find(link, 1, mailing, &base, error);
  if (r == 0 && (gint64)base->restricted > clearance)
    return 0;
  if (r == 0)
    r = read_next(desk, link, base, &next, error);
  if (r < 0 || (next.reminder == 0 && next.due == 0))
    return r;
  reminding->mailing = mailing;
  reminding->number = next.number;
  reminding->due = next.due;
  reminding->reminder = next.reminder;
  r = next.reminder != 0 ? take_reminder(link, reminding, error) : 0;
  if (r == 0)
    g_ptr_array_add(to, g_steal_pointer(&reminding));
  return r;
}

int reminding_list(Desk *desk, Link *link, gint64 clearance, GPtrArray **ret, GError **error) {
  g_autoptr(GArray) ids = g_array_new(FALSE, FALSE, sizeof(gint64));
  g_autoptr(GPtrArray) list = g_ptr_array_new_with_free_func((GDestroyNotify)reminding_free);
  int r = reminder_rows_watched(link, ids, error);
  for (guint i = 0; r == 0 && i < ids->len; i++)
    r = list_one(desk, link, clearance, g_array_index(ids, gint64, i), list, error);
  if (r == 0)
    *ret = g_steal_pointer(&list);
  return r;
}
