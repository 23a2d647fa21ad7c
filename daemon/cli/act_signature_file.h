/* SPDX-License-Identifier: GPL-3.0-or-later */
/* act_signature_file.h - a person's own detached signature, given as a file */
#pragma once

#include <glib.h>

/* The text in the file PATH, which the caller frees; NULL PATH gives NULL. FAULT_INPUT when it is no armoured
 * detached OpenPGP signature; the sentence names OVER, the command that prints what it is made over. */
int act_signature_file(const char *path, const char *over, char **ret, GError **error);
