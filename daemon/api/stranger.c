/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "api/stranger.h"

#include <curl/curl.h>

#include "base/fault.h"

typedef struct {
  GString *got;
  gsize max;
} Fetch;

static size_t take(char *bytes, size_t one, size_t n, void *data) {
  Fetch *fetch = data;
  if (fetch->got->len + one * n > fetch->max)
    return 0;
  g_string_append_len(fetch->got, bytes, (gssize)(one * n));
  return one * n;
}

static CURLcode perform(CURL *curl, const char *url, Fetch *fetch, long *ret_status) {
  curl_easy_setopt(curl, CURLOPT_URL, url);
  curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "http,https");
  curl_easy_setopt(curl, CURLOPT_PROXY, "");
  curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(curl, CURLOPT_TIMEOUT, (long)STRANGER_PATIENCE);
  curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, take);
  curl_easy_setopt(curl, CURLOPT_WRITEDATA, fetch);
  CURLcode code = curl_easy_perform(curl);
  curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, ret_status);
  return code;
}

int stranger_fetch(const char *url, gsize max, GBytes **ret, GError **error) {
  g_autoptr(GString) got = g_string_new(NULL);
  Fetch fetch = {got, max};
  long status = 0;
  CURL *curl = curl_easy_init();
  if (curl == NULL)
    return fault(error, FAULT_SYSTEM, "libcurl cannot be used");
  CURLcode code = perform(curl, url, &fetch, &status);
  curl_easy_cleanup(curl);
  if (code != CURLE_OK)
    return fault(error, FAULT_SYSTEM, "%s: %s", url, curl_easy_strerror(code));
  if (status != 200)
    return fault(error, FAULT_SYSTEM, "%s answers %ld", url, status);
  *ret = g_string_free_to_bytes(g_steal_pointer(&got));
  return 0;
}
