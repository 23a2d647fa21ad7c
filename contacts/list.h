/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * list.h - a living set of contacts: by hand, or by a rule that is evaluated whenever the list is walked
 *
 * A rule is conditions parted by spaces, all of which must hold: field=value, or several values parted by
 * commas, any of which will do: "kind=office country=XA,XB". Fields: country (an area counts for its country:
 * CA for CA-QC), kind, office_kind, language (the first of the contact's), area (area.h: where the contact
 * is, or a ground of its own holds; 002 is all of Africa), list (a list by hand),
 * received (the SHA-256 of a version of a document: to whom it left, or may have), not-received (documents
 * such as F-3, none of which left to them; beside another condition). Who may not see all sees no list that
 * asks who received what.
 *
 * Bodies and committees are lists by hand whose members have a role; a workshop is a list with seats
 * (workshop.h).
 */
#pragma once

#include "contacts/contact.h"

#define LIST_RULE_CONDITIONS_MAX 20

typedef struct {
  gint64 id;
  const char *name;
  const char *rule; /* NULL: by hand, or it names a list that the asker may not see */
  gboolean workshop;
  gint64 question; /* of a workshop; 0: none */
  gint64 size;     /* members that the asker may see */
} List;

/* 0 and *ret_id, or FAULT_ABSENT. Sees all lists: for the house's own look-ups. */
int list_find(Link *link, const char *name, gint64 *ret_id, GError **error);
/* The same for who asks: a list that has members, but none that CLEARANCE may see, is as good as none. */
int list_find_seen(Link *link, const char *name, gint64 clearance, gint64 *ret_id, GError **error);
/* TRUE in *ret for such a list. */
int list_is_hidden(Link *link, gint64 id, gint64 clearance, gboolean *ret, GError **error);
/* Its name alone, without counting its members. The caller frees *ret. FAULT_ABSENT when there is none. */
int list_name(Link *link, gint64 id, char **ret, GError **error);
typedef int (*ListSeen)(const List *list, gpointer data, GError **error);
/* All lists that are not hidden from CLEARANCE, by name; or the one of this id (0: all). Members are listed
 * by contact_each. */
int list_each(Link *link, gint64 id, gint64 clearance, ListSeen seen, gpointer data, GError **error);

/* Names have no comma, semicolon or equals sign. RULE NULL: by hand. FAULT_RULE when the name is taken,
 * FAULT_ABSENT when the rule names a list that is none for the actor. */
int list_create(const Contacts *contacts, const Actor *actor, const char *name, const char *rule,
                gboolean workshop, gint64 question, gint64 *ret_id, GError **error);
struct Rule;
/* For rules that are used elsewhere: names it lists by hand that CLEARANCE may see? (FAULT_ABSENT,
 * FAULT_RULE, FAULT_FORBIDDEN.) */
int list_rule_check(Link *link, const struct Rule *rule, gint64 clearance, GError **error);
/* TRUE in *ret when it takes this card (id, kind, office_kind, country and languages of it are looked at). */
int list_rule_takes(Link *link, const struct Rule *rule, const Contact *card, gboolean *ret, GError **error);
/* TRUE in *ret when its words would tell who sees CLEARANCE of what he may not see. */
int list_rule_is_hidden(Link *link, const struct Rule *rule, gint64 clearance, gboolean *ret, GError **error);

/* On which lists by hand a contact is, and as what. */
typedef struct {
  const char *list;
  const char *role; /* NULL: a plain member */
  gboolean workshop;
  gint64 question;
} ListSeat;
typedef int (*ListSeatSeen)(const ListSeat *seat, gpointer data, GError **error);
int list_of_contact(Link *link, gint64 contact, gint64 clearance, ListSeatSeen seen, gpointer data,
                    GError **error);

/* Each must be one that the actor may see (else FAULT_ABSENT, and nothing is done). *ret_changed: how many
 * were not in it already (or, removing, were in it). FAULT_RULE for a list by rule. */
int list_add(const Contacts *contacts, const Actor *actor, const char *name, const gint64 *ids, gsize count,
             gint64 *ret_changed, GError **error);
/* The same in a role ("president"); who is in already is given it. NULL leaves it, "" takes it away. */
int list_add_as(const Contacts *contacts, const Actor *actor, const char *name, const gint64 *ids,
                gsize count, const char *role, gint64 *ret_changed, GError **error);
int list_remove(const Contacts *contacts, const Actor *actor, const char *name, const gint64 *ids,
                gsize count, gint64 *ret_changed, GError **error);
