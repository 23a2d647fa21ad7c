/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "run/daemon.h"

#include <sys/stat.h>

#include "acknowledgement/acknowledgement.h"
#include "api/api.h"
#include "base/fault.h"
#include "base/file.h"
#include "base/log.h"
#include "contacts/import.h"
#include "evidence/head_letter.h"
#include "mailing/compose.h"
#include "outbox/timepiece.h"
#include "proposals/taking.h"
#include "reply/cursor.h"
#include "reply/filing.h"
#include "run/fetcher.h"
#include "run/head_post.h"
#include "run/notify.h"
#include "run/pacing.h"
#include "run/reader.h"
#include "run/rehearsal.h"
#include "run/scheduler.h"
#include "run/settings.h"
#include "web/public.h"

#define SPOOL              "incoming"
#define PUBLIC_SPOOL       "incoming-public"
#define PUBLIC_CONNECTIONS 64
#define PUBLIC_BODY        (64 * 1024) /* around what a recipient may post: a press of a button, or one document */
#define HTTP_FAREWELL      5           /* seconds that requests under way are given */
#define STILL              (2 * MINUTE) /* a scheduler that has not come round for so long is not well */

struct Daemon {
  Config *config;
  Clock *clock;
  GTimeZone *zone;
  Store *store;
  Journal *journal;
  States *states;
  Contacts contacts;
  ContactRing *ring;
  Desk *desk;
  Keeper *keeper, *log_keeper;
  HeadPost *heads;
  GPtrArray *relays; /* Relay *, ended by NULL */
  Outbox *outbox;
  Intake *intake;
  SenderTrust *trust;
  ReplyTaker taker; /* who is told of replies that were filed */
  Filing *filing;
  Reader *reader;
  Fetcher *fetcher; /* NULL when no mailbox is named */
  Api *api;
  Public *public;
  HttpServer *control, *office, *recipients;
  Scheduler *scheduler;
  gboolean announced; /* the journal knows that we run */
};

static int make_folders(const Config *config, GError **error) {
  static const char *const folders[] = {"", "documents", "inbound", "gnupg", SPOOL, PUBLIC_SPOOL};
  for (gsize i = 0; i < G_N_ELEMENTS(folders); i++) {
    g_autofree char *path = g_build_filename(config->valise.state_dir, folders[i], NULL);
    int r = file_make_folder(path, 0700, error);
    if (r < 0)
      return r;
  }
  return 0;
}

static int open_store(Daemon *d, GError **error) {
  static const Schema *const schemas[] = {&journal_schema,
                                          &contacts_schema,
                                          &outbox_schema,
                                          &mailing_schema,
                                          &acknowledgement_schema,
                                          &reply_schema,
                                          &proposals_schema,
                                          &cursor_schema,
                                          &api_schema,
                                          &evidence_schema,
                                          NULL};
  int r = make_folders(d->config, error);
  if (r == 0)
    r = store_open(d->config->store.url, d->config->valise.state_dir, &d->store, error);
  if (r == 0)
    r = store_migrate(d->store, schemas, error);
  d->clock = rehearsal_clock(d->config);
  if (r == 0)
    r = timepiece_open(d->store, d->clock, rehearsal_is_on(d->config), error);
  return r < 0 ? r : journal_open(d->store, d->clock, &d->journal, error);
}

static int open_contacts(Daemon *d, GError **error) {
  int r = states_load(d->config->valise.templates, &d->states, error);
  d->zone = config_zone(d->config);
  d->contacts = (Contacts){
      .store = d->store, .journal = d->journal, .clock = d->clock, .zone = d->zone, .states = d->states};
  d->ring = contact_ring_new(&d->contacts, d->config->valise.state_dir, d->config->smime.contact_authorities);
  gboolean completed = FALSE;
  if (r == 0)
    r = contacts_recover(&d->contacts, &completed, error);
  if (r == 0 && completed)
    log_line(LOG_LEVEL_NOTICE, "an import that was cut off has been completed", NULL);
  return r;
}

/* A key that cannot sign stops nobody from reading, replying or pausing: it is told, and what needs it
 * refuses. */
