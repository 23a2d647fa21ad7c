/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "mailing/mailing.h"

#include <string.h>

#include "base/fault.h"
#include "base/ident.h"
#include "base/text.h"
#include "base/units.h"
#include "contacts/list.h"
#include "mailing/document.h"
#include "mailing/mailbox.h"
#include "mailing/mailing_rows.h"
#include "mailing/onward.h"
#include "mailing/permit.h"
#include "mailing/prior.h"
#include "mailing/reminder_due.h"
#include "mailing/reminder_rows.h"
#include "mailing/supplement_rows.h"
#include "mailing/wave.h"

static const struct {
  const char *name, *sentence;
} states[] = {
#define STATE(symbol, name, sentence) [symbol] = {name, sentence},
#include "mailing/mailing_states.def"
#undef STATE
};

const char *mailing_state_name(enum mailing_state state) {
  return states[state].name;
}

const char *mailing_state_sentence(enum mailing_state state) {
  return states[state].sentence;
}

enum mailing_state mailing_state_of(const char *name) {
  int state = 0;
  while (state < MAILING_STATES && g_strcmp0(states[state].name, name) != 0)
    state++;
  return (enum mailing_state)state;
}

/* The arrows of the drawing in mailing.h: for each state, where it may go. */
#define TO(state) (1U << (state))
static const guint arrows[MAILING_STATES] = {
    [MAILING_DRAFT] = TO(MAILING_DRAFT) | TO(MAILING_SUBMITTED) | TO(MAILING_CANCELLED),
    [MAILING_SUBMITTED] = TO(MAILING_DRAFT) | TO(MAILING_APPROVED) | TO(MAILING_REJECTED) |
                          TO(MAILING_SCHEDULED) | TO(MAILING_CANCELLED),
    [MAILING_APPROVED] =
        TO(MAILING_DRAFT) | TO(MAILING_REJECTED) | TO(MAILING_SCHEDULED) | TO(MAILING_CANCELLED),
    [MAILING_REJECTED] = TO(MAILING_DRAFT) | TO(MAILING_CANCELLED),
    [MAILING_SCHEDULED] =
        TO(MAILING_DRAFT) | TO(MAILING_SENDING) | TO(MAILING_PAUSED) | TO(MAILING_CANCELLED),
    [MAILING_SENDING] = TO(MAILING_PAUSED) | TO(MAILING_SENT) | TO(MAILING_CANCELLED),
    [MAILING_PAUSED] = TO(MAILING_SCHEDULED) | TO(MAILING_SENDING) | TO(MAILING_CANCELLED),
    [MAILING_SENT] = TO(MAILING_SENDING) | TO(MAILING_CLOSED),
};

gboolean mailing_may_change(enum mailing_state from, enum mailing_state to) {
  return (arrows[from] & TO(to)) != 0;
}

const char *const mailing_acknowledgements[] = {"none", "requested", "required", NULL};
const char *const mailing_kinds[] = {
    "link", "link-with-code", "reply", "signed-reply", "letter", "telephone", "meeting", "portal", NULL};
const char *const mailing_signs[] = {"none", "openpgp", "smime", NULL};
const char *const mailing_categories[] = {"forum", "participation", "correction", NULL};
const char *const mailing_policies[] = {"never-twice", "at-least-once", NULL};
const char *const mailing_next_channels[] = {"none", "on-refusal", "until-acknowledged", "all", NULL};

void mailing_free(Mailing *mailing) {
  if (mailing == NULL)
    return;
  g_free(mailing->wording);
  g_free(mailing->acknowledgement);
  g_free(mailing->counts_from);
  g_free(mailing->sign);
  g_free(mailing->category);
  g_free(mailing->delivery_policy);
  g_free(mailing->next_channel);
  g_free(mailing->remind_after);
  g_clear_pointer(&mailing->documents, g_array_unref);
  g_clear_pointer(&mailing->lists, g_array_unref);
  g_free(mailing->author);
  g_free(mailing->submitter);
  g_free(mailing->approver);
  g_free(mailing->reason);
  g_free(mailing);
}

