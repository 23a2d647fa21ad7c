/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "contacts/vcard_read.h"

#include "base/fault.h"
#include "support/case.h"

#include <string.h>

/* Everything that the reader said, one line each. */
static int note_card(const Vcard *card, gpointer data, GError **error) {
  (void)error;
  GString *said = data;
  g_string_append_printf(said, "card %d\n", (int)card->line);
  for (guint i = 0; i < card->properties->len; i++) {
    const VcardProperty *p = card->properties->pdata[i];
    g_autofree char *text = vcard_property_text(p);
    g_string_append_printf(said, "%s%s%s", p->group != NULL ? p->group : "", p->group != NULL ? "." : "",
                           p->name);
    for (guint k = 0; k < p->parameters->len; k++) {
      const VcardParameter *parameter = &g_array_index(p->parameters, VcardParameter, k);
      g_string_append_printf(said, ";%s=%s", parameter->name, parameter->value);
    }
    g_string_append_printf(said, ":%s\n", text);
  }
  return 0;
}

static void note_complaint(gint64 line, const char *sentence, gpointer data) {
  g_string_append_printf(data, "bad %d %s\n", (int)line, sentence);
}

static char *read_text(const char *text, gsize length, gsize piece) {
  GString *said = g_string_new(NULL);
  g_autoptr(VcardReader) reader = vcard_reader_new(note_card, note_complaint, said);
  for (gsize at = 0; at < length; at += piece)
    assert_done(vcard_reader_feed(reader, text + at, MIN(piece, length - at), error));
  assert_done(vcard_reader_finish(reader, error));
  return g_string_free(said, FALSE);
}

#define CARD(lines) "BEGIN:VCARD\r\n" lines "END:VCARD\r\n"

static const struct {
  const char *name, *text, *said;
} rows[] = {
    {"plain", CARD("VERSION:4.0\r\nFN:Ada Norvane\r\n"), "card 1\nVERSION:4.0\nFN:Ada Norvane\n"},
    {"line feeds alone, no end of the last line", "BEGIN:VCARD\nFN:A\nEND:VCARD", "card 1\nFN:A\n"},
    {"carriage returns alone", "BEGIN:VCARD\rFN:A\rEND:VCARD\r", "card 1\nFN:A\n"},
    {"small letters", "begin:vcard\nfn:A\nend:vcard\n", "card 1\nFN:A\n"},
    {"folded", CARD("NOTE:one\r\n  two\r\n\tthree\r\n"), "card 1\nNOTE:one twothree\n"},
    {"folded within a name", CARD("NO\r\n TE;TY\r\n PE=a:b\r\n"), "card 1\nNOTE;TYPE=a:b\n"},
    {"grouped", CARD("item1.EMAIL;type=INTERNET:a@b.example\r\n"),
     "card 1\nitem1.EMAIL;TYPE=INTERNET:a@b.example\n"},
    {"escapes", CARD("NOTE:a\\, b\\; c\\\\d\\ne\\Nf\\t\\:\r\n"), "card 1\nNOTE:a, b; c\\d\ne\nf\\t:\n"},
    {"values of one parameter", CARD("TEL;TYPE=home,voice;PREF=1:1\r\n"),
     "card 1\nTEL;TYPE=home;TYPE=voice;PREF=1:1\n"},
    {"a quoted parameter", CARD("ADR;LABEL=\"a:b;c,d\":x\r\n"), "card 1\nADR;LABEL=a:b;c,d:x\n"},
    {"a parameter's circumflexes", CARD("ADR;LABEL=\"a^nb^'c^^d^x\":x\r\n"),
     "card 1\nADR;LABEL=a\nb\"c^d^x:x\n"},
    {"2.1: bare types", CARD("TEL;HOME;VOICE:1\r\n"), "card 1\nTEL;TYPE=HOME;TYPE=VOICE:1\n"},
    {"2.1: quoted-printable", CARD("FN;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:Zo=C3=A9\r\n"),
     "card 1\nFN;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:Zoé\n"},
    {"2.1: its soft breaks", CARD("FN;QUOTED-PRINTABLE:Zo=C3=\r\n=A9 =\r\nN\r\nTEL:1\r\n"),
     "card 1\nFN;ENCODING=QUOTED-PRINTABLE:Zoé N\nTEL:1\n"},
    {"2.1: Latin-1", CARD("FN;CHARSET=ISO-8859-1;ENCODING=QUOTED-PRINTABLE:Zo=E9\r\n"),
     "card 1\nFN;CHARSET=ISO-8859-1;ENCODING=QUOTED-PRINTABLE:Zoé\n"},
    {"2.1: no charset told", CARD("FN;ENCODING=QUOTED-PRINTABLE:Zo=E9=0D=0AN\r\n"),
     "card 1\nFN;ENCODING=QUOTED-PRINTABLE:Zoé\r\nN\n"},
    {"an unknown charset", CARD("FN;CHARSET=KLINGON;ENCODING=QUOTED-PRINTABLE:Z\r\n") CARD("FN:B\r\n"),
     "bad 1 the card has a line that cannot be read, line 2: its charset \"KLINGON\" is not known here; "
     "correct it, or "
     "export the card again\ncard 4\nFN:B\n"},
    {"a blank line is nothing", CARD("PHOTO;BASE64:AAAA\r\n BBBB\r\n\r\nFN:A\r\n"),
     "card 1\nPHOTO;ENCODING=BASE64:AAAABBBB\nFN:A\n"},
    {"a card within a card", CARD("AGENT:\r\nBEGIN:VCARD\r\nFN:B\r\nEND:VCARD\r\nFN:A\r\n"),
     "card 1\nAGENT:\nFN:A\n"},
    {"no colon", CARD("FN A\r\n") CARD("FN:B\r\n"),
     "bad 1 the card has a line that cannot be read, line 2: it is no line of a vCard, which begins with a "
     "name and a "
     "colon; correct it, or export the card again\ncard 4\nFN:B\n"},
    {"END is missing", "BEGIN:VCARD\nFN:A\nBEGIN:VCARD\nFN:B\nEND:VCARD\n",
     "bad 1 the card is not ended: END:VCARD is missing before the next one\ncard 3\nFN:B\n"},
    {"cut off", CARD("FN:A\r\n") "BEGIN:VCARD\r\nFN:B\r\n",
     "card 1\nFN:A\nbad 4 the card is not ended, so the file was cut off; export it again\n"},
    {"text outside", CARD("FN:A\r\n") "hello\nworld\n" CARD("FN:B\r\n"),
     "card 1\nFN:A\nbad 4 there is text outside of any card; a card begins with BEGIN:VCARD\ncard 6\nFN:B\n"},
    {"a name too long", CARD("X-23456789012345678901234567890123456789012345678901234567890:a\r\nFN:A\r\n"),
     "bad 1 the card has a line that cannot be read, line 2: it is no line of a vCard, which begins with a "
     "name and a "
     "colon; correct it, or export the card again\n"},
    {"an open quotation mark", CARD("ADR;LABEL=\"x:y\r\n"),
     "bad 1 the card has a line that cannot be read, line 2: a quotation mark is not closed; correct it, or "
     "export the "
     "card again\n"},
    {"a control character", CARD("FN:A\x01\r\n"),
     "bad 1 the card has a line that cannot be read, line 2: it holds a control character (byte 0x01); "
     "correct it, or "
     "export the card again\n"},
};

