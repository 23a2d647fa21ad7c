/* SPDX-License-Identifier: GPL-3.0-or-later */
/* story_part.c - what happened, for people and for programs: the timeline, and what was said on the wire */
#include "evidence/evidence_private.h"

#include <jansson.h>
#include <string.h>

#include "base/fault.h"
#include "base/ident.h"
#include "base/text.h"

static const char *sentence_of(const char *kind) {
  enum entry_kind known = entry_kind_of(kind);
  return known < ENTRY_KINDS ? entry_kind_sentence(known) : NULL;
}

/* ---- the timeline ---- */

/* "[N] TIME KIND USER: TEXT", exactly as its entry has them: verify.sh compares. What stands below is for
 * reading. */
static void tell(const Shown *s, GTimeZone *zone, GString *to) {
  g_autofree char *at = moment_rfc3339(s->time), *local = moment_local(s->time, zone);
  const char *event = evidence_event(s), *sentence = sentence_of(s->kind);
  g_string_append_printf(to, "[%" G_GINT64_FORMAT "] %s %s %s:", s->index, at, s->kind,
                         s->user != NULL ? s->user : "-");
  if (s->canonical == NULL)
    g_string_append(to, " (erased)");
  else if (s->text != NULL && *s->text != '\0')
    g_string_append_printf(to, " %s", s->text);
  g_string_append_printf(to, "\n    %s%s%s%s%s\n", local, sentence != NULL ? "  " : "",
                         sentence != NULL ? sentence : "", event != NULL ? "  ETSI EN 319 522: " : "",
                         event != NULL ? event : "");
}

static json_t *facts_json(const char *facts) {
  json_t *object = json_object();
  g_auto(GStrv) lines = g_strsplit(facts != NULL ? facts : "", "\n", -1);
  for (char **line = lines; *line != NULL; line++) {
    char *equals = strchr(*line, '=');
    if (equals == NULL)
      continue;
    *equals = '\0';
    json_object_set_new(object, *line, json_string(equals + 1));
  }
  return object;
}

static json_t *entry_json(const Shown *s) {
  g_autofree char *at = moment_rfc3339(s->time);
  return json_pack("{s:I, s:s, s:s, s:s?, s:s?, s:o, s:b, s:s?, s:s?}", "index", (json_int_t)s->index, "time",
                   at, "kind", s->kind, "user", s->user, "text", s->text, "facts", facts_json(s->facts),
                   "erased", s->canonical == NULL, "sentence", sentence_of(s->kind), "etsi_en_319_522",
                   evidence_event(s));
}

static int add_timeline(Evidence *e, GError **error) {
  g_autoptr(MailingSettings) settings = desk_settings(e->desk);
  g_autoptr(GString) text = g_string_new(NULL);
  json_t *items = json_array();
  for (guint i = 0; i < e->entries->len; i++) {
    const Shown *shown = g_ptr_array_index(e->entries, i);
    tell(shown, settings->zone, text);
    json_array_append_new(items, entry_json(shown));
  }
  json_t *whole = json_pack("{s:o}", "items", items);
  char *json = json_dumps(whole, JSON_INDENT(2));
  int r = bundle_add_text(e->bundle, "timeline.txt", text->str, error);
  if (r == 0)
    r = bundle_add_text(e->bundle, "timeline.json", json, error);
  free(json);
  json_decref(whole);
  return r;
}

/* ---- the dialogue ---- */

static void add_moment(GString *to, const char *word, gint64 moment) {
  if (moment == 0)
    return;
  g_autofree char *at = moment_rfc3339(moment);
  g_string_append_printf(to, "  %-12s %s\n", word, at);
}

static void add_word(GString *to, const char *word, const char *value) {
  if (value != NULL)
    g_string_append_printf(to, "  %-12s %s\n", word, value);
}

/* "said: " stands as the text of its entry: verify.sh compares. */
static void tell_attempt(const DeliveryRow *d, const AttemptRow *a, GString *to) {
  char id[IDENT_SIZE], code[16] = "";
  g_string_append_printf(to, "%s attempt %" G_GINT64_FORMAT " to %s\n", ident_into(IDENT_DELIVERY, d->id, id),
                         a->number, d->address);
  if (a->code != 0)
    g_snprintf(code, sizeof code, "%d", a->code);
  add_moment(to, "began", a->at);
  add_moment(to, "end of data", a->dot_at);
  add_moment(to, "ended", a->ended_at);
  add_word(to, "relay", a->relay);
  add_word(to, "tls", a->tls);
  add_word(to, "outcome", a->outcome);
  add_word(to, "at step", a->step);
  add_word(to, "code", *code != '\0' ? code : NULL);
  add_word(to, "status", a->status);
  if (a->reply != NULL) {
    g_string_append(to, "said: ");
    entry_escape(to, a->reply, strlen(a->reply), TEXT_LINE_MAX);
    g_string_append_c(to, '\n');
  }
}

static int add_dialogue(Evidence *e, GError **error) {
  g_autoptr(GString) text = g_string_new(NULL);
  int r = 0;
  for (guint i = 0; r == 0 && i < e->chain->len; i++) {
    const DeliveryRow *row = g_ptr_array_index(e->chain, i);
    g_autoptr(GPtrArray) attempts = NULL;
    r = outbox_attempts(e->link, row->id, &attempts, error);
    for (guint n = 0; r == 0 && n < attempts->len; n++)
      tell_attempt(row, g_ptr_array_index(attempts, n), text);
  }
  return r < 0 ? r : bundle_add_text(e->bundle, "dialogue.txt", text->str, error);
}

int story_part(Evidence *e, GError **error) {
  int r = add_timeline(e, error);
  return r < 0 ? r : add_dialogue(e, error);
}
