/* SPDX-License-Identifier: GPL-3.0-or-later */
/* mail_sender.h - whether a mail system or somebody with an address of his own wrote a message */
#pragma once

#include "inbound/parts.h"

/* From is a mail system's (mailer-daemon, postmaster and their like) or nobody's. */
gboolean mail_sender_is_system(const Parts *parts);
/* The return path is there and empty (RFC 5321 §4.5.5): nobody is to answer. */
gboolean mail_sender_is_null(const Parts *parts);
/* It goes on with a thread under a subject that says so, and has a return path: people do that. */
gboolean mail_sender_answers(const Parts *parts);
