/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "run/fetcher.h"

#include <errno.h>
#include <poll.h>
#include <stdint.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/fault.h"
#include "base/log.h"
#include "inbound/fetch_frame.h"
#include "reply/cursor.h"
#include "run/child.h"
#include "run/rehearsal.h"
#include "transport/bearer.h"

#define PATIENCE     MINUTE /* how long a server may be silent when it is its turn */
#define GLANCE       1000   /* milliseconds between two looks at who has not passed for long */
#define DEATHS_MAX   3      /* at one message */
#define EXAMINE_WAIT (2 * PATIENCE)
#ifdef VALISE_TEST_HOOKS
#define ALARM_LEAST (20 * SECOND)
#else
#define ALARM_LEAST (15 * MINUTE)
#endif
#define ALARM_POLLS 3 /* so many looks were missed */

enum examination { EXAMINE_NOT, EXAMINE_WANTED, EXAMINE_ASKED, EXAMINE_DONE };

typedef struct {
  const ConfigInbound *config;
  MailSource *source; /* its cursor is the one to go on from */
  char *place;        /* URL and user: whose the cursor is */
  gboolean is_read;
  /* the message that the process was about to read; uid 0: none */
  MailPlace at;
  char *at_name;
  guint deaths;
  /* under the lock */
  gint64 since, passed, passed_at, trouble_since, taken; /* the first two of the monotonic clock */
  gboolean alarmed, alarming;                            /* since a while; just now */
  char *trouble;
  enum examination examination;
  gint64 found_code;
  char *found;
} Mailbox;

struct Fetcher {
  Store *store;
  Intake *intake;
  Child *child;
  GPtrArray *mailboxes; /* Mailbox *, all of them */
  GPtrArray *lanes;     /* those that are read, in the order in which the process knows them */
  GThread *thread;
  int wake; /* an eventfd */
  gint stop;
  GMutex lock;
  GCond changed;
};

/* ---- how they are -------------------------------------------------------------------------------- */

static void set_trouble(Fetcher *f, Mailbox *m, const char *words, gboolean passed) {
  gint64 now = clock_wall(clock_system());
  g_mutex_lock(&f->lock);
  gboolean begins = words != NULL && m->trouble == NULL, recovers = passed && m->alarmed;
  if (words == NULL || m->trouble == NULL)
    m->trouble_since = words != NULL ? now : 0;
  g_free(m->trouble);
  m->trouble = g_strdup(words);
  if (passed) {
    m->passed = g_get_monotonic_time();
    m->passed_at = now;
    m->alarmed = FALSE;
  }
  g_mutex_unlock(&f->lock);
  /* The words may hold what the server said, an address among it: they are for `valise status`. */
  if (begins)
    log_line(LOG_LEVEL_WARNING, "a mailbox gives trouble; `valise status` says which", "mailbox",
             m->config->name, NULL);
  if (recovers)
    log_line(LOG_LEVEL_NOTICE, "the mailbox is read again", "mailbox", m->config->name, NULL);
}

/* TRUE when one has just become alarming, or has stayed so for as long again. */
static gboolean look_for_alarms(Fetcher *f) {
  gboolean any = FALSE;
  for (guint i = 0; i < f->lanes->len; i++) {
    Mailbox *m = f->lanes->pdata[i];
    gint64 now = g_get_monotonic_time(), limit = MAX(ALARM_POLLS * m->config->poll, ALARM_LEAST);
    g_mutex_lock(&f->lock);
    gboolean alarm = now - MAX(m->passed, m->since) > limit, begins = alarm && !m->alarmed;
    m->alarming = alarm;
    m->alarmed = m->alarmed || alarm;
    if (alarm)
      m->since = now;
    g_mutex_unlock(&f->lock);
    any = any || alarm;
    if (begins)
      log_line(LOG_LEVEL_ERROR,
               "a mailbox could not be read for long: answers wait there; `valise status` says why",
               "mailbox", m->config->name, NULL);
  }
  return any;
}

/* ---- what the process asks ----------------------------------------------------------------------- */

static CursorOf cursor_of(const Mailbox *m) {
  return (CursorOf){.account = m->config->name, .folder = m->source->folder, .place = m->place};
}

