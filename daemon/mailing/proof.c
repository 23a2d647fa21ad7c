/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "mailing/proof.h"

#include "base/fault.h"
#include "base/file.h"
#include "base/ident.h"
#include "base/text.h"
#include "journal/entry.h"
#include "mailing/media.h"
#include "mailing/permit.h"
#include "mailing/proof_rows.h"

#define FOLDER_MODE 0750

void proof_free(Proof *proof) {
  if (proof == NULL)
    return;
  g_free(proof->name);
  g_free(proof->media_type);
  g_free(proof->reference);
  g_free(proof->day);
  g_free(proof->by);
  g_free(proof);
}

static char *folder_of(Desk *desk) {
  g_autoptr(MailingSettings) settings = desk_settings(desk);
  g_autofree char *state = g_path_get_dirname(settings->documents);
  return g_build_filename(state, "proofs", NULL);
}

/* ---- keeping ---- */

typedef struct {
  Desk *desk;
  const Actor *actor;
  gint64 delivery;
  Proof proof;
} Keeping;

static int check_state(const DeliveryRow *row, GError **error) {
  char id[IDENT_SIZE];
  ident_into(IDENT_DELIVERY, row->id, id);
  if (row->state == DELIVERY_TO_DO)
    return 0;
  if (row->state == DELIVERY_DONE)
    return fault(error, FAULT_RULE, "%s: is done already; its proof stays as it is", id);
  return fault(error, FAULT_RULE, "%s: is %s; only what is to-do is carried by hand", id,
               delivery_state_name(row->state));
}

static int keep_unit(Link *link, gpointer data, GError **error) {
  const Keeping *k = data;
  g_autoptr(DeliveryRow) row = NULL;
  int r = outbox_find(link, actor_clearance(k->actor), k->delivery, &row, error);
  if (r == 0)
    r = check_state(row, error);
  if (r == 0)
    r = proof_rows_insert(link, k->delivery, &k->proof, error);
  if (r < 0)
    return r;
  g_autoptr(GString) facts = g_string_new(NULL);
  entry_fact(facts, "by-hand", row->by_hand);
  entry_fact_digest(facts, "proof", &k->proof.digest);
  entry_fact(facts, "name", k->proof.name);
  entry_fact(facts, "reference", k->proof.reference);
  entry_fact(facts, "day", k->proof.day);
  DeliveryChange change = {.delivery = row->id,
                           .mailing = row->mailing,
                           .addressee = row->addressee,
                           .contact = row->contact,
                           .restricted = row->restricted,
                           .from = DELIVERY_TO_DO,
                           .epoch = row->epoch,
                           .to = DELIVERY_DONE,
                           .kind = ENTRY_DELIVERY_DONE,
                           .user = k->actor->name,
                           .facts = facts->str};
  r = delivery_change(outbox_door(desk_outbox(k->desk)), link, &change, error);
  return r > 0 ? fault(error, FAULT_BUSY, "the delivery changed at this moment; look at it again") : r;
}

static int check_words(const ProofFile *file, GError **error) {
  int r = text_check_line("the name of the file", file->name, -1, TEXT_NAME_MAX, error);
  if (r == 0 && file->reference != NULL)
    r = text_check_line("reference", file->reference, -1, TEXT_NAME_MAX, error);
  return r;
}

static int take_file(Desk *desk, const ProofFile *file, Proof *proof, GError **error) {
  g_autofree char *folder = folder_of(desk);
  goffset size = 0;
  int r = media_of_file(file->path, file->name, &proof->media_type, error);
  if (r == 0)
    r = file_make_folder(folder, FOLDER_MODE, error);
  if (r == 0)
    r = file_store_by_digest(file->path, folder, PROOF_MAX, &proof->digest, &size, error);
  proof->size = size;
  return r;
}

/* Looked at before the file is taken in; the unit looks once more. */
static int check_delivery(Desk *desk, const Actor *actor, gint64 delivery, GError **error) {
  g_autoptr(Link) link = NULL;
  g_autoptr(DeliveryRow) row = NULL;
  int r = store_read(desk_store(desk), &link, error);
  if (r == 0)
    r = outbox_find(link, actor_clearance(actor), delivery, &row, error);
  return r < 0 ? r : check_state(row, error);
}

int proof_keep(Desk *desk, const Actor *actor, gint64 delivery, const ProofFile *file, GError **error) {
  Keeping k = {.desk = desk, .actor = actor, .delivery = delivery};
  int r = permit_check(actor, PERMIT_PREPARE, "noting what was carried by hand", error);
  if (r == 0)
    r = check_words(file, error);
  if (r == 0)
    r = check_delivery(desk, actor, delivery, error);
  if (r == 0)
    r = desk_day_of_deed(desk, file->day, "carried", &k.proof.day, error);
  if (r == 0)
    r = take_file(desk, file, &k.proof, error);
  k.proof.name = (char *)file->name;
  k.proof.reference = (char *)file->reference;
  k.proof.by = (char *)actor->name;
  k.proof.at = clock_wall(desk_clock(desk));
  if (r == 0)
    r = store_write(desk_store(desk), keep_unit, &k, error);
  g_free(k.proof.day);
  g_free(k.proof.media_type);
  return r;
}

/* ---- finding ---- */

int proof_find(Link *link, gint64 delivery, Proof **ret, GError **error) {
  return proof_rows_find(link, delivery, ret, error);
}

int proof_path(Desk *desk, const Proof *proof, char **ret, GError **error) {
  g_autofree char *folder = folder_of(desk);
  char hex[DIGEST_HEX_SIZE];
  digest_hex(&proof->digest, hex);
  g_autofree char *path = g_build_filename(folder, hex, NULL);
  Digest digest = {{0}};
  goffset size = 0;
  int r = file_digest(path, &digest, &size, error);
  if (r == 0 && !digest_equal(&digest, &proof->digest))
    r = fault(error, FAULT_RULE, "%s has another SHA-256 than when it was kept; put it back from a backup",
              path);
  if (r == 0)
    *ret = g_steal_pointer(&path);
  return r;
}
