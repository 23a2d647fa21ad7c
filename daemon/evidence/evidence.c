/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "evidence/evidence.h"

#include <string.h>

#include "base/fault.h"
#include "base/ident.h"
#include "evidence/evidence_private.h"
#include "journal/tree.h"

/* ---- announcing ---- */

typedef struct {
  Desk *desk;
  const Actor *actor;
  const DeliveryRow *delivery;
} Announcement;

static int work_announce(Link *link, gpointer data, GError **error) {
  const Announcement *a = data;
  Entry entry = {.kind = ENTRY_EVIDENCE_MADE,
                 .user = a->actor->name,
                 .mailing = a->delivery->mailing,
                 .addressee = a->delivery->addressee,
                 .delivery = a->delivery->id,
                 .contact = a->delivery->contact,
                 .restricted = a->delivery->restricted};
  return journal_add(desk_journal(a->desk), link, &entry, error);
}

static int find(Desk *desk, const Actor *actor, gint64 delivery, DeliveryRow **ret, GError **error) {
  g_autoptr(Link) link = NULL;
  int r = store_read(desk_store(desk), &link, error);
  return r < 0 ? r : outbox_find(link, actor_clearance(actor), delivery, ret, error);
}

/* Whoever wants a bundle gets one: what stands against a signature is told in it. */
static int sign(Desk *desk, Keeper *keeper, char **ret_unsigned, GError **error) {
  g_autoptr(GError) why = NULL;
  Head head;
  if (!keeper_has_key(keeper))
    *ret_unsigned = g_strdup("no key is configured to sign heads of the journal with");
  else if (signed_head_make(desk_journal(desk), desk_store(desk), keeper, clock_wall(desk_clock(desk)), NULL,
                            &why) < 0)
    *ret_unsigned = g_strdup(why->message);
  journal_head(desk_journal(desk), &head);
  return *ret_unsigned != NULL ? tree_grow(desk_store(desk), head.index, error) : 0;
}

int evidence_announce(Desk *desk, Keeper *keeper, const Actor *actor, gint64 delivery, char **ret_unsigned,
                      GError **error) {
  g_autoptr(DeliveryRow) row = NULL;
  *ret_unsigned = NULL;
  int r = find(desk, actor, delivery, &row, error);
  Announcement announcement = {desk, actor, row};
  if (r == 0)
    r = store_write(desk_store(desk), work_announce, &announcement, error);
  return r < 0 ? r : sign(desk, keeper, ret_unsigned, error);
}

/* ---- gathering ---- */

static void shown_free(gpointer data) {
  Shown *shown = data;
  g_free(shown->kind);
  g_free(shown->user);
  g_free(shown->text);
  g_free(shown->facts);
  g_free(shown->canonical);
  g_free(shown->line);
  g_free(shown);
}

static int take_entry(const Disclosed *d, gpointer data, G_GNUC_UNUSED GError **error) {
  Evidence *e = data;
  Shown *shown = g_new0(Shown, 1);
  *shown = (Shown){.index = d->index,
                   .time = d->time,
                   .delivery = d->delivery,
                   .kind = g_strdup(d->kind),
                   .user = g_strdup(d->user),
                   .text = g_strdup(d->text),
                   .facts = g_strdup(d->facts),
                   .canonical = d->canonical != NULL ? g_strndup(d->canonical, d->length) : NULL,
                   .length = d->length,
                   .line = g_strdup(d->line)};
  g_ptr_array_add(e->entries, shown);
  return 0;
}

/* What the journal says of the contact itself: why it may be written to, and what it asked for. */
static const char *const personal[] = {"ground-added", "override-added", "objection",       "unsubscribed",
                                       "resubscribed", "contact-erased", "contacts-merged", NULL};

static int gather_entries(Evidence *e, GError **error) {
  g_autoptr(GArray) deliveries = g_array_new(FALSE, FALSE, sizeof(gint64));
  for (guint i = 0; i < e->chain->len; i++) {
    const DeliveryRow *row = g_ptr_array_index(e->chain, i);
    g_array_append_val(deliveries, row->id);
  }
  Concern concern = {.contact = e->delivery->contact,
                     .mailing = e->delivery->mailing,
                     .deliveries = deliveries,
                     .documents = e->mailing->documents,
                     .personal = personal};
  return disclosure_each(e->link, e->clearance, &concern, take_entry, e, error);
}

/* No signature leads to it: number 0. */
static int unsigned_head(Evidence *e, const Head *head, GError **error) {
  e->head = g_new0(SignedHead, 1);
  e->head->head = *head;
  e->head->has_root = TRUE;
  return tree_root(e->link, head->index, &e->head->root, error);
}

