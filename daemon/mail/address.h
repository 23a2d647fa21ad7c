/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * address.h - one mail address: read strictly, written canonically, compared by one spelling
 *
 * The grammar is the mailbox of RFC 5321 §4.1.2 with the letters that RFC 6531 §3.3 adds: what SMTP can
 * carry, so no comments, no folding, no white space outside quotes, no obsolete forms. A quoted local-part is
 * accepted and written again with the least quoting: "jean"@x.example becomes jean@x.example. Letters outside
 * ASCII are put into NFC; a domain of such letters becomes A-labels (RFC 5890), and all domains become lower
 * case.
 *
 * Ceilings (RFC 5321 §4.5.3.1 and erratum 1690) count octets of the form that is sent, and of a quoted
 * local-part as given too: local-part 64, domain 255, address 254.
 *
 * Without flags only what can be a contact's address passes: a domain of at least two labels, the last one
 * not a number. Address literals and single labels are SMTP too and pass when the caller says so.
 */
#pragma once

#include <glib.h>

#define ADDRESS_LOCAL_MAX  64
#define ADDRESS_DOMAIN_MAX 255
#define ADDRESS_MAX        254

enum address_flags {
  ADDRESS_CONTACT = 0,
  ADDRESS_SINGLE_LABEL = 1, /* root@localhost */
  ADDRESS_LITERAL = 2,      /* root@[192.0.2.1], root@[IPv6:2001:db8::1], and a last label that is a number */
  ADDRESS_ANY = 3,          /* all that RFC 5321 allows */
};

typedef struct {
  char *send;   /* to be sent: local-part, "@", A-labels or literal */
  char *show;   /* to be shown to people: the same with U-labels */
  char *folded; /* send, case-folded: equal for two addresses that only case tells apart. Worth a warning, not
                   an identity: RFC 5321 §2.4 leaves the case of a local-part to its host */
  char *local;  /* the local-part as sent, in quotes where they are needed */
  char *domain; /* lower case A-labels, or a literal in its brackets */
  gboolean needs_utf8; /* the local-part is outside ASCII: only a relay with SMTPUTF8 takes it (RFC 6531) */
} Address;

/* Two spellings of one mailbox have the same `send`: it is the normalised form and the key to compare by. */

/* 0 and *ret, or FAULT_INPUT with a sentence that an organiser understands ("\"maria@\" is no mail address:
 * the part after the @ is missing; ..."). FLAGS is an or of enum address_flags. */
int address_parse(const char *text, guint flags, Address **ret, GError **error);
void address_free(Address *address);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Address, address_free)

/* For writers, who check once more what they are about to write: TRUE when TEXT is an address in the form of
 * `send`, one and nothing else. Allocates nothing; does not judge A-labels. */
gboolean address_is_canonical(const char *text);

/* A domain alone, to lower case A-labels; the same rules. The caller frees *ret. */
int address_domain(const char *text, guint flags, char **ret, GError **error);
