/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sign/home.h"

#include <locale.h>
#include <signal.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/fault.h"
#include "base/file.h"
#include "sign/operation.h"

#define PATIENCE      (30 * SECOND)
#define GPGME_LEAST   "1.18.0"
#define CMDLINE_MAX   8192
#define FOLDERS_MAX   50            /* in one home; gpg makes four */
#define LOOK_FOR_MORE (60 * SECOND) /* how long the watcher sleeps when nothing is under way */

/* What gpg reads at each start. Keys are neither fetched nor believed because somebody names them; SHA-1
 * counts for nothing; a derivation of 65,536 rounds, because the standard one costs half a second for each
 * signature. */
static const char gpg_options[] =
    "no-auto-key-retrieve\nno-auto-key-locate\nno-emit-version\nno-comments\n"
    "personal-digest-preferences SHA512 SHA384 SHA256\ncert-digest-algo SHA512\n"
    "weak-digest SHA1\nweak-digest RIPEMD160\ns2k-count 65536\n";
static const char trust_options[] = "trust-model always\n";
/* The agent keeps no passphrase of its own accord. gpgsm cannot be handed one, so smime_signer gives it to
 * the agent for the time of a signature; should that be cut off in between, it is gone after a minute. Nobody
 * sits here who could be asked whether an authority is to be trusted: trustlist.txt says it. */
static const char agent_options[] =
    "allow-loopback-pinentry\nallow-preset-passphrase\nno-allow-mark-trusted\n"
    "s2k-count 65536\ndefault-cache-ttl 0\nmax-cache-ttl 60\n"
    "no-allow-external-cache\n";
/* No network: neither lists of revoked certificates nor authorities are fetched. All of the chain but its
 * root goes with a signature. */
static const char smime_options[] = "disable-crl-checks\ndisable-trusted-cert-crl-check\ndisable-dirmngr\n"
                                    "include-certs -2\n";

struct Home {
  char *folder;
  gint64 patience;
  GThread *watcher;
  GMutex lock;
  GCond change;
  GQueue operations; /* of Operation, under LOCK */
  GQueue spare;      /* of gpgme_ctx_t for OpenPGP, under LOCK */
  gboolean ending;
};

int home_init(GError **error) {
  if (gpgme_check_version(GPGME_LEAST) == NULL)
    return fault(error, FAULT_SYSTEM, "gpgme is older than " GPGME_LEAST "; install a newer libgpgme11");
  gpgme_set_locale(NULL, LC_CTYPE, "C");
  gpgme_set_locale(NULL, LC_MESSAGES, "C");
  gpgme_error_t failure = gpgme_engine_check_version(GPGME_PROTOCOL_OpenPGP);
  if (failure != 0)
    return fault(error, FAULT_SYSTEM, "gpg cannot be used (%s); install gnupg", gpgme_strerror(failure));
  return 0;
}

/* ---- the agent ---- */

static gboolean is_agent_of(const char *folder, const char *pid) {
  g_autofree char *path = g_build_filename("/proc", pid, "cmdline", NULL);
  g_autoptr(GBytes) bytes = NULL;
  if (file_read(path, CMDLINE_MAX, &bytes, NULL) < 0)
    return FALSE;
  gsize size = 0;
  const char *at = g_bytes_get_data(bytes, &size), *end = at + size;
  gboolean agent = FALSE, here = FALSE;
  for (int i = 0; at < end; at += strnlen(at, (gsize)(end - at)) + 1, i++) {
    g_autofree char *word = g_strndup(at, (gsize)(end - at));
    agent = agent || (i == 0 && g_str_has_suffix(word, "gpg-agent"));
    here = here || strcmp(word, folder) == 0;
  }
  return agent && here;
}

/* An agent that does not answer cannot be asked for its number, so it is found by the home that it was
 * started for. */
static void signal_agent(const Home *home, int signal) {
  g_autoptr(GDir) processes = g_dir_open("/proc", 0, NULL);
  for (const char *name; processes != NULL && (name = g_dir_read_name(processes)) != NULL;)
    if (g_ascii_isdigit(*name) && is_agent_of(home->folder, name))
      kill((pid_t)g_ascii_strtoll(name, NULL, 10), signal);
}

/* ---- the watcher ---- */

/* Under LOCK: cuts off what is late; the moment when the next one will be. */
static gint64 cut_off_late(Home *home, gint64 now) {
  gint64 next = now + LOOK_FOR_MORE;
  for (GList *l = home->operations.head; l != NULL; l = l->next) {
    Operation *operation = l->data;
    if (!operation->late && operation->until <= now) {
      operation->late = TRUE;
      gpgme_cancel_async(operation->context);
      signal_agent(home, SIGKILL);
    }
    if (!operation->late)
      next = MIN(next, operation->until);
  }
  return next;
}

