/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "inbound/own_words.h"

#include "support/case.h"

#include <time.h>

typedef struct {
  const char *name, *text, *own;
} Row;

static void check(const Row *rows, gsize count) {
  for (gsize i = 0; i < count; i++) {
    g_autofree char *own = own_words(rows[i].text);
    if (!g_str_equal(own, rows[i].own))
      fail_msg("%s: \"%s\" instead of \"%s\"", rows[i].name, own, rows[i].own);
  }
}

static void marked_quotations(void **state) {
  (void)state;
  static const Row rows[] = {
      {"fr, answer above",
       "Merci, bien reçu.\n\nLe mar. 24 nov. 2026 à 10:00, Forum <envoi@forum.example> a écrit :\n> "
       "Monsieur,\n"
       "> voici le rapport.\n",
       "Merci, bien reçu."},
      {"fr, narrow spaces before the colon",
       "Bien reçu.\n\nLe 24/11/2026 à 10:00, Forum a écrit\xC2\xA0:\n> un\n> deux\n> trois", "Bien reçu."},
      {"fr, the sentence in two lines",
       "Bien reçu.\n\nLe mar. 24 nov. 2026 à 10:00, Forum <envoi@forum.example>\na écrit :\n\n> un\n> "
       "deux\n> trois",
       "Bien reçu."},
      {"fr, broken within the address",
       "Bien reçu.\n\nLe mar. 24 nov. 2026 à 10:00, Secrétariat du Forum <\nenvoi@forum.example> a écrit "
       ":\n> un\n",
       "Bien reçu."},
      {"en", "Received.\n\nOn Tue, 24 Nov 2026 at 10:00, Forum <envoi@forum.example> wrote:\n> one\n",
       "Received."},
      {"en, another form", "Received.\n\nOn 11/24/26 10:00, Forum wrote:\n> one\n", "Received."},
      {"es", "Recibido.\n\nEl mar, 24 nov 2026 a las 10:00, Foro (<envoi@forum.example>) escribió:\n> uno\n",
       "Recibido."},
      {"pt",
       "Recebido.\n\nEm ter., 24 de nov. de 2026 às 10:00, Fórum <envoi@forum.example> escreveu:\n> um\n",
       "Recebido."},
      {"pt, by the day", "Recebido.\n\nNo dia 24/11/2026, às 10:00, Fórum escreveu:\n> um\n", "Recebido."},
      {"de", "Erhalten.\n\nAm 24.11.2026 um 10:00 schrieb Forum:\n> eins\n", "Erhalten."},
      {"ar",
       "وصلنا التقرير، شكرا.\n\nفي الثلاثاء، ٢٤ نوفمبر ٢٠٢٦ في ١٠:٠٠ ص تمت كتابة ما يلي بواسطة "
       "\u202aForum\u202c\u200f "
       "<\u202aenvoi@forum.example\u202c\u200f>:\n> واحد\n",
       "وصلنا التقرير، شكرا."},
      {"ar, another form", "وصلنا.\n\nفي ٢٤\u200f/١١\u200f/٢٠٢٦، الساعة ١٠:٠٠ ص، كتب/كتبت Forum:\n> واحد\n",
       "وصلنا."},
      {"he",
       "קיבלנו, תודה.\n\n\u202bבתאריך יום ג׳, 24 בנוב׳ 2026 ב-10:00 מאת \u202aForum\u202c\u200f "
       "<\u202aenvoi@forum.example\u202c\u200f>:\u202c\n> אחת\n",
       "קיבלנו, תודה."},
      {"he, another form",
       "קיבלנו.\n\nב-24 בנוב׳ 2026, בשעה 10:00, Forum <envoi@forum.example> כתב/ה:\n> אחת\n", "קיבלנו."},
      {"the address alone", "Received.\n\nForum <envoi@forum.example>:\n> one\n> two\n> three\n",
       "Received."},
      {"Quoting", "Received.\n\nQuoting Forum <envoi@forum.example>:\n\n> one\n", "Received."},
      {"answer below", "On Tue, 24 Nov 2026 at 10:00, Forum wrote:\n> one\n> two\n\nReceived, thank you.\n",
       "Received, thank you."},
      {"answers between",
       "Madam,\n\nOn Tue, 24 Nov 2026 at 10:00, Forum wrote:\n> Question 1?\n\nYes.\n\n> Question 2?\n> "
       "More.\n\nNo.\nNever."
       "\n\n> Kind regards\n",
       "Madam,\n\nYes.\n\nNo.\nNever."},
      {"quotations of quotations",
       "Yes.\n\nOn 24/11/2026 10:00, A wrote:\n> On 23/11/2026 09:00, B wrote:\n>> b\n> a\n", "Yes."},
      {"CRLF", "Reçu.\r\n\r\nLe 24/11/2026 à 10:00, Forum a écrit :\r\n> un\r\n> deux\r\n", "Reçu."},
      {"nothing but a quotation", "Le 24/11/2026 à 10:00, Forum a écrit :\n> un\n> deux\n", ""},
      {"nothing", "", ""},
      {"blank lines alone", "\n \n\n", ""},
  };
  check(rows, G_N_ELEMENTS(rows));
}

