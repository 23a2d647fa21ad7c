#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Reads N.eml in a folder with Python's email package and compares it with N.meant.

N.meant holds, a line each and in hexadecimal: subject, display name, address, text, HTML, file name, its ASCII
stand-in, content of the attachment. Every difference and every defect that the package notes is told; any makes
the exit status 1.
"""
import email
import email.header
import email.policy
import email.utils
import glob
import re
import sys


def canonical(text):
    return re.sub("\r\n|\r|\n", "\r\n", text)


def decoded(value):
    return str(email.header.make_header(email.header.decode_header(value)))


def old_style_name(raw):
    # Python before 3.13 keeps the white space between two encoded words of a display name in its new parser, so
    # long names are read with the old one, which obeys RFC 2047 section 6.2.
    name, address = email.utils.parseaddr(re.sub("\r?\n", "", raw))
    return decoded(name), address


def differences(raw, meant):
    subject, name, address, text, html, file_name, ascii_name = [m.decode() for m in meant[:7]]
    content = meant[7]
    message = email.message_from_bytes(raw, policy=email.policy.default)
    old = email.message_from_bytes(raw, policy=email.policy.compat32)
    plain, marked, attached = [part for part in message.walk() if not part.is_multipart()]
    yield "subject", message["Subject"], subject
    yield "subject, old reader", decoded(re.sub("\r?\n", "", old["Subject"])), subject
    yield "name and address", old_style_name(old["To"]), (name, address)
    if raw.split(b"To: ")[1].split(b"<")[0].count(b"=?utf-8?") < 2:
        # The new reader also makes one space of several, so spaces are not compared by it.
        yield "name", "".join(message["To"].addresses[0].display_name.split()), "".join(name.split())
    yield "address", message["To"].addresses[0].addr_spec, address
    yield "text", plain.get_payload(decode=True).decode("utf-8"), canonical(text)
    yield "html", marked.get_payload(decode=True).decode("utf-8"), canonical(html)
    yield "types", [p.get_content_type() for p in (plain, marked, attached)], [
        "text/plain", "text/html", "application/pdf"]
    yield "disposition", attached.get_content_disposition(), "attachment"
    yield "file name", attached.get_filename(), file_name
    yield "stand-in", attached["Content-Type"].params.get("name"), ascii_name
    yield "content", attached.get_payload(decode=True), content
    yield "defects", [d for part in message.walk() for d in part.defects], []
    yield "defects of fields", [(k, v.defects) for part in message.walk() for k, v in part.items() if v.defects], []
    yield "octets", [c for c in raw if c > 126 or (c < 32 and c not in (13, 10))], []
    yield "long lines", [line for line in raw.split(b"\r\n") if len(line) > 78 and b"@" not in line], []


def main(folder):
    failed = 0
    messages = sorted(glob.glob(folder + "/*.eml"))
    for path in messages:
        with open(path, "rb") as file:
            raw = file.read()
        with open(path[:-4] + ".meant") as file:
            meant = [bytes.fromhex(line.strip()) for line in file.read().split("\n")[:8]]
        for what, got, wanted in differences(raw, meant):
            if got != wanted:
                failed += 1
                print(f"{path}: {what}: read {got!r}, meant {wanted!r}", file=sys.stderr)
    return 1 if failed or not messages else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