static InboundOrigin origin_of(const Mailbox *m, const MailPlace *place) {
  return (InboundOrigin){.account = m->config->name,
                         .folder = m->source->kind == MAIL_SOURCE_IMAP ? m->source->folder : NULL,
                         .uid_validity = place->uid_validity,
                         .uid = place->uid,
                         .name = place->name,
                         .received_at = place->received_at};
}

static int tell_login(const Mailbox *m, FetchAnswer *ret, GError **error) {
  if (m->config->token_file != NULL)
    return bearer_read(m->config->token_file, &ret->second, error);
  ret->first = g_strdup(m->config->password);
  return 0;
}

static void be_past(Mailbox *m) {
  m->at = (MailPlace){0};
  g_clear_pointer(&m->at_name, g_free);
  m->deaths = 0;
}

/* A mailbox with much in it is not passed for long, and gives no alarm while it gives messages. */
static void count_taken(Fetcher *f, Mailbox *m, guint n) {
  g_mutex_lock(&f->lock);
  m->since = g_get_monotonic_time();
  m->taken += n;
  g_mutex_unlock(&f->lock);
}

static int take(Fetcher *f, Mailbox *m, const MailPlace *place, GBytes *bytes, GError **error) {
  InboundOrigin origin = origin_of(m, place);
  gint64 id;
  int r = intake_take(f->intake, &origin, bytes, &id, error);
  if (r < 0)
    return r;
  be_past(m);
  count_taken(f, m, r == INTAKE_KNOWN ? 0 : 1);
  return 0;
}

static int note(Fetcher *f, Mailbox *m, const MailPlace *place, const char *reason, GBytes *head,
                GError **error) {
  InboundOrigin origin = origin_of(m, place);
  CursorOf of = cursor_of(m);
  gint64 id;
  int r = intake_note(f->intake, &origin, head, reason, &id, error);
  if (r >= 0 && place->uid > 0)
    r = cursor_leave(f->store, &of, m->source->cursor.numbering, place->uid, error);
  if (r < 0)
    return r;
  be_past(m);
  count_taken(f, m, 0);
  log_line(LOG_LEVEL_WARNING, "a message could not be had whole; it is noted, see `valise inbound list`",
           "mailbox", m->config->name, NULL);
  return 0;
}

static int tell_known(Fetcher *f, const Mailbox *m, const GPtrArray *names, FetchAnswer *ret,
                      GError **error) {
  g_autofree enum mail_kept *known = g_new0(enum mail_kept, MAX(names->len, 1));
  int r = cursor_known(f->store, m->config->name, names, known, error);
  ret->first = g_strnfill(names->len, '0');
  for (guint i = 0; r == 0 && i < names->len; i++)
    ret->first[i] = (char)('0' + known[i]);
  return r;
}

static int remember(Fetcher *f, Mailbox *m, const MailCursor *cursor, GError **error) {
  CursorOf of = cursor_of(m);
  if (cursor->numbering != m->source->cursor.numbering)
    g_array_set_size(m->source->left, 0);
  m->source->cursor = *cursor;
  return cursor_save(f->store, &of, cursor, error);
}

static void begin(Mailbox *m, const MailPlace *place) {
  guint deaths = place->uid == m->at.uid && place->uid_validity == m->at.uid_validity ? m->deaths : 0;
  be_past(m);
  m->deaths = deaths;
  m->at_name = g_strdup(place->name);
  m->at = *place;
  m->at.name = m->at_name;
}

/* ---- hearing it ---------------------------------------------------------------------------------- */

typedef struct {
  Fetcher *f;
  Mailbox *m;
  int fd;
  gint64 lane;
  FrameReading reading;
} Said;

static int misheard(GError **error) {
  return fault(error, FAULT_INPUT,
               "the process that reads mailboxes said something that is none of what it may say");
}

/* R and ERROR are what came of it; they go to whoever asked. */
static int answer(const Said *said, int r, const GError *trouble, FetchAnswer *with, GError **error) {
  g_autoptr(GByteArray) fields = g_byte_array_new();
  if (r < 0) {
    fetch_answer_clear(with);
    *with = (FetchAnswer){.code = r, .first = g_strdup(trouble->message)};
  }
  frame_add_number(fields, said->lane);
  fetch_frame_add_answer(fields, with);
  int sent = frame_send(said->fd, FETCH_ANSWER, fields, NULL, 0, error);
  fetch_frame_wipe(fields);
  return sent;
}

