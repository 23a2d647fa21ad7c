/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "mail/token_mend.h"

#include <string.h>

#include "base/digest.h"

#define LETTERS 32

/* What was found so far. */
typedef struct {
  const TokenKey *keys;
  gsize key_count;
  guint labels;
  guint found; /* different deliveries */
  enum token_label label;
  gint64 number;
} Search;

static const char *alphabet(void) {
  static char letters[LETTERS + 1];
  static gsize ready = 0;
  if (g_once_init_enter(&ready)) {
    for (int i = 0; i < LETTERS; i++) {
      const guint8 bits = (guint8)(i << 3);
      char letter[2];
      base32_of(&bits, 1, letter, 1);
      letters[i] = letter[0];
    }
    g_once_init_leave(&ready, 1);
  }
  return letters;
}

static void look(Search *search, const char *token) {
  enum token_label label = TOKEN_ENV;
  gint64 number = 0;
  if (token_read(search->keys, search->key_count, token, search->labels, &label, &number) != 0)
    return;
  if (search->found == 0 || search->number != number)
    search->found++;
  search->label = label;
  search->number = number;
}

/* The token is TEXT with the letter at PLACE replaced, or (one letter short) with one more before it. */
static void try_letters(Search *search, const char *text, gsize length, gsize place, gboolean insert) {
  char token[TOKEN_SIZE];
  gsize behind = insert ? place : place + 1;
  memcpy(token, text, place);
  memcpy(token + place + 1, text + behind, length - behind);
  token[TOKEN_LENGTH] = '\0';
  for (const char *letter = alphabet(); *letter != '\0'; letter++) {
    token[place] = *letter;
    look(search, token);
  }
}

static void try_swap(Search *search, const char *text, gsize place) {
  char token[TOKEN_SIZE];
  memcpy(token, text, TOKEN_SIZE);
  token[place] = text[place + 1];
  token[place + 1] = text[place];
  look(search, token);
}

static void try_without(Search *search, const char *text, gsize place) {
  char token[TOKEN_SIZE];
  memcpy(token, text, place);
  memcpy(token + place, text + place + 1, TOKEN_SIZE - place);
  look(search, token);
}

static void try_all(Search *search, const char *text, gsize length) {
  if (length == TOKEN_LENGTH)
    look(search, text);
  if (search->found > 0)
    return;
  for (gsize place = 0; place < length; place++) {
    if (length == TOKEN_LENGTH)
      try_letters(search, text, length, place, FALSE);
    if (length == TOKEN_LENGTH && place + 1 < length)
      try_swap(search, text, place);
    if (length < TOKEN_LENGTH)
      try_letters(search, text, length, place, TRUE);
    if (length > TOKEN_LENGTH)
      try_without(search, text, place);
  }
  if (length < TOKEN_LENGTH)
    try_letters(search, text, length, length, TRUE);
}

int token_mend(const TokenKey *keys, gsize key_count, const char *text, guint labels,
               enum token_label *ret_label, gint64 *ret_number) {
  Search search = {.keys = keys, .key_count = key_count, .labels = labels};
  gsize length = strlen(text);
  if (length + 1 < TOKEN_LENGTH || length > TOKEN_LENGTH + 1)
    return TOKEN_MALFORMED;
  try_all(&search, text, length);
  if (search.found != 1)
    return TOKEN_FORGED;
  if (ret_label != NULL)
    *ret_label = search.label;
  if (ret_number != NULL)
    *ret_number = search.number;
  return 0;
}
