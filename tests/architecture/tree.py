# SPDX-License-Identifier: GPL-3.0-or-later
"""The tree that the checks of this folder look at, and how they tell what they find.

Each check is a program of its own: exit status 0 when the rule holds, 1 with a line per breach (file:line, the cause,
the remedy), 77 when there is nothing to look at yet. VALISE_SOURCE names another tree to look at; that is how
00-planted-faults.py shows that each of them can fail.
"""

import os
import re
import sys
from pathlib import Path

SOURCE = Path(os.environ.get("VALISE_SOURCE") or Path(__file__).resolve().parents[2])
SKIP = 77
_NOT_OURS = re.compile(r"^(\.git|\.demo|\.cache|build|build-.*|node_modules|__pycache__|\.venv)$")
_TOP_ROOMS = ("contacts", "templates")


def files(*suffixes, under=()):
    """Paths relative to SOURCE of the files with one of SUFFIXES (all when none), below the folders UNDER."""
    found = []
    for folder, names, leaves in os.walk(SOURCE):
        names[:] = sorted(n for n in names if not _NOT_OURS.match(n))
        for leaf in sorted(n for n in leaves if not _NOT_OURS.match(n)):
            path = Path(folder, leaf).relative_to(SOURCE)
            inside = not under or any(path.parts[: len(Path(u).parts)] == Path(u).parts for u in under)
            if inside and (not suffixes or leaf.endswith(suffixes)) and not Path(SOURCE, path).is_symlink():
                found.append(path)
    return found


def product(*suffixes):
    """The files that are built into the two programs."""
    return files(*suffixes, under=("daemon",) + _TOP_ROOMS)


def text(path):
    return Path(SOURCE, path).read_text(encoding="utf-8", errors="replace")


_TOKEN = re.compile(r'//[^\n]*|/\*.*?\*/|"(?:\\.|[^"\\\n])*"|\'(?:\\.|[^\'\\\n])*\'', re.S)


def _blank(piece):
    return "".join(c if c == "\n" else " " for c in piece)


def code(path):
    """The C of PATH with comments and the inside of literals blanked; lines keep their numbers."""

    def hide(match):
        piece = match.group()
        return _blank(piece) if piece[0] == "/" else piece[0] + _blank(piece[1:-1]) + piece[-1]

    return _TOKEN.sub(hide, text(path))


def without_comments(path):
    """The C of PATH with comments blanked; literals stay."""
    return _TOKEN.sub(lambda m: _blank(m.group()) if m.group()[0] == "/" else m.group(), text(path))


def literals(path):
    """Each string literal of PATH as (line, what stands between its quotes), neighbours joined."""
    bare = without_comments(path)
    for match in re.finditer(r'"(?:\\.|[^"\\\n])*"(?:\s*"(?:\\.|[^"\\\n])*")*', bare):
        inside = "".join(re.findall(r'"((?:\\.|[^"\\\n])*)"', match.group()))
        yield bare.count("\n", 0, match.start()) + 1, inside


def line_of(source, offset):
    return source.count("\n", 0, offset) + 1


def layers():
    """daemon/LAYERS as {room: (line, [rooms below])}, in the order of the file."""
    rooms = {}
    for number, line in enumerate(text("daemon/LAYERS").splitlines(), 1):
        match = re.match(r"([a-z]+):(.*)", line)
        if match:
            rooms[match.group(1)] = (number, match.group(2).split())
    return rooms


def room_of(path):
    """The room in which a file lies, or None."""
    if path.parts[0] in _TOP_ROOMS:
        return path.parts[0]
    return path.parts[1] if path.parts[0] == "daemon" and len(path.parts) > 2 else None


def skip(sentence):
    print(f"skipped: {sentence}")
    sys.exit(SKIP)


class Findings:
    """What a check found; finish() tells it and ends the program."""

    def __init__(self, rule):
        self.rule = rule
        self.lines = []

    def add(self, path, line, cause, remedy):
        self.lines.append(f"{path}:{line}: {cause}; {remedy}")

    def finish(self, looked_at):
        for line in self.lines:
            print(line)
        if self.lines:
            print(f"\n{len(self.lines)} against the rule: {self.rule}")
            sys.exit(1)
        print(f"holds: {self.rule} ({looked_at})")
        sys.exit(0)
