/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "reply/sender.h"

#include "reply/intake.h"

static gboolean is_own(const SenderTrust *trust, const char *account, const char *server) {
  gboolean any = g_strcmp0(account, INTAKE_BY_HAND) == 0;
  for (const SenderTrust *t = trust; t != NULL && t->account != NULL; t++)
    if (t->authserv_id != NULL && (any || g_strcmp0(t->account, account) == 0) &&
        g_ascii_strcasecmp(t->authserv_id, server) == 0)
      return TRUE;
  return FALSE;
}

enum handle_dmarc sender_dmarc(const SenderTrust *trust, const char *account, const Verdict *v) {
  for (guint i = 0; i < v->authentication->len; i++) {
    const VerdictAuthentication *a = g_ptr_array_index(v->authentication, i);
    if (a->server == NULL || !is_own(trust, account, a->server))
      break;
    if (a->dmarc == NULL)
      continue;
    if (g_str_equal(a->dmarc, "pass"))
      return DMARC_PASS;
    return g_str_equal(a->dmarc, "fail") ? DMARC_FAIL : DMARC_NONE;
  }
  return DMARC_NONE;
}

static const char *by_of(enum channel_via via) {
  switch (via) {
  case VIA_NONE:
    return "principal";
  case VIA_PRIVATE_OFFICE:
  case VIA_HOUSEHOLD:
    return "private-office";
  case VIA_MISSION:
  case VIA_EMBASSY:
    return "mission";
  case VIA_MINISTRY:
    return "other";
  }
  return "other";
}

int sender_of(Link *link, const DeliveryRow *row, const char *address, gboolean *ret_known,
              const char **ret_by, GError **error) {
  ChannelOwner owner;
  *ret_known = FALSE;
  *ret_by = address != NULL ? "other" : "unknown";
  int r = address != NULL ? channel_of_mailbox(link, 1, address, row->contact, &owner, error) : 1;
  if (r != 0)
    return MIN(r, 0);
  *ret_known = TRUE;
  *ret_by = by_of(owner.via);
  return 0;
}
