#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Letters signed by S/MIME: each by itself, with the chain, checked by openssl and gpgsm, and failing closed"""
import base64
import email
import email.policy
import os
import shutil
import subprocess
import tempfile
import time

from flow_setup import (ATTENDEES, OFFICES, House, add_document, check_form, draft, equal, expect, import_text, maildir, refused,
                        says, step, submit)
from signing import WORDS, Authority, end_agent, make_home, passphrase_file, run, signed_parts, smime_verdict, write

NAMES = ATTENDEES + "personne;A-LT;Zoé;Ñandú d'Ångström;M;Pologne;en;zoe@flow.example\n"


def config(authority, certificate):
    return (f"\n[smime]\ncertificate = {certificate}\npassphrase_file = smime-passphrase\n"
            f"authorities = {authority.chain}\n")


def house_of(authority, name="forum", **more):
    house = House(config_more=config(authority, authority.fingerprint(name)), **more)
    home = make_home(house)
    passphrase_file(house, "smime-passphrase")
    authority.give_secret(name, home)
    return house


def send(house, *more, **names):
    document = add_document(house, "pre-report", "Rapport")
    import_text(house, ATTENDEES if not names else names["people"], "attendees")
    mailing = draft(house, document, "attendees", "pre-report", "--sign", "smime", *more)
    submit(house, mailing)
    house.valise("mailings", "release", mailing)
    return mailing


def stranger(authority, folder):
    """A home of gpgsm that trusts the root and has nothing else."""
    home = os.path.join(folder, "stranger")
    os.mkdir(home, 0o700)
    write(home, "gpgsm.conf", b"disable-crl-checks\ndisable-dirmngr\n")
    write(home, "trustlist.txt", f"{authority.fingerprint('root')} S\n".encode())
    run(["gpgsm", "--homedir", home, "--batch", "--import", authority.root])
    return home


def letters(authority):
    step("each letter is signed by itself; openssl and gpgsm say so with the root alone")
    with house_of(authority) as house, tempfile.TemporaryDirectory() as folder:
        house.start()
        mailing = send(house, people=NAMES)
        counts = house.wait_quiet(mailing)["counts"]
        equal(counts, {"relayed": 4}, "the deliveries")
        says(house.valise("mailings", "manifest", mailing), f"sign smime {authority.fingerprint('forum')}")
        mails = maildir(house.maildir)
        home = stranger(authority, folder)
        with open(authority.path("forum.pem"), "rb") as file:
            ours = run(["openssl", "x509", "-outform", "DER"], text=file.read()).stdout
        for mail in mails:
            check_form(mail)
            message = mail.message
            equal((message.get_content_type(), message.get_param("protocol"), message.get_param("micalg")),
                  ("multipart/signed", "application/pkcs7-signature", "sha-256"), "type of the whole message")
            good, signer, text = smime_verdict(mail.data, authority.root, folder)
            expect(good, f"openssl on {mail['Message-ID']}: {signer}")
            equal(run(["openssl", "x509", "-outform", "DER"], text=signer.encode()).stdout, ours, "who signed")
            signed, signature, _ = signed_parts(mail.data)
            der = write(folder, "signature", base64.b64decode(signature))
            done = run(["gpgsm", "--homedir", home, "--batch", "--status-fd", "1", "--verify", der, write(folder, "signed", signed)])
            says(done.stdout.decode(), "GOODSIG", "TRUST_FULLY")
            inner = email.message_from_bytes(text, policy=email.policy.default)
            equal((inner["Subject"], inner["From"], inner["Date"], inner.get_param("hp")),
                  (mail["Subject"], mail["From"], mail["Date"], "clear"), "the protected header")
            equal(inner["To"], mail["To"], "the protected recipient")
            # The certificates that go along: ours and the one between; the root is whoever trusts it's own.
            told = run(["openssl", "pkcs7", "-inform", "DER", "-in", der, "-print_certs", "-noout"]).stdout.decode()
            equal((told.count("subject="), "Authority of Examples" in told, "subject=CN = Root" in told), (2, True, False), "the chain")
        step("a letter of which anything was changed counts no more")
        head, _, rest = mails[0].data.replace(b"\r\n", b"\n").partition(b"\n\n")
        expect(smime_verdict(head + b"\n\n" + rest, authority.root, folder)[0], "a letter that was stored with LF alone")
        for part, other in ((b"JVBERi0", b"JVBERi1"), (b"Subject: ", b"Subject: No: "), (b"hp=clear", b"hp=cipher")):
            expect(part in rest, f"{part!r} stands in what is signed")
            changed = head + b"\n\n" + rest.replace(part, other, 1)
            expect(not smime_verdict(changed, authority.root, folder)[0], f"a letter without its {part!r} still counts")
        end_agent(home)
        expect(len({mail.message.get_boundary() for mail in mails}) == len(mails), "boundaries of their own")
        (row,) = house.rows("SELECT count(*) AS n FROM splices")
        equal(row["n"], len(mails), "kept splices")
        preview = house.valise("mailings", "preview", mailing, "--contact", "A-FR")
        expect("multipart/signed" not in preview and "pkcs7" not in preview, "a preview is signed")
        expect(WORDS not in house.log_text(), "the passphrase is in the log")


