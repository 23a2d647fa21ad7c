/* SPDX-License-Identifier: GPL-3.0-or-later */
/* taker.h - what else wants to know that a person's reply was filed: run/ says who */
#pragma once

#include "store/store.h"

#include <glib.h>

typedef struct {
  /* Within the unit of work that files message INBOUND to its delivery, once for each filing; reads the
   * message from LINK (inbound_message.h). A fault undoes that unit. */
  int (*filed)(gpointer self, Link *link, gint64 inbound, GError **error);
  gpointer self;
} ReplyTaker;
