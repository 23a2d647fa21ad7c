/* SPDX-License-Identifier: GPL-3.0-or-later */
/* merge_family_rows.h - a contact and all that went into it, for queries about what was sent to any of them
 */
#pragma once

/* Begins a query: family(id) holds the contact that PARAMETER ("?1") names, and those of merge.h that it took
 * in. */
#define MERGE_FAMILY(parameter)                                                                              \
  "WITH RECURSIVE family(id) AS (SELECT " parameter " UNION SELECT m.gone FROM family f JOIN merges m"       \
  " ON m.kept = f.id AND m.undone_at = 0) "
