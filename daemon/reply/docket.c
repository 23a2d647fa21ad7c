/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "reply/docket.h"

#include "base/fault.h"
#include "base/ident.h"
#include "journal/entry.h"
#include "reply/inbound_rows.h"

const char *handling_name(enum handling handling) {
  static const char *const names[] = {
#define HANDLING(symbol, name, sentence) [symbol] = name,
#include "reply/handlings.def"
#undef HANDLING
  };
  return handling < HANDLINGS ? names[handling] : NULL;
}

void docket_clear(Docket *docket) {
  g_clear_pointer(&docket->message, inbound_message_free);
  g_clear_pointer(&docket->verdict, verdict_free);
}

/* ---- the verdict, as it is kept ---- */

static void replace(char **to, const char *text) {
  g_free(*to);
  *to = g_strdup(text);
}

static char *reason_names(const GArray *reasons) {
  g_autoptr(GString) names = g_string_new(NULL);
  for (guint i = 0; i < reasons->len; i++)
    g_string_append_printf(names, "%s%s", i > 0 ? "," : "",
                           verdict_reason_name(g_array_index(reasons, enum verdict_reason, i)));
  return g_string_free(g_steal_pointer(&names), FALSE);
}

static void take_verdict(InboundMessage *m, const Verdict *v) {
  replace(&m->verdict, verdict_kind_name(v->kind));
  replace(&m->class, verdict_class_name(v->class));
  replace(&m->cause, verdict_cause_name(v->cause));
  replace(&m->status, v->status);
  replace(&m->disposition, verdict_disposition_name(v->disposition));
  replace(&m->from, v->from);
  replace(&m->from_name, v->from_name);
  replace(&m->subject, v->subject);
  replace(&m->message_id, v->message_id);
  replace(&m->answers, v->references->len > 0 ? g_ptr_array_index(v->references, 0) : NULL);
  replace(&m->words, v->words);
  g_free(m->reasons);
  m->reasons = reason_names(v->reasons);
  m->guess = verdict_is_guess(v);
}

static void take_nothing(InboundMessage *m) {
  char **const texts[] = {&m->verdict, &m->class, &m->cause, &m->status, &m->disposition, &m->reasons};
  for (gsize i = 0; i < G_N_ELEMENTS(texts); i++)
    replace(texts[i], i == 0 ? verdict_kind_name(VERDICT_UNKNOWN) : "");
}

/* A verdict that only says that it could not be read. */
static gboolean is_unreadable(const Verdict *v) {
  for (guint i = 0; i < v->reasons->len; i++)
    if (g_array_index(v->reasons, enum verdict_reason, i) <= REASON_UNREADABLE)
      return TRUE;
  return FALSE;
}

/* ---- the unit ---- */

static int add_entry(const Docket *d, Link *link, GError **error) {
  const InboundMessage *m = d->message;
  char id[IDENT_SIZE], hex[DIGEST_HEX_SIZE];
  g_autoptr(GString) facts = g_string_new(NULL);
  digest_hex(&m->sha256, hex);
  entry_fact(facts, "message", ident_into(IDENT_INBOUND, m->id, id));
  entry_fact(facts, "sha256", m->has_bytes ? hex : NULL);
  entry_fact(facts, "class", *m->class != '\0' ? m->class : NULL);
  entry_fact(facts, "status", *m->status != '\0' ? m->status : NULL);
  entry_fact(facts, "disposition", *m->disposition != '\0' ? m->disposition : NULL);
  entry_fact(facts, "matched-by", m->matched_by);
  entry_fact(facts, "handling", m->reason);
  Entry entry = {.kind = m->state == INBOUND_HELD ? ENTRY_INBOUND_HELD : ENTRY_INBOUND_FILED,
                 .user = actor_daemon.name,
                 .mailing = m->mailing,
                 .addressee = m->addressee,
                 .delivery = m->delivery,
                 .contact = m->contact,
                 .text = m->verdict,
                 .facts = facts->str,
                 .restricted = m->restricted};
  return journal_add(desk_journal(d->desk), link, &entry, error);
}

static void hold(InboundMessage *m, enum handling why) {
  m->state = INBOUND_HELD;
  replace(&m->reason, handling_name(why));
}

static void place(const Docket *d) {
  InboundMessage *m = d->message;
  if (d->unread != DOCKET_READ)
    hold(m, d->unread);
  else if (is_unreadable(d->verdict))
    hold(m, HANDLING_UNREADABLE);
  else if (d->fallen)
    hold(m, HANDLING_NOT_FILED);
  else
    hold(m, HANDLING_UNMATCHED);
}

int docket_unit(Link *link, gpointer data, GError **error) {
  const Docket *d = data;
  InboundMessage *m = d->message;
  if (d->verdict != NULL)
    take_verdict(m, d->verdict);
  else
    take_nothing(m);
  m->filed_at = clock_wall(desk_clock(d->desk));
  place(d);
  int r = inbound_rows_write_verdict(link, m, NULL, NULL, error);
  if (r == 0)
    r = inbound_rows_write_place(link, m, error);
  return r == 0 ? add_entry(d, link, error) : r;
}