static void open_keeper(Daemon *d) {
  Home *home = NULL;
  g_autofree char *folder = g_build_filename(d->config->valise.state_dir, "gnupg", NULL);
  g_autoptr(GError) error = NULL;
  Signer *signer = NULL;
  SmimeSigner *certificate = NULL;
  d->keeper = keeper_new(folder, d->config->openpgp.key, d->config->openpgp.passphrase);
  const ConfigSmime *smime = &d->config->smime;
  keeper_set_certificate(d->keeper, smime->certificate, smime->passphrase, smime->authorities);
  desk_set_keeper(d->desk, d->keeper);
  if (keeper_has_key(d->keeper) && keeper_signer(d->keeper, &signer, &error) < 0)
    log_fault("nothing can be signed", error);
  g_clear_error(&error);
  if (keeper_has_certificate(d->keeper) && keeper_certificate(d->keeper, &certificate, &error) < 0)
    log_fault("no letter can be signed by S/MIME", error);
  g_autofree char *other = g_build_filename(d->config->valise.state_dir, "gnupg-log", NULL);
  d->log_keeper = keeper_new(other, d->config->openpgp.log_key, d->config->openpgp.log_passphrase);
  /* Ready before an admin makes the first key there: how it is kept is settled then. */
  keeper_home(d->keeper, &home, NULL);
  keeper_home(d->log_keeper, &home, NULL);
}

static int open_desk(Daemon *d, GError **error) {
  g_autoptr(MailingSettings) settings = NULL;
  int r = settings_new(d->config, &settings, error);
  if (r == 0)
    r = desk_new(d->store, d->journal, d->clock, settings, &d->desk, error);
  if (r < 0)
    return r;
  desk_set_follow_up(d->desk, &acknowledgement_follow_up);
  open_keeper(d);
  return 0;
}

static int add_relay(Daemon *d, const ConfigRelay *from, GError **error) {
  g_autofree char *url = rehearsal_url(d->config, from);
  gboolean real = !rehearsal_is_on(d->config);
  RelayOptions options = {.name = from->name,
                          .url = url,
                          .user = real ? from->user : NULL,
                          .password = real ? from->password : NULL,
                          .tls = from->tls == CONFIG_TLS_REQUIRED ? RELAY_TLS_REQUIRED : RELAY_TLS_NONE,
                          .token_file = from->token_file,
                          .ca_file = from->ca_file,
                          .fingerprint = from->fingerprint,
                          .couriers = from->couriers,
                          .ehlo = from->ehlo,
                          .dot_timeout = (guint)(from->dot_timeout / SECOND),
                          .messages = d->config->pace.messages_per_connection};
  Relay *relay = NULL;
  int r = relay_new(&options, &relay, error);
  if (r < 0)
    return fault_prefix(error, "relay \"%s\"", from->name);
  g_ptr_array_add(d->relays, relay);
  return 0;
}

static int open_relays(Daemon *d, GError **error) {
  int r = transport_init(error);
  d->relays = g_ptr_array_new_with_free_func((GDestroyNotify)relay_free);
  for (guint i = 0; r == 0 && i < d->config->relays->len; i++)
    r = add_relay(d, g_ptr_array_index(d->config->relays, i), error);
  g_ptr_array_add(d->relays, NULL);
  return r;
}

/* Rule W waits for the slowest of the relays' logs: which one a doubtful delivery went to may no longer be
 * configured. */
static gint64 longest_log_lag(const Config *config) {
  gint64 lag = 0;
  for (guint i = 0; i < config->relays->len; i++)
    lag = MAX(lag, ((const ConfigRelay *)g_ptr_array_index(config->relays, i))->log_lag);
  return lag;
}

static guint couriers_of(const Config *config) {
  guint n = 0;
  for (guint i = 0; i < config->relays->len; i++)
    n = MAX(n, ((const ConfigRelay *)g_ptr_array_index(config->relays, i))->couriers);
  return MIN(n, config->pace.couriers);
}

