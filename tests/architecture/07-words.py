#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""No promise for later and no path of one machine in what people read."""

import re

from tree import Findings, files, line_of, text

# Put together from parts, so that this file may be read by itself.
LATER = re.compile(r"\b(?:" + "|".join(["TO" + "DO", "FIX" + "ME", "XX" + "X", "HA" + "CK"]) + r")\b")
UNDONE = re.compile(r"not (?:yet )?" + "implemented|" + r"\bplace" + r"holder function\b", re.I)
MACHINE = re.compile(r"(?<![\w.])/(?:wo" + r"rk|home/[a-z]\w*|tmp/b" + r"-\w+|Users/\w+)(?:/|\b)")
BINARY = (".pdf", ".png", ".gz", ".csv", ".eml", ".p12", ".ico")


def main():
    findings = Findings("no promise for later, no path of one machine")
    paths = [path for path in files() if path.suffix not in BINARY and path.name != "LICENSE"]
    for path in paths:
        source = text(path)
        for match in LATER.finditer(source):
            findings.add(path, line_of(source, match.start()), f"{match.group()} promises something for later",
                         "do it now, or leave it to the commit message")
        for match in UNDONE.finditer(source):
            findings.add(path, line_of(source, match.start()), f"\"{match.group()}\"", "finish it, or do not offer it")
        for match in MACHINE.finditer(source):
            findings.add(path, line_of(source, match.start()), f"{match.group()} is a path of one machine",
                         "name it from the source folder or the build folder")
    findings.finish(f"{len(paths)} files")


main()
