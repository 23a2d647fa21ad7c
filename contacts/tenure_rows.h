/* SPDX-License-Identifier: GPL-3.0-or-later */
/* tenure_rows.h - versions of tenures, for the other files of this room */
#pragma once

#include "contacts/revision.h"
#include "contacts/tenure.h"

/* A tenure as it stands in one generation. */
typedef struct {
  gint64 version, born, id, office, person;
  enum tenure_manner manner;
  Day from, to, verified;
} TenureVersion;

enum tenure_side { TENURE_OF_OFFICE, TENURE_OF_PERSON };

gboolean tenure_is_present(Day from, Day to, Day today);
/* All, past and coming ones too, by their first day; TenureVersion. */
int tenure_rows_load(Link *link, gint64 generation, gint64 contact, enum tenure_side side, GArray **ret,
                     GError **error);
/* Stores it as of the revision; gives it a number when it has none. Touches office and person. */
int tenure_rows_save(Revision *revision, TenureVersion *version, GError **error);
int tenure_rows_end(Revision *revision, const TenureVersion *version, GError **error);
