/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "contacts/channel.h"

#include "base/fault.h"
#include "base/ident.h"
#include "base/text.h"
#include "contacts/channel_rows.h"
#include "contacts/channel_value.h"
#include "contacts/contact_rows.h"
#include "contacts/objection.h"
#include "contacts/suppression.h"

static const char *const kinds[] = {"email", "web-form", "post", "telephone", "hand"};
static const char *const roles[] = {"primary", "copy", "intermediary"};
static const char *const vias[] = {"", "private-office", "mission", "embassy", "ministry", "household"};
static const char *const standings[] = {"unverified", "verified", "suspect", "dead", "refused"};

static int index_of(const char *const *names, gsize count, const char *name) {
  for (gsize i = 0; name != NULL && i < count; i++)
    if (g_str_equal(names[i], name))
      return (int)i;
  return -1;
}

const char *channel_kind_name(enum channel_kind kind) {
  return kinds[kind];
}

gboolean channel_kind_parse(const char *name, enum channel_kind *ret) {
  int found = index_of(kinds, G_N_ELEMENTS(kinds), name);
  if (found >= 0)
    *ret = (enum channel_kind)found;
  return found >= 0;
}

const char *channel_role_name(enum channel_role role) {
  return roles[role];
}

gboolean channel_role_parse(const char *name, enum channel_role *ret) {
  int found = index_of(roles, G_N_ELEMENTS(roles), name);
  if (found >= 0)
    *ret = (enum channel_role)found;
  return found >= 0;
}

const char *channel_via_name(enum channel_via via) {
  return vias[via];
}

gboolean channel_via_parse(const char *name, enum channel_via *ret) {
  int found = index_of(vias, G_N_ELEMENTS(vias), name);
  if (found >= 0)
    *ret = (enum channel_via)found;
  return found >= 0;
}

const char *channel_standing_name(enum channel_standing standing) {
  return standings[standing];
}

gboolean channel_standing_parse(const char *name, enum channel_standing *ret) {
  int found = index_of(standings, G_N_ELEMENTS(standings), name);
  if (found >= 0)
    *ret = (enum channel_standing)found;
  return found >= 0;
}

int channel_version_give(ChannelVersion *v, const char *value, GError **error) {
  g_auto(ChannelValue) read = {0};
  int r = channel_value_read(v->kind, value, &read, error);
  if (r < 0)
    return r;
  channel_version_clear(v);
  v->value = g_steal_pointer(&read.show);
  v->send = g_steal_pointer(&read.send);
  v->folded = g_steal_pointer(&read.folded);
  return 0;
}

/* Only a message has a size, a signature and a form. */
static int check_limits(enum channel_kind kind, const ChannelChange *change, GError **error) {
  if (kind != CHANNEL_EMAIL &&
      (change->max_message_bytes > 0 || change->no_signature_part > 0 || change->plain_only > 0))
    return fault(error, FAULT_INPUT, "only an e-mail channel has limits; this one is %s", kinds[kind]);
  if (change->max_message_bytes > 0 &&
      (change->max_message_bytes < CHANNEL_BYTES_LEAST || change->max_message_bytes > CHANNEL_BYTES_MOST))
    return fault(
        error, FAULT_INPUT,
        "max_message_bytes: a limit is at least 10 KiB and at most 1 GiB; 0 means that none is known");
  return 0;
}

/* ---- one unit each ---- */

typedef struct {
  gint64 contact, channel;
  const ChannelChange *change;
  enum channel_standing standing;
  const char *reason;
  gboolean refused;   /* it must not be written to, and that stays so */
  gboolean objection; /* what was noted is one, or takes one back */
} ChannelWork;

static int open_channels(Revision *revision, gint64 contact, GArray **ret, GError **error) {
  g_autoptr(ContactVersion) version = NULL;
  int r = contact_rows_load_visible(revision, contact, &version, error);
  if (r == 0 && version->card->standing == CONTACT_ERASED)
    r = fault(error, FAULT_RULE, "the contact was erased at its wish; it has no channels");
  return r == 0 ? channel_rows_load(revision->link, revision->generation, contact, ret, error) : r;
}

