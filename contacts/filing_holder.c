/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "contacts/filing_holder.h"

#include "base/fault.h"
#include "base/text.h"

static gboolean names_holder(const Row *row) {
  return row_says(row, COLUMN_GIVEN_NAME) || row_says(row, COLUMN_FAMILY_NAME);
}

static char *folded_name(const char *given, const char *family) {
  g_autofree char *whole = g_strdup_printf("%s %s", given != NULL ? given : "", family != NULL ? family : "");
  return text_fold(whole);
}

/* The office's tenures and which of them the row means. */
typedef struct {
  Link *link;
  gint64 generation;
  Day today;
  GArray *tenures; /* TenureVersion */
  gint meant;      /* index, -1: none */
  gint64 person;   /* of that name among all who ever held the office; 0: none */
  guint present;   /* how many hold it today */
  gint holder;     /* the last of these, -1: none */
} Holding;

/* Ended tenures are meant only by their own days: a person may come back. */
static gboolean days_fit(const Holding *holding, const TenureVersion *t, const Row *row) {
  Day from = row_day(row, COLUMN_TENURE_FROM), to = row_day(row, COLUMN_TENURE_TO);
  if (t->to == 0 || t->to >= holding->today)
    return TRUE;
  return (from != 0 && t->from == from) || (to != 0 && t->to == to);
}

static int compare(Holding *holding, const Row *row, const char *name, guint index, GError **error) {
  const TenureVersion *t = &g_array_index(holding->tenures, TenureVersion, index);
  g_autoptr(ContactVersion) person = NULL;
  int r = contact_rows_load(holding->link, holding->generation, t->person, &person, error);
  if (r != 0)
    return MIN(r, 0);
  g_autofree char *theirs = folded_name(person->card->given_name, person->card->family_name);
  if (!g_str_equal(name, theirs))
    return 0;
  holding->person = t->person;
  if (days_fit(holding, t, row))
    holding->meant = (gint)index;
  return 0;
}

static int look(Holding *holding, const Row *row, gint64 office, GError **error) {
  g_autofree char *name = folded_name(row->cell[COLUMN_GIVEN_NAME], row->cell[COLUMN_FAMILY_NAME]);
  holding->meant = holding->holder = -1;
  int r = tenure_rows_load(holding->link, holding->generation, office, TENURE_OF_OFFICE, &holding->tenures,
                           error);
  for (guint i = 0; r == 0 && i < holding->tenures->len; i++) {
    const TenureVersion *t = &g_array_index(holding->tenures, TenureVersion, i);
    if (tenure_is_present(t->from, t->to, holding->today)) {
      holding->present++;
      holding->holder = (gint)i;
    }
    if (names_holder(row))
      r = compare(holding, row, name, i, error);
  }
  return r;
}

int filing_holder_check(Link *link, gint64 generation, Day today, const Row *row, gint64 office,
                        char **ret_refusal, GError **error) {
  Holding holding = {.link = link, .generation = generation, .today = today};
  int r = names_holder(row) ? look(&holding, row, office, error) : 0;
  if (r == 0 && names_holder(row) && !row_is_joint(row) && holding.meant < 0 && holding.present > 1)
    *ret_refusal = g_strdup_printf(
        "the office has %u holders at present, and this name is none of theirs; note the change "
        "with `valise contacts tenure`, and leave the names empty here",
        holding.present);
  g_clear_pointer(&holding.tenures, g_array_unref);
  return r;
}

static gboolean put_day(Day said, Day *to) {
  if (said == 0 || said == *to)
    return FALSE;
  *to = said;
  return TRUE;
}

static gboolean put_manner(const Row *row, enum tenure_manner *to) {
  enum tenure_manner said;
  if (!row_says(row, COLUMN_TENURE_MANNER) || !tenure_manner_parse(row->cell[COLUMN_TENURE_MANNER], &said) ||
      said == *to)
    return FALSE;
  *to = said;
  return TRUE;
}

/* What the row says of a tenure that is there. */
static int renew(Revision *revision, const Row *row, TenureVersion *t, gint64 *changed, GError **error) {
  gboolean differs = put_day(row_day(row, COLUMN_TENURE_FROM), &t->from);
  differs |= put_day(row_day(row, COLUMN_TENURE_TO), &t->to);
  differs |= put_day(row_day(row, COLUMN_VERIFIED_AT), &t->verified);
  differs |= put_manner(row, &t->manner);
  if (!differs)
    return 0;
  (*changed)++;
  return tenure_rows_save(revision, t, error);
}