static void reads(void **state) {
  (void)state;
  static const gsize pieces[] = {1, 2, 7, 100000};
  for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
    for (gsize k = 0; k < G_N_ELEMENTS(pieces); k++) {
      g_autofree char *said = read_text(rows[i].text, strlen(rows[i].text), pieces[k]);
      if (strcmp(said, rows[i].said) != 0)
        fail_msg("%s, in pieces of %zu:\n%s\ninstead of\n%s", rows[i].name, pieces[k], said, rows[i].said);
    }
  }
}

static void begins(void **state) {
  (void)state;
  assert_true(vcard_begins("BEGIN:VCARD\n", 12));
  assert_true(vcard_begins("\r\n begin:vcard", 14));
  assert_false(vcard_begins("BEGIN:VCALENDAR", 15));
  assert_false(vcard_begins("BEGIN", 5));
  assert_false(vcard_begins("", 0));
}

static void parts(void **state) {
  (void)state;
  static const char text[] = CARD("N:de la Cr\\;uz;Mar\\,a;;;\r\n");
  g_autofree char *said = read_text(text, strlen(text), 1000);
  assert_string_equal(said, "card 1\nN:de la Cr;uz;Mar,a;;;\n");
  VcardProperty property = {.value = (char *)"de la Cr\\;uz;Mar\\,a;;;"};
  g_auto(GStrv) found = vcard_property_parts(&property, ';');
  assert_int_equal(g_strv_length(found), 5);
  assert_string_equal(found[0], "de la Cr;uz");
  assert_string_equal(found[1], "Mar,a");
}

