/* SPDX-License-Identifier: GPL-3.0-or-later */
/* reader_json.h - how the process that reads messages is, for `status` and `doctor` */
#pragma once

#include "api/ask.h"

#include <jansson.h>

/* "reader" in the status. */
json_t *reader_json(const Ask *ask);
/* What is wrong with it: a sentence for people, and what to do; NULL when nothing is. The caller frees it. */
char *reader_json_complaint(const Ask *ask, const char **ret_remedy);
