#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Sets a small text as a PDF of A4 pages, with nothing but Python: the same text always gives the same bytes.

Understands "# title", "## heading", paragraphs, *leaning* and **bold** words. Letters are those of Windows-1252, in the
Helvetica that every reader of PDF has. Usage: make_pdf.py TEXT.LANGUAGE.md [OUT.pdf] ...; without arguments it sets all of
documents/ anew.
"""

import re
import sys
import unicodedata
from pathlib import Path

PAGE_WIDTH, PAGE_HEIGHT, MARGIN = 595, 842, 71
FACES = {"": "F1", "*": "F2", "**": "F3"}
FONTS = {"F1": "Helvetica", "F2": "Helvetica-Oblique", "F3": "Helvetica-Bold"}
# Width of the characters from space to tilde, in thousandths of the size (Adobe's metrics of Helvetica).
WIDTHS = [int(w) for w in """278 278 355 556 556 889 667 191 333 333 389 584 278 333 278 278 556 556 556 556 556 556 556 556
556 556 278 278 584 584 584 556 1015 667 667 722 722 667 611 778 722 278 500 667 556 833 722 778 667 778 722 667 611 722
667 944 667 667 611 278 278 278 469 556 333 556 556 500 556 556 278 556 556 222 222 500 222 833 556 556 556 556 333 500
278 556 500 722 500 500 500 334 260 334 584""".split()]


def width(text, face, size):
    total = 0
    for character in unicodedata.normalize("NFD", text):
        if not unicodedata.combining(character):
            code = ord(character) - 32
            total += WIDTHS[code] if 0 <= code < len(WIDTHS) else 700
    return total * size / 1000 * (1.07 if face == "F3" else 1)


def words_of(paragraph):
    """(word, face) of a paragraph; the marks of *leaning* and **bold** are taken off."""
    for mark, inside in re.findall(r"(\*\*|\*|)((?<=\*)[^*]+(?=\*)|[^*]+)\1", paragraph):
        for word in inside.split():
            yield word, FACES[mark]


def lines_of(paragraph, size, face=None):
    """Lines of (word, face), none wider than the page between its margins."""
    line, room = [], PAGE_WIDTH - 2 * MARGIN
    for word, own in words_of(paragraph):
        own = face or own
        needed = width(word + " ", own, size)
        if line and needed > room:
            yield line
            line, room = [], PAGE_WIDTH - 2 * MARGIN
        line.append((word, own))
        room -= needed
    if line:
        yield line


def escape(text):
    return re.sub(rb"([\\()])", rb"\\\1", text.encode("windows-1252"))


def show(line, size):
    """The operators that show a line; neighbours of one face go together."""
    parts, runs = [], []
    for word, face in line:
        if runs and runs[-1][0] == face:
            runs[-1][1].append(word)
        else:
            runs.append((face, [word]))
    for number, (face, words) in enumerate(runs):
        tail = " " if number < len(runs) - 1 else ""
        parts.append(b"/%s %d Tf (%s) Tj" % (face.encode(), size, escape(" ".join(words) + tail)))
    return b" ".join(parts)


def pages_of(source):
    """The content of each page."""
    pages, ops, y = [], [], PAGE_HEIGHT - MARGIN
    for block in source.splitlines():
        if not block.strip():
            continue
        kind = re.match(r"(#{0,2}) ?", block).group(1)
        size, face, before, leading = {"#": (20, "F3", 0, 26), "##": (13, "F3", 16, 18), "": (11, None, 6, 15)}[kind]
        lines = list(lines_of(block.lstrip("# "), size, face))
        # A heading does not stand alone at the foot of a page.
        if y - before - leading * (len(lines) + (2 if kind else 0)) < MARGIN:
            pages.append(ops)
            ops, y = [], PAGE_HEIGHT - MARGIN
        y -= before
        for line in lines:
            y -= leading
            ops.append(b"BT %d %d Td %s ET" % (MARGIN, y, show(line, size)))
    return [b"\n".join(page) for page in [*pages, ops]]


def pdf(source, language):
    title = source.splitlines()[0].lstrip("# ")
    pages = pages_of(source)
    first_page = 4 + len(FONTS)
    kids = b" ".join(b"%d 0 R" % (first_page + 2 * n) for n in range(len(pages)))
    objects = [b"<< /Type /Catalog /Pages 2 0 R /Lang (%s) /ViewerPreferences << /DisplayDocTitle true >> >>" % language.encode(),
               b"<< /Type /Pages /Kids [%s] /Count %d >>" % (kids, len(pages)),
               b"<< /Title <FEFF%s> /Producer (make_pdf.py) >>" % title.encode("utf-16-be").hex().upper().encode()]
    objects += [b"<< /Type /Font /Subtype /Type1 /BaseFont /%s /Encoding /WinAnsiEncoding >>" % name.encode()
                for name in FONTS.values()]
    fonts = b" ".join(b"/%s %d 0 R" % (face.encode(), 4 + n) for n, face in enumerate(FONTS))
    for number, content in enumerate(pages):
        objects.append(b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 %d %d] /Resources << /Font << %s >> >> /Contents %d 0 R >>"
                       % (PAGE_WIDTH, PAGE_HEIGHT, fonts, first_page + 2 * number + 1))
        objects.append(b"<< /Length %d >>\nstream\n%s\nendstream" % (len(content), content))
    return assemble(objects)


def assemble(objects):
    out, places = bytearray(b"%PDF-1.4\n%\xe2\xe3\xcf\xd3\n"), []
    for number, body in enumerate(objects, 1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    table = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    out += b"".join(b"%010d 00000 n \n" % place for place in places)
    out += b"trailer\n<< /Size %d /Root 1 0 R /Info 3 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, table)
    return bytes(out)


def make(source, target):
    language = source.name.split(".")[-2]
    target.write_bytes(pdf(source.read_text(encoding="utf-8"), language))


def main():
    if len(sys.argv) == 3:
        make(Path(sys.argv[1]), Path(sys.argv[2]))
        return
    if len(sys.argv) != 1:
        sys.exit("usage: make_pdf.py [TEXT.LANGUAGE.md OUT.pdf]")
    for source in sorted((Path(__file__).resolve().parent / "documents").glob("*.md")):
        make(source, source.with_suffix(".pdf"))


if __name__ == "__main__":
    main()
