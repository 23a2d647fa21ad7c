/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "templates/wording.h"

#include "base/fault.h"
#include "base/file.h"
#include "templates/joint.h"
#include "templates/markdown_inner.h"
#include "templates/wording_inner.h"

#include <string.h>

static const char subject_mark[] = "Subject:";

void wording_free(Wording *wording) {
  if (wording == NULL)
    return;
  g_free(wording->name);
  g_free(wording->path);
  g_free(wording->fields_path);
  g_array_unref(wording->fields);
  g_array_unref(wording->differences);
  g_string_chunk_free(wording->chunk);
  g_free(wording->samples);
  g_free(wording->used);
  g_free(wording->needed);
  template_free(wording->subject);
  template_free(wording->body);
  g_free(wording);
}

static Wording *wording_blank(const char *folder, const char *name, enum language language) {
  Wording *wording = g_new0(Wording, 1);
  wording->name = g_strdup(name);
  wording->path = g_strdup_printf("%s/wording/%s/%s.md", folder, name, language_code(language));
  wording->fields_path = g_strdup_printf("%s/wording/%s/fields", folder, name);
  wording->language = language;
  wording->fields = g_array_new(FALSE, TRUE, sizeof(Field));
  wording->differences = g_array_new(FALSE, TRUE, sizeof(WordingDifference));
  wording->chunk = g_string_chunk_new(1024);
  wording->samples = g_new0(const char *, WORDING_FIELDS_MAX);
  wording->used = g_new0(guint, WORDING_FIELDS_MAX);
  wording->needed = g_new0(gboolean, WORDING_FIELDS_MAX);
  return wording;
}

/* A byte order mark and CRLF come from some editors and mean nothing. */
static GString *read_plainly(const char *bytes, gsize size) {
  GString *text = g_string_new_len(bytes, (gssize)size);
  if (g_str_has_prefix(text->str, "\xEF\xBB\xBF"))
    g_string_erase(text, 0, 3);
  g_string_replace(text, "\r\n", "\n", 0);
  return text;
}

static int check_characters(const Wording *wording, const GString *text, GError **error) {
  guint line = 1;
  for (gsize i = 0; i < text->len; i++) {
    const char *at = text->str + i;
    line += *at == '\n';
    gboolean control = (guint8)*at < ' ' && *at != '\n' && *at != '\t';
    if (control || (guint8)*at == 0xEE || g_ascii_strncasecmp(at, "%EE%", 4) == 0)
      return fault(error, FAULT_INPUT,
                   "%s line %u: a control or private-use character stands here; remove it", wording->path,
                   line);
  }
  return 0;
}

static int compile(const Wording *wording, const char *source, enum place place, Template **ret,
                   GError **error) {
  const TemplateOptions options = {.place = place, .strict = TRUE, .no_raw = TRUE};
  return template_compile(wording->path, source, strlen(source), &options, ret, error);
}

/* The first line's subject, then the body after an empty line. The body is compiled with an empty line in the
 * place of the subject, so that all lines keep their number. */
static int read_parts(Wording *wording, const char *text, GError **error) {
  if (!g_str_has_prefix(text, subject_mark))
    return fault(error, FAULT_INPUT,
                 "%s line 1: no subject; begin the file with \"Subject: \" and an empty line", wording->path);
  const char *end = strchr(text, '\n');
  if (end == NULL || (end[1] != '\n' && end[1] != '\0'))
    return fault(error, FAULT_INPUT,
                 "%s line 2: the line after the subject is not empty; put an empty line there",
                 wording->path);
  g_autofree char *subject =
      g_strndup(text + sizeof subject_mark - 1, (gsize)(end - text) - sizeof subject_mark + 1);
  if (g_strstrip(subject)[0] == '\0')
    return fault(error, FAULT_INPUT, "%s line 1: the subject is empty; write one after \"Subject:\"",
                 wording->path);
  if (strspn(end, " \n\t") == strlen(end))
    return fault(error, FAULT_INPUT, "%s line 3: there is no text; write it after the empty line",
                 wording->path);
  int r = compile(wording, subject, PLACE_HEADER, &wording->subject, error);
  return r < 0 ? r : compile(wording, end, PLACE_TEXT, &wording->body, error);
}

static int read_text(Wording *wording, DigestState *state, GError **error) {
  g_autoptr(GBytes) bytes = NULL;
  int r = file_read(wording->path, WORDING_FILE_MAX, &bytes, error);
  if (r < 0)
    return r;
  gsize size = 0;
  const char *raw = g_bytes_get_data(bytes, &size);
  digest_add(state, raw, size);
  g_autoptr(GString) text = read_plainly(raw, size);
  r = check_characters(wording, text, error);
  return r < 0 ? r : read_parts(wording, text->str, error);
}

/* A trial run through the Markdown parser finds what no single tag shows. */
static int try_markdown(const Wording *wording, GError **error) {
  g_auto(Joints) joints;
  joints_init(&joints, wording, NULL);
  int r = joints_write(&joints, wording->body, error);
  if (r < 0)
    return r;
  cmark_node *tree = markdown_tree(joints.text->str, joints.text->len);
  r = joints_check_tree(&joints, tree, error);
  cmark_node_free(tree);
  return r;
}

int wording_load(const char *folder, const char *name, enum language language, Wording **ret,
                 GError **error) {
  g_autoptr(Wording) wording = wording_blank(folder, name, language);
  g_autoptr(DigestState) state = digest_begin();
  int r = wording_read_fields(wording, state, error);
  if (r == 0)
    r = read_text(wording, state, error);
  if (r == 0)
    r = wording_check_tags(wording, error);
  if (r == 0)
    r = try_markdown(wording, error);
  if (r < 0)
    return r;
  wording->digest = digest_finish(g_steal_pointer(&state));
  *ret = g_steal_pointer(&wording);
  return 0;
}

int wording_load_fields(const char *folder, const char *name, Wording **ret, GError **error) {
  g_autoptr(Wording) wording = wording_blank(folder, name, LANGUAGE_FR);
  g_autoptr(DigestState) state = digest_begin();
  int r = wording_read_fields(wording, state, error);
  if (r == 0)
    *ret = g_steal_pointer(&wording);
  return r;
}

const char *wording_name(const Wording *wording) {
  return wording->name;
}

enum language wording_language(const Wording *wording) {
  return wording->language;
}

const char *wording_path(const Wording *wording) {
  return wording->path;
}

const Digest *wording_digest(const Wording *wording) {
  return &wording->digest;
}

gboolean wording_first_contact(const Wording *wording) {
  return wording->first_contact;
}

const char *wording_purpose(const Wording *wording) {
  return wording->purpose;
}

guint wording_field_count(const Wording *wording) {
  return wording->fields->len;
}

const Field *wording_field_at(const Wording *wording, guint index) {
  return &g_array_index(wording->fields, Field, index);
}

const Field *wording_field(const Wording *wording, const char *name, gsize length) {
  for (guint i = 0; i < wording->fields->len; i++) {
    const Field *field = wording_field_at(wording, i);
    if (strncmp(field->name, name, length) == 0 && field->name[length] == '\0')
      return field;
  }
  return NULL;
}

static guint index_of(const Wording *wording, const Field *field) {
  return (guint)(field - wording_field_at(wording, 0));
}

gboolean wording_uses(const Wording *wording, const Field *field) {
  return wording->used[index_of(wording, field)] > 0;
}

const char *wording_sample(const Wording *wording, const Field *field) {
  const char *own = wording->samples[index_of(wording, field)];
  return own != NULL ? own : field->sample;
}
