/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sign/signed_parts.h"

#include <string.h>

#include "base/text.h"
#include "mail/encoded_word.h"
#include "sign/author.h"
#include "sign/content_type.h"
#include "sign/field_block.h"

static const struct {
  const char *name, *sentence;
} states[] = {
#define STATE(symbol, name, sentence) {name, sentence},
#include "sign/signed_parts_states.def"
#undef STATE
};

const char *signed_parts_state_name(enum signed_parts_state state) {
  return states[state].name;
}

const char *signed_parts_state_sentence(enum signed_parts_state state) {
  return states[state].sentence;
}

void signed_parts_clear(SignedParts *parts) {
  g_clear_pointer(&parts->from, address_free);
  g_clear_pointer(&parts->text, g_bytes_unref);
  g_clear_pointer(&parts->signature, g_bytes_unref);
}

/* ---- lines ---- */

typedef struct {
  const char *at, *end;
} Span;

static gsize span_size(Span span) {
  return (gsize)(span.end - span.at);
}

/* The line at *REST without its end; *REST moves behind it. FALSE when there is none. */
static gboolean next_line(Span *rest, Span *ret) {
  if (rest->at >= rest->end)
    return FALSE;
  const char *end = memmem(rest->at, span_size(*rest), "\r\n", 2);
  *ret = (Span){rest->at, end != NULL ? end : rest->end};
  rest->at = end != NULL ? end + 2 : rest->end;
  return TRUE;
}

static gboolean is_blank(Span span) {
  while (span.at < span.end && strchr(" \t\r\n", *span.at) != NULL && *span.at != '\0')
    span.at++;
  return span.at == span.end;
}

static gboolean begins(Span span, const char *with) {
  gsize length = strlen(with);
  return span_size(span) >= length && memcmp(span.at, with, length) == 0;
}

/* A store may have kept the lines with LF alone; what was signed had CRLF (RFC 3156 §5). Both in one message,
 * or a CR alone, is no mail. NULL then. */
static GBytes *canonical(GBytes *raw, gboolean *ret_made) {
  gsize size = 0, crlf = 0, lf = 0, cr = 0;
  const char *bytes = g_bytes_get_data(raw, &size);
  for (gsize i = 0; i < size; i++) {
    cr += bytes[i] == '\r';
    lf += bytes[i] == '\n';
    crlf += i > 0 && bytes[i] == '\n' && bytes[i - 1] == '\r';
    if (bytes[i] == '\0')
      return NULL;
  }
  *ret_made = cr == 0 && lf > 0;
  if (cr == crlf && lf == crlf)
    return g_bytes_ref(raw);
  if (cr > 0)
    return NULL;
  GString *text = g_string_sized_new(size + lf + 1);
  for (gsize i = 0; i < size; i++) {
    if (bytes[i] == '\n')
      g_string_append_c(text, '\r');
    g_string_append_c(text, bytes[i]);
  }
  return g_string_free_to_bytes(text);
}

/* ---- what is not signed as a whole ---- */

static gboolean names_signed_type(const char *value) {
  static const char *const types[] = {"multipart/signed", "pkcs7-mime", "pgp-signature", "pkcs7-signature"};
  g_autofree char *lower = g_ascii_strdown(value, -1);
  for (gsize i = 0; i < G_N_ELEMENTS(types); i++)
    if (strstr(lower, types[i]) != NULL)
      return TRUE;
  return FALSE;
}

/* Is some part below of a type that is signed? Taken generously: none of it is good, it only gets its name
 * here. */
static gboolean holds_signed_part(Span body) {
  static const char field[] = "content-type:";
  Span line, next;
  while (next_line(&body, &line)) {
    if (span_size(line) < strlen(field) || g_ascii_strncasecmp(line.at, field, strlen(field)) != 0)
      continue;
    g_autoptr(GString) value = g_string_new_len(line.at, (gssize)span_size(line));
    for (Span ahead = body; value->len < FIELD_BLOCK_MAX && next_line(&ahead, &next) && !is_blank(next) &&
                            strchr(" \t", *next.at) != NULL;
         body = ahead)
      g_string_append_len(value, next.at, (gssize)span_size(next));
    if (names_signed_type(value->str))
      return TRUE;
  }
  return FALSE;
}

