/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sign/signed_entity.h"

#include <string.h>

#include "base/fault.h"

#define LINE_MAX_OCTETS 998 /* RFC 5322 §2.1.1, without the CRLF */

const HeaderParameter signed_entity_clear = {"hp", "clear"};

/* ---- the protected header ---- */

static gboolean is_ascii(const char *at, gsize length) {
  for (gsize i = 0; i < length; i++)
    if ((guchar)at[i] >= 0x80)
      return FALSE;
  return TRUE;
}

/* Length of the field that begins at AT, with its continuation lines and its CRLF. */
static gsize field_length(const char *at, gsize left) {
  gsize length = 0;
  do {
    const char *end = memmem(at + length, left - length, "\r\n", 2);
    length = end != NULL ? (gsize)(end - at) + 2 : left;
  } while (length < left && (at[length] == ' ' || at[length] == '\t'));
  return length;
}

static const char *const protected_fields[] = {"From", "To", "Subject", "Date", "Message-ID"};

/* Index into PROTECTED_FIELDS, or -1. */
static int protected_index(const char *field, gsize length) {
  const char *colon = memchr(field, ':', length);
  for (gsize i = 0; colon != NULL && i < G_N_ELEMENTS(protected_fields); i++)
    if (strlen(protected_fields[i]) == (gsize)(colon - field) &&
        g_ascii_strncasecmp(field, protected_fields[i], (gsize)(colon - field)) == 0)
      return (int)i;
  return -1;
}

int signed_entity_protect(GString *to, const char *header, gsize size, GError **error) {
  guint seen[G_N_ELEMENTS(protected_fields)] = {0};
  gsize before = to->len, length = 0;
  for (gsize at = 0; at < size; at += length) {
    length = field_length(header + at, size - at);
    int i = protected_index(header + at, length);
    if (i < 0)
      continue;
    gboolean ascii = is_ascii(header + at, length);
    if (seen[i]++ > 0 || (!ascii && i != 1)) {
      g_string_truncate(to, before);
      return fault(error, FAULT_INPUT, "the field %s is not ASCII or stands there twice; nothing was signed",
                   protected_fields[i]);
    }
    if (ascii)
      g_string_append_len(to, header + at, (gssize)length);
  }
  if (seen[0] == 1)
    return 0;
  g_string_truncate(to, before);
  return fault(error, FAULT_INPUT, "the message has no From; nothing was signed");
}

/* ---- what may be signed ---- */

/* LINE with its LF. */
static const char *offence_of(const char *line, gsize length, const char *delimiter) {
  if (length < 2 || line[length - 2] != '\r')
    return "a line that does not end with CRLF";
  length -= 2;
  if (length > LINE_MAX_OCTETS)
    return "a line over 998 octets";
  for (gsize i = 0; i < length; i++)
    if ((guchar)line[i] >= 0x80 || line[i] == '\0' || line[i] == '\r')
      return "an octet that is not 7-bit text";
  if (length > 0 && (line[length - 1] == ' ' || line[length - 1] == '\t'))
    return "white space at the end of a line";
  if (length >= 5 && memcmp(line, "From ", 5) == 0)
    return "a line that begins with \"From \"";
  if (length >= strlen(delimiter) && memcmp(line, delimiter, strlen(delimiter)) == 0)
    return "a line that begins like a delimiter";
  return NULL;
}

typedef struct {
  const char *delimiter;
  GString *begun; /* a line whose end has not been read */
  guint64 line;
  const char *offence;
} LineCheck;

static void check_bytes(LineCheck *check, const char *at, gsize size) {
  const char *end;
  while (check->offence == NULL && size > 0 && (end = memchr(at, '\n', size)) != NULL) {
    gsize length = (gsize)(end - at) + 1;
    check->line++;
    if (check->begun->len > 0) {
      g_string_append_len(check->begun, at, (gssize)length);
      check->offence = offence_of(check->begun->str, check->begun->len, check->delimiter);
      g_string_truncate(check->begun, 0);
    } else {
      check->offence = offence_of(at, length, check->delimiter);
    }
    at += length;
    size -= length;
  }
  if (check->offence == NULL && check->begun->len + size > LINE_MAX_OCTETS + 2)
    check->offence = "a line over 998 octets";
  else if (check->offence == NULL)
    g_string_append_len(check->begun, at, (gssize)size);
}

