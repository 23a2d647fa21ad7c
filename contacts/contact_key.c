/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "contacts/contact_key.h"

#include "base/fault.h"
#include "base/ident.h"
#include "contacts/contact_key_rows.h"

const char *contact_key_state_name(enum contact_key_state state) {
  static const char *const names[CONTACT_KEY_STATES] = {"proposed", "confirmed", "retired"};
  return names[state];
}

const char *contact_key_source_name(enum contact_key_source source) {
  static const char *const names[CONTACT_KEY_SOURCES] = {"file", "signed-reply"};
  return names[source];
}

typedef struct {
  const Contacts *contacts;
  const Actor *actor;
  gint64 id, contact, since, now;
  const char *reason;
  const KeyMaterial *material;
  const ContactKeyOrigin *origin;
  /* Of the key as it is found. */
  char *fingerprint;
  enum contact_key_state state;
  gint64 expires_at;
  gboolean revoked, can_sign;
} Work;

static int note(Link *link, const Work *work, enum entry_kind kind, gboolean restricted, const char *more,
                GError **error) {
  char id[IDENT_SIZE];
  g_autofree char *text =
      g_strdup_printf("%s, %s%s%s", ident_into(IDENT_KEY, work->id, id), work->fingerprint,
                      more != NULL ? ": " : "", more != NULL ? more : "");
  Entry entry = {.kind = kind,
                 .user = work->actor->name,
                 .contact = work->contact,
                 .text = text,
                 .restricted = restricted};
  return journal_add(work->contacts->journal, link, &entry, error);
}

/* May the contact be given a key, and is that for everybody's eyes? */
static int check_contact(Link *link, const Work *work, gboolean *ret_restricted, GError **error) {
  g_autoptr(Contact) contact = NULL;
  char id[IDENT_SIZE];
  *ret_restricted = actor_clearance(work->actor) > 0;
  if (work->contact == 0)
    return 0;
  int r = contact_find(link, work->contact, actor_clearance(work->actor), &contact, error);
  if (r == 0 && contact->standing == CONTACT_ERASED)
    r = fault(error, FAULT_RULE, "%s was erased at the person's wish; no key can be kept of it",
              ident_into(IDENT_CONTACT, contact->id, id));
  *ret_restricted = r == 0 && contact->restricted > 0;
  return r;
}

/* ---- proposing ---- */

/* 0 when there is a place for one more; 1 when not, and WORK->id says why. */
static int look_for_same(Link *link, Work *work, GError **error) {
  gint64 state = 0, open = 0;
  gboolean by_reply = work->origin->source == CONTACT_KEY_SIGNED_REPLY;
  int r = contact_key_rows_same(link, work->material, work->contact, &work->id, &state, error);
  if (r < 0 || (r == 0 && (by_reply || state != CONTACT_KEY_RETIRED)))
    return r < 0 ? r : 1;
  work->id = 0;
  if (!by_reply)
    return 0;
  r = contact_key_rows_open(link, work->contact, &open, error);
  return r < 0 ? r : open >= CONTACT_KEY_OPEN_MAX;
}

static int work_propose(Link *link, gpointer data, GError **error) {
  Work *work = data;
  gboolean restricted = FALSE;
  int r = check_contact(link, work, &restricted, error);
  if (r == 0)
    r = look_for_same(link, work, error);
  if (r == 0)
    r = contact_key_rows_insert(link, work->material, work->origin, work->actor->name, work->now, restricted,
                                &work->id, error);
  return r != 0 ? r
                : note(link, work, ENTRY_KEY_PROPOSED, restricted,
                       contact_key_source_name(work->origin->source), error);
}

int contact_key_propose(const Contacts *contacts, const Actor *actor, const KeyMaterial *material,
                        const ContactKeyOrigin *origin, gint64 *ret_id, GError **error) {
  Work work = {.contacts = contacts,
               .actor = actor,
               .contact = origin->contact,
               .now = clock_wall(contacts->clock),
               .material = material,
               .origin = origin,
               .fingerprint = (char *)material->fingerprint};
  int r = store_write(contacts->store, work_propose, &work, error);
  *ret_id = work.id;
  return r;
}

