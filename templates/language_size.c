/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Sizes of files in words. */
#include "templates/language.h"

#include <string.h>

#define STEP 1024.0

static const char *const units[LANGUAGE_COUNT][3] = {[LANGUAGE_FR] = {"octets", "Kio", "Mio"},
                                                     [LANGUAGE_EN] = {"bytes", "KiB", "MiB"},
                                                     [LANGUAGE_ES] = {"bytes", "KiB", "MiB"},
                                                     [LANGUAGE_PT] = {"bytes", "KiB", "MiB"}};

/* A tenth is told where it says something, below ten. */
char *language_size(enum language language, gint64 bytes) {
  double value = (double)bytes;
  int unit = 0;
  for (; value >= STEP && unit < 2; unit++)
    value /= STEP;
  char figures[G_ASCII_DTOSTR_BUF_SIZE];
  g_ascii_formatd(figures, sizeof figures, unit > 0 && value < 10.0 ? "%.1f" : "%.0f", value);
  char *point = strchr(figures, '.');
  if (point != NULL && language != LANGUAGE_EN)
    *point = ',';
  return g_strconcat(figures, "\u00a0", units[language][unit], NULL);
}