static int hear_login(Said *said, GError **error) {
  g_autoptr(GError) trouble = NULL;
  g_auto(FetchAnswer) with = {0};
  if (!frame_read_whole(&said->reading))
    return misheard(error);
  int r = tell_login(said->m, &with, &trouble);
  return answer(said, r, trouble, &with, error);
}

static int hear_message(Said *said, gboolean whole, GError **error) {
  g_autoptr(GError) trouble = NULL;
  g_auto(FetchAnswer) with = {0};
  g_autofree char *name = NULL, *reason = NULL;
  MailPlace place = fetch_frame_read_place(&said->reading, &name);
  if (!whole)
    reason = frame_read_text(&said->reading, FETCH_WORDS_MAX);
  g_autoptr(GBytes) bytes = frame_read_bytes(&said->reading, READ_SIZE_MAX);
  if (!frame_read_whole(&said->reading) || bytes == NULL || (!whole && reason == NULL))
    return misheard(error);
  int r = whole ? take(said->f, said->m, &place, bytes, &trouble)
                : note(said->f, said->m, &place, reason, bytes, &trouble);
  return answer(said, r, trouble, &with, error);
}

static int hear_names(Said *said, GError **error) {
  g_autoptr(GError) trouble = NULL;
  g_autoptr(GPtrArray) names = g_ptr_array_new_with_free_func(g_free);
  g_auto(FetchAnswer) with = {0};
  for (gint64 left = frame_read_number(&said->reading, 1, FETCH_NAMES_MAX); left > 0 && !said->reading.broken;
       left--)
    g_ptr_array_add(names, frame_read_text(&said->reading, FETCH_WORDS_MAX));
  if (!frame_read_whole(&said->reading) || names->len == 0)
    return misheard(error);
  int r = tell_known(said->f, said->m, names, &with, &trouble);
  return answer(said, r, trouble, &with, error);
}

static int hear_cursor(Said *said, GError **error) {
  MailCursor cursor = fetch_frame_read_cursor(&said->reading);
  return frame_read_whole(&said->reading) ? remember(said->f, said->m, &cursor, error) : misheard(error);
}

static int hear_place(Said *said, GError **error) {
  g_autofree char *name = NULL;
  MailPlace place = fetch_frame_read_place(&said->reading, &name);
  if (!frame_read_whole(&said->reading))
    return misheard(error);
  begin(said->m, &place);
  return 0;
}

static int hear_state(Said *said, gboolean passed, GError **error) {
  g_autofree char *words = frame_read_text(&said->reading, FETCH_WORDS_MAX);
  if (!frame_read_whole(&said->reading))
    return misheard(error);
  set_trouble(said->f, said->m, words, passed);
  return 0;
}

static int hear_examined(Said *said, GError **error) {
  Fetcher *f = said->f;
  gint64 code = frame_read_number(&said->reading, G_MININT8, 0);
  char *words = frame_read_text(&said->reading, FETCH_WORDS_MAX);
  gboolean sound = frame_read_whole(&said->reading) && words != NULL;
  g_mutex_lock(&f->lock);
  g_free(said->m->found);
  said->m->found = words;
  said->m->found_code = code;
  said->m->examination = EXAMINE_DONE;
  g_cond_broadcast(&f->changed);
  g_mutex_unlock(&f->lock);
  return sound ? 0 : misheard(error);
}

static int hear(Fetcher *f, int fd, const Frame *frame, GError **error) {
  Said said = {.f = f, .fd = fd, .reading = frame_read(frame)};
  said.lane = frame_read_number(&said.reading, 0, 2 * f->lanes->len - 1);
  said.m = f->lanes->pdata[said.lane % f->lanes->len];
  switch ((enum fetch_frame)frame->kind) {
  case FETCH_LOGIN:
    return hear_login(&said, error);
  case FETCH_TAKE:
    return hear_message(&said, TRUE, error);
  case FETCH_NOTE:
    return hear_message(&said, FALSE, error);
  case FETCH_KNOWN:
    return hear_names(&said, error);
  case FETCH_REMEMBER:
    return hear_cursor(&said, error);
  case FETCH_BEGIN:
    return hear_place(&said, error);
  case FETCH_PASSED:
    return hear_state(&said, TRUE, error);
  case FETCH_FAILED:
    return hear_state(&said, FALSE, error);
  case FETCH_EXAMINED:
    return hear_examined(&said, error);
  default:
    return misheard(error);
  }
}

