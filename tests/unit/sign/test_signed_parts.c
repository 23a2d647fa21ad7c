/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Only one shape of message is whole. Every way known from the literature to show words that nobody signed,
 * or an author who did not sign, has its row. */
#include "sign/signed_parts.h"
#include "support/case.h"

#define ARMOUR  "-----BEGIN PGP SIGNATURE-----\n\niHUEARYKAB0WIQ\n=abcd\n-----END PGP SIGNATURE-----\n"
#define HEAD    "From: Alma <alma@ministry.example>\nTo: forum@forum.example\nSubject: Re: synthesis\n"
#define VERSION "MIME-Version: 1.0\n"
#define SIGNED                                                                                               \
  "Content-Type: multipart/signed; micalg=pgp-sha512; protocol=\"application/pgp-signature\"; "              \
  "boundary=\"=_b\"\n"
#define TEXT   "Content-Type: text/plain; charset=utf-8\n\nWe support it.\n"
#define SECOND "--=_b\nContent-Type: application/pgp-signature; name=\"s.asc\"\n\n" ARMOUR
#define PARTS  "--=_b\n" TEXT "\n" SECOND "\n--=_b--\n"
#define GOOD   HEAD VERSION SIGNED "\n" PARTS
#define SMIME                                                                                                \
  "Content-Type: multipart/signed; micalg=sha-256; protocol=\"application/pkcs7-signature\"; "               \
  "boundary=\"=_b\"\n"
#define SMIME_SECOND                                                                                         \
  "--=_b\nContent-Type: application/pkcs7-signature; name=smime.p7s\nContent-Transfer-Encoding: base64\n\n"  \
  "MAsGCSqGSIb3DQEHAg==\n"

static GBytes *with_crlf(const char *text) {
  GString *to = g_string_new(NULL);
  for (; *text != '\0'; text++) {
    if (*text == '\n')
      g_string_append_c(to, '\r');
    g_string_append_c(to, *text);
  }
  return g_string_free_to_bytes(to);
}

typedef struct {
  const char *what, *message;
  enum signed_parts_state state;
} Row;

