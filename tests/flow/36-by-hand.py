#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Offices without a mail route: to-dos with their words and documents, labels, and the proof that they were carried"""
import csv
import datetime
import hashlib
import io
import os
import shutil
import subprocess

from flow_setup import (TODAY, House, add_document, deliveries, draft, equal, expect, flat, import_text, mailing_now, maildir,
                        pdf_of, refused, says, step, submit, wait_for)
import oracle

OFFICES = f"""Type;Identifiant;Prénom;Nom;Genre;Fonction;Type de fonction;Pays;Langue;Courriel;Motif;Zone du motif;Preuve du motif;Date du motif;Début du mandat;Vérifié le;Adresse postale;Téléphone
fonction;H-MAIL;Talen;Vascourt;M;Présidence;president;XA;fr;courrier@presidence.example;approval-expressed;XA;lettre;2026-03-03;2024-05-14;{TODAY};"Palais
Arvane";
fonction;H-POST;Filipa;Noronhal;F;Presidência;president;XI;pt;;sse-promotion;XI;lei;2025-05-08;2024-05-20;{TODAY};"=Praça do Exemplo
Isoara";
fonction;H-FORM;Maude;Orlence;F;Primature;prime_minister;XA;fr;;sse-promotion;XA;loi;2025-05-08;2024-05-20;{TODAY};;
fonction;H-GONE;Amaury;Dornel;M;Cabinet;prince;XD;fr;;sse-promotion;XD;loi;2025-05-08;2024-05-20;{TODAY};"1 rue de l'Exemple
Dornelle";
fonction;H-NONE;Idris;Salvan;M;Palais;sultan;XH;fr;;sse-promotion;XH;loi;2025-05-08;2024-05-20;{TODAY};;
personne;P-POST;Aline;Borvane;F;;;France;fr;;;;;;;;"1 rue de l'Exemple
Exempleville";01 99 00 00 01
"""


def by_contact(house, mailing):
    names = {c["id"]: c.get("external_id") for c in house.call("GET", "/contacts?limit=1000")["items"]}
    return {names[d["contact"]]: d for d in deliveries(house, mailing)}


def prepare(house, organiser):
    import_text(house, OFFICES, "offices")
    house.call("POST", "/contacts/H-FORM/channels", {"kind": "web-form", "address": "https://primature.example/contact"})
    document = add_document(house, "synthesis", "Synthèse", token_file=organiser)
    mailing = draft(house, document, "offices", "synthesis", token_file=organiser)
    return mailing


def approve(house, mailing, organiser, approver):
    digest = submit(house, mailing, token_file=organiser)
    house.valise("mailings", "approve", mailing, "--digest", digest, token_file=approver)


def roll(house, mailing):
    step("the roll: who has a channel by hand is written to, a person without e-mail is not")
    now = mailing_now(house, mailing)
    excluded = {line["name"]: line["reason"] for line in now["roll"]["excluded"]}
    equal(sorted(excluded.values()), ["no-ground", "no-route"], f"reasons of {excluded}")
    lines = house.call("GET", f"/mailings/{mailing}/roll?state=included")["items"]
    kinds = sorted(line["routes"][0]["kind"] for line in lines)
    equal(kinds, ["email", "post", "post", "web-form"], "first routes")
    says(house.valise("mailings", "preview", mailing, "--contact", "H-POST"), "Excelentíssima")
    refused(409, lambda: house.call("GET", f"/mailings/{mailing}/preview?contact=H-POST&as=eml"), "no message")
    text = house.valise("mailings", "manifest", mailing)
    says(text, "next-channel none", "variant link above=")


def to_dos(house, mailing):
    step("once the gate is open they are to-do, nothing of them was sent, and the mailing is sent")
    house.wait_quiet(mailing)
    counts = mailing_now(house, mailing)["counts"]
    equal(counts, {"relayed": 1, "to-do": 2, "held": 1}, "counts")
    equal(len(maildir(house.maildir)), 1, "messages")
    wait_for(lambda: mailing_now(house, mailing)["state"] == "sent", 20, "the mailing is sent")
    says(house.valise("mailings", "watch", mailing, status=1), "to-do 2")
    items = house.call("GET", "/deliveries?state=to-do")["items"]
    equal(sorted(d["by_hand"] for d in items), ["post", "web-form"], "to-dos")
    says(house.valise("deliveries", "list", "--state", "to-do"), "by hand: post", "by hand: web-form")
    found = by_contact(house, mailing)
    equal((found["H-GONE"]["state"], found["H-GONE"]["reason"]), ("held", "channel-changed"), "the one that moved")
    equal(found["H-MAIL"]["by_hand"], None, "one by e-mail")
    return found["H-POST"]["id"], found["H-FORM"]["id"]


