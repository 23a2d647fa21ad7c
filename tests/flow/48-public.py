#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""What recipients are served: documents from their moment on, whether a digest is ours, and leaving announcements"""
import datetime
import hashlib
import re
import urllib.parse

from flow_setup import (ATTENDEES, OFFICES, House, Public, add_document, check_form, draft, equal, expect, free_port,
                        import_text, maildir, pdf_of, refused, says, step, submit)

LINK = re.compile(r"<http://127\.0\.0\.1:(\d+)(/u/[^>]+)>")


def embargo(house, public):
    step("a document is public from its moment on, and before it does not exist")
    document = add_document(house, "synthesis", "Synthèse du forum", freeze=False)
    digest = hashlib.sha256(pdf_of("synthesis", "en")).hexdigest()
    path = f"/d/{digest}/synthesis.en.pdf"
    refused(409, lambda: house.call("POST", f"/documents/{document}/publish", {}), "frozen")
    house.valise("documents", "freeze", document)
    public.page(path, 404)
    later = (datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(hours=1)).isoformat(timespec="seconds")
    told = house.valise("documents", "publish", document, "--at", later, json_out=True)
    expect(all(version["public_at"] is not None for version in told["versions"]), "each version has its moment")
    public.page(path, 404)
    says(public.page("/d", Accept_Language="en"), "No document is public")
    says(public.page(f"/verify?digest={digest}&language=en"), "no document that we published")
    says(public.page(f"/verify?digest={digest[:8]}&language=en"), "no document that we published has this code")
    expect("Synth" not in public.page("/d"), "the title is told before its time")
    house.valise("documents", "publish", document)
    status, told, content = public.ask("GET", path)
    equal((status, content), (200, pdf_of("synthesis", "en")), "the file")
    equal((told["Content-Type"], told["Content-Language"]), ("application/pdf", "en"), "what it is")
    equal(public.ask("GET", path, If_None_Match=told["ETag"])[0], 304, "status of a file that is known already")
    equal(public.ask("HEAD", path)[2], b"", "body of HEAD")
    for wrong in (path.replace(digest[:8], "00000000"), f"/d/{digest[:-1]}/x.pdf", "/d/../token.key", "/etc/passwd"):
        expect(public.ask("GET", wrong)[0] in (400, 404), wrong)
    expect(public.ask("POST", path, b"x")[0] == 405, "a POST to a document")
    says(public.page("/d?language=fr"), "Synthèse du forum", digest, "Synthèse, public depuis le")
    expect(house.call("GET", "/log?kind=document-published")["items"], "the journal tells of it")
    return document, digest


def verify(public, digest):
    step("a digest that people type is ours or not, however they type it")
    spaced = urllib.parse.quote(" ".join(digest[i:i + 8].upper() for i in range(0, 64, 8)))
    says(public.page(f"/verify?language=en&digest={spaced}"), "Yes:", "Synthèse du forum")
    says(public.page("/verify?language=es&digest=" + "0" * 64), "No:")
    says(public.page("/verify?language=pt&digest=%3Cscript%3E"), "8 sinais", "64", "&lt;script&gt;")
    step("the short code that a letter prints says which document is meant, and not that a file is that one")
    says(public.page(f"/verify?language=en&digest={digest[:8].upper()}"), "This code is that of a document", "Synthèse du forum",
         "whole digest")
    expect("Yes:" not in public.page(f"/verify?language=en&digest={digest[:8]}"), "a code alone shows no file to be genuine")
    says(public.page(f"/verify?language=en&digest={digest[:7]}"), "has 8 characters")
    says(public.page("/verify?language=en&digest=" + "0" * 8), "no document that we published has this code")
    says(public.page("/verify", Accept_Language="de, pt-BR;q=0.5"), 'lang="pt"', "Este documento")
    whole = form_of(pdf_of("synthesis", "en"))
    says(public.post("/verify?language=en", whole, "multipart/form-data; boundary=b"), "Yes:", "Synthèse du forum")
    other = form_of(pdf_of("synthesis", "en") + b" ")
    says(public.post("/verify?language=en", other, "multipart/form-data; boundary=b"), "No:")
    says(public.post("/verify?language=en", form_of(b""), "multipart/form-data; boundary=b"), "No file")
    try:
        status = public.ask("POST", "/verify", b"x" * (12 << 20), Content_Type="multipart/form-data; boundary=b")[0]
    except (BrokenPipeError, ConnectionResetError):  # refused by its announced length, before it was all sent
        status = 413
    equal(status, 413, "status of a file larger than any document")


def form_of(content):
    return (b'--b\r\nContent-Disposition: form-data; name="file"; filename="x.pdf"\r\n\r\n' + content + b"\r\n--b--\r\n")


def letters(house, document):
    import_text(house, ATTENDEES, "attendees")
    import_text(house, OFFICES, "offices")
    report = add_document(house, "pre-report", "Rapport préliminaire")
    mailing = draft(house, report, "attendees", "pre-report")
    submit(house, mailing)
    house.valise("mailings", "release", mailing)
    house.wait_quiet(mailing)
    return report, {mail.recipient(): mail for mail in maildir(house.maildir)}


def link_of(mail):
    equal(mail["List-Unsubscribe-Post"], "List-Unsubscribe=One-Click", "the field that one click needs")
    return LINK.search(mail["List-Unsubscribe"]).group(2)