/* ---- checking what is given ---- */

static int take_word(char **to, const char *value, const char *const *words, const char *what,
                     GError **error) {
  if (value == NULL)
    return 0;
  if (!g_strv_contains(words, value)) {
    g_autofree char *known = g_strjoinv(", ", (char **)words);
    return fault(error, FAULT_INPUT, "%s: \"%s\" is none of %s", what, value, known);
  }
  g_free(*to);
  *to = g_strdup(value);
  return 0;
}

static int take_sign(Desk *desk, Mailing *m, const char *value, GError **error) {
  enum signed_protocol protocol;
  int r = take_word(&m->sign, value, mailing_signs, "sign", error);
  if (r < 0 || !signed_protocol_parse(m->sign, &protocol) || keeper_has_seal(desk_keeper(desk), protocol))
    return r;
  return fault(error, FAULT_RULE, "sign: no %s is there to sign with; name one in %s, or use none",
               protocol == SIGNED_SMIME ? "certificate" : "key",
               protocol == SIGNED_SMIME ? "[smime] certificate" : "[openpgp] key");
}

static int take_next_after(Mailing *m, gint64 days, GError **error) {
  gboolean by_silence = strcmp(m->next_channel, "until-acknowledged") == 0;
  if (days < 0 || days > REMINDER_DUE_MOST)
    return fault(error, FAULT_INPUT, "next-after: a number of days from 1 to %d is wanted",
                 REMINDER_DUE_MOST);
  if (days != 0 && !by_silence)
    return fault(error, FAULT_INPUT, "next-after: only with --next-channel until-acknowledged");
  if (by_silence && strcmp(m->acknowledgement, "none") == 0)
    return fault(error, FAULT_INPUT,
                 "next-channel: until-acknowledged needs answers; give --acknowledgement requested too");
  const gint64 before = m->next_after != 0 ? m->next_after : ONWARD_AFTER;
  m->next_after = !by_silence ? 0 : days != 0 ? days : before;
  return 0;
}

static int take_reminders(Mailing *m, const char *value, GError **error) {
  ReminderDays days;
  if (value == NULL)
    return 0;
  int r = reminder_due_parse(value, &days, error);
  if (r < 0)
    return r;
  g_free(m->remind_after);
  m->remind_after = reminder_due_text(&days);
  return 0;
}

static int take_limit(Mailing *m, gint64 limit, GError **error) {
  if (limit == 0)
    return 0;
  if (limit < MAILING_LIMIT_LEAST || limit > MAILING_LIMIT_MOST) {
    g_autofree char *least = units_size_text(MAILING_LIMIT_LEAST),
                    *most = units_size_text(MAILING_LIMIT_MOST);
    return fault(error, FAULT_INPUT, "message-limit: must be a size from %s to %s", least, most);
  }
  m->message_limit = limit;
  return 0;
}

static int take_wording(Desk *desk, Mailing *m, const char *value, GError **error) {
  if (value == NULL)
    return 0;
  g_autoptr(MailingSettings) settings = desk_settings(desk);
  int r = text_check_line("wording", value, -1, TEXT_NAME_MAX, error);
  if (r < 0)
    return r;
  if (catalogue_languages(settings->catalogue, value) == 0) {
    g_autofree char *known = g_strjoinv(", ", (char **)catalogue_names(settings->catalogue));
    return fault(error, FAULT_INPUT, "wording: there is none called \"%s\"; there are %s", value, known);
  }
  if (strcmp(value, MAILBOX_NOTE_WORDING) == 0)
    return fault(error, FAULT_RULE,
                 "wording: %s names the offices that share a mailbox, so it is no letter to all; give the "
                 "mailing another, "
                 "and choose it for such a mailbox with `valise mailings mailbox`",
                 value);
  g_free(m->wording);
  m->wording = g_strdup(value);
  return 0;
}

