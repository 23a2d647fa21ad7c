/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "outbox/outbox_aside.h"

#include "outbox/outbox_private.h"

/* A relay that cannot be used says nothing about the message: the next is tried. */
int outbox_aside(Outbox *outbox, const Message *message, const char **ret_relay, Outcome *ret,
                 GError **error) {
  int r = 1;
  ret->relay_down = TRUE;
  for (const Relay *const *relay = outbox->options.relays; *relay != NULL && r == 1 && ret->relay_down;
       relay++) {
    outcome_clear(ret);
    *ret_relay = relay_name(*relay);
    g_autoptr(Session) session = session_new(*relay, NULL);
    r = session_offer(session, message, ret, error);
    if (r == 0)
      session_finish(session, ret);
  }
  return MIN(r, 0);
}
