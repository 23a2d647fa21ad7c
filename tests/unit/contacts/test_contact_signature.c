/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Keys of contacts, and what messages signed by them are worth: in December 2013, by gpg itself. */
#include "contacts/contact_signature.h"

#include "contacts_fixture.h"

#include "contacts/contact_key.h"
#include "contacts/erase.h"
#include "contacts/merge.h"
#include "support/gpg.h"

#include <glib/gstdio.h>

#define ALMA  "alma@ministry.example"
#define BORIS "boris@ministry.example"
#define EVE   "eve@else.example"
#define TEXT  "Content-Type: text/plain; charset=utf-8\n\nWe support it.\n"
#define DAY_OF(n)                                                                                            \
  ((G_GINT64_CONSTANT(1385856000) + (gint64)((n)-1) * 86400) * SECOND) /* of December 2013                   \
                                                                        */

static const char people[] = "Type;Identifiant;Nom;Pays;Langue;Courriel\n"
                             "personne;P-ALMA;Alma;XA;en;" ALMA "\n"
                             "personne;P-BORIS;Boris;XA;en;" BORIS "\n";

typedef struct {
  Fixture *f;
  ContactRing *ring;
  char *home; /* of the people, with their secret keys */
  gint64 alma, boris;
} Scene;

static void make_key(Scene *s, const char *name, const char *expires) {
  GPG(s->home, "--faked-system-time", "20131130T120000", "--passphrase", "", "--quick-gen-key", name,
      "ed25519", "sign", expires);
}

static int setup(void **state) {
  Scene *s = g_new0(Scene, 1);
  s->f = fixture_new(TRUE);
  s->ring = contact_ring_new(&s->f->contacts, s->f->folder, NULL);
  s->home = g_build_filename(s->f->folder, "people", NULL);
  assert_int_equal(g_mkdir(s->home, 0700), 0);
  fixture_take(s->f, people);
  s->alma = fixture_id(s->f, "P-ALMA");
  s->boris = fixture_id(s->f, "P-BORIS");
  make_key(s, ALMA, "20131220T000000");
  make_key(s, BORIS, "never");
  *state = s;
  return 0;
}

static int teardown(void **state) {
  Scene *s = *state;
  Home *home = NULL;
  assert_done(home_open(s->home, HOME_OURS, &home, error));
  home_close(home);
  contact_ring_free(s->ring);
  fixture_free(s->f);
  g_free(s->home);
  g_free(s);
  return 0;
}

/* ---- what people do ---- */

static KeyMaterial *public_of(Scene *s, const char *name) {
  g_autofree char *armour = fixture_gpg(s->home, (const char *const[]){"--armor", "--export", name, NULL});
  g_autoptr(GBytes) bytes = g_bytes_new(armour, strlen(armour));
  g_autoptr(GPtrArray) keys = NULL;
  assert_done(key_file_read(s->f->folder, bytes, &keys, error));
  assert_int_equal(keys->len, 1);
  return g_ptr_array_steal_index(keys, 0);
}

static gint64 propose(Scene *s, const char *name, gint64 contact, int expected) {
  g_autoptr(KeyMaterial) material = public_of(s, name);
  ContactKeyOrigin origin = {.contact = contact, .source = CONTACT_KEY_FILE, .source_name = "alma.asc"};
  gint64 id = 0;
  g_autoptr(GError) error = NULL;
  assert_int_equal(contact_key_propose(&s->f->contacts, &marie, material, &origin, &id, &error), expected);
  return id;
}

static gint64 confirm(Scene *s, const char *name, gint64 contact) {
  gint64 id = propose(s, name, contact, 0);
  assert_done(contact_key_confirm(&s->f->contacts, &marie, id, 0, error));
  return id;
}

/* What NAME signs on DAY of December, as the author FROM. */
static GBytes *letter(Scene *s, const char *name, const char *from, int day, const char *text) {
  g_autofree char *path = g_build_filename(s->f->folder, "text", NULL);
  g_autofree char *time = g_strdup_printf("201312%02dT100000", day);
  g_autoptr(GString) canonical = g_string_new(text);
  g_string_replace(canonical, "\n", "\r\n", 0);
  assert_true(g_file_set_contents(path, canonical->str, (gssize)canonical->len, NULL));
  g_autofree char *armour = fixture_gpg(
      s->home, (const char *const[]){"--faked-system-time", time, "--passphrase", "", "--armor", "--output",
                                     "-", "--local-user", name, "--detach-sign", path, NULL});
  char *message = gpg_message(from, text, armour);
  return g_bytes_new_take(message, strlen(message));
}

