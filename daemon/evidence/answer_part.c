/* SPDX-License-Identifier: GPL-3.0-or-later */
/* answer_part.c - what came back: messages, and the files that answers and letters by hand rest on */
#include "evidence/evidence_private.h"

#include "base/fault.h"
#include "base/file.h"
#include "base/ident.h"
#include "mailing/proof.h"
#include "reply/inbound_message.h"

#define INBOUND_MOST 200 /* messages to one delivery */

/* A file that is not what it was is told, not handed out. */
static int add_checked(Evidence *e, const char *name, int found, const char *path, const GError *why,
                       GError **error) {
  if (found == 0)
    return bundle_add_file(e->bundle, name, path, error);
  evidence_lacks(e, name, why->message);
  return 0;
}

static int add_event(Evidence *e, const Acknowledgement *event, GError **error) {
  g_autofree char *prefix = g_strdup_printf("answer-%" G_GINT64_FORMAT, event->id);
  g_autofree char *name = bundle_name(prefix, event->file_name), *path = NULL;
  g_autoptr(GError) why = NULL;
  int found = acknowledgement_path(e->desk, event, &path, &why);
  return add_checked(e, name, found, path, why, error);
}

static int add_events(Evidence *e, GError **error) {
  g_autoptr(GPtrArray) events = NULL;
  int r = acknowledgement_events(e->link, e->clearance, e->addressee->id, &events, error);
  for (guint i = 0; r == 0 && i < events->len; i++) {
    const Acknowledgement *event = g_ptr_array_index(events, i);
    if (event->has_file)
      r = add_event(e, event, error);
  }
  return r;
}

static int add_proof(Evidence *e, gint64 delivery, GError **error) {
  g_autoptr(Proof) proof = NULL;
  g_autoptr(GError) why = NULL;
  g_autofree char *path = NULL;
  int r = proof_find(e->link, delivery, &proof, error);
  if (r != 0)
    return MIN(r, 0);
  g_autofree char *prefix = g_strdup_printf("proof-%" G_GINT64_FORMAT, delivery);
  g_autofree char *name = bundle_name(prefix, proof->name);
  int found = proof_path(e->desk, proof, &path, &why);
  return add_checked(e, name, found, path, why, error);
}

/* ---- messages that came in ---- */

static int add_message(Evidence *e, const InboundMessage *m, GError **error) {
  char id[IDENT_SIZE], hex[DIGEST_HEX_SIZE];
  g_autofree char *name = g_strdup_printf("inbound-%s.eml", ident_into(IDENT_INBOUND, m->id, id));
  g_autoptr(GError) why = NULL;
  Digest digest;
  goffset size = 0;
  digest_hex(&m->sha256, hex);
  g_autofree char *path = g_build_filename(e->terms->inbound, hex, NULL);
  int found = m->has_bytes ? file_digest(path, &digest, &size, &why)
                           : fault(&why, FAULT_ABSENT, "its bytes were never to be had, or were erased");
  if (found == 0 && !digest_equal(&digest, &m->sha256))
    found = fault(&why, FAULT_RULE, "%s: is another file by now", path);
  return add_checked(e, name, found, path, why, error);
}

static int add_inbound(Evidence *e, gint64 delivery, GError **error) {
  g_autoptr(GPtrArray) messages = NULL;
  const InboundFilter filter = {.delivery = delivery, .limit = INBOUND_MOST};
  int r = inbound_message_list(e->link, e->clearance, &filter, &messages, error);
  for (guint i = 0; r == 0 && i < messages->len; i++)
    r = add_message(e, g_ptr_array_index(messages, i), error);
  return r;
}

int answer_part(Evidence *e, GError **error) {
  int r = add_events(e, error);
  for (guint i = 0; r == 0 && i < e->chain->len; i++) {
    const DeliveryRow *row = g_ptr_array_index(e->chain, i);
    r = add_proof(e, row->id, error);
    if (r == 0)
      r = add_inbound(e, row->id, error);
  }
  return r;
}
