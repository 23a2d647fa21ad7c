/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A letter is three templates (template_inner.h) built from what the Markdown parser made of the wording,
 * with a node for each joint that is left: the recipients' tags. Paragraphs without such a tag are wrapped
 * here, once; the others keep their marks (wrap.h) and are wrapped after joining.
 */
#include "templates/letter.h"

#include "base/fault.h"
#include "templates/joint.h"
#include "templates/markdown_inner.h"
#include "templates/wrap.h"

#include <string.h>

struct Letter {
  Template *subject, *text, *html;
  gboolean lists; /* of the recipients': each item is a list of its own until they are joined */
};

typedef struct {
  const Joints *joints;
  TemplateBuilder *builder;
  enum { FRAME_TEXT, FRAME_HEADER, FRAME_TITLE, FRAME_HTML } frame;
} Assembly;

static const char html_head[] = "<!DOCTYPE html>\n"
                                "<html lang=\"%s\">\n"
                                "<head>\n"
                                "<meta charset=\"utf-8\">\n"
                                "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
                                "<title>";
static const char html_middle[] =
    "</title>\n"
    "</head>\n"
    "<body style=\"margin:0;padding:1.5em;background:#ffffff;color:#1a1a1a;"
    "font-family:Georgia,'Times New Roman',serif;font-size:1.05em;line-height:1.5\">\n"
    "<div lang=\"%s\" style=\"max-width:38em;margin:0 auto;overflow-wrap:break-word\">\n";
static const char html_foot[] = "</div>\n</body>\n</html>\n";

static void put(Assembly *assembly, const char *text, gsize length) {
  template_builder_literal(assembly->builder, text, length, FALSE, 0);
}

/* A recipient's words may be of a script that runs from right to left; isolated, they turn nothing around
 * them. An address is not of any script. */
static gboolean is_isolated(const Assembly *assembly, const Joint *joint, enum place place) {
  return assembly->frame == FRAME_HTML && (place == PLACE_HTML || place == PLACE_HTML_LINES) &&
         joint->field->kind != FIELD_URL;
}

static void put_value(Assembly *assembly, const Joint *joint, enum place place) {
  static const char open[] = "<bdi>", close[] = "</bdi>";
  gboolean isolated = is_isolated(assembly, joint, place);
  if (isolated)
    put(assembly, open, sizeof open - 1);
  template_builder_node(assembly->builder, NODE_VALUE, joint->name, strlen(joint->name), joint->line)->place =
      place;
  if (isolated)
    put(assembly, close, sizeof close - 1);
}

static void put_joint(Assembly *assembly, const Joint *joint, enum place place) {
  switch (joint->kind) {
  case JOINT_WORDS: {
    g_autoptr(GString) words = g_string_new(NULL);
    joint_append_words(joint, place, words);
    put(assembly, words->str, words->len);
    return;
  }
  case JOINT_VALUE:
    put_value(assembly, joint, place);
    return;
  case JOINT_OPEN:
  case JOINT_INVERTED:
    template_builder_node(assembly->builder, joint->kind == JOINT_OPEN ? NODE_SECTION : NODE_INVERTED,
                          joint->name, strlen(joint->name), joint->line);
    return;
  case JOINT_CLOSE:
    template_builder_close(assembly->builder);
    return;
  }
}

/* Where the value of a joint at TO lands; what stands before it is known back to FROM. A percent-encoded
 * joint is in a link's address. */
static enum place place_of(const Assembly *assembly, const Joint *joint, const char *from, const char *to) {
  static const char link[] = "href=\"", mailbox[] = "href=\"mailto:";
  gboolean lines = joint->field->kind == FIELD_LINES;
  if (assembly->frame == FRAME_HEADER)
    return PLACE_HEADER;
  if (assembly->frame == FRAME_TEXT)
    return lines ? PLACE_TEXT_LINES : PLACE_TEXT;
  if (*to != '%')
    return lines ? PLACE_HTML_LINES : PLACE_HTML;
  gsize before = (gsize)(to - from);
  if (before >= sizeof link - 1 && memcmp(to - sizeof link + 1, link, sizeof link - 1) == 0)
    return PLACE_LINK;
  if (before >= sizeof mailbox - 1 && memcmp(to - sizeof mailbox + 1, mailbox, sizeof mailbox - 1) == 0)
    return PLACE_MAILBOX;
  return PLACE_URL;
}

/* A tag that stood alone is a paragraph by now; the paragraph's own marks go, so that a section that is not
 * shown leaves nothing behind. */
