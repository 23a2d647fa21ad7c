#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""man/make-reference.py BUILD-FOLDER

Writes anew the parts of the manual pages that the programs know best: the options of valise.conf.5 (valised
--print-reference), the commands of valise.1 (valise NOUN VERB --help), the kinds, states and reasons of valise-log.7
(their tables). Each part stands between two comment lines; everything else in the pages is written by hand."""

import re
import subprocess
import sys
import textwrap
from pathlib import Path

MAN = Path(__file__).resolve().parent
SOURCE = MAN.parent
LEFT = 28  # the column at which a sentence begins in the help


def roff(words):
    words = words.replace("\\", "\\e").replace("-", "\\-")
    return "\\&" + words if words[:1] in (".", "'") else words


def run(program, *arguments):
    return subprocess.run([program, *arguments], check=True, capture_output=True, text=True).stdout


def pairs(lines):
    """("--list NAME", "its sentence") of each option; a long left side has its sentence on the next line."""
    found = []
    for line in lines:
        if re.match(r"  \S", line):
            found.append([line[2:LEFT].strip() if len(line) > LEFT and line[LEFT - 1] == " " else line.strip(), ""])
            rest = line[LEFT:] if len(line) > LEFT and line[LEFT - 1] == " " else ""
        else:
            rest = line
        found[-1][1] = (found[-1][1] + " " + rest.strip()).strip()
    return found


def options(block):
    text = []
    for left, sentence in pairs(block.strip("\n").split("\n")):
        text += [".RS 4", ".TP", f".B {roff(left)}", roff(sentence[:1].upper() + sentence[1:]) + ".", ".RE"]
    return text


def command(valise, words):
    blocks = run(valise, *words, "--help").split("\n\n")
    usage = blocks[1].split("Usage: valise ", 1)[1].replace(" [OPTIONS]", "")
    text = [".TP", f".B {roff(usage.strip())}", roff(blocks[0].strip()) + "."]
    for block in blocks[2:]:
        head, _, rest = block.partition("\n")
        if head == "Options":
            text += options(rest)
    return text


def commands(valise):
    help_text = run(valise, "--help").split("\nCommands\n", 1)[1].split("\n\n", 1)[0]
    text, noun = [], None
    for left, _ in pairs(help_text.split("\n")):
        words = left.split()
        verbed = len(words) > 1 and words[1].islower()
        group = words[0] if verbed else "the house"
        if group != noun:
            text.append(f".SS {group}")
            noun = group
        text += command(valise, words[:2] if verbed else words[:1])
    return text


def table(path, word):
    # "one\n  two" in two pieces is one sentence
    source = re.sub(r'"\s*\n\s*"', "", (SOURCE / path).read_text(encoding="utf-8"))
    rows = re.findall(rf'^{word}\(\w+,\s*"([^"]+)",\s*"([^"]+)"', source, re.M)
    return [line for name, sentence in rows for line in (".TP", f".B {roff(name)}", roff(sentence[:1].upper() + sentence[1:]) + ".")]


def reference(valised):
    # where templates are installed depends on who builds
    text = re.sub(r"default \S*/share/valise/templates\.", "default share/valise/templates below the installation's prefix.",
                  run(valised, "--print-reference").rstrip("\n"))
    return text.split("\n")


def short(line):
    """mandoc wants lines of at most 80 bytes; requests keep theirs."""
    if line.startswith(".") or len(line.encode()) <= 80:
        return [line]
    pieces = textwrap.wrap(line, 78, break_long_words=False, break_on_hyphens=False)
    return ["\\&" + piece if piece[:1] in (".", "'") else piece for piece in pieces]


def put(page, part, lines):
    path = MAN / page
    text = path.read_text(encoding="utf-8")
    begin, end = f'.\\" begin {part}\n', f'.\\" end {part}\n'
    before, _, rest = text.partition(begin)
    after = rest.partition(end)[2]
    path.write_text(before + begin + "\n".join(piece for line in lines for piece in short(line)) + "\n" + end + after, encoding="utf-8")


def main():
    if len(sys.argv) != 2:
        sys.exit(__doc__.split("\n", maxsplit=1)[0])
    build = Path(sys.argv[1])
    if "VALISE_TEST_HOOKS:BOOL=ON" in (build / "CMakeCache.txt").read_text(encoding="utf-8"):
        sys.exit(f"{build} has test hooks, with other bounds than an installed valised; name a build folder without VALISE_TEST_HOOKS")
    put("valise.conf.5", "options", reference(build / "valised"))
    put("valise.1", "commands", commands(build / "valise"))
    put("valise-log.7", "kinds", table("daemon/journal/entry_kinds.def", "KIND"))
    put("valise-log.7", "states", table("daemon/outbox/delivery_states.def", "STATE"))
    put("valise-log.7", "reasons", table("contacts/reasons.def", "REASON"))


main()