static void expect(Scene *s, GBytes *raw, gint64 at, const char *name, gint64 contact, gint64 key) {
  g_auto(ContactSignature) signature = {0};
  assert_done(contact_signature_judge(s->ring, raw, at, &signature, error));
  if (strcmp(signature.name, name) != 0)
    fail_msg("\"%s\" instead of \"%s\"", signature.name, name);
  assert_int_equal(signature.good, strcmp(name, "good") == 0);
  assert_int_equal(signature.contact, contact);
  assert_int_equal(signature.key, key);
}

/* ---- the cases ---- */

static void counts_when_confirmed(void **state) {
  Scene *s = *state;
  g_autoptr(GBytes) raw = letter(s, ALMA, "Alma <" ALMA ">", 3, TEXT);
  expect(s, raw, DAY_OF(4), "not-bound", 0, 0);
  gint64 id = propose(s, ALMA, s->alma, 0);
  expect(s, raw, DAY_OF(4), "not-bound", 0, 0);
  assert_int_equal(propose(s, ALMA, s->alma, 1), id);
  gint64 entries = fixture_entries(s->f);
  assert_done(contact_key_confirm(&s->f->contacts, &marie, id, 0, error));
  assert_int_equal(fixture_entries(s->f), entries + 1);
  expect(s, raw, DAY_OF(4), "good", s->alma, id);
  g_autoptr(GBytes) loud = letter(s, ALMA, "ALMA@MINISTRY.EXAMPLE", 3, TEXT);
  expect(s, loud, DAY_OF(4), "good", s->alma, id);
  assert_fault(FAULT_RULE, "confirmed already", contact_key_confirm(&s->f->contacts, &marie, id, 0, error));
}

static void deceives_nobody(void **state) {
  Scene *s = *state;
  gint64 alma = confirm(s, ALMA, s->alma), boris = confirm(s, BORIS, s->boris);
  g_autoptr(GBytes) theirs = letter(s, BORIS, BORIS, 3, TEXT);
  g_autoptr(GBytes) forged = letter(s, BORIS, "Alma <" ALMA ">", 3, TEXT);
  g_autoptr(GBytes) stranger = letter(s, ALMA, EVE, 3, TEXT);
  expect(s, forged, DAY_OF(4), "other-key", 0, 0);
  expect(s, theirs, DAY_OF(4), "good", s->boris, boris);
  /* The same whether the other's key lies in the home or not. */
  expect(s, forged, DAY_OF(4), "other-key", 0, 0);
  expect(s, stranger, DAY_OF(4), "not-bound", 0, 0);
  g_autoptr(GBytes) good = letter(s, ALMA, ALMA, 3, TEXT);
  expect(s, good, DAY_OF(4), "good", s->alma, alma);
  static const struct {
    const char *from, *to, *name;
  } edits[] = {{"We support", "We oppose", "bad"},
               {"From: ", "From: " BORIS "\r\nFrom: ", "several-from"},
               {"From: " ALMA, "From: " BORIS " (" ALMA ")", "from-unclear"},
               {"From: ", "Sender: " BORIS "\r\nFrom: ", "sender-mismatch"},
               {"multipart/signed", "multipart/mixed", "partial"},
               {"--=_b--", "--=_b\r\n\r\nWe oppose it.\r\n--=_b--", "partial"}};
  for (gsize i = 0; i < G_N_ELEMENTS(edits); i++) {
    gsize size = 0;
    const char *text = g_bytes_get_data(good, &size);
    g_autoptr(GString) edited = g_string_new_len(text, (gssize)size);
    assert_int_equal(g_string_replace(edited, edits[i].from, edits[i].to, 1), 1);
    g_autoptr(GBytes) raw = g_bytes_new(edited->str, edited->len);
    expect(s, raw, DAY_OF(4), edits[i].name, 0, 0);
  }
  /* Signed at a time that has not come when it arrives. */
  g_autoptr(GBytes) ahead = letter(s, BORIS, BORIS, 9, TEXT);
  expect(s, ahead, DAY_OF(8), "future", 0, 0);
}

