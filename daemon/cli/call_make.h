/* SPDX-License-Identifier: GPL-3.0-or-later */
/* call_make.h - how a call is made; commands include call.h only */
#pragma once

#include "cli/call.h"
#include "cli/command_parse.h"

/* PARSED must outlive the call. Opens no connection. FAULT_INPUT for a bad --url or --token-file. */
int call_new(const ParsedCommand *parsed, FILE *out, FILE *err, Call **ret, GError **error);
void call_free(Call *call);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Call, call_free)
