/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * config.h - what the admin has written, checked and typed
 *
 * options.def is the one table of sections and keys; the structs below are what it fills. Durations are
 * gint64 microseconds, sizes gint64 bytes. An option that is not set and has no default is NULL (texts), an
 * empty list, or 0. A Config never changes once loaded: any thread may read it; a reload makes a new one.
 *
 * The dialect is that of systemd's unit files (config_parse.h). Relative paths are completed: those of
 * [valise] against the folder of the configuration file, those after maildir: and sqlite: against
 * state_dir.
 */
#pragma once

#include <glib.h>

#define CONFIG_DEFAULT_PATH "/etc/valise/valise.conf"

enum config_mode {
  CONFIG_LIVE,
  CONFIG_REHEARSAL, /* nothing leaves: every relay is a Maildir in state_dir */
};
enum config_log_level {
  CONFIG_LOG_ERROR,
  CONFIG_LOG_WARNING,
  CONFIG_LOG_NOTICE,
  CONFIG_LOG_INFO,
  CONFIG_LOG_DEBUG
};

typedef struct {
  char *state_dir;
  char *socket;
  char *socket_group; /* NULL: the daemon's own group */
  enum config_mode mode;
  char *templates;                 /* folder of forms and wordings */
  enum config_log_level log_level; /* in the order of enum log_level */
} ConfigValise;

typedef struct {
  GHashTable *name;         /* language -> text; "" for every language not named; see config_in_language */
  GPtrArray *address;       /* the postal address, char * a line */
  char *from;               /* the organisation's own mail address */
  char *time_zone;          /* as written; GTimeZone knows it */
  GPtrArray *languages;     /* char *, the first is the organisation's own */
  char *sender_name;        /* who signs the letters; NULL: the organisation's name */
  GHashTable *sender_title; /* language -> text */
  gint64 stale_after;       /* a tenure that nobody verified for so long is held; 0: never */
} ConfigOrganisation;

typedef struct {
  char *url; /* "sqlite:PATH" */
} ConfigStore;

/* So many messages in so many microseconds; all zero: no limit. */
typedef struct {
  guint n;
  gint64 per;
} ConfigRate;

/* Minutes of a day, TO not included; over midnight when TO is not above FROM. */
typedef struct {
  guint from, to;
} ConfigQuiet;

/* Days since 1970-01-01, both included. */
typedef struct {
  gint64 first, last;
} ConfigClosure;

enum config_quiet_for { CONFIG_QUIET_FOR_ALL, CONFIG_QUIET_FOR_OFFICES };

enum config_tls { CONFIG_TLS_REQUIRED, CONFIG_TLS_NONE };

typedef struct {
  char *name; /* "main" of [relay "main"] */
  char *url;  /* smtp://host[:port], smtps://host[:port], maildir:/PATH, null: */
  char *user;
  char *password;   /* read from password_file; wiped on free */
  char *token_file; /* the path: who connects reads it each time */
  enum config_tls tls;
  char *ca_file;
  char *fingerprint; /* "sha256//…" of the public key; NULL: any that the certificates vouch for */
  guint couriers;
  char *ehlo; /* NULL: the machine's own name */
  gint64 dot_timeout;
  gint64 log_lag; /* how long the relay's own log may lag behind: rule W adds it to the dot's wait */
} ConfigRelay;

enum config_envelope {
  CONFIG_ENVELOPE_TOKEN,   /* each delivery has its own envelope sender */
  CONFIG_ENVELOPE_ACCOUNT, /* the relay accepts its account's address only */
};

typedef struct {
  enum config_envelope envelope;
  char *token_separator;   /* one character, between the mailbox and the token */
  char *reply_mailbox;     /* answers come here; NULL: organisation.from, and no token in Reply-To */
  char *bounce_mailbox;    /* reports come here; NULL: reply_mailbox */
  gint64 attachment_limit; /* bytes of all attachments of one message, before encoding */
  gint64 message_limit;    /* bytes of a whole message; a larger one links its documents */
} ConfigMail;

