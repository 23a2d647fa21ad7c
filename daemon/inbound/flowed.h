/* SPDX-License-Identifier: GPL-3.0-or-later */
/* flowed.h - text/plain; format=flowed (RFC 3676): lines that were broken for the width of a screen */
#pragma once

#include <glib.h>

/* TEXT with such lines joined again, those that are quoted too, each with its ">" before it; stuffed spaces
 * are taken away, but one stays before a ">" that is none of a quotation. With DELETE_SPACE (delsp=yes) the
 * space at which a line was broken goes as well. Valid UTF-8 in and out; the caller frees it. */
char *flowed_join(const char *text, gboolean delete_space);
