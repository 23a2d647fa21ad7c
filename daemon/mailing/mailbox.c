/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "mailing/mailbox.h"

#include <string.h>

#include "base/fault.h"
#include "base/ident.h"
#include "contacts/eligibility.h"
#include "journal/entry.h"
#include "mail/address.h"
#include "mailing/mailbox_rows.h"
#include "mailing/permit.h"
#include "mailing/roll_rows.h"

static const char *const names[MAILBOX_CHOICES] = {"rule", "one", "each", "covering-note"};

const char *mailbox_choice_name(enum mailbox_choice choice) {
  return names[choice];
}

gboolean mailbox_choice_parse(const char *name, enum mailbox_choice *ret) {
  for (int i = 0; i < MAILBOX_CHOICES; i++)
    if (g_strcmp0(name, names[i]) == 0) {
      *ret = (enum mailbox_choice)i;
      return TRUE;
    }
  return FALSE;
}

void mailbox_choice_free(MailboxChoice *choice) {
  if (choice == NULL)
    return;
  g_free(choice->address);
  g_free(choice);
}

void mailbox_free(Mailbox *mailbox) {
  if (mailbox == NULL)
    return;
  g_free(mailbox->choice.address);
  g_clear_pointer(&mailbox->lines, g_ptr_array_unref);
  g_free(mailbox);
}

/* ---- reading ---- */

int mailbox_choices(Link *link, gint64 mailing, GPtrArray **ret, GError **error) {
  g_autoptr(GPtrArray) choices = g_ptr_array_new_with_free_func((GDestroyNotify)mailbox_choice_free);
  int r = mailbox_rows_choices(link, mailing, choices, error);
  if (r == 0)
    *ret = g_steal_pointer(&choices);
  return r;
}

static int read_mailbox(Link *link, gint64 clearance, const Mailing *m, const char *address, GPtrArray *to,
                        GError **error) {
  Mailbox *mailbox = g_new0(Mailbox, 1);
  g_ptr_array_add(to, mailbox);
  int r = mailbox_rows_choice(link, m->id, address, &mailbox->choice, error);
  if (r > 0)
    mailbox->choice.address = g_strdup(address);
  return r < 0 ? r
               : roll_rows_of_mailbox(link, clearance, m->generation, address, MAILBOX_WITH_MAX,
                                      &mailbox->lines, error);
}

int mailbox_list(Link *link, gint64 clearance, gint64 mailing, const char *after, gint64 limit,
                 GPtrArray **ret, GError **error) {
  g_autoptr(Mailing) m = NULL;
  g_autoptr(GPtrArray) addresses = g_ptr_array_new_with_free_func(g_free);
  g_autoptr(GPtrArray) mailboxes = g_ptr_array_new_with_free_func((GDestroyNotify)mailbox_free);
  int r = mailing_find(link, clearance, mailing, &m, error);
  if (r == 0)
    r = mailbox_rows_addresses(link, clearance, mailing, m->generation, after, limit, addresses, error);
  for (guint i = 0; r == 0 && i < addresses->len; i++)
    r = read_mailbox(link, clearance, m, g_ptr_array_index(addresses, i), mailboxes, error);
  if (r == 0)
    *ret = g_steal_pointer(&mailboxes);
  return r;
}

/* Who is held for a reason of his own may share his mailbox as well; who is excluded for one gets nothing
 * there. */
static gboolean concerns(const Addressee *line) {
  return line->address != NULL && (line->offices != NULL || line->state == ADDRESSEE_HELD ||
                                   g_strcmp0(line->reason, reason_name(REASON_SAME_MAILBOX)) == 0 ||
                                   g_strcmp0(line->reason, reason_name(REASON_COVERED)) == 0);
}

int mailbox_with(Link *link, gint64 clearance, const Addressee *line, GPtrArray **ret, GError **error) {
  if (!concerns(line)) {
    *ret = g_ptr_array_new();
    return 0;
  }
  g_autoptr(GPtrArray) lines = NULL;
  int r = roll_rows_of_mailbox(link, clearance, line->generation, line->address, MAILBOX_WITH_MAX + 1, &lines,
                               error);
  if (r < 0)
    return r;
  for (guint i = lines->len; i > 0; i--)
    if (((const Addressee *)g_ptr_array_index(lines, i - 1))->id == line->id)
      g_ptr_array_remove_index(lines, i - 1);
  g_ptr_array_set_size(lines, (gint)MIN(lines->len, MAILBOX_WITH_MAX));
  *ret = g_steal_pointer(&lines);
  return 0;
}

