/* SPDX-License-Identifier: GPL-3.0-or-later */
/* handling.h - the words for what was made of a message */
#pragma once

enum handling {
#define HANDLING(symbol, name, sentence) symbol,
#include "reply/handlings.def"
#undef HANDLING
  HANDLINGS
};
const char *handling_name(enum handling handling); /* NULL for HANDLINGS */
const char *handling_sentence(enum handling handling);
enum handling handling_of(const char *name); /* HANDLINGS: none */
