/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * joint.h - the places in a Markdown text where values will stand
 *
 * While a wording goes through the Markdown parser, each tag is one character of the private-use area, which
 * CommonMark takes for an ordinary letter. So no value is ever read as Markdown, and the parser's tree shows
 * where each tag has come to stand. The mailing's own values are then put into the tree, which is already
 * parsed; the recipients' tags become nodes of the letter's templates.
 */
#pragma once

#include "templates/wording_inner.h"

#include <cmark.h>

#define JOINT_FIRST 0xE000 /* U+E000 to U+EFFF: three bytes, EE 80 80 to EE BF BF */
#define JOINTS_MAX  4096
#define JOINT_BYTES 3

enum joint_kind {
  JOINT_WORDS, /* a value of the mailing: known, put into the tree */
  JOINT_VALUE, /* a value of the recipient */
  JOINT_OPEN,
  JOINT_INVERTED,
  JOINT_CLOSE,
};

typedef struct {
  enum joint_kind kind;
  const Field *field;
  const char *name;  /* as the tag has it, perhaps "." */
  const char *words; /* JOINT_WORDS; borrowed from the mailing's values */
  gsize length;
  gboolean alone; /* of a section: the tag has its line to itself */
  guint line;     /* in the wording's file */
} Joint;

typedef struct {
  const Wording *wording;
  const Value
      *mailing;   /* NULL: a trial in which every section is written once and all values are left open */
  GArray *joints; /* of Joint */
  GArray *lines;  /* of guint: for each line of TEXT its line in the wording's file */
  GString *text;
} Joints;

void joints_init(Joints *joints, const Wording *wording, const Value *mailing);
void joints_clear(Joints *joints);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Joints, joints_clear)

/* Writes PARSED into TEXT, joints for its tags. */
int joints_write(Joints *joints, const Template *parsed, GError **error);
/* The joint that TEXT stands on, JOINT_BYTES long, or NULL. */
const Joint *joints_at(const Joints *joints, const char *text);
/* The same for one that the Markdown parser has percent-encoded, as it does in a link's address: thrice as
 * long. */
const Joint *joints_at_encoded(const Joints *joints, const char *text);
/* Has TEXT a joint? */
gboolean joints_within(const Joints *joints, const char *text);

/* Checks what a wording may have made of its tags: no raw HTML and images, links only where links may go,
 * sections whole, no tags in headings but the mailing's. */
int joints_check_tree(const Joints *joints, cmark_node *tree, GError **error);
/* Puts the mailing's values into TREE. */
int joints_fill_tree(const Joints *joints, cmark_node *tree, GError **error);
/* Appends the mailing's words of JOINT as they are written in PLACE, private-use characters replaced. */
void joint_append_words(const Joint *joint, enum place place, GString *out);
