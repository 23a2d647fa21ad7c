/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * entry.h - the canonical text of an entry, and its commitment; pure
 *
 * Lines of UTF-8, each ended by one LF, in this order; those without a value are left out:
 *     salt 3a7c… (32 hexadecimal digits)
 *     index 20412
 *     time 2013-12-02T09:00:00.000000Z
 *     kind delivery-relayed
 *     user valised
 *     mailing M-7
 *     addressee A-99
 *     delivery D-1042
 *     delivery-last D-1241
 *     contact C-31
 *     text the relay took charge: 250 2.0.0 queued as 4Rk
 *     fact epoch=3
 * The commitment in the chain is the SHA-256 of exactly these bytes, so that `sha256sum` of a file that holds
 * them gives it. The salt keeps an erased entry from being guessed back.
 */
#pragma once

#include "base/digest.h"
#include "journal/journal.h"

#define ENTRY_SALT_SIZE 16
/* Entries whose times are summed up in one row of entry_blocks. */
#define ENTRY_BLOCK 128

/* An entry as it is committed to. */
typedef struct {
  guint8 salt[ENTRY_SALT_SIZE];
  gint64 index, time;
  const char *kind, *user;
  gint64 mailing, addressee, delivery, delivery_last, contact; /* 0: left out */
  const char *text, *facts; /* NULL or "": left out; as entry_escape left them */
} EntryContent;

/* Puts the canonical text into TO (emptied first). */
void entry_canonical(const EntryContent *content, GString *to);

/* Adds "KEY=VALUE\n" to FACTS; VALUE may hold anything (see entry_escape), NULL adds nothing. KEY is of a-z,
 * 0-9 and "-". */
void entry_fact(GString *facts, const char *key, const char *value);
void entry_fact_int(GString *facts, const char *key, gint64 value);
/* Its hexadecimal digits; NULL adds nothing. */
void entry_fact_digest(GString *facts, const char *key, const Digest *value);

/* Adds LENGTH bytes of VALUE to TO as one line: \ becomes \\, a line feed \n, a carriage return \r, other
 * control characters and bytes that are no UTF-8 \xNN. At most MAX bytes are added; what is cut ends in "…".
 */
void entry_escape(GString *to, const char *value, gsize length, gsize max);
/* Adds "WORD VALUE" and LF, VALUE escaped and whole (it is within TEXT_LONG_MAX); NULL adds nothing. For
 * texts that people sign and hash: the manifest, a statement. */
void entry_line(GString *to, const char *word, const char *value);

/* 0 when FACTS is NULL or lines "key=value", each ended by LF (the last may lack it), without control
 * characters and in UTF-8; else FAULT_INPUT. */
int entry_check_facts(const char *facts, GError **error);
