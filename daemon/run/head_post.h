/* SPDX-License-Identifier: GPL-3.0-or-later */
/* head_post.h - the thread that mails signed heads of the journal to the admins and to our own mailbox, and
 * has them stamped: it waits for the answers of relays and authorities (evidence/head_letter.h, head_stamp.h)
 */
#pragma once

#include "mailing/desk.h"

typedef struct HeadPost HeadPost;

/* EVERY: microseconds between two rounds of letters. TIMESTAMP_URL: who stamps each head; NULL: nobody. */
HeadPost *head_post_start(Desk *desk, gint64 every, const char *timestamp_url);
/* A letter whose end of data was sent is waited for. */
void head_post_stop(HeadPost *post);
void head_post_free(HeadPost *post);
