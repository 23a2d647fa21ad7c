/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "api/evidence.h"
#include "api/handlers.h"
#include "api/reader_json.h"
#include "api/stranger.h"
#include "base/fault.h"
#include "base/file.h"
#include "base/units.h"
#include "contacts/ground.h"
#include "journal/journal_verify.h"
#include "mailing/document.h"
#include "outbox/relays.h"
#include "outbox/timepiece.h"
#include "sign/key_end.h"
#include "sign/key_file.h"
#include "sign/wkd.h"

#define ROOM_WANTED (G_GINT64_CONSTANT(1) << 30) /* below it a warning, below a tenth of it an error */

enum verdict { VERDICT_OK, VERDICT_WARNING, VERDICT_ERROR };

static void find(json_t *items, const char *check, enum verdict verdict, const char *remedy,
                 const char *format, ...) G_GNUC_PRINTF(5, 6);

static void find(json_t *items, const char *check, enum verdict verdict, const char *remedy,
                 const char *format, ...) {
  static const char *const names[] = {"ok", "warning", "error"};
  va_list args;
  va_start(args, format);
  g_autofree char *text = g_strdup_vprintf(format, args);
  va_end(args);
  json_array_append_new(items, json_pack("{s:s, s:s, s:s, s:s?}", "check", check, "state", names[verdict],
                                         "text", text, "remedy", verdict == VERDICT_OK ? NULL : remedy));
}

static void examine_config(const Ask *ask, json_t *items) {
  g_autoptr(GError) error = NULL;
  g_autoptr(Config) again = NULL;
  const char *path = ask->house->config->path;
  if (config_load(path, &again, &error) < 0)
    find(items, "configuration", VERDICT_ERROR, "mend it, then: valised --check", "%s", error->message);
  else
    find(items, "configuration", VERDICT_OK, NULL, "%s is sound", path);
}

static void examine_permissions(const char *check, const char *path, mode_t forbidden, json_t *items) {
  struct stat st;
  if (stat(path, &st) != 0) {
    find(items, check, VERDICT_ERROR, "restore it from a backup", "%s is missing", path);
    return;
  }
  if ((st.st_mode & forbidden) != 0) {
    g_autofree char *remedy =
        g_strdup_printf("chmod %o %s", (unsigned)(st.st_mode & 07777 & ~forbidden), path);
    find(items, check, VERDICT_ERROR, remedy, "%s is open to others (mode %o)", path,
         (unsigned)st.st_mode & 07777);
  } else if (st.st_uid != geteuid())
    find(items, check, VERDICT_WARNING, "chown it to the daemon's user", "%s belongs to another user", path);
  else
    find(items, check, VERDICT_OK, NULL, "%s: mode %o", path, (unsigned)st.st_mode & 07777);
}

static void examine_all_permissions(const Ask *ask, json_t *items) {
  const Config *config = ask->house->config;
  g_autofree char *key = g_build_filename(config->valise.state_dir, "token.key", NULL);
  examine_permissions("permissions", config->valise.state_dir, 077, items);
  examine_permissions("permissions", key, 077, items);
  examine_permissions("permissions", store_path(ask->house->store), 077, items);
  examine_permissions("permissions", config->valise.socket, 007, items);
}

static void examine_disk(const Ask *ask, json_t *items) {
  const char *path = ask->house->config->valise.state_dir;
  struct statvfs st;
  if (statvfs(path, &st) != 0) {
    find(items, "disk", VERDICT_ERROR, "look at the disk", "%s: its free space cannot be told", path);
    return;
  }
  gint64 room = (gint64)st.f_bavail * (gint64)st.f_frsize;
  enum verdict verdict = room < ROOM_WANTED / 10 ? VERDICT_ERROR
                         : room < ROOM_WANTED    ? VERDICT_WARNING
                                                 : VERDICT_OK;
  find(items, "disk", verdict, "free some space: without any, nothing can be recorded and nothing is sent",
       "%" G_GINT64_FORMAT " MiB free in %s", room >> 20, path);
}

