/* SPDX-License-Identifier: GPL-3.0-or-later */
/* evidence_private.h - a bundle in the making, and the parts that add to it. Only this room includes it. */
#pragma once

#include "acknowledgement/acknowledgement.h"
#include "evidence/bundle.h"
#include "evidence/evidence.h"
#include "journal/disclosure.h"
#include "journal/signed_head.h"
#include "mailing/mailing.h"
#include "mailing/roll.h"

/* An entry of the journal that concerns the delivery. All is owned. */
typedef struct {
  gint64 index, time, delivery;
  char *kind, *user, *text, *facts; /* NULL: none */
  char *canonical;                  /* NULL: erased */
  gsize length;
  char *line; /* of the chain */
} Shown;

typedef struct {
  Desk *desk;
  const EvidenceTerms *terms;
  gint64 clearance;
  Link *link; /* one snapshot */
  Bundle *bundle;
  DeliveryRow *delivery;
  Addressee *addressee;
  Mailing *mailing;
  GPtrArray *chain;   /* of DeliveryRow: all deliveries of the addressee */
  GPtrArray *entries; /* of Shown */
  SignedHead *head;   /* the last that was signed; NULL: none */
  GPtrArray *keys;    /* of char *: fingerprints of ours that signed something in it */
  GString *about;     /* about.txt */
} Evidence;

/* A line of about.txt: what could not be included, and why. */
void evidence_lacks(Evidence *evidence, const char *what, const char *why);
/* That the key of FINGERPRINT signed something in it. */
void evidence_needs_key(Evidence *evidence, const char *fingerprint);

/* Each adds its files. In the order of evidence.c. */
int letter_part(Evidence *evidence, GError **error);  /* the message, the documents */
int promise_part(Evidence *evidence, GError **error); /* the manifest, the leaf, the approvers' own acts */
int answer_part(Evidence *evidence, GError **error);  /* answers with their evidence, proofs by hand */
int entry_part(Evidence *evidence, GError **error);   /* entries, lines, proofs, heads */
int story_part(Evidence *evidence, GError **error);   /* the timeline, the dialogue */
int guide_part(Evidence *evidence, GError **error);   /* README.txt, verify.sh, about.txt, our keys */

/* FACT: "KEY=VALUE". */
gboolean evidence_has_fact(const Shown *entry, const char *fact);
/* "SubmissionAcceptance"; NULL: none fits. */
const char *evidence_event(const Shown *entry);
