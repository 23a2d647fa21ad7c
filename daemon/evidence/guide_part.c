/* SPDX-License-Identifier: GPL-3.0-or-later */
/* guide_part.c - what the bundle is, how it is checked, and with which keys */
#include "evidence/evidence_private.h"

#include <string.h>

#include "base/fault.h"
#include "base/ident.h"
#include "evidence/texts.inc"

static int seal_key(Evidence *e, GError **error) {
  Signer *signer = NULL;
  Keeper *keeper = desk_keeper(e->desk);
  if (!keeper_has_key(keeper))
    return 0;
  int r = keeper_signer(keeper, &signer, error);
  if (r == 0)
    evidence_needs_key(e, signer_key(signer)->fingerprint);
  return r;
}

static int add_keys(Evidence *e, GError **error) {
  g_autoptr(GByteArray) ring = g_byte_array_new();
  Home *home = NULL;
  int r = seal_key(e, error);
  if (r < 0 || e->keys->len == 0)
    return r;
  r = keeper_home(desk_keeper(e->desk), &home, error);
  for (guint i = 0; r == 0 && i < e->keys->len; i++) {
    g_autoptr(GBytes) key = NULL;
    const char *fingerprint = g_ptr_array_index(e->keys, i);
    r = key_export(home, fingerprint, FALSE, &key, error);
    if (r == 0)
      g_byte_array_append(ring, g_bytes_get_data(key, NULL), (guint)g_bytes_get_size(key));
    g_string_append_printf(e->about, "forum-key %s\n", fingerprint);
  }
  return r < 0 ? r : bundle_add(e->bundle, "forum-key.gpg", ring->data, ring->len, error);
}

static void add_ident(GString *to, const char *word, enum ident kind, gint64 number) {
  char id[IDENT_SIZE];
  g_string_append_printf(to, "%s %s\n", word, ident_into(kind, number, id));
}

static int add_about(Evidence *e, GError **error) {
  g_autoptr(MailingSettings) settings = desk_settings(e->desk);
  const char *name = mailing_settings_in(settings, settings->organisation, e->terms->language);
  g_autoptr(GString) text = g_string_new("valise-evidence 1\n");
  g_autofree char *made = moment_rfc3339(clock_wall(desk_clock(e->desk)));
  g_string_append_printf(text, "house %s <%s>\nmade %s\n", name != NULL ? name : "", settings->from, made);
  add_ident(text, "delivery", IDENT_DELIVERY, e->delivery->id);
  add_ident(text, "addressee", IDENT_ADDRESSEE, e->delivery->addressee);
  add_ident(text, "mailing", IDENT_MAILING, e->delivery->mailing);
  add_ident(text, "contact", IDENT_CONTACT, e->delivery->contact);
  g_string_append_printf(text, "state %s\nhead %" G_GINT64_FORMAT "\n",
                         delivery_state_name(e->delivery->state), e->head->number);
  if (e->head->number != 0)
    g_string_append_printf(text, "log-key %s\n", e->head->fingerprint);
  g_string_append(text, e->about->str);
  return bundle_add_text(e->bundle, "about.txt", text->str, error);
}

int guide_part(Evidence *e, GError **error) {
  gboolean english = strcmp(e->terms->language, "en") == 0;
  int r = add_keys(e, error);
  if (r == 0)
    r = add_about(e, error);
  if (r == 0)
    r = bundle_add_text(e->bundle, "README.txt", english ? readme_en_txt : readme_fr_txt, error);
  return r < 0 ? r : bundle_add_text(e->bundle, "verify.sh", verify_sh, error);
}
