/* SPDX-License-Identifier: GPL-3.0-or-later */
/* objection.h - who told us not to write to him, or not there, and who took it back: each with who noted it,
 * when, and why. Nothing here is ever removed */
#pragma once

#include "contacts/revision.h"

typedef struct {
  gint64 channel; /* 0: to being written to at all */
  const char *reason, *noted_by;
  gint64 noted_at;
  gboolean withdrawn; /* takes back the one before */
} Objection;

typedef int (*ObjectionSeen)(const Objection *objection, gpointer data, GError **error);
/* Of one contact, as they were noted. FAULT_ABSENT for a contact that CLEARANCE may not see. */
int objection_each(Link *link, gint64 contact, gint64 clearance, ObjectionSeen seen, gpointer data,
                   GError **error);

/* For this room: notes one, as of the revision. */
int objection_note(Revision *revision, gint64 contact, const Objection *objection, GError **error);