static void take_numbers(GArray **to, const GArray *from) {
  if (from == NULL)
    return;
  g_array_set_size(*to, 0);
  for (guint i = 0; i < from->len; i++) {
    gint64 number = g_array_index(from, gint64, i);
    gboolean there = FALSE;
    for (guint j = 0; j < (*to)->len; j++)
      there = there || g_array_index(*to, gint64, j) == number;
    if (!there)
      g_array_append_val(*to, number);
  }
}

static int check_times(const Mailing *m, GError **error) {
  if (m->at < 0 || m->not_after < 0)
    return fault(error, FAULT_INPUT,
                 "a time before 1970 cannot be meant; write it as 2013-12-02T10:00:00+01:00");
  if (m->not_after != 0 && m->at != 0 && m->not_after <= m->at)
    return fault(error, FAULT_INPUT, "not-after must lie after the time of sending; correct one of the two");
  return 0;
}

/* What lies in the past is a slip of the pen, whatever the clock was put back to. */
static int check_future(Desk *desk, const MailingFields *f, GError **error) {
  gint64 now = clock_latest(desk_clock(desk)), at = f->at != 0 && f->at != MAILING_KEEP ? f->at : now + 1;
  gint64 not_after = f->not_after != 0 && f->not_after != MAILING_KEEP ? f->not_after : now + 1;
  if (at > now && not_after > now)
    return 0;
  g_autoptr(MailingSettings) settings = desk_settings(desk);
  g_autofree char *given = moment_local(at <= now ? at : not_after, settings->zone),
                  *today = moment_local(now, settings->zone);
  return fault(error, FAULT_INPUT, "%s: %s has passed (it is %s); give a later time",
               at <= now ? "at" : "not-after", given, today);
}

static int check_documents(Link *link, const Mailing *m, GError **error) {
  if (m->documents->len > MAILING_DOCUMENTS_MAX)
    return fault(error, FAULT_INPUT, "a mailing carries at most %d documents", MAILING_DOCUMENTS_MAX);
  int r = 0;
  for (guint i = 0; r == 0 && i < m->documents->len; i++) {
    g_autoptr(Document) document = NULL;
    r = document_find(link, g_array_index(m->documents, gint64, i), &document, error);
  }
  return r;
}

/* Within a unit of work: a list is looked up, and its members are not counted. */
static int check_list(Link *link, gint64 id, gint64 clearance, GError **error) {
  g_autoptr(GError) absent = NULL;
  g_autofree char *name = NULL;
  gboolean hidden = FALSE;
  int r = list_name(link, id, &name, &absent);
  if (r == 0)
    r = list_is_hidden(link, id, clearance, &hidden, error);
  else if (r != FAULT_ABSENT) {
    g_propagate_error(error, g_steal_pointer(&absent));
    return r;
  }
  if (r == FAULT_ABSENT || hidden)
    return fault(error, FAULT_ABSENT,
                 "there is no list number %" G_GINT64_FORMAT "; `valise lists show` names them", id);
  return r;
}

static int check_lists(Link *link, const Mailing *m, gint64 clearance, GError **error) {
  if (m->lists->len > MAILING_LISTS_MAX)
    return fault(error, FAULT_INPUT, "a mailing goes to at most %d lists", MAILING_LISTS_MAX);
  int r = 0;
  for (guint i = 0; r == 0 && i < m->lists->len; i++) {
    gint64 id = g_array_index(m->lists, gint64, i);
    r = id == 0 ? 0 : check_list(link, id, clearance, error);
  }
  return r;
}

static int check_value(const char *name, const char *value, GError **error) {
  const char *point = strchr(name, '.');
  gsize length = point != NULL ? (gsize)(point - name) : strlen(name);
  enum language language = LANGUAGE_FR;
  gboolean good =
      length > 0 && length <= 60 && strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789_") == length;
  if (!good || (point != NULL &&
                (!language_parse(point + 1, &language) || strcmp(language_code(language), point + 1) != 0)))
    return fault(error, FAULT_INPUT, "value \"%s\": name a field of the wording, alone or as field.fr", name);
  return text_check_lines(name, value, -1, TEXT_LONG_MAX, error);
}

