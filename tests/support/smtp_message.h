/* SPDX-License-Identifier: GPL-3.0-or-later */
/* smtp_message.h - small whole messages for tests of what sends them */
#pragma once

#include "support/case.h"

#include "mail/message.h"

/* Message NUMBER with BODY (canonical, NULL for a line), from and to fictional addresses, sealed. */
static inline Message *smtp_message_new(int number, const char *body) {
  Message *message = message_new();
  message->envelope.from = g_strdup_printf("bounce+%d@forum.example", number);
  message->envelope.to = g_strdup_printf("reader%d@office.example", number);
  message->envelope.envid = g_strdup_printf("D-%d", number);
  message->envelope.orcpt = g_strdup(message->envelope.to);
  message->message_id = g_strdup_printf("<%d@valise.example>", number);
  char *text = g_strdup_printf("Message-ID: %s\r\nSubject: A test\r\n\r\n%s", message->message_id,
                               body != NULL ? body : ".A line with a dot first\r\n");
  g_autoptr(GBytes) bytes = g_bytes_new_take(text, strlen(text));
  message_add_bytes(message, bytes);
  assert_done(message_seal(message, error));
  return message;
}
