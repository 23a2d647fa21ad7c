#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Addresses outside ASCII: what needs SMTPUTF8 and 8BITMIME goes where both are, else it is held; A-label domains alone never do"""
import re

from flow_setup import House, Peer, add_document, draft, equal, expect, says, step, submit
import oracle

PEOPLE = """Type;Identifiant;Prénom;Nom;Genre;Pays;Langue;Courriel
personne;U-1;Zoé;Éluard-Ångström;F;France;fr;zoe@flow.example
personne;U-2;José;Ñandú;M;Espagne;es;josé@flow.example
personne;U-3;Jürgen;Größe;M;Royaume-Uni;en;juergen@bücher.example
personne;U-4;Łukasz;Żółć;M;Royaume-Uni;en;łukasz@bücher.example
"""
NEED = {"josé@flow.example", "łukasz@xn--bcher-kva.example"}
ASCII = {"zoe@flow.example", "juergen@xn--bcher-kva.example"}


def send(script):
    """(house, peer, mailing) after a mailing to all four."""
    peer = Peer(script)
    house = House(relay=peer.url)
    house.start()
    house.valise("contacts", "import", "-", "--list", "all", stdin=PEOPLE.encode())
    mailing = draft(house, add_document(house, "pre-report", "Essai d'été"), "all", "pre-report")
    submit(house, mailing)
    house.valise("mailings", "release", mailing)
    return house, peer, house.wait_quiet(mailing)


def check_ledger(peer, wanted):
    ledger = peer.ledger()
    equal({copy["rcpt"] for copy in ledger}, wanted, "whom the relay was told")
    for copy in ledger:
        needs = copy["rcpt"] in NEED
        equal((copy["smtputf8"], copy["body"]), (needs, "8BITMIME" if needs else None), f"parameters for {copy['rcpt']}")
        orcpt = copy["orcpt"] or ""
        expect(orcpt.startswith("utf-8;" if needs else "rfc822;") and orcpt.isascii(), f"ORCPT: {orcpt}")


def headers_in_ascii(house):
    """Those who need nothing get headers in ASCII, names and all."""
    for row in house.rows("SELECT id, address FROM deliveries"):
        contact = house.rows("SELECT contact FROM deliveries WHERE id = ?", row["id"])[0]["contact"]
        text = house.call("GET", f"/mailings/M-1/preview?contact=C-{contact}&as=eml")
        head = (text if isinstance(text, bytes) else str(text).encode()).split(b"\r\n\r\n")[0]
        if row["address"] in ASCII:
            expect(head.isascii() and re.search(rb"=\?utf-8\?", head, re.I), f"the header for {row['address']}: {head[:200]}")


def main():
    for script, missing in (("fine", None), ("lacks:SMTPUTF8", "SMTPUTF8"), ("lacks:8BITMIME", "8BITMIME"),
                            ("lacks:SMTPUTF8,lacks:8BITMIME", "SMTPUTF8")):
        step(f"a relay that {'has both' if missing is None else 'has not what is left out: ' + script}")
        house, peer, mailing = send(script)
        with peer, house:
            equal(mailing["counts"], {"relayed": 4} if missing is None else {"relayed": 2, "held": 2}, "the deliveries")
            check_ledger(peer, NEED | ASCII if missing is None else ASCII)
            headers_in_ascii(house)
            for row in house.rows("SELECT id, reason, address FROM deliveries WHERE state = 'held'"):
                equal((row["reason"], row["address"] in NEED), ("smtputf8", True), f"what is held: {row}")
                says(house.valise("deliveries", "show", f"D-{row['id']}"), f"does not announce {missing}", "in ASCII")
            equal(oracle.check(house, peer.ledger()), [], "broken invariants")


main()
