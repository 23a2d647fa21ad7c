/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sign/content_type.h"

#include <string.h>

#include "mail/parameter.h"

void content_type_clear(ContentType *type) {
  g_clear_pointer(&type->type, g_free);
  g_clear_pointer(&type->names, g_ptr_array_unref);
  g_clear_pointer(&type->values, g_ptr_array_unref);
}

const char *content_type_get(const ContentType *type, const char *name) {
  for (guint i = 0; i < type->names->len; i++)
    if (strcmp(g_ptr_array_index(type->names, i), name) == 0)
      return g_ptr_array_index(type->values, i);
  return NULL;
}

const char *content_type_boundary(const ContentType *type) {
  const char *boundary = content_type_get(type, "boundary");
  gsize length = boundary != NULL ? strlen(boundary) : 0;
  if (length == 0 || length > CONTENT_BOUNDARY_MAX || boundary[length - 1] == ' ')
    return NULL;
  for (gsize i = 0; i < length; i++)
    if (!g_ascii_isalnum(boundary[i]) && strchr("'()+_,-./:=? ", boundary[i]) == NULL)
      return NULL;
  return boundary;
}

static const char *skip_blanks(const char *at) {
  return at + strspn(at, " \t");
}

/* A token up to one of the octets in STOP; lower case, or NULL. *AT moves behind it. */
static char *take_token(const char **at, const char *stop) {
  gsize length = strcspn(*at, stop);
  char *token = parameter_is_token(*at, length) ? g_ascii_strdown(*at, (gssize)length) : NULL;
  *at += length;
  return token;
}

static char *take_quoted(const char **at) {
  g_autoptr(GString) value = g_string_new(NULL);
  const char *c = *at + 1;
  for (; *c != '\0' && *c != '"'; c++) {
    if (*c == '\\')
      return NULL;
    g_string_append_c(value, *c);
  }
  if (*c == '\0')
    return NULL;
  *at = c + 1;
  return g_string_free(g_steal_pointer(&value), FALSE);
}

static char *take_value(const char **at) {
  if (**at == '"')
    return take_quoted(at);
  gsize length = strcspn(*at, " \t;");
  char *value = parameter_is_token(*at, length) ? g_strndup(*at, length) : NULL;
  *at += length;
  return value;
}

/* What decides must stand there once and in its plain spelling. */
static gboolean is_clear_name(const ContentType *type, const char *name) {
  static const char *const deciding[] = {"boundary", "protocol",          "micalg",
                                         "hp",       "protected-headers", "smime-type"};
  gsize length = strcspn(name, "*");
  for (gsize i = 0; name[length] != '\0' && i < G_N_ELEMENTS(deciding); i++)
    if (strlen(deciding[i]) == length && strncmp(name, deciding[i], length) == 0)
      return FALSE;
  return content_type_get(type, name) == NULL && type->names->len < CONTENT_PARAMETERS_MAX;
}

static gboolean take_parameter(ContentType *type, const char **at) {
  g_autofree char *name = take_token(at, " \t=;");
  *at = skip_blanks(*at);
  if (name == NULL || **at != '=' || !is_clear_name(type, name))
    return FALSE;
  *at = skip_blanks(*at + 1);
  char *value = take_value(at);
  if (value == NULL)
    return FALSE;
  g_ptr_array_add(type->names, g_steal_pointer(&name));
  g_ptr_array_add(type->values, value);
  return TRUE;
}

gboolean content_type_read(const char *value, ContentType *ret) {
  *ret = (ContentType){NULL, g_ptr_array_new_with_free_func(g_free), g_ptr_array_new_with_free_func(g_free)};
  const char *at = skip_blanks(value);
  g_autofree char *major = take_token(&at, " \t/;");
  if (major == NULL || *at != '/')
    return FALSE;
  at++;
  g_autofree char *minor = take_token(&at, " \t;");
  if (minor == NULL)
    return FALSE;
  ret->type = g_strconcat(major, "/", minor, NULL);
  for (at = skip_blanks(at); *at == ';'; at = skip_blanks(at)) {
    at = skip_blanks(at + 1);
    if (*at == '\0') /* a last semicolon with nothing behind it is common, and means one thing */
      return TRUE;
    if (!take_parameter(ret, &at))
      return FALSE;
  }
  return *at == '\0';
}