/* ---- one life of the process --------------------------------------------------------------------- */

static int introduce(const Fetcher *f, int fd, GError **error) {
  int r = 0;
  for (guint i = 0; r == 0 && i < f->lanes->len; i++) {
    g_autoptr(GByteArray) fields = g_byte_array_new();
    frame_add_number(fields, i);
    fetch_frame_add_source(fields, ((Mailbox *)f->lanes->pdata[i])->source);
    r = frame_send(fd, FETCH_SOURCE, fields, NULL, 0, error);
  }
  return r == 0 ? frame_send(fd, FETCH_START, NULL, NULL, 0, error) : r;
}

/* Passes on who is to be examined. */
static int ask_examinations(Fetcher *f, int fd, GError **error) {
  int r = 0;
  for (guint i = 0; r == 0 && i < f->lanes->len; i++) {
    Mailbox *m = f->lanes->pdata[i];
    g_mutex_lock(&f->lock);
    gboolean wanted = m->examination == EXAMINE_WANTED;
    if (wanted)
      m->examination = EXAMINE_ASKED;
    g_mutex_unlock(&f->lock);
    if (!wanted)
      continue;
    g_autoptr(GByteArray) fields = g_byte_array_new();
    frame_add_number(fields, f->lanes->len + i);
    r = frame_send(fd, FETCH_EXAMINE, fields, NULL, 0, error);
  }
  return r;
}

/* One thing that the process says, or that is to be passed on to it. */
static int attend(Fetcher *f, int fd, GError **error) {
  struct pollfd p[] = {{.fd = fd, .events = POLLIN}, {.fd = f->wake, .events = POLLIN}};
  uint64_t woken;
  int n = poll(p, G_N_ELEMENTS(p), GLANCE), r = 0;
  if (n > 0 && p[1].revents != 0 && read(f->wake, &woken, sizeof woken) > 0)
    r = ask_examinations(f, fd, error);
  if (r != 0 || n <= 0 || p[0].revents == 0)
    return r;
  g_auto(Frame) frame = {0};
  r = frame_receive(fd, FRAME_MAX, 0, &frame, error);
  return r == 0 ? hear(f, fd, &frame, error) : r;
}

/* 0: it is left, and lives; FRAME_ENDED, or a fault. A process may have become unable where its machine is
 * well (the names of the network's servers are in a file that was replaced, and it opens no new ones): an
 * alarm has another one started. */
static int converse(Fetcher *f, int fd, GError **error) {
  int r = introduce(f, fd, error);
  while (r == 0 && !g_atomic_int_get(&f->stop)) {
    r = attend(f, fd, error);
    if (r == 0 && look_for_alarms(f))
      return 0;
  }
  return r;
}

/* All before the message that it was about to read is kept: the next process begins with that one, so that
 * deaths at it are counted in a row. */
static gboolean died_too_often(Mailbox *m) {
  if (m->at.uid == 0)
    return FALSE;
  mail_cursor_pass(&m->source->cursor, m->at.uid - 1, 0);
  return ++m->deaths >= DEATHS_MAX;
}

static void count_death(Fetcher *f, Mailbox *m) {
  g_autoptr(GError) error = NULL;
  if (!died_too_often(m))
    return;
  g_autofree char *name = g_strdup(m->at_name);
  MailCursor cursor = m->source->cursor;
  MailPlace place = m->at;
  place.name = name;
  int r = note(
      f, m, &place,
      "the process that reads mailboxes ended three times while it read this message; it lies in the mailbox",
      NULL, &error);
  mail_cursor_pass(&cursor, place.uid, 0);
  g_array_append_val(m->source->left, place.uid);
  if (r == 0)
    r = remember(f, m, &cursor, &error);
  if (r < 0)
    log_fault("a message that cannot be read cannot be noted either", error);
}