static int open_outbox(Daemon *d, GError **error) {
  int r = open_relays(d, error);
  if (r < 0)
    return r;
  const ConfigRetry *retry = &d->config->retry;
  OutboxOptions options = {.store = d->store,
                           .journal = d->journal,
                           .clock = d->clock,
                           .composer = compose_composer(d->desk),
                           .relays = (const Relay *const *)d->relays->pdata,
                           .retry = {.first = retry->first,
                                     .factor = retry->factor,
                                     .ceiling = retry->ceiling,
                                     .jitter = retry->jitter / 100.0,
                                     .attempts = retry->attempts},
                           .couriers = couriers_of(d->config),
                           .zone = d->zone,
                           .log_lag = longest_log_lag(d->config)};
  g_auto(Pacing) pacing = {NULL};
  pacing_fill(d->config, &pacing, &options);
  r = outbox_open(&options, &d->outbox, error);
  if (r == 0)
    desk_set_outbox(d->desk, d->outbox);
  return r;
}

/* Whose word counts for what came from which mailbox. */
static SenderTrust *trust_of(const Config *config) {
  SenderTrust *trust = g_new0(SenderTrust, config->inbounds->len + 1);
  for (guint i = 0; i < config->inbounds->len; i++) {
    const ConfigInbound *mailbox = g_ptr_array_index(config->inbounds, i);
    trust[i] = (SenderTrust){mailbox->name, mailbox->authserv_id};
  }
  return trust;
}

static void open_filing(Daemon *d) {
  d->reader = reader_new(READER_PATIENCE);
  d->trust = trust_of(d->config);
  d->taker = taking_taker(&d->contacts);
  FilingOptions options = {.desk = d->desk,
                           .contacts = &d->contacts,
                           .intake = d->intake,
                           .reader = reader_port(d->reader),
                           .taker = d->taker,
                           .ring = d->ring,
                           .trust = d->trust};
  d->filing = filing_start(&options);
}

/* What comes in is kept, and filed; who brings it comes last. */
static int open_way_back(Daemon *d, GError **error) {
  d->intake = intake_new(d->store, d->clock, d->config->valise.state_dir);
  open_filing(d);
  return fetcher_start(d->config, d->store, d->intake, &d->fetcher, error);
}

static int work_announce(Link *link, gpointer data, GError **error) {
  Daemon *d = data;
  Entry entry = {.kind = d->announced ? ENTRY_DAEMON_STOPPED : ENTRY_DAEMON_STARTED,
                 .user = actor_daemon.name,
                 .text = rehearsal_is_on(d->config) ? "valised " VALISE_VERSION
                                                      ", a rehearsal: nothing leaves"
                                                    : "valised " VALISE_VERSION};
  return journal_add(d->journal, link, &entry, error);
}

static int announce(Daemon *d, GError **error) {
  int r = store_write(d->store, work_announce, d, error);
  d->announced = r >= 0;
  return r;
}

static void wake_scheduler(gpointer data) {
  Daemon *d = data;
  if (d->scheduler != NULL)
    scheduler_wake(d->scheduler);
}

static int listen_on(Daemon *d, const char *address, const char *name, HttpServer **ret, GError **error) {
  g_autofree char *spool = g_build_filename(d->config->valise.state_dir, SPOOL, NULL);
  HttpOptions options = {
      .address = address,
      .fd = notify_socket_named(name),
      .socket_mode = 0660,
      .socket_group = d->config->valise.socket_group,
      .gate = api_gate,
      .handler = api_handle,
      .data = d->api,
      .spool = spool,
      .upload_max = MAX(2 * (gsize)d->config->mail.attachment_limit + 64 * 1024 * 1024, IMPORT_FILE_MAX)};
  return http_server_start(&options, ret, error);
}

/* With a proxy in front all connections come from one address. */
static int open_public(Daemon *d, GError **error) {
  const ConfigHttp *http = &d->config->http;
  if (http->public == NULL)
    return 0;
  PublicHouse house = {
      .store = d->store, .contacts = &d->contacts, .desk = d->desk, .trusted_proxy = http->trusted_proxy};
  g_autofree char *spool = g_build_filename(d->config->valise.state_dir, PUBLIC_SPOOL, NULL);
  d->public = public_new(&house);
  HttpOptions options = {.address = http->public,
                         .fd = notify_socket_named("public"),
                         .socket_mode = 0660,
                         .socket_group = d->config->valise.socket_group,
                         .gate = public_gate,
                         .handler = public_handle,
                         .data = d->public,
                         .spool = spool,
                         .connections = PUBLIC_CONNECTIONS,
                         .connections_per_ip = http->trusted_proxy != NULL ? PUBLIC_CONNECTIONS : 0,
                         .memory_body_max = PUBLIC_BODY,
                         .upload_max = (gsize)d->config->mail.attachment_limit + PUBLIC_BODY};
  return http_server_start(&options, &d->recipients, error);
}

