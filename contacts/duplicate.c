/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "contacts/duplicate.h"

#include "base/fault.h"
#include "base/ident.h"
#include "contacts/contact_rows.h"
#include "contacts/duplicate_name.h"
#include "contacts/duplicate_rows.h"

#include <string.h>

#define SUBJECTS_MAX 100000 /* kept in memory while pairs are compared */

static const struct {
  const char *name;
  int points;
} reasons[] = {
#define REASON(symbol, name, points) [symbol] = {name, points},
#include "contacts/duplicate_reasons.def"
#undef REASON
};

const char *duplicate_reason_name(enum duplicate_reason reason) {
  return reasons[reason].name;
}

/* ---- keys ---- */

/* Of what kind a key is; what it tells by itself is not looked for again. */
enum key_kind { KEY_NAME, KEY_WORDS, KEY_ORGANISATION, KEY_OFFICE, KEY_MAILBOX, KEY_TELEPHONE };

typedef struct {
  guint64 key; /* a hash, its last bits the kind */
  gint64 contact;
} Key;
#define KEY_BITS 3

static guint reasons_of_key(guint64 key) {
  enum key_kind kind = (enum key_kind)(key & ((1U << KEY_BITS) - 1));
  return kind == KEY_MAILBOX ? 1U << SAME_MAILBOX : kind == KEY_TELEPHONE ? 1U << SAME_TELEPHONE : 0;
}

/* FNV-1a. */
static void add_key(GArray *keys, gint64 contact, enum contact_kind kind, enum key_kind what, const char *one,
                    const char *two) {
  const char *const parts[] = {one, two};
  guint64 hash = G_GUINT64_CONSTANT(14695981039346656037) ^ (guint64)kind;
  for (gsize i = 0; i < G_N_ELEMENTS(parts); i++) {
    for (const char *c = parts[i]; *c != '\0'; c++)
      hash = (hash ^ (guchar)*c) * G_GUINT64_CONSTANT(1099511628211);
    hash = (hash ^ 0xFF) * G_GUINT64_CONSTANT(1099511628211);
  }
  Key key = {hash << KEY_BITS | (guint64)what, contact};
  g_array_append_val(keys, key);
}

static char *whole_name(const Contact *c) {
  return g_strdup_printf("%s %s", c->given_name != NULL ? c->given_name : "",
                         c->family_name != NULL ? c->family_name : "");
}

