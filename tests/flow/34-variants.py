#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""What leaves in another form or by another channel: links for what is too large, before sending and after a refusal,
plain text alone, and the next channel of who was refused"""
import hashlib
import os
import signal
import urllib.request

from flow_setup import (TODAY, House, Mail, Peer, check_form, deliveries, draft, equal, expect, free_port, import_text,
                        mailing_now, maildir, says, step, submit, wait_for)
import oracle

HEAD = ("Type;Identifiant;Prénom;Nom;Genre;Fonction;Type de fonction;Pays;Langue;Courriel;Courriel du cabinet;Courriel de la mission;"
        "Motif;Zone du motif;Preuve du motif;Date du motif;Début du mandat;Vérifié le;Adresse postale\n")
END = f"approval-expressed;XA;lettre;2026-03-03;2024-05-14;{TODAY}"
OFFICES = HEAD + "".join(
    f"fonction;{name};Talen;Vascourt{name};M;Service {name};ambassador;XA;fr;{address};;;{END};\n"
    for name, address in (("V-FULL", "full@one.example"), ("V-SMALL", "small@two.example"), ("V-PLAIN", "plain@three.example")))
REFUSED = HEAD + (
    f'fonction;R-1;Talen;Vascourt;M;Présidence;president;XA;fr;first@chain.example;second@chain.example;;{END};"Palais\nArvane"\n'
    f"fonction;R-2;Maude;Orlence;F;Primature;prime_minister;XA;fr;only@chain.example;;;{END};\n"
    f"fonction;R-3;Idris;Salvan;M;Ambassade;ambassador;XA;fr;large@chain.example;;;{END};\n")
PDF = b"%PDF-1.4\n" + b"% a page of an invented document\n" * 3000


def add_large(house):
    """A document of some 96 KiB in French and English."""
    files = []
    for language in ("fr", "en"):
        path = os.path.join(house.folder, f"grande synthèse.{language}.pdf")
        with open(path, "wb") as file:
            file.write(PDF + language.encode())
        files += ["--language", f"{language}={path}"]
    document = house.valise("documents", "add", "synthesis", "--title", "Grande synthèse", *files).strip()
    house.valise("documents", "freeze", document)
    return document


def approved(house, mailing, organiser, approver):
    digest = submit(house, mailing, token_file=organiser)
    house.valise("mailings", "approve", mailing, "--digest", digest, token_file=approver)
    house.valise("mailings", "release", mailing, token_file=organiser)


def channel_of(house, contact, n=0):
    return house.call("GET", f"/contacts/{contact}")["channels"][n]["id"]


def http(port):
    return f"[http]\npublic = 127.0.0.1:{port}\nbase_url = http://127.0.0.1:{port}\n"


def before_sending():
    port = free_port()
    with House(config_more=http(port)) as house:
        house.start()
        organiser, approver = house.user("olga", "organiser"), house.user("boris", "approver")
        import_text(house, OFFICES, "offices")
        house.call("PUT", f"/contacts/V-SMALL/channels/{channel_of(house, 'V-SMALL')}", {"max_message_bytes": "50 KiB"})
        house.call("PUT", f"/contacts/V-PLAIN/channels/{channel_of(house, 'V-PLAIN')}", {"plain_only": True})
        document = add_large(house)
        mailing = draft(house, document, "offices", "synthesis", token_file=organiser)

        step("a channel that takes less gets links; the roll says so, and submission asks for what it lacks")
        lines = {line["address"]: line for line in house.call("GET", f"/mailings/{mailing}/roll")["items"]}
        equal({address: line["variant"] for address, line in lines.items()},
              {"full@one.example": "full", "small@two.example": "link", "plain@three.example": "full"}, "variants")
        says(house.valise("mailings", "submit", mailing, status=1, token_file=organiser), "documents publish", "message-limit")
        house.valise("documents", "publish", document)
        preview = house.call("GET", f"/mailings/{mailing}/preview?contact=V-SMALL")
        equal((preview["variant"], preview["attachments"]), ("link", []), "the preview")
        approved(house, mailing, organiser, approver)
        house.wait_quiet(mailing)

        step("full is attached, link is not and tells address and digest, plain has no HTML")
        mails = {mail.recipient(): mail for mail in maildir(house.maildir)}
        digest = hashlib.sha256(PDF + b"fr").hexdigest()
        full, link, plain = mails["full@one.example"], mails["small@two.example"], mails["plain@three.example"]
        equal([len(a) for _, _, a in full.attachments()], [len(PDF) + 2], "attachments of full")
        expect(digest in full.text() and "/d/" not in full.text(), "full links its document")
        equal(link.attachments(), [], "attachments of link")
        for mail in (full, link):
            check_form(mail)
        expect(len(link.data) < 50 * 1024, f"link has {len(link.data)} bytes")
        url = f"http://127.0.0.1:{port}/d/{digest}/grande%20synth%C3%A8se.fr.pdf"
        says(link.text().replace("\u00a0", " "), "(97 Kio)")
        for text in (link.text(), link.html()):
            expect(url in text and digest in text, f"the link is not in {text!r}")
        equal((plain.html(), len(plain.attachments()), plain.defects()), (None, 1, []), "plain")
        with urllib.request.urlopen(url, timeout=20) as answer:
            equal(answer.read(), PDF + b"fr", "what the link gives")

        step("several documents are linked each, and a wording that tells of none is refused")
        second = add_large(house)
        house.valise("documents", "publish", second)
        two = draft(house, document, "offices", "synthesis", "--document", second, token_file=organiser)
        letter = house.call("GET", f"/mailings/{two}/preview?contact=V-SMALL")
        expect(letter["text"].count(digest) == 4, f"address and digest of both documents are not in {letter['text']!r}")
        other = draft(house, document, "offices", "registration", "--value", "forum=6e Forum",
                      token_file=organiser)
        says(house.valise("mailings", "submit", other, status=1, token_file=organiser), "document_url", "message-limit")

        step("a limit of the mailing's own concerns everybody, and a house without an address refuses")
        other = draft(house, document, "offices", "synthesis", "--message-limit", "60 KiB", token_file=organiser)
        equal({line["variant"] for line in house.call("GET", f"/mailings/{other}/roll")["items"]}, {"link"}, "variants")
        out = os.path.join(house.folder, "plain.eml")
        house.valise("mailings", "preview", other, "--contact", "V-PLAIN", "--out", out)
        with open(out, "rb") as file:
            bare = Mail(file.read())
        equal((bare.message.get_content_type(), bare.defects()), ("text/plain", []), "plain text alone, with links")
        expect(url in bare.text(), "the link is not in the plain letter")
        house.valise("mailings", "set", other, "--message-limit", "20 MiB", token_file=organiser)
        equal(mailing_now(house, other)["roll"]["included"], 0, "the roll after another limit")
        says(house.valise("mailings", "set", other, "--message-limit", "5 bytes", status=2, token_file=organiser), "from 10 KiB")
        house.valise("mailings", "set", other, "--message-limit", "60 KiB", token_file=organiser)
        house.valise("mailings", "roll", other, token_file=organiser)
        house.stop()
        house.config_more = ""
        house.configure()
        house.start()
        says(house.valise("mailings", "submit", other, status=1, token_file=organiser), "base_url")
        equal(oracle.check(house, [oracle.copy_of(mail.data) for mail in maildir(house.maildir)]), [], "broken invariants")


def after_refusals():
    # its mailbox does not exist, its cabinet refuses by policy, the post is left. R-2 has nobody after it. R-3 is too large.
    port = free_port()
    script = "1/rcpt:550=5.1.1,2/rcpt:550=5.1.1,3/dot:552=5.3.4,4/dot:550=5.7.1"
    with Peer(script) as peer, House(relay=peer.url, couriers=1, config_more=http(port) + "[pace]\ndomain_interval = 0 s\n") as house:
        house.start()
        organiser, approver = house.user("olga", "organiser"), house.user("boris", "approver")
        import_text(house, REFUSED, "refused")
        document = add_large(house)
        house.valise("documents", "publish", document)
        mailing = draft(house, document, "refused", "synthesis", "--next-channel", "on-refusal", token_file=organiser)
        step("who is refused gets links, the next channel, or a to-do, as the manifest says")
        approved(house, mailing, organiser, approver)
        says(house.valise("mailings", "manifest", mailing), "next-channel on-refusal", "after=552,5.2.3,5.3.4")
        house.wait_quiet(mailing, 90)
        found = deliveries(house, mailing)
        by_address = {}
        for d in found:
            by_address.setdefault((d["address"], d["variant"]), []).append(d)
        equal(by_address[("first@chain.example", "full")][0]["state"], "refused", "the first mailbox of R-1")
        second = by_address[("second@chain.example", "full")][0]
        equal(second["supersedes"], by_address[("first@chain.example", "full")][0]["id"], "what the second supersedes")
        post = next(d for d in found if d["by_hand"] == "post")
        equal((post["state"], post["supersedes"]), ("to-do", second["id"]), "the post of R-1")
        equal([d["state"] for d in found if d["address"] == "only@chain.example"], ["refused"], "R-2")
        link = by_address[("large@chain.example", "link")][0]
        equal(link["supersedes"], by_address[("large@chain.example", "full")][0]["id"], "what the link supersedes")
        equal(link["state"], "relayed", "the link")
        (copy,) = peer.ledger()
        equal(copy["rcpt"], "large@chain.example", "the one copy")
        wait_for(lambda: mailing_now(house, mailing)["state"] == "sent", 20, "the mailing is sent")
        equal(len(house.call("GET", f"/log?mailing={mailing}&kind=mailing-sent")["items"]), 1, "how often it was sent")
        chain = house.call("GET", f"/deliveries/{second['id']}")["chain"]
        equal([c["id"] for c in chain], [second["supersedes"], second["id"], post["id"]], "the chain")
        says(house.valise("deliveries", "show", second["id"]), "chain", "superseded by", post["id"])
        says(house.valise("deliveries", "settle", second["id"], "--as", "resend", "--reason", "again", status=1), "took its place")
        entries = house.call("GET", f"/log?mailing={mailing}&kind=delivery-superseded")["items"]
        equal(len(entries), 3, "entries")
        lines = {line["address"]: line for line in house.call("GET", f"/mailings/{mailing}/roll")["items"]}
        equal(lines["first@chain.example"]["delivery"], {"id": post["id"], "state": "to-do"}, "how R-1 stands")
        equal(oracle.check(house, peer.ledger()), [], "broken invariants")
        equal(house.stop(), 0, "an orderly stop")
        house.start()
        equal({d["id"]: d["state"] for d in deliveries(house, mailing)}, {d["id"]: d["state"] for d in found}, "after a restart")


def without_policy():
    with Peer("1/dot:552=5.3.4,2/rcpt:550=5.1.1,3/dot:close") as peer, House(relay=peer.url, couriers=1,
                                                                            config_more="[pace]\ndomain_interval = 0 s\n") as house:
        house.start()
        organiser, approver = house.user("olga", "organiser"), house.user("boris", "approver")
        import_text(house, REFUSED, "refused")
        document = add_large(house)
        mailing = draft(house, document, "refused", "synthesis", token_file=organiser)
        step("without a policy, an address for links, or a definite answer nothing follows")
        approved(house, mailing, organiser, approver)
        house.wait_quiet(mailing)
        equal(sorted(d["state"] for d in deliveries(house, mailing)), ["in-doubt", "refused", "refused"], "states")
        equal(house.rows("SELECT * FROM refusals"), [], "refusals that wait")
        equal(oracle.check(house, peer.ledger()), [], "broken invariants")


if __name__ == "__main__":
    before_sending()
    after_refusals()
    without_policy()
    step("done")
