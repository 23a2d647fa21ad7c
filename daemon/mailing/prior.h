/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * prior.h - the letter that a mailing follows: a reminder's first letter, the letter that an erratum
 * corrects, the one to a head of State of which a ministry has a copy
 *
 * The mailing's value "prior" names it: `--value prior=M-7`; a supplement follows what it supplements. Only
 * this room includes it.
 */
#pragma once

#include "mailing/document.h"
#include "mailing/mailing.h"

typedef struct {
  gint64 mailing;
  gint64 began;       /* when its sending began, or is to begin; 0: nobody knows yet */
  Document *document; /* the one that it spoke of; NULL: none */
} Prior;
void prior_free(Prior *prior);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Prior, prior_free)

/* May who has CLEARANCE let a letter follow the mailing ID ("M-7")? 0; FAULT_RULE for what is no mailing, or
 * none that he may see: its letter would tell of it. */
int prior_check(Link *link, const char *id, gint64 clearance, GError **error);
/* 0 and *ret; 1 when MAILING names none. FAULT_RULE when what it names is not there any more, or is itself.
 */
int prior_find(Link *link, const Mailing *mailing, Prior **ret, GError **error);
/* Does DOCUMENT (NULL: none) differ in LANGUAGE from what the prior letter brought? */
gboolean prior_differs(const Prior *prior, const Document *document, const char *language);