static int gather_head(Evidence *e, const Head *head, GError **error) {
  int r = MIN(signed_head_last(e->link, &e->head, error), 0);
  if (r < 0 || (e->head != NULL && e->head->has_root))
    return r;
  g_clear_pointer(&e->head, signed_head_free);
  return unsigned_head(e, head, error);
}

static int gather(Evidence *e, GError **error) {
  Head head;
  journal_head(desk_journal(e->desk), &head); /* the snapshot comes after it, and has all its lines */
  int r = store_read(desk_store(e->desk), &e->link, error);
  if (r == 0)
    r = outbox_find(e->link, e->clearance, e->terms->delivery, &e->delivery, error);
  if (r == 0)
    r = roll_find(e->link, e->clearance, e->delivery->addressee, &e->addressee, error);
  if (r == 0)
    r = mailing_find(e->link, e->clearance, e->delivery->mailing, &e->mailing, error);
  if (r == 0)
    r = outbox_chain(e->link, e->clearance, e->delivery->addressee, &e->chain, error);
  if (r == 0)
    r = gather_entries(e, error);
  return r < 0 ? r : gather_head(e, &head, error);
}

/* ---- what parts say ---- */

void evidence_lacks(Evidence *e, const char *what, const char *why) {
  g_string_append_printf(e->about, "lacks %s: ", what);
  entry_escape(e->about, why, strlen(why), 1000);
  g_string_append_c(e->about, '\n');
}

void evidence_needs_key(Evidence *e, const char *fingerprint) {
  for (guint i = 0; i < e->keys->len; i++)
    if (strcmp(g_ptr_array_index(e->keys, i), fingerprint) == 0)
      return;
  g_ptr_array_add(e->keys, g_strdup(fingerprint));
}

gboolean evidence_has_fact(const Shown *entry, const char *fact) {
  g_auto(GStrv) lines = g_strsplit(entry->facts != NULL ? entry->facts : "", "\n", -1);
  return g_strv_contains((const char *const *)lines, fact);
}

const char *evidence_event(const Shown *entry) {
  static const struct {
    const char *kind, *text, *fact, *event;
  } rows[] = {
#define EVENT(kind, text, fact, event) {kind, text, fact, event},
#include "evidence/evidence_events.def"
#undef EVENT
  };
  for (gsize i = 0; i < G_N_ELEMENTS(rows); i++)
    if (strcmp(rows[i].kind, entry->kind) == 0 &&
        (rows[i].text == NULL || (entry->text != NULL && g_str_has_prefix(entry->text, rows[i].text))) &&
        (rows[i].fact == NULL || evidence_has_fact(entry, rows[i].fact)))
      return rows[i].event;
  return NULL;
}

/* ---- writing ---- */

static int add_parts(Evidence *e, GError **error) {
  static int (*const parts[])(Evidence *, GError **) = {letter_part, promise_part, answer_part,
                                                        entry_part,  story_part,   guide_part};
  int r = 0;
  for (gsize i = 0; r == 0 && i < G_N_ELEMENTS(parts); i++)
    r = parts[i](e, error);
  return r < 0 ? r : bundle_seal(e->bundle, desk_keeper(e->desk), error);
}

static void evidence_clear(Evidence *e) {
  g_clear_pointer(&e->delivery, delivery_row_free);
  g_clear_pointer(&e->addressee, addressee_free);
  g_clear_pointer(&e->mailing, mailing_free);
  g_clear_pointer(&e->chain, g_ptr_array_unref);
  g_clear_pointer(&e->entries, g_ptr_array_unref);
  g_clear_pointer(&e->head, signed_head_free);
  g_clear_pointer(&e->keys, g_ptr_array_unref);
  g_clear_pointer(&e->bundle, bundle_free);
  g_clear_pointer(&e->link, link_return);
  g_string_free(e->about, TRUE);
}

int evidence_write(Desk *desk, const Actor *actor, const EvidenceTerms *terms, const char *folder,
                   GError **error) {
  Evidence e = {.desk = desk, .terms = terms, .clearance = actor_clearance(actor)};
  e.bundle = bundle_new(folder);
  e.entries = g_ptr_array_new_with_free_func(shown_free);
  e.keys = g_ptr_array_new_with_free_func(g_free);
  e.about = g_string_new(NULL);
  int r = gather(&e, error);
  if (r == 0)
    r = add_parts(&e, error);
  evidence_clear(&e);
  return r;
}
