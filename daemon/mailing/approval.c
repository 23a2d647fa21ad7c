/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "mailing/approval.h"

#include <string.h>

#include "base/fault.h"
#include "base/ident.h"
#include "base/text.h"
#include "journal/entry.h"
#include "mailing/approval_rows.h"
#include "mailing/document.h"
#include "mailing/mailbox.h"
#include "mailing/mailing_rows.h"
#include "mailing/manifest.h"
#include "mailing/mould.h"
#include "mailing/permit.h"
#include "mailing/roll_rows.h"
#include "mailing/route_rows.h"
#include "mailing/wave.h"

static int find(Desk *desk, const Actor *actor, gint64 mailing, Mailing **ret, GError **error) {
  g_autoptr(Link) link = NULL;
  int r = store_read(desk_store(desk), &link, error);
  return r < 0 ? r : mailing_find(link, actor_clearance(actor), mailing, ret, error);
}

/* ---- submitting ---- */

typedef struct {
  Desk *desk;
  const Actor *actor;
  Mailing *mailing;
  Terms *terms, *note; /* NOTE: of covering notes, NULL when none goes out */
  char *text;
  Digest digest;
} Submission;

static int check_state(const Mailing *m, GError **error) {
  char id[IDENT_SIZE];
  ident_into(IDENT_MAILING, m->id, id);
  if (m->state != MAILING_DRAFT)
    return fault(error, FAULT_RULE, "%s is %s; only a draft can be submitted", id,
                 mailing_state_name(m->state));
  if (m->generation == 0)
    return fault(error, FAULT_RULE,
                 "%s has no roll; make it with `valise mailings roll %s` and look at it first", id, id);
  if (m->included + m->held == 0)
    return fault(error, FAULT_RULE,
                 "%s: everybody on its roll is excluded, so nobody would get it; look at the reasons", id);
  return 0;
}

static int check_times(Desk *desk, const Mailing *m, GError **error) {
  gint64 now = clock_latest(desk_clock(desk));
  g_autoptr(MailingSettings) settings = desk_settings(desk);
  char id[IDENT_SIZE];
  ident_into(IDENT_MAILING, m->id, id);
  if (m->at != 0 && m->at <= now) {
    g_autofree char *at = moment_local(m->at, settings->zone);
    return fault(error, FAULT_RULE, "%s is to be sent at %s, which has passed; give another time", id, at);
  }
  if (m->not_after != 0 && m->not_after <= MAX(now, m->at)) {
    g_autofree char *until = moment_local(m->not_after, settings->zone);
    return fault(error, FAULT_RULE, "%s must not be sent after %s, so it could never be; give another time",
                 id, until);
  }
  if (settings->relays->len == 0)
    return fault(error, FAULT_RULE, "%s: no relay is configured to send it by; add a [relay] to valise.conf",
                 id);
  return 0;
}

/* What leaves in one message must fit what relays and mailboxes take. */
static int check_size(Desk *desk, const Mould *mould, enum language language, GError **error) {
  g_autoptr(MailingSettings) settings = desk_settings(desk);
  gint64 size = 0;
  for (guint i = 0; i < mould_attachment_count(mould); i++)
    size += mould_attachment(mould, i)->size;
  if (size <= settings->attachment_limit)
    return 0;
  return fault(error, FAULT_RULE,
               "the attachments in %s have %" G_GINT64_FORMAT
               " bytes together, more than the %" G_GINT64_FORMAT
               " of [mail] attachment_limit; send fewer or smaller documents",
               language_code(language), size, settings->attachment_limit);
}

/* A link that nobody can ever follow is no letter. */
static int check_public(Link *link, const Mailing *m, enum language language, GError **error) {
  int r = 0;
  for (guint i = 0; r == 0 && i < m->documents->len; i++) {
    g_autoptr(Document) document = NULL;
    r = document_find(link, g_array_index(m->documents, gint64, i), &document, error);
    const DocumentVersion *v = r == 0 ? document_version(document, language_code(language)) : NULL;
    char id[IDENT_SIZE];
    if (v != NULL && v->public_at == 0)
      return fault(
          error, FAULT_RULE,
          "letters in %s are to link %s, which is too large to be attached, and it is not going to be "
          "public; say from when with `valise documents publish %s`, or let the mailing have a larger "
          "message-limit",
          language_code(language), ident_into(IDENT_DOCUMENT, document->id, id), id);
  }
  return r;
}