/* ---- what a choice makes of a roll ---- */

static int put_aside(Link *link, const Addressee *line, enum addressee_state state, enum reason reason,
                     const char *detail, GError **error) {
  return mailbox_rows_set_aside(link, line->id, state, reason_name(reason), detail, error);
}

static const Addressee *line_of(const GPtrArray *lines, gint64 contact) {
  for (guint i = 0; i < lines->len; i++) {
    const Addressee *line = g_ptr_array_index(lines, i);
    if (line->contact == contact)
      return line;
  }
  return NULL;
}

/* The one that was chosen may have another address by now, or must not be written to: then nobody knows which
 * of the others is meant. */
static int settle_one(Link *link, const GPtrArray *lines, gint64 contact, GError **error) {
  const Addressee *chosen = line_of(lines, contact);
  char id[IDENT_SIZE];
  ident_into(IDENT_CONTACT, contact, id);
  g_autofree char *detail = chosen != NULL
                                ? g_strdup_printf("%s was chosen for this address", id)
                                : g_strdup_printf("%s was chosen for this address and is not written to at "
                                                  "it; choose again",
                                                  id);
  int r = 0;
  for (guint i = 0; r == 0 && i < lines->len; i++) {
    const Addressee *line = g_ptr_array_index(lines, i);
    if (line != chosen)
      r = put_aside(link, line, chosen != NULL ? ADDRESSEE_EXCLUDED : ADDRESSEE_HELD, REASON_SAME_MAILBOX,
                    detail, error);
  }
  return r;
}

/* The first that nothing stands against carries the note for all. */
static int settle_note(Link *link, const GPtrArray *lines, GError **error) {
  const Addressee *carrier = NULL;
  g_autoptr(GString) offices = g_string_new(NULL);
  gboolean restricted = FALSE;
  for (guint i = 0; i < lines->len; i++) {
    const Addressee *line = g_ptr_array_index(lines, i);
    if (carrier == NULL && line->state == ADDRESSEE_INCLUDED)
      carrier = line;
    restricted = restricted || line->restricted;
    g_string_append_printf(offices, "%s%s", i > 0 ? "\n" : "",
                           line->to_name != NULL ? line->to_name : line->name);
  }
  if (carrier == NULL || lines->len < 2)
    return 0;
  char id[IDENT_SIZE];
  g_autofree char *detail =
      g_strdup_printf("the note goes to %s", ident_into(IDENT_CONTACT, carrier->contact, id));
  int r = mailbox_rows_carry(link, carrier->id, offices->str, restricted, error);
  for (guint i = 0; r == 0 && i < lines->len; i++) {
    const Addressee *line = g_ptr_array_index(lines, i);
    if (line != carrier)
      r = put_aside(link, line, ADDRESSEE_EXCLUDED, REASON_COVERED, detail, error);
  }
  return r;
}

int mailbox_settle(Link *link, gint64 roll, const MailboxChoice *choice, GError **error) {
  g_autoptr(GPtrArray) lines = NULL;
  int r = roll_rows_of_mailbox(link, 1, roll, choice->address, STORE_CHUNK, &lines, error);
  if (r < 0)
    return r;
  for (guint i = lines->len; i > 0; i--)
    if (((const Addressee *)g_ptr_array_index(lines, i - 1))->state == ADDRESSEE_EXCLUDED)
      g_ptr_array_remove_index(lines, i - 1);
  switch (choice->choice) {
  case MAILBOX_ONE:
    return settle_one(link, lines, choice->contact, error);
  case MAILBOX_NOTE:
    return settle_note(link, lines, error);
  default:
    return 0;
  }
}

int mailbox_note_languages(Link *link, gint64 mailing, gint64 generation, guint *ret, GError **error) {
  g_autoptr(GPtrArray) choices = NULL;
  int r = mailbox_choices(link, mailing, &choices, error);
  *ret = 0;
  for (guint i = 0; r == 0 && i < choices->len; i++) {
    const MailboxChoice *choice = g_ptr_array_index(choices, i);
    g_autoptr(GPtrArray) lines = NULL;
    if (choice->choice == MAILBOX_NOTE)
      r = roll_rows_of_mailbox(link, 1, generation, choice->address, STORE_CHUNK, &lines, error);
    for (guint j = 0; r == 0 && lines != NULL && j < lines->len; j++) {
      const Addressee *line = g_ptr_array_index(lines, j);
      enum language language = LANGUAGE_FR;
      if (line->offices != NULL && language_parse(line->language, &language))
        *ret |= LANGUAGE_BIT(language);
    }
  }
  return r;
}

