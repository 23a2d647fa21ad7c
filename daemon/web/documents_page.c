/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "web/documents_page.h"
#include "base/digest.h"
#include "mailing/publication.h"
#include "templates/escape.h"
#include "web/visit.h"

#include <string.h>

#define LISTED_MAX 200

/* ---- one file ---- */

/* RFC 6266 §4.1: inline, so that a browser shows it; the name is that of the path. */
static int send_file(Visit *visit, const DocumentVersion *v, GError **error) {
  g_autofree char *path = document_path(visit->settings, &v->digest, FALSE);
  char hex[DIGEST_HEX_SIZE];
  digest_hex(&v->digest, hex);
  g_autofree char *tag = g_strconcat("\"", hex, "\"", NULL);
  const char *known = request_header(visit->request, "If-None-Match");
  response_set_header(visit->response, "ETag", tag);
  response_set_header(visit->response, "Cache-Control", "public, max-age=86400");
  response_set_header(visit->response, "Content-Disposition", "inline");
  response_set_header(visit->response, "Content-Language", v->language);
  if (g_strcmp0(known, tag) == 0) {
    response_set_status(visit->response, 304);
    return 0;
  }
  return response_file(visit->response, 200, v->media_type, path, error);
}

/* Beside the file: its name with ".asc" behind it. */
static int send_signature(Visit *visit, const DocumentVersion *v) {
  if (v->signature == NULL)
    return visit_not_found(visit);
  response_set_header(visit->response, "Content-Disposition", "attachment");
  response_bytes(visit->response, 200, "application/pgp-signature", v->signature->armour);
  return 0;
}

int documents_page_file(Visit *visit, GError **error) {
  Digest digest;
  g_autoptr(Document) document = NULL;
  g_autoptr(Link) link = NULL;
  if (!digest_parse(request_argument(visit->request, "sha256"), &digest))
    return visit_not_found(visit);
  const DocumentCode code = document_code_whole(&digest);
  int r = store_read(visit->house->store, &link, error);
  if (r == 0)
    r = publication_find(link, &code, clock_wall(desk_clock(visit->house->desk)), &document, error);
  g_clear_pointer(&link, link_return);
  if (r != 0)
    return r < 0 ? r : visit_not_found(visit);
  const DocumentVersion *v = g_ptr_array_index(document->versions, 0);
  return g_str_has_suffix(request_argument(visit->request, "name"), ".asc") ? send_signature(visit, v)
                                                                            : send_file(visit, v, error);
}

/* ---- what there is ---- */

static char *href_of(const DocumentVersion *v) {
  char hex[DIGEST_HEX_SIZE];
  digest_hex(&v->digest, hex);
  GString *href = g_string_new("/d/");
  g_string_append_printf(href, "%s/", hex);
  escape_append(PLACE_URL, v->name, strlen(v->name), href);
  return g_string_free(href, FALSE);
}

static void add_signature_link(Page *page, const DocumentVersion *v, const char *href, enum language language,
                               enum language reader) {
  g_autofree char *target = g_strconcat(href, ".asc", NULL), *name = g_strconcat(v->name, ".asc", NULL);
  g_autofree char *text = speech_with(SPEECH_SIGNATURE, reader, name);
  page_link(page, target, text, language);
}

static void add_signature_facts(Page *page, const Visit *visit, const DocumentSignature *s) {
  g_autofree char *day = language_date_of(visit->language, s->at, visit->settings->zone);
  g_autofree char *who = speech_with_both(SPEECH_SIGNED_ON, visit->language, s->user_id, day);
  page_fact(page, speech_in(SPEECH_SIGNED, visit->language), who, FALSE);
  page_fact(page, speech_in(SPEECH_FINGERPRINT, visit->language), s->fingerprint, TRUE);
}

static void add_version(Page *page, const Visit *visit, const DocumentVersion *v) {
  enum language reader = visit->language;
  enum language language = LANGUAGE_FR;
  char hex[DIGEST_HEX_SIZE];
  digest_hex(&v->digest, hex);
  g_autofree char *href = href_of(v);
  g_autofree char *number = g_strdup_printf("%" G_GINT64_FORMAT, v->size);
  g_autofree char *size = speech_with(SPEECH_BYTES, reader, number);
  if (!language_parse(v->language, &language))
    return;
  g_autofree char *text = g_strdup_printf("%s (%s, %s)", language_name_in(language, language), v->name, size);
  page_link(page, href, text, language);
  if (v->signature != NULL)
    add_signature_link(page, v, href, language, reader);
  page_facts_begin(page);
  page_fact(page, speech_in(SPEECH_DIGEST, reader), hex, TRUE);
  if (v->signature != NULL)
    add_signature_facts(page, visit, v->signature);
  page_facts_end(page);
}

void documents_page_link(Page *page, const Visit *visit, const Document *document) {
  const DocumentVersion *v = g_ptr_array_index(document->versions, 0);
  g_autofree char *href = href_of(v);
  enum language language = visit->language;
  language_parse(v->language, &language);
  page_heading(page, document->title);
  page_link(page, href, v->name, language);
  if (v->signature != NULL)
    add_signature_link(page, v, href, language, visit->language);
}

/* "Synthesis, 3rd edition, dated 25 November 2013, public since 9 December 2013" */
static void add_particulars(Page *page, const Visit *visit, const Document *d) {
  enum language language = visit->language;
  const DocumentVersion *first = g_ptr_array_index(d->versions, 0);
  g_autoptr(GString) text = g_string_new(speech_of_kind(d->kind, language));
  if (d->edition != 0) {
    g_autofree char *edition = language_edition(language, (guint)d->edition);
    g_string_append_printf(text, ", %s", edition);
  }
  if (d->dated != 0) {
    g_autofree char *day = day_words(d->dated, language);
    g_autofree char *dated = speech_with(SPEECH_DATED, language, day);
    g_string_append_printf(text, ", %s", dated);
  }
  g_autofree char *since = language_date_of(language, first->public_at, visit->settings->zone);
  g_autofree char *public = speech_with(SPEECH_PUBLIC_SINCE, language, since);
  g_string_append_printf(text, ", %s", public);
  page_paragraph(page, text->str);
}

void documents_page_show(Page *page, const Visit *visit, const Document *document) {
  page_heading(page, document->title);
  add_particulars(page, visit, document);
  const DocumentVersion *own = document_version(document, language_code(visit->language));
  if (own != NULL)
    add_version(page, visit, own);
  for (guint i = 0; i < document->versions->len; i++)
    if (g_ptr_array_index(document->versions, i) != own)
      add_version(page, visit, g_ptr_array_index(document->versions, i));
}

int documents_page_list(Visit *visit, GError **error) {
  g_autoptr(Link) link = NULL;
  g_autoptr(GPtrArray) documents = NULL;
  int r = store_read(visit->house->store, &link, error);
  if (r == 0)
    r = publication_list(link, clock_wall(desk_clock(visit->house->desk)), LISTED_MAX, &documents, error);
  if (r < 0)
    return r;
  Page *page = visit_page(visit, speech_in(SPEECH_DOCUMENTS, visit->language));
  page_languages(page, "/d");
  if (documents->len == 0)
    page_paragraph(page, speech_in(SPEECH_NO_DOCUMENTS, visit->language));
  for (guint i = 0; i < documents->len; i++)
    documents_page_show(page, visit, g_ptr_array_index(documents, i));
  page_respond(page, 200, visit->response);
  return 0;
}
