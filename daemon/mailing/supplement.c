/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "mailing/supplement.h"

#include "base/fault.h"
#include "base/ident.h"
#include "contacts/eligibility.h"
#include "mailing/addressing.h"
#include "mailing/permit.h"
#include "mailing/supplement_rows.h"

#define LOOK_ROWS 400 /* contacts looked at in one go */

int supplement_of(Link *link, gint64 mailing, gint64 *ret_base, GError **error) {
  return supplement_rows_base(link, mailing, ret_base, error);
}

/* ---- who had it? ---- */

int supplement_check(Link *link, gint64 base, Addressee *line, GError **error) {
  gboolean had = FALSE;
  int r = base == 0
              ? 0
              : supplement_rows_had(link, base, line->mailing, line->contact, line->address, &had, error);
  if (r < 0 || !had)
    return r;
  line->state = ADDRESSEE_EXCLUDED;
  g_free(line->reason);
  g_clear_pointer(&line->detail, g_free);
  line->reason = g_strdup(reason_name(REASON_HAD_BEFORE));
  return 0;
}

static int cancel_held(Desk *desk, Link *link, gint64 delivery, const Addressee *line, GError **error) {
  g_autoptr(DeliveryRow) row = NULL;
  char id[IDENT_SIZE];
  int r = outbox_find(link, 1, delivery, &row, error);
  if (r < 0)
    return r;
  g_autofree char *text =
      g_strdup_printf("its addressee is on the supplement %s", ident_into(IDENT_MAILING, line->mailing, id));
  return outbox_call_off(desk_outbox(desk), link, row, NULL, "supplemented", text, error);
}

int supplement_claim(Desk *desk, Link *link, gint64 base, const Addressee *line, GError **error) {
  gboolean had = FALSE;
  if (base == 0)
    return 0;
  int r = supplement_rows_had(link, base, line->mailing, line->contact, line->address, &had, error);
  if (r < 0 || had)
    return r < 0 ? r : 1;
  if (line->state != ADDRESSEE_INCLUDED)
    return 0;
  g_autoptr(GArray) held = g_array_new(FALSE, FALSE, sizeof(gint64));
  r = supplement_rows_held(link, base, line->contact, held, error);
  for (guint i = 0; r == 0 && i < held->len; i++)
    r = cancel_held(desk, link, g_array_index(held, gint64, i), line, error);
  return r;
}

/* ---- is anybody new? ---- */

static int look_at_page(Addressing *addressing, gint64 base, const CandidatePage *page, gboolean *ret,
                        GError **error) {
  int r = 0;
  for (gsize i = 0; r == 0 && i < page->count && !*ret; i++) {
    g_autoptr(Addressee) line = NULL;
    r = addressing_of(addressing, &page->items[i], &line, error);
    if (r == 0)
      r = supplement_check(addressing->link, base, line, error);
    *ret = r == 0 && line->state == ADDRESSEE_INCLUDED;
  }
  return r;
}

/* Stops at the first one. */
static int look(Desk *desk, const Actor *actor, Link *link, const Mailing *m, gboolean *ret, GError **error) {
  g_autoptr(MailingSettings) settings = desk_settings(desk);
  gint64 clearance = actor_clearance(actor), after = 0;
  Addressing addressing = {.settings = settings,
                           .link = link,
                           .attendees_only = clearance == 0,
                           .today = desk_today(desk, settings)};
  int r = addressing_begin(&addressing, m, error);
  *ret = FALSE;
  while (r == 0 && !*ret) {
    g_autoptr(CandidatePage) page = NULL;
    r = candidate_page(link, (const gint64 *)(const void *)m->lists->data, m->lists->len, after, LOOK_ROWS,
                       clearance, addressing.today, &page, error);
    if (r < 0 || page->count == 0)
      return r;
    after = page->after;
    r = look_at_page(&addressing, m->id, page, ret, error);
  }
  return r;
}

/* ---- making ---- */

