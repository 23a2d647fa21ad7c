#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""44-waves.py - waves with a stop between, a wrong file found after the first, and who registered late"""
import contextlib
import http.client
import os
import subprocess

import flow_setup as f

REHEARSAL = "[valise]\nmode = rehearsal\n"
REST = "wave 3 (the others)"


def people(house):
    tokens = {"olga": house.user("olga", "organiser"), "boris": house.user("boris", "approver")}
    f.import_text(house, f.ATTENDEES, "forum")
    f.import_text(house, f.OFFICES, "forum")
    house.valise("lists", "create", "canary")
    house.valise("lists", "add", "canary", "O-XA")
    return tokens


def approve(house, mailing, tokens):
    digest = f.submit(house, mailing, token_file=tokens["olga"])
    house.valise("mailings", "approve", mailing, "--digest", digest, token_file=tokens["boris"])


def recipients(house):
    return sorted(mail.recipient() for mail in f.maildir(house.maildir))


def wave(house, mailing, number):
    return next(w for w in f.mailing_now(house, mailing)["waves"] if w["number"] == number)


OFFICE_XA, OFFICE_XI = "courrier@presidence.example", "gabinete@presidencia.example"
PERSONS = ["aline@flow.example", "david@flow.example", "emma@flow.example"]


def wrong_file(house, tokens):
    f.step("three waves: the canary, the other offices, and the attendees as those who are left")
    document = f.add_document(house, "pre-report", "Pré-rapport", token_file=tokens["olga"])
    f.says(house.valise("mailings", "create", "--document", document, "--list", "forum", "--wording", "pre-report", "--wave",
                        "list=nobody", token_file=tokens["olga"], status=1), "there is no list")
    f.says(house.valise("mailings", "create", "--document", document, "--list", "forum", "--wording", "pre-report", "--wave",
                        "colour=red", token_file=tokens["olga"], status=2), "no condition of a rule")
    mailing = f.draft(house, document, "forum", "pre-report", "--wave", "list=canary", "--wave", "kind=office",
                      token_file=tokens["olga"])
    manifest_of(house, mailing, tokens)
    house.valise("mailings", "release", mailing, "--wave", "2", token_file=tokens["olga"], status=1)
    house.valise("mailings", "release", mailing, token_file=tokens["olga"])
    now = house.wait_quiet(mailing)
    f.equal((now["state"], now["next_wave"], now["waiting"]), ("sending", 2, 4), "after the first wave")
    f.equal(recipients(house), [OFFICE_XA], "who got the first wave")
    f.equal([w["state"] for w in now["waves"]], ["sent", "waiting", "waiting"], "states of the waves")
    f.says(house.valise("mailings", "watch", mailing), f"valise mailings release {mailing} --wave 2")
    f.says(house.valise("mailings", "show", mailing), "wave 1 list=canary", "wave 2 kind=office", REST)
    f.says(house.valise("mailings", "release", mailing, "--wave", "3", token_file=tokens["olga"], status=1), "in their order")
    f.step("the file was wrong: the rest is called back, and the erratum goes to those alone who got it")
    house.valise("mailings", "cancel", mailing, "--reason", "page 3 is another document's", token_file=tokens["olga"])
    f.equal(house.wait_quiet(mailing)["counts"], {"relayed": 1, "cancelled": 4}, "after the stop")
    house.valise("mailings", "release", mailing, "--wave", "2", token_file=tokens["olga"], status=1)
    erratum(house, document, mailing, tokens)


def manifest_of(house, mailing, tokens):
    approve(house, mailing, tokens)
    text = house.valise("mailings", "manifest", mailing)
    for line in ("wave 1 at=none list=canary\n", "wave 2 at=none kind=office\n", "wave 3 at=none rest\n"):
        f.expect(line in text, f"{line!r} does not stand in the manifest")


