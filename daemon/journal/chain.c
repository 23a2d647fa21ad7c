/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "journal/chain.h"

#include <string.h>

#include "base/fault.h"

#define HEX (2 * DIGEST_SIZE)

void chain_start(Head *ret_head) {
  ret_head->index = 0;
  ret_head->line = digest_of("", 0);
}

static gsize append_index(char *to, gint64 index) {
  char digits[20];
  gsize n = 0;
  do
    digits[n++] = (char)('0' + index % 10);
  while ((index /= 10) > 0);
  for (gsize i = 0; i < n; i++)
    to[i] = digits[n - 1 - i];
  return n;
}

gsize chain_line(const Head *head, const Digest *commitment, char line[CHAIN_LINE_SIZE]) {
  gsize n = append_index(line, head->index + 1);
  line[n++] = ' ';
  digest_hex(&head->line, line + n);
  n += HEX;
  line[n++] = ' ';
  digest_hex(commitment, line + n);
  n += HEX;
  line[n++] = '\n';
  line[n] = '\0';
  return n;
}

void chain_advance(Head *head, const Digest *commitment) {
  char line[CHAIN_LINE_SIZE];
  gsize length = chain_line(head, commitment, line);
  head->line = digest_of(line, length);
  head->index++;
}

/* Digests are written in lower case only: a line has one spelling. */
static gboolean read_digest(const char *from, Digest *ret) {
  char hex[DIGEST_HEX_SIZE];
  memcpy(hex, from, HEX);
  hex[HEX] = '\0';
  for (gsize i = 0; i < HEX; i++)
    if (g_ascii_isupper(hex[i]))
      return FALSE;
  return digest_parse(hex, ret);
}

static gsize read_index(const char *from, gsize length, gint64 *ret) {
  gint64 index = 0;
  gsize n = 0;
  for (; n < length && n < 18 && g_ascii_isdigit(from[n]); n++)
    index = index * 10 + (from[n] - '0');
  *ret = index;
  return n > 0 && from[0] != '0' ? n : 0;
}

gboolean chain_read(const char *text, gsize length, ChainLine *ret) {
  gsize n = read_index(text, length, &ret->index);
  return n > 0 && length == n + 2 * (1 + HEX) + 1 && text[n] == ' ' && text[n + 1 + HEX] == ' ' &&
         text[length - 1] == '\n' && read_digest(text + n + 1, &ret->previous) &&
         read_digest(text + n + 2 + HEX, &ret->commitment);
}

enum chain_flaw chain_follow(Head *head, const ChainLine *line) {
  if (line->index > head->index + 1)
    return CHAIN_GAP;
  if (line->index <= head->index)
    return CHAIN_BACK;
  if (!digest_equal(&line->previous, &head->line))
    return CHAIN_BROKEN;
  chain_advance(head, &line->commitment);
  return CHAIN_INTACT;
}

char *head_text(const Head *head) {
  char hex[DIGEST_HEX_SIZE];
  digest_hex(&head->line, hex);
  return g_strdup_printf("%" G_GINT64_FORMAT ":%s", head->index, hex);
}

int head_parse(const char *text, Head *ret_head, GError **error) {
  gsize length = strlen(text);
  gsize n = read_index(text, length, &ret_head->index);
  if (n == 0 && g_str_has_prefix(text, "0:"))
    n = 1;
  if (n == 0 || length != n + 1 + HEX || text[n] != ':' || !read_digest(text + n + 1, &ret_head->line))
    return fault(error, FAULT_INPUT,
                 "\"%s\" is no head of the journal: write its index, a colon and 64 hexadecimal digits, as "
                 "`valise log verify` prints it",
                 text);
  return 0;
}
