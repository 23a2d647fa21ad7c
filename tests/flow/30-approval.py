#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Four eyes: who may approve, what an approval covers, what ends it, and what holds one addressee alone"""
import hashlib
import os
import shutil
import signal

from flow_setup import (ATTENDEES, OFFICES, SOURCE, TODAY, House, add_document, deliveries, draft, equal, expect, import_text,
                        mailing_now, maildir, refused, says, step, submit, token_of, wait_for)

MORE_OFFICES = f"""Type;Identifiant;Prénom;Nom;Genre;Fonction;Type de fonction;Pays;Langue;Courriel;Motif;Zone du motif;Preuve du motif;Date du motif;Début du mandat;Vérifié le
fonction;O-XG;Radomir;Velčakov;M;Présidence;president;XG;en;office@gorania.example;approval-expressed;XG;joint declaration;2025-11-12;2024-03-17;{TODAY}
fonction;O-XH;Idris;Hamzouri;M;Présidence;president;XH;fr;palais@hamzour.example;sse-promotion;XH;plan national;2025-01-01;2024-08-11;{TODAY}
""".replace("č", "c")


class Forum:
    """A house with its own copy of the templates, four users, two lists and two documents."""

    def __init__(self, house):
        self.house = house
        self.templates = os.path.join(house.folder, "templates")
        shutil.copytree(os.path.join(SOURCE, "templates"), self.templates)
        os.makedirs(house.config + ".d")
        self.overlay("[valise]\ntemplates = " + self.templates + "\n")
        house.start()
        self.olga = house.user("olga", "organiser")
        self.boris = house.user("boris", "approver")
        self.anna = house.user("anna", "organiser", "approver")
        self.vera = house.user("vera", "volunteer")
        import_text(house, ATTENDEES, "attendees")
        import_text(house, OFFICES, "offices")
        self.synthesis = add_document(house, "synthesis", "Synthèse", self.olga)

    def overlay(self, text, name="10-flow.conf"):
        with open(os.path.join(self.house.config + ".d", name), "w", encoding="utf-8") as file:
            file.write(text)

    def approved(self, list_name="offices"):
        mailing = draft(self.house, self.synthesis, list_name, "synthesis", token_file=self.olga)
        digest = submit(self.house, mailing, self.olga)
        self.house.valise("mailings", "approve", mailing, "--digest", digest, token_file=self.boris)
        return mailing

    def voided(self, mailing, *parts):
        """Its release is refused because it is no longer what was approved; the journal says so too."""
        told = refused(409, lambda: self.house.call("POST", f"/mailings/{mailing}/release"), "no longer what was approved", *parts)
        now = mailing_now(self.house, mailing)
        equal((now["state"], now["approvals"]), ("draft", []), f"{mailing} after: {told}")
        entries = self.house.call("GET", f"/log?mailing={mailing}&kind=approval-voided")["items"]
        equal(len(entries), 1, "entries about the voided approval")
        says(entries[0]["text"], *parts)
        equal(deliveries(self.house, mailing), [], "deliveries of a mailing that must not leave")


def who_may(forum):
    house = forum.house
    step("only an approver who is neither author nor submitter approves, under the right digest")
    mailing = draft(house, forum.synthesis, "offices", "synthesis", token_file=forum.anna)
    refused(409, lambda: house.call("POST", f"/mailings/{mailing}/approve", {"digest": "0" * 64}, token_of(forum.boris)), "draft")
    digest = submit(house, mailing, forum.anna)
    says(house.valise("mailings", "approve", mailing, "--digest", digest, token_file=forum.anna, status=4), "written by anna",
         "another approver")
    says(house.valise("mailings", "approve", mailing, "--digest", digest, token_file=forum.olga, status=4), "approver")
    says(house.valise("mailings", "approve", mailing, "--digest", digest, status=4), "approver")  # root is an admin
    says(house.valise("mailings", "approve", mailing, "--digest", digest, token_file=forum.vera, status=4), "approver")
    refused(404, lambda: house.call("GET", f"/mailings/{mailing}", token=token_of(forum.vera)), mailing)
    wrong = hashlib.sha256(b"another").hexdigest()
    says(house.valise("mailings", "approve", mailing, "--digest", wrong, token_file=forum.boris, status=1), digest)
    says(house.valise("mailings", "approve", mailing, "--digest", "abc", token_file=forum.boris, status=2), "digest")
    says(house.valise("mailings", "release", mailing, token_file=forum.anna, status=1), "second person")
    equal(mailing_now(house, mailing)["state"], "submitted", "the state after all of this")

    step("who submitted another's draft cannot approve it either")
    other = draft(house, forum.synthesis, "offices", "synthesis", token_file=forum.olga)
    says(house.valise("mailings", "approve", other, "--digest", submit(house, other, forum.anna), token_file=forum.anna,
                      status=4), "submitted by anna")

    step("the digest is shown and is that of the manifest; the approval is shown with it")
    equal(mailing_now(house, mailing)["digest"], digest, "the digest shown")
    says(house.valise("mailings", "show", mailing), digest)
    text = house.valise("mailings", "manifest", mailing, token_file=forum.boris)
    equal(hashlib.sha256(text.encode()).hexdigest(), digest, "the digest of the manifest as printed")
    says(text, "addressees included=2 held=0 excluded=0", f"document {forum.synthesis} synthesis", "wording fr synthesis",
         "relay 1 main maildir:", "journal ", "root ")
    house.valise("mailings", "approve", mailing, "--digest", digest, token_file=forum.boris)
    says(house.valise("mailings", "show", mailing), "boris", digest)

    step("an approver may still reject it, with a reason; then nothing of it can leave")
    says(house.valise("mailings", "reject", mailing, token_file=forum.boris, status=2), "--reason")
    house.valise("mailings", "reject", mailing, "--reason", "the date is wrong", token_file=forum.boris)
    now = mailing_now(house, mailing)
    equal((now["state"], now["reason"]), ("rejected", "the date is wrong"), "the rejected mailing")
    says(house.valise("mailings", "release", mailing, token_file=forum.anna, status=1), "rejected")
    house.valise("mailings", "set", mailing, "--acknowledgement", "required", token_file=forum.anna)
    equal(mailing_now(house, mailing)["state"], "draft", "the state after it was mended")