static void unmarked_copies(void **state) {
  (void)state;
  static const Row rows[] = {
      {"fr",
       "Bien reçu, merci.\n\n________________________________\nDe : Forum <envoi@forum.example>\nEnvoyé : "
       "mardi 24 "
       "novembre 2026 10:00\nÀ : Cabinet <cabinet@xa.example>\nObjet : Synthèse\n\nMonsieur le "
       "Ministre,\nVoici.\n",
       "Bien reçu, merci."},
      {"en",
       "Received.\n\nFrom: Forum\nSent: Tuesday, 24 November 2026 10:00\nTo: Office\nCc: Other\nSubject: "
       "Synthesis\n\n"
       "Minister,\nhere it is.\n",
       "Received."},
      {"en, in bold",
       "Received.\n\n*From:* Forum\n*Sent:* Tuesday\n*To:* Office\n*Subject:* Synthesis\n\nHere.\n",
       "Received."},
      {"es",
       "Recibido.\n\nDe: Foro\nEnviado el: martes, 24 de noviembre de 2026 10:00\nPara: Gabinete\nAsunto: "
       "Síntesis\n\nAquí está.\n",
       "Recibido."},
      {"pt",
       "Recebido.\n\nDe: Fórum\nEnviada em: terça-feira\nPara: Gabinete\nAssunto: Síntese\n\nAqui está.\n",
       "Recebido."},
      {"ar", "وصلنا.\n\nمن: Forum\nتم الإرسال: الثلاثاء\nإلى: المكتب\nالموضوع: التقرير\n\nنص\n", "وصلنا."},
      {"he", "קיבלנו.\n\nמאת: Forum\nנשלח: יום שלישי\nאל: הלשכה\nנושא: הדוח\n\nטקסט\n", "קיבלנו."},
      {"blank lines between the fields",
       "Reçu.\n\nDe : Forum\n\nEnvoyé : mardi\n\nÀ : Cabinet\n\nObjet : x\n\nVoici.\n", "Reçu."},
      {"a title above", "Received.\n\n-----Original Message-----\nHere it is.\n", "Received."},
      {"fr, a title above",
       "Reçu.\n\n-----Message d'origine-----\nDe : Forum\nEnvoyé : mardi\nObjet : x\n\nVoici.\n", "Reçu."},
      {"es, a title above", "Recibido.\n\n----- Mensaje original -----\nAquí está.\n", "Recibido."},
      {"pt, a title above", "Recebido.\n\n-----Mensagem original-----\nAqui está.\n", "Recebido."},
      {"a sentence above",
       "Received.\n\nOn Tue, 24 Nov 2026 at 10:00, Forum <envoi@forum.example> wrote:\n\nHere it is.\n",
       "Received."},
      {"fr, a sentence in two lines",
       "Reçu.\n\nLe mar. 24 nov. 2026 à 10:00, Forum <envoi@forum.example>\na écrit :\n\nVoici le rapport.\n",
       "Reçu."},
      {"a title above what is marked",
       "-----Original Message-----\nFrom: Forum\nSent: Tuesday\nSubject: x\n\n> one\n> two\n"
       "\nReceived.\n",
       "Received."},
  };
  check(rows, G_N_ELEMENTS(rows));
}

