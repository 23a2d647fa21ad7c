/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "api/contact_json.h"

#include "base/fault.h"
#include "base/text.h"
#include "contacts/channel.h"
#include "contacts/ground.h"
#include "contacts/list.h"
#include "contacts/membership.h"
#include "contacts/objection.h"
#include "contacts/override.h"
#include "contacts/tenure.h"
#include "contacts/unsubscription.h"
#include "reply/inbound_message.h"

static json_t *day_json(Day day) {
  if (day == 0)
    return json_null();
  char text[DAY_TEXT_SIZE];
  return json_string(day_text(day, text));
}

static json_t *words_json(const char *words) {
  g_auto(GStrv) parts = g_strsplit(words != NULL ? words : "", " ", -1);
  json_t *list = json_array();
  for (char **part = parts; *part != NULL; part++)
    if (**part != '\0')
      json_array_append_new(list, json_string(*part));
  return list;
}

static int add_channel(const Channel *c, gpointer data, G_GNUC_UNUSED GError **error) {
  const ChannelLimits *limits = &c->limits;
  json_t *size = limits->max_message_bytes != 0 ? json_integer(limits->max_message_bytes) : json_null();
  json_t *one = json_pack("{s:o, s:s, s:s, s:s, s:s, s:s, s:I, s:o, s:o, s:b, s:b}", "id",
                          ask_ident(IDENT_CHANNEL, c->id), "kind", channel_kind_name(c->kind), "role",
                          channel_role_name(c->role), "via", channel_via_name(c->via), "address", c->value,
                          "standing", channel_standing_name(c->standing), "position", (json_int_t)c->position,
                          "verified_at", ask_time(c->verified_at), "max_message_bytes", size,
                          "no_signature_part", limits->no_signature_part, "plain_only", limits->plain_only);
  return json_array_append_new(data, one) == 0 ? 0 : FAULT_SYSTEM;
}

typedef struct {
  gint64 contact;
  Day today;
  json_t *holders, *offices;
} Tenures;

static int add_tenure(const Tenure *t, gpointer data, G_GNUC_UNUSED GError **error) {
  const Tenures *tenures = data;
  gboolean as_office = t->office == tenures->contact;
  json_t *one = json_pack("{s:o, s:s?, s:o, s:o, s:o, s:b, s:s, s:s}", "id",
                          ask_ident(IDENT_CONTACT, as_office ? t->person : t->office), "name",
                          as_office ? t->person_name : t->office_name, "from", day_json(t->from), "to",
                          day_json(t->to), "verified_at", day_json(t->verified_at), "present", t->present,
                          "state", tenure_state(t, tenures->today), "manner", tenure_manner_name(t->manner));
  return json_array_append_new(as_office ? tenures->holders : tenures->offices, one) == 0 ? 0 : FAULT_SYSTEM;
}

static int add_ground(const Ground *g, gpointer data, G_GNUC_UNUSED GError **error) {
  json_t *file = json_null();
  if (g->file_name != NULL)
    file = json_pack("{s:s, s:o, s:I}", "name", g->file_name, "sha256", ask_digest(&g->file), "size",
                     (json_int_t)g->file_size);
  json_t *one = json_pack("{s:I, s:s, s:s?, s:s?, s:o, s:s?, s:o, s:o, s:b}", "id", (json_int_t)g->id, "kind",
                          ground_kind_name(g->kind), "area", g->area, "evidence", g->evidence, "date",
                          day_json(g->date), "noted_by", g->noted_by, "noted_at", ask_time(g->noted_at),
                          "file", file, "holder_changed_since", g->before_holder);
  return json_array_append_new(data, one) == 0 ? 0 : FAULT_SYSTEM;
}

static int add_override(const Override *o, gpointer data, G_GNUC_UNUSED GError **error) {
  json_t *one = json_pack("{s:o, s:s, s:s, s:o, s:s?}", "mailing", ask_ident(IDENT_MAILING, o->mailing),
                          "reason", o->reason, "noted_by", o->noted_by, "noted_at", ask_time(o->noted_at),
                          "signed_by", o->signature != NULL ? o->signature->fingerprint : NULL);
  return json_array_append_new(data, one) == 0 ? 0 : FAULT_SYSTEM;
}

