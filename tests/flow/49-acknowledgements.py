#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""What comes back: the page that a letter links to, answers noted by hand, who is missing, reminders, and closing"""
import datetime
import hashlib
import os
import re

from flow_setup import (ATTENDEES, OFFICES, TODAY, House, Public, add_document, check_form, deliveries, draft, equal,
                        expect, flat, free_port, import_text, mailing_now, maildir, pdf_of, refused, says, step, submit,
                        wait_for)

LINK = re.compile(r"http://127\.0\.0\.1:\d+(/r/[0-9a-z]+)")
MORE = f"""Type;Identifiant;Prénom;Nom;Genre;Fonction;Type de fonction;Pays;Langue;Courriel;Motif;Zone du motif;Preuve du motif;Date du motif;Début du mandat;Vérifié le
fonction;O-XE;Maude;Orlence;F;Primature;prime_minister;XA;fr;primature@presidence.example;sse-promotion;XA;loi;2025-05-08;2024-05-20;{TODAY}
fonction;O-OLD;Amaury;Dornel;M;Présidence;president;XB;fr;ancien@presidence.example;approval-expressed;XB;lettre;2025-05-08;2013-05-20;2013-05-20
"""


def noted(house):
    return house.call("GET", "/log?kind=answer-noted&limit=1000")["items"]


def lines(house, mailing, *options):
    return {line["contact"]: line for line in
            house.valise("acknowledgements", "list", "--mailing", mailing, *options, json_out=True)["items"]}


def contacts(house):
    return {c["external_id"]: c["id"] for c in house.call("GET", "/contacts?limit=1000")["items"] if c.get("external_id")}


def approved(house, mailing, organiser, approver):
    digest = submit(house, mailing, token_file=organiser)
    house.valise("mailings", "approve", mailing, "--digest", digest, token_file=approver)
    house.valise("mailings", "release", mailing, token_file=organiser)
    house.wait_quiet(mailing)
    wait_for(lambda: mailing_now(house, mailing)["state"] == "sent", 20, "the mailing is sent")


def send(house, organiser, approver):
    import_text(house, OFFICES + "\n".join(MORE.splitlines()[1:]) + "\n", "offices")
    document = add_document(house, "synthesis", "Synthèse du forum", token_file=organiser)
    mailing = draft(house, document, "offices", "synthesis", "--acknowledgement", "required", token_file=organiser)
    preview = house.valise("mailings", "preview", mailing, "--contact", "O-XA")
    says(flat(preview), "/r/preview")
    approved(house, mailing, organiser, approver)
    return document, mailing


def links(house):
    return {mail.recipient(): LINK.search(mail.text()).group(1) for mail in maildir(house.maildir)
            if LINK.search(mail.text())}


def look_only(house, stranger, path, mailing):
    step("the letter links to a page in its language, which names no person; looking at it changes nothing")
    for mail in maildir(house.maildir):
        check_form(mail)
        expect(mail.html() is None or LINK.search(mail.html()), "the HTML of a letter links to no page")
    text = stranger.page(path)
    says(text, 'lang="fr"', "Accusé de réception", mailing, "Synthèse du forum", "J’ai reçu ce document")
    for hidden in ("Vascourt", "Talen", "courrier@", "Présidence</"):
        expect(hidden not in text, f"the page tells {hidden}")
    expect("/d/" not in text, "what is not public yet is linked")
    says(stranger.page(path + "?language=pt"), 'lang="pt"', "Recebi este documento")
    for _ in range(3):
        stranger.page(path)
        equal(stranger.ask("HEAD", path)[0], 200, "status of HEAD")
    equal(noted(house), [], "answers after looking alone")
    equal({line["state"] for line in lines(house, mailing).values()}, {"silent", "never-reached"}, "states")
    forged = path[:-1] + ("2" if path[-1] != "2" else "3")
    stranger.page(forged, 404)
    stranger.press(forged, "confirm", status=404)
    equal(stranger.ask("PUT", path, "x")[0], 405, "status of PUT")


