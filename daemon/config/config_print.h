/* SPDX-License-Identifier: GPL-3.0-or-later */
/* config_print.h - the table of options as a sample file and as a reference; the caller frees both */
#pragma once

/* A valise.conf with every key, commented out, with its sentence and default: `valised --print-config`. */
char *config_print_sample(void);
/* Every key as mdoc-free roff (.SS, .TP) for the man page valise.conf(5): `valised --print-reference`. */
char *config_print_reference(void);
