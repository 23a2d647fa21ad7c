/* SPDX-License-Identifier: GPL-3.0-or-later */
/* mail_watch.h - how the mailboxes are that are read, for who tells it to people; run/ knows */
#pragma once

#include <glib.h>

typedef struct {
  char *name, *url, *after;
  gboolean is_read;     /* FALSE in a rehearsal, which touches no real mailbox */
  gint64 passed_at;     /* when all of it was kept last, since the start; 0: not yet */
  gint64 taken;         /* messages since the start, those that were known aside */
  gboolean is_alarming; /* it was not looked at for too long */
  char *trouble;        /* what is wrong now, in words; NULL: nothing */
  gint64 trouble_since;
} MailboxState;

typedef struct {
  gpointer self;
  /* MailboxState *, in the order of the configuration. The caller frees the array. */
  GPtrArray *(*states)(gpointer self);
  /* Begins to examine all of them at once: logs in, opens the folder, looks whether AFTER could be done. */
  void (*begin)(gpointer self);
  /* Waits for what was found at number N: 0 and words, or a fault whose sentence says what to do. */
  int (*found)(gpointer self, guint n, char **ret_words, GError **error);
} MailWatch;
