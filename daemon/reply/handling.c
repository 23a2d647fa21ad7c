/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "reply/handling.h"

#include <glib.h>

static const struct {
  const char *name, *sentence;
} words[HANDLINGS] = {
#define HANDLING(symbol, name, sentence) [symbol] = {name, sentence},
#include "reply/handlings.def"
#undef HANDLING
};

const char *handling_name(enum handling handling) {
  return handling < HANDLINGS ? words[handling].name : NULL;
}

const char *handling_sentence(enum handling handling) {
  return handling < HANDLINGS ? words[handling].sentence : NULL;
}

enum handling handling_of(const char *name) {
  int i = 0;
  while (i < HANDLINGS && g_strcmp0(words[i].name, name) != 0)
    i++;
  return (enum handling)i;
}
