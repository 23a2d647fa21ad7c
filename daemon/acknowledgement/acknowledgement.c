/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "acknowledgement/acknowledgement.h"

#include <string.h>

#include "acknowledgement/acknowledgement_rows.h"
#include "base/fault.h"
#include "base/file.h"
#include "base/ident.h"
#include "base/text.h"
#include "journal/entry.h"
#include "mailing/media.h"
#include "mailing/onward.h"
#include "mailing/reminder.h"

#define EVIDENCE_FOLDER "evidence"

const char *const acknowledgement_bys[] = {"principal", "private-office", "mission",
                                           "other",     "unknown",        NULL};

static const char *const kinds[ACKNOWLEDGEMENT_KINDS + 1] = {
#define KIND(symbol, name, sentence) name,
#include "acknowledgement/acknowledgement_kinds.def"
#undef KIND
};

static const char *const meanings[MEANINGS + 1] = {
#define MEANING(symbol, name, sentence) name,
#include "acknowledgement/acknowledgement_meanings.def"
#undef MEANING
};

static int index_of(const char *const *names, const char *name) {
  int i = 0;
  while (names[i] != NULL && strcmp(names[i], name) != 0)
    i++;
  return i;
}

const char *acknowledgement_kind_name(enum acknowledgement_kind kind) {
  return kinds[kind];
}

enum acknowledgement_kind acknowledgement_kind_of(const char *name) {
  return (enum acknowledgement_kind)index_of(kinds, name);
}

const char *acknowledgement_meaning_name(enum acknowledgement_meaning meaning) {
  return meanings[meaning];
}

enum acknowledgement_meaning acknowledgement_meaning_of(const char *name) {
  return (enum acknowledgement_meaning)index_of(meanings, name);
}

void acknowledgement_free(Acknowledgement *event) {
  if (event == NULL)
    return;
  g_free(event->day);
  g_free(event->by);
  g_free(event->by_name);
  g_free(event->note);
  g_free(event->file_name);
  g_free(event->media_type);
  g_free(event->noted_by);
  g_free(event);
}

/* ---- an event, in a unit ---- */

static int add_entry(Desk *desk, Link *link, const char *user, const Acknowledgement *e, GError **error) {
  g_autoptr(GString) facts = g_string_new(NULL);
  g_autofree char *text =
      g_strdup_printf("%s: %s", acknowledgement_kind_name(e->kind), acknowledgement_meaning_name(e->meaning));
  entry_fact_int(facts, "event", e->id);
  entry_fact(facts, "date", e->day);
  entry_fact(facts, "by", e->by);
  entry_fact(facts, "by-name", e->by_name);
  entry_fact(facts, "note", e->note);
  entry_fact_digest(facts, "evidence", e->has_file ? &e->file : NULL);
  if (e->corrects != 0)
    entry_fact_int(facts, "corrects", e->corrects);
  Entry entry = {.kind = ENTRY_ANSWER_NOTED,
                 .user = user,
                 .mailing = e->mailing,
                 .addressee = e->addressee,
                 .delivery = e->delivery,
                 .contact = e->contact,
                 .text = text,
                 .facts = facts->str,
                 .restricted = e->restricted};
  return journal_add(desk_journal(desk), link, &entry, error);
}

