/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "inbound/authentication.h"

#include <string.h>

/* Comments may nest; a quoted-pair in them counts for nothing (RFC 5322 §3.2.2). FALSE when one never ends.
 */
static gboolean skip_comment(const char **at) {
  guint depth = 0;
  for (; **at != '\0'; (*at)++) {
    if (**at == '\\' && (*at)[1] != '\0')
      (*at)++;
    else if (**at == '(')
      depth++;
    else if (**at == ')' && --depth == 0) {
      (*at)++;
      return TRUE;
    }
  }
  return FALSE;
}

/* White space and comments. */
static gboolean skip_space(const char **at) {
  while (g_ascii_isspace(**at) || **at == '(')
    if (**at == '(') {
      if (!skip_comment(at))
        return FALSE;
    } else
      (*at)++;
  return TRUE;
}

/* A quoted string, or what stands up to a separator; lower case. NULL when nothing stands there. */
static char *take_word(const char **at) {
  g_autoptr(GString) word = g_string_new(NULL);
  gboolean quoted = **at == '"';
  if (quoted)
    (*at)++;
  for (; **at != '\0'; (*at)++) {
    if (quoted ? **at == '"' : strchr(" \t\r\n;=()\"", **at) != NULL)
      break;
    if (quoted && **at == '\\' && (*at)[1] != '\0')
      (*at)++;
    g_string_append_c(word, g_ascii_tolower(**at));
  }
  if (quoted && **at != '"')
    return NULL;
  if (quoted)
    (*at)++;
  return word->len > 0 ? g_strdup(word->str) : NULL;
}

/* "name = value"; FALSE when it is not that. */
static gboolean take_pair(const char **at, char **ret_name, char **ret_value) {
  *ret_name = take_word(at);
  if (*ret_name == NULL || !skip_space(at) || **at != '=')
    return FALSE;
  (*at)++;
  *ret_value = skip_space(at) ? take_word(at) : NULL;
  return *ret_value != NULL;
}

/* One "method=result reason=... ptype.property=value ..."; *at is then at its end. FALSE: not readable. */
static gboolean take_result(const char **at, VerdictAuthentication *to) {
  gboolean dmarc = FALSE;
  for (guint n = 0; skip_space(at) && **at != '\0' && **at != ';'; n++) {
    g_autofree char *name = NULL, *value = NULL;
    if (!take_pair(at, &name, &value))
      return FALSE;
    /* A method may have a version: "dmarc/1". */
    if (n == 0 && to->dmarc == NULL && (g_str_equal(name, "dmarc") || g_str_has_prefix(name, "dmarc/"))) {
      dmarc = TRUE;
      verdict_set(&to->dmarc, value);
    } else if (dmarc && g_str_equal(name, "header.from"))
      verdict_set(&to->domain, value);
  }
  return **at == '\0' || **at == ';';
}

/* After the name comes a version, perhaps, and then the results, or "none". A field of which the end cannot
 * be read counts for what stood before it. */
VerdictAuthentication *authentication_of_field(const char *value) {
  const char *at = value;
  g_autofree char *server = skip_space(&at) ? take_word(&at) : NULL;
  if (server == NULL || !skip_space(&at))
    return NULL;
  g_autofree char *version = g_ascii_isdigit(*at) ? take_word(&at) : NULL;
  if (!skip_space(&at) || (*at != ';' && *at != '\0'))
    return NULL;
  VerdictAuthentication *result = verdict_authentication_new(server, NULL, NULL);
  while (*at == ';') {
    at++;
    if (!take_result(&at, result))
      break;
  }
  return result;
}

void authentication_read(const Parts *parts, Verdict *verdict) {
  g_autoptr(GPtrArray) values = parts_fields(parts, "Authentication-Results", VERDICT_SERVERS_MAX);
  for (guint i = 0; i < values->len; i++) {
    VerdictAuthentication *one = authentication_of_field(values->pdata[i]);
    if (one != NULL && one->server != NULL)
      g_ptr_array_add(verdict->authentication, one);
    else if (one != NULL)
      verdict_authentication_free(one);
  }
}
