/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "reply/intake.h"

#include <string.h>

#include "base/crash.h"
#include "base/fault.h"
#include "base/file.h"
#include "inbound/verdict.h"
#include "reply/inbound_rows.h"

#define FOLDER "inbound"

struct Intake {
  Store *store;
  const Clock *clock;
  char *folder;
  void (*taken)(gpointer data);
  gpointer taken_data;
};

Intake *intake_new(Store *store, const Clock *clock, const char *state_dir) {
  Intake *intake = g_new0(Intake, 1);
  intake->store = store;
  intake->clock = clock;
  intake->folder = g_build_filename(state_dir, FOLDER, NULL);
  return intake;
}

void intake_free(Intake *intake) {
  if (intake == NULL)
    return;
  g_free(intake->folder);
  g_free(intake);
}

void intake_on_taken(Intake *intake, void (*taken)(gpointer data), gpointer data) {
  intake->taken = taken;
  intake->taken_data = data;
}

char *intake_path(const Intake *intake, const Digest *sha256) {
  char hex[DIGEST_HEX_SIZE];
  digest_hex(sha256, hex);
  return g_build_filename(intake->folder, hex, NULL);
}

/* ---- one message ---- */

typedef struct {
  Intake *intake;
  InboundOrigin origin;
  GBytes *bytes; /* NULL: there are none */
  Digest sha256, lines;
  const char *reason; /* why it is not whole; NULL: it is */
  gint64 id;
} Taking;

/* A place, where it has one: what is handed in by hand is told apart by its bytes alone. */
static gboolean has_place(const InboundOrigin *o) {
  return g_strcmp0(o->account, INTAKE_BY_HAND) != 0 && (o->uid > 0 || o->name != NULL);
}

static int find_known(const Taking *t, Link *link, gint64 *ret_id, GError **error) {
  int r = t->bytes != NULL ? inbound_rows_of_lines(link, &t->lines, ret_id, error) : 1;
  if (r == 1 && has_place(&t->origin))
    r = inbound_rows_of_place(link, &t->origin, ret_id, error);
  return r;
}

/* Before anything is written: most of what comes twice comes long after. */
static int look(Taking *t, GError **error) {
  g_autoptr(Link) link = NULL;
  int r = store_read(t->intake->store, &link, error);
  return r < 0 ? r : find_known(t, link, &t->id, error);
}

static int write_bytes(const Taking *t, GError **error) {
  gsize size = 0;
  gconstpointer bytes = g_bytes_get_data(t->bytes, &size);
  g_autofree char *path = intake_path(t->intake, &t->sha256);
  int r = file_write_whole(path, bytes, size, 0600, error);
  crash_point("inbound-written");
  return r;
}

static int take_unit(Link *link, gpointer data, GError **error) {
  Taking *t = data;
  int r = find_known(t, link, &t->id, error);
  if (r <= 0)
    return r < 0 ? r : INTAKE_KNOWN;
  InboundTaken row = {.origin = &t->origin,
                      .has_place = has_place(&t->origin),
                      .sha256 = t->bytes != NULL ? &t->sha256 : NULL,
                      .lines = t->bytes != NULL ? &t->lines : NULL,
                      .size = t->bytes != NULL ? (gint64)g_bytes_get_size(t->bytes) : 0,
                      .at = clock_wall(t->intake->clock),
                      .reason = t->reason};
  return inbound_rows_insert(link, &row, &t->id, error);
}

/* Of its lines, however they end, without the empty ones behind the last: a server tells a message with CR LF
 * which its Maildir keeps with LF, and an mbox has an empty line behind each. */
static Digest digest_of_lines(const char *bytes, gsize size) {
  DigestState *state = digest_begin();
  while (size > 0 && (bytes[size - 1] == '\n' || bytes[size - 1] == '\r'))
    size--;
  for (gsize at = 0; at < size;) {
    const char *end = memchr(bytes + at, '\n', size - at);
    gsize next = end != NULL ? (gsize)(end - bytes) : size, length = next - at;
    if (end != NULL && length > 0 && bytes[next - 1] == '\r')
      length--;
    digest_add(state, bytes + at, length);
    digest_add(state, "\n", 1);
    at = next + 1;
  }
  return digest_finish(state);
}

static int take(Taking *t, gint64 *ret_id, GError **error) {
  if (t->bytes != NULL) {
    gsize size = 0;
    gconstpointer bytes = g_bytes_get_data(t->bytes, &size);
    t->sha256 = digest_of(bytes, size);
    t->lines = digest_of_lines(bytes, size);
  }
  int r = look(t, error);
  if (r == 1) {
    r = t->bytes != NULL ? write_bytes(t, error) : 0;
    if (r == 0)
      r = store_write(t->intake->store, take_unit, t, error);
    if (r == 0)
      crash_point("inbound-taken");
    if (r == 0 && t->intake->taken != NULL)
      t->intake->taken(t->intake->taken_data);
  } else if (r == 0)
    r = INTAKE_KNOWN;
  if (r >= 0)
    *ret_id = t->id;
  return r;
}

/* Names come from servers and from command lines. */
typedef struct {
  char *folder, *name;
} Names;
static void names_clear(Names *names) {
  g_free(names->folder);
  g_free(names->name);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Names, names_clear)

static InboundOrigin clean(const InboundOrigin *from, Names *names) {
  InboundOrigin to = *from;
  verdict_set(&names->folder, from->folder);
  verdict_set(&names->name, from->name);
  to.folder = names->folder;
  to.name = names->name;
  return to;
}

int intake_take(Intake *intake, const InboundOrigin *origin, GBytes *bytes, gint64 *ret_id, GError **error) {
  g_auto(Names) names = {NULL};
  gsize size = g_bytes_get_size(bytes);
  if (size == 0)
    return fault(error, FAULT_INPUT, "there is no message: not one byte came");
  if (size > INTAKE_MAX)
    return fault(error, FAULT_INPUT, "the message has %zu bytes; at most %zu are kept", size, INTAKE_MAX);
  Taking t = {.intake = intake, .origin = clean(origin, &names), .bytes = bytes};
  return take(&t, ret_id, error);
}

int intake_note(Intake *intake, const InboundOrigin *origin, GBytes *head, const char *reason, gint64 *ret_id,
                GError **error) {
  g_auto(Names) names = {NULL};
  g_autofree char *why = NULL;
  gboolean empty = head == NULL || g_bytes_get_size(head) == 0;
  verdict_set(&why, reason);
  Taking t = {.intake = intake,
              .origin = clean(origin, &names),
              .bytes = empty ? NULL : head,
              .reason = why != NULL ? why : "it could not be had whole"};
  return take(&t, ret_id, error);
}
