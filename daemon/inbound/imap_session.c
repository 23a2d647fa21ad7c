/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "inbound/imap_session.h"

#include <libetpan/libetpan.h>
#include <string.h>

#include "base/fault.h"
#include "base/moment.h"
#include "inbound/verdict.h"

/* What may answer a question besides what was asked for: news of other messages, long lines of flags. */
#define ROOM_WORDS   ((gsize)256 * 1024)
#define ROOM_NUMBERS ((gsize)32 * 1024 * 1024) /* of a search: some three million messages */
#define STREAM_SIZE  8192                      /* libetpan's own buffer each way */
#define SET_MAX      200                       /* numbers in one command */

struct ImapSession {
  ImapConnection *connection;
  mailimap *imap;
  mailstream *stream;
  GByteArray *to; /* where the bytes of a message go while a piece is asked for; else NULL */
  gsize room;     /* how many of them may still come */
  gboolean over;  /* more came */
};

/* ---- the stream ---------------------------------------------------------------------------------- */

/* libetpan takes a connection that begins with a greeting, and ours has had it already. */
typedef struct {
  ImapConnection *connection;
  const char *greeting;
} Wire;

static ssize_t wire_read(mailstream_low *low, void *to, size_t size) {
  Wire *wire = low->data;
  if (*wire->greeting == '\0')
    return imap_connection_read(wire->connection, to, size);
  gsize n = MIN(size, strlen(wire->greeting));
  memcpy(to, wire->greeting, n);
  wire->greeting += n;
  return (ssize_t)n;
}

static ssize_t wire_write(mailstream_low *low, const void *from, size_t size) {
  return imap_connection_write(((Wire *)low->data)->connection, from, size);
}

static int wire_close(mailstream_low *low) {
  (void)low;
  return 0;
}

static int wire_fd(mailstream_low *low) {
  (void)low;
  return -1; /* nobody but the connection waits for it */
}

static void wire_free(mailstream_low *low) {
  g_free(low->data);
  free(low);
}

static mailstream_low_driver wire_driver = {
    .mailstream_read = wire_read,
    .mailstream_write = wire_write,
    .mailstream_close = wire_close,
    .mailstream_get_fd = wire_fd,
    .mailstream_free = wire_free,
};

static mailstream *wire_new(ImapConnection *connection) {
  Wire *wire = g_new0(Wire, 1);
  wire->connection = connection;
  wire->greeting = "* PREAUTH logged in by libcurl\r\n";
  return mailstream_new(mailstream_low_new(wire, &wire_driver), STREAM_SIZE);
}

/* ---- what an answer means ------------------------------------------------------------------------ */

static int fault_of_connection(const ImapSession *session, GError **error) {
  static const char *const words[] = {
      [IMAP_TROUBLE_CLOSED] = "closed the connection",
      [IMAP_TROUBLE_BROKEN] = "is no longer reached: the connection broke",
      [IMAP_TROUBLE_SILENT] = "does not answer",
      [IMAP_TROUBLE_ENDLESS] = "answers with more than was asked for, and its answer was not read to the end",
  };
  const char *where = imap_connection_where(session->connection);
  enum imap_trouble trouble = imap_connection_trouble(session->connection);
  if (trouble == IMAP_TROUBLE_STOPPED)
    return fault(error, FAULT_BUSY, "%s was left because we are stopping", where);
  return fault(error, trouble == IMAP_TROUBLE_ENDLESS ? FAULT_INPUT : FAULT_SYSTEM, "%s %s", where,
               words[trouble]);
}

