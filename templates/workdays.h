/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * workdays.h - on which days offices work: weekends by country, public holidays, closures
 *
 * Read from workdays.tsv, which is data for people to correct. What it does not name is a working day: the
 * table spares the commonest mistakes, it is no almanac. A day is GDate's Julian day, as contacts/day.h
 * counts. Pure once it is read; thread-safe.
 */
#pragma once

#include <glib.h>

#define WORKDAYS_FILE_MAX (256 * 1024) /* bytes */
#define WORKDAYS_MAX      2000         /* rows */

typedef struct Workdays Workdays;

/* Reads FOLDER/workdays.tsv. 0 and *ret, or FAULT_ABSENT, FAULT_INPUT with file and line, FAULT_SYSTEM. */
int workdays_load(const char *folder, Workdays **ret, GError **error);
void workdays_free(Workdays *workdays);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Workdays, workdays_free)

/* Is DAY one on which offices of COUNTRY work ("XA", "CA-QC"; NULL: nobody knows where)? What holds for a
 * State holds for its parts. WORKDAYS NULL: every day but Saturday and Sunday is. */
gboolean workdays_is_working(const Workdays *workdays, const char *country, gint32 day);
