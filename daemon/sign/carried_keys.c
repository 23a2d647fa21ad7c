/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sign/carried_keys.h"

#include <string.h>

#include "sign/content_type.h"
#include "sign/field_block.h"
#include "sign/key_file.h"

typedef struct {
  const char *at, *end;
  int depth;
} Part;

typedef struct {
  GArray *open; /* Part: not looked at yet */
  guint looked_at;
  GPtrArray *found;
} Walk;

/* ---- transfer encodings (RFC 2045 §6) ---- */

static GBytes *from_quoted_printable(const char *at, const char *end) {
  GString *out = g_string_new(NULL);
  while (at < end) {
    if (*at != '=') {
      g_string_append_c(out, *at++);
    } else if (end - at >= 3 && g_ascii_isxdigit(at[1]) && g_ascii_isxdigit(at[2])) {
      g_string_append_c(out, (char)(g_ascii_xdigit_value(at[1]) * 16 + g_ascii_xdigit_value(at[2])));
      at += 3;
    } else {
      /* A soft line break, or nothing that stands for anything. */
      const char *line = memchr(at, '\n', (gsize)(end - at));
      at = line != NULL ? line + 1 : end;
    }
  }
  return g_string_free_to_bytes(out);
}

static GBytes *from_base64(const char *at, const char *end) {
  g_autofree char *text = g_strndup(at, (gsize)(end - at));
  gsize size = 0;
  guchar *bytes = g_base64_decode(text, &size);
  return g_bytes_new_take(bytes, size);
}

static GBytes *decode(const char *encoding, const char *at, const char *end) {
  if (encoding != NULL && g_ascii_strcasecmp(encoding, "base64") == 0)
    return from_base64(at, end);
  if (encoding != NULL && g_ascii_strcasecmp(encoding, "quoted-printable") == 0)
    return from_quoted_printable(at, end);
  return g_bytes_new(at, (gsize)(end - at));
}

/* ---- parts within parts ---- */

/* The next delimiter of MARK ("--boundary") at or behind AT, at the beginning of a line; NULL when there is
 * none. */
static const char *next_delimiter(const char *start, const char *at, const char *end, const char *mark) {
  gsize length = strlen(mark);
  while (at < end && (at = memmem(at, (gsize)(end - at), mark, length)) != NULL) {
    if (at == start || at[-1] == '\n')
      return at;
    at += length;
  }
  return NULL;
}

static void open_parts(Walk *walk, const char *at, const char *end, const char *boundary, int depth) {
  g_autofree char *mark = g_strconcat("--", boundary, NULL);
  const char *start = at, *here = next_delimiter(start, at, end, mark);
  while (here != NULL && walk->open->len < CARRIED_PARTS_MAX) {
    const char *line = memchr(here, '\n', (gsize)(end - here));
    if (line == NULL || g_str_has_prefix(here + strlen(mark), "--"))
      return;
    const char *next = next_delimiter(start, line + 1, end, mark);
    Part part = {line + 1, next != NULL ? next : end, depth + 1};
    g_array_append_val(walk->open, part);
    here = next;
  }
}

static void look_at(Walk *walk, const Part *part) {
  g_auto(FieldBlock) fields = {0};
  g_auto(ContentType) type = {0};
  if (field_block_read(part->at, (gsize)(part->end - part->at), &fields) != FIELD_BLOCK_READ)
    return;
  const char *value = field_block_get(&fields, "Content-Type");
  const char *body = part->at + fields.size;
  if (value == NULL || !content_type_read(value, &type))
    return;
  const char *boundary = content_type_boundary(&type);
  if (g_str_has_prefix(type.type, "multipart/") && boundary != NULL && part->depth < CARRIED_DEPTH_MAX)
    open_parts(walk, body, part->end, boundary, part->depth);
  else if (strcmp(type.type, "application/pgp-keys") == 0 && walk->found->len < CARRIED_KEYS_MAX &&
           part->end - body <= 2 * KEY_FILE_MAX)
    g_ptr_array_add(walk->found,
                    decode(field_block_get(&fields, "Content-Transfer-Encoding"), body, part->end));
}

void carried_keys_find(const SignedParts *parts, GPtrArray **ret) {
  Walk walk = {.found = g_ptr_array_new_with_free_func((GDestroyNotify)g_bytes_unref)};
  gsize size = 0;
  *ret = walk.found;
  if (parts->protocol == SIGNED_SMIME) {
    g_ptr_array_add(walk.found, g_bytes_ref(parts->signature));
    return;
  }
  const char *text = g_bytes_get_data(parts->text, &size);
  Part whole = {text, text + size, 0};
  walk.open = g_array_new(FALSE, FALSE, sizeof(Part));
  g_array_append_val(walk.open, whole);
  for (; walk.looked_at < walk.open->len; walk.looked_at++) {
    Part part = g_array_index(walk.open, Part, walk.looked_at);
    look_at(&walk, &part);
  }
  g_array_unref(walk.open);
}
