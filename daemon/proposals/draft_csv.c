/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/ident.h"
#include "base/moment.h"
#include "contacts/csv_write.h"
#include "proposals/draft.h"

static const char *const heads[] = {"Identifiant", "Édition",    "Question", "Place",   "État",
                                    "Réunie à",    "Élément",    "Langue",   "Texte",   "Rédaction",
                                    "Atelier",     "Auteur",     "Nom",      "Réponse", "Extraite de",
                                    "Saisie le",   "Saisie par", "Motif"};

static char *number_text(gint64 number) {
  return number != 0 ? g_strdup_printf("%" G_GINT64_FORMAT, number) : NULL;
}

static void put_row(GString *out, const Proposal *p, GTimeZone *zone) {
  g_autofree char *id = ident_text(IDENT_PROPOSAL, p->id), *into = ident_text(IDENT_PROPOSAL, p->merged_into);
  g_autofree char *item = ident_text(IDENT_PROPOSAL, p->item), *author = ident_text(IDENT_CONTACT, p->author);
  g_autofree char *from = ident_text(IDENT_PROPOSAL, p->split_from), *edition = number_text(p->edition);
  g_autofree char *question = number_text(p->question), *place = number_text(p->place);
  g_autofree char *inbound = ident_text(IDENT_INBOUND, p->inbound), *at = moment_local(p->entered_at, zone);
  const char *const cells[] = {id,
                               edition,
                               question,
                               place,
                               proposal_state_name(p->state),
                               into,
                               item,
                               p->language,
                               p->text,
                               p->wording,
                               p->workshop_name,
                               author,
                               p->author_name,
                               inbound,
                               from,
                               at,
                               p->entered_by,
                               p->reason};
  G_STATIC_ASSERT(G_N_ELEMENTS(cells) == G_N_ELEMENTS(heads));
  for (gsize i = 0; i < G_N_ELEMENTS(cells); i++)
    csv_write_cell(out, cells[i], i == 0);
  g_string_append(out, "\r\n");
}

/* A page of rows. 1: there may be more. */
static int put_page(Link *link, gint64 clearance, const DraftTerms *terms, ProposalFilter *filter,
                    GString *out, GError **error) {
  g_autoptr(GPtrArray) rows = NULL;
  int r = proposal_list(link, clearance, filter, &rows, error);
  if (r < 0)
    return r;
  for (guint i = 0; i < rows->len; i++) {
    const Proposal *p = rows->pdata[i];
    put_row(out, p, terms->zone);
    filter->after = p->id;
  }
  return rows->len == PROPOSAL_PAGE_MAX ? 1 : 0;
}

int draft_csv(Link *link, gint64 clearance, const DraftTerms *terms, DraftSink sink, gpointer data,
              GError **error) {
  g_autoptr(GString) out = g_string_new("\xEF\xBB\xBF");
  ProposalFilter filter = PROPOSAL_FILTER_ANY;
  g_auto(Edition) edition = {0};
  int r = edition_load(link, clearance, terms->edition, &edition, error);
  filter.edition = edition.number;
  filter.question = terms->question;
  filter.limit = PROPOSAL_PAGE_MAX;
  for (gsize i = 0; i < G_N_ELEMENTS(heads); i++)
    csv_write_cell(out, heads[i], i == 0);
  g_string_append(out, "\r\n");
  for (int more = 1; r >= 0 && more > 0;) {
    r = more = put_page(link, clearance, terms, &filter, out, error);
    if (r >= 0)
      r = MIN(sink(out->str, out->len, data, error), 0);
    g_string_truncate(out, 0);
  }
  return MIN(r, 0);
}
