/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "acknowledgement/press.h"

#include "base/text.h"

const char *const press_words[] = {"confirm", "wrong-person", "elsewhere", "stop", NULL};

/* What a person has to see to is told apart by these words, in our own language of work. */
static const char *const prefixes[PRESSES] = {"", "wrong person", "write elsewhere", "write no more"};

typedef struct {
  Desk *desk;
  gint64 delivery;
  Acknowledgement *event;
} Pressing;

static gboolean is_from_page(const Acknowledgement *event) {
  return g_strcmp0(event->noted_by, PRESS_USER) == 0;
}

static gboolean is_the_same(const Acknowledgement *a, const Acknowledgement *b) {
  return a->kind == b->kind && a->meaning == b->meaning && g_strcmp0(a->by_name, b->by_name) == 0 &&
         g_strcmp0(a->note, b->note) == 0;
}

/* A bare press, after one that said more, says nothing new. */
static gboolean says_nothing_new(const Acknowledgement *now, const Acknowledgement *before) {
  return is_the_same(now, before) || (now->meaning == MEANING_RECEIPT && before->meaning == MEANING_RECEIPT &&
                                      now->kind <= before->kind && now->by_name == NULL && now->note == NULL);
}

static int press_unit(Link *link, gpointer data, GError **error) {
  Pressing *p = data;
  g_autoptr(DeliveryRow) delivery = NULL;
  g_autoptr(Addressee) line = NULL;
  g_autoptr(GPtrArray) events = NULL;
  int r = outbox_find(link, 1, p->delivery, &delivery, error);
  if (r == 0)
    r = acknowledgement_target(link, 1, delivery->addressee, &line, error);
  if (r == 0)
    r = acknowledgement_events(link, 1, line->id, &events, error);
  if (r < 0)
    return r;
  guint presses = 0;
  for (guint i = 0; i < events->len; i++) {
    const Acknowledgement *before = g_ptr_array_index(events, i);
    presses += is_from_page(before) ? 1 : 0;
    if (is_from_page(before) && says_nothing_new(p->event, before))
      return 1;
  }
  if (presses >= PRESSES_MAX)
    return 1;
  p->event->addressee = line->id;
  return acknowledgement_put(p->desk, link, PRESS_USER, p->event, error);
}

static enum acknowledgement_meaning meaning_of(enum press press) {
  static const enum acknowledgement_meaning meanings[PRESSES] = {[PRESS_CONFIRM] = MEANING_RECEIPT,
                                                                 [PRESS_WRONG_PERSON] =
                                                                     MEANING_WRONG_ADDRESSEE,
                                                                 [PRESS_ELSEWHERE] = MEANING_WRONG_ADDRESSEE,
                                                                 [PRESS_STOP] = MEANING_OBJECTION};
  return meanings[press];
}

static char *note_of(const Press *press) {
  const char *prefix = prefixes[press->press];
  if (text_blank(press->line))
    return *prefix != '\0' ? g_strdup(prefix) : NULL;
  g_autofree char *line = text_tidy(press->line);
  return *prefix != '\0' ? g_strconcat(prefix, ": ", line, NULL) : g_steal_pointer(&line);
}

int press_note(Desk *desk, const Press *press, GError **error) {
  int r = press->office != NULL ? text_check_line("office", press->office, -1, TEXT_NAME_MAX, error) : 0;
  if (r == 0 && press->line != NULL)
    r = text_check_line("line", press->line, -1, TEXT_LINE_MAX, error);
  if (r < 0)
    return r;
  g_autoptr(Acknowledgement) event = g_new0(Acknowledgement, 1);
  event->delivery = press->delivery;
  event->kind = press->with_code ? ACKNOWLEDGEMENT_LINK_WITH_CODE : ACKNOWLEDGEMENT_LINK;
  event->meaning = meaning_of(press->press);
  event->received_at = clock_wall(desk_clock(desk));
  event->by = g_strdup("unknown");
  event->by_name = text_blank(press->office) ? NULL : text_tidy(press->office);
  event->note = note_of(press);
  Pressing pressing = {desk, press->delivery, event};
  return store_write(desk_store(desk), press_unit, &pressing, error);
}

int press_confirmed(Link *link, gint64 addressee, gint64 *ret_at, GError **error) {
  g_autoptr(Addressee) line = NULL;
  g_autoptr(GPtrArray) events = NULL;
  *ret_at = 0;
  int r = acknowledgement_target(link, 1, addressee, &line, error);
  if (r == 0)
    r = acknowledgement_events(link, 1, line->id, &events, error);
  for (guint i = 0; r == 0 && *ret_at == 0 && i < events->len; i++) {
    const Acknowledgement *event = g_ptr_array_index(events, i);
    if (is_from_page(event) && event->meaning == MEANING_RECEIPT)
      *ret_at = event->received_at;
  }
  return r;
}
