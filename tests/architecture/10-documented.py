#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""What users rely on stands in the documentation: each option, each route, each kind of entry."""

import re

from tree import Findings, SOURCE, files, line_of, skip, text

# the table, how a row names its thing (the last group is the name)
TABLES = [
    ("daemon/config/options.def", re.compile(r"^\s*OPTION\(\s*(\w+)\s*,\s*(\w+)\s*,", re.M), "option"),
    ("daemon/api/routes.def", re.compile(r'^\s*ROUTE\(\s*\w+\s*,\s*"(/[^"]*)"', re.M), "route"),
    ("daemon/journal/entry_kinds.def", re.compile(r'^\s*KIND\(\s*\w+\s*,\s*"([\w-]+)"', re.M), "kind of entry"),
]


def documentation():
    pages = files(under=("man",)) + files(".md", under=("docs",)) + files(".md", under=("daemon", "contacts", "templates"))
    return pages, "\n".join(text(path).replace("\\-", "-") for path in pages)


def main():
    findings = Findings("each option, route and kind of entry is documented")
    if not (SOURCE / "man").is_dir() and not (SOURCE / "docs").is_dir():
        skip("there is neither man/ nor docs/ yet, where options, routes and kinds of entry will be told")
    pages, told = documentation()
    count = 0
    for table, row, what in TABLES:
        if not (SOURCE / table).exists():
            continue
        source = text(table)
        names = [(line_of(source, match.start(match.lastindex)), match.group(match.lastindex)) for match in row.finditer(source)]
        if not names:
            findings.add(table, 1, f"no {what} could be read from this table", "bring this check and the table together")
        for line, name in names:
            count += 1
            if not re.search(r"(?<![\w-])" + re.escape(name) + r"(?![\w/-])", told):
                findings.add(table, line, f"the {what} \"{name}\" is told nowhere", "document it under man/ (man/make-reference.py writes most of it)")
    findings.finish(f"{count} names, {len(pages)} pages")


main()
