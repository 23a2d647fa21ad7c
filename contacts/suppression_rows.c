/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "contacts/suppression.h"

#include "base/digest.h"
#include "base/text.h"

#include <string.h>

/* 0 and the key, or 1 when there is none: then nothing was ever noted. */
static int find_key(Link *link, guint8 key[DIGEST_SIZE], GError **error) {
  g_autoptr(Statement) s = NULL;
  gsize size = 0;
  int r = link_query(link, &s, error, "SELECT secret FROM suppression_key WHERE one = 1", "");
  if (r < 0 || (r = statement_step(s, error)) < 0)
    return r;
  gconstpointer secret = r > 0 ? statement_blob(s, 0, &size) : NULL;
  if (secret == NULL || size != DIGEST_SIZE)
    return 1;
  memcpy(key, secret, DIGEST_SIZE);
  return 0;
}

static int need_key(Link *link, guint8 key[DIGEST_SIZE], GError **error) {
  int r = find_key(link, key, error);
  if (r <= 0)
    return r;
  random_bytes(key, DIGEST_SIZE);
  r = link_run(link, error, "INSERT INTO suppression_key (one, secret) VALUES (1, ?1)", "r", key,
               (gsize)DIGEST_SIZE);
  return MIN(r, 0);
}

static Digest digest_for(const guint8 key[DIGEST_SIZE], const char *what, const char *value) {
  g_autofree char *text = g_strconcat(what, ":", value, NULL);
  return digest_keyed(key, DIGEST_SIZE, text, strlen(text));
}

static Digest digest_for_channel(const guint8 key[DIGEST_SIZE], const ChannelVersion *channel) {
  return digest_for(key, channel_kind_name(channel->kind), channel->folded);
}

/* A file may spell an id in another case. */
static Digest digest_for_id(const guint8 key[DIGEST_SIZE], const char *external_id) {
  g_autofree char *folded = text_fold(external_id);
  return digest_for(key, "id", folded);
}

static int insert(Revision *revision, const Digest *digest, gint64 contact, enum suppression_cause cause,
                  GError **error) {
  int r = link_run(revision->link, error,
                   "INSERT INTO suppressions (digest, contact, cause, noted_at) VALUES (?1, ?2, ?3, ?4)"
                   " ON CONFLICT (digest, contact, cause) DO NOTHING",
                   "diii", digest, contact, (gint64)cause, revision->now);
  return MIN(r, 0);
}

int suppression_channel(Revision *revision, gint64 contact, const ChannelVersion *channel,
                        enum suppression_cause cause, GError **error) {
  guint8 key[DIGEST_SIZE];
  int r = need_key(revision->link, key, error);
  if (r < 0)
    return r;
  Digest digest = digest_for_channel(key, channel);
  return insert(revision, &digest, contact, cause, error);
}

int suppression_contact(Revision *revision, const Contact *card, enum suppression_cause cause,
                        GError **error) {
  g_autoptr(GArray) channels = NULL;
  guint8 key[DIGEST_SIZE];
  int r = channel_rows_load(revision->link, revision->generation, card->id, &channels, error);
  for (guint i = 0; r == 0 && i < channels->len; i++)
    r = suppression_channel(revision, card->id, &g_array_index(channels, ChannelVersion, i), cause, error);
  if (r < 0 || cause != SUPPRESSED_ERASED || card->external_id == NULL)
    return r;
  r = need_key(revision->link, key, error);
  if (r < 0)
    return r;
  Digest digest = digest_for_id(key, card->external_id);
  return insert(revision, &digest, card->id, cause, error);
}

int suppression_lift(Revision *revision, gint64 contact, enum suppression_cause cause, GError **error) {
  int r = link_run(revision->link, error, "DELETE FROM suppressions WHERE contact = ?1 AND cause = ?2", "ii",
                   contact, (gint64)cause);
  return MIN(r, 0);
}

int suppression_lift_channel(Revision *revision, const ChannelVersion *channel, GError **error) {
  guint8 key[DIGEST_SIZE];
  int r = find_key(revision->link, key, error);
  if (r != 0)
    return MIN(r, 0);
  Digest digest = digest_for_channel(key, channel);
  r = link_run(revision->link, error, "DELETE FROM suppressions WHERE digest = ?1", "d", &digest);
  return MIN(r, 0);
}

/* The gravest cause that is noted by anybody but CONTACT's own objection. */
static int find(Link *link, const Digest *digest, gint64 contact, enum suppression_cause *ret,
                GError **error) {
  gint64 cause = 0;
  int r = link_int(link, &cause, error,
                   "SELECT cause FROM suppressions WHERE digest = ?1 AND (contact <> ?2 OR cause <> 0)"
                   " ORDER BY cause DESC LIMIT 1",
                   "di", digest, contact);
  *ret = (enum suppression_cause)cause;
  return r;
}

int suppression_of_channel(Link *link, gint64 contact, const ChannelVersion *channel,
                           enum suppression_cause *ret, GError **error) {
  guint8 key[DIGEST_SIZE];
  int r = find_key(link, key, error);
  if (r != 0)
    return r;
  Digest digest = digest_for_channel(key, channel);
  return find(link, &digest, contact, ret, error);
}

int suppression_of_id(Link *link, const char *external_id, GError **error) {
  guint8 key[DIGEST_SIZE];
  enum suppression_cause cause;
  int r = find_key(link, key, error);
  if (r != 0)
    return r;
  Digest digest = digest_for_id(key, external_id);
  return find(link, &digest, 0, &cause, error);
}

int suppression_judge(Revision *revision, gint64 contact, ChannelVersion *channel, gboolean *ret_refused,
                      GError **error) {
  enum suppression_cause cause;
  *ret_refused = FALSE;
  if (channel->standing != CHANNEL_UNVERIFIED)
    return 0;
  int r = suppression_of_channel(revision->link, contact, channel, &cause, error);
  *ret_refused = r == 0;
  if (r == 0)
    channel->standing = CHANNEL_REFUSED;
  return MIN(r, 0);
}
