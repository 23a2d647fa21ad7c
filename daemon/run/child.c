/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "run/child.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/fault.h"
#include "base/log.h"
#include "base/moment.h"
#include "run/role.h"

#define PROGRAM      "/proc/self/exe" /* the very program that runs, even after its file was replaced */
#define FIRST_WAIT   (SECOND / 10)
#define LONGEST_WAIT MINUTE
#define FAREWELL     (3 * SECOND) /* what a process is given to end by itself */

struct Child {
  const char *role;
  GThread *keeper;
  GMutex lock;
  GCond changed;
  /* under LOCK */
  pid_t pid; /* 0: none that could be signalled */
  int fd;    /* our end; -1 for none. Closed by the keeper alone, and only while nobody talks */
  gboolean talking, stop;
  gboolean useless; /* it was told to end, and nobody is to talk to it any more */
  guint64 life, deaths;
  guint in_a_row; /* deaths since something was heard to its end */
  gint64 again;   /* monotonic: when the next is started; 0 while one runs */
  char ended[sizeof((ChildState){0}).ended];
};

/* ---- starting ------------------------------------------------------------------------------------ */

/* What a process needs of the environment: a language of its messages, where its log goes, and in a build
 * with sanitizers what those are told. */
static char **environment_new(void) {
  static const char *const passed[] = {"JOURNAL_STREAM",
#ifdef VALISE_TEST_HOOKS
                                       "ASAN_OPTIONS", "UBSAN_OPTIONS", "LSAN_OPTIONS", "TSAN_OPTIONS"
#endif
  };
  char **environment = g_environ_setenv(NULL, "LANG", "C.UTF-8", TRUE);
  for (gsize i = 0; i < G_N_ELEMENTS(passed); i++) {
    const char *value = g_getenv(passed[i]);
    if (value != NULL)
      environment = g_environ_setenv(environment, passed[i], value, TRUE);
  }
  return environment;
}

