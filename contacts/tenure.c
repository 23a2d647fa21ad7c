/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "contacts/tenure.h"

#include "base/fault.h"
#include "base/ident.h"
#include "contacts/contact_rows.h"
#include "contacts/filing_holder.h"
#include "contacts/tenure_rows.h"

static const char *const manners[TENURE_MANNERS] = {"in-office", "acting", "contested"};

const char *tenure_manner_name(enum tenure_manner manner) {
  return manners[manner];
}

gboolean tenure_manner_parse(const char *name, enum tenure_manner *ret) {
  for (int i = 0; name != NULL && i < TENURE_MANNERS; i++) {
    if (g_str_equal(manners[i], name)) {
      *ret = (enum tenure_manner)i;
      return TRUE;
    }
  }
  return FALSE;
}

const char *tenure_state(const Tenure *tenure, Day today) {
  if (tenure_is_present(tenure->from, tenure->to, today))
    return "present";
  return tenure->from > today ? "coming" : "past";
}

typedef struct {
  gint64 office, person, tenure;
  const TenureChange *change;
  Day day;
} TenureWork;

static int check_kinds(Revision *revision, const TenureWork *work, GError **error) {
  g_autoptr(ContactVersion) office = NULL;
  g_autoptr(ContactVersion) person = NULL;
  char id[IDENT_SIZE];
  int r = contact_rows_load_visible(revision, work->office, &office, error);
  if (r == 0)
    r = contact_rows_load_visible(revision, work->person, &person, error);
  if (r == 0 && office->card->kind != CONTACT_OFFICE)
    r = fault(error, FAULT_RULE, "%s is no office, so nobody holds it; name the office",
              ident_into(IDENT_CONTACT, work->office, id));
  if (r == 0 && person->card->kind != CONTACT_PERSON)
    r = fault(error, FAULT_RULE, "%s is no person, and only persons hold offices",
              ident_into(IDENT_CONTACT, work->person, id));
  if (r == 0 && person->card->standing == CONTACT_ERASED)
    r = fault(error, FAULT_RULE, "%s was erased at its wish; add a new contact instead",
              ident_into(IDENT_CONTACT, work->person, id));
  return r;
}

static gboolean overlap(const TenureVersion *t, const TenureChange *change, Day from) {
  return (change->to == 0 || t->from <= change->to) && (t->to == 0 || t->to >= from);
}

/* Changes the person's own tenure when there is one, and ends those of others as the change asks. */
static int pass_over(Revision *revision, TenureWork *work, GArray *tenures, TenureVersion *mine,
                     GError **error) {
  const TenureChange *change = work->change;
  Day from = change->from != 0 ? change->from : revision->today;
  gboolean over = change->to != 0 && change->to < revision->today;
  int r = 0;
  for (guint i = 0; i < tenures->len; i++) {
    const TenureVersion *t = &g_array_index(tenures, TenureVersion, i);
    if (t->person == work->person && overlap(t, change, from))
      *mine = *t;
  }
  if (change->joint || over || (mine->id != 0 && change->from == 0))
    return 0;
  for (guint i = 0; r == 0 && i < tenures->len; i++) {
    const TenureVersion *t = &g_array_index(tenures, TenureVersion, i);
    if (t->person != work->person && tenure_is_present(t->from, t->to, revision->today))
      r = filing_holder_end(revision, t, from, error);
  }
  return r;
}

static int set_tenure(Revision *revision, gpointer data, GError **error) {
  TenureWork *work = data;
  g_autoptr(GArray) tenures = NULL;
  TenureVersion mine = {.office = work->office, .person = work->person};
  int r = check_kinds(revision, work, error);
  if (r == 0)
    r = tenure_rows_load(revision->link, revision->generation, work->office, TENURE_OF_OFFICE, &tenures,
                         error);
  if (r == 0)
    r = pass_over(revision, work, tenures, &mine, error);
  if (r < 0)
    return r;
  mine.from = work->change->from != 0 ? work->change->from : mine.from;
  mine.to = work->change->to != 0 ? work->change->to : mine.to;
  mine.manner = work->change->manner != NULL ? *work->change->manner : mine.manner;
  mine.verified = work->change->verified_at != 0 ? work->change->verified_at : mine.verified;
  if (mine.to != 0 && mine.to < mine.from)
    return fault(error, FAULT_INPUT, "the tenure would end before it begins; correct one of the days");
  r = tenure_rows_save(revision, &mine, error);
  work->tenure = mine.id;
  char id[IDENT_SIZE];
  revision_note(revision, ENTRY_TENURE_CHANGED, work->office,
                g_strdup_printf("%s holds the office%s%s%s", ident_into(IDENT_CONTACT, work->person, id),
                                work->change->joint ? " with others" : "",
                                mine.manner != TENURE_IN_OFFICE ? ", " : "",
                                mine.manner != TENURE_IN_OFFICE ? manners[mine.manner] : ""));
  return r;
}

int tenure_set(const Contacts *contacts, const Actor *actor, gint64 office, gint64 person,
               const TenureChange *change, gint64 *ret_id, GError **error) {
  TenureWork work = {.office = office, .person = person, .change = change};
  if (change->from != 0 && change->to != 0 && change->to < change->from)
    return fault(error, FAULT_INPUT, "the tenure would end before it begins; correct one of the days");
  int r = revision_by_hand(contacts, actor, set_tenure, &work, error);
  *ret_id = work.tenure;
  return r;
}

static int verify(Revision *revision, gpointer data, GError **error) {
  TenureWork *work = data;
  g_autoptr(ContactVersion) office = NULL;
  g_autoptr(GArray) tenures = NULL;
  int r = contact_rows_load_visible(revision, work->office, &office, error);
  if (r == 0)
    r = tenure_rows_load(revision->link, revision->generation, work->office, TENURE_OF_OFFICE, &tenures,
                         error);
  for (guint i = 0; r == 0 && i < tenures->len; i++) {
    TenureVersion *t = &g_array_index(tenures, TenureVersion, i);
    if (t->id != work->tenure)
      continue;
    char day[DAY_TEXT_SIZE];
    t->verified = work->day != 0 ? work->day : revision->today;
    revision_note(revision, ENTRY_TENURE_CHANGED, work->office,
                  g_strdup_printf("the holder was verified on %s", day_text(t->verified, day)));
    return tenure_rows_save(revision, t, error);
  }
  return r < 0
             ? r
             : fault(error, FAULT_ABSENT, "the office has no such tenure; `valise contacts show` lists them");
}

int tenure_verify(const Contacts *contacts, const Actor *actor, gint64 office, gint64 tenure, Day day,
                  GError **error) {
  TenureWork work = {.office = office, .tenure = tenure, .day = day};
  return revision_by_hand(contacts, actor, verify, &work, error);
}
