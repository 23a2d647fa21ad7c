/* SPDX-License-Identifier: GPL-3.0-or-later */
/* By what a message is joined to a delivery, in which order, and by what it never is. */
#include "reply/match.h"

#include "support/case.h"

static const TokenKey key = {.id = 3, .bytes = {1, 2, 3, 4, 5, 6, 7, 8}};
static const char *const mailboxes[] = {"answers@forum.example", "bounces@forum.example", NULL};
static const MatchHouse house = {&key, 1, "k2k3k4k5k6", mailboxes};

/* In a row, %e and %r are tokens of the envelope and for replies, of the delivery whose number follows:
 * "%e12"; with
 * "~" before the number the third letter is wrong. */
static char *filled(const char *text) {
  g_autoptr(GString) to = g_string_new(NULL);
  for (; *text != '\0'; text++) {
    if (*text != '%') {
      g_string_append_c(to, *text);
      continue;
    }
    enum token_label label = *++text == 'e' ? TOKEN_ENV : TOKEN_REPLY;
    gboolean wrong = text[1] == '~';
    char *end = NULL, token[TOKEN_SIZE];
    token_make(&key, label, g_ascii_strtoll(text + (wrong ? 2 : 1), &end, 10), token);
    if (wrong)
      token[2] = token[2] == 'k' ? 'm' : 'k';
    g_string_append(to, token);
    text = end - 1;
  }
  return g_string_free(g_steal_pointer(&to), FALSE);
}

typedef struct {
  const char *name;
  const char *addressed[4], *references[4], *envelope_id, *returned, *returned_reply_to, *subject;
  const char *way; /* NULL: none */
  gint64 delivery, rival;
} Row;

static const Row rows[] = {
    {.name = "nothing"},
    {.name = "the envelope's token",
     .addressed = {"bounces+%e12@forum.example"},
     .way = "envelope-token",
     .delivery = 12},
    {.name = "the token for replies",
     .addressed = {"someone@else.example", "answers+%r12@forum.example"},
     .way = "reply-token",
     .delivery = 12},
    {.name = "behind another separator",
     .addressed = {"answers=%r12@forum.example"},
     .way = "reply-token",
     .delivery = 12},
    {.name = "behind none", .addressed = {"answers%r12@forum.example"}, .way = "reply-token", .delivery = 12},
    {.name = "in a mailbox that is not ours any more",
     .addressed = {"old-answers+%r12@former.example"},
     .way = "reply-token",
     .delivery = 12},
    {.name = "the envelope's id", .envelope_id = "%e12", .way = "envelope-id", .delivery = 12},
    {.name = "an id that is a token for replies", .envelope_id = "%r12"},
    {.name = "the token in the letter that is given back",
     .returned_reply_to = "answers+%r12@forum.example",
     .returned = "<d13.k2k3k4k5k6@forum.example>",
     .way = "returned-token",
     .delivery = 12},
    {.name = "an envelope's token there", .returned_reply_to = "bounces+%e12@forum.example"},
    {.name = "retyped", .addressed = {"answers+%r~12@forum.example"}, .way = "retyped-token", .delivery = 12},
    {.name = "retyped, of a mailbox that is not ours", .addressed = {"someone+%r~12@else.example"}},
    {.name = "what is exact weighs more than what is retyped",
     .addressed = {"answers+%r~13@forum.example", "answers+%r12@forum.example"},
     .way = "reply-token",
     .delivery = 12},
    {.name = "two deliveries",
     .addressed = {"answers+%r12@forum.example", "answers+%r13@forum.example"},
     .rival = 13},
    {.name = "the same twice",
     .addressed = {"bounces+%e12@forum.example", "answers+%r12@forum.example"},
     .way = "envelope-token",
     .delivery = 12},
    {.name = "a token and another's id",
     .addressed = {"bounces+%e12@forum.example"},
     .envelope_id = "%e13",
     .rival = 13},
    {.name = "the returned Message-ID",
     .returned = "<d12.k2k3k4k5k6@forum.example>",
     .way = "returned-message-id",
     .delivery = 12},
    {.name = "of another database", .returned = "<d12.k2k3k4k5k7@forum.example>"},
    {.name = "no number of ours", .returned = "<d0.k2k3k4k5k6@forum.example>"},
    {.name = "a number beyond all", .returned = "<d99999999999999.k2k3k4k5k6@forum.example>"},
    {.name = "what it answers",
     .references = {"<d12.k2k3k4k5k6@forum.example>"},
     .way = "message-id",
     .delivery = 12},
    {.name = "the last of a talk",
     .references = {"<x@else.example>", "<d11.k2k3k4k5k6@forum.example>", "<d12.k2k3k4k5k6@forum.example>"},
     .way = "message-id",
     .delivery = 12},
    {.name = "a token weighs more than an id",
     .addressed = {"answers+%r12@forum.example"},
     .references = {"<d11.k2k3k4k5k6@forum.example>"},
     .way = "reply-token",
     .delivery = 12},
    {.name = "a forged token falls back to the id",
     .addressed = {"answers+kkkkkkkkkkkkkkkkkkkkkkkk@forum.example"},
     .references = {"<d11.k2k3k4k5k6@forum.example>"},
     .way = "message-id",
     .delivery = 11},
    {.name = "never by its subject", .addressed = {"answers@forum.example"}, .subject = "Re: D-12 %r12"},
};

static void add_all(GPtrArray *to, const char *const *texts) {
  for (; *texts != NULL; texts++)
    g_ptr_array_add(to, filled(*texts));
}

static void each_row(void **state) {
  (void)state;
  for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
    const Row *row = &rows[i];
    g_autoptr(Verdict) v = verdict_new();
    g_autofree char *id = row->envelope_id != NULL ? filled(row->envelope_id) : NULL;
    g_autofree char *subject = row->subject != NULL ? filled(row->subject) : NULL;
    add_all(v->addressed, row->addressed);
    add_all(v->references, row->references);
    verdict_set(&v->envelope_id, id);
    g_autofree char *reply_to = row->returned_reply_to != NULL ? filled(row->returned_reply_to) : NULL;
    verdict_set(&v->returned_reply_to, reply_to);
    verdict_set(&v->returned_message_id, row->returned);
    verdict_set(&v->subject, subject);
    Match match = match_verdict(&house, v);
    if (g_strcmp0(match_way_name(match.way), row->way) != 0 || match.delivery != row->delivery ||
        match.rival != row->rival)
      fail_msg("%s: by %s to %d, rival %d", row->name, match_way_name(match.way), (int)match.delivery,
               (int)match.rival);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(each_row)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
