/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * fault.h - what a return value means, in the whole house
 *
 * Every function that can fail returns int (or a pointer that is NULL on failure) and takes a
 * GError ** as its last parameter.
 *
 *   0         done
 *   > 0       an outcome that this very function documents; its caller must answer it
 *   < 0       a fault: one of enum fault below. *error is set; nobody interprets it on the way,
 *             everybody passes it up unchanged; what was half done is undone.
 *
 * Libraries return, programs speak: a function either returns its fault or tells it to a person,
 * never both. Faults are told at the edges only (run/, api/, cli/).
 *
 * The sentence names the place, the cause and what to do, in that order, without a final line break:
 *   "attendees.csv line 14: \"maria@\" is no mail address: the part after @ is missing; correct the cell"
 */
#pragma once

#include <glib.h>

enum fault {
  FAULT_INPUT = -1,     /* what was given is malformed                     CLI exit 2, HTTP 400 */
  FAULT_RULE = -2,      /* a rule of the house refuses; the sentence says which       1, 409 */
  FAULT_FORBIDDEN = -3, /* the asker's roles do not permit it                         4, 403 */
  FAULT_ABSENT = -4,    /* no such thing, or none that the asker may see              1, 404 */
  FAULT_BUSY = -5,      /* somebody else is at it; later it may work                  1, 503 */
  FAULT_SYSTEM = -6,    /* disk, store, network or library                            1, 500 */
  FAULT_UNCERTAIN = -7, /* a write whose fate is unknown: treat it as neither done nor undone */
};

#define FAULT_DOMAIN (fault_quark())
GQuark fault_quark(void);

/* Sets *error (which must be empty, or NULL when nobody wants the sentence) and returns CODE, so that a
 * function may end with `return fault(error, FAULT_RULE, "...")`. Notes function and line as the origin. */
#define fault(error, code, ...) fault_at((error), (code), __func__, __LINE__, __VA_ARGS__)
int fault_at(GError **error, enum fault code, const char *function, int line, const char *format, ...)
    G_GNUC_PRINTF(5, 6);

/* The same for a failed system call: appends ": " and the text of ERRNUM to the sentence. A full disk
 * (ENOSPC, EDQUOT) says so in words. Returns FAULT_SYSTEM. */
#define fault_errno(error, errnum, ...) fault_errno_at((error), (errnum), __func__, __LINE__, __VA_ARGS__)
int fault_errno_at(GError **error, int errnum, const char *function, int line, const char *format, ...)
    G_GNUC_PRINTF(5, 6);

/* Puts "PREFIX: " before the sentence (the place: a file and line, a mailing, a relay) and returns the
 * fault's code. Does nothing but return -1-style codes when *error is empty. */
#define fault_prefix(error, ...) fault_prefix_at((error), __func__, __LINE__, __VA_ARGS__)
int fault_prefix_at(GError **error, const char *function, int line, const char *format, ...)
    G_GNUC_PRINTF(4, 5);

/* The code of a fault (enum fault); FAULT_SYSTEM for an error of another domain. */
int fault_code(const GError *error);

/* Where the fault began and who added to it: "store_open:112 < daemon_open:40". For logs of the daemon,
 * never for users. Owned by ERROR. */
const char *fault_trail(const GError *error);
