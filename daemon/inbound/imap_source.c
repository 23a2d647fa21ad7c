/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "inbound/fetch_port.h"

#include "base/digest.h"
#include "base/fault.h"
#include "inbound/imap_message.h"
#include "inbound/imap_session.h"
#include "inbound/read.h"

#define REMEMBER_EVERY 32 /* messages that may be asked for again after a crash: they are known then */
#define LEFT_MAX       1000

typedef struct {
  MailSource *source;
  const FetchPort *port;
  ImapSession *session;
  ImapFolder folder;
  ImapTrials trials;
  gboolean moved;      /* this connection has brought something: the next wait is short again */
  guint unsaved;       /* messages since the cursor was told */
  gboolean never_idle; /* the server says that it can, and then refuses */
  const char *refused; /* why AFTER cannot be done; NULL */
} Work;

/* ---- the cursor ---------------------------------------------------------------------------------- */

static int remember(Work *w, GError **error) {
  w->unsaved = 0;
  return w->port->remember(w->port->self, &w->source->cursor, error);
}

static int move_on(Work *w, gint64 uid, gint64 received_at, GError **error) {
  mail_cursor_pass(&w->source->cursor, uid, received_at);
  w->moved = TRUE;
  return ++w->unsaved < REMEMBER_EVERY ? 0 : remember(w, error);
}

/* Is the message that we took under that number still the one under it? */
static int ask_witness(Work *w, gboolean *ret_anew, GError **error) {
  MailCursor *cursor = &w->source->cursor;
  ImapPiece piece = {.there = FALSE};
  int r =
      cursor->witness > 0 ? imap_session_piece(w->session, cursor->witness, 0, 0, NULL, &piece, error) : 0;
  if (r == 0 && piece.there && piece.received_at != 0)
    *ret_anew = mail_cursor_testify(cursor, piece.received_at);
  return r;
}

static int open_folder(Work *w, GError **error) {
  MailSource *source = w->source;
  gboolean first = source->cursor.uid_validity == 0;
  int r =
      imap_session_folder(w->session, source->folder, source->after != MAIL_AFTER_NOTHING, &w->folder, error);
  if (r < 0)
    return r;
  gboolean anew = mail_cursor_open(&source->cursor, w->folder.uid_validity, w->folder.uid_next);
  if (!anew)
    r = ask_witness(w, &anew, error);
  if (anew)
    g_array_set_size(source->left, 0);
  return r == 0 && (anew || first) ? remember(w, error) : r;
}

/* ---- one message --------------------------------------------------------------------------------- */

static int note(Work *w, const MailPlace *place, const char *reason, GByteArray *head, GError **error) {
  g_autoptr(GBytes) bytes = head != NULL && head->len > 0 ? g_bytes_new(head->data, head->len) : NULL;
  int r = w->port->note(w->port->self, place, reason, bytes, error);
  if (r == 0 && w->source->left->len < LEFT_MAX)
    g_array_append_val(w->source->left, place->uid);
  return r < 0 ? r : move_on(w, place->uid, 0, error);
}

static int keep(Work *w, const MailPlace *place, enum imap_message_state state, GByteArray *bytes,
                GError **error) {
  g_autofree char *reason = NULL;
  g_autoptr(GBytes) whole = NULL;
  switch (state) {
  case IMAP_MESSAGE_GONE:
    return move_on(w, place->uid, 0, error);
  case IMAP_MESSAGE_EMPTY:
    return note(w, place, "the message is empty", NULL, error);
  case IMAP_MESSAGE_TOO_LARGE:
    reason = g_strdup_printf(
        "the message is larger than %d MiB; its beginning is kept, all of it lies in the mailbox",
        READ_SIZE_MAX >> 20);
    return note(w, place, reason, bytes, error);
  case IMAP_MESSAGE_WHOLE:
    break;
  }
  whole = g_bytes_new(bytes->data, bytes->len);
  int r = w->port->take(w->port->self, place, whole, error);
  return r < 0 ? r : move_on(w, place->uid, place->received_at, error);
}