def erratum(house, document, wrong, tokens):
    versions = {v["language"]: v["sha256"] for v in house.call("GET", f"/documents/{document}")["versions"]}
    house.valise("lists", "create", "wrong", "--rule", f"received={versions['fr']}", token_file=tokens["olga"])
    house.valise("lists", "create", "missing", "--rule", f"list=forum not-received={document}", token_file=tokens["olga"])
    f.says(house.valise("lists", "create", "all", "--rule", f"not-received={document}", status=2), "among whom")
    f.says(house.valise("lists", "create", "none", "--rule", "received=beef", status=2), "SHA-256")
    members = {name: sorted(m["name"] for m in house.call("GET", f"/lists/{name}")["items"]) for name in ("wrong", "missing")}
    f.equal((len(members["wrong"]), len(members["missing"])), (1, 4), f"members {members}")
    vera = house.user("vera", "volunteer")
    f.says(house.valise("lists", "create", "nosy", "--rule", f"received={versions['fr']}", token_file=vera, status=4),
           "not for volunteers")
    house.valise("lists", "show", "missing", token_file=vera, status=1)
    before = len(recipients(house))
    right = f.add_document(house, "synthesis", "Synthèse, corrigée", token_file=tokens["olga"])
    mailing = f.draft(house, right, "wrong", "erratum", "--category", "correction", "--value", f"prior={wrong}",
                      "--value", "change.fr=La page 3 est celle d'un autre document.", token_file=tokens["olga"])
    approve(house, mailing, tokens)
    house.valise("mailings", "release", mailing, token_file=tokens["olga"])
    f.equal(house.wait_quiet(mailing)["counts"], {"relayed": 1}, "errata")
    f.equal(recipients(house)[:1] + [str(len(recipients(house)) - before)], [OFFICE_XA, "1"], "who got the erratum")


def hidden_rules(house, tokens):
    f.step("a volunteer sees the waves of a mailing to attendees, but no rule that names what he may not see")
    document = f.add_document(house, "pre-report", "Pré-rapport", token_file=tokens["olga"])
    f.import_text(house, f.many(2, domain="seen.example", prefix="V"), "seen")
    mailing = f.draft(house, document, "seen", "pre-report", "--wave", "list=canary", "--wave", "language=fr",
                      token_file=tokens["olga"])
    f.submit(house, mailing, token_file=tokens["olga"])
    vera = os.path.join(house.folder, "token-vera")
    seen = house.valise("mailings", "show", mailing, token_file=vera, json_out=True)
    f.equal([w["rule"] for w in seen["waves"]], [None, "language=fr"], "the rules that she sees")
    f.says(house.valise("mailings", "manifest", mailing, token_file=vera, status=4), "not for volunteers")
    house.valise("mailings", "create", "--document", document, "--list", "seen", "--wording", "pre-report", "--wave",
                 "list=canary", token_file=vera, status=1)


def cut_off(house, tokens):
    if not house.call("GET", "/status")["test_hooks"]:
        return
    f.step("a wave whose opening a kill cut off goes on at the next start, each letter once")
    f.import_text(house, f.many(30, domain="cut.example", prefix="K"), "cut")
    document = f.add_document(house, "pre-report", "Pré-rapport", token_file=tokens["olga"])
    house.valise("lists", "create", "first")
    house.valise("lists", "add", "first", "K-1")
    mailing = f.draft(house, document, "cut", "pre-report", "--wave", "list=first", token_file=tokens["olga"])
    f.submit(house, mailing, token_file=tokens["olga"])
    house.valise("mailings", "release", mailing, token_file=tokens["olga"])
    f.equal(house.wait_quiet(mailing)["waiting"], 29, "letters that wait")
    house.stop()
    log = os.path.join(house.folder, "passages")
    house.start(VALISE_CRASH_LOG=log)
    house.stop()
    with open(log, encoding="ascii") as file:
        passages = len(file.readlines())
    for more in (0, 2, 3, 5, 7, 10):
        house.start(wait=False, VALISE_CRASH_AT=str(passages + more))
        f.wait_for(house.answers_or_ended, 60, "valised answers, or is killed")
        with contextlib.suppress(OSError, http.client.HTTPException, ValueError, f.Refused):
            house.call("POST", f"/mailings/{mailing}/release", {"wave": 2})
        with contextlib.suppress(subprocess.TimeoutExpired):
            house.process.wait(2)
        house.kill()
    house.start()
    house.valise("mailings", "release", mailing, "--wave", "2", token_file=tokens["olga"])
    counts = house.wait_quiet(mailing)["counts"]
    f.equal(counts.get("relayed", 0) + counts.get("in-doubt", 0), 30, f"letters with a fate after the kills, {counts}")
    boxes = [box for box in recipients(house) if box.endswith("@cut.example")]
    f.equal(len(boxes), len(set(boxes)), "letters, and mailboxes")
    f.expect(len(boxes) >= counts["relayed"], f"{len(boxes)} letters are there, {counts}")


