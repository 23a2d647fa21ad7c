/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "contacts/contact.h"

#include "base/fault.h"
#include "base/ident.h"
#include "base/text.h"
#include "contacts/area.h"
#include "contacts/contact_rows.h"
#include "contacts/filing.h"
#include "contacts/list_rows.h"
#include "contacts/objection.h"
#include "contacts/suppression.h"

#include <string.h>

static const char *const kinds[] = {"person", "office", "organisation"};
static const char *const standings[] = {"active", "objected", "erased"};
static const char *const genders[] = {"unknown", "m", "f", "plural"};

static int index_of(const char *const *names, gsize count, const char *name) {
  for (gsize i = 0; name != NULL && i < count; i++)
    if (g_str_equal(names[i], name))
      return (int)i;
  return -1;
}

const char *contact_kind_name(enum contact_kind kind) {
  return kinds[kind];
}

gboolean contact_kind_parse(const char *name, enum contact_kind *ret) {
  int found = index_of(kinds, G_N_ELEMENTS(kinds), name);
  if (found >= 0)
    *ret = (enum contact_kind)found;
  return found >= 0;
}

const char *contact_standing_name(enum contact_standing standing) {
  return standings[standing];
}

gboolean contact_standing_parse(const char *name, enum contact_standing *ret) {
  int found = index_of(standings, G_N_ELEMENTS(standings), name);
  if (found >= 0)
    *ret = (enum contact_standing)found;
  return found >= 0;
}

const char *gender_name(enum gender gender) {
  return genders[gender];
}

gboolean gender_parse(const char *name, enum gender *ret) {
  int found = index_of(genders, G_N_ELEMENTS(genders), name);
  if (found >= 0)
    *ret = (enum gender)found;
  return found >= 0;
}

/* ---- listing ---- */

typedef struct {
  char *patterns[CONTACT_PATTERNS];
  Rule *rule;
  gint64 members_of;
  AreaMemo *places;
} Asked;

static void asked_clear(Asked *asked) {
  for (gsize i = 0; i < CONTACT_PATTERNS; i++)
    g_free(asked->patterns[i]);
  rule_free(asked->rule);
  g_hash_table_unref(asked->places);
}

/* "%word%", with what LIKE would take for a wildcard escaped. */
static char *pattern_of(const char *word) {
  GString *out = g_string_new("%");
  for (const char *c = word; *c != '\0'; c++) {
    if (*c == '%' || *c == '_' || *c == '\\')
      g_string_append_c(out, '\\');
    g_string_append_c(out, *c);
  }
  g_string_append_c(out, '%');
  return g_string_free(out, FALSE);
}

static int read_search(const char *search, Asked *asked, GError **error) {
  int r = search != NULL ? text_check_line("search", search, -1, TEXT_NAME_MAX, error) : 0;
  if (r < 0)
    return r;
  g_autofree char *folded = text_fold(search != NULL ? search : "");
  /* What does not fit into the first words stays one piece with the last. */
  g_auto(GStrv) words = g_strsplit(folded, " ", CONTACT_PATTERNS);
  for (gsize i = 0, n = g_strv_length(words); i < CONTACT_PATTERNS; i++)
    asked->patterns[i] = i < n && *words[i] != '\0' ? pattern_of(words[i]) : g_strdup("%");
  return 0;
}

static int read_filter(Link *link, const ContactFilter *filter, Asked *asked, GError **error) {
  g_auto(ListRecord) list = {0};
  int r = read_search(filter->search, asked, error);
  if (r < 0 || filter->list == 0)
    return r;
  r = list_rows_load(link, filter->list, &list, error);
  if (r == 0 && list.rule != NULL)
    r = rule_parse(list.rule, &asked->rule, error);
  else if (r == 0)
    asked->members_of = list.id;
  return r;
}

static int walk(Link *link, const ContactFilter *filter, gint64 after, gint64 limit, gint64 clearance,
                ContactSeen seen, gpointer data, GError **error) {
  Asked asked = {.places = area_memo_new()};
  g_autoptr(Statement) s = NULL;
  gint64 given = 0;
  int r = read_filter(link, filter, &asked, error);
  if (r == 0)
    r = contact_rows_query(link, filter, after, clearance, asked.members_of,
                           (const char *const *)asked.patterns, &s, error);
  while (r == 0 && given < limit && (r = statement_step(s, error)) > 0) {
    Contact card;
    gboolean taken = TRUE;
    contact_rows_borrow(s, 0, &card);
    r = asked.rule != NULL ? list_rows_matches(link, asked.rule, &card, &taken, error) : 0;
    if (r == 0 && taken && filter->area != NULL)
      r = area_has_contact(link, filter->area, &card, asked.places, &taken, error);
    if (r == 0 && taken) {
      given++;
      r = seen(&card, data, error);
      r = MIN(r, 0);
    }
  }
  asked_clear(&asked);
  return MIN(r, 0);
}

