/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The source is read once from left to right. A section, comment, partial or change of delimiters that has a
 * line to itself takes that whole line away with it ("standing alone" in the specification), so literal text
 * is held back from the start of the present line until the tag is known.
 */
#include "templates/template_inner.h"

#include "base/fault.h"

#include <string.h>

#define DELIMITER_MAX  16 /* bytes */
#define NAME_MAX_BYTES 200

typedef struct {
  Template *root; /* owns the partials */
  GQueue *queue;  /* of PartialSource: named by a tag, not yet parsed */
  const TemplateOptions *options;
  const char *name;
  const char *start, *at, *end;
  const char *line_start; /* of the line that AT is in */
  guint line;
  char open[DELIMITER_MAX + 1], close[DELIMITER_MAX + 1];
  gboolean line_pending; /* no node of this line has been appended yet */
  gboolean in_attribute; /* within href="...": see template.h */
  gboolean attribute_begun;
  TemplateBuilder *builder;
  GError **error;
} Parse;

typedef struct {
  Template *shell;
  const char *source;
} PartialSource;

typedef struct {
  char sigil;             /* one of # ^ / ! > = & {, or 0 for a plain one */
  const char *begin;      /* its first delimiter */
  const char *text, *end; /* what it says, trimmed */
  const char *after;      /* behind its last delimiter */
  guint line;
} Tag;

/* Shows the tag as it is written, at most a few words of it. */
static int refuse(const Parse *parse, const Tag *tag, const char *why) {
  gsize length = MIN((gsize)(tag->after - tag->begin), 60);
  return fault(parse->error, FAULT_INPUT, "%s line %u: %.*s: %s", parse->name, tag->line, (int)length,
               tag->begin, why);
}

static const char *find_bytes(const char *from, const char *end, const char *what) {
  return from < end ? memmem(from, (gsize)(end - from), what, strlen(what)) : NULL;
}

