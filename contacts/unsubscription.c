/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "contacts/unsubscription.h"

#include "base/fault.h"
#include "base/ident.h"

typedef struct {
  const Contacts *contacts;
  const Actor *actor;
  const Unsubscription *what;
  gboolean restricted; /* the contact is */
} Work;

static int check_contact(Link *link, Work *work, GError **error) {
  g_autoptr(Contact) contact = NULL;
  char id[IDENT_SIZE];
  int r = contact_find(link, work->what->contact, actor_clearance(work->actor), &contact, error);
  if (r == 0 && contact->kind != CONTACT_PERSON)
    r = fault(
        error, FAULT_RULE,
        "%s is written to by protocol, not by category; note an objection with `valise contacts object %s`",
        ident_into(IDENT_CONTACT, contact->id, id), id);
  work->restricted = r == 0 && contact->restricted != 0;
  return r;
}

static int note(Link *link, const Work *work, enum entry_kind kind, GError **error) {
  const Unsubscription *what = work->what;
  g_autofree char *text = g_strdup_printf("%s mail", what->category);
  Entry entry = {.kind = kind,
                 .user = work->actor->name,
                 .contact = what->contact,
                 .mailing = what->mailing,
                 .delivery = what->delivery,
                 .text = text,
                 .restricted = work->restricted};
  return journal_add(work->contacts->journal, link, &entry, error);
}

static int work_note(Link *link, gpointer data, GError **error) {
  Work *work = data;
  gboolean stands = FALSE;
  int r = check_contact(link, work, error);
  if (r == 0)
    r = unsubscription_stands(link, work->what->contact, work->what->address, work->what->category, &stands,
                              error);
  if (r < 0 || stands)
    return r < 0 ? r : 1;
  r = unsubscription_rows_insert(link, work->what, clock_wall(work->contacts->clock), error);
  return r < 0 ? r : note(link, work, ENTRY_UNSUBSCRIBED, error);
}

int unsubscription_note(const Contacts *contacts, const Actor *actor, const Unsubscription *what,
                        GError **error) {
  Work work = {contacts, actor, what, FALSE};
  return store_write(contacts->store, work_note, &work, error);
}

int unsubscription_note_within(const Contacts *contacts, Link *link, const Actor *actor,
                               const Unsubscription *what, GError **error) {
  Work work = {contacts, actor, what, FALSE};
  return work_note(link, &work, error);
}

static int work_withdraw(Link *link, gpointer data, GError **error) {
  Work *work = data;
  int r = check_contact(link, work, error);
  if (r == 0)
    r = unsubscription_rows_end(link, work->what, clock_wall(work->contacts->clock), error);
  if (r <= 0)
    return r < 0 ? r : 1;
  return note(link, work, ENTRY_RESUBSCRIBED, error);
}

int unsubscription_withdraw(const Contacts *contacts, const Actor *actor, const Unsubscription *what,
                            GError **error) {
  Work work = {contacts, actor, what, FALSE};
  return store_write(contacts->store, work_withdraw, &work, error);
}