/* The daemon waits for its signals with the mask of all its threads; the process begins without one. */
static int spawn_attributes(posix_spawnattr_t *attributes) {
  sigset_t none, all;
  sigemptyset(&none);
  sigfillset(&all);
  int r = posix_spawnattr_init(attributes);
  if (r == 0)
    r = posix_spawnattr_setsigmask(attributes, &none);
  if (r == 0)
    r = posix_spawnattr_setsigdefault(attributes, &all);
  if (r == 0)
    r = posix_spawnattr_setflags(attributes, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
  return r;
}

static int spawn_files(posix_spawn_file_actions_t *files, int theirs) {
  int r = posix_spawn_file_actions_init(files);
  if (r == 0)
    r = posix_spawn_file_actions_adddup2(files, theirs, ROLE_SOCKET);
  if (r == 0)
    r = posix_spawn_file_actions_addopen(files, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
  if (r == 0)
    r = posix_spawn_file_actions_addopen(files, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
  if (r == 0)
    r = posix_spawn_file_actions_addclosefrom_np(files, ROLE_SOCKET + 1);
  return r;
}

static int spawn(const char *role, int theirs, pid_t *ret, GError **error) {
  g_autofree char *name = g_strdup(role);
  char program[] = "valised", option[] = "--role";
  char *arguments[] = {program, option, name, NULL};
  g_auto(GStrv) environment = environment_new();
  posix_spawnattr_t attributes;
  posix_spawn_file_actions_t files;
  int r = spawn_attributes(&attributes);
  if (r == 0)
    r = spawn_files(&files, theirs);
  if (r == 0) {
    r = posix_spawn(ret, PROGRAM, &files, &attributes, arguments, environment);
    posix_spawn_file_actions_destroy(&files);
    posix_spawnattr_destroy(&attributes);
  }
  return r == 0 ? 0 : fault_errno(error, r, "the process `valised --role %s` cannot be started", role);
}

static int start(Child *child, int *ret_fd, pid_t *ret_pid, GError **error) {
  int pair[2];
  if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) < 0)
    return fault_errno(error, errno, "no socket for the process `valised --role %s`", child->role);
  int r = spawn(child->role, pair[1], ret_pid, error);
  close(pair[1]);
  if (r < 0)
    close(pair[0]);
  else
    *ret_fd = pair[0];
  return r;
}

/* ---- the keeper ---------------------------------------------------------------------------------- */

static gint64 wait_after(guint in_a_row) {
  return in_a_row <= 1 ? 0 : MIN(FIRST_WAIT << MIN(in_a_row - 2, 16), LONGEST_WAIT);
}

static void note_death(Child *child, const char *how) {
  g_autofree char *deaths = g_strdup_printf("%" G_GUINT64_FORMAT, child->deaths + 1);
  child->deaths++;
  child->in_a_row++;
  child->again = g_get_monotonic_time() + wait_after(child->in_a_row);
  g_strlcpy(child->ended, how, sizeof child->ended);
  log_line(LOG_LEVEL_WARNING, "a process of the daemon has ended; another one is started", "role",
           child->role, "how", how, "so far", deaths, NULL);
}

static char *how_it_ended(const siginfo_t *info) {
  return info->si_code == CLD_EXITED ? g_strdup_printf("status %d", info->si_status)
                                     : g_strdup_printf("signal %d", info->si_status);
}

/* Its id stays its own until it is reaped, and that happens under the lock: so that nobody signals another
 * process which got the same id. */
static void watch(Child *child, pid_t pid) {
  siginfo_t info = {0};
  int r;
  do
    r = waitid(P_PID, (id_t)pid, &info, WEXITED | WNOWAIT);
  while (r < 0 && errno == EINTR);
  g_autofree char *how = how_it_ended(&info);
  g_mutex_lock(&child->lock);
  while (waitpid(pid, NULL, 0) < 0 && errno == EINTR)
    ;
  child->pid = 0;
  child->useless = FALSE;
  if (!child->stop)
    note_death(child, how);
  g_cond_broadcast(&child->changed);
  while (child->talking)
    g_cond_wait(&child->changed, &child->lock);
  close(child->fd);
  child->fd = -1;
  g_mutex_unlock(&child->lock);
}

/* Under the lock. */
static void end_by_id(Child *child) {
  if (child->pid > 0)
    kill(child->pid, SIGKILL);
}

/* FALSE when it shall not be started any more. */
static gboolean wait_for_turn(Child *child) {
  g_mutex_lock(&child->lock);
  while (!child->stop && g_get_monotonic_time() < child->again)
    g_cond_wait_until(&child->changed, &child->lock, child->again);
  gboolean go = !child->stop;
  g_mutex_unlock(&child->lock);
  return go;
}

static void run_once(Child *child) {
  g_autoptr(GError) error = NULL;
  int fd = -1;
  pid_t pid = 0;
  int r = start(child, &fd, &pid, &error);
  g_mutex_lock(&child->lock);
  child->life++;
  if (r < 0)
    note_death(child, error->message);
  else {
    child->fd = fd;
    child->pid = pid;
    child->again = 0;
    /* A stop that came meanwhile has found nothing to end. */
    if (child->stop)
      end_by_id(child);
  }
  g_cond_broadcast(&child->changed);
  g_mutex_unlock(&child->lock);
  if (r == 0)
    watch(child, pid);
}

static gpointer keep(gpointer data) {
  Child *child = data;
  while (wait_for_turn(child))
    run_once(child);
  return NULL;
}

Child *child_new(const char *role) {
  Child *child = g_new0(Child, 1);
  child->role = role;
  child->fd = -1;
  g_mutex_init(&child->lock);
  g_cond_init(&child->changed);
  child->keeper = g_thread_new(role, keep, child);
  return child;
}

/* ---- its end ------------------------------------------------------------------------------------- */

void child_stop(Child *child) {
  g_mutex_lock(&child->lock);
  gint64 until = g_get_monotonic_time() + FAREWELL;
  child->stop = TRUE;
  if (child->fd >= 0)
    shutdown(child->fd, SHUT_RDWR);
  g_cond_broadcast(&child->changed);
  while (child->pid > 0 && g_cond_wait_until(&child->changed, &child->lock, until))
    ;
  end_by_id(child);
  g_mutex_unlock(&child->lock);
  g_clear_pointer(&child->keeper, g_thread_join);
}

void child_free(Child *child) {
  if (child == NULL)
    return;
  if (child->keeper != NULL)
    child_stop(child);
  g_cond_clear(&child->changed);
  g_mutex_clear(&child->lock);
  g_free(child);
}

/* ---- talking to it ------------------------------------------------------------------------------- */

static gboolean wait_until(Child *child, gint64 until) {
  if (until != 0)
    return g_cond_wait_until(&child->changed, &child->lock, until);
  g_cond_wait(&child->changed, &child->lock);
  return TRUE;
}

int child_enter(Child *child, gint64 until, int *ret_fd, guint64 *ret_life, GError **error) {
  g_mutex_lock(&child->lock);
  gboolean in_time = TRUE;
  while (in_time && !child->stop && (child->talking || child->useless || child->pid == 0))
    in_time = wait_until(child, until);
  gboolean entered = !child->stop && !child->talking && !child->useless && child->pid > 0;
  if (entered) {
    child->talking = TRUE;
    *ret_fd = child->fd;
    *ret_life = child->life;
  }
  gboolean stopped = child->stop;
  g_mutex_unlock(&child->lock);
  if (entered)
    return 0;
  return fault(error, FAULT_BUSY, "the process `valised --role %s` %s", child->role,
               stopped ? "has been stopped" : "does not run, or is busy; try again later");
}

void child_leave(Child *child, gboolean usable) {
  g_mutex_lock(&child->lock);
  child->talking = FALSE;
  if (usable)
    child->in_a_row = 0;
  else {
    child->useless = child->pid > 0;
    end_by_id(child);
  }
  g_cond_broadcast(&child->changed);
  g_mutex_unlock(&child->lock);
}

ChildState child_state(Child *child) {
  ChildState state = {0};
  g_mutex_lock(&child->lock);
  state.running = child->pid > 0;
  state.stopped = child->stop;
  state.pid = child->pid;
  state.starts = child->life;
  state.deaths = child->deaths;
  if (child->again != 0)
    state.wait = MAX(child->again - g_get_monotonic_time(), 0);
  g_strlcpy(state.ended, child->ended, sizeof state.ended);
  g_mutex_unlock(&child->lock);
  return state;
}
