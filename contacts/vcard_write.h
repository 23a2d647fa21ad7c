/* SPDX-License-Identifier: GPL-3.0-or-later */
/* vcard_write.h - a row as a vCard of version 4.0 (RFC 6350) or 3.0 (RFC 2426): see vcard.h. Pure */
#pragma once

#include "contacts/row.h"

enum vcard_version { VCARD_4_0, VCARD_3_0 };

#define VCARD_FOLD 75 /* octets of a line without its break (RFC 6350 §3.2) */

/* Adds the card of a checked row to TO. NAME is what people call it (FN). */
void vcard_write(const Row *row, const char *name, enum vcard_version version, const States *states,
                 GString *to);