static void is_judged_at_the_time_of_the_event(void **state) {
  Scene *s = *state;
  gint64 alma = confirm(s, ALMA, s->alma), boris = confirm(s, BORIS, s->boris);
  g_autoptr(GBytes) raw = letter(s, ALMA, ALMA, 3, TEXT), other = letter(s, BORIS, BORIS, 3, TEXT);
  /* The key ends on the 20th, and the machine's clock is years later. */
  expect(s, raw, DAY_OF(19), "good", s->alma, alma);
  expect(s, raw, DAY_OF(21), "key-expired", 0, 0);
  clock_advance(s->f->clock, 8 * DAY);
  assert_done(contact_key_retire(&s->f->contacts, &marie, boris, DAY_OF(7), "a lost computer", error));
  expect(s, other, DAY_OF(6), "good", s->boris, boris);
  expect(s, other, DAY_OF(7), "key-retired", 0, 0);
  assert_fault(FAULT_INPUT, "still to come",
               contact_key_retire(&s->f->contacts, &marie, alma, DAY_OF(25), NULL, error));
  g_autoptr(GError) error = NULL;
  assert_int_equal(contact_key_retire(&s->f->contacts, &marie, boris, 0, NULL, &error), 1);
}

/* A later end of the same key is one more proposal, and changes nothing until it is confirmed. */
static void is_changed_by_nobody_but_a_person(void **state) {
  Scene *s = *state;
  gint64 first = confirm(s, ALMA, s->alma);
  g_autoptr(GBytes) raw = letter(s, ALMA, ALMA, 3, TEXT);
  g_autoptr(KeyMaterial) before = public_of(s, ALMA);
  GPG(s->home, "--faked-system-time", "20131201T120000", "--passphrase", "", "--quick-set-expire",
      before->fingerprint, "20140110T000000");
  gint64 second = propose(s, ALMA, s->alma, 0);
  assert_int_not_equal(first, second);
  expect(s, raw, DAY_OF(21), "key-expired", 0, 0);
  assert_done(contact_key_confirm(&s->f->contacts, &marie, second, 0, error));
  expect(s, raw, DAY_OF(21), "good", s->alma, second);
  assert_fault(FAULT_RULE, "another contact",
               contact_key_confirm(&s->f->contacts, &marie, propose(s, ALMA, s->boris, 0), 0, error));
  assert_fault(FAULT_INPUT, "--contact",
               contact_key_confirm(&s->f->contacts, &marie, propose(s, BORIS, 0, 0), 0, error));
  clock_advance(s->f->clock, 60 * DAY);
  gint64 late = propose(s, ALMA, 0, 0);
  assert_fault(FAULT_RULE, "has ended", contact_key_confirm(&s->f->contacts, &marie, late, s->alma, error));
}

static guint carried(Scene *s, GBytes *raw) {
  guint count = 0;
  assert_done(contact_signature_propose(s->ring, &actor_daemon, raw, "B-1", &count, error));
  return count;
}

static char *with_key(Scene *s, const char *name, const char *encoding, gboolean base64) {
  g_autofree char *armour = fixture_gpg(s->home, (const char *const[]){"--armor", "--export", name, NULL});
  g_autofree char *coded =
      base64 ? g_base64_encode((const guchar *)armour, strlen(armour)) : g_strdup(armour);
  g_autoptr(GString) folded = g_string_new(NULL);
  for (const char *c = coded; *c != '\0'; c++) {
    g_string_append_c(folded, *c);
    if (base64 && (c - coded) % 76 == 75)
      g_string_append_c(folded, '\n');
  }
  return g_strconcat(
      "Content-Type: multipart/mixed; boundary=m\n\n--m\nContent-Type: text/plain\n\nHere.\n--m\n"
      "Content-Type: application/pgp-keys; name=key.asc\nContent-Transfer-Encoding: ",
      encoding, "\n\n", folded->str, "\n--m--\n", NULL);
}

static void becomes_a_proposal_when_carried(void **state) {
  Scene *s = *state;
  g_autofree char *plain = with_key(s, ALMA, "7bit", FALSE), *base64 = with_key(s, ALMA, "base64", TRUE);
  g_autoptr(GBytes) raw = letter(s, ALMA, ALMA, 3, plain), again = letter(s, ALMA, ALMA, 3, base64),
                    stranger = letter(s, ALMA, EVE, 3, plain), bare = letter(s, ALMA, ALMA, 3, TEXT);
  assert_int_equal(carried(s, stranger), 0);
  assert_int_equal(carried(s, bare), 0);
  assert_int_equal(carried(s, raw), 1);
  assert_int_equal(carried(s, raw), 0);
  assert_int_equal(carried(s, again), 0);
  /* It counts for nothing, and what nobody wanted is not proposed again. */
  expect(s, raw, DAY_OF(4), "not-bound", 0, 0);
  assert_done(contact_key_retire(&s->f->contacts, &marie, 1, 0, "not his", error));
  assert_int_equal(carried(s, raw), 0);
  /* Carried by a message that is signed by somebody else still says nothing but whose address it has. */
  g_autofree char *other = with_key(s, BORIS, "7bit", FALSE);
  g_autoptr(GBytes) others = letter(s, BORIS, ALMA, 3, other);
  assert_int_equal(carried(s, others), 1);
}

