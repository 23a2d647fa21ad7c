/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * store_sqlite.c - the driver for SQLite
 *
 * Not memory-mapped: an I/O error on a mapping is a SIGBUS for the whole daemon, on a read it is a fault.
 * Caches are small because the daemon's anonymous memory is: the kernel's page cache holds the file anyway.
 */
#include "store/store.h"

#include <errno.h>
#include <fcntl.h>
#include <sqlite3.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#include "base/digest.h"
#include "base/fault.h"
#include "base/file.h"
#include "store/driver.h"

#define BUSY_MILLISECONDS 5000
#define WRITER_CACHE_KIB  8192
#define READER_CACHE_KIB  1024
/* Pages in the write-ahead log at which a commit also moves them into the database. */
#define CHECKPOINT_PAGES 4000
/* The log's file is cut to this size when it starts anew. */
#define LOG_FILE_BYTES (32 * 1024 * 1024)
/* Statements kept at rest on a link, beyond which the one unused longest goes. */
#define STATEMENTS_AT_REST 96
/* Places of the first look-up by the address of the SQL text; a power of two. */
#define QUICK 64

struct Statement {
  sqlite3_stmt *stmt;
  Link *link;
  char *sql;
  int parameters;
  gboolean running, cached;
  GList place; /* in link->rest while cached and at rest */
};

struct Link {
  sqlite3 *db;
  gpointer owner;
  gboolean writes;
  char *path;
  sqlite3_stmt *verbs[VERBS];
  GHashTable *cache; /* SQL text to Statement */
  Statement *quick[QUICK];
  GQueue rest; /* used last first */
};

/* ---- faults --------------------------------------------------------------------------------------- */

static int fault_disk(Link *link, GError **error) {
  int errnum = sqlite3_system_errno(link->db);
  if (errnum == 0)
    return fault(error, FAULT_SYSTEM, "%s: the disk failed (%s); look at the system log", link->path,
                 sqlite3_errmsg(link->db));
  return fault_errno(error, errnum, "%s: the disk failed (%s)", link->path, sqlite3_errmsg(link->db));
}

static int fault_full(Link *link, GError **error) {
  return fault_errno(error, ENOSPC, "%s: cannot be written", link->path);
}

/* Turns the last error of LINK into a fault. */
static int fault_sqlite(Link *link, int rc, GError **error) {
  const char *why = sqlite3_errmsg(link->db);
  switch (rc & 0xff) {
  case SQLITE_CONSTRAINT:
    return fault(error, FAULT_RULE, "%s: a rule of the database refuses this: %s", link->path, why);
  case SQLITE_READONLY:
    if (!link->writes)
      return fault(error, FAULT_RULE, "%s: a link for reading was asked to write; use a unit of work",
                   link->path);
    return fault(error, FAULT_SYSTEM, "%s: cannot be written (%s); check its owner, mode and file system",
                 link->path, why);
  case SQLITE_BUSY:
  case SQLITE_LOCKED:
    return fault(error, FAULT_BUSY, "%s: another program holds the database (%s); try again later",
                 link->path, why);
  case SQLITE_FULL:
    return fault_full(link, error);
  case SQLITE_IOERR:
    return fault_disk(link, error);
  case SQLITE_CORRUPT:
    return fault(error, FAULT_SYSTEM, "%s: the database is damaged (%s); restore it from a backup",
                 link->path, why);
  case SQLITE_NOTADB:
    return fault(error, FAULT_SYSTEM,
                 "%s: this file is no database; move it away or name another in [store] url", link->path);
  case SQLITE_CANTOPEN:
    return fault(error, FAULT_SYSTEM,
                 "%s: the database cannot be opened (%s); check that the folder exists and "
                 "belongs to the daemon",
                 link->path, why);
  default:
    return fault(error, FAULT_SYSTEM, "%s: %s (SQLite %d)", link->path, why, rc);
  }
}

/* ---- one process ---------------------------------------------------------------------------------- */

struct Claim {
  int fd;
};

static int fault_claimed(int fd, const char *path, GError **error) {
  char holder[24] = {0};
  ssize_t n = pread(fd, holder, sizeof holder - 1, 0);
  g_autofree char *folder = g_path_get_dirname(path);
  gint64 process = n > 0 ? g_ascii_strtoll(holder, NULL, 10) : 0;
  if (process > 0)
    return fault(error, FAULT_RULE,
                 "%s: process %" G_GINT64_FORMAT
                 " holds this state directory already; stop it first, or give this daemon a "
                 "state_dir of its own",
                 folder, process);
  return fault(error, FAULT_RULE,
               "%s: another process holds this state directory already; stop it first, or give this daemon a "
               "state_dir of its own",
               folder);
}