static enum signed_parts_state state_of_unsigned(const char *type, Span body) {
  if (type != NULL &&
      (strcmp(type, "application/pkcs7-mime") == 0 || strcmp(type, "application/x-pkcs7-mime") == 0))
    return SIGNED_PARTS_OPAQUE;
  return holds_signed_part(body) ? SIGNED_PARTS_PARTIAL : SIGNED_PARTS_UNSIGNED;
}

/* ---- the two parts ---- */

/* What programs write before the first part for readers that know no MIME, and nobody else sees. Anything
 * else there is text without a signature. */
static gboolean is_customary(Span span) {
  static const char *const known[] = {
      "This is an OpenPGP/MIME signed message (RFC 9580 and 3156)",
      "This is an OpenPGP/MIME signed message (RFC 4880 and 3156)",
      "This is an OpenPGP/MIME signed message (RFC 2440 and 3156)",
      "This is an OpenPGP/MIME signed message",
      "This is a cryptographically signed message in MIME format.",
      "This is an S/MIME signed message",
      "This is a MIME-formatted message signed with GnuPG.",
      "This is a multi-part message in MIME format.",
      "This is a multi-part message in MIME format...",
      "This is a multipart message in MIME format.",
      "This is a message in MIME format.",
      "This message is in MIME format.",
  };
  g_autofree char *text = g_strndup(span.at, span_size(span));
  g_strstrip(text);
  for (gsize i = 0; i < G_N_ELEMENTS(known); i++)
    if (strcmp(text, known[i]) == 0)
      return TRUE;
  return *text == '\0';
}

enum mark { MARK_NONE, MARK_OPEN, MARK_CLOSE, MARK_UNCLEAR };

/* RFC 2046 §5.1.1: a line that begins with the delimiter is one, whatever follows; some readers want no more
 * on the line and some do not mind, so more is unclear. */
static enum mark mark_of(Span line, const char *delimiter) {
  if (!begins(line, delimiter))
    return MARK_NONE;
  Span rest = {line.at + strlen(delimiter), line.end};
  if (rest.at == rest.end)
    return MARK_OPEN;
  return span_size(rest) == 2 && begins(rest, "--") ? MARK_CLOSE : MARK_UNCLEAR;
}

typedef struct {
  Span preamble, first, second, epilogue;
} Split;

/* Two delimiters that open, one that closes, in this order, and no other. */
static enum signed_parts_state split(Span body, const char *boundary, Split *ret) {
  g_autofree char *delimiter = g_strconcat("--", boundary, NULL);
  Span *const parts[] = {&ret->preamble, &ret->first, &ret->second};
  const char *begin = body.at;
  guint n = 0;
  Span line;
  while (next_line(&body, &line)) {
    enum mark mark = mark_of(line, delimiter);
    if (mark == MARK_NONE)
      continue;
    if (mark == MARK_UNCLEAR || (mark == MARK_CLOSE && n < 2) || (n > 0 && line.at - begin < 2))
      return SIGNED_PARTS_MALFORMED;
    if (mark == MARK_OPEN && n == 2)
      return SIGNED_PARTS_PARTIAL;
    /* The CRLF before a delimiter belongs to it (RFC 2046 §5.1.1), and is not signed (RFC 3156 §5). */
    *parts[n] = (Span){begin, n > 0 ? line.at - 2 : line.at};
    begin = body.at;
    n++;
    if (mark == MARK_CLOSE) {
      ret->epilogue = body;
      return SIGNED_PARTS_WHOLE;
    }
  }
  return SIGNED_PARTS_MALFORMED;
}