static void strip_paragraph(const Assembly *assembly, const char *from, const char **before,
                            const char **after) {
  static const char html_begin[] = "<p>", html_end[] = "</p>\n";
  static const char text_begin[] = {WRAP_BEGIN, WRAP_BODY, 0}, text_end[] = {WRAP_END, '\n', '\n', 0};
  const char *begin = assembly->frame == FRAME_HTML ? html_begin : text_begin,
             *end = assembly->frame == FRAME_HTML ? html_end : text_end;
  gsize length = strlen(begin);
  if ((gsize)(*before - from) < length || memcmp(*before - length, begin, length) != 0 ||
      !g_str_has_prefix(*after, end))
    return;
  *before -= length;
  *after += strlen(end);
}

/* Is AT within href="..."? There, and there alone, the Markdown parser percent-encodes a joint; in text a
 * quotation mark is a reference, so nobody's words can pass for the attribute. */
static gboolean within_address(const char *text, const char *at) {
  static const char link[] = "href=\"";
  while (at > text && strchr("\"<> \n", at[-1]) == NULL)
    at--;
  return (gsize)(at - text) >= sizeof link - 1 && memcmp(at - sizeof link + 1, link, sizeof link - 1) == 0;
}

/* The next joint of TEXT from FROM on, and how many bytes it takes. */
static const char *next_joint(const Assembly *assembly, const char *text, const char *from, const Joint **ret,
                              gsize *ret_length) {
  const Joints *joints = assembly->joints;
  for (; *from != '\0'; from++) {
    gboolean encoded = *from == '%' && assembly->frame == FRAME_HTML && within_address(text, from);
    *ret_length = encoded ? 3 * JOINT_BYTES : JOINT_BYTES;
    *ret = encoded ? joints_at_encoded(joints, from) : joints_at(joints, from);
    if (*ret != NULL)
      return from;
  }
  return NULL;
}

/* Literals and joints of TEXT in their order. */
static void put_jointed(Assembly *assembly, const char *text) {
  const char *from = text;
  const Joint *joint = NULL;
  gsize length = 0;
  for (const char *at; (at = next_joint(assembly, text, from, &joint, &length)) != NULL;) {
    const char *before = at, *after = at + length;
    enum place place = place_of(assembly, joint, from, at);
    if (joint->alone)
      strip_paragraph(assembly, from, &before, &after);
    put(assembly, from, (gsize)(before - from));
    put_joint(assembly, joint, place);
    from = after;
  }
  put(assembly, from, strlen(from));
}

/* Wraps the paragraphs that are the same for all. */
static char *wrap_known(const Joints *joints, const char *marked) {
  GString *out = g_string_new(NULL);
  while (*marked != '\0') {
    const char *begin = strchr(marked, WRAP_BEGIN);
    if (begin == NULL) {
      g_string_append(out, marked);
      break;
    }
    g_string_append_len(out, marked, begin - marked);
    marked = strchr(begin, WRAP_END) + 1;
    g_autofree char *paragraph = g_strndup(begin, (gsize)(marked - begin));
    if (joints_within(joints, paragraph))
      g_string_append(out, paragraph);
    else
      wrap_append(paragraph, strlen(paragraph), out);
  }
  return g_string_free(out, FALSE);
}

static Template *build_subject(const Wording *wording, const Joints *joints) {
  Template *template = template_shell(wording->path, TRUE);
  Assembly assembly = {.joints = joints, .builder = template_builder_new(template), .frame = FRAME_HEADER};
  put_jointed(&assembly, joints->text->str);
  template_builder_finish(assembly.builder);
  return template;
}

static void put_text_foot(Assembly *assembly, const char *foot) {
  if (foot == NULL)
    return;
  g_autofree char *text = g_strconcat("\n", foot, "\n", NULL);
  put(assembly, text, strlen(text));
}

static void put_html_foot(Assembly *assembly, const char *foot) {
  static const char open[] = "<p style=\"font-size:.75em;color:#555555\">", close[] = "</p>\n";
  if (foot == NULL)
    return;
  g_autoptr(GString) html = g_string_new(open);
  (void)escape_append(PLACE_HTML_LINES, foot, strlen(foot), html);
  g_string_append(html, close);
  put(assembly, html->str, html->len);
}

static Template *build_text(const Wording *wording, const Joints *joints, cmark_node *tree,
                            const char *foot) {
  Template *template = template_shell(wording->path, TRUE);
  g_autoptr(GString) marked = g_string_new(NULL);
  markdown_tree_text(tree, marked);
  g_autofree char *text = wrap_known(joints, marked->str);
  Assembly assembly = {.joints = joints, .builder = template_builder_new(template)};
  put_jointed(&assembly, text);
  put_text_foot(&assembly, foot);
  template_builder_finish(assembly.builder);
  return template;
}

