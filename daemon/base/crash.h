/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * crash.h - numbered places where a test may kill the daemon
 *
 * In a build with VALISE_TEST_HOOKS, the n-th passage through any crash point ends the process at once
 * (SIGKILL to itself) when VALISE_CRASH_AT=n; VALISE_CRASH_LOG names a file to which each passage appends its
 * number and name. In any other build the macro is nothing.
 */
#pragma once

#ifdef VALISE_TEST_HOOKS
void crash_point(const char *name);
#else
#define crash_point(name) ((void)0)
#endif
