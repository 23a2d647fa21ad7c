/* SPDX-License-Identifier: GPL-3.0-or-later */
/* rule.h - the rule of a list (list.h), read and applied. Pure */
#pragma once

#include "contacts/area.h"

enum rule_field {
  RULE_COUNTRY,
  RULE_KIND,
  RULE_OFFICE_KIND,
  RULE_LANGUAGE,
  RULE_AREA,
  RULE_LIST,
  RULE_RECEIVED,     /* a version of a document, by its SHA-256 */
  RULE_NOT_RECEIVED, /* none of these documents, in no language */
  RULE_FIELDS
};

typedef struct {
  enum rule_field field;
  char **values; /* folded; ended by NULL */
} RuleCondition;

typedef struct Rule Rule;

/* 0 and *ret, or FAULT_INPUT. Values with spaces stand in quotes: list="Amis du forum". */
int rule_parse(const char *text, Rule **ret, GError **error);
void rule_free(Rule *rule);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Rule, rule_free)

gsize rule_count(const Rule *rule);
const RuleCondition *rule_at(const Rule *rule, gsize index);
/* TRUE when it asks who was sent what: that is no business of who may not see all. */
gboolean rule_asks_receipts(const Rule *rule);
/* What was asked of places while the rule was applied; a rule belongs to one thread. */
AreaMemo *rule_places(const Rule *rule);
/* Do the conditions hold that a card alone decides (country, kind, office_kind, language)? */
gboolean rule_takes_card(const Rule *rule, const Contact *card);
