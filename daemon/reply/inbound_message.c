/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "reply/inbound_message.h"

#include <string.h>

#include "base/fault.h"
#include "base/ident.h"
#include "reply/inbound_rows.h"

static const char *const states[] = {
#define STATE(symbol, name, sentence) [symbol] = name,
#include "reply/inbound_states.def"
#undef STATE
};

const char *inbound_state_name(enum inbound_state state) {
  return states[state];
}

enum inbound_state inbound_state_of(const char *name) {
  int i = 0;
  while (i < INBOUND_STATES && strcmp(states[i], name) != 0)
    i++;
  return (enum inbound_state)i;
}

void inbound_message_free(InboundMessage *m) {
  if (m == NULL)
    return;
  char *const texts[] = {m->account,    m->folder,    m->name,    m->taken_reason, m->verdict,
                         m->class,      m->cause,     m->status,  m->disposition,  m->reasons,
                         m->from,       m->from_name, m->subject, m->message_id,   m->answers,
                         m->words,      m->recipient, m->dmarc,   m->signature,    m->sender,
                         m->matched_by, m->reason};
  for (gsize i = 0; i < G_N_ELEMENTS(texts); i++)
    g_free(texts[i]);
  g_free(m);
}

int inbound_message_find(Link *link, gint64 clearance, gint64 id, InboundMessage **ret, GError **error) {
  char text[IDENT_SIZE];
  int r = inbound_rows_find(link, clearance, id, ret, error);
  if (r > 0)
    return fault(error, FAULT_ABSENT, "%s: there is no such message; `valise inbound list` shows them",
                 ident_into(IDENT_INBOUND, id, text));
  return r;
}

int inbound_message_list(Link *link, gint64 clearance, const InboundFilter *filter, GPtrArray **ret,
                         GError **error) {
  g_autoptr(GPtrArray) list = g_ptr_array_new_with_free_func((GDestroyNotify)inbound_message_free);
  int r = inbound_rows_list(link, clearance, filter, list, error);
  if (r == 0)
    *ret = g_steal_pointer(&list);
  return r;
}

int inbound_message_text(Link *link, gint64 id, char **ret_text, char **ret_attachments, GError **error) {
  return inbound_rows_text(link, id, ret_text, ret_attachments, error);
}

int inbound_message_count(Link *link, gint64 clearance, gint64 contact, gint64 *ret, GError **error) {
  return inbound_rows_count_of_contact(link, clearance, contact, ret, error);
}

int inbound_message_counts(Link *link, InboundCounts *ret, GError **error) {
  return inbound_rows_counts(link, ret, error);
}

/* ---- words ---- */

static int index_of(const char *word, const char *(*name)(int), int last) {
  for (int i = 0; word != NULL && i <= last; i++)
    if (strcmp(name(i), word) == 0)
      return i;
  return 0;
}

static const char *kind_name(int i) {
  return verdict_kind_name((enum verdict_kind)i);
}

enum verdict_kind inbound_message_kind(const InboundMessage *m) {
  return (enum verdict_kind)index_of(m->verdict, kind_name, VERDICT_UNSUBSCRIBE);
}

static const char *class_name(int i) {
  return verdict_class_name((enum verdict_class)i);
}

enum verdict_class inbound_message_class(const InboundMessage *m) {
  return (enum verdict_class)index_of(m->class, class_name, CLASS_DELAYED);
}

static const char *cause_name(int i) {
  return verdict_cause_name((enum verdict_cause)i);
}

enum verdict_cause inbound_message_cause(const InboundMessage *m) {
  return (enum verdict_cause)index_of(m->cause, cause_name, CAUSE_SYSTEM);
}

static const char *disposition_name(int i) {
  return verdict_disposition_name((enum verdict_disposition)i);
}

enum verdict_disposition inbound_message_disposition(const InboundMessage *m) {
  return (enum verdict_disposition)index_of(m->disposition, disposition_name, DISPOSITION_OTHER);
}

gboolean inbound_message_has_reason(const InboundMessage *m, enum verdict_reason reason) {
  g_auto(GStrv) names = g_strsplit(m->reasons != NULL ? m->reasons : "", ",", -1);
  return g_strv_contains((const char *const *)names, verdict_reason_name(reason));
}

gint64 inbound_message_moment(const InboundMessage *m) {
  return m->received_at != 0 ? MIN(m->received_at, m->taken_at) : m->taken_at;
}