static int note(Revision *revision, const ChannelWork *work, gint64 channel, enum channel_kind kind,
                const char *what) {
  char id[IDENT_SIZE];
  revision_touch(revision, work->contact);
  revision_note(revision, work->objection ? ENTRY_OBJECTION : ENTRY_CONTACT_CHANGED, work->contact,
                g_strdup_printf("channel %s (%s) %s%s%s", ident_into(IDENT_CHANNEL, channel, id), kinds[kind],
                                what, work->reason != NULL ? ": " : "",
                                work->reason != NULL ? work->reason : ""));
  return 0;
}

static void apply_change(const ChannelChange *change, ChannelVersion *v) {
  v->role = change->role >= 0 ? (enum channel_role)change->role : v->role;
  v->via = change->via >= 0 ? (enum channel_via)change->via : v->via;
  v->position = change->position > 0 ? change->position : v->position;
  if (change->max_message_bytes >= 0)
    v->limits.max_message_bytes = change->max_message_bytes;
  if (change->no_signature_part >= 0)
    v->limits.no_signature_part = change->no_signature_part > 0;
  if (change->plain_only >= 0)
    v->limits.plain_only = change->plain_only > 0;
}

static gboolean is_there(const GArray *channels, const ChannelVersion *wanted) {
  for (guint i = 0; i < channels->len; i++) {
    const ChannelVersion *v = &g_array_index(channels, ChannelVersion, i);
    if (v->id != wanted->id && v->kind == wanted->kind && g_str_equal(v->send, wanted->send))
      return TRUE;
  }
  return FALSE;
}

static int save(Revision *revision, ChannelWork *work, const GArray *channels, ChannelVersion *v,
                GError **error) {
  if (is_there(channels, v))
    return fault(error, FAULT_RULE, "the contact has this channel already; change that one");
  int r = suppression_judge(revision, work->contact, v, &work->refused, error);
  if (r == 0)
    r = channel_rows_save(revision, work->contact, v, error);
  work->channel = v->id;
  return r;
}

static int add(Revision *revision, gpointer data, GError **error) {
  ChannelWork *work = data;
  ChannelVersion v = {.kind = (enum channel_kind)work->change->kind, .position = 1};
  g_autoptr(GArray) channels = NULL;
  int r = open_channels(revision, work->contact, &channels, error);
  if (r == 0)
    r = channel_version_give(&v, work->change->value, error);
  if (r < 0)
    return r;
  if (channels->len > 0)
    v.position = g_array_index(channels, ChannelVersion, channels->len - 1).position + 1;
  apply_change(work->change, &v);
  r = save(revision, work, channels, &v, error);
  if (r == 0)
    note(revision, work, v.id, v.kind,
         work->refused ? "was added as one that must not be used" : "was added");
  channel_version_clear(&v);
  return r;
}

static ChannelVersion *pick(const GArray *channels, gint64 id, GError **error) {
  for (guint i = 0; i < channels->len; i++)
    if (g_array_index(channels, ChannelVersion, i).id == id)
      return &g_array_index(channels, ChannelVersion, i);
  fault(error, FAULT_ABSENT, "the contact has no such channel; `valise contacts show` lists those it has");
  return NULL;
}

static int set(Revision *revision, gpointer data, GError **error) {
  ChannelWork *work = data;
  g_autoptr(GArray) channels = NULL;
  int r = open_channels(revision, work->contact, &channels, error);
  ChannelVersion *v = r == 0 ? pick(channels, work->channel, error) : NULL;
  if (v == NULL)
    return r < 0 ? r : FAULT_ABSENT;
  if ((r = check_limits(v->kind, work->change, error)) < 0)
    return r;
  if (work->change->value != NULL) {
    g_autofree char *before = g_strdup(v->send);
    if ((r = channel_version_give(v, work->change->value, error)) < 0)
      return r;
    if (!g_str_equal(before, v->send)) {
      v->standing = CHANNEL_UNVERIFIED;
      v->verified_at = 0;
    }
  }
  apply_change(work->change, v);
  r = save(revision, work, channels, v, error);
  return r == 0 ? note(revision, work, v->id, v->kind, "was changed") : r;
}

