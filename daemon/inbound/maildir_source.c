/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "inbound/fetch_port.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/inotify.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/fault.h"
#include "base/file.h"
#include "base/moment.h"
#include "inbound/read.h"
#include "inbound/verdict.h"

#define ASK_MAX 256 /* names in one question */

static const char *const SUBFOLDERS[] = {"new", "cur"};

typedef struct {
  MailSource *source;
  const FetchPort *port;
  GHashTable *done;  /* names that need nothing more: kept, and moved where that is wanted */
  GHashTable *there; /* those of them that this look has found */
  char *complaint;   /* the first thing that was not as it should be */
  gboolean again;    /* a file went from new/ to cur/ between two glances */
} Work;

/* A file under its two names: the one that stays, and the one with its flags. */
typedef struct {
  char *name;
  char *file; /* "cur/1700000000.M1P1.host:2,S" */
} Entry;

static void entry_free(gpointer data) {
  Entry *entry = data;
  g_free(entry->name);
  g_free(entry->file);
  g_free(entry);
}

static void complain(Work *w, const char *file, const char *words) {
  if (w->complaint == NULL)
    w->complaint = g_strdup_printf("%s/%s: %s", w->source->path, file, words);
}

/* ---- one file ------------------------------------------------------------------------------------ */

/* 0 and *ret (perhaps longer than may be); 1 when it is not there any more. */
static int read_entry(const char *path, GBytes **ret, gint64 *ret_received_at, GError **error) {
  struct stat st;
  int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
  if (fd < 0)
    return errno == ENOENT ? 1 : fault_errno(error, errno, "cannot be read");
  int r = fstat(fd, &st) == 0 && S_ISREG(st.st_mode) ? 0 : fault(error, FAULT_INPUT, "is no file");
  gsize room = r == 0 ? MIN((gsize)st.st_size, READ_SIZE_MAX) + 1 : 0, length = 0;
  g_autofree char *bytes = g_malloc(MAX(room, 1));
  while (r == 0 && length < room) {
    ssize_t n = read(fd, bytes + length, room - length);
    if (n == 0)
      break;
    if (n > 0)
      length += (gsize)n;
    else if (errno != EINTR)
      r = fault_errno(error, errno, "cannot be read");
  }
  close(fd);
  if (r < 0)
    return r;
  *ret_received_at = (gint64)st.st_mtim.tv_sec * SECOND;
  *ret = g_bytes_new_take(g_steal_pointer(&bytes), length);
  return 0;
}

static int keep(Work *w, const MailPlace *place, GBytes *bytes, gboolean *ret_whole, GError **error) {
  const FetchPort *port = w->port;
  gsize size = g_bytes_get_size(bytes);
  *ret_whole = size > 0 && size <= READ_SIZE_MAX;
  if (*ret_whole)
    return port->take(port->self, place, bytes, error);
  if (size == 0)
    return port->note(port->self, place, "the message is empty", NULL, error);
  g_autoptr(GBytes) head = g_bytes_new_from_bytes(bytes, 0, READ_SIZE_MAX);
  g_autofree char *reason = g_strdup_printf(
      "the message is larger than %d MiB; its beginning is kept, all of it lies in the mailbox",
      READ_SIZE_MAX >> 20);
  return port->note(port->self, place, reason, head, error);
}

/* A file that cannot be read is told of and left, and the next one read. */
static int take_entry(Work *w, const Entry *entry, gboolean *ret_whole, GError **error) {
  g_autoptr(GError) trouble = NULL;
  g_autoptr(GBytes) bytes = NULL;
  g_autofree char *path = g_build_filename(w->source->path, entry->file, NULL);
  MailPlace place = {.name = entry->name};
  int r = read_entry(path, &bytes, &place.received_at, &trouble);
  if (r < 0)
    complain(w, entry->file, trouble->message);
  if (r > 0)
    w->again = TRUE;
  return r != 0 ? 1 : keep(w, &place, bytes, ret_whole, error);
}

/* ---- moving -------------------------------------------------------------------------------------- */

/* Into the same half of a folder of Maildir++, under the same name: what others noted in it goes along. */
static gboolean move_entry(Work *w, const Entry *entry) {
  g_autofree char *from = g_build_filename(w->source->path, entry->file, NULL);
  g_autofree char *folder = g_strconcat(".", w->source->move_to, NULL);
  g_autofree char *to = g_build_filename(w->source->path, folder, entry->file, NULL);
  if (rename(from, to) == 0)
    return TRUE;
  if (errno == ENOENT && access(from, F_OK) != 0)
    w->again = TRUE;
  else
    complain(w, entry->file, "cannot be moved; see that the folder is there and may be written");
  return FALSE;
}

static void be_done(Work *w, const Entry *entry, gboolean whole) {
  gboolean move = whole && w->source->after == MAIL_AFTER_MOVE;
  if (!move || move_entry(w, entry))
    g_hash_table_add(w->there, g_strdup(entry->name));
}

/* ---- all of them --------------------------------------------------------------------------------- */

static Entry *entry_new(const char *subfolder, const char *file) {
  Entry *entry = g_new(Entry, 1);
  /* A name is bytes; a text is kept of it. */
  g_autofree char *text = g_utf8_make_valid(file, -1);
  entry->name = g_strndup(text, strcspn(text, ":"));
  entry->file = g_build_filename(subfolder, file, NULL);
  return entry;
}

