/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "contacts/revision.h"

#include "base/fault.h"
#include "base/text.h"
#include "contacts/channel_rows.h"
#include "contacts/contact_rows.h"
#include "contacts/contacts_rows.h"
#include "contacts/ground_rows.h"
#include "contacts/row.h"
#include "contacts/stamp.h"
#include "contacts/tenure_rows.h"

#include <string.h>

gboolean revision_owns(const Revision *revision, gint64 born) {
  return revision->by_hand || born == revision->generation;
}

void revision_touch(Revision *revision, gint64 contact) {
  for (guint i = 0; i < revision->touched->len; i++)
    if (g_array_index(revision->touched, gint64, i) == contact)
      return;
  g_array_append_val(revision->touched, contact);
}

void revision_note(Revision *revision, enum entry_kind kind, gint64 contact, char *text) {
  g_free(revision->entry_text);
  revision->entry_kind = kind;
  revision->entry_contact = contact;
  revision->entry_text = text;
}

void revision_clear(Revision *revision) {
  g_clear_pointer(&revision->entry_text, g_free);
  g_clear_pointer(&revision->entry_facts, g_free);
  g_clear_pointer(&revision->touched, g_array_unref);
}

/* ---- settling ---- */

typedef struct {
  Revision *revision;
  Stamp *holder, *channel, *ground;
  gboolean by_mail; /* there is an e-mail channel: only these count */
  GString *words;   /* for searching */
  char *address;    /* the first e-mail address */
  gint64 restricted;
} Settling;

/* Limits that nobody set leave the stamp as it was before there were any. */
static void stamp_channel(Stamp *stamp, const Channel *channel) {
  const ChannelLimits *limits = &channel->limits;
  stamp_text(stamp, channel->send);
  stamp_number(stamp, channel->role);
  stamp_number(stamp, channel->via);
  stamp_number(stamp, channel->standing);
  if (channel->kind != CHANNEL_EMAIL)
    stamp_text(stamp, channel_kind_name(channel->kind));
  if (limits->max_message_bytes != 0 || limits->no_signature_part || limits->plain_only) {
    stamp_text(stamp, "limits");
    stamp_number(stamp, limits->max_message_bytes);
    stamp_number(stamp, limits->no_signature_part);
    stamp_number(stamp, limits->plain_only);
  }
}

static int see_mail(const Channel *channel, gpointer data, GError **error) {
  (void)error;
  Settling *settling = data;
  settling->by_mail = settling->by_mail || channel->kind == CHANNEL_EMAIL;
  return 0;
}

static int see_channel(const Channel *channel, gpointer data, GError **error) {
  (void)error;
  Settling *settling = data;
  if (channel->kind != CHANNEL_EMAIL && settling->by_mail)
    return 0;
  stamp_channel(settling->channel, channel);
  if (channel->kind != CHANNEL_EMAIL)
    return 0;
  g_string_append_printf(settling->words, " %s", channel->folded);
  /* A domain outside ASCII is sent as A-labels, and looked for as people read it. */
  if (!g_str_equal(channel->value, channel->send))
    g_string_append_printf(settling->words, " %s", channel->value);
  if (settling->address == NULL)
    settling->address = g_strdup(channel->value);
  return 0;
}

static int see_ground(const Ground *ground, gpointer data, GError **error) {
  (void)error;
  Settling *settling = data;
  stamp_number(settling->ground, ground->kind);
  stamp_text(settling->ground, ground->area);
  stamp_text(settling->ground, ground->evidence);
  stamp_number(settling->ground, ground->date);
  return 0;
}

static void stamp_card(Stamp *stamp, const Contact *c) {
  const char *const texts[] = {c->given_name, c->family_name, c->honorific,    c->salutation,
                               c->office,     c->office_kind, c->organisation, c->portfolio,
                               c->city,       c->country,     c->languages};
  stamp_number(stamp, c->kind);
  stamp_number(stamp, c->standing);
  stamp_number(stamp, c->gender);
  for (gsize i = 0; i < G_N_ELEMENTS(texts); i++)
    stamp_text(stamp, texts[i]);
}

static int stamp_holders(Settling *settling, gint64 office, GError **error) {
  Revision *revision = settling->revision;
  g_autoptr(GArray) tenures = NULL;
  int r = tenure_rows_load(revision->link, revision->generation, office, TENURE_OF_OFFICE, &tenures, error);
  for (guint i = 0; r == 0 && i < tenures->len; i++) {
    const TenureVersion *t = &g_array_index(tenures, TenureVersion, i);
    g_autoptr(ContactVersion) person = NULL;
    stamp_number(settling->holder, t->id);
    stamp_number(settling->holder, t->from);
    stamp_number(settling->holder, t->to);
    if (t->manner != TENURE_IN_OFFICE)
      stamp_text(settling->holder, tenure_manner_name(t->manner));
    r = contact_rows_load(revision->link, revision->generation, t->person, &person, error);
    if (r == 0)
      stamp_card(settling->holder, person->card);
    else if (r > 0)
      r = 0;
  }
  return r;
}

/* A person's card counts in each office that he holds, held or will hold. */
static int touch_offices(Revision *revision, gint64 person, gint64 *ret_restricted, GError **error) {
  g_autoptr(GArray) tenures = NULL;
  int r = tenure_rows_load(revision->link, revision->generation, person, TENURE_OF_PERSON, &tenures, error);
  for (guint i = 0; r == 0 && i < tenures->len; i++)
    revision_touch(revision, g_array_index(tenures, TenureVersion, i).office);
  *ret_restricted = r == 0 && tenures->len > 0;
  return r;
}