static void examine_database(const Ask *ask, json_t *items) {
  g_autoptr(GError) error = NULL;
  g_autoptr(Link) link = NULL;
  g_autofree char *trouble = NULL;
  LinkPragmas pragmas = {0};
  int r = store_read(ask->house->store, &link, &error);
  if (r == 0)
    r = link_pragmas(link, &pragmas, &error);
  if (r == 0)
    r = link_check(link, &trouble, &error);
  if (r < 0)
    find(items, "database", VERDICT_ERROR, "restore from a backup, or ask for help before anything else",
         "%s", error->message);
  else if (r > 0)
    find(items, "database", VERDICT_ERROR, "hold sending and restore from a backup", "%s", trouble);
  else if (pragmas.synchronous < 2 || g_strcmp0(pragmas.journal_mode, "wal") != 0)
    find(items, "database", VERDICT_ERROR, "restart the daemon",
         "journal_mode=%s synchronous=%" G_GINT64_FORMAT, pragmas.journal_mode, pragmas.synchronous);
  else
    find(items, "database", VERDICT_OK, NULL, "whole; journal_mode=%s synchronous=FULL",
         pragmas.journal_mode);
}

static void examine_journal(const Ask *ask, json_t *items) {
  g_autoptr(GError) error = NULL;
  g_auto(Verified) verified = {0};
  int r = journal_verify_store(ask->house->journal, ask->house->store, NULL, &verified, &error);
  if (r == 0)
    find(items, "journal", VERDICT_OK, NULL, "%" G_GINT64_FORMAT " entries, the chain holds",
         verified.head.index);
  else
    find(items, "journal", VERDICT_ERROR,
         "hold sending; keep this database as it is and compare it with a backup", "%s",
         r < 0 ? error->message : verified.trouble);
}

#define SLOW_SEAL 20.0 /* letters a second; a key kept by GnuPG's own standard has two or three */

static void examine_speed(const Seal *seal, const char *check, json_t *items) {
  g_autoptr(GError) error = NULL;
  double speed = 0;
  if (seal_speed(seal, &speed, &error) < 0)
    find(items, check, VERDICT_ERROR, "nothing that is to be signed leaves until it can", "%s",
         error->message);
  else if (speed < SLOW_SEAL)
    find(
        items, check, VERDICT_WARNING,
        "give it its passphrase anew, in its home, as the daemon's user: gpg --passwd KEY, or gpgsm --passwd",
        "%s signs %.1f letters a second", seal_fingerprint(seal), speed);
}

static void examine_seal(Keeper *keeper, enum signed_protocol protocol, const char *check, json_t *items) {
  g_autoptr(GError) error = NULL;
  gint64 now = clock_wall(clock_system()), expires = 0;
  Seal seal = {0};
  int r = keeper_seal(keeper, protocol, &seal, &error);
  if (r == 0)
    r = seal_look(&seal, now, &expires, &error);
  if (r < 0) {
    find(items, check, VERDICT_ERROR, "nothing that is to be signed leaves until it can", "%s",
         error->message);
    return;
  }
  g_autofree char *ends = expires != 0 ? moment_rfc3339(expires) : g_strdup("never");
  examine_speed(&seal, check, items);
  find(items, check, key_end_of(expires, now) != KEY_END_FAR ? VERDICT_WARNING : VERDICT_OK,
       protocol == SIGNED_SMIME ? "ask its authority for the next one in time"
                                : "lengthen it, or publish the next one in time",
       "%s of %s signs; it ends: %s", seal_fingerprint(&seal), seal_name(&seal), ends);
}

/* Does URL give the key with FINGERPRINT? */
static int look_from_outside(const Ask *ask, const char *url, const char *fingerprint, GError **error) {
  g_autoptr(GBytes) bytes = NULL;
  g_autoptr(GPtrArray) keys = NULL;
  int r = stranger_fetch(url, KEY_FILE_MAX, &bytes, error);
  if (r == 0)
    r = key_file_read(ask->house->config->valise.state_dir, bytes, &keys, error);
  for (guint i = 0; r == 0 && i < keys->len; i++)
    if (strcmp(((const KeyMaterial *)g_ptr_array_index(keys, i))->fingerprint, fingerprint) == 0)
      return 0;
  return r < 0 ? r : fault(error, FAULT_RULE, "%s gives another key than the one that signs", url);
}

