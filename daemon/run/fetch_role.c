/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "run/fetch_role.h"

#include <curl/curl.h>
#include <errno.h>
#include <stdint.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "base/fault.h"
#include "base/log.h"
#include "inbound/fetch_frame.h"
#include "run/fetch_cage.h"

typedef struct Process Process;

/* Who asks the daemon something, and waits for the answer: the thread of a mailbox, or the one that examines
 * it. */
typedef struct {
  Process *process;
  MailSource *source;
  guint number;
  GThread *thread;
  gboolean busy; /* of one that examines: under the lock, as what follows */
  gboolean answered;
  FetchAnswer answer;
} Lane;

struct Process {
  int fd, stop_fd;
  GPtrArray *sources; /* MailSource * */
  Lane *lanes;        /* two for each of them */
  GMutex said;        /* one frame at a time */
  GMutex lock;
  GCond heard;
  gboolean ending; /* the daemon says nothing any more */
};

/* ---- asking -------------------------------------------------------------------------------------- */

static GByteArray *fields_new(const Lane *lane) {
  GByteArray *fields = g_byte_array_new();
  frame_add_number(fields, lane->number);
  return fields;
}

static int say(Lane *lane, enum fetch_frame kind, GByteArray *fields, GBytes *tail, GError **error) {
  Process *p = lane->process;
  g_mutex_lock(&p->said);
  int r = frame_send(p->fd, kind, fields, tail, 0, error);
  g_mutex_unlock(&p->said);
  return r > 0 ? fault(error, FAULT_BUSY, "the daemon has gone") : r;
}

/* The caller clears *ret in any case. */
static int ask(Lane *lane, enum fetch_frame kind, GByteArray *fields, GBytes *tail, FetchAnswer *ret,
               GError **error) {
  Process *p = lane->process;
  int r = say(lane, kind, fields, tail, error);
  if (r < 0)
    return r;
  g_mutex_lock(&p->lock);
  while (!lane->answered && !p->ending)
    g_cond_wait(&p->heard, &p->lock);
  gboolean answered = lane->answered;
  *ret = lane->answer;
  lane->answer = (FetchAnswer){0};
  lane->answered = FALSE;
  g_mutex_unlock(&p->lock);
  if (!answered)
    return fault(error, FAULT_BUSY, "the daemon has gone");
  return ret->code == 0 ? 0
                        : fault(error, (enum fault)ret->code, "%s",
                                ret->first != NULL ? ret->first : "no reason was given");
}

static int port_login(gpointer self, MailLogin *ret, GError **error) {
  g_autoptr(GByteArray) fields = fields_new(self);
  g_auto(FetchAnswer) answer = {0};
  int r = ask(self, FETCH_LOGIN, fields, NULL, &answer, error);
  if (r == 0)
    *ret = (MailLogin){.password = g_steal_pointer(&answer.first), .token = g_steal_pointer(&answer.second)};
  return r;
}

static int port_take(gpointer self, const MailPlace *place, GBytes *bytes, GError **error) {
  g_autoptr(GByteArray) fields = fields_new(self);
  g_auto(FetchAnswer) answer = {0};
  fetch_frame_add_place(fields, place);
  return ask(self, FETCH_TAKE, fields, bytes, &answer, error);
}

static int port_note(gpointer self, const MailPlace *place, const char *reason, GBytes *head,
                     GError **error) {
  g_autoptr(GByteArray) fields = fields_new(self);
  g_autoptr(GBytes) none = g_bytes_new(NULL, 0);
  g_auto(FetchAnswer) answer = {0};
  fetch_frame_add_place(fields, place);
  frame_add_text(fields, reason);
  return ask(self, FETCH_NOTE, fields, head != NULL ? head : none, &answer, error);
}

