/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <fcntl.h>
#include <glib/gstdio.h>
#include <unistd.h>

#include "api/contact_json.h"
#include "api/contacts_page.h"
#include "api/handlers.h"
#include "base/fault.h"
#include "base/file.h"
#include "base/text.h"
#include "contacts/channel.h"
#include "contacts/columns.h"
#include "contacts/export.h"
#include "contacts/ground.h"
#include "contacts/list.h"
#include "contacts/tenure.h"
#include "mailing/mailing.h"

#define FILTERS "kind", "list", "country", "search", "standing"

static int read_kind_and_standing(const Ask *ask, ContactFilter *filter, GError **error) {
  const char *kind, *standing;
  enum contact_kind k;
  enum contact_standing s;
  int r = ask_query_text(ask, "kind", &kind, error);
  if (r == 0)
    r = ask_query_text(ask, "standing", &standing, error);
  if (r < 0)
    return r;
  if (kind != NULL && !contact_kind_parse(kind, &k))
    return fault(error, FAULT_INPUT, "kind: \"%s\" is none of person, office and organisation", kind);
  if (standing != NULL && !contact_standing_parse(standing, &s))
    return fault(error, FAULT_INPUT, "standing: \"%s\" is none of active, objected and erased", standing);
  filter->kind = kind != NULL ? (int)k : -1;
  filter->standing = standing != NULL ? (int)s : -1;
  return 0;
}

/* A list of that name with nobody on it that the asker may see is as good as none. */
static int read_filter(const Ask *ask, Link *link, ContactFilter *filter, GError **error) {
  const char *list;
  *filter = CONTACT_FILTER_ANY;
  int r = read_kind_and_standing(ask, filter, error);
  if (r == 0)
    r = ask_query_text(ask, "list", &list, error);
  if (r == 0)
    r = ask_query_text(ask, "country", &filter->country, error);
  if (r == 0)
    r = ask_query_text(ask, "search", &filter->search, error);
  if (r == 0 && list != NULL)
    r = list_find_seen(link, list, ask_clearance(ask), &filter->list, error);
  return r;
}

int contacts_api_list(Ask *ask, GError **error) {
  static const char *const known[] = {FILTERS, "after", "limit", NULL};
  g_autoptr(Link) link = NULL;
  ContactFilter filter;
  json_t *page = NULL;
  int r = ask_query(ask, known, error);
  if (r == 0)
    r = store_read(ask->house->store, &link, error);
  if (r == 0)
    r = read_filter(ask, link, &filter, error);
  if (r == 0)
    r = contacts_page(ask, link, &filter, &page, error);
  return r < 0 ? r : ask_respond(ask, 200, page);
}

int contacts_api_show(Ask *ask, GError **error) {
  static const char *const known[] = {NULL};
  g_autoptr(Link) link = NULL;
  g_autoptr(Contact) contact = NULL;
  json_t *json = NULL;
  int r = ask_query(ask, known, error);
  if (r == 0)
    r = store_read(ask->house->store, &link, error);
  if (r == 0)
    r = contact_json_named(ask, link, &contact, error);
  if (r == 0)
    r = contact_json(ask, link, contact, &json, error);
  return r < 0 ? r : ask_respond(ask, 200, json);
}

/* ---- writing ---- */

static const char *const fields[] = {
#define COLUMN(symbol, name, headers) name,
#include "contacts/columns.def"
#undef COLUMN
    NULL};

/* The fields of a body, by any of their names, as pairs "field=value"; a list of texts is joined by commas,
 * as in a cell. */
static int pairs_of(const Ask *ask, GPtrArray *pairs, GError **error) {
  const char *name;
  json_t *value;
  int r = ask_fields(ask, NULL, error);
  if (r < 0)
    return r;
  json_object_foreach(ask->body, name, value) {
    g_autofree const char **texts = NULL;
    if (column_of(name) == COLUMNS)
      return ask_unknown_field(name, fields, error);
    r = ask_texts(ask, name, &texts, error);
    if (r < 0)
      return r;
    g_autofree char *joined = g_strjoinv(",", (char **)texts);
    g_ptr_array_add(pairs, g_strconcat(name, "=", joined, NULL));
  }
  g_ptr_array_add(pairs, NULL);
  return 0;
}

