/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "inbound/own_words.h"

#include <string.h>

#define ANNOUNCE_MAX      400 /* bytes of a sentence that announces a quotation */
#define ANNOUNCE_LINES    4
#define HEADER_LINES      10 /* within which an unmarked copy names its fields */
#define SIGNATURE_LINES   20 /* more below "-- " is no signature */
#define DEVICE_LINE_MAX   120
#define UNANNOUNCED_LINES 2 /* so many quoted lines that nothing announces may be the sender's own */

enum line_kind { OWN, QUOTED, DROPPED };
enum label { LABEL_NONE, LABEL_FROM, LABEL_DATE, LABEL_TO, LABEL_COPIED, LABEL_SUBJECT };

typedef struct {
  const char *text; /* without the end of the line */
  char *folded;     /* "" for a blank one */
  enum line_kind kind;
} Line;

typedef struct {
  Line *lines;
  guint count;
  gboolean announced; /* something said that a quotation follows */
} Page;

/* ---- one form for comparing ---------------------------------------------------------------------- */

/* Marks of direction, and others that are not seen. */
static gboolean is_unseen(gunichar letter) {
  return g_unichar_type(letter) == G_UNICODE_FORMAT || g_unichar_iscntrl(letter);
}

/* Lower case; unseen marks gone; each run of white space one space, none at the ends. */
static char *fold(const char *text) {
  g_autofree char *low = g_utf8_strdown(text, -1);
  GString *folded = g_string_sized_new(strlen(low));
  gboolean space = FALSE;
  for (const char *at = low; *at != '\0'; at = g_utf8_next_char(at)) {
    gunichar letter = g_utf8_get_char(at);
    if (g_unichar_isspace(letter)) {
      space = folded->len > 0;
      continue;
    }
    if (is_unseen(letter))
      continue;
    if (space)
      g_string_append_c(folded, ' ');
    space = FALSE;
    g_string_append_unichar(folded, letter);
  }
  return g_string_free(folded, FALSE);
}

static gboolean begins_with_any(const char *text, const char *const *beginnings) {
  for (; *beginnings != NULL; beginnings++)
    if (g_str_has_prefix(text, *beginnings))
      return TRUE;
  return FALSE;
}

static gboolean holds_any(const char *text, const char *const *words) {
  for (; *words != NULL; words++)
    if (strstr(text, *words) != NULL)
      return TRUE;
  return FALSE;
}

/* ---- what a line is ------------------------------------------------------------------------------ */

static gboolean has_opener(const char *folded) {
  static const char *const openers[] = {
#define OPENER(text) text,
#include "inbound/own_words.def"
      NULL};
  return begins_with_any(folded, openers);
}

static gboolean says_wrote(const char *folded) {
  static const char *const words[] = {
#define WROTE(text) text,
#include "inbound/own_words.def"
      NULL};
  return holds_any(folded, words);
}

/* "<somebody@…>", as these sentences have it. */
static gboolean names_address(const char *folded) {
  const char *open = strchr(folded, '<');
  const char *at = open != NULL ? strchr(open, '@') : NULL;
  return at != NULL && strchr(at, '>') != NULL;
}

/* Any script's digits. */
static gboolean has_digit(const char *folded) {
  for (const char *at = folded; *at != '\0'; at = g_utf8_next_char(at))
    if (g_unichar_isdigit(g_utf8_get_char(at)))
      return TRUE;
  return FALSE;
}

/* The sentence above something that is marked as quoted: it ends in a colon, and has a date or an address. A
 * sentence of the sender's own ("le ministre a écrit :") has neither, and stays. */
static gboolean announces_marked(const char *folded) {
  gsize length = strlen(folded);
  if (length == 0 || length > ANNOUNCE_MAX || folded[length - 1] != ':')
    return FALSE;
  return (says_wrote(folded) && (has_digit(folded) || strchr(folded, '@') != NULL)) || names_address(folded);
}

/* "10:00", "10.00", "10h00", in any script's digits. */
static gboolean has_time(const char *folded) {
  gunichar before = 0, middle = 0;
  for (const char *at = folded; *at != '\0'; at = g_utf8_next_char(at)) {
    gunichar letter = g_utf8_get_char(at);
    if (g_unichar_isdigit(before) && (middle == ':' || middle == '.' || middle == 'h') &&
        g_unichar_isdigit(letter))
      return TRUE;
    before = middle;
    middle = letter;
  }
  return FALSE;
}

/* The same above something that nothing marks: it must have all that such a sentence has. */
static gboolean announces_unmarked(const char *folded) {
  return announces_marked(folded) && has_opener(folded) && says_wrote(folded) && has_digit(folded) &&
         (has_time(folded) || names_address(folded));
}

gboolean own_words_announce(const char *line) {
  g_autofree char *folded = fold(line);
  return announces_marked(folded);
}

