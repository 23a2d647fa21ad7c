/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "mailing/trial.h"

#include <string.h>

#include "base/fault.h"
#include "base/ident.h"
#include "journal/entry.h"
#include "mail/address.h"
#include "mailing/mould.h"
#include "mailing/preview.h"
#include "mailing/trial_rows.h"
#include "outbox/outbox_aside.h"

void trial_clear(Trial *trial) {
  g_clear_pointer(&trial->to, g_free);
  g_clear_pointer(&trial->message_id, g_free);
  g_clear_pointer(&trial->language, g_free);
  outcome_clear(&trial->outcome);
}

/* ---- the mark ---- */

static const struct {
  const char *language, *first, *second;
} notices[] = {
    {"fr", "TEST : cette lettre est un essai, envoyé à vous seul. Personne d'autre",
     "ne l'a reçue ; ses liens n'ouvrent rien."},
    {"en", "TEST: this letter is a trial, sent to you alone. Nobody else has it,",
     "and its links open nothing."},
    {"es", "TEST: esta carta es una prueba, enviada solo a usted. Nadie más la ha",
     "recibido; sus enlaces no abren nada."},
    {"pt", "TEST: esta carta é um ensaio, enviado apenas a si. Mais ninguém a",
     "recebeu; as suas ligações não abrem nada."},
};

void trial_mark(const char *language, GString *subject, GString *text, GString *html) {
  gsize i = 0;
  while (i + 1 < G_N_ELEMENTS(notices) && strcmp(notices[i].language, language) != 0)
    i++;
  g_autofree char *plain = g_strdup_printf("%s\n%s\n\n", notices[i].first, notices[i].second);
  g_autofree char *block =
      g_strdup_printf("<p><strong>%s %s</strong></p>\n", notices[i].first, notices[i].second);
  const char *body = strstr(html->str, "<body"), *inside = body != NULL ? strchr(body, '>') : NULL;
  g_string_prepend(subject, "TEST ");
  g_string_prepend(text, plain);
  g_string_insert(html, inside != NULL ? inside + 1 - html->str : 0, block);
}

/* ---- may it be? ---- */

typedef struct {
  Desk *desk;
  const Actor *actor;
  const Mailing *mailing;
  const Trial *trial;
  gint64 now;
} TrialWork;

/* What was asked for counts, whatever becomes of it. */
static int work_count(Link *link, gpointer data, GError **error) {
  const TrialWork *work = data;
  gint64 n = 0;
  int r = trial_rows_since(link, work->actor->id, work->now - HOUR, &n, error);
  if (r == 0 && n >= TRIALS_AN_HOUR)
    return fault(error, FAULT_RULE, "you had %d tests within an hour; look at those, or wait a while",
                 TRIALS_AN_HOUR);
  return r < 0 ? r : trial_rows_insert(link, work->actor->id, work->mailing->id, work->now, error);
}

static int work_note(Link *link, gpointer data, GError **error) {
  const TrialWork *work = data;
  const Outcome *outcome = &work->trial->outcome;
  g_autoptr(GString) facts = g_string_new(NULL);
  entry_fact(facts, "relay", work->trial->relay);
  entry_fact(facts, "outcome", outcome_kind_name(outcome->kind));
  entry_fact(facts, "message-id", work->trial->message_id);
  Entry entry = {.kind = ENTRY_TEST_SENT,
                 .user = work->actor->name,
                 .mailing = work->mailing->id,
                 .text = outcome->reply != NULL ? outcome->reply : outcome->trouble,
                 .facts = facts->str,
                 .restricted = work->mailing->restricted};
  return journal_add(desk_journal(work->desk), link, &entry, error);
}

static int check_hold(Link *link, GError **error) {
  g_auto(Hold) hold = {0};
  int r = outbox_hold_read(link, &hold, error);
  if (r == 0 && hold.held)
    return fault(error, FAULT_RULE,
                 "sending is on hold for the whole house (%s), tests too; `valise unhold` ends it",
                 hold.reason);
  return r;
}

/* ---- sending ---- */

/* Two tests are two messages to every reader. */
static void name_copy(char word[33]) {
  guint8 bytes[DIGEST_SIZE];
  random_bytes(bytes, sizeof bytes);
  base32_of(bytes, sizeof bytes, word, 16);
}

static int cast(const PreviewLetter *letter, const Address *to, Message **ret, GError **error) {
  char word[33] = "";
  name_copy(word);
  const MouldTrial mark = {.word = word, .to = to->send, .utf8 = to->needs_utf8};
  const MouldCopy copy = {.dated = letter->now, .trial = &mark};
  return mould_cast(letter->mould, letter->line, &copy, ret, NULL, error);
}

static int open_letter(Desk *desk, const Actor *actor, gint64 mailing, gint64 contact, const char *language,
                       PreviewLetter *ret, GError **error) {
  g_autoptr(Link) link = NULL;
  int r = store_read(desk_store(desk), &link, error);
  if (r == 0)
    r = check_hold(link, error);
  return r < 0 ? r : preview_open(desk, link, actor, mailing, contact, language, TRUE, ret, error);
}

int trial_send(Desk *desk, const Actor *actor, const char *mailbox, gint64 mailing, gint64 contact,
               const char *language, Trial *ret, GError **error) {
  g_autoptr(Address) to = NULL;
  g_auto(PreviewLetter) letter = {0};
  g_autoptr(Message) message = NULL;
  int r = address_parse(mailbox, ADDRESS_SINGLE_LABEL, &to, error);
  if (r == 0)
    r = open_letter(desk, actor, mailing, contact, language, &letter, error);
  if (r == 0)
    r = cast(&letter, to, &message, error);
  TrialWork work = {desk, actor, letter.mailing, ret, clock_latest(desk_clock(desk))};
  if (r == 0)
    r = store_write(desk_store(desk), work_count, &work, error);
  if (r == 0)
    r = outbox_aside(desk_outbox(desk), message, &ret->relay, &ret->outcome, error);
  if (r < 0)
    return r;
  ret->to = g_strdup(to->show);
  ret->message_id = g_strdup(message->message_id);
  ret->language = g_strdup(letter.line->language);
  return store_write(desk_store(desk), work_note, &work, error);
}