static int list(Work *w, const char *subfolder, GPtrArray *to, GError **error) {
  g_autofree char *path = g_build_filename(w->source->path, subfolder, NULL);
  g_autoptr(GError) trouble = NULL;
  g_autoptr(GDir) dir = g_dir_open(path, 0, &trouble);
  if (dir == NULL)
    return fault(error, FAULT_SYSTEM, "the Maildir %s cannot be read: %s", w->source->path, trouble->message);
  for (const char *file; (file = g_dir_read_name(dir)) != NULL;)
    if (*file != '.')
      g_ptr_array_add(to, entry_new(subfolder, file));
  return 0;
}

static gint by_name(gconstpointer a, gconstpointer b) {
  return strcmp((*(Entry *const *)a)->name, (*(Entry *const *)b)->name);
}

static int take_entries(Work *w, const GPtrArray *entries, const enum mail_kept *known, GError **error) {
  int r = 0;
  for (guint i = 0; r >= 0 && i < entries->len; i++) {
    const Entry *entry = entries->pdata[i];
    gboolean whole = known[i] == MAIL_KEPT_WHOLE;
    r = known[i] == MAIL_KEPT_NOT ? take_entry(w, entry, &whole, error) : 0;
    if (r == 0)
      be_done(w, entry, whole);
  }
  return MIN(r, 0);
}

/* Asks what is known of them, and takes the rest. */
static int handle(Work *w, const GPtrArray *entries, GError **error) {
  g_autoptr(GPtrArray) names = g_ptr_array_new();
  enum mail_kept known[ASK_MAX] = {MAIL_KEPT_NOT};
  for (guint i = 0; i < entries->len; i++)
    g_ptr_array_add(names, ((Entry *)entries->pdata[i])->name);
  int r = entries->len > 0 ? w->port->known(w->port->self, names, known, error) : 0;
  return r < 0 ? r : take_entries(w, entries, known, error);
}

/* In the order of their names, which begin with a time. */
static int handle_all(Work *w, const GPtrArray *all, GError **error) {
  g_autoptr(GPtrArray) some = g_ptr_array_new();
  int r = 0;
  for (guint i = 0; r == 0 && i < all->len; i++) {
    const Entry *entry = all->pdata[i];
    if (g_hash_table_contains(w->done, entry->name))
      g_hash_table_add(w->there, g_strdup(entry->name));
    else
      g_ptr_array_add(some, (gpointer)entry);
    if (some->len < ASK_MAX && i + 1 < all->len)
      continue;
    r = handle(w, some, error);
    g_ptr_array_set_size(some, 0);
  }
  return r;
}

static GHashTable *names_new(void) {
  return g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
}

static int look(Work *w, GError **error) {
  g_autoptr(GPtrArray) all = g_ptr_array_new_with_free_func(entry_free);
  int r = 0;
  w->again = FALSE;
  w->there = names_new();
  for (gsize i = 0; r == 0 && i < G_N_ELEMENTS(SUBFOLDERS); i++)
    r = list(w, SUBFOLDERS[i], all, error);
  g_ptr_array_sort(all, by_name);
  if (r == 0)
    r = handle_all(w, all, error);
  if (r == 0) {
    g_hash_table_unref(w->done);
    w->done = g_steal_pointer(&w->there);
    r = w->port->passed(w->port->self, w->complaint, error);
  }
  g_clear_pointer(&w->there, g_hash_table_unref);
  g_clear_pointer(&w->complaint, g_free);
  return r;
}

/* ---- waiting ------------------------------------------------------------------------------------- */

/* -1 where the kernel cannot tell: then it is polled alone. */
static int watch(const MailSource *source) {
  int fd = inotify_init1(IN_NONBLOCK | IN_CLOEXEC);
  for (gsize i = 0; fd >= 0 && i < G_N_ELEMENTS(SUBFOLDERS); i++) {
    g_autofree char *path = g_build_filename(source->path, SUBFOLDERS[i], NULL);
    (void)inotify_add_watch(fd, path, IN_MOVED_TO | IN_CREATE);
  }
  return fd;
}

static void drain(int fd) {
  char events[4096];
  while (fd >= 0 && read(fd, events, sizeof events) > 0)
    ;
}

void maildir_source_run(MailSource *source, const FetchPort *port) {
  Work w = {.source = source, .port = port, .done = names_new()};
  gboolean go = TRUE;
  while (go) {
    g_autoptr(GError) error = NULL;
    /* Watched before it is looked at, and anew each time: the folders may have been made meanwhile. */
    int fd = watch(source);
    if (look(&w, &error) < 0)
      port->failed(port->self, error->message, NULL);
    go = fetch_port_wait(port, fd, g_get_monotonic_time() + (w.again ? 0 : source->poll));
    drain(fd);
    if (fd >= 0)
      close(fd);
  }
  g_hash_table_unref(w.done);
}

int maildir_source_examine(const MailSource *source, char **ret_words, GError **error) {
  g_autoptr(GPtrArray) all = g_ptr_array_new_with_free_func(entry_free);
  Work w = {.source = (MailSource *)source};
  int r = 0;
  for (gsize i = 0; r == 0 && i < G_N_ELEMENTS(SUBFOLDERS); i++)
    r = list(&w, SUBFOLDERS[i], all, error);
  for (gsize i = 0; r == 0 && source->move_to != NULL && i < G_N_ELEMENTS(SUBFOLDERS); i++) {
    g_autofree char *to = g_strdup_printf("%s/.%s/%s", source->path, source->move_to, SUBFOLDERS[i]);
    if (access(to, W_OK) != 0)
      r = fault_errno(error, errno,
                      "messages cannot be moved to %s; make the folder, and let the daemon write there", to);
  }
  if (r == 0)
    *ret_words = g_strdup_printf("%s can be read; %u messages lie in it", source->url, all->len);
  return r;
}
