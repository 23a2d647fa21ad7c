/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "mail/address.h"

#include <arpa/inet.h>
#include <idn2.h>
#include <string.h>

#include "base/fault.h"

#define LABEL_MAX 63
#define INPUT_MAX 1000 /* octets as given; far above what any spelling of a valid address needs */
#define SHOWN_MAX 80   /* octets of a wrong address that a sentence repeats */

/* What is wrong, as the end of a sentence; owned by the caller. */
typedef char *Wrong;

static gboolean is_atext(gunichar c) {
  if (c >= 0x80)
    return TRUE; /* RFC 6531 §3.3 */
  return c != 0 && (g_ascii_isalnum((char)c) || strchr("!#$%&'*+-/=?^_`{|}~", (int)c) != NULL);
}

/* Letters of RFC 6531 are all code points outside ASCII. Those that are invisible or turn the direction of
 * writing are no letters of a mailbox that anybody has: they come from pasting, or from somebody who wants to
 * deceive. */
static const char *strange_character(gunichar c) {
  if (c == 0xa0 || c == 0x202f)
    return "a no-break space";
  if (c == 0xfeff || c == 0x200b || c == 0x2060 || c == 0xad)
    return "an invisible character";
  if ((c >= 0x202a && c <= 0x202e) || (c >= 0x2066 && c <= 0x2069) || c == 0x200e || c == 0x200f)
    return "an invisible character that turns the direction of writing";
  if (c == '\r' || c == '\n')
    return "a line break";
  if (c == '\t')
    return "a tab";
  switch (g_unichar_type(c)) {
  case G_UNICODE_CONTROL:
    return "a control character";
  case G_UNICODE_LINE_SEPARATOR:
  case G_UNICODE_PARAGRAPH_SEPARATOR:
    return "a line break";
  case G_UNICODE_SPACE_SEPARATOR:
    return c == ' ' ? NULL : "a special space";
  case G_UNICODE_PRIVATE_USE:
    return "a character that Unicode does not know";
  default:
    return NULL;
  }
}

static Wrong wrong_character(const char *where, gunichar c) {
  if (c == ' ')
    return g_strdup_printf("there is a space %s; remove it", where);
  if (c == '(' || c == ')')
    return g_strdup_printf("there is a remark in brackets %s; write the address alone", where);
  if (c == '<' || c == '>')
    return g_strdup_printf("there is a \"%c\" %s; write the address alone, without the name", (char)c, where);
  if (c == ',' || c == ';')
    return g_strdup_printf("there is a \"%c\" %s; write one address alone", (char)c, where);
  char utf8[8] = {0};
  g_unichar_to_utf8(c, utf8);
  return g_strdup_printf("\"%s\" cannot stand %s; correct it", utf8, where);
}

/* Reads a quoted-string (RFC 5321 §4.1.2) whose opening quote is at *AT, its content into TO; *AT is then
 * behind the closing quote. */
static Wrong read_quoted(const char **at, GString *to) {
  const char *p = *at + 1;
  while (*p != '"') {
    if (*p == '\\') {
      p++;
      if ((guchar)*p >= 0x80 || (guchar)*p < ' ' || *p == 0x7f)
        return g_strdup("after a backslash only a plain character may stand; correct it");
    }
    if (*p == '\0')
      return g_strdup("its quotation mark is not closed; add the second one before the @");
    const char *next = g_utf8_next_char(p);
    g_string_append_len(to, p, next - p);
    p = next;
  }
  *at = p + 1;
  return NULL;
}

/* Dot-string: atoms with single dots between them. */
static Wrong read_dotted(const char **at, GString *to) {
  const char *p = *at;
  for (const char *next; *p != '\0' && *p != '@'; p = next) {
    next = g_utf8_next_char(p);
    gunichar c = g_utf8_get_char(p);
    if (c == '"')
      return g_strdup("a quotation mark stands in the middle of the part before the @; remove it");
    if (c != '.' && !is_atext(c))
      return wrong_character("before the @", c);
    if (c == '.' && p == *at)
      return g_strdup("it begins with a dot; remove the dot");
    if (c == '.' && next[0] == '.')
      return g_strdup("there are two dots in a row before the @; remove one");
    if (c == '.' && next[0] == '@')
      return g_strdup("there is a dot just before the @; remove the dot");
    g_string_append_len(to, p, next - p);
  }
  *at = p;
  return NULL;
}

