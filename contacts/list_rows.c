/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "contacts/list_rows.h"

#include "base/fault.h"
#include "base/text.h"
#include "contacts/area.h"
#include "contacts/contact_rows.h"
#include "contacts/contacts_rows.h"
#include "contacts/receipt_rows.h"

void list_record_clear(ListRecord *record) {
  g_clear_pointer(&record->name, g_free);
  g_clear_pointer(&record->rule, g_free);
}

static int no_list(const char *name, GError **error) {
  return fault(error, FAULT_ABSENT, "there is no list \"%s\"; `valise lists list` shows those there are",
               name);
}

int list_find(Link *link, const char *name, gint64 *ret_id, GError **error) {
  g_autofree char *folded = text_fold(name);
  int r = link_int(link, ret_id, error, "SELECT id FROM lists_now WHERE folded = ?1", "t", folded);
  return r > 0 ? no_list(name, error) : r;
}

int list_find_seen(Link *link, const char *name, gint64 clearance, gint64 *ret_id, GError **error) {
  gboolean hidden = FALSE;
  int r = list_find(link, name, ret_id, error);
  if (r == 0)
    r = list_is_hidden(link, *ret_id, clearance, &hidden, error);
  return hidden ? no_list(name, error) : r;
}

int list_name(Link *link, gint64 id, char **ret, GError **error) {
  int r = link_text(link, ret, error, "SELECT name FROM lists_now WHERE id = ?1", "i", id);
  return r > 0
             ? fault(error, FAULT_ABSENT, "there is no such list; `valise lists list` shows those there are")
             : r;
}

int list_rows_load(Link *link, gint64 id, ListRecord *ret, GError **error) {
  g_autoptr(Statement) s = NULL;
  *ret = (ListRecord){0};
  int r = link_query(link, &s, error, "SELECT name, rule FROM lists_now WHERE id = ?1", "i", id);
  if (r < 0 || (r = statement_step(s, error)) < 0)
    return r;
  if (r == 0)
    return fault(error, FAULT_ABSENT, "there is no such list; `valise lists list` shows those there are");
  *ret = (ListRecord){id, g_strdup(statement_text(s, 0)), g_strdup(statement_text(s, 1))};
  return 0;
}

int list_rows_insert(Revision *revision, const char *name, const char *rule, gboolean workshop,
                     gint64 question, gint64 *ret_id, GError **error) {
  g_autofree char *folded = text_fold(name);
  int r = link_insert(
      revision->link, ret_id, error,
      "INSERT INTO lists (born, name, folded, rule, workshop, question) VALUES (?1, ?2, ?3, ?4, ?5, ?6)"
      " ON CONFLICT (folded) DO NOTHING",
      "itttii", revision->generation, name, folded, rule, (gint64)workshop, question);
  if (r == 1)
    return fault(error, FAULT_RULE, "there is a list \"%s\" already; choose another name", name);
  return r;
}

int list_rows_need(Revision *revision, const char *name, gint64 *ret_id, GError **error) {
  g_autofree char *folded = text_fold(name);
  g_autoptr(Statement) s = NULL;
  int r = link_query(revision->link, &s, error, "SELECT id, rule FROM lists WHERE folded = ?1", "t", folded);
  if (r < 0 || (r = statement_step(s, error)) < 0)
    return r;
  if (r == 0)
    return list_rows_insert(revision, name, NULL, FALSE, 0, ret_id, error);
  *ret_id = statement_int(s, 0);
  if (!statement_is_null(s, 1))
    return fault(error, FAULT_RULE,
                 "the list \"%s\" is made by a rule; members cannot be added to it by hand", name);
  return 0;
}

int list_rows_check(Link *link, const char *name, char **ret_refusal, GError **error) {
  g_autofree char *folded = text_fold(name);
  gint64 one;
  int r =
      link_int(link, &one, error, "SELECT 1 FROM lists WHERE folded = ?1 AND rule IS NOT NULL", "t", folded);
  if (r == 0)
    *ret_refusal =
        g_strdup_printf("the list \"%s\" is made by a rule; members cannot be added to it by hand", name);
  return MIN(r, 0);
}

