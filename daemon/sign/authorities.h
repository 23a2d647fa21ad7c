/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * authorities.h - which authorities the certificates of a home may lead to
 *
 * A file of PEM certificates: what issues itself is a root and is trusted, what others issued is known, so
 * that chains can be followed. The home's trustlist.txt is written from it, and nothing else is then in it.
 */
#pragma once

#include "sign/home.h"

#define AUTHORITIES_FILE_MAX (1024 * 1024)

/* FAULT_ABSENT when PATH is not there; FAULT_INPUT when no root is in it. */
int authorities_install(Home *home, const char *path, GError **error);
