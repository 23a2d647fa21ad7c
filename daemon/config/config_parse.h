/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * config_parse.h - the dialect: what stands on which line; knows no option
 *
 *     # a comment has a line of its own, and so has ; this one
 *     [section]                 or [section "name"]
 *     key = value               white space around both is cut; everything else is the value, # included
 *     key = a long \
 *           value               a final backslash joins the next line with one space
 *     key =                     an empty value takes back what was set before
 *
 * After systemd.syntax(7). UTF-8, with or without a byte order mark; line ends LF or CR LF.
 */
#pragma once

#include "config/complaints.h"

#include <glib.h>

#define CONFIG_FILE_MAX  (1024 * 1024)
#define CONFIG_VALUE_MAX 8192 /* bytes of one value, joined */
#define CONFIG_LINES_MAX 20000
#define CONFIG_NAME_MAX  64 /* of a section, its name, a key */

/* One "key = value"; or the head of a section, told even when nothing stands below it: key and value are
 * NULL. */
typedef struct {
  const char *file;
  guint line; /* where it begins */
  char *section;
  char *name; /* of [section "name"], or NULL */
  char *key;
  char *value; /* "" takes back */
} Assignment;

/* Appends what TEXT says to ASSIGNMENTS (made with config_assignments), and its mistakes to COMPLAINTS. FILE
 * names it in both and must outlive them. */
void config_parse(const char *file, GBytes *text, GPtrArray *assignments, Complaints *complaints);
GPtrArray *config_assignments(void);
