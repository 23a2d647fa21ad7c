/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "contacts/eligibility.h"

#include "support/case.h"

static const Holder fresh = {.tenure = 1, .person = 2, .verified_at = 1000};
static const Holder stale = {.tenure = 1, .person = 2, .verified_at = 969};
static const Holder never = {.tenure = 1, .person = 2};
static const Holder two[] = {{.tenure = 1, .verified_at = 1000}, {.tenure = 2, .verified_at = 900}};
static const Ground ground = {.id = 1, .kind = GROUND_APPROVAL};

#define CHANNEL(how)    .email = {.id = 7, .standing = (how)}
#define GROUNDED        .grounds = &ground, .ground_count = 1
#define HELD_BY(holder) .holders = &(holder), .holder_count = 1

/* What may be used beside e-mail, or instead of it. */
static const CandidateChannel post = {.id = 8, .kind = CHANNEL_POST, .standing = CHANNEL_UNVERIFIED};
#define BY_POST .channels = &post, .channel_count = 1

static const struct {
  const char *name;
  Candidate candidate;
  gboolean synthesis, overridden;
  gint32 stale_days;
  enum eligibility verdict;
  enum reason reason;
} cases[] = {
    {"office, by post alone",
     {.kind = CONTACT_OFFICE, BY_POST, HELD_BY(fresh)},
     FALSE,
     FALSE,
     30,
     ELIGIBLE,
     REASON_NONE},
    {"office, its address dead, by post",
     {.kind = CONTACT_OFFICE, CHANNEL(CHANNEL_DEAD), BY_POST, HELD_BY(fresh)},
     FALSE,
     FALSE,
     30,
     ELIGIBLE,
     REASON_NONE},
    {"office, its address suspect, by post",
     {.kind = CONTACT_OFFICE, CHANNEL(CHANNEL_SUSPECT), BY_POST, HELD_BY(fresh)},
     FALSE,
     FALSE,
     30,
     ELIGIBLE,
     REASON_NONE},
    {"office, by post, synthesis without a ground",
     {.kind = CONTACT_OFFICE, BY_POST, HELD_BY(fresh)},
     TRUE,
     FALSE,
     30,
     ELIGIBILITY_EXCLUDED,
     REASON_NO_GROUND},
    {"office, by post, vacant",
     {.kind = CONTACT_OFFICE, BY_POST, GROUNDED},
     TRUE,
     FALSE,
     30,
     ELIGIBILITY_HELD,
     REASON_HOLDER_VACANT},
    {"attendee, by post alone",
     {.kind = CONTACT_PERSON, BY_POST},
     FALSE,
     FALSE,
     30,
     ELIGIBILITY_EXCLUDED,
     REASON_NO_ROUTE},
    {"attendee, pre-report",
     {.kind = CONTACT_PERSON, CHANNEL(CHANNEL_UNVERIFIED)},
     FALSE,
     FALSE,
     30,
     ELIGIBLE,
     REASON_NONE},
    {"attendee, synthesis",
     {.kind = CONTACT_PERSON, CHANNEL(CHANNEL_VERIFIED)},
     TRUE,
     FALSE,
     30,
     ELIGIBILITY_EXCLUDED,
     REASON_NO_GROUND},
    {"attendee with a ground, synthesis",
     {.kind = CONTACT_PERSON, CHANNEL(CHANNEL_VERIFIED), GROUNDED},
     TRUE,
     FALSE,
     30,
     ELIGIBILITY_EXCLUDED,
     REASON_NO_GROUND},
    {"attendee, synthesis, overridden",
     {.kind = CONTACT_PERSON, CHANNEL(CHANNEL_VERIFIED)},
     TRUE,
     TRUE,
     30,
     ELIGIBLE,
     REASON_NONE},
    {"office with ground",
     {.kind = CONTACT_OFFICE, CHANNEL(CHANNEL_VERIFIED), GROUNDED, HELD_BY(fresh)},
     TRUE,
     FALSE,
     30,
     ELIGIBLE,
     REASON_NONE},
    {"office without ground",
     {.kind = CONTACT_OFFICE, CHANNEL(CHANNEL_VERIFIED), HELD_BY(fresh)},
     TRUE,
     FALSE,
     30,
     ELIGIBILITY_EXCLUDED,
     REASON_NO_GROUND},
    {"office overridden",
     {.kind = CONTACT_OFFICE, CHANNEL(CHANNEL_VERIFIED), HELD_BY(fresh)},
     TRUE,
     TRUE,
     30,
     ELIGIBLE,
     REASON_NONE},
    {"organisation with ground",
     {.kind = CONTACT_ORGANISATION, CHANNEL(CHANNEL_VERIFIED), GROUNDED},
     TRUE,
     FALSE,
     30,
     ELIGIBLE,
     REASON_NONE},
    {"override does not beat an objection",
     {.kind = CONTACT_OFFICE, .standing = CONTACT_OBJECTED, CHANNEL(CHANNEL_VERIFIED), HELD_BY(fresh)},
     TRUE,
     TRUE,
     30,
     ELIGIBILITY_EXCLUDED,
     REASON_OBJECTED},
    {"erased",
     {.kind = CONTACT_PERSON, .standing = CONTACT_ERASED},
     FALSE,
     FALSE,
     30,
     ELIGIBILITY_EXCLUDED,
     REASON_ERASED},
    {"no address", {.kind = CONTACT_PERSON}, FALSE, FALSE, 30, ELIGIBILITY_EXCLUDED, REASON_NO_ROUTE},
    {"dead",
     {.kind = CONTACT_PERSON, CHANNEL(CHANNEL_DEAD)},
     FALSE,
     FALSE,
     30,
     ELIGIBILITY_EXCLUDED,
     REASON_DEAD_CHANNEL},
    {"refused",
     {.kind = CONTACT_PERSON, CHANNEL(CHANNEL_REFUSED)},
     FALSE,
     FALSE,
     30,
     ELIGIBILITY_EXCLUDED,
     REASON_DEAD_CHANNEL},
    {"suspect",
     {.kind = CONTACT_PERSON, CHANNEL(CHANNEL_SUSPECT)},
     FALSE,
     FALSE,
     30,
     ELIGIBILITY_HELD,
     REASON_SUSPENDED},
    {"vacant",
     {.kind = CONTACT_OFFICE, CHANNEL(CHANNEL_VERIFIED), GROUNDED},
     TRUE,
     FALSE,
     30,
     ELIGIBILITY_HELD,
     REASON_HOLDER_VACANT},
    {"stale by a day",
     {.kind = CONTACT_OFFICE, CHANNEL(CHANNEL_VERIFIED), GROUNDED, HELD_BY(stale)},
     TRUE,
     FALSE,
     30,
     ELIGIBILITY_HELD,
     REASON_HOLDER_STALE},
    {"on the last day",
     {.kind = CONTACT_OFFICE, CHANNEL(CHANNEL_VERIFIED), GROUNDED, HELD_BY(stale)},
     TRUE,
     FALSE,
     31,
     ELIGIBLE,
     REASON_NONE},
    {"never verified",
     {.kind = CONTACT_OFFICE, CHANNEL(CHANNEL_VERIFIED), GROUNDED, HELD_BY(never)},
     TRUE,
     FALSE,
     30,
     ELIGIBILITY_HELD,
     REASON_HOLDER_STALE},
    {"no limit",
     {.kind = CONTACT_OFFICE, CHANNEL(CHANNEL_VERIFIED), GROUNDED, HELD_BY(never)},
     TRUE,
     FALSE,
     0,
     ELIGIBLE,
     REASON_NONE},
    {"one of two stale",
     {.kind = CONTACT_OFFICE, CHANNEL(CHANNEL_VERIFIED), GROUNDED, .holders = two, .holder_count = 2},
     TRUE,
     FALSE,
     30,
     ELIGIBILITY_HELD,
     REASON_HOLDER_STALE},
    {"an office on a pre-report's list",
     {.kind = CONTACT_OFFICE, CHANNEL(CHANNEL_VERIFIED), HELD_BY(fresh)},
     FALSE,
     FALSE,
     30,
     ELIGIBLE,
     REASON_NONE},
};

static void verdicts(void **state) {
  (void)state;
  for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
    EligibilityTerms terms = {cases[i].synthesis, cases[i].overridden, 1000, cases[i].stale_days};
    enum reason reason;
    enum eligibility verdict = eligibility_check(&cases[i].candidate, &terms, &reason);
    if (verdict != cases[i].verdict || reason != cases[i].reason)
      fail_msg("%s: %d, %s", cases[i].name, verdict, reason_name(reason));
  }
}

static void names(void **state) {
  (void)state;
  for (int i = 0; i < REASONS; i++) {
    assert_int_equal(reason_of(reason_name((enum reason)i)), i);
    assert_true(*reason_sentence((enum reason)i) != '\0');
  }
  assert_int_equal(reason_of("because"), REASONS);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(verdicts), cmocka_unit_test(names)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