/* *RET_TYPE: its Content-Type, borrowed from FIELDS; NULL when it has none. */
static enum signed_parts_state read_head(Span part, FieldBlock *fields, const char **ret_type) {
  if (field_block_read(part.at, span_size(part), fields) != FIELD_BLOCK_READ)
    return SIGNED_PARTS_MALFORMED;
  *ret_type = field_block_get(fields, "Content-Type");
  return field_block_repeats(fields) ? SIGNED_PARTS_SEVERAL_FIELDS : SIGNED_PARTS_WHOLE;
}

/* ---- the second part ---- */

static gboolean is_type_of(enum signed_protocol protocol, const char *type) {
  return protocol == SIGNED_OPENPGP ? strcmp(type, "application/pgp-signature") == 0
                                    : strcmp(type, "application/pkcs7-signature") == 0 ||
                                          strcmp(type, "application/x-pkcs7-signature") == 0;
}

static gboolean is_encoding(const FieldBlock *fields, const char *const *accepted) {
  const char *value = field_block_get(fields, "Content-Transfer-Encoding");
  for (; *accepted != NULL; accepted++)
    if (g_ascii_strcasecmp(value != NULL ? value : "7bit", *accepted) == 0)
      return TRUE;
  return FALSE;
}

/* One armoured signature and nothing beside it: a whole signed message in its place would bring its own text.
 */
static GBytes *armour_of(Span body) {
  static const char begin[] = "-----BEGIN PGP SIGNATURE-----", end[] = "-----END PGP SIGNATURE-----";
  g_autofree char *text = g_strndup(body.at, span_size(body));
  g_strstrip(text);
  const char *first = strstr(text, "-----BEGIN"), *last = strstr(text, "-----END");
  if (first != text || !g_str_has_prefix(text, begin) || strstr(text + 1, "-----BEGIN") != NULL ||
      last == NULL || strcmp(last, end) != 0)
    return NULL;
  g_autofree char *whole = g_strconcat(text, "\n", NULL);
  return g_bytes_new(whole, strlen(whole));
}

static GBytes *der_of(Span body) {
  static const char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/=";
  g_autoptr(GString) base64 = g_string_sized_new(span_size(body));
  for (; body.at < body.end; body.at++) {
    if (strchr("\r\n \t", *body.at) != NULL)
      continue;
    if (strchr(alphabet, *body.at) == NULL)
      return NULL;
    g_string_append_c(base64, *body.at);
  }
  gsize size = 0;
  guchar *der = g_base64_decode(base64->str, &size);
  return g_bytes_new_take(der, size);
}

static enum signed_parts_state read_second(Span part, SignedParts *ret) {
  static const char *const plain[] = {"7bit", "8bit", NULL}, *const base64[] = {"base64", NULL};
  g_auto(FieldBlock) fields = {0};
  g_auto(ContentType) type = {0};
  const char *value = NULL;
  enum signed_parts_state head = read_head(part, &fields, &value);
  if (head != SIGNED_PARTS_WHOLE)
    return head;
  if (value == NULL || !content_type_read(value, &type))
    return SIGNED_PARTS_MALFORMED;
  if (!is_type_of(ret->protocol, type.type))
    return SIGNED_PARTS_TYPE_MISMATCH;
  Span body = {part.at + fields.size, part.end};
  if (span_size(body) > SIGNED_PARTS_SIGNATURE_MAX)
    return SIGNED_PARTS_TOO_COMPLEX;
  gboolean openpgp = ret->protocol == SIGNED_OPENPGP;
  if (is_encoding(&fields, openpgp ? plain : base64))
    ret->signature = openpgp ? armour_of(body) : der_of(body);
  return ret->signature != NULL ? SIGNED_PARTS_WHOLE : SIGNED_PARTS_MALFORMED;
}

/* ---- the first part, and the header in it ---- */

static gboolean same_text(const char *a, const char *b) {
  if (a == NULL || b == NULL)
    return FALSE;
  g_autofree char *a_read = encoded_word_decode(a), *b_read = encoded_word_decode(b);
  if (a_read == NULL || b_read == NULL)
    return strcmp(a, b) == 0;
  g_autofree char *a_tidy = text_tidy(a_read), *b_tidy = text_tidy(b_read);
  return strcmp(a_tidy, b_tidy) == 0;
}

