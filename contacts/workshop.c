/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "contacts/workshop.h"

#include "base/fault.h"
#include "base/ident.h"
#include "base/text.h"
#include "contacts/contact_rows.h"
#include "templates/language.h"

#include <string.h>

void workshop_clear(Workshop *workshop) {
  g_clear_pointer(&workshop->countries, g_array_unref);
  g_clear_pointer(&workshop->languages, g_array_unref);
  g_clear_pointer(&workshop->warnings, g_ptr_array_unref);
}

/* ---- who sits there ---- */

static void count(GArray *shares, const char *key) {
  for (guint i = 0; i < shares->len; i++) {
    WorkshopShare *share = &g_array_index(shares, WorkshopShare, i);
    if (g_str_equal(share->key, key)) {
      share->seats++;
      return;
    }
  }
  WorkshopShare share = {g_intern_string(key), 1};
  g_array_append_val(shares, share);
}

static int count_contact(const Contact *contact, gpointer data, GError **error) {
  (void)error;
  Workshop *workshop = data;
  g_autofree char *first = g_strndup(contact->languages, strcspn(contact->languages, " -"));
  workshop->seats++;
  count(workshop->countries, contact->country != NULL ? contact->country : "");
  count(workshop->languages, first);
  return 0;
}

static gint by_seats(gconstpointer a, gconstpointer b) {
  const WorkshopShare *one = a, *other = b;
  if (one->seats != other->seats)
    return one->seats < other->seats ? 1 : -1;
  return strcmp(one->key, other->key);
}

static void warn_of_share(const GArray *shares, gint64 seats, const char *what, GPtrArray *to) {
  for (guint i = 0; i < shares->len; i++) {
    const WorkshopShare *share = &g_array_index(shares, WorkshopShare, i);
    if (*share->key != '\0' && seats > 1 && 2 * share->seats > seats)
      g_ptr_array_add(to,
                      g_strdup_printf("%" G_GINT64_FORMAT " of %" G_GINT64_FORMAT
                                      " seats are of the %s %s, more than half; exchange some with another "
                                      "workshop",
                                      share->seats, seats, what, share->key));
    else if (*share->key == '\0')
      g_ptr_array_add(to, g_strdup_printf("the %s of %" G_GINT64_FORMAT " of %" G_GINT64_FORMAT
                                          " is not known, so the balance may be another",
                                          what, share->seats, seats));
  }
}

static void warn(Workshop *w) {
  if (w->seats < WORKSHOP_SEATS_LEAST || w->seats > WORKSHOP_SEATS_MOST)
    g_ptr_array_add(w->warnings,
                    g_strdup_printf("%" G_GINT64_FORMAT " seats are taken; a workshop has %d to %d", w->seats,
                                    WORKSHOP_SEATS_LEAST, WORKSHOP_SEATS_MOST));
  warn_of_share(w->countries, w->seats, "country", w->warnings);
  warn_of_share(w->languages, w->seats, "language", w->warnings);
}

int workshop_look(Link *link, gint64 list, gint64 clearance, Workshop *ret, GError **error) {
  ContactFilter filter = CONTACT_FILTER_ANY;
  *ret = (Workshop){.countries = g_array_new(FALSE, FALSE, sizeof(WorkshopShare)),
                    .languages = g_array_new(FALSE, FALSE, sizeof(WorkshopShare)),
                    .warnings = g_ptr_array_new_with_free_func(g_free)};
  filter.list = list;
  int r = contact_all(link, &filter, clearance, count_contact, ret, error);
  g_array_sort(ret->countries, by_seats);
  g_array_sort(ret->languages, by_seats);
  warn(ret);
  return r;
}

/* ---- what is noted of it ---- */

typedef struct {
  const char *name;
  const WorkshopChange *change;
} WorkshopWork;

static int check_person(const Revision *revision, gint64 person, GError **error) {
  g_autoptr(ContactVersion) version = NULL;
  char id[IDENT_SIZE];
  int r = person > 0 ? contact_rows_load_visible(revision, person, &version, error) : 0;
  if (r == 0 && version != NULL && version->card->kind != CONTACT_PERSON)
    r = fault(error, FAULT_RULE, "%s is no person, and only persons lead a workshop",
              ident_into(IDENT_CONTACT, person, id));
  return r;
}

static int set(Revision *revision, gpointer data, GError **error) {
  const WorkshopWork *work = data;
  gboolean workshop = FALSE;
  gint64 list;
  int r = list_find_seen(revision->link, work->name, revision->clearance, &list, error);
  if (r == 0)
    r = workshop_rows_is(revision->link, list, &workshop, error);
  if (r == 0 && !workshop)
    r = fault(error, FAULT_RULE, "the list \"%s\" is no workshop; create one with --workshop", work->name);
  if (r == 0)
    r = check_person(revision, work->change->facilitator, error);
  if (r == 0)
    r = check_person(revision, work->change->rapporteur, error);
  if (r == 0)
    r = workshop_rows_save(revision->link, list, work->change, error);
  if (r == 0)
    revision_note(revision, ENTRY_LIST_CHANGED, 0,
                  g_strdup_printf("the workshop \"%s\" was changed", work->name));
  return r;
}

int workshop_set(const Contacts *contacts, const Actor *actor, const char *name, const WorkshopChange *change,
                 GError **error) {
  WorkshopWork work = {.name = name, .change = change};
  enum language language;
  int r = change->room != NULL ? text_check_line("room", change->room, -1, TEXT_NAME_MAX, error) : 0;
  if (r == 0 && !text_blank(change->language) && !language_parse(change->language, &language))
    r = fault(error, FAULT_INPUT, "language: \"%s\" is none of fr, en, es and pt", change->language);
  return r == 0 ? revision_by_hand(contacts, actor, set, &work, error) : r;
}
