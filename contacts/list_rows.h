/* SPDX-License-Identifier: GPL-3.0-or-later */
/* list_rows.h - lists and their members, for the other files of this room */
#pragma once

#include "contacts/list.h"
#include "contacts/revision.h"
#include "contacts/rule.h"

/* As a list is stored. */
typedef struct {
  gint64 id;
  char *name, *rule;
} ListRecord;
void list_record_clear(ListRecord *record);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(ListRecord, list_record_clear)

/* By id among those visible: 0, or FAULT_ABSENT. */
int list_rows_load(Link *link, gint64 id, ListRecord *ret, GError **error);
/* The list of that name in a revision; made by hand when there is none. FAULT_RULE for one by rule. */
int list_rows_need(Revision *revision, const char *name, gint64 *ret_id, GError **error);
int list_rows_insert(Revision *revision, const char *name, const char *rule, gboolean workshop,
                     gint64 question, gint64 *ret_id, GError **error);

/* 0, or 1 when it is (or was not) a member already. ROLE: NULL leaves it as it is, "" takes it away. */
int list_rows_join(Revision *revision, gint64 list, gint64 contact, const char *role, GError **error);
int list_rows_leave(Revision *revision, gint64 list, gint64 contact, GError **error);

/* Members by hand beyond AFTER, at most LIMIT, appended to TO (gint64) in the order of ids. */
int list_rows_members(Link *link, gint64 list, gint64 after, gsize limit, gint64 clearance, GArray *to,
                      GError **error);
/* Contacts that a rule takes beyond AFTER; the same. */
int list_rows_matching(Link *link, const Rule *rule, gint64 after, gsize limit, gint64 clearance, GArray *to,
                       GError **error);
/* Does the rule take this card? TRUE or FALSE in *ret. */
int list_rows_matches(Link *link, const Rule *rule, const Contact *card, gboolean *ret, GError **error);
/* Names of the lists by hand that a contact is on, parted by ", "; the caller frees it. */
int list_rows_names(Link *link, gint64 contact, char **ret, GError **error);

/* May members be added to the list of that name by hand (or is there none yet)? *ret_refusal: why not. */
int list_rows_check(Link *link, const char *name, char **ret_refusal, GError **error);