def day(after, hour):
    return f"{f.TODAY + f.datetime.timedelta(days=after)}T{hour}"


def timed(house, tokens):
    f.step("a wave with a time of its own goes by itself, after the one before it")
    document = f.add_document(house, "pre-report", "Pré-rapport", token_file=tokens["olga"])
    house.valise("clock", "set", day(1, "10:00"))
    mailing = f.draft(house, document, "forum", "pre-report", "--at", day(2, "10:00"), "--wave", "list=canary", "--wave",
                      "kind=office@" + day(3, "10:00"), token_file=tokens["olga"])
    approve(house, mailing, tokens)
    house.valise("mailings", "release", mailing, token_file=tokens["olga"])
    for when, relayed, next_wave in ((day(2, "09:59"), 0, None), (day(2, "10:01"), 1, None), (day(3, "10:01"), 2, 3)):
        house.valise("clock", "set", when)
        f.wait_for(lambda n=relayed: f.mailing_now(house, mailing)["counts"].get("relayed", 0) == n, 30, f"{relayed} at {when}")
        f.equal(f.mailing_now(house, mailing)["next_wave"], next_wave, f"what waits for a person at {when}")
    f.step("pausing stops every wave; the last one goes when a person says so, also over a restart")
    house.valise("mailings", "pause", mailing, token_file=tokens["olga"])
    f.says(house.valise("mailings", "release", mailing, "--wave", "3", token_file=tokens["olga"], status=1), "is paused")
    house.valise("mailings", "resume", mailing, token_file=tokens["olga"])
    f.equal(house.stop(), 0, "exit status of the stop")
    house.start()
    house.valise("mailings", "release", mailing, "--wave", "3", token_file=tokens["olga"])
    now = house.wait_quiet(mailing)
    f.equal((now["state"], now["counts"]), ("sent", {"relayed": 5}), "at the end")
    house.valise("log", "verify")


