/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "mail/token.h"

#include <string.h>

#include "base/digest.h"
#include "base/fault.h"

#define NUMBER_LENGTH 7
#define MAC_LENGTH    16
#define MAC_AT        (1 + NUMBER_LENGTH)

static const enum token_label labels_known[] = {TOKEN_ENV, TOKEN_REPLY, TOKEN_PAGE, TOKEN_UNSUB};

static const char *label_name(enum token_label label) {
  switch (label) {
  case TOKEN_ENV:
    return "env";
  case TOKEN_REPLY:
    return "reply";
  case TOKEN_PAGE:
    return "page";
  case TOKEN_UNSUB:
    return "unsub";
  }
  g_assert_not_reached();
}

/* Key id and number as 40 bits: eight characters of the alphabet, and the message that is hashed. */
static void clear_part(guint8 id, gint64 number, guint8 to[5]) {
  guint64 bits = (guint64)id << 35 | (guint64)number;
  for (int i = 0; i < 5; i++)
    to[i] = (guint8)(bits >> (32 - 8 * i));
}

/* What is hashed begins with a name of its own, so that no other use of the same key can ever yield a token.
 */
static Digest mac_of(const TokenKey *key, enum token_label label, const guint8 clear[5]) {
  char text[32];
  int n = g_snprintf(text, sizeof text - 5, "valise token %s:", label_name(label));
  g_assert(n > 0 && (gsize)n < sizeof text - 5);
  memcpy(text + n, clear, 5);
  return digest_keyed(key->bytes, TOKEN_KEY_SIZE, text, (gsize)n + 5);
}

void token_make(const TokenKey *key, enum token_label label, gint64 number, char ret_text[TOKEN_SIZE]) {
  g_assert(number > 0 && number <= TOKEN_NUMBER_MAX && key->id <= TOKEN_KEY_ID_MAX);
  guint8 clear[5];
  clear_part(key->id, number, clear);
  Digest mac = mac_of(key, label, clear);
  base32_of(clear, sizeof clear, ret_text, MAC_AT);
  base32_of(mac.bytes, DIGEST_SIZE, ret_text + MAC_AT, MAC_LENGTH);
}

/* The alphabet, asked from its owner once: value of each character in either case, or -1. */
static const signed char *alphabet(void) {
  static signed char values[256];
  static gsize ready = 0;
  if (g_once_init_enter(&ready)) {
    memset(values, -1, sizeof values);
    for (int i = 0; i < 32; i++) {
      char letter[2];
      const guint8 bits = (guint8)(i << 3);
      base32_of(&bits, 1, letter, 1);
      values[(guchar)letter[0]] = (signed char)i;
      values[(guchar)g_ascii_toupper(letter[0])] = (signed char)i;
    }
    g_once_init_leave(&ready, 1);
  }
  return values;
}

/* Lower case into TO when TEXT is 24 characters of the alphabet and nothing more. */
static gboolean well_formed(const char *text, char to[TOKEN_SIZE]) {
  const signed char *values = alphabet();
  for (int i = 0; i < TOKEN_LENGTH; i++) {
    if (values[(guchar)text[i]] < 0)
      return FALSE;
    to[i] = g_ascii_tolower(text[i]);
  }
  to[TOKEN_LENGTH] = '\0';
  return text[TOKEN_LENGTH] == '\0';
}

/* Equal in a time that does not depend on where they differ. */
static gboolean same_mac(const char *a, const char *b) {
  volatile guint8 difference = 0;
  for (int i = 0; i < MAC_LENGTH; i++)
    difference |= (guint8)(a[i] ^ b[i]);
  return difference == 0;
}

static gint64 number_of(const char *text) {
  const signed char *values = alphabet();
  gint64 number = 0;
  for (int i = 1; i < MAC_AT; i++)
    number = number << 5 | values[(guchar)text[i]];
  return number;
}

/* Does KEY make GIVEN for NUMBER and one of LABELS? Then *ret_label is which. */
static gboolean made_by(const TokenKey *key, const char *given, gint64 number, guint labels,
                        enum token_label *ret_label) {
  for (gsize i = 0; i < G_N_ELEMENTS(labels_known); i++) {
    char own[TOKEN_SIZE];
    if ((labels & labels_known[i]) == 0)
      continue;
    token_make(key, labels_known[i], number, own);
    if (same_mac(own + MAC_AT, given + MAC_AT)) {
      *ret_label = labels_known[i];
      return TRUE;
    }
  }
  return FALSE;
}

int token_read(const TokenKey *keys, gsize key_count, const char *text, guint labels,
               enum token_label *ret_label, gint64 *ret_number) {
  char given[TOKEN_SIZE];
  if (!well_formed(text, given))
    return TOKEN_MALFORMED;
  gint64 number = number_of(given);
  int id = alphabet()[(guchar)given[0]];
  enum token_label label;
  for (gsize i = 0; i < key_count && number > 0; i++) {
    if (keys[i].id != id || !made_by(&keys[i], given, number, labels, &label))
      continue;
    if (ret_label != NULL)
      *ret_label = label;
    if (ret_number != NULL)
      *ret_number = number;
    return 0;
  }
  return TOKEN_FORGED;
}

static gboolean separator_good(const char *separator) {
  gsize length = strlen(separator);
  if (strcmp(separator, ".") == 0)
    return TRUE;
  return length >= 1 && length <= 4 && strspn(separator, "+-=_#~") == length;
}

int token_address(const Address *account, const char *separator, const char *token, char **ret,
                  GError **error) {
  if (!separator_good(separator))
    return fault(error, FAULT_INPUT,
                 "token_separator: \"%s\" cannot stand between an account and a token; write 1 to 4 of + - = "
                 "_ # ~, or "
                 "one full stop",
                 separator);
  if (account->local[0] == '"')
    return fault(error, FAULT_INPUT,
                 "%s: an account with quotes in its name cannot take tokens; choose another mailbox",
                 account->show);
  gsize length = strlen(account->local) + strlen(separator) + strlen(token);
  if (length > ADDRESS_LOCAL_MAX || length + 1 + strlen(account->domain) > ADDRESS_MAX)
    return fault(
        error, FAULT_INPUT,
        "%s: with a token of %d characters this account is longer than mail allows (64 before the @, 254 in "
        "all); choose a shorter mailbox",
        account->show, TOKEN_LENGTH);
  *ret = g_strconcat(account->local, separator, token, "@", account->domain, NULL);
  return 0;
}

gboolean token_of_address(const Address *account, const char *separator, const char *address,
                          char ret_text[TOKEN_SIZE]) {
  const char *at = strrchr(address, '@');
  gsize before = strlen(account->local), between = strlen(separator);
  if (at == NULL || (gsize)(at - address) != before + between + TOKEN_LENGTH ||
      g_ascii_strcasecmp(at + 1, account->domain) != 0)
    return FALSE;
  if (g_ascii_strncasecmp(address, account->local, before) != 0 ||
      g_ascii_strncasecmp(address + before, separator, between) != 0)
    return FALSE;
  g_autofree char *text = g_strndup(address + before + between, TOKEN_LENGTH);
  return well_formed(text, ret_text);
}