/* From all its events, whatever was noted before. */
static int settle_standing(Desk *desk, Link *link, const char *user, gint64 addressee, gint64 mailing,
                           GError **error) {
  g_autoptr(GPtrArray) events = g_ptr_array_new_with_free_func((GDestroyNotify)acknowledgement_free);
  g_autoptr(Mailing) m = NULL;
  enum standing_state before = STANDING_SILENT;
  gboolean waived = FALSE;
  int r = mailing_find(link, 1, mailing, &m, error);
  if (r == 0)
    r = acknowledgement_rows_of(link, 1, addressee, events, error);
  if (r == 0)
    r = acknowledgement_rows_is_waived(link, addressee, &waived, error);
  if (r == 0)
    r = acknowledgement_rows_standing(link, addressee, &before, error);
  if (r < 0)
    return r;
  Standing now = standing_of(events, acknowledgement_kind_of(m->counts_from), waived);
  r = acknowledgement_rows_write_standing(link, addressee, mailing, &now, error);
  if (r == 0 && before != STANDING_SILENT && before != now.state)
    r = acknowledgement_rows_count(link, mailing, before, -1, error);
  if (r == 0 && now.state != STANDING_SILENT && before != now.state)
    r = acknowledgement_rows_count(link, mailing, now.state, 1, error);
  if (r == 0 && now.state != STANDING_SILENT)
    r = onward_close(desk, link, user, addressee, error);
  return r;
}

/* An attendee among offices belongs to what is hidden with them: the line alone does not tell. */
int acknowledgement_addressee(Link *link, gint64 clearance, gint64 addressee, Addressee **ret,
                              GError **error) {
  g_autoptr(Addressee) line = NULL;
  g_autoptr(Mailing) m = NULL;
  g_autoptr(GError) own = NULL;
  char id[IDENT_SIZE];
  int r = roll_find(link, clearance, addressee, &line, error);
  if (r < 0)
    return r;
  r = mailing_find(link, clearance, line->mailing, &m, &own);
  if (r == FAULT_ABSENT)
    return fault(error, FAULT_ABSENT, "%s: there is no such addressee; `valise mailings roll` lists them",
                 ident_into(IDENT_ADDRESSEE, addressee, id));
  if (r < 0) {
    g_propagate_error(error, g_steal_pointer(&own));
    return r;
  }
  line->restricted = line->restricted || m->restricted;
  *ret = g_steal_pointer(&line);
  return 0;
}

int acknowledgement_target(Link *link, gint64 clearance, gint64 addressee, Addressee **ret, GError **error) {
  g_autoptr(Addressee) line = NULL, first = NULL;
  g_autoptr(GError) own = NULL;
  gint64 base = 0;
  int r = acknowledgement_addressee(link, clearance, addressee, &line, error);
  if (r == 0)
    r = reminder_of(link, line->mailing, &base, error);
  if (r < 0)
    return r;
  r = base == 0 ? FAULT_ABSENT : roll_find_contact(link, clearance, base, line->contact, &first, &own);
  if (r == FAULT_ABSENT) {
    *ret = g_steal_pointer(&line);
    return 0;
  }
  if (r < 0) {
    g_propagate_error(error, g_steal_pointer(&own));
    return r;
  }
  return acknowledgement_addressee(link, clearance, first->id, ret, error);
}

Acknowledgement *acknowledgement_in_place_of(const Acknowledgement *before) {
  Acknowledgement *event = g_new0(Acknowledgement, 1);
  event->addressee = before->addressee;
  event->delivery = before->delivery;
  event->corrects = before->id;
  event->kind = before->kind;
  event->meaning = before->meaning;
  event->received_at = before->received_at;
  event->by = g_strdup(before->by);
  event->by_name = g_strdup(before->by_name);
  event->note = g_strdup(before->note);
  return event;
}

int acknowledgement_put(Desk *desk, Link *link, const char *user, Acknowledgement *event, GError **error) {
  g_autoptr(Addressee) line = NULL;
  int r = acknowledgement_target(link, 1, event->addressee, &line, error);
  if (r < 0)
    return r;
  event->addressee = line->id;
  event->mailing = line->mailing;
  event->contact = line->contact;
  event->restricted = line->restricted;
  event->noted_at = clock_wall(desk_clock(desk));
  event->noted_by = g_strdup(user);
  r = acknowledgement_rows_insert(link, event, &event->id, error);
  if (r == 0)
    r = settle_standing(desk, link, user, event->addressee, event->mailing, error);
  return r < 0 ? r : add_entry(desk, link, user, event, error);
}

