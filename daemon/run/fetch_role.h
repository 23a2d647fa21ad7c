/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * fetch_role.h - `valised --role fetch`: the process that talks to mailboxes and parses no message
 *
 * One process for all mailboxes, a thread for each: a mailbox is a straight line (connect, look, wait) that
 * stands still for minutes, and one that is slow or silent must not keep another waiting. They share the
 * socket to the daemon and nothing else. Once it knows its mailboxes the process gives up all else
 * (fetch_cage.h).
 */
#pragma once

#include "run/role.h"

RoleMain fetch_role;
