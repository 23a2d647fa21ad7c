/* SPDX-License-Identifier: GPL-3.0-or-later */
/* complaints.h - every mistake of a configuration, not just the first */
#pragma once

#include <glib.h>

#define COMPLAINTS_MAX 20 /* that are told in full */

typedef struct Complaints Complaints;

Complaints *complaints_new(void);
void complaints_free(Complaints *complaints);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Complaints, complaints_free)

/* "FILE line LINE: …"; LINE 0 leaves the line out. */
void complaints_add(Complaints *complaints, const char *file, guint line, const char *format, ...)
    G_GNUC_PRINTF(4, 5);
/* 0 when there are none; else FAULT_INPUT with a sentence a line, in the order of their coming. */
int complaints_result(const Complaints *complaints, GError **error);