static int check_values(GHashTable *values, GError **error) {
  if (values == NULL)
    return 0;
  if (g_hash_table_size(values) > MAILING_VALUES_MAX)
    return fault(error, FAULT_INPUT, "a mailing has at most %d values of its own", MAILING_VALUES_MAX);
  GHashTableIter iter;
  gpointer name = NULL, value = NULL;
  int r = 0;
  g_hash_table_iter_init(&iter, values);
  while (r == 0 && g_hash_table_iter_next(&iter, &name, &value))
    r = check_value(name, value, error);
  return r;
}

/* Puts what is given over what MAILING has. */
static int apply(Desk *desk, Link *link, const Actor *actor, const MailingFields *f, Mailing *m,
                 GError **error) {
  int r = take_wording(desk, m, f->wording, error);
  if (r == 0)
    r = take_word(&m->acknowledgement, f->acknowledgement, mailing_acknowledgements, "acknowledgement",
                  error);
  if (r == 0)
    r = take_word(&m->counts_from, f->counts_from, mailing_kinds, "counts-from", error);
  if (r == 0)
    r = take_sign(desk, m, f->sign, error);
  if (r == 0)
    r = take_word(&m->category, f->category, mailing_categories, "category", error);
  if (r == 0)
    r = take_word(&m->delivery_policy, f->delivery_policy, mailing_policies, "delivery-policy", error);
  if (r == 0)
    r = take_word(&m->next_channel, f->next_channel, mailing_next_channels, "next-channel", error);
  if (r == 0)
    r = take_next_after(m, f->next_after, error);
  if (r == 0)
    r = take_reminders(m, f->remind_after, error);
  if (r == 0)
    r = take_limit(m, f->message_limit, error);
  if (r < 0)
    return r;
  take_numbers(&m->documents, f->documents);
  take_numbers(&m->lists, f->lists);
  m->at = f->at != MAILING_KEEP ? f->at : m->at;
  m->not_after = f->not_after != MAILING_KEEP ? f->not_after : m->not_after;
  r = check_times(m, error);
  if (r == 0)
    r = check_future(desk, f, error);
  if (r == 0)
    r = check_documents(link, m, error);
  if (r == 0 && f->lists != NULL)
    r = check_lists(link, m, actor_clearance(actor), error);
  if (r == 0)
    r = check_values(f->values, error);
  const char *prior = r == 0 && f->values != NULL ? g_hash_table_lookup(f->values, "prior") : NULL;
  return text_blank(prior) ? r : prior_check(link, prior, actor_clearance(actor), error);
}

static int write_waves(Desk *desk, Link *link, const Actor *actor, const Mailing *m, const GPtrArray *waves,
                       GError **error) {
  return waves == NULL
             ? 0
             : wave_write(link, m, waves, actor_clearance(actor), clock_latest(desk_clock(desk)), error);
}

static int write_values(Link *link, gint64 mailing, GHashTable *values, GError **error) {
  if (values == NULL)
    return 0;
  GHashTableIter iter;
  gpointer name = NULL, value = NULL;
  int r = 0;
  g_hash_table_iter_init(&iter, values);
  while (r == 0 && g_hash_table_iter_next(&iter, &name, &value))
    r = mailing_rows_write_value(link, mailing, name, value, error);
  return r;
}

/* ---- making and changing ---- */

typedef struct {
  Desk *desk;
  const Actor *actor;
  const MailingFields *fields;
  gint64 mailing;
} Setting;

static Mailing *blank(const Setting *s) {
  Mailing *m = g_new0(Mailing, 1);
  m->state = MAILING_DRAFT;
  m->restricted = actor_clearance(s->actor) > 0;
  m->acknowledgement = g_strdup(mailing_acknowledgements[0]);
  m->counts_from = g_strdup(mailing_kinds[0]);
  m->sign = g_strdup(mailing_signs[0]);
  m->category = g_strdup(mailing_categories[0]);
  m->delivery_policy = g_strdup(mailing_policies[0]);
  m->next_channel = g_strdup(mailing_next_channels[0]);
  g_autoptr(MailingSettings) settings = desk_settings(s->desk);
  m->message_limit = settings->message_limit;
  m->documents = g_array_new(FALSE, FALSE, sizeof(gint64));
  m->lists = g_array_new(FALSE, FALSE, sizeof(gint64));
  const Mailing *charge = s->fields->charge;
  m->author_id = charge != NULL ? charge->author_id : s->actor->id;
  m->author = g_strdup(charge != NULL ? charge->author : s->actor->name);
  m->created_at = clock_wall(desk_clock(s->desk));
  return m;
}

