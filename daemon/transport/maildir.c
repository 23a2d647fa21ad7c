/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * maildir.c - finished messages into a Maildir: the embedded default, rehearsal, tests
 *
 *   offer    tmp/NAME.PID.N is written and synced; no reader of a Maildir looks there, so no copy exists
 *   finish   linked as new/NAME and the folder synced: this is its end of data
 *
 * The file holds the message byte for byte, CRLF included: its SHA-256 is the one in the journal. For that
 * reason no Return-Path is put before it (RFC 5321 §4.4 asks that of a final delivery; this is the copy that
 * a relay would have got). NAME is made of the Message-ID, so that a repeat stands beside the first as NAME.2
 * and is seen; nothing is ever written over.
 */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/crash.h"
#include "base/digest.h"
#include "base/fault.h"
#include "base/file.h"
#include "transport/backend.h"

#define NAME_DIGITS  32
#define SUFFIX       ".valise"
#define REPEATS_MAX  10000
#define LEFTOVER_AGE (36 * HOUR) /* what Maildir readers wait before they clear tmp/ */

typedef struct {
  const Relay *relay;
  char *tmp_folder, *new_folder;
  gboolean ready; /* the folders are there */
  char *name;     /* of the offered message, NULL when none is */
  char *tmp_path;
} MaildirSession;

static gint sequence;

static gpointer maildir_begin(const Relay *relay, const gint *stop) {
  (void)stop;
  MaildirSession *session = g_new0(MaildirSession, 1);
  session->relay = relay;
  session->tmp_folder = g_build_filename(relay->path, "tmp", NULL);
  session->new_folder = g_build_filename(relay->path, "new", NULL);
  return session;
}

static void maildir_abandon(gpointer state) {
  MaildirSession *session = state;
  if (session->tmp_path != NULL)
    (void)unlink(session->tmp_path);
  g_clear_pointer(&session->tmp_path, g_free);
  g_clear_pointer(&session->name, g_free);
}

static void maildir_end(gpointer state) {
  MaildirSession *session = state;
  maildir_abandon(session);
  g_free(session->tmp_folder);
  g_free(session->new_folder);
  g_free(session);
}

static gboolean maildir_is_open(gconstpointer state) {
  (void)state;
  return FALSE;
}

/* Files that a crash left in tmp/: never a copy, only space. */
static void clear_leftovers(const char *tmp_folder) {
  GDir *folder = g_dir_open(tmp_folder, 0, NULL);
  gint64 now = clock_wall(clock_system());
  for (const char *name; folder != NULL && (name = g_dir_read_name(folder)) != NULL;) {
    g_autofree char *path = g_build_filename(tmp_folder, name, NULL);
    struct stat st;
    gboolean ours = strstr(name, SUFFIX ".") != NULL && lstat(path, &st) == 0 && S_ISREG(st.st_mode);
    if (ours && now - st.st_mtime * SECOND > LEFTOVER_AGE)
      (void)unlink(path);
  }
  if (folder != NULL)
    g_dir_close(folder);
}

static int make_folders(const char *path, GError **error) {
  static const char *const parts[] = {"tmp", "new", "cur"};
  for (gsize i = 0; i < G_N_ELEMENTS(parts); i++) {
    g_autofree char *folder = g_build_filename(path, parts[i], NULL);
    int r = file_make_folder(folder, 0700, error);
    if (r < 0)
      return r;
  }
  return file_sync_folder(path, error);
}

static int make_ready(MaildirSession *session, GError **error) {
  if (session->ready)
    return 0;
  int r = make_folders(session->relay->path, error);
  if (r < 0)
    return r;
  clear_leftovers(session->tmp_folder);
  session->ready = TRUE;
  return 0;
}

/* 0; 1 when the Maildir does not take it, with *why; a fault when the message itself cannot be read. */
static int write_message(int fd, const Message *message, const char *path, GError **why, GError **error) {
  g_autoptr(MessageReader) reader = message_reader_new(message);
  const guint8 *bytes;
  gssize n;
  while ((n = message_reader_next(reader, &bytes, error)) > 0)
    if (file_write_all(fd, bytes, (gsize)n, path, why) < 0)
      return 1;
  if (n == 0 && fsync(fd) != 0) {
    fault_errno(why, errno, "%s: cannot be made durable", path);
    return 1;
  }
  return (int)n;
}

