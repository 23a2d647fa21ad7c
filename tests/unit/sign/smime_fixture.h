/* SPDX-License-Identifier: GPL-3.0-or-later */
/* smime_fixture.h - authorities, certificates and signatures made by openssl, in a fixture's homes */
#pragma once

#include "sign/smime_check.h"
#include "sign/smime_signer.h"
#include "sign_fixture.h"

#define SMIME_PASSPHRASE "secret words"

/* Runs a line of shell in the fixture's folder; its standard output. */
G_GNUC_PRINTF(2, 3) static inline char *fixture_shell(Fixture *f, const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  g_autofree char *line = g_strdup_vprintf(format, arguments);
  va_end(arguments);
  char *argv[] = {(char *)"sh", (char *)"-c", line, NULL}, *out = NULL;
  g_autofree char *err = NULL;
  int status = 0;
  assert_true(
      g_spawn_sync(f->folder, argv, NULL, G_SPAWN_SEARCH_PATH, NULL, NULL, &out, &err, &status, NULL));
  if (status != 0)
    fail_msg("%s: %s", line, err);
  return out;
}
#define SHELL(f, ...) g_free(fixture_shell(f, __VA_ARGS__))

/* NAME.key and NAME.pem: a root. */
static inline void smime_make_root(Fixture *f, const char *name) {
  SHELL(f,
        "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout %s.key -out %s.pem "
        "-days 2 "
        "-subj '/CN=Root %s' -addext basicConstraints=critical,CA:TRUE "
        "-addext keyUsage=critical,keyCertSign,cRLSign",
        name, name, name);
}

static inline void smime_issue(Fixture *f, const char *issuer, const char *name, const char *subject,
                               int days, const char *extensions) {
  SHELL(
      f,
      "openssl req -new -newkey rsa:2048 -nodes -keyout %s.key -out %s.csr -subj '%s' && "
      "printf '%s' >%s.ext && openssl x509 -req -in %s.csr -CA %s.pem -CAkey %s.key -CAcreateserial -days %d "
      "-extfile %s.ext -out %s.pem",
      name, name, subject, extensions, name, name, issuer, issuer, days, name, name);
}

static inline void smime_make_intermediate(Fixture *f, const char *issuer, const char *name) {
  g_autofree char *subject = g_strdup_printf("/CN=Authority %s", name);
  smime_issue(f, issuer, name, subject, 2,
              "basicConstraints=critical,CA:TRUE\\nkeyUsage=critical,keyCertSign,cRLSign\\n");
}

/* For the address NAME@ministry.example. */
static inline void smime_make_person(Fixture *f, const char *issuer, const char *name, int days) {
  g_autofree char *subject = g_strdup_printf("/CN=%s", name);
  g_autofree char *extensions =
      g_strdup_printf("keyUsage=critical,digitalSignature\\nextendedKeyUsage="
                      "emailProtection\\nsubjectAltName=email:%s@ministry.example\\n",
                      name);
  smime_issue(f, issuer, name, subject, days, extensions);
}

static inline char *smime_fingerprint(Fixture *f, const char *name) {
  char *text = fixture_shell(
      f, "openssl x509 -in %s.pem -noout -fingerprint -sha1 | cut -d= -f2 | tr -d ':\\n'", name);
  return text;
}

static inline void smime_give_certificate(Fixture *f, Home *home, const char *name) {
  g_autofree char *file = g_strconcat(name, ".pem", NULL), *path = g_build_filename(f->folder, file, NULL);
  g_autoptr(GBytes) bytes = NULL;
  g_autoptr(GPtrArray) fingerprints = NULL;
  assert_done(file_read(path, 65536, &bytes, error));
  assert_done(certificate_import(home, bytes, &fingerprints, error));
  g_autofree char *wanted = smime_fingerprint(f, name);
  assert_int_equal(fingerprints->len, 1);
  assert_string_equal(g_ptr_array_index(fingerprints, 0), wanted);
}

/* Before the home's agent reads its list for the first time. */
static inline void smime_trust(Fixture *f, Home *home, const char *name) {
  g_autofree char *fingerprint = smime_fingerprint(f, name);
  SHELL(f, "echo '%s S' >>%s/trustlist.txt && gpg-connect-agent --homedir %s reloadagent /bye", fingerprint,
        home_folder(home), home_folder(home));
  smime_give_certificate(f, home, name);
}

/* gpgsm 2.2 cannot read each PKCS#12 file that openssl writes; another salt helps. */
static inline void smime_give_secret(Fixture *f, Home *home, const char *name) {
  SHELL(f,
        "for try in 1 2 3 4 5 6; do openssl pkcs12 -export -keypbe PBE-SHA1-3DES -certpbe PBE-SHA1-3DES "
        "-macalg sha1 "
        "-in %s.pem -inkey %s.key -passout 'pass:" SMIME_PASSPHRASE
        "' -out %s.p12 && printf '%%s\\n' '" SMIME_PASSPHRASE
        "' | gpgsm --homedir %s --batch --pinentry-mode loopback --passphrase-fd 0 --import %s.p12 && exit "
        "0; done; "
        "exit 1",
        name, name, name, home_folder(home), name);
}

/* What openssl signs over the file "text" of the fixture, in DER, with further words. */
static inline GBytes *smime_sign(Fixture *f, const char *more) {
  g_autofree char *path = g_build_filename(f->folder, "by-openssl", NULL);
  GBytes *bytes = NULL;
  SHELL(f, "openssl cms -sign -binary -in text -outform DER -out by-openssl %s", more);
  assert_done(file_read(path, 1 << 20, &bytes, error));
  return bytes;
}