int contact_each(Link *link, const ContactFilter *filter, gint64 clearance, ContactSeen seen, gpointer data,
                 GError **error) {
  if (filter->limit < 0 || filter->limit > CONTACT_PAGE_MAX)
    return fault(error, FAULT_INPUT, "a page has 1 to %d contacts", CONTACT_PAGE_MAX);
  return walk(link, filter, filter->after, filter->limit != 0 ? filter->limit : CONTACT_PAGE, clearance, seen,
              data, error);
}

static int count_one(const Contact *contact, gpointer data, GError **error) {
  (void)contact, (void)error;
  (*(gint64 *)data)++;
  return 0;
}

int contact_count(Link *link, const ContactFilter *filter, gint64 clearance, gint64 *ret, GError **error) {
  *ret = 0;
  return walk(link, filter, 0, G_MAXINT64, clearance, count_one, ret, error);
}

int contact_all(Link *link, const ContactFilter *filter, gint64 clearance, ContactSeen seen, gpointer data,
                GError **error) {
  return walk(link, filter, 0, G_MAXINT64, clearance, seen, data, error);
}

/* ---- adding and changing ---- */

typedef struct {
  const Contacts *contacts;
  Row *row;
  gint64 id;
  const char *reason;
  gboolean withdrawn;
} CardWork;

static void first_complaint(enum column column, const char *sentence, gboolean note, gpointer data) {
  GError **error = data;
  if (!note && *error == NULL)
    fault(error, FAULT_INPUT, "%s: %s", column_name(column), sentence);
}

static int read_pairs(const char *const *pairs, const States *states, gboolean fresh, Row *row,
                      GError **error) {
  for (; *pairs != NULL; pairs++) {
    const char *equals = strchr(*pairs, '=');
    g_autofree char *field = equals != NULL ? g_strndup(*pairs, (gsize)(equals - *pairs)) : NULL;
    if (field == NULL || !g_utf8_validate(*pairs, -1, NULL))
      return fault(error, FAULT_INPUT, "\"%s\" is no pair; write field=value",
                   field != NULL ? field : *pairs);
    enum column column = column_of(field);
    if (column == COLUMNS)
      return fault(error, FAULT_INPUT,
                   "there is no field \"%s\"; fields are called as the columns of a file: given_name, "
                   "family_name, email, country ...",
                   field);
    if (row->cell[column] != NULL)
      return fault(error, FAULT_INPUT, "the field %s is given twice; give it once", column_name(column));
    row->cell[column] = g_strdup(equals + 1);
  }
  g_autoptr(GError) bad = NULL;
  if (row_check(row, states, fresh, first_complaint, &bad) == 0)
    return 0;
  g_propagate_error(error, g_steal_pointer(&bad));
  return FAULT_INPUT;
}

static char *said_fields(const Row *row) {
  GString *out = g_string_new(NULL);
  for (int i = 0; i < COLUMNS; i++)
    if (row->cell[i] != NULL)
      g_string_append_printf(out, "%s%s", out->len > 0 ? ", " : "", column_name((enum column)i));
  return g_string_free(out, FALSE);
}

static int add(Revision *revision, gpointer data, GError **error) {
  CardWork *work = data;
  ContactSearch where = {.generation = revision->generation, .clearance = revision->clearance};
  g_autofree char *refusal = NULL;
  gint64 known = 0, number;
  Filed filed;
  if (row_says(work->row, COLUMN_ID) &&
      ident_parse(IDENT_CONTACT, work->row->cell[COLUMN_ID], &number, NULL) == 0)
    return fault(error, FAULT_INPUT,
                 "\"%s\" is given by this house; leave the id out, or give one of your own",
                 work->row->cell[COLUMN_ID]);
  int r = filing_find(revision->link, &where, work->row, &known, &refusal, error);
  if (r == 0 && (known != 0 || refusal != NULL)) {
    char id[IDENT_SIZE];
    return refusal != NULL ? fault(error, FAULT_RULE, "%s", refusal)
                           : fault(error, FAULT_RULE, "this contact is here already: %s; change that one",
                                   ident_into(IDENT_CONTACT, known, id));
  }
  if (r == 0)
    r = filing_row(revision, work->row, 0, NULL, &filed, error);
  if (r < 0)
    return r;
  work->id = filed.contact;
  revision_note(revision, ENTRY_CONTACT_ADDED, work->id,
                g_strdup_printf("%s was added by hand", kinds[MAX(row_kind(work->row), 0)]));
  return 0;
}

int contact_add(const Contacts *contacts, const Actor *actor, const char *const *pairs, gint64 *ret_id,
                GError **error) {
  g_autoptr(Row) row = row_new();
  int r = read_pairs(pairs, contacts->states, TRUE, row, error);
  if (r < 0)
    return r;
  CardWork work = {.contacts = contacts, .row = row};
  r = revision_by_hand(contacts, actor, add, &work, error);
  *ret_id = work.id;
  return r;
}