static int target(const Ask *ask, gint64 *ret, GError **error) {
  g_autoptr(Link) link = NULL;
  g_autoptr(Contact) contact = NULL;
  int r = store_read(ask->house->store, &link, error);
  if (r == 0)
    r = contact_json_named(ask, link, &contact, error);
  if (r == 0)
    *ret = contact->id;
  return r;
}

int contacts_api_add(Ask *ask, GError **error) {
  g_autoptr(GPtrArray) pairs = g_ptr_array_new_with_free_func(g_free);
  gint64 id;
  int r = pairs_of(ask, pairs, error);
  if (r == 0)
    r = contact_add(ask->house->contacts, ask->actor, (const char *const *)pairs->pdata, &id, error);
  return r < 0 ? r : contact_json_respond(ask, 201, id, error);
}

int contacts_api_set(Ask *ask, GError **error) {
  g_autoptr(GPtrArray) pairs = g_ptr_array_new_with_free_func(g_free);
  gint64 id;
  int r = target(ask, &id, error);
  if (r == 0)
    r = pairs_of(ask, pairs, error);
  if (r == 0)
    r = contact_set(ask->house->contacts, ask->actor, id, (const char *const *)pairs->pdata, error);
  return r < 0 ? r : contact_json_respond(ask, 200, id, error);
}

/* 0 when absent; "today" is the organisation's. */
static int read_day(const Ask *ask, const char *name, Day *ret, GError **error) {
  const char *text;
  *ret = 0;
  int r = ask_text(ask, name, 40, &text, error);
  if (r < 0 || text_blank(text))
    return r;
  r = day_parse(text, ret, error);
  return r < 0 ? fault_prefix(error, "%s", name) : 0;
}

int contacts_api_ground(Ask *ask, GError **error) {
  static const char *const known[] = {"kind", "area", "evidence", "date", NULL};
  const char *kind, *area, *evidence;
  enum ground_kind k = GROUND_APPROVAL;
  gint64 id, ground;
  Day date;
  int r = ask_fields(ask, known, error);
  if (r == 0)
    r = target(ask, &id, error);
  if (r == 0)
    r = ask_needed(ask, "kind", 40, &kind, error);
  if (r == 0 && !ground_kind_parse(kind, &k))
    r = fault(error, FAULT_INPUT, "kind: \"%s\" is neither approval-expressed nor sse-promotion", kind);
  if (r == 0)
    r = ask_text(ask, "area", TEXT_NAME_MAX, &area, error);
  if (r == 0)
    r = ask_needed(ask, "evidence", TEXT_LINE_MAX, &evidence, error);
  if (r == 0)
    r = read_day(ask, "date", &date, error);
  if (r == 0)
    r = ground_add(ask->house->contacts, ask->actor, id, k, area, evidence, date, &ground, error);
  return r < 0 ? r : contact_json_respond(ask, 201, id, error);
}

static int read_mailing(const Ask *ask, gint64 *ret, GError **error) {
  const char *text;
  g_autoptr(Link) link = NULL;
  g_autoptr(Mailing) mailing = NULL;
  int r = ask_needed(ask, "mailing", 40, &text, error);
  if (r == 0)
    r = ident_parse(IDENT_MAILING, text, ret, error);
  if (r == 0)
    r = store_read(ask->house->store, &link, error);
  return r < 0 ? r : mailing_find(link, ask_clearance(ask), *ret, &mailing, error);
}

int contacts_api_override(Ask *ask, GError **error) {
  static const char *const known[] = {"mailing", "reason", NULL};
  const char *reason;
  gint64 id, mailing;
  int r = ask_fields(ask, known, error);
  if (r == 0)
    r = target(ask, &id, error);
  if (r == 0)
    r = read_mailing(ask, &mailing, error);
  if (r == 0)
    r = ask_needed(ask, "reason", TEXT_LINE_MAX, &reason, error);
  if (r == 0)
    r = ground_override(ask->house->contacts, ask->actor, id, mailing, reason, error);
  return r < 0 ? r : contact_json_respond(ask, 201, id, error);
}

