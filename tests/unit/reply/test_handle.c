/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What follows from a message: the whole table of decisions, row by row. */
#include "reply/handle.h"

#include "support/case.h"

typedef struct {
  const char *name;
  HandleCase c;
  /* what is expected; a fact of NULL is none, so is an acknowledgement */
  const char *handling;
  gboolean held;
  const char *fact;
  gboolean relayed, refusal;
  const char *standing; /* NULL: the channel stays as it is */
  const char *acknowledgement;
  gboolean unsubscribes;
} Row;

#define REPORT(class_, weight_) .kind = VERDICT_DELIVERY_REPORT, .class = (class_), .weight = (weight_)
#define RELAYED                 .state = DELIVERY_RELAYED

static const Row rows[] = {
    /* no delivery */
    {"a report of nothing of ours", {REPORT(CLASS_HARD, WEIGHT_NONE)}, .handling = "unmatched", .held = TRUE},
    {"a reply to nobody", {.kind = VERDICT_REPLY}, .handling = "unmatched", .held = TRUE},
    {"a letter, and an address to which it did not go",
     {REPORT(CLASS_HARD, WEIGHT_NONE), .contradicted = TRUE},
     .handling = "other-recipient",
     .held = TRUE},
    {"two deliveries", {.kind = VERDICT_REPLY, .rivals = TRUE}, .handling = "two-named", .held = TRUE},
    {"a head of the journal, back at home",
     {.kind = VERDICT_AUTOMATIC, .own_head = TRUE},
     .handling = "own-head"},
    {"an automatic message of nobody's", {.kind = VERDICT_AUTOMATIC}, .handling = "unmatched", .held = TRUE},
    {"a person's words under the id of a head",
     {.kind = VERDICT_REPLY, .own_head = TRUE},
     .handling = "unmatched",
     .held = TRUE},
    /* reports without proof */
    {"a bounce by the token for replies",
     {REPORT(CLASS_HARD, WEIGHT_REPLY), RELAYED},
     .handling = "no-proof"},
    {"a bounce by the Message-ID", {REPORT(CLASS_HARD, WEIGHT_CLAIM), RELAYED}, .handling = "no-proof"},
    {"a delivered by the Message-ID",
     {REPORT(CLASS_DELIVERED, WEIGHT_CLAIM), RELAYED},
     .handling = "no-proof"},
    {"a claim moves no doubt",
     {REPORT(CLASS_DELIVERED, WEIGHT_CLAIM), .state = DELIVERY_IN_DOUBT},
     .handling = "no-proof"},
    /* reports with proof */
    {"hard",
     {REPORT(CLASS_HARD, WEIGHT_PROOF), RELAYED},
     .handling = "noted",
     .fact = "bounced",
     .refusal = TRUE,
     .standing = "suspect"},
    {"hard, of a verified channel",
     {REPORT(CLASS_HARD, WEIGHT_PROOF), RELAYED, .standing = CHANNEL_VERIFIED},
     .handling = "noted",
     .fact = "bounced",
     .refusal = TRUE,
     .standing = "suspect"},
    {"hard, the second one",
     {REPORT(CLASS_HARD, WEIGHT_PROOF), RELAYED, .standing = CHANNEL_SUSPECT, .bounced_before = TRUE},
     .handling = "noted",
     .fact = "bounced",
     .refusal = TRUE,
     .standing = "dead"},
    {"hard, of a suspect one that never bounced",
     {REPORT(CLASS_HARD, WEIGHT_PROOF), RELAYED, .standing = CHANNEL_SUSPECT},
     .handling = "noted",
     .fact = "bounced",
     .refusal = TRUE},
    {"hard, of a refused channel",
     {REPORT(CLASS_HARD, WEIGHT_PROOF), RELAYED, .standing = CHANNEL_REFUSED, .bounced_before = TRUE},
     .handling = "noted",
     .fact = "bounced",
     .refusal = TRUE},
    {"hard, of a dead one",
     {REPORT(CLASS_HARD, WEIGHT_PROOF), RELAYED, .standing = CHANNEL_DEAD},
     .handling = "noted",
     .fact = "bounced",
     .refusal = TRUE},
    {"soft never kills",
     {REPORT(CLASS_SOFT, WEIGHT_PROOF), RELAYED, .has_status = TRUE, .bounced_before = TRUE},
     .handling = "noted",
     .fact = "bounced",
     .refusal = TRUE},
    {"soft, by its words alone",
     {REPORT(CLASS_SOFT, WEIGHT_PROOF), RELAYED},
     .handling = "noted",
     .fact = "bounced"},
    {"delayed", {REPORT(CLASS_DELAYED, WEIGHT_PROOF), RELAYED}, .handling = "noted", .fact = "delayed"},
    {"delivered", {REPORT(CLASS_DELIVERED, WEIGHT_PROOF), RELAYED}, .handling = "noted", .fact = "delivered"},
    {"passed on", {REPORT(CLASS_PASSED_ON, WEIGHT_PROOF), RELAYED}, .handling = "noted", .fact = "passed-on"},
    {"expanded", {REPORT(CLASS_EXPANDED, WEIGHT_PROOF), RELAYED}, .handling = "noted", .fact = "expanded"},
    {"of no class", {REPORT(CLASS_NONE, WEIGHT_PROOF), RELAYED}, .handling = "says-nothing"},
    {"delivered, in doubt",
     {REPORT(CLASS_DELIVERED, WEIGHT_PROOF), .state = DELIVERY_IN_DOUBT},
     .handling = "noted",
     .fact = "delivered",
     .relayed = TRUE},
    {"bounced, in doubt",
     {REPORT(CLASS_HARD, WEIGHT_PROOF), .state = DELIVERY_IN_DOUBT},
     .handling = "noted",
     .fact = "bounced",
     .relayed = TRUE,
     .refusal = TRUE,
     .standing = "suspect"},
    {"faster than the relay's answer",
     {REPORT(CLASS_DELIVERED, WEIGHT_PROOF), .state = DELIVERY_COMMITTING},
     .handling = "noted",
     .fact = "delivered"},
    {"presumed stays so",
     {REPORT(CLASS_DELIVERED, WEIGHT_PROOF), .state = DELIVERY_PRESUMED},
     .handling = "noted",
     .fact = "delivered"},
    /* dispositions */
    {"displayed",
     {.kind = VERDICT_DISPOSITION, .disposition = DISPOSITION_DISPLAYED, .weight = WEIGHT_PROOF, RELAYED},
     .handling = "acknowledged",
     .acknowledgement = "displayed"},
    {"displayed, to the address for replies",
     {.kind = VERDICT_DISPOSITION, .disposition = DISPOSITION_DISPLAYED, .weight = WEIGHT_REPLY, RELAYED},
     .handling = "no-proof"},
    {"deleted",
     {.kind = VERDICT_DISPOSITION, .disposition = DISPOSITION_DELETED, .weight = WEIGHT_PROOF, RELAYED},
     .handling = "noted",
     .fact = "deleted"},
    {"processed",
     {.kind = VERDICT_DISPOSITION, .disposition = DISPOSITION_PROCESSED, .weight = WEIGHT_PROOF, RELAYED},
     .handling = "noted",
     .fact = "processed"},
    {"denied",
     {.kind = VERDICT_DISPOSITION, .disposition = DISPOSITION_DENIED, .weight = WEIGHT_PROOF, RELAYED},
     .handling = "says-nothing"},
    /* automatic */
    {"an absence", {.kind = VERDICT_AUTOMATIC, .weight = WEIGHT_REPLY, RELAYED}, .handling = "automatic"},
    {"an absence, by the Message-ID",
     {.kind = VERDICT_AUTOMATIC, .weight = WEIGHT_CLAIM, RELAYED},
     .handling = "automatic"},
    {"an absence, in doubt",
     {.kind = VERDICT_AUTOMATIC, .weight = WEIGHT_PROOF, .state = DELIVERY_IN_DOUBT},
     .handling = "automatic",
     .relayed = TRUE},
    {"a ticket system",
     {.kind = VERDICT_AUTOMATIC, .weight = WEIGHT_REPLY, RELAYED, .ticket_system = TRUE},
     .handling = "looks-human",
     .held = TRUE},
    /* replies */
    {"a reply",
     {.kind = VERDICT_REPLY, .weight = WEIGHT_REPLY, RELAYED},
     .handling = "acknowledged",
     .acknowledgement = "reply"},
    {"a reply that is signed",
     {.kind = VERDICT_REPLY, .weight = WEIGHT_REPLY, RELAYED, .signed_well = TRUE, .sender_known = TRUE},
     .handling = "acknowledged",
     .acknowledgement = "signed-reply"},
    {"a reply, in doubt",
     {.kind = VERDICT_REPLY, .weight = WEIGHT_REPLY, .state = DELIVERY_IN_DOUBT},
     .handling = "acknowledged",
     .relayed = TRUE,
     .acknowledgement = "reply"},
    {"by the Message-ID, from a known sender",
     {.kind = VERDICT_REPLY, .weight = WEIGHT_CLAIM, RELAYED, .sender_known = TRUE},
     .handling = "acknowledged",
     .acknowledgement = "reply"},
    {"by the Message-ID, from a stranger",
     {.kind = VERDICT_REPLY, .weight = WEIGHT_CLAIM, RELAYED},
     .handling = "sender-unknown",
     .held = TRUE},
    {"of a domain that denies it",
     {.kind = VERDICT_REPLY, .weight = WEIGHT_REPLY, RELAYED, .dmarc = DMARC_FAIL, .sender_known = TRUE},
     .handling = "dmarc-failed",
     .held = TRUE},
    {"of a domain that says nothing",
     {.kind = VERDICT_REPLY, .weight = WEIGHT_REPLY, RELAYED, .dmarc = DMARC_NONE},
     .handling = "acknowledged",
     .acknowledgement = "reply"},
    {"a person overrules the domain",
     {.kind = VERDICT_REPLY, .weight = WEIGHT_PROOF, RELAYED, .dmarc = DMARC_FAIL, .by_person = TRUE},
     .handling = "acknowledged",
     .acknowledgement = "reply"},
    /* what is not wanted */
    {"a complaint",
     {.kind = VERDICT_FEEDBACK, .weight = WEIGHT_PROOF, RELAYED},
     .handling = "complained",
     .held = TRUE,
     .fact = "complained",
     .standing = "suspect"},
    {"a complaint that gives the letter back",
     {.kind = VERDICT_FEEDBACK, .weight = WEIGHT_REPLY, RELAYED},
     .handling = "complained",
     .held = TRUE,
     .fact = "complained",
     .standing = "suspect"},
    {"a complaint by the Message-ID",
     {.kind = VERDICT_FEEDBACK, .weight = WEIGHT_CLAIM, RELAYED},
     .handling = "no-proof",
     .held = TRUE},
    {"leaving, as the letter offers",
     {.kind = VERDICT_UNSUBSCRIBE, .weight = WEIGHT_REPLY, RELAYED, .may_leave = TRUE},
     .handling = "unsubscribed",
     .unsubscribes = TRUE},
    {"leaving, by the Message-ID",
     {.kind = VERDICT_UNSUBSCRIBE, .weight = WEIGHT_CLAIM, RELAYED, .may_leave = TRUE},
     .handling = "wants-to-leave",
     .held = TRUE},
    {"leaving, an office",
     {.kind = VERDICT_UNSUBSCRIBE, .weight = WEIGHT_REPLY, RELAYED},
     .handling = "wants-to-leave",
     .held = TRUE},
    /* the rest */
    {"unknown",
     {.kind = VERDICT_UNKNOWN, .weight = WEIGHT_REPLY, RELAYED},
     .handling = "unclear",
     .held = TRUE},
    {"unknown, assigned",
     {.kind = VERDICT_UNKNOWN, .weight = WEIGHT_PROOF, RELAYED, .by_person = TRUE},
     .handling = "assigned"},
    {"automatic, assigned",
     {.kind = VERDICT_AUTOMATIC, .weight = WEIGHT_PROOF, RELAYED, .ticket_system = TRUE, .by_person = TRUE},
     .handling = "automatic"},
};

