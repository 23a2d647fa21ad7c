/* SPDX-License-Identifier: GPL-3.0-or-later */
/* channel_rows.h - versions of channels, for the other files of this room */
#pragma once

#include "contacts/channel.h"
#include "contacts/revision.h"

/* A channel as it stands in one generation. */
typedef struct {
  gint64 version, born, id;
  enum channel_kind kind;
  enum channel_role role;
  enum channel_via via;
  enum channel_standing standing;
  gint64 position, verified_at;
  ChannelLimits limits;
  char *value, *send, *folded;
} ChannelVersion;

void channel_version_clear(ChannelVersion *version);

/* Those of one contact in one generation, in their order; ChannelVersion. */
int channel_rows_load(Link *link, gint64 generation, gint64 contact, GArray **ret, GError **error);
int channel_rows_each(Link *link, gint64 generation, gint64 contact, ChannelSeen seen, gpointer data,
                      GError **error);
/* Stores it as of the revision; gives it a number when it has none. */
int channel_rows_save(Revision *revision, gint64 contact, ChannelVersion *version, GError **error);
int channel_rows_end(Revision *revision, const ChannelVersion *version, GError **error);
/* Gives it a value in its three spellings. FAULT_INPUT when it is no address. */
int channel_version_give(ChannelVersion *version, const char *value, GError **error);
