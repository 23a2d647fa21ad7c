/* SPDX-License-Identifier: GPL-3.0-or-later */
/* merges_api.c - one contact goes into another and comes out again; a person is erased */
#include "acknowledgement/acknowledgement.h"
#include "api/contact_json.h"
#include "api/handlers.h"
#include "base/fault.h"
#include "base/text.h"
#include "contacts/contact_ring.h"
#include "contacts/erase.h"
#include "contacts/merge.h"
#include "mailing/contact_mail.h"
#include "proposals/proposal.h"
#include "reply/erase.h"

typedef struct {
  gint64 kept, gone;
  gboolean dry_run;
} Two;

/* A contact that is there, or one that went into another and is asked for by its number. */
static int find(const Ask *ask, Link *link, const char *name, gboolean gone, gint64 *ret, GError **error) {
  g_auto(Merge) merge = {0};
  if (gone && ident_parse(IDENT_CONTACT, name, ret, NULL) == 0) {
    int r = merge_find(link, *ret, ask_clearance(ask), &merge, error);
    if (r <= 0)
      return r;
  }
  return contact_json_number(ask, link, name, ret, error);
}

static int read_two(const Ask *ask, gboolean gone, Two *to, GError **error) {
  static const char *const known[] = {"contact", "dry_run", NULL};
  g_autoptr(Link) link = NULL;
  const char *name;
  int r = ask_fields(ask, known, error);
  if (r == 0)
    r = ask_needed(ask, "contact", TEXT_NAME_MAX, &name, error);
  if (r == 0)
    r = ask_flag(ask, "dry_run", &to->dry_run, error);
  if (r == 0)
    r = store_read(ask->house->store, &link, error);
  if (r == 0)
    r = find(ask, link, request_argument(ask->request, "id"), FALSE, &to->kept, error);
  return r == 0 ? find(ask, link, name, gone, &to->gone, error) : r;
}

/* What is on its way would be held by its stamps; but who is two on a roll would be written to twice. */
static int check_mail(const Ask *ask, gint64 contact, gboolean any_line, const char *what, GError **error) {
  g_autoptr(Link) link = NULL;
  g_autofree char *mailings = NULL;
  char id[IDENT_SIZE];
  int r = store_read(ask->house->store, &link, error);
  if (r == 0)
    r = contact_mail_under_way(link, contact, any_line, &mailings, error);
  if (r != 0)
    return MIN(r, 0);
  return fault(error, FAULT_RULE,
               "mail to %s is on its way (%s), so it cannot be %s now; wait until it has left, or cancel it",
               ident_into(IDENT_CONTACT, contact, id), mailings, what);
}

static json_t *report_json(const Two *two, const MergeReport *r) {
  return json_pack("{s:o, s:o, s:b, s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:s?, s:b}", "kept",
                   ask_ident(IDENT_CONTACT, two->kept), "gone", ask_ident(IDENT_CONTACT, two->gone),
                   "dry_run", two->dry_run, "channels", (json_int_t)r->channels, "tenures",
                   (json_int_t)r->tenures, "grounds", (json_int_t)r->grounds, "lists", (json_int_t)r->lists,
                   "memberships", (json_int_t)r->memberships, "objections", (json_int_t)r->objections,
                   "set_aside", (json_int_t)r->shelved, "fields", r->fields, "objects", r->objects);
}

int merges_api_merge(Ask *ask, GError **error) {
  g_auto(MergeReport) report = {0};
  Two two = {0};
  int r = read_two(ask, FALSE, &two, error);
  if (r == 0)
    r = check_mail(ask, two.kept, FALSE, "merged", error);
  if (r == 0)
    r = check_mail(ask, two.gone, FALSE, "merged", error);
  if (r == 0)
    r = merge_contacts(ask->house->contacts, ask->actor, two.kept, two.gone, two.dry_run, &report, error);
  return r < 0 ? r : ask_respond(ask, 200, report_json(&two, &report));
}

int merges_api_undo(Ask *ask, GError **error) {
  Two two = {0};
  int r = read_two(ask, TRUE, &two, error);
  if (r == 0)
    r = check_mail(ask, two.kept, FALSE, "parted", error);
  if (r == 0)
    r = merge_undo(ask->house->contacts, ask->actor, two.kept, two.gone, two.dry_run, error);
  return r < 0 ? r
               : ask_respond(ask, 200,
                             json_pack("{s:o, s:o, s:b}", "kept", ask_ident(IDENT_CONTACT, two.kept), "gone",
                                       ask_ident(IDENT_CONTACT, two.gone), "dry_run", two.dry_run));
}

/* ---- erasing ---- */

static int erase_mail(Link *link, gint64 contact, const char *const *words, gpointer data, GError **error) {
  (void)data;
  int r = contact_mail_erase(link, contact, words, error);
  if (r == 0)
    r = acknowledgement_erase(link, contact, error);
  if (r == 0)
    r = proposal_erase(link, contact, words, error);
  return r < 0 ? r : erase_messages(link, contact, words, error);
}

static json_t *erased_json(gint64 id, gboolean dry_run, gboolean before, const EraseReport *r) {
  return json_pack("{s:o, s:b, s:b, s:I, s:I, s:I, s:I, s:I, s:I, s:b}", "id", ask_ident(IDENT_CONTACT, id),
                   "dry_run", dry_run, "erased_before", before, "channels", (json_int_t)r->channels, "lists",
                   (json_int_t)r->lists, "objections", (json_int_t)r->objections, "merged",
                   (json_int_t)r->merged, "entries", (json_int_t)r->entries, "tenures",
                   (json_int_t)r->tenures, "log_left", r->log_left);
}

int merges_api_erase(Ask *ask, GError **error) {
  static const char *const known[] = {"dry_run", NULL};
  EraseTerms terms = {.elsewhere = erase_mail};
  EraseReport report = {0};
  gint64 id = 0;
  int r = ask_fields(ask, known, error);
  if (r == 0)
    r = ask_flag(ask, "dry_run", &terms.dry_run, error);
  if (r == 0) {
    g_autoptr(Link) link = NULL;
    r = store_read(ask->house->store, &link, error);
    if (r == 0)
      r = find(ask, link, request_argument(ask->request, "id"), FALSE, &id, error);
  }
  if (r == 0)
    r = check_mail(ask, id, TRUE, "erased", error);
  if (r == 0)
    r = erase_contact(ask->house->contacts, ask->actor, id, &terms, &report, error);
  if (r == 0 && !terms.dry_run && erase_files(ask->house->intake, ask->house->store, error) < 0)
    return FAULT_SYSTEM;
  if (r == 0 && !terms.dry_run)
    contact_ring_forget(ask->house->ring);
  return r < 0 ? r : ask_respond(ask, 200, erased_json(id, terms.dry_run, r > 0, &report));
}