static int give_up(Work *w, MailPlace *place, GError **error) {
  g_autofree char *reason = g_strdup_printf("the message could not be had, time and again; what there is of "
                                            "it is kept, it lies in the mailbox (%s)",
                                            w->trials.words);
  place->received_at = w->trials.received_at;
  return note(w, place, reason, w->trials.longest, error);
}

static int take_one(Work *w, gint64 uid, GError **error) {
  g_autofree char *name = mail_cursor_name(&w->source->cursor);
  MailPlace place = {.uid_validity = w->source->cursor.uid_validity, .uid = uid, .name = name};
  g_autoptr(GByteArray) bytes = g_byte_array_new();
  g_autoptr(GError) trouble = NULL;
  enum imap_message_state state = IMAP_MESSAGE_GONE;
  if (imap_trials_exhausted(&w->trials, uid))
    return give_up(w, &place, error);
  int r = w->port->begin(w->port->self, &place, error);
  if (r < 0)
    return r;
  r = imap_message_read(w->session, &w->trials, uid, READ_SIZE_MAX, bytes, &state, &place.received_at,
                        &trouble);
  if (r == 0)
    return keep(w, &place, state, bytes, error);
  imap_trials_add(&w->trials, uid, r, trouble);
  g_propagate_error(error, g_steal_pointer(&trouble));
  return fault_prefix(error, "message %" G_GINT64_FORMAT, uid);
}

static int take_new(Work *w, GError **error) {
  g_autoptr(GArray) uids = g_array_new(FALSE, FALSE, sizeof(gint64));
  int r = imap_session_after(w->session, w->source->cursor.uid, uids, error);
  for (guint i = 0; r == 0 && i < uids->len; i++)
    r = take_one(w, g_array_index(uids, gint64, i), error);
  return r == 0 && w->unsaved > 0 ? remember(w, error) : r;
}

/* ---- what AFTER says ----------------------------------------------------------------------------- */

/* Why it cannot be done, or NULL. */
static const char *why_not(const MailSource *source, ImapSession *session, const ImapFolder *folder) {
  if (source->after == MAIL_AFTER_NOTHING)
    return NULL;
  if (!folder->writable)
    return "the account may only read this folder, so that after = keyword and after = move: are not for it";
  if (source->after == MAIL_AFTER_KEYWORD && !folder->keywords)
    return "the folder keeps no keywords of ours; use after = nothing or after = move:FOLDER";
  if (source->after == MAIL_AFTER_MOVE && !imap_session_can(session, "MOVE"))
    return "the server cannot MOVE (RFC 6851), and nothing is copied and deleted instead; use after = "
           "keyword";
  return NULL;
}

static void without_those_left(const MailSource *source, GArray *uids) {
  guint kept = 0;
  for (guint i = 0; i < uids->len; i++) {
    gint64 uid = g_array_index(uids, gint64, i);
    gboolean left = FALSE;
    for (guint j = 0; j < source->left->len && !left; j++)
      left = g_array_index(source->left, gint64, j) == uid;
    if (!left)
      g_array_index(uids, gint64, kept++) = uid;
  }
  g_array_set_size(uids, kept);
}

/* All up to the cursor are kept: what a crash or a lost connection left undone is done now. A server that
 * refuses is told of, and the messages keep coming. */
static int finish(Work *w, GError **error) {
  const MailSource *source = w->source;
  g_autoptr(GArray) uids = g_array_new(FALSE, FALSE, sizeof(gint64));
  gboolean keyword = source->after == MAIL_AFTER_KEYWORD;
  w->refused = why_not(source, w->session, &w->folder);
  if (source->after == MAIL_AFTER_NOTHING || w->refused != NULL)
    return 0;
  int r = imap_session_upto(w->session, source->cursor.uid, keyword ? MAIL_KEYWORD : NULL, uids, error);
  if (r < 0)
    return r;
  without_those_left(source, uids);
  const gint64 *numbers = (const gint64 *)uids->data;
  return keyword ? imap_session_mark(w->session, numbers, uids->len, MAIL_KEYWORD, error)
                 : imap_session_move(w->session, numbers, uids->len, source->move_to, error);
}

