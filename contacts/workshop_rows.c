/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "contacts/workshop.h"

#include "base/text.h"

int workshop_rows_is(Link *link, gint64 list, gboolean *ret, GError **error) {
  gint64 workshop = 0;
  int r = link_int(link, &workshop, error, "SELECT workshop FROM lists WHERE id = ?1", "i", list);
  *ret = workshop != 0;
  return MIN(r, 0);
}

/* As it will be: what CHANGE does not say stays. A text that is said and blank is cleared. */
typedef struct {
  char *room, *language;
  gint64 facilitator, rapporteur;
} Noted;

static void noted_clear(Noted *noted) {
  g_free(noted->room);
  g_free(noted->language);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Noted, noted_clear)

static int load(Link *link, gint64 list, Noted *ret, GError **error) {
  g_autoptr(Statement) s = NULL;
  int r =
      link_query(link, &s, error,
                 "SELECT room, language, facilitator, rapporteur FROM workshops WHERE list = ?1", "i", list);
  if (r == 0 && (r = statement_step(s, error)) > 0) {
    *ret = (Noted){g_strdup(statement_text(s, 0)), g_strdup(statement_text(s, 1)), statement_int(s, 2),
                   statement_int(s, 3)};
    r = 0;
  }
  return r;
}

static void put_text(const char *said, char **to) {
  if (said == NULL)
    return;
  g_free(*to);
  *to = text_blank(said) ? NULL : text_tidy(said);
}

static void put_contact(gint64 said, gint64 *to) {
  if (said != 0)
    *to = MAX(said, 0);
}

int workshop_rows_save(Link *link, gint64 list, const WorkshopChange *change, GError **error) {
  g_auto(Noted) noted = {0};
  int r = load(link, list, &noted, error);
  put_text(change->room, &noted.room);
  put_text(change->language, &noted.language);
  put_contact(change->facilitator, &noted.facilitator);
  put_contact(change->rapporteur, &noted.rapporteur);
  if (r == 0)
    r = link_run(
        link, error,
        "INSERT INTO workshops (list, room, language, facilitator, rapporteur) VALUES (?1, ?2, ?3, ?4, ?5)"
        " ON CONFLICT (list) DO UPDATE SET room = excluded.room, language = excluded.language,"
        " facilitator = excluded.facilitator, rapporteur = excluded.rapporteur",
        "ittkk", list, noted.room, noted.language, noted.facilitator, noted.rapporteur);
  if (r >= 0 && change->question != 0)
    r = link_run(link, error, "UPDATE lists SET question = ?2 WHERE id = ?1", "ii", list,
                 MAX(change->question, 0));
  return MIN(r, 0);
}

int workshop_facts(Link *link, gint64 list, gint64 clearance, WorkshopSeen seen, gpointer data,
                   GError **error) {
  g_autoptr(Statement) s = NULL;
  WorkshopFacts facts = {0};
  int r = link_query(link, &s, error,
                     "SELECT w.room, w.language, f.id, f.name, r.id, r.name FROM workshops w"
                     " LEFT JOIN contacts_now f ON f.id = w.facilitator AND f.restricted <= ?2"
                     " LEFT JOIN contacts_now r ON r.id = w.rapporteur AND r.restricted <= ?2"
                     " WHERE w.list = ?1",
                     "ii", list, clearance);
  if (r < 0 || (r = statement_step(s, error)) < 0)
    return r;
  if (r > 0)
    facts = (WorkshopFacts){.room = statement_text(s, 0),
                            .language = statement_text(s, 1),
                            .facilitator = statement_int(s, 2),
                            .facilitator_name = statement_text(s, 3),
                            .rapporteur = statement_int(s, 4),
                            .rapporteur_name = statement_text(s, 5)};
  r = seen(&facts, data, error);
  return MIN(r, 0);
}