/* ---- what a person notes ---- */

static int check_actor(const Actor *actor, guint roles, GError **error) {
  if (actor_has(actor, roles))
    return 0;
  return fault(error, FAULT_FORBIDDEN, "answers are noted by organisers and admins%s; %s is neither",
               (roles & ROLE_VOLUNTEER) != 0 ? ", and by volunteers those of attendees" : "", actor->name);
}

/* Something must have been released to it. */
static int check_addressee(Link *link, const Addressee *line, GError **error) {
  g_autoptr(Mailing) m = NULL;
  char id[IDENT_SIZE], mailing[IDENT_SIZE];
  int r = mailing_find(link, 1, line->mailing, &m, error);
  if (r < 0)
    return r;
  ident_into(IDENT_ADDRESSEE, line->id, id);
  ident_into(IDENT_MAILING, line->mailing, mailing);
  if (m->released_at == 0)
    return fault(error, FAULT_RULE, "%s: %s was not released, so nobody can have answered it", id, mailing);
  if (line->generation != m->generation || line->state == ADDRESSEE_EXCLUDED)
    return fault(error, FAULT_RULE, "%s gets no letter of %s: it is excluded, or of an earlier roll", id,
                 mailing);
  return 0;
}

static int read_word(const char *what, const char *const *names, const char *word, GError **error) {
  int i = word != NULL ? index_of(names, word) : -1;
  if (i >= 0 && names[i] != NULL)
    return i;
  g_autofree char *all = g_strjoinv(", ", (char **)names);
  if (word == NULL)
    return fault(error, FAULT_INPUT, "%s: is missing; it is one of %s", what, all);
  return fault(error, FAULT_INPUT, "%s: \"%s\" is none of %s", what, word, all);
}

void acknowledgement_read_by(const char *text, char **ret_by, char **ret_name) {
  g_auto(GStrv) parts = g_strsplit(text, ":", 2);
  g_strstrip(parts[0]);
  gboolean known = acknowledgement_bys[index_of(acknowledgement_bys, parts[0])] != NULL;
  *ret_by = g_strdup(known ? parts[0] : "other");
  const char *name = known ? parts[1] : text;
  *ret_name = text_blank(name) ? NULL : text_tidy(name);
}

static int read_by(const char *text, Acknowledgement *event, GError **error) {
  int r = text != NULL ? text_check_line("by", text, -1, TEXT_NAME_MAX, error) : 0;
  if (r < 0)
    return r;
  if (text_blank(text))
    event->by = g_strdup("unknown");
  else
    acknowledgement_read_by(text, &event->by, &event->by_name);
  return 0;
}

static char *evidence_path(Desk *desk, const Digest *digest) {
  g_autoptr(MailingSettings) settings = desk_settings(desk);
  g_autofree char *state = g_path_get_dirname(settings->documents);
  char hex[DIGEST_HEX_SIZE];
  digest_hex(digest, hex);
  return g_build_filename(state, EVIDENCE_FOLDER, hex, NULL);
}

static int read_file(Desk *desk, const AcknowledgementNote *note, Acknowledgement *event, GError **error) {
  if (note->file == NULL)
    return 0;
  if (text_blank(note->file_name))
    return fault(error, FAULT_INPUT, "file_name: is missing; say what the file is called");
  int r = text_check_line("file_name", note->file_name, -1, TEXT_NAME_MAX, error);
  if (r < 0)
    return r;
  g_autofree char *path = evidence_path(desk, note->file);
  Digest found;
  goffset size = 0;
  if (file_digest(path, &found, &size, NULL) < 0 || !digest_equal(&found, note->file))
    return fault(error, FAULT_INPUT, "file: no file of this SHA-256 was sent to evidence; send it first");
  r = media_of_file(path, note->file_name, &event->media_type, error);
  event->has_file = r == 0;
  event->file = *note->file;
  event->file_name = g_strdup(note->file_name);
  event->file_size = size;
  return r;
}