static void choose_names(MaildirSession *session, const Message *message) {
  const char *id = message->message_id != NULL ? message->message_id : "";
  Digest digest = digest_of(id, strlen(id));
  char hex[DIGEST_HEX_SIZE];
  digest_hex(&digest, hex);
  session->name = g_strdup_printf("%.*s" SUFFIX, NAME_DIGITS, hex);
  session->tmp_path = g_strdup_printf("%s/%s.%d.%d", session->tmp_folder, session->name, (int)getpid(),
                                      g_atomic_int_add(&sequence, 1));
}

static int write_tmp(const MaildirSession *session, const Message *message, GError **why, GError **error) {
  const char *path = session->tmp_path;
  int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  if (fd < 0) {
    fault_errno(why, errno, "%s: cannot be created", path);
    return 1;
  }
  int r = write_message(fd, message, path, why, error);
  /* A close may report what a write did not, on network file systems above all. */
  if (close(fd) != 0 && r == 0) {
    fault_errno(why, errno, "%s: cannot be written", path);
    return 1;
  }
  return r;
}

/* The folder is this relay's far side: when it does not take the message, that is no fault of the message. */
static int not_now(MaildirSession *session, const GError *why, Outcome *outcome) {
  maildir_abandon(session);
  outcome->kind = OUTCOME_DEFERRED;
  outcome->step = STEP_BODY;
  outcome->trouble = g_strdup(why->message);
  outcome->relay_down = TRUE;
  return 1;
}

static int maildir_offer(gpointer state, const Message *message, Outcome *ret_outcome, GError **error) {
  MaildirSession *session = state;
  g_autoptr(GError) why = NULL;
  maildir_abandon(session);
  if (make_ready(session, &why) < 0)
    return not_now(session, why, ret_outcome);
  choose_names(session, message);
  int r = write_tmp(session, message, &why, error);
  if (r > 0)
    return not_now(session, why, ret_outcome);
  if (r < 0)
    maildir_abandon(session);
  crash_point("maildir: written");
  return r;
}

/* Links the file into new/ under the first free name. 0 and *ret_path, or the errno. */
static int link_new(const MaildirSession *session, char **ret_path) {
  int failed = EEXIST;
  for (guint i = 1; failed == EEXIST && i < REPEATS_MAX; i++) {
    g_autofree char *path = i == 1 ? g_strdup_printf("%s/%s", session->new_folder, session->name)
                                   : g_strdup_printf("%s/%s.%u", session->new_folder, session->name, i);
    failed = link(session->tmp_path, path) == 0 ? 0 : errno;
    if (failed == 0)
      *ret_path = g_steal_pointer(&path);
  }
  return failed;
}

static gboolean maildir_end_data(gpointer state, Outcome *ret_outcome) {
  MaildirSession *session = state;
  g_autofree char *path = NULL;
  g_autoptr(GError) error = NULL;
  g_assert(session->name != NULL);
  ret_outcome->step = STEP_DOT;
  int failed = link_new(session, &path);
  crash_point("maildir: linked");
  if (failed != 0) {
    /* A link that failed made no name: there is no copy. */
    ret_outcome->kind = OUTCOME_DEFERRED;
    ret_outcome->trouble =
        g_strdup_printf("%s: cannot be linked into new: %s", session->tmp_path, g_strerror(failed));
  } else if (file_sync_folder(session->new_folder, &error) < 0) {
    ret_outcome->kind = OUTCOME_IN_DOUBT;
    ret_outcome->trouble = g_strdup(error->message);
  } else {
    ret_outcome->kind = OUTCOME_ACCEPTED;
    ret_outcome->code = 250;
    ret_outcome->reply = g_strdup_printf("kept as new/%s", strrchr(path, '/') + 1);
  }
  crash_point("maildir: durable");
  maildir_abandon(session);
  return TRUE;
}

static int maildir_probe(const Relay *relay, char **ret_words, GError **error) {
  int r = make_folders(relay->path, error);
  if (r < 0)
    return r;
  g_autofree char *tmp_folder = g_build_filename(relay->path, "tmp", NULL);
  if (access(tmp_folder, W_OK | X_OK) != 0)
    return fault_errno(error, errno, "%s: cannot be written to; give it to the user of the daemon",
                       tmp_folder);
  *ret_words = g_strdup_printf("Maildir %s, can be written", relay->path);
  return 0;
}

const Backend BACKEND_MAILDIR = {
    .local = TRUE,
    .begin = maildir_begin,
    .end = maildir_end,
    .offer = maildir_offer,
    .end_data = maildir_end_data,
    .abandon = maildir_abandon,
    .is_open = maildir_is_open,
    .probe = maildir_probe,
};
