/* SPDX-License-Identifier: GPL-3.0-or-later */
/* overrides_api.c - the Board's written reason, signed perhaps by the approver who notes it */
#include "api/contact_json.h"
#include "api/handlers.h"
#include "api/user_key.h"
#include "base/fault.h"
#include "base/text.h"
#include "contacts/override.h"
#include "mailing/mailing.h"
#include "mailing/override_statement.h"

/* The fields that both routes have; the reason is the body's. */
static int read_fields(const Ask *ask, Override *ret, GError **error) {
  const char *mailing;
  int r = contact_json_target(ask, &ret->contact, error);
  if (r == 0)
    r = ask_needed(ask, "mailing", 40, &mailing, error);
  if (r == 0)
    r = ident_parse(IDENT_MAILING, mailing, &ret->mailing, error);
  if (r == 0)
    r = ask_needed(ask, "reason", TEXT_LINE_MAX, &ret->reason, error);
  return r;
}

/* Finds out, too, whether the asker may see contact and mailing. */
static int state(const Ask *ask, const Override *override, char **ret, GError **error) {
  g_autoptr(Link) link = NULL;
  int r = store_read(ask->house->store, &link, error);
  return r < 0 ? r
               : override_statement(ask->house->desk, link, ask_clearance(ask), override->contact,
                                    override->mailing, override->reason, ret, error);
}

int overrides_api_statement(Ask *ask, GError **error) {
  static const char *const known[] = {"mailing", "reason", NULL};
  g_autofree char *statement = NULL;
  Override override = {0};
  int r = ask_fields(ask, known, error);
  if (r == 0)
    r = read_fields(ask, &override, error);
  if (r == 0)
    r = state(ask, &override, &statement, error);
  return r < 0 ? r : ask_respond(ask, 200, json_pack("{s:s}", "statement", statement));
}

int overrides_api_add(Ask *ask, GError **error) {
  static const char *const known[] = {"mailing", "reason", "signature", NULL};
  const char *armour = NULL;
  g_autofree char *statement = NULL;
  g_autoptr(ActSignature) signature = NULL;
  Override override = {0};
  int r = ask_fields(ask, known, error);
  if (r == 0)
    r = read_fields(ask, &override, error);
  if (r == 0)
    r = ask_lines(ask, "signature", ACT_SIGNATURE_MAX, &armour, error);
  if (r == 0)
    r = state(ask, &override, &statement, error);
  if (r == 0 && armour != NULL)
    r = user_key_act(ask->house, ask->actor, armour, statement, &signature, error);
  override.signature = signature;
  override.statement = signature != NULL ? statement : NULL;
  if (r == 0)
    r = override_note(ask->house->contacts, ask->actor, &override, error);
  return r < 0 ? r : contact_json_respond(ask, 201, override.contact, error);
}