static gboolean is_dot_string(const char *text, const char *end) {
  if (text == end || text[0] == '.')
    return FALSE;
  for (const char *p = text; p < end; p = g_utf8_next_char(p)) {
    gunichar c = g_utf8_get_char(p);
    if (c == '.' ? (p + 1 == end || p[1] == '.') : !is_atext(c))
      return FALSE;
  }
  return TRUE;
}

/* The least quoting: none for a dot-string, else backslashes before quotes and backslashes only. */
static char *requote(const char *content) {
  if (is_dot_string(content, content + strlen(content)))
    return g_strdup(content);
  GString *to = g_string_new("\"");
  for (const char *p = content; *p != '\0'; p++) {
    if (*p == '"' || *p == '\\')
      g_string_append_c(to, '\\');
    g_string_append_c(to, *p);
  }
  g_string_append_c(to, '"');
  return g_string_free(to, FALSE);
}

/* The local-part at *AT, canonical; *AT is then at the "@". */
static Wrong read_local(const char **at, char **ret) {
  if (**at == '\0' || **at == '@')
    return g_strdup("the part before the @ is missing; write it as name@domain");
  g_autoptr(GString) content = g_string_new(NULL);
  const char *begin = *at;
  gboolean quoted = *begin == '"';
  Wrong wrong = quoted ? read_quoted(at, content) : read_dotted(at, content);
  if (wrong != NULL)
    return wrong;
  if (**at == '\0')
    return g_strdup("there is no @ in it; write it as name@domain");
  if (**at != '@')
    return g_strdup("after the closing quotation mark only the @ may stand; correct it");
  g_autofree char *composed = g_utf8_normalize(content->str, -1, G_NORMALIZE_NFC);
  g_autofree char *local = requote(composed);
  gsize length = MAX(strlen(local), quoted ? (gsize)(*at - begin) : 0);
  if (length > ADDRESS_LOCAL_MAX)
    return g_strdup_printf(
        "the part before the @ has %zu characters (octets), at most %d can be sent; check it", length,
        ADDRESS_LOCAL_MAX);
  *ret = g_steal_pointer(&local);
  return NULL;
}

/* RFC 5321 §4.1.3: in IPv6 "::" stands for at least two groups; inet_pton would let it stand for one. */
static gboolean too_many_groups(const char *ipv6) {
  if (strstr(ipv6, "::") == NULL)
    return FALSE;
  int groups = strchr(ipv6, '.') != NULL ? 1 : 0;
  for (const char *p = ipv6; *p != '\0'; p++)
    if (*p != ':' && (p == ipv6 || p[-1] == ':'))
      groups++;
  return groups > 6;
}

static Wrong read_literal(const char *text, guint flags, char **ret) {
  gsize length = strlen(text);
  if ((flags & ADDRESS_LITERAL) == 0)
    return g_strdup(
        "it names a machine by its number in square brackets; write a domain such as forum.example");
  if (length < 3 || text[length - 1] != ']')
    return g_strdup("the closing square bracket is missing at its end; correct it");
  g_autofree char *inner = g_strndup(text + 1, length - 2);
  guint8 bits[16];
  char canonical[INET6_ADDRSTRLEN];
  gboolean ipv6 = g_ascii_strncasecmp(inner, "IPv6:", 5) == 0;
  const char *number = ipv6 ? inner + 5 : inner;
  int family = ipv6 ? AF_INET6 : AF_INET;
  if (inet_pton(family, number, bits) != 1 || (ipv6 && too_many_groups(number)) ||
      inet_ntop(family, bits, canonical, sizeof canonical) == NULL)
    return g_strdup("what stands in square brackets is no number of a machine; write it as [192.0.2.1] or "
                    "[IPv6:2001:db8::1]");
  *ret = g_strconcat(ipv6 ? "[IPv6:" : "[", canonical, "]", NULL);
  return NULL;
}

