/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "outbox/fact.h"

#include <string.h>

#include "base/ident.h"
#include "journal/entry.h"
#include "outbox/fact_rows.h"
#include "outbox/outbox_private.h"

static const char *const names[] = {
#define FACT(symbol, name, sentence) [symbol] = name,
#include "outbox/fact_kinds.def"
#undef FACT
};

const char *fact_kind_name(enum fact_kind kind) {
  return names[kind];
}

enum fact_kind fact_kind_of(const char *name) {
  int i = 0;
  while (i < FACT_KINDS && g_strcmp0(names[i], name) != 0)
    i++;
  return (enum fact_kind)i;
}

void fact_free(Fact *fact) {
  if (fact == NULL)
    return;
  g_free(fact->status);
  g_free(fact->words);
  g_free(fact);
}

static int add_entry(Outbox *outbox, Link *link, const DeliveryRow *row, const Fact *f, GError **error) {
  char source[IDENT_SIZE];
  gboolean bounced = f->kind == FACT_BOUNCED;
  g_autoptr(GString) facts = g_string_new(NULL);
  entry_fact(facts, "class", bounced ? (f->hard ? "hard" : "soft") : NULL);
  entry_fact(facts, "cause", bounced ? refusal_cause_name(f->cause) : NULL);
  entry_fact(facts, "status", f->status);
  entry_fact(facts, "message", f->source != 0 ? ident_into(IDENT_INBOUND, f->source, source) : NULL);
  Entry entry = {.kind = ENTRY_DELIVERY_FACT,
                 .user = actor_daemon.name,
                 .mailing = row->mailing,
                 .addressee = row->addressee,
                 .delivery = row->id,
                 .contact = row->contact,
                 .text = fact_kind_name(f->kind),
                 .facts = facts->str,
                 .restricted = row->restricted};
  return journal_add(outbox->options.journal, link, &entry, error);
}

int fact_add(Outbox *outbox, Link *link, const DeliveryRow *row, Fact *fact, GError **error) {
  fact->delivery = row->id;
  int r = fact_rows_insert(link, row, fact, error);
  return r != 0 ? r : add_entry(outbox, link, row, fact, error);
}

int fact_withdraw(Link *link, gint64 delivery, gint64 source, GError **error) {
  return fact_rows_withdraw(link, delivery, source, error);
}

static GPtrArray *list_new(void) {
  return g_ptr_array_new_with_free_func((GDestroyNotify)fact_free);
}

int fact_list(Link *link, gint64 delivery, GPtrArray **ret, GError **error) {
  g_autoptr(GPtrArray) list = list_new();
  int r = fact_rows_of(link, delivery, list, error);
  if (r == 0)
    *ret = g_steal_pointer(&list);
  return r;
}

int fact_list_of_source(Link *link, gint64 source, GPtrArray **ret, GError **error) {
  g_autoptr(GPtrArray) list = list_new();
  int r = fact_rows_of_source(link, source, list, error);
  if (r == 0)
    *ret = g_steal_pointer(&list);
  return r;
}

int fact_bounce(Link *link, gint64 delivery, Fact **ret, GError **error) {
  g_autoptr(GPtrArray) list = list_new();
  int r = fact_rows_of(link, delivery, list, error);
  for (guint i = list->len; r == 0 && i-- > 0;) {
    const Fact *f = g_ptr_array_index(list, i);
    if (f->kind == FACT_BOUNCED) {
      *ret = g_ptr_array_steal_index(list, i);
      return 0;
    }
  }
  return r < 0 ? r : 1;
}

int fact_bounced_before(Link *link, gint64 channel, gint64 mailing, gint64 at, gboolean *ret,
                        GError **error) {
  return fact_rows_bounced_before(link, channel, mailing, at - DAY, ret, error);
}

int fact_erase(Link *link, gint64 contact, GError **error) {
  return fact_rows_erase(link, contact, error);
}
