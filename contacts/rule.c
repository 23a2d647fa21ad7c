/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "contacts/rule.h"

#include "base/digest.h"
#include "base/fault.h"
#include "base/ident.h"
#include "base/text.h"
#include "contacts/list.h"

#include <string.h>

struct Rule {
  GArray *conditions; /* RuleCondition */
  AreaMemo *places;
};

static const char *const fields[RULE_FIELDS] = {"country", "kind", "office_kind", "language",
                                                "area",    "list", "received",    "not-received"};

static void condition_clear(gpointer condition) {
  g_strfreev(((RuleCondition *)condition)->values);
}

void rule_free(Rule *rule) {
  if (rule == NULL)
    return;
  g_array_unref(rule->conditions);
  g_hash_table_unref(rule->places);
  g_free(rule);
}

AreaMemo *rule_places(const Rule *rule) {
  return rule->places;
}

gsize rule_count(const Rule *rule) {
  return rule->conditions->len;
}

const RuleCondition *rule_at(const Rule *rule, gsize index) {
  return &g_array_index(rule->conditions, RuleCondition, index);
}

/* The next piece up to a space outside quotes, quotes taken off; *AT moves on. NULL at the end. */
static char *next_piece(const char **at) {
  while (**at == ' ')
    (*at)++;
  if (**at == '\0')
    return NULL;
  GString *piece = g_string_new(NULL);
  for (gboolean quoted = FALSE; **at != '\0' && (quoted || **at != ' '); (*at)++) {
    if (**at == '"')
      quoted = !quoted;
    else
      g_string_append_c(piece, **at);
  }
  return g_string_free(piece, FALSE);
}

static int check_value(enum rule_field field, const char *value, GError **error) {
  enum contact_kind kind;
  if (*value == '\0')
    return fault(error, FAULT_INPUT, "the rule has an empty value for %s; leave the condition out instead",
                 fields[field]);
  if (field == RULE_KIND && !contact_kind_parse(value, &kind))
    return fault(error, FAULT_INPUT, "the rule says kind=%s; kinds are person, office and organisation",
                 value);
  Digest digest;
  gint64 document;
  if (field == RULE_RECEIVED && !digest_parse(value, &digest))
    return fault(
        error, FAULT_INPUT,
        "the rule says received=%s; give the SHA-256 of a version, as `valise documents show` prints it",
        value);
  return field == RULE_NOT_RECEIVED ? ident_parse(IDENT_DOCUMENT, value, &document, error) : 0;
}

/* A region may be called by its name; grounds that were noted in these very words are found too. */
static void add_area_code(const char *area, GPtrArray *to) {
  g_autofree char *code = area_code(NULL, area);
  if (code != NULL && g_ascii_strcasecmp(code, area) != 0)
    g_ptr_array_add(to, g_ascii_strdown(code, -1));
}

static int read_condition(const char *piece, RuleCondition *to, GError **error) {
  const char *equals = strchr(piece, '=');
  int field = RULE_FIELDS;
  for (int i = 0; equals != NULL && i < RULE_FIELDS; i++)
    if (strlen(fields[i]) == (gsize)(equals - piece) &&
        strncmp(fields[i], piece, (gsize)(equals - piece)) == 0)
      field = i;
  if (field == RULE_FIELDS)
    return fault(error, FAULT_INPUT,
                 "\"%s\" is no condition of a rule; write field=value,value with the fields country, kind, "
                 "office_kind, language, area, list, received and not-received",
                 piece);
  g_auto(GStrv) values = g_strsplit(equals + 1, ",", 0);
  GPtrArray *folded = g_ptr_array_new();
  int r = values[0] == NULL ? check_value((enum rule_field)field, "", error) : 0;
  for (char **value = values; *value != NULL && r == 0; value++) {
    char *plain = text_fold(*value);
    g_ptr_array_add(folded, plain);
    r = check_value((enum rule_field)field, plain, error);
    if (r == 0 && field == RULE_AREA)
      add_area_code(plain, folded);
  }
  g_ptr_array_add(folded, NULL);
  *to = (RuleCondition){(enum rule_field)field, (char **)g_ptr_array_free(folded, FALSE)};
  return r;
}

