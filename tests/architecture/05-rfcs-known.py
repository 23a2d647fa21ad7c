#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Every RFC that the code cites has its line in daemon/mail/RFCS.md, and is cited in one spelling."""

import re

from tree import Findings, SOURCE, line_of, product, skip, text

CITED = re.compile(r"\bRFC[ \t]?(\d{3,5})\b")
# "RFC5321", "rfc 5321", "RFC-5321", "RFC 5321 section 4", "RFC 5321, 4.1.1.4": found by no search for the right one.
# But "rfc822" is a type of address and of message, and "RFC5321.MailFrom" the name of a field (RFC 5598).
MISSPELT = re.compile(r"\b(?!rfc822\b)(?:RFC-?\d{3,5}|rfc[ -]?\d{3,5}|Rfc ?\d{3,5})\b(?!\.[A-Z])|\bRFC \d{3,5},? (?:[Ss]ec(?:tion|\.)|s\.|para)")


def main():
    findings = Findings("every cited RFC stands in daemon/mail/RFCS.md, spelt \"RFC 5321 §4.1.1.4\"")
    table = SOURCE / "daemon/mail/RFCS.md"
    paths = product(".c", ".h", ".def")
    if not table.exists():
        skip("daemon/mail/RFCS.md does not exist yet")
    known = set(CITED.findall(table.read_text(encoding="utf-8")))
    count = 0
    for path in paths:
        source = text(path)
        for match in CITED.finditer(source):
            count += 1
            if match.group(1) not in known:
                findings.add(path, line_of(source, match.start()), f"RFC {match.group(1)} is not in daemon/mail/RFCS.md",
                             "give it a line there: obeyed, partly or not, and where")
        for match in MISSPELT.finditer(source):
            findings.add(path, line_of(source, match.start()), f"\"{match.group()}\" is not the agreed spelling",
                         "write it as \"RFC 5321 §4.1.1.4\"")
    findings.finish(f"{count} citations of {len(known)} RFCs")


main()
