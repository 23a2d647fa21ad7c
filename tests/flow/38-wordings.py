#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Wordings from the catalogue to the letter: what each is for, what it needs, what is wrong with one, and what follows a letter"""
import hashlib
import os
import re
import signal

from flow_setup import (ATTENDEES, OFFICES, House, add_document, check_form, draft, equal, expect, flat, import_text, own_templates, maildir,
                        mailing_now, pdf_of, refused, says, step, submit, wait_for)

SHIPPED = ("covering-note", "erratum", "late-registrant", "pre-report", "press", "registration", "reminder-channel", "reminder-first", "reminder-last",
           "synthesis", "synthesis-attendees", "synthesis-copy", "synthesis-organisations", "thanks")
PLANTED = (
    ("es.md", "remove", "there is no es.md; there are: fr, en, pt"),
    ("pt.md", ("{{salutation}}", "{{salutacao}}"), "pt.md line 7: {{salutacao}}: no such field"),
    ("fr.md", ("{{salutation}}", "{{{salutation}}}"), "fr.md line 7: {{{salutation}}}: an unescaped tag"),
    ("fr.md", ("{{close}}", "<p>{{close}}</p>"), "HTML cannot be used in a wording; write it in Markdown"),
    ("en.md", ("Subject: ", "Subject: IMPORTANT NOTICE "), "en.md line 1: the subject", "has a run of capitals"),
    ("en.md", ("Subject: ", "Subject: Concerning the forum that is to be held on a day to come, "), "at most 65 are shown whole"),
    ("en.md", ("{{close}}", "By 02/12/13.\n\n{{close}}"), '"02/12/13" is a date in figures'),
    ("en.md", ("{{close}}", "    one two three four five six seven eight nine ten eleven twelve thirteen fourteen\n\n{{close}}"),
     "the text part has a line of"),
    ("fr.md", ("{{close}}", "{{#closing}}x{{/closing}}{{close}}"), "{{#closing}}: no such field"),
    ("es.md", ("{{reply_address}}", "esta"), "es.md: {{reply_address}} is missing, which fr.md has in line"),
    ("fr.md", ("\u00a0:", " :"), "no no-break space before :"),
    ("en.md", ("{{address_source}}", ""), "a first contact must say where the address is from"),
)


def plant(templates, file, what):
    path = os.path.join(templates, "wording", "registration", file)
    with open(path, encoding="utf-8") as stream:
        original = stream.read()
    if what == "remove":
        os.unlink(path)
        return path, original
    old, new = what
    changed = original.replace(old, new) if new else re.sub(r"\{\{[#^/]?address_source\}\}", "", original)
    expect(changed != original, f"{what} changes nothing in {file}")
    with open(path, "w", encoding="utf-8") as stream:
        stream.write(changed)
    return path, original


def the_catalogue(house):
    step("the list tells what each is for, and which may be the first letter")
    items = {item["name"]: item for item in house.call("GET", "/templates")["items"]}
    equal(tuple(items), SHIPPED, "the wordings that come with the house")
    expect(all(item["purpose"] and item["languages"] == ["fr", "en", "es", "pt"] for item in items.values()), "a purpose, four languages")
    first = [name for name, item in items.items() if not item["first_contact"]]
    equal(first, ["erratum", "reminder-channel", "reminder-first", "reminder-last", "thanks"], "what only follows another letter")
    says(house.valise("templates", "list"), "PURPOSE", "The synthesis, to heads of State.")

    step("one is shown as its text, or as the fields that it may be given")
    says(house.valise("templates", "show", "reminder-first", "--language", "pt"), "Subject: A nossa carta de {{prior_date}}")
    says(flat(house.valise("templates", "show", "erratum", "--language", "en", "--fields")), "change mailing text yes On page 12",
         "prior_date mailing time yes", "document_url mailing url https://")

    step("all are sound, and so is each; what there is not is said")
    equal(house.valise("templates", "check"), "all wordings are sound\n", "the check of all")
    equal(house.valise("templates", "check", "thanks"), "the wording is sound\n", "the check of one")
    refused(404, lambda: house.call("GET", "/templates/check?name=thank"), "no wording \"thank\"")


