/* SPDX-License-Identifier: GPL-3.0-or-later */
/* origins.h - which line set which key, so that a complaint about two keys can still name a line */
#pragma once

#include "config/config_parse.h"

#include <glib.h>

typedef struct Origins Origins;

Origins *origins_new(void);
void origins_free(Origins *origins);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Origins, origins_free)

/* The assignment that set the key last (KEY NULL: the section's first head); NULL when it has its default. */
const Assignment *origins_find(const Origins *origins, const char *section, const char *name,
                               const char *key);
/* ASSIGNMENT must outlive ORIGINS. */
void origins_note(Origins *origins, const Assignment *assignment);
