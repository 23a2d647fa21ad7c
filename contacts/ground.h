/* SPDX-License-Identifier: GPL-3.0-or-later */
/* ground.h - why an office or organisation may receive the synthesis */
#pragma once

#include "base/digest.h"
#include "contacts/contact.h"

enum ground_kind { GROUND_APPROVAL, GROUND_PROMOTION };
const char *ground_kind_name(enum ground_kind kind); /* "approval-expressed", "sse-promotion" */
gboolean ground_kind_parse(const char *name, enum ground_kind *ret);

#define GROUND_FILE_MAX (20 * 1024 * 1024) /* bytes of an evidence file: a scan, a letter, a law */

typedef struct {
  gint64 id, contact;
  enum ground_kind kind;
  const char *area, *evidence; /* NULL: not said. An area is a code where it has one (area.h), else words */
  Day date;
  const char *noted_by;
  gint64 noted_at;
  Digest file;           /* of the evidence file, kept under this name */
  const char *file_name; /* as it was called; NULL: there is no file */
  gint64 file_size;
  gboolean before_holder; /* whoever holds the office now took it later: the ground is a predecessor's */
} Ground;

typedef int (*GroundSeen)(const Ground *ground, gpointer data, GError **error);
/* A ground stays with the office when its holder changes; `before_holder` says so, as of TODAY. */
int ground_each(Link *link, gint64 contact, Day today, gint64 clearance, GroundSeen seen, gpointer data,
                GError **error);
/* The file of one of them: 0 and *ret, with *ret_name for the caller to free. FAULT_ABSENT when there is none
 * that CLEARANCE may see. */
int ground_file(Link *link, gint64 contact, gint64 ground, gint64 clearance, Digest *ret, char **ret_name,
                GError **error);

typedef int (*GroundFileSeen)(gint64 contact, const Digest *file, gpointer data, GError **error);
/* Each evidence file that any ground names, once. Sees all contacts: for the house's own checks. */
int ground_each_file(Link *link, GroundFileSeen seen, gpointer data, GError **error);

/* FAULT_RULE for a person, or when a ground of this kind and area is noted already. EVIDENCE must be given.
 */
int ground_add(const Contacts *contacts, const Actor *actor, gint64 contact, enum ground_kind kind,
               const char *area, const char *evidence, Day date, gint64 *ret_id, GError **error);

/* The same with an evidence file that is kept already: `kind`, `area`, `evidence`, `date`, `file`,
 * `file_name` and `file_size` of GROUND count. With a file, one that is noted already is given it. */
int ground_note(const Contacts *contacts, const Actor *actor, const Ground *ground, gint64 *ret_id,
                GError **error);
/* The same within a unit. */
int ground_note_within(const Contacts *contacts, Link *link, const Actor *actor, const Ground *ground,
                       gint64 *ret_id, GError **error);