/* R of libetpan for the command WHAT; the server's own words where it gave any. */
static int answer(const ImapSession *session, int r, const char *what, GError **error) {
  const char *where = imap_connection_where(session->connection);
  if (r == MAILIMAP_NO_ERROR)
    return 0;
  if (imap_connection_trouble(session->connection) != IMAP_TROUBLE_NONE)
    return fault_of_connection(session, error);
  if (session->over)
    return fault(error, FAULT_INPUT,
                 "%s answers with more than was asked for, and its answer was not read to the end", where);
  g_autofree char *words = NULL;
  verdict_set(&words, session->imap->imap_response);
  if (r == MAILIMAP_ERROR_STREAM || r == MAILIMAP_ERROR_FATAL)
    return fault(error, FAULT_SYSTEM, "%s said goodbye", where);
  if (r == MAILIMAP_ERROR_PARSE || r == MAILIMAP_ERROR_PROTOCOL || r == MAILIMAP_ERROR_MEMORY ||
      r == MAILIMAP_ERROR_NEEDS_MORE_DATA)
    return fault(error, FAULT_INPUT, "%s answers to %s with what is no IMAP%s%s", where, what,
                 words != NULL ? ": " : "", words != NULL ? words : "");
  return fault(error, FAULT_RULE, "%s refuses %s%s%s", where, what, words != NULL ? ": " : "",
               words != NULL ? words : "");
}

static void begin(ImapSession *session, gsize budget) {
  imap_connection_begin(session->connection, budget);
}

/* ---- opening and closing ------------------------------------------------------------------------- */

/* The bytes of a message go past libetpan, which would make room for as much as the server announces. */
static bool on_bytes(int type, struct mailimap_msg_att_body_section *section, const char *bytes,
                     size_t length, void *context) {
  ImapSession *session = context;
  (void)type, (void)section;
  session->over = session->to == NULL || length > session->room;
  if (session->over)
    return false;
  g_byte_array_append(session->to, (const guint8 *)bytes, (guint)length);
  session->room -= length;
  return true;
}

int imap_session_open(const MailSource *source, const MailLogin *login, int stop_fd, ImapSession **ret,
                      GError **error) {
  struct mailimap_capability_data *capabilities = NULL;
  g_autoptr(ImapSession) session = g_new0(ImapSession, 1);
  int r = imap_connection_open(source, login, stop_fd, &session->connection, error);
  if (r < 0)
    return r;
  session->imap = mailimap_new(0, NULL);
  session->stream = wire_new(session->connection);
  mailimap_set_msg_body_handler(session->imap, on_bytes, session);
  begin(session, ROOM_WORDS);
  int code = mailimap_connect(session->imap, session->stream);
  if (code == MAILIMAP_NO_ERROR_AUTHENTICATED)
    code = mailimap_capability(session->imap, &capabilities);
  if (capabilities != NULL)
    mailimap_capability_data_free(capabilities);
  r = answer(session, code, "CAPABILITY", error);
  if (r == 0)
    *ret = g_steal_pointer(&session);
  return r;
}

void imap_session_close(ImapSession *session) {
  if (session == NULL)
    return;
  if (session->imap != NULL) {
    begin(session, ROOM_WORDS);
    mailimap_free(session->imap); /* with LOGOUT, and the stream */
  }
  imap_connection_close(session->connection);
  g_free(session);
}

gboolean imap_session_can(ImapSession *session, const char *capability) {
  return mailimap_has_extension(session->imap, capability) != 0;
}

/* ---- folders ------------------------------------------------------------------------------------- */

/* PERMANENTFLAGS: the keyword itself, or that new ones may be made (RFC 3501 §7.1). */
static gboolean keeps_keywords(const struct mailimap_selection_info *info) {
  if (info->sel_perm_flags == NULL)
    return FALSE;
  for (clistiter *at = clist_begin(info->sel_perm_flags); at != NULL; at = clist_next(at)) {
    const struct mailimap_flag_perm *flag = clist_content(at);
    if (flag->fl_type == MAILIMAP_FLAG_PERM_ALL)
      return TRUE;
    if (flag->fl_flag != NULL && flag->fl_flag->fl_type == MAILIMAP_FLAG_KEYWORD &&
        g_ascii_strcasecmp(flag->fl_flag->fl_data.fl_keyword, MAIL_KEYWORD) == 0)
      return TRUE;
  }
  return FALSE;
}

