/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <errno.h>
#include <malloc.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/fault.h"
#include "base/log.h"
#include "config/config_print.h"
#include "run/core_file.h"
#include "run/daemon.h"
#include "run/notify.h"
#include "run/rehearsal.h"
#include "run/role.h"
#include "run/signals.h"

/* WRONG_USAGE is for options and configuration: starting again would not help, so the unit does not. */
enum { EXIT_OK = 0, EXIT_FAILED = 1, EXIT_WRONG_USAGE = 2 };

typedef struct {
  const char *config, *role;
  gboolean check, print_sample, print_reference, version;
} Arguments;

static int usage(const char *complaint) {
  if (complaint != NULL)
    fprintf(stderr, "valised: %s\n", complaint);
  fputs("Usage: valised [--config FILE] [--check]\n"
        "\n"
        "  --config FILE    the configuration (default " CONFIG_DEFAULT_PATH ")\n"
        "  --check          read the configuration, say what is wrong with it, and end\n"
        "  --role NAME      for the daemon itself: become the process that it starts beside it\n"
        "  --print-config   print a sample configuration with every option explained, and end\n"
        "  --print-reference  print the options as the man page has them, and end\n"
        "  --version        print the version, and end\n"
        "\n"
        "Runs in the foreground. SIGTERM stops it in good order, SIGHUP makes it read its configuration "
        "again.\n"
        "Ends with 0 when all went well, 2 for a wrong configuration or wrong usage, 1 when it cannot start "
        "otherwise.\n"
        "See valised(8) and valise.conf(5).\n",
        complaint != NULL ? stderr : stdout);
  return complaint != NULL ? EXIT_WRONG_USAGE : EXIT_OK;
}

/* -1: go on; else the exit status. */
static int read_arguments(int argc, char **argv, Arguments *a) {
  a->config = CONFIG_DEFAULT_PATH;
  for (int i = 1; i < argc; i++) {
    if (strcmp(argv[i], "--config") == 0 && i + 1 < argc)
      a->config = argv[++i];
    else if (g_str_has_prefix(argv[i], "--config="))
      a->config = argv[i] + strlen("--config=");
    else if (strcmp(argv[i], "--role") == 0 && i + 1 < argc)
      a->role = argv[++i];
    else if (strcmp(argv[i], "--check") == 0)
      a->check = TRUE;
    else if (strcmp(argv[i], "--print-config") == 0)
      a->print_sample = TRUE;
    else if (strcmp(argv[i], "--print-reference") == 0)
      a->print_reference = TRUE;
    else if (strcmp(argv[i], "--version") == 0)
      a->version = TRUE;
    else if (strcmp(argv[i], "--help") == 0)
      return usage(NULL);
    else {
      g_autofree char *complaint = g_strdup_printf("%s is no option, or its value is missing", argv[i]);
      return usage(complaint);
    }
  }
  return -1;
}

static int complain(const GError *error, int status) {
  fprintf(stderr, "valised: %s\n", error->message);
  return status;
}

static int check(const char *path) {
  g_autoptr(GError) error = NULL;
  g_autoptr(Config) config = NULL;
  if (config_load(path, &config, &error) < 0)
    return complain(error, EXIT_WRONG_USAGE);
  printf("%s: all is well\n", path);
  return EXIT_OK;
}

static void reload(Daemon *daemon, const char *path) {
  g_autoptr(GError) error = NULL;
  Config *next = NULL;
  notify_reloading();
  if (config_load(path, &next, &error) < 0 || daemon_reload(daemon, next, &error) < 0)
    log_fault("the configuration was not taken; the former one stays in use", error);
  else
    log_line(LOG_LEVEL_NOTICE, "the configuration was read again", NULL);
  notify_ready("running");
}

/* The watchdog is told that we live only after the threads were seen to move. */
static void serve(Daemon *daemon, const char *path) {
  gint64 watchdog = notify_watchdog();
  for (;;) {
    enum signal_event event = signals_wait(watchdog > 0 ? watchdog / 3 : -1);
    if (event == SIGNAL_STOP)
      return;
    if (event == SIGNAL_RELOAD)
      reload(daemon, path);
    if (daemon_is_well(daemon))
      notify_alive();
  }
}

static int run(const char *path) {
  g_autoptr(GError) error = NULL;
  Config *config = NULL;
  Daemon *daemon = NULL;
  if (config_load(path, &config, &error) < 0)
    return complain(error, EXIT_WRONG_USAGE);
  if (daemon_open(config, &daemon, &error) < 0)
    return complain(error, EXIT_FAILED);
  notify_ready("running");
  log_line(LOG_LEVEL_NOTICE, "valised runs", "version", VALISE_VERSION, "mode",
           rehearsal_is_on(config) ? "rehearsal (nothing leaves)" : "live", NULL);
  serve(daemon, path);
  notify_stopping("waiting for messages under way");
  daemon_close(daemon);
  log_line(LOG_LEVEL_NOTICE, "valised has stopped", NULL);
  return EXIT_OK;
}

/* One courier loads claims for all, and the others free them: the C library would return that memory to the
 * kernel and ask for it again, hundreds of times a second, each time under the lock of all threads. */
static void keep_freed_memory(void) {
  mallopt(M_TRIM_THRESHOLD, 1024 * 1024); /* NOLINT(concurrency-mt-unsafe): main is alone so far */
}

int main(int argc, char **argv) {
  Arguments arguments = {0};
  int status = read_arguments(argc, argv, &arguments);
  if (status >= 0)
    return status;
  if (arguments.role != NULL)
    return role_main(arguments.role);
  if (arguments.version) {
    puts("valised " VALISE_VERSION);
    return EXIT_OK;
  }
  if (arguments.print_sample || arguments.print_reference) {
    g_autofree char *text = arguments.print_sample ? config_print_sample() : config_print_reference();
    fputs(text, stdout);
    return EXIT_OK;
  }
  if (arguments.check)
    return check(arguments.config);
  umask(077);
#ifndef __SANITIZE_ADDRESS__ /* the leak checker looks into its own process */
  core_file_forbid();
#endif
  keep_freed_memory();
  signals_block();
  notify_init();
  return run(arguments.config);
}
