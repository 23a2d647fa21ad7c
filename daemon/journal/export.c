/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "journal/export.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/fault.h"
#include "base/file.h"
#include "journal/chain_rows.h"
#include "journal/signed_head.h"

/* Only what every POSIX sh has, and sha256sum. The test runs it. */
static const char verify_sh[] =
    "#!/bin/sh\n"
    "# Checks this folder with sha256sum, and gpgv where it is signed: sh verify.sh [INDEX:DIGEST]\n"
    "cd \"$(dirname \"$0\")\" || exit 2\n"
    "digest() { sha256sum | cut -c 1-64; }\n"
    "wrong() { echo \"NOT INTACT: $1\"; exit 1; }\n"
    "last=0 count=0 at=0 before=$(printf '' | digest)\n"
    "while read -r index previous commitment; do\n"
    "  [ \"$index\" = $((last + 1)) ] || wrong \"after line $last stands line $index\"\n"
    "  [ \"$previous\" = \"$before\" ] || wrong \"line $index does not follow line $last as it stands\"\n"
    "  before=$(printf '%s %s %s\\n' \"$index\" \"$previous\" \"$commitment\" | digest) last=$index\n"
    "done <chain.txt\n"
    "[ \"$last $before\" = \"$(cat HEAD)\" ] || wrong \"chain.txt ends at line $last, not at the line in "
    "HEAD\"\n"
    "while read -r word index bytes; do\n"
    "  [ \"$index\" -gt $at ] || wrong \"$word $index stands out of its order\"\n"
    "  while [ $at -lt \"$index\" ]; do read -r at line commitment <&3 || wrong \"$word $index has no "
    "line\"; "
    "done\n"
    "  [ \"$(head -c \"$bytes\" | digest)\" = \"$commitment\" ] || wrong \"$word $index was edited or "
    "moved\"\n"
    "  count=$((count + 1))\n"
    "done <entries.txt 3<chain.txt\n"
    "[ -z \"$1\" ] || [ \"$(sed -n \"${1%:*}p\" chain.txt | digest)\" = \"${1#*:}\" ] || wrong \"$1 is not "
    "in "
    "it: cut off, or written anew\"\n"
    "signed=$(sh ./signed.sh 2>&1) || wrong \"$signed\"\n"
    "printf '%s\\n' \"intact: $last lines, $count entries, head $last:$before\" \"$signed\"\n";

/* Run by the other; each head that was signed must be a line of the chain as it stands. */
static const char signed_sh[] =
    "#!/bin/sh\n"
    "# Checks the signed heads of this folder with sha256sum and gpgv: verify.sh runs it\n"
    "cd \"$(dirname \"$0\")\" || exit 2\n"
    "wrong() { echo \"$1\"; exit 1; }\n"
    "n=1\n"
    "while [ -f MANIFEST-$n ]; do\n"
    "  sha256sum --strict --quiet -c MANIFEST-$n || wrong \"MANIFEST-$n, or what it names, was edited\"\n"
    "  read -r index line <head-$n.txt\n"
    "  [ \"$(sed -n \"${index}p\" chain.txt | sha256sum | cut -c 1-64)\" = \"$line\" ] || wrong \"line "
    "$index is not "
    "that of head $n\"\n"
    "  gpgv --quiet --keyring ./log-key.gpg MANIFEST-$n.asc MANIFEST-$n || wrong \"MANIFEST-$n was not "
    "signed so\"\n"
    "  n=$((n + 1))\n"
    "done\n"
    "echo \"signed heads that hold: $((n - 1))\"\n";

static const char readme[] =
    "The journal of a Valise\n"
    "=======================\n"
    "\n"
    "Valise notes whatever it does with a mailing in a journal: who approved it, when each copy left, what "
    "the\n"
    "other server said. Each note is an entry. This folder holds the journal in a form that anybody can "
    "check,\n"
    "with nothing but a shell and sha256sum, for being the one that was written at the time.\n"
    "\n"
    "    chain.txt    one line for each entry: its index, the SHA-256 of the line before, its commitment\n"
    "    entries.txt  the entries: \"entry INDEX BYTES\", then so many bytes of text, in lines\n"
    "    HEAD         the index of the last line of chain.txt and the SHA-256 of that line\n"
    "    verify.sh, signed.sh\n"
    "                 the scripts below\n"
    "    head-N.txt, MANIFEST-N, MANIFEST-N.asc\n"
    "                 heads that were signed at the time, each manifest naming the one before\n"
    "    MANIFEST-N.tsr  where an authority of time stamped it (RFC 3161):\n"
    "                 openssl ts -verify -data MANIFEST-N -in MANIFEST-N.tsr -CAfile its-authority.pem\n"
    "    log-key.gpg  the keys that signed them; compare the fingerprint with one that you had from "
    "elsewhere:\n"
    "                 gpg --show-keys log-key.gpg\n"
    "\n"
    "The commitment of an entry is the SHA-256 of its bytes, which begin with a random salt. Each line of\n"
    "chain.txt names the digest of the whole line before it (the first: of nothing), line feed included. To "
    "change,\n"
    "drop or move an entry, all lines after it would have to be written anew, and the head would be "
    "another.\n"
    "So compare the head with one that was noted elsewhere: in the foot of a letter, in a mail to the "
    "admins, in\n"
    "minutes, by another person. Without that, nobody can tell that the end of a journal was cut off, or "
    "that all of\n"
    "it was written anew. Such a head, written INDEX:DIGEST, is checked with it by\n"
    "\n"
    "    sh verify.sh INDEX:DIGEST\n"
    "\n"
    "or by hand: sed -n INDEXp chain.txt | sha256sum gives the DIGEST.\n"
    "\n"
    "A head-N.txt has on its second line the root of a hash tree (RFC 6962) over all lines of the chain up "
    "to it,\n"
    "by which an evidence bundle shows single entries; `valise log verify FOLDER` computes it anew.\n"
    "\n"
    "An entry may be absent from entries.txt: it was erased, as the law may ask, or whoever exported may not "
    "see\n"
    "it. Its line stays in the chain and the chain stays whole; its text cannot be guessed back, for the "
    "salt\n"
    "is absent too. To show one entry alone, hand over its bytes and this chain: sha256sum of the bytes is\n"
    "the third word of its line.\n"
    "\n"
    "`valise log verify FOLDER` does the same as this script and is quick on a million entries:\n"
    "\n";

