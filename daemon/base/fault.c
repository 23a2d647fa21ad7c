/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/fault.h"

#include <errno.h>

typedef struct {
  GString *trail;
} FaultPrivate;

static void fault_private_init(FaultPrivate *p) {
  p->trail = g_string_new(NULL);
}

static void fault_private_copy(const FaultPrivate *from, FaultPrivate *to) {
  g_string_assign(to->trail, from->trail->str);
}

static void fault_private_clear(FaultPrivate *p) {
  g_string_free(p->trail, TRUE);
}

static FaultPrivate *fault_get_private(const GError *error);

G_DEFINE_EXTENDED_ERROR(Fault, fault)

static void note_origin(GError *error, const char *function, int line) {
  FaultPrivate *p = fault_get_private(error);
  if (p == NULL)
    return;
  if (p->trail->len > 0)
    g_string_append(p->trail, " < ");
  g_string_append_printf(p->trail, "%s:%d", function, line);
}

static int fault_set(GError **error, enum fault code, const char *function, int line, char *sentence) {
  if (error != NULL) {
    g_assert(*error == NULL);
    *error = g_error_new_literal(FAULT_DOMAIN, code, sentence);
    note_origin(*error, function, line);
  }
  g_free(sentence);
  return code;
}

int fault_at(GError **error, enum fault code, const char *function, int line, const char *format, ...) {
  va_list args;
  va_start(args, format);
  char *sentence = g_strdup_vprintf(format, args);
  va_end(args);
  return fault_set(error, code, function, line, sentence);
}

int fault_errno_at(GError **error, int errnum, const char *function, int line, const char *format, ...) {
  va_list args;
  va_start(args, format);
  g_autofree char *what = g_strdup_vprintf(format, args);
  va_end(args);
  const char *why = g_strerror(errnum);
  if (errnum == ENOSPC || errnum == EDQUOT)
    why = "the disk is full; free some space, then try again";
  return fault_set(error, FAULT_SYSTEM, function, line, g_strdup_printf("%s: %s", what, why));
}

int fault_prefix_at(GError **error, const char *function, int line, const char *format, ...) {
  if (error == NULL || *error == NULL)
    return FAULT_SYSTEM;
  va_list args;
  va_start(args, format);
  g_autofree char *prefix = g_strdup_vprintf(format, args);
  va_end(args);
  g_prefix_error(error, "%s: ", prefix);
  note_origin(*error, function, line);
  return fault_code(*error);
}

int fault_code(const GError *error) {
  return error != NULL && error->domain == FAULT_DOMAIN ? error->code : FAULT_SYSTEM;
}

const char *fault_trail(const GError *error) {
  if (error == NULL || error->domain != FAULT_DOMAIN)
    return "";
  return fault_get_private(error)->trail->str;
}
