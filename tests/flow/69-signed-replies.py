#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""A reply that its contact signed is one of a kind of its own; every other signature is named, and counts for nothing"""
import os

from flow_setup import ATTENDEES, House, Peer, add_document, draft, equal, import_text, step, submit, wait_for
from signing import end_agent, gpg

SENDER, SUBJECT = "aline@flow.example", "Re: Rapport"


def key_of(house, name):
    """A key of somebody else's, in a home of its own: the home, and the file with its public part."""
    home = os.path.join(house.folder, f"home-{name}")
    os.mkdir(home, 0o700)
    gpg(home, "--passphrase", "", "--quick-gen-key", f"{name} <{SENDER}>", "ed25519", "sign", "1y")
    path = os.path.join(house.folder, f"{name}.asc")
    with open(path, "wb") as file:
        file.write(gpg(home, "--armor", "--export"))
    return home, path


def text_part(words):
    return f"Content-Type: text/plain; charset=utf-8\r\n\r\n{words}\r\n".encode()


def signed(home, part, shown=None):
    """RFC 3156 §5: PART and a detached signature over its bytes; SHOWN stands in its place."""
    signature = gpg(home, "--armor", "--detach-sign", "--digest-algo", "SHA512", text=part)
    return (b'Content-Type: multipart/signed; protocol="application/pgp-signature"; micalg=pgp-sha512; boundary="s"\r\n\r\n'
            b"--s\r\n" + (shown or part) + b"\r\n--s\r\nContent-Type: application/pgp-signature\r\n\r\n"
            + signature.replace(b"\n", b"\r\n") + b"\r\n--s--\r\n")


def beside(entity):
    """A signed part and another that nobody signed."""
    return (b'Content-Type: multipart/mixed; boundary="m"\r\n\r\n--m\r\n' + entity + b"\r\n--m\r\n"
            + text_part("And by the way, we decline.") + b"\r\n--m--\r\n")


def taken(house, to, entity, number):
    """What became of the reply."""
    head = (f"Return-Path: <{SENDER}>\r\nFrom: Aline Borvane <{SENDER}>\r\nTo: {to}\r\nSubject: {SUBJECT}\r\n"
            f"Date: Mon, 02 Dec 2013 10:00:0{number} +0000\r\nMessage-ID: <{number}.reply@flow.example>\r\nMIME-Version: 1.0\r\n")
    (item,) = house.valise("inbound", "ingest", stdin=head.encode() + entity, json_out=True)["items"]
    return item


def kinds(house, addressee):
    events = house.valise("acknowledgements", "show", addressee, json_out=True)["events"]
    return [event["kind"] for event in events]


def main():
    with Peer() as peer, House(relay=peer.url) as house:
        house.start()
        import_text(house, ATTENDEES, "attendees")
        mailing = draft(house, add_document(house, "pre-report", "Rapport"), "attendees", "pre-report",
                        "--acknowledgement", "requested")
        submit(house, mailing)
        house.valise("mailings", "release", mailing)
        house.wait_quiet(mailing)
        wait_for(lambda: len(peer.ledger()) == 3, 20, "all letters are out")
        (to,) = [entry["reply_to"] for entry in peer.ledger() if entry["rcpt"] == SENDER]
        (delivery,) = [d for d in house.call("GET", f"/deliveries?mailing={mailing}")["items"] if d["address"] == SENDER]
        aline, public = key_of(house, "Aline")
        stranger, _ = key_of(house, "Stranger")
        part = text_part("Bien reçu, merci.")

        step("before a person has confirmed the key, a signature by it is nobody's")
        house.valise("keys", "import", public, "--contact", delivery["contact"])
        item = taken(house, to, signed(aline, part), 1)
        equal((item["signature"], item["reason"], item["delivery"]), ("not-bound", "acknowledged", delivery["id"]), "a proposed key")
        (key,) = [k["id"] for k in house.call("GET", "/keys")["items"] if k["of"] == "contact"]
        house.valise("keys", "confirm", key)

        step("by the confirmed key, over the whole message, it is a signed reply")
        item = taken(house, to, signed(aline, part), 2)
        equal((item["signature"], item["reason"]), ("good", "acknowledged"), "a good one")
        equal(kinds(house, delivery["addressee"]), ["reply", "signed-reply"], "the answers")

        step("changed words, a stranger's key, a signature over a part: each has its name, and none is a signed reply")
        for number, (name, entity) in enumerate((
                ("bad", signed(aline, part, text_part("Nous déclinons."))),
                ("other-key", signed(stranger, part)),
                ("partial", beside(signed(aline, part)))), 3):
            item = taken(house, to, entity, number)
            equal((item["signature"], item["reason"]), (name, "acknowledged"), f"number {number}")
        equal(kinds(house, delivery["addressee"]), ["reply", "signed-reply", "reply", "reply", "reply"], "the answers after them")
        for home in (aline, stranger):
            end_agent(home)


if __name__ == "__main__":
    main()
