/* SPDX-License-Identifier: GPL-3.0-or-later */
/* making.h - the message of one claim, as every thread that makes one does it. Only this room includes it. */
#pragma once

#include "outbox/outbox.h"

/* Composes CLAIM, from its splice when an earlier intent kept one. An enum compose_outcome, or < 0. */
int making_compose(const OutboxOptions *options, const Claim *claim, Composed *ret, GError **error);
/* TRUE when that may take long, because another program has a part in it. */
gboolean making_waits(const OutboxOptions *options, const Claim *claim);
