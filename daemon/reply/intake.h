/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * intake.h - what comes in is kept, once: its bytes as a file under their SHA-256, then a row
 *
 *     bytes ──► inbound/<sha256>, file and folder fsynced ──► row, state "taken" ──► filing (filing.h)
 *
 * A crash before the row leaves a file that nothing names, which the next taking of the same bytes uses.
 * Whoever hands bytes in may forget them once intake_take has returned: what it was told is durable.
 */
#pragma once

#include "base/clock.h"
#include "base/digest.h"
#include "store/store.h"

#include <glib.h>

extern const Schema reply_schema;

/* Bytes of one message that are kept; more is not mail. */
#define INTAKE_MAX ((gsize)128 * 1024 * 1024)

typedef struct Intake Intake;

/* Where it was found. A server's place (a number, or a name, in a folder) never holds another message; what
 * was handed in by hand has an account, and a name for people at most. */
typedef struct {
  const char *account;      /* "answers", or INTAKE_BY_HAND */
  const char *folder;       /* NULL: none */
  gint64 uid_validity, uid; /* the numbering of the folder, and the number in it; 0: has none */
  const char *name;         /* of a Maildir's file, or of the file that was handed in; NULL: none */
  gint64 received_at;       /* as the server says; 0: unknown */
} InboundOrigin;
#define INTAKE_BY_HAND "ingest"

/* Files lie in STATE_DIR/inbound, which is there. All outlives the intake. */
Intake *intake_new(Store *store, const Clock *clock, const char *state_dir);
void intake_free(Intake *intake);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Intake, intake_free)

/* 0: taken, *ret_id is its number. INTAKE_KNOWN: these bytes (but for how lines end, which is a habit of who
 * stores them), or this place, were taken before; nothing was added, and *ret_id is that message. FAULT_INPUT
 * for bytes that are none, or more than INTAKE_MAX: intake_note keeps what can be kept. Any thread. */
enum { INTAKE_KNOWN = 1 };
int intake_take(Intake *intake, const InboundOrigin *origin, GBytes *bytes, gint64 *ret_id, GError **error);

/* For what could not be had whole: a row with REASON (a sentence), and HEAD, whatever bytes there are (may be
 * NULL). It waits for a person; nobody reads it. */
int intake_note(Intake *intake, const InboundOrigin *origin, GBytes *head, const char *reason, gint64 *ret_id,
                GError **error);

/* Called after each message that was taken, on the taker's thread. Set once, before the first. */
void intake_on_taken(Intake *intake, void (*taken)(gpointer data), gpointer data);

/* Where the bytes of SHA256 lie. The caller frees it. */
char *intake_path(const Intake *intake, const Digest *sha256);
