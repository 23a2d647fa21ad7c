/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config/option.h"

#include <arpa/inet.h>
#include <errno.h>
#include <string.h>

#include "base/clock.h"
#include "base/fault.h"
#include "base/nearest.h"
#include "base/text.h"
#include "base/units.h"
#include "config/secret.h"
#include "config/spans.h"

/* The struct of each section, and the C type of each option type: a field of another type does not compile.
 */
#define STRUCT_valise       ConfigValise
#define STRUCT_organisation ConfigOrganisation
#define STRUCT_store        ConfigStore
#define STRUCT_relay        ConfigRelay
#define STRUCT_mail         ConfigMail
#define STRUCT_retry        ConfigRetry
#define STRUCT_pace         ConfigPace
#define STRUCT_openpgp      ConfigOpenpgp
#define STRUCT_smime        ConfigSmime
#define STRUCT_inbound      ConfigInbound
#define STRUCT_http         ConfigHttp
#define FIELD_STRING        char *
#define FIELD_PATH          char *
#define FIELD_SECRET        char *
#define FIELD_FILE          char *
#define FIELD_RATE          ConfigRate
#define FIELD_QUIET         GPtrArray *
#define FIELD_CLOSURES      GPtrArray *
#define FIELD_WEEKDAYS      guint
#define FIELD_DOMAINS       GPtrArray *
#define FIELD_ADDRESS       char *
#define FIELD_ZONE          char *
#define FIELD_URL           char *
#define FIELD_LISTEN        char *
#define FIELD_CHOICE        guint
#define FIELD_INTEGER       guint
#define FIELD_NUMBER        double
#define FIELD_DURATION      gint64
#define FIELD_SIZE          gint64
#define FIELD_LIST          GPtrArray *
#define FIELD_LINES         GPtrArray *
#define FIELD_LOCAL         GHashTable *
#define OFFSET(section, field, type)                                                                         \
  _Generic(((STRUCT_##section *)NULL)->field, FIELD_##type : offsetof(STRUCT_##section, field))

const ConfigOption option_table[] = {
#define SECTION(...)
#define OPTION(section, key, field, type, standard, extra, least, most, sentence)                            \
  {#section, #key, OPTION_##type, standard, extra, least, most, sentence, OFFSET(section, field, type)},
#include "config/options.def"
#undef SECTION
#undef OPTION
    {0}};

#define PLACE_valise       offsetof(Config, valise)
#define PLACE_organisation offsetof(Config, organisation)
#define PLACE_store        offsetof(Config, store)
#define PLACE_relay        offsetof(Config, relays)
#define PLACE_mail         offsetof(Config, mail)
#define PLACE_retry        offsetof(Config, retry)
#define PLACE_pace         offsetof(Config, pace)
#define PLACE_openpgp      offsetof(Config, openpgp)
#define PLACE_smime        offsetof(Config, smime)
#define PLACE_inbound      offsetof(Config, inbounds)
#define PLACE_http         offsetof(Config, http)

const ConfigSection section_table[] = {
#define SECTION(name, named, sentence) {#name, named, sentence, PLACE_##name, sizeof(STRUCT_##name)},
#define OPTION(...)
#include "config/options.def"
#undef SECTION
#undef OPTION
    {0}};

/* ---- finding ------------------------------------------------------------------------------------ */

const ConfigSection *option_section(const char *name) {
  for (const ConfigSection *s = section_table; s->name != NULL; s++)
    if (strcmp(s->name, name) == 0)
      return s;
  return NULL;
}

const ConfigOption *option_find(const char *section, const char *key) {
  const gsize stem = strcspn(key, ".");
  for (const ConfigOption *o = option_table; o->key != NULL; o++)
    if (strcmp(o->section, section) == 0 &&
        (strcmp(o->key, key) == 0 ||
         (o->type == OPTION_LOCAL && strlen(o->key) == stem && strncmp(o->key, key, stem) == 0)))
      return o;
  return NULL;
}

const char *option_nearest(const char *section, const char *key) {
  g_autoptr(GPtrArray) known = g_ptr_array_new();
  for (const ConfigOption *o = option_table; o->key != NULL; o++)
    if (strcmp(o->section, section) == 0)
      g_ptr_array_add(known, (gpointer)o->key);
  g_ptr_array_add(known, NULL);
  return nearest_of(key, (const char *const *)known->pdata);
}

const char *option_nearest_section(const char *name) {
  g_autoptr(GPtrArray) known = g_ptr_array_new();
  for (const ConfigSection *s = section_table; s->name != NULL; s++)
    g_ptr_array_add(known, (gpointer)s->name);
  g_ptr_array_add(known, NULL);
  return nearest_of(name, (const char *const *)known->pdata);
}

gboolean option_is_list(const ConfigOption *option) {
  return option->type == OPTION_LIST || option->type == OPTION_LINES || option->type == OPTION_QUIET ||
         option->type == OPTION_CLOSURES || option->type == OPTION_DOMAINS;
}

/* ---- what a value must be ------------------------------------------------------------------------ */

static char *expects_choice(const ConfigOption *option, const char *lead, const char *tail) {
  g_auto(GStrv) words = g_strsplit(option->extra, " ", -1);
  g_autoptr(GString) text = g_string_new(lead);
  for (guint i = 0; words[i] != NULL; i++)
    g_string_append_printf(text, "%s%s%s",
                           i == 0                 ? ""
                           : words[i + 1] == NULL ? " or "
                                                  : ", ",
                           words[i], tail);
  return g_string_free(g_steal_pointer(&text), FALSE);
}

static char *expects_between(const ConfigOption *option, const char *what, char *(*spell)(gint64),
                             const char *example) {
  g_autofree char *least = spell(option->least);
  g_autofree char *most = spell(option->most);
  return g_strdup_printf("a %s from %s to %s (write %s)", what, least, most, example);
}

static char *expects_count(const ConfigOption *option, const char *what) {
  return g_strdup_printf("%" G_GINT64_FORMAT " to %" G_GINT64_FORMAT " %s", option->least, option->most,
                         what);
}

static char *expects_whole(const ConfigOption *option) {
  return g_strdup_printf("a whole number from %" G_GINT64_FORMAT " to %" G_GINT64_FORMAT, option->least,
                         option->most);
}

static char *expects_number(const ConfigOption *option) {
  return g_strdup_printf("a number from %" G_GINT64_FORMAT " to %" G_GINT64_FORMAT, option->least,
                         option->most);
}

char *option_expects(const ConfigOption *option) {
  switch (option->type) {
  case OPTION_STRING:
  case OPTION_LOCAL:
    return option->most == 1
               ? g_strdup("one character")
               : g_strdup_printf("a text of at most %" G_GINT64_FORMAT " characters", option->most);
  case OPTION_PATH:
    return g_strdup_printf("a path of at most %" G_GINT64_FORMAT " bytes", option->most);
  case OPTION_SECRET:
  case OPTION_FILE:
    return g_strdup("the path of a file");
  case OPTION_RATE:
    return g_strdup("messages in a time of at most a day (30/min, 600/hour, 5 / 10 min)");
  case OPTION_QUIET:
    return g_strdup("hours of the day from and to (20:00-07:00, 12:00-14:00)");
  case OPTION_CLOSURES:
    return g_strdup("days, first and last (2013-12-23..2014-01-05, 2014-05-01)");
  case OPTION_WEEKDAYS:
    return g_strdup("days of the week (mon-fri, or mon, wed, fri)");
  case OPTION_DOMAINS:
    return g_strdup("domains in ASCII (ministry.example)");
  case OPTION_ADDRESS:
    return g_strdup("a mail address without a name (office@forum.example)");
  case OPTION_ZONE:
    return g_strdup("a time zone of the tz database (Europe/Paris)");
  case OPTION_URL:
    return expects_choice(option, "a URL that begins with ", ":");
  case OPTION_LISTEN:
    return g_strdup("host:port, [IPv6]:port or unix:PATH");
  case OPTION_CHOICE:
    return expects_choice(option, "", "");
  case OPTION_INTEGER:
    return expects_whole(option);
  case OPTION_NUMBER:
    return expects_number(option);
  case OPTION_DURATION:
    return expects_between(option, "duration", units_duration_text, "30 s, 10 min, 2 h, 5 d");
  case OPTION_SIZE:
    return expects_between(option, "size", units_size_text, "500 KiB, 10 MiB");
  case OPTION_LIST:
    return expects_count(option, "language codes (fr, en)");
  case OPTION_LINES:
    return expects_count(option, "lines");
  }
  g_assert_not_reached();
}

/* ---- reading one value --------------------------------------------------------------------------- */

/* Comments beside values are the commonest slip of those who know other dialects. */
static int refuse(const ConfigOption *option, const char *key, const char *value, GError **error) {
  g_autofree char *wanted = option_expects(option);
  const gboolean comment = strstr(value, " #") != NULL || strstr(value, " ;") != NULL;
  return fault(error, FAULT_INPUT, "%s is \"%.80s\", but must be %s%s", key, value, wanted,
               comment ? "; comments stand on lines of their own" : "");
}

static gboolean in_bounds(const ConfigOption *option, gint64 n) {
  return n >= option->least && n <= option->most;
}

static gboolean parse_integer(const ConfigOption *option, const char *value, guint *ret) {
  gint64 n;
  if (!g_ascii_string_to_signed(value, 10, option->least, option->most, &n, NULL))
    return FALSE;
  *ret = (guint)n;
  return TRUE;
}

static gboolean parse_number(const ConfigOption *option, const char *value, double *ret) {
  char *end;
  if (strspn(value, "0123456789.") != strlen(value))
    return FALSE;
  *ret = g_ascii_strtod(value, &end);
  return end != value && *end == '\0' && *ret >= (double)option->least && *ret <= (double)option->most;
}

static gboolean parse_choice(const ConfigOption *option, const char *value, guint *ret) {
  g_auto(GStrv) words = g_strsplit(option->extra, " ", -1);
  for (guint i = 0; words[i] != NULL; i++)
    if (strcmp(words[i], value) == 0) {
      *ret = i;
      return TRUE;
    }
  return FALSE;
}

/* The grammar of addresses lives in mail/, above this room; here only what is certainly none is refused. */
static gboolean is_address(const char *value) {
  const char *at = strrchr(value, '@');
  return at != NULL && at != value && at[1] != '\0' && at[1] != '.' &&
         strpbrk(value, " \t<>(),;:\\\"") == NULL && strchr(value, '@') == at;
}

static gboolean is_zone(const char *value) {
  g_autoptr(GTimeZone) zone = g_time_zone_new_identifier(value);
  return zone != NULL;
}

static gboolean is_port(const char *text) {
  guint64 port;
  return g_ascii_string_to_unsigned(text, 10, 0, 65535, &port, NULL);
}

static gboolean is_ip(const char *text) {
  guint8 bytes[sizeof(struct in6_addr)];
  return inet_pton(AF_INET, text, bytes) == 1 || inet_pton(AF_INET6, text, bytes) == 1;
}

static gboolean is_listen(const char *value) {
  if (g_str_has_prefix(value, "unix:"))
    return value[5] == '/' && strlen(value + 5) <= 106;
  const char *colon = strrchr(value, ':');
  if (colon == NULL || !is_port(colon + 1))
    return FALSE;
  g_autofree char *host = g_strndup(value, (gsize)(colon - value));
  const gsize length = strlen(host);
  if (length > 2 && host[0] == '[' && host[length - 1] == ']') {
    host[length - 1] = '\0';
    return strchr(host + 1, ':') != NULL && is_ip(host + 1);
  }
  return strcmp(host, "localhost") == 0 || (strchr(host, ':') == NULL && is_ip(host));
}

/* host, host:port, [IPv6], [IPv6]:port; no user, no password. */
static gboolean is_authority(const char *text) {
  if (*text == '[') {
    const char *end = strchr(text, ']');
    g_autofree char *host = end != NULL ? g_strndup(text + 1, (gsize)(end - text - 1)) : NULL;
    return host != NULL && is_ip(host) && (end[1] == '\0' || (end[1] == ':' && is_port(end + 2)));
  }
  const gsize host = strspn(text, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-_");
  return host > 0 && (text[host] == '\0' || (text[host] == ':' && is_port(text + host + 1)));
}

static gboolean has_scheme(const ConfigOption *option, const char *value) {
  g_auto(GStrv) schemes = g_strsplit(option->extra, " ", -1);
  const char *colon = strchr(value, ':');
  g_autofree char *scheme = colon != NULL ? g_strndup(value, (gsize)(colon - value)) : NULL;
  return scheme != NULL && g_strv_contains((const char *const *)schemes, scheme);
}

static gboolean is_url(const ConfigOption *option, const char *value) {
  if (!has_scheme(option, value) || strpbrk(value, "\"<>\\") != NULL)
    return FALSE;
  const char *rest = strchr(value, ':') + 1;
  if (g_str_has_prefix(value, "null:"))
    return *rest == '\0';
  if (g_str_has_prefix(value, "maildir:") || g_str_has_prefix(value, "sqlite:"))
    return *rest != '\0' && rest[strspn(rest, "/")] != '\0';
  if (!g_str_has_prefix(rest, "//") || strchr(value, ' ') != NULL)
    return FALSE;
  g_autofree char *authority = g_strndup(rest + 2, strcspn(rest + 2, "/?#"));
  return is_authority(authority) && rest[2 + strlen(authority)] == '\0';
}

static gboolean is_language(const char *text) {
  const gsize length = strlen(text);
  return (length == 2 || length == 3) && strspn(text, "abcdefghijklmnopqrstuvwxyz") == length;
}

/* ---- setting ------------------------------------------------------------------------------------- */

static char *complete_path(const char *value, const char *folder) {
  return g_path_is_absolute(value) || folder == NULL ? g_strdup(value)
                                                     : g_build_filename(folder, value, NULL);
}

static int set_text(const ConfigOption *option, char **field, const char *key, const char *value,
                    const char *folder, GError **error) {
  gboolean good =
      in_bounds(option, option->type == OPTION_PATH ? (gint64)strlen(value) : g_utf8_strlen(value, -1));
  if (option->type == OPTION_ADDRESS)
    good = good && is_address(value);
  else if (option->type == OPTION_ZONE)
    good = good && is_zone(value);
  else if (option->type == OPTION_URL)
    good = good && is_url(option, value);
  else if (option->type == OPTION_LISTEN)
    good = good && is_listen(value);
  if (!good)
    return refuse(option, key, value, error);
  g_free(*field);
  *field = option->type == OPTION_PATH ? complete_path(value, folder) : g_strdup(value);
  return 0;
}

static int set_secret(char **field, const char *key, const char *value, const char *folder, GError **error) {
  g_autofree char *secret = NULL;
  int r = secret_read(value, folder, &secret, error);
  if (r < 0)
    return fault_prefix(error, "%s", key);
  secret_free(*field);
  *field = g_steal_pointer(&secret);
  return 0;
}

static int set_file(char **field, const char *key, const char *value, const char *folder, GError **error) {
  char *path = NULL;
  int r = secret_path(value, folder, &path, error);
  if (r < 0)
    return fault_prefix(error, "%s", key);
  g_free(*field);
  *field = path;
  return 0;
}

/* A domain as the relay is told it: what is written in other letters has an ASCII form. */
static gboolean is_domain(const char *text) {
  gsize length = strlen(text);
  return length > 0 && length < 254 && g_ascii_isalnum(text[0]) && strstr(text, "..") == NULL &&
         text[strspn(text, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-.")] == '\0' &&
         text[length - 1] != '.';
}

/* One item in memory of its own, or NULL when it is none. */
static gpointer item_of(const ConfigOption *option, const char *text) {
  g_autofree ConfigQuiet *quiet = g_new0(ConfigQuiet, 1);
  g_autofree ConfigClosure *closure = g_new0(ConfigClosure, 1);
  if (option->type == OPTION_QUIET)
    return spans_quiet(text, quiet) ? g_steal_pointer(&quiet) : NULL;
  if (option->type == OPTION_CLOSURES)
    return spans_closure(text, closure) ? g_steal_pointer(&closure) : NULL;
  return is_domain(text) ? g_ascii_strdown(text, -1) : NULL;
}

static int set_items(const ConfigOption *option, GPtrArray *list, const char *key, const char *value,
                     GError **error) {
  g_auto(GStrv) items = g_strsplit(value, ",", -1);
  for (char **item = items; *item != NULL; item++) {
    gpointer read = item_of(option, g_strstrip(*item));
    if (read == NULL)
      return refuse(option, key, value, error);
    g_ptr_array_add(list, read);
  }
  if (!in_bounds(option, list->len))
    return fault(error, FAULT_INPUT, "%s: has more than %" G_GINT64_FORMAT " items; take some away", key,
                 option->most);
  return 0;
}

static int set_list(const ConfigOption *option, GPtrArray *list, const char *key, const char *value,
                    GError **error) {
  g_auto(GStrv) items = g_strsplit(value, option->type == OPTION_LIST ? "," : "\n", -1);
  for (char **item = items; *item != NULL; item++) {
    g_strstrip(*item);
    if (option->type == OPTION_LIST && !is_language(*item))
      return refuse(option, key, value, error);
    g_ptr_array_add(list, g_strdup(*item));
  }
  return in_bounds(option, list->len) ? 0 : refuse(option, key, value, error);
}

static int set_local(const ConfigOption *option, GHashTable *texts, const char *key, const char *value,
                     GError **error) {
  const char *language = key + strlen(option->key);
  if (*language == '.' && !is_language(++language))
    return fault(error, FAULT_INPUT, "%s: \"%s\" is no language code; write %s.fr, %s.en and so on", key,
                 language, option->key, option->key);
  if (!in_bounds(option, g_utf8_strlen(value, -1)))
    return refuse(option, key, value, error);
  g_hash_table_insert(texts, g_strdup(language), g_strdup(value));
  return 0;
}

static gboolean set_quantity(const ConfigOption *option, gpointer field, const char *value) {
  gint64 n;
  switch (option->type) {
  case OPTION_CHOICE:
    return parse_choice(option, value, field);
  case OPTION_INTEGER:
    return parse_integer(option, value, field);
  case OPTION_NUMBER:
    return parse_number(option, value, field);
  case OPTION_RATE:
    return spans_rate(value, field);
  case OPTION_WEEKDAYS:
    return spans_weekdays(value, field);
  default:
    if (!(option->type == OPTION_SIZE ? units_size : units_duration)(value, &n) || !in_bounds(option, n))
      return FALSE;
    *(gint64 *)field = n;
    return TRUE;
  }
}

int option_set(const ConfigOption *option, gpointer base, const char *key, const char *value,
               const char *folder, GError **error) {
  gpointer field = (char *)base + option->offset;
  switch (option->type) {
  case OPTION_STRING:
  case OPTION_PATH:
  case OPTION_ADDRESS:
  case OPTION_ZONE:
  case OPTION_URL:
  case OPTION_LISTEN:
    return set_text(option, field, key, value, folder, error);
  case OPTION_SECRET:
    return set_secret(field, key, value, folder, error);
  case OPTION_FILE:
    return set_file(field, key, value, folder, error);
  case OPTION_QUIET:
  case OPTION_CLOSURES:
  case OPTION_DOMAINS:
    return set_items(option, *(GPtrArray **)field, key, value, error);
  case OPTION_LIST:
  case OPTION_LINES:
    return set_list(option, *(GPtrArray **)field, key, value, error);
  case OPTION_LOCAL:
    return set_local(option, *(GHashTable **)field, key, value, error);
  default:
    return set_quantity(option, field, value) ? 0 : refuse(option, key, value, error);
  }
}

void option_clear(const ConfigOption *option, gpointer base) {
  gpointer field = (char *)base + option->offset;
  switch (option->type) {
  case OPTION_LIST:
  case OPTION_LINES:
  case OPTION_QUIET:
  case OPTION_CLOSURES:
  case OPTION_DOMAINS:
    g_ptr_array_set_size(*(GPtrArray **)field, 0);
    break;
  case OPTION_LOCAL:
    g_hash_table_remove_all(*(GHashTable **)field);
    break;
  case OPTION_RATE:
    *(ConfigRate *)field = (ConfigRate){0};
    break;
  case OPTION_CHOICE:
  case OPTION_INTEGER:
  case OPTION_WEEKDAYS:
    *(guint *)field = 0;
    break;
  case OPTION_NUMBER:
    *(double *)field = 0;
    break;
  case OPTION_DURATION:
  case OPTION_SIZE:
    *(gint64 *)field = 0;
    break;
  default:
    secret_free(g_steal_pointer((char **)field));
  }
}