static int read_moment(Desk *desk, gint64 received_at, gint64 *ret, GError **error) {
  gint64 now = clock_wall(desk_clock(desk));
  if (received_at > now)
    return fault(error, FAULT_INPUT, "received: lies ahead; say when it came");
  *ret = received_at != 0 ? received_at : now;
  return 0;
}

static int read_note(Desk *desk, const AcknowledgementNote *note, Acknowledgement *event, GError **error) {
  int kind = read_word("kind", kinds, note->kind, error);
  int meaning = kind < 0 ? kind : read_word("meaning", meanings, note->meaning, error);
  int r = MIN(meaning, 0);
  event->addressee = note->addressee;
  event->corrects = note->corrects;
  event->kind = (enum acknowledgement_kind)MAX(kind, 0);
  event->meaning = (enum acknowledgement_meaning)MAX(meaning, 0);
  if (r == 0)
    r = read_moment(desk, note->received_at, &event->received_at, error);
  if (r == 0)
    r = desk_day_of_deed(desk, note->day, "written or said", &event->day, error);
  if (r == 0)
    r = read_by(note->by, event, error);
  if (r == 0 && note->note != NULL)
    r = text_check_line("note", note->note, -1, TEXT_LINE_MAX, error);
  if (r == 0)
    r = read_file(desk, note, event, error);
  if (!text_blank(note->note))
    event->note = g_strdup(note->note);
  return r;
}

typedef struct {
  Desk *desk;
  const Actor *actor;
  Acknowledgement *event;
} Recording;

static int check_corrected(Link *link, const Acknowledgement *event, gint64 addressee, GError **error) {
  g_autoptr(Acknowledgement) earlier = NULL;
  if (event->corrects == 0)
    return 0;
  int r = acknowledgement_rows_find(link, 1, event->corrects, &earlier, error);
  if (r < 0 || (r == 0 && earlier->addressee == addressee))
    return r;
  return fault(error, FAULT_RULE, "corrects: this addressee has no event number %" G_GINT64_FORMAT,
               event->corrects);
}

static int record_unit(Link *link, gpointer data, GError **error) {
  const Recording *recording = data;
  g_autoptr(Addressee) line = NULL;
  Acknowledgement *event = recording->event;
  int r = acknowledgement_target(link, actor_clearance(recording->actor), event->addressee, &line, error);
  if (r == 0)
    r = check_addressee(link, line, error);
  if (r == 0)
    r = check_corrected(link, event, line->id, error);
  return r < 0 ? r : acknowledgement_put(recording->desk, link, recording->actor->name, event, error);
}

/* Whom the actor may not see does not exist for him, whatever else is wrong with what he says. */
static int check_seen(Desk *desk, const Actor *actor, gint64 addressee, GError **error) {
  g_autoptr(Link) link = NULL;
  g_autoptr(Addressee) line = NULL;
  int r = store_read(desk_store(desk), &link, error);
  return r < 0 ? r : acknowledgement_addressee(link, actor_clearance(actor), addressee, &line, error);
}

int acknowledgement_record(Desk *desk, const Actor *actor, const AcknowledgementNote *note, gint64 *ret_id,
                           GError **error) {
  g_autoptr(Acknowledgement) event = g_new0(Acknowledgement, 1);
  int r = check_actor(actor, ROLE_ORGANISER | ROLE_ADMIN | ROLE_VOLUNTEER, error);
  if (r == 0)
    r = check_seen(desk, actor, note->addressee, error);
  if (r == 0)
    r = read_note(desk, note, event, error);
  Recording recording = {desk, actor, event};
  if (r == 0)
    r = store_write(desk_store(desk), record_unit, &recording, error);
  *ret_id = event->id;
  return r;
}

/* ---- waiving ---- */

typedef struct {
  Desk *desk;
  const Actor *actor;
  gint64 addressee;
  const char *reason;
} Waiving;