static int create_unit(Link *link, gpointer data, GError **error) {
  Setting *s = data;
  g_autoptr(Mailing) m = blank(s);
  int r = apply(s->desk, link, s->actor, s->fields, m, error);
  if (r < 0)
    return r;
  if (m->wording == NULL)
    return fault(error, FAULT_INPUT, "wording: none is given; `valise templates list` shows them");
  r = mailing_rows_insert(link, m, &m->id, error);
  if (r == 0)
    r = mailing_rows_write_fields(link, m, error);
  if (r == 0)
    r = write_waves(s->desk, link, s->actor, m, s->fields->waves, error);
  if (r == 0)
    r = write_values(link, m->id, s->fields->values, error);
  if (r == 0 && s->fields->supplements != 0)
    r = supplement_rows_insert(link, m->id, s->fields->supplements, error);
  if (r == 0 && s->fields->reminds != 0)
    r = reminder_rows_insert(link, m->id, s->fields, error);
  if (r < 0)
    return r;
  s->mailing = m->id;
  g_autofree char *facts = g_strdup_printf("wording=%s\ncategory=%s\n", m->wording, m->category);
  Entry entry = {.kind = ENTRY_MAILING_CREATED,
                 .user = s->actor->name,
                 .mailing = m->id,
                 .facts = facts,
                 .restricted = m->restricted};
  return journal_add(desk_journal(s->desk), link, &entry, error);
}

int mailing_create(Desk *desk, const Actor *actor, const MailingFields *fields, gint64 *ret_id,
                   GError **error) {
  int r = permit_check(actor, PERMIT_PREPARE, "preparing a mailing", error);
  Setting setting = {desk, actor, fields, 0};
  if (r == 0)
    r = store_write(desk_store(desk), create_unit, &setting, error);
  *ret_id = setting.mailing;
  return r;
}

static gboolean same_numbers(const GArray *a, const GArray *b) {
  return a->len == b->len && (a->len == 0 || memcmp(a->data, b->data, a->len * sizeof(gint64)) == 0);
}

static int set_unit(Link *link, gpointer data, GError **error) {
  const Setting *s = data;
  g_autoptr(Mailing) was = NULL;
  g_autoptr(Mailing) m = NULL;
  int r = mailing_find(link, actor_clearance(s->actor), s->mailing, &was, error);
  if (r == 0)
    r = mailing_find(link, actor_clearance(s->actor), s->mailing, &m, error);
  if (r < 0)
    return r;
  char id[IDENT_SIZE];
  ident_into(IDENT_MAILING, m->id, id);
  if (!mailing_may_change(m->state, MAILING_DRAFT) || m->state == MAILING_SCHEDULED || m->releasing)
    return fault(error, FAULT_RULE, "%s is %s and cannot be changed any more; cancel it and create another",
                 id, mailing_state_name(m->state));
  r = apply(s->desk, link, s->actor, s->fields, m, error);
  gboolean other_lists = !same_numbers(was->lists, m->lists);
  if (other_lists) /* whom they hold is not known before the next roll */
    m->restricted = actor_clearance(s->actor) > 0;
  if (r == 0)
    r = mailing_rows_write_fields(link, m, error);
  if (r == 0)
    r = write_waves(s->desk, link, s->actor, m, s->fields->waves, error);
  if (r == 0)
    r = write_values(link, m->id, s->fields->values, error);
  gboolean other_variants = was->message_limit != m->message_limit || s->fields->waves != NULL;
  if (r == 0 && (other_lists || other_variants || !same_numbers(was->documents, m->documents)))
    r = mailing_rows_forget_roll(link, m->id, error);
  if (r < 0)
    return r;
  const char *text = m->state == MAILING_APPROVED ? "the mailing was changed after its approval" : NULL;
  return mailing_reopen(s->desk, link, s->actor, m, text, error);
}

