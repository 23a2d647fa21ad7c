/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "run/settings.h"

#include <string.h>
#include <sys/stat.h>

#include "base/fault.h"
#include "base/file.h"
#include "mailing/reminder_due.h"
#include "run/rehearsal.h"

#define KEY_ID 1 /* of the first key; a later one has another, and both stay known for reading */

static int make_key(const char *path, guint8 bytes[TOKEN_KEY_SIZE], GError **error) {
  random_bytes(bytes, TOKEN_KEY_SIZE);
  return file_write_whole(path, bytes, TOKEN_KEY_SIZE, 0600, error);
}

static int read_key(const char *path, GBytes *bytes, guint8 key[TOKEN_KEY_SIZE], GError **error) {
  struct stat st;
  if (g_bytes_get_size(bytes) != TOKEN_KEY_SIZE)
    return fault(
        error, FAULT_INPUT,
        "%s: is not the key of the tokens (%zu bytes instead of %d); restore it from a backup, because "
        "answers to letters already sent cannot be matched without it",
        path, g_bytes_get_size(bytes), TOKEN_KEY_SIZE);
  if (stat(path, &st) == 0 && (st.st_mode & 077) != 0)
    return fault(error, FAULT_INPUT, "%s: others can read the key of the tokens; say: chmod 600 %s", path,
                 path);
  memcpy(key, g_bytes_get_data(bytes, NULL), TOKEN_KEY_SIZE);
  return 0;
}

static int load_key(const Config *config, TokenKey *ret, GError **error) {
  g_autofree char *path = g_build_filename(config->valise.state_dir, "token.key", NULL);
  g_autoptr(GBytes) bytes = NULL;
  g_autoptr(GError) absent = NULL;
  ret->id = KEY_ID;
  int r = file_read(path, 4096, &bytes, &absent);
  if (r == FAULT_ABSENT)
    return make_key(path, ret->bytes, error);
  if (r < 0) {
    g_propagate_error(error, g_steal_pointer(&absent));
    return r;
  }
  return read_key(path, bytes, ret->bytes, error);
}

static void copy_texts(GHashTable *from, GHashTable *to) {
  GHashTableIter iter;
  gpointer key, value;
  g_hash_table_iter_init(&iter, from);
  while (g_hash_table_iter_next(&iter, &key, &value))
    g_hash_table_insert(to, g_strdup(key), g_strdup(value));
}

static char *joined_lines(const GPtrArray *lines) {
  GString *text = g_string_new(NULL);
  for (guint i = 0; i < lines->len; i++)
    g_string_append_printf(text, "%s%s", i > 0 ? "\n" : "", (const char *)g_ptr_array_index(lines, i));
  return g_string_free(text, FALSE);
}

static void copy_organisation(const ConfigOrganisation *from, MailingSettings *to) {
  copy_texts(from->name, to->organisation);
  copy_texts(from->sender_title, to->sender_title);
  to->organisation_address = joined_lines(from->address);
  to->sender_name = g_strdup(from->sender_name);
  to->from = g_strdup(from->from);
  to->stale_days = (from->stale_after + DAY - 1) / DAY;
  for (guint i = 0; i < from->languages->len; i++)
    g_ptr_array_add(to->languages, g_strdup(g_ptr_array_index(from->languages, i)));
}

static void copy_mail(const Config *config, MailingSettings *to) {
  const ConfigMail *mail = &config->mail;
  to->reply_mailbox = g_strdup(mail->reply_mailbox);
  to->bounce_mailbox = g_strdup(mail->bounce_mailbox);
  to->envelope_token = mail->envelope == CONFIG_ENVELOPE_TOKEN;
  to->separator = g_strdup(mail->token_separator);
  to->attachment_limit = mail->attachment_limit;
  to->message_limit = mail->message_limit;
  to->base_url = g_strdup(config->http.base_url);
  to->documents = g_build_filename(config->valise.state_dir, "documents", NULL);
  to->zone = config_zone(config);
  for (guint i = 0; i < config->relays->len; i++) {
    const ConfigRelay *relay = g_ptr_array_index(config->relays, i);
    g_autofree char *url = rehearsal_url(config, relay);
    mailing_settings_add_relay(to, relay->name, url);
  }
}

/* In days as the calendar of contacts counts them. */
static void copy_closures(const ConfigPace *from, MailingSettings *to) {
  for (guint i = 0; i < from->closed->len; i++) {
    const ConfigClosure *closed = g_ptr_array_index(from->closed, i);
    ReminderClosure closure = {day_of_moment(closed->first * DAY, NULL),
                               day_of_moment(closed->last * DAY, NULL)};
    g_array_append_val(to->closed, closure);
  }
}

static int load_words(const char *folder, MailingSettings *to, GError **error) {
  int r = states_load(folder, &to->states, error);
  if (r == 0)
    r = forms_load(folder, to->states, &to->forms, error);
  if (r == 0)
    r = catalogue_open(folder, &to->catalogue, error);
  if (r == 0)
    r = workdays_load(folder, &to->workdays, error);
  return r < 0 ? fault_prefix(error, "the words for letters cannot be read") : 0;
}

int settings_new(const Config *config, MailingSettings **ret, GError **error) {
  g_autoptr(MailingSettings) settings = mailing_settings_new();
  copy_organisation(&config->organisation, settings);
  copy_mail(config, settings);
  copy_closures(&config->pace, settings);
  int r = load_key(config, &settings->token_key, error);
  if (r == 0)
    r = load_words(config->valise.templates, settings, error);
  if (r == 0)
    *ret = g_steal_pointer(&settings);
  return r;
}
