/* SPDX-License-Identifier: GPL-3.0-or-later */
/* settings.h - what mailing/ needs to know, from the configuration, the tables of words and the token key */
#pragma once

#include "config/config.h"
#include "mailing/desk.h"

/* The key of all tokens lies in state_dir/token.key (32 bytes, mode 0600) and is made the first time. */
int settings_new(const Config *config, MailingSettings **ret, GError **error);
