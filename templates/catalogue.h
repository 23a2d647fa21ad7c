/* SPDX-License-Identifier: GPL-3.0-or-later */
/* catalogue.h - the wordings of a folder: which there are, whether they are sound, what they hash to */
#pragma once

#include "base/digest.h"
#include "templates/wording.h"

#include <glib.h>

#define CATALOGUE_MAX 500 /* wordings in one folder */

/* Where the installed words, tables and wordings lie. */
#define CATALOGUE_FOLDER VALISE_DATA_DIR "/templates"

typedef struct Catalogue Catalogue;

/* Lists FOLDER/wording. 0 and *ret; FAULT_ABSENT when there is no such folder; FAULT_INPUT for a name that is
 * not made of a to z, 0 to 9 and hyphens. */
int catalogue_open(const char *folder, Catalogue **ret, GError **error);
void catalogue_free(Catalogue *catalogue);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Catalogue, catalogue_free)

/* Names in alphabetical order, ended by NULL; owned by CATALOGUE. */
const char *const *catalogue_names(const Catalogue *catalogue);
/* The languages (LANGUAGE_BIT) that NAME has a file for; 0 when there is no such wording. */
guint catalogue_languages(const Catalogue *catalogue, const char *name);
/* As wording_load; FAULT_ABSENT names the languages that there are. */
int catalogue_load(const Catalogue *catalogue, const char *name, enum language language, Wording **ret,
                   GError **error);
/* As wording_load_fields: what a wording is for, even when its texts are not sound. */
int catalogue_load_fields(const Catalogue *catalogue, const char *name, Wording **ret, GError **error);
/* SHA-256 over the bytes of fields and of fr, en, es and pt in this order, each preceded by its name and
 * size. */
int catalogue_digest(const Catalogue *catalogue, const char *name, Digest *ret, GError **error);

/* Checks the wording NAME, or all with NULL, as wording_load does and further: each language there; the same
 * tags in each, or a reason (differs:); a first contact says who writes, where the address is from and how to
 * object; no dates in figures; French spacing, Spanish pairs of ¿ and ?. With the samples: a subject within
 * WORDING_SUBJECT_MAX characters and without a run of capitals, text within 72 columns, nothing left over
 * from HTML. 0 when all is well; 1 and *ret_complaints (char *, one sentence each with file, line where there
 * is one, cause and remedy) when not; FAULT_ABSENT for an unknown NAME. */
int catalogue_check(const Catalogue *catalogue, const char *name, GPtrArray **ret_complaints, GError **error);
