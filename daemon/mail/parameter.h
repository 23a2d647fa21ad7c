/* SPDX-License-Identifier: GPL-3.0-or-later */
/* parameter.h - one parameter of a MIME field, in whichever of its spellings it needs (RFC 2045 §5.1, RFC
 * 2231) */
#pragma once

#include <glib.h>

#define PARAMETER_NAME_MAX 20

/* Appends ";", white space or a fold, and NAME=VALUE to the field that is being written. NAME is a token of
 * at most PARAMETER_NAME_MAX characters, VALUE valid UTF-8 of one line. *COLUMN is the present column, before
 * and after. */
void parameter_append(GString *to, gsize *column, const char *name, const char *value);

/* TRUE for a token of RFC 2045 §5.1. */
gboolean parameter_is_token(const char *text, gsize length);