def late(house):
    f.step("who registers late gets the pre-report once, however often the timer fires, and under whatever name")
    document = f.add_document(house, "pre-report", "Pré-rapport")
    f.import_text(house, f.many(5), "late")
    first = f.draft(house, document, "late", "pre-report")
    f.says(house.valise("mailings", "supplement", first, status=1), "follows a mailing that was released")
    f.submit(house, first)
    house.valise("mailings", "release", first)
    house.wait_quiet(first)
    f.equal(house.valise("mailings", "supplement", first, "--release"), "", "what is said when nobody is new")
    f.equal(house.valise("mailings", "supplement", first, json_out=True)["id"], None, "its id")
    # Two are new; one more has another identifier but a mailbox that had it, in other letters.
    f.import_text(house, f.many(2, domain="late.example", prefix="L"), "late")
    f.import_text(house, "Type;Identifiant;Prénom;Nom;Genre;Pays;Langue;Courriel\n"
                         "personne;TWIN;Ada;Norvane;F;FR;fr;ADA1@many.example\n", "late")
    supplement = house.valise("mailings", "supplement", first, "--release").strip()
    now = house.wait_quiet(supplement)
    f.equal((now["supplements"], now["state"], now["counts"]), (first, "sent", {"relayed": 2}), "the supplement")
    reasons = {line["reason"] for line in now["roll"]["excluded"]}
    f.equal((len(now["roll"]["excluded"]), reasons), (6, {"had-before"}), "who is not on it, and why")
    f.expect(f"supplements {first}\n" in house.valise("mailings", "manifest", supplement), "the manifest names its mailing")
    for _ in range(3):
        f.equal(house.valise("mailings", "supplement", first, "--release"), "", "a further night")
        f.equal(house.valise("mailings", "supplement", supplement, "--release"), "", "a supplement of the supplement")
    f.step("a supplement that nobody released takes in who came since, and is made once")
    f.import_text(house, f.many(1, domain="later.example", prefix="M"), "late")
    draft = house.valise("mailings", "supplement", first).strip()
    f.import_text(house, f.many(2, domain="later.example", prefix="M"), "late")
    f.equal(house.valise("mailings", "supplement", first).strip(), draft, "the second night's")
    f.equal(f.mailing_now(house, draft)["roll"]["included"], 2, "how many are on it")
    f.submit(house, draft)
    f.import_text(house, f.many(3, domain="later.example", prefix="M"), "late")
    f.equal(house.valise("mailings", "supplement", first, "--release").strip(), draft, "the third night's")
    house.wait_quiet(draft)
    last = house.valise("mailings", "supplement", first, "--release").strip()
    f.equal(house.wait_quiet(last)["counts"], {"relayed": 1}, "the fourth night's")
    boxes = [box.lower() for box in recipients(house) if box not in (*PERSONS, OFFICE_XA, OFFICE_XI)]
    f.equal(len([box for box in boxes if not box.endswith("@cut.example")]), 5 + 2 + 2 + 1, "letters")
    f.equal(len(boxes), len(set(boxes)), "nobody got it twice")


def held_office(house, tokens):
    f.step("an office that was held goes with a supplement once its holder is known, and its held delivery is cancelled")
    stale = f.OFFICES.replace(str(f.TODAY), "2020-01-01")
    f.import_text(house, stale.replace("O-XA", "S-XA").replace("O-XI", "S-XI").replace("presidenc", "chancel"), "stale")
    document = f.add_document(house, "synthesis", "Synthèse", token_file=tokens["olga"])
    mailing = f.draft(house, document, "stale", "synthesis", token_file=tokens["olga"])
    approve(house, mailing, tokens)
    house.valise("mailings", "release", mailing, token_file=tokens["olga"])
    f.equal(house.wait_quiet(mailing)["counts"], {"held": 2}, "held for stale holders")
    f.equal(house.valise("mailings", "supplement", mailing, token_file=tokens["olga"]), "", "as long as both are stale")
    f.import_text(house, f.OFFICES.replace("O-XA", "S-XA").replace("O-XI", "S-XI").replace("presidenc", "chancel"), "stale")
    supplement = house.valise("mailings", "supplement", mailing, "--release", token_file=tokens["olga"]).strip()
    f.equal(f.mailing_now(house, supplement)["state"], "submitted", "what goes to offices waits for the second person")
    digest = f.mailing_now(house, supplement)["digest"]
    house.valise("mailings", "approve", supplement, "--digest", digest, token_file=tokens["boris"])
    house.valise("mailings", "release", supplement, token_file=tokens["olga"])
    f.equal(house.wait_quiet(supplement)["counts"], {"relayed": 2}, "the supplement")
    f.equal(f.mailing_now(house, mailing)["counts"], {"cancelled": 2}, "the mailing before")


def main():
    with f.House() as house:
        house.start()
        tokens = people(house)
        wrong_file(house, tokens)
        hidden_rules(house, tokens)
        cut_off(house, tokens)
        late(house)
        held_office(house, tokens)
        house.valise("log", "verify")
    with f.House(config_more=REHEARSAL) as house:
        house.start()
        timed(house, people(house))
    print("well")


if __name__ == "__main__":
    main()