/* One label of RFC 5321 §4.1.2 (sub-domain): letters, digits, hyphens inside. */
static Wrong check_label(const char *label, gsize length) {
  if (length == 0)
    return g_strdup("after the @ a dot stands at an end, or two stand in a row; remove one");
  if (length > LABEL_MAX)
    return g_strdup_printf("a part of the domain has %zu characters, at most %d are possible; check it",
                           length, LABEL_MAX);
  if (label[0] == '-' || label[length - 1] == '-')
    return g_strdup("a part of the domain begins or ends with a hyphen; remove the hyphen");
  for (gsize i = 0; i < length; i++)
    if (!g_ascii_isalnum(label[i]) && label[i] != '-')
      return wrong_character("after the @", (guchar)label[i]);
  return NULL;
}

static Wrong check_labels(const char *domain, guint flags) {
  const char *label = domain;
  for (const char *dot; (dot = strchr(label, '.')) != NULL; label = dot + 1) {
    Wrong wrong = check_label(label, (gsize)(dot - label));
    if (wrong != NULL)
      return wrong;
  }
  Wrong wrong = check_label(label, strlen(label));
  if (wrong != NULL)
    return wrong;
  if (label == domain && (flags & ADDRESS_SINGLE_LABEL) == 0)
    return g_strdup("the domain after the @ has no ending such as .org; complete it");
  if (strspn(label, "0123456789") == strlen(label) && (flags & ADDRESS_LITERAL) == 0)
    return g_strdup("the domain after the @ ends with a number; write a domain such as forum.example");
  return NULL;
}

/* Lower case A-labels. libidn2 also judges A-labels that were given (RFC 5891 §5.4); plain ASCII needs no
 * judgement. */
static Wrong to_ascii(const char *text, char **ret) {
  if (g_str_is_ascii(text)) {
    *ret = g_ascii_strdown(text, -1);
    if (strstr(*ret, "xn--") == NULL)
      return NULL;
  }
  char *ascii = NULL;
  int r = idn2_to_ascii_8z(*ret != NULL ? *ret : text, &ascii, IDN2_NFC_INPUT | IDN2_NONTRANSITIONAL);
  if (r != IDN2_OK)
    return g_strdup_printf("its domain is no name that the Internet knows (%s); check its spelling",
                           idn2_strerror(r));
  g_free(*ret);
  *ret = g_ascii_strdown(ascii, -1);
  idn2_free(ascii);
  return NULL;
}

/* Every code point, wherever it stands. */
static Wrong check_characters(const char *text) {
  if (strlen(text) > INPUT_MAX)
    return g_strdup_printf("it is longer than the %d characters that can be sent; write one address alone",
                           ADDRESS_MAX);
  if (!g_utf8_validate(text, -1, NULL))
    return g_strdup("it is not valid UTF-8; save the text as UTF-8");
  for (const char *p = text; *p != '\0'; p = g_utf8_next_char(p)) {
    const char *strange = strange_character(g_utf8_get_char(p));
    if (strange != NULL)
      return g_strdup_printf("it holds %s; type it anew", strange);
  }
  return NULL;
}

static Wrong read_domain(const char *text, guint flags, char **ret) {
  if (*text == '\0')
    return g_strdup("the part after the @ is missing; write it as name@domain");
  if (*text == '[')
    return read_literal(text, flags, ret);
  if (strchr(text, '@') != NULL)
    return g_strdup("there is more than one @ in it; write one address alone");
  g_autofree char *ascii = NULL;
  Wrong wrong = to_ascii(text, &ascii);
  if (wrong == NULL)
    wrong = check_labels(ascii, flags);
  if (wrong == NULL && strlen(ascii) > ADDRESS_DOMAIN_MAX)
    wrong = g_strdup_printf("its domain has %zu characters, at most %d can be sent; check it", strlen(ascii),
                            ADDRESS_DOMAIN_MAX);
  if (wrong == NULL)
    *ret = g_steal_pointer(&ascii);
  return wrong;
}

static char *show_domain(const char *domain) {
  char *shown = NULL;
  if (strstr(domain, "xn--") == NULL || idn2_to_unicode_8z8z(domain, &shown, 0) != IDN2_OK)
    return g_strdup(domain);
  char *copy = g_strdup(shown);
  idn2_free(shown);
  return copy;
}

