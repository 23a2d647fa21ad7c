/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "inbound/refusal.h"

#include "inbound/folded.h"

#include <string.h>

typedef struct {
  const char *family;
  enum verdict_class class;
  enum verdict_cause cause;
  const char *words;
} Phrase;

static const Phrase phrases[] = {
#define PHRASE(family, class, cause, words) {family, CLASS_##class, CAUSE_##cause, words},
#include "inbound/phrases.def"
#undef PHRASE
};

static const struct {
  int subject;
  int detail;
  enum verdict_class class;
  enum verdict_cause cause;
} meanings[] = {
#define MEANING(subject, detail, class, cause) {subject, detail, CLASS_##class, CAUSE_##cause},
#include "inbound/status_meanings.def"
#undef MEANING
};

static const Phrase *find_phrase(const char *folded, const char *left_out) {
  for (gsize i = 0; i < G_N_ELEMENTS(phrases); i++)
    if (g_strcmp0(phrases[i].family, left_out) != 0 && folded_contains(folded, phrases[i].words))
      return &phrases[i];
  return NULL;
}

gboolean refusal_of_status(const StatusCode *code, enum verdict_class *ret_class,
                           enum verdict_cause *ret_cause) {
  /* x.5.0 is what programs say that have no code for what they mean. */
  if (code->subject == 0 || (code->subject == 5 && code->detail == 0))
    return FALSE;
  for (gsize i = 0; i < G_N_ELEMENTS(meanings); i++) {
    if (meanings[i].subject != code->subject ||
        (meanings[i].detail >= 0 && meanings[i].detail != code->detail))
      continue;
    gboolean transient = code->class == STATUS_TRANSIENT && !(code->subject == 1 && code->detail == 1);
    *ret_class = transient ? CLASS_SOFT : meanings[i].class;
    *ret_cause = meanings[i].cause;
    return TRUE;
  }
  return FALSE;
}

/* A code stands alone: what has digits or dots beside it is an address of a machine or a version. */
static gboolean is_edge(char letter) {
  return !g_ascii_isalnum(letter) && letter != '.';
}

static gboolean code_at(const char *begin, const char *at, StatusCode *ret) {
  gsize length = strspn(at, "0123456789.");
  while (length > 0 && at[length - 1] == '.')
    length--;
  return (at == begin || is_edge(at[-1])) && !g_ascii_isalnum(at[length]) &&
         status_code_parse(at, (gssize)length, ret) && ret->class != STATUS_SUCCESS;
}

static gboolean find_status(const char *text, StatusCode *ret) {
  if (text == NULL)
    return FALSE;
  for (const char *at = text; *at != '\0'; at++)
    if ((*at == '4' || *at == '5') && code_at(text, at, ret))
      return TRUE;
  return FALSE;
}

static int find_reply_code(const char *text) {
  if (text == NULL)
    return 0;
  for (const char *at = text; *at != '\0'; at++) {
    gboolean digits = (*at == '4' || *at == '5') && at[1] >= '0' && at[1] <= '7' && g_ascii_isdigit(at[2]);
    if (digits && (at == text || g_ascii_isspace(at[-1]) || at[-1] == ';' || at[-1] == ':') &&
        (at[3] == ' ' || at[3] == '-' || at[3] == '\0' || at[3] == ':'))
      return (at[0] - '0') * 100 + (at[1] - '0') * 10 + (at[2] - '0');
  }
  return 0;
}

/* The command that was refused, as far as the report tells: after DATA the recipient had been accepted. */
static gboolean is_after_data(const char *folded) {
  static const char *const signs[] = {"end of data", "in reply to data command", "smtp command data",
                                      "did not like our final data"};
  for (gsize i = 0; i < G_N_ELEMENTS(signs); i++)
    if (folded_contains(folded, signs[i]))
      return TRUE;
  return FALSE;
}

static void take_phrase(const Phrase *phrase, Refusal *ret) {
  ret->class = phrase->class;
  ret->cause = phrase->cause;
  ret->family = g_str_equal(phrase->family, "any") ? NULL : phrase->family;
  ret->reason = ret->also = REASON_WORDS;
}

static gboolean means_policy(const StatusCode *code) {
  return code->subject == 7 || (code->subject == 2 && code->detail == 0);
}

/* "User unknown" is also said by filters that do not want to say more. */
static void doubt_unknown_user(const RefusalWords *words, const char *all, Refusal *ret) {
  if (ret->class != CLASS_HARD || ret->cause != CAUSE_MAILBOX)
    return;
  StatusCode said, reported;
  gboolean own = find_status(words->diagnostic, &said);
  gboolean given = find_status(words->status, &reported);
  if (is_after_data(all))
    ret->also = REASON_AFTER_DATA;
  else if ((own && means_policy(&said)) || (!own && given && reported.subject == 2 && reported.detail == 0))
    ret->also = REASON_CODE_AGAINST_WORDS;
  else
    return;
  ret->class = CLASS_SOFT;
  ret->cause = CAUSE_POLICY;
}

static void judge_status(const RefusalWords *words, Refusal *ret) {
  const char *texts[] = {words->diagnostic, words->status,
                         words->diagnostic == NULL ? words->narrative : NULL};
  for (gsize i = 0; i < G_N_ELEMENTS(texts); i++) {
    StatusCode code;
    if (!find_status(texts[i], &code))
      continue;
    if (ret->status[0] == '\0' || strstr(ret->status, ".0.0") != NULL)
      status_code_text(&code, ret->status);
    if (ret->reason == REASON_NO_DETAIL && refusal_of_status(&code, &ret->class, &ret->cause))
      ret->reason = ret->also = REASON_STATUS_CODE;
  }
}

static void judge_reply_code(Refusal *ret) {
  if (ret->smtp_code == 0)
    return;
  ret->reason = ret->also = REASON_REPLY_CODE;
  ret->cause = ret->smtp_code == 552 || ret->smtp_code == 452 ? CAUSE_QUOTA
               : ret->smtp_code == 554                        ? CAUSE_POLICY
                                                              : CAUSE_SYSTEM;
}

void refusal_judge(const RefusalWords *words, Refusal *ret) {
  *ret = (Refusal){
      .class = CLASS_SOFT, .cause = CAUSE_SYSTEM, .reason = REASON_NO_DETAIL, .also = REASON_NO_DETAIL};
  g_autofree char *said = folded_text(words->diagnostic != NULL ? words->diagnostic : "");
  g_autofree char *told = folded_text(words->narrative != NULL ? words->narrative : "");
  g_autofree char *all = g_strconcat(said, " ", told, NULL);
  ret->smtp_code = find_reply_code(words->diagnostic);
  if (ret->smtp_code == 0)
    ret->smtp_code = find_reply_code(words->narrative);
  const Phrase *phrase = find_phrase(said, words->left_out);
  if (phrase != NULL)
    take_phrase(phrase, ret);
  judge_status(words, ret);
  if (ret->reason == REASON_NO_DETAIL) {
    phrase = find_phrase(told, words->left_out);
    if (phrase != NULL)
      take_phrase(phrase, ret);
    else
      judge_reply_code(ret);
  }
  doubt_unknown_user(words, all, ret);
}
