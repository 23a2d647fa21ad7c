/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "inbound/fetch_frame.h"

#include <string.h>

#include "base/moment.h"

#define NAME_MAX_BYTES 1024
#define LEFT_MAX       1000
#define UID_MAX        ((gint64)G_MAXUINT32)

void fetch_answer_clear(FetchAnswer *answer) {
  char **const texts[] = {&answer->first, &answer->second};
  for (gsize i = 0; i < G_N_ELEMENTS(texts); i++) {
    if (*texts[i] != NULL)
      explicit_bzero(*texts[i], strlen(*texts[i]));
    g_clear_pointer(texts[i], g_free);
  }
}

void fetch_frame_wipe(GByteArray *fields) {
  explicit_bzero(fields->data, fields->len);
}

void fetch_frame_wipe_body(Frame *frame) {
  gsize size = 0;
  gconstpointer data = g_bytes_get_data(frame->body, &size);
  if (size > 0)
    explicit_bzero((gpointer)data, size); /* nobody else has it */
}

/* ---- a cursor ------------------------------------------------------------------------------------ */

void fetch_frame_add_cursor(GByteArray *fields, const MailCursor *c) {
  const gint64 numbers[] = {c->uid_validity, c->uid, c->numbering, c->witness, c->witness_moment};
  for (gsize i = 0; i < G_N_ELEMENTS(numbers); i++)
    frame_add_number(fields, numbers[i]);
}

MailCursor fetch_frame_read_cursor(FrameReading *reading) {
  MailCursor c = {0};
  c.uid_validity = frame_read_number(reading, 0, UID_MAX);
  c.uid = frame_read_number(reading, 0, UID_MAX);
  c.numbering = frame_read_number(reading, 0, G_MAXINT32);
  c.witness = frame_read_number(reading, 0, UID_MAX);
  c.witness_moment = frame_read_number(reading, G_MININT64, G_MAXINT64);
  return c;
}

/* ---- a source ------------------------------------------------------------------------------------ */

/* Its texts, in the order in which they are said. */
#define TEXTS(source)                                                                                        \
  {                                                                                                          \
    &(source)->name, &(source)->url, &(source)->host, &(source)->user, &(source)->folder,                    \
        &(source)->ca_file, &(source)->fingerprint, &(source)->path, &(source)->move_to                      \
  }

void fetch_frame_add_source(GByteArray *fields, const MailSource *source) {
  char *const *const texts[] = TEXTS(source);
  const gint64 numbers[] = {source->kind,  source->port, source->tls_first,
                            source->after, source->poll, source->patience};
  for (gsize i = 0; i < G_N_ELEMENTS(texts); i++)
    frame_add_text(fields, *texts[i]);
  for (gsize i = 0; i < G_N_ELEMENTS(numbers); i++)
    frame_add_number(fields, numbers[i]);
  fetch_frame_add_cursor(fields, &source->cursor);
  frame_add_number(fields, source->left->len);
  for (guint i = 0; i < source->left->len; i++)
    frame_add_number(fields, g_array_index(source->left, gint64, i));
}

MailSource *fetch_frame_read_source(FrameReading *reading) {
  MailSource *source = g_new0(MailSource, 1);
  char **const texts[] = TEXTS(source);
  source->left = g_array_new(FALSE, FALSE, sizeof(gint64));
  for (gsize i = 0; i < G_N_ELEMENTS(texts); i++)
    *texts[i] = frame_read_text(reading, NAME_MAX_BYTES);
  source->kind = (enum mail_source_kind)frame_read_number(reading, MAIL_SOURCE_IMAP, MAIL_SOURCE_MAILDIR);
  source->port = (guint)frame_read_number(reading, 0, 65535);
  source->tls_first = (gboolean)frame_read_number(reading, FALSE, TRUE);
  source->after = (enum mail_after)frame_read_number(reading, MAIL_AFTER_NOTHING, MAIL_AFTER_MOVE);
  source->poll = frame_read_number(reading, 1, HOUR);
  source->patience = frame_read_number(reading, 1, HOUR);
  source->cursor = fetch_frame_read_cursor(reading);
  for (gint64 left = frame_read_number(reading, 0, LEFT_MAX); left > 0 && !reading->broken; left--) {
    gint64 uid = frame_read_number(reading, 1, UID_MAX);
    g_array_append_val(source->left, uid);
  }
  return source;
}

/* ---- places, answers ----------------------------------------------------------------------------- */

void fetch_frame_add_place(GByteArray *fields, const MailPlace *place) {
  frame_add_number(fields, place->uid_validity);
  frame_add_number(fields, place->uid);
  frame_add_text(fields, place->name);
  frame_add_number(fields, place->received_at);
}

MailPlace fetch_frame_read_place(FrameReading *reading, char **ret_name) {
  MailPlace place = {0};
  place.uid_validity = frame_read_number(reading, 0, UID_MAX);
  place.uid = frame_read_number(reading, 0, UID_MAX);
  place.name = *ret_name = frame_read_text(reading, NAME_MAX_BYTES);
  place.received_at = frame_read_number(reading, G_MININT64, G_MAXINT64);
  return place;
}

void fetch_frame_add_answer(GByteArray *fields, const FetchAnswer *answer) {
  frame_add_number(fields, answer->code);
  frame_add_text(fields, answer->first);
  frame_add_text(fields, answer->second);
}

FetchAnswer fetch_frame_read_answer(FrameReading *reading) {
  FetchAnswer answer = {0};
  answer.code = frame_read_number(reading, G_MININT8, 0);
  answer.first = frame_read_text(reading, FETCH_SMALL_MAX);
  answer.second = frame_read_text(reading, FETCH_SMALL_MAX);
  return answer;
}
