/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/digest.h"
#include "mailing/publication.h"
#include "web/documents_page.h"

#include <string.h>

#define TYPED_MAX 200 /* characters: a digest with the spaces that people put into it */

/* As people copy it: in groups, in capitals, with a line break. */
static gboolean read_digest(const char *typed, Digest *ret) {
  g_autoptr(GString) hex = g_string_new(NULL);
  if (strlen(typed) > TYPED_MAX)
    return FALSE;
  for (const char *c = typed; *c != '\0'; c++)
    if (!g_ascii_isspace(*c) && *c != ':' && *c != '-')
      g_string_append_c(hex, g_ascii_tolower(*c));
  return digest_parse(hex->str, ret);
}

static int answer(Visit *visit, Page *page, const char *typed, GError **error) {
  Digest digest;
  g_autoptr(Document) document = NULL;
  g_autoptr(Link) link = NULL;
  if (!read_digest(typed, &digest)) {
    page_answer(page, speech_in(SPEECH_NO_DIGEST, visit->language));
    return 0;
  }
  int r = store_read(visit->house->store, &link, error);
  if (r == 0)
    r = publication_find(link, &digest, clock_wall(desk_clock(visit->house->desk)), &document, error);
  if (r < 0)
    return r;
  page_answer(page, speech_in(r == 0 ? SPEECH_GENUINE : SPEECH_NOT_OURS, visit->language));
  if (r == 0)
    documents_page_show(page, visit, document);
  return 0;
}

int verify_page_ask(Visit *visit, GError **error) {
  const char *typed = request_query(visit->request, "digest");
  g_autoptr(Page) page = visit_page(visit, speech_in(SPEECH_VERIFY, visit->language));
  page_languages(page, "/verify");
  int r = typed != NULL && *typed != '\0' ? answer(visit, page, typed, error) : 0;
  if (r < 0)
    return r;
  page_paragraph(page, speech_in(SPEECH_VERIFY_HELP, visit->language));
  page_question(page, "/verify", "digest", speech_in(SPEECH_DIGEST, visit->language),
                typed != NULL && strlen(typed) <= TYPED_MAX ? typed : NULL,
                speech_in(SPEECH_VERIFY_BUTTON, visit->language));
  page_respond(g_steal_pointer(&page), 200, visit->response);
  return 0;
}
