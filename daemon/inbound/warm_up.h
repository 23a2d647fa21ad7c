/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * warm_up.h - what reading would load and look up when it is first needed
 *
 * A process that is about to lose the right to open files has to have it all beforehand: the types of GMime,
 * the tables of libxml2, and the modules by which the C library turns other charsets into UTF-8. A charset
 * that is not among them is then read as UTF-8 or Windows-1252, like an unknown one.
 */
#pragma once

/* Once, in the only thread. */
void warm_up(void);
