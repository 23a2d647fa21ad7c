/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * template_inner.h - a compiled template from within this room: a flat row of nodes
 *
 * A section's node is followed by those of its body; SKIP is how far on its end is. Names and literals lie in
 * one chunk of the template. Nodes are made through the builder alone, by the parser and by letter.c, and are
 * never changed once the template is finished.
 */
#pragma once

#include "templates/template.h"

enum node_kind { NODE_LITERAL, NODE_VALUE, NODE_SECTION, NODE_INVERTED, NODE_PARTIAL };

typedef struct {
  enum node_kind kind;
  enum place place;     /* of a value */
  gboolean starts_line; /* the first node of a line: an indented partial writes its indentation before it */
  gboolean opens_alone; /* the section's tags stand on lines of their own */
  gboolean closes_alone;
  guint line;              /* in the source; 0 for none */
  guint closing_line;      /* of a section: where its closing tag stands */
  guint skip;              /* sections: index of the first node after the body */
  guint parts;             /* how many dotted parts TEXT has; 0 for "." */
  const char *text;        /* literal bytes, or a name; in the chunk */
  gsize length;            /* of TEXT */
  const char *indent;      /* partials standing alone: what stood before the tag */
  const Template *partial; /* NULL: unknown, renders as nothing */
} TemplateNode;

struct Template {
  char *name;
  gboolean strict;
  TemplateNode *nodes;
  guint count;
  GStringChunk *chunk;
  GHashTable *partials; /* the outermost template owns all partials, by name; NULL within a partial */
};

/* A template without nodes; to be filled through one builder. */
Template *template_shell(const char *name, gboolean strict);

typedef struct TemplateBuilder TemplateBuilder;

/* Fills SHELL, which must outlive the builder. */
TemplateBuilder *template_builder_new(Template *shell);
/* Appends literal bytes, which stand on LINE of the source (0: it does not matter); joined to a literal
 * before them where that means the same. */
void template_builder_literal(TemplateBuilder *builder, const char *text, gsize length, gboolean starts_line,
                              guint line);
/* Appends a node of any other kind and returns it; it is good until the next append. A section stays open
 * until it is closed. */
TemplateNode *template_builder_node(TemplateBuilder *builder, enum node_kind kind, const char *name,
                                    gsize length, guint line);
/* The section that was opened last and is open, or NULL; how many are open; closes that one. */
TemplateNode *template_builder_section(TemplateBuilder *builder);
guint template_builder_depth(const TemplateBuilder *builder);
void template_builder_close(TemplateBuilder *builder);
/* Gives the nodes to the shell and frees the builder. All sections are closed. */
void template_builder_finish(TemplateBuilder *builder);
void template_builder_free(TemplateBuilder *builder);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(TemplateBuilder, template_builder_free)