def leave(house, public, report, mails):
    step("announcements to persons can be left: GET only asks, one POST does it, and it can be taken back")
    for mail in mails.values():
        check_form(mail)
    aline, emma = link_of(mails["aline@flow.example"]), link_of(mails["emma@flow.example"])
    says(public.page(aline), 'lang="fr"', "Ne plus recevoir", "<form method=\"post\"")
    expect("aline@" not in public.page(aline) and "Borvane" not in public.page(aline), "the page names nobody")
    equal(house.call("GET", "/log?kind=unsubscribed")["items"], [], "entries after GET alone")
    says(public.post(aline, "List-Unsubscribe=One-Click"), "C’est fait")
    says(public.post(aline, "List-Unsubscribe=One-Click"), "C’est fait")
    boundary = "--b\r\nContent-Disposition: form-data; name=\"List-Unsubscribe\"\r\n\r\nOne-Click\r\n--b--\r\n"
    says(public.post(emma, boundary, "multipart/form-data; boundary=b"), "Done")
    equal(len(house.call("GET", "/log?kind=unsubscribed")["items"]), 2, "entries: one each")
    says(public.page(aline), "Recevoir de nouveau")
    forged = aline[:-1] + ("2" if aline[-1] != "2" else "3")
    public.page(forged, 404)
    public.post(forged, "List-Unsubscribe=One-Click", status=404)
    again = draft(house, report, "attendees", "pre-report")
    excluded = house.call("GET", f"/mailings/{again}")["roll"]["excluded"]
    equal(sorted(line["reason"] for line in excluded), ["unsubscribed"] * 2, "who left is on no further roll")
    correction = draft(house, report, "attendees", "pre-report", "--category", "correction")
    equal(house.call("GET", f"/mailings/{correction}")["roll"]["included"], 3, "what a correction still reaches")
    says(public.post(aline, "action=return"), "de nouveau")
    equal(len(house.call("GET", "/log?kind=resubscribed")["items"]), 1, "entries about coming back")


def leave_by_word(house):
    step("whoever said so on the telephone is left out as well; an office is not")
    house.valise("contacts", "unsubscribe", "A-EN", "--category", "participation")
    told = house.call("GET", "/contacts/A-EN")["unsubscriptions"]
    equal([one["category"] for one in told], ["forum", "participation"], "what she left")
    says(house.valise("contacts", "show", "A-EN"), "no participation mail any more")
    house.valise("contacts", "unsubscribe", "A-EN", "--category", "participation", "--take-back")
    equal(len(house.call("GET", "/contacts/A-EN")["unsubscriptions"]), 1, "what she left after coming back")
    says(house.valise("contacts", "unsubscribe", "A-EN", "--category", "gossip", status=2), "forum, participation")
    says(house.valise("contacts", "unsubscribe", "O-XA", "--category", "forum", status=1), "object")


def leave_in_time(house, public, report, mails):
    step("who leaves after the release and before the sending is not written to any more")
    later = (datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(seconds=4)).isoformat()
    david = link_of(mails["david@flow.example"])
    mailing = draft(house, report, "attendees", "pre-report", "--at", later)
    submit(house, mailing)
    house.valise("mailings", "release", mailing)
    public.post(david, "List-Unsubscribe=One-Click")
    now = house.wait_quiet(mailing)
    equal(now["counts"].get("cancelled"), 1, f"cancelled ones of {now['counts']}")
    (told,) = house.call("GET", f"/deliveries?mailing={mailing}&state=cancelled")["items"]
    equal((told["address"], told["reason"]), ("david@flow.example", "unsubscribed"), "which, and why")


def offices_carry_none(house, synthesis):
    step("letters to offices carry no such field")
    boris = house.user("boris", "approver")
    before = len(maildir(house.maildir))
    mailing = draft(house, synthesis, "offices", "synthesis")
    digest = submit(house, mailing)
    house.valise("mailings", "approve", mailing, "--digest", digest, token_file=boris)
    house.valise("mailings", "release", mailing)
    house.wait_quiet(mailing)
    mails = maildir(house.maildir)
    fresh = [mail for mail in mails if mail.recipient().endswith(("presidence.example", "presidencia.example"))]
    expect(len(mails) > before and fresh, "letters to offices left")
    for mail in fresh:
        expect(mail["List-Unsubscribe"] is None and mail["List-Unsubscribe-Post"] is None, "an office is offered to leave")


def only_the_proxy(port):
    step("with a trusted proxy nobody else is answered")
    with House(config_more=f"\n[http]\npublic = 127.0.0.1:{port}\ntrusted_proxy = 192.0.2.7\n") as house:
        house.start()
        Public(port).page("/d", 403)


def main():
    port = free_port()
    public = Public(port)
    with House(config_more=f"\n[http]\npublic = 127.0.0.1:{port}\nbase_url = http://127.0.0.1:{port}\n") as house:
        house.start()
        document, digest = embargo(house, public)
        verify(public, digest)
        report, mails = letters(house, document)
        leave(house, public, report, mails)
        leave_by_word(house)
        leave_in_time(house, public, report, mails)
        offices_carry_none(house, document)
        equal(public.ask("GET", "/")[0], 302, "status of the front page")
        equal(public.ask("GET", "/style.css")[1]["Content-Type"], "text/css; charset=utf-8", "the style sheet")
        expect("@" not in house.log_text(), "an address stands in the system log")
    only_the_proxy(port)


if __name__ == "__main__":
    main()
