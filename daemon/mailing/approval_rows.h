/* SPDX-License-Identifier: GPL-3.0-or-later */
/* approval_rows.h - the SQL of approvers' signatures. Only this room includes it. */
#pragma once

#include "mailing/approval.h"

/* Over the manifest that MAILING has now. */
int approval_rows_put(Link *link, const Mailing *mailing, const ActSignature *signature, GError **error);