static enum signed_parts_state compare_from(const FieldBlock *inner, SignedParts *ret) {
  g_autoptr(Address) from = NULL;
  guint n = field_block_count(inner, "From");
  if (n == 0)
    return SIGNED_PARTS_WHOLE;
  if (n > 1 || author_read(field_block_get(inner, "From"), &from) == AUTHOR_SEVERAL)
    return SIGNED_PARTS_SEVERAL_FROM;
  if (from == NULL || strcmp(from->send, ret->from->send) != 0)
    return SIGNED_PARTS_FROM_MISMATCH;
  ret->headers |= SIGNED_HEADER_FROM;
  return SIGNED_PARTS_WHOLE;
}

static enum signed_parts_state compare_headers(const FieldBlock *outer, const FieldBlock *inner,
                                               SignedParts *ret) {
  static const struct {
    const char *name;
    enum signed_header header;
  } others[] = {
      {"To", SIGNED_HEADER_TO}, {"Date", SIGNED_HEADER_DATE}, {"Message-ID", SIGNED_HEADER_MESSAGE_ID}};
  enum signed_parts_state state = compare_from(inner, ret);
  if (state != SIGNED_PARTS_WHOLE)
    return state;
  const char *subject = field_block_get(inner, "Subject");
  if (subject != NULL && !same_text(subject, field_block_get(outer, "Subject")))
    return SIGNED_PARTS_SUBJECT_MISMATCH;
  ret->headers |= subject != NULL ? SIGNED_HEADER_SUBJECT : 0;
  for (gsize i = 0; i < G_N_ELEMENTS(others); i++)
    if (same_text(field_block_get(inner, others[i].name), field_block_get(outer, others[i].name)))
      ret->headers |= others[i].header;
  return SIGNED_PARTS_WHOLE;
}

/* A signed message within the signed part, or a whole message: whose words would count is not clear. */
static gboolean is_wrapping(const char *type) {
  return strcmp(type, "multipart/signed") == 0 || g_str_has_prefix(type, "message/");
}

static enum signed_parts_state read_first(Span part, const FieldBlock *outer, SignedParts *ret) {
  static const char *const plain[] = {"7bit", "8bit", NULL};
  g_auto(FieldBlock) fields = {0};
  g_auto(ContentType) type = {0};
  const char *value = NULL;
  enum signed_parts_state head = read_head(part, &fields, &value);
  if (head != SIGNED_PARTS_WHOLE)
    return head;
  if (value == NULL) /* text/plain (RFC 2045 §5.2) */
    return SIGNED_PARTS_WHOLE;
  if (!content_type_read(value, &type))
    return SIGNED_PARTS_MALFORMED;
  if (is_wrapping(type.type))
    return SIGNED_PARTS_PARTIAL;
  if (g_str_has_prefix(type.type, "multipart/") &&
      (!is_encoding(&fields, plain) || content_type_boundary(&type) == NULL))
    return SIGNED_PARTS_MALFORMED;
  const char *hp = content_type_get(&type, "hp"), *before = content_type_get(&type, "protected-headers");
  if (hp != NULL &&
      g_ascii_strcasecmp(hp, "clear") != 0) /* RFC 9788 §2.1.1: "cipher" is for what is encrypted */
    return SIGNED_PARTS_MALFORMED;
  return hp != NULL || g_strcmp0(before, "v1") == 0 ? compare_headers(outer, &fields, ret)
                                                    : SIGNED_PARTS_WHOLE;
}

/* ---- the whole ---- */

static enum signed_parts_state read_authors(const FieldBlock *fields, SignedParts *ret) {
  g_autoptr(Address) sender = NULL;
  guint n = field_block_count(fields, "From");
  enum author_outcome outcome =
      n == 1 ? author_read(field_block_get(fields, "From"), &ret->from) : AUTHOR_UNCLEAR;
  if (n > 1 || outcome == AUTHOR_SEVERAL)
    return SIGNED_PARTS_SEVERAL_FROM;
  if (outcome != AUTHOR_CLEAR)
    return SIGNED_PARTS_FROM_UNCLEAR;
  if (field_block_repeats(fields))
    return SIGNED_PARTS_SEVERAL_FIELDS;
  const char *value = field_block_get(fields, "Sender");
  if (value == NULL)
    return SIGNED_PARTS_WHOLE;
  return author_read(value, &sender) == AUTHOR_CLEAR && strcmp(sender->folded, ret->from->folded) == 0
             ? SIGNED_PARTS_WHOLE
             : SIGNED_PARTS_SENDER_MISMATCH;
}