static const Row rows[] = {
    {"good", GOOD, SIGNED_PARTS_WHOLE},
    {"good, S/MIME", HEAD VERSION SMIME "\n--=_b\n" TEXT "\n" SMIME_SECOND "\n--=_b--\n", SIGNED_PARTS_WHOLE},
    {"good, customary preamble",
     HEAD VERSION SIGNED "\nThis is an OpenPGP/MIME signed message (RFC 4880 and 3156)\n" PARTS,
     SIGNED_PARTS_WHOLE},
    {"a boundary that wants quotes",
     HEAD VERSION "Content-Type: multipart/signed;\n\tboundary==_b ;\n micalg=pgp-sha256;\n "
                  "protocol=\"application/pgp-signature\";\n\n" PARTS,
     SIGNED_PARTS_MALFORMED},
    {"good, folded and quoted",
     HEAD VERSION "Content-Type: Multipart/Signed;\n\tboundary=\"=_b\" ;\n "
                  "protocol=\"application/pgp-signature\"\n\n" PARTS,
     SIGNED_PARTS_WHOLE},
    {"good, with a comment in the version", HEAD "MIME-Version: 1.0 (Mail 16.0)\n" SIGNED "\n" PARTS,
     SIGNED_PARTS_WHOLE},
    {"good, sent by its author", HEAD "Sender: alma@ministry.example\n" VERSION SIGNED "\n" PARTS,
     SIGNED_PARTS_WHOLE},
    /* nothing signed */
    {"plain text", HEAD "\nWe support it.\n", SIGNED_PARTS_UNSIGNED},
    {"inline", HEAD "\n-----BEGIN PGP SIGNED MESSAGE-----\nHash: SHA512\n\nYes.\n" ARMOUR,
     SIGNED_PARTS_UNSIGNED},
    {"inline in a part",
     HEAD VERSION "Content-Type: multipart/mixed; boundary=x\n\n--x\n\n-----BEGIN PGP SIGNED "
                  "MESSAGE-----\n\nYes.\n" ARMOUR "--x--\n",
     SIGNED_PARTS_UNSIGNED},
    {"inline beside HTML",
     HEAD VERSION "Content-Type: text/html\n\n<div>No.</div><div hidden><pre>-----BEGIN PGP SIGNED "
                  "MESSAGE-----\n\nYes.\n" ARMOUR,
     SIGNED_PARTS_UNSIGNED},
    {"opaque S/MIME",
     HEAD VERSION "Content-Type: application/pkcs7-mime; smime-type=signed-data; "
                  "name=smime.p7m\nContent-Transfer-Encoding: base64\n\nMAsGCSqGSIb3DQEHAg==\n",
     SIGNED_PARTS_OPAQUE},
    /* something signed, but not the whole */
    {"wrapped in mixed, words before",
     HEAD VERSION "Content-Type: multipart/mixed; boundary=x\n\n--x\n\nWe are against it.\n--x\n" SIGNED
                  "\n" PARTS "\n--x--\n",
     SIGNED_PARTS_PARTIAL},
    {"wrapped in mixed, alone",
     HEAD VERSION "Content-Type: multipart/mixed; boundary=x\n\n--x\n" SIGNED "\n" PARTS "\n--x--\n",
     SIGNED_PARTS_PARTIAL},
    {"wrapped in alternative",
     HEAD VERSION
     "Content-Type: multipart/alternative; boundary=x\n\n--x\nContent-Type: text/html\n\n<p>No.\n--x\n" SIGNED
     "\n" PARTS "\n--x--\n",
     SIGNED_PARTS_PARTIAL},
    {"hidden in related",
     HEAD VERSION
     "Content-Type: multipart/related; boundary=x\n\n--x\nContent-Type: text/html\n\n<img src=cid:s>\n--x\n"
     "Content-ID: <s>\ncontent-type:\n multipart/signed; boundary=\"=_b\"\n\n" PARTS "\n--x--\n",
     SIGNED_PARTS_PARTIAL},
    {"as an attachment",
     HEAD VERSION
     "Content-Type: multipart/mixed; boundary=x\n\n--x\n\nNo.\n--x\nContent-Disposition: attachment\n"
     "Content-Type: message/rfc822\n\n" GOOD "\n--x--\n",
     SIGNED_PARTS_PARTIAL},
    {"as the second child",
     HEAD VERSION
     "Content-Type: multipart/mixed; boundary=x\n\n--x\nContent-Type: text/plain\n\n\n--x\n" SIGNED "\n" PARTS
     "\n--x\n\nNo.\n--x--\n",
     SIGNED_PARTS_PARTIAL},
    {"a message within", HEAD VERSION "Content-Type: message/rfc822\n\n" GOOD, SIGNED_PARTS_PARTIAL},
    {"opaque S/MIME within",
     HEAD VERSION "Content-Type: multipart/mixed; boundary=x\n\n--x\n\nNo.\n--x\nContent-Type: "
                  "application/x-pkcs7-mime\n\nMA==\n--x--\n",
     SIGNED_PARTS_PARTIAL},
    {"a signature beside the text",
     HEAD VERSION "Content-Type: multipart/mixed; boundary=x\n\n--x\n\nNo.\n--x\nContent-Type: "
                  "application/pgp-signature\n\n" ARMOUR "--x--\n",
     SIGNED_PARTS_PARTIAL},
    {"words before the first part", HEAD VERSION SIGNED "\nWe are against it.\n\n" PARTS,
     SIGNED_PARTS_PARTIAL},
    {"words behind a customary sentence",
     HEAD VERSION SIGNED "\nThis is a multi-part message in MIME format.\nNo.\n" PARTS, SIGNED_PARTS_PARTIAL},
    {"words after the last delimiter", GOOD "\nWe are against it.\n", SIGNED_PARTS_PARTIAL},
    {"a third part", HEAD VERSION SIGNED "\n--=_b\n" TEXT "\n" SECOND "\n--=_b\n\nNo.\n--=_b--\n",
     SIGNED_PARTS_PARTIAL},
    {"a third part between", HEAD VERSION SIGNED "\n--=_b\n" TEXT "\n--=_b\n\nNo.\n" SECOND "\n--=_b--\n",
     SIGNED_PARTS_PARTIAL},
    {"a signed message signed again",
     HEAD VERSION SIGNED "\n--=_b\nContent-Type: multipart/signed; boundary=i; "
                         "protocol=\"application/pgp-signature\"\n\n--i\n\nYes.\n--i--\n\n" SECOND
                         "\n--=_b--\n",
     SIGNED_PARTS_PARTIAL},
    {"a message signed as a part",
     HEAD VERSION SIGNED "\n--=_b\nContent-Type: message/rfc822\n\n" HEAD "\nYes.\n\n" SECOND "\n--=_b--\n",
     SIGNED_PARTS_PARTIAL},
    {"a body elsewhere",
     HEAD VERSION SIGNED
     "\n--=_b\nContent-Type: message/external-body; access-type=URL\n\nContent-Type: text/plain\n\n" SECOND
     "\n--=_b--\n",
     SIGNED_PARTS_PARTIAL},
    /* types and signatures that do not fit */
    {"signature of another type",
     HEAD VERSION SIGNED "\n--=_b\n" TEXT "\n--=_b\nContent-Type: text/plain\n\n" ARMOUR "\n--=_b--\n",
     SIGNED_PARTS_TYPE_MISMATCH},
    {"the other protocol's signature", HEAD VERSION SIGNED "\n--=_b\n" TEXT "\n" SMIME_SECOND "\n--=_b--\n",
     SIGNED_PARTS_TYPE_MISMATCH},
    {"OpenPGP announced as S/MIME", HEAD VERSION SMIME "\n" PARTS, SIGNED_PARTS_TYPE_MISMATCH},
    {"no protocol", HEAD VERSION "Content-Type: multipart/signed; boundary=\"=_b\"\n\n" PARTS,
     SIGNED_PARTS_PROTOCOL_UNKNOWN},
    {"another protocol",
     HEAD VERSION
     "Content-Type: multipart/signed; boundary=\"=_b\"; protocol=\"application/moss-signature\"\n\n" PARTS,
     SIGNED_PARTS_PROTOCOL_UNKNOWN},
    {"a whole message for a signature",
     HEAD VERSION SIGNED
     "\n--=_b\n" TEXT
     "\n--=_b\nContent-Type: application/pgp-signature\n\n-----BEGIN PGP MESSAGE-----\n\nowE=\n-----END "
     "PGP MESSAGE-----\n\n--=_b--\n",
     SIGNED_PARTS_MALFORMED},
    {"a clear text for a signature",
     HEAD VERSION SIGNED
     "\n--=_b\n" TEXT
     "\n--=_b\nContent-Type: application/pgp-signature\n\n-----BEGIN PGP SIGNED MESSAGE-----\n\nNo.\n" ARMOUR
     "\n--=_b--\n",
     SIGNED_PARTS_MALFORMED},
    {"two signatures", HEAD VERSION SIGNED "\n--=_b\n" TEXT "\n" SECOND ARMOUR "\n--=_b--\n",
     SIGNED_PARTS_MALFORMED},
    {"words in the signature's part", HEAD VERSION SIGNED "\n--=_b\n" TEXT "\n" SECOND "No.\n\n--=_b--\n",
     SIGNED_PARTS_MALFORMED},
    {"status lines in the signature's part",
     HEAD VERSION SIGNED
     "\n--=_b\n" TEXT
     "\n--=_b\nContent-Type: application/pgp-signature\n\n[GNUPG:] NEWSIG\n[GNUPG:] GOODSIG 0 "
     "alma\n" ARMOUR "\n--=_b--\n",
     SIGNED_PARTS_MALFORMED},
    {"encoded signature",
     HEAD VERSION SIGNED "\n--=_b\n" TEXT "\n--=_b\nContent-Type: application/pgp-signature\n"
                         "Content-Transfer-Encoding: base64\n\n" ARMOUR "\n--=_b--\n",
     SIGNED_PARTS_MALFORMED},
    {"junk in base64",
     HEAD VERSION SMIME "\n--=_b\n" TEXT "\n--=_b\nContent-Type: application/pkcs7-signature\n"
                        "Content-Transfer-Encoding: base64\n\nMA!sG\n\n--=_b--\n",
     SIGNED_PARTS_MALFORMED},
    /* boundaries and fields that readers take differently */
    {"two content types", HEAD VERSION "Content-Type: text/plain\n" SIGNED "\n" PARTS,
     SIGNED_PARTS_SEVERAL_FIELDS},
    {"two content types, the other way", HEAD VERSION SIGNED "Content-Type: text/plain\n\n" PARTS,
     SIGNED_PARTS_SEVERAL_FIELDS},
    {"two content types in the first part",
     HEAD VERSION SIGNED "\n--=_b\nContent-Type: text/html\n" TEXT "\n" SECOND "\n--=_b--\n",
     SIGNED_PARTS_SEVERAL_FIELDS},
    {"two content types in the second part",
     HEAD VERSION SIGNED "\n--=_b\n" TEXT "\n--=_b\nContent-Type: text/html\n"
                         "Content-Type: application/pgp-signature\n\n" ARMOUR "\n--=_b--\n",
     SIGNED_PARTS_SEVERAL_FIELDS},
    {"two subjects", HEAD "Subject: No\n" VERSION SIGNED "\n" PARTS, SIGNED_PARTS_SEVERAL_FIELDS},
    {"two boundaries",
     HEAD VERSION "Content-Type: multipart/signed; protocol=\"application/pgp-signature\"; boundary=x; "
                  "boundary=\"=_b\"\n\n" PARTS,
     SIGNED_PARTS_MALFORMED},
    {"two boundaries, the other way",
     HEAD VERSION "Content-Type: multipart/signed; protocol=\"application/pgp-signature\"; boundary=\"=_b\"; "
                  "boundary=x\n\n" PARTS,
     SIGNED_PARTS_MALFORMED},
    {"more parameters than anybody writes",
     HEAD VERSION
     "Content-Type: multipart/signed; protocol=\"application/pgp-signature\"; boundary=\"=_b\"; a=1; b=1; "
     "c=1; d=1; e=1; f=1; g=1; h=1; i=1; j=1; k=1; l=1; m=1; n=1; o=1; p=1; q=1; r=1; s=1\n\n" PARTS,
     SIGNED_PARTS_MALFORMED},
    {"a boundary in pieces",
     HEAD VERSION "Content-Type: multipart/signed; protocol=\"application/pgp-signature\"; "
                  "boundary*0=x; boundary=\"=_b\"\n\n" PARTS,
     SIGNED_PARTS_MALFORMED},
    {"a boundary with a backslash",
     HEAD VERSION
     "Content-Type: multipart/signed; protocol=\"application/pgp-signature\"; boundary=\"=\\_b\"\n\n" PARTS,
     SIGNED_PARTS_MALFORMED},
    {"a comment in the type",
     HEAD VERSION "Content-Type: multipart/signed (text/plain); boundary=\"=_b\"; "
                  "protocol=\"application/pgp-signature\"\n\n" PARTS,
     SIGNED_PARTS_MALFORMED},
    {"a quote alone for a boundary", HEAD VERSION "Content-Type: multipart/signed; boundary=\"\n\n" PARTS,
     SIGNED_PARTS_MALFORMED},
    {"a boundary too long",
     HEAD VERSION "Content-Type: multipart/signed; protocol=\"application/pgp-signature\"; boundary="
                  "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx\n\n" PARTS,
     SIGNED_PARTS_MALFORMED},
    {"a longer delimiter within", HEAD VERSION SIGNED "\n--=_b\n" TEXT "--=_bc\nNo.\n\n" SECOND "\n--=_b--\n",
     SIGNED_PARTS_MALFORMED},
    {"blanks behind a delimiter", HEAD VERSION SIGNED "\n--=_b \n" TEXT "\n" SECOND "\n--=_b--\n",
     SIGNED_PARTS_MALFORMED},
    {"no end", HEAD VERSION SIGNED "\n--=_b\n" TEXT "\n" SECOND, SIGNED_PARTS_MALFORMED},
    {"closed after the first part", HEAD VERSION SIGNED "\n--=_b\n" TEXT "\n--=_b--\n\n" SECOND "\n--=_b--\n",
     SIGNED_PARTS_MALFORMED},
    {"closed twice", GOOD "\n--=_b--\n", SIGNED_PARTS_PARTIAL},
    {"no MIME-Version", HEAD SIGNED "\n" PARTS, SIGNED_PARTS_MALFORMED},
    {"an encoded root", HEAD VERSION "Content-Transfer-Encoding: base64\n" SIGNED "\n" PARTS,
     SIGNED_PARTS_MALFORMED},
    {"a blank before the colon", HEAD "Subject : No\n" VERSION SIGNED "\n" PARTS, SIGNED_PARTS_MALFORMED},
    {"a line without a colon", HEAD "No\n" VERSION SIGNED "\n" PARTS, SIGNED_PARTS_MALFORMED},
    {"a fold at the beginning", " " HEAD VERSION SIGNED "\n" PARTS, SIGNED_PARTS_MALFORMED},
    {"an encoded multipart within",
     HEAD VERSION SIGNED
     "\n--=_b\nContent-Type: multipart/mixed; "
     "boundary=i\nContent-Transfer-Encoding: quoted-printable\n\n--i\n\nYes\n--i--\n\n" SECOND "\n--=_b--\n",
     SIGNED_PARTS_MALFORMED},
    {"nothing", "", SIGNED_PARTS_MALFORMED},
};

