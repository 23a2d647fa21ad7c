#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""SQL stands beside its noun in *_rows.[ch] or in store/, and is never put together by printf."""

import re

from tree import Findings, code, line_of, literals, product, room_of, without_comments

STATEMENT = re.compile(r"^\s*(?:SELECT\s|INSERT\s+(?:OR\s+\w+\s+)?INTO\s|UPDATE\s+\w+\s+SET\s|DELETE\s+FROM\s|"
                       r"CREATE\s+(?:UNIQUE\s+)?(?:TABLE|INDEX|VIEW|TRIGGER)\s|ALTER\s+TABLE\s|DROP\s+(?:TABLE|INDEX)\s|"
                       r"PRAGMA\s|SAVEPOINT\s|ROLLBACK\b|BEGIN\s+IMMEDIATE|WITH\s+(?:RECURSIVE\s+)?\w+\s*(?:\(|AS\s))")
CLAUSE = re.compile(r"\b(?:SELECT|INSERT INTO|UPDATE \w+ SET|DELETE FROM|WHERE|ORDER BY|GROUP BY|LIMIT|VALUES|FROM \w+)\b")
PRINTF = re.compile(r"(?<!\w)(?:g_strdup_printf|g_strdup_vprintf|g_string_printf|g_string_append_printf|g_snprintf|"
                    r"snprintf|g_strconcat|g_strjoin)\s*\(")


def sql_may_stand_in(path):
    return path.name.endswith(("_rows.c", "_rows.h")) or room_of(path) == "store" or path.name.startswith("migrate")


def calls_with_literals(path):
    """Each printf-like call as (line, the literals among its arguments)."""
    source, bare = code(path), without_comments(path)
    for match in PRINTF.finditer(source):
        depth, end = 1, match.end()
        while end < len(source) and depth:
            depth += {"(": 1, ")": -1}.get(source[end], 0)
            end += 1
        inside = " ".join(re.findall(r'"((?:\\.|[^"\\\n])*)"', bare[match.end():end]))
        yield line_of(source, match.start()), inside


def main():
    findings = Findings("SQL stands in *_rows.c and store/ alone, with bound parameters only")
    paths = product(".c", ".h", ".def")
    for path in paths:
        if not sql_may_stand_in(path):
            for line, literal in literals(path):
                if STATEMENT.match(literal):
                    findings.add(path, line, "SQL stands outside its place", "move the statement into this noun's *_rows.c")
        for line, literal in calls_with_literals(path):
            # A sentence for people may say "from" in small letters; SQL here is written in capitals.
            if CLAUSE.search(literal) and (sql_may_stand_in(path) or STATEMENT.match(literal)):
                findings.add(path, line, "SQL is put together by printf", "write ?1, ?2 and bind the values; choose "
                             "among whole statements where the shape differs")
    findings.finish(f"{len(paths)} files")


main()