def reload(house, known):
    """Which files there are is read anew; KNOWN() is true once that is done."""
    house.process.send_signal(signal.SIGHUP)
    wait_for(known, 10, "the wordings are read anew")


def languages_of(house, name):
    return [item["languages"] for item in house.call("GET", "/templates")["items"] if item["name"] == name]


def planted_faults(house, templates):
    step("each planted fault is found, with its file and what to do")
    for file, what, *sentences in PLANTED:
        path, original = plant(templates, file, what)
        if what == "remove":
            reload(house, lambda: languages_of(house, "registration") == [["fr", "en", "pt"]])
        says(house.valise("templates", "check", "registration", status=1), "registration", *sentences)
        says(house.valise("templates", "check", status=1), *sentences)
        equal(house.call("GET", "/templates/check?name=thanks")["sound"], True, "another wording")
        with open(path, "w", encoding="utf-8") as stream:
            stream.write(original)
        if what == "remove":
            reload(house, lambda: languages_of(house, "registration") == [["fr", "en", "es", "pt"]])
    says(house.valise("templates", "check"), "sound")


def what_is_needed(house):
    step("a wording that needs a value refuses the submission until it has one")
    mailing = house.valise("mailings", "create", "--list", "attendees", "--wording", "registration").strip()
    house.valise("mailings", "roll", mailing)
    refused(409, lambda: house.call("POST", f"/mailings/{mailing}/submit", {}), "registration/", "{{forum}} has no value",
            "give the mailing the value forum.")
    house.valise("mailings", "set", mailing, "--value", "forum=6th Forum", "--value", "announced=16/09/2026")
    refused(400, lambda: house.call("POST", f"/mailings/{mailing}/submit", {}), "the value announced in", "is a date in figures")
    house.valise("mailings", "set", mailing, "--value", "announced=2026-09-01")
    preview = house.valise("mailings", "preview", mailing, "--language", "fr")
    says(flat(preview), "vous parviendra le 1er septembre 2026")
    submit(house, mailing)
    house.valise("mailings", "release", mailing)
    house.wait_quiet(mailing)
    mails = {mail.recipient(): mail for mail in maildir(house.maildir)}
    says(flat(mails["emma@flow.example"].text()), "will reach you on 1 September 2026", "in the name of Emma Farlowe")
    says(flat(mails["david@flow.example"].text()), "le llegará el 1 de septiembre de 2026")
    for mail in mails.values():
        check_form(mail)
    return mailing


def what_follows(house):
    step("a reminder needs the letter that it follows, and quotes its date and reference")
    document = add_document(house, "pre-report", "Rapport préliminaire")
    first = draft(house, document, "attendees", "pre-report")
    reminder = house.valise("mailings", "create", "--list", "attendees", "--wording", "reminder-first").strip()
    house.valise("mailings", "roll", reminder)
    ask = lambda: house.call("POST", f"/mailings/{reminder}/submit", {})  # noqa: E731
    refused(409, ask, "{{prior_date}} has no value", "the value prior, as in prior=M-7")
    refused(409, lambda: house.call("PUT", f"/mailings/{reminder}", {"values": {"prior": "M-99"}}),
            "the value prior: M-99: there is no such mailing")
    house.valise("mailings", "set", reminder, "--value", f"prior={reminder}")
    refused(409, ask, "a letter cannot follow itself")
    house.valise("mailings", "set", reminder, "--value", f"prior={first}", "--value", "answer_by=2026-12-01")
    refused(409, ask, "{{prior_date}} has no value", "whose sending has begun")
    submit(house, first)
    house.valise("mailings", "release", first)
    house.wait_quiet(first)
    before = len(maildir(house.maildir))
    submit(house, reminder)
    house.valise("mailings", "release", reminder)
    house.wait_quiet(reminder)
    equal(len(maildir(house.maildir)) - before, 3, "reminders")
    mails = {mail.recipient(): mail for mail in maildir(house.maildir) if re.search("lettre|letter|carta", mail["Subject"])}
    for address, language, words in (("aline@flow.example", "fr", "avant le 1er décembre 2026"),
                                     ("emma@flow.example", "en", "by 1 December 2026")):
        mail = mails[address]
        says(flat(mail.text()), first, "Rapport préliminaire", words, hashlib.sha256(pdf_of("pre-report", language)).hexdigest())
        equal(mail.attachments(), [], "what a reminder without documents carries")
        check_form(mail)
    equal(mailing_now(house, reminder)["state"], "sent", "the reminder")
    return first


