/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "api/log_json.h"

#include <string.h>

#include "api/ask.h"

/* "key=value" lines as an object; a key that comes twice keeps its first value. */
static json_t *facts_json(const char *facts) {
  json_t *object = json_object();
  g_auto(GStrv) lines = g_strsplit(facts != NULL ? facts : "", "\n", -1);
  for (char **line = lines; *line != NULL; line++) {
    char *sign = strchr(*line, '=');
    if (sign == NULL)
      continue;
    *sign = '\0';
    if (json_object_get(object, *line) == NULL)
      json_object_set_new(object, *line, json_string(sign + 1));
  }
  return object;
}

json_t *log_json_entry(const JournalRow *row) {
  return json_pack(
      "{s:I, s:o, s:s, s:s?, s:o, s:o, s:o, s:o, s:o, s:s?, s:o, s:b}", "index", (json_int_t)row->index,
      "time", ask_time(row->time), "kind", row->kind, "user", row->user, "mailing",
      ask_ident(IDENT_MAILING, row->mailing), "delivery", ask_ident(IDENT_DELIVERY, row->delivery),
      "delivery_last", ask_ident(IDENT_DELIVERY, row->delivery_last), "contact",
      ask_ident(IDENT_CONTACT, row->contact), "addressee", ask_ident(IDENT_ADDRESSEE, row->addressee), "text",
      row->text, "facts", facts_json(row->facts), "erased", row->erased);
}
