/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "inbound/mail_sender.h"

#include <string.h>

gboolean mail_sender_is_system(const Parts *parts) {
  static const char *const names[] = {
      "mailer-daemon", "mailerdaemon", "mail-daemon",          "maildaemon", "postmaster",
      "post_master",   "mdaemon",      "mail.delivery.system", "mailsystem", NULL};
  g_autoptr(GPtrArray) from = g_ptr_array_new_with_free_func(g_free);
  parts_addresses(parts, "From", from, NULL);
  g_autofree char *field = parts_field(parts, "From");
  if (from->len == 0 || strchr(from->pdata[0], '@') == NULL) {
    g_autofree char *low = g_ascii_strdown(field != NULL ? field : "", -1);
    return strstr(low, "daemon") != NULL || strstr(low, "postmaster") != NULL || strstr(low, "<>") != NULL ||
           low[0] == '\0';
  }
  g_autofree char *low = g_ascii_strdown(from->pdata[0], -1);
  *strchr(low, '@') = '\0';
  return g_strv_contains(names, low);
}

gboolean mail_sender_is_null(const Parts *parts) {
  g_autofree char *path = parts_field(parts, "Return-Path");
  if (path == NULL)
    return FALSE;
  g_strstrip(path);
  return g_str_equal(path, "<>") || path[0] == '\0' || g_ascii_strcasecmp(path, "<MAILER-DAEMON>") == 0;
}

gboolean mail_sender_answers(const Parts *parts) {
  static const char *const beginnings[] = {
      "re:", "aw:", "rv:", "r:", "sv:", "tr:", "fwd:", "fw:", "wg:", "enc:"};
  g_autofree char *subject = parts_field(parts, "Subject");
  g_autofree char *in_reply_to = parts_field(parts, "In-Reply-To");
  g_autofree char *references = parts_field(parts, "References");
  if (subject == NULL || (in_reply_to == NULL && references == NULL) || mail_sender_is_null(parts))
    return FALSE;
  g_autofree char *low = g_ascii_strdown(g_strstrip(subject), -1);
  for (gsize i = 0; i < G_N_ELEMENTS(beginnings); i++)
    if (g_str_has_prefix(low, beginnings[i]))
      return TRUE;
  return FALSE;
}
