/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * report_fields.h - the fields of a machine-readable report: groups of header-like lines between blank ones
 * (RFC 3464 §2.1, RFC 8098 §3.1, RFC 5965 §3.1)
 */
#pragma once

#include <glib.h>

#define REPORT_FIELDS_GROUP_MAX 200
#define REPORT_FIELDS_MAX       2000
#define REPORT_FIELDS_VALUE_MAX 4000

typedef struct ReportFields ReportFields;

/* Reads what it can; what is no field is left out. TEXT is valid UTF-8. */
ReportFields *report_fields_read(const char *text);
void report_fields_free(ReportFields *fields);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(ReportFields, report_fields_free)

guint report_fields_groups(const ReportFields *fields);
/* The value of the first field of that name in the group, unfolded, or NULL; owned by FIELDS. */
const char *report_fields_get(const ReportFields *fields, guint group, const char *name);
/* The first group that has the field, or -1. */
int report_fields_group_with(const ReportFields *fields, const char *name);

/* "rfc822; anna@x.example" without its type, without angle brackets; a copy, or NULL. The xtext of
 * RFC 3461 §4 is decoded, and what RFC 6533 §3 makes of it. */
char *report_fields_address(const char *value);
