/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * token.h - the unforgeable mark of one delivery, on envelopes, reply addresses and links
 *
 * 24 characters in the alphabet of base32_of: key id (1), delivery number (7), then 80 bits of HMAC-SHA-256
 * (RFC 2104) over a label and both (16). A delivery has a token for each of four labels; who sees one can
 * make none of the others. Tokens travel in local-parts, which some hosts put into lower or upper case: read
 * in either.
 */
#pragma once

#include "mail/address.h"

#include <glib.h>

#define TOKEN_LENGTH     24
#define TOKEN_SIZE       (TOKEN_LENGTH + 1)
#define TOKEN_KEY_SIZE   32
#define TOKEN_KEY_ID_MAX 31
#define TOKEN_NUMBER_MAX ((G_GINT64_CONSTANT(1) << 35) - 1)

/* Where a token stands; they may be or-ed where several are expected. */
enum token_label {
  TOKEN_ENV = 1,   /* envelope sender, ENVID, Disposition-Notification-To */
  TOKEN_REPLY = 2, /* Reply-To */
  TOKEN_PAGE = 4,  /* the link to the recipient's page: only in the body, never logged or shown */
  TOKEN_UNSUB = 8, /* the link that unsubscribes */
};

typedef struct {
  guint8 id; /* 0 to TOKEN_KEY_ID_MAX; old keys stay readable after a change */
  guint8 bytes[TOKEN_KEY_SIZE];
} TokenKey;

/* NUMBER is 1 to TOKEN_NUMBER_MAX. */
void token_make(const TokenKey *key, enum token_label label, gint64 number, char ret_text[TOKEN_SIZE]);

/* 0 with the label and the number; TOKEN_MALFORMED when TEXT does not look like a token; TOKEN_FORGED when it
 * does, but none of KEYS made it for one of LABELS. Compares in constant time. Each ret may be NULL. */
enum { TOKEN_MALFORMED = 1, TOKEN_FORGED = 2 };
int token_read(const TokenKey *keys, gsize key_count, const char *text, guint labels,
               enum token_label *ret_label, gint64 *ret_number);

/* reponses@forum.example and a token give reponses+TOKEN@forum.example. FAULT_INPUT when the separator is not
 * made of 1 to 4 of "+-=_#~" (or one "."), the account's local-part is quoted, or there is no room for the
 * token in 64 octets: all of them mistakes of the configuration. The caller frees *ret. */
int token_address(const Address *account, const char *separator, const char *token, char **ret,
                  GError **error);

/* The token in an address that token_address may have made, in any case of letters; not verified: token_read
 * does that. FALSE when ADDRESS is not ACCOUNT with a separator and 24 characters more. */
gboolean token_of_address(const Address *account, const char *separator, const char *address,
                          char ret_text[TOKEN_SIZE]);
