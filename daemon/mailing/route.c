/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "mailing/route.h"

#include "mailing/route_rows.h"

void route_free(Route *route) {
  if (route == NULL)
    return;
  g_free(route->address);
  g_free(route);
}

static Route *route_of_channel(const CandidateChannel *channel, const VariantTerms *terms) {
  VariantTerms own = *terms;
  own.channel_limit = channel->limits.max_message_bytes;
  own.no_signature_part = channel->limits.no_signature_part;
  gboolean email = channel->kind == CHANNEL_EMAIL;
  Route *route = g_new0(Route, 1);
  route->channel = channel->id;
  route->kind = channel->kind;
  route->variant = email ? variant_choose(&own) : VARIANT_FULL;
  route->address = g_strdup(email ? channel->send : channel->show);
  route->utf8 = channel->needs_utf8;
  route->plain_only = email && channel->limits.plain_only;
  return route;
}

GPtrArray *route_of_candidate(const Candidate *c, const VariantTerms *terms) {
  GPtrArray *routes = g_ptr_array_new_with_free_func((GDestroyNotify)route_free);
  for (gsize i = 0; i < c->channel_count; i++)
    if (c->kind != CONTACT_PERSON || c->channels[i].kind == CHANNEL_EMAIL)
      g_ptr_array_add(routes, route_of_channel(&c->channels[i], terms));
  return routes;
}

gboolean route_are_kept(const GPtrArray *routes) {
  const Route *first = routes->len > 0 ? g_ptr_array_index(routes, 0) : NULL;
  return routes->len > 1 || (first != NULL && (first->kind != CHANNEL_EMAIL || first->plain_only));
}

const char *route_by_hand(const Route *route) {
  return route->kind == CHANNEL_EMAIL ? NULL : channel_kind_name(route->kind);
}

/* The line itself says it all. */
static Route *route_of_line(const Addressee *a) {
  Route *route = g_new0(Route, 1);
  route->channel = a->channel;
  route->kind = CHANNEL_EMAIL;
  route->variant = a->variant;
  route->address = g_strdup(a->address);
  route->utf8 = a->utf8;
  return route;
}

int route_list(Link *link, const Addressee *a, GPtrArray **ret, GError **error) {
  if (a->planned_routes != NULL) {
    *ret = g_ptr_array_ref(a->planned_routes);
    return 0;
  }
  g_autoptr(GPtrArray) routes = g_ptr_array_new_with_free_func((GDestroyNotify)route_free);
  int r = a->routes > 0 ? route_rows_list(link, a->id, routes, error) : 0;
  if (a->routes == 0 && a->address != NULL)
    g_ptr_array_add(routes, route_of_line(a));
  if (r == 0)
    *ret = g_steal_pointer(&routes);
  return r;
}

static guint place_of(const GPtrArray *routes, gint64 channel) {
  guint i = 0;
  while (i < routes->len && ((const Route *)g_ptr_array_index(routes, i))->channel != channel)
    i++;
  return i;
}

const Route *route_by_channel(const GPtrArray *routes, gint64 channel) {
  guint i = place_of(routes, channel);
  return i < routes->len ? g_ptr_array_index(routes, i) : NULL;
}

static const Route *first_of(const GPtrArray *routes, guint from, gboolean by_hand) {
  for (guint i = from; i < routes->len; i++) {
    const Route *route = g_ptr_array_index(routes, i);
    if ((route->kind != CHANNEL_EMAIL) == by_hand)
      return route;
  }
  return NULL;
}

const Route *route_after(const GPtrArray *routes, gint64 channel) {
  const Route *next = first_of(routes, place_of(routes, channel) + 1, FALSE);
  return next != NULL ? next : first_of(routes, 0, TRUE);
}

typedef struct {
  gint64 channel;
  const char *address;
  gboolean same; /* it is there, may be used, and says what the roll says */
} Present;

static int see_channel(const Channel *channel, gpointer data, G_GNUC_UNUSED GError **error) {
  Present *present = data;
  if (channel->id == present->channel)
    present->same = channel->standing <= CHANNEL_VERIFIED && (strcmp(channel->value, present->address) == 0 ||
                                                              strcmp(channel->send, present->address) == 0);
  return 0;
}

int route_still_fits(Link *link, gint64 contact, gint64 channel, const char *address, gboolean *ret,
                     GError **error) {
  Present present = {channel, address, FALSE};
  int r = channel_each(link, contact, 1, see_channel, &present, error);
  *ret = present.same;
  return r;
}