def press(house, stranger, path, mailing, document):
    step("one press confirms; a second one is harmless; the code makes it more; a wrong code is told")
    printed = {re.search(r"Code court\W+([0-9a-f]{8}),", mail.text()).group(1) for mail in maildir(house.maildir)
               if "/r/" in mail.text() and path.rpartition("/")[2] in mail.text()}
    digest = hashlib.sha256(pdf_of("synthesis", "fr")).hexdigest()
    equal(printed, {digest[:8]}, "the short code that the letter prints")
    text = stranger.press(path, "confirm", status=422, code="00000000", office="Protocole <b>", line="שלום")
    says(text, "n’est pas celui de la lettre", "Protocole &lt;b&gt;", "שלום")
    equal(noted(house), [], "answers after a wrong code")
    says(stranger.press(path, "confirm"), "Merci : la réception est notée")
    says(stranger.press(path, "confirm"), "Merci")
    equal(len(noted(house)), 1, "entries after two presses")
    says(stranger.page(path), "Merci")
    says(stranger.press(path, "confirm", office="Service du protocole", line="Bien reçu.", code=f" {digest[:4].upper()} {digest[4:8]}"),
         "Merci")
    stranger.press(path, "confirm")
    equal(len(noted(house)), 2, "entries after the code")
    line = lines(house, mailing)[contacts(house)["O-XA"]]
    answer = line["acknowledgement"]
    equal((line["state"], answer["kind"], answer["meaning"], answer["by"], answer["by_name"], answer["note"], answer["noted_by"]),
          ("answered", "link-with-code", "receipt", "unknown", "Service du protocole", "Bien reçu.", "recipient"), "the answer")
    (delivery,) = [d for d in deliveries(house, mailing) if d["contact"] == contacts(house)["O-XA"]]
    equal((delivery["acknowledgement"]["kind"], delivery["acknowledgement"]["meaning"]), ("link-with-code", "receipt"),
          "what the delivery tells")
    says(stranger.press(path, "confirm", status=422, line="x" * 3000), "trop long")
    says(stranger.press(path, "nonsense", status=422), "noté")
    house.valise("documents", "publish", document)
    says(stranger.page(path), f"/d/{digest}/", "synthesis.fr.pdf")


def wishes(house, stranger, path, mailing):
    step("somebody who says that it went wrong makes work for a person, and changes nothing by himself")
    says(stranger.press(path, "elsewhere", where="nova@presidencia.example"), "alguém o lerá")
    line = lines(house, mailing)[contacts(house)["O-XI"]]
    equal((line["state"], line["to_do"], line["acknowledgement"]["note"]),
          ("wrong-addressee", ["correct-contact"], "write elsewhere: nova@presidencia.example"), "what it made")
    says(stranger.press(path, "stop"), "alguém o lerá")
    stranger.press(path, "stop")
    line = lines(house, mailing)[contacts(house)["O-XI"]]
    equal((line["state"], line["to_do"]), ("objected", ["settle-objection"]), "after an objection")
    shown = house.call("GET", "/contacts/O-XI")
    equal((shown["standing"], [c["address"] for c in shown["channels"]]), ("active", ["gabinete@presidencia.example"]),
          "the contact itself")
    house.valise("acknowledgements", "list", "--mailing", mailing)
    for n in range(30):
        stranger.press(path, "confirm", line=f"press {n}")
    equal(len([e for e in noted(house) if e["mailing"] == mailing]), 2 + 20, "entries of one who will not stop")


def by_hand(house, mailing, organiser, auditor):
    step("a letter is noted with its date, who wrote it and the scan; a lesser answer later takes nothing away")
    addressee = lines(house, mailing)[contacts(house)["O-XE"]]["addressee"]
    scan = os.path.join(house.folder, "letter.pdf")
    content = b"%PDF-1.4\nA scanned letter.\n"
    with open(scan, "wb") as file:
        file.write(content)
    record = lambda *more, **how: house.valise("acknowledgements", "record", addressee, *more, **how)  # noqa: E731
    says(record("--kind", "pigeon", "--meaning", "receipt", status=2), "link-with-code", "portal")
    says(record("--kind", "letter", "--meaning", "joy", status=2), "substantive")
    says(record("--kind", "letter", "--meaning", "receipt", "--date", "2999-01-01", status=2), "ahead")
    says(record("--kind", "letter", "--meaning", "receipt", status=4, token_file=auditor), "auditor")
    says(house.valise("acknowledgements", "record", "A-999", "--kind", "letter", "--meaning", "none", status=1), "no such")
    program = os.path.join(house.folder, "letter.png")
    with open(program, "wb") as file:
        file.write(b"\x7fELF" + b"x" * 100)
    says(record("--kind", "letter", "--meaning", "receipt", "--file", program, status=2), "program")
    told = record("--kind", "letter", "--meaning", "support", "--date", str(TODAY - datetime.timedelta(days=3)), "--by",
                  "private-office: Mme Elsene Varre", "--file", scan, "--note", "ref. 12/AB", json_out=True, token_file=organiser)
    (event,) = told["events"]
    digest = hashlib.sha256(content).hexdigest()
    equal((told["state"], event["by"], event["by_name"], event["file"]["sha256"], event["date"], event["noted_by"]),
          ("answered", "private-office", "Mme Elsene Varre", digest, str(TODAY - datetime.timedelta(days=3)), "olga"), "the letter")
    equal(told["to_do"], ["confirm-ground"], "support is a ground once somebody confirms it")
    record("--kind", "telephone", "--meaning", "receipt", "--by", "the secretary")
    told = house.call("GET", f"/addressees/{addressee}/acknowledgements")
    equal((told["acknowledgement"]["meaning"], len(told["events"]), told["events"][1]["by"]), ("support", 2, "other"), "what stands")
    out = os.path.join(house.folder, "again.pdf")
    house.valise("acknowledgements", "file", addressee, str(event["event"]), "--out", out, token_file=auditor)
    with open(out, "rb") as file:
        equal(file.read(), content, "the scan fetched again")
    says(house.valise("acknowledgements", "show", addressee), "letter.pdf", "private-office, Mme Elsene Varre: ref. 12/AB")
    says(str([e for e in noted(house) if e["addressee"] == addressee]), digest, "letter: support")
    house.valise("contacts", "ground", "O-XE", "--kind", "approval-expressed", "--area", "XA", "--evidence", "letter.pdf")
    equal(house.call("GET", f"/addressees/{addressee}/acknowledgements")["to_do"], [], "after the ground was noted")

    dossier = house.valise("contacts", "show", "O-XE", "--all", json_out=True)
    equal([one["kind"] for one in dossier["answers"]], ["letter", "telephone"], "answers in the dossier")

    step("what was noted by mistake is corrected by adding")
    told = record("--kind", "letter", "--meaning", "substantive", "--corrects", str(event["event"]), json_out=True)
    equal((told["acknowledgement"]["meaning"], len(told["events"]), told["events"][-1]["corrects"]),
          ("substantive", 3, event["event"]), "after the correction")
    says(record("--kind", "letter", "--meaning", "none", "--corrects", "1", status=1), "no event number 1")
    os.truncate(os.path.join(house.state, "evidence", digest), 3)
    refused(409, lambda: house.call("GET", f"/addressees/{addressee}/acknowledgements/{event['event']}/file"), "another SHA-256")


