/* SPDX-License-Identifier: GPL-3.0-or-later */
/* By which channels a line is reached, and that an approval covers them all. */
#include "mailing_fixture.h"

#include "mailing/route.h"

static const char csv[] =
    "Type;Identifiant;Prénom;Nom;Genre;Langue;Courriel;Courriel du cabinet;Fonction;Type de "
    "fonction;Pays;Motif;"
    "Preuve du motif;Zone du motif;Début du mandat;Vérifié le;Adresse postale;Téléphone\n"
    "fonction;ALL;Fabien;Forvel;M;fr;one@arvania.example;two@arvania.example;Primature;prime_minister;XA;"
    "sse-promotion;loi;XA;01/02/2012;20/11/2013;1 rue de l'Exemple;01 99 00 00 01\n"
    "fonction;MAIL;Gilda;Gorvel;F;fr;three@arvania.example;;Ambassade;ambassador;XA;sse-promotion;loi;XA;"
    "01/02/2012;20/11/2013;;\n"
    "fonction;POST;Hugo;Horvel;M;fr;;;Présidence;president;XA;sse-promotion;loi;XA;01/02/2012;20/11/2013;2 "
    "rue de "
    "l'Exemple;\n"
    "fonction;NONE;Ivan;Irvel;M;fr;;;Palais;sultan;XA;sse-promotion;loi;XA;01/02/2012;20/11/2013;;\n"
    "personne;BOTH;Anne;Arvel;F;fr;anne@attendee.example;;;;;;;;;;3 rue de l'Exemple;01 99 00 00 02\n"
    "personne;CALL;Bruno;Berval;M;fr;;;;;;;;;;;;01 99 00 00 03\n";

/* Each route: its kind, and where to. */
static const struct {
  const char *contact, *state, *address; /* of the line */
  gint64 kept;
  const char *routes;
} lines[] = {
    {"ALL", "included", "one@arvania.example", 4,
     "email one@arvania.example, email two@arvania.example, post 1 rue de l'Exemple, telephone 01 99 00 "
     "00 01"},
    {"MAIL", "included", "three@arvania.example", 0, "email three@arvania.example"},
    {"POST", "included", NULL, 1, "post 2 rue de l'Exemple"},
    {"NONE", "excluded", NULL, 0, ""},
    {"BOTH", "included", "anne@attendee.example", 0, "email anne@attendee.example"},
    {"CALL", "excluded", NULL, 0, ""},
};

static char *text_of(const GPtrArray *routes) {
  GString *text = g_string_new(NULL);
  for (guint i = 0; i < routes->len; i++) {
    const Route *route = g_ptr_array_index(routes, i);
    g_string_append_printf(text, "%s%s %s", i > 0 ? ", " : "", channel_kind_name(route->kind),
                           route->address);
  }
  return g_string_free(text, FALSE);
}

static void each_line_has_its_routes(void **state) {
  (void)state;
  Rolled home = fixture_rolled(csv);
  for (gsize i = 0; i < G_N_ELEMENTS(lines); i++) {
    g_autoptr(Addressee) line = NULL;
    g_autoptr(GPtrArray) routes = NULL;
    gint64 contact = fixture_contact(home.f, lines[i].contact);
    g_autoptr(Link) link = NULL;
    assert_done(store_read(home.f->store, &link, error));
    assert_done(roll_find_contact(link, 1, home.mailing, contact, &line, error));
    assert_done(route_list(link, line, &routes, error));
    g_autofree char *text = text_of(routes);
    if (strcmp(addressee_state_name(line->state), lines[i].state) != 0 || line->routes != lines[i].kept ||
        g_strcmp0(line->address, lines[i].address) != 0)
      fail_msg("%s: %s %s, %d kept", lines[i].contact, addressee_state_name(line->state), line->address,
               (int)line->routes);
    if (strcmp(text, lines[i].routes) != 0)
      fail_msg("%s: %s", lines[i].contact, text);
  }
  fixture_free(home.f);
}

static void a_leaf_names_them(void **state) {
  (void)state;
  Rolled home = fixture_rolled(csv);
  Digest digest = {{0}};
  g_autofree char *manifest = NULL;
  g_auto(ManifestProof) proof = {0};
  assert_done(approval_submit(home.f->desk, &fixture_olga, home.mailing, &digest, error));
  g_autoptr(Addressee) line = NULL;
  g_autoptr(Link) link = NULL;
  assert_done(store_read(home.f->store, &link, error));
  assert_done(roll_find_contact(link, 1, home.mailing, fixture_contact(home.f, "ALL"), &line, error));
  assert_done(manifest_text(link, 1, home.mailing, &manifest, error));
  g_clear_pointer(&link, link_return);
  assert_done(manifest_prove(home.f->desk, 1, line->id, &proof, error));
  assert_non_null(strstr(proof.leaf, "email full two@arvania.example\n"));
  assert_non_null(strstr(proof.leaf, "post full 1 rue de l'Exemple\n"));
  char hex[DIGEST_HEX_SIZE];
  digest_hex(&proof.root, hex);
  g_autofree char *root = g_strconcat("root ", hex, "\n", NULL);
  assert_non_null(strstr(manifest, root));
  assert_non_null(strstr(manifest, "\nnext-channel none\n"));
  fixture_free(home.f);
}

/* A limit of the channel's makes links, and a row that says so; the mailing's own needs no row. */
static void limits_choose_the_variant(void **state) {
  (void)state;
  Rolled home = fixture_rolled(csv);
  gint64 contact = fixture_contact(home.f, "MAIL");
  MailingFields fields = MAILING_FIELDS_NONE;
  fields.message_limit = MAILING_LIMIT_LEAST;
  assert_done(mailing_set(home.f->desk, &fixture_olga, home.mailing, &fields, error));
  fixture_roll(home.f, home.mailing);
  g_autoptr(Addressee) line = NULL;
  g_autoptr(Link) link = NULL;
  assert_done(store_read(home.f->store, &link, error));
  assert_done(roll_find_contact(link, 1, home.mailing, contact, &line, error));
  assert_int_equal(line->variant, VARIANT_LINK);
  assert_int_equal(line->routes, 0);
  g_clear_pointer(&link, link_return);
  Digest digest = {{0}};
  assert_fault(FAULT_RULE, "documents publish",
               approval_submit(home.f->desk, &fixture_olga, home.mailing, &digest, error));
  fixture_free(home.f);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(each_line_has_its_routes),
      cmocka_unit_test(a_leaf_names_them),
      cmocka_unit_test(limits_choose_the_variant),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
