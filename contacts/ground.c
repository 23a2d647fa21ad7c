/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "contacts/ground.h"

#include "base/fault.h"
#include "base/text.h"
#include "contacts/area.h"
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
  gint64 id;
} GroundWork;

static char *entry_text(const Ground *g) {
  char digest[DIGEST_HEX_SIZE] = "";
  if (g->file_name != NULL)
    digest_hex(&g->file, digest);
  return g_strdup_printf("%s%s%s: %s%s%s", kinds[g->kind], g->area != NULL ? " in " : "",
                         g->area != NULL ? g->area : "", g->evidence, *digest != '\0' ? ", file " : "",
                         digest);
}

static int add(Revision *revision, gpointer data, GError **error) {
  GroundWork *work = data;
  g_autoptr(ContactVersion) version = NULL;
  int r = contact_rows_load_visible(revision, work->ground.contact, &version, error);
  if (r == 0 && version->card->kind == CONTACT_PERSON)
    r = fault(error, FAULT_RULE, "only offices and organisations have grounds; note it with the office");
  if (r == 0 && version->card->standing == CONTACT_ERASED)
    r = fault(error, FAULT_RULE, "the contact was erased at its wish; nothing more is noted about it");
  if (r == 0)
    r = ground_rows_add(revision, &work->ground, work->ground.file_name != NULL, &work->id, error);
  if (r == GROUND_THERE)
    r = fault(error, FAULT_RULE,
              "a ground of this kind is noted for this area already; change it with a file or `set`");
  revision_note(revision, ENTRY_GROUND_ADDED, work->ground.contact, entry_text(&work->ground));
  return r;
}

int ground_add(const Contacts *contacts, const Actor *actor, gint64 contact, enum ground_kind kind,
               const char *area, const char *evidence, Day date, gint64 *ret_id, GError **error) {
  Ground ground = {.contact = contact, .kind = kind, .area = area, .evidence = evidence, .date = date};
  return ground_note(contacts, actor, &ground, ret_id, error);
}

static int check_ground(const Ground *ground, GError **error) {
  int r = ground->area != NULL ? text_check_line("area", ground->area, -1, TEXT_NAME_MAX, error) : 0;
  if (r == 0 && text_blank(ground->evidence))
    r = fault(error, FAULT_INPUT, "a ground needs its evidence: a letter, a law, a speech, with its place");
  if (r == 0)
    r = text_check_line("evidence", ground->evidence, -1, TEXT_LINE_MAX, error);
  if (r == 0 && ground->file_name != NULL)
    r = text_check_line("name of the evidence file", ground->file_name, -1, TEXT_NAME_MAX, error);
  return r;
}

/* LINK: of the unit that it is part of; NULL for one of its own. */
static int note(const Contacts *contacts, Link *link, const Actor *actor, const Ground *ground,
                gint64 *ret_id, GError **error) {
  int r = check_ground(ground, error);
  if (r < 0)
    return r;
  gboolean placed = ground->area != NULL && !text_blank(ground->area);
  g_autofree char *area = placed ? area_code(contacts->states, ground->area) : NULL;
  g_autofree char *words = placed && area == NULL ? text_tidy(ground->area) : NULL;
  g_autofree char *evidence = text_tidy(ground->evidence);
  GroundWork work = {.ground = *ground};
  work.ground.area = area != NULL ? area : words;
  work.ground.evidence = evidence;
  r = link != NULL ? revision_within(contacts, link, actor, add, &work, error)
                   : revision_by_hand(contacts, actor, add, &work, error);
  *ret_id = work.id;
  return r;
}

int ground_note(const Contacts *contacts, const Actor *actor, const Ground *ground, gint64 *ret_id,
                GError **error) {
  return note(contacts, NULL, actor, ground, ret_id, error);
}

int ground_note_within(const Contacts *contacts, Link *link, const Actor *actor, const Ground *ground,
                       gint64 *ret_id, GError **error) {
  return note(contacts, link, actor, ground, ret_id, error);
}