typedef struct {
  Store *store;
  gint64 clearance;
  char *folder; /* temporary name */
  FILE *chain, *entries;
  GPtrArray *names; /* of char *: what was written beside the fixed files */
  GString *canonical;
  gint64 count;
} Work;

/* Errors of stdio stay with the file until it is finished. */
static int write_row(const ChainRow *row, gpointer data, GError **error) {
  Work *work = data;
  Head before = {.index = row->line.index - 1, .line = row->line.previous};
  char line[CHAIN_LINE_SIZE];
  gsize length = chain_line(&before, &row->line.commitment, line);
  if (fwrite(line, 1, length, work->chain) != length)
    return fault_errno(error, errno, "%s/chain.txt: cannot be written", work->folder);
  if (row->erased || row->restricted > work->clearance)
    return 0;
  entry_canonical(&row->content, work->canonical);
  if (fprintf(work->entries, "entry %" G_GINT64_FORMAT " %zu\n", row->content.index, work->canonical->len) <
          0 ||
      fwrite(work->canonical->str, 1, work->canonical->len, work->entries) != work->canonical->len)
    return fault_errno(error, errno, "%s/entries.txt: cannot be written", work->folder);
  work->count++;
  return 0;
}

static int open_file(const Work *work, const char *name, FILE **ret, GError **error) {
  g_autofree char *path = g_build_filename(work->folder, name, NULL);
  *ret = fopen(path, "wxe");
  return *ret != NULL ? 0 : fault_errno(error, errno, "%s: cannot be created", path);
}

/* Makes *FILE durable and closes it in any case. */
static int finish_file(const Work *work, const char *name, FILE **file, GError **error) {
  FILE *f = g_steal_pointer(file);
  int failed = fflush(f) != 0 || fsync(fileno(f)) != 0 ? errno : 0;
  if (fclose(f) != 0 && failed == 0)
    failed = errno;
  return failed == 0 ? 0 : fault_errno(error, failed, "%s/%s: cannot be written", work->folder, name);
}

static int write_small(const Work *work, const char *name, const char *text, mode_t mode, GError **error) {
  g_autofree char *path = g_build_filename(work->folder, name, NULL);
  return file_write_whole(path, text, strlen(text), mode, error);
}

static int write_small_files(const Work *work, const Head *head, GError **error) {
  char hex[DIGEST_HEX_SIZE];
  digest_hex(&head->line, hex);
  g_autofree char *last = g_strdup_printf("%" G_GINT64_FORMAT " %s\n", head->index, hex);
  g_autofree char *page = g_strconcat(readme, signed_sh, "\n", verify_sh, NULL);
  int r = write_small(work, "HEAD", last, 0600, error);
  if (r == 0)
    r = write_small(work, "README.txt", page, 0600, error);
  if (r == 0)
    r = write_small(work, "signed.sh", signed_sh, 0700, error);
  return r < 0 ? r : write_small(work, "verify.sh", verify_sh, 0700, error);
}

/* ---- signed heads ---- */

static int write_named(const Work *work, const char *name, gconstpointer bytes, gsize size, GError **error) {
  g_autofree char *path = g_build_filename(work->folder, name, NULL);
  g_ptr_array_add(work->names, g_strdup(name));
  return file_write_whole(path, bytes, size, 0600, error);
}

static int write_stamp(const Work *work, const char *manifest, gint64 number, GError **error) {
  g_autofree char *name = g_strconcat(manifest, ".tsr", NULL);
  g_autoptr(GBytes) stamp = NULL;
  g_autoptr(Link) link = NULL;
  int r = store_read(work->store, &link, error);
  if (r == 0)
    r = signed_head_stamp(link, number, &stamp, error);
  return r < 0 || stamp == NULL
             ? r
             : write_named(work, name, g_bytes_get_data(stamp, NULL), g_bytes_get_size(stamp), error);
}

