/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sign/piece_feed.h"

#include <errno.h>
#include <string.h>

#include "base/fault.h"

struct PieceFeed {
  struct gpgme_data_cbs calls;
  gpgme_data_t data;
  MessageReader *reader;
  const guint8 *at; /* what was read and not yet given */
  gsize have;
  guint64 left; /* octets still to give */
  GError *error;
};

static gssize read_on(PieceFeed *feed) {
  gssize n = message_reader_next(feed->reader, &feed->at, &feed->error);
  feed->have = n > 0 ? (gsize)n : 0;
  return n;
}

static ssize_t give(void *handle, void *buffer, size_t size) {
  PieceFeed *feed = handle;
  gssize n = feed->error != NULL ? -1 : feed->left > 0 && feed->have == 0 ? read_on(feed) : 0;
  if (n < 0) {
    errno = EIO;
    return -1;
  }
  gsize given = (gsize)MIN((guint64)MIN(size, feed->have), feed->left);
  memcpy(buffer, feed->at, given);
  feed->at += given;
  feed->have -= given;
  feed->left -= given;
  return (ssize_t)given;
}

int piece_feed_new(const Message *text, guint64 octets, PieceFeed **ret, GError **error) {
  if (octets > text->size)
    return fault(error, FAULT_INPUT, "what is to be signed is shorter than was said; report this defect");
  g_autoptr(PieceFeed) feed = g_new0(PieceFeed, 1);
  feed->calls.read = give;
  feed->at = (const guint8 *)"";
  feed->left = octets;
  feed->reader = message_reader_new(text);
  gpgme_error_t failure = gpgme_data_new_from_cbs(&feed->data, &feed->calls, feed);
  if (failure != 0)
    return fault(error, FAULT_SYSTEM, "nothing was signed: %s", gpgme_strerror(failure));
  *ret = g_steal_pointer(&feed);
  return 0;
}

void piece_feed_free(PieceFeed *feed) {
  if (feed == NULL)
    return;
  if (feed->data != NULL)
    gpgme_data_release(feed->data);
  message_reader_free(feed->reader);
  g_clear_error(&feed->error);
  g_free(feed);
}

gpgme_data_t piece_feed_take_data(PieceFeed *feed) {
  return g_steal_pointer(&feed->data);
}

int piece_feed_end(PieceFeed *feed, int r, GError **error) {
  gssize n = 1;
  while (r == 0 && feed->error == NULL && feed->left == 0 && n > 0)
    n = read_on(feed);
  if (feed->error != NULL) {
    g_clear_error(error);
    int code = fault_code(feed->error);
    g_propagate_error(error, g_steal_pointer(&feed->error));
    return code;
  }
  if (r == 0 && feed->left > 0)
    return fault(error, FAULT_RULE, "nothing was signed: gpg did not read all of the text; try again");
  return r;
}
