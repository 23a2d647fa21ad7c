/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Cards, in pieces and whole; each property is asked for all that the house asks of one. */
#include "contacts/vcard_read.h"
#include "fuzz/fuzz.h"

static int add_card(const Vcard *card, gpointer data, G_GNUC_UNUSED GError **error) {
  GString *to = data;
  fuzz_expect(card->properties->len <= VCARD_PROPERTIES_MAX);
  for (guint i = 0; i < card->properties->len; i++) {
    const VcardProperty *property = card->properties->pdata[i];
    g_autofree char *text = vcard_property_text(property);
    g_auto(GStrv) parts = vcard_property_parts(property, ';'), values = vcard_property_parts(property, ',');
    vcard_property_has(property, "TYPE", "home");
    g_string_append_printf(to, "%s=%s %u %u;", property->name, text, g_strv_length(parts),
                           g_strv_length(values));
  }
  return 0;
}

static void complain(gint64 line, const char *sentence, gpointer data) {
  fuzz_expect(line > 0 && sentence[0] != '\0');
  g_string_append((GString *)data, "?");
}

static int feed(const char *text, gsize length, gsize piece, GString *to) {
  g_autoptr(VcardReader) reader = vcard_reader_new(add_card, complain, to);
  int r = 0;
  for (gsize at = 0; r == 0 && at < length; at += piece)
    r = vcard_reader_feed(reader, text + at, MIN(piece, length - at), NULL);
  return r == 0 ? vcard_reader_finish(reader, NULL) : r;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  if (size == 0)
    return 0;
  g_autofree char *valid = g_utf8_make_valid((const char *)data + 1, (gssize)size - 1);
  g_autoptr(GString) whole = g_string_new(NULL), pieces = g_string_new(NULL);
  gsize length = strlen(valid);
  int a = feed(valid, length, MAX(length, 1), whole), b = feed(valid, length, 1 + data[0] % 9, pieces);
  fuzz_expect(a == b && g_str_equal(whole->str, pieces->str));
  return 0;
}
