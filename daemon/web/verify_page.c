/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/digest.h"
#include "base/fault.h"
#include "http/form_file.h"
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

static int answer(const Visit *visit, Page *page, const Digest *digest, GError **error) {
  g_autoptr(Document) document = NULL;
  g_autoptr(Link) link = NULL;
  int r = store_read(visit->house->store, &link, error);
  if (r == 0)
    r = publication_find(link, digest, clock_wall(desk_clock(visit->house->desk)), &document, error);
  if (r < 0)
    return r;
  page_answer(page, speech_in(r == 0 ? SPEECH_GENUINE : SPEECH_NOT_OURS, visit->language));
  if (r == 0)
    documents_page_show(page, visit, document);
  return 0;
}

static Page *begin(const Visit *visit) {
  Page *page = visit_page(visit, speech_in(SPEECH_VERIFY, visit->language));
  page_languages(page, "/verify");
  return page;
}

/* Takes PAGE over. */
static void finish(const Visit *visit, Page *page, const char *typed) {
  const char *button = speech_in(SPEECH_VERIFY_BUTTON, visit->language);
  page_paragraph(page, speech_in(SPEECH_VERIFY_HELP, visit->language));
  page_question(page, "/verify", "digest", speech_in(SPEECH_DIGEST, visit->language), typed, button);
  page_file(page, "/verify", speech_in(SPEECH_VERIFY_FILE, visit->language), button);
  page_respond(page, 200, visit->response);
}

int verify_page_ask(Visit *visit, GError **error) {
  const char *typed = request_query(visit->request, "digest");
  g_autoptr(Page) page = begin(visit);
  Digest digest;
  int r = 0;
  if (typed != NULL && read_digest(typed, &digest))
    r = answer(visit, page, &digest, error);
  else if (typed != NULL && *typed != '\0')
    page_answer(page, speech_in(SPEECH_NO_DIGEST, visit->language));
  if (r == 0)
    finish(visit, g_steal_pointer(&page), typed != NULL && strlen(typed) <= TYPED_MAX ? typed : NULL);
  return r;
}

/* The form lies in a file, which goes with the request. */
static int digest_of_form(const Visit *visit, gboolean *ret_found, Digest *ret, GError **error) {
  const char *path = request_upload(visit->request), *content = NULL;
  g_autoptr(GMappedFile) form = path != NULL ? g_mapped_file_new(path, FALSE, NULL) : NULL;
  gsize length = 0;
  if (path != NULL && form == NULL)
    return fault(error, FAULT_SYSTEM, "%s: cannot be read again", path);
  *ret_found =
      form != NULL && form_file_find(g_mapped_file_get_contents(form), g_mapped_file_get_length(form),
                                     request_header(visit->request, "Content-Type"), &content, &length);
  if (*ret_found)
    *ret = digest_of(content, length);
  return 0;
}

int verify_page_file(Visit *visit, GError **error) {
  g_autoptr(Page) page = begin(visit);
  gboolean found = FALSE;
  Digest digest;
  int r = digest_of_form(visit, &found, &digest, error);
  if (r == 0 && found)
    r = answer(visit, page, &digest, error);
  else if (r == 0)
    page_answer(page, speech_in(SPEECH_NO_FILE, visit->language));
  if (r == 0)
    finish(visit, g_steal_pointer(&page), NULL);
  return r;
}
