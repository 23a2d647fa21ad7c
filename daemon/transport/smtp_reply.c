/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "transport/smtp_reply.h"

#include <string.h>

void smtp_reply_begin(SmtpReply *reply) {
  /* The text is left alone: two thousand octets need not be wiped for each reply. */
  reply->code = 0;
  reply->lines = 0;
  reply->fault = SMTP_FAULT_NONE;
  reply->length = 0;
  reply->text[0] = '\0';
  reply->octets = 0;
  reply->column = 0;
  reply->line_code = 0;
  reply->last = FALSE;
  reply->cr = FALSE;
}

gboolean smtp_reply_begun(const SmtpReply *reply) {
  return reply->octets > 0;
}

static void keep(SmtpReply *reply, const char *bytes, gsize length) {
  length = MIN(length, OUTCOME_REPLY_MAX - reply->length);
  memcpy(reply->text + reply->length, bytes, length);
  reply->length += length;
  reply->text[reply->length] = '\0';
}

static enum smtp_reply_state faulty(SmtpReply *reply, enum smtp_reply_fault fault) {
  reply->fault = fault;
  return SMTP_REPLY_FAULTY;
}

/* Columns 0 to 3: the code and what follows it. */
static enum smtp_reply_state take_prefix(SmtpReply *reply, guint8 octet) {
  if (reply->column < 3) {
    if (!g_ascii_isdigit(octet) || (reply->column == 0 && (octet < '2' || octet > '5')))
      return faulty(reply, octet == '\0' ? SMTP_FAULT_NUL : SMTP_FAULT_CODE);
    reply->line_code = reply->line_code * 10 + (octet - '0');
  } else {
    if (reply->lines == 0)
      reply->code = reply->line_code;
    if (reply->line_code != reply->code)
      return faulty(reply, SMTP_FAULT_MIXED);
    if (octet != ' ' && octet != '-')
      return faulty(reply, octet == '\n'   ? SMTP_FAULT_BARE_LF
                           : octet == '\0' ? SMTP_FAULT_NUL
                                           : SMTP_FAULT_CODE);
    reply->last = octet == ' ';
    if (reply->lines > 0)
      keep(reply, " / ", 3);
  }
  reply->column++;
  return SMTP_REPLY_MORE;
}

static enum smtp_reply_state take_line_end(SmtpReply *reply) {
  reply->lines++;
  reply->column = 0;
  reply->line_code = 0;
  return reply->last ? SMTP_REPLY_WHOLE : SMTP_REPLY_MORE;
}

/* RFC 5321 §4.2: the last line may be the bare code. */
static gboolean ends_after_code(SmtpReply *reply, guint8 octet) {
  if (reply->column != 3 || octet != '\r')
    return FALSE;
  if (reply->lines == 0)
    reply->code = reply->line_code;
  reply->last = TRUE;
  return reply->line_code == reply->code;
}

/* Text up to the next CR; returns how many octets were taken. */
static gsize take_text(SmtpReply *reply, const guint8 *bytes, gsize length) {
  gsize n = 0;
  while (n < length && bytes[n] != '\r' && bytes[n] != '\n' && bytes[n] != '\0')
    n++;
  keep(reply, (const char *)bytes, n);
  reply->column += n;
  return n;
}

static enum smtp_reply_state take(SmtpReply *reply, guint8 octet) {
  if (reply->cr && octet != '\n')
    return faulty(reply, SMTP_FAULT_BARE_CR);
  if (reply->cr) {
    reply->cr = FALSE;
    return take_line_end(reply);
  }
  if (reply->column < 4 && !ends_after_code(reply, octet))
    return take_prefix(reply, octet);
  if (octet != '\r')
    return faulty(reply, octet == '\n' ? SMTP_FAULT_BARE_LF : SMTP_FAULT_NUL);
  reply->cr = TRUE;
  return SMTP_REPLY_MORE;
}

enum smtp_reply_state smtp_reply_feed(SmtpReply *reply, const guint8 *bytes, gsize length, gsize *ret_used) {
  enum smtp_reply_state state = SMTP_REPLY_MORE;
  gsize at = 0, room = SMTP_REPLY_OCTETS_MAX - reply->octets, end = MIN(length, room);
  while (at < end && state == SMTP_REPLY_MORE) {
    if (reply->column >= 4 && !reply->cr)
      at += take_text(reply, bytes + at, end - at);
    if (at < end)
      state = take(reply, bytes[at++]);
  }
  reply->octets += at;
  *ret_used = at;
  if (state == SMTP_REPLY_MORE && length > end)
    return faulty(reply, reply->lines == 0 ? SMTP_FAULT_LONG : SMTP_FAULT_ENDLESS);
  return state;
}

const char *smtp_reply_fault_words(enum smtp_reply_fault fault) {
  static const char *const words[] = {
      [SMTP_FAULT_NONE] = "its reply is in order",
      [SMTP_FAULT_CODE] = "its reply has a line that does not begin with a reply code",
      [SMTP_FAULT_MIXED] = "its reply has lines with different codes",
      [SMTP_FAULT_NUL] = "its reply holds a NUL",
      [SMTP_FAULT_BARE_CR] = "its reply holds a CR without LF",
      [SMTP_FAULT_BARE_LF] = "its reply holds an LF without CR",
      [SMTP_FAULT_LONG] = "its reply has a line of more than 64 KiB",
      [SMTP_FAULT_ENDLESS] = "its reply has more than 64 KiB of lines and does not end",
  };
  return words[fault];
}

static void replace_controls(char *text) {
  for (char *c = text; *c != '\0'; c++)
    if (g_ascii_iscntrl(*c))
      *c = *c == '\t' ? ' ' : '?';
}

/* C1 controls (U+0080 to U+009F) are control characters too: 0xC2 0x80 to 0xC2 0x9F in UTF-8. */
static void replace_c1(char *text) {
  char *to = text;
  for (const char *from = text; *from != '\0'; from++) {
    if ((guint8)from[0] == 0xC2 && (guint8)from[1] >= 0x80 && (guint8)from[1] <= 0x9F) {
      *to++ = '?';
      from++;
    } else {
      *to++ = *from;
    }
  }
  *to = '\0';
}

char *smtp_reply_words(const SmtpReply *reply) {
  /* A cut at OUTCOME_REPLY_MAX may have split a character: g_utf8_make_valid marks the rest. */
  char *words = g_utf8_make_valid(reply->text, (gssize)reply->length);
  replace_controls(words);
  replace_c1(words);
  return words;
}