int contacts_api_tenure(Ask *ask, GError **error) {
  static const char *const known[] = {"person", "from", "to", "verified_at", "beside", NULL};
  const char *person_name;
  g_autoptr(Contact) person = NULL;
  TenureChange change = {0};
  gint64 id, tenure;
  int r = ask_fields(ask, known, error);
  if (r == 0)
    r = target(ask, &id, error);
  if (r == 0)
    r = ask_needed(ask, "person", TEXT_NAME_MAX, &person_name, error);
  if (r == 0) {
    g_autoptr(Link) link = NULL;
    r = store_read(ask->house->store, &link, error);
    if (r == 0)
      r = contact_find_named(link, person_name, ask_clearance(ask), &person, error);
  }
  if (r == 0)
    r = read_day(ask, "from", &change.from, error);
  if (r == 0)
    r = read_day(ask, "to", &change.to, error);
  if (r == 0)
    r = read_day(ask, "verified_at", &change.verified_at, error);
  if (r == 0)
    r = ask_flag(ask, "beside", &change.beside, error);
  if (r == 0)
    r = tenure_set(ask->house->contacts, ask->actor, id, person->id, &change, &tenure, error);
  return r < 0 ? r : contact_json_respond(ask, 201, id, error);
}

static int no_word(const char *name, const char *value, GError **error) {
  return fault(error, FAULT_INPUT, "%s: \"%s\" is not known here; the manual names what there is", name,
               value);
}

static int read_channel(const Ask *ask, ChannelChange *change, GError **error) {
  const char *kind, *role, *via;
  enum channel_kind k = CHANNEL_EMAIL;
  enum channel_role o = CHANNEL_PRIMARY;
  enum channel_via v = VIA_NONE;
  int r = ask_text(ask, "kind", 40, &kind, error);
  if (r == 0)
    r = ask_text(ask, "role", 40, &role, error);
  if (r == 0)
    r = ask_text(ask, "via", 40, &via, error);
  if (r == 0)
    r = ask_text(ask, "address", TEXT_LINE_MAX, &change->value, error);
  if (r == 0)
    r = ask_int(ask, "position", 1, 100, 0, &change->position, error);
  if (r < 0)
    return r;
  if (kind != NULL && !channel_kind_parse(kind, &k))
    return no_word("kind", kind, error);
  if (role != NULL && !channel_role_parse(role, &o))
    return no_word("role", role, error);
  if (via != NULL && !channel_via_parse(via, &v))
    return no_word("via", via, error);
  change->kind = kind != NULL ? (int)k : -1;
  change->role = role != NULL ? (int)o : -1;
  change->via = via != NULL ? (int)v : -1;
  return 0;
}

int contacts_api_channel_add(Ask *ask, GError **error) {
  static const char *const known[] = {"kind", "address", "role", "via", "position", NULL};
  ChannelChange change = CHANNEL_CHANGE_NONE;
  gint64 id, channel;
  int r = ask_fields(ask, known, error);
  if (r == 0)
    r = target(ask, &id, error);
  if (r == 0)
    r = read_channel(ask, &change, error);
  if (r == 0)
    r = channel_add(ask->house->contacts, ask->actor, id, &change, &channel, error);
  return r < 0 ? r : contact_json_respond(ask, 201, id, error);
}

typedef struct {
  int standing; /* of enum channel_standing; -1: as it is */
  const char *reason;
} Mark;

/* All of it is read before anything is changed: a request is done as a whole or not at all. */
static int read_mark(const Ask *ask, Mark *ret, GError **error) {
  const char *name;
  enum channel_standing standing;
  int r = ask_text(ask, "standing", 40, &name, error);
  ret->standing = -1;
  if (r < 0 || name == NULL)
    return r < 0 ? r : ask_text(ask, "reason", TEXT_LINE_MAX, &ret->reason, error);
  if (!channel_standing_parse(name, &standing))
    return no_word("standing", name, error);
  ret->standing = (int)standing;
  return standing == CHANNEL_VERIFIED ? ask_text(ask, "reason", TEXT_LINE_MAX, &ret->reason, error)
                                      : ask_needed(ask, "reason", TEXT_LINE_MAX, &ret->reason, error);
}

