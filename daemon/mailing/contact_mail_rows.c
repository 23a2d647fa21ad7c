/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "mailing/contact_mail.h"

#include "base/ident.h"
#include "base/text.h"
#include "mailing/manifest.h"

/* Its places on all rolls; rolls are few, and each is asked by its index. */
#define PLACES "SELECT a.id FROM rolls r JOIN addressees a ON a.roll = r.id AND a.contact = ?1"

int contact_mail_under_way(Link *link, gint64 contact, gboolean any_line, char **ret, GError **error) {
  g_autoptr(Statement) s = NULL;
  g_autoptr(GString) names = g_string_new(NULL);
  char id[IDENT_SIZE];
  *ret = NULL;
  int r = link_query(
      link, &s, error,
      "SELECT DISTINCT a.mailing FROM rolls r JOIN addressees a ON a.roll = r.id AND a.contact = ?1"
      " JOIN mailings m ON m.id = a.mailing WHERE (m.roll = r.id AND (?3 <> 0 OR a.state <> 'excluded')"
      "  AND (m.state IN ('submitted', 'approved', 'scheduled')"
      "   OR (?3 <> 0 AND m.state IN ('sending', 'paused'))))"
      " OR EXISTS (SELECT 1 FROM deliveries d WHERE d.addressee = a.id AND d.state IN"
      "  ('planned', 'ready', 'claimed', 'committing', 'in-doubt', 'to-do')) ORDER BY a.mailing LIMIT ?2",
      "iii", contact, (gint64)CONTACT_MAIL_NAMED, (gint64)any_line);
  while (r == 0 && (r = statement_step(s, error)) > 0) {
    g_string_append_printf(names, "%s%s", names->len > 0 ? ", " : "",
                           ident_into(IDENT_MAILING, statement_int(s, 0), id));
    r = 0;
  }
  if (r < 0 || names->len == 0)
    return r < 0 ? r : 1;
  *ret = g_strdup(names->str);
  return 0;
}

/* A try whose reply is to be forgotten. */
typedef struct {
  gint64 delivery, number;
} Try;

static int find_tries(Link *link, gint64 contact, const char *const *words, GArray *to, GError **error) {
  g_autoptr(Statement) s = NULL;
  int r =
      link_query(link, &s, error,
                 "SELECT t.delivery, t.number, t.reply FROM attempts t JOIN deliveries d ON d.id = t.delivery"
                 " WHERE d.addressee IN (" PLACES ") AND t.reply IS NOT NULL",
                 "i", contact);
  while (r == 0 && (r = statement_step(s, error)) > 0) {
    Try found = {statement_int(s, 0), statement_int(s, 1)};
    if (text_holds_any(statement_text(s, 2), words))
      g_array_append_val(to, found);
    r = 0;
  }
  return r;
}

static int forget_replies(Link *link, gint64 contact, const char *const *words, GError **error) {
  g_autoptr(GArray) tries = g_array_new(FALSE, FALSE, sizeof(Try));
  int r = find_tries(link, contact, words, tries, error);
  for (guint i = 0; r >= 0 && i < tries->len; i++) {
    const Try *one = &g_array_index(tries, Try, i);
    r = link_run(link, error, "UPDATE attempts SET reply = NULL WHERE delivery = ?1 AND number = ?2", "ii",
                 one->delivery, one->number);
  }
  return MIN(r, 0);
}

static int forget_choices(Link *link, const char *const *words, GError **error) {
  int r = 0;
  for (; r >= 0 && *words != NULL; words++)
    r = link_run(link, error, "DELETE FROM mailbox_choices WHERE address = ?1", "t", *words);
  return MIN(r, 0);
}

/* What was approved of everybody else must stay provable: the tree keeps the hash of the line that goes. */
static int keep_leaf(Link *link, gint64 addressee, GError **error) {
  g_autoptr(Addressee) line = NULL;
  g_autoptr(GString) text = g_string_new(NULL);
  Digest hash;
  int r = roll_find(link, 1, addressee, &line, error);
  if (r == 0)
    r = manifest_leaf_hash(link, line, text, &hash, error);
  if (r == 0)
    r = link_run(link, error, "UPDATE addressees SET leaf = ?2 WHERE id = ?1", "id", addressee, &hash);
  return MIN(r, 0);
}

static int keep_leaves(Link *link, gint64 contact, GError **error) {
  g_autoptr(GArray) places = g_array_new(FALSE, FALSE, sizeof(gint64));
  g_autoptr(Statement) s = NULL;
  int r = link_query(link, &s, error, PLACES, "i", contact);
  while (r == 0 && (r = statement_step(s, error)) > 0) {
    gint64 id = statement_int(s, 0);
    g_array_append_val(places, id);
    r = 0;
  }
  for (guint i = 0; r == 0 && i < places->len; i++)
    r = keep_leaf(link, g_array_index(places, gint64, i), error);
  return r;
}

int contact_mail_erase(Link *link, gint64 contact, const char *const *words, GError **error) {
  static const char *const statements[] = {
      "DELETE FROM splices WHERE delivery IN (SELECT id FROM deliveries WHERE addressee IN (" PLACES "))",
      "UPDATE deliveries SET address = '' WHERE addressee IN (" PLACES ")",
      "DELETE FROM addressee_routes WHERE addressee IN (" PLACES ")"};
  char name[IDENT_SIZE];
  int r = forget_replies(link, contact, words, error);
  if (r == 0)
    r = keep_leaves(link, contact, error);
  for (gsize i = 0; r >= 0 && i < G_N_ELEMENTS(statements); i++)
    r = link_run(link, error, statements[i], "i", contact);
  if (r >= 0)
    r = link_run(
        link, error,
        "UPDATE addressees SET name = ?2, holder = NULL, salutation = NULL, inside = NULL, close = NULL,"
        " address = NULL, to_name = NULL, detail = NULL WHERE id IN (" PLACES ")",
        "it", contact, ident_into(IDENT_CONTACT, contact, name));
  return r < 0 ? r : forget_choices(link, words, error);
}