static void floods_nothing(void **state) {
  Scene *s = *state;
  guint count = 0;
  for (int i = 0; i < CONTACT_KEY_OPEN_MAX + 2; i++) {
    g_autofree char *name = g_strdup_printf("flood-%d@else.example", i);
    make_key(s, name, "never");
    g_autofree char *text = with_key(s, name, "7bit", FALSE);
    g_autoptr(GBytes) raw = letter(s, name, ALMA, 3, text);
    count += carried(s, raw);
  }
  assert_int_equal(count, CONTACT_KEY_OPEN_MAX);
}

static int count_key(const ContactKey *key, gpointer data, GError **error) {
  (void)error;
  (void)key;
  ++*(int *)data;
  return 0;
}

static int keys_seen(Scene *s, gint64 contact, gint64 clearance) {
  g_autoptr(Link) link = NULL;
  int n = 0;
  assert_done(store_read(s->f->contacts.store, &link, error));
  assert_done(contact_key_each(link, contact, clearance, 0, 100, count_key, &n, error));
  return n;
}

static void goes_with_its_contact(void **state) {
  Scene *s = *state;
  g_auto(MergeReport) report = {0};
  EraseReport erased;
  EraseTerms terms = {0};
  gint64 id = confirm(s, ALMA, s->alma);
  g_autoptr(GBytes) raw = letter(s, ALMA, ALMA, 3, TEXT);
  assert_done(merge_contacts(&s->f->contacts, &marie, s->boris, s->alma, FALSE, &report, error));
  expect(s, raw, DAY_OF(4), "good", s->boris, id);
  assert_done(merge_undo(&s->f->contacts, &marie, s->boris, s->alma, FALSE, error));
  expect(s, raw, DAY_OF(4), "good", s->alma, id);
  g_autofree char *ring = g_build_filename(s->f->folder, "gnupg-contacts", "pubring.kbx", NULL);
  assert_true(g_file_test(ring, G_FILE_TEST_EXISTS));
  assert_done(erase_contact(&s->f->contacts, &marie, s->alma, &terms, &erased, error));
  contact_ring_forget(s->ring);
  assert_false(g_file_test(ring, G_FILE_TEST_EXISTS));
  assert_int_equal(keys_seen(s, 0, 1), 0);
  expect(s, raw, DAY_OF(4), "not-bound", 0, 0);
  gint64 nobody = 0;
  g_autoptr(KeyMaterial) material = public_of(s, ALMA);
  ContactKeyOrigin origin = {.contact = s->alma, .source = CONTACT_KEY_FILE};
  assert_fault(FAULT_RULE, "erased",
               contact_key_propose(&s->f->contacts, &marie, material, &origin, &nobody, error));
}

/* What lies in the home by hand, or from before a restart, counts for nothing. */
static void believes_the_database_alone(void **state) {
  Scene *s = *state;
  g_autofree char *folder = g_build_filename(s->f->folder, "gnupg-contacts", NULL);
  g_autofree char *armour = fixture_gpg(s->home, (const char *const[]){"--armor", "--export", ALMA, NULL});
  g_autofree char *file = g_build_filename(s->f->folder, "key.asc", NULL);
  gint64 boris = confirm(s, BORIS, s->boris);
  g_autoptr(GBytes) theirs = letter(s, BORIS, BORIS, 3, TEXT), raw = letter(s, ALMA, ALMA, 3, TEXT);
  expect(s, theirs, DAY_OF(4), "good", s->boris, boris);
  assert_true(g_file_set_contents(file, armour, -1, NULL));
  GPG(folder, "--import", file);
  expect(s, raw, DAY_OF(4), "not-bound", 0, 0);
  confirm(s, ALMA, s->alma);
  contact_ring_free(s->ring);
  s->ring = contact_ring_new(&s->f->contacts, s->f->folder, NULL);
  expect(s, theirs, DAY_OF(4), "good", s->boris, boris);
}

/* ---- certificates ---- */

