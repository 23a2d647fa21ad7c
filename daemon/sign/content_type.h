/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * content_type.h - the value of a Content-Type field, read strictly (RFC 2045 §5.1). Only this room includes
 * it.
 *
 * A comment, a parameter that stands there twice, a boundary with a backslash or in the spellings of RFC
 * 2231: readers disagree on each of them, so none of them is read.
 */
#pragma once

#include <glib.h>

#define CONTENT_PARAMETERS_MAX 20
#define CONTENT_BOUNDARY_MAX   70 /* RFC 2046 §5.1.1 */

typedef struct {
  char *type;        /* "multipart/signed", lower case */
  GPtrArray *names;  /* lower case */
  GPtrArray *values; /* as meant, without quotes */
} ContentType;

/* FALSE when VALUE is not clear. RET is to be cleared whatever the outcome. */
gboolean content_type_read(const char *value, ContentType *ret);
void content_type_clear(ContentType *type);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(ContentType, content_type_clear)

/* NULL when there is none. Owned by TYPE. */
const char *content_type_get(const ContentType *type, const char *name);
/* The boundary when it is one (RFC 2046 §5.1.1), else NULL. */
const char *content_type_boundary(const ContentType *type);
