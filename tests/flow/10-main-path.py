#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""From a spreadsheet to finished messages: a pre-report to attendees, and a synthesis to offices by four eyes"""
import hashlib
import json
import re

from flow_setup import (EXAMPLES, House, Mail, add_document, check_form, deliveries, equal, example_offices, expect, flat,
                        mailing_now, maildir, pdf_of, refused, says, step, token_of)
import oracle

QUESTIONS = {"fr": "Quels rôles pour les États ?", "en": "What roles for States?", "es": "¿Qué papel para los Estados?",
             "pt": "Que papéis para os Estados?"}
MARKS = {"fr": "Référence :", "en": "Reference:", "es": "Referencia:", "pt": "Referência:"}


def import_contacts(house, olga):
    attendees = f"{EXAMPLES}/attendees.csv"
    step("a dry run says what would change, and changes nothing")
    report = house.valise("contacts", "import", attendees, "--list", "attendees", "--dry-run", token_file=olga, json_out=True)
    equal((report["dry_run"], report["rows"], report["new"]), (True, 41, 41), "the dry run")
    equal(house.call("GET", "/contacts")["items"], [], "contacts after a dry run")
    equal(house.call("GET", "/lists")["items"], [], "lists after a dry run")

    step("the import brings 41 attendees; the same file again changes nothing")
    report = house.valise("contacts", "import", attendees, "--list", "attendees", token_file=olga, json_out=True)
    equal((report["rows"], report["new"], report["refused"]), (41, 41, 0), "the import")
    says(report["encoding"], "1252")
    equal(report["delimiter"], ";", "the delimiter")
    report = house.valise("contacts", "import", attendees, "--list", "attendees", token_file=olga, json_out=True)
    equal((report["new"], report["changed"], report["unchanged"]), (0, 0, 41), "the same import once more")

    step("the offices come with holders, channels and grounds")
    path = f"{house.folder}/offices.csv"
    with open(path, "wb") as file:
        file.write(example_offices())
    report = house.valise("contacts", "import", path, "--list", "offices", token_file=olga, json_out=True)
    equal((report["rows"], report["new"]), (16, 16), "the offices")
    contact = house.valise("contacts", "show", "S-XA", json_out=True)
    for field in ("id", "kind", "name", "country", "languages", "channels", "standing"):
        expect(field in contact, f"a contact has no {field}")
    equal((contact["kind"], contact["country"], contact["languages"]), ("office", "XA", ["fr"]), "S-XA")
    equal(contact["holder"]["name"], "Talen Vascourt", "the holder of S-XA")
    equal({channel["via"] for channel in contact["channels"] if channel["via"]}, {"private-office", "mission"}, "its ways")
    equal([ground["kind"] for ground in contact["grounds"]], ["approval-expressed"], "its grounds")
    person = house.valise("contacts", "show", "P-001", json_out=True)
    says(json.dumps(person, ensure_ascii=False), "Vastrelle", "deux-rives.example")


def freeze(house, olga, kind, title):
    step(f"{kind}: four language versions, frozen by digest")
    document = add_document(house, kind, title, olga)
    found = house.valise("documents", "show", document, json_out=True)
    equal((found["id"], found["kind"]), (document, kind), "the document")
    versions = {version["language"]: version for version in found["versions"]}
    equal(sorted(versions), ["en", "es", "fr", "pt"], "its languages")
    for language, version in versions.items():
        equal(version["sha256"], hashlib.sha256(pdf_of(kind, language)).hexdigest(), f"the digest of {language}")
        expect("signature" in version and "public_at" in version, "a version lacks a field")
    refused(409, lambda: house.call("POST", f"/documents/{document}/versions?language=fr&name=x.pdf", raw=b"%PDF-1.4 other",
                                    content_type="application/pdf"), "frozen")
    return document