static int mark_channel(const Ask *ask, gint64 id, gint64 channel, const Mark *mark, GError **error) {
  const Contacts *contacts = ask->house->contacts;
  if (mark->standing < 0)
    return 0;
  if (mark->standing == CHANNEL_VERIFIED)
    return channel_verify(contacts, ask->actor, id, channel, mark->reason, error);
  return channel_mark(contacts, ask->actor, id, channel, (enum channel_standing)mark->standing, mark->reason,
                      error);
}

int contacts_api_channel_set(Ask *ask, GError **error) {
  static const char *const known[] = {"address", "role", "via", "position", "standing", "reason", NULL};
  ChannelChange change = CHANNEL_CHANGE_NONE;
  gint64 id, channel;
  Mark mark = {0};
  int r = ask_fields(ask, known, error);
  if (r == 0)
    r = target(ask, &id, error);
  if (r == 0)
    r = ask_argument(ask, "channel", IDENT_CHANNEL, &channel, error);
  if (r == 0)
    r = read_mark(ask, &mark, error);
  if (r == 0)
    r = read_channel(ask, &change, error);
  if (r == 0 && (change.value != NULL || change.role >= 0 || change.via >= 0 || change.position != 0))
    r = channel_set(ask->house->contacts, ask->actor, id, channel, &change, error);
  if (r >= 0)
    r = mark_channel(ask, id, channel, &mark, error);
  return r < 0 ? r : contact_json_respond(ask, 200, id, error);
}

int contacts_api_object(Ask *ask, GError **error) {
  static const char *const known[] = {"objects", "reason", NULL};
  gboolean objects;
  const char *reason;
  gint64 id;
  int r = ask_fields(ask, known, error);
  if (r == 0)
    r = target(ask, &id, error);
  if (r == 0)
    r = ask_flag(ask, "objects", &objects, error);
  if (r == 0 && !json_is_boolean(json_object_get(ask->body, "objects")))
    r = fault(error, FAULT_INPUT, "objects: is missing; true or false is wanted here");
  if (r == 0)
    r = ask_needed(ask, "reason", TEXT_LINE_MAX, &reason, error);
  if (r == 0)
    r = objects ? contact_object(ask->house->contacts, ask->actor, id, reason, error)
                : contact_unobject(ask->house->contacts, ask->actor, id, reason, error);
  return r < 0 ? r : contact_json_respond(ask, 200, id, error);
}

/* ---- export ---- */

typedef struct {
  int fd;
  const char *path;
} Sink;

static int sink_to_file(const char *bytes, gsize length, gpointer data, GError **error) {
  const Sink *sink = data;
  return file_write_all(sink->fd, bytes, length, sink->path, error);
}

/* By way of a file, so that a slow client holds no snapshot of the database open. */
int contacts_api_export(Ask *ask, GError **error) {
  static const char *const known[] = {FILTERS, NULL};
  g_autoptr(Link) link = NULL;
  ContactFilter filter;
  int r = ask_query(ask, known, error);
  if (r == 0)
    r = store_read(ask->house->store, &link, error);
  if (r == 0)
    r = read_filter(ask, link, &filter, error);
  if (r < 0)
    return r;
  g_autofree char *path =
      g_build_filename(ask->house->config->valise.state_dir, "incoming", "contacts-XXXXXX", NULL);
  Sink sink = {g_mkstemp_full(path, O_WRONLY | O_CLOEXEC, 0600), path};
  if (sink.fd < 0)
    return fault(error, FAULT_SYSTEM, "%s: cannot be written; is there room in the state directory?", path);
  r = export_csv(link, &filter, ask_clearance(ask), contacts_today(ask->house->contacts), sink_to_file, &sink,
                 error);
  close(sink.fd);
  if (r == 0)
    r = response_file(ask->response, 200, "text/csv; charset=utf-8", path, error);
  g_unlink(path);
  return r;
}