/* Refused, or refused no more: noted as an objection to this route alone. */
static int mark_refusal(Revision *revision, ChannelWork *work, const ChannelVersion *v,
                        enum channel_standing before, GError **error) {
  gboolean refused = work->standing == CHANNEL_REFUSED;
  if (refused == (before == CHANNEL_REFUSED))
    return 0;
  if (work->standing == CHANNEL_SUSPECT || work->standing == CHANNEL_DEAD)
    return fault(error, FAULT_RULE, "the channel is refused, which weighs more; nothing was changed");
  work->objection = TRUE;
  if (text_blank(work->reason))
    return fault(error, FAULT_INPUT,
                 refused ? "the reason is empty; say who told it, when and how"
                         : "the channel was refused; say with a reason why it may be used again");
  Objection objection = {.channel = v->id, .reason = work->reason, .withdrawn = !refused};
  int r = objection_note(revision, work->contact, &objection, error);
  if (r == 0)
    r = refused ? suppression_channel(revision, work->contact, v, SUPPRESSED_REFUSED, error)
                : suppression_lift_channel(revision, v, error);
  return r;
}

static int mark(Revision *revision, gpointer data, GError **error) {
  ChannelWork *work = data;
  g_autoptr(GArray) channels = NULL;
  int r = open_channels(revision, work->contact, &channels, error);
  ChannelVersion *v = r == 0 ? pick(channels, work->channel, error) : NULL;
  if (v == NULL)
    return r < 0 ? r : FAULT_ABSENT;
  enum channel_standing before = v->standing;
  v->standing = work->standing;
  if (work->standing == CHANNEL_VERIFIED)
    v->verified_at = revision->now;
  if ((r = mark_refusal(revision, work, v, before, error)) < 0)
    return r;
  r = channel_rows_save(revision, work->contact, v, error);
  g_autofree char *what = g_strconcat("is ", standings[work->standing], NULL);
  return r == 0 ? note(revision, work, v->id, v->kind, what) : r;
}

int channel_add(const Contacts *contacts, const Actor *actor, gint64 contact, const ChannelChange *change,
                gint64 *ret_id, GError **error) {
  if (change->kind < 0 || change->kind >= CHANNEL_KINDS || change->value == NULL)
    return fault(error, FAULT_INPUT,
                 "a channel needs a kind (email, web-form, post, telephone, hand) and a value");
  int r = check_limits((enum channel_kind)change->kind, change, error);
  if (r < 0)
    return r;
  ChannelWork work = {.contact = contact, .change = change};
  r = revision_by_hand(contacts, actor, add, &work, error);
  *ret_id = work.channel;
  return r;
}

int channel_set(const Contacts *contacts, const Actor *actor, gint64 contact, gint64 channel,
                const ChannelChange *change, GError **error) {
  if (change->kind >= 0)
    return fault(error, FAULT_INPUT, "a channel's kind cannot be changed; add another channel");
  ChannelWork work = {.contact = contact, .channel = channel, .change = change};
  return revision_by_hand(contacts, actor, set, &work, error);
}

int channel_mark(const Contacts *contacts, const Actor *actor, gint64 contact, gint64 channel,
                 enum channel_standing standing, const char *reason, GError **error) {
  int r = reason != NULL ? text_check_line("reason", reason, -1, TEXT_LINE_MAX, error) : 0;
  if (r < 0)
    return r;
  ChannelWork work = {.contact = contact, .channel = channel, .standing = standing, .reason = reason};
  return revision_by_hand(contacts, actor, mark, &work, error);
}

int channel_mark_within(const Contacts *contacts, Link *link, const Actor *actor, gint64 contact,
                        gint64 channel, enum channel_standing standing, const char *reason, GError **error) {
  ChannelWork work = {.contact = contact, .channel = channel, .standing = standing, .reason = reason};
  return revision_within(contacts, link, actor, mark, &work, error);
}

int channel_verify(const Contacts *contacts, const Actor *actor, gint64 contact, gint64 channel,
                   const char *reason, GError **error) {
  return channel_mark(contacts, actor, contact, channel, CHANNEL_VERIFIED, reason, error);
}

int channel_suspend(const Contacts *contacts, const Actor *actor, gint64 contact, gint64 channel,
                    const char *reason, GError **error) {
  return channel_mark(contacts, actor, contact, channel, CHANNEL_SUSPECT, reason, error);
}