/* ---- choosing ---- */

typedef struct {
  Desk *desk;
  const Actor *actor;
  gint64 mailing;
  MailboxChoice choice;
} Choosing;

static int check_shared(Link *link, const Choosing *c, const Mailing *m, GError **error) {
  g_autoptr(GPtrArray) lines = NULL;
  int r = roll_rows_of_mailbox(link, actor_clearance(c->actor), m->generation, c->choice.address, STORE_CHUNK,
                               &lines, error);
  if (r < 0 || c->choice.choice == MAILBOX_BY_RULE)
    return r;
  char id[IDENT_SIZE], contact[IDENT_SIZE];
  ident_into(IDENT_MAILING, m->id, id);
  if (lines->len < 2)
    return fault(
        error, FAULT_RULE,
        "%s: no two on the roll of %s have this address; `valise mailings mailbox %s` lists those that "
        "several have",
        c->choice.address, id, id);
  if (c->choice.choice == MAILBOX_ONE && line_of(lines, c->choice.contact) == NULL)
    return fault(error, FAULT_RULE, "%s: %s is not among those of %s who have this address",
                 c->choice.address, ident_into(IDENT_CONTACT, c->choice.contact, contact), id);
  return 0;
}

static int check_state(const Mailing *m, GError **error) {
  char id[IDENT_SIZE];
  if (mailing_may_change(m->state, MAILING_DRAFT) && m->state != MAILING_SCHEDULED && !m->releasing)
    return 0;
  return fault(error, FAULT_RULE, "%s is %s and cannot be changed any more; cancel it and create another",
               ident_into(IDENT_MAILING, m->id, id), mailing_state_name(m->state));
}

static int note_choice(const Choosing *c, Link *link, const Mailing *m, GError **error) {
  g_autoptr(GString) facts = g_string_new(NULL);
  entry_fact(facts, "choice", mailbox_choice_name(c->choice.choice));
  Entry entry = {.kind = ENTRY_MAILBOX_CHOSEN,
                 .user = c->actor->name,
                 .mailing = m->id,
                 .contact = c->choice.contact,
                 .text = c->choice.address,
                 .facts = facts->str,
                 .restricted = m->restricted};
  return journal_add(desk_journal(c->desk), link, &entry, error);
}

static int choose_unit(Link *link, gpointer data, GError **error) {
  const Choosing *c = data;
  g_autoptr(Mailing) m = NULL;
  int r = mailing_find(link, actor_clearance(c->actor), c->mailing, &m, error);
  if (r == 0)
    r = check_state(m, error);
  if (r == 0)
    r = check_shared(link, c, m, error);
  if (r == 0)
    r = c->choice.choice == MAILBOX_BY_RULE
            ? mailbox_rows_take_back(link, c->mailing, c->choice.address, error)
            : mailbox_rows_put(link, c->mailing, &c->choice, error);
  if (r == 0)
    r = note_choice(c, link, m, error);
  if (r < 0)
    return r;
  return mailing_reopen(c->desk, link, c->actor, m, "another choice was made about a mailbox", error);
}

int mailbox_choose(Desk *desk, const Actor *actor, gint64 mailing, const char *address,
                   enum mailbox_choice choice, gint64 contact, RollCount *ret, GError **error) {
  g_autoptr(Address) parsed = NULL;
  int r = permit_check(actor, PERMIT_PREPARE, "choosing about a mailbox", error);
  if (r == 0)
    r = address_parse(address, ADDRESS_SINGLE_LABEL, &parsed, error);
  if (r < 0)
    return r;
  if ((choice == MAILBOX_ONE) != (contact != 0))
    return fault(error, FAULT_INPUT, "choose: \"one\" names the contact, and nothing else does");
  Choosing choosing = {desk, actor, mailing, {parsed->send, choice, contact}};
  r = store_write(desk_store(desk), choose_unit, &choosing, error);
  return r < 0 ? r : roll_make(desk, actor, mailing, ret, error);
}
