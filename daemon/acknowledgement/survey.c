/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "acknowledgement/survey.h"

#include <string.h>

#include "acknowledgement/acknowledgement_rows.h"
#include "base/fault.h"
#include "mailing/onward.h"
#include "outbox/outbox.h"

void survey_line_free(SurveyLine *line) {
  if (line == NULL)
    return;
  g_free(line->name);
  g_free(line->country);
  g_free(line->language);
  acknowledgement_free(line->shown);
  acknowledgement_free(line->beside);
  g_free(line->waived_reason);
  g_free(line->waived_by);
  g_free(line->delivery_state);
  g_free(line);
}

int survey_list(Link *link, gint64 clearance, const SurveyFilter *filter, GPtrArray **ret, GError **error) {
  g_autoptr(Mailing) m = NULL;
  g_autoptr(GPtrArray) lines = g_ptr_array_new_with_free_func((GDestroyNotify)survey_line_free);
  int r = mailing_find(link, clearance, filter->mailing, &m, error);
  if (r == 0)
    r = acknowledgement_rows_survey(link, clearance, m->generation, filter, lines, error);
  if (r == 0)
    *ret = g_steal_pointer(&lines);
  return r;
}

int survey_find(Link *link, gint64 clearance, gint64 addressee, SurveyLine **ret, GError **error) {
  g_autoptr(Addressee) line = NULL;
  g_autoptr(GPtrArray) lines = NULL;
  int r = acknowledgement_addressee(link, clearance, addressee, &line, error);
  if (r < 0)
    return r;
  SurveyFilter filter = {.mailing = line->mailing, .addressee = addressee, .limit = 1};
  r = survey_list(link, clearance, &filter, &lines, error);
  if (r < 0)
    return r;
  if (lines->len == 0)
    return fault(error, FAULT_RULE, "this addressee gets no letter: it is excluded, or of an earlier roll");
  *ret = g_ptr_array_steal_index(lines, 0);
  return 0;
}

int survey_shown(Link *link, gint64 clearance, gint64 addressee, Acknowledgement **ret, GError **error) {
  gint64 event = 0;
  int r = acknowledgement_rows_shown(link, addressee, &event, error);
  *ret = NULL;
  return r < 0 || event == 0 ? r : MIN(acknowledgement_rows_find(link, clearance, event, ret, error), 0);
}

/* ---- counting ---- */

static int count_reached(Link *link, gint64 mailing, gint64 *ret, GError **error) {
  gint64 counts[DELIVERY_STATES] = {0};
  int r = delivery_counts(link, mailing, counts, error);
  *ret = counts[DELIVERY_RELAYED] + counts[DELIVERY_PRESUMED] + counts[DELIVERY_DONE];
  return r;
}

int survey_counts(Link *link, const Mailing *m, gint64 ret_counts[STANDING_STATES], GError **error) {
  gint64 reached = 0, again = 0, reached_apart = 0, apart = 0;
  memset(ret_counts, 0, STANDING_STATES * sizeof *ret_counts);
  int r = acknowledgement_rows_counts(link, m->id, ret_counts, error);
  if (r == 0)
    r = count_reached(link, m->id, &reached, error);
  if (r == 0 && onward_is_closed_by_answers(m->next_channel))
    r = acknowledgement_rows_reached_again(link, m->generation, &again, error);
  reached -= again;
  if (r == 0)
    r = acknowledgement_rows_reached(link, m->id, &reached_apart, error);
  for (int state = STANDING_ANSWERED; state < STANDING_NEVER_REACHED; state++)
    apart += ret_counts[state];
  ret_counts[STANDING_SILENT] = reached - reached_apart;
  ret_counts[STANDING_NEVER_REACHED] = m->included + m->held - apart - ret_counts[STANDING_SILENT];
  return r;
}

gint64 survey_missing(const gint64 counts[STANDING_STATES]) {
  return counts[STANDING_SILENT] + counts[STANDING_NEVER_REACHED] + counts[STANDING_OBJECTED] +
         counts[STANDING_WRONG_ADDRESSEE];
}

/* ---- what mailings ask ---- */

static int count(Link *link, const Mailing *mailing, FollowUpCounts *ret, GError **error) {
  gint64 counts[STANDING_STATES];
  int r = survey_counts(link, mailing, counts, error);
  *ret = (FollowUpCounts){.missing = survey_missing(counts), .silent = counts[STANDING_SILENT]};
  return r;
}

static int stands_against(Link *link, gint64 mailing, gint64 contact, enum reason *ret, GError **error) {
  static const enum reason reasons[STANDING_STATES] = {[STANDING_SILENT] = REASON_NONE,
                                                       [STANDING_ANSWERED] = REASON_ANSWERED,
                                                       [STANDING_DECLINED] = REASON_ANSWERED,
                                                       [STANDING_WAIVED] = REASON_WAIVED,
                                                       [STANDING_OBJECTED] = REASON_OBJECTION,
                                                       [STANDING_WRONG_ADDRESSEE] = REASON_WRONG_ADDRESSEE,
                                                       [STANDING_NEVER_REACHED] = REASON_NOT_REACHED};
  enum standing_state state = STANDING_SILENT;
  gboolean reached = FALSE;
  int r = acknowledgement_rows_standing_of(link, mailing, contact, &state, &reached, error);
  *ret = r > 0 || (state == STANDING_SILENT && !reached) ? REASON_NOT_REACHED : reasons[state];
  return MIN(r, 0);
}

const FollowUp acknowledgement_follow_up = {count, stands_against};
