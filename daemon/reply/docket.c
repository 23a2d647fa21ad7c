/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "reply/docket.h"

#include <jansson.h>

#include "reply/inbound_rows.h"

void docket_clear(Docket *docket) {
  g_clear_pointer(&docket->message, inbound_message_free);
  g_clear_pointer(&docket->verdict, verdict_free);
}

/* ---- the verdict, as it is kept ---- */

static void replace(char **to, const char *text) {
  char *copy = g_strdup(text);
  g_free(*to);
  *to = copy;
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
  replace(&m->recipient, v->recipient);
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

static char *attachments_text(const Verdict *v) {
  if (v->attachments->len == 0)
    return NULL;
  json_t *list = json_array();
  for (guint i = 0; i < v->attachments->len; i++) {
    const VerdictAttachment *a = g_ptr_array_index(v->attachments, i);
    json_array_append_new(list, json_pack("{s:s?, s:s?, s:I}", "name", a->name, "media_type", a->type, "size",
                                          (json_int_t)a->size));
  }
  char *dumped = json_dumps(list, JSON_COMPACT), *text = g_strdup(dumped);
  free(dumped);
  json_decref(list);
  return text;
}

/* ---- the unit ---- */

static enum handling hindrance(const Docket *d) {
  if (d->unread != DOCKET_READ)
    return d->unread;
  if (is_unreadable(d->verdict))
    return HANDLING_UNREADABLE;
  return d->fallen ? HANDLING_NOT_FILED : DOCKET_READ;
}

static int place(const Docket *d, Link *link, GError **error) {
  Placing placing = {.desk = d->desk,
                     .contacts = d->contacts,
                     .taker = d->taker,
                     .message = d->message,
                     .way = d->match.way,
                     .delivery = d->match.delivery,
                     .rivals = d->match.rival != 0,
                     .told_recipient = d->verdict != NULL ? d->verdict->original_recipient : NULL,
                     .dmarc = d->dmarc,
                     .actor = &actor_daemon,
                     .meaning = MEANINGS};
  enum handling why = hindrance(d);
  if (why == DOCKET_READ)
    return placing_do(&placing, link, error);
  d->message->state = INBOUND_HELD;
  d->message->filed_at = clock_wall(desk_clock(d->desk));
  replace(&d->message->reason, handling_name(why));
  return placing_write(&placing, link, ENTRY_INBOUND_HELD, error);
}

/* Tried twice where the first try met with a rule: what it left in the message is written anew. */
static void begin_anew(InboundMessage *m) {
  m->restricted = TRUE;
  m->delivery = m->mailing = m->addressee = m->contact = m->event = 0;
  g_clear_pointer(&m->matched_by, g_free);
  g_clear_pointer(&m->sender, g_free);
}

int docket_unit(Link *link, gpointer data, GError **error) {
  const Docket *d = data;
  InboundMessage *m = d->message;
  g_autofree char *attachments = d->verdict != NULL ? attachments_text(d->verdict) : NULL;
  begin_anew(m);
  if (d->verdict != NULL)
    take_verdict(m, d->verdict);
  else
    take_nothing(m);
  replace(&m->dmarc, d->verdict != NULL ? handle_dmarc_name(d->dmarc) : NULL);
  replace(&m->signature, d->signature);
  m->signer = d->signer;
  int r =
      inbound_rows_write_verdict(link, m, d->verdict != NULL ? d->verdict->text : NULL, attachments, error);
  return r == 0 ? place(d, link, error) : r;
}
