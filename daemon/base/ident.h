/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * ident.h - the short, stable ids that people type: "M-7", "D-1042", "C-31"
 *
 * The number is the row's key; the letter says what kind of thing it is. Letters are upper case when
 * written and read in either case.
 */
#pragma once

#include <glib.h>

enum ident {
  IDENT_CONTACT = 'C',
  IDENT_DOCUMENT = 'F', /* as in file: D is taken by the delivery */
  IDENT_MAILING = 'M',
  IDENT_ADDRESSEE = 'A',
  IDENT_DELIVERY = 'D',
  IDENT_CHANNEL = 'H',
  IDENT_USER = 'U',
  IDENT_IMPORT = 'I',
  IDENT_INBOUND = 'B', /* as in back: what came in */
  IDENT_KEY = 'K',     /* of a contact */
  IDENT_PROPOSAL = 'P',
};

#define IDENT_SIZE 24

/* "D-1042"; the caller frees it. NULL when NUMBER is 0. */
char *ident_text(enum ident kind, gint64 number);
/* The same into a buffer of IDENT_SIZE; returns it. */
const char *ident_into(enum ident kind, gint64 number, char buffer[IDENT_SIZE]);
/* 0 and *ret_number, or FAULT_INPUT with a sentence ("\"x\" is no delivery: ids of deliveries look like
 * D-12"). */
int ident_parse(enum ident kind, const char *text, gint64 *ret_number, GError **error);