static gboolean read_protocol(const ContentType *type, SignedParts *ret) {
  const char *protocol = content_type_get(type, "protocol");
  g_autofree char *lower = g_ascii_strdown(protocol != NULL ? protocol : "", -1);
  ret->protocol = is_type_of(SIGNED_OPENPGP, lower) ? SIGNED_OPENPGP : SIGNED_SMIME;
  return is_type_of(ret->protocol, lower);
}

static enum signed_parts_state read_signed(GBytes *bytes, Span body, const FieldBlock *fields,
                                           const ContentType *type, SignedParts *ret) {
  static const char *const plain[] = {"7bit", "8bit", NULL};
  const char *boundary = content_type_boundary(type), *version = field_block_get(fields, "MIME-Version");
  Split parts = {0};
  if (boundary == NULL || version == NULL || !g_str_has_prefix(version, "1.0") || !is_encoding(fields, plain))
    return SIGNED_PARTS_MALFORMED;
  if (!read_protocol(type, ret))
    return SIGNED_PARTS_PROTOCOL_UNKNOWN;
  enum signed_parts_state state = split(body, boundary, &parts);
  if (state == SIGNED_PARTS_WHOLE && !(is_customary(parts.preamble) && is_blank(parts.epilogue)))
    state = SIGNED_PARTS_PARTIAL;
  if (state == SIGNED_PARTS_WHOLE)
    state = read_first(parts.first, fields, ret);
  if (state == SIGNED_PARTS_WHOLE)
    state = read_second(parts.second, ret);
  if (state == SIGNED_PARTS_WHOLE)
    ret->text = g_bytes_new_from_bytes(
        bytes, (gsize)(parts.first.at - (const char *)g_bytes_get_data(bytes, NULL)), span_size(parts.first));
  return state;
}

static enum signed_parts_state read_message(GBytes *bytes, SignedParts *ret) {
  g_auto(FieldBlock) fields = {0};
  g_auto(ContentType) type = {0};
  gsize size = 0;
  const char *at = g_bytes_get_data(bytes, &size);
  enum field_block_outcome outcome = size > 0 ? field_block_read(at, size, &fields) : FIELD_BLOCK_MALFORMED;
  if (outcome != FIELD_BLOCK_READ)
    return outcome == FIELD_BLOCK_MALFORMED ? SIGNED_PARTS_MALFORMED : SIGNED_PARTS_TOO_COMPLEX;
  Span body = {at + fields.size, at + size};
  const char *value = field_block_get(&fields, "Content-Type");
  enum signed_parts_state authors = read_authors(&fields, ret);
  if (field_block_count(&fields, "Content-Type") > 1)
    return SIGNED_PARTS_SEVERAL_FIELDS;
  if (value != NULL && !content_type_read(value, &type))
    return SIGNED_PARTS_MALFORMED;
  if (g_strcmp0(type.type, "multipart/signed") != 0)
    return state_of_unsigned(type.type, body);
  return authors != SIGNED_PARTS_WHOLE ? authors : read_signed(bytes, body, &fields, &type, ret);
}

void signed_parts_read(GBytes *raw, SignedParts *ret) {
  *ret = (SignedParts){.state = SIGNED_PARTS_TOO_COMPLEX};
  if (g_bytes_get_size(raw) > SIGNED_PARTS_MESSAGE_MAX)
    return;
  g_autoptr(GBytes) bytes = canonical(raw, &ret->made_canonical);
  ret->state = bytes != NULL ? read_message(bytes, ret) : SIGNED_PARTS_MALFORMED;
}