typedef struct {
  gint64 first;   /* wait after the first try that was put off */
  double factor;  /* each wait is that much longer than the one before */
  gint64 ceiling; /* and never longer than this */
  guint jitter;   /* per cent, taken off or added at random */
  guint attempts; /* tries after which a delivery is parked */
} ConfigRetry;

typedef struct {
  guint couriers;                /* of all relays together */
  guint messages_per_connection; /* then the connection is renewed */
  ConfigRate total, per_domain;
  gint64 domain_interval; /* between two letters to offices of one domain; 0: none */
  GPtrArray *together;    /* char *, domains that count as one with all below them */
  GPtrArray *quiet;       /* ConfigQuiet * */
  GPtrArray *closed;      /* ConfigClosure * */
  guint weekdays;         /* bit 0 is Monday */
  enum config_quiet_for quiet_for;
} ConfigPace;

typedef struct {
  char *key;        /* NULL: nothing is signed */
  char *passphrase; /* read from passphrase_file; wiped on free */
  char *log_key;    /* NULL: no head is signed */
  char *log_passphrase;
  gint64 log_every;
  gint64 log_mail_every;
  char *timestamp_url; /* NULL: no head is stamped */
} ConfigOpenpgp;

typedef struct {
  char *certificate; /* NULL: nothing is signed by S/MIME */
  char *passphrase;  /* read from passphrase_file; wiped on free */
  char *authorities;
  char *contact_authorities;
} ConfigSmime;

typedef struct {
  char *name; /* "answers" of [inbound "answers"] */
  char *url;  /* imaps://host[:port], imap://host[:port], maildir:/PATH */
  char *user;
  char *password;    /* read from password_file; wiped on free */
  char *token_file;  /* the path: it is read for each connection */
  char *folder;      /* of an IMAP mailbox */
  char *authserv_id; /* whose Authentication-Results are believed; NULL: nobody's */
  char *after;       /* "nothing", "keyword", "move:FOLDER" */
  char *ca_file;
  char *fingerprint; /* "sha256//…" of the public key; NULL: any that the certificates vouch for */
  gint64 poll;
} ConfigInbound;

typedef struct {
  char *office;   /* "unix:/path", "host:port"; NULL: not offered */
  char *public;   /* the same, for recipients */
  char *base_url; /* of the public listener as recipients reach it, without a final slash; NULL: no links */
  char *trusted_proxy; /* an IP address; NULL: anybody may connect */
} ConfigHttp;

typedef struct {
  char *path; /* the file it was read from */
  ConfigValise valise;
  ConfigOrganisation organisation;
  ConfigStore store;
  GPtrArray *relays; /* ConfigRelay *, in the order of the file: the first healthy one is used */
  ConfigMail mail;
  ConfigRetry retry;
  ConfigPace pace;
  ConfigOpenpgp openpgp;
  ConfigSmime smime;
  GPtrArray *inbounds; /* ConfigInbound *, in the order of the file */
  ConfigHttp http;
} Config;

/* Reads PATH and its drop-ins PATH.d/ *.conf in byte order, resolves secrets, applies the cross rules of
 * config_check. FAULT_ABSENT when there is no such file; FAULT_INPUT with one sentence a line for each
 * mistake (at most 20, then how many more), each beginning with "FILE line N: " or, for cross rules, "FILE:
 * ". */
int config_load(const char *path, Config **ret, GError **error);
void config_free(Config *config);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Config, config_free)

/* The text in LANGUAGE, else the one for every language, else the one in the organisation's own language,
 * else NULL. */
const char *config_in_language(const Config *config, GHashTable *texts, const char *language);
/* The organisation's zone; the caller unrefs it. */
GTimeZone *config_zone(const Config *config);
/* The relay of that name, or NULL. */
const ConfigRelay *config_relay(const Config *config, const char *name);
/* The mailbox of that name, or NULL. */
const ConfigInbound *config_inbound(const Config *config, const char *name);