static int write_signed(const SignedHead *head, gpointer data, GError **error) {
  const Work *work = data;
  g_autofree char *name = signed_head_file_name(head->number), *file = signed_head_file(head);
  g_autofree char *manifest = g_strdup_printf("MANIFEST-%" G_GINT64_FORMAT, head->number);
  g_autofree char *signature = g_strconcat(manifest, ".asc", NULL);
  int r = write_named(work, name, file, strlen(file), error);
  if (r == 0)
    r = write_named(work, manifest, head->manifest, strlen(head->manifest), error);
  if (r == 0)
    r = write_named(work, signature, g_bytes_get_data(head->armour, NULL), g_bytes_get_size(head->armour),
                    error);
  return r < 0 ? r : write_stamp(work, manifest, head->number, error);
}

static int write_signed_heads(const Work *work, Store *store, const Head *head, GError **error) {
  g_autoptr(Link) link = NULL;
  g_autoptr(GBytes) ring = NULL;
  int r = store_read(store, &link, error);
  if (r == 0)
    r = signed_head_each(link, 0, head->index, G_MAXINT64, write_signed, (gpointer)work, error);
  if (r == 0)
    r = signed_head_ring(link, &ring, error);
  if (r < 0 || g_bytes_get_size(ring) == 0)
    return r;
  return write_named(work, "log-key.gpg", g_bytes_get_data(ring, NULL), g_bytes_get_size(ring), error);
}

static int write_all(Work *work, Store *store, const Head *head, GError **error) {
  int r = open_file(work, "chain.txt", &work->chain, error);
  if (r == 0)
    r = open_file(work, "entries.txt", &work->entries, error);
  if (r == 0)
    r = chain_rows_each(store, head->index, write_row, work, error);
  if (r == 0)
    r = finish_file(work, "chain.txt", &work->chain, error);
  if (r == 0)
    r = finish_file(work, "entries.txt", &work->entries, error);
  if (r == 0)
    r = write_signed_heads(work, store, head, error);
  return r < 0 ? r : write_small_files(work, head, error);
}

/* rename(2) takes the place of an empty folder, and of none that holds something. */
static int take_place(const Work *work, const char *folder, GError **error) {
  if (rename(work->folder, folder) != 0) {
    if (errno == ENOTEMPTY || errno == EEXIST || errno == ENOTDIR)
      return fault(error, FAULT_RULE, "%s: exists already and is no empty folder; name another", folder);
    return fault_errno(error, errno, "%s: cannot be made", folder);
  }
  g_autofree char *parent = g_path_get_dirname(folder);
  return file_sync_folder(parent, error);
}

static void clear_away(Work *work) {
  static const char *const names[] = {"chain.txt",  "entries.txt", "HEAD",
                                      "README.txt", "verify.sh",   "signed.sh"};
  for (gsize i = 0; i < G_N_ELEMENTS(names); i++) {
    g_autofree char *path = g_build_filename(work->folder, names[i], NULL);
    unlink(path);
  }
  for (guint i = 0; i < work->names->len; i++) {
    g_autofree char *path = g_build_filename(work->folder, g_ptr_array_index(work->names, i), NULL);
    unlink(path);
  }
  rmdir(work->folder);
}

static void close_files(Work *work) {
  if (work->chain != NULL)
    fclose(work->chain);
  if (work->entries != NULL)
    fclose(work->entries);
}

/* Before the long work: whether FOLDER may be made at all. The rename decides. */
static int check_place(const char *folder, GError **error) {
  g_autoptr(GDir) existing = g_dir_open(folder, 0, NULL);
  gboolean taken =
      existing != NULL ? g_dir_read_name(existing) != NULL : g_file_test(folder, G_FILE_TEST_EXISTS);
  if (taken)
    return fault(error, FAULT_RULE, "%s: exists already and is no empty folder; name another", folder);
  return 0;
}

int journal_export(Journal *journal, Store *store, gint64 clearance, const char *folder, Exported *ret,
                   GError **error) {
  g_autofree char *place = g_canonicalize_filename(folder, NULL);
  int r = check_place(place, error);
  if (r < 0)
    return r;
  Work work = {.store = store, .clearance = clearance, .folder = g_strdup_printf("%s.partial-XXXXXX", place)};
  if (g_mkdtemp(work.folder) == NULL) {
    r = fault_errno(error, errno, "%s: cannot be made", place);
    g_free(work.folder);
    return r;
  }
  journal_head(journal, &ret->head);
  work.canonical = g_string_new(NULL);
  work.names = g_ptr_array_new_with_free_func(g_free);
  r = write_all(&work, store, &ret->head, error);
  close_files(&work);
  if (r == 0)
    r = file_sync_folder(work.folder, error);
  if (r == 0)
    r = take_place(&work, place, error);
  if (r < 0)
    clear_away(&work);
  ret->entries = work.count;
  g_string_free(work.canonical, TRUE);
  g_ptr_array_unref(work.names);
  g_free(work.folder);
  return r;
}