static void keeps_when_unsure(void **state) {
  (void)state;
  static const Row rows[] = {
      {"nothing above the copy: the answer may stand below or within",
       "De : Forum\nEnvoyé : mardi\nObjet : x\n\nQuestion 1 ?\nOui, pour nous.\n",
       "De : Forum\nEnvoyé : mardi\nObjet : x\n\nQuestion 1 ?\nOui, pour nous."},
      {"nothing above but a telephone",
       "Sent from my phone\n\nFrom: Forum\nSent: Tuesday\nTo: Office\nSubject: x\n\nQuestion?\nYes.\n",
       "From: Forum\nSent: Tuesday\nTo: Office\nSubject: x\n\nQuestion?\nYes."},
      {"nothing above the sentence in two lines",
       "Le 24 nov. 2026 à 10:00, Forum <envoi@forum.example>\na écrit :\n\nOui.\n",
       "Le 24 nov. 2026 à 10:00, Forum <envoi@forum.example>\na écrit :\n\nOui."},
      {"fr, answers within",
       "Nos réponses en rouge ci-dessous.\n\nDe : Forum\nEnvoyé : mardi\nObjet : x\n\nOui.\n",
       "Nos réponses en rouge ci-dessous.\n\nDe : Forum\nEnvoyé : mardi\nObjet : x\n\nOui."},
      {"en, answers within", "Please see our answers in red.\n\n-----Original Message-----\nQ1?\nYes.\n",
       "Please see our answers in red.\n\n-----Original Message-----\nQ1?\nYes."},
      {"es, answers within", "Ver respuestas abajo.\n\nDe: Foro\nEnviado: martes\nAsunto: x\n\nSí.\n",
       "Ver respuestas abajo.\n\nDe: Foro\nEnviado: martes\nAsunto: x\n\nSí."},
      {"pt, answers within", "Respostas abaixo.\n\nDe: Fórum\nEnviado: terça\nAssunto: x\n\nSim.\n",
       "Respostas abaixo.\n\nDe: Fórum\nEnviado: terça\nAssunto: x\n\nSim."},
      {"fr, passed on to us",
       "Pour info.\n\n---------- Message transféré ---------\nDe : Ministre\nDate : mardi\nObjet : "
       "avis\n\nFavorable.\n",
       "Pour info.\n\n---------- Message transféré ---------\nDe : Ministre\nDate : mardi\nObjet : "
       "avis\n\nFavorable."},
      {"en, passed on to us",
       "FYI\n\nBegin forwarded message:\n\nFrom: Minister\nDate: Tuesday\nSubject: opinion\n\nYes.\n",
       "FYI\n\nBegin forwarded message:\n\nFrom: Minister\nDate: Tuesday\nSubject: opinion\n\nYes."},
      {"a sentence of his own", "Le ministre a écrit :\n\nNous approuvons la synthèse.\n",
       "Le ministre a écrit :\n\nNous approuvons la synthèse."},
      {"a sentence of his own with a date",
       "Veuillez noter.\nLe 24 novembre, nous vous avons écrit :\n\nNous approuvons.\n",
       "Veuillez noter.\nLe 24 novembre, nous vous avons écrit :\n\nNous approuvons."},
      {"a sentence of his own above a quotation",
       "Le ministre a écrit :\n> un\n> deux\n> trois\nDont acte.\n", "Le ministre a écrit :\n\nDont acte."},
      {"the head of an official letter",
       "De : Cabinet\nÀ : Forum\nObjet : Synthèse\nDate : 24/11/2026\n\nMadame,\nReçu.\n",
       "De : Cabinet\nÀ : Forum\nObjet : Synthèse\nDate : 24/11/2026\n\nMadame,\nReçu."},
      {"two fields are none", "Reçu.\n\nDe : nous tous\nÀ : vous\n\nMerci.\n",
       "Reçu.\n\nDe : nous tous\nÀ : vous\n\nMerci."},
      {"two lines that nothing announces", "> 50 % of women\n> 30 % of the young\nThose are our aims.\n",
       "> 50 % of women\n> 30 % of the young\nThose are our aims."},
      {"a rule of dashes", "One\n----------\nTwo\n", "One\n----------\nTwo"},
      {"a table with bars", "| a | b |\n| 1 | 2 |\n| 3 | 4 |\n", "| a | b |\n| 1 | 2 |\n| 3 | 4 |"},
  };
  check(rows, G_N_ELEMENTS(rows));
}

