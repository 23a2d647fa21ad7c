/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/ident.h"

#include "base/fault.h"

static const char *noun_of(enum ident kind) {
  switch (kind) {
  case IDENT_CONTACT:
    return "contact";
  case IDENT_DOCUMENT:
    return "document";
  case IDENT_MAILING:
    return "mailing";
  case IDENT_ADDRESSEE:
    return "addressee";
  case IDENT_DELIVERY:
    return "delivery";
  case IDENT_CHANNEL:
    return "channel";
  case IDENT_USER:
    return "user";
  case IDENT_IMPORT:
    return "import";
  case IDENT_INBOUND:
    return "message that came in";
  case IDENT_KEY:
    return "key";
  case IDENT_PROPOSAL:
    return "proposal";
  }
  return "thing";
}

const char *ident_into(enum ident kind, gint64 number, char buffer[IDENT_SIZE]) {
  g_snprintf(buffer, IDENT_SIZE, "%c-%" G_GINT64_FORMAT, (char)kind, number);
  return buffer;
}

char *ident_text(enum ident kind, gint64 number) {
  char buffer[IDENT_SIZE];
  return number == 0 ? NULL : g_strdup(ident_into(kind, number, buffer));
}

int ident_parse(enum ident kind, const char *text, gint64 *ret_number, GError **error) {
  guint64 number = 0;
  if (text == NULL || g_ascii_toupper(text[0]) != (char)kind || text[1] != '-' ||
      !g_ascii_string_to_unsigned(text + 2, 10, 1, G_MAXINT64, &number, NULL))
    return fault(error, FAULT_INPUT, "\"%s\" is no %s: ids of this kind look like %c-12",
                 text != NULL ? text : "", noun_of(kind), (char)kind);
  *ret_number = (gint64)number;
  return 0;
}
