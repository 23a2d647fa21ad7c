/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "transport/smtp_envelope.h"

#include <string.h>

#include "base/fault.h"

static gboolean is_ascii(const char *text) {
  for (const char *c = text; *c != '\0'; c++)
    if ((guint8)*c >= 0x80)
      return FALSE;
  return TRUE;
}

static int check_octets(const char *what, const char *address, GError **error) {
  gboolean quoted = FALSE;
  for (const char *c = address; *c != '\0'; c++) {
    if (g_ascii_iscntrl(*c))
      return fault(error, FAULT_INPUT, "%s: holds a control character; it is not written to any relay", what);
    if (*c == '<' || *c == '>')
      return fault(error, FAULT_INPUT, "%s: holds \"%c\"; it is not written to any relay", what, *c);
    if (*c == '\\' && quoted && c[1] != '\0' && !g_ascii_iscntrl(c[1]) && c[1] != '<' && c[1] != '>')
      c++;
    else if (*c == '"')
      quoted = !quoted;
    else if (*c == ' ' && !quoted)
      return fault(error, FAULT_INPUT, "%s: holds a space outside quotes; it is not written to any relay",
                   what);
  }
  return 0;
}

static int check_path(const char *what, const char *address, gboolean utf8, GError **error) {
  if (address == NULL || strlen(address) > SMTP_PATH_MAX)
    return fault(error, FAULT_INPUT, "%s: is missing or longer than the %d octets that SMTP carries", what,
                 SMTP_PATH_MAX);
  if (!is_ascii(address) && (!utf8 || !g_utf8_validate(address, -1, NULL)))
    return fault(error, FAULT_INPUT, "%s: is outside ASCII, but the message is not marked for SMTPUTF8",
                 what);
  return check_octets(what, address, error);
}

static int check_envid(const char *envid, GError **error) {
  gsize length = strlen(envid);
  if (length == 0 || length > SMTP_ENVID_MAX)
    return fault(error, FAULT_INPUT, "envelope id: has %zu characters; RFC 3461 §4.4 allows 1 to %d", length,
                 SMTP_ENVID_MAX);
  for (const char *c = envid; *c != '\0'; c++)
    if (!g_ascii_isprint(*c))
      return fault(error, FAULT_INPUT, "envelope id: holds a character that is not printable ASCII");
  return 0;
}

int smtp_envelope_check(const Envelope *envelope, GError **error) {
  int r = check_path("envelope sender", envelope->from, envelope->utf8, error);
  if (r < 0)
    return r;
  r = check_path("envelope recipient", envelope->to, envelope->utf8, error);
  if (r < 0)
    return r;
  if (envelope->to[0] == '\0')
    return fault(error, FAULT_INPUT, "envelope recipient: is empty");
  return envelope->envid != NULL ? check_envid(envelope->envid, error) : 0;
}

const char *smtp_envelope_lacks(const Envelope *envelope, const SmtpCapabilities *capabilities,
                                guint64 size) {
  /* RFC 6531 §3.1: a server with SMTPUTF8 has 8BITMIME too; one that says otherwise is not trusted with it.
   */
  if (envelope->utf8 && !(capabilities->smtputf8 && capabilities->eightbit))
    return "smtputf8";
  if (capabilities->size && capabilities->size_max > 0 && size > capabilities->size_max)
    return "size";
  return NULL;
}

gboolean smtp_envelope_asks_dsn(const Envelope *envelope, const SmtpCapabilities *capabilities) {
  return capabilities->dsn && envelope->from[0] != '\0' && !envelope->no_reports;
}

/* RFC 3461 §4: "!" to "~" but "+" and "=" stand for themselves, all else is "+" and two digits. */
static void append_xtext(GString *to, const char *text) {
  for (const char *c = text; *c != '\0'; c++)
    if (g_ascii_isgraph(*c) && *c != '+' && *c != '=')
      g_string_append_c(to, *c);
    else
      g_string_append_printf(to, "+%02X", (guint8)*c);
}

/* RFC 6533 §3, utf-8-addr-xtext: the form that every relay can carry. */
static void append_utf8_xtext(GString *to, const char *text) {
  for (const char *c = text; *c != '\0'; c = g_utf8_next_char(c)) {
    gunichar letter = g_utf8_get_char(c);
    if (letter > ' ' && letter < 0x7F && letter != '+' && letter != '=' && letter != '\\')
      g_string_append_c(to, (char)letter);
    else
      g_string_append_printf(to, "\\x{%02X}", letter);
  }
}

void smtp_envelope_mail(const Envelope *envelope, const SmtpCapabilities *capabilities, guint64 size,
                        GString *to) {
  g_string_append(to, "MAIL FROM:<");
  g_string_append(to, envelope->from);
  g_string_append_c(to, '>');
  if (capabilities->size) {
    char digits[24];
    g_snprintf(digits, sizeof digits, " SIZE=%" G_GUINT64_FORMAT, size);
    g_string_append(to, digits);
  }
  if (envelope->utf8)
    g_string_append(to, " BODY=8BITMIME SMTPUTF8");
  if (smtp_envelope_asks_dsn(envelope, capabilities)) {
    /* RFC 3461 §4.3: the headers only, so that a bounce does not carry the document back. */
    g_string_append(to, " RET=HDRS");
    if (envelope->envid != NULL) {
      g_string_append(to, " ENVID=");
      append_xtext(to, envelope->envid);
    }
  }
  g_string_append(to, "\r\n");
}

/* An original recipient that cannot be written is left out: it serves reports only. */
static void append_orcpt(GString *to, const char *orcpt) {
  gsize before = to->len;
  if (is_ascii(orcpt)) {
    g_string_append(to, " ORCPT=rfc822;");
    append_xtext(to, orcpt);
  } else if (g_utf8_validate(orcpt, -1, NULL)) {
    g_string_append(to, " ORCPT=utf-8;");
    append_utf8_xtext(to, orcpt);
  }
  if (to->len - before > SMTP_ORCPT_MAX)
    g_string_truncate(to, before);
}

void smtp_envelope_rcpt(const Envelope *envelope, const SmtpCapabilities *capabilities, GString *to) {
  g_string_append(to, "RCPT TO:<");
  g_string_append(to, envelope->to);
  g_string_append_c(to, '>');
  if (smtp_envelope_asks_dsn(envelope, capabilities)) {
    g_string_append(to, envelope->notify_success ? " NOTIFY=SUCCESS,FAILURE,DELAY" : " NOTIFY=FAILURE,DELAY");
    if (envelope->orcpt != NULL && envelope->orcpt[0] != '\0')
      append_orcpt(to, envelope->orcpt);
  }
  g_string_append(to, "\r\n");
}