/* A key that nobody can fetch proves nothing to anybody. */
static void examine_published(const Ask *ask, json_t *items) {
  const char *base = ask->house->config->http.base_url, *from = ask->house->config->organisation.from;
  Signer *signer = NULL;
  if (base == NULL || keeper_signer(desk_keeper(ask->house->desk), &signer, NULL) < 0)
    return;
  char hash[WKD_HASH_SIZE];
  g_autofree char *local = g_strndup(from, strcspn(from, "@"));
  wkd_hash(local, hash);
  g_autofree char *escaped = g_uri_escape_string(local, NULL, FALSE);
  g_autofree char *file = g_strconcat(base, "/key.asc", NULL);
  g_autofree char *directory = g_strconcat(base, "/.well-known/openpgpkey/hu/", hash, "?l=", escaped, NULL);
  const char *const urls[] = {file, directory};
  for (gsize i = 0; i < G_N_ELEMENTS(urls); i++) {
    g_autoptr(GError) error = NULL;
    if (look_from_outside(ask, urls[i], signer_key(signer)->fingerprint, &error) < 0)
      find(items, "published-key", VERDICT_WARNING,
           "see that base_url leads to the public listener, through its proxy, for everybody", "%s",
           error->message);
    else
      find(items, "published-key", VERDICT_OK, NULL, "%s gives the key that signs", urls[i]);
  }
}

static void examine_keys(const Ask *ask, json_t *items) {
  Keeper *keeper = desk_keeper(ask->house->desk);
  if (keeper_has_key(keeper))
    examine_seal(keeper, SIGNED_OPENPGP, "key", items);
  else
    find(items, "key", VERDICT_WARNING, "make one and name it in [openpgp] key",
         "documents are frozen unsigned");
  if (keeper_has_certificate(keeper))
    examine_seal(keeper, SIGNED_SMIME, "certificate", items);
  if (keeper_has_key(ask->house->log_keeper))
    examine_seal(ask->house->log_keeper, SIGNED_OPENPGP, "log-key", items);
  examine_published(ask, items);
}

static int examine_documents(const Ask *ask, json_t *items, GError **error) {
  g_autoptr(Link) link = NULL;
  g_autoptr(GPtrArray) documents = NULL;
  int r = store_read(ask->house->store, &link, error);
  if (r == 0)
    r = document_list(link, 0, ASK_PAGE_MAX, &documents, error);
  g_clear_pointer(&link, link_return);
  guint sound = 0;
  for (guint i = 0; r == 0 && i < documents->len; i++) {
    g_autoptr(GError) trouble = NULL;
    if (document_verify(ask->house->desk, ((Document *)g_ptr_array_index(documents, i))->id, &trouble) == 0)
      sound++;
    else
      find(items, "documents", VERDICT_ERROR, "put back the file from a backup", "%s", trouble->message);
  }
  if (r == 0)
    find(items, "documents", VERDICT_OK, NULL, "%u of %u whole", sound, documents->len);
  return r;
}

typedef struct {
  gint64 contact;
  Digest digest;
} EvidenceFile;

static int gather_file(gint64 contact, const Digest *file, gpointer data, G_GNUC_UNUSED GError **error) {
  EvidenceFile one = {contact, *file};
  g_array_append_val((GArray *)data, one);
  return 0;
}

static gboolean is_whole(const Ask *ask, const EvidenceFile *file, json_t *items) {
  g_autofree char *path = evidence_path(ask->house->config, &file->digest);
  char id[IDENT_SIZE];
  Digest found;
  goffset size;
  if (file_digest(path, &found, &size, NULL) == 0 && digest_equal(&found, &file->digest))
    return TRUE;
  find(items, "evidence", VERDICT_ERROR, "put back the file from a backup",
       "%s, for a ground of %s, is missing or not what it was", path,
       ident_into(IDENT_CONTACT, file->contact, id));
  return FALSE;
}

static int examine_evidence(const Ask *ask, json_t *items, GError **error) {
  g_autoptr(Link) link = NULL;
  g_autoptr(GArray) files = g_array_new(FALSE, FALSE, sizeof(EvidenceFile));
  guint whole = 0;
  int r = store_read(ask->house->store, &link, error);
  if (r == 0)
    r = ground_each_file(link, gather_file, files, error);
  g_clear_pointer(&link, link_return);
  for (guint i = 0; r == 0 && i < files->len; i++)
    whole += (guint)is_whole(ask, &g_array_index(files, EvidenceFile, i), items);
  if (r == 0)
    find(items, "evidence", VERDICT_OK, NULL, "%u of %u whole", whole, files->len);
  return r;
}

