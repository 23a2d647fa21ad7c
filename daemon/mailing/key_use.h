/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * key_use.h - which key or certificate of ours signed what, from when to when
 *
 * A signature is judged as of the day on which it was made: so who checks one years later must be able to see
 * that the key was ours then, and to get it, though another signs by now. Rows are made by the daemon alone,
 * when it first finds another key in use than the one noted; nothing here is ever removed.
 */
#pragma once

#include "mailing/desk.h"

enum key_use_kind { KEY_USE_DOCUMENTS, KEY_USE_SMIME, KEY_USE_JOURNAL, KEY_USES };
const char *key_use_name(enum key_use_kind kind); /* "documents" (and letters), "smime", "journal" */

typedef struct {
  enum key_use_kind kind;
  const char *fingerprint, *user_id;
  gint64 since;
  gint64 until; /* 0: still in use */
} KeyUse;

/* Looks which keys are in use now, and notes what has changed, each with its entry in the journal. LOG_KEEPER
 * as of the house. 0; 1 when one that is configured cannot be opened now: it is to be asked again. */
int key_use_note(Desk *desk, Keeper *log_keeper, GError **error);

typedef int (*KeyUseSeen)(const KeyUse *use, gpointer data, GError **error);
/* As they were noted. */
int key_use_each(Link *link, KeyUseSeen seen, gpointer data, GError **error);
/* All keys that ever signed documents, the latest first, one behind the other as gpg takes them (binary). 1
 * when there was none. */
int key_use_public(Link *link, GBytes **ret, GError **error);

/* ---- the rows ---- */

/* 0 and the open row of KIND, or 1. The caller frees *ret_fingerprint. */
int key_use_rows_open(Link *link, enum key_use_kind kind, gint64 *ret_id, char **ret_fingerprint,
                      GError **error);
int key_use_rows_end(Link *link, gint64 id, gint64 now, GError **error);
int key_use_rows_begin(Link *link, const KeyUse *use, GBytes *material, GError **error);
/* Its public part as it is now: it may have been lengthened. */
int key_use_rows_renew(Link *link, gint64 id, GBytes *material, GError **error);
