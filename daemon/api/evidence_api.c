/* SPDX-License-Identifier: GPL-3.0-or-later */
/* evidence_api.c - the bundle that shows what became of one delivery */
#include "api/export_folder.h"
#include "api/handlers.h"
#include "base/fault.h"
#include "evidence/evidence.h"

/* Apart from handing it out, because that changes nothing. */
int evidence_api_announce(Ask *ask, GError **error) {
  static const char *const known[] = {NULL};
  g_autofree char *unsigned_because = NULL;
  gint64 delivery;
  int r = ask_fields(ask, known, error);
  if (r == 0)
    r = ask_id(ask, IDENT_DELIVERY, &delivery, error);
  if (r == 0)
    r = evidence_announce(ask->house->desk, ask->house->log_keeper, ask->actor, delivery, &unsigned_because,
                          error);
  if (r < 0)
    return r;
  return ask_respond(ask, 200,
                     json_pack("{s:o, s:b, s:s?}", "id", ask_ident(IDENT_DELIVERY, delivery), "signed",
                               unsigned_because == NULL, "unsigned_because", unsigned_because));
}

static int read_terms(const Ask *ask, EvidenceTerms *terms, GError **error) {
  static const char *const known[] = {"language", NULL}, *const languages[] = {"fr", "en", NULL};
  int r = ask_query(ask, known, error);
  if (r == 0)
    r = ask_id(ask, IDENT_DELIVERY, &terms->delivery, error);
  if (r == 0)
    r = ask_query_text(ask, "language", &terms->language, error);
  if (r < 0)
    return r;
  if (terms->language == NULL)
    terms->language = languages[0];
  if (!g_strv_contains(languages, terms->language))
    return fault(error, FAULT_INPUT, "language: \"%s\" is none that a bundle explains itself in: fr or en",
                 terms->language);
  return 0;
}

int evidence_api_fetch(Ask *ask, GError **error) {
  g_autofree char *folder = NULL,
                  *inbound = g_build_filename(ask->house->config->valise.state_dir, "inbound", NULL);
  EvidenceTerms terms = {.inbound = inbound};
  int r = read_terms(ask, &terms, error);
  if (r == 0)
    r = export_folder_make(ask, &folder, error);
  if (r < 0)
    return r;
  r = evidence_write(ask->house->desk, ask->actor, &terms, folder, error);
  return export_folder_send(ask, folder, r, error);
}
