/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "reply/filing.h"

#include "base/crash.h"
#include "base/fault.h"
#include "base/file.h"
#include "base/ident.h"
#include "base/log.h"
#include "base/units.h"
#include "contacts/contact_signature.h"
#include "reply/docket.h"
#include "reply/erase.h"
#include "reply/inbound_rows.h"

#define PAGE 100
#define LOOK (SECOND / 20)
#define REST (5 * SECOND) /* the longest sleep: what failed is tried again */

struct Filing {
  FilingOptions options;
  GThread *thread;
  GMutex lock;
  GCond wake, moved;    /* moved: a message was taken up and done with */
  gboolean woken, stop; /* under LOCK */
  gint64 round;         /* under LOCK */
};

/* ---- one message ---- */

/* What is not there or not what it was is no fault of ours to wait for: *ret_bytes stays NULL. */
static int load(Filing *filing, const InboundMessage *m, GBytes **ret_bytes, GError **error) {
  g_autoptr(GError) own = NULL;
  g_autoptr(GBytes) bytes = NULL;
  if (!m->has_bytes || m->taken_reason != NULL)
    return 0;
  g_autofree char *path = intake_path(filing->options.intake, &m->sha256);
  int r = file_read(path, INTAKE_MAX, &bytes, &own);
  if (r == FAULT_ABSENT || r == FAULT_INPUT)
    return 0;
  if (r < 0) {
    g_propagate_error(error, g_steal_pointer(&own));
    return r;
  }
  gsize size = 0;
  gconstpointer data = g_bytes_get_data(bytes, &size);
  Digest found = digest_of(data, size);
  if (digest_equal(&found, &m->sha256))
    *ret_bytes = g_steal_pointer(&bytes);
  return 0;
}

static void match(const Filing *filing, Docket *docket) {
  g_autoptr(MailingSettings) settings = desk_settings(filing->options.desk);
  const char *mailboxes[4] = {NULL};
  const char *const all[] = {settings->reply_mailbox, settings->bounce_mailbox, settings->from};
  for (gsize i = 0, n = 0; i < G_N_ELEMENTS(all); i++)
    if (all[i] != NULL)
      mailboxes[n++] = all[i];
  MatchHouse house = {.keys = &settings->token_key,
                      .key_count = 1,
                      .instance = desk_instance(filing->options.desk),
                      .mailboxes = mailboxes};
  docket->match = match_verdict(&house, docket->verdict);
  docket->dmarc = sender_dmarc(filing->options.trust, docket->message->account, docket->verdict);
}

/* What it brings along of keys is proposed for the contacts with its author's address. */
static int judge_signature(Filing *filing, Docket *docket, GBytes *bytes, GError **error) {
  ContactRing *ring = filing->options.ring;
  g_auto(ContactSignature) signature = {0};
  char source[IDENT_SIZE];
  guint proposed = 0;
  if (ring == NULL || !docket->verdict->is_signed)
    return 0;
  int r = contact_signature_judge(ring, bytes, inbound_message_moment(docket->message), &signature, error);
  if (r == 0 && signature.whole)
    r = contact_signature_propose(ring, &actor_daemon, bytes,
                                  ident_into(IDENT_INBOUND, docket->message->id, source), &proposed, error);
  docket->signature = signature.name;
  docket->signer = signature.good ? signature.contact : 0;
  return r;
}

static int judge(Filing *filing, Docket *docket, GError **error) {
  const InboundMessage *m = docket->message;
  g_autoptr(GBytes) bytes = NULL;
  int r = load(filing, m, &bytes, error);
  if (r < 0)
    return r;
  if (m->taken_reason != NULL)
    docket->unread = HANDLING_NOT_WHOLE;
  else if (bytes == NULL)
    docket->unread = HANDLING_BYTES_LOST;
  if (bytes == NULL)
    return 0;
  r = filing->options.reader.read(filing->options.reader.self, bytes, &docket->verdict, error);
  if (r == READER_QUARANTINE)
    docket->unread = HANDLING_QUARANTINED;
  if (r != 0)
    return MIN(r, 0);
  match(filing, docket);
  return judge_signature(filing, docket, bytes, error);
}

static gboolean is_for_later(int fault) {
  return fault == FAULT_BUSY || fault == FAULT_SYSTEM || fault == FAULT_UNCERTAIN;
}

static int settle(Filing *filing, Docket *docket, GError **error) {
  g_autoptr(GError) own = NULL;
  crash_point("inbound-read");
  int r = store_write(desk_store(filing->options.desk), docket_unit, docket, &own);
  if (r < 0 && !is_for_later(r)) {
    /* A rule that a consequence met with is no reason to stop: a person looks. */
    log_fault("a message that came in could not be filed, and is held", own);
    docket->fallen = TRUE;
    r = store_write(desk_store(filing->options.desk), docket_unit, docket, error);
  } else if (r < 0)
    g_propagate_error(error, g_steal_pointer(&own));
  if (r >= 0)
    crash_point("inbound-filed");
  return r;
}

