/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * response.h - what a handler answers
 *
 * Each response carries, unless the handler sets them itself: X-Content-Type-Options nosniff, Cache-Control
 * no-store, Content-Security-Policy default-src 'none', Referrer-Policy no-referrer,
 * Cross-Origin-Resource-Policy same-origin.
 */
#pragma once

#include <glib.h>

typedef struct Response Response;

void response_set_status(Response *response, guint status);
guint response_status(const Response *response);
/* Sets a header (replacing one of that name). Values with CR, LF, NUL or other control characters are refused
 * by ending the response as 500: they can only come from a mistake of ours. */
void response_set_header(Response *response, const char *name, const char *value);

/* A whole body. */
void response_bytes(Response *response, guint status, const char *content_type, GBytes *body);
void response_text(Response *response, guint status, const char *content_type, const char *text);
/* A file, sent as it is; opened at once, so it may be unlinked. 0, or the fault (the response is untouched).
 */
int response_file(Response *response, guint status, const char *content_type, const char *path,
                  GError **error);

/*
 * A body that is made while it is sent, in chunks. NEXT appends to CHUNK what there is (a few KiB at a time
 * are best) and returns 1; 0 at the end; < 0 to break off (the client sees a truncated response). It may
 * return 1 with nothing appended when there is nothing yet: for such streams (`follow`) it waits itself, but
 * no longer than a second at a time, and after ten quiet seconds HEARTBEAT (may be NULL; "\n" for lines of
 * JSON) is sent so that a vanished client is noticed. NEXT runs on the connection's thread until the client
 * is gone or the server stops; then FREE runs once.
 */
typedef int (*ResponseStream)(GString *chunk, gpointer data);
void response_stream(Response *response, guint status, const char *content_type, ResponseStream next,
                     gpointer data, GDestroyNotify free, const char *heartbeat);