#define REST   "Subject: x\n" VERSION SIGNED "\n" PARTS
#define HP(in) HEAD VERSION SIGNED "\n--=_b\n" in "\nYes.\n\n" SECOND "\n--=_b--\n"
#define CLEAR  "Content-Type: text/plain; hp=\"clear\"\n"
#define V1     "Content-Type: text/plain; protected-headers=\"v1\"\n"

static const Row authors[] = {
    {"two From fields", "From: alma@ministry.example\nFrom: eve@else.example\n" REST,
     SIGNED_PARTS_SEVERAL_FROM},
    {"two authors in a field", "From: alma@ministry.example, eve@else.example\n" REST,
     SIGNED_PARTS_SEVERAL_FROM},
    {"two authors, one in brackets", "From: alma@ministry.example, Eve <eve@else.example>\n" REST,
     SIGNED_PARTS_SEVERAL_FROM},
    {"no From", REST, SIGNED_PARTS_FROM_UNCLEAR},
    {"an empty From", "From:\n" REST, SIGNED_PARTS_FROM_UNCLEAR},
    {"a name alone", "From: Alma\n" REST, SIGNED_PARTS_FROM_UNCLEAR},
    {"a name and nothing", "From: Alma <>\n" REST, SIGNED_PARTS_FROM_UNCLEAR},
    {"a comment", "From: alma@ministry.example (eve@else.example)\n" REST, SIGNED_PARTS_FROM_UNCLEAR},
    {"a comment within", "From: alma(x)@ministry.example\n" REST, SIGNED_PARTS_FROM_UNCLEAR},
    {"an address for a name", "From: \"alma@ministry.example\" <eve@else.example>\n" REST,
     SIGNED_PARTS_FROM_UNCLEAR},
    {"an address for a name, bare", "From: alma@ministry.example <eve@else.example>\n" REST,
     SIGNED_PARTS_FROM_UNCLEAR},
    {"an address for a name, in brackets", "From: <alma@ministry.example> <eve@else.example>\n" REST,
     SIGNED_PARTS_FROM_UNCLEAR},
    {"an address for a name, brackets in quotes",
     "From: \"Alma <alma@ministry.example>\" <eve@else.example>\n" REST, SIGNED_PARTS_FROM_UNCLEAR},
    {"an address for a name, in Q", "From: =?utf-8?q?alma=40ministry.example?= <eve@else.example>\n" REST,
     SIGNED_PARTS_FROM_UNCLEAR},
    {"an address for a name, in B",
     "From: =?utf-8?b?YWxtYUBtaW5pc3RyeS5leGFtcGxl?= <eve@else.example>\n" REST, SIGNED_PARTS_FROM_UNCLEAR},
    {"an address for a name, in UTF-7",
     "From: =?utf-7?q?alma+AEA-ministry.example?= <eve@else.example>\n" REST, SIGNED_PARTS_FROM_UNCLEAR},
    {"an address for a name, full width", "From: alma\xef\xbc\xa0ministry.example <eve@else.example>\n" REST,
     SIGNED_PARTS_FROM_UNCLEAR},
    {"a name in no charset", "From: =?x-none?q?Alma?= <alma@ministry.example>\n" REST,
     SIGNED_PARTS_FROM_UNCLEAR},
    {"words behind the brackets", "From: <alma@ministry.example> eve@else.example\n" REST,
     SIGNED_PARTS_FROM_UNCLEAR},
    {"a group", "From: ministers: alma@ministry.example;\n" REST, SIGNED_PARTS_FROM_UNCLEAR},
    {"a route", "From: <@else.example:alma@ministry.example>\n" REST, SIGNED_PARTS_FROM_UNCLEAR},
    {"a quote that stays open", "From: \"Alma <alma@ministry.example>\n" REST, SIGNED_PARTS_FROM_UNCLEAR},
    {"another sender", "From: alma@ministry.example\nSender: eve@else.example\n" REST,
     SIGNED_PARTS_SENDER_MISMATCH},
    {"the author as sender of another", "From: eve@else.example\nSender: alma@ministry.example\n" REST,
     SIGNED_PARTS_SENDER_MISMATCH},
    {"an unclear sender",
     "From: alma@ministry.example\nSender: (alma@ministry.example) eve@else.example\n" REST,
     SIGNED_PARTS_SENDER_MISMATCH},
    {"two senders",
     "From: alma@ministry.example\nSender: alma@ministry.example\nSender: eve@else.example\n" REST,
     SIGNED_PARTS_SEVERAL_FIELDS},
    {"the address for its own name", "From: \"alma@ministry.example\" <alma@ministry.example>\n" REST,
     SIGNED_PARTS_WHOLE},
    {"a name in letters", "From: =?iso-8859-1?q?M=FCller=2C_Alma?=\n <alma@ministry.example>\n" REST,
     SIGNED_PARTS_WHOLE},
    {"a name in quotes", "From: \"Alma, Minister (of State)\" <alma@ministry.example>\n" REST,
     SIGNED_PARTS_WHOLE},
    {"protected", HP("From: \"A.\" <alma@ministry.example>\nSubject:\n Re: synthesis\n" CLEAR),
     SIGNED_PARTS_WHOLE},
    {"protected, encoded otherwise", HP("Subject: =?utf-8?q?Re=3A?= synthesis\n" V1), SIGNED_PARTS_WHOLE},
    {"protected, another author", HP("From: eve@else.example\n" CLEAR), SIGNED_PARTS_FROM_MISMATCH},
    {"protected, another author, forerunner", HP("From: eve@else.example\n" V1), SIGNED_PARTS_FROM_MISMATCH},
    {"protected, two authors", HP("From: alma@ministry.example\nFrom: eve@else.example\n" CLEAR),
     SIGNED_PARTS_SEVERAL_FROM},
    {"protected, another subject", HP("Subject: Re: budget\n" CLEAR), SIGNED_PARTS_SUBJECT_MISMATCH},
    {"protected, two subjects", HP("Subject: Re: synthesis\nSubject: x\n" CLEAR),
     SIGNED_PARTS_SEVERAL_FIELDS},
    {"protected as only encryption is", HP("Content-Type: text/plain; hp=\"cipher\"\n"),
     SIGNED_PARTS_MALFORMED},
    {"not protected, and so without meaning", HP("Subject: Re: budget\nContent-Type: text/plain\n"),
     SIGNED_PARTS_WHOLE},
};

