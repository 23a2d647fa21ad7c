/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "api/contact_json.h"
#include "api/handlers.h"
#include "api/user.h"
#include "base/fault.h"
#include "base/text.h"
#include "contacts/contact.h"
#include "mailing/trial.h"

/* His own, as an admin noted it; root over the socket has none. */
static int own_mailbox(const Ask *ask, Link *link, char **ret, GError **error) {
  g_autoptr(User) user = NULL;
  int r = ask->actor->id != 0 ? user_find(link, ask->actor->name, &user, error) : 0;
  if (r < 0)
    return r;
  if (user != NULL && user->email != NULL) {
    *ret = g_strdup(user->email);
    return 0;
  }
  return fault(
      error, FAULT_RULE,
      "a test goes to your own address alone, and none is noted for %s; an admin says: valise users add "
      "NAME --role ROLE --email ADDRESS",
      ask->actor->name);
}

static int contact_named(const Ask *ask, Link *link, gint64 *ret, GError **error) {
  const char *name;
  *ret = 0;
  int r = ask_text(ask, "contact", TEXT_NAME_MAX, &name, error);
  return r < 0 ? r : contact_json_number(ask, link, name, ret, error);
}

static json_t *trial_json(const Trial *t) {
  const Outcome *o = &t->outcome;
  return json_pack("{s:s, s:s, s:s, s:s?, s:s, s:s?, s:s?}", "to", t->to, "message_id", t->message_id,
                   "language", t->language, "relay", t->relay, "outcome", outcome_kind_name(o->kind),
                   "status", o->status, "reply", o->reply != NULL ? o->reply : o->trouble);
}

/* Whatever the relay made of it is the answer. */
int trials_api_send(Ask *ask, GError **error) {
  static const char *const known[] = {"contact", "language", NULL};
  g_autoptr(Link) link = NULL;
  g_autofree char *mailbox = NULL;
  g_auto(Trial) trial = {0};
  const char *language;
  gint64 id, contact = 0;
  int r = ask_fields(ask, known, error);
  if (r == 0)
    r = ask_id(ask, IDENT_MAILING, &id, error);
  if (r == 0)
    r = ask_text(ask, "language", TEXT_NAME_MAX, &language, error);
  if (r == 0)
    r = store_read(ask->house->store, &link, error);
  if (r == 0)
    r = contact_named(ask, link, &contact, error);
  if (r == 0)
    r = own_mailbox(ask, link, &mailbox, error);
  g_clear_pointer(&link, link_return);
  if (r == 0)
    r = trial_send(ask->house->desk, ask->actor, mailbox, id, contact, language, &trial, error);
  return r < 0 ? r : ask_respond(ask, 200, trial_json(&trial));
}