static gpointer watch(gpointer data) {
  Home *home = data;
  g_mutex_lock(&home->lock);
  while (!home->ending)
    g_cond_wait_until(&home->change, &home->lock, cut_off_late(home, g_get_monotonic_time()));
  g_mutex_unlock(&home->lock);
  return NULL;
}

/* ---- opening ---- */

static int write_options(const char *folder, const char *name, const char *text, GError **error) {
  g_autofree char *path = g_build_filename(folder, name, NULL);
  return file_write_whole(path, text, strlen(text), 0600, error);
}

static int prepare(const char *folder, enum home_use use, GError **error) {
  struct stat st;
  if (strlen(folder) > HOME_PATH_MAX)
    return fault(error, FAULT_INPUT,
                 "%s: is too long a path for a GnuPG home, whose sockets lie in it (at most %d bytes); "
                 "choose a shorter "
                 "state_dir",
                 folder, HOME_PATH_MAX);
  int r = file_make_folder(folder, 0700, error);
  if (r < 0)
    return r;
  if (stat(folder, &st) < 0 || (st.st_mode & 077) != 0)
    return fault(error, FAULT_INPUT, "%s: others may enter it, and keys lie there; say: chmod 700 %s", folder,
                 folder);
  g_autofree char *gpg = g_strconcat(gpg_options, use == HOME_OTHERS ? trust_options : "", NULL);
  r = write_options(folder, "gpg.conf", gpg, error);
  if (r == 0)
    r = write_options(folder, "gpgsm.conf", smime_options, error);
  return r < 0 ? r : write_options(folder, "gpg-agent.conf", agent_options, error);
}

int home_open(const char *folder, enum home_use use, Home **ret, GError **error) {
  int r = prepare(folder, use, error);
  if (r < 0)
    return r;
  Home *home = g_new0(Home, 1);
  home->folder = g_strdup(folder);
  home->patience = PATIENCE;
  g_mutex_init(&home->lock);
  g_cond_init(&home->change);
  g_queue_init(&home->operations);
  g_queue_init(&home->spare);
  home->watcher = g_thread_new("keys", watch, home);
  *ret = home;
  return 0;
}

/* SIGNAL is what its agent gets. */
static void end(Home *home, int signal) {
  g_mutex_lock(&home->lock);
  home->ending = TRUE;
  g_cond_signal(&home->change);
  g_mutex_unlock(&home->lock);
  g_thread_join(home->watcher);
  signal_agent(home, signal);
  g_queue_clear(&home->operations);
  g_queue_clear_full(&home->spare, (GDestroyNotify)gpgme_release);
  g_mutex_clear(&home->lock);
  g_cond_clear(&home->change);
  g_free(home->folder);
  g_free(home);
}

void home_close(Home *home) {
  if (home != NULL)
    end(home, SIGTERM);
}

/* Removes files, and notes folders below in FOLDERS: whatever lies in a link stays where it is. */
static void empty(const char *folder, GPtrArray *folders) {
  g_autoptr(GDir) names = g_dir_open(folder, 0, NULL);
  for (const char *name; names != NULL && (name = g_dir_read_name(names)) != NULL;) {
    g_autofree char *path = g_build_filename(folder, name, NULL);
    struct stat st;
    if (lstat(path, &st) == 0 && S_ISDIR(st.st_mode) && folders->len < FOLDERS_MAX)
      g_ptr_array_add(folders, g_steal_pointer(&path));
    else
      unlink(path);
  }
}

/* An agent that is asked to end removes its sockets later, by name: those of a new home in the same place. */
void home_discard(Home *home, const char *folder) {
  if (home != NULL)
    end(home, SIGKILL);
  g_autoptr(GPtrArray) folders = g_ptr_array_new_with_free_func(g_free);
  g_ptr_array_add(folders, g_strdup(folder));
  for (guint i = 0; i < folders->len; i++)
    empty(g_ptr_array_index(folders, i), folders);
  for (guint i = folders->len; i > 0; i--)
    rmdir(g_ptr_array_index(folders, i - 1));
}

const char *home_folder(const Home *home) {
  return home->folder;
}

void home_set_patience(Home *home, gint64 microseconds) {
  home->patience = microseconds;
}

/* ---- operations ---- */

/* As new, but that it knows its program: a new context asks gpg for its version, at half the price of a
 * signature. Those of gpgsm would keep a process, with a connection to an agent that may be gone: they are
 * not kept. */