/* A member as it stands in the revision; version 0: it is none. */
typedef struct {
  gint64 version, born;
  gboolean as_asked; /* in the role that was asked for */
} Member;

static int find_member(Revision *revision, gint64 list, gint64 contact, const char *role, Member *ret,
                       GError **error) {
  g_autoptr(Statement) s = NULL;
  int r = link_query(revision->link, &s, error,
                     "SELECT version, born, role FROM member_versions WHERE list = ?1 AND contact = ?2"
                     " AND born <= ?3 AND died > ?3",
                     "iii", list, contact, revision->generation);
  *ret = (Member){0};
  if (r == 0 && (r = statement_step(s, error)) > 0) {
    const char *known = statement_text(s, 2);
    *ret = (Member){statement_int(s, 0), statement_int(s, 1),
                    role == NULL || g_strcmp0(*role != '\0' ? role : NULL, known) == 0};
    r = 0;
  }
  return r;
}

static int end_member(Revision *revision, const Member *member, GError **error) {
  int r = revision_owns(revision, member->born)
              ? link_run(revision->link, error, "DELETE FROM member_versions WHERE version = ?1", "i",
                         member->version)
              : link_run(revision->link, error, "UPDATE member_versions SET died = ?2 WHERE version = ?1",
                         "ii", member->version, revision->generation);
  return MIN(r, 0);
}

int list_rows_join(Revision *revision, gint64 list, gint64 contact, const char *role, GError **error) {
  Member member;
  int r = find_member(revision, list, contact, role, &member, error);
  if (r < 0 || (member.version != 0 && member.as_asked))
    return r < 0 ? r : 1;
  if (member.version != 0)
    r = end_member(revision, &member, error);
  if (r == 0)
    r = link_run(revision->link, error,
                 "INSERT INTO member_versions (born, list, contact, role) VALUES (?1, ?2, ?3, ?4)", "iiit",
                 revision->generation, list, contact, role != NULL && *role != '\0' ? role : NULL);
  return MIN(r, 0);
}

int list_rows_leave(Revision *revision, gint64 list, gint64 contact, GError **error) {
  Member member;
  int r = find_member(revision, list, contact, NULL, &member, error);
  if (r < 0 || member.version == 0)
    return r < 0 ? r : 1;
  return end_member(revision, &member, error);
}

int list_rows_members(Link *link, gint64 list, gint64 after, gsize limit, gint64 clearance, GArray *to,
                      GError **error) {
  g_autoptr(Statement) s = NULL;
  int r = link_query(
      link, &s, error,
      "SELECT m.contact FROM members_now m JOIN contacts_now c ON c.id = m.contact WHERE m.list = ?1"
      " AND m.contact > ?2 AND c.restricted <= ?3 ORDER BY m.contact LIMIT ?4",
      "iiii", list, after, clearance, (gint64)limit);
  while (r == 0 && (r = statement_step(s, error)) > 0) {
    gint64 id = statement_int(s, 0);
    g_array_append_val(to, id);
    r = 0;
  }
  return r;
}

static int holds_one(Link *link, const Rule *rule, enum rule_field field, const char *value,
                     const Contact *card, gboolean *ret, GError **error) {
  gint64 one = 0;
  if (field == RULE_AREA)
    return area_has_contact(link, value, card, rule_places(rule), ret, error);
  if (field == RULE_RECEIVED)
    return receipt_rows_of_version(link, card->id, value, ret, error);
  if (field == RULE_NOT_RECEIVED)
    return receipt_rows_of_document(link, card->id, value, ret, error);
  int r = link_int(link, &one, error,
                   "SELECT 1 FROM members_now m JOIN lists_now l ON l.id = m.list WHERE m.contact = ?1 AND"
                   " l.folded = ?2 LIMIT 1",
                   "it", card->id, value);
  *ret = r == 0;
  return MIN(r, 0);
}

