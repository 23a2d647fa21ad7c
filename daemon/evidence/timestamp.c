/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "evidence/timestamp.h"

#include <string.h>

#include "base/clock.h"
#include "base/fault.h"
#include "base/moment.h"

/* X.690 §8: the tags that occur in what is looked at. */
enum tag {
  TAG_BOOLEAN = 0x01,
  TAG_INTEGER = 0x02,
  TAG_OCTETS = 0x04,
  TAG_OID = 0x06,
  TAG_TIME = 0x18, /* GeneralizedTime */
  TAG_SEQUENCE = 0x30,
  TAG_SET = 0x31,
  TAG_EXPLICIT = 0xa0
};

/* AlgorithmIdentifier of SHA-256, id-signedData, id-ct-TSTInfo: their whole encodings. */
static const guint8 sha256[] = {0x30, 0x0d, 0x06, 0x09, 0x60, 0x86, 0x48, 0x01,
                                0x65, 0x03, 0x04, 0x02, 0x01, 0x05, 0x00};
static const guint8 sha256_bare[] = {0x30, 0x0b, 0x06, 0x09, 0x60, 0x86, 0x48,
                                     0x01, 0x65, 0x03, 0x04, 0x02, 0x01};
static const guint8 signed_data[] = {0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x07, 0x02};
static const guint8 tst_info[] = {0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x09, 0x10, 0x01, 0x04};

/* ---- asking ---- */

/* A number that is neither negative nor has a zero in front is the same bytes in DER and here. */
void timestamp_nonce(guint8 ret_nonce[TIMESTAMP_NONCE]) {
  random_bytes(ret_nonce, TIMESTAMP_NONCE);
  ret_nonce[0] = (guint8)((ret_nonce[0] & 0x3f) | 0x40);
}

GBytes *timestamp_request(const Digest *digest, const guint8 nonce[TIMESTAMP_NONCE]) {
  /* All lengths are known beforehand. */
  static const guint8 head[] = {0x30, 0x43, 0x02, 0x01, 0x01, 0x30, 0x31};
  static const guint8 imprint[] = {0x04, DIGEST_SIZE}, number[] = {TAG_INTEGER, TIMESTAMP_NONCE},
                      wanted[] = {TAG_BOOLEAN, 0x01, 0xff};
  GByteArray *to = g_byte_array_new();
  g_byte_array_append(to, head, sizeof head);
  g_byte_array_append(to, sha256, sizeof sha256);
  g_byte_array_append(to, imprint, sizeof imprint);
  g_byte_array_append(to, digest->bytes, DIGEST_SIZE);
  g_byte_array_append(to, number, sizeof number);
  g_byte_array_append(to, nonce, TIMESTAMP_NONCE);
  g_byte_array_append(to, wanted, sizeof wanted);
  g_assert(to->len == head[1] + 2U);
  return g_byte_array_free_to_bytes(to);
}

/* ---- reading ---- */

typedef struct {
  const guint8 *at, *end;
} Der;

/* The next value, of TAG: *ret is its contents. FALSE when it is another, or is not whole. Only definite
 * lengths of at most three bytes (X.690 §10.1). */
static gboolean take(Der *der, guint8 tag, Der *ret) {
  const guint8 *at = der->at;
  if (der->end - at < 2 || at[0] != tag)
    return FALSE;
  gsize length = at[1], more = 0;
  at += 2;
  if (length >= 0x80) {
    more = length & 0x7f;
    length = 0;
    if (more == 0 || more > 3 || (gsize)(der->end - at) < more)
      return FALSE;
    for (gsize i = 0; i < more; i++)
      length = length << 8 | *at++;
  }
  if ((gsize)(der->end - at) < length)
    return FALSE;
  *ret = (Der){at, at + length};
  der->at = at + length;
  return TRUE;
}

static void pass(Der *der, guint8 tag) {
  Der skipped;
  (void)take(der, tag, &skipped);
}

static gboolean is(const Der *value, gconstpointer bytes, gsize size) {
  return (gsize)(value->end - value->at) == size && memcmp(value->at, bytes, size) == 0;
}