static gboolean is_blank(char c) {
  return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

static void trim(const char **text, const char **end) {
  while (*text < *end && is_blank(**text))
    (*text)++;
  while (*end > *text && is_blank((*end)[-1]))
    (*end)--;
}

/* Follows whether literal HTML leaves us within href="...". cmark and our own frame write quotation marks in
 * text as references, so a bare one always belongs to an attribute. */
static void follow_attribute(Parse *parse, const char *text, const char *end) {
  static const char href[] = "href=\"";
  while (text < end) {
    const char *next =
        parse->in_attribute ? memchr(text, '"', (gsize)(end - text)) : find_bytes(text, end, href);
    parse->attribute_begun = TRUE;
    if (next == NULL)
      return;
    text = next + (parse->in_attribute ? 1 : sizeof href - 1);
    parse->in_attribute = !parse->in_attribute;
    parse->attribute_begun = FALSE;
  }
}

static enum place place_here(const Parse *parse) {
  if (parse->options->place != PLACE_HTML || !parse->in_attribute)
    return parse->options->place;
  return parse->attribute_begun ? PLACE_URL : PLACE_LINK;
}

/* LINE is where TEXT begins. */
static void add_literal(Parse *parse, const char *text, const char *end, guint line) {
  if (text == end)
    return;
  if (parse->options->place == PLACE_HTML)
    follow_attribute(parse, text, end);
  template_builder_literal(parse->builder, text, (gsize)(end - text), parse->line_pending, line);
  parse->line_pending = end[-1] == '\n';
}

/* Counts lines from AT to TO and moves there. */
static void advance(Parse *parse, const char *to) {
  for (const char *c = parse->at; c < to; c++) {
    if (*c == '\n') {
      parse->line++;
      parse->line_start = c + 1;
    }
  }
  parse->at = to;
}

/* The tag at AT, which stands on its first delimiter. */
static int read_tag(Parse *parse, Tag *tag) {
  *tag = (Tag){.begin = parse->at, .line = parse->line};
  const char *text = parse->at + strlen(parse->open);
  const char *close = parse->close;
  char raw[DELIMITER_MAX + 2];
  if (text < parse->end && strchr("#^/!>=&{", *text) != NULL)
    tag->sigil = *text++;
  if (tag->sigil == '{' || tag->sigil == '=') {
    g_snprintf(raw, sizeof raw, "%c%s", tag->sigil == '{' ? '}' : '=', parse->close);
    close = raw;
  }
  const char *end = find_bytes(text, parse->end, close);
  if (end == NULL) {
    const char *line_end = memchr(text, '\n', (gsize)(parse->end - text));
    tag->after = line_end != NULL ? line_end : parse->end;
    return refuse(parse, tag, "the tag is not closed; add its closing delimiter");
  }
  tag->text = text;
  tag->end = end;
  tag->after = end + strlen(close);
  trim(&tag->text, &tag->end);
  return 0;
}

static int check_name(const Parse *parse, const Tag *tag) {
  gsize length = (gsize)(tag->end - tag->text);
  if (length == 0)
    return refuse(parse, tag, "the tag is empty; write a name in it");
  if (length > NAME_MAX_BYTES)
    return refuse(parse, tag, "the name is too long; close the tag earlier");
  for (const char *c = tag->text; c < tag->end; c++) {
    if (is_blank(*c) && tag->sigil != '>')
      return refuse(parse, tag, "a name has no blanks; write one word");
  }
  return 0;
}

/* Has the tag its line to itself? If so, where that line begins and the next one starts. */
static gboolean stands_alone(const Parse *parse, const Tag *tag, const char **ret_before,
                             const char **ret_after) {
  if (tag->sigil == 0 || strchr("#^/!>=", tag->sigil) == NULL)
    return FALSE;
  const char *before = tag->begin;
  while (before > parse->line_start && (before[-1] == ' ' || before[-1] == '\t'))
    before--;
  const char *after = tag->after;
  while (after < parse->end && (*after == ' ' || *after == '\t'))
    after++;
  if (after + 1 < parse->end && after[0] == '\r' && after[1] == '\n')
    after++;
  if (before != parse->line_start || (after < parse->end && *after != '\n'))
    return FALSE;
  *ret_before = before;
  *ret_after = after < parse->end ? after + 1 : after;
  return TRUE;
}

static const Template *partial_named(Parse *parse, const char *name) {
  Template *shell = g_hash_table_lookup(parse->root->partials, name);
  const TemplateOptions *options = parse->options;
  if (shell != NULL || options->partial == NULL)
    return shell;
  const char *source = options->partial(name, options->partial_data);
  if (source == NULL)
    return NULL;
  shell = template_shell(name, parse->root->strict);
  g_hash_table_insert(parse->root->partials, shell->name, shell);
  PartialSource *waiting = g_new(PartialSource, 1);
  *waiting = (PartialSource){shell, source};
  g_queue_push_tail(parse->queue, waiting);
  return shell;
}

static int take_partial(Parse *parse, const Tag *tag, const char *alone_from) {
  g_autofree char *name = g_strndup(tag->text, (gsize)(tag->end - tag->text));
  const Template *partial = partial_named(parse, name);
  if (g_hash_table_size(parse->root->partials) > TEMPLATE_PARTIALS_MAX)
    return refuse(parse, tag, "the template has too many different partials; use fewer");
  TemplateNode *node = template_builder_node(parse->builder, NODE_PARTIAL, name, strlen(name), tag->line);
  node->partial = partial;
  if (alone_from != NULL)
    node->indent = g_string_chunk_insert_len(parse->root->chunk, alone_from, tag->begin - alone_from);
  else
    node->starts_line = parse->line_pending;
  parse->line_pending = alone_from != NULL;
  return 0;
}

static int take_open(Parse *parse, const Tag *tag, gboolean alone) {
  if (template_builder_depth(parse->builder) >= TEMPLATE_DEPTH_MAX)
    return refuse(parse, tag, "too many sections within one another; use fewer");
  enum node_kind kind = tag->sigil == '#' ? NODE_SECTION : NODE_INVERTED;
  TemplateNode *node =
      template_builder_node(parse->builder, kind, tag->text, (gsize)(tag->end - tag->text), tag->line);
  node->opens_alone = alone;
  node->starts_line = parse->line_pending && !alone;
  parse->line_pending = alone;
  return 0;
}

static int take_close(Parse *parse, const Tag *tag, gboolean alone) {
  TemplateNode *section = template_builder_section(parse->builder);
  if (section == NULL)
    return refuse(parse, tag, "it closes a section that was not opened; remove it or open the section");
  gsize length = (gsize)(tag->end - tag->text);
  if (length != section->length || memcmp(tag->text, section->text, length) != 0)
    return fault(
        parse->error, FAULT_INPUT,
        "%s line %u: {{/%.*s}} closes a section, but {{#%s}} of line %u is still open; close that first",
        parse->name, tag->line, (int)length, tag->text, section->text, section->line);
  section->closes_alone = alone;
  section->closing_line = tag->line;
  /* What stands before an inline closing tag at the start of a line belongs to the body. */
  if (parse->line_pending && !alone)
    template_builder_literal(parse->builder, "", 0, TRUE, tag->line);
  template_builder_close(parse->builder);
  parse->line_pending = alone;
  return 0;
}

static int take_value(Parse *parse, const Tag *tag) {
  gboolean raw = tag->sigil == '{' || tag->sigil == '&';
  if (raw && parse->options->no_raw)
    return refuse(parse, tag,
                  "an unescaped tag may not be used here; write it with two braces and without &");
  enum place place = raw ? PLACE_RAW : place_here(parse);
  TemplateNode *node =
      template_builder_node(parse->builder, NODE_VALUE, tag->text, (gsize)(tag->end - tag->text), tag->line);
  node->place = place;
  node->starts_line = parse->line_pending;
  parse->attribute_begun = TRUE;
  parse->line_pending = FALSE;
  return 0;
}

static gboolean copy_delimiter(const char *text, const char *end, char to[DELIMITER_MAX + 1]) {
  gsize length = (gsize)(end - text);
  if (length == 0 || length > DELIMITER_MAX || memchr(text, '=', length) != NULL)
    return FALSE;
  memcpy(to, text, length);
  to[length] = '\0';
  return TRUE;
}

static int take_delimiters(Parse *parse, const Tag *tag) {
  const char *gap = tag->text;
  while (gap < tag->end && !is_blank(*gap))
    gap++;
  const char *second = gap;
  while (second < tag->end && is_blank(*second))
    second++;
  for (const char *c = second; c < tag->end; c++) {
    if (is_blank(*c))
      return refuse(parse, tag, "two delimiters are wanted; write {{=<% %>=}}");
  }
  char open[DELIMITER_MAX + 1], close[DELIMITER_MAX + 1];
  if (!copy_delimiter(tag->text, gap, open) || !copy_delimiter(second, tag->end, close))
    return refuse(parse, tag, "two delimiters without = are wanted; write {{=<% %>=}}");
  memcpy(parse->open, open, sizeof open);
  memcpy(parse->close, close, sizeof close);
  return 0;
}

static int take_tag(Parse *parse, const Tag *tag, const char *alone_from) {
  gboolean alone = alone_from != NULL;
  if (tag->sigil == '!')
    return 0;
  if (tag->sigil == '=')
    return take_delimiters(parse, tag);
  int r = check_name(parse, tag);
  if (r < 0)
    return r;
  switch (tag->sigil) {
  case '#':
  case '^':
    return take_open(parse, tag, alone);
  case '/':
    return take_close(parse, tag, alone);
  case '>':
    return take_partial(parse, tag, alone_from);
  default:
    return take_value(parse, tag);
  }
}

static int parse_tags(Parse *parse) {
  for (;;) {
    const char *literal = parse->at;
    guint line = parse->line;
    const char *begin = find_bytes(literal, parse->end, parse->open);
    if (begin == NULL) {
      add_literal(parse, literal, parse->end, line);
      return 0;
    }
    advance(parse, begin);
    Tag tag;
    int r = read_tag(parse, &tag);
    if (r < 0)
      return r;
    const char *alone_from = NULL, *after = tag.after;
    /* Only what this tag found unwritten can be taken away with it: a tag before it on the line forbids it.
     */
    gboolean alone = literal <= parse->line_start && stands_alone(parse, &tag, &alone_from, &after);
    add_literal(parse, literal, alone ? alone_from : begin, line);
    r = take_tag(parse, &tag, alone ? alone_from : NULL);
    if (r < 0)
      return r;
    advance(parse, after);
  }
}

static int check_source(const Parse *parse) {
  gsize length = (gsize)(parse->end - parse->start);
  if (length > TEMPLATE_SOURCE_MAX)
    return fault(parse->error, FAULT_INPUT, "%s: the text has %zu bytes, at most %d are read; shorten it",
                 parse->name, length, TEMPLATE_SOURCE_MAX);
  const char *broken = NULL;
  if (g_utf8_validate_len(parse->start, length, &broken))
    return 0;
  guint line = 1;
  for (const char *c = parse->start; c < broken; c++)
    line += *c == '\n';
  return fault(parse->error, FAULT_INPUT, "%s line %u: the text is not valid UTF-8; save the file as UTF-8",
               parse->name, line);
}

static int parse_into(Template *shell, Template *root, GQueue *queue, const char *source, gsize length,
                      const TemplateOptions *options, GError **error) {
  Parse parse = {.root = root,
                 .queue = queue,
                 .options = options,
                 .name = shell->name,
                 .start = source,
                 .at = source,
                 .end = source + length,
                 .line_start = source,
                 .line = 1,
                 .open = "{{",
                 .close = "}}",
                 .line_pending = TRUE,
                 .error = error};
  g_autoptr(TemplateBuilder) builder = parse.builder = template_builder_new(shell);
  int r = check_source(&parse);
  if (r == 0)
    r = parse_tags(&parse);
  if (r < 0)
    return r;
  const TemplateNode *open = template_builder_section(builder);
  if (open != NULL)
    return fault(error, FAULT_INPUT, "%s line %u: {{#%s}} is not closed; add {{/%s}}", shell->name,
                 open->line, open->text, open->text);
  template_builder_finish(g_steal_pointer(&builder));
  return 0;
}

int template_compile(const char *name, const char *source, gsize length, const TemplateOptions *options,
                     Template **ret, GError **error) {
  g_autoptr(Template) root = template_shell(name, options->strict);
  root->partials = g_hash_table_new_full(g_str_hash, g_str_equal, NULL, (GDestroyNotify)template_free);
  GQueue queue = G_QUEUE_INIT;
  int r = parse_into(root, root, &queue, source, length, options, error);
  while (r == 0 && !g_queue_is_empty(&queue)) {
    g_autofree PartialSource *waiting = g_queue_pop_head(&queue);
    r = parse_into(waiting->shell, root, &queue, waiting->source, strlen(waiting->source), options, error);
  }
  g_queue_clear_full(&queue, g_free);
  if (r < 0)
    return r;
  *ret = g_steal_pointer(&root);
  return 0;
}
