/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "inbound/mail_source.h"

#include <string.h>

#include "base/fault.h"
#include "base/moment.h"

#define PORT_IMAP  143
#define PORT_IMAPS 993 /* RFC 8314 §7.3 */
#define MOVE       "move:"

#define FIRST_WAIT   (2 * SECOND)
#define LONGEST_WAIT (5 * MINUTE)

/* ---- a source ------------------------------------------------------------------------------------ */

static int refuse(const MailSourceOptions *o, GError **error) {
  return fault(error, FAULT_INPUT,
               "mailbox \"%s\": url %s: must be imaps://host, imap://host or maildir:/PATH", o->name, o->url);
}

/* REST is host[:port], perhaps with one closing slash; the configuration has looked at its letters. */
static int take_host(MailSource *source, const MailSourceOptions *o, const char *rest, GError **error) {
  g_autofree char *authority = g_strndup(rest, strcspn(rest, "/"));
  const char *bracket = strchr(authority, ']');
  char *colon = strrchr(authority, ':');
  guint64 port;
  if (colon != NULL && (bracket == NULL || colon > bracket)) {
    if (!g_ascii_string_to_unsigned(colon + 1, 10, 1, 65535, &port, NULL))
      return refuse(o, error);
    source->port = (guint)port;
    *colon = '\0';
  }
  if (*authority == '\0' || strchr(authority, '@') != NULL)
    return refuse(o, error);
  source->host = g_steal_pointer(&authority);
  return 0;
}

static int take_url(MailSource *source, const MailSourceOptions *o, GError **error) {
  static const struct {
    const char *scheme;
    guint port;
    gboolean tls_first;
  } schemes[] = {{"imaps://", PORT_IMAPS, TRUE}, {"imap://", PORT_IMAP, FALSE}};
  for (gsize i = 0; i < G_N_ELEMENTS(schemes); i++) {
    if (!g_str_has_prefix(o->url, schemes[i].scheme))
      continue;
    source->kind = MAIL_SOURCE_IMAP;
    source->port = schemes[i].port;
    source->tls_first = schemes[i].tls_first;
    return take_host(source, o, o->url + strlen(schemes[i].scheme), error);
  }
  if (!g_str_has_prefix(o->url, "maildir:/"))
    return refuse(o, error);
  source->kind = MAIL_SOURCE_MAILDIR;
  source->path = g_strdup(o->url + strlen("maildir:"));
  return 0;
}

static void take_after(MailSource *source, const char *after) {
  if (g_strcmp0(after, "keyword") == 0)
    source->after = MAIL_AFTER_KEYWORD;
  else if (after != NULL && g_str_has_prefix(after, MOVE)) {
    source->after = MAIL_AFTER_MOVE;
    source->move_to = g_strdup(after + strlen(MOVE));
  }
}

int mail_source_new(const MailSourceOptions *o, MailSource **ret, GError **error) {
  g_autoptr(MailSource) source = g_new0(MailSource, 1);
  source->name = g_strdup(o->name);
  source->url = g_strdup(o->url);
  source->user = g_strdup(o->user);
  source->folder = g_strdup(o->folder != NULL ? o->folder : "INBOX");
  source->ca_file = g_strdup(o->ca_file);
  source->fingerprint = g_strdup(o->fingerprint);
  source->poll = o->poll;
  source->patience = o->patience;
  source->left = g_array_new(FALSE, FALSE, sizeof(gint64));
  take_after(source, o->after);
  int r = take_url(source, o, error);
  if (r == 0)
    *ret = g_steal_pointer(&source);
  return r;
}

void mail_source_free(MailSource *source) {
  if (source == NULL)
    return;
  char *const texts[] = {source->name,    source->url,         source->host, source->user,   source->folder,
                         source->ca_file, source->fingerprint, source->path, source->move_to};
  for (gsize i = 0; i < G_N_ELEMENTS(texts); i++)
    g_free(texts[i]);
  g_array_unref(source->left);
  g_free(source);
}

/* ---- numbers ------------------------------------------------------------------------------------- */

static gboolean begin_anew(MailCursor *cursor, gint64 uid_validity) {
  *cursor = (MailCursor){.uid_validity = uid_validity, .numbering = cursor->numbering + 1};
  return TRUE;
}

gboolean mail_cursor_open(MailCursor *cursor, gint64 uid_validity, gint64 uid_next) {
  if (cursor->uid_validity == 0) {
    cursor->uid_validity = uid_validity;
    return FALSE;
  }
  if (cursor->uid_validity != uid_validity)
    return begin_anew(cursor, uid_validity);
  return uid_next > 0 && uid_next <= cursor->uid ? begin_anew(cursor, uid_validity) : FALSE;
}

gboolean mail_cursor_testify(MailCursor *cursor, gint64 moment) {
  if (cursor->witness == 0 || cursor->witness_moment == moment)
    return FALSE;
  return begin_anew(cursor, cursor->uid_validity);
}

void mail_cursor_pass(MailCursor *cursor, gint64 uid, gint64 moment) {
  cursor->uid = MAX(cursor->uid, uid);
  if (moment == 0)
    return;
  cursor->witness = uid;
  cursor->witness_moment = moment;
}

char *mail_cursor_name(const MailCursor *cursor) {
  return cursor->numbering > 0 ? g_strdup_printf("numbering %" G_GINT64_FORMAT, cursor->numbering + 1) : NULL;
}

/* ---- waits, folders ------------------------------------------------------------------------------ */

gint64 mail_source_wait(guint tries, double chance) {
  gint64 wait = MIN(FIRST_WAIT << MIN(MAX(tries, 1) - 1, 20), LONGEST_WAIT);
  return wait - (gint64)((double)wait / 2 * chance);
}

/* Six bits at a time; "," in place of "/", and no padding. */
static void end_run(GString *to, GByteArray *run) {
  if (run->len == 0)
    return;
  g_autofree char *base64 = g_base64_encode(run->data, run->len);
  g_strdelimit(base64, "/", ',');
  g_string_append_printf(to, "&%.*s-", (int)strcspn(base64, "="), base64);
  g_byte_array_set_size(run, 0);
}

static void add_unit(GByteArray *run, gunichar unit) {
  const guint8 bytes[] = {(guint8)(unit >> 8), (guint8)unit};
  g_byte_array_append(run, bytes, sizeof bytes);
}

char *mail_folder_encode(const char *name) {
  GString *to = g_string_new(NULL);
  g_autoptr(GByteArray) run = g_byte_array_new();
  for (const char *at = name; *at != '\0'; at = g_utf8_next_char(at)) {
    gunichar c = g_utf8_get_char(at);
    if (c >= 0x20 && c < 0x7f) {
      end_run(to, run);
      g_string_append(to, c == '&' ? "&-" : (char[]){(char)c, '\0'});
    } else if (c < 0x10000)
      add_unit(run, c);
    else {
      add_unit(run, 0xd800 + ((c - 0x10000) >> 10));
      add_unit(run, 0xdc00 + ((c - 0x10000) & 0x3ff));
    }
  }
  end_run(to, run);
  return g_string_free(to, FALSE);
}
