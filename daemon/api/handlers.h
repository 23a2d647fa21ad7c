/* SPDX-License-Identifier: GPL-3.0-or-later */
/* handlers.h - every handler of the table of routes, each in the file of its noun. Only this room includes
 * it. */
#pragma once

#include "api/ask.h"

#define ROUTE(method, path, roles, handler, sentence) int handler(Ask *ask, GError **error);
#include "api/routes.def"
#undef ROUTE
