/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "contacts/membership.h"

#include "base/fault.h"
#include "base/ident.h"
#include "base/text.h"
#include "contacts/contact_rows.h"

typedef struct {
  const Membership *wanted;
  gint64 id;
} MembershipWork;

static int check_sides(Revision *revision, const Membership *wanted, GError **error) {
  g_autoptr(ContactVersion) member = NULL;
  g_autoptr(ContactVersion) organisation = NULL;
  char id[IDENT_SIZE];
  int r = contact_rows_load_visible(revision, wanted->member, &member, error);
  if (r == 0 && wanted->organisation != 0)
    r = contact_rows_load_visible(revision, wanted->organisation, &organisation, error);
  if (r < 0)
    return r;
  ident_into(IDENT_CONTACT, wanted->member, id);
  if (member->card->standing == CONTACT_ERASED)
    return fault(error, FAULT_RULE, "%s was erased at its wish; nothing more is noted about it", id);
  if (member->card->kind == CONTACT_OFFICE)
    return fault(error, FAULT_RULE, "%s is an office, which belongs to nobody; note it of its holder", id);
  if (wanted->organisation == wanted->member)
    return fault(error, FAULT_RULE, "%s cannot belong to itself; name the organisation", id);
  if (organisation != NULL && organisation->card->kind != CONTACT_ORGANISATION)
    return fault(error, FAULT_RULE, "%s is no organisation; one belongs to organisations only",
                 ident_into(IDENT_CONTACT, wanted->organisation, id));
  return 0;
}

static char *entry_text(const Membership *m, const char *role) {
  char member[IDENT_SIZE], organisation[IDENT_SIZE], from[DAY_TEXT_SIZE], to[DAY_TEXT_SIZE];
  return g_strdup_printf(
      "%s belongs to %s%s%s, from %s to %s", ident_into(IDENT_CONTACT, m->member, member),
      m->organisation != 0 ? ident_into(IDENT_CONTACT, m->organisation, organisation) : "the association",
      role != NULL ? " as " : "", role != NULL ? role : "",
      m->from != 0 ? day_text(m->from, from) : "some day", m->to != 0 ? day_text(m->to, to) : "now");
}

static int note(Revision *revision, gpointer data, GError **error) {
  MembershipWork *work = data;
  Membership to = {0}, asked = *work->wanted;
  g_autofree char *role = NULL;
  int r = check_sides(revision, work->wanted, error);
  /* One that is over is meant by its own days only: who left may come back. */
  asked.from = asked.from != 0 ? asked.from : revision->today;
  if (r == 0)
    r = membership_rows_find(revision->link, &asked, &to, &role, error);
  if (r < 0)
    return r;
  if (r > 0)
    to = (Membership){.member = work->wanted->member, .organisation = work->wanted->organisation};
  to.role = work->wanted->role != NULL ? work->wanted->role : role;
  to.from = work->wanted->from != 0 ? work->wanted->from : to.from;
  to.to = work->wanted->to != 0 ? work->wanted->to : to.to;
  if (to.to != 0 && to.to < to.from)
    return fault(error, FAULT_INPUT, "the membership would end before it begins; correct one of the days");
  r = membership_rows_save(revision->link, &to, revision->user, revision->now, &work->id, error);
  /* What concerns an organisation is not for those who see attendees alone. */
  revision_note(revision, ENTRY_CONTACT_CHANGED, to.organisation != 0 ? to.organisation : to.member,
                entry_text(&to, to.role));
  return r;
}

int membership_note(const Contacts *contacts, const Actor *actor, const Membership *membership,
                    gint64 *ret_id, GError **error) {
  MembershipWork work = {.wanted = membership};
  int r = membership->role != NULL ? text_check_line("role", membership->role, -1, TEXT_NAME_MAX, error) : 0;
  if (r == 0)
    r = revision_by_hand(contacts, actor, note, &work, error);
  *ret_id = work.id;
  return r;
}