/* Soft breaks without end cost no square of their number. */
static void soft_breaks(void **state) {
  (void)state;
  g_autoptr(GString) file = g_string_new("BEGIN:VCARD\nX;QUOTED-PRINTABLE;");
  for (int i = 0; i < VCARD_LINE_MAX - 100; i++)
    g_string_append_c(file, 'A');
  g_string_append_c(file, ':');
  for (int i = 0; i < 300000; i++)
    g_string_append(file, "=\n");
  g_string_append(file, "END:VCARD\n");
  g_autofree char *said = read_text(file->str, file->len, 65536);
  assert_non_null(strstr(said, "bad 1"));
}

/* Ceilings: a photograph may be long, nothing else may; a card has an end of its own. */
static void ceilings(void **state) {
  (void)state;
  g_autofree char *much = g_strnfill(VCARD_LINE_MAX + 1, 'A');
  g_autofree char *photo = g_strdup_printf("BEGIN:VCARD\nPHOTO:%s\nFN:A\nEND:VCARD\n", much);
  g_autofree char *said = read_text(photo, strlen(photo), 4096);
  assert_string_equal(said, "card 1\nPHOTO:\nFN:A\n");
  g_autofree char *name = g_strdup_printf("BEGIN:VCARD\nFN:%s\nEND:VCARD\n", much);
  g_autofree char *refused = read_text(name, strlen(name), 4096);
  assert_non_null(strstr(refused, "bad 1 "));
  assert_non_null(strstr(refused, "more than 65536 bytes"));
  g_autoptr(GString) lines = g_string_new("BEGIN:VCARD\n");
  for (int i = 0; i <= VCARD_PROPERTIES_MAX; i++)
    g_string_append(lines, "NOTE:x\n");
  g_string_append(lines, "END:VCARD\n");
  g_autofree char *many = read_text(lines->str, lines->len, 4096);
  assert_non_null(strstr(many, "more than 500 lines"));
  g_autofree char *huge = g_strnfill(VCARD_CARD_MAX + 1, 'A');
  g_autofree char *card = g_strdup_printf("BEGIN:VCARD\nPHOTO:%s\nEND:VCARD\n" CARD("FN:B\n"), huge);
  g_autofree char *large = read_text(card, strlen(card), 65536);
  assert_non_null(strstr(large, "bad 1 the card has more than 4194304 bytes"));
  assert_non_null(strstr(large, "card 4\nFN:B\n"));
}

/* ---- whatever comes: no crash, no endless loop, and every card before a cut is there ---- */

static const char seed_file[] =
    CARD("VERSION:3.0\r\nN:Norvane;Zo\xC3\xA9;;Dr;\r\nitem1.EMAIL;type=INTERNET;type=pref:a@b.example\r\n"
         "ADR;TYPE=work;LABEL=\"x^ny\":;;1 rue\\, x;V;;1;FR\r\n")
        CARD("VERSION:2.1\r\nFN;CHARSET=ISO-8859-1;ENCODING=QUOTED-PRINTABLE:Zo=E9=\r\n "
             "N\r\nAGENT:\r\nBEGIN:VCARD\r\n"
             "END:VCARD\r\n");

static guint32 dice(guint32 *seed, guint32 sides) {
  *seed = *seed * 1664525U + 1013904223U;
  return (*seed >> 8) % sides;
}

static void truncations(void **state) {
  (void)state;
  gsize first = (gsize)(strstr(seed_file, "END:VCARD") - seed_file) + strlen("END:VCARD");
  for (gsize length = 0; length <= sizeof seed_file - 1; length++) {
    g_autofree char *part = g_memdup2(seed_file, length + 1);
    g_autofree char *said = read_text(part, length, 1 + length % 9);
    assert_int_equal(g_str_has_prefix(said, "card 1\n"), length >= first);
  }
}

static void random_bytes_are_survived(void **state) {
  (void)state;
  static const char bytes[] = "\r\n \t:;=,\"\\^.%\x80\xC3\xA9\xFF\0BEGIN:VCARDEND=C3";
  guint32 seed = 20131202;
  for (int round = 0; round < 3000; round++) {
    g_autofree char *file = g_memdup2(seed_file, sizeof seed_file - 1);
    gsize length = sizeof seed_file - 1;
    for (guint32 changes = 1 + dice(&seed, 12); changes > 0; changes--) {
      gsize at = dice(&seed, (guint32)length);
      file[at] = dice(&seed, 2) ? bytes[dice(&seed, sizeof bytes - 1)] : (char)dice(&seed, 256);
    }
    g_autofree char *said = read_text(file, length, 1 + dice(&seed, 64));
    assert_non_null(said);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(reads),
                                     cmocka_unit_test(begins),
                                     cmocka_unit_test(parts),
                                     cmocka_unit_test(ceilings),
                                     cmocka_unit_test(soft_breaks),
                                     cmocka_unit_test(truncations),
                                     cmocka_unit_test(random_bytes_are_survived)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
