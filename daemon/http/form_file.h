/* SPDX-License-Identifier: GPL-3.0-or-later */
/* form_file.h - where the chosen file lies within a form that was posted (multipart/form-data, RFC 7578) */
#pragma once

#include <glib.h>

#define FORM_HEADER_MAX 8192 /* bytes of the fields before the file's content */

/* FORM of SIZE bytes came with CONTENT_TYPE (whole, with its boundary). TRUE with *ret_content and
 * *ret_length within FORM: the first part that carries a filename. FALSE when there is none, or no file was
 * chosen, or the form is not whole. Pure. */
gboolean form_file_find(const char *form, gsize size, const char *content_type, const char **ret_content,
                        gsize *ret_length);