static int add_objection(const Objection *o, gpointer data, G_GNUC_UNUSED GError **error) {
  json_t *one = json_pack("{s:o, s:s, s:s, s:o, s:b}", "channel", ask_ident(IDENT_CHANNEL, o->channel),
                          "reason", o->reason, "noted_by", o->noted_by, "noted_at", ask_time(o->noted_at),
                          "withdrawn", o->withdrawn);
  return json_array_append_new(data, one) == 0 ? 0 : FAULT_SYSTEM;
}

static int add_unsubscription(const char *category, gint64 since, gpointer data,
                              G_GNUC_UNUSED GError **error) {
  json_t *one = json_pack("{s:s, s:o}", "category", category, "since", ask_time(since));
  return json_array_append_new(data, one) == 0 ? 0 : FAULT_SYSTEM;
}

static int add_seat(const ListSeat *seat, gpointer data, G_GNUC_UNUSED GError **error) {
  json_t *one =
      json_pack("{s:s, s:s?, s:b, s:o}", "name", seat->list, "role", seat->role, "workshop", seat->workshop,
                "question", seat->question != 0 ? json_integer(seat->question) : json_null());
  return json_array_append_new(data, one) == 0 ? 0 : FAULT_SYSTEM;
}

typedef struct {
  gint64 contact;
  json_t *memberships, *members;
} Memberships;

static int add_membership(const Membership *m, gpointer data, G_GNUC_UNUSED GError **error) {
  const Memberships *to = data;
  gboolean as_member = m->member == to->contact;
  json_t *one =
      json_pack("{s:o, s:s?, s:s?, s:o, s:o, s:b, s:s}", "id",
                ask_ident(IDENT_CONTACT, as_member ? m->organisation : m->member), "name",
                as_member ? m->organisation_name : m->member_name, "role", m->role, "from", day_json(m->from),
                "to", day_json(m->to), "present", m->present, "noted_by", m->noted_by);
  return json_array_append_new(as_member ? to->memberships : to->members, one) == 0 ? 0 : FAULT_SYSTEM;
}

static json_t *card_json(const Contact *c) {
  return json_pack(
      "{s:o, s:s?, s:s, s:s, s:s?, s:s?, s:s, s:s?, s:s?, s:s?, s:s?, s:s?, s:s?, s:s?, s:o, s:s, s:b}", "id",
      ask_ident(IDENT_CONTACT, c->id), "external_id", c->external_id, "kind", contact_kind_name(c->kind),
      "name", c->name, "given_name", c->given_name, "family_name", c->family_name, "gender",
      gender_name(c->gender), "honorific", c->honorific, "office", c->office, "office_kind", c->office_kind,
      "organisation", c->organisation, "portfolio", c->portfolio, "city", c->city, "country", c->country,
      "languages", words_json(c->languages), "standing", contact_standing_name(c->standing), "restricted",
      c->restricted != 0);
}

static json_t *present_holder(const json_t *holders) {
  json_t *first = json_array_get(holders, 0);
  return json_is_true(json_object_get(first, "present")) ? json_incref(first) : json_null();
}

static int add_parts(const Ask *ask, Link *link, const Contact *contact, json_t *to, GError **error) {
  gint64 clearance = ask_clearance(ask);
  Day today = contacts_today(ask->house->contacts);
  json_t *channels = json_array(), *grounds = json_array();
  Tenures tenures = {contact->id, today, json_array(), json_array()};
  int r = channel_each(link, contact->id, clearance, add_channel, channels, error);
  if (r == 0)
    r = tenure_each(link, contact->id, today, clearance, add_tenure, &tenures, error);
  if (r == 0)
    r = ground_each(link, contact->id, today, clearance, add_ground, grounds, error);
  json_object_set_new(to, "channels", channels);
  json_object_set_new(to, "holder", present_holder(tenures.holders));
  json_object_set_new(to, "holders", tenures.holders);
  json_object_set_new(to, "offices", tenures.offices);
  json_object_set_new(to, "grounds", grounds);
  return r;
}