static int waive_unit(Link *link, gpointer data, GError **error) {
  const Waiving *w = data;
  g_autoptr(Addressee) line = NULL;
  gboolean waived = FALSE;
  char id[IDENT_SIZE];
  int r = acknowledgement_target(link, actor_clearance(w->actor), w->addressee, &line, error);
  if (r == 0)
    r = check_addressee(link, line, error);
  if (r == 0)
    r = acknowledgement_rows_is_waived(link, line->id, &waived, error);
  if (waived)
    return fault(error, FAULT_RULE, "%s: was waived before; that stays as it is",
                 ident_into(IDENT_ADDRESSEE, line->id, id));
  if (r == 0)
    r = acknowledgement_rows_insert_waiver(link, line->id, w->reason, clock_wall(desk_clock(w->desk)),
                                           w->actor->name, error);
  if (r == 0)
    r = settle_standing(w->desk, link, w->actor->name, line->id, line->mailing, error);
  if (r < 0)
    return r;
  Entry entry = {.kind = ENTRY_ANSWER_WAIVED,
                 .user = w->actor->name,
                 .mailing = line->mailing,
                 .addressee = line->id,
                 .contact = line->contact,
                 .text = w->reason,
                 .restricted = line->restricted};
  return journal_add(desk_journal(w->desk), link, &entry, error);
}

int acknowledgement_waive(Desk *desk, const Actor *actor, gint64 addressee, const char *reason,
                          GError **error) {
  int r = check_actor(actor, ROLE_ORGANISER | ROLE_ADMIN, error);
  if (r == 0)
    r = text_check_line("reason", reason, -1, TEXT_LINE_MAX, error);
  if (r == 0 && text_blank(reason))
    r = fault(error, FAULT_INPUT, "reason: is missing; say why no answer is expected any more");
  Waiving waiving = {desk, actor, addressee, reason};
  return r < 0 ? r : store_write(desk_store(desk), waive_unit, &waiving, error);
}

/* ---- reading ---- */

int acknowledgement_events(Link *link, gint64 clearance, gint64 addressee, GPtrArray **ret, GError **error) {
  g_autoptr(GPtrArray) events = g_ptr_array_new_with_free_func((GDestroyNotify)acknowledgement_free);
  int r = acknowledgement_rows_of(link, clearance, addressee, events, error);
  if (r == 0)
    *ret = g_steal_pointer(&events);
  return r;
}

int acknowledgement_events_of_contact(Link *link, gint64 clearance, gint64 contact, GPtrArray **ret,
                                      GError **error) {
  g_autoptr(GPtrArray) events = g_ptr_array_new_with_free_func((GDestroyNotify)acknowledgement_free);
  int r = acknowledgement_rows_of_contact(link, clearance, contact, events, error);
  if (r == 0)
    *ret = g_steal_pointer(&events);
  return r;
}

int acknowledgement_find(Link *link, gint64 clearance, gint64 event, Acknowledgement **ret, GError **error) {
  int r = acknowledgement_rows_find(link, clearance, event, ret, error);
  return r > 0 ? fault(error, FAULT_ABSENT, "there is no such answer") : r;
}

int acknowledgement_path(Desk *desk, const Acknowledgement *event, char **ret, GError **error) {
  Digest found;
  goffset size = 0;
  if (!event->has_file)
    return fault(error, FAULT_ABSENT, "no file is kept of this answer");
  g_autofree char *path = evidence_path(desk, &event->file);
  int r = file_digest(path, &found, &size, error);
  if (r == 0 && !digest_equal(&found, &event->file))
    r = fault(error, FAULT_RULE, "%s has another SHA-256 than when it was kept; put it back from a backup",
              path);
  if (r == 0)
    *ret = g_steal_pointer(&path);
  return r;
}

int acknowledgement_erase(Link *link, gint64 contact, GError **error) {
  return acknowledgement_rows_erase(link, contact, error);
}
