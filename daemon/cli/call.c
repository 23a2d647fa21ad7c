/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/call.h"

#include "cli/call_make.h"

struct Call {
  const ParsedCommand *parsed;
  ApiClient *api; /* NULL for a command that needs no daemon */
  FILE *out, *err;
  GTimeZone *zone;
};

int call_new(const ParsedCommand *parsed, FILE *out, FILE *err, Call **ret, GError **error) {
  g_autoptr(Call) call = g_new0(Call, 1);
  call->parsed = parsed;
  call->out = out;
  call->err = err;
  const ApiOptions options = {call_value(call, "socket"), call_value(call, "url"),
                              call_value(call, "token-file")};
  if ((parsed->command->flags & COMMAND_OFFLINE) == 0) {
    int r = api_client_new(&options, &call->api, error);
    if (r < 0)
      return r;
  }
  *ret = g_steal_pointer(&call);
  return 0;
}

void call_free(Call *call) {
  if (call == NULL)
    return;
  api_client_free(call->api);
  g_clear_pointer(&call->zone, g_time_zone_unref);
  g_free(call);
}

guint call_count(const Call *call) {
  return call->parsed->arguments->len;
}

const char *call_argument(const Call *call, guint index) {
  return index < call_count(call) ? call->parsed->arguments->pdata[index] : NULL;
}

gboolean call_flag(const Call *call, const char *option) {
  return g_hash_table_contains(call->parsed->values, option);
}

const char *call_value(const Call *call, const char *option) {
  return call_values(call, option)[0];
}

const char *const *call_values(const Call *call, const char *option) {
  static const char *const none[] = {NULL};
  const GPtrArray *values = g_hash_table_lookup(call->parsed->values, option);
  return values != NULL ? (const char *const *)values->pdata : none;
}

gboolean call_json(const Call *call) {
  return call_flag(call, "json");
}

gboolean call_plain(const Call *call) {
  return call_flag(call, "plain");
}

gboolean call_dry_run(const Call *call) {
  return call_flag(call, "dry-run");
}

guint call_limit(const Call *call) {
  const char *text = call_value(call, "limit");
  return text != NULL ? (guint)g_ascii_strtoull(text, NULL, 10) : 0;
}

ApiClient *call_api(const Call *call) {
  return call->api;
}

FILE *call_out(const Call *call) {
  return call->out;
}

FILE *call_err(const Call *call) {
  return call->err;
}

/* A listing without the organisation's zone is still a listing: whatever goes wrong here means UTC. */
static GTimeZone *ask_zone(ApiClient *api) {
  json_t *status = NULL;
  GTimeZone *zone = NULL;
  if (api != NULL && api_get(api, "status", NULL, &status, NULL) == 0) {
    const char *name = json_string_value(json_object_get(status, "time_zone"));
    zone = name != NULL ? g_time_zone_new_identifier(name) : NULL;
    json_decref(status);
  }
  return zone != NULL ? zone : g_time_zone_new_utc();
}

GTimeZone *call_zone(Call *call) {
  if (call->zone == NULL)
    call->zone = ask_zone(call->api);
  return call->zone;
}
