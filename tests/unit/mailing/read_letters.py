#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Reads each NAME.eml of a folder as another program would, and compares it with NAME.expect (lines "key value").
Prints what is wrong and exits with 1."""

import email
import email.header
import email.policy
import email.utils
import hashlib
import pathlib
import re
import sys


def raw_flaws(raw):
    if b"\r" in raw.replace(b"\r\n", b"") or b"\n" in raw.replace(b"\r\n", b""):
        yield "a bare CR or LF"
    if not raw.endswith(b"\r\n"):
        yield "no end of the last line"
    if max(len(line) for line in raw.split(b"\r\n")) > 998:
        yield "a line over 998 octets"
    if any(byte > 126 or (byte < 32 and byte not in (9, 10, 13)) for byte in raw):
        yield "octets that are not plain ASCII"


def defects(message):
    for part in message.walk():
        for defect in part.defects:
            yield f"{part.get_content_type()}: {defect!r}"
        for name, value in part.items():
            for defect in getattr(value, "defects", ()):
                yield f"{name}: {defect!r}"


def field_flaws(message, legacy, expect):
    for name in ("From", "To", "Subject", "Date", "Message-ID", "MIME-Version", "Reply-To", "Content-Language"):
        if len(message.get_all(name, [])) != 1:
            yield f"{len(message.get_all(name, []))} fields {name}"
    for name in ("Cc", "Bcc", "Received", "Sender"):
        if message[name] is not None:
            yield f"a field {name}"
    # Python before 3.13 keeps the white space between encoded words of a display name in its new parser.
    to = email.utils.getaddresses([legacy["To"]])
    name = str(email.header.make_header(email.header.decode_header(to[0][0])))
    if len(to) != 1 or len(message["To"].addresses) != 1 or to[0][1] != expect["to"] or name != expect["name"]:
        yield f"To is {message['To']}"
    if str(message["Content-Language"]) != expect["language"]:
        yield f"language {message['Content-Language']}"
    if str(message["Message-ID"]) != expect["id"]:
        yield f"Message-ID {message['Message-ID']}"
    if email.utils.parseaddr(str(message["Disposition-Notification-To"]))[1] != expect["notification"]:
        yield f"Disposition-Notification-To {message['Disposition-Notification-To']}"
    if message["Date"].datetime.timestamp() != int(expect["date"]):
        yield f"Date {message['Date']}"


def body_flaws(message, expect):
    if message.get_content_type() != "multipart/mixed":
        yield message.get_content_type()
    alternative, *files = list(message.iter_parts())
    kinds = [part.get_content_type() for part in alternative.iter_parts()]
    if kinds != ["text/plain", "text/html"]:
        yield f"alternatives {kinds}"
    text, html = (part.get_content() for part in alternative.iter_parts())
    for part in expect.get("text", []):
        if part not in re.sub(r"\s+", " ", text):
            yield f"the text lacks {part!r}:\n{text}"
    for part in expect.get("html", []):
        if part not in html:
            yield f"the HTML lacks {part!r}:\n{html}"
    for part in expect.get("not-html", []):
        if part in html:
            yield f"the HTML holds {part!r}:\n{html}"
    if re.search(r"<img|src=|url\(", html):
        yield "the HTML loads something"
    if max(len(line) for line in text.splitlines()) > 90:
        yield "a long line of text"
    if len(files) != 1 or files[0].get_filename() != expect["file"] or files[0].get_content_type() != "application/pdf":
        yield f"attachments {[(p.get_content_type(), p.get_filename()) for p in files]}"
    elif hashlib.sha256(files[0].get_content()).hexdigest() != expect["sha256"]:
        yield "the attachment is another file"


def expectation(path):
    expect = {}
    for line in path.read_text(encoding="utf-8").splitlines():
        key, _, value = line.partition(" ")
        if key in ("text", "html", "not-html"):
            expect.setdefault(key, []).append(value)
        else:
            expect[key] = value
    return expect


def main():
    wrong = 0
    paths = sorted(pathlib.Path(sys.argv[1]).glob("*.eml"))
    for path in paths:
        raw = path.read_bytes()
        expect = expectation(path.with_suffix(".expect"))
        message = email.message_from_bytes(raw, policy=email.policy.SMTP)
        for flaw in [*raw_flaws(raw), *defects(message), *field_flaws(message, email.message_from_bytes(raw), expect),
                     *body_flaws(message, expect)]:
            print(f"{path.name}: {flaw}")
            wrong = 1
    print(f"{len(paths)} letters read")
    sys.exit(wrong if paths else 1)


main()
