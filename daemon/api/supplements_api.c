/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "api/handlers.h"
#include "api/mailings_api.h"
#include "base/fault.h"
#include "base/text.h"
#include "mailing/supplement.h"

/* 201 made, 200 one waits already; "id" is null when nobody is new. */
int supplements_api_make(Ask *ask, GError **error) {
  static const char *const known[] = {"wording", NULL};
  const char *wording;
  gint64 id;
  Supplement supplement;
  int r = ask_fields(ask, known, error);
  if (r == 0)
    r = ask_id(ask, IDENT_MAILING, &id, error);
  if (r == 0)
    r = ask_text(ask, "wording", TEXT_NAME_MAX, &wording, error);
  if (r == 0)
    r = supplement_make(ask->house->desk, ask->actor, id, wording, &supplement, error);
  if (r < 0)
    return r;
  if (supplement.mailing == 0)
    return ask_respond(
        ask, 200, json_pack("{s:n, s:o, s:i}", "id", "supplements", ask_ident(IDENT_MAILING, id), "made", 0));
  return mailings_api_respond(ask, supplement.made ? 201 : 200, supplement.mailing, "made", supplement.made,
                              error);
}
