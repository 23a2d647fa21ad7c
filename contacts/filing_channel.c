/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "contacts/filing_channel.h"

#include "base/fault.h"
#include "contacts/channel_value.h"
#include "contacts/suppression.h"

static const struct {
  enum column column;
  enum channel_kind kind;
  enum channel_role role;
  enum channel_via via;
} routes[] = {
    {COLUMN_EMAIL, CHANNEL_EMAIL, CHANNEL_PRIMARY, VIA_NONE},
    {COLUMN_EMAIL_PRIVATE_OFFICE, CHANNEL_EMAIL, CHANNEL_INTERMEDIARY, VIA_PRIVATE_OFFICE},
    {COLUMN_EMAIL_MISSION, CHANNEL_EMAIL, CHANNEL_INTERMEDIARY, VIA_MISSION},
    {COLUMN_POSTAL_ADDRESS, CHANNEL_POST, CHANNEL_PRIMARY, VIA_NONE},
    {COLUMN_TELEPHONE, CHANNEL_TELEPHONE, CHANNEL_PRIMARY, VIA_NONE},
    {COLUMN_WEB_FORM, CHANNEL_WEB_FORM, CHANNEL_PRIMARY, VIA_NONE},
};

/* A channel of the contact, and what the row makes of it. */
typedef struct {
  ChannelVersion version;
  gboolean named; /* the row says it */
  gboolean over;  /* it ends */
  gboolean moved; /* it is to be saved */
} Route;

typedef struct {
  Revision *revision;
  gint64 contact;
  GArray *all;       /* Route */
  GArray *positions; /* gint64: those that the present route may use again, in order */
  gint64 last;       /* the highest position of all */
  gint64 refused;
} RouteWork;

static Route *route_at(const RouteWork *work, guint index) {
  return &g_array_index(work->all, Route, index);
}

static void route_clear(gpointer route) {
  channel_version_clear(&((Route *)route)->version);
}

static gboolean is_of(const Route *route, gsize which) {
  return route->version.kind == routes[which].kind && route->version.role == routes[which].role &&
         route->version.via == routes[which].via;
}

/* ---- reading ---- */

static int load(RouteWork *work, GError **error) {
  g_autoptr(GArray) versions = NULL;
  int r =
      channel_rows_load(work->revision->link, work->revision->generation, work->contact, &versions, error);
  for (guint i = 0; r == 0 && i < versions->len; i++) {
    Route route = {.version = g_array_index(versions, ChannelVersion, i)};
    work->last = MAX(work->last, route.version.position);
    g_array_append_val(work->all, route);
  }
  /* The texts have new owners. */
  if (r == 0)
    g_array_set_clear_func(versions, NULL);
  return r;
}

static void value_clear(gpointer value) {
  channel_value_clear(value);
}

static char **items_of(const Row *row, gsize which) {
  if (routes[which].kind == CHANNEL_EMAIL)
    return row_items(row, routes[which].column);
  char **items = g_new0(char *, 2);
  items[0] = row_says(row, routes[which].column) ? g_strdup(row->cell[routes[which].column]) : NULL;
  return items;
}

/* ChannelValue; NULL with a fault. */
static GArray *values_of(const Row *row, gsize which, GError **error) {
  g_auto(GStrv) items = items_of(row, which);
  g_autoptr(GArray) values = g_array_new(FALSE, FALSE, sizeof(ChannelValue));
  g_array_set_clear_func(values, value_clear);
  for (char **item = items; *item != NULL; item++) {
    ChannelValue value;
    if (channel_value_read(routes[which].kind, *item, &value, error) < 0)
      return NULL;
    g_array_append_val(values, value);
  }
  return g_steal_pointer(&values);
}

/* ---- one route ---- */

/* What is known to be dead, refused or suspect stays as knowledge; the rest was replaced. */
static gboolean is_knowledge(const ChannelVersion *v) {
  return v->standing != CHANNEL_UNVERIFIED && v->standing != CHANNEL_VERIFIED;
}

static gboolean has_value(const GArray *values, const char *send) {
  for (guint i = 0; i < values->len; i++)
    if (g_str_equal(g_array_index(values, ChannelValue, i).send, send))
      return TRUE;
  return FALSE;
}

static void end_unnamed(RouteWork *work, gsize which, const GArray *values) {
  g_array_set_size(work->positions, 0);
  for (guint i = 0; i < work->all->len; i++) {
    Route *route = route_at(work, i);
    if (!is_of(route, which))
      continue;
    gboolean named = has_value(values, route->version.send);
    if (!named && is_knowledge(&route->version))
      continue;
    g_array_append_val(work->positions, route->version.position);
    route->over = !named;
  }
}

static Route *find(const RouteWork *work, gsize which, const char *send) {
  for (guint i = 0; i < work->all->len; i++) {
    Route *route = route_at(work, i);
    if (is_of(route, which) && !route->named && !route->over && g_str_equal(route->version.send, send))
      return route;
  }
  return NULL;
}