static int port_known(gpointer self, const GPtrArray *names, enum mail_kept *ret, GError **error) {
  g_autoptr(GByteArray) fields = fields_new(self);
  g_auto(FetchAnswer) answer = {0};
  frame_add_number(fields, names->len);
  for (guint i = 0; i < names->len; i++)
    frame_add_text(fields, names->pdata[i]);
  int r = ask(self, FETCH_KNOWN, fields, NULL, &answer, error);
  if (r == 0 && (answer.first == NULL || strspn(answer.first, "012") != names->len))
    return fault(error, FAULT_INPUT, "the daemon does not answer to what it was asked");
  for (guint i = 0; r == 0 && i < names->len; i++)
    ret[i] = (enum mail_kept)(answer.first[i] - '0');
  return r;
}

static int port_remember(gpointer self, const MailCursor *cursor, GError **error) {
  g_autoptr(GByteArray) fields = fields_new(self);
  fetch_frame_add_cursor(fields, cursor);
  return say(self, FETCH_REMEMBER, fields, NULL, error);
}

static int port_begin(gpointer self, const MailPlace *place, GError **error) {
  g_autoptr(GByteArray) fields = fields_new(self);
  fetch_frame_add_place(fields, place);
  return say(self, FETCH_BEGIN, fields, NULL, error);
}

static int say_words(Lane *lane, enum fetch_frame kind, const char *words, GError **error) {
  g_autoptr(GByteArray) fields = fields_new(lane);
  frame_add_text(fields, words);
  return say(lane, kind, fields, NULL, error);
}

static int port_passed(gpointer self, const char *complaint, GError **error) {
  return say_words(self, FETCH_PASSED, complaint, error);
}

static int port_failed(gpointer self, const char *words, GError **error) {
  return say_words(self, FETCH_FAILED, words, error);
}

static FetchPort port_of(Lane *lane) {
  return (FetchPort){.self = lane,
                     .stop_fd = lane->process->stop_fd,
                     .login = port_login,
                     .take = port_take,
                     .note = port_note,
                     .known = port_known,
                     .remember = port_remember,
                     .begin = port_begin,
                     .passed = port_passed,
                     .failed = port_failed};
}

/* ---- threads ------------------------------------------------------------------------------------- */

static gpointer read_mailbox(gpointer data) {
  Lane *lane = data;
  FetchPort port = port_of(lane);
  if (lane->source->kind == MAIL_SOURCE_IMAP)
    imap_source_run(lane->source, &port);
  else
    maildir_source_run(lane->source, &port);
  return NULL;
}

static gpointer examine_mailbox(gpointer data) {
  Lane *lane = data;
  FetchPort port = port_of(lane);
  g_autoptr(GByteArray) fields = fields_new(lane);
  g_autoptr(GError) error = NULL;
  g_autofree char *words = NULL;
  int r = lane->source->kind == MAIL_SOURCE_IMAP ? imap_source_examine(lane->source, &port, &words, &error)
                                                 : maildir_source_examine(lane->source, &words, &error);
  frame_add_number(fields, r);
  frame_add_text(fields, r < 0 ? error->message : words);
  (void)say(lane, FETCH_EXAMINED, fields, NULL, NULL);
  g_mutex_lock(&lane->process->lock);
  lane->busy = FALSE;
  g_mutex_unlock(&lane->process->lock);
  return NULL;
}

/* The examiner gets the settings alone: the cursor belongs to the thread that reads. */
static void begin_examination(Lane *lane) {
  Process *p = lane->process;
  g_mutex_lock(&p->lock);
  gboolean busy = lane->busy;
  lane->busy = TRUE;
  g_mutex_unlock(&p->lock);
  if (busy)
    return;
  g_clear_pointer(&lane->thread, g_thread_join);
  lane->thread = g_thread_new("examine", examine_mailbox, lane);
}

static void begin_all(Process *p) {
  p->lanes = g_new0(Lane, 2 * p->sources->len);
  for (guint i = 0; i < 2 * p->sources->len; i++)
    p->lanes[i] = (Lane){.process = p, .source = p->sources->pdata[i % p->sources->len], .number = i};
  for (guint i = 0; i < p->sources->len; i++)
    p->lanes[i].thread = g_thread_new("mailbox", read_mailbox, &p->lanes[i]);
}

