/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "inbound/warm_up.h"

#include <glib.h>
#include <libxml/parser.h>
#include <string.h>

#include "inbound/read.h"

static const char *const charsets[] = {
#define CHARSET(name) name,
#include "inbound/charsets.def"
#undef CHARSET
};

/* Kept open for the life of the process: with the last converter that uses it, a module would be unloaded. */
static GIConv converters[G_N_ELEMENTS(charsets)];

static void load_charsets(void) {
  for (gsize i = 0; i < G_N_ELEMENTS(charsets); i++)
    converters[i] = g_iconv_open("UTF-8", charsets[i]);
}

/* One message that goes through every parser: encoded words, dates, addresses, alternatives, HTML, a charset.
 */
static void rehearse(void) {
  static const char message[] =
      "Received: from a.example by b.example; Tue, 24 Nov 2026 10:00:00 +0100\r\n"
      "Authentication-Results: b.example; dmarc=pass header.from=a.example\r\n"
      "From: =?iso-8859-1?q?B=E9atrice?= <beatrice@a.example>\r\n"
      "To: reply@b.example\r\n"
      "Date: Tue, 24 Nov 2026 10:00:00 CET\r\n"
      "Subject: =?utf-8?b?UsOpcG9uc2U=?=\r\n"
      "MIME-Version: 1.0\r\n"
      "Content-Type: multipart/mixed; boundary=\"m\"\r\n"
      "\r\n"
      "--m\r\n"
      "Content-Type: multipart/alternative; boundary=\"a\"\r\n"
      "\r\n"
      "--a\r\n"
      "Content-Type: text/plain; charset=windows-1252; format=flowed\r\n"
      "Content-Transfer-Encoding: quoted-printable\r\n"
      "\r\n"
      "Bien re=E7u.\r\n"
      "--a--\r\n"
      "--m\r\n"
      "Content-Type: text/html; charset=utf-8\r\n"
      "Content-Transfer-Encoding: base64\r\n"
      "\r\n"
      "PHA+TWVyY2kmbmJzcDshPC9wPjxibG9ja3F1b3RlIHR5cGU9ImNpdGUiPng8L2Jsb2NrcXVvdGU+\r\n"
      "--m\r\n"
      "Content-Type: application/pdf; name*=utf-8''a%C3%A9.pdf\r\n"
      "\r\n"
      "x\r\n"
      "--m--\r\n";
  g_autoptr(GBytes) bytes = g_bytes_new_static(message, strlen(message));
  g_autoptr(Verdict) verdict = read_message(bytes, NULL);
}

void warm_up(void) {
  xmlInitParser();
  load_charsets();
  rehearse();
}
