/* SPDX-License-Identifier: GPL-3.0-or-later */
/* api_door.h - the house of api_fixture.h behind a real unix socket, and libcurl in front of it */
#pragma once

#include <curl/curl.h>

#include "unit/api/api_fixture.h"

typedef struct {
  HttpServer *server;
  char *socket;
} Door;

/* MAX: ceiling of bodies in bytes, 0 for the usual ones. */
static inline Door door_open(TestHouse *home, gsize max) {
  Door door = {NULL, api_path(home, "valise.sock")};
  g_autofree char *address = g_strconcat("unix:", door.socket, NULL), *spool = api_path(home, "incoming");
  HttpOptions options = {.address = address,
                         .socket_mode = 0666,
                         .gate = api_gate,
                         .handler = api_handle,
                         .data = home->api,
                         .spool = spool,
                         .memory_body_max = max,
                         .upload_max = max};
  assert_int_equal(chmod(home->folder, 0711), 0);
  assert_done(http_server_start(&options, &door.server, error));
  return door;
}

static inline void door_close(Door *door) {
  http_server_stop(door->server, 2);
  g_free(door->socket);
}

static size_t door_collect(char *bytes, size_t size, size_t count, void *text) {
  g_string_append_len(text, bytes, (gssize)(size * count));
  return size * count;
}

static inline struct curl_slist *door_headers(const char *token, const char *type) {
  g_autofree char *bearer = token != NULL ? g_strconcat("Authorization: Bearer ", token, NULL) : NULL;
  g_autofree char *content = type != NULL ? g_strconcat("Content-Type: ", type, NULL) : NULL;
  struct curl_slist *headers = curl_slist_append(NULL, "X-Test: 1");
  if (bearer != NULL)
    headers = curl_slist_append(headers, bearer);
  return content != NULL ? curl_slist_append(headers, content) : headers;
}

/* The status. What Q says of a token counts; without one it is as whoever this process is. */
static inline long door_ask(const Door *door, const Question *q, GString *ret) {
  long status = 0;
  CURL *curl = curl_easy_init();
  g_autofree char *url = g_strconcat("http://valise/api/v1", q->path, NULL);
  struct curl_slist *headers = door_headers(q->token, q->type);
  curl_easy_setopt(curl, CURLOPT_URL, url);
  curl_easy_setopt(curl, CURLOPT_UNIX_SOCKET_PATH, door->socket);
  curl_easy_setopt(curl, CURLOPT_CUSTOMREQUEST, q->method);
  curl_easy_setopt(curl, CURLOPT_HTTPHEADER, headers);
  curl_easy_setopt(curl, CURLOPT_TIMEOUT, 20L);
  curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, door_collect);
  curl_easy_setopt(curl, CURLOPT_WRITEDATA, ret);
  if (q->body != NULL) {
    curl_easy_setopt(curl, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)q->length);
    curl_easy_setopt(curl, CURLOPT_POSTFIELDS, q->body);
  }
  assert_int_equal(curl_easy_perform(curl), CURLE_OK);
  curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &status);
  curl_slist_free_all(headers);
  curl_easy_cleanup(curl);
  return status;
}