/* The TSTInfo within a token (RFC 5652 §5.1): the contents that are signed. */
static gboolean open_token(Der *from, Der *ret) {
  Der info, kind, wrapped, data, content, explicit, octets;
  if (!take(from, TAG_SEQUENCE, &info) || !take(&info, TAG_OID, &kind) ||
      !is(&kind, signed_data, sizeof signed_data) || !take(&info, TAG_EXPLICIT, &wrapped) ||
      !take(&wrapped, TAG_SEQUENCE, &data))
    return FALSE;
  pass(&data, TAG_INTEGER);
  pass(&data, TAG_SET);
  return take(&data, TAG_SEQUENCE, &content) && take(&content, TAG_OID, &kind) &&
         is(&kind, tst_info, sizeof tst_info) && take(&content, TAG_EXPLICIT, &explicit) &&
         take(&explicit, TAG_OCTETS, &octets) && take(&octets, TAG_SEQUENCE, ret);
}

/* "20261125041700Z", perhaps with decimals of a second (§2.4.2). */
static gboolean read_time(const Der *value, gint64 *ret) {
  g_autofree char *text = g_strndup((const char *)value->at, (gsize)(value->end - value->at));
  gsize length = strlen(text);
  if (length < 15 || length > 24 || text[length - 1] != 'Z' || strspn(text, "0123456789") < 14)
    return FALSE;
  g_autofree char *written = g_strdup_printf("%.4s-%.2s-%.2sT%.2s:%.2s:%.2sZ", text, text + 4, text + 6,
                                             text + 8, text + 10, text + 12);
  return moment_parse(written, ret, NULL) == 0;
}

/* What of the TSTInfo concerns us. */
typedef struct {
  Der algorithm, digest, time, nonce;
} Stamp;

static gboolean read_stamp(Der info, Stamp *ret) {
  Der imprint, skipped;
  if (!take(&info, TAG_INTEGER, &skipped) || !take(&info, TAG_OID, &skipped) ||
      !take(&info, TAG_SEQUENCE, &imprint))
    return FALSE;
  const guint8 *begin = imprint.at;
  if (!take(&imprint, TAG_SEQUENCE, &skipped))
    return FALSE;
  ret->algorithm = (Der){begin, imprint.at};
  if (!take(&imprint, TAG_OCTETS, &ret->digest) || !take(&info, TAG_INTEGER, &skipped) ||
      !take(&info, TAG_TIME, &ret->time))
    return FALSE;
  pass(&info, TAG_SEQUENCE); /* accuracy */
  pass(&info, TAG_BOOLEAN);  /* ordering */
  return take(&info, TAG_INTEGER, &ret->nonce);
}

static gboolean is_of(const Stamp *stamp, const Digest *digest) {
  return (is(&stamp->algorithm, sha256, sizeof sha256) ||
          is(&stamp->algorithm, sha256_bare, sizeof sha256_bare)) &&
         is(&stamp->digest, digest->bytes, DIGEST_SIZE);
}

static int no_answer(GError **error) {
  return fault(error, FAULT_INPUT, "the time-stamping authority's answer is none of RFC 3161");
}

/* PKIStatus (§2.4.2): 0 granted, 1 granted with changes. */
static int check_status(Der *reply, GError **error) {
  Der status, number;
  if (!take(reply, TAG_SEQUENCE, &status) || !take(&status, TAG_INTEGER, &number) ||
      number.end - number.at != 1)
    return no_answer(error);
  if (*number.at > 1)
    return fault(error, FAULT_RULE, "the time-stamping authority refused, with status %d", *number.at);
  return 0;
}

int timestamp_read(GBytes *reply, const Digest *digest, const guint8 nonce[TIMESTAMP_NONCE], gint64 *ret_at,
                   GError **error) {
  gsize size = 0;
  const guint8 *bytes = g_bytes_get_data(reply, &size);
  Der whole = {bytes, bytes + size}, inside, info;
  Stamp stamp;
  if (size > TIMESTAMP_REPLY_MAX || !take(&whole, TAG_SEQUENCE, &inside) || whole.at != whole.end)
    return no_answer(error);
  int r = check_status(&inside, error);
  if (r < 0)
    return r;
  if (!open_token(&inside, &info) || !read_stamp(info, &stamp) || !read_time(&stamp.time, ret_at))
    return no_answer(error);
  if (!is_of(&stamp, digest) || !is(&stamp.nonce, nonce, TIMESTAMP_NONCE))
    return fault(error, FAULT_RULE,
                 "the time-stamping authority stamped something else than it was asked for");
  return 0;
}
