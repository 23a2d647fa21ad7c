/* SPDX-License-Identifier: GPL-3.0-or-later */
/* show.h - answers of the API as people, or with --json programs, read them */
#pragma once

#include "cli/command.h"

#include <glib.h>
#include <jansson.h>

/* Every one of these takes no reference; texts are owned by VALUE. */

/* A member's text; "" when it is absent or null. */
const char *show_text(const json_t *value, const char *key);
gint64 show_int(const json_t *value, const char *key);
/* A number with thin thousands: "12,345". The caller frees it. */
char *show_count(gint64 number);
/* Texts of an array, joined by ", ". The caller frees it. */
char *show_joined(const json_t *array);
/* {"silent": 12, "never_reached": 1, "waived": 0} as "silent 12, never-reached 1", in the words that options
 * take. The caller frees it. */
char *show_counts(const json_t *counts);
/* A moment in the organisation's zone. The caller frees it. */
char *show_time(Call *call, const json_t *value, const char *key);

/* An array of TEXTS, which end with NULL. */
json_t *show_texts(const char *const *texts);

/* One JSON document. Returns 0. */
int show_json(Call *call, const json_t *value);
/* What is at PATH: by PRINT, with --json as it is. QUERY may be NULL. */
typedef void (*ShowPrint)(Call *call, const json_t *value);
int show_one(Call *call, const char *path, const ApiQuery *query, ShowPrint print, GError **error);
/* What was made: its id alone on a line, with --json the object. Takes VALUE. */
int show_made(Call *call, json_t *value);
/* What was changed: SENTENCE, with --json the object. Takes VALUE. */
int show_changed(Call *call, json_t *value, const char *sentence);

/* Fills the cells of a row for one item; cells are freed. */
typedef void (*ShowRow)(Call *call, const json_t *item, char **cells);
/* Walks the list at PATH: a table with HEADINGS (ended by NULL), EMPTY when there is nothing; with --json
 * {"items": [...], "next": null}. */
int show_list(Call *call, const char *path, const ApiQuery *query, const char *const *headings, ShowRow row,
              const char *empty, GError **error);