/* ---- confirming, retiring ---- */

static int take_key(const ContactKey *key, gpointer data, G_GNUC_UNUSED GError **error) {
  Work *work = data;
  g_free(work->fingerprint);
  work->fingerprint = g_strdup(key->fingerprint);
  work->state = key->state;
  work->expires_at = key->expires_at;
  work->revoked = key->revoked;
  work->can_sign = key->can_sign;
  work->contact = work->contact != 0 ? work->contact : key->contact;
  return 0;
}

static int check_confirm(Link *link, const Work *work, GError **error) {
  char id[IDENT_SIZE];
  gint64 other = 0;
  ident_into(IDENT_KEY, work->id, id);
  if (work->state != CONTACT_KEY_PROPOSED)
    return fault(error, FAULT_RULE, "%s is %s already; bring the key again if it is to count", id,
                 contact_key_state_name(work->state));
  if (work->contact == 0)
    return fault(error, FAULT_INPUT, "%s: nobody has said whose key this is; name the contact with --contact",
                 id);
  if (work->revoked || !work->can_sign || (work->expires_at != 0 && work->expires_at <= work->now))
    return fault(error, FAULT_RULE, "%s %s; ask its owner for the key that he signs with today", id,
                 work->revoked    ? "was revoked by its owner"
                 : work->can_sign ? "has ended"
                                  : "cannot sign");
  int r = contact_key_rows_other(link, work->fingerprint, work->contact, &other, error);
  if (r == 0)
    return fault(
        error, FAULT_RULE,
        "%s: the same key is confirmed for another contact; retire it there first, with `valise keys "
        "list` to find it",
        id);
  return MIN(r, 0);
}

static int work_confirm(Link *link, gpointer data, GError **error) {
  Work *work = data;
  char id[IDENT_SIZE];
  gboolean restricted = FALSE;
  g_autofree char *by = g_strdup_printf("replaced by %s", ident_into(IDENT_KEY, work->id, id));
  int r = contact_key_find(link, work->id, actor_clearance(work->actor), take_key, work, error);
  if (r == 0)
    r = check_confirm(link, work, error);
  if (r == 0)
    r = check_contact(link, work, &restricted, error);
  if (r == 0)
    r = contact_key_rows_replace(link, work->fingerprint, work->contact, work->actor->name, work->now, by,
                                 error);
  if (r >= 0)
    r = contact_key_rows_confirm(link, work->id, work->contact, work->actor->name, work->now, error);
  return r < 0 ? r : note(link, work, ENTRY_KEY_CONFIRMED, restricted, NULL, error);
}

int contact_key_confirm(const Contacts *contacts, const Actor *actor, gint64 id, gint64 contact,
                        GError **error) {
  Work work = {
      .contacts = contacts, .actor = actor, .id = id, .contact = contact, .now = clock_wall(contacts->clock)};
  int r = store_write(contacts->store, work_confirm, &work, error);
  g_free(work.fingerprint);
  return r;
}

static int work_retire(Link *link, gpointer data, GError **error) {
  Work *work = data;
  gboolean restricted = FALSE;
  int r = contact_key_find(link, work->id, actor_clearance(work->actor), take_key, work, error);
  if (r == 0 && work->state == CONTACT_KEY_RETIRED)
    return 1;
  if (r == 0)
    r = check_contact(link, work, &restricted, error);
  if (r == 0)
    r = contact_key_rows_retire(link, work->id, work->actor->name, work->since, work->reason, error);
  return r < 0 ? r : note(link, work, ENTRY_KEY_RETIRED, restricted, work->reason, error);
}

int contact_key_retire(const Contacts *contacts, const Actor *actor, gint64 id, gint64 since,
                       const char *reason, GError **error) {
  gint64 now = clock_wall(contacts->clock);
  Work work = {.contacts = contacts,
               .actor = actor,
               .id = id,
               .since = since != 0 ? since : now,
               .now = now,
               .reason = reason};
  if (work.since > now)
    return fault(error, FAULT_INPUT,
                 "since: that moment is still to come; a key is retired from now or earlier");
  int r = store_write(contacts->store, work_retire, &work, error);
  g_free(work.fingerprint);
  return r;
}
