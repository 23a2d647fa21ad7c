/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "proposals/draft.h"

#include "base/ident.h"
#include "base/text.h"
#include "proposals/proposal_rows.h"
#include "templates/escape.h"

#include <string.h>

enum draft_word {
#define WORD(symbol, fr, en, es, pt) symbol,
#include "proposals/draft_words.def"
#undef WORD
  DRAFT_WORDS
};

static const char *const words[DRAFT_WORDS][LANGUAGE_COUNT] = {
#define WORD(symbol, fr, en, es, pt) {fr, en, es, pt},
#include "proposals/draft_words.def"
#undef WORD
};

typedef struct {
  Link *link;
  gint64 clearance;
  const DraftTerms *terms;
  Edition edition;
  GString *out;
  DraftSink sink;
  gpointer data;
} Draft;

static const char *say(const Draft *d, enum draft_word word) {
  return words[word][d->terms->language];
}

static void put(Draft *d, const char *markdown) {
  g_string_append(d->out, markdown);
}

/* Words from outside, on one line. */
static void put_words(Draft *d, const char *text) {
  escape_append(PLACE_PROSE, text, strlen(text), d->out);
}

/* At the beginning of a line some marks are more than at another place (CommonMark 0.30 §4, §5). */
static void put_line(Draft *d, const char *line) {
  gsize digits = strspn(line, "0123456789");
  gboolean numbers = digits > 0 && (line[digits] == '.' || line[digits] == ')');
  if (numbers)
    g_string_append_len(d->out, line, (gssize)digits);
  if (numbers || (line[0] != '\0' && strchr("+-=", line[0]) != NULL))
    put(d, "\\");
  put_words(d, line + (numbers ? digits : 0));
}

static void put_id(Draft *d, gint64 id) {
  char name[IDENT_SIZE];
  put(d, ident_into(IDENT_PROPOSAL, id, name));
}

static void put_number(Draft *d, gint64 number) {
  g_string_append_printf(d->out, "%" G_GINT64_FORMAT, number);
}

static int flush(Draft *d, GError **error) {
  int r = d->sink(d->out->str, d->out->len, d->data, error);
  g_string_truncate(d->out, 0);
  return r;
}

/* Each line behind INDENT, what blank lines part as paragraphs, other line breaks kept. Leading white space
 * would make code of a line. */
static void put_text(Draft *d, const char *indent, const char *text) {
  g_auto(GStrv) lines = g_strsplit(text, "\n", -1);
  g_autofree char *empty = g_strchomp(g_strdup(indent));
  for (char **line = lines; *line != NULL; line++) {
    g_strstrip(*line);
    put(d, text_blank(*line) ? empty : indent);
    put_line(d, *line);
    if (!text_blank(*line) && line[1] != NULL && !text_blank(line[1]))
      put(d, "\\");
    put(d, "\n");
  }
}

/* ---- one proposal as a source ---- */

static void put_source_kind(Draft *d, const Proposal *p) {
  char id[IDENT_SIZE];
  if (p->workshop != 0) {
    put(d, ", ");
    put(d, say(d, DRAFT_WORKSHOP));
    put(d, " ");
    put_words(d, p->workshop_name);
  }
  if (p->inbound != 0) {
    put(d, ", ");
    put(d, say(d, DRAFT_REPLY));
    g_string_append_printf(d->out, " %s", ident_into(IDENT_INBOUND, p->inbound, id));
  } else if (p->delivery != 0) {
    put(d, ", ");
    put(d, say(d, DRAFT_PAGE));
  }
  if (p->split_from != 0) {
    put(d, ", ");
    put(d, say(d, DRAFT_PART));
    put(d, " ");
    put_id(d, p->split_from);
  }
}

static void put_author(Draft *d, const Proposal *p) {
  char id[IDENT_SIZE];
  if (p->author == 0)
    return;
  put(d, ", ");
  put_words(d, p->author_name);
  g_string_append_printf(d->out, " (%s)", ident_into(IDENT_CONTACT, p->author, id));
}

