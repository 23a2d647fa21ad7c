/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "contacts/eligibility.h"

static const struct {
  const char *name, *sentence;
} reasons[] = {
#define REASON(symbol, name, sentence) [symbol] = {name, sentence},
#include "contacts/reasons.def"
#undef REASON
};

const char *reason_name(enum reason reason) {
  return reasons[reason].name;
}

const char *reason_sentence(enum reason reason) {
  return reasons[reason].sentence;
}

enum reason reason_of(const char *name) {
  for (int i = 0; i < REASONS; i++)
    if (g_str_equal(reasons[i].name, name))
      return (enum reason)i;
  return REASONS;
}

static gboolean has_ground(const Candidate *candidate) {
  return candidate->kind != CONTACT_PERSON && candidate->ground_count > 0;
}

/* Who is no person may be reached by hand as well; whether there is an e-mail address matters then only when
 * nothing else may be used. */
static gboolean is_reached(const Candidate *candidate) {
  return candidate->kind != CONTACT_PERSON && candidate->channel_count > 0;
}

static enum reason excluded(const Candidate *candidate, const EligibilityTerms *terms) {
  if (candidate->standing == CONTACT_ERASED)
    return REASON_ERASED;
  if (candidate->standing == CONTACT_OBJECTED)
    return REASON_OBJECTED;
  if (terms->synthesis && !terms->overridden && !has_ground(candidate))
    return REASON_NO_GROUND;
  if (is_reached(candidate))
    return REASON_NONE;
  if (candidate->email.id == 0)
    return REASON_NO_ROUTE;
  if (candidate->email.standing == CHANNEL_DEAD || candidate->email.standing == CHANNEL_REFUSED)
    return REASON_DEAD_CHANNEL;
  return REASON_NONE;
}

static gboolean is_stale(const Holder *holder, const EligibilityTerms *terms) {
  return terms->stale_days > 0 && terms->today - holder->verified_at > terms->stale_days;
}

static enum reason held(const Candidate *candidate, const EligibilityTerms *terms) {
  if (candidate->email.standing == CHANNEL_SUSPECT && !is_reached(candidate))
    return REASON_SUSPENDED;
  if (candidate->kind != CONTACT_OFFICE)
    return REASON_NONE;
  if (candidate->holder_count == 0)
    return REASON_HOLDER_VACANT;
  for (gsize i = 0; i < candidate->holder_count; i++)
    if (candidate->holders[i].manner == TENURE_CONTESTED)
      return REASON_HOLDER_CONTESTED;
  for (gsize i = 0; i < candidate->holder_count; i++)
    if (is_stale(&candidate->holders[i], terms))
      return REASON_HOLDER_STALE;
  return REASON_NONE;
}

enum eligibility eligibility_check(const Candidate *candidate, const EligibilityTerms *terms,
                                   enum reason *ret_reason) {
  *ret_reason = excluded(candidate, terms);
  if (*ret_reason != REASON_NONE)
    return ELIGIBILITY_EXCLUDED;
  *ret_reason = held(candidate, terms);
  return *ret_reason != REASON_NONE ? ELIGIBILITY_HELD : ELIGIBLE;
}
