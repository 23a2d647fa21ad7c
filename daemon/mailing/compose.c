/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "mailing/compose.h"

#include <string.h>

#include "base/fault.h"
#include "contacts/eligibility.h"
#include "contacts/unsubscription.h"
#include "mailing/mould.h"
#include "mailing/onward.h"
#include "mailing/reminder.h"
#include "mailing/roll_rows.h"
#include "mailing/route.h"
#include "mailing/splice.h"

/* What was read for one claim. TROUBLE stands for what is wrong with this one alone; a fault would keep its
 * whole batch waiting. */
typedef struct {
  Addressee *line;
  Mould *mould;
  GPtrArray *routes;  /* of Route; NULL: the line has one alone, without limits */
  const Route *route; /* the claim's among them */
  Stamps now;
  gboolean gone;            /* the contact is not there any more */
  gboolean channel_changed; /* since the roll, as far as that matters to this one */
  gboolean unsubscribed, no_signature_part;
  enum reason against; /* it is a reminder, and this stands against reminding; else REASON_NONE */
  char *trouble;
} Material;

static void material_free(Material *material) {
  addressee_free(material->line);
  mould_unref(material->mould);
  g_clear_pointer(&material->routes, g_ptr_array_unref);
  g_free(material->trouble);
  g_free(material);
}

/* ---- loading ---- */

typedef struct {
  Desk *desk;
  Link *link;
  Day today;
  const Claim *before; /* the claim whose mould is LAST: a batch is mostly of one mailing and language */
  guint form;          /* of LAST */
  Mould *last;
  gint64 mailing, reminds; /* the latest one asked for, and which mailing it reminds of (0: none) */
} Loading;

/* A rule or an input that stands against this claim becomes its trouble; anything else is a fault of our own.
 */
static int note_trouble(int r, GError **own, Material *material, GError **error) {
  if (r >= 0)
    return 0;
  if (r == FAULT_RULE || r == FAULT_ABSENT || r == FAULT_INPUT) {
    material->trouble = g_strdup((*own)->message);
    return 0;
  }
  g_propagate_error(error, g_steal_pointer(own));
  return r;
}

static int take_mould(Loading *loading, const Claim *claim, Material *material, GError **error) {
  const Claim *before = loading->before;
  enum variant variant = VARIANT_FULL;
  variant_parse(claim->variant, &variant);
  guint form = mould_form_of(material->line, variant);
  if (before != NULL && before->mailing == claim->mailing && loading->form == form &&
      strcmp(before->language, claim->language) == 0) {
    material->mould = mould_ref(loading->last);
    return 0;
  }
  g_autoptr(GError) own = NULL;
  int r = mould_rack_take(loading->desk, loading->link, claim->mailing, claim->language, form,
                          &material->mould, &own);
  if (r == 0) {
    loading->before = claim;
    loading->form = form;
    loading->last = material->mould;
  }
  return note_trouble(r, &own, material, error);
}

/* It counts at once: also for a letter that was planned before. */
static int check_unsubscribed(const Loading *loading, const Claim *claim, Material *material,
                              GError **error) {
  if (claim->restricted || material->mould == NULL)
    return 0;
  return unsubscription_stands(loading->link, claim->contact, claim->address, mould_category(material->mould),
                               &material->unsubscribed, error);
}

static int check_signatures(const Loading *loading, const Claim *claim, Material *material, GError **error) {
  if (material->mould == NULL || !mould_has_signatures(material->mould))
    return 0;
  return channel_refuses_signatures(loading->link, claim->channel, &material->no_signature_part, error);
}

/* Who answers between the roll and the sending is not reminded any more. */
static int check_reminder(Loading *loading, const Claim *claim, Material *material, GError **error) {
  if (loading->mailing != claim->mailing) {
    int r = onward_stands_by(loading->link, claim->mailing, &loading->reminds, error);
    if (r < 0)
      return r;
    loading->mailing = claim->mailing;
  }
  int r = reminder_stands_against(loading->desk, loading->link, loading->reminds, claim->contact,
                                  &material->against, error);
  if (loading->reminds == claim->mailing && material->against == REASON_NOT_REACHED)
    material->against = REASON_NONE; /* that is what it is for */
  return r;
}

/* A next channel has an address of its own, and each may have limits. */
static int load_route(Loading *loading, const Claim *claim, Material *material, GError **error) {
  if (material->line->routes == 0)
    return 0;
  int r = route_list(loading->link, material->line, &material->routes, error);
  if (r < 0)
    return r;
  material->route = route_by_channel(material->routes, claim->channel);
  if (material->route == NULL)
    material->trouble = g_strdup("its channel is none of those that were approved");
  return 0;
}

static int check_channel(Loading *loading, const Claim *claim, Material *material, GError **error) {
  gboolean fits = TRUE;
  material->channel_changed = material->now.channel != material->line->stamp_channel;
  if (claim->supersedes == 0 || material->gone)
    return 0;
  int r = route_still_fits(loading->link, claim->contact, claim->channel, claim->address, &fits, error);
  material->channel_changed = !fits;
  return r;
}

