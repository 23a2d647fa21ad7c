/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/fault.h"
#include "http/form_file.h"
#include "mailing/publication.h"
#include "web/documents_page.h"

#include <string.h>

#define SHOWN_MAX 200 /* characters of what was typed, for people to correct */

/* A code alone says which document is meant; only a whole digest, that it is that one. */
static enum speech verdict_of(gboolean is_whole, gboolean found) {
  if (is_whole)
    return found ? SPEECH_GENUINE : SPEECH_NOT_OURS;
  return found ? SPEECH_CODE_OURS : SPEECH_CODE_NOT_OURS;
}

static int answer(const Visit *visit, Page *page, const DocumentCode *code, GError **error) {
  g_autoptr(Document) document = NULL;
  g_autoptr(Link) link = NULL;
  int r = store_read(visit->house->store, &link, error);
  if (r == 0)
    r = publication_find(link, code, clock_wall(desk_clock(visit->house->desk)), &document, error);
  if (r < 0)
    return r;
  page_answer(page, speech_in(verdict_of(code->is_whole, r == 0), visit->language));
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
  page_question(page, "/verify", "digest", speech_in(SPEECH_VERIFY_TYPED, visit->language), typed, button);
  page_file(page, "/verify", speech_in(SPEECH_VERIFY_FILE, visit->language), button);
  page_respond(page, 200, visit->response);
}

int verify_page_ask(Visit *visit, GError **error) {
  const char *typed = request_query(visit->request, "digest");
  g_autoptr(Page) page = begin(visit);
  DocumentCode code;
  int r = 0;
  if (typed != NULL && document_code_read(typed, &code))
    r = answer(visit, page, &code, error);
  else if (typed != NULL && *typed != '\0')
    page_answer(page, speech_in(SPEECH_NO_DIGEST, visit->language));
  if (r == 0)
    finish(visit, g_steal_pointer(&page), typed != NULL && strlen(typed) <= SHOWN_MAX ? typed : NULL);
  return r;
}

/* The form lies in a file, which goes with the request. */
static int digest_of_form(const Visit *visit, gboolean *ret_found, DocumentCode *ret, GError **error) {
  const char *path = request_upload(visit->request), *content = NULL;
  g_autoptr(GMappedFile) form = path != NULL ? g_mapped_file_new(path, FALSE, NULL) : NULL;
  gsize length = 0;
  if (path != NULL && form == NULL)
    return fault(error, FAULT_SYSTEM, "%s: cannot be read again", path);
  *ret_found =
      form != NULL && form_file_find(g_mapped_file_get_contents(form), g_mapped_file_get_length(form),
                                     request_header(visit->request, "Content-Type"), &content, &length);
  if (*ret_found) {
    const Digest digest = digest_of(content, length);
    *ret = document_code_whole(&digest);
  }
  return 0;
}

int verify_page_file(Visit *visit, GError **error) {
  g_autoptr(Page) page = begin(visit);
  gboolean found = FALSE;
  DocumentCode code;
  int r = digest_of_form(visit, &found, &code, error);
  if (r == 0 && found)
    r = answer(visit, page, &code, error);
  else if (r == 0)
    page_answer(page, speech_in(SPEECH_NO_FILE, visit->language));
  if (r == 0)
    finish(visit, g_steal_pointer(&page), NULL);
  return r;
}