/* What is carried by hand has words and no message. */
static int try_letter(const Submission *s, Link *link, const Mould *mould, const Addressee *line,
                      GError **error) {
  g_autoptr(GPtrArray) routes = NULL;
  int r = route_list(link, line, &routes, error);
  if (r < 0 || routes->len == 0)
    return r;
  const Route *route = g_ptr_array_index(routes, 0);
  MouldCopy copy = {.dated = s->mailing->submitted_at, .route = route};
  g_autoptr(GString) subject = g_string_new(NULL);
  g_autoptr(GString) text = g_string_new(NULL);
  g_autoptr(GString) html = g_string_new(NULL);
  if (route->kind != CHANNEL_EMAIL)
    return mould_words(mould, line, &copy, subject, text, html, error);
  g_autoptr(Message) message = NULL;
  r = mould_cast(mould, line, &copy, &message, NULL, error);
  return r < 0 ? r : message_check(message, error);
}

/* The letter is made once for the first addressee of the language, so that what cannot be made is known now.
 */
static int try_form(const Submission *s, Link *link, enum language language, guint form, GError **error) {
  g_autoptr(Mould) mould = NULL;
  const Terms *terms = (form & MOULD_NOTE) != 0 ? s->note : s->terms;
  int r = mould_new(s->desk, link, s->mailing, terms, language, form, &mould, error);
  if (r == 0 && (form & MOULD_LINK) == 0)
    r = check_size(s->desk, mould, language, error);
  if (r < 0)
    return r;
  g_autoptr(Addressee) first = NULL;
  r = roll_rows_first(link, 1, s->mailing->generation, language_code(language), &first, error);
  return r != 0 ? MIN(r, 0) : try_letter(s, link, mould, first, error);
}

static int try_language(const Submission *s, Link *link, enum language language, guint notes,
                        GError **error) {
  gint64 roll = s->mailing->generation;
  gboolean attached = FALSE, linked = FALSE, note = (notes & LANGUAGE_BIT(language)) != 0;
  int r = route_rows_attached(link, roll, language_code(language), &attached, error);
  if (r == 0)
    r = route_rows_linked(link, roll, language_code(language), &linked, error);
  if (r == 0 && linked)
    r = check_public(link, s->mailing, language, error);
  for (guint form = 0; r == 0 && form < MOULD_FORMS; form++) {
    gboolean of_link = (form & MOULD_LINK) != 0, of_note = (form & MOULD_NOTE) != 0;
    if ((of_link ? linked : attached) && (!of_note || note))
      r = try_form(s, link, language, form, error);
  }
  return r;
}

static int prepare(Submission *s, Link *link, GError **error) {
  guint languages = 0;
  int r = manifest_languages(link, s->mailing, &languages, error);
  if (r == 0)
    r = terms_gather(s->desk, link, s->mailing, languages, &s->terms, error);
  guint notes = 0;
  if (r == 0)
    r = mailbox_note_languages(link, s->mailing->id, s->mailing->generation, &notes, error);
  if (r == 0 && notes != 0)
    r = terms_gather_note(s->desk, link, s->mailing, notes, &s->note, error);
  if (r < 0)
    return r;
  Head head;
  journal_head(desk_journal(s->desk), &head);
  terms_put_head(s->terms, &head);
  if (s->note != NULL)
    terms_put_head(s->note, &head);
  for (int language = 0; r == 0 && language < LANGUAGE_COUNT; language++)
    if ((languages & LANGUAGE_BIT(language)) != 0)
      r = try_language(s, link, (enum language)language, notes, error);
  if (r < 0)
    return r;
  r = manifest_build(s->desk, link, s->mailing, s->terms, s->note, &head, &s->text, error);
  if (r == 0)
    s->digest = manifest_digest(s->text);
  return r;
}