static char *shell(Scene *s, const char *line) {
  char *argv[] = {(char *)"sh", (char *)"-c", (char *)line, NULL}, *out = NULL;
  g_autofree char *err = NULL;
  int status = 0;
  assert_true(
      g_spawn_sync(s->f->folder, argv, NULL, G_SPAWN_SEARCH_PATH, NULL, NULL, &out, &err, &status, NULL));
  if (status != 0)
    fail_msg("%s: %s", line, err);
  return out;
}

/* A root and Alma's certificate; what she signs with it, as a whole message. */
static GBytes *letter_by_certificate(Scene *s) {
  g_free(shell(
      s,
      "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout root.key -out root.pem "
      "-days 2"
      " -subj /CN=Root -addext basicConstraints=critical,CA:TRUE -addext "
      "keyUsage=critical,keyCertSign,cRLSign &&"
      " openssl req -new -newkey rsa:2048 -nodes -keyout alma.key -out alma.csr -subj /CN=Alma &&"
      " printf 'keyUsage=critical,digitalSignature\nsubjectAltName=email:" ALMA "\n' >alma.ext &&"
      " openssl x509 -req -in alma.csr -CA root.pem -CAkey root.key -CAcreateserial -days 1 -extfile alma.ext"
      " -out alma.pem &&"
      " printf 'Content-Type: text/plain\r\n\r\nWe support it.\r\n' >text &&"
      " openssl cms -sign -binary -in text -outform DER -signer alma.pem -inkey alma.key -out signature"));
  g_autofree char *base64 = shell(s, "openssl base64 -in signature");
  g_autoptr(GString) all = g_string_new(
      "From: Alma <" ALMA ">\nMIME-Version: 1.0\nContent-Type: multipart/signed; micalg=sha-256;\n"
      " protocol=\"application/pkcs7-signature\"; boundary=\"=_b\"\n\n--=_b\n"
      "Content-Type: text/plain\n\nWe support it.\n\n--=_b\nContent-Type: application/pkcs7-signature\n"
      "Content-Transfer-Encoding: base64\n\n");
  g_string_append_printf(all, "%s\n--=_b--\n", base64);
  g_string_replace(all, "\n", "\r\n", 0);
  return g_string_free_to_bytes(g_steal_pointer(&all));
}

static void judges_certificates_by_authorities(void **state) {
  Scene *s = *state;
  g_autoptr(GBytes) raw = letter_by_certificate(s);
  gint64 now = clock_wall(clock_system());
  expect(s, raw, now, "not-bound", 0, 0);
  assert_int_equal(carried(s, raw), 1);
  assert_int_equal(carried(s, raw), 0);
  assert_done(contact_key_confirm(&s->f->contacts, &marie, 1, 0, error));
  expect(s, raw, now, "untrusted", 0, 0);
  g_autofree char *root = g_build_filename(s->f->folder, "root.pem", NULL);
  contact_ring_free(s->ring);
  s->ring = contact_ring_new(&s->f->contacts, s->f->folder, root);
  expect(s, raw, now, "good", s->alma, 1);
  gsize size = 0;
  const char *text = g_bytes_get_data(raw, &size);
  g_autoptr(GString) edited = g_string_new_len(text, (gssize)size);
  assert_int_equal(g_string_replace(edited, "We support", "We oppose", 1), 1);
  g_autoptr(GBytes) changed = g_bytes_new(edited->str, edited->len);
  expect(s, changed, now, "bad", 0, 0);
  contact_ring_free(s->ring);
  s->ring = contact_ring_new(&s->f->contacts, s->f->folder, "/nowhere/root.pem");
  g_auto(ContactSignature) signature = {0};
  assert_fault(FAULT_ABSENT, "authorities", contact_signature_judge(s->ring, raw, now, &signature, error));
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test_setup_teardown(counts_when_confirmed, setup, teardown),
      cmocka_unit_test_setup_teardown(deceives_nobody, setup, teardown),
      cmocka_unit_test_setup_teardown(is_judged_at_the_time_of_the_event, setup, teardown),
      cmocka_unit_test_setup_teardown(is_changed_by_nobody_but_a_person, setup, teardown),
      cmocka_unit_test_setup_teardown(becomes_a_proposal_when_carried, setup, teardown),
      cmocka_unit_test_setup_teardown(floods_nothing, setup, teardown),
      cmocka_unit_test_setup_teardown(goes_with_its_contact, setup, teardown),
      cmocka_unit_test_setup_teardown(believes_the_database_alone, setup, teardown),
      cmocka_unit_test_setup_teardown(judges_certificates_by_authorities, setup, teardown),
  };
  assert_int_equal(home_init(NULL), 0);
  return cmocka_run_group_tests(tests, NULL, NULL);
}
