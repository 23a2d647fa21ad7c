/* SPDX-License-Identifier: GPL-3.0-or-later */
/* rebuild.h - a message that has left, made again to be shown: from its splice, or by its recipe */
#pragma once

#include "mail/message.h"
#include "mailing/desk.h"

/* The message that DELIVERY's last intent fixed, sealed, its digest compared. 0; 1 and *ret_why (the caller
 * frees it) when it has none, or cannot be made again as it was. */
int rebuild_message(Desk *desk, Link *link, const DeliveryRow *delivery, Message **ret, char **ret_why,
                    GError **error);
