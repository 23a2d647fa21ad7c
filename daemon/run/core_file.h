/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * core_file.h - nothing of this process's memory goes into a core file: it may hold a passphrase or a key
 *
 * Neither a limit that somebody raised nor a program that the kernel pipes cores to changes that. Other
 * processes of the same user cannot look into it any more either, nor can the leak checker of a sanitized
 * build, which is why callers leave it out there.
 */
#pragma once

void core_file_forbid(void);
