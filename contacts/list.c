/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "contacts/list.h"

#include "base/fault.h"
#include "base/text.h"
#include "contacts/area.h"
#include "contacts/contact_rows.h"
#include "contacts/list_rows.h"

#include <string.h>

static int check_name(const char *name, GError **error) {
  int r = text_check_line("name of the list", name, -1, TEXT_NAME_MAX, error);
  if (r == 0 && (text_blank(name) || strpbrk(name, ",;=|") != NULL))
    r = fault(error, FAULT_INPUT, "\"%s\" cannot name a list: it is empty, or has one of , ; = |", name);
  return r;
}

typedef struct {
  const char *name, *rule;
  gboolean workshop, join;
  gint64 question, id, changed;
  const char *role;
  const gint64 *ids;
  gsize count;
} ListWork;

static int create(Revision *revision, gpointer data, GError **error) {
  ListWork *work = data;
  int r =
      list_rows_insert(revision, work->name, work->rule, work->workshop, work->question, &work->id, error);
  if (r == 0)
    revision_note(revision, ENTRY_LIST_CHANGED, 0,
                  work->rule != NULL
                      ? g_strdup_printf("the list \"%s\" was created by the rule %s", work->name, work->rule)
                      : g_strdup_printf("the list \"%s\" was created", work->name));
  return r;
}

/* A rule names lists by hand only, so that no two rules can wait for each other. */
int list_rule_check(Link *link, const Rule *rule, gint64 clearance, GError **error) {
  gboolean hidden = FALSE;
  if (rule_asks_receipts(rule)) {
    int r = list_rule_is_hidden(link, rule, clearance, &hidden, error);
    if (r < 0 || hidden)
      return r < 0 ? r
                   : fault(error, FAULT_FORBIDDEN,
                           "who received what is not for volunteers to ask; ask an organiser");
  }
  for (gsize i = 0; i < rule_count(rule); i++) {
    const RuleCondition *condition = rule_at(rule, i);
    for (char **value = condition->values; condition->field == RULE_LIST && *value != NULL; value++) {
      g_auto(ListRecord) list = {0};
      gint64 id;
      int r = list_find_seen(link, *value, clearance, &id, error);
      if (r == 0)
        r = list_rows_load(link, id, &list, error);
      if (r == 0 && list.rule != NULL)
        r = fault(error, FAULT_RULE,
                  "the list \"%s\" is made by a rule itself; repeat its conditions instead", list.name);
      if (r < 0)
        return r;
    }
  }
  return 0;
}

/* Rules are walked without the table of States, so its names are said by their codes. */
static int check_places_of_rule(const States *states, const Rule *rule, GError **error) {
  for (gsize i = 0; states != NULL && i < rule_count(rule); i++) {
    const RuleCondition *condition = rule_at(rule, i);
    if (condition->field != RULE_AREA && condition->field != RULE_COUNTRY)
      continue;
    for (char **value = condition->values; *value != NULL; value++) {
      g_autofree char *code = area_code(states, *value);
      g_autofree char *without = condition->field == RULE_AREA ? area_code(NULL, *value) : NULL;
      if (code != NULL && without == NULL && g_ascii_strcasecmp(code, *value) != 0)
        return fault(error, FAULT_INPUT, "the rule says \"%s\"; write its code there, %s", *value, code);
    }
  }
  return 0;
}

static int check_rule(const Contacts *contacts, const Actor *actor, const char *text, GError **error) {
  g_autoptr(Rule) rule = NULL;
  g_autoptr(Link) link = NULL;
  int r = rule_parse(text, &rule, error);
  if (r == 0)
    r = store_read(contacts->store, &link, error);
  if (r == 0)
    r = check_places_of_rule(contacts->states, rule, error);
  return r == 0 ? list_rule_check(link, rule, actor_clearance(actor), error) : r;
}

int list_create(const Contacts *contacts, const Actor *actor, const char *name, const char *rule,
                gboolean workshop, gint64 question, gint64 *ret_id, GError **error) {
  g_autofree char *tidy = NULL;
  int r = check_name(name, error);
  if (r == 0 && rule != NULL)
    r = check_rule(contacts, actor, rule, error);
  if (r < 0)
    return r;
  tidy = text_tidy(name);
  ListWork work = {.name = tidy, .rule = rule, .workshop = workshop, .question = question};
  r = revision_by_hand(contacts, actor, create, &work, error);
  *ret_id = work.id;
  return r;
}

static int change(Revision *revision, gpointer data, GError **error) {
  ListWork *work = data;
  g_auto(ListRecord) list = {0};
  int r = list_find(revision->link, work->name, &work->id, error);
  if (r == 0)
    r = list_rows_load(revision->link, work->id, &list, error);
  if (r == 0 && list.rule != NULL)
    r = fault(error, FAULT_RULE, "the list \"%s\" is made by a rule; change what the contacts are instead",
              list.name);
  work->changed = 0;
  for (gsize i = 0; i < work->count && r == 0; i++) {
    g_autoptr(ContactVersion) version = NULL;
    if ((r = contact_rows_load_visible(revision, work->ids[i], &version, error)) < 0)
      return r;
    r = work->join ? list_rows_join(revision, work->id, work->ids[i], work->role, error)
                   : list_rows_leave(revision, work->id, work->ids[i], error);
    work->changed += r == 0;
    r = MIN(r, 0);
  }
  if (r == 0 && work->changed > 0)
    revision_note(revision, ENTRY_LIST_CHANGED, 0,
                  g_strdup_printf("%" G_GINT64_FORMAT " contacts %s the list \"%s\"%s%s", work->changed,
                                  work->join ? "joined" : "left", list.name,
                                  text_blank(work->role) ? "" : " as ",
                                  text_blank(work->role) ? "" : work->role));
  return r;
}

static int change_members(const Contacts *contacts, const Actor *actor, ListWork *work, gint64 *ret_changed,
                          GError **error) {
  int r = 0;
  /* A unit stays short however many there are; what is done twice does no harm. */
  const gint64 *ids = work->ids;
  gsize count = work->count;
  *ret_changed = 0;
  for (gsize i = 0; i < count && r == 0; i += STORE_CHUNK) {
    work->ids = ids + i;
    work->count = MIN(count - i, STORE_CHUNK);
    r = revision_by_hand(contacts, actor, change, work, error);
    *ret_changed += r == 0 ? work->changed : 0;
  }
  return r;
}

int list_add(const Contacts *contacts, const Actor *actor, const char *name, const gint64 *ids, gsize count,
             gint64 *ret_changed, GError **error) {
  return list_add_as(contacts, actor, name, ids, count, NULL, ret_changed, error);
}

int list_add_as(const Contacts *contacts, const Actor *actor, const char *name, const gint64 *ids,
                gsize count, const char *role, gint64 *ret_changed, GError **error) {
  g_autofree char *tidy = NULL;
  int r = role != NULL ? text_check_line("role", role, -1, TEXT_NAME_MAX, error) : 0;
  if (r < 0)
    return r;
  tidy = role != NULL ? text_tidy(role) : NULL;
  ListWork work = {.name = name, .join = TRUE, .ids = ids, .count = count, .role = tidy};
  return change_members(contacts, actor, &work, ret_changed, error);
}

int list_remove(const Contacts *contacts, const Actor *actor, const char *name, const gint64 *ids,
                gsize count, gint64 *ret_changed, GError **error) {
  ListWork work = {.name = name, .ids = ids, .count = count};
  return change_members(contacts, actor, &work, ret_changed, error);
}
