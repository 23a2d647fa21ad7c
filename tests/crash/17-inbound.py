#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Kill the daemon at every step of what comes in: taking, reading, filing, a person's word, erasing

What its mailbox still has is handed in again, as a fetcher does that was not told "kept". After each kill and a new start
no message is lost or there twice, each fact, acknowledgement and entry is there once, and a bounce has its one successor.
"""
import datetime
import sys
import time

from crash_setup import Baseline, Peer, add_document, kill_at_each_passage, run_until_death, wait_for
from house import Refused
from inbound_mail import disposition, reply, report
import oracle

MANY = 500
OFFICES = """Type;Identifiant;Prénom;Nom;Genre;Fonction;Type de fonction;Pays;Langue;Courriel;Courriel du cabinet;Motif;Zone du motif;Preuve du motif;Date du motif;Début du mandat;Vérifié le
fonction;W-1;Talen;Vascourt;M;Présidence;president;XA;en;first@way.example;second@cabinet.example;approval-expressed;XA;lettre;2026-03-03;2024-05-14;{today}
fonction;W-2;Maude;Orlence;F;Primature;prime_minister;XA;en;only@way.example;;approval-expressed;XA;lettre;2026-03-03;2024-05-14;{today}
"""
PERSON = """Type;Identifiant;Prénom;Nom;Genre;Pays;Langue;Courriel
personne;W-3;Aline;Borvane;F;France;fr;aline@way.example
"""


def send(house, kind, people, organiser, approver):
    document = add_document(house, kind, kind, organiser)
    mailing = house.valise("mailings", "create", "--document", document, "--list", people, "--wording", kind, "--next-channel",
                           "on-refusal", "--acknowledgement", "requested", token_file=organiser).strip()
    house.valise("mailings", "roll", mailing, token_file=organiser)
    digest = house.valise("mailings", "submit", mailing, token_file=organiser).strip()
    if approver:
        house.valise("mailings", "approve", mailing, "--digest", digest, token_file=approver)
    house.valise("mailings", "release", mailing, token_file=organiser)
    house.wait_quiet(mailing)


class Way:
    """A mailing that was sent, the relay's ledger of it, and what comes back."""

    def __init__(self, today):
        self.ledger = []
        self.baseline = Baseline(today, config_more="[pace]\ndomain_interval = 0 s\n",
                                 prepared_by=self.prepare)

    def prepare(self, house, today):
        house.valise("contacts", "import", "-", "--list", "offices", stdin=OFFICES.format(today=today).encode("cp1252"))
        house.valise("contacts", "import", "-", "--list", "people", stdin=PERSON.encode("cp1252"))
        organiser, approver = house.user("olga", "organiser"), house.user("boris", "approver")
        with Peer("fine", "--port", port_of(house)) as peer:
            send(house, "synthesis", "offices", organiser, approver)
            send(house, "pre-report", "people", organiser, None)
            self.ledger = peer.ledger()
        entries = {entry["rcpt"]: entry for entry in self.ledger}
        first, only, aline = (entries[box] for box in ("first@way.example", "only@way.example", "aline@way.example"))
        self.messages = [report(first), report(only, "delivered", "2.0.0", "250 fine"), disposition(only),
                         reply(only["reply_to"], "only@way.example", "We have it."),
                         reply(aline["reply_to"], "aline@way.example", "Bien reçu."),
                         reply("answers@forum.example", "stranger@elsewhere.example", "Who are you?")]


def port_of(house):
    """Of the house's relay."""
    with open(house.config, encoding="utf-8") as file:
        return next(line for line in file if line.startswith("url = smtp:")).strip().rsplit(":", 1)[1]


def hand_in(house, message):
    house.call("POST", "/inbound", raw=message, content_type="message/rfc822")


def go(way, house):
    for message in way.messages:
        hand_in(house, message)
    wait_for(lambda: not house.rows("SELECT 1 FROM inbound WHERE state = 'taken'"), 30, "all is filed")
    pen = {m["from"]: m for m in house.call("GET", "/inbound?unmatched=1")["items"]}
    if "stranger@elsewhere.example" in pen:
        house.call("POST", f"/inbound/{pen['stranger@elsewhere.example']['id']}/assign", {"delivery": "D-2"})
    person = house.rows("SELECT id FROM contact_versions WHERE external_id = 'W-3'")
    if person:
        house.call("POST", f"/contacts/C-{person[0]['id']}/erase")
    wait_for(lambda: not house.rows("SELECT 1 FROM refusals"), 30, "what follows a bounce is decided")
    house.wait_quiet("M-1")


def check_ends(house):
    complaints = []
    def n(sql):
        return house.rows(sql)[0]["n"]
    wanted = (("messages", "SELECT count(*) AS n FROM inbound", 6),
              ("facts", "SELECT count(*) AS n FROM delivery_facts", 2),
              ("successors", "SELECT count(*) AS n FROM deliveries WHERE supersedes > 0", 1),
              ("suspect channels", "SELECT count(*) AS n FROM channels_now WHERE standing = 2", 1),
              ("displayed", "SELECT count(*) AS n FROM acknowledgements WHERE kind = 'displayed'", 1),
              ("replies", "SELECT count(*) AS n FROM acknowledgements WHERE kind = 'reply'", 3),
              ("erased", "SELECT count(*) AS n FROM inbound WHERE erased = 2", 1),
              ("texts", "SELECT count(*) AS n FROM inbound_texts", 2))
    for what, sql, count in wanted:
        if n(sql) != count:
            complaints.append(f"{what}: {n(sql)}, not {count}")
    return complaints


def trial(way, at):
    with way.baseline.peer() as peer, way.baseline.trial() as house:
        killed = run_until_death(house, at, lambda house: go(way, house))
        if house.alive():
            house.stop()
        house.start()
        try:
            go(way, house)
        except Refused as refusal:
            sys.stderr.write(str(refusal))
            raise
        complaints = oracle.check(house, way.ledger + peer.ledger()) + check_ends(house)
        if complaints:
            sys.stderr.write(house.log_text())
        return killed, complaints, 1


def main():
    began = time.monotonic()
    way = Way(datetime.date.today().isoformat())
    try:
        kills, failures, _ = kill_at_each_passage(lambda _, at: trial(way, at), MANY)
    finally:
        way.baseline.close()
    print(f"{kills} kills, {failures} complaints, {time.monotonic() - began:.0f} s")
    sys.exit(1 if failures or kills < 8 else 0)


main()
