/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What gpg or gpgsm might say, a keyword and its arguments a line: nothing but one good signature is good. */
#include "fuzz/fuzz.h"
#include "sign/status_lines.h"

#define NOW (G_GINT64_CONSTANT(1767225600) * G_USEC_PER_SEC)

static void note_all(StatusLines *lines, char *text) {
  g_auto(GStrv) all = g_strsplit(text, "\n", 200);
  for (guint i = 0; all[i] != NULL; i++) {
    char *space = strchr(all[i], ' ');
    if (space != NULL)
      *space = '\0';
    status_lines_note(lines, all[i], space != NULL ? space + 1 : "");
  }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  const StatusManner *const manners[] = {&status_lines_gpg, &status_lines_gpgsm};
  for (gsize i = 0; i < G_N_ELEMENTS(manners); i++) {
    g_autofree char *text = fuzz_text(data, size);
    SignatureCheck check = {.state = SIGNATURE_NONE};
    StatusLines lines = {.manner = manners[i], .check = &check};
    note_all(&lines, text);
    if (status_lines_judge(&lines, NOW) == SIGNATURE_GOOD)
      fuzz_expect(lines.n[STATUS_NEWSIG] == 1 && lines.n[STATUS_GOODSIG] == 1 &&
                  lines.n[STATUS_VALIDSIG] == 1 && lines.n[STATUS_BADSIG] == 0 &&
                  lines.n[STATUS_ERRSIG] == 0 && lines.n[STATUS_REVKEYSIG] == 0);
  }
  return 0;
}