def missing(house, mailing):
    step("who is missing: never reached is told apart from silent; filters")
    ids = contacts(house)
    found = lines(house, mailing, "--missing")
    equal({c: line["state"] for c, line in found.items()}, {ids["O-OLD"]: "never-reached"}, "who is missing")
    equal(sorted(lines(house, mailing, "--kind", "letter")), [ids["O-XE"]], "answers by letter")
    equal(sorted(lines(house, mailing, "--language", "pt")), [ids["O-XI"]], "in Portuguese")
    equal(sorted(lines(house, mailing, "--country", "XB")), [ids["O-OLD"]], "of one country")
    equal(lines(house, mailing, "--days", "1"), {}, "reached more than a day ago")
    equal(len(lines(house, mailing, "--days", "0")), 3, "reached")
    counts = mailing_now(house, mailing)["acknowledgements"]
    equal((counts["answered"], counts["missing"], counts["never_reached"], counts["silent"]), (3, 1, 1, 0), f"{counts}")
    says(house.valise("acknowledgements", "list", "--mailing", mailing, "--missing"), "never-reached")
    says(house.valise("acknowledgements", "list", "--mailing", mailing, "--kind", "gossip", status=2), "gossip")


def close(house, mailing, organiser, volunteer):
    step("where answers are required the mailing is closed once each has answered, or is waived by name")
    says(house.valise("mailings", "close", mailing, status=1, token_file=organiser), "1 are missing", "waive")
    addressee = lines(house, mailing, "--missing")[contacts(house)["O-OLD"]]["addressee"]
    says(house.valise("acknowledgements", "waive", addressee, status=2), "--reason")
    says(house.valise("acknowledgements", "waive", addressee, "--reason", "x", status=4, token_file=volunteer), "role")
    house.valise("acknowledgements", "waive", addressee, "--reason", "the office was abolished", token_file=organiser)
    says(house.valise("acknowledgements", "waive", addressee, "--reason", "again", status=1), "waived before")
    line = lines(house, mailing)[contacts(house)["O-OLD"]]
    equal((line["state"], line["waiver"]["reason"], line["waiver"]["by"]), ("waived", "the office was abolished", "olga"), "the line")
    says(str(house.call("GET", "/log?kind=answer-waived")["items"]), "the office was abolished")
    house.valise("mailings", "close", mailing, token_file=organiser)
    equal(mailing_now(house, mailing)["state"], "closed", "its state")


