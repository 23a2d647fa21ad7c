/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * journal_verify.c - walks a chain from its first line, with the entries beside it
 *
 * The folder is read once, chain.txt and entries.txt in step, so that the first index that is wrong in either
 * is the one that is named, and memory stays flat.
 */
#include "journal/journal_verify.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/fault.h"
#include "journal/chain.h"
#include "journal/chain_rows.h"
#include "journal/entry.h"
#include "journal/waypoint.h"

#define NUMBER G_GINT64_FORMAT
/* No entry that Valise writes comes near. */
#define ENTRY_BYTES_MAX (4 * 1024 * 1024)

void verified_clear(Verified *verified) {
  g_clear_pointer(&verified->trouble, g_free);
}

typedef struct {
  Verified *ret;
  const Head *known; /* or NULL */
  Waypoints *waypoints;
  gint64 entry_index; /* of the last entry whose text matched */
} Walk;

static int trouble(Walk *walk, gint64 bad, const char *format, ...) G_GNUC_PRINTF(3, 4);

/* SENTENCE (may be NULL) is taken over. */
static int trouble_of(Walk *walk, gint64 bad, char *sentence) {
  if (sentence == NULL)
    return 0;
  walk->ret->bad = bad;
  walk->ret->trouble = sentence;
  return JOURNAL_NOT_INTACT;
}

static int trouble(Walk *walk, gint64 bad, const char *format, ...) {
  va_list args;
  va_start(args, format);
  char *sentence = g_strdup_vprintf(format, args);
  va_end(args);
  return trouble_of(walk, bad, sentence);
}

/* ---- one line, one entry, the end ------------------------------------------------------------------ */

/* When the entry before matched its commitment, the line before is as it was written, and this one is not. */
static int trouble_broken(Walk *walk, const ChainLine *line) {
  gint64 before = line->index - 1;
  if (before == 0 || walk->entry_index == before)
    return trouble(walk, line->index,
                   "line %" NUMBER " was edited: it does not carry the digest of the line before",
                   line->index);
  return trouble(walk, before,
                 "line %" NUMBER " was edited, or the one after it: line %" NUMBER
                 " carries another digest of the line before",
                 before, line->index);
}

/* After LINE, is the chain the one that somebody has noted, and that was signed? */
static int compare_known(Walk *walk, const ChainLine *line) {
  const Head *head = &walk->ret->head, *known = walk->known;
  int r = trouble_of(walk, head->index, waypoints_pass(walk->waypoints, line, head));
  if (r != 0)
    return r;
  if (known == NULL || known->index != head->index || digest_equal(&known->line, &head->line))
    return 0;
  return trouble(walk, head->index,
                 "line %" NUMBER
                 " is another than the head that was noted says: the journal was written anew, up "
                 "to there at some place",
                 head->index);
}

static int follow(Walk *walk, const ChainLine *line) {
  Head *head = &walk->ret->head;
  gint64 expected = head->index + 1;
  switch (chain_follow(head, line)) {
  case CHAIN_GAP:
    if (line->index - expected == 1)
      return trouble(walk, expected, "line %" NUMBER " was dropped: line %" NUMBER " stands in its place",
                     expected, line->index);
    return trouble(walk, expected, "lines %" NUMBER " to %" NUMBER " were dropped", expected,
                   line->index - 1);
  case CHAIN_BACK:
    return trouble(walk, line->index, "line %" NUMBER " stands twice, or too late: after line %" NUMBER,
                   line->index, head->index);
  case CHAIN_BROKEN:
    return trouble_broken(walk, line);
  default:
    return 0;
  }
}

static int compare_entry(Walk *walk, const ChainLine *line, const Digest *found) {
  if (!digest_equal(found, &line->commitment))
    return trouble(walk, line->index, "entry %" NUMBER " was edited: its text does not match its commitment",
                   line->index);
  walk->entry_index = line->index;
  walk->ret->entries++;
  return 0;
}

/* All lines are read; HEAD says where they should have ended. */
static int compare_end(Walk *walk, const Head *head, const char *whose) {
  const Head *reached = &walk->ret->head;
  if (reached->index < head->index)
    return trouble(walk, reached->index + 1,
                   "the end was cut off: the chain ends at line %" NUMBER ", but %s names line %" NUMBER,
                   reached->index, whose, head->index);
  return 0;
}

static int compare_last_waypoint(Walk *walk) {
  const Head *reached = &walk->ret->head;
  return trouble_of(walk, reached->index + 1, waypoints_end(walk->waypoints, reached));
}