static int load_claim(Loading *loading, Claim *claim, GError **error) {
  Material *material = g_new0(Material, 1);
  claim->material = material;
  int r = roll_rows_find(loading->link, 1, claim->addressee, &material->line, error);
  if (r < 0)
    return r;
  if (r > 0) {
    material->trouble = g_strdup("its addressee is not there any more");
    return 0;
  }
  g_autoptr(GError) own = NULL;
  r = contact_stamps(loading->link, claim->contact, loading->today, &material->now, &own);
  if (r == FAULT_ABSENT)
    material->gone = TRUE;
  else if (r < 0)
    return g_propagate_error(error, g_steal_pointer(&own)), r;
  r = check_channel(loading, claim, material, error);
  if (r < 0)
    return r;
  if (*material->line->language == '\0') /* held for want of a language: compose_claim says so */
    return 0;
  r = load_route(loading, claim, material, error);
  if (r == 0)
    r = take_mould(loading, claim, material, error);
  if (r == 0)
    r = check_signatures(loading, claim, material, error);
  if (r == 0)
    r = check_reminder(loading, claim, material, error);
  return r < 0 ? r : check_unsubscribed(loading, claim, material, error);
}

static void unload_claim(G_GNUC_UNUSED gpointer data, Claim *claim) {
  if (claim->material != NULL)
    material_free(claim->material);
  claim->material = NULL;
}

static int load_claims(gpointer data, Link *link, Claim *const *claims, gsize count, GError **error) {
  Desk *desk = data;
  g_autoptr(MailingSettings) settings = desk_settings(desk);
  Loading loading = {.desk = desk, .link = link};
  loading.today = desk_today(desk, settings);
  for (gsize i = 0; i < count; i++) {
    int r = load_claim(&loading, claims[i], error);
    if (r < 0)
      return r;
  }
  return 0;
}

/* ---- composing ---- */

static int set_aside(Composed *ret, int outcome, const char *reason, const char *words) {
  ret->reason = reason;
  ret->words = g_strdup(words);
  return outcome;
}

static int hold(Composed *ret, enum reason reason) {
  return set_aside(ret, COMPOSE_HOLD, reason_name(reason), reason_sentence(reason));
}

/* Approval covers an addressee as the roll has it: who changed since is looked at by a person. */
static int check_stamps(const Material *material, Composed *ret) {
  const Addressee *line = material->line;
  if (material->unsubscribed)
    return set_aside(ret, COMPOSE_CANCEL, reason_name(REASON_UNSUBSCRIBED),
                     reason_sentence(REASON_UNSUBSCRIBED));
  if (material->against != REASON_NONE)
    return set_aside(ret, COMPOSE_CANCEL, reason_name(material->against), reason_sentence(material->against));
  if (material->gone || material->now.holder != line->stamp_holder)
    return hold(ret, REASON_HOLDER_CHANGED);
  if (material->channel_changed)
    return hold(ret, REASON_CHANNEL_CHANGED);
  if (material->now.ground != line->stamp_ground)
    return hold(ret, REASON_GROUND_CHANGED);
  if (*line->language == '\0')
    return hold(ret, REASON_LANGUAGE_MISSING);
  if (line->salutation == NULL)
    return hold(ret, REASON_FORM_MISSING);
  return COMPOSE_DONE;
}

static int rebuild(const Desk *desk, GBytes *splice, Message **ret, GError **error) {
  g_autoptr(MailingSettings) settings = desk_settings((Desk *)desk);
  int r = splice_read(splice, settings->documents, ret, error);
  return r < 0 ? r : message_seal(*ret, error);
}

static int make(const Desk *desk, const Claim *claim, GBytes *splice, Composed *ret, GError **error) {
  const Material *material = claim->material;
  if (splice != NULL)
    return rebuild(desk, splice, &ret->message, error);
  MouldCopy copy = {.delivery = claim->delivery,
                    .dated = claim->dated,
                    .route = material->route,
                    .no_signature_part = material->no_signature_part};
  return mould_cast(material->mould, material->line, &copy, &ret->message, &ret->splice, error);
}

static int compose_claim(gpointer data, const Claim *claim, GBytes *splice, Composed *ret, GError **error) {
  const Material *material = claim->material;
  if (material == NULL || material->trouble != NULL)
    return set_aside(ret, COMPOSE_PARK, "not-composable",
                     material != NULL ? material->trouble : "nothing was read for it");
  int r = check_stamps(material, ret);
  if (r != COMPOSE_DONE)
    return r;
  g_autoptr(GError) own = NULL;
  r = make(data, claim, splice, ret, &own);
  if (r == FAULT_INPUT) /* this letter cannot be made, now or later; a file that is missing may come back */
    return set_aside(ret, COMPOSE_PARK, "not-composable", own->message);
  if (r < 0) {
    g_propagate_error(error, g_steal_pointer(&own));
    return r;
  }
  if (claim->composed && !digest_equal(&claim->sha256, &ret->message->digest))
    return set_aside(ret, COMPOSE_PARK, "bytes-changed",
                     "the message would be other bytes than at its first attempt, so it is not sent");
  return COMPOSE_DONE;
}

/* What is put together from its splice is signed already. */
static gboolean waits_for_gpg(G_GNUC_UNUSED gpointer data, const Claim *claim) {
  const Material *material = claim->material;
  return material != NULL && material->mould != NULL && mould_is_signed(material->mould) && !claim->composed;
}

Composer compose_composer(Desk *desk) {
  return (Composer){.load = load_claims,
                    .compose = compose_claim,
                    .unload = unload_claim,
                    .waits = waits_for_gpg,
                    .data = desk};
}

char *compose_message_id(Desk *desk, gint64 delivery) {
  g_autoptr(MailingSettings) settings = desk_settings(desk);
  const char *domain = strrchr(settings->from, '@');
  return mould_message_id(desk_instance(desk), domain != NULL ? domain + 1 : "", delivery);
}
