/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * refusal.h - why another server did not take a message: class and cause, from its words and its codes
 *
 * Pure. Words that are known decide before codes do: many servers write one code for everything. A status
 * code (RFC 3463) decides where the words are unknown, the three digits of the reply last.
 */
#pragma once

#include "inbound/verdict.h"

#include <glib.h>

typedef struct {
  const char *diagnostic; /* what the other server said; NULL */
  const char *status;     /* the status code of the report; NULL */
  const char *narrative;  /* what the report says to people; NULL */
  const char *left_out;   /* read.h */
} RefusalWords;

typedef struct {
  enum verdict_class class; /* CLASS_HARD or CLASS_SOFT */
  enum verdict_cause cause;
  char status[STATUS_CODE_SIZE];
  int smtp_code;
  enum verdict_reason reason;
  enum verdict_reason also; /* REASON_AFTER_DATA or REASON_CODE_AGAINST_WORDS, else equal to reason */
  const char *family;       /* whose words were recognised; NULL for words of many */
} Refusal;

void refusal_judge(const RefusalWords *words, Refusal *ret);

/* Class and cause by RFC 3463 §3 alone. FALSE when the code names no detail (x.0.0, x.5.0). */
gboolean refusal_of_status(const StatusCode *code, enum verdict_class *ret_class,
                           enum verdict_cause *ret_cause);
