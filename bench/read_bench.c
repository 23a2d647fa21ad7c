/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * read_bench.c - messages a second: from bytes to a verdict, in this process and through the process that
 * reads
 *
 *   read_bench [SECONDS [FOLDER]...]     each FOLDER holds messages, one a file (*.eml); tests/corpora if
 * none is named. `taskset -c 0 read_bench` measures one core for both processes
 */
#include <glib.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

#include "base/log.h"
#include "base/moment.h"
#include "inbound/read.h"
#include "run/reader.h"
#include "run/role.h"

typedef int Judge(gpointer data, GBytes *bytes, Verdict **ret);

static int here(G_GNUC_UNUSED gpointer data, GBytes *bytes, Verdict **ret) {
  *ret = read_message(bytes, NULL);
  return 0;
}

static int there(gpointer data, GBytes *bytes, Verdict **ret) {
  const ReaderPort *port = data;
  return port->read(port->self, bytes, ret, NULL);
}

static void add_folder(GPtrArray *to, const char *folder) {
  g_autoptr(GDir) dir = g_dir_open(folder, 0, NULL);
  for (const char *name; dir != NULL && (name = g_dir_read_name(dir)) != NULL;) {
    g_autofree char *path = g_build_filename(folder, name, NULL);
    char *text = NULL;
    gsize size = 0;
    if (g_str_has_suffix(name, ".eml") && g_file_get_contents(path, &text, &size, NULL))
      g_ptr_array_add(to, g_bytes_new_take(text, size));
  }
}

static double processor_seconds(void) {
  struct rusage own;
  getrusage(RUSAGE_SELF, &own);
  return (double)own.ru_utime.tv_sec + (double)own.ru_stime.tv_sec +
         (double)(own.ru_utime.tv_usec + own.ru_stime.tv_usec) / 1e6;
}

static void measure(const char *name, const GPtrArray *messages, gint64 seconds, Judge *judge,
                    gpointer data) {
  gint64 begun = g_get_monotonic_time(), until = begun + seconds * SECOND;
  double processor = processor_seconds();
  guint64 done = 0, octets = 0, quarantined = 0;
  for (guint i = 0; g_get_monotonic_time() < until; i = (i + 1) % messages->len) {
    g_autoptr(Verdict) verdict = NULL;
    quarantined += judge(data, messages->pdata[i], &verdict) != 0;
    octets += g_bytes_get_size(messages->pdata[i]);
    done++;
  }
  double took = (double)(g_get_monotonic_time() - begun) / SECOND;
  printf("%-22s %8.0f messages a second, %6.1f MB a second, %.3f ms of this process's processor each%s\n",
         name, (double)done / took, (double)octets / took / 1e6,
         (processor_seconds() - processor) * 1000 / (double)done,
         quarantined > 0 ? ", SOME IN QUARANTINE" : "");
}

int main(int argc, char **argv) {
  if (argc == 3 && strcmp(argv[1], "--role") == 0)
    return role_main(argv[2]);
  g_autoptr(GPtrArray) messages = g_ptr_array_new_with_free_func((GDestroyNotify)g_bytes_unref);
  gint64 seconds = argc > 1 ? g_ascii_strtoll(argv[1], NULL, 10) : 10;
  for (int i = 2; i < argc; i++)
    add_folder(messages, argv[i]);
  if (argc <= 2) {
    add_folder(messages, "tests/corpora/dispositions");
    add_folder(messages, "tests/corpora/automatic");
  }
  if (messages->len == 0 || seconds <= 0) {
    fputs("read_bench: no messages; name a folder of *.eml, or run it at the top of the source\n", stderr);
    return 2;
  }
  printf("%u messages\n", messages->len);
  measure("in this process", messages, seconds, here, NULL);
  g_autoptr(Reader) reader = reader_new(READER_PATIENCE);
  ReaderPort port = reader_port(reader);
  measure("through the process", messages, seconds, there, &port);
  return 0;
}
