#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Every file that is code says its licence in its first lines."""

from tree import Findings, SOURCE, files

LINE = "SPDX-License-Identifier: GPL-3.0-or-later"
CODE = {".c", ".h", ".def", ".py", ".sh", ".js", ".cmake"}


def is_code(path):
    if path.suffix in CODE or path.name == "CMakeLists.txt":
        return True
    if path.suffix:
        return False
    with open(SOURCE / path, "rb") as file:
        return file.read(2) == b"#!"


def main():
    findings = Findings("every file of code carries its licence")
    paths = [path for path in files() if is_code(path)]
    for path in paths:
        with open(SOURCE / path, encoding="utf-8", errors="replace") as file:
            head = [file.readline() for _ in range(3)]
        if not any(LINE in line for line in head):
            findings.add(path, 1, "the licence is missing", f"begin it with a comment that says \"{LINE}\"")
    if not (SOURCE / "LICENSE").exists():
        findings.add("LICENSE", 1, "there is no such file", "put the text of the GPL there")
    findings.finish(f"{len(paths)} files")


main()