def remind(house, stranger):
    step("those who are silent are reminded twice at most, by mailings of their own; who answers meanwhile is left out")
    import_text(house, ATTENDEES, "attendees")
    report = add_document(house, "pre-report", "Rapport préliminaire")
    plain = draft(house, report, "attendees", "pre-report")
    says(house.valise("acknowledgements", "remind", "--mailing", plain, status=1), "no answer")
    expect("/r/" not in house.valise("mailings", "preview", plain), "a letter that asks for no answer links to a page")
    mailing = draft(house, report, "attendees", "pre-report", "--acknowledgement", "requested")
    says(house.valise("acknowledgements", "remind", "--mailing", mailing, status=1), "was sent")
    submit(house, mailing)
    house.valise("mailings", "release", mailing)
    house.wait_quiet(mailing)
    pages, ids = links(house), contacts(house)
    says(stranger.press(pages["emma@flow.example"], "confirm"), "Thank you")
    first = house.valise("acknowledgements", "remind", "--mailing", mailing).strip()
    now = mailing_now(house, first)
    equal((now["reminds"], now["wording"], now["state"], now["roll"]["included"]), (mailing, "reminder-first", "draft", 2), "the reminder")
    equal([line["reason"] for line in now["roll"]["excluded"]], ["answered"], "who is left out")
    equal(house.valise("acknowledgements", "remind", "--mailing", mailing).strip(), first, "asked once more")
    submit(house, first)
    says(house.valise("mailings", "manifest", first), f"reminds {mailing}\n")
    says(stranger.press(pages["david@flow.example"], "confirm"), "Gracias")
    house.valise("mailings", "release", first)
    house.wait_quiet(first)
    equal(mailing_now(house, first)["counts"], {"relayed": 1, "cancelled": 1}, "who answered meanwhile is not reminded")
    (told,) = house.call("GET", f"/deliveries?mailing={first}&state=cancelled")["items"]
    equal((told["address"], told["reason"]), ("david@flow.example", "answered"), "which, and why")
    mails = [mail for mail in maildir(house.maildir) if mail.recipient() == "aline@flow.example"]
    expect(any(f"({mailing})" in mail["Subject"] for mail in mails), "the reminder does not quote the reference of the first")
    last = house.valise("acknowledgements", "remind", "--mailing", first).strip()
    equal((mailing_now(house, last)["wording"], mailing_now(house, last)["reminds"]), ("reminder-last", mailing), "the last")
    submit(house, last)
    house.valise("mailings", "release", last)
    house.wait_quiet(last)
    wait_for(lambda: mailing_now(house, last)["state"] == "sent", 20, "the last reminder is sent")
    says(house.valise("acknowledgements", "remind", "--mailing", mailing, status=1), "2 times")
    step("an answer to a reminder is one to the first letter")
    line = house.call("GET", f"/mailings/{last}/roll?state=included")["items"][0]
    house.valise("acknowledgements", "record", line["id"], "--kind", "reply", "--meaning", "substantive")
    equal(lines(house, mailing)[ids["A-FR"]]["acknowledgement"]["meaning"], "substantive", "the first letter's answer")
    equal(mailing_now(house, mailing)["acknowledgements"]["missing"], 0, "who is missing")


def withdrawn(house, stranger):
    step("the page of a letter whose mailing was called back says so kindly")
    report = house.call("GET", "/documents")["items"][-1]["id"]
    before = {LINK.search(mail.text()).group(1) for mail in maildir(house.maildir) if LINK.search(mail.text())}
    mailing = draft(house, report, "attendees", "pre-report", "--acknowledgement", "requested", "--wave", "language=fr",
                    "--wave", "language=en")
    submit(house, mailing)
    house.valise("mailings", "release", mailing)
    house.wait_quiet(mailing)
    (path,) = {LINK.search(mail.text()).group(1) for mail in maildir(house.maildir) if LINK.search(mail.text())} - before
    stranger.page(path)
    house.valise("mailings", "cancel", mailing, "--reason", "a mistake")
    says(stranger.page(path, 410), "Rien n’est attendu de vous")
    stranger.press(path, "confirm", status=410)
    equal(house.call("GET", f"/log?kind=answer-noted&mailing={mailing}")["items"], [], "answers to it")


def main():
    port = free_port()
    stranger = Public(port)
    with House(config_more=f"\n[http]\npublic = 127.0.0.1:{port}\nbase_url = http://127.0.0.1:{port}\n") as house:
        house.start()
        organiser, approver = house.user("olga", "organiser"), house.user("boris", "approver")
        auditor, volunteer = house.user("ada", "auditor"), house.user("vera", "volunteer")
        document, mailing = send(house, organiser, approver)
        pages = links(house)
        look_only(house, stranger, pages["courrier@presidence.example"], mailing)
        press(house, stranger, pages["courrier@presidence.example"], mailing, document)
        wishes(house, stranger, pages["gabinete@presidencia.example"], mailing)
        by_hand(house, mailing, organiser, auditor)
        missing(house, mailing)
        close(house, mailing, organiser, volunteer)
        remind(house, stranger)
        withdrawn(house, stranger)
        expect("@" not in house.log_text() and "/r/" not in house.log_text(), "an address or a token stands in the system log")
    step("done")


if __name__ == "__main__":
    main()
