/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "contacts/suppression.h"

#include "base/digest.h"
#include "base/text.h"
#include "contacts/contacts_rows.h"
#include "contacts/merge_family_rows.h"

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

/* ---- what an earlier version noted ---- */

typedef struct {
  gint64 contact, channel; /* 0: all of the contact's */
} Earlier;

static int find_earlier(Link *link, GArray *to, GError **error) {
  g_autoptr(Statement) s = NULL;
  int r = link_query(link, &s, error,
                     "SELECT id, 0 FROM contacts_now WHERE standing = ?1 UNION ALL"
                     " SELECT contact, id FROM channels_now WHERE standing = ?2",
                     "ii", (gint64)CONTACT_OBJECTED, (gint64)CHANNEL_REFUSED);
  while (r == 0 && (r = statement_step(s, error)) > 0) {
    Earlier one = {statement_int(s, 0), statement_int(s, 1)};
    g_array_append_val(to, one);
    r = 0;
  }
  return r;
}

static int note_earlier(Revision *revision, const Earlier *one, GError **error) {
  g_autoptr(GArray) channels = NULL;
  int r = channel_rows_load(revision->link, revision->generation, one->contact, &channels, error);
  for (guint i = 0; r == 0 && i < channels->len; i++) {
    const ChannelVersion *channel = &g_array_index(channels, ChannelVersion, i);
    if (one->channel == 0 || one->channel == channel->id)
      r = suppression_channel(revision, one->contact, channel,
                              one->channel == 0 ? SUPPRESSED_OBJECTED : SUPPRESSED_REFUSED, error);
  }
  return r;
}

/* The key that this leaves behind says that it was done. */
static int catch_up(Link *link, gpointer data, GError **error) {
  const Contacts *contacts = data;
  g_autoptr(GArray) earlier = g_array_new(FALSE, FALSE, sizeof(Earlier));
  guint8 key[DIGEST_SIZE];
  gint64 import;
  g_auto(Revision) revision = {.link = link, .by_hand = TRUE, .now = clock_wall(contacts->clock)};
  int r = find_key(link, key, error);
  if (r <= 0)
    return r;
  r = need_key(link, key, error);
  if (r == 0)
    r = contacts_rows_generation(link, &revision.generation, &import, error);
  if (r == 0)
    r = find_earlier(link, earlier, error);
  for (guint i = 0; r == 0 && i < earlier->len; i++)
    r = note_earlier(&revision, &g_array_index(earlier, Earlier, i), error);
  return r;
}

int suppression_catch_up(const Contacts *contacts, GError **error) {
  return store_write(contacts->store, catch_up, (gpointer)contacts, error);
}

int suppression_lift(Revision *revision, gint64 contact, enum suppression_cause cause, GError **error) {
  int r = link_run(
      revision->link, error,
      MERGE_FAMILY("?1") "DELETE FROM suppressions WHERE contact IN (SELECT id FROM family) AND cause = ?2",
      "ii", contact, (gint64)cause);
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
