/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * parts.h - an opened message: its header and its parts in a row, under the ceilings of read.h
 *
 * What lies within a returned or forwarded message is marked: it is not what the sender says.
 */
#pragma once

#include "inbound/verdict.h"

#include <glib.h>

typedef struct _GMimeObject GMimeObject;

typedef struct {
  GMimeObject *object; /* owned by the Parts */
  char *type;          /* "text/plain", lower case */
  guint depth;
  guint alternative; /* 1 to parts_count: the same for all that is within one multipart/alternative; 0: within
                        none */
  gboolean returned; /* inside a message within the message */
} Part;

typedef struct Parts Parts;

/* 0, or PARTS_NOT_READ with the reason. */
enum { PARTS_NOT_READ = 1 };
int parts_open(GBytes *bytes, Parts **ret, enum verdict_reason *ret_reason);
void parts_free(Parts *parts);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Parts, parts_free)

guint parts_count(const Parts *parts);
const Part *parts_at(const Parts *parts, guint index);
/* The first part of the sender's own (not returned) of one of the two types, or NULL. OTHER may be NULL. */
const Part *parts_find(const Parts *parts, const char *type, const char *other);

/* A field of the message, decoded, valid UTF-8; NULL for none. The caller frees it. */
char *parts_field(const Parts *parts, const char *name);
/* All fields of that name, at most MAX, the same way: a list of char *. The caller unrefs it. */
GPtrArray *parts_fields(const Parts *parts, const char *name, guint max);
/* The same of a message within, by its part of type message/rfc822. */
char *part_message_field(const Part *part, const char *name);
/* A parameter of the part's Content-Type, lower case; NULL for none. The caller frees it. */
char *part_parameter(const Part *part, const char *name);
/* It is called an attachment, or has a file's name. */
gboolean part_is_attachment(const Part *part);
/* It is called an attachment: to be kept apart from the text. */
gboolean part_is_apart(const Part *part);
/* As the sender calls it; NULL for none. The caller frees it. */
char *part_file_name(const Part *part);
/* Bytes after its transfer encoding; of a message within, as it stands. */
gint64 part_size(const Part *part);
/* The date that the message claims, wall time in microseconds, or 0. */
gint64 parts_date(const Parts *parts);
/* Each bare address of an address field is appended to TO, a GPtrArray of char *. Its first display name goes
 * to *ret_name (may be NULL). */
void parts_addresses(const Parts *parts, const char *name, GPtrArray *to, char **ret_name);

/* The text of a part, decoded, valid UTF-8, at most READ_TEXT_MAX bytes; an HTML part is turned to text. The
 * caller frees it. */
char *part_text(const Part *part);
/* The same, HTML as it stands. */
char *part_source(const Part *part);
/* The texts that the sender shows, one after the other; not those of attachments or of returned messages.
 * HTML counts only where there is no plain text. The caller frees it. */
char *parts_body(const Parts *parts);
