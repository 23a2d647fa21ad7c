#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""docs/make-api.py: writes the table of routes in docs/api.md anew, from daemon/api/routes.def and the roles of api.c."""

import re
from pathlib import Path

DOCS = Path(__file__).resolve().parent
API = DOCS.parent / "daemon/api"
BEGIN, END = "<!-- routes: made by make-api.py -->", "<!-- end of routes -->"


def roles():
    """{word of the table: the roles it stands for}, words of words resolved."""
    known = {}
    for word, value in re.findall(r"^#define (\w+) +\(?([A-Z_ |]+)\)?$", (API / "api.c").read_text(encoding="utf-8"), re.M):
        names = []
        for part in value.split(" | "):
            names += known.get(part, [part.removeprefix("ROLE_").lower()])
        known[word] = names
    return known


def table():
    known = roles()
    yield "| request | who may | what it does |\n|---|---|---|"
    row = re.compile(r'^ROUTE\((\w+), "([^"]+)", (\w+), \w+,\s*"([^"]+)"\)', re.M)
    for method, path, word, sentence in row.findall((API / "routes.def").read_text(encoding="utf-8")):
        who = "everybody known" if len(known[word]) == 5 else ", ".join(known[word])
        yield f"| `{method} {path}` | {who} | {sentence} |"


def main():
    page = DOCS / "api.md"
    before, _, rest = page.read_text(encoding="utf-8").partition(BEGIN)
    _, _, after = rest.partition(END)
    page.write_text(before + BEGIN + "\n" + "\n".join(table()) + "\n" + END + after, encoding="utf-8")


main()
