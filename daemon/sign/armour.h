/* SPDX-License-Identifier: GPL-3.0-or-later */
/* armour.h - public keys as text (RFC 9580 §6.2). Pure */
#pragma once

#include <glib.h>

/* KEYS: transferable public keys, one behind the other. One block, its lines ended by LF. */
GBytes *armour_keys(GBytes *keys);
