/* SPDX-License-Identifier: GPL-3.0-or-later */
/* proof_rows.h - the SQL of proofs. Only this room includes it. */
#pragma once

#include "mailing/proof.h"

int proof_rows_insert(Link *link, gint64 delivery, const Proof *proof, GError **error);
/* 1 when there is none. */
int proof_rows_find(Link *link, gint64 delivery, Proof **ret, GError **error);
