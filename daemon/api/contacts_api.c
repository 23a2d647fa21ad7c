/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <fcntl.h>
#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>

#include "api/contact_json.h"
#include "api/contacts_page.h"
#include "api/handlers.h"
#include "base/fault.h"
#include "base/file.h"
#include "base/text.h"
#include "contacts/area.h"
#include "contacts/channel.h"
#include "contacts/columns.h"
#include "contacts/export.h"
#include "contacts/list.h"

#define FILTERS "kind", "list", "country", "area", "search", "standing", "not-reviewed-since"

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

/* What is asked for, and what it borrows. */
typedef struct {
  ContactFilter asked;
  char *area;
} Filter;

static void filter_clear(Filter *filter) {
  g_free(filter->area);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Filter, filter_clear)

/* By code, or as people call it. */
static int read_area(const Ask *ask, Filter *to, GError **error) {
  const char *area;
  int r = ask_query_text(ask, "area", &area, error);
  if (r < 0 || area == NULL)
    return r;
  to->area = area_code(ask->house->contacts->states, area);
  to->asked.area = to->area != NULL ? to->area : area;
  return 0;
}

/* A day, from its beginning in the organisation's zone; or a moment. */
static int read_since(const Ask *ask, gint64 *ret, GError **error) {
  const char *text;
  Day day = 0;
  int r = ask_query_text(ask, "not-reviewed-since", &text, error);
  if (r < 0 || text == NULL)
    return r;
  if (strchr(text, 'T') != NULL)
    return ask_query_moment(ask, "not-reviewed-since", ret, error);
  r = day_parse(text, &day, error);
  if (r < 0)
    return fault_prefix(error, "not-reviewed-since");
  *ret = day_begin(day, ask->house->contacts->zone);
  return 0;
}

/* A list of that name with nobody on it that the asker may see is as good as none. */
static int read_filter(const Ask *ask, Link *link, Filter *to, GError **error) {
  const char *list;
  ContactFilter *filter = &to->asked;
  *filter = CONTACT_FILTER_ANY;
  int r = read_kind_and_standing(ask, filter, error);
  if (r == 0)
    r = ask_query_text(ask, "list", &list, error);
  if (r == 0)
    r = ask_query_text(ask, "country", &filter->country, error);
  if (r == 0)
    r = read_area(ask, to, error);
  if (r == 0)
    r = read_since(ask, &filter->not_reviewed_since, error);
  if (r == 0)
    r = ask_query_text(ask, "search", &filter->search, error);
  if (r == 0 && list != NULL)
    r = list_find_seen(link, list, ask_clearance(ask), &filter->list, error);
  return r;
}