static int open_api(Daemon *d, GError **error) {
  ApiHouse house = {.store = d->store,
                    .journal = d->journal,
                    .clock = d->clock,
                    .contacts = &d->contacts,
                    .ring = d->ring,
                    .desk = d->desk,
                    .outbox = d->outbox,
                    .intake = d->intake,
                    .filing = d->filing,
                    .reader = reader_port(d->reader),
                    .taker = &d->taker,
                    .mailboxes = d->fetcher != NULL ? fetcher_watch(d->fetcher) : (MailWatch){0},
                    .log_keeper = d->log_keeper,
                    .relays = (const Relay *const *)d->relays->pdata,
                    .config = d->config,
                    .wake = wake_scheduler,
                    .wake_data = d};
  d->api = api_new(&house);
  g_autofree char *control = g_strdup_printf("unix:%s", d->config->valise.socket);
  int r = listen_on(d, control, "control", &d->control, error);
  if (r == 0 && d->config->http.office != NULL)
    r = listen_on(d, d->config->http.office, "office", &d->office, error);
  return r < 0 ? r : open_public(d, error);
}

int daemon_open(Config *config, Daemon **ret, GError **error) {
  Daemon *d = g_new0(Daemon, 1);
  d->config = config;
  log_set_level((enum log_level)config->valise.log_level);
  int r = open_store(d, error);
  if (r == 0)
    r = open_contacts(d, error);
  if (r == 0)
    r = open_desk(d, error);
  if (r == 0)
    r = open_outbox(d, error);
  if (r == 0)
    r = announce(d, error);
  if (r < 0) {
    daemon_close(d);
    return r;
  }
  outbox_start(d->outbox);
  SchedulerOptions scheduling = {.desk = d->desk,
                                 .outbox = d->outbox,
                                 .clock = d->clock,
                                 .log_keeper = d->log_keeper,
                                 .log_every = d->config->openpgp.log_every};
  d->scheduler = scheduler_start(&scheduling);
  d->heads = head_post_start(d->desk, d->config->openpgp.log_mail_every, d->config->openpgp.timestamp_url);
  r = open_way_back(d, error);
  if (r == 0)
    r = open_api(d, error);
  if (r < 0) {
    daemon_close(d);
    return r;
  }
  *ret = d;
  return 0;
}

static gboolean same_mailbox(const ConfigInbound *a, const ConfigInbound *b) {
  const char *const pairs[][2] = {
      {a->name, b->name},         {a->url, b->url},         {a->user, b->user},
      {a->password, b->password}, {a->folder, b->folder},   {a->token_file, b->token_file},
      {a->after, b->after},       {a->ca_file, b->ca_file}, {a->fingerprint, b->fingerprint}};
  gboolean same = a->poll == b->poll;
  for (gsize i = 0; i < G_N_ELEMENTS(pairs); i++)
    same = same && g_strcmp0(pairs[i][0], pairs[i][1]) == 0;
  return same;
}

static gboolean same_mailboxes(const Config *now, const Config *next) {
  gboolean same = now->inbounds->len == next->inbounds->len;
  for (guint i = 0; same && i < now->inbounds->len; i++)
    same = same_mailbox(now->inbounds->pdata[i], next->inbounds->pdata[i]);
  return same;
}