/* As widespread programs write them. */
static const Row programs[] = {
    {"OpenPGP, protected by the forerunner",
     "Received: from a.example by b.example; Mon, 2 Dec 2013 09:00:00 +0000\nMessage-ID: "
     "<1@ministry.example>\n"
     "Date: Mon, 2 Dec 2013 10:00:00 +0100\nMIME-Version: 1.0\nUser-Agent: Mail\n"
     "To: \"Forum, Rencontres\" <forum@forum.example>\nContent-Language: fr\n"
     "From: =?UTF-8?Q?Alma_M=C3=BCller?= <alma@ministry.example>\nSubject: =?UTF-8?Q?Re=3A_Synth=C3=A8se?=\n"
     "Content-Type: multipart/signed; micalg=pgp-sha256;\n protocol=\"application/pgp-signature\";\n "
     "boundary=\"------------0xsRMqtL00vQ2GVhyhvkGA4e\"\n\n"
     "This is an OpenPGP/MIME signed message (RFC 4880 and 3156)\n--------------0xsRMqtL00vQ2GVhyhvkGA4e\n"
     "Content-Type: multipart/mixed; boundary=\"------------mYuh7qHnIqgP0uH5Gm0Vh5wV\";\n "
     "protected-headers=\"v1\"\n"
     "From: =?UTF-8?Q?Alma_M=C3=BCller?= <alma@ministry.example>\n"
     "To: \"Forum, Rencontres\" <forum@forum.example>\nMessage-ID: <1@ministry.example>\n"
     "Subject: =?UTF-8?Q?Re=3A_Synth=C3=A8se?=\n\n--------------mYuh7qHnIqgP0uH5Gm0Vh5wV\n"
     "Content-Type: text/plain; charset=UTF-8; format=flowed\nContent-Transfer-Encoding: base64\n\nT3VpLg==\n"
     "--------------mYuh7qHnIqgP0uH5Gm0Vh5wV--\n\n--------------0xsRMqtL00vQ2GVhyhvkGA4e\n"
     "Content-Type: application/pgp-signature; name=\"OpenPGP_signature.asc\"\nContent-Description: OpenPGP "
     "digital "
     "signature\nContent-Disposition: attachment; filename=\"OpenPGP_signature\"\n\n" ARMOUR
     "\n--------------0xsRMqtL00vQ2GVhyhvkGA4e--\n",
     SIGNED_PARTS_WHOLE},
    {"S/MIME with a comment in its version",
     "From: Alma <alma@ministry.example>\nContent-Type: "
     "multipart/signed;\n\tboundary=\"Apple-Mail=_9A1C\";\n\t"
     "protocol=\"application/pkcs7-signature\";\n\tmicalg=sha-256\nMime-Version: 1.0 (Mac OS X Mail 16.0 "
     "\\(3731.1\\))\n"
     "Subject: Re: synthesis\n\n\n--Apple-Mail=_9A1C\nContent-Transfer-Encoding: quoted-printable\n"
     "Content-Type: text/plain;\n\tcharset=utf-8\n\nOui.=\n\n--Apple-Mail=_9A1C\nContent-Disposition: "
     "attachment;\n\t"
     "filename=smime.p7s\nContent-Type: application/pkcs7-signature;\n\tname=smime.p7s\n"
     "Content-Transfer-Encoding: base64\n\nMAsGCSqGSIb3DQEHAg==\n--Apple-Mail=_9A1C--\n",
     SIGNED_PARTS_WHOLE},
    {"S/MIME with an x- type and a sentence",
     "From: \"M\xc3\xbcller, Alma\" <alma@ministry.example>\nTo: <forum@forum.example>\nSubject: RE: "
     "synthesis\n"
     "MIME-Version: 1.0\nContent-Type: multipart/signed; protocol=\"application/x-pkcs7-signature\"; "
     "micalg=SHA1;\n\t"
     "boundary=\"----=_NextPart_000_0012_01CEEF\"\nX-Mailer: Mail 15.0\n\nThis is a multipart message in "
     "MIME format.\n\n"
     "------=_NextPart_000_0012_01CEEF\nContent-Type: "
     "multipart/alternative;\n\tboundary=\"----=_NextPart_001_0013_01CEEF"
     "\"\n\n\n------=_NextPart_001_0013_01CEEF\nContent-Type: text/plain; charset=\"us-ascii\"\n\nOui.\n\n"
     "------=_NextPart_001_0013_01CEEF--\n\n------=_NextPart_000_0012_01CEEF\nContent-Type: "
     "application/pkcs7-signature; name=\"smime.p7s\"\nContent-Transfer-Encoding: "
     "base64\nContent-Disposition: "
     "attachment; filename=\"smime.p7s\"\n\nMAsGCSqGSIb3DQEHAg==\n\n------=_NextPart_000_0012_01CEEF--\n",
     SIGNED_PARTS_WHOLE},
};

