/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "outbox/outbox_aside.h"

#include "outbox/outbox_private.h"

static int finish(Session *session, AsideIntent intend, gpointer data, const char *relay, Outcome *ret,
                  GError **error) {
  int r = intend != NULL ? intend(relay, data, error) : 0;
  if (r < 0)
    session_abandon(session);
  else
    session_finish(session, ret);
  return r;
}

/* A relay that cannot be used says nothing about the message: the next is tried. */
int outbox_aside_intended(Outbox *outbox, const Message *message, AsideIntent intend, gpointer data,
                          const char **ret_relay, Outcome *ret, GError **error) {
  int r = 1;
  ret->relay_down = TRUE;
  for (const Relay *const *relay = outbox->options.relays; *relay != NULL && r == 1 && ret->relay_down;
       relay++) {
    outcome_clear(ret);
    *ret_relay = relay_name(*relay);
    g_autoptr(Session) session = session_new(*relay, NULL);
    r = session_offer(session, message, ret, error);
    if (r == 0)
      r = finish(session, intend, data, *ret_relay, ret, error);
  }
  return MIN(r, 0);
}

int outbox_aside(Outbox *outbox, const Message *message, const char **ret_relay, Outcome *ret,
                 GError **error) {
  return outbox_aside_intended(outbox, message, NULL, NULL, ret_relay, ret, error);
}