static int begin(RouteWork *work, gsize which, const ChannelValue *value, gint64 position, GError **error) {
  gboolean refused = FALSE;
  Route route = {.version = {.kind = routes[which].kind,
                             .role = routes[which].role,
                             .via = routes[which].via,
                             .position = position,
                             .value = g_strdup(value->show),
                             .send = g_strdup(value->send),
                             .folded = g_strdup(value->folded)},
                 .named = TRUE,
                 .moved = TRUE};
  int r = suppression_judge(work->revision, work->contact, &route.version, &refused, error);
  work->refused += refused;
  g_array_append_val(work->all, route);
  return r;
}

static int put_value(RouteWork *work, gsize which, guint index, const ChannelValue *value, GError **error) {
  Route *known = find(work, which, value->send);
  gint64 position =
      index < work->positions->len ? g_array_index(work->positions, gint64, index) : ++work->last;
  if (known == NULL)
    return begin(work, which, value, position, error);
  known->named = TRUE;
  known->moved = known->version.position != position;
  known->version.position = position;
  work->refused += known->version.standing == CHANNEL_REFUSED;
  return 0;
}

static int file_route(RouteWork *work, const Row *row, gsize which, GError **error) {
  if (row->cell[routes[which].column] == NULL)
    return 0;
  g_autoptr(GArray) values = values_of(row, which, error);
  if (values == NULL)
    return FAULT_INPUT;
  int r = 0;
  end_unnamed(work, which, values);
  for (guint i = 0; r == 0 && i < values->len; i++)
    r = put_value(work, which, i, &g_array_index(values, ChannelValue, i), error);
  return r;
}

/* ---- limits ---- */

static gboolean names_mail(const Row *row) {
  return row_says(row, COLUMN_EMAIL) || row_says(row, COLUMN_EMAIL_PRIVATE_OFFICE) ||
         row_says(row, COLUMN_EMAIL_MISSION);
}

/* An empty cell, which a person typed, takes a limit away. */
static gint64 said_number(const Row *row, enum column column, gint64 before) {
  return row->cell[column] != NULL ? g_ascii_strtoll(row->cell[column], NULL, 10) : before;
}

static void limit(const RouteWork *work, const Row *row) {
  gboolean all = !names_mail(row);
  for (guint i = 0; i < work->all->len; i++) {
    Route *route = route_at(work, i);
    ChannelLimits *limits = &route->version.limits, before = *limits;
    if (route->version.kind != CHANNEL_EMAIL || route->over || !(route->named || all))
      continue;
    limits->max_message_bytes = said_number(row, COLUMN_MAX_MESSAGE_BYTES, before.max_message_bytes);
    limits->no_signature_part = said_number(row, COLUMN_NO_SIGNATURE_PART, before.no_signature_part) != 0;
    limits->plain_only = said_number(row, COLUMN_PLAIN_ONLY, before.plain_only) != 0;
    route->moved = route->moved || limits->max_message_bytes != before.max_message_bytes ||
                   limits->no_signature_part != before.no_signature_part ||
                   limits->plain_only != before.plain_only;
  }
}

/* ---- all of them ---- */

static int save(const RouteWork *work, gboolean *changed, GError **error) {
  int r = 0;
  for (guint i = 0; r == 0 && i < work->all->len; i++) {
    Route *route = route_at(work, i);
    if (!route->over && !route->moved)
      continue;
    *changed = TRUE;
    r = route->over ? channel_rows_end(work->revision, &route->version, error)
                    : channel_rows_save(work->revision, work->contact, &route->version, error);
  }
  return r;
}

static gboolean says_any(const Row *row) {
  gboolean any = row->cell[COLUMN_MAX_MESSAGE_BYTES] != NULL || row->cell[COLUMN_NO_SIGNATURE_PART] != NULL ||
                 row->cell[COLUMN_PLAIN_ONLY] != NULL;
  for (gsize i = 0; i < G_N_ELEMENTS(routes); i++)
    any = any || row->cell[routes[i].column] != NULL;
  return any;
}

int filing_channels(Revision *revision, const Row *row, gint64 contact, gboolean *ret_changed,
                    gint64 *ret_refused, GError **error) {
  *ret_changed = FALSE;
  *ret_refused = 0;
  if (!says_any(row))
    return 0;
  RouteWork work = {.revision = revision,
                    .contact = contact,
                    .all = g_array_new(FALSE, FALSE, sizeof(Route)),
                    .positions = g_array_new(FALSE, FALSE, sizeof(gint64))};
  g_array_set_clear_func(work.all, route_clear);
  int r = load(&work, error);
  for (gsize i = 0; i < G_N_ELEMENTS(routes) && r == 0; i++)
    r = file_route(&work, row, i, error);
  if (r == 0) {
    limit(&work, row);
    r = save(&work, ret_changed, error);
  }
  if (*ret_changed)
    revision_touch(revision, contact);
  *ret_refused = work.refused;
  g_array_unref(work.all);
  g_array_unref(work.positions);
  return r;
}