int signed_entity_check(const Message *entity, const char *boundary, GError **error) {
  g_autoptr(MessageReader) reader = message_reader_new(entity);
  g_autoptr(GString) begun = g_string_new(NULL);
  g_autofree char *delimiter = g_strconcat("--", boundary, NULL);
  LineCheck check = {.delimiter = delimiter, .begun = begun};
  const guint8 *bytes = NULL;
  gssize n = 1;
  while (check.offence == NULL && n > 0)
    if ((n = message_reader_next(reader, &bytes, error)) > 0)
      check_bytes(&check, (const char *)bytes, (gsize)n);
  if (n < 0)
    return (int)n;
  if (check.offence == NULL && (begun->len > 0 || check.line == 0))
    check.offence = "no CRLF at its end";
  return check.offence == NULL
             ? 0
             : fault(error, FAULT_RULE,
                     "the text to be signed has, in line %" G_GUINT64_FORMAT
                     ", %s; some relay would change it and break the signature: report this defect",
                     check.line, check.offence);
}

guint64 signed_entity_octets(const Message *entity) {
  return entity->size >= 2 ? entity->size - 2 : 0;
}

/* ---- the whole ---- */

static gboolean is_of(enum signed_protocol protocol, const Signature *signature) {
  gsize size = 0;
  const char *armour = signature->armour != NULL ? g_bytes_get_data(signature->armour, &size) : NULL;
  static const char begin[] = "-----BEGIN PGP SIGNATURE-----";
  gboolean armoured = size > strlen(begin) && memcmp(armour, begin, strlen(begin)) == 0;
  return size > 0 && armour[size - 1] == '\n' && is_ascii(armour, size) &&
         (protocol == SIGNED_OPENPGP ? armoured && g_str_has_prefix(signature->micalg, "pgp-")
                                     : !armoured && g_str_has_prefix(signature->micalg, "sha-"));
}

static void append_with_crlf(GString *to, GBytes *bytes) {
  gsize size = 0;
  const char *at = g_bytes_get_data(bytes, &size);
  for (gsize i = 0; i < size; i++) {
    if (at[i] == '\n' && (i == 0 || at[i - 1] != '\r'))
      g_string_append_c(to, '\r');
    g_string_append_c(to, at[i]);
  }
}

static int append_signature(GString *to, enum signed_protocol protocol, const Signature *signature,
                            GError **error) {
  static const HeaderParameter name = {"name", "signature.asc"};
  int r = 0;
  if (protocol == SIGNED_SMIME) {
    r = mime_attachment(to, "application/pkcs7-signature", "smime.p7s", error);
  } else {
    r = header_parameters(to, "Content-Type", "application/pgp-signature", &name, 1, error);
    if (r == 0)
      r = header_text(to, "Content-Description", "OpenPGP digital signature", error);
    g_string_append(to, "\r\n");
  }
  append_with_crlf(to, signature->armour);
  return r;
}

static void add_pieces(Message *message, const Message *entity) {
  for (guint i = 0; i < entity->pieces->len; i++) {
    const MessagePiece *piece = g_ptr_array_index(entity->pieces, i);
    if (piece->bytes != NULL)
      message_add_bytes(message, piece->bytes);
    else
      message_add_file(message, piece->path, piece->size, &piece->digest);
  }
}

int signed_entity_write(Message *message, GString *head, const Message *entity, enum signed_protocol protocol,
                        const Signature *signature, const char *boundary, GError **error) {
  const HeaderParameter parameters[] = {
      {"protocol", protocol == SIGNED_OPENPGP ? "application/pgp-signature" : "application/pkcs7-signature"},
      {"micalg", signature->micalg}};
  g_autoptr(GString) tail = g_string_new(NULL);
  if (!is_of(protocol, signature))
    return fault(error, FAULT_INPUT, "the signature is not of the kind that was announced; nothing was made");
  mime_delimiter(tail, boundary);
  int r = append_signature(tail, protocol, signature, error);
  if (r == 0)
    r = mime_multipart_with(head, "signed", boundary, parameters, G_N_ELEMENTS(parameters), error);
  if (r < 0)
    return r;
  mime_close(tail, boundary);
  mime_delimiter(head, boundary);
  message_add_string(message, head);
  add_pieces(message, entity);
  message_add_string(message, g_steal_pointer(&tail));
  return 0;
}