/* "- **P-23**, es, workshop atelier-1, entered by paul, 10 November 2013", and its words where WHOLE. */
static void put_source(Draft *d, const Proposal *p, gboolean whole) {
  g_autofree char *day = language_date_of(d->terms->language, p->entered_at, d->terms->zone);
  put(d, "- **");
  put_id(d, p->id);
  put(d, "**, ");
  put(d, p->language);
  put_source_kind(d, p);
  put_author(d, p);
  put(d, ", ");
  put(d, say(d, DRAFT_ENTERED));
  put(d, " ");
  put_words(d, p->entered_by);
  put(d, ", ");
  put(d, day);
  put(d, "\n");
  if (p->state == PROPOSAL_SET_ASIDE && p->reason != NULL) {
    put(d, "\n  ");
    put(d, say(d, DRAFT_REASON));
    put(d, say(d, DRAFT_COLON));
    put_words(d, p->reason);
    put(d, "\n");
  }
  if (*p->text == '\0') {
    put(d, "\n  *");
    put(d, say(d, DRAFT_ERASED));
    put(d, "*\n");
  } else if (whole) {
    put(d, "\n");
    put_text(d, "  > ", p->text);
  }
  put(d, "\n");
}

/* ---- one item ---- */

static const Proposal *item_of(const GPtrArray *sources, gint64 id) {
  for (guint i = 0; i < sources->len; i++)
    if (((const Proposal *)sources->pdata[i])->id == id)
      return sources->pdata[i];
  return NULL;
}

static void put_item_head(Draft *d, const Proposal *item) {
  put(d, "### ");
  if (item->place != 0)
    g_string_append_printf(d->out, "%" G_GINT64_FORMAT ".%" G_GINT64_FORMAT " (", item->question,
                           item->place);
  put_id(d, item->id);
  put(d, item->place != 0 ? ")\n\n" : "\n\n");
}

/* The item's own words are not said twice, unless the synthesis words them otherwise. */
static void put_item(Draft *d, const GPtrArray *sources, const Proposal *item) {
  put_item_head(d, item);
  put_text(d, "", item->wording != NULL ? item->wording : item->text);
  put(d, "\n*");
  put(d, say(d, DRAFT_SOURCES));
  put(d, "*\n\n");
  for (guint i = 0; i < sources->len; i++) {
    const Proposal *source = sources->pdata[i];
    put_source(d, source, source != item || item->wording != NULL);
  }
}

static void put_aside(Draft *d, const GPtrArray *sources, const Proposal *item) {
  put_source(d, item, TRUE);
  for (guint i = 0; i < sources->len; i++)
    if (sources->pdata[i] != item)
      put_source(d, sources->pdata[i], TRUE);
}

/* How many proposals that are items, or set aside, stand on QUESTION; *ret is how many were written. */
static int put_all(Draft *d, gint64 question, gboolean aside, guint *ret, GError **error) {
  g_autoptr(GArray) ids = g_array_new(FALSE, FALSE, sizeof(gint64));
  int r = proposal_rows_ids(d->link, d->clearance, d->edition.number, question, aside, ids, error);
  *ret = ids->len;
  if (r == 0 && aside && ids->len > 0) {
    put(d, "### ");
    put(d, say(d, DRAFT_SET_ASIDE));
    put(d, "\n\n");
  }
  for (guint i = 0; r == 0 && i < ids->len; i++) {
    g_autoptr(GPtrArray) sources = NULL;
    r = proposal_sources(d->link, d->clearance, g_array_index(ids, gint64, i), &sources, error);
    if (r < 0)
      break;
    (aside ? put_aside : put_item)(d, sources, item_of(sources, g_array_index(ids, gint64, i)));
    r = flush(d, error);
  }
  return r;
}

/* ---- questions, sums ---- */

static gboolean is_asked(const Draft *d, const Question *q) {
  return d->terms->question == PROPOSAL_ANY || d->terms->question == q->number;
}

static gint64 received(const Question *q) {
  gint64 n = 0;
  for (int state = 0; state < PROPOSAL_STATES; state++)
    n += q->counts[state];
  return n;
}

static void put_question_head(Draft *d, const Question *q) {
  put(d, "## ");
  if (q->number == 0) {
    put(d, say(d, DRAFT_NO_QUESTION));
  } else {
    const char *title = question_words(q, d->terms->language);
    put(d, say(d, DRAFT_QUESTION));
    g_string_append_printf(d->out, " %" G_GINT64_FORMAT "%s", q->number,
                           *title != '\0' ? say(d, DRAFT_COLON) : "");
    put_words(d, title);
  }
  put(d, "\n\n");
}

