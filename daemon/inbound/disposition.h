/* SPDX-License-Identifier: GPL-3.0-or-later */
/* disposition.h - what a reader's program did with a message (RFC 8098): its part decides, never the subject
 */
#pragma once

#include "inbound/parts.h"
#include "inbound/verdict.h"

/* TRUE and VERDICT filled, or FALSE and nothing touched. */
gboolean disposition_read(const Parts *parts, Verdict *verdict);

/* Of the value of a Disposition field, "manual-action/MDN-sent-manually; displayed" (§3.2.6). */
enum verdict_disposition disposition_of_field(const char *value);
/* Its action mode is manual: a person chose it (§3.2.6.1). */
gboolean disposition_is_manual(const char *value);