static void expect(const Row *row, GBytes *raw, const char *how) {
  g_auto(SignedParts) parts = {0};
  signed_parts_read(raw, &parts);
  if (parts.state != row->state)
    fail_msg("%s%s: \"%s\" instead of \"%s\"", row->what, how, signed_parts_state_name(parts.state),
             signed_parts_state_name(row->state));
  assert_true((parts.state == SIGNED_PARTS_WHOLE) == (parts.text != NULL));
}

static void expect_all(const Row *list, gsize n) {
  for (gsize i = 0; i < n; i++) {
    g_autoptr(GBytes) wire = with_crlf(list[i].message),
                      stored = g_bytes_new(list[i].message, strlen(list[i].message));
    expect(&list[i], wire, "");
    expect(&list[i], stored, ", with LF alone");
  }
}

static void knows_shapes(void **state) {
  (void)state;
  expect_all(rows, G_N_ELEMENTS(rows));
}

static void knows_authors(void **state) {
  (void)state;
  expect_all(authors, G_N_ELEMENTS(authors));
}

static void reads_widespread_programs(void **state) {
  (void)state;
  expect_all(programs, G_N_ELEMENTS(programs));
}

static void gives_exact_bytes(void **state) {
  (void)state;
  static const char wanted[] = "Content-Type: text/plain; charset=utf-8\r\n\r\nWe support it.\r\n";
  static const char *const both[] = {"\r\n", "\n"};
  for (gsize i = 0; i < G_N_ELEMENTS(both); i++) {
    g_auto(SignedParts) parts = {0};
    g_autoptr(GBytes) raw = i == 0 ? with_crlf(GOOD) : g_bytes_new(GOOD, strlen(GOOD));
    signed_parts_read(raw, &parts);
    assert_int_equal(parts.state, SIGNED_PARTS_WHOLE);
    assert_int_equal(g_bytes_get_size(parts.text), strlen(wanted));
    assert_memory_equal(g_bytes_get_data(parts.text, NULL), wanted, strlen(wanted));
    assert_string_equal(parts.from->send, "alma@ministry.example");
    assert_int_equal(parts.made_canonical, i == 1);
    assert_int_equal(parts.headers, 0);
  }
}

