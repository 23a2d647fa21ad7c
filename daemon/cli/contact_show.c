/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/contact_show.h"

#include <string.h>

#include "base/units.h"
#include "cli/show.h"
#include "cli/table.h"

/* An address on paper in one line. */
static char *one_line(const char *text) {
  g_auto(GStrv) lines = g_strsplit(text, "\n", 0);
  return g_strjoinv(", ", lines);
}

/* ", at most 5 MiB, plain text only"; "" for a channel that takes anything. */
static char *limits_of(const json_t *channel) {
  GString *text = g_string_new(NULL);
  if (show_int(channel, "max_message_bytes") > 0) {
    g_autofree char *size = units_size_text(show_int(channel, "max_message_bytes"));
    g_string_append_printf(text, ", at most %s", size);
  }
  if (json_is_true(json_object_get(channel, "no_signature_part")))
    g_string_append(text, ", no signature part");
  if (json_is_true(json_object_get(channel, "plain_only")))
    g_string_append(text, ", plain text only");
  return g_string_free(text, FALSE);
}

static void print_channels(Call *call, const json_t *channels) {
  for (size_t i = 0; i < json_array_size(channels); i++) {
    const json_t *c = json_array_get(channels, i);
    g_autofree char *limits = limits_of(c);
    g_autofree char *address = one_line(show_text(c, "address"));
    fprintf(call_out(call), "  %-6s %-10s %-12s %-15s %s  (%s%s)\n", show_text(c, "id"), show_text(c, "kind"),
            show_text(c, "role"), show_text(c, "via"), address, show_text(c, "standing"), limits);
  }
}

static void print_tenures(Call *call, const json_t *tenures, const char *word) {
  for (size_t i = 0; i < json_array_size(tenures); i++) {
    const json_t *t = json_array_get(tenures, i);
    const char *manner = show_text(t, "manner"), *verified = show_text(t, "verified_at");
    fprintf(call_out(call), "  %s %s (%s)  %s .. %s, %s%s%s, %s%s\n", word, show_text(t, "name"),
            show_text(t, "id"), show_text(t, "from"), show_text(t, "to"), show_text(t, "state"),
            strcmp(manner, "in-office") != 0 ? ", " : "", strcmp(manner, "in-office") != 0 ? manner : "",
            *verified != '\0' ? "verified " : "never verified", verified);
  }
}

static void print_grounds(Call *call, const json_t *grounds) {
  for (size_t i = 0; i < json_array_size(grounds); i++) {
    const json_t *g = json_array_get(grounds, i);
    const json_t *file = json_object_get(g, "file");
    gboolean since = json_is_true(json_object_get(g, "holder_changed_since"));
    fprintf(call_out(call), "  ground %" G_GINT64_FORMAT " %s %s: %s (%s, noted by %s%s)%s%s\n",
            show_int(g, "id"), show_text(g, "kind"), show_text(g, "area"), show_text(g, "evidence"),
            show_text(g, "date"), show_text(g, "noted_by"), since ? "; since then the holder changed" : "",
            json_is_object(file) ? ", file " : "", json_is_object(file) ? show_text(file, "name") : "");
  }
}

static void print_overrides(Call *call, const json_t *overrides) {
  for (size_t i = 0; i < json_array_size(overrides); i++) {
    const json_t *o = json_array_get(overrides, i);
    const char *key = show_text(o, "signed_by");
    fprintf(call_out(call), "  override for %s: %s (noted by %s%s%s)\n", show_text(o, "mailing"),
            show_text(o, "reason"), show_text(o, "noted_by"), *key != '\0' ? ", signed with " : "", key);
  }
}

static void print_memberships(Call *call, const json_t *memberships, const char *word) {
  for (size_t i = 0; i < json_array_size(memberships); i++) {
    const json_t *m = json_array_get(memberships, i);
    const char *name = show_text(m, "name"), *id = show_text(m, "id"), *role = show_text(m, "role");
    fprintf(call_out(call), "  %s %s%s%s%s%s%s  %s .. %s\n", word, *id != '\0' ? name : "the association",
            *id != '\0' ? " (" : "", id, *id != '\0' ? ")" : "", *role != '\0' ? " as " : "", role,
            show_text(m, "from"), show_text(m, "to"));
  }
}

static void print_lists(Call *call, const json_t *lists) {
  for (size_t i = 0; i < json_array_size(lists); i++) {
    const json_t *l = json_array_get(lists, i);
    const char *role = show_text(l, "role");
    fprintf(call_out(call), "  on the list %s%s%s\n", show_text(l, "name"), *role != '\0' ? " as " : "",
            role);
  }
}

