/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "inbound/reply.h"

#include <string.h>

#define UNSUBSCRIBE_TEXT_MAX 200 /* bytes: more is a letter that a person must read */

static gboolean is_the_word(const char *text) {
  static const char *const words[] = {
      "unsubscribe",   "désinscription", "desinscription",     "désabonnement", "se désabonner",
      "darse de baja", "dar de baja",    "cancelar inscrição", "descadastrar",  "abmelden"};
  g_autofree char *low = g_utf8_strdown(text, -1);
  g_strstrip(low);
  for (gsize i = 0; i < G_N_ELEMENTS(words); i++)
    if (g_str_equal(low, words[i]))
      return TRUE;
  return FALSE;
}

gboolean reply_asks_unsubscribe(const Parts *parts, Verdict *verdict) {
  if (verdict->subject == NULL || !is_the_word(verdict->subject))
    return FALSE;
  g_autofree char *body = parts_body(parts);
  g_strstrip(body);
  if (strlen(body) > UNSUBSCRIBE_TEXT_MAX)
    return FALSE;
  verdict->kind = VERDICT_UNSUBSCRIBE;
  verdict_add_reason(verdict, REASON_UNSUBSCRIBE_SUBJECT);
  return TRUE;
}

/* A list on which somebody answers us is a reply all the same: only what answers nothing is post to many. */
static gboolean is_bulk(const Parts *parts) {
  g_autofree char *precedence = parts_field(parts, "Precedence");
  g_autofree char *leave = parts_field(parts, "List-Unsubscribe");
  return leave != NULL || (precedence != NULL && (g_ascii_strcasecmp(precedence, "bulk") == 0 ||
                                                  g_ascii_strcasecmp(precedence, "junk") == 0));
}

void reply_read(const Parts *parts, Verdict *verdict) {
  verdict->kind = VERDICT_REPLY;
  if (verdict->references->len > 0) {
    verdict_add_reason(verdict, REASON_THREAD);
    return;
  }
  enum verdict_reason reason = verdict->from == NULL ? REASON_NO_SENDER
                               : is_bulk(parts)      ? REASON_BULK
                                                     : REASON_PERSON;
  if (reason != REASON_PERSON)
    verdict->kind = VERDICT_UNKNOWN;
  verdict_add_reason(verdict, reason);
}