static int file_one(Filing *filing, gint64 id, GError **error) {
  g_auto(Docket) docket = {.desk = filing->options.desk,
                           .contacts = filing->options.contacts,
                           .taker = &filing->options.taker,
                           .unread = DOCKET_READ};
  g_autoptr(Link) link = NULL;
  int r = store_read(desk_store(filing->options.desk), &link, error);
  if (r == 0)
    r = inbound_message_find(link, 1, id, &docket.message, error);
  g_clear_pointer(&link, link_return);
  if (r == 0)
    r = judge(filing, &docket, error);
  if (r == 0)
    r = settle(filing, &docket, error);
  if (r < 0) {
    char text[IDENT_SIZE];
    return fault_prefix(error, "%s", ident_into(IDENT_INBOUND, id, text));
  }
  g_mutex_lock(&filing->lock);
  g_cond_broadcast(&filing->moved);
  g_mutex_unlock(&filing->lock);
  return 0;
}

/* ---- rounds ---- */

static gboolean ends(Filing *filing) {
  g_mutex_lock(&filing->lock);
  gboolean stop = filing->stop;
  filing->round = g_get_monotonic_time();
  g_mutex_unlock(&filing->lock);
  return stop;
}

static int next_page(Filing *filing, gint64 after, GArray *to, GError **error) {
  g_autoptr(Link) link = NULL;
  g_array_set_size(to, 0);
  int r = store_read(desk_store(filing->options.desk), &link, error);
  return r < 0 ? r : inbound_rows_taken(link, after, PAGE, to, error);
}

/* All that waits, once: one message's trouble keeps no other waiting. The last fault is told. */
static void round_of(Filing *filing) {
  g_autoptr(GArray) ids = g_array_new(FALSE, FALSE, sizeof(gint64));
  g_autoptr(GError) last = NULL;
  gint64 after = 0;
  if (erase_files(filing->options.intake, desk_store(filing->options.desk), &last) < 0) {
    log_fault("files of an erased contact's messages are still there", last);
    g_clear_error(&last);
  }
  int r = next_page(filing, after, ids, &last);
  while (r == 0 && ids->len > 0) {
    for (guint i = 0; i < ids->len; i++) {
      g_autoptr(GError) own = NULL;
      if (ends(filing))
        return;
      after = g_array_index(ids, gint64, i);
      if (file_one(filing, after, &own) < 0) {
        g_clear_error(&last);
        last = g_steal_pointer(&own);
      }
    }
    r = last == NULL || !store_is_broken(desk_store(filing->options.desk))
            ? next_page(filing, after, ids, last == NULL ? &last : NULL)
            : FAULT_SYSTEM;
  }
  if (last != NULL)
    log_fault("what came in cannot be filed now; it waits", last);
}

static void rest(Filing *filing) {
  gint64 until = g_get_monotonic_time() + REST;
  g_mutex_lock(&filing->lock);
  while (!filing->woken && !filing->stop && g_cond_wait_until(&filing->wake, &filing->lock, until))
    ;
  filing->woken = FALSE;
  g_mutex_unlock(&filing->lock);
}

static gpointer filing_main(gpointer data) {
  Filing *filing = data;
  while (!ends(filing)) {
    round_of(filing);
    rest(filing);
  }
  return NULL;
}

static void say(Filing *filing, gboolean *what) {
  g_mutex_lock(&filing->lock);
  *what = TRUE;
  g_cond_signal(&filing->wake);
  g_mutex_unlock(&filing->lock);
}

static void on_taken(gpointer data) {
  filing_wake(data);
}

Filing *filing_start(const FilingOptions *options) {
  Filing *filing = g_new0(Filing, 1);
  filing->options = *options;
  g_mutex_init(&filing->lock);
  g_cond_init(&filing->wake);
  g_cond_init(&filing->moved);
  intake_on_taken(options->intake, on_taken, filing);
  filing->thread = g_thread_new("filing", filing_main, filing);
  return filing;
}

void filing_wake(Filing *filing) {
  say(filing, &filing->woken);
}

static gboolean waits_still(Filing *filing, gint64 id) {
  g_autoptr(Link) link = NULL;
  g_autoptr(InboundMessage) m = NULL;
  g_autoptr(GError) error = NULL;
  return store_read(desk_store(filing->options.desk), &link, &error) == 0 &&
         inbound_message_find(link, 1, id, &m, &error) == 0 && m->state == INBOUND_TAKEN;
}

gboolean filing_wait(Filing *filing, gint64 id, gint64 microseconds) {
  gint64 end = g_get_monotonic_time() + microseconds;
  while (waits_still(filing, id)) {
    gint64 now = g_get_monotonic_time();
    if (now >= end)
      return FALSE;
    g_mutex_lock(&filing->lock);
    gboolean stop = filing->stop;
    if (!stop) /* what moved between the look and this wait is seen at the next look */
      g_cond_wait_until(&filing->moved, &filing->lock, MIN(end, now + LOOK));
    g_mutex_unlock(&filing->lock);
    if (stop)
      return FALSE;
  }
  return TRUE;
}

gint64 filing_last_round(Filing *filing) {
  g_mutex_lock(&filing->lock);
  gint64 round = filing->round;
  g_mutex_unlock(&filing->lock);
  return round;
}

void filing_stop(Filing *filing) {
  say(filing, &filing->stop);
  g_thread_join(filing->thread);
}

void filing_free(Filing *filing) {
  if (filing == NULL)
    return;
  g_cond_clear(&filing->wake);
  g_cond_clear(&filing->moved);
  g_mutex_clear(&filing->lock);
  g_free(filing);
}