static void tells_what_is_protected(void **state) {
  (void)state;
  g_auto(SignedParts) parts = {0};
  g_autoptr(GBytes) raw = with_crlf(HP(HEAD "Date: x\n" CLEAR));
  signed_parts_read(raw, &parts);
  assert_int_equal(parts.state, SIGNED_PARTS_WHOLE);
  assert_int_equal(parts.headers, SIGNED_HEADER_FROM | SIGNED_HEADER_SUBJECT | SIGNED_HEADER_TO);
}

static enum signed_parts_state state_of(const char *bytes, gsize size) {
  g_auto(SignedParts) parts = {0};
  g_autoptr(GBytes) raw = g_bytes_new(bytes, size);
  signed_parts_read(raw, &parts);
  return parts.state;
}

static void keeps_ceilings(void **state) {
  (void)state;
  g_autoptr(GString) long_header = g_string_new("Subject: "), many = g_string_new(NULL);
  g_autofree char *filler = g_strnfill(300 * 1024, 'x');
  g_string_append_printf(long_header, "%s\r\n\r\n", filler);
  assert_int_equal(state_of(long_header->str, long_header->len), SIGNED_PARTS_TOO_COMPLEX);
  for (int i = 0; i < 501; i++)
    g_string_append(many, "X: y\r\n");
  assert_int_equal(state_of(many->str, many->len), SIGNED_PARTS_TOO_COMPLEX);
  g_autofree char *vast = g_malloc0(SIGNED_PARTS_MESSAGE_MAX + 1);
  assert_int_equal(state_of(vast, SIGNED_PARTS_MESSAGE_MAX + 1), SIGNED_PARTS_TOO_COMPLEX);
  g_autofree char *huge = g_strdup_printf(HEAD VERSION SIGNED "\n--=_b\n" TEXT "\n--=_b\nContent-Type: "
                                                              "application/pgp-signature\n\n%s\n--=_b--\n",
                                          filler);
  assert_int_equal(state_of(huge, strlen(huge)), SIGNED_PARTS_TOO_COMPLEX);
  assert_int_equal(state_of("From: a@b.example\r\n\r\na\nb\r\n", 26), SIGNED_PARTS_MALFORMED);
  assert_int_equal(state_of("From: a@b.example\r\n\r\na\rb\r\n", 26), SIGNED_PARTS_MALFORMED);
  assert_int_equal(state_of("From: a@b.example\r\n\r\na\0b\r\n", 26), SIGNED_PARTS_MALFORMED);
}

