/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "reply/assign.h"

#include <string.h>

#include "base/crash.h"
#include "base/fault.h"
#include "base/ident.h"
#include "base/text.h"
#include "contacts/ground.h"
#include "reply/handling.h"
#include "reply/placing.h"

typedef struct {
  const AssignHouse *house;
  const Actor *actor;
  gint64 message, delivery;
  enum acknowledgement_meaning meaning;
  char *by, *by_name; /* NULL: as the sender is known */
  const char *note, *reason, *ground;
} Work;

static void work_clear(Work *w) {
  g_free(w->by);
  g_free(w->by_name);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Work, work_clear)

/* ---- words ---- */

static int read_by(Work *w, const char *text, GError **error) {
  int r = text != NULL ? text_check_line("by", text, -1, TEXT_NAME_MAX, error) : 0;
  if (r == 0 && !text_blank(text))
    acknowledgement_read_by(text, &w->by, &w->by_name);
  return r;
}

static int read_words(Work *w, const AssignWords *words, GError **error) {
  w->meaning = MEANINGS;
  if (words->meaning != NULL) {
    w->meaning = acknowledgement_meaning_of(words->meaning);
    if (w->meaning == MEANINGS)
      return fault(error, FAULT_INPUT, "meaning: \"%s\" is none; `valise log kinds` shows them",
                   words->meaning);
  }
  int r = words->note != NULL ? text_check_line("note", words->note, -1, TEXT_LINE_MAX, error) : 0;
  w->note = text_blank(words->note) ? NULL : words->note;
  return r == 0 ? read_by(w, words->by, error) : r;
}

static int check_actor(const Actor *actor, GError **error) {
  if (actor_has(actor, ROLE_ORGANISER | ROLE_ADMIN))
    return 0;
  return fault(error, FAULT_FORBIDDEN, "what came in is filed by organisers and admins; %s is neither",
               actor->name);
}

/* ---- units ---- */

static int find(const Work *w, Link *link, InboundMessage **ret, GError **error) {
  char id[IDENT_SIZE];
  int r = inbound_message_find(link, actor_clearance(w->actor), w->message, ret, error);
  if (r == 0 && (*ret)->state == INBOUND_TAKEN)
    return fault(error, FAULT_RULE, "%s: was not read yet; wait a moment",
                 ident_into(IDENT_INBOUND, w->message, id));
  return r;
}

static Placing placing_of(const Work *w, InboundMessage *m) {
  return (Placing){.desk = w->house->desk,
                   .contacts = w->house->contacts,
                   .taker = w->house->taker,
                   .message = m,
                   .way = MATCH_PERSON,
                   .delivery = w->delivery,
                   .actor = w->actor,
                   .meaning = w->meaning,
                   .by = w->by,
                   .by_name = w->by_name,
                   .note = w->note};
}

static int assign_unit(Link *link, gpointer data, GError **error) {
  const Work *w = data;
  g_autoptr(InboundMessage) m = NULL;
  g_autoptr(DeliveryRow) row = NULL;
  int r = find(w, link, &m, error);
  if (r == 0)
    r = outbox_find(link, actor_clearance(w->actor), w->delivery, &row, error);
  if (r < 0)
    return r;
  Placing placing = placing_of(w, m);
  r = placing_undo(&placing, link, error);
  return r == 0 ? placing_do(&placing, link, error) : r;
}

int assign_to(const AssignHouse *house, const Actor *actor, gint64 message, gint64 delivery,
              const AssignWords *words, GError **error) {
  g_auto(Work) w = {.house = house, .actor = actor, .message = message, .delivery = delivery};
  int r = check_actor(actor, error);
  if (r == 0)
    r = read_words(&w, words, error);
  if (r == 0)
    r = store_write(desk_store(house->desk), assign_unit, &w, error);
  if (r == 0)
    crash_point("inbound-assigned");
  return r;
}

static void set(char **to, const char *text) {
  g_free(*to);
  *to = g_strdup(text);
}

