/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A letter on paper: what stands at its head once, what stands at its foot, and values that stay words. */
#include "mailing/paper.h"

#include "support/case.h"

#define HEX "914452273bd1bc449a69f93022cec5508ead9a3c0eaba2a82aa5f2b43a91d412"
#define MAIL(body)                                                                                           \
  "<!DOCTYPE html>\n<html lang=\"fr\">\n<head>\n<title>Subject</title>\n</head>\n"                           \
  "<body style=\"margin:0\">\n<div lang=\"fr\" style=\"max-width:38em\">\n" body                             \
  "</div>\n</body>\n</html>\n"
#define OURS   "<p>Forum d'exemple<br />\n1 rue de l'Exemple<br />\n74400 Exempleville</p>\n"
#define THEIRS "<p><bdi>Son Excellence Madame Maude ORLENCE<br>\nPremière ministre d&#39;Arvanie</bdi></p>\n"
#define REST   "<p>Madame,</p>\n<p>Voici.</p>\n<p>Camille Vasseran<br />\nPrésidente</p>\n"

static PaperLetter letter_of(const char *html, const PaperFile *file) {
  return (PaperLetter){.language = "fr",
                       .title = "D-4 Synthèse",
                       .organisation = "Forum d'exemple",
                       .address = "1 rue de l'Exemple\n74400 Exempleville",
                       .signer = "Camille Vasseran",
                       .inside = "Son Excellence Madame Maude ORLENCE\nPremière ministre d'Arvanie",
                       .postal = "1 rue <script>\nArvane",
                       .reference = "M-1 / D-4",
                       .verify_url = "https://documents.example/verify",
                       .html = html,
                       .files = file,
                       .file_count = file != NULL ? 1 : 0};
}

static guint count_of(const char *text, const char *what) {
  guint n = 0;
  for (const char *at = strstr(text, what); at != NULL; at = strstr(at + 1, what))
    n++;
  return n;
}

static void the_head_once(void **state) {
  static const struct {
    const char *name, *html;
    guint letters, hands; /* how often it says "Madame,", and rooms for a hand */
  } rows[] = {
      {"both above", MAIL(OURS THEIRS REST), 1, 1},
      {"the addressee alone", MAIL(THEIRS REST), 1, 1},
      {"neither", MAIL(REST), 1, 1},
      {"no document at all, only paragraphs", OURS THEIRS REST, 1, 1},
      {"a paragraph that does not end", MAIL(OURS) "<p>Madame,", 0, 0},
      {"nothing", "", 0, 0},
  };
  (void)state;
  for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
    PaperLetter letter = letter_of(rows[i].html, NULL);
    g_autofree char *html = paper_of(&letter);
    if (count_of(html, "Madame,") != rows[i].letters || count_of(html, "class=\"hand\"") != rows[i].hands)
      fail_msg("%s: the letter itself: %s", rows[i].name, html);
    if (count_of(html, "74400 Exempleville") != 1 || count_of(html, "ORLENCE") != 1)
      fail_msg("%s: the head is there %u and %u times", rows[i].name, count_of(html, "74400 Exempleville"),
               count_of(html, "ORLENCE"));
  }
}

static void values_stay_words(void **state) {
  (void)state;
  PaperLetter letter = letter_of(MAIL(REST), NULL);
  letter.title = "</title><script>";
  letter.reference = "\"><img src=x>";
  letter.language = "fr\" onload=\"x";
  g_autofree char *html = paper_of(&letter);
  assert_null(strstr(html, "<script"));
  assert_null(strstr(html, "<img"));
  assert_null(strstr(html, "onload=\""));
  assert_non_null(strstr(html, "1 rue &lt;script&gt;<br>"));
  assert_non_null(strstr(html, "default-src 'none'"));
}

static void the_foot(void **state) {
  const PaperFile file = {"synthèse.fr.pdf", HEX};
  (void)state;
  PaperLetter letter = letter_of(MAIL(REST), &file);
  g_autofree char *unsaid = paper_of(&letter);
  assert_non_null(strstr(unsaid, "M-1 / D-4"));
  assert_non_null(strstr(unsaid, "https://documents.example/verify"));
  assert_int_equal(count_of(unsaid, HEX), 1);
  letter.html = MAIL(REST "<p>" HEX "</p>\n");
  letter.verify_url = letter.address = letter.postal = letter.inside = letter.signer = NULL;
  g_autofree char *said = paper_of(&letter);
  assert_int_equal(count_of(said, HEX), 1);
  assert_null(strstr(said, "documents.example"));
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(the_head_once), cmocka_unit_test(values_stay_words),
                                     cmocka_unit_test(the_foot)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