static char *search_words(const Contact *c, const char *addresses) {
  const char *const texts[] = {c->given_name,   c->family_name, c->office, c->office_kind,
                               c->organisation, c->portfolio,   c->city,   c->external_id};
  g_autoptr(GString) all = g_string_new(NULL);
  for (gsize i = 0; i < G_N_ELEMENTS(texts); i++)
    if (texts[i] != NULL)
      g_string_append_printf(all, "%s ", texts[i]);
  g_string_append(all, addresses);
  return text_fold(all->str);
}

static int look(Settling *settling, const Contact *card, GError **error) {
  Revision *revision = settling->revision;
  Link *link = revision->link;
  settling->restricted = 1;
  stamp_card(settling->holder, card);
  int r = channel_rows_each(link, revision->generation, card->id, see_mail, settling, error);
  if (r == 0)
    r = channel_rows_each(link, revision->generation, card->id, see_channel, settling, error);
  if (r == 0 && card->kind == CONTACT_PERSON)
    r = touch_offices(revision, card->id, &settling->restricted, error);
  else if (r == 0)
    r = ground_rows_each(link, revision->generation, card->id, see_ground, settling, error);
  if (r == 0 && card->kind == CONTACT_OFFICE)
    r = stamp_holders(settling, card->id, error);
  return r;
}

/* TRUE when the version is not what was found. */
static gboolean take_over(Settling *settling, ContactVersion *version) {
  Contact *card = version->card;
  Stamps stamps = {stamp_finish(settling->holder), stamp_finish(settling->channel),
                   stamp_finish(settling->ground)};
  g_autofree char *name = contact_display_name(card, settling->address);
  g_autofree char *search = search_words(card, settling->words->str);
  if (memcmp(&stamps, &card->stamps, sizeof stamps) == 0 && card->restricted == settling->restricted &&
      g_strcmp0(name, card->name) == 0 && g_strcmp0(search, version->search) == 0)
    return FALSE;
  card->stamps = stamps;
  card->restricted = settling->restricted;
  g_free(card->name);
  card->name = g_steal_pointer(&name);
  g_free(version->search);
  version->search = g_steal_pointer(&search);
  return TRUE;
}

static int settle_one(Revision *revision, gint64 contact, GError **error) {
  g_autoptr(ContactVersion) version = NULL;
  int r = contact_rows_load(revision->link, revision->generation, contact, &version, error);
  if (r != 0)
    return MIN(r, 0);
  Settling settling = {.revision = revision,
                       .holder = stamp_new(),
                       .channel = stamp_new(),
                       .ground = stamp_new(),
                       .words = g_string_new(NULL)};
  r = look(&settling, version->card, error);
  if (take_over(&settling, version) && r == 0)
    r = contact_rows_save(revision, version, error);
  g_string_free(settling.words, TRUE);
  g_free(settling.address);
  return r;
}

int revision_settle(Revision *revision, GError **error) {
  int r = 0;
  /* Settling a person may touch his offices, which are then settled as well. */
  for (guint i = 0; r == 0 && i < revision->touched->len; i++)
    r = settle_one(revision, g_array_index(revision->touched, gint64, i), error);
  g_array_set_size(revision->touched, 0);
  return r;
}

/* ---- one change by hand ---- */

typedef struct {
  const Contacts *contacts;
  const Actor *actor;
  RevisionWork work;
  gpointer data;
} ByHand;

/* What is about no single contact may be about offices, when it is noted by who may see them. */
static int note(const Contacts *contacts, Revision *revision, GError **error) {
  Entry entry = {.kind = revision->entry_kind,
                 .user = revision->user,
                 .contact = revision->entry_contact,
                 .mailing = revision->entry_mailing,
                 .text = revision->entry_text,
                 .facts = revision->entry_facts,
                 .restricted = revision->clearance > 0};
  g_autoptr(ContactVersion) version = NULL;
  if (entry.contact != 0) {
    int r = contact_rows_load(revision->link, revision->generation, entry.contact, &version, error);
    if (r != 0)
      return MIN(r, 0);
    entry.restricted = version->card->restricted > 0;
    if (version->card->restricted > revision->clearance)
      return fault(
          error, FAULT_FORBIDDEN,
          "offices, organisations and the holders of offices are not yours to note; ask an organiser");
  }
  return journal_add(contacts->journal, revision->link, &entry, error);
}

static int run_by_hand(Link *link, gpointer data, GError **error) {
  ByHand *hand = data;
  gint64 import = 0;
  g_auto(Revision) revision = {.link = link,
                               .by_hand = TRUE,
                               .now = clock_wall(hand->contacts->clock),
                               .today = contacts_today(hand->contacts),
                               .user = hand->actor->name,
                               .clearance = actor_clearance(hand->actor),
                               .touched = g_array_new(FALSE, FALSE, sizeof(gint64))};
  int r = contacts_rows_generation(link, &revision.generation, &import, error);
  if (r == 0 && import != 0)
    r = fault(error, FAULT_BUSY,
              "a file of contacts is being imported at this moment; try again when it is done");
  if (r == 0)
    r = hand->work(&revision, hand->data, error);
  if (r != 0)
    return r;
  r = revision_settle(&revision, error);
  return r == 0 && revision.entry_text != NULL ? note(hand->contacts, &revision, error) : r;
}

int revision_within(const Contacts *contacts, Link *link, const Actor *actor, RevisionWork work,
                    gpointer data, GError **error) {
  ByHand hand = {.contacts = contacts, .actor = actor, .work = work, .data = data};
  return run_by_hand(link, &hand, error);
}

int revision_by_hand(const Contacts *contacts, const Actor *actor, RevisionWork work, gpointer data,
                     GError **error) {
  ByHand hand = {.contacts = contacts, .actor = actor, .work = work, .data = data};
  return store_write(contacts->store, run_by_hand, &hand, error);
}