/* ---- random messages ---- */

#define ROUNDS 30000

/* Replaces, removes, repeats or inserts a few octets, or a word that means something here. */
static void mutate(GRand *dice, GString *text) {
  static const char *const words[] = {
      "\r\n",       "--=_b", "--=_b--", "\r\n\r\n", "\"", ";",  "Content-Type:",
      "boundary=",  "From:", "<",       ">",        "=?", "?=", "\\",
      "-----BEGIN", "(",     " ",       ","};
  gsize at = (gsize)g_rand_int_range(dice, 0, (gint32)text->len + 1);
  gsize wanted = (gsize)g_rand_int_range(dice, 1, 40), n = MIN(wanted, text->len - at);
  g_autofree char *piece = g_strndup(text->str + at, n);
  switch (g_rand_int_range(dice, 0, 5)) {
  case 0:
    if (at < text->len)
      text->str[at] = (char)g_rand_int_range(dice, 0, 256);
    break;
  case 1:
    g_string_erase(text, (gssize)at, (gssize)n);
    break;
  case 2:
    g_string_insert(text, (gssize)at, piece);
    break;
  case 3:
    g_string_truncate(text, MAX(at, 1));
    break;
  default:
    g_string_insert(text, (gssize)at, words[g_rand_int_range(dice, 0, G_N_ELEMENTS(words))]);
  }
}

