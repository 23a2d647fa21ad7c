/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "evidence/head_stamp.h"

#include <curl/curl.h>
#include <string.h>

#include "base/fault.h"
#include "evidence/timestamp.h"
#include "journal/entry.h"
#include "journal/signed_head.h"

#define CONNECT_SECONDS 10L
#define WHOLE_SECONDS   30L

/* ---- the exchange ---- */

static size_t take_bytes(char *bytes, size_t size, size_t count, void *data) {
  GByteArray *to = data;
  if (to->len + size * count > TIMESTAMP_REPLY_MAX)
    return 0;
  g_byte_array_append(to, (const guint8 *)bytes, (guint)(size * count));
  return size * count;
}

/* No proxy of the environment, no redirection, nothing but HTTP. */
static void prepare(CURL *curl, const char *url, GBytes *request, struct curl_slist *fields, GByteArray *to) {
  gsize size = 0;
  gconstpointer body = g_bytes_get_data(request, &size);
  curl_easy_setopt(curl, CURLOPT_URL, url);
  curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "http,https");
  curl_easy_setopt(curl, CURLOPT_PROXY, "");
  curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(curl, CURLOPT_CONNECTTIMEOUT, CONNECT_SECONDS);
  curl_easy_setopt(curl, CURLOPT_TIMEOUT, WHOLE_SECONDS);
  curl_easy_setopt(curl, CURLOPT_FAILONERROR, 1L);
  curl_easy_setopt(curl, CURLOPT_POSTFIELDS, body);
  curl_easy_setopt(curl, CURLOPT_POSTFIELDSIZE, (long)size);
  curl_easy_setopt(curl, CURLOPT_HTTPHEADER, fields);
  curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, take_bytes);
  curl_easy_setopt(curl, CURLOPT_WRITEDATA, to);
}

static int ask(const char *url, GBytes *request, GBytes **ret, GError **error) {
  g_autoptr(GByteArray) reply = g_byte_array_new();
  CURL *curl = curl_easy_init();
  struct curl_slist *fields = curl_slist_append(NULL, "Content-Type: application/timestamp-query"); /* §3.4 */
  prepare(curl, url, request, fields, reply);
  CURLcode code = curl_easy_perform(curl);
  curl_slist_free_all(fields);
  curl_easy_cleanup(curl);
  if (code != CURLE_OK)
    return fault(error, FAULT_SYSTEM, "%s: the time-stamping authority cannot be asked (%s)", url,
                 curl_easy_strerror(code));
  *ret = g_byte_array_free_to_bytes(g_steal_pointer(&reply));
  return 0;
}

/* ---- keeping it ---- */

typedef struct {
  Desk *desk;
  const char *url;
  gint64 number, at;
  GBytes *reply;
} Stamping;

static int work_keep(Link *link, gpointer data, GError **error) {
  const Stamping *s = data;
  g_autoptr(GString) facts = g_string_new(NULL);
  g_autofree char *at = moment_rfc3339(s->at);
  gsize size = 0;
  gconstpointer bytes = g_bytes_get_data(s->reply, &size);
  Digest digest = digest_of(bytes, size);
  int r = signed_head_stamp_put(link, s->number, s->at, s->url, s->reply, error);
  if (r < 0)
    return r;
  entry_fact_int(facts, "head", s->number);
  entry_fact(facts, "at", at);
  entry_fact_digest(facts, "sha256", &digest);
  Entry entry = {.kind = ENTRY_HEAD_STAMPED,
                 .user = actor_daemon.name,
                 .text = s->url,
                 .facts = facts->str,
                 .restricted = TRUE};
  return journal_add(desk_journal(s->desk), link, &entry, error);
}

static int find_unstamped(Desk *desk, SignedHead **ret, GError **error) {
  g_autoptr(Link) link = NULL;
  g_autoptr(GBytes) stamp = NULL;
  int r = store_read(desk_store(desk), &link, error);
  if (r == 0)
    r = signed_head_last(link, ret, error);
  if (r == 0)
    r = signed_head_stamp(link, (*ret)->number, &stamp, error);
  return r < 0 ? r : stamp != NULL || *ret == NULL;
}

int head_stamp_make(Desk *desk, const char *url, GError **error) {
  g_autoptr(SignedHead) head = NULL;
  g_autoptr(GBytes) reply = NULL;
  guint8 nonce[TIMESTAMP_NONCE];
  Stamping stamping = {.desk = desk, .url = url};
  int r = find_unstamped(desk, &head, error);
  if (r != 0)
    return r;
  Digest digest = digest_of(head->manifest, strlen(head->manifest));
  timestamp_nonce(nonce);
  g_autoptr(GBytes) request = timestamp_request(&digest, nonce);
  r = ask(url, request, &reply, error);
  if (r == 0)
    r = timestamp_read(reply, &digest, nonce, &stamping.at, error);
  if (r < 0)
    return fault_prefix(error, "head %" G_GINT64_FORMAT " is not stamped", head->number);
  stamping.number = head->number;
  stamping.reply = reply;
  return store_write(desk_store(desk), work_keep, &stamping, error);
}
