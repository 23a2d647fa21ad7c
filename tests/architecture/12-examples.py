#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The examples are what their scripts make, byte by byte, and read as meant: cells by cells, PDF as text."""

import csv
import io
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from tree import Findings, SOURCE, skip

EXAMPLES = Path("tests/examples")
REMEDY = "change the script or the text, run it, and commit what it makes"


def made_anew(folder):
    """What the script makes, put into FOLDER."""
    copy = folder / "examples"
    shutil.copytree(SOURCE / EXAMPLES, copy)
    for old in [*copy.glob("*.csv"), *copy.glob("documents/*.pdf")]:
        old.unlink()
    for script in ("make_contacts.py", "make_pdf.py"):
        subprocess.run([sys.executable, copy / script], check=True, stdin=subprocess.DEVNULL)
    return copy


def compare(findings, copy):
    made = {p.relative_to(copy) for p in [*copy.glob("*.csv"), *copy.glob("documents/*.pdf")]}
    for path in sorted(made):
        committed = SOURCE / EXAMPLES / path
        if not committed.exists() or committed.read_bytes() != (copy / path).read_bytes():
            findings.add(EXAMPLES / path, 1, "differs from what its script makes", REMEDY)


def check_sheet(findings, name, least):
    raw = (SOURCE / EXAMPLES / name).read_bytes()
    rows = list(csv.reader(io.StringIO(raw.decode("windows-1252"), newline=""), delimiter=";", strict=True))
    if raw.startswith(b"\xef\xbb\xbf") or not raw.endswith(b"\r\n") or re.search(rb"[\x80-\xff]", raw) is None:
        findings.add(EXAMPLES / name, 1, "is not as a French Excel writes it", REMEDY)
    if len(rows) <= least or len({len(row) for row in rows}) != 1:
        findings.add(EXAMPLES / name, 1, f"{len(rows)} rows of {sorted({len(r) for r in rows})} cells", REMEDY)
    idents = [row[1] for row in rows[1:]]
    if len(set(idents)) != len(idents):
        findings.add(EXAMPLES / name, 1, "an identifier stands twice", REMEDY)


def check_pdf(findings, path):
    """Each word of the source is found again, in its order, by whoever reads the PDF."""
    answer = subprocess.run(["pdftotext", "-raw", str(SOURCE / path), "-"], capture_output=True, check=False,
                            stdin=subprocess.DEVNULL)
    source = (SOURCE / path).with_suffix(".md").read_text(encoding="utf-8")
    wanted = re.sub(r"^#+ |\*", "", source, flags=re.M).split()
    if answer.returncode != 0 or answer.stdout.decode("utf-8").split() != wanted:
        findings.add(path, 1, f"does not read as its text: {answer.stderr.decode(errors='replace').strip()}", REMEDY)


def main():
    findings = Findings("examples are what their scripts make, and read as meant")
    if not (SOURCE / EXAMPLES / "make_pdf.py").exists():
        skip("there are no examples")
    with tempfile.TemporaryDirectory() as folder:
        compare(findings, made_anew(Path(folder)))
    check_sheet(findings, "attendees.csv", 40)
    check_sheet(findings, "offices.csv", 15)
    documents = sorted(p.relative_to(SOURCE) for p in (SOURCE / EXAMPLES / "documents").glob("*.pdf"))
    if shutil.which("pdftotext"):
        for path in documents:
            check_pdf(findings, path)
    findings.finish(f"2 sheets, {len(documents)} documents")


main()
