/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * chain.h - the hash chain over the entries' commitments; pure
 *
 * A line is "INDEX SHA256(previous line) COMMITMENT\n", counted from 1, digests in lower-case hexadecimal.
 * The digest of a line covers its line feed; before the first line stands nothing, the SHA-256 of no bytes.
 */
#pragma once

#include "base/digest.h"
#include "journal/journal.h"

/* Longest line: 19 digits, two digests, two spaces, LF and NUL. */
#define CHAIN_LINE_SIZE (20 + 2 * 65 + 2)

/* The head of an empty chain. */
void chain_start(Head *ret_head);
/* Writes the line that follows HEAD and commits to COMMITMENT; returns its length. */
gsize chain_line(const Head *head, const Digest *commitment, char line[CHAIN_LINE_SIZE]);
/* Moves HEAD on to that line. */
void chain_advance(Head *head, const Digest *commitment);

typedef struct {
  gint64 index;
  Digest previous, commitment;
} ChainLine;

/* Reads LENGTH bytes, the LF among them. FALSE unless they are a line exactly as chain_line writes it. */
gboolean chain_read(const char *text, gsize length, ChainLine *ret);

/* What is wrong with a line that should follow a head. */
enum chain_flaw {
  CHAIN_INTACT,
  CHAIN_GAP,    /* its index is higher than the next: lines between are gone, or stand later */
  CHAIN_BACK,   /* its index is lower: it stands too late, or twice */
  CHAIN_BROKEN, /* its digest of the line before is another: one of the two was edited */
};
/* Moves HEAD on to LINE when that is intact. */
enum chain_flaw chain_follow(Head *head, const ChainLine *line);
