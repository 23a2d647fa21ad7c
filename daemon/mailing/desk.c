/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "mailing/desk.h"

#include <string.h>

#include "base/fault.h"
#include "mailing/mailing_rows.h"
#include "mailing/mould.h"
#include "mailing/reminder_due.h"
#include "mailing/roll.h"

#define INSTANCE_LENGTH 10 /* fifty random bits: two databases never share a Message-ID */

#define PATIENCE      (5 * G_USEC_PER_SEC)
#define PATIENCE_STEP (10 * 1000)

/* ---- settings ---- */

typedef struct {
  MailingSettings settings;
  gint references;
} Counted;

static void relay_note_free(gpointer data) {
  RelayNote *note = data;
  g_free(note->name);
  g_free(note->url);
  g_free(note);
}

MailingSettings *mailing_settings_new(void) {
  Counted *counted = g_new0(Counted, 1);
  counted->references = 1;
  MailingSettings *s = &counted->settings;
  s->organisation = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
  s->sender_title = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
  s->languages = g_ptr_array_new_with_free_func(g_free);
  s->relays = g_ptr_array_new_with_free_func(relay_note_free);
  s->closed = g_array_new(FALSE, FALSE, sizeof(ReminderClosure));
  return s;
}

MailingSettings *mailing_settings_ref(MailingSettings *settings) {
  g_atomic_int_inc(&((Counted *)settings)->references);
  return settings;
}

void mailing_settings_unref(MailingSettings *s) {
  if (s == NULL || !g_atomic_int_dec_and_test(&((Counted *)s)->references))
    return;
  g_hash_table_unref(s->organisation);
  g_hash_table_unref(s->sender_title);
  g_ptr_array_unref(s->languages);
  g_ptr_array_unref(s->relays);
  g_free(s->organisation_address);
  g_free(s->sender_name);
  g_free(s->from);
  g_free(s->reply_mailbox);
  g_free(s->bounce_mailbox);
  g_free(s->separator);
  g_free(s->base_url);
  g_free(s->documents);
  g_clear_pointer(&s->zone, g_time_zone_unref);
  forms_free(s->forms);
  states_free(s->states);
  catalogue_free(s->catalogue);
  workdays_free(s->workdays);
  g_array_unref(s->closed);
  explicit_bzero(&s->token_key, sizeof s->token_key);
  g_free(s);
}

void mailing_settings_add_relay(MailingSettings *settings, const char *name, const char *url) {
  RelayNote *note = g_new0(RelayNote, 1);
  note->name = g_strdup(name);
  note->url = g_strdup(url);
  g_ptr_array_add(settings->relays, note);
}

const char *mailing_settings_in(const MailingSettings *settings, GHashTable *texts, const char *language) {
  const char *text = g_hash_table_lookup(texts, language);
  if (text == NULL)
    text = g_hash_table_lookup(texts, "");
  if (text == NULL && settings->languages->len > 0)
    text = g_hash_table_lookup(texts, g_ptr_array_index(settings->languages, 0));
  return text;
}

/* ---- the desk ---- */

struct Desk {
  Store *store;
  Journal *journal;
  const Clock *clock;
  Outbox *outbox;
  Keeper *keeper;
  const struct FollowUp *follow_up;
  char *instance;
  GMutex lock;               /* over the two below */
  MailingSettings *settings; /* a reload exchanges them */
  GHashTable *taken;         /* gint64 *: mailings that somebody is at */
  MouldRack *rack;
};

static int name_instance(Link *link, gpointer data, GError **error) {
  char **ret = data;
  int r = mailing_rows_instance(link, ret, error);
  if (r <= 0)
    return r;
  guint8 bytes[DIGEST_SIZE];
  random_bytes(bytes, sizeof bytes);
  *ret = g_malloc0(INSTANCE_LENGTH + 1);
  base32_of(bytes, sizeof bytes, *ret, INSTANCE_LENGTH);
  return mailing_rows_name_instance(link, *ret, error);
}

