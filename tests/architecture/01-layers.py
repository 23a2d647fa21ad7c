#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""daemon/LAYERS is held by every include line, and nothing goes round: neither rooms nor headers."""

import re

from tree import Findings, SOURCE, layers, line_of, product, room_of, without_comments

INCLUDE = re.compile(r'^[ \t]*#[ \t]*include[ \t]+"([^"]+)"', re.M)


def check_plan(rooms, findings):
    """A room may name only rooms of earlier lines: so the file itself cannot go round."""
    above = []
    for room, (line, below) in rooms.items():
        for name in below:
            if name not in rooms:
                findings.add("daemon/LAYERS", line, f"{room} names {name}, which is no room", "correct the name")
            elif name not in above:
                findings.add("daemon/LAYERS", line, f"{room} names {name}, which stands not below it",
                             "a room may name only rooms of the lines before its own: move what both need down")
        above.append(room)


def check_line(path, line, target, rooms, findings):
    own = room_of(path)
    if "/" not in target:
        findings.add(path, line, f'include "{target}" hides its floor', f'write the folder: "{own}/{target}"')
        return
    other = target.split("/")[0]
    if own not in rooms:
        findings.add(path, line, f"the room {own} is not in daemon/LAYERS", "give it a line there, as low as it can stand")
    elif other != own and other not in rooms[own][1]:
        findings.add(path, line, f"{own} may not include {other}",
                     f"daemon/LAYERS gives {own}: {' '.join(rooms[own][1]) or 'nothing'}; move the shared type down"
                     " or hand the value in")
    elif other != own and target.endswith("_private.h"):
        findings.add(path, line, f"{target} is private to {other}", f"use what {other} shows in its other headers")


def check_own_header_first(path, targets, findings):
    header = path.with_suffix(".h")
    if path.suffix != ".c" or not (SOURCE / header).exists():
        return
    own = "/".join(header.parts[-2:])
    if targets and targets[0][1] != own:
        findings.add(path, targets[0][0], f'"{own}" is not the first include',
                     "a file includes its own header first, so that the header is known to stand alone")


def find_cycle(graph):
    """A list of headers that include each other in a ring, or None."""
    state, trail = {}, []

    def visit(node):
        state[node] = "open"
        trail.append(node)
        for target in graph.get(node, ()):
            if state.get(target) == "open":
                return trail[trail.index(target):] + [target]
            if target not in state:
                ring = visit(target)
                if ring:
                    return ring
        state[node] = "done"
        trail.pop()
        return None

    for node in sorted(graph):
        if node not in state:
            ring = visit(node)
            if ring:
                return ring
    return None


def main():
    findings = Findings("rooms include only the rooms that daemon/LAYERS puts below them")
    rooms = layers()
    check_plan(rooms, findings)
    graph, count = {}, 0
    for path in product(".c", ".h", ".def"):
        source = without_comments(path)
        targets = [(line_of(source, m.start(1)), m.group(1)) for m in INCLUDE.finditer(source)]
        count += len(targets)
        for line, target in targets:
            check_line(path, line, target, rooms, findings)
        check_own_header_first(path, targets, findings)
        if path.suffix == ".h":
            graph["/".join(path.parts[-2:])] = [target for _, target in targets]
    ring = find_cycle(graph)
    if ring:
        findings.add(ring[0], 1, "headers include each other: " + " > ".join(ring),
                     "put the shared type into the lowest header that understands it")
    findings.finish(f"{len(rooms)} rooms, {count} include lines")


main()