/* What is wrong with the signed heads themselves. */
static int compare_waypoints(Walk *walk) {
  return trouble_of(walk, walk->waypoints->bad, g_steal_pointer(&walk->waypoints->trouble));
}

static void begin(Walk *walk, Verified *ret, const Head *known, Waypoints *waypoints) {
  memset(ret, 0, sizeof *ret);
  chain_start(&ret->head);
  *walk = (Walk){.ret = ret, .known = known, .waypoints = waypoints};
}

/* ---- a folder -------------------------------------------------------------------------------------- */

typedef struct {
  Walk walk;
  const char *folder;
  FILE *chain, *entries;
  char text[2 * CHAIN_LINE_SIZE]; /* the line that was read last; a longer one comes in pieces, none of them
                                     right */
  gint64 next_entry;              /* the index of the entry that entries.txt stands before; 0 at its end */
  gsize next_bytes;
} Reader;

static int open_file(const char *folder, const char *name, FILE **ret, GError **error) {
  g_autofree char *path = g_build_filename(folder, name, NULL);
  *ret = fopen(path, "re");
  if (*ret != NULL)
    return 0;
  if (errno == ENOENT)
    return fault(error, FAULT_ABSENT,
                 "%s: there is no such file; name a folder that `valise log export` wrote", path);
  return fault_errno(error, errno, "%s: cannot be read", path);
}

/* A line of FILE with its LF: its length, 0 at the end, -1 for a fault. */
static gssize read_text(Reader *reader, FILE *file, GError **error) {
  reader->text[0] = '\0';
  if (fgets(reader->text, sizeof reader->text, file) == NULL && ferror(file)) {
    fault_errno(error, errno, "%s: cannot be read", reader->folder);
    return -1;
  }
  return (gssize)strlen(reader->text);
}

/* Reads "entry INDEX BYTES\n". */
static int read_entry_header(Reader *reader, GError **error) {
  gssize n = read_text(reader, reader->entries, error);
  if (n < 0)
    return FAULT_SYSTEM;
  gint64 before = reader->next_entry;
  reader->next_entry = 0;
  if (n == 0)
    return 0;
  gint64 index;
  unsigned bytes;
  int used = 0;
  if (sscanf(reader->text, "entry %18" SCNd64 " %7u%n", &index, &bytes, &used) != 2 || used != n - 1 ||
      reader->text[n - 1] != '\n' || bytes > ENTRY_BYTES_MAX)
    return trouble(&reader->walk, before + 1, "entries.txt is damaged after entry %" NUMBER, before);
  if (index <= before)
    return trouble(&reader->walk, index, "entry %" NUMBER " stands out of its order, after entry %" NUMBER,
                   index, before);
  reader->next_entry = index;
  reader->next_bytes = bytes;
  return 0;
}

static int check_entry(Reader *reader, const ChainLine *line, GError **error) {
  if (reader->next_entry != line->index)
    return 0;
  g_autofree char *bytes = g_malloc(reader->next_bytes + 1);
  if (fread(bytes, 1, reader->next_bytes, reader->entries) != reader->next_bytes) {
    if (ferror(reader->entries))
      return fault_errno(error, errno, "%s/entries.txt: cannot be read", reader->folder);
    return trouble(&reader->walk, line->index, "entry %" NUMBER " was cut off", line->index);
  }
  Digest found = digest_of(bytes, reader->next_bytes);
  int r = compare_entry(&reader->walk, line, &found);
  return r != 0 ? r : read_entry_header(reader, error);
}

/* After a gap: do the lines that are wanted stand later? Then they were moved, not dropped. */
static int look_for_moved(Reader *reader, gint64 wanted, GError **error) {
  gssize n;
  while ((n = read_text(reader, reader->chain, error)) > 0) {
    ChainLine line;
    if (!chain_read(reader->text, (gsize)n, &line) || line.index != wanted)
      continue;
    verified_clear(reader->walk.ret);
    return trouble(&reader->walk, wanted, "the lines were reordered: line %" NUMBER " stands further down",
                   wanted);
  }
  return n < 0 ? FAULT_SYSTEM : JOURNAL_NOT_INTACT;
}

static int check_line(Reader *reader, gsize length, GError **error) {
  ChainLine line;
  gint64 expected = reader->walk.ret->head.index + 1;
  if (!chain_read(reader->text, length, &line))
    return trouble(&reader->walk, expected, "line %" NUMBER " was edited: it is no line of a chain",
                   expected);
  int r = follow(&reader->walk, &line);
  if (r != 0)
    return line.index > expected ? look_for_moved(reader, expected, error) : r;
  r = check_entry(reader, &line, error);
  return r != 0 ? r : compare_known(&reader->walk, &line);
}

