/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "inbound/verdict.h"

#include <string.h>

Verdict *verdict_new(void) {
  Verdict *verdict = g_new0(Verdict, 1);
  verdict->references = g_ptr_array_new_with_free_func(g_free);
  verdict->addressed = g_ptr_array_new_with_free_func(g_free);
  verdict->reasons = g_array_new(FALSE, FALSE, sizeof(enum verdict_reason));
  return verdict;
}

void verdict_free(Verdict *verdict) {
  if (verdict == NULL)
    return;
  g_free(verdict->family);
  g_free(verdict->recipient);
  g_free(verdict->final_recipient);
  g_free(verdict->envelope_id);
  g_free(verdict->returned_message_id);
  g_free(verdict->words);
  g_free(verdict->message_id);
  g_ptr_array_unref(verdict->references);
  g_ptr_array_unref(verdict->addressed);
  g_free(verdict->from);
  g_free(verdict->from_name);
  g_free(verdict->reply_to);
  g_free(verdict->subject);
  g_array_unref(verdict->reasons);
  g_free(verdict);
}

void verdict_add_reason(Verdict *verdict, enum verdict_reason reason) {
  if (!verdict_has_reason(verdict, reason))
    g_array_append_val(verdict->reasons, reason);
}

gboolean verdict_has_reason(const Verdict *verdict, enum verdict_reason reason) {
  for (guint i = 0; i < verdict->reasons->len; i++)
    if (g_array_index(verdict->reasons, enum verdict_reason, i) == reason)
      return TRUE;
  return FALSE;
}

gboolean verdict_is_guess(const Verdict *verdict) {
  for (guint i = 0; i < verdict->reasons->len; i++)
    if (verdict_reason_is_guess(g_array_index(verdict->reasons, enum verdict_reason, i)))
      return TRUE;
  return FALSE;
}

void verdict_set(char **to, const char *text) {
  g_clear_pointer(to, g_free);
  if (text == NULL)
    return;
  gsize length = strnlen(text, VERDICT_TEXT_MAX);
  /* A character that the cut splits would become a sign of replacement. */
  while (length == VERDICT_TEXT_MAX && length > 0 && ((guchar)text[length] & 0xC0) == 0x80)
    length--;
  g_autofree char *valid = g_utf8_make_valid(text, (gssize)length);
  g_autoptr(GString) clean = g_string_new(NULL);
  for (const char *at = valid; *at != '\0'; at = g_utf8_next_char(at)) {
    gunichar letter = g_utf8_get_char(at);
    g_string_append_unichar(clean, g_unichar_iscntrl(letter) ? ' ' : letter);
    if (clean->len > VERDICT_TEXT_MAX - 6)
      break;
  }
  g_strstrip(clean->str);
  if (clean->str[0] != '\0')
    *to = g_strdup(clean->str);
}

const char *verdict_kind_name(enum verdict_kind kind) {
  static const char *const names[] = {
#define KIND(symbol, name) [symbol] = name,
#include "inbound/verdict_kinds.def"
#undef KIND
  };
  return names[kind];
}

const char *verdict_class_name(enum verdict_class class) {
  static const char *const names[] = {
#define CLASS(symbol, name) [symbol] = name,
#include "inbound/verdict_classes.def"
#undef CLASS
  };
  return names[class];
}

const char *verdict_cause_name(enum verdict_cause cause) {
  static const char *const names[] = {
#define CAUSE(symbol, name) [symbol] = name,
#include "inbound/verdict_causes.def"
#undef CAUSE
  };
  return names[cause];
}

const char *verdict_disposition_name(enum verdict_disposition disposition) {
  static const char *const names[] = {
#define DISPOSITION(symbol, name) [symbol] = name,
#include "inbound/verdict_dispositions.def"
#undef DISPOSITION
  };
  return names[disposition];
}

static const struct {
  const char *name;
  gboolean guess;
  const char *sentence;
} reasons[] = {
#define REASON(symbol, name, guess, sentence) [symbol] = {name, guess, sentence},
#include "inbound/verdict_reasons.def"
#undef REASON
};

const char *verdict_reason_name(enum verdict_reason reason) {
  return reasons[reason].name;
}

const char *verdict_reason_sentence(enum verdict_reason reason) {
  return reasons[reason].sentence;
}

gboolean verdict_reason_is_guess(enum verdict_reason reason) {
  return reasons[reason].guess;
}