/* The event before, with what the person says in its place. */
static int add_event(const Work *w, Link *link, InboundMessage *m, GError **error) {
  g_autoptr(Acknowledgement) before = NULL;
  int r = acknowledgement_find(link, 1, m->event, &before, error);
  if (r < 0)
    return r;
  g_autoptr(Acknowledgement) event = acknowledgement_in_place_of(before);
  if (w->meaning != MEANINGS)
    event->meaning = w->meaning;
  if (w->by != NULL) {
    set(&event->by, w->by);
    set(&event->by_name, w->by_name);
  }
  if (w->note != NULL)
    set(&event->note, w->note);
  r = acknowledgement_put(w->house->desk, link, w->actor->name, event, error);
  m->event = event->id;
  return r;
}

static int note_ground(const Work *w, Link *link, const InboundMessage *m, GError **error) {
  char id[IDENT_SIZE], delivery[IDENT_SIZE];
  gint64 ground = 0;
  g_autofree char *evidence = g_strdup_printf("reply %s to %s", ident_into(IDENT_INBOUND, m->id, id),
                                              ident_into(IDENT_DELIVERY, m->delivery, delivery));
  Ground what = {.contact = m->contact,
                 .kind = GROUND_APPROVAL,
                 .area = *w->ground != '\0' ? w->ground : NULL,
                 .evidence = evidence,
                 .date = day_of_moment(inbound_message_moment(m), NULL)};
  return ground_note_within(w->house->contacts, link, w->actor, &what, &ground, error);
}

static int meaning_unit(Link *link, gpointer data, GError **error) {
  const Work *w = data;
  g_autoptr(InboundMessage) m = NULL;
  char id[IDENT_SIZE];
  int r = find(w, link, &m, error);
  if (r == 0 && m->event == 0)
    return fault(error, FAULT_RULE, "%s: acknowledges nothing; say first to which delivery it belongs",
                 ident_into(IDENT_INBOUND, w->message, id));
  if (r == 0)
    r = add_event(w, link, m, error);
  Placing placing = placing_of(w, m);
  if (r == 0)
    r = placing_write(&placing, link, ENTRY_INBOUND_ASSIGNED, error);
  return r == 0 && w->ground != NULL ? note_ground(w, link, m, error) : r;
}

int assign_meaning(const AssignHouse *house, const Actor *actor, gint64 message, const AssignWords *words,
                   GError **error) {
  g_auto(Work) w = {.house = house, .actor = actor, .message = message};
  int r = check_actor(actor, error);
  if (r == 0)
    r = read_words(&w, words, error);
  w.ground = words->ground;
  if (r == 0 && w.ground != NULL && w.meaning != MEANING_SUPPORT)
    r = fault(error, FAULT_INPUT, "ground: only a reply that says support is one");
  return r == 0 ? store_write(desk_store(house->desk), meaning_unit, &w, error) : r;
}

/* Where it was thought to belong stays, for who looks for it there. */
static int dismiss_unit(Link *link, gpointer data, GError **error) {
  const Work *w = data;
  g_autoptr(InboundMessage) m = NULL;
  int r = find(w, link, &m, error);
  if (r < 0)
    return r;
  Placing placing = placing_of(w, m);
  r = placing_undo(&placing, link, error);
  m->state = INBOUND_FILED;
  g_free(m->reason);
  m->reason = g_strdup(handling_name(HANDLING_DISMISSED));
  placing.reason = w->reason;
  return r == 0 ? placing_write(&placing, link, ENTRY_INBOUND_ASSIGNED, error) : r;
}

int assign_dismiss(const AssignHouse *house, const Actor *actor, gint64 message, const char *reason,
                   GError **error) {
  g_auto(Work)
      w = {.house = house, .actor = actor, .message = message, .meaning = MEANINGS, .reason = reason};
  int r = check_actor(actor, error);
  if (r == 0)
    r = text_check_line("reason", reason, -1, TEXT_LINE_MAX, error);
  if (r == 0 && text_blank(reason))
    r = fault(error, FAULT_INPUT, "reason: is missing; say why nothing follows from it");
  return r == 0 ? store_write(desk_store(house->desk), dismiss_unit, &w, error) : r;
}
