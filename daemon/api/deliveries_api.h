/* SPDX-License-Identifier: GPL-3.0-or-later */
/* deliveries_api.h - a delivery as an answer. Only this room includes it. */
#pragma once

#include "api/ask.h"

/* 200 with the whole story of DELIVERY, as GET /deliveries/{id} tells it. */
int deliveries_api_respond(Ask *ask, gint64 delivery, GError **error);
