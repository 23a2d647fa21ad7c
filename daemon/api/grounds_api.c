/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "api/contact_json.h"
#include "api/evidence.h"
#include "api/handlers.h"
#include "base/fault.h"
#include "base/file.h"
#include "base/text.h"
#include "contacts/ground.h"

/* ---- evidence files ---- */

/* Kept by its digest first; a ground then names it. One that no ground comes to name harms nobody. */
int grounds_api_evidence(Ask *ask, GError **error) {
  static const char *const known[] = {NULL};
  const char *upload = request_upload(ask->request);
  Digest digest;
  goffset size;
  int r = ask_query(ask, known, error);
  if (r == 0 && (upload == NULL || request_upload_size(ask->request) == 0))
    r = fault(error, FAULT_INPUT, "a file is wanted as the body: the evidence, and no empty one");
  g_autofree char *folder = evidence_folder(ask->house->config);
  if (r == 0)
    r = file_make_folder(folder, 0700, error);
  if (r == 0)
    r = file_store_by_digest(upload, folder, GROUND_FILE_MAX, &digest, &size, error);
  if (r < 0)
    return r;
  return ask_respond(ask, 201,
                     json_pack("{s:o, s:I}", "sha256", ask_digest(&digest), "size", (json_int_t)size));
}

static int read_file(const Ask *ask, Ground *ground, GError **error) {
  const char *digest;
  goffset size = 0;
  Digest found;
  int r = ask_text(ask, "file", DIGEST_HEX_SIZE, &digest, error);
  if (r == 0)
    r = ask_text(ask, "file_name", TEXT_NAME_MAX, &ground->file_name, error);
  if (r < 0 || (digest == NULL && ground->file_name == NULL))
    return r;
  if (digest == NULL || text_blank(ground->file_name) || !digest_parse(digest, &ground->file))
    return fault(
        error, FAULT_INPUT,
        "file: the SHA-256 of a file that was sent to evidence before is wanted, and with it file_name");
  g_autofree char *path = evidence_path(ask->house->config, &ground->file);
  r = file_digest(path, &found, &size, NULL);
  if (r < 0)
    return fault(error, FAULT_INPUT, "file: no file of this SHA-256 was sent to evidence; send it first");
  ground->file_size = size;
  return 0;
}

int grounds_api_fetch(Ask *ask, GError **error) {
  static const char *const known[] = {NULL};
  g_autoptr(Link) link = NULL;
  g_autoptr(Contact) contact = NULL;
  g_autofree char *name = NULL;
  const char *number = request_argument(ask->request, "ground");
  guint64 ground = 0;
  goffset size;
  Digest digest, found;
  int r = ask_query(ask, known, error);
  if (r == 0)
    r = store_read(ask->house->store, &link, error);
  if (r == 0)
    r = contact_json_named(ask, link, &contact, error);
  if (r == 0 && !g_ascii_string_to_unsigned(number, 10, 1, G_MAXINT64, &ground, NULL))
    ground = 0;
  if (r == 0)
    r = ground_file(link, contact->id, (gint64)ground, ask_clearance(ask), &digest, &name, error);
  if (r < 0)
    return r;
  g_autofree char *path = evidence_path(ask->house->config, &digest);
  r = file_digest(path, &found, &size, error);
  if (r == 0 && !digest_equal(&found, &digest))
    r = fault(error, FAULT_SYSTEM, "%s: is not the file that was kept under this name; restore a backup",
              path);
  return r == 0 ? response_file(ask->response, 200, "application/octet-stream", path, error) : r;
}

/* ---- grounds ---- */

int grounds_api_add(Ask *ask, GError **error) {
  static const char *const known[] = {"kind", "area", "evidence", "date", "file", "file_name", NULL};
  const char *kind;
  Ground ground = {0};
  gint64 id;
  int r = ask_fields(ask, known, error);
  if (r == 0)
    r = contact_json_target(ask, &ground.contact, error);
  if (r == 0)
    r = ask_needed(ask, "kind", 40, &kind, error);
  if (r == 0 && !ground_kind_parse(kind, &ground.kind))
    r = fault(error, FAULT_INPUT, "kind: \"%s\" is neither approval-expressed nor sse-promotion", kind);
  if (r == 0)
    r = ask_text(ask, "area", TEXT_NAME_MAX, &ground.area, error);
  if (r == 0)
    r = ask_needed(ask, "evidence", TEXT_LINE_MAX, &ground.evidence, error);
  if (r == 0)
    r = contact_json_day(ask, "date", &ground.date, error);
  if (r == 0)
    r = read_file(ask, &ground, error);
  if (r == 0)
    r = ground_note(ask->house->contacts, ask->actor, &ground, &id, error);
  return r < 0 ? r : contact_json_respond(ask, 201, ground.contact, error);
}
