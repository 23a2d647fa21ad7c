/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sign/key_end.h"

#include "base/clock.h"

static const struct {
  enum key_end end;
  gint64 within;
  const char *word;
} steps[] = {{KEY_END_PAST, 0, "urgent: "},
             {KEY_END_URGENT, 7 * DAY, "urgent: "},
             {KEY_END_SOON, 30 * DAY, "soon: "},
             {KEY_END_NEAR, 60 * DAY, ""}};

enum key_end key_end_of(gint64 expires, gint64 now) {
  for (gsize i = 0; expires != 0 && i < G_N_ELEMENTS(steps); i++)
    if (expires - now <= steps[i].within)
      return steps[i].end;
  return KEY_END_FAR;
}

static const char *word_of(enum key_end end) {
  for (gsize i = 0; i < G_N_ELEMENTS(steps); i++)
    if (steps[i].end == end)
      return steps[i].word;
  return "";
}

/* What each of them is, and what helps. */
typedef struct {
  const char *what, *signs, *remedy;
} Use;

static void look(Keeper *keeper, enum signed_protocol protocol, const Use *use, gint64 now, KeyEndSeen seen,
                 gpointer data) {
  g_autoptr(GError) error = NULL;
  gint64 expires = 0;
  if (!keeper_has_seal(keeper, protocol))
    return;
  if (keeper_expires(keeper, protocol, &expires, &error) < 0) {
    g_autofree char *sentence = g_strdup_printf("%s can be signed: %s", use->signs, error->message);
    seen(use->what, KEY_END_PAST, sentence, data);
    return;
  }
  enum key_end end = key_end_of(expires, now);
  if (end == KEY_END_FAR)
    return;
  g_autofree char *day = moment_rfc3339(expires);
  g_autofree char *sentence =
      end == KEY_END_PAST
          ? g_strdup_printf("%sthe %s has ended (%s); %s", word_of(end), use->what, day, use->remedy)
          : g_strdup_printf("%sthe %s ends in %" G_GINT64_FORMAT " days (%s); %s", word_of(end), use->what,
                            (expires - now) / DAY, day, use->remedy);
  seen(use->what, end, sentence, data);
}

void key_end_each(Keeper *keeper, Keeper *log_keeper, gint64 now, KeyEndSeen seen, gpointer data) {
  static const Use key = {"key", "nothing", "lengthen it, or make the next one and publish both"};
  static const Use certificate = {"certificate", "nothing by S/MIME", "ask its authority for the next one"};
  static const Use log_key = {"log key", "no head of the journal", "lengthen it, or make the next one"};
  look(keeper, SIGNED_OPENPGP, &key, now, seen, data);
  look(keeper, SIGNED_SMIME, &certificate, now, seen, data);
  look(log_keeper, SIGNED_OPENPGP, &log_key, now, seen, data);
}