static void put_escaped(Assembly *assembly, const GString *text) {
  g_autoptr(GString) html = g_string_new(NULL);
  (void)escape_append(PLACE_HTML, text->str, text->len, html);
  put_jointed(assembly, html->str);
}

static Template *build_html(const Wording *wording, const Joints *subject, const Joints *body,
                            cmark_node *tree, const char *foot) {
  Template *template = template_shell(wording->path, TRUE);
  const char *code = language_code(wording->language);
  g_autofree char *head = g_strdup_printf(html_head, code), *middle = g_strdup_printf(html_middle, code);
  g_autoptr(GString) html = g_string_new(NULL);
  markdown_tree_html(tree, html);
  Assembly title = {.joints = subject, .builder = template_builder_new(template), .frame = FRAME_TITLE};
  put(&title, head, strlen(head));
  put_escaped(&title, subject->text);
  put(&title, middle, strlen(middle));
  Assembly text = {.joints = body, .builder = title.builder, .frame = FRAME_HTML};
  put_jointed(&text, html->str);
  put_html_foot(&text, foot);
  put(&text, html_foot, sizeof html_foot - 1);
  template_builder_finish(text.builder);
  return template;
}

static int build(Letter *letter, const Wording *wording, const Joints *subject, const Joints *body,
                 const char *foot, GError **error) {
  cmark_node *tree = markdown_tree(body->text->str, body->text->len);
  int r = joints_check_tree(body, tree, error);
  if (r == 0)
    r = joints_fill_tree(body, tree, error);
  if (r == 0) {
    letter->subject = build_subject(wording, subject);
    letter->text = build_text(wording, body, tree, foot);
    letter->html = build_html(wording, subject, body, tree, foot);
  }
  cmark_node_free(tree);
  return r;
}

static gboolean has_lists(const Wording *wording) {
  for (guint i = 0; i < wording_field_count(wording); i++) {
    const Field *field = wording_field_at(wording, i);
    if (field->kind == FIELD_LIST && field->level == FIELD_RECIPIENT && wording_uses(wording, field))
      return TRUE;
  }
  return FALSE;
}

int letter_new(const Wording *wording, const Value *mailing, Letter **ret, GError **error) {
  return letter_new_footed(wording, mailing, NULL, ret, error);
}

int letter_new_footed(const Wording *wording, const Value *mailing, const char *foot, Letter **ret,
                      GError **error) {
  g_autoptr(Letter) letter = g_new0(Letter, 1);
  letter->lists = has_lists(wording);
  g_auto(Joints) subject;
  g_auto(Joints) body;
  joints_init(&subject, wording, mailing);
  joints_init(&body, wording, mailing);
  int r = joints_write(&subject, wording->subject, error);
  if (r == 0)
    r = joints_write(&body, wording->body, error);
  if (r == 0)
    r = build(letter, wording, &subject, &body, foot, error);
  if (r < 0)
    return r;
  *ret = g_steal_pointer(&letter);
  return 0;
}

void letter_free(Letter *letter) {
  if (letter == NULL)
    return;
  template_free(letter->subject);
  template_free(letter->text);
  template_free(letter->html);
  g_free(letter);
}

static int render_text(const Letter *letter, const Value *recipient, GString *out, GError **error) {
  g_autoptr(GString) marked = g_string_sized_new(4096);
  int r = template_render(letter->text, recipient, marked, error);
  if (r < 0)
    return r;
  gsize start = out->len;
  wrap_append(marked->str, marked->len, out);
  while (out->len > start && out->str[out->len - 1] == '\n')
    g_string_truncate(out, out->len - 1);
  g_string_append_c(out, '\n');
  return 0;
}

/* Values are escaped, so these marks are of lists alone. */
static int render_html(const Letter *letter, const Value *recipient, GString *out, GError **error) {
  if (!letter->lists)
    return template_render(letter->html, recipient, out, error);
  g_autoptr(GString) html = g_string_sized_new(6144);
  int r = template_render(letter->html, recipient, html, error);
  if (r < 0)
    return r;
  g_string_replace(html, "</ul>\n<ul>\n", "", 0);
  g_string_append_len(out, html->str, (gssize)html->len);
  return 0;
}

int letter_render(const Letter *letter, const Value *recipient, GString *subject, GString *text,
                  GString *html, GError **error) {
  gsize subject_start = subject->len, text_start = text->len;
  int r = template_render(letter->subject, recipient, subject, error);
  if (r == 0)
    r = render_text(letter, recipient, text, error);
  if (r == 0)
    r = render_html(letter, recipient, html, error);
  if (r < 0) {
    g_string_truncate(subject, subject_start);
    g_string_truncate(text, text_start);
  }
  return r;
}
