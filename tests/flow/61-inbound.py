#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""What comes in is kept once, read, and shown; whatever it is, nothing stops"""
import hashlib
import os
import subprocess

from flow_setup import BUILD, House, equal, expect, refused, says, step

REPLY = b"""From: Ada Norvane <ada@flow.example>
To: answers@forum.example
Subject: Re: =?utf-8?q?synth=C3=A8se?=
Message-ID: <one@flow.example>
In-Reply-To: <unknown@forum.example>

Merci beaucoup.
"""


def stored(house):
    return sorted(os.listdir(os.path.join(house.state, "inbound")))


def ingested(house, *files, stdin=None):
    return house.valise("inbound", "ingest", *files, json_out=True, stdin=stdin)["items"]


def put(house, name, data):
    path = os.path.join(house.folder, name)
    with open(path, "wb") as file:
        file.write(data)
    return path


def kept_once(house):
    step("a file is taken, under its SHA-256; the same bytes add nothing, from wherever they come")
    path = put(house, "reply.eml", REPLY)
    (item,) = ingested(house, path)
    equal((item["id"], item["file"], item["verdict"], item["state"], item["known"]),
          ("B-1", "reply.eml", "reply", "held", False), "the message")
    equal(stored(house), [hashlib.sha256(REPLY).hexdigest()], "files")
    for again in (ingested(house, path), ingested(house, stdin=REPLY), ingested(house, stdin=REPLY.replace(b"\n", b"\r\n")),
                  ingested(house, stdin=b"From ada@flow.example Mon Dec  2 10:00:00 2013\n" + REPLY + b"\n")):
        equal([(i["id"], i["known"]) for i in again], [("B-1", True)], "the same once more")
    equal(len(stored(house)), 1, "files after all that")
    equal(house.valise("inbound", "ingest", path).strip(), "B-1", "what is printed")
    with open(os.path.join(house.folder, "raw"), "wb"):
        pass
    house.valise("inbound", "raw", "B-1", "--out", os.path.join(house.folder, "raw"))
    with open(os.path.join(house.folder, "raw"), "rb") as file:
        equal(file.read(), REPLY, "the bytes, given back")


def mboxes(house):
    step("an mbox is taken message by message, its quoting undone")
    two = (b"From a@a.example Mon Dec  2 10:00:00 2013\nFrom: a@a.example\nSubject: one\n\n>From here\n\n"
           b"From b@b.example Mon Dec  2 10:00:01 2013\nFrom: b@b.example\nSubject: two\n\ntext\n\n")
    items = ingested(house, put(house, "two.mbox", two))
    equal([(i["file"], i["subject"]) for i in items], [("two.mbox#1", "one"), ("two.mbox#2", "two")], "the two")
    equal(items[0]["sha256"], hashlib.sha256(b"From: a@a.example\nSubject: one\n\nFrom here\n").hexdigest(), "its bytes")


def large(house):
    step("a scan of 12 MB passes; what is over a ceiling is kept, marked and shown, and nothing stops")
    scan = (b"From: c@c.example\nSubject: scan\nMIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=x\n\n"
            b"--x\n\nHere it is.\n--x\nContent-Type: application/pdf; name=scan.pdf\nContent-Transfer-Encoding: base64\n\n"
            + (b"A" * 76 + b"\n") * (12 * 1024 * 1024 // 77) + b"--x--\n")
    (item,) = ingested(house, put(house, "scan.eml", scan))
    equal((item["size"], item["reason"], item["subject"]), (len(scan), "unmatched", "scan"), "the scan")
    (item,) = ingested(house, put(house, "huge.eml", scan + scan + scan))
    equal((item["verdict"], item["reason"], item["reasons"]), ("unknown", "unreadable", ["too-large"]), "too large a one")
    deep = b"From: d@d.example\nContent-Type: multipart/mixed; boundary=a0\n\n"
    for level in range(60):
        deep += b"--a%d\nContent-Type: multipart/mixed; boundary=a%d\n\n" % (level, level + 1)
    (item,) = ingested(house, put(house, "deep.eml", deep))
    equal((item["verdict"], item["state"]), ("unknown", "held"), "nested parts")
    (item,) = ingested(house, stdin=b"\0\1\2\n")
    equal(item["verdict"], "unknown", "no mail at all")


def lists(house):
    step("lists, filters and shown messages; a sender's signs drive no terminal")
    everything = house.valise("inbound", "list", json_out=True)["items"]
    pen = house.valise("inbound", "list", "--unmatched", json_out=True)["items"]
    equal([i["id"] for i in everything], [i["id"] for i in pen], "all wait for a person")
    equal([i["id"] for i in house.valise("inbound", "list", "--verdict", "reply", json_out=True)["items"]][0], "B-1", "replies")
    says(house.valise("inbound", "list", "--verdict", "letter", status=2), "none of")
    says(house.valise("inbound", "show", "B-99", status=1), "no such message")
    nasty = "From: e@e.example\nSubject: =?utf-8?q?abc=E2=80=AEdef=1B[2J?=\n\ntext\n".encode()
    (item,) = ingested(house, put(house, "nasty.eml", nasty))
    text = house.valise("inbound", "show", item["id"])
    says(text, "abc", "def")
    expect("\u202e" not in text and "\x1b" not in text, "a sign of the sender's reaches the terminal")


def pipe(house):
    step("as a pipe: 75 when no daemon is there, 65 for no message, 0 else")
    nowhere = os.path.join(house.folder, "nowhere")
    def run(socket, data, *files):
        return subprocess.run([os.path.join(BUILD, "valise"), "--socket", socket, "inbound", "ingest", *files], input=data,
                              capture_output=True, check=False).returncode
    equal(run(nowhere, REPLY), 75, "without a daemon")
    equal(run(house.socket, b""), 65, "without a message")
    equal(run(house.socket, REPLY), 0, "with both")
    equal(run(nowhere, b"", put(house, "again.eml", REPLY)), 3, "with a file")


def who(house):
    step("a volunteer sees nothing of what is not known to be an attendee's, and takes nothing")
    volunteer = house.user("vera", "volunteer")
    equal(house.valise("inbound", "list", json_out=True, token_file=volunteer)["items"], [], "what a volunteer sees")
    house.valise("inbound", "show", "B-1", status=1, token_file=volunteer)
    house.valise("inbound", "ingest", os.path.join(house.folder, "reply.eml"), status=4, token_file=volunteer)
    refused(403, lambda: house.call("GET", "/inbound/B-1/raw", token=open(volunteer, encoding="ascii").read().strip()))


def restart(house):
    step("the journal tells each, and the chain holds after a kill")
    count = len(house.valise("inbound", "list", json_out=True)["items"])
    house.kill()
    house.start()
    equal(len(house.valise("inbound", "list", json_out=True)["items"]), count, "messages after a kill")
    held = house.call("GET", "/log?kind=inbound-held&limit=1000")["items"]
    equal(len(held), count, "entries")
    house.valise("log", "verify")


with House() as house_:
    house_.start()
    kept_once(house_)
    mboxes(house_)
    large(house_)
    lists(house_)
    pipe(house_)
    who(house_)
    restart(house_)
