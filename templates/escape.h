/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * escape.h - how a value is written so that it stays words: one way for each place it may land in
 *
 * Input that is not valid UTF-8 has its broken bytes replaced by U+FFFD; no place lets a NUL or another
 * control character through. Thread-safe.
 */
#pragma once

#include <glib.h>

enum place {
  PLACE_RAW,        /* as it is; only for the unescaped tags of the Mustache specification */
  PLACE_TEXT,       /* plain text: line breaks become spaces, control characters are dropped */
  PLACE_TEXT_LINES, /* plain text, line breaks kept (as LF) */
  PLACE_MARKDOWN,   /* a backslash before each ASCII punctuation mark; line breaks become spaces */
  PLACE_PROSE, /* Markdown that people go on writing: a backslash only before what is markup within a line;
                * the caller sees to what is markup at the beginning of one */
  PLACE_HTML,  /* & < > " and ' as references; fit for quoted attributes too; line breaks kept */
  PLACE_HTML_LINES, /* the same, each line break as <br> */
  PLACE_HEADER,  /* a header's value before RFC 2047: line breaks become spaces, control characters dropped */
  PLACE_URL,     /* one component of a URL: all but RFC 3986 §2.3 unreserved characters percent-encoded */
  PLACE_MAILBOX, /* a mail address behind "mailto:" (RFC 6068 §2): as PLACE_URL, but @ stays */
  PLACE_LINK,    /* a whole URL within an HTML attribute: http, https or mailto, else refused */
};

/* Appends TEXT as it is written in PLACE. TRUE; FALSE (nothing appended) only when PLACE_LINK refuses the
 * text: another scheme or none, white space or a control character. */
gboolean escape_append(enum place place, const char *text, gsize length, GString *out);

/* May TEXT be followed as a link? See PLACE_LINK. */
gboolean escape_link_allowed(const char *text, gsize length);
