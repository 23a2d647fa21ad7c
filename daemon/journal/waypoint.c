/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "journal/waypoint.h"

#include <string.h>

#include "base/fault.h"
#include "base/file.h"
#include "journal/signed_head.h"
#include "journal/tree_rows.h"

#define NUMBER G_GINT64_FORMAT
/* Bytes of head-N.txt or MANIFEST-N; they have some two hundred. */
#define FILE_MAX_BYTES 1024

typedef struct {
  gint64 number;
  Head head;
  gboolean has_root;
  Digest root;
} Waypoint;

Waypoints *waypoints_new(void) {
  Waypoints *w = g_new0(Waypoints, 1);
  w->heads = g_array_new(FALSE, FALSE, sizeof(Waypoint));
  w->blocks = g_array_new(FALSE, FALSE, sizeof(Digest));
  merkle_begin(&w->tree);
  merkle_begin(&w->block);
  return w;
}

void waypoints_free(Waypoints *w) {
  if (w == NULL)
    return;
  g_array_unref(w->heads);
  g_array_unref(w->blocks);
  g_free(w->trouble);
  g_free(w);
}

/* ---- reading ---- */

typedef struct {
  Waypoints *waypoints;
  Digest before; /* of the manifest before */
} Reading;

static void note_trouble(Waypoints *w, gint64 bad, const char *what, gint64 number) {
  if (w->trouble != NULL)
    return;
  w->bad = bad;
  w->trouble = g_strdup_printf("%s%" NUMBER ", or what it names, was edited", what, number);
}

/* HEAD, whose manifest stands as MANIFEST, follows those that were read. */
static void take(Reading *reading, const SignedHead *head, const char *manifest) {
  Waypoints *w = reading->waypoints;
  g_autofree char *wanted = signed_head_manifest(head, head->number > 1 ? &reading->before : NULL);
  Waypoint waypoint = {head->number, head->head, head->has_root, head->root};
  if (head->number != (gint64)w->heads->len + 1 || g_strcmp0(wanted, manifest) != 0)
    note_trouble(w, head->head.index, "MANIFEST-", head->number);
  reading->before = digest_of(manifest, strlen(manifest));
  g_array_append_val(w->heads, waypoint);
}

static int take_row(const SignedHead *head, gpointer data, G_GNUC_UNUSED GError **error) {
  take(data, head, head->manifest);
  return 0;
}

int waypoints_read_store(Waypoints *w, Store *store, GError **error) {
  g_autoptr(Link) link = NULL;
  Reading reading = {.waypoints = w};
  gint64 blocks = 0;
  int r = store_read(store, &link, error);
  if (r == 0)
    r = signed_head_each(link, 0, G_MAXINT64, G_MAXINT64, take_row, &reading, error);
  if (r == 0)
    r = tree_rows_blocks(link, &blocks, error);
  for (gint64 block = 1; r == 0 && block <= blocks; block++) {
    Digest root = {{0}};
    r = MIN(tree_rows_find(link, block, &root, error), 0);
    g_array_append_val(w->blocks, root);
  }
  return r;
}

static int read_small(const char *folder, const char *name, char **ret, GError **error) {
  g_autofree char *path = g_build_filename(folder, name, NULL);
  g_autoptr(GBytes) bytes = NULL;
  int r = file_read(path, FILE_MAX_BYTES, &bytes, error);
  if (r == 0)
    *ret = g_strndup(g_bytes_get_data(bytes, NULL), g_bytes_get_size(bytes));
  return r;
}

/* "20412 9f86d0…", and perhaps "tree 4e0740…". */
static gboolean read_head(const char *text, SignedHead *ret) {
  g_auto(GStrv) lines = g_strsplit(text, "\n", -1);
  guint count = g_strv_length(lines);
  char *gap = lines[0] != NULL ? strchr(lines[0], ' ') : NULL;
  if (gap == NULL || (count != 2 && count != 3))
    return FALSE;
  *gap = ':';
  ret->has_root = count == 3;
  return head_parse(lines[0], &ret->head, NULL) == 0 &&
         (!ret->has_root ||
          (g_str_has_prefix(lines[1], "tree ") && digest_parse(lines[1] + strlen("tree "), &ret->root)));
}

static int take_files(Reading *reading, const char *folder, gint64 number, GError **error) {
  g_autofree char *name = signed_head_file_name(number), *text = NULL, *manifest = NULL;
  g_autofree char *manifest_name = g_strdup_printf("MANIFEST-%" NUMBER, number);
  SignedHead head = {.number = number};
  int r = read_small(folder, manifest_name, &manifest, error);
  if (r == 0)
    r = read_small(folder, name, &text, error);
  if (r < 0)
    return r;
  if (read_head(text, &head))
    take(reading, &head, manifest);
  else
    note_trouble(reading->waypoints, 0, "head-", number);
  return 0;
}

int waypoints_read_folder(Waypoints *w, const char *folder, GError **error) {
  Reading reading = {.waypoints = w};
  int r = 0;
  for (gint64 number = 1; r == 0 && w->trouble == NULL; number++) {
    g_autofree char *name = g_strdup_printf("MANIFEST-%" NUMBER, number);
    g_autofree char *path = g_build_filename(folder, name, NULL);
    if (!g_file_test(path, G_FILE_TEST_EXISTS))
      break;
    r = take_files(&reading, folder, number, error);
  }
  return r;
}

/* ---- passing ---- */

static char *compare_block(Waypoints *w) {
  guint64 number = w->tree.count >> TREE_LEVEL;
  Digest root = merkle_root(&w->block);
  merkle_begin(&w->block);
  if (number > w->blocks->len || digest_equal(&root, &g_array_index(w->blocks, Digest, number - 1)))
    return NULL;
  return g_strdup_printf("the kept root of lines %" G_GUINT64_FORMAT " to %" G_GUINT64_FORMAT
                         " is not that of these lines",
                         w->tree.count - TREE_BLOCK + 1, w->tree.count);
}

static char *compare_head(const Waypoint *point, const Head *head, const Digest *root) {
  if (!digest_equal(&point->head.line, &head->line))
    return g_strdup_printf("line %" NUMBER " is another than the signed head %" NUMBER
                           " says: the journal was written anew, up to there at some place",
                           head->index, point->number);
  if (point->has_root && !digest_equal(&point->root, root))
    return g_strdup_printf("the tree over the first %" NUMBER
                           " lines has another root than the signed head %" NUMBER " says",
                           head->index, point->number);
  return NULL;
}

char *waypoints_pass(Waypoints *w, const ChainLine *line, const Head *head) {
  Head before = {.index = line->index - 1, .line = line->previous};
  char text[CHAIN_LINE_SIZE];
  gsize length = chain_line(&before, &line->commitment, text);
  merkle_add(&w->tree, text, length);
  merkle_add(&w->block, text, length);
  char *trouble = w->block.count == TREE_BLOCK ? compare_block(w) : NULL;
  while (trouble == NULL && w->next < w->heads->len) {
    const Waypoint *point = &g_array_index(w->heads, Waypoint, w->next);
    if (point->head.index > head->index)
      break;
    Digest root = merkle_root(&w->tree);
    trouble = compare_head(point, head, &root);
    w->next++;
  }
  return trouble;
}

char *waypoints_end(const Waypoints *w, const Head *reached) {
  if (w->next >= w->heads->len)
    return NULL;
  const Waypoint *point = &g_array_index(w->heads, Waypoint, w->next);
  return g_strdup_printf("the end was cut off: the chain ends at line %" NUMBER
                         ", but the signed head %" NUMBER " names line %" NUMBER,
                         reached->index, point->number, point->head.index);
}
