/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "contacts/ground.h"

#include "base/fault.h"
#include "base/text.h"
#include "contacts/contact_rows.h"
#include "contacts/ground_rows.h"

static const char *const kinds[] = {"approval-expressed", "sse-promotion"};

const char *ground_kind_name(enum ground_kind kind) {
  return kinds[kind];
}

gboolean ground_kind_parse(const char *name, enum ground_kind *ret) {
  for (gsize i = 0; name != NULL && i < G_N_ELEMENTS(kinds); i++) {
    if (g_str_equal(kinds[i], name)) {
      *ret = (enum ground_kind)i;
      return TRUE;
    }
  }
  return FALSE;
}

typedef struct {
  Ground ground;
  gint64 id, mailing;
  const char *reason;
} GroundWork;

static int add(Revision *revision, gpointer data, GError **error) {
  GroundWork *work = data;
  g_autoptr(ContactVersion) version = NULL;
  int r = contact_rows_load_visible(revision, work->ground.contact, &version, error);
  if (r == 0 && version->card->kind == CONTACT_PERSON)
    r = fault(error, FAULT_RULE, "only offices and organisations have grounds; note it with the office");
  if (r == 0 && version->card->standing == CONTACT_ERASED)
    r = fault(error, FAULT_RULE, "the contact was erased at its wish; nothing more is noted about it");
  if (r == 0)
    r = ground_rows_add(revision, &work->ground, FALSE, &work->id, error);
  if (r == GROUND_THERE)
    r = fault(error, FAULT_RULE,
              "a ground of this kind is noted for this area already; change it with a file or `set`");
  revision_note(revision, ENTRY_GROUND_ADDED, work->ground.contact,
                g_strdup_printf("%s%s%s: %s", kinds[work->ground.kind],
                                work->ground.area != NULL ? " in " : "",
                                work->ground.area != NULL ? work->ground.area : "", work->ground.evidence));
  return r;
}

int ground_add(const Contacts *contacts, const Actor *actor, gint64 contact, enum ground_kind kind,
               const char *area, const char *evidence, Day date, gint64 *ret_id, GError **error) {
  int r = area != NULL ? text_check_line("area", area, -1, TEXT_NAME_MAX, error) : 0;
  if (r == 0 && text_blank(evidence))
    r = fault(error, FAULT_INPUT, "a ground needs its evidence: a letter, a law, a speech, with its place");
  if (r == 0)
    r = text_check_line("evidence", evidence, -1, TEXT_LINE_MAX, error);
  if (r < 0)
    return r;
  g_autofree char *tidy_area = area != NULL && !text_blank(area) ? text_tidy(area) : NULL;
  g_autofree char *tidy = text_tidy(evidence);
  GroundWork work = {
      .ground = {.contact = contact, .kind = kind, .area = tidy_area, .evidence = tidy, .date = date}};
  r = revision_by_hand(contacts, actor, add, &work, error);
  *ret_id = work.id;
  return r;
}

static int override(Revision *revision, gpointer data, GError **error) {
  GroundWork *work = data;
  g_autoptr(ContactVersion) version = NULL;
  int r = contact_rows_load_visible(revision, work->ground.contact, &version, error);
  if (r == 0)
    r = ground_rows_override(revision, work->ground.contact, work->mailing, work->reason, error);
  revision_note(revision, ENTRY_OVERRIDE_ADDED, work->ground.contact, g_strdup(work->reason));
  revision->entry_mailing = work->mailing;
  return r;
}

int ground_override(const Contacts *contacts, const Actor *actor, gint64 contact, gint64 mailing,
                    const char *reason, GError **error) {
  if (!actor_has(actor, ROLE_APPROVER))
    return fault(error, FAULT_FORBIDDEN, "only an approver speaks for the Board; ask one to note its reason");
  if (text_blank(reason))
    return fault(error, FAULT_INPUT, "the Board's reason is empty; write it down");
  int r = text_check_line("reason", reason, -1, TEXT_LINE_MAX, error);
  GroundWork work = {.ground = {.contact = contact}, .mailing = mailing, .reason = reason};
  return r == 0 ? revision_by_hand(contacts, actor, override, &work, error) : r;
}
