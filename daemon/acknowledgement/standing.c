/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "acknowledgement/standing.h"

#include <string.h>

static const char *const names[STANDING_STATES] = {"silent",   "answered",        "declined",     "waived",
                                                   "objected", "wrong-addressee", "never-reached"};

const char *standing_state_name(enum standing_state state) {
  return names[state];
}

enum standing_state standing_state_of(const char *name) {
  int state = 0;
  while (state < STANDING_STATES && strcmp(names[state], name) != 0)
    state++;
  return (enum standing_state)state;
}

static gboolean is_corrected(const GPtrArray *events, const Acknowledgement *event) {
  for (guint i = 0; i < events->len; i++)
    if (((const Acknowledgement *)g_ptr_array_index(events, i))->corrects == event->id)
      return TRUE;
  return FALSE;
}

static gboolean acknowledges(const Acknowledgement *event) {
  return event->meaning >= MEANING_RECEIPT && event->meaning <= MEANING_SUPPORT;
}

static gboolean counts(const Acknowledgement *event, enum acknowledgement_kind from) {
  return event->kind != ACKNOWLEDGEMENT_DISPLAYED && event->kind >= from;
}

/* Of which state EVENT is a sign, by itself. */
static enum standing_state sign_of(const Acknowledgement *event, enum acknowledgement_kind from) {
  if (acknowledges(event))
    return counts(event, from) ? STANDING_ANSWERED : STANDING_SILENT;
  switch (event->meaning) {
  case MEANING_DECLINED:
    return counts(event, from) ? STANDING_DECLINED : STANDING_SILENT;
  case MEANING_OBJECTION:
    return STANDING_OBJECTED;
  case MEANING_WRONG_ADDRESSEE:
    return STANDING_WRONG_ADDRESSEE;
  default:
    return STANDING_SILENT;
  }
}

/* NULL tells least. */
static gboolean tells_more(const Acknowledgement *event, const Acknowledgement *than) {
  if (than == NULL || event->meaning != than->meaning)
    return than == NULL || event->meaning > than->meaning;
  if (event->kind != than->kind)
    return event->kind > than->kind;
  return event->received_at < than->received_at;
}

static gboolean is_negative(const Acknowledgement *event) {
  return event->meaning >= MEANING_DECLINED;
}

Standing standing_of(const GPtrArray *events, enum acknowledgement_kind counts_from, gboolean waived) {
  Standing best[STANDING_STATES] = {{0}};
  const Acknowledgement *negative = NULL;
  gboolean seen[STANDING_STATES] = {FALSE}, support = FALSE;
  for (guint i = 0; i < events->len; i++) {
    const Acknowledgement *event = g_ptr_array_index(events, i);
    if (is_corrected(events, event))
      continue;
    enum standing_state sign = sign_of(event, counts_from);
    Standing *of = &best[sign];
    seen[sign] = TRUE;
    if (event->meaning != MEANING_NONE && tells_more(event, of->shown))
      of->shown = event;
    if (of->since == 0 || event->received_at < of->since)
      of->since = event->received_at;
    support = support || event->meaning == MEANING_SUPPORT;
    negative = is_negative(event) ? event : negative;
  }
  seen[STANDING_WAIVED] = waived;
  enum standing_state state = STANDING_ANSWERED;
  while (state < STANDING_NEVER_REACHED && !seen[state])
    state++;
  state = state == STANDING_NEVER_REACHED ? STANDING_SILENT : state;
  const Standing *of = &best[state == STANDING_WAIVED ? STANDING_SILENT : state];
  return (Standing){.state = state,
                    .shown = of->shown,
                    .beside = negative != of->shown ? negative : NULL,
                    .since = of->shown != NULL ? of->since : 0,
                    .support = support};
}
