#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Several contacts behind one mailbox: named in roll and preview, chosen by the organiser, approved as chosen"""
from flow_setup import (TODAY, House, add_document, check_form, deliveries, draft, equal, expect, import_text, mailing_now,
                        maildir, refused, says, step, submit)
import oracle

SHARED = f"""Type;Identifiant;Prénom;Nom;Genre;Fonction;Type de fonction;Pays;Langue;Courriel;Motif;Zone du motif;Preuve du motif;Date du motif;Début du mandat;Vérifié le
fonction;S-1;Talen;Vascourt;M;Présidence;president;XA;fr;cabinet@arvanie.example;approval-expressed;XA;lettre;2026-03-03;2024-05-14;{TODAY}
fonction;S-2;Maude;Orlence;F;Primature;prime_minister;XA;fr;cabinet@ARVANIE.example;sse-promotion;XA;loi;2025-05-08;2024-05-20;{TODAY}
fonction;S-3;Idris;Salvan;M;Ambassade;ambassador;XA;fr;cabinet@arvanie.example;sse-promotion;XA;loi;2025-05-08;2024-05-20;{TODAY}
fonction;S-4;Filipa;Noronhal;F;Presidência;president;XI;pt;gabinete@isoara.example;sse-promotion;XI;lei;2025-05-08;2024-05-20;{TODAY}
"""
PERSONS = """Type;Identifiant;Prénom;Nom;Genre;Pays;Langue;Courriel
personne;P-1;Aline;Borvane;F;France;fr;equipe@coop.example
personne;P-2;Bruno;Castelan;M;France;fr;equipe@coop.example
personne;P-3;Clara;Dornel;F;France;fr;clara@coop.example
"""
BOX = "cabinet@arvanie.example"


def names(house):
    return {c["id"]: c["external_id"] for c in house.call("GET", "/contacts?limit=1000")["items"]}


def lines(house, mailing):
    known = names(house)
    return {known[line["contact"]]: line for line in house.call("GET", f"/mailings/{mailing}/roll")["items"]}


def states(house, mailing):
    return {name: (line["state"], line["reason"]) for name, line in lines(house, mailing).items()}


def persons(house):
    step("two persons: the first is written to, the second excluded, and each is told with whom")
    import_text(house, PERSONS, "persons")
    document = add_document(house, "pre-report", "Rapport")
    mailing = draft(house, document, "persons", "pre-report")
    equal(states(house, mailing), {"P-1": ("included", None), "P-2": ("excluded", "same-mailbox"), "P-3": ("included", None)},
          "the roll")
    (excluded,) = mailing_now(house, mailing)["roll"]["excluded"]
    equal([w["name"] for w in excluded["with"]], [lines(house, mailing)["P-1"]["name"]], "with")
    says(house.valise("mailings", "show", mailing), "same-mailbox, with", "Borvane")

    step("the organiser may choose there as well")
    contact = {v: k for k, v in names(house).items()}["P-2"]
    house.valise("mailings", "mailbox", mailing, "equipe@COOP.example", "--choose", "one", "--contact", "P-2")
    equal(states(house, mailing)["P-1"], ("excluded", "same-mailbox"), "the first")
    equal(states(house, mailing)["P-2"], ("included", None), "the second")
    (shared,) = house.call("GET", f"/mailings/{mailing}/mailboxes")["items"]
    equal((shared["choice"], shared["contact"], len(shared["contacts"])), ("one", contact, 2), "the mailbox")
    house.valise("mailings", "mailbox", mailing, "equipe@coop.example", "--choose", "rule")
    equal(states(house, mailing)["P-1"], ("included", None), "the first by the rule again")
    refused(409, lambda: house.call("PUT", f"/mailings/{mailing}/mailboxes", {"address": "clara@coop.example", "choose": "each"}),
            "no two")
    refused(400, lambda: house.call("PUT", f"/mailings/{mailing}/mailboxes", {"address": "equipe@coop.example", "choose": "one"}),
            "contact")
    refused(409, lambda: house.call("PUT", f"/mailings/{mailing}/mailboxes",
                                    {"address": "equipe@coop.example", "choose": "one", "contact": "P-3"}), "not among")


