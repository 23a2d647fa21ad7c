/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * area.h - parts of the world: a State ("SN"), a part of one ("CA-QC", ISO 3166-2), a region ("002", UN M49)
 *
 * Where a contact is, where a ground holds, and what a rule asks for are areas alike. Which State lies in
 * which region stands in the table of States; so that lists can be walked with nothing but the database,
 * area_prepare keeps its pairs there.
 */
#pragma once

#include "contacts/contact.h"

/* The code of what people call AREA, by code, number or name: "002", "SN", "CA-QC"; NULL when nothing is
 * called so. A part of a known State need not be in the table. STATES NULL: regions and codes alone. The
 * caller frees it. */
char *area_code(const States *states, const char *area);
/* What the region of that number is called in LANGUAGE ("Afrique"), NULL when there is none. */
const char *area_region_name(const char *code, enum language language);

/* Brings the pairs in the database up to the table of States; at the start. */
int area_prepare(const Contacts *contacts, GError **error);
/* What was asked of places already, for who asks it of many contacts: there are far fewer places. */
typedef GHashTable AreaMemo;
AreaMemo *area_memo_new(void); /* g_hash_table_unref frees it */
/* Is the contact in AREA (a code, or words), by its country or by a ground of its own? */
int area_has_contact(Link *link, const char *area, const Contact *card, AreaMemo *memo, gboolean *ret,
                     GError **error);
/* Is PLACE (a code, as a country is written) AREA, or in it? Folded or not. TRUE or FALSE in *ret. */
int area_has(Link *link, const char *area, const char *place, gboolean *ret, GError **error);