static void put_back(Home *home, gpgme_ctx_t context) {
  gpgme_signers_clear(context);
  gpgme_set_armor(context, 0);
  gpgme_set_pinentry_mode(context, GPGME_PINENTRY_MODE_DEFAULT);
  gpgme_set_passphrase_cb(context, NULL, NULL);
  gpgme_set_status_cb(context, NULL, NULL);
  gpgme_set_ctx_flag(context, "full-status", "0");
  g_queue_push_tail(&home->spare, context);
}

static int open_context(Home *home, gpgme_protocol_t protocol, gpgme_ctx_t *ret, GError **error) {
  gpgme_error_t failure = gpgme_new(ret);
  if (failure == 0)
    failure = gpgme_set_protocol(*ret, protocol);
  if (failure == 0)
    failure = gpgme_ctx_set_engine_info(*ret, protocol, NULL, home->folder);
  if (failure != 0) {
    gpgme_release(*ret);
    return fault(error, FAULT_SYSTEM, "%s cannot be asked (%s); see that it is installed",
                 protocol == GPGME_PROTOCOL_OpenPGP ? "gpg" : "gpgsm", gpgme_strerror(failure));
  }
  gpgme_set_offline(*ret, 1);
  return 0;
}

int operation_begin(Operation *operation, Home *home, gpgme_protocol_t protocol, GError **error) {
  *operation = (Operation){.home = home};
  g_mutex_lock(&home->lock);
  operation->context = protocol == GPGME_PROTOCOL_OpenPGP ? g_queue_pop_head(&home->spare) : NULL;
  g_mutex_unlock(&home->lock);
  int r = operation->context == NULL ? open_context(home, protocol, &operation->context, error) : 0;
  if (r < 0)
    return r;
  g_mutex_lock(&home->lock);
  operation->until = g_get_monotonic_time() + home->patience;
  g_queue_push_tail(&home->operations, operation);
  g_cond_signal(&home->change);
  g_mutex_unlock(&home->lock);
  return 0;
}

gint64 operation_patience(const Home *home) {
  return home->patience;
}

void operation_end_agent(const Home *home) {
  signal_agent(home, SIGKILL);
}

gboolean operation_wants_passphrase(gpgme_error_t failure) {
  switch (gpgme_err_code(failure)) {
  case GPG_ERR_CANCELED:
  case GPG_ERR_NO_PASSPHRASE:
  case GPG_ERR_NO_PIN_ENTRY:
  case GPG_ERR_ENOTTY: /* gpgsm's way to say that nobody can be asked */
    return TRUE;
  default:
    return FALSE;
  }
}

static const char *remedy_of(gpgme_error_t failure) {
  if (operation_wants_passphrase(failure))
    return "the key wants a passphrase; name a file with it in passphrase_file";
  switch (gpgme_err_code(failure)) {
  case GPG_ERR_BAD_PASSPHRASE:
    return "the passphrase is not that of the key; correct the file that passphrase_file names";
  case GPG_ERR_NO_SECKEY:
  case GPG_ERR_UNUSABLE_SECKEY:
    return "the secret key is not in the home, or cannot sign";
  case GPG_ERR_CERT_REVOKED:
  case GPG_ERR_KEY_EXPIRED:
  case GPG_ERR_CERT_EXPIRED:
    return "the key is no longer valid; put another in its place";
  case GPG_ERR_NOT_TRUSTED:
  case GPG_ERR_BAD_CERT_CHAIN:
  case GPG_ERR_MISSING_ISSUER_CERT:
  case GPG_ERR_MISSING_CERT:
    return "its certificate leads to no trusted authority; import the authority's certificate and write its "
           "fingerprint into trustlist.txt of the home";
  case GPG_ERR_INV_ENGINE:
  case GPG_ERR_UNSUPPORTED_PROTOCOL:
    return "its program is missing; install gnupg, and gpgsm for S/MIME";
  case GPG_ERR_NO_AGENT:
    return "its agent cannot be started; see that the home is writable and its path short";
  default:
    return "see `valise doctor`";
  }
}

int operation_end(Operation *operation, gpgme_error_t failure, const char *what, GError **error) {
  Home *home = operation->home;
  g_mutex_lock(&home->lock);
  g_queue_remove(&home->operations, operation);
  gboolean late = operation->late;
  if (failure == 0 && !late && gpgme_get_protocol(operation->context) == GPGME_PROTOCOL_OpenPGP)
    put_back(home, g_steal_pointer(&operation->context));
  g_mutex_unlock(&home->lock);
  gpgme_release(operation->context);
  if (failure == 0)
    return 0;
  if (late)
    return fault(error, FAULT_BUSY,
                 "%s: gpg did not answer within %" G_GINT64_FORMAT
                 " seconds and was ended, with its agent; it is started anew at the next try",
                 what, home->patience / SECOND);
  return fault(error, FAULT_RULE, "%s: %s; %s", what, gpgme_strerror(failure), remedy_of(failure));
}