/* A title between dashes; *ret is what stands after them. */
static gboolean is_ruled(const char *folded, const char **ret) {
  gsize dashes = strspn(folded, "-_* ");
  *ret = folded + dashes;
  return dashes >= 2 && **ret != '\0';
}

static gboolean is_copy_title(const char *folded) {
  static const char *const titles[] = {
#define COPY(text) text,
#include "inbound/own_words.def"
      NULL};
  const char *title;
  return is_ruled(folded, &title) && begins_with_any(title, titles);
}

static gboolean is_forwarded_title(const char *folded) {
  static const char *const titles[] = {
#define FORWARDED(text) text,
#include "inbound/own_words.def"
      NULL};
  const char *title;
  if (is_ruled(folded, &title))
    return begins_with_any(title, titles);
  return g_str_has_suffix(folded, ":") && begins_with_any(folded, titles);
}

static gboolean is_device(const char *folded) {
  static const char *const devices[] = {
#define DEVICE(text) text,
#include "inbound/own_words.def"
      NULL};
  return strlen(folded) <= DEVICE_LINE_MAX && begins_with_any(folded, devices);
}

static gboolean speaks_of_within(const char *folded) {
  static const char *const words[] = {
#define WITHIN(text) text,
#include "inbound/own_words.def"
      NULL};
  return holds_any(folded, words);
}

/* "de : …", "*from:* …" */
static enum label label_of(const char *folded) {
  static const struct {
    enum label label;
    const char *text;
  } labels[] = {
#define LABEL(field, text) {LABEL_##field, text},
#include "inbound/own_words.def"
  };
  folded += strspn(folded, "*");
  for (gsize i = 0; i < G_N_ELEMENTS(labels); i++) {
    if (!g_str_has_prefix(folded, labels[i].text))
      continue;
    const char *after = folded + strlen(labels[i].text);
    after += strspn(after, "* ");
    if (*after == ':')
      return labels[i].label;
  }
  return LABEL_NONE;
}

/* ---- the page ------------------------------------------------------------------------------------ */

static gboolean is_blank(const Line *line) {
  return line->folded[0] == '\0';
}

static gboolean is_own(const Line *line) {
  return line->kind == OWN && !is_blank(line);
}

static void drop(Page *page, guint from, guint to) {
  for (guint i = from; i < to; i++)
    page->lines[i].kind = DROPPED;
}

/* Lines FROM to TO as one sentence. */
static char *sentence(const Page *page, guint from, guint to) {
  GString *joined = g_string_new(NULL);
  for (guint i = from; i < to && joined->len <= ANNOUNCE_MAX; i++) {
    if (joined->len > 0)
      g_string_append_c(joined, ' ');
    g_string_append(joined, page->lines[i].folded);
  }
  return g_string_free(joined, FALSE);
}

/* Where the sentence that ends before END begins: of several ways to cut it the shortest one that begins as
 * such sentences do, else the shortest. END when there is none. */
static guint announcement_begin(const Page *page, guint end, gboolean (*announces)(const char *folded)) {
  guint found = end;
  for (guint n = 1; n <= ANNOUNCE_LINES && n <= end && is_own(&page->lines[end - n]); n++) {
    g_autofree char *folded = sentence(page, end - n, end);
    if (!announces(folded))
      continue;
    if (has_opener(folded))
      return end - n;
    if (found == end)
      found = end - n;
  }
  return found;
}

static void drop_announcements(Page *page) {
  guint end = 0; /* after the last own line that is not blank */
  for (guint i = 0; i < page->count; i++) {
    const Line *line = &page->lines[i];
    if (line->kind == QUOTED && end > 0) {
      guint begin = announcement_begin(page, end, announces_marked);
      page->announced = page->announced || begin < end;
      drop(page, begin, end);
      end = 0;
    } else if (is_own(line))
      end = i + 1;
  }
}

/* Past the fields of an unmarked copy that begins at AT; AT when there is none. */
static guint header_end(const Page *page, guint at) {
  guint seen = 0, end = at;
  if (label_of(page->lines[at].folded) != LABEL_FROM)
    return at;
  for (guint i = at; i < page->count && i < at + HEADER_LINES && page->lines[i].kind == OWN; i++) {
    enum label label = label_of(page->lines[i].folded);
    if (label == LABEL_NONE)
      continue;
    seen |= 1U << label;
    end = i + 1;
  }
  guint others = seen & ~(1U << LABEL_FROM);
  /* at least two of the other four */
  return (others & (others - 1)) != 0 ? end : at;
}

static guint skip_blank(const Page *page, guint at) {
  while (at < page->count && page->lines[at].kind == OWN && is_blank(&page->lines[at]))
    at++;
  return at;
}

/* Where the rule stands that parts a copy at AT from the answer above it; AT when there is none. */
static guint rule_above(const Page *page, guint at) {
  guint line = at;
  while (line > 0 && is_blank(&page->lines[line - 1]))
    line--;
  if (line == 0)
    return at;
  const char *folded = page->lines[line - 1].folded;
  return strspn(folded, "-_") >= 5 && folded[strspn(folded, "-_ ")] == '\0' ? line - 1 : at;
}