int imap_session_folder(ImapSession *session, const char *folder, gboolean write, ImapFolder *ret,
                        GError **error) {
  g_autofree char *name = mail_folder_encode(folder);
  g_autofree char *what = g_strdup_printf("to open the folder %s", folder);
  begin(session, ROOM_WORDS);
  int r =
      answer(session, write ? mailimap_select(session->imap, name) : mailimap_examine(session->imap, name),
             what, error);
  if (r < 0)
    return r;
  const struct mailimap_selection_info *info = session->imap->imap_selection_info;
  *ret = (ImapFolder){.uid_validity = info->sel_uidvalidity,
                      .uid_next = info->sel_uidnext,
                      .writable = write && info->sel_perm == MAILIMAP_MAILBOX_READWRITE,
                      .keywords = keeps_keywords(info)};
  if (ret->uid_validity == 0)
    return fault(error, FAULT_INPUT,
                 "%s does not tell the UIDVALIDITY of the folder %s, without which no message can be "
                 "told from another",
                 imap_connection_where(session->connection), folder);
  return 0;
}

int imap_session_has_folder(ImapSession *session, const char *folder, gboolean *ret, GError **error) {
  g_autofree char *name = mail_folder_encode(folder);
  clist *found = NULL;
  begin(session, ROOM_WORDS);
  int r = answer(session, mailimap_list(session->imap, "", name, &found), "LIST", error);
  if (r < 0)
    return r;
  *ret = FALSE;
  for (clistiter *at = clist_begin(found); at != NULL; at = clist_next(at)) {
    const struct mailimap_mailbox_list *one = clist_content(at);
    *ret = *ret || one->mb_flag == NULL || one->mb_flag->mbf_type != MAILIMAP_MBX_LIST_FLAGS_SFLAG ||
           one->mb_flag->mbf_sflag != MAILIMAP_MBX_LIST_SFLAG_NOSELECT;
  }
  mailimap_list_result_free(found);
  return 0;
}

int imap_session_sync(ImapSession *session, GError **error) {
  begin(session, ROOM_WORDS);
  return answer(session, mailimap_noop(session->imap), "NOOP", error);
}

/* ---- numbers ------------------------------------------------------------------------------------- */

static gint by_number(gconstpointer a, gconstpointer b) {
  gint64 x = *(const gint64 *)a, y = *(const gint64 *)b;
  return (x > y) - (x < y);
}

/* Those from LEAST to MOST, in order: the server may say others as well (n:* always names the last message).
 */
static void gather(clist *found, gint64 least, gint64 most, GArray *to) {
  for (clistiter *at = clist_begin(found); at != NULL; at = clist_next(at)) {
    gint64 uid = *(const uint32_t *)clist_content(at);
    if (uid >= least && uid <= most)
      g_array_append_val(to, uid);
  }
  g_array_sort(to, by_number);
  guint kept = 0;
  for (guint i = 0; i < to->len; i++)
    if (kept == 0 || g_array_index(to, gint64, i) != g_array_index(to, gint64, kept - 1))
      g_array_index(to, gint64, kept++) = g_array_index(to, gint64, i);
  g_array_set_size(to, kept);
}

static int search(ImapSession *session, struct mailimap_search_key *key, gint64 least, gint64 most,
                  GArray *to, GError **error) {
  clist *found = NULL;
  begin(session, ROOM_NUMBERS);
  int code = mailimap_uid_search(session->imap, NULL, key, &found);
  mailimap_search_key_free(key);
  int r = answer(session, code, "UID SEARCH", error);
  if (r == 0 && found != NULL)
    gather(found, least, most, to);
  if (found != NULL)
    mailimap_search_result_free(found);
  return r;
}

int imap_session_after(ImapSession *session, gint64 after, GArray *to, GError **error) {
  if (after >= G_MAXUINT32)
    return 0;
  struct mailimap_set *set = mailimap_set_new_interval((uint32_t)after + 1, 0); /* 0 is "*" */
  return search(session, mailimap_search_key_new_uid(set), after + 1, G_MAXUINT32, to, error);
}

int imap_session_upto(ImapSession *session, gint64 upto, const char *lacking, GArray *to, GError **error) {
  if (upto <= 0)
    return 0;
  struct mailimap_search_key *key = mailimap_search_key_new_uid(mailimap_set_new_interval(1, (uint32_t)upto));
  if (lacking != NULL) {
    struct mailimap_search_key *both = mailimap_search_key_new_multiple_empty();
    mailimap_search_key_multiple_add(both, key);
    mailimap_search_key_multiple_add(both, mailimap_search_key_new_unkeyword(strdup(lacking)));
    key = both;
  }
  return search(session, key, 1, upto, to, error);
}

