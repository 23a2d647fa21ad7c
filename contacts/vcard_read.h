/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * vcard_read.h - cards out of a file of vCards: 4.0 (RFC 6350), 3.0 (RFC 2426), and what 2.1 left in use.
 * Pure
 *
 * Folded lines are joined, also where quoted-printable breaks them; groups ("item1.EMAIL") are taken off;
 * what stands in quoted-printable is decoded by its charset. A card that cannot be read is complained of with
 * its line and passed over: it never ends the reading. A card within a card (AGENT) is a part of it and is
 * left out.
 */
#pragma once

#include <glib.h>

#define VCARD_LINE_MAX       (64 * 1024)       /* bytes of one line, its foldings undone */
#define VCARD_CARD_MAX       (4 * 1024 * 1024) /* bytes of one card, with its photographs */
#define VCARD_PROPERTIES_MAX 500               /* of one card */
#define VCARD_CARDS_MAX      2000000           /* of one file */
#define VCARD_NAME_MAX       60                /* bytes of the name of a property or group */
#define VCARD_PARAMETERS_MAX 50                /* of one property */

typedef struct {
  char *name, *value; /* the name in upper case; one of these for each value: TYPE=a,b is two */
} VcardParameter;

typedef struct {
  gint64 line;
  char *name;         /* in upper case, without its group */
  char *group;        /* in lower case; NULL: none */
  GArray *parameters; /* VcardParameter */
  char *value; /* as it stands, its escapes not yet undone; "" for one too long to be of use (a photograph) */
} VcardProperty;

typedef struct {
  gint64 line;           /* of BEGIN:VCARD, from 1 */
  GPtrArray *properties; /* VcardProperty, in their order; neither BEGIN nor END */
} Vcard;

/* Valid during the call. Negative: a fault that ends the reading. */
typedef int (*VcardSeen)(const Vcard *card, gpointer data, GError **error);
/* The card that begins at LINE cannot be read: SENTENCE says where and why. */
typedef void (*VcardComplaint)(gint64 line, const char *sentence, gpointer data);

typedef struct VcardReader VcardReader;

/* Is this the beginning of a file of vCards? */
gboolean vcard_begins(const char *text, gsize length);

VcardReader *vcard_reader_new(VcardSeen seen, VcardComplaint complaint, gpointer data);
void vcard_reader_free(VcardReader *reader);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(VcardReader, vcard_reader_free)
/* Feeds UTF-8. FAULT_INPUT when there are more cards than VCARD_CARDS_MAX. */
int vcard_reader_feed(VcardReader *reader, const char *text, gsize length, GError **error);
/* The end: a card that is not ended was cut off, and is complained of. */
int vcard_reader_finish(VcardReader *reader, GError **error);

/* Has the property NAME=VALUE among its parameters, in any case? */
gboolean vcard_property_has(const VcardProperty *property, const char *name, const char *value);
/* The first value of a parameter; NULL: none. */
const char *vcard_property_get(const VcardProperty *property, const char *name);
/* The value as text, escapes undone (RFC 6350 §3.4). The caller frees it. */
char *vcard_property_text(const VcardProperty *property);
/* Its parts between SEPARATOR (';' or ','), each with its escapes undone, ended by NULL. The caller frees
 * them. */
char **vcard_property_parts(const VcardProperty *property, char separator);