static int put_question(Draft *d, const Question *q, GError **error) {
  guint items = 0, aside = 0;
  if (!is_asked(d, q) || (q->number == 0 && received(q) == 0))
    return 0;
  put_question_head(d, q);
  int r = put_all(d, q->number, FALSE, &items, error);
  if (r == 0 && items == 0) {
    put(d, say(d, DRAFT_NOTHING));
    put(d, "\n\n");
  }
  return r == 0 ? put_all(d, q->number, TRUE, &aside, error) : r;
}

static void put_row(Draft *d, const Question *q) {
  const gint64 *n = q->counts;
  const gint64 cells[] = {received(q),
                          n[PROPOSAL_SUBMITTED] + n[PROPOSAL_MODERATED] + n[PROPOSAL_IN_SYNTHESIS],
                          n[PROPOSAL_MERGED], n[PROPOSAL_SET_ASIDE]};
  for (gsize i = 0; i < G_N_ELEMENTS(cells); i++)
    g_string_append_printf(d->out, " | %" G_GINT64_FORMAT, cells[i]);
  put(d, " |\n");
}

static void put_sum(Draft *d, const Question *q, Question *all) {
  if (!is_asked(d, q) || (q->number == 0 && received(q) == 0))
    return;
  for (int state = 0; state < PROPOSAL_STATES; state++)
    all->counts[state] += q->counts[state];
  put(d, "| ");
  if (q->number == 0)
    put(d, say(d, DRAFT_NO_QUESTION));
  else
    put_number(d, q->number);
  put_row(d, q);
}

static void put_sums(Draft *d) {
  static const enum draft_word heads[] = {DRAFT_QUESTION, DRAFT_RECEIVED, DRAFT_ITEMS, DRAFT_MERGED,
                                          DRAFT_ASIDE};
  Question all = {0};
  g_string_append_printf(d->out, "## %s\n\n", say(d, DRAFT_SUMS));
  for (gsize i = 0; i < G_N_ELEMENTS(heads); i++)
    g_string_append_printf(d->out, "| %s ", say(d, heads[i]));
  put(d, "|\n|---|--:|--:|--:|--:|\n");
  for (guint i = 1; i < d->edition.questions->len; i++)
    put_sum(d, d->edition.questions->pdata[i], &all);
  put_sum(d, d->edition.questions->pdata[0], &all);
  g_string_append_printf(d->out, "| %s", say(d, DRAFT_ALL));
  put_row(d, &all);
}

static void put_title(Draft *d) {
  const char *theme = question_words(d->edition.questions->pdata[0], d->terms->language);
  g_autofree char *edition = language_edition(d->terms->language, (guint)d->edition.number);
  g_autofree char *day = language_date_of(d->terms->language, d->terms->now, d->terms->zone);
  put(d, "# ");
  put(d, say(d, DRAFT_TITLE));
  put(d, *theme != '\0' ? say(d, DRAFT_COLON) : "");
  put_words(d, theme);
  g_string_append_printf(d->out, "\n\n%s, %s\n\n", edition, day);
}

/* Those without a question come last: they are still to be sorted. */
static int put_questions(Draft *d, GError **error) {
  int r = 0;
  for (guint i = 1; r == 0 && i < d->edition.questions->len; i++)
    r = put_question(d, d->edition.questions->pdata[i], error);
  return r == 0 ? put_question(d, d->edition.questions->pdata[0], error) : r;
}

int draft_markdown(Link *link, gint64 clearance, const DraftTerms *terms, DraftSink sink, gpointer data,
                   GError **error) {
  g_autoptr(GString) out = g_string_new(NULL);
  Draft draft = {
      .link = link, .clearance = clearance, .terms = terms, .out = out, .sink = sink, .data = data};
  int r = edition_load(link, clearance, terms->edition, &draft.edition, error);
  if (r == 0) {
    put_title(&draft);
    r = put_questions(&draft, error);
  }
  if (r == 0) {
    put_sums(&draft);
    r = flush(&draft, error);
  }
  edition_clear(&draft.edition);
  return r;
}
