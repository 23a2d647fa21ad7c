#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Functions are short: half of them under 20 lines, nine tenths at most 60, none over 80."""

import json
import shutil
import subprocess

from tree import Findings, SOURCE, files, product, skip

LONGEST, NINE_TENTHS, HALF = 80, 60, 20


def functions(paths):
    """(lines, path, first line, name) of each function, from the line of its name to its closing brace."""
    answer = subprocess.run(["ctags", "-L", "-", "--languages=C", "--kinds-C=f", "--fields=+ne", "--output-format=json",
                             "-o", "-"], input="\n".join(map(str, paths)), cwd=SOURCE, capture_output=True, text=True,
                            check=True)
    for line in answer.stdout.splitlines():
        tag = json.loads(line)
        if "end" in tag:
            yield tag["end"] - tag["line"] + 1, tag["path"], tag["line"], tag["name"]


def main():
    findings = Findings(f"functions: median under {HALF} lines, 90 % at most {NINE_TENTHS}, none over {LONGEST}")
    if not shutil.which("ctags"):
        skip("ctags (universal-ctags) is not installed")
    ours = sorted(functions(product(".c")))
    if not ours:
        skip("there is no function yet")
    for length, path, line, name in ours + sorted(functions(files(".c", under=("tests", "bench")))):
        if length > LONGEST:
            findings.add(path, line, f"{name} has {length} lines", "find the noun that wants a function of its own")
    lengths = [length for length, *_ in ours]
    median, ninth = lengths[len(lengths) // 2], lengths[len(lengths) * 9 // 10]
    if median >= HALF:
        findings.add("daemon", 0, f"half of the functions have {median} lines or more", "split those that do two things")
    if ninth > NINE_TENTHS:
        findings.add(ours[-1][1], ours[-1][2], f"a tenth of the functions has more than {ninth - 1} lines",
                     "split the longest, of which this is one")
    findings.finish(f"{len(ours)} functions, median {median}, 90th percentile {ninth}, longest {lengths[-1]}")


main()
