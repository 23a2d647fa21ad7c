/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "contacts/channel_rows.h"

#include "contacts/channel_value.h"
#include "contacts/contact_rows.h"
#include "contacts/contacts_rows.h"

#define COLUMNS_OF                                                                                           \
  "h.id, h.contact, h.kind, h.role, h.via, h.standing, h.position, h.verified_at, h.value, h.send, "         \
  "h.folded, "                                                                                               \
  "h.max_message_bytes, h.no_signature_part, h.plain_only"

void channel_version_clear(ChannelVersion *version) {
  g_free(version->value);
  g_free(version->send);
  g_free(version->folded);
}

static void borrow(Statement *s, Channel *to) {
  *to = (Channel){.id = statement_int(s, 0),
                  .contact = statement_int(s, 1),
                  .kind = (enum channel_kind)statement_int(s, 2),
                  .role = (enum channel_role)statement_int(s, 3),
                  .via = (enum channel_via)statement_int(s, 4),
                  .standing = (enum channel_standing)statement_int(s, 5),
                  .position = statement_int(s, 6),
                  .verified_at = statement_int(s, 7),
                  .value = statement_text(s, 8),
                  .send = statement_text(s, 9),
                  .folded = statement_text(s, 10),
                  .limits = {statement_int(s, 11), statement_int(s, 12) != 0, statement_int(s, 13) != 0}};
}

static void clear_version(gpointer version) {
  channel_version_clear(version);
}

int channel_rows_load(Link *link, gint64 generation, gint64 contact, GArray **ret, GError **error) {
  g_autoptr(Statement) s = NULL;
  *ret = g_array_new(FALSE, FALSE, sizeof(ChannelVersion));
  g_array_set_clear_func(*ret, clear_version);
  int r = link_query(link, &s, error,
                     "SELECT " COLUMNS_OF ", h.version, h.born FROM channel_versions h"
                     " WHERE h.contact = ?1 AND h.born <= ?2 AND h.died > ?2 ORDER BY h.position, h.id",
                     "ii", contact, generation);
  while (r == 0 && (r = statement_step(s, error)) > 0) {
    Channel c;
    borrow(s, &c);
    ChannelVersion v = {.version = statement_int(s, 14),
                        .born = statement_int(s, 15),
                        .id = c.id,
                        .kind = c.kind,
                        .role = c.role,
                        .via = c.via,
                        .standing = c.standing,
                        .position = c.position,
                        .verified_at = c.verified_at,
                        .limits = c.limits,
                        .value = g_strdup(c.value),
                        .send = g_strdup(c.send),
                        .folded = g_strdup(c.folded)};
    g_array_append_val(*ret, v);
    r = 0;
  }
  return r;
}

static int hand_over(Statement *s, ChannelSeen seen, gpointer data, GError **error) {
  int r;
  while ((r = statement_step(s, error)) > 0) {
    Channel channel;
    borrow(s, &channel);
    if ((r = seen(&channel, data, error)) < 0)
      return r;
  }
  return r;
}

int channel_rows_each(Link *link, gint64 generation, gint64 contact, ChannelSeen seen, gpointer data,
                      GError **error) {
  g_autoptr(Statement) s = NULL;
  int r = link_query(link, &s, error,
                     "SELECT " COLUMNS_OF
                     " FROM channel_versions h WHERE h.contact = ?1 AND h.born <= ?2 AND h.died > ?2"
                     " ORDER BY h.position, h.id",
                     "ii", contact, generation);
  return r < 0 ? r : hand_over(s, seen, data, error);
}

int channel_each(Link *link, gint64 contact, gint64 clearance, ChannelSeen seen, gpointer data,
                 GError **error) {
  g_autoptr(Statement) s = NULL;
  int r = contact_check(link, contact, clearance, error);
  if (r == 0)
    r = link_query(link, &s, error,
                   "SELECT " COLUMNS_OF " FROM channels_now h WHERE h.contact = ?1 ORDER BY h.position, h.id",
                   "i", contact);
  return r < 0 ? r : hand_over(s, seen, data, error);
}

