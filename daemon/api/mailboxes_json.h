/* SPDX-License-Identifier: GPL-3.0-or-later */
/* mailboxes_json.h - inside api/ only: how the mailboxes are that are read, in `status` */
#pragma once

#include "api/ask.h"

/* An array; empty when none is named. */
json_t *mailboxes_json(const Ask *ask);
/* Adds a sentence for each that could not be read for too long. */
void mailboxes_json_warn(const Ask *ask, json_t *to);