/* A process that is ended for the sake of those that are ALARMING dies at the messages of these. */
static void count_deaths(Fetcher *f, gboolean alarming) {
  for (guint i = 0; i < f->lanes->len; i++) {
    Mailbox *m = f->lanes->pdata[i];
    if (!alarming || m->alarming)
      count_death(f, m);
    g_mutex_lock(&f->lock);
    if (m->examination == EXAMINE_ASKED)
      m->examination = EXAMINE_WANTED;
    g_mutex_unlock(&f->lock);
  }
}

static gboolean any_passed_since(Fetcher *f, gint64 moment) {
  gboolean any = FALSE;
  g_mutex_lock(&f->lock);
  for (guint i = 0; i < f->lanes->len; i++)
    any = any || ((Mailbox *)f->lanes->pdata[i])->passed >= moment;
  g_mutex_unlock(&f->lock);
  return any;
}

static void live_once(Fetcher *f, int fd) {
  g_autoptr(GError) error = NULL;
  gint64 began = g_get_monotonic_time();
  int r = converse(f, fd, &error);
  if (r < 0)
    log_fault("the process that reads mailboxes is ended", error);
  if (!g_atomic_int_get(&f->stop))
    count_deaths(f, r == 0);
  child_leave(f->child, r > 0 && any_passed_since(f, began));
}

static gpointer keep_talking(gpointer data) {
  Fetcher *f = data;
  while (!g_atomic_int_get(&f->stop)) {
    g_autoptr(GError) error = NULL;
    guint64 life;
    int fd;
    /* A process that does not come up for long is looked for again: meanwhile alarms are told. */
    if (child_enter(f->child, g_get_monotonic_time() + SECOND, &fd, &life, &error) == 0)
      live_once(f, fd);
    else
      look_for_alarms(f);
  }
  return NULL;
}

/* ---- for people ---------------------------------------------------------------------------------- */

static void state_free(gpointer data) {
  MailboxState *state = data;
  g_free(state->name);
  g_free(state->url);
  g_free(state->after);
  g_free(state->trouble);
  g_free(state);
}

static GPtrArray *watch_states(gpointer self) {
  Fetcher *f = self;
  GPtrArray *states = g_ptr_array_new_with_free_func(state_free);
  g_mutex_lock(&f->lock);
  for (guint i = 0; i < f->mailboxes->len; i++) {
    const Mailbox *m = f->mailboxes->pdata[i];
    MailboxState *state = g_new0(MailboxState, 1);
    *state = (MailboxState){.name = g_strdup(m->config->name),
                            .url = g_strdup(m->config->url),
                            .after = g_strdup(m->config->after),
                            .is_read = m->is_read,
                            .passed_at = m->passed_at,
                            .taken = m->taken,
                            .is_alarming = m->alarmed,
                            .trouble = g_strdup(m->trouble),
                            .trouble_since = m->trouble_since};
    g_ptr_array_add(states, state);
  }
  g_mutex_unlock(&f->lock);
  return states;
}

static void wake(Fetcher *f) {
  const uint64_t one = 1;
  ssize_t n;
  do
    n = write(f->wake, &one, sizeof one);
  while (n < 0 && errno == EINTR);
}

static void watch_begin(gpointer self) {
  Fetcher *f = self;
  g_mutex_lock(&f->lock);
  for (guint i = 0; i < f->lanes->len; i++) {
    Mailbox *m = f->lanes->pdata[i];
    if (m->examination == EXAMINE_NOT || m->examination == EXAMINE_DONE)
      m->examination = EXAMINE_WANTED;
  }
  g_mutex_unlock(&f->lock);
  wake(f);
}

