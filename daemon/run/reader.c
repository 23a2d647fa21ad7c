/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "run/reader.h"

#include "base/fault.h"
#include "base/log.h"
#include "inbound/read.h"
#include "inbound/verdict_frame.h"
#include "run/child.h"
#include "run/read_role.h"

#define TRIES      2
#define START_TIME (30 * SECOND) /* what a new process may take until it is ready */
#define TURN_TIME  (5 * MINUTE)  /* how long somebody waits for those before him, and for a new process */

/* What a try came to, beside 0. */
enum { FAILED = 1 };

struct Reader {
  Child *child;
  gint64 patience;
  guint64 life; /* of the process that has said that it is ready; only whoever talks to it looks */
  GMutex lock;
  ReaderState state; /* under LOCK, but for what the child knows */
};

Reader *reader_new(gint64 patience) {
  Reader *reader = g_new0(Reader, 1);
  g_mutex_init(&reader->lock);
  reader->patience = patience;
  reader->child = child_new("read");
  return reader;
}

void reader_stop(Reader *reader) {
  child_stop(reader->child);
}

void reader_free(Reader *reader) {
  if (reader == NULL)
    return;
  child_free(reader->child);
  g_mutex_clear(&reader->lock);
  g_free(reader);
}

/* ---- one process ----------------------------------------------------------------------------------- */

static void note_guard(Reader *reader, const ReaderState *heard) {
  g_mutex_lock(&reader->lock);
  gboolean news = !g_str_equal(reader->state.open, heard->open) || reader->state.guarded != heard->guarded;
  reader->state.guarded = heard->guarded;
  g_strlcpy(reader->state.open, heard->open, sizeof reader->state.open);
  g_mutex_unlock(&reader->lock);
  if (news && heard->open[0] != '\0')
    log_line(LOG_LEVEL_WARNING, "the process that reads messages is not wholly guarded", "why", heard->open,
             NULL);
}

/* What it says first. FAILED, or < 0, when that does not come, or is something else. */
static int hear_ready(Reader *reader, int fd, GError **error) {
  g_auto(Frame) frame = {0};
  int r = frame_receive(fd, FRAME_MAX, g_get_monotonic_time() + START_TIME, &frame, error);
  if (r != 0)
    return r < 0 ? r : FAILED;
  FrameReading reading = frame_read(&frame);
  gboolean calls = frame_read_number(&reading, FALSE, TRUE) != 0;
  gboolean memory = frame_read_number(&reading, FALSE, TRUE) != 0;
  ReaderState heard = {.guarded = calls && memory};
  g_autofree char *why = frame_read_text(&reading, sizeof heard.open - 1);
  if (frame.kind != READER_READY || !frame_read_whole(&reading))
    return FAILED;
  if (why != NULL)
    g_strlcpy(heard.open, why, sizeof heard.open);
  note_guard(reader, &heard);
  return 0;
}

/* FAILED: no verdict came of it, for whatever reason that these bytes may be the cause of. */
static int ask(Reader *reader, int fd, GBytes *bytes, Verdict **ret, GError **error) {
  gint64 until = g_get_monotonic_time() + reader->patience;
  g_auto(Frame) frame = {0};
  int r = frame_send(fd, READER_MESSAGE, NULL, bytes, until, error);
  if (r == 0)
    r = frame_receive(fd, FRAME_MAX, until, &frame, error);
  if (r != 0)
    return r < 0 ? r : FAILED;
  FrameReading reading = frame_read(&frame);
  g_autoptr(Verdict) verdict = verdict_frame_read(&reading);
  if (frame.kind != READER_VERDICT || verdict == NULL || !frame_read_whole(&reading))
    return FAILED;
  *ret = g_steal_pointer(&verdict);
  return 0;
}

/* One try. FAULT_BUSY when there is no process that is ready: that is nobody's message's doing. */
static int try_once(Reader *reader, GBytes *bytes, Verdict **ret, GError **error) {
  g_autoptr(GError) why = NULL;
  int fd;
  guint64 life;
  int r = child_enter(reader->child, g_get_monotonic_time() + TURN_TIME, &fd, &life, error);
  if (r < 0)
    return r;
  if (life != reader->life && hear_ready(reader, fd, NULL) != 0) {
    child_leave(reader->child, FALSE);
    return fault(error, FAULT_BUSY, "the process that reads messages does not start; see the system log");
  }
  reader->life = life;
  r = ask(reader, fd, bytes, ret, &why);
  child_leave(reader->child, r == 0);
  if (r < 0)
    log_fault("the process that reads messages was not understood", why);
  return r == 0 ? 0 : FAILED;
}

/* ---- the port ---------------------------------------------------------------------------------------- */

static void count(Reader *reader, guint64 *what) {
  g_mutex_lock(&reader->lock);
  (*what)++;
  g_mutex_unlock(&reader->lock);
}

/* A message is in hand when the house closes: that is not its doing. */
static gboolean is_stopped(Reader *reader) {
  return child_state(reader->child).stopped;
}

static int read_in_process(gpointer self, GBytes *bytes, Verdict **ret, GError **error) {
  Reader *reader = self;
  int r = FAILED;
  if (g_bytes_get_size(bytes) > READ_SIZE_MAX) {
    *ret = read_refused(REASON_TOO_LARGE);
    return 0;
  }
  for (guint tries = 0; r == FAILED && tries < TRIES; tries++)
    r = try_once(reader, bytes, ret, error);
  if (r == FAILED && is_stopped(reader))
    return fault(error, FAULT_BUSY, "the daemon stops; the message is read at its next start");
  if (r == FAILED) {
    count(reader, &reader->state.quarantined);
    return READER_QUARANTINE;
  }
  if (r == 0)
    count(reader, &reader->state.read);
  return r;
}

static void tell_state(gpointer self, ReaderState *ret) {
  Reader *reader = self;
  ChildState child = child_state(reader->child);
  g_mutex_lock(&reader->lock);
  *ret = reader->state;
  g_mutex_unlock(&reader->lock);
  ret->running = child.running;
  ret->pid = child.pid;
  ret->restarts = child.deaths;
  ret->wait = child.wait;
  g_strlcpy(ret->ended, child.ended, sizeof ret->ended);
}

ReaderPort reader_port(Reader *reader) {
  return (ReaderPort){.read = read_in_process, .state = tell_state, .self = reader};
}