int list_rows_matches(Link *link, const Rule *rule, const Contact *card, gboolean *ret, GError **error) {
  int r = 0;
  *ret = rule_takes_card(rule, card);
  for (gsize i = 0; i < rule_count(rule) && *ret && r == 0; i++) {
    const RuleCondition *condition = rule_at(rule, i);
    if (condition->field < RULE_AREA)
      continue;
    *ret = FALSE;
    for (char **value = condition->values; *value != NULL && !*ret && r == 0; value++)
      r = holds_one(link, rule, condition->field, *value, card, ret, error);
    if (condition->field == RULE_NOT_RECEIVED)
      *ret = !*ret;
  }
  return r;
}

int list_rule_takes(Link *link, const Rule *rule, const Contact *card, gboolean *ret, GError **error) {
  return list_rows_matches(link, rule, card, ret, error);
}

int list_rows_matching(Link *link, const Rule *rule, gint64 after, gsize limit, gint64 clearance, GArray *to,
                       GError **error) {
  static const char *const any[CONTACT_PATTERNS] = {"%", "%", "%", "%"};
  g_autoptr(Statement) s = NULL;
  gsize end = to->len + limit;
  int r = contact_rows_query(link, &CONTACT_FILTER_ANY, after, clearance, 0, any, &s, error);
  while (r == 0 && to->len < end && (r = statement_step(s, error)) > 0) {
    Contact card;
    gboolean taken = FALSE;
    contact_rows_borrow(s, 0, &card);
    r = list_rows_matches(link, rule, &card, &taken, error);
    if (taken)
      g_array_append_val(to, card.id);
  }
  return MIN(r, 0);
}

int list_rows_names(Link *link, gint64 contact, char **ret, GError **error) {
  g_autoptr(Statement) s = NULL;
  g_autoptr(GString) names = g_string_new(NULL);
  int r = link_query(
      link, &s, error,
      "SELECT l.name FROM members_now m JOIN lists_now l ON l.id = m.list WHERE m.contact = ?1 ORDER BY l.id",
      "i", contact);
  while (r == 0 && (r = statement_step(s, error)) > 0) {
    g_string_append_printf(names, "%s%s", names->len > 0 ? ", " : "", statement_text(s, 0));
    r = 0;
  }
  if (r == 0)
    *ret = g_strdup(names->str);
  return r;
}

int list_of_contact(Link *link, gint64 contact, gint64 clearance, ListSeatSeen seen, gpointer data,
                    GError **error) {
  g_autoptr(Statement) s = NULL;
  int r = contact_check(link, contact, clearance, error);
  if (r == 0)
    r = link_query(
        link, &s, error,
        "SELECT l.name, m.role, l.workshop, l.question FROM members_now m JOIN lists_now l ON l.id = "
        "m.list WHERE m.contact = ?1 ORDER BY l.folded",
        "i", contact);
  while (r == 0 && (r = statement_step(s, error)) > 0) {
    ListSeat seat = {.list = statement_text(s, 0),
                     .role = statement_text(s, 1),
                     .workshop = statement_int(s, 2) != 0,
                     .question = statement_int(s, 3)};
    r = seen(&seat, data, error);
    r = MIN(r, 0);
  }
  return r;
}

/* ---- who sees a list ---- */

#define SEES_ALL 1 /* the clearance of who may see everything (journal/actor.h) */

static int has_member(Link *link, const ListRecord *list, gint64 clearance, gboolean *ret, GError **error) {
  g_autoptr(GArray) ids = g_array_new(FALSE, FALSE, sizeof(gint64));
  g_autoptr(Rule) rule = NULL;
  int r = 0;
  if (list->rule == NULL)
    r = list_rows_members(link, list->id, 0, 1, clearance, ids, error);
  else if ((r = rule_parse(list->rule, &rule, error)) == 0)
    r = list_rows_matching(link, rule, 0, 1, clearance, ids, error);
  *ret = ids->len > 0;
  return r;
}

