/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "mailing/rebuild.h"

#include "base/fault.h"
#include "contacts/channel.h"
#include "mailing/mould.h"
#include "mailing/roll.h"
#include "mailing/route.h"
#include "mailing/splice.h"

static int by_splice(Desk *desk, GBytes *splice, Message **ret, GError **error) {
  g_autoptr(MailingSettings) settings = desk_settings(desk);
  int r = splice_read(splice, settings->documents, ret, error);
  return r < 0 ? r : message_seal(*ret, error);
}

/* The same inputs and the same composer give the same bytes. */
static int by_recipe(Desk *desk, Link *link, const DeliveryRow *delivery, Message **ret, GError **error) {
  g_autoptr(Addressee) line = NULL;
  g_autoptr(GPtrArray) routes = NULL;
  g_autoptr(Mould) mould = NULL;
  enum variant variant = VARIANT_FULL;
  variant_parse(delivery->variant, &variant);
  MouldCopy copy = {.delivery = delivery->id, .dated = delivery->dated};
  int r = roll_find(link, 1, delivery->addressee, &line, error);
  if (r == 0 && line->routes > 0)
    r = route_list(link, line, &routes, error);
  if (r == 0)
    r = mould_rack_take(desk, link, delivery->mailing, delivery->language, mould_form_of(line, variant),
                        &mould, error);
  if (r == 0 && mould_has_signatures(mould))
    r = channel_refuses_signatures(link, delivery->channel, &copy.no_signature_part, error);
  if (r < 0)
    return r;
  copy.route = routes != NULL ? route_by_channel(routes, delivery->channel) : NULL;
  if (line->address == NULL && copy.route == NULL)
    return fault(error, FAULT_ABSENT, "whom it went to was erased");
  return mould_cast(mould, line, &copy, ret, NULL, error);
}

static gboolean is_its_own(int r) {
  return r == FAULT_RULE || r == FAULT_ABSENT || r == FAULT_INPUT;
}

int rebuild_message(Desk *desk, Link *link, const DeliveryRow *delivery, Message **ret, char **ret_why,
                    GError **error) {
  g_autoptr(GBytes) splice = NULL;
  g_autoptr(Message) message = NULL;
  g_autoptr(GError) why = NULL;
  if (!delivery->has_sha256) {
    *ret_why = g_strdup("no message of it ever left");
    return 1;
  }
  int r = outbox_splice(link, delivery->id, &splice, error);
  if (r < 0)
    return r;
  r = splice != NULL ? by_splice(desk, splice, &message, &why)
                     : by_recipe(desk, link, delivery, &message, &why);
  if (r < 0 && !is_its_own(r)) {
    g_propagate_error(error, g_steal_pointer(&why));
    return r;
  }
  if (r == 0 && digest_equal(&message->digest, &delivery->sha256)) {
    *ret = g_steal_pointer(&message);
    return 0;
  }
  *ret_why = r < 0 ? g_strdup(why->message)
                   : g_strdup("what can be made of it now has another SHA-256 than the message that left");
  return 1;
}
