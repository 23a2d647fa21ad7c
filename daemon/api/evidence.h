/* SPDX-License-Identifier: GPL-3.0-or-later */
/* evidence.h - where the files that grounds name are kept, each under its digest. Only this room includes it.
 */
#pragma once

#include "base/digest.h"
#include "config/config.h"

/* The folder; the caller frees it. */
char *evidence_folder(const Config *config);
/* The file of that digest; the caller frees it. */
char *evidence_path(const Config *config, const Digest *digest);
