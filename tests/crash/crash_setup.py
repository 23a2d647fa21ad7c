# SPDX-License-Identifier: GPL-3.0-or-later
"""crash_setup.py - an approved mailing to a few attendees and one to an office, ready for release, as a folder to copy"""
import http.client
import os
import shutil
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))
from house import SOURCE, House, Peer, Refused, free_port, wait_for  # noqa: E402

STRIDE = int(os.environ.get("VALISE_CRASH_STRIDE", "3"))
EXAMPLES = os.path.join(SOURCE, "tests", "examples")

ATTENDEES = """Type;Identifiant;Prénom;Nom;Genre;Pays;Langue;Courriel;Listes
personne;K-1;Aline;Borvane;F;France;fr;aline@kills.example;kills
personne;K-2;Bruno;Castelan;M;France;fr;bruno@kills.example;kills
personne;K-3;Clara;Dornel;F;Brésil;pt;clara@kills.example;kills
personne;K-4;David;Estevan;M;Espagne;es;david@kills.example;kills
personne;K-5;Emma;Farlowe;F;Royaume-Uni;en;emma@kills.example;kills
"""

OFFICE = """Type;Identifiant;Prénom;Nom;Genre;Fonction;Type de fonction;Pays;Langue;Courriel;Listes;Motif;Zone du motif;Preuve du motif;Date du motif;Début du mandat;Vérifié le
fonction;KO-1;Talen;Vascourt;M;Présidence;president;XA;fr;courrier@kills-presidence.example;kills-offices;approval-expressed;XA;lettre du 3 mars;2026-03-03;2024-05-14;{today}
"""


def add_document(house, kind, stem, token):
    files = []
    for language in ("fr", "en", "es", "pt"):
        files += ["--language", f"{language}={EXAMPLES}/documents/{stem}.{language}.pdf"]
    document = house.valise("documents", "add", kind, "--title", "Essai", *files, token_file=token).strip()
    house.valise("documents", "freeze", document, token_file=token)
    return document


def prepare(house, today):
    """Leaves M-1 (attendees, submitted) and M-2 (an office, approved) in HOUSE, which runs."""
    house.valise("contacts", "import", "-", stdin=ATTENDEES.encode("cp1252"))
    house.valise("contacts", "import", "-", stdin=OFFICE.format(today=today).encode("cp1252"))
    organiser, approver = house.user("olga", "organiser"), house.user("boris", "approver")
    for kind, stem, recipients in (("pre-report", "pre-report", "kills"), ("synthesis", "synthesis", "kills-offices")):
        document = add_document(house, kind, stem, organiser)
        mailing = house.valise("mailings", "create", "--document", document, "--list", recipients, "--wording", stem,
                               token_file=organiser).strip()
        house.valise("mailings", "roll", mailing, token_file=organiser)
        digest = house.valise("mailings", "submit", mailing, token_file=organiser).strip()
        if kind == "synthesis":
            house.valise("mailings", "approve", mailing, "--digest", digest, token_file=approver)


class Baseline:
    """A prepared state folder; each trial begins with a copy of it. The manifest names the relay, so all trials have
    theirs on one port. With four connections, which are one courier's, the six messages share their waits and their
    units of work."""

    def __init__(self, today, config_more="", couriers=4, prepared_by=prepare):
        self.port = free_port()
        self.config_more = config_more
        self.couriers = couriers
        self.house = self.new_house()
        self.house.start()
        prepared_by(self.house, today)
        if self.house.stop() != 0:
            raise AssertionError("the house did not stop in good order:\n" + self.house.log_text())

    def new_house(self, relay_more="dot_timeout = 2 s"):
        return House(relay=f"smtp://127.0.0.1:{self.port}", couriers=self.couriers, relay_more=relay_more,
                     config_more=self.config_more)

    def trial(self, relay_more="dot_timeout = 2 s"):
        """A house of its own with a copy of the prepared state, not yet started."""
        house = self.new_house(relay_more)
        shutil.copytree(self.house.state, house.state)
        return house

    def peer(self, script="fine", *more):
        return Peer(script, "--port", str(self.port), *more)

    def close(self):
        self.house.__exit__(None, None, None)


def release_all(house):
    """Releases what is not yet; what was cut off in the middle is finished by the daemon itself."""
    for mailing in ("M-1", "M-2"):
        if house.call("GET", f"/mailings/{mailing}")["state"] in ("submitted", "approved"):
            try:
                house.call("POST", f"/mailings/{mailing}/release")
            except Refused as refusal:
                # The daemon is finishing that very release, or has done so since it was asked.
                if refusal.status not in (409, 503):
                    raise


def run_until_death(house, at, go):
    """TRUE when the process was killed at its passage AT before GO had come to its end."""
    house.start(wait=False, VALISE_CRASH_AT=str(at))
    try:
        if not wait_for(house.answers_or_ended, 60, "an answer or the end") or not house.alive():
            return True
        go(house)
        return False
    except (OSError, http.client.HTTPException, Refused):
        # Cut off in mid-answer: the process is dead or dying. A refusal that comes from a living one is told by the
        # oracle, because nothing will have been sent.
        wait_for(lambda: not house.alive(), 30, "the killed process is gone")
        return True


def kill_at_each_passage(trial, most):
    """TRIAL(number, at) says whether it was killed, what is wrong, and a number to add up; until none is killed any
    more. How many were, how much was wrong, and the sum."""
    kills = failures = total = 0
    for number, at in enumerate(range(1, most, STRIDE)):
        killed, complaints, more = trial(number, at)
        for complaint in complaints:
            print(f"killed at passage {at}: {complaint}")
        failures += len(complaints)
        kills += killed
        total += more
        if not killed:
            return kills, failures, total
    print(f"still killed at passage {most}: the run has no end")
    return kills, failures + 1, total
