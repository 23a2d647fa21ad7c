/* SPDX-License-Identifier: GPL-3.0-or-later */
/* null.c - for drills: reads every message to its end, counts it, accepts it and keeps nothing */
#include "base/crash.h"
#include "transport/backend.h"

typedef struct {
  guint64 accepted;
  gboolean offered;
} NullSession;

static gpointer null_begin(const Relay *relay, const gint *stop) {
  (void)relay, (void)stop;
  return g_new0(NullSession, 1);
}

static void null_end(gpointer state) {
  g_free(state);
}

static int null_offer(gpointer state, const Message *message, Outcome *ret_outcome, GError **error) {
  NullSession *session = state;
  g_autoptr(MessageReader) reader = message_reader_new(message);
  const guint8 *bytes;
  gssize n;
  (void)ret_outcome;
  session->offered = FALSE;
  while ((n = message_reader_next(reader, &bytes, error)) > 0)
    continue;
  session->offered = n == 0;
  crash_point("null: offered");
  return (int)n;
}

static gboolean null_end_data(gpointer state, Outcome *ret_outcome) {
  NullSession *session = state;
  g_assert(session->offered);
  session->offered = FALSE;
  ret_outcome->kind = OUTCOME_ACCEPTED;
  ret_outcome->step = STEP_DOT;
  ret_outcome->code = 250;
  ret_outcome->reply = g_strdup_printf(
      "accepted and thrown away, message %" G_GUINT64_FORMAT " of this courier", ++session->accepted);
  crash_point("null: finished");
  return TRUE;
}

static void null_abandon(gpointer state) {
  ((NullSession *)state)->offered = FALSE;
}

static gboolean null_is_open(gconstpointer state) {
  (void)state;
  return FALSE;
}

static int null_probe(const Relay *relay, char **ret_words, GError **error) {
  (void)relay, (void)error;
  *ret_words = g_strdup("null:, takes every message and keeps none");
  return 0;
}

const Backend BACKEND_NULL = {
    .local = TRUE,
    .begin = null_begin,
    .end = null_end,
    .offer = null_offer,
    .end_data = null_end_data,
    .abandon = null_abandon,
    .is_open = null_is_open,
    .probe = null_probe,
};