static int check_id(Revision *revision, const Row *row, gint64 id, GError **error) {
  gint64 other = 0, number;
  if (!row_says(row, COLUMN_ID))
    return 0;
  if (ident_parse(IDENT_CONTACT, row->cell[COLUMN_ID], &number, NULL) == 0)
    return fault(error, FAULT_INPUT, "\"%s\" is given by this house; choose an id of your own",
                 row->cell[COLUMN_ID]);
  int r = contact_rows_by_external(revision->link, revision->generation, row->cell[COLUMN_ID], &other, error);
  if (r == 0 && other != 0 && other != id)
    r = fault(error, FAULT_RULE, "the id \"%s\" cannot be used; choose another", row->cell[COLUMN_ID]);
  return r;
}

static int check_set(Revision *revision, const CardWork *work, const Contact *card, GError **error) {
  int kind = row_kind(work->row);
  if (card->standing == CONTACT_ERASED)
    return fault(error, FAULT_RULE, "the contact was erased at its wish; add a new one instead");
  if (work->row->cell[COLUMN_KIND] != NULL && kind != (int)card->kind)
    return fault(error, FAULT_RULE, "it is %s %s, and a kind never changes; add a new contact instead",
                 card->kind == CONTACT_PERSON ? "a" : "an", kinds[card->kind]);
  if (card->kind == CONTACT_PERSON && row_says(work->row, COLUMN_GROUND))
    return fault(error, FAULT_RULE, "only offices and organisations have grounds; note it with the office");
  return check_id(revision, work->row, work->id, error);
}

static int set(Revision *revision, gpointer data, GError **error) {
  CardWork *work = data;
  g_autoptr(ContactVersion) version = NULL;
  Filed filed;
  int r = contact_rows_load_visible(revision, work->id, &version, error);
  if (r == 0)
    r = check_set(revision, work, version->card, error);
  if (r == 0)
    r = filing_row(revision, work->row, work->id, NULL, &filed, error);
  if (r < 0)
    return r;
  g_autofree char *fields = said_fields(work->row);
  if (filed.changed)
    revision_note(revision, filed.holders > 0 ? ENTRY_TENURE_CHANGED : ENTRY_CONTACT_CHANGED, work->id,
                  g_strdup_printf("changed by hand: %s", fields));
  return 0;
}

int contact_set(const Contacts *contacts, const Actor *actor, gint64 id, const char *const *pairs,
                GError **error) {
  g_autoptr(Row) row = row_new();
  int r = read_pairs(pairs, contacts->states, FALSE, row, error);
  if (r < 0)
    return r;
  CardWork work = {.contacts = contacts, .row = row, .id = id};
  return revision_by_hand(contacts, actor, set, &work, error);
}

/* ---- objections ---- */

static int object(Revision *revision, gpointer data, GError **error) {
  CardWork *work = data;
  g_autoptr(ContactVersion) version = NULL;
  int r = contact_rows_load_visible(revision, work->id, &version, error);
  if (r < 0)
    return r;
  enum contact_standing wanted = work->withdrawn ? CONTACT_ACTIVE : CONTACT_OBJECTED;
  if (version->card->standing == wanted)
    return 1;
  if (version->card->standing == CONTACT_ERASED)
    return fault(error, FAULT_RULE, "the contact was erased at its wish; nothing more is noted about it");
  version->card->standing = wanted;
  r = contact_rows_save(revision, version, error);
  if (r == 0)
    r = objection_note(revision, work->id, &(Objection){.reason = work->reason, .withdrawn = work->withdrawn},
                       error);
  if (r == 0)
    r = work->withdrawn ? suppression_lift(revision, work->id, SUPPRESSED_OBJECTED, error)
                        : suppression_contact(revision, version->card, SUPPRESSED_OBJECTED, error);
  revision_touch(revision, work->id);
  revision_note(revision, ENTRY_OBJECTION, work->id,
                g_strdup_printf("%s: %s",
                                work->withdrawn ? "may be written to again" : "wishes not to be written to",
                                work->reason));
  return r;
}

static int note_objection(const Contacts *contacts, const Actor *actor, CardWork *work, GError **error) {
  int r = text_check_line("reason", work->reason, -1, TEXT_LINE_MAX, error);
  if (r == 0 && text_blank(work->reason))
    r = fault(error, FAULT_INPUT, "the reason is empty; say who told it, when and how");
  return r == 0 ? revision_by_hand(contacts, actor, object, work, error) : r;
}

int contact_object(const Contacts *contacts, const Actor *actor, gint64 id, const char *reason,
                   GError **error) {
  CardWork work = {.id = id, .reason = reason};
  return note_objection(contacts, actor, &work, error);
}

int contact_unobject(const Contacts *contacts, const Actor *actor, gint64 id, const char *reason,
                     GError **error) {
  CardWork work = {.id = id, .reason = reason, .withdrawn = TRUE};
  return note_objection(contacts, actor, &work, error);
}
