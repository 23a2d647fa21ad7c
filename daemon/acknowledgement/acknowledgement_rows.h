/* SPDX-License-Identifier: GPL-3.0-or-later */
/* acknowledgement_rows.h - the SQL of acknowledgements. Only this room includes it. */
#pragma once

#include "acknowledgement/survey.h"

int acknowledgement_rows_insert(Link *link, const Acknowledgement *event, gint64 *ret_id, GError **error);
/* Of one addressee, in the order of their noting. */
int acknowledgement_rows_of(Link *link, gint64 clearance, gint64 addressee, GPtrArray *to, GError **error);
int acknowledgement_rows_of_contact(Link *link, gint64 clearance, gint64 contact, GPtrArray *to,
                                    GError **error);
/* 1 when there is none. */
int acknowledgement_rows_find(Link *link, gint64 clearance, gint64 event, Acknowledgement **ret,
                              GError **error);
int acknowledgement_rows_erase(Link *link, gint64 contact, GError **error);

int acknowledgement_rows_insert_waiver(Link *link, gint64 addressee, const char *reason, gint64 at,
                                       const char *by, GError **error);
int acknowledgement_rows_is_waived(Link *link, gint64 addressee, gboolean *ret, GError **error);

/* How an addressee stood until now; STANDING_SILENT when nothing is noted. */
int acknowledgement_rows_standing(Link *link, gint64 addressee, enum standing_state *ret, GError **error);
/* The event that tells most; 0: none. */
int acknowledgement_rows_shown(Link *link, gint64 addressee, gint64 *ret, GError **error);
/* Of the letter of MAILING to CONTACT: 1 when it is on no line of it, excluded or not. */
int acknowledgement_rows_standing_of(Link *link, gint64 mailing, gint64 contact, enum standing_state *ret,
                                     gboolean *ret_reached, GError **error);
int acknowledgement_rows_write_standing(Link *link, gint64 addressee, gint64 mailing,
                                        const Standing *standing, GError **error);
/* One more, or one less, of MAILING in STATE. */
int acknowledgement_rows_count(Link *link, gint64 mailing, enum standing_state state, gint64 by,
                               GError **error);
int acknowledgement_rows_counts(Link *link, gint64 mailing, gint64 ret[STANDING_STATES], GError **error);
/* How many of MAILING that stand otherwise than silent the letter reached. */
int acknowledgement_rows_reached(Link *link, gint64 mailing, gint64 *ret, GError **error);

/* How many deliveries of ROLL reached somebody whom another had reached already. */
int acknowledgement_rows_reached_again(Link *link, gint64 roll, gint64 *ret, GError **error);

int acknowledgement_rows_survey(Link *link, gint64 clearance, gint64 roll, const SurveyFilter *filter,
                                GPtrArray *to, GError **error);
