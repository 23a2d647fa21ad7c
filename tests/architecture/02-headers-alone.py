#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Every header compiles alone, and twice, under strict warnings: nobody has to know what to include before it."""

import os
import re
import shutil
import subprocess
from concurrent.futures import ThreadPoolExecutor

from tree import Findings, SOURCE, files, product, skip, text

STRICT = ["-std=c17", "-fsyntax-only", "-x", "c", "-", "-D_GNU_SOURCE", "-DG_LOG_DOMAIN=\"valise\"",
          "-DVALISE_VERSION=\"0\"", "-Wall", "-Wextra", "-Werror", "-Wpedantic", "-Wshadow", "-Wstrict-prototypes",
          "-Wmissing-prototypes", "-Wundef", "-Wvla", "-Wredundant-decls"]


def library_flags():
    """What the build itself asks of pkg-config; a library's own headers are not judged."""
    modules = re.findall(r"IMPORTED_TARGET ([\w.+-]+?)(?:>=|\))", text("CMakeLists.txt")) or ["glib-2.0"]
    modules += ["cmocka"] if any(files(".h", under=("tests",))) else []
    answer = subprocess.run(["pkg-config", "--cflags", *modules], capture_output=True, text=True, check=False)
    if answer.returncode != 0:
        skip(f"pkg-config does not know all libraries: {answer.stderr.strip().splitlines()[0]}")
    return [re.sub(r"^-I", "-isystem", flag) for flag in answer.stdout.split()]


def compile_alone(compiler, flags, path):
    # From daemon/ and from the root, as the code itself writes its includes.
    name = path.relative_to("daemon") if path.parts[0] == "daemon" else path
    name = name.relative_to("tests") if name.parts[0] == "tests" else name
    program = f'#include "{name}"\n#include "{name}"\nextern int a_unit_is_not_empty;\n'
    roots = [f"-I{SOURCE / root}" for root in ("daemon", ".", "tests")]
    return subprocess.run([compiler, *STRICT, *flags, *roots], input=program, capture_output=True, text=True, check=False)


def main():
    findings = Findings("every header compiles alone")
    compiler = os.environ.get("CC") or shutil.which("cc") or skip("there is no C compiler")
    headers = product(".h") + files(".h", under=("tests/support",))
    flags = library_flags()
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        answers = list(pool.map(lambda path: compile_alone(compiler, flags, path), headers))
    for path, answer in zip(headers, answers):
        if answer.returncode != 0:
            first = next((l for l in answer.stderr.splitlines() if "error" in l), answer.stderr.strip())
            place = re.match(r"(?:\S*?):(\d+):\d+: (.*)", first)
            findings.add(path, place.group(1) if place else 1, place.group(2) if place else first,
                         "include what it uses, in the header itself")
    findings.finish(f"{len(headers)} headers")


main()