static int check_waves(Desk *desk, Link *link, const Mailing *m, GError **error) {
  g_autoptr(GPtrArray) waves = NULL;
  int r = wave_list(link, m->id, &waves, error);
  return r < 0 ? r : wave_check_times(desk, waves, m, error);
}

static int submit_unit(Link *link, gpointer data, GError **error) {
  const Submission *s = data;
  int r = terms_write(link, s->mailing->id, s->terms, s->note, error);
  if (r == 0)
    r = mailing_rows_write_manifest(link, s->mailing->id, s->text, &s->digest, error);
  if (r < 0)
    return r;
  g_autoptr(GString) facts = g_string_new(NULL);
  entry_fact_digest(facts, "digest", &s->digest);
  MailingChange change = {.mailing = s->mailing,
                          .to = MAILING_SUBMITTED,
                          .actor = s->actor,
                          .kind = ENTRY_MAILING_SUBMITTED,
                          .facts = facts->str};
  return mailing_change(s->desk, link, &change, error);
}

int approval_submit(Desk *desk, const Actor *actor, gint64 mailing, Digest *ret_digest, GError **error) {
  g_autoptr(Mailing) m = NULL;
  int r = permit_check(actor, PERMIT_PREPARE, "submitting a mailing", error);
  if (r == 0)
    r = find(desk, actor, mailing, &m, error);
  if (r == 0)
    r = check_state(m, error);
  if (r == 0)
    r = check_times(desk, m, error);
  if (r < 0)
    return r;
  m->submitted_at = clock_wall(desk_clock(desk));
  Submission submission = {.desk = desk, .actor = actor, .mailing = m};
  g_autoptr(Link) link = NULL;
  r = store_read(desk_store(desk), &link, error);
  if (r == 0)
    r = check_waves(desk, link, m, error);
  if (r == 0)
    r = prepare(&submission, link, error);
  g_clear_pointer(&link, link_return);
  if (r == 0)
    r = store_write(desk_store(desk), submit_unit, &submission, error);
  mould_rack_forget(desk_rack(desk), mailing);
  *ret_digest = submission.digest;
  terms_free(submission.terms);
  terms_free(submission.note);
  g_free(submission.text);
  return r;
}

/* ---- does it stand? ---- */

typedef struct {
  Desk *desk;
  const Mailing *mailing;
  const char *why;
} Voiding;

static int void_unit(Link *link, gpointer data, GError **error) {
  const Voiding *v = data;
  MailingChange change = {.mailing = v->mailing,
                          .to = MAILING_DRAFT,
                          .actor = &actor_daemon,
                          .kind = ENTRY_APPROVAL_VOIDED,
                          .text = v->why,
                          .reason = v->why};
  int r = mailing_change(v->desk, link, &change, error);
  if (r < 0 || v->mailing->state != MAILING_SCHEDULED)
    return r;
  r = outbox_sending_gate(link, v->mailing->id, FALSE, error);
  return r < 0 ? r : mailing_rows_set_cancelling(link, v->mailing->id, TRUE, error);
}

int approval_check(Desk *desk, const Mailing *mailing, char **ret_why, GError **error) {
  g_autofree char *why = NULL;
  int r = manifest_compare(desk, mailing, &why, error);
  if (r <= 0)
    return r;
  Voiding voiding = {desk, mailing, why};
  r = store_write(desk_store(desk), void_unit, &voiding, error);
  if (r < 0)
    return r;
  *ret_why = g_steal_pointer(&why);
  return 1;
}

/* ---- approving ---- */

typedef struct {
  Desk *desk;
  const Actor *actor;
  const Mailing *mailing;
  enum mailing_state to;
  enum entry_kind kind;
  const char *reason;
  const ActSignature *signature; /* NULL: none */
} Deciding;

static int decide_unit(Link *link, gpointer data, GError **error) {
  const Deciding *d = data;
  g_autoptr(GString) text = g_string_new(NULL);
  entry_fact_digest(text, "digest", &d->mailing->digest);
  act_signature_facts(d->signature, text);
  int r = d->signature != NULL ? approval_rows_put(link, d->mailing, d->signature, error) : 0;
  if (r < 0)
    return r;
  MailingChange change = {.mailing = d->mailing,
                          .to = d->to,
                          .actor = d->actor,
                          .kind = d->kind,
                          .text = d->reason,
                          .facts = text->str,
                          .reason = d->reason};
  return mailing_change(d->desk, link, &change, error);
}

