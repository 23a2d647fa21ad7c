/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "mail/message.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#include "base/fault.h"

#define LINE_MAX_OCTETS 998 /* RFC 5322 §2.1.1, without the CRLF */

static void piece_free(gpointer data) {
  MessagePiece *piece = data;
  g_clear_pointer(&piece->bytes, g_bytes_unref);
  g_free(piece->path);
  g_free(piece);
}

Message *message_new(void) {
  Message *message = g_new0(Message, 1);
  message->pieces = g_ptr_array_new_with_free_func(piece_free);
  return message;
}

void message_free(Message *message) {
  if (message == NULL)
    return;
  g_free(message->envelope.from);
  g_free(message->envelope.to);
  g_free(message->envelope.envid);
  g_free(message->envelope.orcpt);
  g_free(message->message_id);
  g_free(message->signed_by);
  g_ptr_array_unref(message->pieces);
  g_free(message);
}

static void add_piece(Message *message, GBytes *bytes, char *path, guint64 size, const Digest *digest) {
  MessagePiece *piece = g_new0(MessagePiece, 1);
  piece->bytes = bytes;
  piece->path = path;
  piece->size = size;
  if (digest != NULL)
    piece->digest = *digest;
  g_ptr_array_add(message->pieces, piece);
  message->size += size;
}

void message_add_bytes(Message *message, GBytes *bytes) {
  if (g_bytes_get_size(bytes) > 0)
    add_piece(message, g_bytes_ref(bytes), NULL, g_bytes_get_size(bytes), NULL);
}

void message_add_string(Message *message, GString *string) {
  g_autoptr(GBytes) bytes = g_string_free_to_bytes(string);
  message_add_bytes(message, bytes);
}

void message_add_file(Message *message, const char *path, guint64 size, const Digest *digest) {
  add_piece(message, NULL, g_strdup(path), size, digest);
}

struct MessageReader {
  const Message *message;
  guint next;   /* index of the piece to begin when no file is open */
  int fd;       /* of the file being read, or -1 */
  guint64 left; /* octets of it still to come */
  DigestState *state;
  guint8 *buffer;
};

MessageReader *message_reader_new(const Message *message) {
  MessageReader *reader = g_new0(MessageReader, 1);
  reader->message = message;
  reader->fd = -1;
  return reader;
}

static void file_end(MessageReader *reader) {
  if (reader->fd >= 0)
    close(reader->fd);
  reader->fd = -1;
  g_clear_pointer(&reader->state, digest_abandon);
}

void message_reader_free(MessageReader *reader) {
  if (reader == NULL)
    return;
  file_end(reader);
  g_free(reader->buffer);
  g_free(reader);
}

