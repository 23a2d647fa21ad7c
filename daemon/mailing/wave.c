/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "mailing/wave.h"

#include <string.h>

#include "base/crash.h"
#include "base/fault.h"
#include "base/ident.h"
#include "base/text.h"
#include "contacts/list.h"
#include "journal/entry.h"
#include "mailing/permit.h"
#include "mailing/wave_rows.h"
#include "outbox/outbox_wave.h"

#define OPEN_ROWS 1000 /* deliveries that are told by one unit of work */

void wave_free(Wave *wave) {
  if (wave == NULL)
    return;
  g_free(wave->rule);
  g_free(wave->opened_by);
  rule_free(wave->matcher);
  g_free(wave);
}

/* ---- what is given ---- */

/* The last @ parts rule and time; before it may be names that hold one. */
int wave_parse(const char *text, GTimeZone *zone, Wave **ret, GError **error) {
  g_autoptr(Wave) wave = g_new0(Wave, 1);
  const char *at = strrchr(text, '@');
  int r = 0;
  if (at != NULL && g_ascii_isdigit(at[1]))
    r = moment_parse_in(at + 1, zone, &wave->at, error);
  if (r == 0) {
    wave->rule = wave->at != 0 ? g_strndup(text, (gsize)(at - text)) : g_strdup(text);
    r = rule_parse(g_strstrip(wave->rule), &wave->matcher, error);
  }
  if (r < 0)
    return fault_prefix(error, "wave \"%s\"", text);
  *ret = g_steal_pointer(&wave);
  return 0;
}

static int check_order(const GPtrArray *waves, gint64 now, gint64 not_after, GError **error) {
  gint64 before = 0;
  for (guint i = 0; i < waves->len; i++) {
    const Wave *wave = g_ptr_array_index(waves, i);
    if (wave->at == 0)
      continue;
    if (wave->at <= now)
      return fault(error, FAULT_INPUT, "wave %u: its time has passed; give another", i + 1);
    if (wave->at < before)
      return fault(error, FAULT_INPUT, "wave %u would go before an earlier one; waves go in their order",
                   i + 1);
    if (not_after != 0 && wave->at >= not_after)
      return fault(error, FAULT_INPUT,
                   "wave %u would go after the last moment (not-after); correct one of the two", i + 1);
    before = wave->at;
  }
  return 0;
}

int wave_check_times(Desk *desk, const GPtrArray *waves, const Mailing *m, GError **error) {
  return check_order(waves, clock_latest(desk_clock(desk)), m->not_after, error);
}

int wave_write(Link *link, const Mailing *m, const GPtrArray *waves, gint64 clearance, gint64 now,
               GError **error) {
  if (waves->len > WAVES_MAX)
    return fault(error, FAULT_INPUT, "a mailing has at most %d waves", WAVES_MAX);
  int r = check_order(waves, now, m->not_after, error);
  for (guint i = 0; r == 0 && i < waves->len; i++) {
    const Wave *wave = g_ptr_array_index(waves, i);
    r = list_rule_check(link, wave->matcher, clearance, error);
    if (r < 0)
      return fault_prefix(error, "wave %u", i + 1);
  }
  if (r == 0)
    r = wave_rows_remove(link, m->id, error);
  for (guint i = 0; r == 0 && i < waves->len; i++) {
    Wave numbered = *(const Wave *)g_ptr_array_index(waves, i);
    numbered.number = (gint64)i + 1;
    r = wave_rows_insert(link, m->id, &numbered, error);
  }
  const Wave rest = {.number = (gint64)waves->len + 1};
  return r < 0 || waves->len == 0 ? r : wave_rows_insert(link, m->id, &rest, error);
}

int wave_list(Link *link, gint64 mailing, GPtrArray **ret, GError **error) {
  g_autoptr(GPtrArray) waves = g_ptr_array_new_with_free_func((GDestroyNotify)wave_free);
  int r = wave_rows_list(link, mailing, waves, error);
  for (guint i = 0; r == 0 && i < waves->len; i++) {
    Wave *wave = g_ptr_array_index(waves, i);
    if (wave->rule != NULL)
      r = rule_parse(wave->rule, &wave->matcher, error);
  }
  if (r == 0)
    *ret = g_steal_pointer(&waves);
  return r;
}

int wave_are_hidden(Link *link, gint64 mailing, gint64 clearance, gboolean *ret, GError **error) {
  g_autoptr(GPtrArray) waves = NULL;
  int r = wave_list(link, mailing, &waves, error);
  *ret = FALSE;
  for (guint i = 0; r == 0 && !*ret && i < waves->len; i++) {
    const Wave *wave = g_ptr_array_index(waves, i);
    if (wave->matcher != NULL)
      r = list_rule_is_hidden(link, wave->matcher, clearance, ret, error);
  }
  return r;
}