/* What a reload cannot change, in the words of the configuration. */
static void tell_what_waits(const Config *now, const Config *next) {
  if (!g_str_equal(now->valise.state_dir, next->valise.state_dir) || now->valise.mode != next->valise.mode ||
      !g_str_equal(now->valise.socket, next->valise.socket) ||
      !g_str_equal(now->store.url, next->store.url) || g_strcmp0(now->http.office, next->http.office) != 0 ||
      g_strcmp0(now->http.public, next->http.public) != 0 ||
      g_strcmp0(now->http.trusted_proxy, next->http.trusted_proxy) != 0)
    log_line(LOG_LEVEL_WARNING, "state_dir, mode, socket, store and listeners change at the next start only",
             NULL);
  gboolean same = now->relays->len == next->relays->len;
  for (guint i = 0; same && i < now->relays->len; i++) {
    const ConfigRelay *a = g_ptr_array_index(now->relays, i), *b = g_ptr_array_index(next->relays, i);
    same = g_str_equal(a->url, b->url) && g_str_equal(a->name, b->name);
  }
  if (!same)
    log_line(LOG_LEVEL_WARNING, "relays change at the next start only", NULL);
  if (!same_mailboxes(now, next))
    log_line(LOG_LEVEL_WARNING, "mailboxes, [inbound], change at the next start only", NULL);
  if (!pacing_equal(&now->pace, &next->pace))
    log_line(LOG_LEVEL_WARNING, "what [pace] says changes at the next start only", NULL);
}

/* The settings of mailings name the relays in use, which stay those of the start. */
int daemon_reload(Daemon *d, Config *next, GError **error) {
  g_autoptr(Config) read = next;
  g_autoptr(MailingSettings) settings = NULL;
  int r = settings_new(next, &settings, error);
  if (r < 0)
    return r;
  tell_what_waits(d->config, next);
  g_ptr_array_set_size(settings->relays, 0);
  for (guint i = 0; i < d->config->relays->len; i++) {
    const ConfigRelay *relay = g_ptr_array_index(d->config->relays, i);
    g_autofree char *url = rehearsal_url(d->config, relay);
    mailing_settings_add_relay(settings, relay->name, url);
  }
  desk_settings_replace(d->desk, settings);
  log_set_level((enum log_level)next->valise.log_level);
  return 0;
}

gboolean daemon_is_well(Daemon *d) {
  return !store_is_broken(d->store) && g_get_monotonic_time() - scheduler_last_round(d->scheduler) < STILL;
}

static void say_farewell(Daemon *d) {
  g_autoptr(GError) error = NULL;
  if (d->announced && !store_is_broken(d->store) && announce(d, &error) < 0)
    log_fault("the orderly stop cannot be noted", error);
  if (d->announced && !store_is_broken(d->store))
    timepiece_keep(d->store, d->clock, NULL);
}

void daemon_close(Daemon *d) {
  if (d == NULL)
    return;
  if (d->scheduler != NULL)
    scheduler_stop(d->scheduler);
  if (d->heads != NULL)
    head_post_stop(d->heads);
  if (d->outbox != NULL)
    outbox_stop(d->outbox);
  if (d->office != NULL)
    http_server_stop(d->office, HTTP_FAREWELL);
  if (d->recipients != NULL)
    http_server_stop(d->recipients, HTTP_FAREWELL);
  if (d->control != NULL)
    http_server_stop(d->control, HTTP_FAREWELL);
  if (d->fetcher != NULL)
    fetcher_stop(d->fetcher);
  if (d->reader != NULL)
    reader_stop(d->reader);
  if (d->filing != NULL)
    filing_stop(d->filing);
  g_clear_pointer(&d->api, api_free);
  g_clear_pointer(&d->public, public_free);
  g_clear_pointer(&d->scheduler, scheduler_free);
  g_clear_pointer(&d->fetcher, fetcher_free);
  g_clear_pointer(&d->heads, head_post_free);
  g_clear_pointer(&d->filing, filing_free);
  g_clear_pointer(&d->reader, reader_free);
  g_clear_pointer(&d->intake, intake_free);
  g_free(d->trust);
  if (d->store != NULL)
    say_farewell(d);
  g_clear_pointer(&d->store, store_close);
  g_clear_pointer(&d->outbox, outbox_close);
  g_clear_pointer(&d->desk, desk_free);
  g_clear_pointer(&d->keeper, keeper_free);
  g_clear_pointer(&d->log_keeper, keeper_free);
  g_clear_pointer(&d->ring, contact_ring_free);
  g_clear_pointer(&d->journal, journal_close);
  g_clear_pointer(&d->relays, g_ptr_array_unref);
  g_clear_pointer(&d->states, states_free);
  g_clear_pointer(&d->zone, g_time_zone_unref);
  config_free(d->config);
  clock_free(d->clock);
  g_free(d);
}