static int write_holder(int fd, const char *path, GError **error) {
  g_autofree char *holder = g_strdup_printf("%ld\n", (long)getpid());
  if (ftruncate(fd, 0) != 0)
    return fault_errno(error, errno, "%s: cannot be written", path);
  return file_write_all(fd, holder, strlen(holder), path, error);
}

int driver_claim(const char *path, Claim **ret, GError **error) {
  g_autofree char *lock = g_strconcat(path, ".lock", NULL);
  int fd = open(lock, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
  if (fd < 0)
    return fault_errno(error, errno, "%s: cannot be opened", lock);
  int r = 0;
  if (flock(fd, LOCK_EX | LOCK_NB) != 0)
    r = errno == EWOULDBLOCK ? fault_claimed(fd, path, error)
                             : fault_errno(error, errno, "%s: cannot be locked", lock);
  else
    r = write_holder(fd, lock, error);
  if (r < 0) {
    close(fd);
    return r;
  }
  *ret = g_new(Claim, 1);
  (*ret)->fd = fd;
  return 0;
}

/* The file stays: to remove it would let two processes lock two files of one name. */
void driver_give_up(Claim *claim) {
  if (claim == NULL)
    return;
  close(claim->fd);
  g_free(claim);
}

/* ---- a link --------------------------------------------------------------------------------------- */

/* Without its statistics SQLite needs no lock around each allocation. */
static void configure_library(void) {
  static gsize done = 0;
  if (!g_once_init_enter(&done))
    return;
  sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
  g_once_init_leave(&done, 1);
}

/* SQLite would make the file by the umask alone. */
static int make_file(const char *path, GError **error) {
  int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (fd < 0)
    return fault_errno(error, errno, "%s: the database cannot be opened", path);
  close(fd);
  return 0;
}

int driver_script(Link *link, const char *script, GError **error) {
  int rc = sqlite3_exec(link->db, script, NULL, NULL, NULL);
  return rc == SQLITE_OK ? 0 : fault_sqlite(link, rc, error);
}

int driver_scrub(Link *link, GError **error) {
  /* Whoever waited here would hold the writer's lock meanwhile. */
  sqlite3_busy_timeout(link->db, 0);
  int rc = sqlite3_wal_checkpoint_v2(link->db, NULL, SQLITE_CHECKPOINT_TRUNCATE, NULL, NULL);
  if (rc == SQLITE_BUSY || rc == SQLITE_LOCKED)
    return 1;
  return rc == SQLITE_OK ? 0 : fault_sqlite(link, rc, error);
}

static void harden(Link *link) {
  sqlite3_db_config(link->db, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
  sqlite3_db_config(link->db, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, NULL);
  sqlite3_db_config(link->db, SQLITE_DBCONFIG_DQS_DML, 0, NULL);
  sqlite3_db_config(link->db, SQLITE_DBCONFIG_DQS_DDL, 0, NULL);
  sqlite3_limit(link->db, SQLITE_LIMIT_ATTACHED, 0);
  sqlite3_busy_timeout(link->db, BUSY_MILLISECONDS);
}

static int set_pragmas(Link *link, GError **error) {
  g_autofree char *script = g_strdup_printf(
      "PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON; PRAGMA trusted_schema=OFF; PRAGMA temp_store=MEMORY;"
      "PRAGMA mmap_size=0; PRAGMA cache_size=-%d; PRAGMA wal_autocheckpoint=%d; PRAGMA journal_size_limit=%d;"
      "PRAGMA secure_delete=ON; PRAGMA query_only=%s;",
      link->writes ? WRITER_CACHE_KIB : READER_CACHE_KIB, CHECKPOINT_PAGES, LOG_FILE_BYTES,
      link->writes ? "OFF" : "ON");
  return driver_script(link, script, error);
}

/* The answer decides, not the request: some file systems cannot do WAL, and SQLite then stays as it was. */
static int check_pragmas(Link *link, GError **error) {
  LinkPragmas in_force;
  int r = link_pragmas(link, &in_force, error);
  if (r < 0)
    return r;
  if (strcmp(in_force.journal_mode, "wal") != 0)
    return fault(
        error, FAULT_SYSTEM,
        "%s: this file system cannot keep a write-ahead log (journal mode is %s); put state_dir on a "
        "local disk",
        link->path, in_force.journal_mode);
  if (in_force.synchronous != 2 || in_force.foreign_keys != 1 || in_force.query_only != !link->writes)
    return fault(error, FAULT_SYSTEM,
                 "%s: SQLite did not take synchronous=FULL and foreign_keys=ON; use the "
                 "distribution's SQLite",
                 link->path);
  return 0;
}

static int prepare_verbs(Link *link, GError **error) {
  static const char *const verbs[VERBS] = {
      [VERB_READ] = "BEGIN",           [VERB_BEGIN] = "BEGIN IMMEDIATE", [VERB_COMMIT] = "COMMIT",
      [VERB_ROLLBACK] = "ROLLBACK",    [VERB_MARK] = "SAVEPOINT unit",   [VERB_KEEP] = "RELEASE unit",
      [VERB_UNDO] = "ROLLBACK TO unit"};
  for (int i = 0; i < VERBS; i++) {
    int rc = sqlite3_prepare_v3(link->db, verbs[i], -1, SQLITE_PREPARE_PERSISTENT, &link->verbs[i], NULL);
    if (rc != SQLITE_OK)
      return fault_sqlite(link, rc, error);
  }
  return 0;
}

static int open_database(Link *link, GError **error) {
  int rc = sqlite3_open_v2(link->path, &link->db,
                           SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE, NULL);
  if (rc != SQLITE_OK)
    return fault_sqlite(link, rc, error);
  harden(link);
  int r = link->writes ? driver_script(link, "PRAGMA journal_mode=WAL", error) : 0;
  if (r == 0)
    r = set_pragmas(link, error);
  if (r == 0)
    r = check_pragmas(link, error);
  return r < 0 ? r : prepare_verbs(link, error);
}

static void statement_free(Statement *statement);

int driver_open(const char *path, gboolean writes, gpointer owner, Link **ret, GError **error) {
  configure_library();
  int r = writes ? make_file(path, error) : 0;
  if (r < 0)
    return r;
  Link *link = g_new0(Link, 1);
  link->path = g_strdup(path);
  link->owner = owner;
  link->writes = writes;
  link->cache = g_hash_table_new(g_str_hash, g_str_equal);
  g_queue_init(&link->rest);
  r = open_database(link, error);
  if (r < 0) {
    driver_close(link);
    return r;
  }
  *ret = link;
  return 0;
}

void driver_close(Link *link) {
  if (link == NULL)
    return;
  GHashTableIter all;
  gpointer statement;
  g_hash_table_iter_init(&all, link->cache);
  while (g_hash_table_iter_next(&all, NULL, &statement))
    statement_free(statement);
  g_hash_table_unref(link->cache);
  for (int i = 0; i < VERBS; i++)
    sqlite3_finalize(link->verbs[i]);
  sqlite3_close(link->db);
  g_free(link->path);
  g_free(link);
}

gpointer driver_owner(const Link *link) {
  return link->owner;
}

/* ---- transactions --------------------------------------------------------------------------------- */

static int step_verb(Link *link, enum verb verb) {
  int rc = sqlite3_step(link->verbs[verb]);
  sqlite3_reset(link->verbs[verb]);
  return rc == SQLITE_DONE ? SQLITE_OK : rc;
}

int driver_do(Link *link, enum verb verb, GError **error) {
  int rc = step_verb(link, verb);
  if (rc == SQLITE_OK && verb == VERB_UNDO)
    rc = step_verb(link, VERB_KEEP);
  return rc == SQLITE_OK ? 0 : fault_sqlite(link, rc, error);
}

gboolean driver_in_transaction(const Link *link) {
  return sqlite3_get_autocommit(link->db) == 0;
}

#ifdef VALISE_TEST_HOOKS
/* VALISE_STORE_FAIL_AT=n[,always]: the n-th commit of this process (and with "always" each later one) meets a
 * full disk. */
static gboolean commit_is_to_fail(void) {
  static gint commits = 0;
  int number = g_atomic_int_add(&commits, 1) + 1;
  const char *at = g_getenv("VALISE_STORE_FAIL_AT");
  if (at == NULL)
    return FALSE;
  gint64 first = g_ascii_strtoll(at, NULL, 10);
  return first == number || (first < number && g_str_has_suffix(at, ",always"));
}
#endif

static int step_commit(Link *link) {
#ifdef VALISE_TEST_HOOKS
  if (commit_is_to_fail())
    return SQLITE_FULL;
#endif
  return step_verb(link, VERB_COMMIT);
}

/*
 * A full disk stops the log's frames before the one that makes them a transaction, so nothing happened. Any
 * other failure of writing or syncing may leave that frame complete in the file, where the next start would
 * find it, although this process takes the transaction back.
 */
enum commit driver_commit(Link *link, GError **error) {
  int rc = step_commit(link);
  if (rc == SQLITE_OK)
    return COMMIT_DONE;
  enum commit result = COMMIT_UNCERTAIN;
  if (rc == SQLITE_FULL)
    result = COMMIT_FAILED;
  else if ((rc & 0xff) == SQLITE_CONSTRAINT || (rc & 0xff) == SQLITE_BUSY)
    result = COMMIT_REFUSED;
  fault_sqlite(link, rc, error);
  if (driver_in_transaction(link) && step_verb(link, VERB_ROLLBACK) != SQLITE_OK)
    result = COMMIT_UNCERTAIN;
  return result;
}

/* ---- statements ----------------------------------------------------------------------------------- */

static int statement_new(Link *link, const char *sql, Statement **ret, GError **error) {
  sqlite3_stmt *stmt = NULL;
  const char *rest = NULL;
  int rc = sqlite3_prepare_v3(link->db, sql, -1, SQLITE_PREPARE_PERSISTENT, &stmt, &rest);
  if (rc != SQLITE_OK)
    return fault_sqlite(link, rc, error);
  if (stmt == NULL || rest[strspn(rest, " \t\n;")] != '\0') {
    sqlite3_finalize(stmt);
    return fault(error, FAULT_SYSTEM, "%s: not exactly one statement of SQL: %s", link->path, sql);
  }
  Statement *statement = g_new0(Statement, 1);
  statement->stmt = stmt;
  statement->link = link;
  statement->sql = g_strdup(sql);
  statement->parameters = sqlite3_bind_parameter_count(stmt);
  statement->place.data = statement;
  *ret = statement;
  return 0;
}

static void statement_free(Statement *statement) {
  sqlite3_finalize(statement->stmt);
  g_free(statement->sql);
  g_free(statement);
}

static Statement **quick_place(Link *link, const char *sql) {
  return &link->quick[((guintptr)sql >> 3 ^ (guintptr)sql >> 9) & (QUICK - 1)];
}

static void forget(Link *link, Statement *statement) {
  for (int i = 0; i < QUICK; i++)
    if (link->quick[i] == statement)
      link->quick[i] = NULL;
  g_hash_table_remove(link->cache, statement->sql);
  statement_free(statement);
}

/* Literals keep their address, so the address finds the statement; the text is compared all the same, because
 * a text that was built and freed may leave its address to another. */
static Statement *look_up(Link *link, const char *sql) {
  Statement **place = quick_place(link, sql);
  if (*place != NULL && strcmp((*place)->sql, sql) == 0)
    return *place;
  Statement *statement = g_hash_table_lookup(link->cache, sql);
  if (statement != NULL)
    *place = statement;
  return statement;
}

static int take_statement(Link *link, const char *sql, Statement **ret, GError **error) {
  Statement *known = look_up(link, sql);
  if (known != NULL && !known->running) {
    g_queue_unlink(&link->rest, &known->place);
    *ret = known;
    return 0;
  }
  int r = statement_new(link, sql, ret, error);
  if (r < 0)
    return r;
  /* The same text again while it runs gets a statement of its own, for this once. */
  if (known == NULL) {
    (*ret)->cached = TRUE;
    g_hash_table_insert(link->cache, (*ret)->sql, *ret);
  }
  return 0;
}

static int bind_text(sqlite3_stmt *stmt, int at, const char *text) {
  return text == NULL ? SQLITE_OK : sqlite3_bind_text(stmt, at, text, -1, SQLITE_STATIC);
}

static int bind_raw(sqlite3_stmt *stmt, int at, gconstpointer data, gsize size) {
  return data == NULL ? SQLITE_OK : sqlite3_bind_blob64(stmt, at, data, size, SQLITE_STATIC);
}

/* GBytes of no length may have no address, and are no NULL all the same. */
static int bind_bytes(sqlite3_stmt *stmt, int at, GBytes *bytes) {
  if (bytes == NULL)
    return SQLITE_OK;
  gsize size;
  gconstpointer data = g_bytes_get_data(bytes, &size);
  return bind_raw(stmt, at, size > 0 ? data : "", size);
}

static int bind_two(sqlite3_stmt *stmt, int at, va_list *values) {
  gconstpointer data = va_arg(*values, gconstpointer);
  gsize size = va_arg(*values, gsize);
  return bind_raw(stmt, at, data, size);
}

static int bind_digest(sqlite3_stmt *stmt, int at, const Digest *digest) {
  return bind_raw(stmt, at, digest, DIGEST_SIZE);
}

static int bind_key(sqlite3_stmt *stmt, int at, gint64 key) {
  return key == 0 ? SQLITE_OK : sqlite3_bind_int64(stmt, at, key);
}

/* What is left unbound is NULL: statement_done has cleared the bindings. */
static int bind_one(sqlite3_stmt *stmt, int at, char kind, va_list *values) {
  switch (kind) {
  case 'i':
    return sqlite3_bind_int64(stmt, at, va_arg(*values, gint64));
  case 'k':
    return bind_key(stmt, at, va_arg(*values, gint64));
  case 't':
    return bind_text(stmt, at, va_arg(*values, const char *));
  case 'b':
    return bind_bytes(stmt, at, va_arg(*values, GBytes *));
  case 'd':
    return bind_digest(stmt, at, va_arg(*values, const Digest *));
  case 'r':
    return bind_two(stmt, at, values);
  case 'f':
    return sqlite3_bind_double(stmt, at, va_arg(*values, double));
  default:
    return SQLITE_MISUSE;
  }
}

static int bind_all(Statement *statement, const char *kinds, va_list *values, GError **error) {
  Link *link = statement->link;
  int at = 1;
  for (; kinds[at - 1] != '\0' && at <= statement->parameters; at++) {
    int rc = bind_one(statement->stmt, at, kinds[at - 1], values);
    if (rc == SQLITE_MISUSE)
      return fault(error, FAULT_SYSTEM, "%s: \"%s\" is no string of kinds: %s", link->path, kinds,
                   statement->sql);
    if (rc != SQLITE_OK)
      return fault_sqlite(link, rc, error);
  }
  if (kinds[at - 1] != '\0' || at <= statement->parameters)
    return fault(error, FAULT_SYSTEM, "%s: %zu values for %d parameters: %s", link->path, strlen(kinds),
                 statement->parameters, statement->sql);
  return 0;
}

static int query(Link *link, Statement **ret, GError **error, const char *sql, const char *kinds,
                 va_list *values) {
  Statement *statement = NULL;
  int r = take_statement(link, sql, &statement, error);
  if (r < 0)
    return r;
  statement->running = TRUE;
  r = bind_all(statement, kinds != NULL ? kinds : "", values, error);
  if (r < 0) {
    statement_done(statement);
    return r;
  }
  *ret = statement;
  return 0;
}

int link_query(Link *link, Statement **ret, GError **error, const char *sql, const char *kinds, ...) {
  va_list values;
  va_start(values, kinds);
  int r = query(link, ret, error, sql, kinds, &values);
  va_end(values);
  return r;
}

int statement_step(Statement *statement, GError **error) {
  int rc = sqlite3_step(statement->stmt);
  if (rc == SQLITE_ROW)
    return 1;
  return rc == SQLITE_DONE ? 0 : fault_sqlite(statement->link, rc, error);
}

gint64 statement_int(Statement *statement, int column) {
  return sqlite3_column_int64(statement->stmt, column);
}

double statement_real(Statement *statement, int column) {
  return sqlite3_column_double(statement->stmt, column);
}

const char *statement_text(Statement *statement, int column) {
  return (const char *)sqlite3_column_text(statement->stmt, column);
}

gconstpointer statement_blob(Statement *statement, int column, gsize *ret_size) {
  gconstpointer data = sqlite3_column_blob(statement->stmt, column);
  *ret_size = (gsize)sqlite3_column_bytes(statement->stmt, column);
  return data;
}

GBytes *statement_bytes(Statement *statement, int column) {
  if (statement_is_null(statement, column))
    return NULL;
  gsize size;
  gconstpointer data = statement_blob(statement, column, &size);
  return g_bytes_new(data, size);
}

gboolean statement_is_null(Statement *statement, int column) {
  return sqlite3_column_type(statement->stmt, column) == SQLITE_NULL;
}

void statement_done(Statement *statement) {
  if (statement == NULL)
    return;
  if (!statement->cached) {
    statement_free(statement);
    return;
  }
  sqlite3_reset(statement->stmt);
  sqlite3_clear_bindings(statement->stmt);
  statement->running = FALSE;
  Link *link = statement->link;
  g_queue_push_head_link(&link->rest, &statement->place);
  if (link->rest.length > STATEMENTS_AT_REST)
    forget(link, g_queue_pop_tail_link(&link->rest)->data);
}

/* ---- in one call ---------------------------------------------------------------------------------- */

/* Queries and steps to the first row: 1 when there is one, 0 when there is none; *ret is to be done in both.
 */
static int query_first(Link *link, Statement **ret, GError **error, const char *sql, const char *kinds,
                       va_list *values) {
  int r = query(link, ret, error, sql, kinds, values);
  return r < 0 ? r : statement_step(*ret, error);
}

int link_run(Link *link, GError **error, const char *sql, const char *kinds, ...) {
  g_autoptr(Statement) statement = NULL;
  va_list values;
  va_start(values, kinds);
  int r = query_first(link, &statement, error, sql, kinds, &values);
  va_end(values);
  return r < 0 ? r : sqlite3_changes(link->db);
}

int link_insert(Link *link, gint64 *ret_id, GError **error, const char *sql, const char *kinds, ...) {
  g_autoptr(Statement) statement = NULL;
  va_list values;
  va_start(values, kinds);
  int r = query_first(link, &statement, error, sql, kinds, &values);
  va_end(values);
  if (r < 0)
    return r;
  if (sqlite3_changes(link->db) == 0)
    return 1;
  *ret_id = sqlite3_last_insert_rowid(link->db);
  return 0;
}

/* 0 when the first row's first column has a value, 1 when there is no row or it is NULL. */
static int query_value(Link *link, Statement **ret, GError **error, const char *sql, const char *kinds,
                       va_list *values) {
  int r = query_first(link, ret, error, sql, kinds, values);
  return r < 0 ? r : r == 0 || statement_is_null(*ret, 0);
}

int link_int(Link *link, gint64 *ret, GError **error, const char *sql, const char *kinds, ...) {
  g_autoptr(Statement) statement = NULL;
  va_list values;
  va_start(values, kinds);
  int r = query_value(link, &statement, error, sql, kinds, &values);
  va_end(values);
  if (r != 0)
    return r;
  *ret = statement_int(statement, 0);
  return 0;
}

int link_text(Link *link, char **ret, GError **error, const char *sql, const char *kinds, ...) {
  g_autoptr(Statement) statement = NULL;
  va_list values;
  va_start(values, kinds);
  int r = query_value(link, &statement, error, sql, kinds, &values);
  va_end(values);
  if (r != 0)
    return r;
  *ret = g_strdup(statement_text(statement, 0));
  return 0;
}

int link_pragmas(Link *link, LinkPragmas *ret, GError **error) {
  g_autofree char *mode = NULL;
  int r = link_text(link, &mode, error, "PRAGMA journal_mode", NULL);
  struct {
    const char *sql;
    gint64 *value;
  } asked[] = {
      {"PRAGMA synchronous", &ret->synchronous},       {"PRAGMA foreign_keys", &ret->foreign_keys},
      {"PRAGMA query_only", &ret->query_only},         {"PRAGMA secure_delete", &ret->secure_delete},
      {"PRAGMA trusted_schema", &ret->trusted_schema},
  };
  for (gsize i = 0; r == 0 && i < G_N_ELEMENTS(asked); i++)
    r = link_int(link, asked[i].value, error, asked[i].sql, NULL);
  if (r > 0)
    return fault(error, FAULT_SYSTEM,
                 "%s: SQLite does not answer to its pragmas; use the distribution's SQLite", link->path);
  g_strlcpy(ret->journal_mode, mode != NULL ? mode : "", sizeof ret->journal_mode);
  return r;
}

int link_check(Link *link, char **ret_trouble, GError **error) {
  g_autofree char *answer = NULL;
  int r = link_text(link, &answer, error, "PRAGMA quick_check(1)", NULL);
  if (r < 0 || g_strcmp0(answer, "ok") == 0)
    return r;
  *ret_trouble = g_strdup_printf("%s: %s", link->path, answer != NULL ? answer : "the check gave no answer");
  return 1;
}