def what_ends_it(forum):
    house = forum.house
    step("a changed word ends an approval, and the refusal names the line")
    mailing = forum.approved()
    wording = os.path.join(forum.templates, "wording", "synthesis", "fr.md")
    with open(wording, encoding="utf-8") as file:
        original = file.read()
    with open(wording, "w", encoding="utf-8") as file:
        file.write(original.replace("J'ai l'honneur", "J'ai le plaisir"))
    house.process.send_signal(signal.SIGHUP)
    wait_for(lambda: "plaisir" in house.call("GET", "/templates/synthesis?language=fr")["text"], 10, "the new wording is known")
    forum.voided(mailing, "wording fr synthesis")
    digest = submit(house, mailing, forum.olga)
    with open(wording, "w", encoding="utf-8") as file:
        file.write(original)
    house.process.send_signal(signal.SIGHUP)
    wait_for(lambda: "plaisir" not in house.call("GET", "/templates/synthesis?language=fr")["text"], 10, "the old one is back")
    refused(409, lambda: house.call("POST", f"/mailings/{mailing}/approve", {"digest": digest}, token_of(forum.boris)), "wording fr")

    step("a changed file of a document ends it")
    mailing = forum.approved()
    version = next(v for v in house.call("GET", f"/documents/{forum.synthesis}")["versions"] if v["language"] == "fr")
    path = os.path.join(house.state, "documents", version["sha256"])
    with open(path, "rb") as file:
        data = file.read()
    os.chmod(path, 0o600)
    with open(path, "r+b") as file:
        file.seek(len(data) // 2)
        file.write(b"!")
    forum.voided(mailing, forum.synthesis)
    with open(path, "wb") as file:
        file.write(data)

    step("another list, another roll, another value end it")
    for change in (["--list", "attendees,offices"], ["--not-after", "2031-01-01T00:00:00Z"], ["--value", "forum=Essai"]):
        mailing = forum.approved()
        house.valise("mailings", "set", mailing, *change, token_file=forum.olga)
        now = mailing_now(house, mailing)
        equal((now["state"], now["approvals"]), ("draft", []), f"the state after {change}")
        says(house.valise("mailings", "release", mailing, token_file=forum.olga, status=1), "draft")
    mailing = forum.approved()
    says(house.valise("mailings", "roll", mailing, token_file=forum.olga, status=1), "approved", "draft")

    step("another relay ends it")
    forum.overlay('[relay "main"]\nurl = maildir:elsewhere\n', "20-relay.conf")
    equal(house.stop(), 0, "the exit status of an orderly stop")
    house.start()
    forum.voided(mailing, "relay 1 main")
    os.unlink(os.path.join(house.config + ".d", "20-relay.conf"))
    equal(house.stop(), 0, "the exit status of an orderly stop")
    house.start()


def one_alone(forum):
    house = forum.house
    step("a holder, a channel, a ground that changed since holds that addressee alone")
    import_text(house, MORE_OFFICES, "offices")
    mailing = forum.approved()
    successor = house.valise("contacts", "add", "kind=person", "given_name=Noor", "family_name=Tarvane", "gender=f").strip()
    house.valise("contacts", "tenure", "O-XA", "--person", successor, "--from", str(TODAY))
    channel = house.call("GET", "/contacts/O-XI")["channels"][0]["id"]
    house.valise("contacts", "channel", "O-XI", "set", channel, "--address", "novo@presidencia.example")
    house.valise("contacts", "ground", "O-XG", "--kind", "sse-promotion", "--area", "XG", "--evidence", "a law", "--date", "2026-01-02")
    house.valise("mailings", "release", mailing, token_file=forum.olga)
    house.valise("mailings", "watch", mailing, token_file=forum.olga, status=1)
    names = {house.call("GET", f"/contacts/{name}")["id"]: name for name in ("O-XA", "O-XI", "O-XG", "O-XH")}
    found = {names[d["contact"]]: (d["state"], d["reason"]) for d in deliveries(house, mailing)}
    equal(found, {"O-XA": ("held", "holder-changed"), "O-XI": ("held", "channel-changed"), "O-XG": ("held", "ground-changed"),
                  "O-XH": ("relayed", None)}, "what became of the four")
    equal([mail.recipient() for mail in maildir(house.maildir)], ["palais@hamzour.example"], "who got it")
    held = next(d["id"] for d in deliveries(house, mailing) if names[d["contact"]] == "O-XA")
    says(house.valise("deliveries", "settle", held, "--as", "resend", "--reason", "x", status=1), "holder-changed", "new mailing")


def who_needs_none(forum):
    house = forum.house
    step("attendees alone need no approval; a volunteer may release them, and nothing else")
    document = add_document(house, "pre-report", "Rapport", forum.olga)
    mailing = draft(house, document, "attendees", "pre-report", token_file=forum.vera)
    submit(house, mailing, forum.vera)
    expect(not mailing_now(house, mailing)["restricted"], "attendees alone are restricted")
    house.valise("mailings", "release", mailing, token_file=forum.vera)
    says(house.valise("mailings", "watch", mailing, token_file=forum.vera), "relayed 3")

    step("an attendee who shares an office's address, or holds an office, does need one")
    for name, address in (("shared", "courrier@presidence.example"), ("own", "courrier@PRESIDENCE.example")):
        house.valise("contacts", "add", "kind=person", "family_name=Secretary", f"email={address}", "language=fr",
                     f"lists={name}", f"id=S-{name}")
        mailing = draft(house, document, name, "pre-report", token_file=forum.olga)
        expect(mailing_now(house, mailing)["restricted"], f"{address} is not restricted")
        submit(house, mailing, forum.olga)
        says(house.valise("mailings", "release", mailing, token_file=forum.olga, status=1), "second person")
    holder = house.call("GET", "/contacts/O-XI")["holder"]["id"]
    house.valise("contacts", "set", holder, "email=filipa.private@flow.example", "language=pt")
    house.valise("lists", "create", "holders")
    house.valise("lists", "add", "holders", holder)
    mailing = draft(house, document, "holders", "pre-report", token_file=forum.olga)
    expect(mailing_now(house, mailing)["restricted"], "the holder of an office is not restricted")

    step("a volunteer's roll leaves them out, without a word about the office")
    house.valise("lists", "add", "attendees", "S-shared")
    mailing = draft(house, document, "attendees", "pre-report", token_file=forum.vera)
    roll = house.call("GET", f"/mailings/{mailing}", token=token_of(forum.vera))["roll"]
    equal(roll["included"], 3, "a volunteer's roll")
    submit(house, mailing, forum.vera)
    house.valise("mailings", "release", mailing, token_file=forum.vera)
    house.wait_quiet(mailing)
    equal(mailing_now(house, mailing)["counts"].get("relayed"), 3, "what left for a volunteer")


def override(forum):
    house = forum.house
    step("without a ground nobody is written to, but by the Board's written reason for one mailing")
    house.valise("contacts", "add", "kind=organisation", "id=O-NO", "organisation=Union of Examples", "email=union@flow.example",
                 "language=en", "lists=overridden")
    mailing = draft(house, forum.synthesis, "overridden", "synthesis", token_file=forum.olga)
    equal(mailing_now(house, mailing)["roll"]["excluded"][0]["reason"], "no-ground", "why it is excluded")
    says(house.valise("mailings", "submit", mailing, token_file=forum.olga, status=1), "excluded")
    says(house.valise("contacts", "override", "O-NO", "--mailing", mailing, "--reason", "x", token_file=forum.olga, status=4),
         "approver")
    house.valise("contacts", "override", "O-NO", "--mailing", mailing, "--reason", "decision 7 of the Board",
                 token_file=forum.boris)
    house.valise("mailings", "roll", mailing, token_file=forum.olga)
    equal(mailing_now(house, mailing)["roll"]["included"], 1, "included by the Board's reason")
    says(house.valise("log", "list", "--kind", "override-added"), "boris", "decision 7 of the Board")


def main():
    with House() as house:
        forum = Forum(house)
        who_may(forum)
        what_ends_it(forum)
        one_alone(forum)
        who_needs_none(forum)
        override(forum)
        expect(house.call("GET", "/log/verify")["verified"], "the journal does not verify")
        equal(house.stop(), 0, "the exit status at the end")


main()