void wave_manifest(const GPtrArray *waves, GString *to) {
  for (guint i = 0; i < waves->len; i++) {
    const Wave *wave = g_ptr_array_index(waves, i);
    g_autofree char *at = wave->at != 0 ? moment_rfc3339(wave->at) : g_strdup("none");
    g_string_append_printf(to, "wave %" G_GINT64_FORMAT " at=%s ", wave->number, at);
    if (wave->rule != NULL)
      entry_escape(to, wave->rule, strlen(wave->rule), 4 * TEXT_LINE_MAX);
    else
      g_string_append(to, "rest");
    g_string_append_c(to, '\n');
  }
}

/* ---- who goes with which ---- */

int wave_of(Link *link, const GPtrArray *waves, const Candidate *c, gint64 *ret, GError **error) {
  const Contact card = {.id = c->id,
                        .kind = c->kind,
                        .office_kind = (char *)c->office_kind,
                        .country = (char *)c->country,
                        .languages = (char *)c->languages};
  *ret = 0;
  for (guint i = 0; i < waves->len; i++) {
    const Wave *wave = g_ptr_array_index(waves, i);
    gboolean takes = wave->matcher == NULL;
    int r = takes ? 0 : list_rule_takes(link, wave->matcher, &card, &takes, error);
    if (r < 0 || takes)
      return *ret = wave->number, r;
  }
  return 0;
}

int wave_count(Link *link, gint64 roll, const GPtrArray *waves, GError **error) {
  for (guint i = 0; i < waves->len; i++) {
    Wave *wave = g_ptr_array_index(waves, i);
    wave->included = wave->held = 0;
  }
  return waves->len == 0 ? 0 : wave_rows_tally(link, roll, waves, error);
}

int wave_write_counts(Link *link, gint64 mailing, const GPtrArray *waves, GError **error) {
  int r = 0;
  for (guint i = 0; r == 0 && i < waves->len; i++)
    r = wave_rows_write_count(link, mailing, g_ptr_array_index(waves, i), error);
  return r;
}

/* ---- when ---- */

gint64 wave_due(const GPtrArray *waves, gint64 wave, gint64 at) {
  const Wave *first = waves->len > 0 ? g_ptr_array_index(waves, 0) : NULL;
  if (wave == 0 || (wave == 1 && first != NULL && first->at == 0))
    return at;
  return outbox_wave_due(wave);
}

static gboolean is_empty(const Wave *wave) {
  return wave->included + wave->held == 0;
}

/* The first that is still shut and has anybody. */
static const Wave *next_shut(const GPtrArray *waves) {
  for (guint i = 0; i < waves->len; i++) {
    const Wave *wave = g_ptr_array_index(waves, i);
    if (wave->opened_at == 0 && !is_empty(wave))
      return wave;
  }
  return NULL;
}

const Wave *wave_next(const GPtrArray *waves) {
  const Wave *next = next_shut(waves);
  return next != NULL && next->at == 0 && next->number > 1 ? next : NULL;
}

/* ---- opening ---- */

typedef struct {
  Desk *desk;
  const Actor *actor;
  const Mailing *mailing;
  gint64 number, now, n;
} Opening;

static int open_unit(Link *link, gpointer data, GError **error) {
  const Opening *o = data;
  int r = wave_rows_open(link, o->mailing->id, o->number, o->now, o->actor->name, error);
  if (r > 0)
    return r;
  g_autofree char *facts = g_strdup_printf("wave=%" G_GINT64_FORMAT "\n", o->number);
  Entry entry = {.kind = ENTRY_WAVE_OPENED,
                 .user = o->actor->name,
                 .mailing = o->mailing->id,
                 .facts = facts,
                 .restricted = o->mailing->restricted};
  return r < 0 ? r : journal_add(desk_journal(o->desk), link, &entry, error);
}

static int tell_unit(Link *link, gpointer data, GError **error) {
  Opening *o = data;
  int r = outbox_wave_open(link, o->mailing->id, o->number, o->now, OPEN_ROWS, &o->n, error);
  return r < 0 || o->n > 0 ? MIN(r, 0) : wave_rows_opened(link, o->mailing->id, o->number, error);
}

/* In chunks; whoever is cut off leaves the rest to the next tick. */
static int tell_deliveries(Opening *o, GError **error) {
  int r = 0;
  do {
    r = store_write(desk_store(o->desk), tell_unit, o, error);
    crash_point("wave-told");
  } while (r == 0 && o->n > 0);
  outbox_wake(desk_outbox(o->desk));
  return r;
}

static int open_next(Opening *o, GError **error) {
  int r = store_write(desk_store(o->desk), open_unit, o, error);
  crash_point("wave-opened");
  return r != 0 ? r : tell_deliveries(o, error);
}