static void signatures_and_devices(void **state) {
  (void)state;
  static const Row rows[] = {
      {"a signature", "Received.\n\n-- \nA. Person\nOffice of State XA\n", "Received."},
      {"a signature without its space", "Received.\n\n--\nA. Person\n", "Received."},
      {"a signature above a quotation",
       "Received.\n\n-- \nA. Person\n\nOn 24/11/2026 10:00, Forum wrote:\n> one\n\nLater.\n",
       "Received.\n\nLater."},
      {"all below it", "-- \nOnly this.\n", "-- \nOnly this."},
      {"too long for one", "One\n--\n1\n2\n3\n4\n5\n6\n7\n8\n9\n10\n11\n12\n13\n14\n15\n16\n17\n18\n19\n20\n",
       "One\n--\n1\n2\n3\n4\n5\n6\n7\n8\n9\n10\n11\n12\n13\n14\n15\n16\n17\n18\n19\n20"},
      {"fr", "Reçu.\n\nEnvoyé de mon iPhone\n", "Reçu."},
      {"en", "Received.\n\nSent from my iPhone\n", "Received."},
      {"es", "Recibido.\n\nEnviado desde mi iPhone\n", "Recibido."},
      {"pt", "Recebido.\n\nEnviado do meu iPhone\n", "Recebido."},
      {"ar", "وصلنا.\n\nتم الإرسال من جهاز iPhone الخاص بي\n", "وصلنا."},
      {"he", "קיבלנו.\n\nנשלח מה-iPhone שלי\n", "קיבלנו."},
      {"Outlook", "Received.\n\nGet Outlook for Android<https://app.example/>\n", "Received."},
      {"fr, Outlook", "Reçu.\n\nTélécharger Outlook pour iOS\n", "Reçu."},
      {"a long sentence",
       "Envoyé de mon bureau ce matin, le rapport que vous trouverez joint porte les observations de tous "
       "les services "
       "qui ont bien voulu répondre.\n",
       "Envoyé de mon bureau ce matin, le rapport que vous trouverez joint porte les observations de tous "
       "les services "
       "qui ont bien voulu répondre."},
  };
  check(rows, G_N_ELEMENTS(rows));
}

/* Whatever comes, it ends soon, and what it gives is valid and not longer than what it got. */
static void hostile(void **state) {
  (void)state;
  static const char *const pieces[] = {">",  "> \n",   "Le 1 a écrit :\n",         "De : x\n", "-- \n",
                                       "\n", "- - - ", "On 1:1 <@> wrote:\n> x\n", "\u202b\n"};
  for (gsize i = 0; i < G_N_ELEMENTS(pieces); i++) {
    g_autoptr(GString) text = g_string_new(NULL);
    while (text->len < 128 * 1024)
      g_string_append(text, pieces[i]);
    clock_t begun = clock();
    g_autofree char *own = own_words(text->str);
    assert_true(g_utf8_validate(own, -1, NULL) && strlen(own) <= text->len);
    if (clock() - begun > 5 * CLOCKS_PER_SEC)
      fail_msg("piece %zu takes too long", i);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(marked_quotations), cmocka_unit_test(unmarked_copies),
      cmocka_unit_test(keeps_when_unsure), cmocka_unit_test(signatures_and_devices),
      cmocka_unit_test(hostile),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