int desk_new(Store *store, Journal *journal, const Clock *clock, MailingSettings *settings, Desk **ret,
             GError **error) {
  g_autofree char *instance = NULL;
  int r = store_write(store, name_instance, &instance, error);
  if (r < 0)
    return r;
  Desk *desk = g_new0(Desk, 1);
  desk->store = store;
  desk->journal = journal;
  desk->clock = clock;
  desk->instance = g_steal_pointer(&instance);
  g_mutex_init(&desk->lock);
  desk->settings = mailing_settings_ref(settings);
  desk->taken = g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, NULL);
  desk->rack = mould_rack_new();
  r = roll_clean(desk, error);
  if (r < 0)
    desk_free(desk);
  else
    *ret = desk;
  return r;
}

void desk_free(Desk *desk) {
  if (desk == NULL)
    return;
  mould_rack_free(desk->rack);
  g_hash_table_unref(desk->taken);
  mailing_settings_unref(desk->settings);
  g_mutex_clear(&desk->lock);
  g_free(desk->instance);
  g_free(desk);
}

void desk_set_outbox(Desk *desk, Outbox *outbox) {
  desk->outbox = outbox;
}

void desk_set_keeper(Desk *desk, Keeper *keeper) {
  desk->keeper = keeper;
}

Keeper *desk_keeper(const Desk *desk) {
  return desk->keeper;
}

void desk_set_follow_up(Desk *desk, const struct FollowUp *follow_up) {
  desk->follow_up = follow_up;
}

const struct FollowUp *desk_follow_up(const Desk *desk) {
  return desk->follow_up;
}

Store *desk_store(const Desk *desk) {
  return desk->store;
}

Journal *desk_journal(const Desk *desk) {
  return desk->journal;
}

const Clock *desk_clock(const Desk *desk) {
  return desk->clock;
}

Outbox *desk_outbox(const Desk *desk) {
  return desk->outbox;
}

const char *desk_instance(const Desk *desk) {
  return desk->instance;
}

gboolean desk_take(Desk *desk, gint64 mailing) {
  g_mutex_lock(&desk->lock);
  gboolean free_to_take = !g_hash_table_contains(desk->taken, &mailing);
  if (free_to_take)
    g_hash_table_add(desk->taken, g_memdup2(&mailing, sizeof mailing));
  g_mutex_unlock(&desk->lock);
  return free_to_take;
}

gboolean desk_take_patiently(Desk *desk, gint64 mailing) {
  for (int i = 0; i < PATIENCE / PATIENCE_STEP; i++) {
    if (desk_take(desk, mailing))
      return TRUE;
    g_usleep(PATIENCE_STEP);
  }
  return FALSE;
}

void desk_give_back(Desk *desk, gint64 mailing) {
  g_mutex_lock(&desk->lock);
  g_hash_table_remove(desk->taken, &mailing);
  g_mutex_unlock(&desk->lock);
}

MouldRack *desk_rack(const Desk *desk) {
  return desk->rack;
}

MailingSettings *desk_settings(Desk *desk) {
  g_mutex_lock(&desk->lock);
  MailingSettings *settings = mailing_settings_ref(desk->settings);
  g_mutex_unlock(&desk->lock);
  return settings;
}

Day desk_today(const Desk *desk, const MailingSettings *settings) {
  return day_of_moment(clock_wall(desk->clock), settings->zone);
}

int desk_day_of_deed(Desk *desk, const char *text, const char *deed, char **ret, GError **error) {
  g_autoptr(MailingSettings) settings = desk_settings(desk);
  Day today = desk_today(desk, settings), day = today;
  int r = text != NULL ? day_parse(text, &day, error) : 0;
  if (r < 0)
    return fault_prefix(error, "date");
  if (day > today)
    return fault(error, FAULT_INPUT, "date: %s lies ahead; say when it was %s", text, deed);
  char written[DAY_TEXT_SIZE];
  *ret = g_strdup(day_text(day, written));
  return 0;
}

void desk_settings_replace(Desk *desk, MailingSettings *settings) {
  mailing_settings_ref(settings);
  g_mutex_lock(&desk->lock);
  MailingSettings *old = desk->settings;
  desk->settings = settings;
  g_mutex_unlock(&desk->lock);
  mailing_settings_unref(old);
  mould_rack_forget(desk->rack, 0);
}