static void end_all(Process *p) {
  const uint64_t one = 1;
  g_mutex_lock(&p->lock);
  p->ending = TRUE;
  g_cond_broadcast(&p->heard);
  g_mutex_unlock(&p->lock);
  if (write(p->stop_fd, &one, sizeof one) != sizeof one)
    return; /* who waits is ended with the process */
  for (guint i = 0; p->lanes != NULL && i < 2 * p->sources->len; i++)
    g_clear_pointer(&p->lanes[i].thread, g_thread_join);
}

/* ---- listening ----------------------------------------------------------------------------------- */

static int misheard(GError **error) {
  return fault(error, FAULT_INPUT, "the daemon said something that is none of what it may say");
}

/* The mailboxes, until START. */
static int learn(Process *p, GError **error) {
  for (;;) {
    g_auto(Frame) frame = {0};
    int r = frame_receive(p->fd, FETCH_SMALL_MAX, 0, &frame, error);
    if (r != 0)
      return r;
    if (frame.kind == FETCH_START)
      return p->sources->len > 0 ? 0 : misheard(error);
    FrameReading reading = frame_read(&frame);
    (void)frame_read_number(&reading, p->sources->len, p->sources->len);
    MailSource *source = fetch_frame_read_source(&reading);
    g_ptr_array_add(p->sources, source);
    if (frame.kind != FETCH_SOURCE || !frame_read_whole(&reading) || p->sources->len > FETCH_SOURCES_MAX)
      return misheard(error);
  }
}

static void deliver(Lane *lane, FetchAnswer *answer) {
  Process *p = lane->process;
  g_mutex_lock(&p->lock);
  fetch_answer_clear(&lane->answer);
  lane->answer = *answer;
  lane->answered = TRUE;
  g_cond_broadcast(&p->heard);
  g_mutex_unlock(&p->lock);
  *answer = (FetchAnswer){0};
}

static int hear(Process *p, Frame *frame, GError **error) {
  FrameReading reading = frame_read(frame);
  g_auto(FetchAnswer) answer = {0};
  gint64 number = frame_read_number(&reading, 0, 2 * p->sources->len - 1);
  if (frame->kind == FETCH_ANSWER)
    answer = fetch_frame_read_answer(&reading);
  gboolean sound = frame_read_whole(&reading);
  fetch_frame_wipe_body(frame);
  if (!sound || (frame->kind == FETCH_EXAMINE && number < p->sources->len) ||
      (frame->kind != FETCH_ANSWER && frame->kind != FETCH_EXAMINE))
    return misheard(error);
  if (frame->kind == FETCH_ANSWER)
    deliver(&p->lanes[number], &answer);
  else
    begin_examination(&p->lanes[number]);
  return 0;
}

static int serve(Process *p, GError **error) {
  gboolean files = FALSE;
  int r = learn(p, error);
  if (r == 0)
    r = fetch_cage_close(p->sources, &files, error);
  if (r != 0)
    return r;
  if (!files)
    log_line(LOG_LEVEL_NOTICE,
             "this kernel has no landlock: the process that reads mailboxes could open other files", NULL);
  begin_all(p);
  while (r == 0) {
    g_auto(Frame) frame = {0};
    r = frame_receive(p->fd, FETCH_SMALL_MAX, 0, &frame, error);
    if (r == 0)
      r = hear(p, &frame, error);
  }
  end_all(p);
  return r;
}

int fetch_role(int fd) {
  g_autoptr(GError) error = NULL;
  Process p = {.fd = fd, .stop_fd = eventfd(0, EFD_CLOEXEC)};
  curl_global_init(CURL_GLOBAL_DEFAULT);
  p.sources = g_ptr_array_new_with_free_func((GDestroyNotify)mail_source_free);
  int r = p.stop_fd >= 0 ? serve(&p, &error) : fault_errno(&error, errno, "no eventfd");
  if (r < 0)
    log_fault("the process that reads mailboxes ends", error);
  g_free(p.lanes);
  g_ptr_array_unref(p.sources);
  close(p.stop_fd);
  return r < 0 ? 1 : 0;
}