def attendees_mailing(house, olga, document):
    values = []
    for language, question in QUESTIONS.items():
        values += ["--value", f"questions.{language}={question}"]
    step("a mailing to the attendees: create, roll, preview, submit")
    mailing = house.valise("mailings", "create", "--document", document, "--list", "attendees", "--wording", "pre-report",
                           "--acknowledgement", "requested", *values, token_file=olga).strip()
    refused(409, lambda: house.call("POST", f"/mailings/{mailing}/submit", {}), "roll")
    rolled = house.valise("mailings", "roll", mailing, token_file=olga, json_out=True)
    equal((rolled["state"], rolled["roll"]["included"], rolled["roll"]["excluded_count"]), ("draft", 41, 0), "the roll")
    preview = house.call("GET", f"/mailings/{mailing}/preview?contact=P-002", token=token_of(olga))
    equal(preview["to"], "theophile@mutuelle-ambrune.example", "whom the preview is for")
    says(preview["text"], "Monsieur", QUESTIONS["fr"])
    eml = f"{house.folder}/preview.eml"
    house.valise("mailings", "preview", mailing, "--contact", "P-002", "--out", eml, token_file=olga)
    with open(eml, "rb") as file:
        previewed = Mail(file.read())
    check_form(previewed)
    equal((previewed.recipient(), previewed.attachments()[0][2]), (preview["to"], pdf_of("pre-report", "fr")), "the .eml")
    digest = house.valise("mailings", "submit", mailing, token_file=olga).strip()
    expect(re.fullmatch(r"[0-9a-f]{64}", digest), f"submit prints the digest alone, not {digest!r}")
    manifest = house.call("GET", f"/mailings/{mailing}/manifest")
    equal(hashlib.sha256(manifest).hexdigest(), digest, "the digest of the manifest")

    step("attendees alone are released without a second person, and watched to the end")
    released = house.valise("mailings", "release", mailing, token_file=olga, json_out=True)
    expect(released["state"] in ("scheduled", "sending", "sent"), f"released, it is {released['state']}")
    says(house.valise("mailings", "watch", mailing, token_file=olga), "relayed 41")
    sent = mailing_now(house, mailing)
    equal((sent["state"], sent["counts"], sent["moving"], sent["digest"]), ("sent", {"relayed": 41}, 0, digest), "the end")
    for field in ("id", "author", "approvals", "at", "not_after", "roll"):
        expect(field in sent, f"a mailing has no {field}")
    equal((sent["author"], sent["approvals"]), ("olga", []), "who did it")
    return mailing


def offices_mailing(house, olga, boris, document):
    step("a synthesis to offices: 11 included, three held, two excluded (no ground)")
    mailing = house.valise("mailings", "create", "--document", document, "--list", "offices", "--wording", "synthesis",
                           "--acknowledgement", "required", token_file=olga).strip()
    roll = house.valise("mailings", "roll", mailing, token_file=olga, json_out=True)["roll"]
    equal((roll["included"], roll["held"], roll["excluded_count"]), (11, 3, 2), "the roll of offices")
    equal({line["reason"] for line in roll["excluded"]}, {"no-ground"}, "why two are excluded")
    equal(sorted(line["reason"] for line in roll["held_items"]), ["holder-stale", "holder-stale", "holder-vacant"],
          "why three are held")
    digest = house.valise("mailings", "submit", mailing, token_file=olga).strip()

    step("who organises can neither approve it nor release it unapproved; a second person approves")
    says(house.valise("mailings", "approve", mailing, "--digest", digest, token_file=olga, status=4), "approver")
    says(house.valise("mailings", "release", mailing, token_file=olga, status=1), "second person")
    approved = house.valise("mailings", "approve", mailing, "--digest", digest, token_file=boris, json_out=True)
    equal((approved["state"], [(a["by"], a["digest"]) for a in approved["approvals"]]), ("approved", [("boris", digest)]),
          "the approval")
    house.valise("mailings", "release", mailing, token_file=olga)
    out = house.valise("mailings", "watch", mailing, token_file=olga, status=1)
    equal(mailing_now(house, mailing)["counts"], {"relayed": 11, "held": 3}, f"the end, told as {out!r}")
    return mailing