/* Who did not get something is nearly everybody: a rule says among whom. */
static int check_whole(const Rule *rule, GError **error) {
  gsize n = rule->conditions->len;
  if (n == 0 || n > LIST_RULE_CONDITIONS_MAX)
    return fault(error, FAULT_INPUT,
                 "a rule has 1 to %d conditions; write for example \"kind=office country=FR,BE\"",
                 LIST_RULE_CONDITIONS_MAX);
  for (gsize i = 0; i < n; i++)
    if (rule_at(rule, i)->field != RULE_NOT_RECEIVED)
      return 0;
  return fault(error, FAULT_INPUT,
               "the rule would take everybody who did not get it; say among whom, such as list=NAME "
               "not-received=F-3");
}

int rule_parse(const char *text, Rule **ret, GError **error) {
  int r = text_check_line("rule", text, -1, TEXT_LINE_MAX, error);
  if (r < 0)
    return r;
  g_autoptr(Rule) rule = g_new0(Rule, 1);
  rule->conditions = g_array_new(FALSE, FALSE, sizeof(RuleCondition));
  rule->places = area_memo_new();
  g_array_set_clear_func(rule->conditions, condition_clear);
  const char *at = text;
  for (char *piece; r == 0 && (piece = next_piece(&at)) != NULL; g_free(piece)) {
    RuleCondition condition = {0};
    if ((r = read_condition(piece, &condition, error)) == 0 || condition.values != NULL)
      g_array_append_val(rule->conditions, condition);
  }
  if (r == 0)
    r = check_whole(rule, error);
  if (r == 0)
    *ret = g_steal_pointer(&rule);
  return r;
}

static gboolean has_value(const RuleCondition *condition, const char *value) {
  if (value == NULL)
    return FALSE;
  for (char **one = condition->values; *one != NULL; one++)
    if (g_ascii_strcasecmp(*one, value) == 0)
      return TRUE;
  return FALSE;
}

/* An area counts for its country: "ca" takes CA-QC. */
static gboolean has_country(const RuleCondition *condition, const char *country) {
  if (country == NULL || has_value(condition, country))
    return country != NULL;
  g_autofree char *state = g_strndup(country, strcspn(country, "-"));
  return has_value(condition, state);
}

static gboolean has_language(const RuleCondition *condition, const char *languages) {
  g_autofree char *first = g_strndup(languages, strcspn(languages, " "));
  g_autofree char *primary = g_strndup(languages, strcspn(languages, " -"));
  return has_value(condition, first) || has_value(condition, primary);
}

static gboolean holds(const RuleCondition *condition, const Contact *card) {
  switch (condition->field) {
  case RULE_COUNTRY:
    return has_country(condition, card->country);
  case RULE_KIND:
    return has_value(condition, contact_kind_name(card->kind));
  case RULE_OFFICE_KIND:
    return has_value(condition, card->office_kind);
  case RULE_LANGUAGE:
    return has_language(condition, card->languages);
  default:
    return TRUE;
  }
}

static gboolean is_about_receipts(const RuleCondition *condition) {
  return condition->field == RULE_RECEIVED || condition->field == RULE_NOT_RECEIVED;
}

gboolean rule_asks_receipts(const Rule *rule) {
  for (gsize i = 0; i < rule_count(rule); i++)
    if (is_about_receipts(rule_at(rule, i)))
      return TRUE;
  return FALSE;
}

gboolean rule_takes_card(const Rule *rule, const Contact *card) {
  for (gsize i = 0; i < rule_count(rule); i++)
    if (!holds(rule_at(rule, i), card))
      return FALSE;
  return TRUE;
}