static void examine_relay(const RelayHealth *health, json_t *items) {
  const Relay *relay = health->relay;
  g_autoptr(GError) error = NULL;
  g_autofree char *words = NULL;
  if (relay_probe(relay, &words, &error) < 0)
    find(items, "relay", VERDICT_ERROR,
         "check its url, tls and password_file in the configuration, and that it runs", "%s: %s",
         relay_name(relay), error->message);
  else if (!health->up)
    find(items, "relay", VERDICT_WARNING, "nothing: it is tried again by itself, with one message",
         "%s: answers now (%s), but failed a short while ago: %s", relay_name(relay), words,
         health->words != NULL ? health->words : "it gave no words");
  else
    find(items, "relay", VERDICT_OK, NULL, "%s: %s", relay_name(relay), words);
}

static void examine_relays(const Ask *ask, json_t *items) {
  g_autoptr(GArray) relays = outbox_relays(ask->house->outbox);
  for (guint i = 0; i < relays->len; i++)
    examine_relay(&g_array_index(relays, RelayHealth, i), items);
}

static void examine_reader(const Ask *ask, json_t *items) {
  const char *remedy = NULL;
  g_autofree char *complaint = reader_json_complaint(ask, &remedy);
  if (complaint != NULL)
    find(items, "reader", VERDICT_WARNING, remedy, "%s", complaint);
  else
    find(items, "reader", VERDICT_OK, NULL, "messages are read by a process that can do nothing else");
}

static void examine_mailbox(const MailWatch *watch, guint n, const MailboxState *state, json_t *items) {
  g_autoptr(GError) error = NULL;
  g_autofree char *words = NULL;
  if (!state->is_read)
    find(items, "mailbox", VERDICT_OK, NULL, "%s: a rehearsal does not touch %s", state->name, state->url);
  else if (watch->found(watch->self, n, &words, &error) < 0)
    find(items, "mailbox", VERDICT_ERROR,
         "mend what the sentence says in [inbound] or at the mailbox; answers wait there meanwhile", "%s: %s",
         state->name, error->message);
  else if (state->trouble != NULL)
    find(items, "mailbox", VERDICT_WARNING,
         "nothing, when it is well from now on: it is tried again by itself",
         "%s: %s, but a short while ago: %s", state->name, words, state->trouble);
  else
    find(items, "mailbox", VERDICT_OK, NULL, "%s: %s", state->name, words);
}

/* All at once: one that does not answer is waited for once. */
static void examine_mailboxes(const Ask *ask, json_t *items) {
  const MailWatch *watch = &ask->house->mailboxes;
  if (watch->states == NULL)
    return;
  watch->begin(watch->self);
  g_autoptr(GPtrArray) states = watch->states(watch->self);
  for (guint i = 0; i < states->len; i++)
    examine_mailbox(watch, i, states->pdata[i], items);
}

static void examine_clock(const Ask *ask, json_t *items) {
  g_autofree char *now = moment_rfc3339(clock_wall(ask->house->clock));
  gint64 behind = timepiece_behind(ask->house->clock);
  g_autofree char *by = units_duration_text(behind / SECOND * SECOND);
  if (behind > 0)
    find(items, "clock", VERDICT_WARNING, "set it right, or say: valise clock accept --reason ...",
         "%s; it was put back by %s", now, by);
  else
    find(items, "clock", VERDICT_OK, NULL, "%s; the organisation's zone is %s", now,
         ask->house->config->organisation.time_zone);
  if (ask->house->config->valise.mode == CONFIG_REHEARSAL)
    find(items, "mode", VERDICT_WARNING, "for real mail: mode = live, with another state_dir",
         "this is a rehearsal: a Maildir stands in for every relay");
  else
    find(items, "mode", VERDICT_OK, NULL, "live");
}

int doctor_api_examine(Ask *ask, GError **error) {
  static const char *const known[] = {NULL};
  int r = ask_query(ask, known, error);
  if (r < 0)
    return r;
  json_t *items = json_array();
  examine_config(ask, items);
  examine_all_permissions(ask, items);
  examine_disk(ask, items);
  examine_database(ask, items);
  examine_journal(ask, items);
  r = examine_documents(ask, items, error);
  if (r == 0)
    r = examine_evidence(ask, items, error);
  examine_relays(ask, items);
  examine_reader(ask, items);
  examine_mailboxes(ask, items);
  examine_keys(ask, items);
  examine_clock(ask, items);
  if (r == 0)
    return ask_respond(ask, 200, ask_list(items, NULL));
  json_decref(items);
  return r;
}
