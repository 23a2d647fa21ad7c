#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Reads the signed messages of a folder with Python's email package and has their signatures verified by other programs.

What Python writes again of the first part must be what was signed; gpgv, sqv and rnp verify openpgp-N.eml by the key in
ring.asc, openssl verifies smime-N.eml by the authority in root.pem. A program that is absent is named; any difference, defect
or bad signature makes the exit status 1.
"""
import email
import email.policy
import glob
import os
import re
import shutil
import subprocess
import sys

EXACT = email.policy.compat32.clone(linesep="\r\n", max_line_length=0)
bad = 0


def complain(path, what):
    global bad
    bad += 1
    print(f"{os.path.basename(path)}: {what}")


def run(*words):
    return subprocess.run(words, capture_output=True, text=True, errors="replace", timeout=60, check=False)


def rewritten(part):
    """As Python writes it, but for two habits of its own: a line break at the end, a blank before a first fold."""
    octets = part.as_bytes(policy=EXACT).removesuffix(b"\r\n")
    return re.sub(rb"(?m)^([!-9;-~]+): \r\n", rb"\1:\r\n", octets)


def split(path):
    """The message, the octets between the first two delimiters, and the signature's part."""
    with open(path, "rb") as file:
        raw = file.read()
    message = email.message_from_bytes(raw, policy=EXACT)
    mark = b"\r\n--" + message.get_boundary().encode() + b"\r\n"
    signed = raw.split(mark)[1]
    if message.get_content_type() != "multipart/signed" or len(message.get_payload()) != 2 or len(raw.split(mark)) != 3:
        complain(path, "is not two parts, signed")
    if rewritten(message.get_payload(0)) != signed:
        complain(path, "comes out of Python's email with other octets")
    for part in message.walk():
        if part.defects:
            complain(path, f"defects: {part.defects}")
    check_header(path, email.message_from_bytes(raw, policy=email.policy.default))
    return message, signed


def check_header(path, message):
    inner = message.get_payload(0)
    if inner["Content-Type"].params.get("hp") != "clear":
        complain(path, "is not marked as protecting its header")
    wanted = ["From", "Subject", "Date", "Message-ID"] + (["To"] if str(message["To"]).isascii() else [])
    for name in wanted:
        if str(inner[name]) != str(message[name]):
            complain(path, f"{name}: {inner[name]!r} within, {message[name]!r} outside")
    if message["To"] and not message.get("To").isascii() and inner["To"] is not None:
        complain(path, "To is not ASCII and stands in what was signed")


def verifiers(folder, text, signature):
    """The command of each program that is here."""
    ring = os.path.join(folder, "ring.asc")
    binary = os.path.join(folder, "ring.gpg")
    if shutil.which("gpgv") and shutil.which("gpg"):
        if not os.path.exists(binary):
            run("gpg", "--homedir", os.path.join(folder, "k"), "--batch", "--output", binary, "--dearmor", ring)
        yield "gpgv", ("gpgv", "--keyring", binary, signature, text)
    if shutil.which("sqv"):
        yield "sqv", ("sqv", "--keyring", ring, signature, text)
    if shutil.which("rnp") and shutil.which("rnpkeys"):
        home = os.path.join(folder, "rnp")
        if not os.path.isdir(home):
            os.mkdir(home, 0o700)
            run("rnpkeys", "--homedir", home, "--import", ring)
        yield "rnp", ("rnp", "--homedir", home, "--keyfile", ring, "--verify", signature, "--source", text)


def check_openpgp(folder, path, counts):
    message, signed = split(path)
    text, signature = os.path.join(folder, "signed"), os.path.join(folder, "signed.asc")
    for spoilt in (False, True):
        with open(text, "wb") as file:
            file.write(signed + (b"x" if spoilt else b""))
        with open(signature, "wb") as file:
            file.write(message.get_payload(1).get_payload(decode=True))
        for name, command in verifiers(folder, text, signature):
            answer = run(*command)
            if (answer.returncode == 0) == spoilt:
                complain(path, f"{name} says {answer.returncode}, spoilt: {spoilt}: {answer.stdout}{answer.stderr}")
            counts[name] = counts.get(name, 0) + (not spoilt)


def check_smime(folder, path, counts):
    split(path)
    root = os.path.join(folder, "root.pem")
    if not shutil.which("openssl"):
        return
    counts["openssl cms"] = counts.get("openssl cms", 0) + 1
    answer = run("openssl", "cms", "-verify", "-in", path, "-inform", "SMIME", "-CAfile", root, "-purpose", "smimesign",
                 "-out", os.path.join(folder, "content"))
    if answer.returncode != 0:
        complain(path, f"openssl: {answer.stderr}")


def main(folder):
    counts = {}
    for path in sorted(glob.glob(os.path.join(folder, "openpgp-*.eml"))):
        check_openpgp(folder, path, counts)
    for path in sorted(glob.glob(os.path.join(folder, "smime-*.eml"))):
        check_smime(folder, path, counts)
    for name in ("gpgv", "sqv", "rnp", "openssl cms"):
        print(f"{name}: {counts[name]} messages" if name in counts else f"{name} is absent")
    return 1 if bad else 0


sys.exit(main(sys.argv[1]))
