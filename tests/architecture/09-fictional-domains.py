#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Nobody is written to by mistake: every address in the tree lies in a domain that is reserved for examples."""

import re

from tree import Findings, files, line_of, text

ADDRESS = re.compile(r"[\w.!#$%&'*+/=?^`{|}~-]+@((?:[\w-]+\.)+[^\W\d_][\w-]+)", re.U)
# RFC 2606 and RFC 6761; the .localdomain of a machine without a name goes nowhere either.
FICTIONAL = re.compile(r"(?:^|\.)(?:example|test|invalid|localhost|localdomain|example\.(?:org|com|net))\.?$", re.I)
# An instance of a unit ("user@0.service") and a path inside a package are no addresses.
NO_DOMAIN = re.compile(r"\.(?:service|socket|timer|target|slice|scope|mount|device|c|h|py|js|json|so)$", re.I)
OTHERS = ("LICENSE",)


def main():
    findings = Findings("every address lies in .example, .test, .invalid, localhost or example.org, .com, .net")
    paths = [path for path in files() if path.name not in OTHERS and path.suffix not in (".pdf", ".png", ".gz")]
    count = 0
    for path in paths:
        source = text(path)
        for match in ADDRESS.finditer(source):
            count += 1
            domain = match.group(1)
            if not FICTIONAL.search(domain) and not NO_DOMAIN.search(domain):
                findings.add(path, line_of(source, match.start()), f"{domain} may belong to somebody",
                             "use a name under .example or .test")
    findings.finish(f"{count} addresses in {len(paths)} files")


main()
