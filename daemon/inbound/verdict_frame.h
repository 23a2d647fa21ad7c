/* SPDX-License-Identifier: GPL-3.0-or-later */
/* verdict_frame.h - a verdict on its way from the process that judged to the daemon */
#pragma once

#include "inbound/frame.h"
#include "inbound/verdict.h"

/* Appends VERDICT as fields. */
void verdict_frame_add(GByteArray *fields, const Verdict *verdict);
/* The next fields as a verdict; NULL, and READING is broken, when they are none: whoever sent them may have
 * been taken over by what it read, so all that verdict.h promises is looked at again. */
Verdict *verdict_frame_read(FrameReading *reading);