int contacts_api_list(Ask *ask, GError **error) {
  static const char *const known[] = {FILTERS, "after", "limit", NULL};
  g_autoptr(Link) link = NULL;
  g_auto(Filter) filter = {0};
  json_t *page = NULL;
  int r = ask_query(ask, known, error);
  if (r == 0)
    r = store_read(ask->house->store, &link, error);
  if (r == 0)
    r = read_filter(ask, link, &filter, error);
  if (r == 0)
    r = contacts_page(ask, link, &filter.asked, &page, error);
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

/* A list of texts is joined by commas, as in a cell; an address on paper has several lines. */
static int read_cell(const Ask *ask, const char *name, char **ret, GError **error) {
  g_autofree const char **texts = NULL;
  const char *lines;
  if (column_of(name) == COLUMN_POSTAL_ADDRESS) {
    int r = ask_lines(ask, name, TEXT_LINE_MAX, &lines, error);
    *ret = g_strdup(lines != NULL ? lines : "");
    return r;
  }
  int r = ask_texts(ask, name, &texts, error);
  if (r == 0)
    *ret = g_strjoinv(",", (char **)texts);
  return r;
}

/* The fields of a body, by any of their names, as pairs "field=value". */
static int pairs_of(const Ask *ask, GPtrArray *pairs, GError **error) {
  const char *name;
  json_t *value;
  int r = ask_fields(ask, NULL, error);
  if (r < 0)
    return r;
  json_object_foreach(ask->body, name, value) {
    g_autofree char *cell = NULL;
    if (column_of(name) == COLUMNS)
      return ask_unknown_field(name, fields, error);
    r = read_cell(ask, name, &cell, error);
    if (r < 0)
      return r;
    g_ptr_array_add(pairs, g_strconcat(name, "=", cell, NULL));
  }
  g_ptr_array_add(pairs, NULL);
  return 0;
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
  int r = contact_json_target(ask, &id, error);
  if (r == 0)
    r = pairs_of(ask, pairs, error);
  if (r == 0)
    r = contact_set(ask->house->contacts, ask->actor, id, (const char *const *)pairs->pdata, error);
  return r < 0 ? r : contact_json_respond(ask, 200, id, error);
}

/* To being written to at all, or to one channel. */
static int note_objection(const Ask *ask, gint64 id, gint64 channel, gboolean objects, const char *reason,
                          GError **error) {
  const Contacts *contacts = ask->house->contacts;
  if (channel != 0)
    return channel_mark(contacts, ask->actor, id, channel, objects ? CHANNEL_REFUSED : CHANNEL_UNVERIFIED,
                        reason, error);
  return objects ? contact_object(contacts, ask->actor, id, reason, error)
                 : contact_unobject(contacts, ask->actor, id, reason, error);
}

int contacts_api_object(Ask *ask, GError **error) {
  static const char *const known[] = {"objects", "channel", "reason", NULL};
  gboolean objects;
  const char *reason, *channel_name;
  gint64 id, channel = 0;
  int r = ask_fields(ask, known, error);
  if (r == 0)
    r = contact_json_target(ask, &id, error);
  if (r == 0)
    r = ask_flag(ask, "objects", &objects, error);
  if (r == 0 && !json_is_boolean(json_object_get(ask->body, "objects")))
    r = fault(error, FAULT_INPUT, "objects: is missing; true or false is wanted here");
  if (r == 0)
    r = ask_text(ask, "channel", 40, &channel_name, error);
  if (r == 0 && channel_name != NULL)
    r = ident_parse(IDENT_CHANNEL, channel_name, &channel, error);
  if (r == 0)
    r = ask_needed(ask, "reason", TEXT_LINE_MAX, &reason, error);
  if (r == 0)
    r = note_objection(ask, id, channel, objects, reason, error);
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
static int export_to(const Ask *ask, Link *link, const Filter *filter, enum export_format format, Sink *sink,
                     GError **error) {
  const Contacts *contacts = ask->house->contacts;
  ExportTerms terms = {format, contacts_today(contacts), contacts->states};
  return export_vcard(link, &filter->asked, ask_clearance(ask), &terms, sink_to_file, sink, error);
}

static int export_file(Ask *ask, Link *link, const Filter *filter, enum export_format format,
                       GError **error) {
  g_autofree char *path =
      g_build_filename(ask->house->config->valise.state_dir, "incoming", "contacts-XXXXXX", NULL);
  Sink sink = {g_mkstemp_full(path, O_WRONLY | O_CLOEXEC, 0600), path};
  if (sink.fd < 0)
    return fault(error, FAULT_SYSTEM, "%s: cannot be written; is there room in the state directory?", path);
  int r = export_to(ask, link, filter, format, &sink, error);
  close(sink.fd);
  if (r == 0)
    r = response_file(ask->response, 200,
                      format == EXPORT_CSV ? "text/csv; charset=utf-8" : "text/vcard; charset=utf-8", path,
                      error);
  g_unlink(path);
  return r;
}

int contacts_api_export(Ask *ask, GError **error) {
  static const char *const known[] = {FILTERS, NULL};
  g_autoptr(Link) link = NULL;
  g_auto(Filter) filter = {0};
  int r = ask_query(ask, known, error);
  if (r == 0)
    r = store_read(ask->house->store, &link, error);
  if (r == 0)
    r = read_filter(ask, link, &filter, error);
  return r == 0 ? export_file(ask, link, &filter, EXPORT_CSV, error) : r;
}

static int read_version(const Ask *ask, enum export_format *ret, GError **error) {
  const char *version;
  int r = ask_query_text(ask, "version", &version, error);
  *ret = g_strcmp0(version, "3.0") == 0 ? EXPORT_VCARD3 : EXPORT_VCARD;
  if (r == 0 && version != NULL && *ret == EXPORT_VCARD && !g_str_equal(version, "4.0"))
    r = fault(error, FAULT_INPUT, "version: \"%s\" is neither 4.0 nor 3.0", version);
  return r;
}

int contacts_api_export_cards(Ask *ask, GError **error) {
  static const char *const known[] = {FILTERS, "version", NULL};
  g_autoptr(Link) link = NULL;
  g_auto(Filter) filter = {0};
  enum export_format format = EXPORT_VCARD;
  int r = ask_query(ask, known, error);
  if (r == 0)
    r = read_version(ask, &format, error);
  if (r == 0)
    r = store_read(ask->house->store, &link, error);
  if (r == 0)
    r = read_filter(ask, link, &filter, error);
  return r == 0 ? export_file(ask, link, &filter, format, error) : r;
}