static gint by_text(gconstpointer a, gconstpointer b) {
  return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* A word is told by how it sounds, and by how the other begins: by one letter where this one is the longer
 * (which is all that an initial leaves), else by two, because so many have a short word in common. */
static void add_word_key(GArray *keys, const Contact *c, const char *word, const char *other) {
  g_autofree char *skeleton = duplicate_name_skeleton(word);
  glong letters = g_utf8_strlen(word, -1) >= g_utf8_strlen(other, -1) ? 1 : 2;
  g_autofree char *beginning = g_utf8_substring(other, 0, MIN(letters, g_utf8_strlen(other, -1)));
  add_key(keys, c->id, c->kind, KEY_NAME, skeleton, beginning);
}

/* All words in one order, which finds names that are equal but for it; and each word with each other:
 * "norvane/j" is common to "Jean Norvane" and "Norvane J." */
static void add_name_keys(GArray *keys, const Contact *c) {
  g_autofree char *name = whole_name(c);
  g_auto(GStrv) words = duplicate_name_words(name);
  qsort(words, g_strv_length(words), sizeof *words, by_text);
  g_autofree char *sorted = g_strjoinv(" ", words);
  if (*sorted != '\0')
    add_key(keys, c->id, c->kind, KEY_WORDS, sorted, "");
  for (char **word = words; *word != NULL; word++)
    for (char **other = words; *other != NULL; other++)
      if (other != word && g_utf8_strlen(*word, -1) >= 3)
        add_word_key(keys, c, *word, *other);
}

static int see_card(const Contact *c, gpointer data, GError **error) {
  (void)error;
  GArray *keys = data;
  g_autofree char *organisation =
      c->organisation != NULL ? duplicate_name_plain(c->organisation) : g_strdup("");
  if (c->kind == CONTACT_PERSON)
    add_name_keys(keys, c);
  if (c->kind == CONTACT_ORGANISATION && *organisation != '\0') {
    g_autofree char *skeleton = duplicate_name_skeleton(organisation);
    add_key(keys, c->id, c->kind, KEY_ORGANISATION, skeleton, "");
  }
  if (c->kind == CONTACT_OFFICE)
    add_key(keys, c->id, c->kind, KEY_OFFICE, c->office_kind != NULL ? c->office_kind : "",
            c->country != NULL ? c->country : organisation);
  return 0;
}

/* The last digits are the same with and without the country's code. */
static const char *tail_of(const char *number) {
  gsize length = strlen(number);
  return length > 9 ? number + length - 9 : number;
}

static int see_route(gint64 contact, enum contact_kind of, enum channel_kind kind, const char *folded,
                     gpointer data, GError **error) {
  (void)error;
  if (kind == CHANNEL_EMAIL)
    add_key(data, contact, of, KEY_MAILBOX, folded, "");
  else
    add_key(data, contact, of, KEY_TELEPHONE, tail_of(folded), "");
  return 0;
}

/* ---- pairs that share a key ---- */

typedef struct {
  gint64 a, b;
  guint reasons; /* that their common keys tell */
} Pair;

static gint by_key(gconstpointer a, gconstpointer b) {
  const Key *x = a, *y = b;
  if (x->key != y->key)
    return x->key < y->key ? -1 : 1;
  return (x->contact > y->contact) - (x->contact < y->contact);
}

static gint by_pair(gconstpointer a, gconstpointer b) {
  const Pair *x = a, *y = b;
  if (x->a != y->a)
    return x->a < y->a ? -1 : 1;
  return (x->b > y->b) - (x->b < y->b);
}

/* Each contact of a block with those behind it, up to DUPLICATE_BLOCK of them. */
static void add_pairs(const Key *block, guint count, GArray *pairs) {
  for (guint i = 0; i < count; i++)
    for (guint j = i + 1; j < MIN(count, i + DUPLICATE_BLOCK) && pairs->len < 4 * DUPLICATE_PAIRS; j++)
      if (block[i].contact != block[j].contact) {
        Pair pair = {block[i].contact, block[j].contact, reasons_of_key(block[i].key)};
        g_array_append_val(pairs, pair);
      }
}

/* TRUE when all are kept. */
static gboolean drop_repeated(GArray *pairs) {
  guint kept = 0;
  gboolean complete = pairs->len < 4 * DUPLICATE_PAIRS;
  g_array_sort(pairs, by_pair);
  for (guint i = 0; i < pairs->len; i++) {
    const Pair *pair = &g_array_index(pairs, Pair, i);
    if (kept == 0 || by_pair(pair, &g_array_index(pairs, Pair, kept - 1)) != 0)
      g_array_index(pairs, Pair, kept++) = *pair;
    else
      g_array_index(pairs, Pair, kept - 1).reasons |= pair->reasons;
  }
  g_array_set_size(pairs, MIN(kept, DUPLICATE_PAIRS));
  return complete && kept <= DUPLICATE_PAIRS;
}

static GArray *pairs_of(GArray *keys, gboolean *ret_complete) {
  GArray *pairs = g_array_new(FALSE, FALSE, sizeof(Pair));
  g_array_sort(keys, by_key);
  for (guint from = 0, to; from < keys->len; from = to) {
    const Key *first = &g_array_index(keys, Key, from);
    for (to = from + 1; to < keys->len && g_array_index(keys, Key, to).key == first->key; to++)
      ;
    add_pairs(first, to - from, pairs);
  }
  *ret_complete = drop_repeated(pairs);
  return pairs;
}

/* ---- one pair ---- */

/* What is compared of a contact, in one spelling. */
typedef struct {
  enum contact_kind kind;
  char **words;
  char *organisation, *office, *portfolio, *office_kind, *country, *city;
} Subject;

static void subject_free(gpointer data) {
  Subject *s = data;
  g_strfreev(s->words);
  g_free(s->organisation);
  g_free(s->office);
  g_free(s->portfolio);
  g_free(s->office_kind);
  g_free(s->country);
  g_free(s->city);
  g_free(s);
}

static char *plain(const char *text) {
  return text != NULL ? duplicate_name_plain(text) : g_strdup("");
}

static int load_subject(Link *link, gint64 id, gint64 clearance, Subject **ret, GError **error) {
  g_autoptr(Contact) c = NULL;
  int r = contact_find(link, id, clearance, &c, error);
  if (r < 0)
    return r;
  g_autofree char *name = c->kind == CONTACT_PERSON ? whole_name(c) : g_strdup(c->organisation);
  Subject *subject = g_new0(Subject, 1);
  *subject = (Subject){.kind = c->kind,
                       .words = duplicate_name_words(name != NULL ? name : ""),
                       .organisation = plain(c->organisation),
                       .office = plain(c->office),
                       .portfolio = plain(c->portfolio),
                       .office_kind = g_strdup(c->office_kind != NULL ? c->office_kind : ""),
                       .country = g_strdup(c->country != NULL ? c->country : ""),
                       .city = plain(c->city)};
  *ret = subject;
  return 0;
}

static gboolean same_said(const char *a, const char *b) {
  return *a != '\0' && g_str_equal(a, b);
}

static gboolean may_be_same(const char *a, const char *b) {
  return *a == '\0' || *b == '\0' || g_str_equal(a, b);
}

static guint reasons_of_name(const Subject *a, const Subject *b) {
  static const guint bits[] = {[NAMES_DIFFER] = 0,
                               [NAMES_SAME] = 1U << SAME_NAME,
                               [NAMES_SWAPPED] = 1U << SWAPPED_NAME,
                               [NAMES_INITIALS] = 1U << INITIALS,
                               [NAMES_SIMILAR] = 1U << SIMILAR_NAME};
  return bits[duplicate_name_compare(a->words, b->words)];
}

/* An office is what it is called, in its State or organisation; the holder may be another, or nobody. */
static guint reasons_of_office(const Subject *a, const Subject *b) {
  gboolean place = may_be_same(a->country, b->country) && may_be_same(a->organisation, b->organisation) &&
                   may_be_same(a->city, b->city) && may_be_same(a->portfolio, b->portfolio);
  gboolean somewhere = same_said(a->country, b->country) || same_said(a->organisation, b->organisation);
  gboolean kind = same_said(a->office_kind, b->office_kind);
  if (place && somewhere && may_be_same(a->office_kind, b->office_kind) && same_said(a->office, b->office))
    return 1U << SAME_OFFICE;
  if (place && somewhere && kind && (*a->office == '\0' || *b->office == '\0'))
    return 1U << SAME_OFFICE;
  return kind && somewhere ? 1U << SAME_OFFICE_KIND : 0;
}

static guint reasons_for(const Subject *a, const Subject *b, guint found) {
  found |= a->kind == CONTACT_OFFICE ? reasons_of_office(a, b) : reasons_of_name(a, b);
  gboolean countries = *a->country != '\0' && *b->country != '\0';
  if (found != 0 && a->kind == CONTACT_PERSON && same_said(a->organisation, b->organisation))
    found |= 1U << SAME_ORGANISATION;
  if (found != 0 && a->kind != CONTACT_OFFICE && countries)
    found |= 1U << (g_str_equal(a->country, b->country) ? SAME_COUNTRY : OTHER_COUNTRY);
  return found;
}

static int score_of(guint found, enum contact_kind kind) {
  int score = 0;
  for (int i = 0; i < DUPLICATE_REASONS; i++)
    score += (found & (1U << i)) != 0 ? reasons[i].points : 0;
  /* What an organisation is called tells it from all others; an office's mailbox may be that of a whole
   * ministry. */
  if (kind == CONTACT_ORGANISATION && (found & (1U << SAME_NAME | 1U << SWAPPED_NAME)) != 0)
    score += 18;
  if (kind == CONTACT_OFFICE && (found & (1U << SAME_MAILBOX)) != 0)
    score -= 20;
  return CLAMP(score, 0, DUPLICATE_SCORE_MAX);
}

/* ---- all pairs ---- */

typedef struct {
  Link *link;
  const DuplicateFilter *filter;
  gint64 clearance;
  GHashTable *subjects; /* id -> Subject */
  GArray *found;        /* Duplicate, without names */
  gboolean complete;
} Search;

static int subject_of(Search *search, gint64 id, const Subject **ret, GError **error) {
  Subject *subject = g_hash_table_lookup(search->subjects, GSIZE_TO_POINTER((gsize)id));
  int r = 0;
  if (subject == NULL) {
    r = load_subject(search->link, id, search->clearance, &subject, error);
    if (subject != NULL)
      g_hash_table_insert(search->subjects, GSIZE_TO_POINTER((gsize)id), subject);
  }
  *ret = subject;
  return r;
}

static int compare(Search *search, const Pair *pair, GError **error) {
  const Subject *a = NULL, *b = NULL;
  gboolean distinct = FALSE;
  if (g_hash_table_size(search->subjects) >= SUBJECTS_MAX)
    g_hash_table_remove_all(search->subjects);
  int r = subject_of(search, pair->a, &a, error);
  if (r == 0)
    r = subject_of(search, pair->b, &b, error);
  if (r < 0 || a->kind != b->kind)
    return r;
  guint found = reasons_for(a, b, pair->reasons);
  Duplicate duplicate = {.a = pair->a, .b = pair->b, .score = score_of(found, a->kind), .reasons = found};
  int least = search->filter->min_score > 0 ? search->filter->min_score : DUPLICATE_SCORE;
  if (found == 0 || duplicate.score < least)
    return 0;
  r = duplicate_rows_distinct(search->link, pair->a, pair->b, &distinct, error);
  if (r == 0 && !distinct)
    g_array_append_val(search->found, duplicate);
  return r;
}

static gint by_score(gconstpointer a, gconstpointer b) {
  const Duplicate *x = a, *y = b;
  if (x->score != y->score)
    return y->score - x->score;
  Pair one = {x->a, x->b, 0}, other = {y->a, y->b, 0};
  return by_pair(&one, &other);
}

static int find_all(Search *search, GError **error) {
  g_autoptr(GArray) keys = g_array_new(FALSE, FALSE, sizeof(Key));
  int r = duplicate_rows_cards(search->link, search->filter->kind, search->clearance, see_card, keys, error);
  if (r == 0)
    r = duplicate_rows_routes(search->link, search->filter->kind, search->clearance, see_route, keys, error);
  if (r < 0)
    return r;
  g_autoptr(GArray) pairs = pairs_of(keys, &search->complete);
  for (guint i = 0; r == 0 && i < pairs->len; i++)
    r = compare(search, &g_array_index(pairs, Pair, i), error);
  g_array_sort(search->found, by_score);
  return r;
}

static int hand_over(Search *search, DuplicateSeen seen, gpointer data, GError **error) {
  const DuplicateFilter *filter = search->filter;
  int r = 0;
  for (gint64 i = filter->after; r == 0 && i < search->found->len && i - filter->after < filter->limit; i++) {
    Duplicate *duplicate = &g_array_index(search->found, Duplicate, i);
    g_autoptr(Contact) a = NULL;
    g_autoptr(Contact) b = NULL;
    r = contact_find(search->link, duplicate->a, search->clearance, &a, error);
    if (r == 0)
      r = contact_find(search->link, duplicate->b, search->clearance, &b, error);
    if (r < 0)
      return r;
    duplicate->a_name = a->name;
    duplicate->b_name = b->name;
    r = seen(duplicate, data, error);
    r = MIN(r, 0);
  }
  return r;
}

int duplicate_each(Link *link, const DuplicateFilter *filter, gint64 clearance, DuplicateSeen seen,
                   gpointer data, DuplicateCount *ret, GError **error) {
  if (filter->min_score < 0 || filter->min_score > DUPLICATE_SCORE_MAX)
    return fault(error, FAULT_INPUT, "a score is between 1 and %d", DUPLICATE_SCORE_MAX);
  Search search = {.link = link,
                   .filter = filter,
                   .clearance = clearance,
                   .subjects = g_hash_table_new_full(NULL, NULL, NULL, subject_free),
                   .found = g_array_new(FALSE, FALSE, sizeof(Duplicate))};
  int r = find_all(&search, error);
  if (ret != NULL)
    *ret = (DuplicateCount){search.found->len, search.complete};
  if (r == 0)
    r = hand_over(&search, seen, data, error);
  g_hash_table_unref(search.subjects);
  g_array_unref(search.found);
  return r;
}

/* ---- not the same ---- */

typedef struct {
  gint64 a, b;
  gboolean distinct;
} MarkWork;

static int mark(Revision *revision, gpointer data, GError **error) {
  const MarkWork *work = data;
  g_autoptr(ContactVersion) a = NULL;
  g_autoptr(ContactVersion) b = NULL;
  char one[IDENT_SIZE], other[IDENT_SIZE];
  int r = contact_rows_load_visible(revision, work->a, &a, error);
  if (r == 0)
    r = contact_rows_load_visible(revision, work->b, &b, error);
  if (r == 0)
    r = work->distinct
            ? duplicate_rows_mark(revision->link, work->a, work->b, revision->user, revision->now, error)
            : duplicate_rows_unmark(revision->link, work->a, work->b, error);
  if (r <= 0)
    return r < 0 ? r : 1;
  /* An entry is seen by whoever may see its contact: it names both. */
  revision_note(
      revision, ENTRY_CONTACTS_DISTINCT, b->card->restricted > a->card->restricted ? work->b : work->a,
      g_strdup_printf(work->distinct ? "%s and %s are not the same" : "%s and %s may be the same after all",
                      ident_into(IDENT_CONTACT, work->a, one), ident_into(IDENT_CONTACT, work->b, other)));
  return 0;
}

int duplicate_mark(const Contacts *contacts, const Actor *actor, gint64 a, gint64 b, gboolean distinct,
                   GError **error) {
  if (a == b)
    return fault(error, FAULT_INPUT, "that is one contact twice; name two");
  MarkWork work = {MIN(a, b), MAX(a, b), distinct};
  return revision_by_hand(contacts, actor, mark, &work, error);
}
