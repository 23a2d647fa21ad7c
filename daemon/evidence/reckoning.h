/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * reckoning.h - do the rows of the database say what the journal says?
 *
 * The chain shows that no entry was altered. That is of no use to who reads the other tables, if somebody
 * could alter those behind the daemon: here each delivery's state and digest are derived anew from its
 * entries and compared with its row.
 */
#pragma once

#include "store/store.h"

/* In one snapshot; some 32 bytes of memory a delivery. 0: they agree; 1 and *ret_why, a sentence about the
 * first delivery that does not (the caller frees it), with *ret_index, the last entry about it (0: there is
 * none). */
int reckoning_of_deliveries(Store *store, gint64 *ret_index, char **ret_why, GError **error);