static int check_own_head(Reader *reader, GError **error) {
  FILE *file = NULL;
  int r = open_file(reader->folder, "HEAD", &file, error);
  if (r < 0)
    return r;
  gssize n = read_text(reader, file, error);
  fclose(file);
  if (n < 0)
    return FAULT_SYSTEM;
  Walk *walk = &reader->walk;
  Head *reached = &walk->ret->head, own;
  char *gap = n > 0 ? strchr(reader->text, ' ') : NULL;
  if (gap != NULL)
    *gap = ':';
  if (gap == NULL || head_parse(g_strchomp(reader->text), &own, NULL) < 0)
    return trouble(walk, reached->index, "the file HEAD was edited: it names no line");
  r = compare_end(walk, &own, "the file HEAD");
  if (r == 0 && (own.index != reached->index || !digest_equal(&own.line, &reached->line)))
    return trouble(walk, MIN(own.index, reached->index),
                   "the file HEAD names line %" NUMBER
                   " by a digest that this chain does not have at its end, line "
                   "%" NUMBER,
                   own.index, reached->index);
  return r;
}

static int check_folder(Reader *reader, GError **error) {
  int r = read_entry_header(reader, error);
  gssize n = 0;
  while (r == 0 && (n = read_text(reader, reader->chain, error)) > 0)
    r = check_line(reader, (gsize)n, error);
  if (r != 0 || n < 0)
    return r != 0 ? r : FAULT_SYSTEM;
  Walk *walk = &reader->walk;
  if (walk->known != NULL)
    r = compare_end(walk, walk->known, "the head that was noted");
  if (r == 0)
    r = check_own_head(reader, error);
  if (r == 0)
    r = compare_last_waypoint(walk);
  if (r == 0 && reader->next_entry != 0)
    r = trouble(walk, reader->next_entry, "entry %" NUMBER " has no line in chain.txt", reader->next_entry);
  return r;
}

int journal_verify_folder(const char *folder, const Head *known, Verified *ret, GError **error) {
  g_autoptr(Waypoints) waypoints = waypoints_new();
  Reader reader = {.folder = folder};
  begin(&reader.walk, ret, known, waypoints);
  int r = open_file(folder, "chain.txt", &reader.chain, error);
  if (r == 0)
    r = open_file(folder, "entries.txt", &reader.entries, error);
  if (r == 0)
    r = waypoints_read_folder(waypoints, folder, error);
  if (r == 0)
    r = compare_waypoints(&reader.walk);
  if (r == 0)
    r = check_folder(&reader, error);
  if (reader.chain != NULL)
    fclose(reader.chain);
  if (reader.entries != NULL)
    fclose(reader.entries);
  return r;
}

/* ---- the live database ----------------------------------------------------------------------------- */

typedef struct {
  Walk walk;
  GString *canonical;
} Live;

static int check_row(const ChainRow *row, gpointer data, GError **error) {
  (void)error;
  Live *live = data;
  int r = follow(&live->walk, &row->line);
  if (r == 0 && !row->erased) {
    entry_canonical(&row->content, live->canonical);
    Digest found = digest_of(live->canonical->str, live->canonical->len);
    r = compare_entry(&live->walk, &row->line, &found);
  }
  return r != 0 ? r : compare_known(&live->walk, &row->line);
}

static int compare_live_head(Walk *walk, const Head *head) {
  int r = compare_end(walk, head, "the running daemon");
  if (r == 0 && !digest_equal(&head->line, &walk->ret->head.line))
    return trouble(walk, head->index,
                   "line %" NUMBER
                   " is another than the running daemon wrote: the database was changed behind it",
                   head->index);
  return r;
}

int journal_verify_store(Journal *journal, Store *store, const Head *known, Verified *ret, GError **error) {
  g_autoptr(Waypoints) waypoints = waypoints_new();
  Live live = {.canonical = g_string_new(NULL)};
  Head head;
  begin(&live.walk, ret, known, waypoints);
  int r = waypoints_read_store(waypoints, store, error);
  journal_head(journal, &head);
  if (r == 0)
    r = compare_waypoints(&live.walk);
  if (r == 0)
    r = chain_rows_each(store, head.index, check_row, &live, error);
  if (r == 0)
    r = compare_live_head(&live.walk, &head);
  if (r == 0 && known != NULL)
    r = compare_end(&live.walk, known, "the head that was noted");
  if (r == 0)
    r = compare_last_waypoint(&live.walk);
  g_string_free(live.canonical, TRUE);
  return r;
}
