/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "mailing/splice.h"

#include <string.h>

#include "base/fault.h"

#define MARK            "valise-splice 1"
#define SIGNED          "signed"
#define NAME_MAX_LENGTH 80 /* 64 digits and ".b64" */

/* ---- making ---- */

static void add_line(GString *to, const char *word, const char *value) {
  if (value != NULL)
    g_string_append_printf(to, "%s %s\n", word, value);
}

static void add_piece(GString *to, const MessagePiece *piece) {
  gsize size = 0;
  gconstpointer bytes = g_bytes_get_data(piece->bytes, &size);
  g_string_append_printf(to, "bytes %" G_GSIZE_FORMAT "\n", size);
  g_string_append_len(to, bytes, (gssize)size);
  g_string_append_c(to, '\n');
}

static void add_file(GString *to, const SpliceFile *file) {
  char hex[DIGEST_HEX_SIZE];
  digest_hex(&file->digest, hex);
  g_string_append_printf(to, "file %s %" G_GUINT64_FORMAT " %s\n", file->name, file->size, hex);
}

GBytes *splice_make(const Message *message, const SpliceFile *files, gsize count) {
  gsize own = 1024;
  for (guint i = 0; i < message->pieces->len; i++) {
    const MessagePiece *piece = g_ptr_array_index(message->pieces, i);
    own += piece->bytes != NULL ? g_bytes_get_size(piece->bytes) + 32 : 0;
  }
  GString *to = g_string_sized_new(own);
  g_string_append(to, MARK "\n");
  add_line(to, SIGNED, message->signed_by);
  add_line(to, "id", message->message_id);
  add_line(to, "from", message->envelope.from);
  add_line(to, "to", message->envelope.to);
  add_line(to, "envid", message->envelope.envid);
  add_line(to, "orcpt", message->envelope.orcpt);
  add_line(to, "success", message->envelope.notify_success ? "1" : "0");
  add_line(to, "utf8", message->envelope.utf8 ? "1" : "0");
  gsize next = 0;
  for (guint i = 0; i < message->pieces->len; i++) {
    if (next < count && files[next].piece == i)
      add_file(to, &files[next++]);
    else
      add_piece(to, g_ptr_array_index(message->pieces, i));
  }
  g_string_append(to, "end\n");
  return g_string_free_to_bytes(to);
}

/* ---- reading ---- */

typedef struct {
  GBytes *whole;
  const char *bytes;
  gsize size, at;
  const char *folder;
  Message *message;
} Reading;

/* The next line without its line feed; NULL at the end or when the line has none. */
static char *next_line(Reading *r) {
  const char *from = r->bytes + r->at;
  const char *end = memchr(from, '\n', r->size - r->at);
  if (end == NULL)
    return NULL;
  r->at += (gsize)(end - from) + 1;
  return g_strndup(from, (gsize)(end - from));
}

static gboolean take_bytes(Reading *r, const char *value) {
  guint64 length = 0;
  if (!g_ascii_string_to_unsigned(value, 10, 0, r->size, &length, NULL) || r->size - r->at <= length)
    return FALSE;
  if (r->bytes[r->at + length] != '\n')
    return FALSE;
  g_autoptr(GBytes) piece = g_bytes_new_from_bytes(r->whole, r->at, length);
  message_add_bytes(r->message, piece);
  r->at += length + 1;
  return TRUE;
}

static gboolean take_file(Reading *r, const char *value) {
  g_auto(GStrv) parts = g_strsplit(value, " ", 4);
  guint64 size = 0;
  Digest digest;
  if (g_strv_length(parts) != 3 || strlen(parts[0]) > NAME_MAX_LENGTH ||
      strspn(parts[0], "0123456789abcdef.") != strlen(parts[0]) ||
      !g_ascii_string_to_unsigned(parts[1], 10, 0, G_MAXINT64, &size, NULL) ||
      !digest_parse(parts[2], &digest))
    return FALSE;
  g_autofree char *path = g_build_filename(r->folder, parts[0], NULL);
  message_add_file(r->message, path, size, &digest);
  return TRUE;
}

static gboolean take_word(Message *m, const char *word, const char *value) {
  const struct {
    const char *word;
    char **to;
  } texts[] = {{SIGNED, &m->signed_by}, {"id", &m->message_id},        {"from", &m->envelope.from},
               {"to", &m->envelope.to}, {"envid", &m->envelope.envid}, {"orcpt", &m->envelope.orcpt}};
  for (gsize i = 0; i < G_N_ELEMENTS(texts); i++)
    if (strcmp(word, texts[i].word) == 0) {
      g_free(*texts[i].to);
      *texts[i].to = g_strdup(value);
      return TRUE;
    }
  if (strcmp(word, "success") == 0)
    m->envelope.notify_success = strcmp(value, "1") == 0;
  else if (strcmp(word, "utf8") == 0)
    m->envelope.utf8 = strcmp(value, "1") == 0;
  else
    return FALSE;
  return TRUE;
}

static gboolean take_line(Reading *r, char *line) {
  char *space = strchr(line, ' ');
  if (space == NULL)
    return FALSE;
  *space = '\0';
  if (strcmp(line, "bytes") == 0)
    return take_bytes(r, space + 1);
  if (strcmp(line, "file") == 0)
    return take_file(r, space + 1);
  return take_word(r->message, line, space + 1);
}

static gboolean read_all(Reading *r) {
  g_autofree char *mark = next_line(r);
  if (g_strcmp0(mark, MARK) != 0)
    return FALSE;
  for (;;) {
    g_autofree char *line = next_line(r);
    if (line == NULL)
      return FALSE;
    if (strcmp(line, "end") == 0)
      return r->at == r->size && r->message->message_id != NULL && r->message->envelope.to != NULL &&
             r->message->envelope.from != NULL;
    if (!take_line(r, line))
      return FALSE;
  }
}

int splice_read(GBytes *splice, const char *folder, Message **ret, GError **error) {
  g_autoptr(Message) message = message_new();
  Reading reading = {.whole = splice, .folder = folder, .message = message};
  reading.bytes = g_bytes_get_data(splice, &reading.size);
  if (reading.size == 0 || reading.size > SPLICE_MAX || !read_all(&reading))
    return fault(
        error, FAULT_RULE,
        "the splice of this message is damaged, so its bytes cannot be made again; restore the database "
        "from a backup");
  *ret = g_steal_pointer(&message);
  return 0;
}

char *splice_signed_by(GBytes *head) {
  static const char lead[] = MARK "\n" SIGNED " ";
  gsize size = 0;
  const char *bytes = g_bytes_get_data(head, &size);
  if (size < strlen(lead) || memcmp(bytes, lead, strlen(lead)) != 0)
    return NULL;
  const char *from = bytes + strlen(lead), *end = memchr(from, '\n', size - strlen(lead));
  return end != NULL ? g_strndup(from, (gsize)(end - from)) : NULL;
}