int mailing_set(Desk *desk, const Actor *actor, gint64 mailing, const MailingFields *fields, GError **error) {
  int r = permit_check(actor, PERMIT_PREPARE, "changing a mailing", error);
  Setting setting = {desk, actor, fields, mailing};
  return r < 0 ? r : store_write(desk_store(desk), set_unit, &setting, error);
}

/* ---- the door ---- */

int mailing_change(Desk *desk, Link *link, const MailingChange *c, GError **error) {
  char id[IDENT_SIZE];
  ident_into(IDENT_MAILING, c->mailing->id, id);
  if (!mailing_may_change(c->mailing->state, c->to))
    return fault(error, FAULT_RULE, "%s is %s; from there it cannot become %s", id,
                 mailing_state_name(c->mailing->state), mailing_state_name(c->to));
  int r = mailing_rows_change(link, c, clock_wall(desk_clock(desk)), error);
  if (r > 0)
    return fault(error, FAULT_BUSY,
                 "%s was changed by somebody else at this moment; look at it and try again", id);
  if (r == 0 && c->to == MAILING_DRAFT && c->mailing->state != MAILING_DRAFT)
    r = mailing_rows_forget_promise(link, c->mailing->id, error);
  /* Addressees with deliveries are history: the next promise needs a roll of its own. */
  if (r == 0 && c->to == MAILING_DRAFT && c->mailing->state == MAILING_SCHEDULED)
    r = mailing_rows_forget_roll(link, c->mailing->id, error);
  if (r < 0)
    return r;
  Entry entry = {.kind = c->kind,
                 .user = c->actor->name,
                 .mailing = c->mailing->id,
                 .text = c->text,
                 .facts = c->facts,
                 .restricted = c->mailing->restricted};
  return journal_add(desk_journal(desk), link, &entry, error);
}

int mailing_reopen(Desk *desk, Link *link, const Actor *actor, const Mailing *m, const char *text,
                   GError **error) {
  gboolean voids = m->state == MAILING_APPROVED;
  MailingChange change = {.mailing = m,
                          .to = MAILING_DRAFT,
                          .actor = actor,
                          .kind = voids ? ENTRY_APPROVAL_VOIDED : ENTRY_MAILING_CHANGED,
                          .text = text};
  return mailing_change(desk, link, &change, error);
}

/* ---- reading ---- */

int mailing_find(Link *link, gint64 clearance, gint64 mailing, Mailing **ret, GError **error) {
  int r = mailing_rows_find(link, clearance, mailing, ret, error);
  if (r <= 0)
    return r;
  char id[IDENT_SIZE];
  return fault(error, FAULT_ABSENT, "%s: there is no such mailing; `valise mailings list` shows them",
               mailing > 0 ? ident_into(IDENT_MAILING, mailing, id) : "M-0");
}

int mailing_list(Link *link, gint64 clearance, gint64 after, gint64 limit, GPtrArray **ret, GError **error) {
  return mailing_rows_list(link, clearance, after, limit, ret, error);
}

int mailing_values(Link *link, gint64 mailing, GHashTable **ret, GError **error) {
  g_autoptr(GHashTable) values = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
  int r = mailing_rows_values(link, mailing, values, error);
  if (r == 0)
    *ret = g_steal_pointer(&values);
  return r;
}

MailingFields mailing_fields_after(const Mailing *m) {
  return (MailingFields){.lists = m->lists,
                         .at = MAILING_KEEP,
                         .not_after = MAILING_KEEP,
                         .counts_from = m->counts_from,
                         .sign = m->sign,
                         .category = m->category,
                         .delivery_policy = m->delivery_policy,
                         .next_channel = m->next_channel,
                         .next_after = m->next_after,
                         .remind_after = m->remind_after,
                         .message_limit = m->message_limit};
}
