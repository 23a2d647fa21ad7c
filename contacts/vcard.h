/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * vcard.h - a vCard as a row (row.h), and a row as a vCard. Pure
 *
 *   N, FN      names; FN when N is empty         EMAIL  addresses, preferred ones first
 *   ORG        organisation                      TEL    one telephone, no fax
 *   TITLE      office; else ROLE                 ADR    postal address, city and country; else LABEL
 *   LANG       languages                         GENDER gender
 *   CATEGORIES lists                             UID    id, unless a machine made it up
 *   KEY        fingerprint (OPENPGP4FPR:)        KIND   person, or organisation (org, a company of Apple's)
 *
 * Whatever else a row can say stands in X-VALISE-FIELD (X-VALISE-OFFICE-KIND), which goes before all others.
 * The writer reads its own card back and adds such a line for each field that came out otherwise: so a card
 * that goes out comes in without a change.
 */
#pragma once

#include "contacts/row.h"
#include "contacts/vcard_read.h"

/* Told of each property that a row has no room for, by name. */
typedef void (*VcardLeft)(const char *name, gpointer data);

/* The cells as the card has them, not yet checked (row_check). NULL for a card that is no contact but a group
 * of cards. LEFT may be NULL. */
Row *vcard_row(const Vcard *card, const States *states, VcardLeft left, gpointer data);
/* From which property a cell comes, for sentences about it: "EMAIL". */
const char *vcard_name_of(enum column column);