def offices(house, organiser, approver, volunteer):
    step("offices: all are held until somebody chooses, and the pairs are named")
    import_text(house, SHARED, "offices")
    document = add_document(house, "synthesis", "Synthèse", token_file=organiser)
    mailing = draft(house, document, "offices", "synthesis", token_file=organiser)
    held = ("held", "same-mailbox")
    equal(states(house, mailing), {"S-1": held, "S-2": held, "S-3": held, "S-4": ("included", None)}, "the roll")
    for line in mailing_now(house, mailing)["roll"]["held_items"]:
        equal(len(line["with"]), 2, f"others beside {line['name']}")
    preview = house.call("GET", f"/mailings/{mailing}/preview?contact=S-1")
    equal(len(preview["with"]), 2, "others in the preview")
    says(house.valise("mailings", "mailbox", mailing), BOX, "rule", "Primature")
    house.valise("mailings", "mailbox", mailing, BOX, "--choose", "each", status=4, token_file=approver)
    says(house.valise("mailings", "mailbox", mailing, status=1, token_file=volunteer), "no such mailing")

    step("each: all are included; one: the others are excluded")
    house.valise("mailings", "mailbox", mailing, BOX, "--choose", "each", token_file=organiser)
    equal([s[0] for s in states(house, mailing).values()], ["included"] * 4, "each")
    house.valise("mailings", "mailbox", mailing, BOX, "--choose", "one", "--contact", "S-2", token_file=organiser)
    out = ("excluded", "same-mailbox")
    equal(states(house, mailing), {"S-1": out, "S-2": ("included", None), "S-3": out, "S-4": ("included", None)}, "one")
    says(house.valise("mailings", "manifest", mailing, status=1), "no manifest")
    digest = submit(house, mailing, token_file=organiser)
    says(house.valise("mailings", "manifest", mailing), f"mailbox {BOX} one C-")
    house.valise("mailings", "approve", mailing, "--digest", digest, token_file=approver)

    step("another choice voids the approval; a covering note names them all")
    house.valise("mailings", "mailbox", mailing, BOX, "--choose", "covering-note", token_file=organiser)
    now = mailing_now(house, mailing)
    equal((now["state"], now["approvals"]), ("draft", []), "the mailing")
    expect(house.call("GET", f"/log?mailing={mailing}&kind=approval-voided")["items"], "the voided approval is not in the journal")
    covered = ("excluded", "covered")
    equal(states(house, mailing), {"S-1": ("included", None), "S-2": covered, "S-3": covered, "S-4": ("included", None)}, "note")
    found = lines(house, mailing)
    equal(len(found["S-1"]["offices"]), 3, "offices that the note names")
    equal(len(found["S-2"]["with"]), 2, "others beside one that is covered")
    says(house.valise("mailings", "preview", mailing, "--contact", "S-1"), *found["S-1"]["offices"])
    expect("Monsieur le Président" not in house.call("GET", f"/mailings/{mailing}/preview?contact=S-1")["text"],
           "the note is addressed to one of them")
    digest = submit(house, mailing, token_file=organiser)
    text = house.valise("mailings", "manifest", mailing)
    says(text, "covering-note", f"mailbox {BOX} covering-note")
    house.valise("mailings", "approve", mailing, "--digest", digest, token_file=approver)
    house.valise("mailings", "release", mailing, token_file=organiser)
    house.wait_quiet(mailing)
    equal(mailing_now(house, mailing)["counts"], {"relayed": 2}, "counts")
    mails = {mail.recipient(): mail for mail in maildir(house.maildir)}
    note = mails[BOX]
    check_form(note)
    says(" ".join(note.text().split()), *found["S-1"]["offices"])
    equal(str(note.message["To"]), BOX, "the note's recipient")
    equal([name for name, _, _ in note.attachments()], ["synthesis.fr.pdf"], "attachments of the note")
    expect("Excelentíssima" in mails["gabinete@isoara.example"].text(), "the other letter is a note too")
    equal(len(deliveries(house, mailing)), 2, "deliveries")
    refused(409, lambda: house.call("PUT", f"/mailings/{mailing}/mailboxes", {"address": BOX, "choose": "each"}), "cannot be changed")


def chosen_then_moved(house, organiser):
    step("who was chosen and moved away leaves the others held, with the remedy")
    document = house.call("GET", "/documents")["items"][1]["id"]
    mailing = draft(house, document, "offices", "synthesis", token_file=organiser)
    house.valise("mailings", "mailbox", mailing, BOX, "--choose", "one", "--contact", "S-2", token_file=organiser)
    channel = house.call("GET", "/contacts/S-2")["channels"][0]["id"]
    house.call("PUT", f"/contacts/S-2/channels/{channel}", {"address": "primature@arvanie.example"})
    house.valise("mailings", "roll", mailing, token_file=organiser)
    equal(states(house, mailing)["S-1"], ("held", "same-mailbox"), "one that shares")
    equal(states(house, mailing)["S-2"], ("included", None), "the one that moved")
    says(lines(house, mailing)["S-3"]["detail"], "choose again")


def main():
    with House() as house:
        house.start()
        organiser, approver = house.user("olga", "organiser"), house.user("boris", "approver")
        volunteer = house.user("vera", "volunteer")
        persons(house)
        offices(house, organiser, approver, volunteer)
        chosen_then_moved(house, organiser)
        equal(oracle.check(house, [oracle.copy_of(mail.data) for mail in maildir(house.maildir)]), [], "broken invariants")
    step("done")


if __name__ == "__main__":
    main()
