/* SPDX-License-Identifier: GPL-3.0-or-later */
/* relay_options.h - inside transport/ only: the options of a relay, checked and taken over; opens nothing */
#pragma once

#include "transport/transport.h"

/* Fills RELAY (all zero). FAULT_INPUT with a sentence; RELAY may then be half filled and is to be freed. */
int relay_options_apply(const RelayOptions *options, Relay *relay, GError **error);
