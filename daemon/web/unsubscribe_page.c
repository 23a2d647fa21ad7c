/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/fault.h"
#include "contacts/unsubscription.h"
#include "mail/token.h"
#include "mailing/mailing.h"
#include "outbox/outbox.h"
#include "web/visit.h"

#include <string.h>

#define RETURN "return" /* the value of the button that comes back */

/* Whoever holds the token acts for its addressee, also for one who holds an office by now. */
static const Actor recipient = {.name = "recipient", .roles = ROLE_ORGANISER};

/* What a token stands for. */
typedef struct {
  DeliveryRow *delivery;
  Mailing *mailing;
  Unsubscription what;
} Letter;

static void letter_clear(Letter *letter) {
  delivery_row_free(letter->delivery);
  mailing_free(letter->mailing);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Letter, letter_clear)

/* 0; 1 when it stands for nothing that can be left: offices never got such a link. */
static int read_letter(const Visit *visit, Link *link, Letter *ret, GError **error) {
  gint64 number = 0;
  g_autoptr(GError) own = NULL;
  if (token_read(&visit->settings->token_key, 1, request_argument(visit->request, "token"), TOKEN_UNSUB, NULL,
                 &number) != 0)
    return 1;
  int r = outbox_find(link, 0, number, &ret->delivery, &own);
  if (r == 0)
    r = mailing_find(link, 1, ret->delivery->mailing, &ret->mailing, &own);
  if (r == FAULT_ABSENT)
    return 1;
  if (r < 0) {
    g_propagate_error(error, g_steal_pointer(&own));
    return r;
  }
  ret->what = (Unsubscription){.contact = ret->delivery->contact,
                               .category = ret->mailing->category,
                               .address = ret->delivery->address,
                               .mailing = ret->delivery->mailing,
                               .delivery = ret->delivery->id};
  return 0;
}

static int open_letter(Visit *visit, Letter *ret, gboolean *ret_left, GError **error) {
  g_autoptr(Link) link = NULL;
  int r = store_read(visit->house->store, &link, error);
  if (r == 0)
    r = read_letter(visit, link, ret, error);
  if (r != 0)
    return r;
  if (request_query(visit->request, "language") == NULL)
    language_parse(ret->delivery->language, &visit->language); /* that of the letter, not of the machine */
  return unsubscription_stands(link, ret->what.contact, ret->what.address, ret->what.category, ret_left,
                               error);
}

/* The path is made of the token as it was read, in its own alphabet. */
static void respond(Visit *visit, enum speech said, gboolean left, gboolean done) {
  g_autofree char *path = g_strconcat("/u/", request_argument(visit->request, "token"), NULL);
  Page *page = visit_page(visit, speech_in(SPEECH_LEAVE, visit->language));
  page_languages(page, path);
  if (done || left)
    page_answer(page, speech_in(said, visit->language));
  else
    page_paragraph(page, speech_in(said, visit->language));
  page_button(page, path, "action", left ? RETURN : "leave",
              speech_in(left ? SPEECH_RETURN : SPEECH_LEAVE, visit->language));
  page_respond(page, 200, visit->response);
}

int unsubscribe_page_ask(Visit *visit, GError **error) {
  g_auto(Letter) letter = {0};
  gboolean left = FALSE;
  int r = open_letter(visit, &letter, &left, error);
  if (r != 0)
    return r < 0 ? r : visit_not_found(visit);
  respond(visit, left ? SPEECH_LEFT : SPEECH_LEAVE_HELP, left, FALSE);
  return 0;
}

/* Everything that is posted here leaves, whatever its form (RFC 8058 §3.2 allows two), but for the one button
 * that comes back. */
static gboolean comes_back(const Visit *visit) {
  gsize size = 0;
  GBytes *body = request_body(visit->request);
  const char *text = g_bytes_get_data(body, &size);
  return size == strlen("action=" RETURN) && memcmp(text, "action=" RETURN, size) == 0;
}

int unsubscribe_page_act(Visit *visit, GError **error) {
  g_auto(Letter) letter = {0};
  g_autoptr(GError) own = NULL;
  gboolean left = FALSE;
  int r = open_letter(visit, &letter, &left, error);
  if (r != 0)
    return r < 0 ? r : visit_not_found(visit);
  left = !comes_back(visit);
  r = left ? unsubscription_note(visit->house->contacts, &recipient, &letter.what, &own)
           : unsubscription_withdraw(visit->house->contacts, &recipient, &letter.what, &own);
  if (r == FAULT_ABSENT || r == FAULT_RULE) /* the contact was erased, or is an office now */
    return visit_not_found(visit);
  if (r < 0) {
    g_propagate_error(error, g_steal_pointer(&own));
    return r;
  }
  respond(visit, left ? SPEECH_LEFT : SPEECH_RETURNED, left, TRUE);
  return 0;
}
