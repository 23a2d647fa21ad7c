/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "http/form_file.h"

#include <string.h>

#define BOUNDARY_MAX 70 /* RFC 2046 §5.1.1 */

/* The value of the parameter, with or without quotes; NULL when it is missing or cannot be one. */
static char *boundary_of(const char *content_type) {
  const char *at = content_type;
  while (at != NULL && (at = strchr(at, ';')) != NULL) {
    at += 1 + strspn(at + 1, " \t");
    if (g_ascii_strncasecmp(at, "boundary=", 9) != 0)
      continue;
    const char *value = at + 9;
    gsize length = *value == '"' ? strcspn(++value, "\"") : strcspn(value, "; \t");
    return length > 0 && length <= BOUNDARY_MAX ? g_strndup(value, length) : NULL;
  }
  return NULL;
}

/* RFC 7578 §4.2: a part that is a file says how it is called. */
static gboolean names_a_file(const char *fields, gsize length) {
  g_autofree char *text = g_strndup(fields, length);
  g_autofree char *lower = g_ascii_strdown(text, -1);
  return strstr(lower, "content-disposition:") != NULL && strstr(lower, "filename") != NULL;
}

gboolean form_file_find(const char *form, gsize size, const char *content_type, const char **ret_content,
                        gsize *ret_length) {
  g_autofree char *boundary = boundary_of(content_type);
  if (boundary == NULL)
    return FALSE;
  g_autofree char *delimiter = g_strconcat("\r\n--", boundary, NULL);
  const gsize mark = strlen(delimiter);
  const char *end = form + size;
  /* The first delimiter has no line break before it. */
  const char *at = size >= mark - 2 && memcmp(form, delimiter + 2, mark - 2) == 0 ? form + mark - 2 : NULL;
  while (at != NULL && at < end) {
    const char *fields = at;
    const char *content = memmem(fields, MIN((gsize)(end - fields), FORM_HEADER_MAX), "\r\n\r\n", 4);
    if (content == NULL)
      return FALSE;
    content += 4;
    const char *next = memmem(content, (gsize)(end - content), delimiter, mark);
    if (next == NULL)
      return FALSE;
    if (names_a_file(fields, (gsize)(content - fields)) && next > content) {
      *ret_content = content;
      *ret_length = (gsize)(next - content);
      return TRUE;
    }
    at = next + mark;
  }
  return FALSE;
}
