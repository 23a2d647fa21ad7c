/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * template.h - the Mustache engine: compiled once, rendered many times
 *
 * All of the public specification's required modules (comments, delimiters, interpolation, inverted,
 * partials, sections), no lambdas: a template can ask for nothing but the values it is given. A compiled
 * template is immutable, so that threads may render it at the same time. What a tag's value is escaped for is
 * decided when compiling; with PLACE_HTML a tag right after href=" is taken as PLACE_LINK, one further on in
 * that attribute as PLACE_URL.
 */
#pragma once

#include "templates/escape.h"
#include "templates/value.h"

#include <glib.h>

#define TEMPLATE_SOURCE_MAX   (256 * 1024)      /* bytes of one template or partial */
#define TEMPLATE_DEPTH_MAX    32                /* sections and partials within one another */
#define TEMPLATE_PARTIALS_MAX 64                /* different partials of one template */
#define TEMPLATE_OUTPUT_MAX   (4 * 1024 * 1024) /* bytes of one rendering */
#define TEMPLATE_STEPS_MAX    1000000           /* nodes executed in one rendering */

typedef struct Template Template;

/* The source of the partial NAME, or NULL (it then renders as nothing). Only called while compiling. */
typedef const char *(*TemplatePartial)(const char *name, gpointer data);

typedef struct {
  enum place place;        /* how {{tags}} are escaped */
  gboolean strict;         /* a name that the values lack is a fault, not nothing */
  gboolean no_raw;         /* {{{x}}} and {{&x}} are refused */
  TemplatePartial partial; /* NULL: no partials */
  gpointer partial_data;
} TemplateOptions;

/* Compiles SOURCE. NAME is the place in sentences (a path, "subject"). 0 and *ret, or FAULT_INPUT with a
 * sentence that names NAME, the line and the tag. */
int template_compile(const char *name, const char *source, gsize length, const TemplateOptions *options,
                     Template **ret, GError **error);
void template_free(Template *template);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Template, template_free)

/* Appends the rendering to OUT. 0; or FAULT_INPUT (a value that a link refuses; with strict: a name without
 * value), FAULT_RULE (a ceiling), and OUT is as it was before. */
int template_render(const Template *template, const Value *values, GString *out, GError **error);