def letters(house, post, form):
    step("each has its text with salutation, inside address and reference, and its document")
    shown = house.valise("deliveries", "show", post, "--text")
    says(shown, "post", "Isoara", "Excelentíssima", "M-1", "synthesis.pt.pdf")
    expect("preview" not in shown, "the tokens are those of a preview")
    folder = os.path.join(house.folder, "carry")
    house.valise("deliveries", "show", form, "--text", "--out", folder)
    with open(os.path.join(folder, "synthesis.fr.pdf"), "rb") as file:
        equal(file.read(), pdf_of("synthesis", "fr"), "the document")
    with open(os.path.join(folder, "letter.txt"), encoding="utf-8") as file:
        says(file.read(), "Madame la Première ministre", "accusé de réception")
    letter = house.call("GET", f"/deliveries/{form}/text")
    equal(letter["address"], "https://primature.example/contact", "where the form is")
    refused(404, lambda: house.call("GET", f"/deliveries/{form}/documents/{'0' * 64}"), "no document")
    refused(409, lambda: house.call("GET", "/deliveries/D-1/text"), "e-mail")

    step("labels for what is to be posted, safe in a spreadsheet")
    rows = list(csv.DictReader(io.StringIO(house.valise("deliveries", "list", "--labels").lstrip("\ufeff")), delimiter=";"))
    equal([row["delivery"] for row in rows], [post], "rows")
    equal(rows[0]["address"], "'=Praça do Exemplo\nIsoara", "the address")
    says(rows[0]["name"], "Filipa")


