/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "inbound/verdict.h"

#include <string.h>

Verdict *verdict_new(void) {
  Verdict *verdict = g_new0(Verdict, 1);
  verdict->references = g_ptr_array_new_with_free_func(g_free);
  verdict->addressed = g_ptr_array_new_with_free_func(g_free);
  verdict->attachments = g_ptr_array_new_with_free_func((GDestroyNotify)verdict_attachment_free);
  verdict->authentication = g_ptr_array_new_with_free_func((GDestroyNotify)verdict_authentication_free);
  verdict->reasons = g_array_new(FALSE, FALSE, sizeof(enum verdict_reason));
  return verdict;
}

void verdict_free(Verdict *verdict) {
  if (verdict == NULL)
    return;
  g_free(verdict->family);
  g_free(verdict->recipient);
  g_free(verdict->original_recipient);
  g_free(verdict->final_recipient);
  g_free(verdict->envelope_id);
  g_free(verdict->returned_message_id);
  g_free(verdict->returned_reply_to);
  g_free(verdict->words);
  g_free(verdict->message_id);
  g_ptr_array_unref(verdict->references);
  g_ptr_array_unref(verdict->addressed);
  g_free(verdict->from);
  g_free(verdict->from_name);
  g_free(verdict->reply_to);
  g_free(verdict->subject);
  g_free(verdict->text);
  g_ptr_array_unref(verdict->attachments);
  g_ptr_array_unref(verdict->authentication);
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

VerdictAttachment *verdict_attachment_new(const char *name, const char *type, gint64 size) {
  VerdictAttachment *attachment = g_new0(VerdictAttachment, 1);
  verdict_set(&attachment->name, name);
  verdict_set(&attachment->type, type);
  attachment->size = size;
  return attachment;
}

void verdict_attachment_free(VerdictAttachment *attachment) {
  g_free(attachment->name);
  g_free(attachment->type);
  g_free(attachment);
}

VerdictAuthentication *verdict_authentication_new(const char *server, const char *dmarc, const char *domain) {
  VerdictAuthentication *authentication = g_new0(VerdictAuthentication, 1);
  verdict_set(&authentication->server, server);
  verdict_set(&authentication->dmarc, dmarc);
  verdict_set(&authentication->domain, domain);
  return authentication;
}

void verdict_authentication_free(VerdictAuthentication *authentication) {
  g_free(authentication->server);
  g_free(authentication->dmarc);
  g_free(authentication->domain);
  g_free(authentication);
}

static gboolean stays(gunichar letter, const char *kept) {
  return !g_unichar_iscntrl(letter) || (letter < 0x80 && letter != 0 && strchr(kept, (int)letter) != NULL);
}

/* KEPT are the control characters that may stand in it. */
static void set(char **to, const char *text, gsize max, const char *kept) {
  g_clear_pointer(to, g_free);
  if (text == NULL)
    return;
  gsize length = strnlen(text, max);
  /* A character that the cut splits would become a sign of replacement. */
  while (length == max && length > 0 && ((guchar)text[length] & 0xC0) == 0x80)
    length--;
  g_autofree char *valid = g_utf8_make_valid(text, (gssize)length);
  g_autoptr(GString) clean = g_string_new(NULL);
  for (const char *at = valid; *at != '\0'; at = g_utf8_next_char(at)) {
    gunichar letter = g_utf8_get_char(at);
    g_string_append_unichar(clean, stays(letter, kept) ? letter : ' ');
    if (clean->len > max - 6)
      break;
  }
  g_strstrip(clean->str);
  if (clean->str[0] != '\0')
    *to = g_strdup(clean->str);
}

void verdict_set(char **to, const char *text) {
  set(to, text, VERDICT_TEXT_MAX, "");
}

void verdict_set_lines(char **to, const char *text) {
  set(to, text, VERDICT_OWN_TEXT_MAX, "\n\t");
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
