/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * paper.h - pure: a letter as a page to be printed and posted
 *
 * HTML with a style for A4 of its own: our letterhead, the addressee and its postal address at the window of
 * a DL or C5 envelope (on the right, as NF Z 11-001 has it), then the letter as it was approved, and at the
 * foot of each page the reference, by which an answer on paper is found again, and how to check that all is
 * genuine. It fetches nothing, runs nothing, and has no place that a value could leave.
 */
#pragma once

#include <glib.h>

typedef struct {
  const char *name;   /* of the file */
  const char *digest; /* its SHA-256 in hexadecimal digits */
} PaperFile;

/* Borrowed; texts of several lines are parted by LF. */
typedef struct {
  const char *language;               /* "fr" */
  const char *title;                  /* of the page: what a browser calls the file that it prints into */
  const char *organisation, *address; /* ours; ADDRESS may be NULL */
  const char *signer;                 /* who signs, by name; NULL: nobody is known */
  const char *inside;                 /* the addressee, as the letter names it; NULL: none */
  const char *postal;                 /* where it goes; NULL: not by post */
  const char *reference;              /* "M-1 / D-1042" */
  const char *verify_url;             /* NULL: none */
  const char *html;                   /* the letter, as it would leave by mail */
  const PaperFile *files;             /* those that go with it */
  gsize file_count;
} PaperLetter;
/* The whole document. The letter's own paragraphs that only repeat what now stands at its head are left out.
 * The caller frees it. */
char *paper_of(const PaperLetter *letter);
