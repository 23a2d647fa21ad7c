/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "api/contact_json.h"
#include "api/handlers.h"
#include "base/fault.h"
#include "base/text.h"
#include "base/units.h"
#include "contacts/channel.h"

static int no_word(const char *name, const char *value, GError **error) {
  return fault(error, FAULT_INPUT, "%s: \"%s\" is not known here; the manual names what there is", name,
               value);
}

static int read_words(const Ask *ask, ChannelChange *change, GError **error) {
  const char *kind, *role, *via;
  enum channel_kind k = CHANNEL_EMAIL;
  enum channel_role o = CHANNEL_PRIMARY;
  enum channel_via v = VIA_NONE;
  int r = ask_text(ask, "kind", 40, &kind, error);
  if (r == 0)
    r = ask_text(ask, "role", 40, &role, error);
  if (r == 0)
    r = ask_text(ask, "via", 40, &via, error);
  if (r < 0)
    return r;
  if (kind != NULL && !channel_kind_parse(kind, &k))
    return no_word("kind", kind, error);
  if (role != NULL && !channel_role_parse(role, &o))
    return no_word("role", role, error);
  if (via != NULL && !channel_via_parse(via, &v))
    return no_word("via", via, error);
  change->kind = kind != NULL ? (int)k : -1;
  change->role = role != NULL ? (int)o : -1;
  change->via = via != NULL ? (int)v : -1;
  return 0;
}

/* A number of bytes, or a size as people write it; -1 when absent, 0 for null. */
static int read_size(const Ask *ask, const char *name, gint64 *ret, GError **error) {
  const json_t *value = json_object_get(ask->body, name);
  const char *text = NULL;
  *ret = value == NULL ? -1 : 0;
  if (json_is_integer(value))
    return ask_int(ask, name, 0, CHANNEL_BYTES_MOST, 0, ret, error);
  int r = ask_text(ask, name, 40, &text, error);
  if (r == 0 && text != NULL && !units_size(text, ret))
    r = fault(error, FAULT_INPUT, "%s: \"%s\" is no size; write for example 5 MiB, or a number of bytes",
              name, text);
  return r;
}

/* -1 when absent. */
static int read_answer(const Ask *ask, const char *name, int *ret, GError **error) {
  gboolean answer;
  int r = ask_flag(ask, name, &answer, error);
  *ret = json_object_get(ask->body, name) == NULL ? -1 : answer;
  return r;
}

static int read_channel(const Ask *ask, ChannelChange *change, GError **error) {
  int r = read_words(ask, change, error);
  /* What stands there is checked by its kind: an address on paper has several lines. */
  if (r == 0)
    r = ask_lines(ask, "address", TEXT_LINE_MAX, &change->value, error);
  if (r == 0)
    r = ask_int(ask, "position", 1, 100, 0, &change->position, error);
  if (r == 0)
    r = read_size(ask, "max_message_bytes", &change->max_message_bytes, error);
  if (r == 0)
    r = read_answer(ask, "no_signature_part", &change->no_signature_part, error);
  return r == 0 ? read_answer(ask, "plain_only", &change->plain_only, error) : r;
}

int channels_api_add(Ask *ask, GError **error) {
  static const char *const known[] = {
      "kind",       "address", "role", "via", "position", "max_message_bytes", "no_signature_part",
      "plain_only", NULL};
  ChannelChange change = CHANNEL_CHANGE_NONE;
  gint64 id, channel;
  int r = ask_fields(ask, known, error);
  if (r == 0)
    r = contact_json_target(ask, &id, error);
  if (r == 0)
    r = read_channel(ask, &change, error);
  if (r == 0)
    r = channel_add(ask->house->contacts, ask->actor, id, &change, &channel, error);
  return r < 0 ? r : contact_json_respond(ask, 201, id, error);
}

typedef struct {
  int standing; /* of enum channel_standing; -1: as it is */
  const char *reason;
} Mark;

/* All of it is read before anything is changed: a request is done as a whole or not at all. */
static int read_mark(const Ask *ask, Mark *ret, GError **error) {
  const char *name;
  enum channel_standing standing;
  int r = ask_text(ask, "standing", 40, &name, error);
  ret->standing = -1;
  if (r < 0 || name == NULL)
    return r < 0 ? r : ask_text(ask, "reason", TEXT_LINE_MAX, &ret->reason, error);
  if (!channel_standing_parse(name, &standing))
    return no_word("standing", name, error);
  ret->standing = (int)standing;
  return standing == CHANNEL_VERIFIED ? ask_text(ask, "reason", TEXT_LINE_MAX, &ret->reason, error)
                                      : ask_needed(ask, "reason", TEXT_LINE_MAX, &ret->reason, error);
}

static int mark_channel(const Ask *ask, gint64 id, gint64 channel, const Mark *mark, GError **error) {
  const Contacts *contacts = ask->house->contacts;
  if (mark->standing < 0)
    return 0;
  if (mark->standing == CHANNEL_VERIFIED)
    return channel_verify(contacts, ask->actor, id, channel, mark->reason, error);
  return channel_mark(contacts, ask->actor, id, channel, (enum channel_standing)mark->standing, mark->reason,
                      error);
}

static gboolean says_something(const ChannelChange *change) {
  return change->value != NULL || change->role >= 0 || change->via >= 0 || change->position != 0 ||
         change->max_message_bytes >= 0 || change->no_signature_part >= 0 || change->plain_only >= 0;
}

int channels_api_set(Ask *ask, GError **error) {
  static const char *const known[] = {
      "address",           "role",       "via",      "position", "max_message_bytes",
      "no_signature_part", "plain_only", "standing", "reason",   NULL};
  ChannelChange change = CHANNEL_CHANGE_NONE;
  gint64 id, channel;
  Mark mark = {0};
  int r = ask_fields(ask, known, error);
  if (r == 0)
    r = contact_json_target(ask, &id, error);
  if (r == 0)
    r = ask_argument(ask, "channel", IDENT_CHANNEL, &channel, error);
  if (r == 0)
    r = read_mark(ask, &mark, error);
  if (r == 0)
    r = read_channel(ask, &change, error);
  if (r == 0 && says_something(&change))
    r = channel_set(ask->house->contacts, ask->actor, id, channel, &change, error);
  if (r >= 0)
    r = mark_channel(ask, id, channel, &mark, error);
  return r < 0 ? r : contact_json_respond(ask, 200, id, error);
}
