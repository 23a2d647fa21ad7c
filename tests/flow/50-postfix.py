#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""A real Postfix of the test's own takes a mailing into a Maildir, byte for byte; TLS holds or nothing leaves"""
import hashlib
import os
import re
import shutil
import tempfile
import time

from flow_setup import (ATTENDEES, House, add_document, draft, equal, expect, import_text, mailing_now, says, skip, step, submit,
                        wait_for)
from postfix_server import POSTFIX, Postfix
from relay_server import as_left, certificate
from relay_talk import carries_all, carries_signed
import oracle

def released(house, mailing):
    house.valise("mailings", "release", mailing)
    return house.wait_quiet(mailing)


def main():
    if POSTFIX is None:
        skip("there is no Postfix here")
    if os.getuid() != 0:
        skip("Postfix needs root to start")
    with Postfix() as postfix:
        carries_all(postfix, "Postfix", "queued as")
    with Postfix() as postfix:
        carries_signed(postfix, "Postfix")
    with Postfix() as postfix:
        secured = f"ca_file = {postfix.folder}/cert.pem"
        with House(relay=f"smtp://localhost:{postfix.port}", tls="required", relay_more=secured) as house:
            house.start()
            step("over STARTTLS, with the right authority: every message arrives, byte for byte")
            import_text(house, ATTENDEES, "all")
            document = add_document(house, "pre-report", "Essai")
            mailing = draft(house, document, "all", "pre-report", "--acknowledgement", "requested")
            submit(house, mailing)
            equal(released(house, mailing)["counts"], {"relayed": 3}, "the deliveries")
            wait_for(lambda: len(postfix.mails()) == 3, 20, "Postfix delivered three messages")
            sums = {hashlib.sha256(as_left(mail)).hexdigest() for mail in postfix.mails()}
            recorded = {row["sha256"].hex() for row in house.rows("SELECT sha256 FROM deliveries")}
            equal(sums, recorded, "the digests of what arrived")
            attempts = house.rows("SELECT tls, reply, code FROM attempts")
            expect(all(row["tls"].startswith("TLS1.") for row in attempts), f"all went over TLS: {attempts}")
            expect(all("queued as" in row["reply"] for row in attempts), f"Postfix's own words are kept: {attempts}")
            senders = re.findall(r"from=<(bounces\+[a-z0-9]{24}@forum\.example)>", postfix.log())
            equal(len(set(senders)), 3, "envelope senders, one each")
            facts = [entry["facts"] for entry in house.call("GET", "/log?kind=delivery-relayed")["items"]]
            equal([fact.get("dsn") for fact in facts], ["asked"] * 3, "the DSN parameters, which Postfix took")
            equal(oracle.check(house, [oracle.copy_of(as_left(mail)) for mail in postfix.mails()]), [], "broken invariants")
        never_in_clear_text(postfix)
        without_smtputf8(postfix)


def never_in_clear_text(postfix):
    other = tempfile.mkdtemp(prefix="valise-ca-")
    try:
        certificate(other, "localhost")
        for what, port, ca, word in (("with a wrong authority", postfix.port, other, "certificate"),
                                     ("without STARTTLS", postfix.plain, postfix.folder, "begin TLS")):
            with House(relay=f"smtp://localhost:{port}", tls="required", relay_more=f"ca_file = {ca}/cert.pem") as house:
                house.start()
                step(f"{what} nothing leaves, and the reason is said")
                import_text(house, ATTENDEES, "all")
                mailing = draft(house, add_document(house, "pre-report", "Essai"), "all", "pre-report")
                submit(house, mailing)
                house.valise("mailings", "release", mailing)
                wait_for(lambda: told(house), 20, "what is wrong is told")
                time.sleep(1)
                states = {row["state"] for row in house.rows("SELECT state FROM deliveries")}
                expect(states <= {"ready", "claimed", "planned", "held"}, f"nothing is relayed: {states}")
                equal(len(postfix.mails()), 3, "messages that Postfix has")
                says(told(house), word)
                equal(len(re.findall("client=localhost", postfix.log())), 3, "envelopes that Postfix has seen")
                says(house.valise("doctor", status=1), word)
    finally:
        shutil.rmtree(other, ignore_errors=True)


def told(house):
    """What the last attempt, or else the state of the relay, says."""
    rows = house.rows("SELECT reply FROM attempts ORDER BY at DESC LIMIT 1")
    return rows[0]["reply"] if rows else house.call("GET", "/status")["relay_words"]


def without_smtputf8(postfix):
    with House(relay=f"smtp://localhost:{postfix.old}", tls="required", relay_more=f"ca_file = {postfix.folder}/cert.pem") as house:
        house.start()
        step("an address that needs SMTPUTF8 is held when Postfix lacks it; the others leave")
        import_text(house, ATTENDEES.replace("aline@flow", "aliné@flow"), "all")
        mailing = draft(house, add_document(house, "pre-report", "Essai"), "all", "pre-report")
        submit(house, mailing)
        equal(released(house, mailing)["counts"], {"relayed": 2, "held": 1}, "the deliveries")
        held = house.call("GET", f"/deliveries?mailing={mailing}&state=held")["items"][0]
        equal((held["reason"], held["address"], held["sha256"]), ("smtputf8", "aliné@flow.example", None), "the one that is held")
        says(house.valise("deliveries", "show", held["id"]), "does not announce SMTPUTF8", "have that enabled there", "in ASCII")
        wait_for(lambda: len(postfix.mails()) == 5, 20, "two more have arrived")
        says(house.valise("deliveries", "settle", held["id"], "--as", "resend", "--reason", "the relay was renewed"), "")
        house.wait_quiet(mailing)
        equal(mailing_now(house, mailing)["counts"], {"relayed": 2, "held": 1}, "tried once more, and held again")
    with House(relay=f"smtp://localhost:{postfix.port}", tls="required", relay_more=f"ca_file = {postfix.folder}/cert.pem") as house:
        house.start()
        step("where Postfix has it, the same address is written to")
        import_text(house, ATTENDEES.replace("aline@flow", "aliné@flow"), "all")
        mailing = draft(house, add_document(house, "pre-report", "Essai"), "all", "pre-report")
        submit(house, mailing)
        equal(released(house, mailing)["counts"], {"relayed": 3}, "the deliveries")
        wait_for(lambda: len(postfix.mails()) == 8, 20, "all three have arrived")
        expect(any("aliné@flow.example".encode() in mail for mail in postfix.mails()), "the address arrived as something else")


main()
