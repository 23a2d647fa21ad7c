/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "proposals/offer.h"

#include "proposals/edition.h"
#include "proposals/proposal_rows.h"

typedef struct {
  const OfferLetter *letter;
  const OfferPart *parts;
  gsize count;
  GArray *entered;
} Offering;

static const Actor recipient = {.name = OFFER_USER, .roles = ROLE_ADMIN};

static int put(const ProposalUnit *unit, const Offering *o, const OfferPart *part, GError **error) {
  ProposalEntered entered = {0};
  const ProposalDraft draft = {.text = part->text,
                               .language = o->letter->language,
                               .question = part->question,
                               .author = o->letter->contact,
                               .delivery = o->letter->delivery,
                               .restricted = o->letter->restricted};
  int r = proposal_put(unit, &draft, NULL, &entered, error);
  g_array_append_val(o->entered, entered);
  return r;
}

static int offer(const ProposalUnit *unit, gpointer data, GError **error) {
  const Offering *o = data;
  gint64 before = 0;
  int r = proposal_rows_offered(unit->link, o->letter->delivery, &before, error);
  if (r == 0 && before + (gint64)o->count > OFFERS_MAX)
    return OFFER_FULL;
  for (gsize i = 0; r == 0 && i < o->count; i++)
    r = put(unit, o, &o->parts[i], error);
  return r;
}

int offer_take(const Contacts *house, const OfferLetter *letter, const OfferPart *parts, gsize count,
               GArray **ret, GError **error) {
  g_autoptr(GArray) entered = g_array_new(FALSE, FALSE, sizeof(ProposalEntered));
  Offering offering = {letter, parts, count, entered};
  int r = proposal_write(house, &recipient, offer, &offering, error);
  if (r == 0)
    *ret = g_steal_pointer(&entered);
  return r;
}