/* What the row says of a person who is there, or a new one. */
static int file_person(Revision *revision, const Row *row, gint64 person, gint64 *ret_person, gint64 *changed,
                       GError **error) {
  g_autoptr(ContactVersion) version = NULL;
  int r = person != 0 ? contact_rows_load(revision->link, revision->generation, person, &version, error) : 0;
  if (r != 0)
    return MIN(r, 0);
  if (version == NULL) {
    version = contact_version_new(CONTACT_PERSON);
    version->card->restricted = 1;
  }
  gboolean differs = version->card->standing != CONTACT_ERASED && row_apply_person(row, version->card);
  if (differs || person == 0) {
    r = contact_rows_save(revision, version, error);
    revision_touch(revision, version->card->id);
    (*changed)++;
  }
  *ret_person = version->card->id;
  return r;
}

int filing_holder_end(Revision *revision, const TenureVersion *tenure, Day from, GError **error) {
  TenureVersion ended = *tenure;
  if (tenure->from != 0 && tenure->from >= from)
    return tenure_rows_end(revision, tenure, error);
  ended.to = from - 1;
  return tenure_rows_save(revision, &ended, error);
}

static int succeed(Revision *revision, const Row *row, const Contact *office, Holding *holding,
                   gint64 *changed, GError **error) {
  TenureVersion next = {.office = office->id,
                        .from = row_day(row, COLUMN_TENURE_FROM),
                        .to = row_day(row, COLUMN_TENURE_TO),
                        .verified = row_day(row, COLUMN_VERIFIED_AT)};
  int r = 0;
  /* A tenure that is over already followed nobody who is in office now. */
  put_manner(row, &next.manner);
  if (holding->holder >= 0 && !row_is_joint(row) && (next.to == 0 || next.to >= revision->today)) {
    r = filing_holder_end(revision, &g_array_index(holding->tenures, TenureVersion, holding->holder),
                          next.from != 0 ? next.from : revision->today, error);
    if (next.from == 0)
      next.from = revision->today;
    (*changed)++;
  }
  if (r == 0)
    r = file_person(revision, row, holding->person, &next.person, changed, error);
  if (r == 0)
    r = tenure_rows_save(revision, &next, error);
  (*changed)++;
  return r;
}

/* What is said without a name is said of whoever holds the office alone. */
static int file_unnamed(Revision *revision, const Row *row, Holding *holding, gint64 *changed,
                        GError **error) {
  static const enum column of_holder[] = {COLUMN_GENDER,       COLUMN_HONORIFIC, COLUMN_SALUTATION,
                                          COLUMN_TENURE_FROM,  COLUMN_TENURE_TO, COLUMN_VERIFIED_AT,
                                          COLUMN_TENURE_MANNER};
  gboolean says = FALSE;
  gint64 person;
  for (gsize i = 0; i < G_N_ELEMENTS(of_holder); i++)
    says |= row_says(row, of_holder[i]);
  if (holding->present == 1) {
    TenureVersion *t = &g_array_index(holding->tenures, TenureVersion, holding->holder);
    int r = file_person(revision, row, t->person, &person, changed, error);
    return r == 0 ? renew(revision, row, t, changed, error) : r;
  }
  /* A file may well say "unknown" of a vacant office; a person who types it means somebody. */
  if (says && revision->by_hand)
    return fault(
        error, FAULT_RULE, "the office has %u holders at present, so nobody can tell who is meant; %s",
        holding->present, holding->present == 0 ? "name the holder" : "change the person's own card");
  return 0;
}

static int file_holding(Revision *revision, const Row *row, const Contact *office, Holding *holding,
                        gint64 *changed, GError **error) {
  gint64 person;
  if (!names_holder(row))
    return file_unnamed(revision, row, holding, changed, error);
  if (holding->meant >= 0) {
    TenureVersion *t = &g_array_index(holding->tenures, TenureVersion, holding->meant);
    int r = file_person(revision, row, t->person, &person, changed, error);
    return r == 0 ? renew(revision, row, t, changed, error) : r;
  }
  if (holding->present > 1 && !row_is_joint(row))
    return fault(error, FAULT_RULE,
                 "%s has %u holders at present, and this name is none of theirs; note the change with "
                 "`valise contacts "
                 "tenure`",
                 office->name != NULL ? office->name : "the office", holding->present);
  return succeed(revision, row, office, holding, changed, error);
}

int filing_holder(Revision *revision, const Row *row, const Contact *office, gint64 *ret_changed,
                  GError **error) {
  Holding holding = {.link = revision->link, .generation = revision->generation, .today = revision->today};
  int r = look(&holding, row, office->id, error);
  *ret_changed = 0;
  if (r == 0)
    r = file_holding(revision, row, office, &holding, ret_changed, error);
  g_clear_pointer(&holding.tenures, g_array_unref);
  return r;
}