int imap_session_holds(ImapSession *session, gint64 uid, gboolean *ret, GError **error) {
  g_autoptr(GArray) found = g_array_new(FALSE, FALSE, sizeof(gint64));
  struct mailimap_set *set = mailimap_set_new_single((uint32_t)uid);
  int r = search(session, mailimap_search_key_new_uid(set), uid, uid, found, error);
  *ret = found->len > 0;
  return r;
}

/* ---- a message ----------------------------------------------------------------------------------- */

static gint64 moment_of(const struct mailimap_date_time *at) {
  if (at == NULL)
    return 0;
  g_autoptr(GDateTime) time =
      g_date_time_new_utc(at->dt_year, at->dt_month, at->dt_day, at->dt_hour, at->dt_min, at->dt_sec);
  if (time == NULL)
    return 0;
  gint64 zone = (at->dt_zone / 100 * 60 + at->dt_zone % 100) * MINUTE;
  return g_date_time_to_unix(time) * SECOND - zone;
}

typedef struct {
  ImapPiece piece;
  gint64 uid;
  guint bodies; /* how many contents were told */
} Told;

static void tell_static(const struct mailimap_msg_att_static *att, Told *told) {
  const struct mailimap_msg_att_body_section *section;
  switch (att->att_type) {
  case MAILIMAP_MSG_ATT_UID:
    told->uid = att->att_data.att_uid;
    break;
  case MAILIMAP_MSG_ATT_INTERNALDATE:
    told->piece.received_at = moment_of(att->att_data.att_internal_date);
    break;
  case MAILIMAP_MSG_ATT_RFC822_SIZE:
    told->piece.size = att->att_data.att_rfc822_size;
    break;
  case MAILIMAP_MSG_ATT_BODY_SECTION:
    section = att->att_data.att_body_section;
    told->bodies++;
    told->piece.has_bytes = section != NULL && section->sec_body_part != NULL;
    break;
  default:
    break;
  }
}

static Told told_of(const struct mailimap_msg_att *message) {
  Told told = {.piece = {.there = TRUE, .size = -1}};
  for (clistiter *at = clist_begin(message->att_list); at != NULL; at = clist_next(at)) {
    const struct mailimap_msg_att_item *item = clist_content(at);
    if (item->att_type == MAILIMAP_MSG_ATT_ITEM_STATIC)
      tell_static(item->att_data.att_static, &told);
  }
  return told;
}

/* The one message that was asked for; the server may tell flags of others. FALSE when contents came that are
 * not its. */
static gboolean pick(clist *messages, gint64 uid, ImapPiece *ret) {
  guint bodies = 0, own = 0;
  *ret = (ImapPiece){.size = -1};
  for (clistiter *at = clist_begin(messages); at != NULL; at = clist_next(at)) {
    Told told = told_of(clist_content(at));
    bodies += told.bodies;
    if (told.uid != uid || (ret->there && told.bodies == 0))
      continue;
    own += told.bodies;
    *ret = told.piece;
  }
  return bodies == own && own <= 1;
}

static struct mailimap_fetch_type *fetch_type(gsize offset, gsize length) {
  struct mailimap_fetch_type *type = mailimap_fetch_type_new_fetch_att_list_empty();
  mailimap_fetch_type_new_fetch_att_list_add(type, mailimap_fetch_att_new_uid());
  mailimap_fetch_type_new_fetch_att_list_add(type, mailimap_fetch_att_new_internaldate());
  mailimap_fetch_type_new_fetch_att_list_add(type, mailimap_fetch_att_new_rfc822_size());
  if (length > 0)
    mailimap_fetch_type_new_fetch_att_list_add(
        type, mailimap_fetch_att_new_body_peek_section_partial(mailimap_section_new(NULL), (uint32_t)offset,
                                                               (uint32_t)length));
  return type;
}

/* What libetpan says when the answer holds no message at all: an expunged one's (RFC 2180 §4.1). */
static gboolean is_nothing(int code, const clist *messages) {
  return code == MAILIMAP_NO_ERROR ? messages == NULL
                                   : code == MAILIMAP_ERROR_UID_FETCH || code == MAILIMAP_ERROR_FETCH;
}