/* Whatever is whole holds the signed text in one piece, delimited as it must be, and nothing to be read
 * outside. */
static void check_whole(const SignedParts *parts, const GString *raw) {
  gsize size = 0;
  const char *text = g_bytes_get_data(parts->text, &size);
  assert_non_null(parts->from);
  assert_true(address_is_canonical(parts->from->send));
  assert_non_null(parts->signature);
  if (parts->made_canonical)
    return;
  const char *at = size > 0 ? memmem(raw->str, raw->len, text, size) : raw->str;
  assert_non_null(at);
  if (size > 0)
    assert_true(at - raw->str > 6 && memcmp(at - 2, "\r\n", 2) == 0 && memcmp(at + size, "\r\n--", 4) == 0);
}

static void survives_anything(void **state) {
  (void)state;
  const Row *const lists[] = {rows, authors};
  const gsize lengths[] = {G_N_ELEMENTS(rows) - 1, G_N_ELEMENTS(authors)};
  GRand *dice = g_rand_new_with_seed(20131202);
  guint whole = 0;
  for (int i = 0; i < ROUNDS; i++) {
    int which = g_rand_boolean(dice);
    const Row *row = &lists[which][g_rand_int_range(dice, 0, (gint32)lengths[which])];
    g_autoptr(GBytes) seed = with_crlf(i % 3 == 0 ? GOOD : row->message);
    g_autoptr(GString) text = g_string_new_len(g_bytes_get_data(seed, NULL), (gssize)g_bytes_get_size(seed));
    for (int n = g_rand_int_range(dice, 1, 6); n > 0; n--)
      mutate(dice, text);
    g_auto(SignedParts) parts = {0};
    g_autoptr(GBytes) raw = g_bytes_new(text->str, text->len);
    signed_parts_read(raw, &parts);
    if (parts.state == SIGNED_PARTS_WHOLE) {
      whole++;
      check_whole(&parts, text);
    }
  }
  g_rand_free(dice);
  print_message("%d random messages, %u of them whole\n", ROUNDS, whole);
  assert_true(whole > 0);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(knows_shapes),
                                     cmocka_unit_test(knows_authors),
                                     cmocka_unit_test(reads_widespread_programs),
                                     cmocka_unit_test(gives_exact_bytes),
                                     cmocka_unit_test(tells_what_is_protected),
                                     cmocka_unit_test(keeps_ceilings),
                                     cmocka_unit_test(survives_anything)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
