/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * sign_bench.c - signed texts a second, beside plain loops of gpg over the same text
 *
 *     sign_bench [SIGNATURES PER THREAD [ROUNDS]]
 *
 * In each round both sign with as many threads or loops as there are processors, one after the other, by the
 * same Ed25519 key with a passphrase in the same home. Processor seconds are those of this program, of gpg
 * and of the agent.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/fault.h"
#include "base/file.h"
#include "sign/signer.h"

#define TEXT_SIZE  4096
#define PASSPHRASE "words for a measurement"
#define GPG        "gpg --homedir %s --batch --quiet --no-tty --pinentry-mode loopback --passphrase-file %s/p "

static char *folder, *home_path;
static int each = 100, threads;

static void run(const char *line) {
  if (system(line) != 0) { /* NOLINT(cert-env33-c,concurrency-mt-unsafe): our own line, before any thread */
    fprintf(stderr, "failed: %s\n", line);
    exit(1);
  }
}

static double seconds_of(struct timeval t) {
  return (double)t.tv_sec + (double)t.tv_usec / 1e6;
}

/* Ticks of the agents that were started for our home. */
static double agents_seconds(void) {
  g_autofree char *line = g_strdup_printf(
      "for p in $(pgrep -f 'gpg-agent --homedir %s'); do cut -d' ' -f14,15 /proc/$p/stat; done", home_path);
  FILE *pipe = popen(line, "r"); /* NOLINT(cert-env33-c): our own line */
  long user = 0, system_time = 0, all = 0;
  while (pipe != NULL && fscanf(pipe, "%ld %ld", &user, &system_time) == 2)
    all += user + system_time;
  if (pipe != NULL)
    pclose(pipe);
  return (double)all / (double)sysconf(_SC_CLK_TCK);
}

/* gpgme's programs are children of children: as their subreaper we wait for them, and so they count. */
static double processor_seconds(void) {
  struct rusage self, children;
  while (waitpid(-1, NULL, WNOHANG) > 0)
    ;
  getrusage(RUSAGE_SELF, &self);
  getrusage(RUSAGE_CHILDREN, &children);
  return seconds_of(self.ru_utime) + seconds_of(self.ru_stime) + seconds_of(children.ru_utime) +
         seconds_of(children.ru_stime) + agents_seconds();
}

static gpointer sign_some(gpointer signer) {
  char text[TEXT_SIZE];
  memset(text, 'x', sizeof text);
  for (int i = 0; i < each; i++) {
    g_auto(Signature) signature = {0};
    g_autoptr(GError) error = NULL;
    if (signer_sign(signer, text, sizeof text, &signature, &error) < 0) {
      fprintf(stderr, "%s\n", error->message);
      exit(1);
    }
  }
  return NULL;
}

static void sign_by_valise(Signer *signer) {
  g_autofree GThread **workers = g_new(GThread *, threads);
  for (int i = 0; i < threads; i++)
    workers[i] = g_thread_new("sign", sign_some, signer);
  for (int i = 0; i < threads; i++)
    g_thread_join(workers[i]);
}

static void sign_by_loops(void) {
  g_autofree char *line =
      g_strdup_printf("for t in $(seq %d); do (for i in $(seq %d); do " GPG
                      "--yes --armor --detach-sign -o /dev/null %s/text || kill $$; done) & done; wait",
                      threads, each, home_path, folder, folder);
  run(line);
}

static void measure(const char *name, Signer *signer, double *rate) {
  double processor = processor_seconds();
  gint64 begun = g_get_monotonic_time();
  if (signer != NULL)
    sign_by_valise(signer);
  else
    sign_by_loops();
  double n = (double)each * threads, wall = (double)(g_get_monotonic_time() - begun) / 1e6;
  *rate = n / wall;
  printf("%-12s %7.1f signatures a second, %.2f processor seconds per 1,000\n", name, *rate,
         (processor_seconds() - processor) * 1000 / n);
}

static void prepare(void) {
  char text[TEXT_SIZE];
  memset(text, 'x', sizeof text);
  g_autofree char *text_path = g_build_filename(folder, "text", NULL),
                  *words = g_build_filename(folder, "p", NULL);
  if (file_write_whole(text_path, text, sizeof text, 0600, NULL) < 0 ||
      file_write_whole(words, PASSPHRASE, strlen(PASSPHRASE), 0600, NULL) < 0)
    exit(1);
  g_autofree char *line =
      g_strdup_printf(GPG "--quick-gen-key 'Bench <bench@forum.example>' ed25519 sign 1d", home_path, folder);
  run(line);
}

int main(int argc, char **argv) {
  g_autoptr(GError) error = NULL;
  g_autoptr(Home) home = NULL;
  g_autoptr(Signer) signer = NULL;
  int rounds = argc > 2 ? (int)g_ascii_strtoll(argv[2], NULL, 10) : 5;
  each = argc > 1 ? (int)g_ascii_strtoll(argv[1], NULL, 10) : each;
  threads = (int)g_get_num_processors();
  folder = g_dir_make_tmp("vb-XXXXXX", NULL);
  home_path = g_build_filename(folder, "k", NULL);
  prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0);
  if (home_init(&error) < 0 || home_open(home_path, HOME_OURS, &home, &error) < 0) {
    fprintf(stderr, "%s\n", error->message);
    return 1;
  }
  prepare();
  if (signer_open(home, "bench@forum.example", PASSPHRASE, &signer, &error) < 0) {
    fprintf(stderr, "%s\n", error->message);
    return 1;
  }
  for (int i = 0; i < rounds; i++) {
    double ours = 0, loops = 0;
    measure("valise", signer, &ours);
    measure("gpg loops", NULL, &loops);
    printf("of gpg loops %7.2f\n", ours / loops);
  }
  g_clear_pointer(&signer, signer_close);
  g_clear_pointer(&home, home_close);
  g_autofree char *line = g_strdup_printf("rm -rf %s", folder);
  run(line);
  g_free(folder);
  g_free(home_path);
  return 0;
}
