/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "api/mailboxes_json.h"

static json_t *time_or_null(gint64 at) {
  return at != 0 ? ask_time(at) : json_null();
}

static json_t *mailbox_json(const Ask *ask, const MailboxState *m) {
  json_t *mailbox =
      json_pack("{s:s, s:s, s:s, s:b, s:o, s:b, s:s?, s:o}", "name", m->name, "url", m->url, "after",
                m->after, "read", m->is_read, "passed_at", time_or_null(m->passed_at), "alarm",
                m->is_alarming, "trouble", m->trouble, "trouble_since", time_or_null(m->trouble_since));
  /* Answers of offices are among them. */
  if (ask_clearance(ask) > 0)
    json_object_set_new(mailbox, "taken", json_integer(m->taken));
  return mailbox;
}

static GPtrArray *states_of(const Ask *ask) {
  const MailWatch *watch = &ask->house->mailboxes;
  return watch->states != NULL ? watch->states(watch->self) : g_ptr_array_new();
}

json_t *mailboxes_json(const Ask *ask) {
  g_autoptr(GPtrArray) states = states_of(ask);
  json_t *list = json_array();
  for (guint i = 0; i < states->len; i++)
    json_array_append_new(list, mailbox_json(ask, states->pdata[i]));
  return list;
}

void mailboxes_json_warn(const Ask *ask, json_t *to) {
  g_autoptr(GPtrArray) states = states_of(ask);
  for (guint i = 0; i < states->len; i++) {
    const MailboxState *m = states->pdata[i];
    if (m->is_alarming)
      json_array_append_new(
          to, json_sprintf("the mailbox %s could not be read for long, and answers wait there: %s; `valise "
                           "doctor` looks again",
                           m->name, m->trouble != NULL ? m->trouble : "it does not answer"));
  }
}
