/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "api/answers_json.h"

#include <string.h>

static json_t *file_json(const Acknowledgement *e) {
  if (!e->has_file)
    return json_null();
  return json_pack("{s:o, s:s?, s:s?, s:I}", "sha256", ask_digest(&e->file), "name", e->file_name,
                   "media_type", e->media_type, "size", (json_int_t)e->file_size);
}

json_t *answers_json_event(const Acknowledgement *e) {
  if (e == NULL)
    return json_null();
  return json_pack("{s:I, s:s, s:s, s:o, s:s?, s:s, s:s?, s:s?, s:o, s:o, s:o, s:s, s:o}", "event",
                   (json_int_t)e->id, "kind", acknowledgement_kind_name(e->kind), "meaning",
                   acknowledgement_meaning_name(e->meaning), "time", ask_time(e->received_at), "date", e->day,
                   "by", e->by, "by_name", e->by_name, "note", e->note, "file", file_json(e), "delivery",
                   ask_ident(IDENT_DELIVERY, e->delivery), "noted_at", ask_time(e->noted_at), "noted_by",
                   e->noted_by, "corrects", e->corrects != 0 ? json_integer(e->corrects) : json_null());
}

int answers_json_of(const Ask *ask, Link *link, gint64 addressee, json_t **ret, GError **error) {
  g_autoptr(Acknowledgement) event = NULL;
  int r = survey_shown(link, ask_clearance(ask), addressee, &event, error);
  *ret = r < 0 ? NULL : answers_json_event(event);
  return r;
}

int answers_json_add_counts(Link *link, const Mailing *mailing, json_t *to, GError **error) {
  gint64 counts[STANDING_STATES];
  int r = survey_counts(link, mailing, counts, error);
  if (r < 0)
    return r;
  json_t *json = json_object();
  for (int state = 0; state < STANDING_STATES; state++) {
    g_autofree char *key = g_strdelimit(g_strdup(standing_state_name((enum standing_state)state)), "-", '_');
    json_object_set_new(json, key, json_integer(counts[state]));
  }
  json_object_set_new(json, "missing", json_integer(survey_missing(counts)));
  json_object_set_new(to, "acknowledgements", json);
  return 0;
}
