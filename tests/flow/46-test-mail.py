#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""46-test-mail.py - a letter marked as a test goes to the one who asks for it, and counts nowhere"""
import os
import re

import flow_setup as f

MORE = "[http]\nbase_url = https://forum.example\npublic = 127.0.0.1:0\n"


def user(house, name, *roles, email=None):
    options = [o for role in roles for o in ("--role", role)]
    house.valise("users", "add", name, *options, *(["--email", email] if email else []))
    path = os.path.join(house.folder, f"token-{name}")
    token = house.valise("users", "token", name)
    with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="ascii") as file:
        file.write(token)
    return path


def test(house, mailing, who, *more, status=0):
    return house.valise("mailings", "test", mailing, *more, token_file=who, status=status)


def check_mark(mail, to):
    f.check_form(mail)
    f.equal(mail.recipient(), to, "where the test went")
    f.expect(mail["Subject"].startswith("TEST "), f"subject {mail['Subject']!r}")
    f.expect(mail.text().startswith("TEST"), "the text begins with the mark")
    f.expect("<strong>TEST" in mail.html(), "the HTML bears the mark")
    f.expect(mail["Disposition-Notification-To"] is None, "a test asks for no receipt")
    # Twenty-four characters of the tokens' alphabet: none is in it.
    f.equal(re.findall(rb"\+[a-z2-9]{24}@|/[ur]/[a-z2-9]{24}", mail.data), [], "live tokens in a test")
    f.says(mail["Reply-To"], "answers+preview@forum.example")


def persons(house, olga, vera):
    document = f.add_document(house, "pre-report", "Pré-rapport")
    f.import_text(house, f.ATTENDEES, "attendees")
    mailing = f.draft(house, document, "attendees", "pre-report", token_file=olga)
    f.step("the letter of the first on the roll, and of one in another language, to who asks")
    f.says(test(house, mailing, olga), "to olga@office.example by relay main: accepted")
    test(house, mailing, olga, "--language", "en")
    test(house, mailing, olga, "--contact", "A-ES")
    mails = {mail["Content-Language"]: mail for mail in f.maildir(house.maildir)}
    f.equal(sorted(mails), ["en", "es", "fr"], "languages")
    for mail in mails.values():
        check_mark(mail, "olga@office.example")
    f.equal(len({mail["Message-ID"] for mail in f.maildir(house.maildir)}), 3, "each has a Message-ID of its own")
    f.says(mails["en"].text(), "Farlowe", "trial, sent to you alone")
    f.step("it is no delivery, counts nowhere, and stands in the journal")
    now = f.mailing_now(house, mailing)
    f.equal((now["state"], now["counts"], f.deliveries(house, mailing)), ("draft", {}, []), "the mailing")
    entries = house.call("GET", f"/log?mailing={mailing}&kind=test-sent")["items"]
    f.equal([entry["user"] for entry in entries], ["olga"] * 3, "entries")
    f.step("a volunteer is shown a fictional addressee")
    own = f.draft(house, document, "attendees", "pre-report", token_file=vera)
    test(house, own, vera)
    (mail,) = [mail for mail in f.maildir(house.maildir) if mail.recipient() == "vera@office.example"]
    check_mark(mail, "vera@office.example")
    f.says(mail.text(), "Exemple")
    f.expect(not any(name in mail.text() for name in ("Borvane", "Farlowe", "Estevan")), "a real one is named")
    return mailing


def offices(house, olga, vera):
    f.step("a letter to an office tells of its holder to those who may see offices, and to nobody else")
    f.import_text(house, f.OFFICES, "heads")
    document = f.add_document(house, "synthesis", "Synthèse")
    mailing = f.draft(house, document, "heads", "synthesis", "--acknowledgement", "requested", token_file=olga)
    test(house, mailing, olga)
    (mail,) = [mail for mail in f.maildir(house.maildir) if "VASCOURT" in mail.text().upper()]
    check_mark(mail, "olga@office.example")
    f.says(test(house, mailing, vera, status=1), "no such mailing")
    f.says(test(house, mailing, olga, "--contact", "NOBODY", status=1), "NOBODY")


def refusals(house, mailing, olga):
    f.step("only to an address that an admin noted, not while the house is on hold, and not without end")
    nils = user(house, "nils", "organiser")
    f.says(test(house, mailing, nils, status=1), "none is noted for nils", "--email")
    f.says(house.valise("mailings", "test", mailing, status=1), "your own address alone")
    house.valise("users", "add", "nils", "--role", "organiser", "--email", "no address", status=2)
    house.valise("hold", "--reason", "a rest")
    f.says(test(house, mailing, olga, status=1), "on hold", "a rest")
    house.valise("unhold", "--reason", "rested")
    before = len(f.maildir(house.maildir))
    refusal = ""
    for _ in range(20):
        try:
            test(house, mailing, olga)
        except AssertionError as stop:
            refusal = str(stop)
            break
    f.says(refusal, "10 tests within an hour")
    f.equal(len(f.maildir(house.maildir)) - before, 10 - 4, "how many went on before that")


def over_smtp():
    f.step("a real relay is asked for no reports, and its refusal is told")
    with f.Peer("fine") as peer, f.House(relay=peer.url, config_more=MORE) as house:
        house.start()
        olga = user(house, "olga", "organiser", email="olga@office.example")
        document = f.add_document(house, "pre-report", "Pré-rapport")
        f.import_text(house, f.ATTENDEES, "attendees")
        mailing = f.draft(house, document, "attendees", "pre-report", token_file=olga)
        test(house, mailing, olga)
        said = str(peer.ledger())
        f.says(said, "olga@office.example")
        f.expect("NOTIFY" not in said and "ENVID" not in said, "reports were asked")
        peer.process.terminate()
        peer.process.wait(20)
        f.says(test(house, mailing, olga, status=1), "deferred")


def main():
    with f.House(config_more=MORE) as house:
        house.start()
        olga = user(house, "olga", "organiser", email="olga@office.example")
        vera = user(house, "vera", "volunteer", email="vera@office.example")
        mailing = persons(house, olga, vera)
        offices(house, olga, vera)
        refusals(house, mailing, olga)
        house.valise("log", "verify")
    over_smtp()
    print("well")


if __name__ == "__main__":
    main()