/* ---- looking, and waiting ------------------------------------------------------------------------ */

static int look(Work *w, GError **error) {
  g_autoptr(GError) refusal = NULL;
  int r = open_folder(w, error);
  if (r == 0)
    r = take_new(w, error);
  if (r < 0)
    return r;
  r = finish(w, &refusal);
  if (r < 0 && r != FAULT_RULE) {
    g_propagate_error(error, g_steal_pointer(&refusal));
    return r;
  }
  return w->port->passed(w->port->self, refusal != NULL ? refusal->message : w->refused, error);
}

static int sleep_until(const Work *w, gint64 until, GError **error) {
  return fetch_port_wait(w->port, -1, until) ? 0 : fault(error, FAULT_BUSY, "we are stopping");
}

static int wait_for_news(Work *w, GError **error) {
  gint64 until = g_get_monotonic_time() + w->source->poll;
  g_autoptr(GError) refusal = NULL;
  if (w->never_idle || !imap_session_can(w->session, "IDLE"))
    return sleep_until(w, until, error);
  int r = imap_session_idle(w->session, until, &refusal);
  w->never_idle = r == FAULT_RULE;
  if (w->never_idle)
    return sleep_until(w, until, error);
  if (r < 0)
    g_propagate_error(error, g_steal_pointer(&refusal));
  return r;
}

static int open_session(const MailSource *source, const FetchPort *port, ImapSession **ret, GError **error) {
  g_auto(MailLogin) login = {NULL};
  int r = port->login(port->self, &login, error);
  return r < 0 ? r : imap_session_open(source, &login, port->stop_fd, ret, error);
}

/* Until the connection ends; always a fault. */
static int stay(Work *w, GError **error) {
  g_autoptr(ImapSession) session = NULL;
  int r = open_session(w->source, w->port, &session, error);
  w->session = session;
  while (r == 0) {
    r = look(w, error);
    w->moved = w->moved || r == 0;
    if (r == 0)
      r = wait_for_news(w, error);
  }
  w->session = NULL;
  return r;
}

static double chance(void) {
  guint16 n;
  random_bytes(&n, sizeof n);
  return n / 65536.0;
}

void imap_source_run(MailSource *source, const FetchPort *port) {
  Work w = {.source = source, .port = port};
  guint tries = 0;
  do {
    g_autoptr(GError) error = NULL;
    w.moved = FALSE;
    stay(&w, &error);
    tries = w.moved ? 1 : tries + 1;
    port->failed(port->self, error->message, NULL);
  } while (fetch_port_wait(port, -1, g_get_monotonic_time() + mail_source_wait(tries, chance())));
  imap_trials_clear(&w.trials);
}

/* ---- looking for the doctor ---------------------------------------------------------------------- */

static int examine_after(const MailSource *source, ImapSession *session, const ImapFolder *folder,
                         GError **error) {
  const char *refused = why_not(source, session, folder);
  gboolean there = TRUE;
  int r = 0;
  if (refused != NULL)
    return fault(error, FAULT_RULE, "%s", refused);
  if (source->after == MAIL_AFTER_MOVE)
    r = imap_session_has_folder(session, source->move_to, &there, error);
  if (r == 0 && !there)
    return fault(error, FAULT_RULE, "there is no folder %s that messages could be moved to; make it",
                 source->move_to);
  return r;
}

int imap_source_examine(const MailSource *source, const FetchPort *port, char **ret_words, GError **error) {
  g_autoptr(ImapSession) session = NULL;
  ImapFolder folder;
  int r = open_session(source, port, &session, error);
  if (r == 0)
    r = imap_session_folder(session, source->folder, source->after != MAIL_AFTER_NOTHING, &folder, error);
  if (r == 0)
    r = examine_after(source, session, &folder, error);
  if (r == 0)
    *ret_words =
        g_strdup_printf("%s as %s: the folder %s opens%s", source->url, source->user, source->folder,
                        imap_session_can(session, "IDLE") ? "; new messages are told at once"
                                                          : "; its server has no IDLE, so it is polled");
  return r;
}