/* Four eyes: user ids tell people apart; the names are compared too, because everybody without an account is
 * 0. */
static int check_second_person(const Actor *actor, const Mailing *m, GError **error) {
  int r = permit_check(actor, ROLE_APPROVER, "approving a mailing", error);
  if (r < 0)
    return r;
  gboolean author = actor->id == m->author_id || strcmp(actor->name, m->author) == 0;
  gboolean submitter = actor->id == m->submitter_id || g_strcmp0(actor->name, m->submitter) == 0;
  if (!author && !submitter)
    return 0;
  char id[IDENT_SIZE];
  return fault(error, FAULT_FORBIDDEN, "%s was %s by %s; another approver must look at it",
               ident_into(IDENT_MAILING, m->id, id), author ? "written" : "submitted", actor->name);
}

static int check_approval(const Actor *actor, const Mailing *m, const Digest *digest, GError **error) {
  char id[IDENT_SIZE], hex[DIGEST_HEX_SIZE];
  ident_into(IDENT_MAILING, m->id, id);
  if (m->state != MAILING_SUBMITTED || m->releasing)
    return fault(error, FAULT_RULE, "%s is %s; only what was submitted can be approved", id,
                 mailing_state_name(m->state));
  int r = check_second_person(actor, m, error);
  if (r < 0)
    return r;
  digest_hex(&m->digest, hex);
  if (!digest_equal(&m->digest, digest))
    return fault(error, FAULT_RULE,
                 "%s has the digest %s, not the one given; look at the mailing as it is now", id, hex);
  return 0;
}

int approval_approve(Desk *desk, const Actor *actor, gint64 mailing, const Digest *digest, GError **error) {
  return approval_approve_signed(desk, actor, mailing, digest, NULL, error);
}

int approval_approve_signed(Desk *desk, const Actor *actor, gint64 mailing, const Digest *digest,
                            const ActSignature *signature, GError **error) {
  g_autoptr(Mailing) m = NULL;
  int r = permit_check(actor, ROLE_APPROVER, "approving a mailing", error);
  if (r == 0)
    r = find(desk, actor, mailing, &m, error);
  if (r == 0)
    r = check_approval(actor, m, digest, error);
  if (r < 0)
    return r;
  g_autofree char *why = NULL;
  r = approval_check(desk, m, &why, error);
  if (r > 0) {
    char id[IDENT_SIZE];
    return fault(error, FAULT_RULE, "%s is no longer what was submitted and is a draft again: %s",
                 ident_into(IDENT_MAILING, mailing, id), why);
  }
  Deciding deciding = {desk, actor, m, MAILING_APPROVED, ENTRY_MAILING_APPROVED, NULL, signature};
  return r < 0 ? r : store_write(desk_store(desk), decide_unit, &deciding, error);
}

int approval_reject(Desk *desk, const Actor *actor, gint64 mailing, const char *reason, GError **error) {
  g_autoptr(Mailing) m = NULL;
  int r = permit_check(actor, ROLE_APPROVER, "rejecting a mailing", error);
  if (r == 0 && text_blank(reason))
    r = fault(error, FAULT_INPUT, "the reason is missing; say why, so that its author can mend it");
  if (r == 0)
    r = text_check_line("the reason", reason, -1, TEXT_LINE_MAX, error);
  if (r == 0)
    r = find(desk, actor, mailing, &m, error);
  if (r < 0)
    return r;
  char id[IDENT_SIZE];
  if ((m->state != MAILING_SUBMITTED && m->state != MAILING_APPROVED) || m->releasing)
    return fault(error, FAULT_RULE, "%s is %s; only what was submitted can be rejected",
                 ident_into(IDENT_MAILING, mailing, id), mailing_state_name(m->state));
  Deciding deciding = {desk, actor, m, MAILING_REJECTED, ENTRY_MAILING_REJECTED, reason, NULL};
  return store_write(desk_store(desk), decide_unit, &deciding, error);
}
