/* SPDX-License-Identifier: GPL-3.0-or-later */
/* contacts_page.h - a page of contacts as JSON. Only this room includes it. */
#pragma once

#include "api/ask.h"
#include "contacts/contact.h"

/* Reads "after" and "limit" of the query into FILTER. */
int contacts_page(const Ask *ask, Link *link, ContactFilter *filter, json_t **ret, GError **error);
