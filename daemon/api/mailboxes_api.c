/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "api/mailboxes_api.h"

#include "api/contact_json.h"
#include "api/handlers.h"
#include "api/mailings_api.h"
#include "base/fault.h"
#include "contacts/contact.h"
#include "mailing/mailbox.h"

static json_t *others_json(const GPtrArray *lines) {
  json_t *list = json_array();
  for (guint i = 0; i < lines->len; i++) {
    const Addressee *line = g_ptr_array_index(lines, i);
    json_array_append_new(
        list, json_pack("{s:o, s:s?, s:s, s:s?}", "contact", ask_ident(IDENT_CONTACT, line->contact), "name",
                        line->name, "state", addressee_state_name(line->state), "reason", line->reason));
  }
  return list;
}

json_t *mailboxes_api_with(const GPtrArray *lines) {
  return others_json(lines);
}

int mailboxes_api_add_with(const Ask *ask, Link *link, const Addressee *line, json_t *to, GError **error) {
  g_autoptr(GPtrArray) with = NULL;
  int r = mailbox_with(link, ask_clearance(ask), line, &with, error);
  if (r == 0)
    json_object_set_new(to, "with", others_json(with));
  return r;
}

static json_t *mailbox_json(const Mailbox *mailbox) {
  return json_pack("{s:s, s:s, s:o, s:o}", "address", mailbox->choice.address, "choice",
                   mailbox_choice_name(mailbox->choice.choice), "contact",
                   ask_ident(IDENT_CONTACT, mailbox->choice.contact), "contacts",
                   others_json(mailbox->lines));
}

int mailboxes_api_list(Ask *ask, GError **error) {
  static const char *const known[] = {"after", "limit", NULL};
  g_autoptr(Link) link = NULL;
  g_autoptr(GPtrArray) mailboxes = NULL;
  const char *after;
  gint64 mailing, limit = ASK_PAGE_MAX;
  int r = ask_query(ask, known, error);
  if (r == 0)
    r = ask_id(ask, IDENT_MAILING, &mailing, error);
  if (r == 0)
    r = ask_query_text(ask, "after", &after, error);
  if (r == 0)
    r = store_read(ask->house->store, &link, error);
  if (r == 0)
    r = mailbox_list(link, ask_clearance(ask), mailing, after, limit, &mailboxes, error);
  if (r < 0)
    return r;
  json_t *items = json_array();
  const Mailbox *last = NULL;
  for (guint i = 0; i < mailboxes->len; i++) {
    last = g_ptr_array_index(mailboxes, i);
    json_array_append_new(items, mailbox_json(last));
  }
  return ask_respond(
      ask, 200, ask_page_of(items, limit, last != NULL ? json_string(last->choice.address) : json_null()));
}

static int read_contact(const Ask *ask, gint64 *ret, GError **error) {
  const char *name = NULL;
  *ret = 0;
  int r = ask_text(ask, "contact", 200, &name, error);
  return r < 0 ? r : contact_json_find(ask, name, ret, error);
}

int mailboxes_api_choose(Ask *ask, GError **error) {
  static const char *const known[] = {"address", "choose", "contact", NULL};
  const char *address, *word;
  enum mailbox_choice choice = MAILBOX_BY_RULE;
  g_auto(RollCount) count = {0};
  gint64 mailing, contact;
  int r = ask_fields(ask, known, error);
  if (r == 0)
    r = ask_id(ask, IDENT_MAILING, &mailing, error);
  if (r == 0)
    r = ask_needed(ask, "address", 320, &address, error);
  if (r == 0)
    r = ask_needed(ask, "choose", 20, &word, error);
  if (r == 0 && !mailbox_choice_parse(word, &choice))
    r = fault(error, FAULT_INPUT, "choose: \"%s\" is none of one, each, covering-note and rule", word);
  if (r == 0)
    r = read_contact(ask, &contact, error);
  if (r == 0)
    r = mailbox_choose(ask->house->desk, ask->actor, mailing, address, choice, contact, &count, error);
  return r < 0 ? r : mailings_api_respond(ask, 200, mailing, NULL, 0, error);
}
