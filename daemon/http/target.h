/* SPDX-License-Identifier: GPL-3.0-or-later */
/* target.h - the request target (RFC 9112 §3.2.1) taken apart: path segments and query arguments, decoded
 * once */
#pragma once

#include <glib.h>

#define TARGET_MAX           8192
#define TARGET_ARGUMENTS_MAX 100

typedef struct Target Target;

/* FAULT_INPUT when it does not begin with a slash, is longer than TARGET_MAX, is not cleanly percent-encoded
 * UTF-8 (RFC 3986 §2.1), holds NUL or other control characters, a backslash, an encoded slash, or an empty,
 * "." or ".." segment. One slash at the end is dropped. "+" in a query is a space. */
int target_parse(const char *raw, Target **ret, GError **error);
void target_free(Target *target);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Target, target_free)

const char *target_path(const Target *target);
/* Decoded segments, ended by NULL; none for "/". */
const char *const *target_segments(const Target *target);
/* Values of one query argument, ended by NULL; never NULL. */
const char *const *target_values(const Target *target, const char *name);
/* Names of all query arguments, in the order of their first coming, ended by NULL. */
const char *const *target_names(const Target *target);