static int asks_receipts(const ListRecord *list, gboolean *ret, GError **error) {
  g_autoptr(Rule) rule = NULL;
  int r = list->rule != NULL ? rule_parse(list->rule, &rule, error) : 0;
  *ret = rule != NULL && rule_asks_receipts(rule);
  return r;
}

int list_is_hidden(Link *link, gint64 id, gint64 clearance, gboolean *ret, GError **error) {
  g_auto(ListRecord) list = {0};
  gboolean seen = FALSE;
  *ret = FALSE;
  if (clearance >= SEES_ALL)
    return 0;
  int r = list_rows_load(link, id, &list, error);
  if (r == 0)
    r = asks_receipts(&list, ret, error);
  if (r < 0 || *ret)
    return r;
  r = has_member(link, &list, clearance, &seen, error);
  return r < 0 || seen ? r : has_member(link, &list, SEES_ALL, ret, error);
}

int list_rule_is_hidden(Link *link, const Rule *rule, gint64 clearance, gboolean *ret, GError **error) {
  int r = 0;
  *ret = clearance < SEES_ALL && rule_asks_receipts(rule);
  for (gsize i = 0; r == 0 && i < rule_count(rule); i++) {
    const RuleCondition *condition = rule_at(rule, i);
    for (char **value = condition->values; condition->field == RULE_LIST && r == 0 && *value != NULL && !*ret;
         value++) {
      gint64 id;
      r = list_find(link, *value, &id, error);
      if (r == 0)
        r = list_is_hidden(link, id, clearance, ret, error);
    }
  }
  return r;
}

/* ---- listing ---- */

static int count_by_hand(Link *link, gint64 clearance, List *list, GError **error) {
  int r =
      clearance >= SEES_ALL
          ? link_int(link, &list->size, error, "SELECT count(*) FROM members_now WHERE list = ?1", "i",
                     list->id)
          : link_int(
                link, &list->size, error,
                "SELECT count(*) FROM members_now m JOIN contacts_now c ON c.id = m.contact WHERE m.list = ?1"
                " AND c.restricted <= ?2",
                "ii", list->id, clearance);
  return MIN(r, 0);
}

static int count_by_rule(Link *link, gint64 clearance, List *list, GError **error) {
  g_autoptr(Rule) rule = NULL;
  g_autoptr(GArray) ids = g_array_new(FALSE, FALSE, sizeof(gint64));
  gboolean hidden = FALSE;
  int r = rule_parse(list->rule, &rule, error);
  if (r == 0)
    r = list_rows_matching(link, rule, 0, G_MAXUINT / 2, clearance, ids, error);
  if (r == 0)
    r = list_rule_is_hidden(link, rule, clearance, &hidden, error);
  list->size = ids->len;
  if (hidden)
    list->rule = NULL;
  return r;
}

static int see_list(Link *link, gint64 clearance, List *list, ListSeen seen, gpointer data, GError **error) {
  gboolean hidden = FALSE;
  int r = list_is_hidden(link, list->id, clearance, &hidden, error);
  if (r < 0 || hidden)
    return r;
  r = list->rule == NULL ? count_by_hand(link, clearance, list, error)
                         : count_by_rule(link, clearance, list, error);
  if (r == 0)
    r = seen(list, data, error);
  return MIN(r, 0);
}

int list_each(Link *link, gint64 id, gint64 clearance, ListSeen seen, gpointer data, GError **error) {
  g_autoptr(Statement) s = NULL;
  int r = link_query(
      link, &s, error,
      "SELECT id, name, rule, workshop, question FROM lists_now WHERE ?1 = 0 OR id = ?1 ORDER BY folded", "i",
      id);
  while (r == 0 && (r = statement_step(s, error)) > 0) {
    List list = {.id = statement_int(s, 0),
                 .name = statement_text(s, 1),
                 .rule = statement_text(s, 2),
                 .workshop = statement_int(s, 3) != 0,
                 .question = statement_int(s, 4)};
    r = see_list(link, clearance, &list, seen, data, error);
  }
  return r;
}