static int add_standing(const Ask *ask, Link *link, const Contact *contact, json_t *to, GError **error) {
  gint64 clearance = ask_clearance(ask);
  json_t *lists = json_array(), *objections = json_array(), *overrides = json_array();
  json_t *unsubscriptions = json_array();
  Memberships sides = {contact->id, json_array(), json_array()};
  gint64 came_in = 0;
  int r = list_of_contact(link, contact->id, clearance, add_seat, lists, error);
  if (r == 0)
    r = objection_each(link, contact->id, clearance, add_objection, objections, error);
  if (r == 0)
    r = membership_each(link, contact->id, contacts_today(ask->house->contacts), clearance, add_membership,
                        &sides, error);
  if (r == 0)
    r = override_each(link, contact->id, clearance, add_override, overrides, error);
  if (r == 0)
    r = unsubscription_each(link, contact->id, add_unsubscription, unsubscriptions, error);
  if (r == 0)
    r = inbound_message_count(link, clearance, contact->id, &came_in, error);
  json_object_set_new(to, "messages", json_integer(came_in));
  json_object_set_new(to, "unsubscriptions", unsubscriptions);
  json_object_set_new(to, "lists", lists);
  json_object_set_new(to, "objections", objections);
  json_object_set_new(to, "memberships", sides.memberships);
  json_object_set_new(to, "members", sides.members);
  json_object_set_new(to, "overrides", overrides);
  return r;
}

int contact_json(const Ask *ask, Link *link, const Contact *contact, json_t **ret, GError **error) {
  json_t *card = card_json(contact);
  int r = add_parts(ask, link, contact, card, error);
  if (r == 0)
    r = add_standing(ask, link, contact, card, error);
  if (r == 0)
    *ret = card;
  else
    json_decref(card);
  return r;
}

int contact_json_named(const Ask *ask, Link *link, Contact **ret, GError **error) {
  return contact_find_named(link, request_argument(ask->request, "id"), ask_clearance(ask), ret, error);
}

int contact_json_target(const Ask *ask, gint64 *ret, GError **error) {
  g_autoptr(Link) link = NULL;
  g_autoptr(Contact) contact = NULL;
  int r = store_read(ask->house->store, &link, error);
  if (r == 0)
    r = contact_json_named(ask, link, &contact, error);
  if (r == 0)
    *ret = contact->id;
  return r;
}

int contact_json_number(const Ask *ask, Link *link, const char *name, gint64 *ret, GError **error) {
  g_autoptr(Contact) contact = NULL;
  *ret = 0;
  if (name == NULL)
    return 0;
  int r = contact_find_named(link, name, ask_clearance(ask), &contact, error);
  if (r == 0)
    *ret = contact->id;
  return r;
}

int contact_json_find(const Ask *ask, const char *name, gint64 *ret, GError **error) {
  g_autoptr(Link) link = NULL;
  *ret = 0;
  if (name == NULL)
    return 0;
  int r = store_read(ask->house->store, &link, error);
  return r < 0 ? r : contact_json_number(ask, link, name, ret, error);
}

int contact_json_field(const Ask *ask, const char *name, gboolean needed, gint64 *ret, GError **error) {
  const char *text;
  *ret = 0;
  int r = needed ? ask_needed(ask, name, TEXT_NAME_MAX, &text, error)
                 : ask_text(ask, name, TEXT_NAME_MAX, &text, error);
  return r < 0 || text_blank(text) ? r : contact_json_find(ask, text, ret, error);
}

int contact_json_queried(const Ask *ask, const char *name, gint64 *ret, GError **error) {
  const char *text;
  *ret = 0;
  int r = ask_query_text(ask, name, &text, error);
  if (r < 0 || text == NULL || ident_parse(IDENT_CONTACT, text, ret, NULL) == 0)
    return r;
  return contact_json_find(ask, text, ret, error);
}

int contact_json_day(const Ask *ask, const char *name, Day *ret, GError **error) {
  const char *text;
  *ret = 0;
  int r = ask_text(ask, name, 40, &text, error);
  if (r < 0 || text_blank(text))
    return r;
  r = day_parse(text, ret, error);
  return r < 0 ? fault_prefix(error, "%s", name) : 0;
}

int contact_json_respond(Ask *ask, guint status, gint64 contact, GError **error) {
  g_autoptr(Link) link = NULL;
  g_autoptr(Contact) found = NULL;
  json_t *json = NULL;
  int r = store_read(ask->house->store, &link, error);
  if (r == 0)
    r = contact_find(link, contact, ask_clearance(ask), &found, error);
  if (r == 0)
    r = contact_json(ask, link, found, &json, error);
  return r < 0 ? r : ask_respond(ask, status, json);
}