def offices(authority):
    step("an office's channel that takes no signature part gets none; the journal names who approved the certificate")
    with house_of(authority) as house:
        house.start()
        olga, boris = house.user("olga", "organiser"), house.user("boris", "approver")
        document = add_document(house, "synthesis", "Synthèse", olga)
        import_text(house, OFFICES, "offices", token_file=olga)
        house.valise("contacts", "channel", "O-XI", "set", house.call("GET", "/contacts/O-XI")["channels"][0]["id"],
                     "--no-signature-part", "yes")
        mailing = draft(house, document, "offices", "synthesis", "--sign", "smime", token_file=olga)
        house.valise("mailings", "approve", mailing, "--digest", submit(house, mailing, olga), token_file=boris)
        house.valise("mailings", "release", mailing, token_file=olga)
        house.wait_quiet(mailing)
        kinds = {mail.recipient(): mail.message.get_content_type() for mail in maildir(house.maildir)}
        equal(kinds, {"courrier@presidence.example": "multipart/signed", "gabinete@presidencia.example": "multipart/mixed"},
              "who got a signature")
        (certificate,) = [key for key in house.call("GET", "/keys")["items"] if key["of"] == "house" and key["protocol"] == "smime"]
        equal((certificate["fingerprint"], certificate["state"], certificate["in_use"]), (authority.fingerprint("forum"), "valid", True),
              "our certificate among our keys")
        says(house.valise("keys", "list"), certificate["fingerprint"], "signs for us")
        status = house.call("GET", "/doctor")["items"]
        expect(any(item["check"] == "certificate" and item["state"] == "warning" for item in status), "a certificate of forty days")


def fails_closed(authority):
    step("a certificate that ends too early, a wrong passphrase, an authority that nobody trusts: nothing leaves")
    with house_of(authority) as house:
        house.start()
        document = add_document(house, "pre-report", "Rapport")
        import_text(house, ATTENDEES, "attendees")
        late = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(time.time() + 50 * 86400))
        mailing = draft(house, document, "attendees", "pre-report", "--sign", "smime", "--not-after", late)
        says(house.valise("mailings", "submit", mailing, status=1), "ends too early", "ask its authority")
        equal(house.call("GET", f"/mailings/{mailing}")["state"], "draft", "its state")
    with house_of(authority) as house:
        passphrase_file(house, "smime-passphrase", "other words")
        house.start()
        document = add_document(house, "pre-report", "Rapport")
        import_text(house, ATTENDEES, "attendees")
        mailing = draft(house, document, "attendees", "pre-report", "--sign", "smime")
        says(house.valise("mailings", "submit", mailing, status=1), "passphrase")
        expect("other words" not in house.log_text() and WORDS not in house.log_text(), "a passphrase is in the log")
        says(" ".join(house.call("GET", "/status")["warnings"]), "S/MIME")
    alien = Authority()
    try:
        with House(config_more=config(alien, authority.fingerprint("forum"))) as house:
            home = make_home(house)
            passphrase_file(house, "smime-passphrase")
            authority.give_secret("forum", home)
            house.start()
            document = add_document(house, "pre-report", "Rapport")
            import_text(house, ATTENDEES, "attendees")
            mailing = draft(house, document, "attendees", "pre-report", "--sign", "smime")
            says(house.valise("mailings", "submit", mailing, status=1), "authority")
            equal(maildir(house.maildir), [], "letters")
    finally:
        shutil.rmtree(alien.folder)
    with House() as house:
        house.start()
        document = add_document(house, "pre-report", "Rapport")
        import_text(house, ATTENDEES, "attendees")
        says(house.valise("mailings", "create", "--document", document, "--list", "attendees", "--wording", "pre-report", "--sign",
                          "smime", status=1), "[smime] certificate")


def main():
    authority = Authority()
    try:
        authority.person("forum", "secretariat@forum.example")
        letters(authority)
        offices(authority)
        fails_closed(authority)
    finally:
        shutil.rmtree(authority.folder)


if __name__ == "__main__":
    main()