/* Past what stands at the head of an unmarked copy, or *at when nothing does. A sentence that announces one
 * may have begun some lines before: *at is then where. */
static guint copy_head_end(const Page *page, guint *at) {
  guint end = header_end(page, *at);
  if (end == *at && is_copy_title(page->lines[*at].folded)) {
    guint below = skip_blank(page, *at + 1);
    end = below < page->count ? MAX(header_end(page, below), *at + 1) : *at + 1;
  }
  if (end > *at) {
    *at = rule_above(page, *at);
    return end;
  }
  end = *at + 1;
  guint begin = announcement_begin(page, end, announces_unmarked);
  if (begin == end)
    return *at;
  *at = begin;
  return end;
}

static gboolean quotation_follows(const Page *page, guint at) {
  at = skip_blank(page, at);
  return at < page->count && page->lines[at].kind == QUOTED;
}

/* What was written above a copy, apart from the line of a telephone, decides whether the copy may go. */
static gboolean may_drop_below(const Page *page, guint end) {
  gboolean any = FALSE;
  for (guint i = 0; i < end; i++) {
    const Line *line = &page->lines[i];
    if (!is_own(line) || is_device(line->folded))
      continue;
    if (speaks_of_within(line->folded))
      return FALSE;
    any = TRUE;
  }
  return any;
}

static void drop_copies(Page *page) {
  for (guint i = 0; i < page->count; i++) {
    if (!is_own(&page->lines[i]))
      continue;
    if (is_forwarded_title(page->lines[i].folded))
      return;
    guint begin = i, end = copy_head_end(page, &begin);
    if (end == i)
      continue;
    page->announced = TRUE;
    if (!quotation_follows(page, end)) {
      if (may_drop_below(page, begin))
        drop(page, begin, page->count);
      return;
    }
    drop(page, begin, end);
    i = end - 1;
  }
}

/* "-- ", and what some programs make of it. */
static gboolean opens_signature(const Line *line) {
  return line->kind == OWN && (g_str_equal(line->text, "-- ") || g_str_equal(line->text, "--"));
}

static void drop_signatures(Page *page) {
  gboolean any = FALSE;
  for (guint i = 0; i < page->count; i++) {
    guint end = i;
    if (any && opens_signature(&page->lines[i]))
      while (end < page->count && page->lines[end].kind == OWN)
        end++;
    if (end > i && end - i <= SIGNATURE_LINES)
      drop(page, i, end);
    any = any || is_own(&page->lines[i]);
  }
}

static void drop_devices(Page *page) {
  for (guint i = 0; i < page->count; i++)
    if (page->lines[i].kind == OWN && is_device(page->lines[i].folded))
      page->lines[i].kind = DROPPED;
}

static void keep_unannounced(Page *page) {
  guint quoted = 0;
  for (guint i = 0; i < page->count; i++)
    quoted += page->lines[i].kind == QUOTED;
  if (page->announced || quoted > UNANNOUNCED_LINES)
    return;
  for (guint i = 0; i < page->count; i++)
    if (page->lines[i].kind == QUOTED)
      page->lines[i].kind = OWN;
}

/* ---- from a text and back ------------------------------------------------------------------------ */

static char *compose(const Page *page) {
  GString *words = g_string_new(NULL);
  gboolean gap = FALSE;
  for (guint i = 0; i < page->count; i++) {
    const Line *line = &page->lines[i];
    if (!is_own(line)) {
      gap = words->len > 0;
      continue;
    }
    if (gap)
      g_string_append_c(words, '\n');
    gap = FALSE;
    g_string_append(words, line->text);
    g_string_append_c(words, '\n');
  }
  return g_strchomp(g_string_free(words, FALSE));
}

static void open_page(Page *page, char **texts) {
  page->count = MIN(g_strv_length(texts), OWN_WORDS_LINES_MAX);
  page->lines = g_new0(Line, page->count + 1);
  for (guint i = 0; i < page->count; i++) {
    gsize length = strlen(texts[i]);
    if (length > 0 && texts[i][length - 1] == '\r')
      texts[i][length - 1] = '\0';
    page->lines[i] = (Line){texts[i], fold(texts[i]), texts[i][0] == '>' ? QUOTED : OWN};
  }
}

static void close_page(Page *page) {
  for (guint i = 0; i < page->count; i++)
    g_free(page->lines[i].folded);
  g_free(page->lines);
}

char *own_words(const char *text) {
  Page page = {0};
  /* What is beyond the last line stays one line: kept, and not looked into. */
  g_auto(GStrv) texts = g_strsplit(text, "\n", OWN_WORDS_LINES_MAX);
  open_page(&page, texts);
  drop_announcements(&page);
  drop_copies(&page);
  drop_signatures(&page);
  drop_devices(&page);
  keep_unannounced(&page);
  char *words = compose(&page);
  close_page(&page);
  return words;
}
