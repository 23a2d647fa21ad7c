#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""A reply that its contact signed is one of a kind of its own; every other signature is named, and counts for nothing"""
import base64
import os
import shutil

from flow_setup import ATTENDEES, House, Peer, add_document, draft, equal, import_text, step, submit, wait_for
from signing import Authority, end_agent, gpg, run

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


def both(protocol, micalg, part, signature):
    """RFC 1847 §2.1."""
    return (f'Content-Type: multipart/signed; protocol="application/{protocol}"; micalg={micalg}; boundary="s"\r\n\r\n--s\r\n'
            .encode() + part + f"\r\n--s\r\nContent-Type: application/{protocol}\r\n".encode() + signature + b"\r\n--s--\r\n")


def signed(home, part, shown=None, by=()):
    """RFC 3156 §5: PART and a detached signature over its bytes, by the keys BY; SHOWN stands in its place."""
    users = [word for key in by for word in ("--local-user", key)]
    signature = gpg(home, *users, "--armor", "--detach-sign", "--digest-algo", "SHA512", text=part)
    return both("pgp-signature", "pgp-sha512", shown or part, b"\r\n" + signature.replace(b"\n", b"\r\n"))


def signed_by_certificate(authority, name, part, shown=None):
    """RFC 8551 §3.5.3, by a program that is not ours."""
    words = ["openssl", "cms", "-sign", "-binary", "-outform", "DER", "-signer", authority.path(name + ".pem"), "-inkey",
             authority.path(name + ".key"), "-certfile", authority.path("between.pem")]
    signature = base64.encodebytes(run(words, text=part).stdout).replace(b"\n", b"\r\n")
    return both("pkcs7-signature", "sha-256", shown or part, b"Content-Transfer-Encoding: base64\r\n\r\n" + signature)


def carrying(part, path):
    """PART and a key that its author sends along, signed together."""
    with open(path, "rb") as file:
        key = file.read().replace(b"\n", b"\r\n")
    return (b'Content-Type: multipart/mixed; boundary="k"\r\n\r\n--k\r\n' + part + b"\r\n--k\r\nContent-Type: application/pgp-keys\r\n"
            b'Content-Disposition: attachment; filename="key.asc"\r\n\r\n' + key + b"\r\n--k--\r\n")


def beside(entity):
    """A signed part and another that nobody signed."""
    return (b'Content-Type: multipart/mixed; boundary="m"\r\n\r\n--m\r\n' + entity + b"\r\n--m\r\n"
            + text_part("And by the way, we decline.") + b"\r\n--m--\r\n")


def taken(house, to, entity, number):
    """What became of the reply."""
    head = (f"Return-Path: <{SENDER}>\r\nFrom: Aline Borvane <{SENDER}>\r\nTo: {to}\r\nSubject: {SUBJECT}\r\n"
            f"Date: Mon, 02 Dec 2013 10:00:{number:02} +0000\r\nMessage-ID: <{number}.reply@flow.example>\r\nMIME-Version: 1.0\r\n")
    (item,) = house.valise("inbound", "ingest", stdin=head.encode() + entity, json_out=True)["items"]
    return item


def kinds(house, addressee):
    events = house.valise("acknowledgements", "show", addressee, json_out=True)["events"]
    return [event["kind"] for event in events]


def proposals(house):
    return [key for key in house.call("GET", "/keys")["items"] if key["of"] == "contact" and key["state"] == "proposed"]


def main():
    authority = Authority()
    authority.person("aline", SENDER)
    with Peer() as peer, House(relay=peer.url, config_more=f"\n[smime]\ncontact_authorities = {authority.chain}\n") as house:
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
        stranger, strange = key_of(house, "Stranger")
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

        step("a key that comes along is a proposal and nothing more; two signatures count as none")
        item = taken(house, to, signed(stranger, carrying(part, strange)), 6)
        equal(item["signature"], "other-key", "by a key that it brings along")
        (proposal,) = proposals(house)
        equal((proposal["source"], proposal["contact"]), ("signed-reply", delivery["contact"]), "the key that came along")
        equal(taken(house, to, signed(stranger, part), 7)["signature"], "other-key", "while it is but proposed")
        gpg(aline, "--passphrase", "", "--quick-gen-key", f"Second <{SENDER}>", "ed25519", "sign", "1y")
        equal(taken(house, to, signed(aline, part, by=("Aline", "Second")), 8)["signature"], "several", "by two keys")

        step("the same by a certificate: proposed when it comes, good once a person has confirmed it")
        item = taken(house, to, signed_by_certificate(authority, "aline", part), 9)
        equal(item["signature"], "not-bound", "a certificate that nobody has confirmed")
        (certificate,) = [key for key in proposals(house) if key["protocol"] == "smime"]
        house.valise("keys", "confirm", certificate["id"])
        before = kinds(house, delivery["addressee"])
        equal(taken(house, to, signed_by_certificate(authority, "aline", part), 10)["signature"], "good", "a confirmed certificate")
        equal(kinds(house, delivery["addressee"]), [*before, "signed-reply"], "the answer by it")
        changed = signed_by_certificate(authority, "aline", part, text_part("Nous déclinons."))
        equal(taken(house, to, changed, 11)["signature"], "bad", "other words under it")
        for home in (aline, stranger):
            end_agent(home)
    shutil.rmtree(authority.folder)


if __name__ == "__main__":
    main()
