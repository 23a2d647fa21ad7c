/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "web/public.h"

#include <string.h>

#include "base/fault.h"
#include "base/log.h"
#include "http/route.h"
#include "web/visit.h"

typedef struct {
  Route route;
  VisitHandler handler;
} Row;

static const Row rows[] = {
#define ROUTE(method, path, handler, sentence) {{#method, path}, handler},
#include "web/routes.def"
#undef ROUTE
};

struct Public {
  PublicHouse house;
  Routes *routes;
};

Public *public_new(const PublicHouse *house) {
  Public *public = g_new0(Public, 1);
  public->house = *house;
  public->routes = routes_new(rows, sizeof(Row), G_N_ELEMENTS(rows));
  return public;
}

void public_free(Public *public) {
  if (public == NULL)
    return;
  routes_free(public->routes);
  g_free(public);
}

/* ---- a visit ---- */

/* The one asked for, else what the browser says, else the organisation's own. */
static enum language language_of(const Visit *visit) {
  enum language language = LANGUAGE_FR;
  const GPtrArray *own = visit->settings->languages;
  const char *asked = request_query(visit->request, "language");
  if (asked != NULL && language_parse(asked, &language))
    return language;
  if (own->len > 0)
    language_parse(g_ptr_array_index(own, 0), &language);
  return speech_accepted(request_header(visit->request, "Accept-Language"), language);
}

Page *visit_page(const Visit *visit, const char *title) {
  const MailingSettings *s = visit->settings;
  const char *name = mailing_settings_in(s, s->organisation, language_code(visit->language));
  return page_new(visit->language, title, name != NULL ? name : s->from);
}

static void respond_words(const Visit *visit, guint status, enum speech title, enum speech help) {
  Page *page = visit_page(visit, speech_in(title, visit->language));
  page_paragraph(page, speech_in(help, visit->language));
  page_respond(page, status, visit->response);
}

int visit_not_found(Visit *visit) {
  respond_words(visit, 404, SPEECH_NOT_FOUND, SPEECH_NOT_FOUND_HELP);
  return 0;
}

static void visit_begin(Visit *visit, const Public *public, const Request *request, Response *response) {
  *visit = (Visit){.house = &public->house, .request = request, .response = response};
  visit->settings = desk_settings(public->house.desk);
  visit->language = language_of(visit);
}

/* ---- the two doors ---- */

static gboolean is_proxy(const Public *public, const Request *request) {
  const char *remote = request_remote(request);
  return public->house.trusted_proxy == NULL || strcmp(remote, "unix") == 0 ||
         strcmp(remote, public->house.trusted_proxy) == 0;
}

int public_gate(Request *request, Response *response, gpointer data) {
  const Public *public = data;
  Visit visit;
  visit_begin(&visit, public, request, response);
  const Row *row = is_proxy(public, request) ? routes_find(public->routes, request, response) : NULL;
  if (row == NULL && response_status(response) == 404)
    visit_not_found(&visit);
  else if (row == NULL)
    respond_words(&visit, response_status(response) == 405 ? 405 : 403, SPEECH_REFUSED, SPEECH_REFUSED_HELP);
  request_set_data(request, (gpointer)row, NULL);
  mailing_settings_unref(visit.settings);
  return row == NULL ? 1 : 0;
}

void public_handle(const Request *request, Response *response, gpointer data) {
  const Row *row = request_data(request);
  g_autoptr(GError) error = NULL;
  Visit visit;
  visit_begin(&visit, data, request, response);
  if (row->handler(&visit, &error) < 0) {
    log_fault("a page cannot be served", error);
    respond_words(&visit, 503, SPEECH_TROUBLE, SPEECH_TROUBLE_HELP);
  }
  mailing_settings_unref(visit.settings);
}

int front_page(Visit *visit, G_GNUC_UNUSED GError **error) {
  response_set_header(visit->response, "Location", "/d");
  response_set_status(visit->response, 302);
  return 0;
}

int style_page(Visit *visit, G_GNUC_UNUSED GError **error) {
  response_set_header(visit->response, "Cache-Control", "public, max-age=86400");
  response_text(visit->response, 200, "text/css; charset=utf-8", page_style);
  return 0;
}