def on_paper(house, mailing, post, form):
    step("each office by post has a page to be printed: letterhead, address at the window, reference, the document's digest")
    folder = os.path.join(house.folder, "print")
    says(house.valise("deliveries", "letters", "--mailing", mailing, "--out", folder), "1 to be printed")
    equal(sorted(os.listdir(folder)), [f"{post}.html", "labels.csv"], "files")
    with open(os.path.join(folder, f"{post}.html"), encoding="utf-8") as file:
        page = file.read()
    says(page, 'lang="pt"', "74400 Exempleville", "Filipa", "=Praça do Exemplo<br>\nIsoara", f"{mailing} / {post}", "Excelentíssima",
         hashlib.sha256(pdf_of("synthesis", "pt")).hexdigest())
    equal((page.count("74400 Exempleville"), page.count("Filipa"), page.count("<script")), (1, 1, 0), "what stands once, or not at all")
    says(house.valise("deliveries", "letters", "--country", "XB", "--out", folder), "0 to be printed")
    refused(409, lambda: house.call("GET", "/deliveries/D-1/letter"), "e-mail")
    with open(os.path.join(house.folder, "carry", "letter.html"), encoding="utf-8") as file:
        says(file.read(), "Madame la Première ministre", f"{mailing} / {form}")
    if shutil.which("chromium") is None or shutil.which("pdfinfo") is None:
        print("no chromium or no pdfinfo: not printed")
        return
    step("it prints as one page A4")
    pdf = os.path.join(folder, "letter.pdf")
    subprocess.run(["chromium", "--headless", "--no-sandbox", "--disable-gpu", f"--user-data-dir={house.folder}/chromium",
                    "--no-pdf-header-footer", f"--print-to-pdf={pdf}", f"file://{folder}/{post}.html"], check=True, timeout=60,
                   stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    says(flat(subprocess.run(["pdfinfo", pdf], check=True, capture_output=True, text=True).stdout), "Pages: 1", "(A4)", f"Title: {post}")


def proofs(house, post, organiser, auditor):
    step("done, with a proof that is kept under its digest and can be fetched again")
    receipt = os.path.join(house.folder, "receipt.pdf")
    content = b"%PDF-1.4\nA receipt of the post.\n"
    with open(receipt, "wb") as file:
        file.write(content)
    says(house.valise("deliveries", "done", post, status=2), "--proof")
    says(house.valise("deliveries", "done", post, "--proof", receipt, "--date", "2999-01-01", status=2), "ahead")
    says(house.valise("deliveries", "done", "D-1", "--proof", receipt, status=1), "only what is to-do")
    says(house.valise("deliveries", "done", post, "--proof", receipt, token_file=auditor, status=4), "role")
    program = os.path.join(house.folder, "receipt.png")
    with open(program, "wb") as file:
        file.write(b"\x7fELF" + b"x" * 100)
    says(house.valise("deliveries", "done", post, "--proof", program, status=2), "program")
    done = house.valise("deliveries", "done", post, "--proof", receipt, "--reference", "RR 123 456 789 FR", "--date",
                        str(TODAY), json_out=True, token_file=organiser)
    digest = hashlib.sha256(content).hexdigest()
    equal((done["state"], done["proof"]["sha256"], done["proof"]["reference"], done["proof"]["by"]),
          ("done", digest, "RR 123 456 789 FR", "olga"), "what was noted")
    expect(os.path.exists(os.path.join(house.state, "proofs", digest)), "the proof is not in the state folder")
    out = os.path.join(house.folder, "again.pdf")
    house.valise("deliveries", "proof", post, "--out", out, token_file=auditor)
    with open(out, "rb") as file:
        equal(file.read(), content, "the proof fetched again")
    says(house.valise("deliveries", "done", post, "--proof", receipt, status=1), "done already")
    entry = house.call("GET", "/log?kind=delivery-done")["items"][0]
    says(str(entry), digest, "RR 123 456 789 FR")
    says(house.valise("deliveries", "show", post), "receipt.pdf", "RR 123 456 789 FR")
    os.truncate(os.path.join(house.state, "proofs", digest), 3)
    refused(409, lambda: house.call("GET", f"/deliveries/{post}/proof"), "another SHA-256")


def changed_since(house, form):
    step("a to-do whose addressee changed is not to be carried as it was approved")
    house.call("POST", "/contacts", {"kind": "person", "given_name": "Bruno", "family_name": "Castelan", "gender": "m",
                                     "country": "XA", "language": "fr", "email": "bruno@primature.example"})
    person = [c for c in house.call("GET", "/contacts?search=Castelan")["items"]][0]["id"]
    house.call("POST", "/contacts/H-FORM/tenures", {"person": person, "from": str(TODAY)})
    refused(409, lambda: house.call("GET", f"/deliveries/{form}/text"), "holder")


def given_up(house, mailing, form):
    step("a mailing with open to-dos cannot be closed; one alone is given up, with the reason")
    says(house.valise("mailings", "close", mailing, status=1), "by hand (1)", "settle --as cancelled")
    says(house.valise("deliveries", "settle", "D-1", "--as", "cancelled", "--reason", "x", status=1), "only what is held")
    house.valise("deliveries", "settle", form, "--as", "cancelled", "--reason", "the form is gone")
    equal(house.call("GET", f"/deliveries/{form}")["state"], "cancelled", "the form")
    house.valise("mailings", "close", mailing)
    equal(mailing_now(house, mailing)["state"], "closed", "the mailing")


def expiry(house, organiser, approver):
    step("a to-do expires with its mailing")
    document = house.call("GET", "/documents")["items"][0]["id"]
    house.valise("lists", "create", "posted")
    house.valise("lists", "add", "posted", "H-POST")
    soon = (datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(seconds=6)).isoformat(timespec="seconds")
    mailing = draft(house, document, "posted", "synthesis", "--not-after", soon, token_file=organiser)
    approve(house, mailing, organiser, approver)
    house.valise("mailings", "release", mailing, token_file=organiser)
    wait_for(lambda: mailing_now(house, mailing)["counts"] == {"expired": 1}, 30, "it expired")
    equal(house.call("GET", f"/log?mailing={mailing}&kind=delivery-to-do")["items"] != [], True, "it was a to-do before")


def main():
    with House() as house:
        house.start()
        organiser, approver, auditor = house.user("olga", "organiser"), house.user("boris", "approver"), house.user("ada", "auditor")
        mailing = prepare(house, organiser)
        approve(house, mailing, organiser, approver)
        roll(house, mailing)
        channel = next(c["id"] for c in house.call("GET", "/contacts/H-GONE")["channels"] if c["kind"] == "post")
        house.call("PUT", f"/contacts/H-GONE/channels/{channel}", {"address": "2 rue de l'Exemple"})
        house.valise("mailings", "release", mailing, token_file=organiser)
        post, form = to_dos(house, mailing)
        letters(house, post, form)
        on_paper(house, mailing, post, form)
        proofs(house, post, organiser, auditor)
        changed_since(house, form)
        given_up(house, mailing, form)
        expiry(house, organiser, approver)
        equal(oracle.check(house, [oracle.copy_of(mail.data) for mail in maildir(house.maildir)]), [], "broken invariants")
    step("done")


if __name__ == "__main__":
    main()
