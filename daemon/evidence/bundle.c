/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "evidence/bundle.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "base/fault.h"
#include "base/file.h"

#define NAME_MOST 60 /* bytes of a name that people gave */
#define FILE_MOST ((gsize)256 * 1024 * 1024)

struct Bundle {
  char *folder;
  GString *sums; /* as sha256sum writes them */
};

Bundle *bundle_new(const char *folder) {
  Bundle *bundle = g_new0(Bundle, 1);
  bundle->folder = g_strdup(folder);
  bundle->sums = g_string_new(NULL);
  return bundle;
}

void bundle_free(Bundle *bundle) {
  if (bundle == NULL)
    return;
  g_free(bundle->folder);
  g_string_free(bundle->sums, TRUE);
  g_free(bundle);
}

/* ---- one file ---- */

typedef struct {
  char *path;
  int fd;
  DigestState *digest;
} Writing;

static int begin(const Bundle *bundle, const char *name, Writing *writing, GError **error) {
  writing->path = g_build_filename(bundle->folder, name, NULL);
  writing->fd = open(writing->path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  writing->digest = digest_begin();
  return writing->fd >= 0 ? 0 : fault_errno(error, errno, "%s: cannot be made", writing->path);
}

static int put(Writing *writing, gconstpointer bytes, gsize size, GError **error) {
  digest_add(writing->digest, bytes, size);
  return file_write_all(writing->fd, bytes, size, writing->path, error);
}

static int end(Bundle *bundle, const char *name, Writing *writing, int r, GError **error) {
  Digest digest = digest_finish(writing->digest);
  char hex[DIGEST_HEX_SIZE];
  digest_hex(&digest, hex);
  if (writing->fd >= 0 && close(writing->fd) != 0 && r == 0)
    r = fault_errno(error, errno, "%s: cannot be written", writing->path);
  if (r == 0)
    g_string_append_printf(bundle->sums, "%s  %s\n", hex, name);
  g_free(writing->path);
  return r;
}

int bundle_add(Bundle *bundle, const char *name, gconstpointer bytes, gsize size, GError **error) {
  Writing writing;
  int r = begin(bundle, name, &writing, error);
  if (r == 0)
    r = put(&writing, bytes, size, error);
  return end(bundle, name, &writing, r, error);
}

int bundle_add_text(Bundle *bundle, const char *name, const char *text, GError **error) {
  return bundle_add(bundle, name, text, strlen(text), error);
}

int bundle_add_bytes(Bundle *bundle, const char *name, GBytes *bytes, GError **error) {
  return bundle_add(bundle, name, g_bytes_get_data(bytes, NULL), g_bytes_get_size(bytes), error);
}

int bundle_add_file(Bundle *bundle, const char *name, const char *path, GError **error) {
  g_autoptr(GBytes) bytes = NULL;
  int r = file_read(path, FILE_MOST, &bytes, error);
  return r < 0 ? r : bundle_add_bytes(bundle, name, bytes, error);
}

int bundle_add_message(Bundle *bundle, const char *name, const Message *message, GError **error) {
  g_autoptr(MessageReader) reader = message_reader_new(message);
  Writing writing;
  const guint8 *bytes = NULL;
  gssize n = 0;
  int r = begin(bundle, name, &writing, error);
  while (r == 0 && (n = message_reader_next(reader, &bytes, error)) > 0)
    r = put(&writing, bytes, (gsize)n, error);
  return end(bundle, name, &writing, n < 0 ? (int)n : r, error);
}

char *bundle_name(const char *prefix, const char *name) {
  gsize length = strlen(name), most = MIN(length, NAME_MOST);
  GString *to = g_string_new(prefix);
  g_string_append_c(to, '-');
  for (const char *c = name + length - most; *c != '\0'; c++) /* its end says what kind of file it is */
    g_string_append_c(to, g_ascii_isalnum(*c) || *c == '.' || *c == '-' ? *c : '_');
  return g_string_free(to, FALSE);
}

/* ---- the seal ---- */

int bundle_seal(Bundle *bundle, Keeper *keeper, GError **error) {
  g_auto(Signature) signature = {0};
  g_autofree char *sums = g_strdup(bundle->sums->str);
  Signer *signer = NULL;
  int r = bundle_add_text(bundle, "SHA256SUMS", sums, error);
  if (r < 0 || !keeper_has_key(keeper))
    return r;
  r = keeper_signer(keeper, &signer, error);
  if (r == 0)
    r = signer_sign(signer, sums, strlen(sums), &signature, error);
  return r < 0 ? r : bundle_add_bytes(bundle, "SHA256SUMS.asc", signature.armour, error);
}