static int file_begin(MessageReader *reader, const MessagePiece *piece, GError **error) {
  reader->fd = open(piece->path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
  if (reader->fd < 0 && errno == ENOENT)
    return fault(error, FAULT_ABSENT, "%s: this part of the message is missing; restore it or make it again",
                 piece->path);
  if (reader->fd < 0)
    return fault_errno(error, errno, "%s: this part of the message cannot be read", piece->path);
  reader->left = piece->size;
  reader->state = digest_begin();
  if (reader->buffer == NULL)
    reader->buffer = g_malloc(MESSAGE_READ_MAX);
  return 0;
}

static gssize read_full(int fd, guint8 *to, gsize size) {
  gsize have = 0;
  while (have < size) {
    gssize n = read(fd, to + have, size - have);
    if (n < 0 && errno == EINTR)
      continue;
    if (n < 0)
      return -1;
    if (n == 0)
      break;
    have += (gsize)n;
  }
  return (gssize)have;
}

static int changed(const MessagePiece *piece, const char *how, GError **error) {
  return fault(
      error, FAULT_RULE,
      "%s: this part of the message has changed since it was made (%s); nothing of it is sent: restore "
      "the file",
      piece->path, how);
}

/* At the last octet the file must end and its digest be the one that was promised. */
static int file_verify(MessageReader *reader, const MessagePiece *piece, GError **error) {
  guint8 beyond;
  gssize n = read_full(reader->fd, &beyond, 1);
  if (n < 0)
    return fault_errno(error, errno, "%s: this part of the message cannot be read", piece->path);
  if (n > 0)
    return changed(piece, "it is longer", error);
  Digest digest = digest_finish(g_steal_pointer(&reader->state));
  if (!digest_equal(&digest, &piece->digest))
    return changed(piece, "its SHA-256 differs", error);
  file_end(reader);
  reader->next++;
  return 0;
}

static gssize file_read_on(MessageReader *reader, const MessagePiece *piece, GError **error) {
  gsize want = (gsize)MIN(reader->left, MESSAGE_READ_MAX);
  gssize n = read_full(reader->fd, reader->buffer, want);
  if (n < 0)
    return fault_errno(error, errno, "%s: this part of the message cannot be read", piece->path);
  if ((gsize)n < want)
    return changed(piece, "it is shorter", error);
  digest_add(reader->state, reader->buffer, want);
  reader->left -= want;
  int r = reader->left == 0 ? file_verify(reader, piece, error) : 0;
  return r < 0 ? r : n;
}

gssize message_reader_next(MessageReader *reader, const guint8 **ret_bytes, GError **error) {
  while (reader->next < reader->message->pieces->len) {
    const MessagePiece *piece = g_ptr_array_index(reader->message->pieces, reader->next);
    if (piece->bytes != NULL) {
      reader->next++;
      *ret_bytes = g_bytes_get_data(piece->bytes, NULL);
      return (gssize)piece->size;
    }
    int r = reader->fd < 0 ? file_begin(reader, piece, error) : 0;
    gssize n = r < 0 ? r : file_read_on(reader, piece, error);
    if (n < 0)
      file_end(reader);
    *ret_bytes = reader->buffer;
    if (n != 0)
      return n;
  }
  return 0;
}

int message_seal(Message *message, GError **error) {
  g_autoptr(MessageReader) reader = message_reader_new(message);
  g_autoptr(DigestState) state = digest_begin();
  const guint8 *bytes;
  guint64 size = 0;
  gssize n;
  while ((n = message_reader_next(reader, &bytes, error)) > 0) {
    digest_add(state, bytes, (gsize)n);
    size += (guint64)n;
  }
  if (n < 0)
    return (int)n;
  message->size = size;
  message->digest = digest_finish(g_steal_pointer(&state));
  return 0;
}

typedef struct {
  guint64 at;   /* octets seen */
  gsize column; /* octets of the present line, its CR included */
  gboolean cr;  /* the last octet was a CR */
} LineCheck;

static const char *line_offence(LineCheck *check, guint8 octet) {
  check->at++;
  if (octet == '\n') {
    if (!check->cr)
      return "a bare LF";
    check->cr = FALSE;
    check->column = 0;
    return NULL;
  }
  if (check->cr)
    return "a bare CR";
  if (octet == '\0')
    return "a NUL";
  check->cr = octet == '\r';
  check->column++;
  if (!check->cr && check->column > LINE_MAX_OCTETS)
    return "a line over 998 octets";
  return NULL;
}

int message_check(const Message *message, GError **error) {
  g_autoptr(MessageReader) reader = message_reader_new(message);
  LineCheck check = {0};
  const guint8 *bytes;
  gssize n;
  while ((n = message_reader_next(reader, &bytes, error)) > 0)
    for (gssize i = 0; i < n; i++) {
      const char *offence = line_offence(&check, bytes[i]);
      if (offence != NULL)
        return fault(
            error, FAULT_RULE,
            "message %s: octet %" G_GUINT64_FORMAT " holds %s; it must not be sent: report this defect",
            message->message_id != NULL ? message->message_id : "without a Message-ID", check.at, offence);
    }
  if (n == 0 && check.column > 0)
    return fault(error, FAULT_RULE,
                 "message %s: its last line has no end; it must not be sent: report this defect",
                 message->message_id != NULL ? message->message_id : "without a Message-ID");
  return (int)n;
}
