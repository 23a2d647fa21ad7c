/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * guard.h - what is left to a process that reads what strangers wrote
 *
 * After guard_close it can use memory, hear and speak on the sockets that it has, tell the time, and end. It
 * can open no file and no socket, start no process and no thread, look into no other, and make no memory
 * executable: a call that is not on the list fails with EPERM, and one that only an intruder makes ends the
 * process at once.
 */
#pragma once

#include <glib.h>

typedef struct {
  gboolean calls;  /* system calls are filtered */
  gboolean memory; /* there is a ceiling of memory */
  char why[120];   /* what is off, and why; "" */
} Guard;

/* For good. MEMORY is the ceiling of address space, in bytes. What this machine or this build cannot do stays
 * open, and the result says so. All that would be loaded or looked up later must have been before. */
Guard guard_close(gsize memory);