static void print_objections(Call *call, const json_t *objections) {
  for (size_t i = 0; i < json_array_size(objections); i++) {
    const json_t *o = json_array_get(objections, i);
    const char *channel = show_text(o, "channel");
    g_autofree char *when = show_time(call, o, "noted_at");
    fprintf(call_out(call), "  %s%s%s: %s (%s, noted by %s)\n",
            json_is_true(json_object_get(o, "withdrawn")) ? "objection taken back" : "objection",
            *channel != '\0' ? " to " : "", channel, show_text(o, "reason"), when, show_text(o, "noted_by"));
  }
}

static void print_unsubscriptions(Call *call, const json_t *unsubscriptions) {
  for (size_t i = 0; i < json_array_size(unsubscriptions); i++) {
    const json_t *u = json_array_get(unsubscriptions, i);
    g_autofree char *since = show_time(call, u, "since");
    fprintf(call_out(call), "  no %s mail any more, since %s\n", show_text(u, "category"), since);
  }
}

void contact_show(Call *call, const json_t *c) {
  g_autofree char *languages = show_joined(json_object_get(c, "languages"));
  table_block(call_out(call), call_plain(call), "contact", show_text(c, "id"), "own id",
              show_text(c, "external_id"), "kind", show_text(c, "kind"), "name", show_text(c, "name"),
              "gender", show_text(c, "gender"), "honorific", show_text(c, "honorific"), "office",
              show_text(c, "office"), "kind of office", show_text(c, "office_kind"), "organisation",
              show_text(c, "organisation"), "country", show_text(c, "country"), "languages", languages,
              "standing", show_text(c, "standing"), NULL);
  print_channels(call, json_object_get(c, "channels"));
  print_tenures(call, json_object_get(c, "holders"), "held by");
  print_tenures(call, json_object_get(c, "offices"), "holds");
  print_grounds(call, json_object_get(c, "grounds"));
  print_overrides(call, json_object_get(c, "overrides"));
  print_memberships(call, json_object_get(c, "memberships"), "belongs to");
  print_memberships(call, json_object_get(c, "members"), "has");
  print_lists(call, json_object_get(c, "lists"));
  print_objections(call, json_object_get(c, "objections"));
  print_unsubscriptions(call, json_object_get(c, "unsubscriptions"));
  if (show_int(c, "messages") > 0)
    fprintf(call_out(call),
            "  messages that came in: %" G_GINT64_FORMAT " (valise inbound list --contact %s)\n",
            show_int(c, "messages"), show_text(c, "id"));
}

static void print_merged(Call *call, const json_t *merged) {
  for (size_t i = 0; i < json_array_size(merged); i++) {
    const json_t *m = json_array_get(merged, i);
    g_autofree char *at = show_time(call, m, "at");
    fprintf(call_out(call), "  %s went into it, %s, by %s\n", show_text(m, "id"), at, show_text(m, "by"));
  }
}

static void print_deliveries(Call *call, const json_t *deliveries) {
  for (size_t i = 0; i < json_array_size(deliveries); i++) {
    const json_t *d = json_array_get(deliveries, i);
    g_autofree char *dated = show_time(call, d, "dated");
    fprintf(call_out(call), "  %s of %s, %s to %s, %s%s%s\n", show_text(d, "id"), show_text(d, "mailing"),
            show_text(d, "language"), show_text(d, "address"), show_text(d, "state"),
            *dated != '\0' ? ", " : "", dated);
  }
}

static void print_log(Call *call, const json_t *log) {
  for (size_t i = 0; i < json_array_size(log); i++) {
    const json_t *e = json_array_get(log, i);
    g_autofree char *time = show_time(call, e, "time");
    fprintf(call_out(call), "  %" G_GINT64_FORMAT "  %s  %s  %s\n", show_int(e, "index"), time,
            show_text(e, "kind"), show_text(e, "text"));
  }
}

void contact_show_all(Call *call, const json_t *dossier) {
  g_autofree char *reviewed = show_time(call, dossier, "reviewed_at");
  contact_show(call, dossier);
  if (*reviewed != '\0')
    fprintf(call_out(call), "  looked at %s by %s\n", reviewed, show_text(dossier, "reviewed_by"));
  print_merged(call, json_object_get(dossier, "merged"));
  print_deliveries(call, json_object_get(dossier, "deliveries"));
  print_log(call, json_object_get(dossier, "log"));
}