static int watch_found(gpointer self, guint n, char **ret_words, GError **error) {
  Fetcher *f = self;
  Mailbox *m = f->mailboxes->pdata[n];
  gint64 until = g_get_monotonic_time() + EXAMINE_WAIT;
  gboolean in_time = TRUE;
  if (!m->is_read)
    return fault(error, FAULT_RULE, "a rehearsal touches no real mailbox");
  g_mutex_lock(&f->lock);
  while (in_time && m->examination != EXAMINE_DONE)
    in_time = g_cond_wait_until(&f->changed, &f->lock, until);
  g_autofree char *words = g_strdup(m->found);
  gint64 code = m->found_code;
  g_mutex_unlock(&f->lock);
  if (!in_time)
    return fault(error, FAULT_BUSY,
                 "the process that reads mailboxes did not answer in time; look at the log");
  if (code < 0)
    return fault(error, (enum fault)code, "%s", words);
  *ret_words = g_steal_pointer(&words);
  return 0;
}

MailWatch fetcher_watch(Fetcher *fetcher) {
  return (MailWatch){.self = fetcher, .states = watch_states, .begin = watch_begin, .found = watch_found};
}

/* ---- its life ------------------------------------------------------------------------------------ */

static void mailbox_free(gpointer data) {
  Mailbox *m = data;
  mail_source_free(m->source);
  g_free(m->place);
  g_free(m->at_name);
  g_free(m->trouble);
  g_free(m->found);
  g_free(m);
}

static gint64 patience(void) {
#ifdef VALISE_TEST_HOOKS
  const char *step = g_getenv("VALISE_STEP_TIMEOUT");
  gint64 seconds;
  if (step != NULL && g_ascii_string_to_signed(step, 10, 1, 300, &seconds, NULL))
    return seconds * SECOND;
#endif
  return PATIENCE;
}

static int add_mailbox(Fetcher *f, const Config *config, const ConfigInbound *in, GError **error) {
  const MailSourceOptions options = {.name = in->name,
                                     .url = in->url,
                                     .user = in->user,
                                     .folder = in->folder,
                                     .after = in->after,
                                     .ca_file = in->ca_file,
                                     .fingerprint = in->fingerprint,
                                     .poll = in->poll,
                                     .patience = patience()};
  Mailbox *m = g_new0(Mailbox, 1);
  g_ptr_array_add(f->mailboxes, m);
  m->config = in;
  m->since = g_get_monotonic_time();
  m->is_read = rehearsal_may_read(config, in);
  m->place = g_strdup_printf("%s %s", in->url, in->user != NULL ? in->user : "");
  int r = mail_source_new(&options, &m->source, error);
  if (r < 0 || !m->is_read)
    return r;
  CursorOf of = cursor_of(m);
  g_ptr_array_add(f->lanes, m);
  return cursor_load(f->store, &of, &m->source->cursor, m->source->left, error);
}

int fetcher_start(const Config *config, Store *store, Intake *intake, Fetcher **ret, GError **error) {
  int r = 0;
  *ret = NULL;
  if (config->inbounds->len == 0)
    return 0;
  Fetcher *f = g_new0(Fetcher, 1);
  f->store = store;
  f->intake = intake;
  f->wake = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
  f->mailboxes = g_ptr_array_new_with_free_func(mailbox_free);
  f->lanes = g_ptr_array_new();
  g_mutex_init(&f->lock);
  g_cond_init(&f->changed);
  for (guint i = 0; r == 0 && i < config->inbounds->len; i++)
    r = add_mailbox(f, config, config->inbounds->pdata[i], error);
  if (r < 0) {
    fetcher_free(f);
    return r;
  }
  if (f->lanes->len > 0) {
    f->child = child_new("fetch");
    f->thread = g_thread_new("fetcher", keep_talking, f);
  }
  *ret = f;
  return 0;
}

void fetcher_stop(Fetcher *fetcher) {
  g_atomic_int_set(&fetcher->stop, TRUE);
  wake(fetcher);
  if (fetcher->child != NULL)
    child_stop(fetcher->child);
  g_clear_pointer(&fetcher->thread, g_thread_join);
}

void fetcher_free(Fetcher *fetcher) {
  if (fetcher == NULL)
    return;
  if (fetcher->thread != NULL)
    fetcher_stop(fetcher);
  g_clear_pointer(&fetcher->child, child_free);
  g_ptr_array_unref(fetcher->lanes);
  g_ptr_array_unref(fetcher->mailboxes);
  if (fetcher->wake >= 0)
    close(fetcher->wake);
  g_mutex_clear(&fetcher->lock);
  g_cond_clear(&fetcher->changed);
  g_free(fetcher);
}
