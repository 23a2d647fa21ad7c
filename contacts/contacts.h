/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * contacts.h - WHO can be addressed: the room's door
 *
 * What belongs to a contact (its card, channels, tenures, grounds, memberships) lies in rows that carry two
 * generations, born and died. One number in one row, the visible generation G, says which of them are: born
 * <= G and died > G. The views contacts_now, channels_now, tenures_now, grounds_now and members_now say it
 * for everybody. An import writes its rows with born = G + 1 in chunks and then makes G + 1 the visible one,
 * which is a single small change; so a file is there as a whole or not at all. Changes by hand are made at G
 * itself, and answer FAULT_BUSY while an import is being applied.
 *
 * Numbers are stable over versions: other rooms may refer to contact_ids(id), and for a channel, tenure or
 * ground to contact_parts(id).
 *
 * Every reading function takes a clearance (actor_clearance) and finds nothing that is restricted above it.
 * Restricted are offices, organisations, and a person for whom any tenure is noted, past and coming ones
 * included: so no day passes that changes it.
 */
#pragma once

#include "base/clock.h"
#include "contacts/day.h"
#include "journal/journal.h"
#include "store/store.h"
#include "templates/states.h"

#include <glib.h>

extern const Schema contacts_schema;

/* What writing functions need of the house. Borrowed by them; lives as long as the daemon. */
typedef struct {
  Store *store;
  Journal *journal;
  const Clock *clock;
  GTimeZone *zone;      /* of the organisation: what day it is; NULL: UTC */
  const States *states; /* for names of countries in cells; NULL: codes only */
} Contacts;

/* Today in the organisation's zone. */
Day contacts_today(const Contacts *contacts);

/* After journal_open, before anybody else writes: an import that was being applied when the daemon ended is
 * completed; one that was only staged is wiped; dead versions are removed; areas are brought up to the table
 * of States (area.h), and suppressions up to what was noted earlier (suppression.h). *ret_completed (may be
 * NULL): whether one was completed. */
int contacts_recover(const Contacts *contacts, gboolean *ret_completed, GError **error);