int imap_session_piece(ImapSession *session, gint64 uid, gsize offset, gsize length, GByteArray *to,
                       ImapPiece *ret, GError **error) {
  const gsize before = to != NULL ? to->len : 0;
  clist *messages = NULL;
  struct mailimap_set *set = mailimap_set_new_single((uint32_t)uid);
  struct mailimap_fetch_type *type = fetch_type(offset, length);
  session->to = to;
  session->room = length;
  begin(session, ROOM_WORDS + length);
  int code = mailimap_uid_fetch(session->imap, set, type, &messages);
  session->to = NULL;
  mailimap_fetch_type_free(type);
  mailimap_set_free(set);
  *ret = (ImapPiece){.size = -1};
  if (imap_connection_trouble(session->connection) == IMAP_TROUBLE_NONE && is_nothing(code, messages))
    return 0;
  int r = answer(session, code, "UID FETCH", error);
  if (r < 0)
    return r;
  gboolean sound = pick(messages, uid, ret);
  mailimap_fetch_list_free(messages);
  ret->got = to != NULL ? to->len - before : 0;
  if (!sound || (ret->got > 0 && !ret->has_bytes))
    return fault(error, FAULT_INPUT, "%s answers to UID FETCH with the content of another message",
                 imap_connection_where(session->connection));
  return 0;
}

/* ---- changing ------------------------------------------------------------------------------------ */

static struct mailimap_set *set_of(const gint64 *uids, guint count) {
  struct mailimap_set *set = mailimap_set_new_empty();
  for (guint i = 0; i < count; i++)
    mailimap_set_add_single(set, (uint32_t)uids[i]);
  return set;
}

typedef int Change(ImapSession *session, struct mailimap_set *set, const char *word);

static int change(ImapSession *session, const gint64 *uids, guint count, const char *word, Change *one,
                  const char *what, GError **error) {
  int r = 0;
  for (guint done = 0; r == 0 && done < count; done += SET_MAX) {
    struct mailimap_set *set = set_of(uids + done, MIN(count - done, SET_MAX));
    begin(session, ROOM_WORDS);
    r = answer(session, one(session, set, word), what, error);
    mailimap_set_free(set);
  }
  return r;
}

/* .SILENT: nobody needs to be told what we have just said. */
static int give_keyword(ImapSession *session, struct mailimap_set *set, const char *keyword) {
  struct mailimap_flag_list *flags = mailimap_flag_list_new_empty();
  mailimap_flag_list_add(flags, mailimap_flag_new_flag_keyword(strdup(keyword)));
  struct mailimap_store_att_flags *store = mailimap_store_att_flags_new_add_flags_silent(flags);
  int code = mailimap_uid_store(session->imap, set, store);
  mailimap_store_att_flags_free(store);
  return code;
}

int imap_session_mark(ImapSession *session, const gint64 *uids, guint count, const char *keyword,
                      GError **error) {
  return change(session, uids, count, keyword, give_keyword, "UID STORE", error);
}

static int move_there(ImapSession *session, struct mailimap_set *set, const char *folder) {
  return mailimap_uid_move(session->imap, set, folder);
}

int imap_session_move(ImapSession *session, const gint64 *uids, guint count, const char *folder,
                      GError **error) {
  g_autofree char *name = mail_folder_encode(folder);
  return change(session, uids, count, name, move_there, "UID MOVE", error);
}

/* ---- waiting ------------------------------------------------------------------------------------- */

int imap_session_idle(ImapSession *session, gint64 until, GError **error) {
  begin(session, ROOM_WORDS);
  int r = answer(session, mailimap_idle(session->imap), "IDLE", error);
  if (r < 0)
    return r;
  /* What came right behind the "+" is in libetpan's buffer, and no wait would see it. */
  if (session->stream->read_buffer_len == 0 && !imap_connection_wait(session->connection, until))
    return fault_of_connection(session, error);
  begin(session, ROOM_WORDS);
  return answer(session, mailimap_idle_done(session->imap), "DONE", error);
}