static Wrong read_address(const char *text, guint flags, Address *to) {
  Wrong wrong = *text == '\0' ? g_strdup("it is empty; write it as name@domain") : check_characters(text);
  const char *at = text;
  if (wrong == NULL)
    wrong = read_local(&at, &to->local);
  if (wrong == NULL)
    wrong = read_domain(at + 1, flags, &to->domain);
  if (wrong != NULL)
    return wrong;
  to->send = g_strconcat(to->local, "@", to->domain, NULL);
  if (strlen(to->send) > ADDRESS_MAX)
    return g_strdup_printf("it has %zu characters, at most %d can be sent; check it", strlen(to->send),
                           ADDRESS_MAX);
  g_autofree char *domain = show_domain(to->domain);
  to->show = g_strconcat(to->local, "@", domain, NULL);
  to->folded = g_utf8_casefold(to->send, -1);
  to->needs_utf8 = !g_str_is_ascii(to->local);
  return NULL;
}

/* A wrong value as a sentence may repeat it: short, printable. */
static char *shown(const char *text) {
  g_autofree char *valid = g_utf8_make_valid(text, (gssize)strnlen(text, SHOWN_MAX));
  GString *to = g_string_new(NULL);
  for (const char *p = valid; *p != '\0'; p = g_utf8_next_char(p)) {
    gunichar c = g_utf8_get_char(p);
    g_string_append_unichar(to, strange_character(c) == NULL ? c : 0xfffd);
  }
  if (strlen(text) > SHOWN_MAX)
    g_string_append(to, "…");
  return g_string_free(to, FALSE);
}

int address_parse(const char *text, guint flags, Address **ret, GError **error) {
  g_autoptr(Address) address = g_new0(Address, 1);
  g_autofree Wrong wrong = read_address(text, flags, address);
  if (wrong != NULL) {
    g_autofree char *given = shown(text);
    return fault(error, FAULT_INPUT, "\"%s\" is no mail address: %s", given, wrong);
  }
  *ret = g_steal_pointer(&address);
  return 0;
}

int address_domain(const char *text, guint flags, char **ret, GError **error) {
  g_autofree Wrong wrong = check_characters(text);
  if (wrong == NULL)
    wrong =
        *text == '\0' ? g_strdup("it is empty; write it as forum.example") : read_domain(text, flags, ret);
  if (wrong == NULL)
    return 0;
  g_autofree char *given = shown(text);
  return fault(error, FAULT_INPUT, "\"%s\" is no domain: %s", given, wrong);
}

/* A quoted-string from TEXT to END, its quotes included. */
static gboolean is_quoted_string(const char *text, const char *end) {
  const char *p = text + 1;
  while (p < end && *p != '"')
    p += *p == '\\' ? 2 : 1;
  return p + 1 == end;
}

gboolean address_is_canonical(const char *text) {
  const char *at = strrchr(text, '@');
  gsize length = strlen(text);
  if (at == NULL || length > ADDRESS_MAX || at - text > ADDRESS_LOCAL_MAX || !g_utf8_validate(text, -1, NULL))
    return FALSE;
  for (const char *p = text; *p != '\0'; p = g_utf8_next_char(p))
    if (strange_character(g_utf8_get_char(p)) != NULL)
      return FALSE;
  if (*text == '"' ? !is_quoted_string(text, at) : !is_dot_string(text, at))
    return FALSE;
  const char *domain = at + 1;
  gsize named = strspn(domain, "abcdefghijklmnopqrstuvwxyz0123456789-.");
  if (*domain == '[')
    return strlen(domain) > 2 && strspn(domain + 1, "IPv:0123456789abcdef.") == strlen(domain) - 2 &&
           text[length - 1] == ']';
  return named > 0 && domain[named] == '\0';
}

void address_free(Address *address) {
  if (address == NULL)
    return;
  g_free(address->send);
  g_free(address->show);
  g_free(address->folded);
  g_free(address->local);
  g_free(address->domain);
  g_free(address);
}
