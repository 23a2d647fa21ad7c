/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * row.h - what a file, or a person by pairs, says about one contact: cells by field, checked and spelt our
 * way
 *
 * After row_check each cell is canonical: countries by code, days as 2013-12-02, addresses parted by ", ",
 * languages by spaces. So a row can be kept as text and read again without a fault.
 */
#pragma once

#include "contacts/columns.h"
#include "contacts/contact.h"

#define ROW_ADDRESSES_MAX 10
#define ROW_LISTS_MAX     50

typedef struct {
  char *cell[COLUMNS]; /* NULL: nothing is said. "": to be cleared (by hand only) */
} Row;

Row *row_new(void);
void row_free(Row *row);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Row, row_free)

/* TRUE when something is said, and not that it be cleared. */
gboolean row_says(const Row *row, enum column column);
gboolean row_blank(const Row *row);

/* Complaints about a cell; NOTE: worth knowing, but not bad. */
typedef void (*RowComplaint)(enum column column, const char *sentence, gboolean note, gpointer data);
/* Brings all cells into their canonical spelling. FRESH: it may become a new contact, so a kind and something
 * to call it by are wanted. Returns how many cells are bad. */
int row_check(Row *row, const States *states, gboolean fresh, RowComplaint complaint, gpointer data);

/* For a row that turned out to be a new contact: its kind, and whether it can be called by anything. Returns
 * how many cells are bad. */
int row_check_fresh(Row *row, RowComplaint complaint, gpointer data);

/* All cells in one text, and back. */
char *row_pack(const Row *row);
Row *row_unpack(const char *packed);

/* Does it note one more holder of an office, beside those who are there? */
gboolean row_is_joint(const Row *row);
/* The kind that the row says, or -1. */
int row_kind(const Row *row);
Day row_day(const Row *row, enum column column);
/* The addresses, names or words of a cell, ended by NULL; the caller frees it. */
char **row_items(const Row *row, enum column column);

/* Puts what the row says into a card (of the card's kind; on an office's the names are its holder's, so they
 * stay out). TRUE when that changed it. */
gboolean row_apply_card(const Row *row, Contact *card);
/* The names of the row as those of a holder. */
gboolean row_apply_person(const Row *row, Contact *card);

/* By what people know it, from what else the card says. */
char *contact_display_name(const Contact *card, const char *address);
/* Who it is when no id says so: "office:president/xa/…". Equal for two spellings of one name. */
char *contact_identity(const Contact *card);
/* How the row would be known within its file: by id, by address and name, else by identity; one that notes a
 * further holder also by his name. */
char *row_identity(const Row *row);
/* The same without him: how the row of the office itself is known. */
char *row_base_identity(const Row *row);
