#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Kill the daemon at every step of a mailing whose deliveries are refused, superseded and carried by hand

One office's first mailbox does not exist and its second takes the letter; one is sent too much and gets links; one has
nobody to go on to; one is reached by post alone. After each kill and a new start none is forgotten, none has two
successors, and nobody gets two copies.
"""
import datetime
import json
import os
import sys
import time

from crash_setup import Baseline, free_port, kill_at_each_passage, run_until_death
from house import Refused
import oracle

MANY = 500
PDF = b"%PDF-1.4\n" + b"% a page of an invented document\n" * 3000
PEER = json.dumps({"recipients": {"first@chain.example": "550=5.1.1", "only@chain.example": "550=5.1.1"}, "largest": 100000})
SMALL = b"%PDF-1.4\n% small\n"

OFFICES = """Type;Identifiant;Prénom;Nom;Genre;Fonction;Type de fonction;Pays;Langue;Courriel;Courriel du cabinet;Motif;Zone du motif;Preuve du motif;Date du motif;Début du mandat;Vérifié le;Adresse postale
fonction;R-1;Talen;Vascourt;M;Présidence;president;XA;en;first@chain.example;second@chain.example;approval-expressed;XA;lettre;2026-03-03;2024-05-14;{today};
fonction;R-2;Maude;Orlence;F;Primature;prime_minister;XA;en;only@chain.example;;approval-expressed;XA;lettre;2026-03-03;2024-05-14;{today};
fonction;R-3;Idris;Salvan;M;Ambassade;ambassador;XA;fr;large@chain.example;;approval-expressed;XA;lettre;2026-03-03;2024-05-14;{today};
fonction;R-4;Filipa;Noronhal;F;Presidência;president;XI;en;;;approval-expressed;XI;lei;2026-03-03;2024-05-14;{today};"Praça
Isoara"
"""


def prepare(house, today):
    """M-1, approved: in French its document is larger than the relay takes, in English it is small."""
    house.valise("contacts", "import", "-", "--list", "refused", stdin=OFFICES.format(today=today).encode("cp1252"))
    organiser, approver = house.user("olga", "organiser"), house.user("boris", "approver")
    files = []
    for language, content in (("fr", PDF), ("en", SMALL)):
        path = os.path.join(house.folder, f"essai.{language}.pdf")
        with open(path, "wb") as file:
            file.write(content)
        files += ["--language", f"{language}={path}"]
    document = house.valise("documents", "add", "synthesis", "--title", "Essai", *files).strip()
    house.valise("documents", "freeze", document)
    house.valise("documents", "publish", document)
    mailing = house.valise("mailings", "create", "--document", document, "--list", "refused", "--wording", "synthesis",
                           "--next-channel", "on-refusal", token_file=organiser).strip()
    house.valise("mailings", "roll", mailing, token_file=organiser)
    digest = house.valise("mailings", "submit", mailing, token_file=organiser).strip()
    house.valise("mailings", "approve", mailing, "--digest", digest, token_file=approver)


def go(house):
    if house.call("GET", "/mailings/M-1")["state"] == "approved":
        try:
            house.call("POST", "/mailings/M-1/release")
        except Refused as refusal:
            if refusal.status not in (409, 503):  # the daemon is finishing that very release, or has since it was asked
                raise
    house.wait_quiet("M-1")


def check_ends(house):
    """Each refusal that something follows has its one successor; nothing waits."""
    complaints = []
    rows = house.rows("SELECT * FROM deliveries ORDER BY id")
    after = {row["supersedes"]: row for row in rows if row["supersedes"]}
    for row in rows:
        follows = row["address"] == "first@chain.example" or (row["address"] == "large@chain.example" and row["variant"] == "full")
        if row["state"] == "refused" and follows != (row["id"] in after):
            complaints.append(f"D-{row['id']} to {row['address']} is refused, and its successor is {after.get(row['id'])}")
    if house.rows("SELECT * FROM refusals"):
        complaints.append("a refusal still waits for its decision")
    by_hand = [row["state"] for row in rows if row["by_hand"]]
    if by_hand != ["to-do"]:
        complaints.append(f"one to-do was expected: {by_hand}")
    return complaints, len(after)


def trial(baseline, at):
    with baseline.peer(PEER) as peer, baseline.trial() as house:
        killed = run_until_death(house, at, go)
        if house.alive():
            house.stop()
        house.start()
        go(house)
        complaints = oracle.check(house, peer.ledger())
        more, successors = check_ends(house)
        if complaints + more:
            sys.stderr.write(house.log_text())
        return killed, complaints + more, successors


def main():
    began = time.monotonic()
    port = free_port()
    more = f"[http]\npublic = 127.0.0.1:{port}\nbase_url = http://127.0.0.1:{port}\n[pace]\ndomain_interval = 0 s\n"
    baseline = Baseline(datetime.date.today().isoformat(), config_more=more, prepared_by=prepare)
    try:
        kills, failures, successors = kill_at_each_passage(lambda _, at: trial(baseline, at), MANY)
    finally:
        baseline.close()
    print(f"{kills} kills, {successors} successors, {failures} complaints, {time.monotonic() - began:.0f} s")
    # A test that killed nothing, or in which nothing followed a refusal, proved nothing.
    sys.exit(1 if failures or kills < 5 or successors < kills else 0)


main()
