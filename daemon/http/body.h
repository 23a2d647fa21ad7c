/* SPDX-License-Identifier: GPL-3.0-or-later */
/* body.h - a request's body as it comes in: kept in memory, or put into a file of its own */
#pragma once

#include "http/request.h"

#include <glib.h>

typedef struct Body Body;

/* SPOOL NULL: in memory. */
Body *body_new(const char *spool, gsize max);
/* Adds bytes; from the first that do not fit on they are only counted. */
void body_add(Body *body, const char *bytes, gsize length);
gboolean body_is_empty(const Body *body);
/* TRUE when more than MAX bytes came. */
gboolean body_is_too_large(const Body *body);
/* TRUE when so much more came that nothing but closing helps. */
gboolean body_is_flood(const Body *body);
/* Gives what came to REQUEST; FAULT_SYSTEM when the file could not be written. Once. */
int body_give(Body *body, Request *request, GError **error);
/* Removes the file unless it was given. NULL is nothing. */
void body_free(Body *body);

/* Removes files that a crash left behind. */
void body_clean_spool(const char *spool);
