/* SPDX-License-Identifier: GPL-3.0-or-later */
/* log_json.h - an entry of the journal as JSON. Only this room includes it. */
#pragma once

#include <jansson.h>

#include "journal/journal_rows.h"

json_t *log_json_entry(const JournalRow *row);
