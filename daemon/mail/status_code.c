/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "mail/status_code.h"

#include <string.h>

/* RFC 3463 §2: one to three digits without a leading zero. The end, or NULL. */
static const char *read_number(const char *at, const char *end, int *ret) {
  int value = 0;
  const char *begin = at;
  for (; at < end && g_ascii_isdigit(*at) && at - begin < 3; at++)
    value = 10 * value + (*at - '0');
  if (at == begin || (*begin == '0' && at - begin > 1))
    return NULL;
  *ret = value;
  return at;
}

static const char *read_code(const char *at, const char *end, StatusCode *ret) {
  if (end - at < 5 || (at[0] != '2' && at[0] != '4' && at[0] != '5') || at[1] != '.')
    return NULL;
  StatusCode code = {.class = (enum status_class)(at[0] - '0')};
  at = read_number(at + 2, end, &code.subject);
  if (at == NULL || at == end || *at != '.')
    return NULL;
  at = read_number(at + 1, end, &code.detail);
  if (at != NULL)
    *ret = code;
  return at;
}

static gsize length_of(const char *text, gssize length, gsize max) {
  return length < 0 ? strnlen(text, max) : MIN((gsize)length, max);
}

gboolean status_code_parse(const char *text, gssize length, StatusCode *ret) {
  const char *end = text + length_of(text, length, STATUS_CODE_SIZE);
  StatusCode code;
  if (read_code(text, end, &code) != end)
    return FALSE;
  *ret = code;
  return TRUE;
}

/* After the code must stand something that ends it: "5.1.1.2" is an address of a machine, "5.1.1234" nothing.
 */
static gboolean ends_here(const char *at, const char *end) {
  if (at == end)
    return TRUE;
  if (*at == '.')
    return at + 1 == end || !g_ascii_isdigit(at[1]);
  return !g_ascii_isalnum(*at);
}

gboolean status_code_of_reply(int reply_code, const char *text, gssize length, StatusCode *ret) {
  const char *end = text + length_of(text, length, STATUS_CODE_SEARCH_MAX);
  const char *at = text;
  while (at < end && *at == ' ')
    at++;
  for (const char *begin = at; at < end; at++) {
    if (at != begin && at[-1] != '#' && at[-1] != '(' && at[-1] != '[')
      continue;
    StatusCode code;
    const char *after = read_code(at, end, &code);
    if (after == NULL || !ends_here(after, end))
      continue;
    if (reply_code != 0 && (int)code.class != reply_code / 100)
      continue;
    *ret = code;
    return TRUE;
  }
  return FALSE;
}

const char *status_code_text(const StatusCode *code, char to[STATUS_CODE_SIZE]) {
  int n = g_snprintf(to, STATUS_CODE_SIZE, "%d.%d.%d", (int)code->class, code->subject, code->detail);
  g_assert(n < STATUS_CODE_SIZE);
  return to;
}
