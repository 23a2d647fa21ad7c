/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "contacts/channel_value.h"

#include "base/fault.h"
#include "base/text.h"
#include "mail/address.h"

#include <string.h>

#define DIGITS_LEAST 3  /* the shortest number that is dialled */
#define DIGITS_MOST  15 /* ITU-T E.164 §6.2.1 */
#define LINK_SCHEME  "https://"

void channel_value_clear(ChannelValue *value) {
  g_clear_pointer(&value->show, g_free);
  g_clear_pointer(&value->send, g_free);
  g_clear_pointer(&value->folded, g_free);
}

static int read_email(const char *text, ChannelValue *ret, GError **error) {
  g_autoptr(Address) address = NULL;
  int r = address_parse(text, ADDRESS_CONTACT, &address, error);
  if (r < 0)
    return r;
  *ret = (ChannelValue){g_strdup(address->show), g_strdup(address->send), g_strdup(address->folded)};
  return 0;
}

/* What stands between scheme and path: a host, with a port perhaps. */
static gboolean is_host(const char *host, gsize length) {
  g_autofree char *name = g_strndup(host, length);
  g_autofree char *domain = NULL;
  char *colon = strchr(name, ':');
  guint64 port;
  if (colon != NULL && !g_ascii_string_to_unsigned(colon + 1, 10, 1, G_MAXUINT16, &port, NULL))
    return FALSE;
  if (colon != NULL)
    *colon = '\0';
  return address_domain(name, ADDRESS_CONTACT, &domain, NULL) == 0;
}

/* RFC 3986 §2: letters outside ASCII are written in percent signs; people paste what the browser's bar shows,
 * so these are taken, and blanks and quotes are not. */
static gboolean is_link(const char *text) {
  if (g_ascii_strncasecmp(text, LINK_SCHEME, strlen(LINK_SCHEME)) != 0 || strpbrk(text, " \t\"<>\\^`{|}"))
    return FALSE;
  const char *host = text + strlen(LINK_SCHEME);
  return is_host(host, strcspn(host, "/?#"));
}

static int read_link(const char *text, ChannelValue *ret, GError **error) {
  g_autofree char *tidy = text_tidy(text);
  if (!is_link(tidy))
    return fault(error, FAULT_INPUT,
                 "\"%s\" is no link to a web form; write all of it as the browser shows it, from https:// on",
                 tidy);
  const char *host = tidy + strlen(LINK_SCHEME);
  gsize length = strcspn(host, "/?#");
  g_autofree char *lower = g_ascii_strdown(host, (gssize)length);
  ret->send = g_strconcat(LINK_SCHEME, lower, host + length, NULL);
  ret->show = g_strdup(ret->send);
  ret->folded = text_fold(ret->send);
  return 0;
}

static int read_post(const char *text, ChannelValue *ret, GError **error) {
  g_auto(GStrv) given = g_strsplit_set(text, "\r\n", 0);
  g_autoptr(GString) lines = g_string_new(NULL);
  guint count = 0;
  for (char **line = given; *line != NULL; line++) {
    g_autofree char *tidy = text_tidy(*line);
    if (*tidy == '\0')
      continue;
    g_string_append_printf(lines, "%s%s", count > 0 ? "\n" : "", tidy);
    count++;
  }
  if (count > CHANNEL_POST_LINES_MAX)
    return fault(error, FAULT_INPUT, "the postal address has %u lines; an envelope has room for %d", count,
                 CHANNEL_POST_LINES_MAX);
  *ret = (ChannelValue){g_strdup(lines->str), g_strdup(lines->str), text_fold(lines->str)};
  return 0;
}

/* "+33 (0)1 23-45.67/89" keeps its look; what is dialled are the digits, after the plus. */
static int read_telephone(const char *text, ChannelValue *ret, GError **error) {
  g_autofree char *tidy = text_tidy(text);
  g_autoptr(GString) dialled = g_string_new(*tidy == '+' ? "+" : NULL);
  gsize sign = dialled->len;
  gboolean good = TRUE;
  /* The trunk zero in brackets after a country's code is not dialled from abroad. */
  g_auto(GStrv) pieces = g_strsplit(tidy + sign, sign > 0 ? "(0)" : "\n", 2);
  for (char **piece = pieces; *piece != NULL; piece++) {
    for (const char *c = *piece; *c != '\0'; c++) {
      if (g_ascii_isdigit(*c))
        g_string_append_c(dialled, *c);
      else
        good = good && strchr(" .-/()", *c) != NULL;
    }
  }
  if (!good || dialled->len - sign < DIGITS_LEAST || dialled->len - sign > DIGITS_MOST)
    return fault(
        error, FAULT_INPUT,
        "\"%s\" is no telephone number; write + and the country's code, then at most %d digits in all", tidy,
        DIGITS_MOST);
  *ret = (ChannelValue){g_strdup(tidy), g_strdup(dialled->str), g_strdup(dialled->str)};
  return 0;
}

static int read_hand(const char *text, ChannelValue *ret, GError **error) {
  (void)error;
  g_autofree char *tidy = text_tidy(text);
  *ret = (ChannelValue){g_strdup(tidy), g_strdup(tidy), text_fold(tidy)};
  return 0;
}

int channel_value_read(enum channel_kind kind, const char *text, ChannelValue *ret, GError **error) {
  static int (*const readers[CHANNEL_KINDS])(const char *, ChannelValue *,
                                             GError **) = {[CHANNEL_EMAIL] = read_email,
                                                           [CHANNEL_WEB_FORM] = read_link,
                                                           [CHANNEL_POST] = read_post,
                                                           [CHANNEL_TELEPHONE] = read_telephone,
                                                           [CHANNEL_HAND] = read_hand};
  *ret = (ChannelValue){0};
  int r = kind == CHANNEL_POST ? text_check_lines("address", text, -1, TEXT_LINE_MAX, error)
                               : text_check_line("address", text, -1, TEXT_LINE_MAX, error);
  if (r == 0 && text_blank(text))
    r = fault(error, FAULT_INPUT, "a channel needs a value: an address, a number, a link");
  return r == 0 ? readers[kind](text, ret, error) : r;
}