int wave_begin(Link *link, gint64 mailing, gint64 now, GError **error) {
  g_autoptr(GPtrArray) waves = NULL;
  int r = wave_list(link, mailing, &waves, error);
  const Wave *first = r == 0 && waves->len > 0 ? g_ptr_array_index(waves, 0) : NULL;
  if (first == NULL || first->at != 0)
    return r;
  r = wave_rows_open(link, mailing, first->number, now, actor_daemon.name, error);
  return r < 0 ? r : wave_rows_opened(link, mailing, first->number, error);
}

static int check_number(const Mailing *m, const GPtrArray *waves, gint64 number, GError **error) {
  char id[IDENT_SIZE];
  ident_into(IDENT_MAILING, m->id, id);
  if (waves->len == 0)
    return fault(error, FAULT_RULE, "%s goes as a whole; it has no waves", id);
  if (number < 1 || number > (gint64)waves->len)
    return fault(error, FAULT_INPUT, "%s has the waves 1 to %u; there is no wave %" G_GINT64_FORMAT, id,
                 waves->len, number);
  const Wave *wave = g_ptr_array_index(waves, number - 1), *next = next_shut(waves);
  if (wave->opened_at != 0)
    return 1;
  if (next != NULL && next->number < number)
    return fault(error, FAULT_RULE,
                 "%s: waves go in their order, and wave %" G_GINT64_FORMAT
                 " has not left: `valise mailings release %s --wave %" G_GINT64_FORMAT "`",
                 id, next->number, id, next->number);
  return is_empty(wave) ? fault(error, FAULT_RULE, "%s: nobody goes with wave %" G_GINT64_FORMAT, id, number)
                        : 0;
}

static int check_mailing(Desk *desk, const Actor *actor, const Mailing *m, GError **error) {
  char id[IDENT_SIZE];
  ident_into(IDENT_MAILING, m->id, id);
  int r = permit_check(actor, m->restricted ? PERMIT_STEER : PERMIT_STEER | ROLE_VOLUNTEER,
                       "releasing a wave", error);
  if (r < 0)
    return r;
  if (m->state != MAILING_SENDING)
    return fault(error, FAULT_RULE, "%s is %s; a further wave leaves while it is sending", id,
                 mailing_state_name(m->state));
  if (m->not_after != 0 && m->not_after <= clock_latest(desk_clock(desk)))
    return fault(error, FAULT_RULE, "%s must not be sent any more: its last moment has passed", id);
  return 0;
}

static int find(Desk *desk, gint64 clearance, gint64 mailing, Mailing **ret, GPtrArray **ret_waves,
                GError **error) {
  g_autoptr(Link) link = NULL;
  int r = store_read(desk_store(desk), &link, error);
  if (r == 0)
    r = mailing_find(link, clearance, mailing, ret, error);
  return r < 0 ? r : wave_list(link, mailing, ret_waves, error);
}

static int open_checked(Desk *desk, const Actor *actor, gint64 mailing, gint64 number, GError **error) {
  g_autoptr(Mailing) m = NULL;
  g_autoptr(GPtrArray) waves = NULL;
  int r = find(desk, actor_clearance(actor), mailing, &m, &waves, error);
  if (r == 0)
    r = check_mailing(desk, actor, m, error);
  if (r == 0)
    r = check_number(m, waves, number, error);
  Opening opening = {desk, actor, m, number, clock_wall(desk_clock(desk)), 0};
  return r != 0 ? r : open_next(&opening, error);
}

int wave_open(Desk *desk, const Actor *actor, gint64 mailing, gint64 number, GError **error) {
  if (!desk_take_patiently(desk, mailing))
    return fault(error, FAULT_BUSY, "somebody is at this mailing at this moment; try again");
  int r = open_checked(desk, actor, mailing, number, error);
  desk_give_back(desk, mailing);
  return r;
}

/* ---- time ---- */

static int finish_opened(Desk *desk, const Mailing *m, const GPtrArray *waves, GError **error) {
  int r = 0;
  for (guint i = 0; r == 0 && i < waves->len; i++) {
    const Wave *wave = g_ptr_array_index(waves, i);
    Opening opening = {desk, &actor_daemon, m, wave->number, clock_wall(desk_clock(desk)), 0};
    if (wave->under_way)
      r = tell_deliveries(&opening, error);
  }
  return r;
}

int wave_tick(Desk *desk, gint64 mailing, gint64 *ret_next, GError **error) {
  g_autoptr(Mailing) m = NULL;
  g_autoptr(GPtrArray) waves = NULL;
  int r = find(desk, 1, mailing, &m, &waves, error);
  if (r < 0 || waves->len == 0 || m->state != MAILING_SENDING)
    return r;
  r = finish_opened(desk, m, waves, error);
  const Wave *next = next_shut(waves);
  if (r < 0 || next == NULL || next->at == 0)
    return r;
  Opening opening = {desk, &actor_daemon, m, next->number, clock_wall(desk_clock(desk)), 0};
  if (next->at <= opening.now)
    return MIN(open_next(&opening, error), 0);
  *ret_next = *ret_next == 0 ? next->at : MIN(*ret_next, next->at);
  return 0;
}