def a_supplement(house, first):
    step("who registers late is told whether it is the edition that the others have")
    import_text(house, ATTENDEES.splitlines()[0] + "\npersonne;L-FR;Lise;Tardive;F;France;fr;lise@flow.example\n", "attendees")
    late = house.valise("mailings", "supplement", first, "--wording", "late-registrant", "--release").strip()
    house.wait_quiet(late)
    (mail,) = [mail for mail in maildir(house.maildir) if mail.recipient() == "lise@flow.example"]
    says(flat(mail.text()), "Les autres participants ont déjà reçu, le", "C'est l'édition même qu'ils ont entre les mains.")
    check_form(mail)


def offices(house, first):
    step("to an office nothing in the header names a person, whatever the wording")
    document = add_document(house, "synthesis", "Synthèse des propositions")
    refused(409, lambda: house.call("POST", "/mailings", {"lists": ["offices"], "wording": "covering-note"}), "is no letter to all",
            "valise mailings mailbox")
    for wording in SHIPPED[1:]:
        values = ["--value", f"prior={first}", "--value", "forum=6th Forum", "--value", "change=x.", "--value",
                  "embargo=2030-12-09T08:00:00+01:00"]
        mailing = draft(house, document, "offices", wording, *values)
        for contact, name in (("O-XA", "Vascourt"), ("O-XI", "Noronhal")):
            preview = house.call("GET", f"/mailings/{mailing}/preview?contact={contact}")
            expect(name.lower() not in preview["headers"].lower(), f"{wording}: {name} stands in the header")
            says(preview["text"], mailing)


def own_wordings(house, templates):
    step("a wording of the house's own, of before there were purposes, is used as ever")
    folder = os.path.join(templates, "wording", "own")
    os.mkdir(folder)
    with open(os.path.join(folder, "fields"), "w", encoding="utf-8") as stream:
        stream.write("organisation mailing text O\nsalutation recipient lines Dear\nnote mailing text x\n")
    for language in ("fr", "en", "es", "pt"):
        with open(os.path.join(folder, f"{language}.md"), "w", encoding="utf-8") as stream:
            stream.write("Subject: {{organisation}}\n\n{{salutation}}\n\n{{#note}}{{note}}{{/note}} {{organisation}}\n")
    reload(house, lambda: languages_of(house, "own"))
    equal(house.valise("templates", "check", "own"), "the wording is sound\n", "its check")
    item = next(item for item in house.call("GET", "/templates")["items"] if item["name"] == "own")
    equal((item["purpose"], item["first_contact"]), (None, False), "what the list tells")
    mailing = house.valise("mailings", "create", "--list", "attendees", "--wording", "own").strip()
    house.valise("mailings", "roll", mailing)
    submit(house, mailing)


def main():
    with House() as house:
        templates = own_templates(house)
        house.start()
        the_catalogue(house)
        planted_faults(house, templates)
        import_text(house, ATTENDEES, "attendees")
        import_text(house, OFFICES, "offices")
        what_is_needed(house)
        first = what_follows(house)
        a_supplement(house, first)
        offices(house, first)
        own_wordings(house, templates)


main()
