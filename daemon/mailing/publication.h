/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * publication.h - from when on anybody may have a document
 *
 * Apart from freezing, which only fixes the bytes. Until its moment a version does not exist for the public:
 * its digest, its name and its title answer as if there were none. What was public once stays so; a moment
 * that lies ahead may be moved.
 */
#pragma once

#include "mailing/document.h"
#include "mailing/document_code.h"

/* Makes the frozen versions of a document public from AT on (0, or a moment that has passed: now). Versions
 * frozen later need it once more. Organisers and admins. 0; 1 when nothing changes. FAULT_RULE when no
 * version is frozen. */
int publication_set(Desk *desk, const Actor *actor, gint64 document, gint64 at, GError **error);

/* Is it public at NOW? */
gboolean publication_is_out(const DocumentVersion *version, gint64 now);
/* Documents with at least one version that is public at NOW, each with only those (Document *), the latest
 * first; at most LIMIT. */
int publication_list(Link *link, gint64 now, gint64 limit, GPtrArray **ret, GError **error);
/* The document with the versions that CODE fits alone, when they are public at NOW; of several the first. 0;
 * 1 when there is none: whoever asks learns nothing else. */
int publication_find(Link *link, const DocumentCode *code, gint64 now, Document **ret, GError **error);