static const char *fact_of(const HandleDecision *d) {
  return d->fact != FACT_KINDS ? fact_kind_name(d->fact) : NULL;
}

static const char *acknowledgement_of(const HandleDecision *d) {
  return d->acknowledgement != ACKNOWLEDGEMENT_KINDS ? acknowledgement_kind_name(d->acknowledgement) : NULL;
}

static void each_row(void **state) {
  (void)state;
  for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
    const Row *row = &rows[i];
    HandleDecision d = handle_decide(&row->c);
    const char *standing = d.marks ? channel_standing_name(d.standing) : NULL;
    if (g_strcmp0(handling_name(d.handling), row->handling) != 0 || d.held != row->held)
      fail_msg("%s: %s, %sheld", row->name, handling_name(d.handling), d.held ? "" : "not ");
    if (g_strcmp0(fact_of(&d), row->fact) != 0 || d.relayed != row->relayed || d.refusal != row->refusal)
      fail_msg("%s: the fact %s, relayed %d, refusal %d", row->name, fact_of(&d), d.relayed, d.refusal);
    if (g_strcmp0(standing, row->standing) != 0)
      fail_msg("%s: the channel %s", row->name, standing);
    if (g_strcmp0(acknowledgement_of(&d), row->acknowledgement) != 0 || d.unsubscribes != row->unsubscribes)
      fail_msg("%s: acknowledged by %s, unsubscribes %d", row->name, acknowledgement_of(&d), d.unsubscribes);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(each_row)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