def check_deliveries(house, mailings, mails):
    by_id = {mail["Message-ID"].strip(): mail for mail in mails}
    equal(len(by_id), len(mails), "distinct Message-IDs")
    count = 0
    for mailing in mailings:
        for delivery in deliveries(house, mailing):
            for field in ("id", "mailing", "addressee", "contact", "channel", "variant", "state", "reason", "address",
                          "language", "message_id", "sha256", "signed_by", "supersedes", "facts", "attempts",
                          "acknowledgement"):
                expect(field in delivery, f"a delivery has no {field}")
            if delivery["state"] == "held":
                equal((delivery["sha256"], delivery["attempts"]), (None, []), f"{delivery['id']}, which is held")
                continue
            mail = by_id.pop(delivery["message_id"])
            count += 1
            equal(hashlib.sha256(mail.data.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")).hexdigest(), delivery["sha256"],
                  f"the bytes of {delivery['id']}")
            equal(mail.recipient(), delivery["address"], f"whom {delivery['id']} is addressed to")
            equal([attempt["outcome"] for attempt in delivery["attempts"]], ["accepted"], f"attempts of {delivery['id']}")
    equal((len(by_id), count), (0, len(mails)), "messages without a delivery, and with one")


def check_mails(house, mailings, mails):
    addresses = {mail.recipient() for mail in mails}
    kinds = {mailings[0]: "pre-report", mailings[1]: "synthesis"}
    language_of = {d["message_id"]: (d["language"], kinds[d["mailing"]]) for m in mailings for d in deliveries(house, m)}
    salutations = {line["address"]: line["salutation"] for m in mailings
                   for line in house.call("GET", f"/mailings/{m}/roll?limit=1000")["items"]}
    for mail in mails:
        check_form(mail)
        language, kind = language_of[mail["Message-ID"].strip()]
        attachments = mail.attachments()
        equal([(name, media) for name, media, _ in attachments], [(f"{kind}.{language}.pdf", "application/pdf")], "attached")
        equal(attachments[0][2], pdf_of(kind, language), f"the bytes of {kind}.{language}.pdf")
        everything = mail.head.decode() + mail.text() + (mail.html() or "")
        others = [other for other in addresses - {mail.recipient()} if other in everything]
        equal(others, [], f"addresses of others in the message to {mail.recipient()}")
        says(flat(mail.text()), MARKS[language], flat(salutations[mail.recipient()]))
        if kind == "pre-report":
            says(flat(mail.text()), QUESTIONS[language])
        expect("<img" not in (mail.html() or "").lower(), "an image in the HTML part: that is how reading is tracked")
        says(mail.text(), hashlib.sha256(pdf_of(kind, language)).hexdigest())
    senders = {mail["Reply-To"] for mail in mails}
    equal(len(senders), len(mails), "Reply-To addresses of their own")


def check_story(house, olga):
    step("one delivery's story, pages of a list, and the counts")
    story = house.valise("deliveries", "show", "D-2", json_out=True)
    kinds = [entry["kind"] for entry in story["timeline"]]
    equal(kinds, ["deliveries-planned", "deliveries-ready", "deliveries-claimed", "delivery-committing", "delivery-relayed"],
          "the story of D-2")
    expect("kept as new/" in story["attempts"][0]["reply"], "the relay's words are not kept")
    says(house.valise("deliveries", "show", "D-2", token_file=olga), "relayed", story["message_id"])
    page = house.call("GET", "/deliveries?limit=10")
    equal(len(page["items"]), 10, "a page of ten")
    further = house.call("GET", f"/deliveries?limit=1000&after={page['next']}")
    equal((len(page["items"]) + len(further["items"]), further["next"]), (55, None), "all pages together")
    status = house.valise("status", json_out=True)
    equal(status["counts"], {"held": 3, "relayed": 52}, "the counts in status")
    equal((status["store"]["synchronous"], status["store"]["journal_mode"]), (2, "wal"), "the pragmas (2: FULL)")


def check_restart(house, mails):
    step("stopped and started again, everything is as it was and nothing leaves a second time")
    equal(house.stop(), 0, "the exit status of an orderly stop")
    house.start()
    equal(house.call("GET", "/status")["counts"], {"held": 3, "relayed": 52}, "the counts after a restart")
    after = maildir(house.maildir)
    equal(sorted(mail.data for mail in after), sorted(mail.data for mail in mails), "the messages after a restart")
    ledger = [{"message_id": mail["Message-ID"],
               "sha256": hashlib.sha256(mail.data.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")).hexdigest()}
              for mail in after]
    equal(oracle.check(house, ledger), [], "broken invariants")
    expect(house.call("GET", "/log/verify")["verified"], "the journal does not verify")


def main():
    with House() as house:
        house.start()
        olga, boris = house.user("olga", "organiser"), house.user("boris", "approver")
        import_contacts(house, olga)
        first = attendees_mailing(house, olga, freeze(house, olga, "pre-report", "Rapport préliminaire"))
        second = offices_mailing(house, olga, boris, freeze(house, olga, "synthesis", "Synthèse"))
        step("52 messages, each with one recipient, without defects, in the right language, with the very PDF")
        mails = maildir(house.maildir)
        equal(len(mails), 52, "finished messages")
        check_deliveries(house, (first, second), mails)
        check_mails(house, (first, second), mails)
        check_story(house, olga)
        check_restart(house, mails)
        equal(house.stop(), 0, "the exit status at the end")


main()
