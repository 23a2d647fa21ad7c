/* SPDX-License-Identifier: GPL-3.0-or-later */
/* documents_page.h - how a public document is shown on any page */
#pragma once

#include "mailing/document.h"
#include "web/visit.h"

/* Its title and kind, and a link to that version (of VERSIONS the first) and its signature, without digests.
 */
void documents_page_link(Page *page, const Visit *visit, const Document *document);
/* Title, particulars, and each of its versions with link and digest, the reader's language first; there is at
 * least one. */
void documents_page_show(Page *page, const Visit *visit, const Document *document);