static int update(Revision *revision, const ChannelVersion *v, GError **error) {
  int r = link_run(
      revision->link, error,
      "UPDATE channel_versions SET role = ?2, via = ?3, standing = ?4, position = ?5, verified_at = ?6, "
      "value = ?7, send = ?8, folded = ?9, max_message_bytes = ?10, no_signature_part = ?11, plain_only = ?12"
      " WHERE version = ?1",
      "iiiiiitttiii", v->version, (gint64)v->role, (gint64)v->via, (gint64)v->standing, v->position,
      v->verified_at, v->value, v->send, v->folded, v->limits.max_message_bytes,
      (gint64)v->limits.no_signature_part, (gint64)v->limits.plain_only);
  return r < 0 ? r : 0;
}

int channel_rows_save(Revision *revision, gint64 contact, ChannelVersion *v, GError **error) {
  int r = 0;
  if (v->version != 0 && revision_owns(revision, v->born))
    return update(revision, v, error);
  if (v->version != 0)
    r = link_run(revision->link, error, "UPDATE channel_versions SET died = ?2 WHERE version = ?1", "ii",
                 v->version, revision->generation);
  else
    r = contacts_rows_new_part(revision->link, contact, &v->id, error);
  if (r < 0)
    return r;
  v->born = revision->generation;
  r = link_insert(revision->link, &v->version, error,
                  "INSERT INTO channel_versions (born, id, contact, kind, role, via, standing, position, "
                  "verified_at, value, "
                  "send, folded, max_message_bytes, no_signature_part, plain_only)"
                  " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15)",
                  "iiiiiiiiitttiii", revision->generation, v->id, contact, (gint64)v->kind, (gint64)v->role,
                  (gint64)v->via, (gint64)v->standing, v->position, v->verified_at, v->value, v->send,
                  v->folded, v->limits.max_message_bytes, (gint64)v->limits.no_signature_part,
                  (gint64)v->limits.plain_only);
  return r < 0 ? r : 0;
}

int channel_rows_end(Revision *revision, const ChannelVersion *v, GError **error) {
  int r = revision_owns(revision, v->born)
              ? link_run(revision->link, error, "DELETE FROM channel_versions WHERE version = ?1", "i",
                         v->version)
              : link_run(revision->link, error, "UPDATE channel_versions SET died = ?2 WHERE version = ?1",
                         "ii", v->version, revision->generation);
  return r < 0 ? r : 0;
}

int channel_whose(Link *link, gint64 channel, gint64 *ret_contact, enum channel_standing *ret_standing,
                  GError **error) {
  g_autoptr(Statement) s = NULL;
  int r =
      link_query(link, &s, error, "SELECT contact, standing FROM channels_now WHERE id = ?1", "i", channel);
  if (r == 0)
    r = statement_step(s, error);
  if (r <= 0)
    return r < 0 ? r : 1;
  *ret_contact = statement_int(s, 0);
  *ret_standing = (enum channel_standing)statement_int(s, 1);
  return 0;
}

int channel_of_mailbox(Link *link, gint64 clearance, const char *mailbox, gint64 contact, ChannelOwner *ret,
                       GError **error) {
  g_auto(ChannelValue) value = {0};
  g_autoptr(Statement) s = NULL;
  if (channel_value_read(CHANNEL_EMAIL, mailbox, &value, NULL) < 0)
    return 1;
  int r =
      link_query(link, &s, error,
                 "SELECT h.id, h.contact, h.via FROM channels_now h JOIN contacts_now c ON c.id = h.contact"
                 " WHERE h.folded = ?1 AND h.kind = ?4 AND (?2 = 0 OR h.contact = ?2)"
                 " AND c.restricted <= ?3 ORDER BY h.id LIMIT 1",
                 "tiii", value.folded, contact, clearance, (gint64)CHANNEL_EMAIL);
  if (r == 0)
    r = statement_step(s, error);
  if (r <= 0)
    return r < 0 ? r : 1;
  ret->channel = statement_int(s, 0);
  ret->contact = statement_int(s, 1);
  ret->via = (enum channel_via)statement_int(s, 2);
  return 0;
}

int channel_refuses_signatures(Link *link, gint64 channel, gboolean *ret, GError **error) {
  gint64 refuses = 0;
  int r = link_int(link, &refuses, error, "SELECT no_signature_part FROM channels_now WHERE id = ?1", "i",
                   channel);
  *ret = refuses != 0;
  return MIN(r, 0);
}