static int check_base(const Mailing *m, GError **error) {
  char id[IDENT_SIZE];
  switch (m->state) {
  case MAILING_SCHEDULED:
  case MAILING_SENDING:
  case MAILING_PAUSED:
  case MAILING_SENT:
  case MAILING_CLOSED:
    return 0;
  default:
    return fault(error, FAULT_RULE, "%s is %s; a supplement follows a mailing that was released",
                 ident_into(IDENT_MAILING, m->id, id), mailing_state_name(m->state));
  }
}

static int create(Desk *desk, const Actor *actor, Link *link, const Mailing *m, const char *wording,
                  gint64 *ret, GError **error) {
  g_autoptr(GHashTable) values = NULL;
  int r = mailing_values(link, m->id, &values, error);
  MailingFields fields = mailing_fields_after(m);
  fields.documents = m->documents;
  fields.wording = wording != NULL ? wording : m->wording;
  fields.acknowledgement = m->acknowledgement;
  fields.values = values;
  fields.supplements = m->id;
  return r < 0 ? r : mailing_create(desk, actor, &fields, ret, error);
}

/* The mailing that all supplements go back to. */
static int find_base(const Actor *actor, Link *link, gint64 mailing, Mailing **ret, GError **error) {
  gint64 base = 0, clearance = actor_clearance(actor);
  g_autoptr(Mailing) given = NULL;
  int r = mailing_find(link, clearance, mailing, &given, error);
  if (r == 0)
    r = supplement_rows_base(link, mailing, &base, error);
  if (r == 0)
    r = mailing_find(link, clearance, base != 0 ? base : mailing, ret, error);
  return r < 0 ? r : check_base(*ret, error);
}

/* One that nobody released yet takes in who came since, as long as it is a draft. */
static int freshen(Desk *desk, const Actor *actor, Supplement *ret, GError **error) {
  gint64 mailing = ret->mailing;
  g_autoptr(Mailing) m = NULL;
  g_auto(RollCount) count = {0};
  g_autoptr(Link) link = NULL;
  int r = store_read(desk_store(desk), &link, error);
  if (r == 0)
    r = mailing_find(link, actor_clearance(actor), mailing, &m, error);
  g_clear_pointer(&link, link_return);
  if (r < 0 || m->state != MAILING_DRAFT)
    return r;
  r = roll_make(desk, actor, mailing, &count, error);
  if (r == 0 && count.included == 0) /* whom the draft was made for is gone */
    ret->mailing = 0;
  return r;
}

static int make(Desk *desk, const Actor *actor, gint64 mailing, const char *wording, Supplement *ret,
                GError **error) {
  g_autoptr(Mailing) base = NULL;
  g_autoptr(Link) link = NULL;
  gboolean anybody = FALSE;
  int r = store_read(desk_store(desk), &link, error);
  if (r == 0)
    r = find_base(actor, link, mailing, &base, error);
  if (r == 0)
    r = supplement_rows_open(link, base->id, &ret->mailing, error);
  if (r == 0 && ret->mailing == 0)
    r = look(desk, actor, link, base, &anybody, error);
  if (r == 0 && anybody)
    r = create(desk, actor, link, base, wording, &ret->mailing, error);
  ret->made = anybody;
  return r;
}

int supplement_make(Desk *desk, const Actor *actor, gint64 mailing, const char *wording, Supplement *ret,
                    GError **error) {
  *ret = (Supplement){0};
  int r = permit_check(actor, PERMIT_PREPARE, "preparing a supplement", error);
  if (r == 0 && !desk_take_patiently(desk, mailing))
    return fault(error, FAULT_BUSY, "somebody is at this mailing at this moment; try again");
  if (r < 0)
    return r;
  r = make(desk, actor, mailing, wording, ret, error);
  desk_give_back(desk, mailing);
  return r < 0 || ret->mailing == 0 ? r : freshen(desk, actor, ret, error);
}
