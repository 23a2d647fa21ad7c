#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Documents signed when they are frozen: seen before, by a second person, verified by others, and failing closed"""
import email
import email.policy
import hashlib
import os
import re
import shutil
import signal
import sqlite3
import subprocess
import tempfile
import time

from flow_setup import (ATTENDEES, OFFICES, SOURCE, House, Peer, Public, add_document, check_form, draft, equal, expect, free_port,
                        import_text, maildir, pdf_of, says, step, submit, wait_for)
from signing import ALL_CHECKERS, FORUM, Checkers, end_agent, freeze_signed, gpg, make_home, make_key, signed_parts, write

def fetch(port, path):
    status, _, content = Public(port).ask("GET", path)
    return status, content


def two_pairs_of_eyes(house, olga, boris):
    step("whoever freezes sees files, digests and key first; a synthesis takes a second person")
    document = add_document(house, "synthesis", "Synthèse", olga, freeze=False)
    told = house.valise("documents", "freeze", document, token_file=boris, status=1)
    says(told, "nobody has confirmed", "synthesis.fr.pdf", hashlib.sha256(pdf_of("synthesis", "fr")).hexdigest(), FORUM)
    code = re.search(r"--confirm ([0-9a-f]{12})", told).group(1)
    says(house.valise("documents", "freeze", document, "--confirm", code, token_file=olga, status=1), "second person")
    says(house.valise("documents", "freeze", document, "--confirm", "0" * 12, token_file=boris, status=1),
         "not what is there now")
    house.valise("documents", "freeze", document, "--confirm", code, token_file=boris)
    versions = house.call("GET", f"/documents/{document}")["versions"]
    equal({version["signature"]["by"] for version in versions}, {"boris"}, "who signed")
    (entry,) = house.call("GET", "/log?kind=document-frozen")["items"]
    equal(entry["user"], "boris", "who the journal names")
    report = add_document(house, "pre-report", "Rapport", olga, freeze=False)
    code = re.search(r"--confirm ([0-9a-f]{12})", house.valise("documents", "freeze", report, token_file=olga, status=1))
    house.valise("documents", "freeze", report, "--confirm", code.group(1), token_file=olga)
    return document


def by_others(house, document, port):
    step("gpgv says so too, with nothing but the key, the file and the signature")
    house.valise("documents", "publish", document)
    digest = hashlib.sha256(pdf_of("synthesis", "en")).hexdigest()
    with tempfile.TemporaryDirectory() as folder:
        def keep(name, content):
            with open(os.path.join(folder, name), "wb") as file:
                file.write(content)
            return os.path.join(folder, name)
        status, armour = fetch(port, "/key.asc")
        equal(status, 200, "the key as a file")
        home = os.path.join(folder, "home")
        os.mkdir(home, 0o700)
        gpg(home, "--import", keep("key.asc", armour))
        ring = keep("ring.gpg", gpg(home, "--export"))
        subprocess.run(["gpgconf", "--homedir", home, "--kill", "all"], check=False, timeout=30)
        file = keep("synthesis.en.pdf", fetch(port, f"/d/{digest}/synthesis.en.pdf")[1])
        signature = keep("synthesis.en.pdf.asc", fetch(port, f"/d/{digest}/synthesis.en.pdf.asc")[1])
        subprocess.run(["gpgv", "--keyring", ring, signature, file], check=True, capture_output=True, timeout=30)
        checkers = Checkers(folder, gpg(home, "--export"))
        with open(signature, "rb") as armour:
            armour = armour.read()
        equal(checkers.verdicts(armour, pdf_of("synthesis", "en")), ALL_CHECKERS, "who calls the document good")
        equal(checkers.verdicts(armour, pdf_of("synthesis", "fr")), set(), "who calls another file good")
        equal(house.valise("documents", "signature", document, "en").encode(), open(signature, "rb").read(), "from the command line")
        hashed = os.path.join(folder, "wkd")
        house.valise("keys", "export", "--wkd", hashed)
        (name,) = os.listdir(os.path.join(hashed, ".well-known/openpgpkey/hu"))
        with open(os.path.join(hashed, ".well-known/openpgpkey/hu", name), "rb") as kept:
            binary = kept.read()
        equal(fetch(port, f"/.well-known/openpgpkey/hu/{name}"), (200, binary), "the web key directory")
        equal(fetch(port, f"/.well-known/openpgpkey/forum.example/hu/{name}"), (200, binary), "the same by its other name")
        equal(fetch(port, "/.well-known/openpgpkey/hu/" + "y" * 32)[0], 404, "somebody else's key")
    with tempfile.TemporaryDirectory() as folder:
        as_the_readme_says(port, folder)
    page = fetch(port, f"/verify?language=en&digest={digest}")[1].decode()
    says(page, "Yes:", "Signed by", "secretariat@forum.example", "synthesis.en.pdf.asc")
    (key,) = [item for item in house.call("GET", "/keys")["items"] if item["of"] == "house"]
    equal((key["state"], key["in_use"]), ("valid", True), "our key")
    expect(any(item["check"] == "key" and item["state"] == "ok" for item in house.call("GET", "/doctor")["items"]), "doctor")


def as_the_readme_says(document_port, folder):
    """The five lines that a ministry is told, run as they stand there, but for the address."""
    with open(os.path.join(SOURCE, "README.md"), encoding="utf-8") as file:
        lines = file.read().split("### How a ministry checks a document\n```\n")[1].split("```")[0]
    equal(len(lines.strip().splitlines()), 5, "lines that a ministry is told")
    content = pdf_of("synthesis", "en")
    write(folder, "synthesis.pdf", content)
    script = lines.replace("https://documents.forum.example", f"http://127.0.0.1:{document_port}").replace(
        "SHA256", hashlib.sha256(content).hexdigest())

    def checks():
        return subprocess.run(["sh", "-e", "-c", script], cwd=folder, capture_output=True, timeout=60, check=False,
                              env={**os.environ, "GNUPGHOME": folder, "no_proxy": "127.0.0.1"})
    done = checks()
    equal(done.returncode, 0, f"the lines of README: {done.stderr.decode()}")
    says(done.stderr.decode(), "Good signature", "secretariat@forum.example")
    write(folder, "synthesis.pdf", content + b" ")
    expect(checks().returncode != 0, "a changed document passes the lines of README")
    end_agent(folder)


def signed_letters(house, document, olga, boris):
    step("letters are signed whole, each by itself, and say so to any checker; a channel that cannot take it gets none")
    import_text(house, ATTENDEES, "attendees", token_file=olga)
    import_text(house, OFFICES, "offices", token_file=olga)
    house.valise("contacts", "channel", "O-XI", "set", house.call("GET", "/contacts/O-XI")["channels"][0]["id"],
                 "--no-signature-part", "yes")
    mailing = draft(house, document, "attendees,offices", "synthesis", "--sign", "openpgp", token_file=olga)
    digest = submit(house, mailing, olga)
    says(house.valise("mailings", "manifest", mailing), "sign openpgp ")
    house.valise("mailings", "approve", mailing, "--digest", digest, token_file=boris)
    house.valise("mailings", "release", mailing, token_file=olga)
    now = house.wait_quiet(mailing)
    mails = maildir(house.maildir)
    equal(now["counts"].get("relayed"), len(mails), f"letters of {now['counts']}")
    home = os.path.join(house.state, "gnupg")
    (fingerprint,) = [item["fingerprint"] for item in house.call("GET", "/keys")["items"] if item["of"] == "house"]
    unsigned = [mail for mail in mails if mail.message.get_content_type() != "multipart/signed"]
    equal([mail.recipient() for mail in unsigned], ["gabinete@presidencia.example"], "who got no signature part")
    told = {item["address"]: item["signed_by"] for item in house.call("GET", f"/deliveries?mailing={mailing}&limit=1000")["items"]}
    equal({mail.recipient(): None if mail in unsigned else fingerprint for mail in mails}, told, "who signed, as the deliveries say")
    expect(all("pgp-signature" not in mail.data.decode() for mail in unsigned), "a signature part in the unsigned variant")
    with tempfile.TemporaryDirectory() as folder:
        checkers = Checkers(folder, gpg(home, "--export"))
        for mail in mails:
            check_form(mail)
            if mail in unsigned:
                continue
            equal((mail.message.get_content_type(), mail.message.get_param("protocol"), mail.message.get_param("micalg")),
                  ("multipart/signed", "application/pgp-signature", "pgp-sha512"), "type of the whole message")
            signed, signature, _ = signed_parts(mail.data)
            equal(checkers.verdicts(signature, signed), ALL_CHECKERS, f"who calls {mail['Message-ID']} good")
            says(mail.text(), fingerprint)
            inner = email.message_from_bytes(signed, policy=email.policy.default)
            equal((inner["Subject"], inner["From"], inner.get_param("hp")), (mail["Subject"], mail["From"], "clear"),
                  "the protected header")
            names = [part.get_filename() for part in mail.message.walk() if part.get_filename()]
            expect(any(name.endswith(".pdf.asc") for name in names), "the document's own signature beside it")


def another_key(house, document, port):
    step("another key takes over: the history shows both, the public page keeps both, old signatures still hold")
    old = house.call("GET", f"/documents/{document}")["versions"][0]["signature"]["fingerprint"]
    status = {item["text"]: item["state"] for item in house.call("GET", "/doctor")["items"] if item["check"] == "published-key"}
    equal((len(status), set(status.values())), (2, {"ok"}), f"what a stranger fetches: {status}")
    equal(house.stop(), 0, "an orderly stop")
    home = make_home(house)
    new_name = "Forum of Examples, second key <secretariat@forum.example>"
    gpg(home, "--passphrase", "secret words", "--quick-gen-key", new_name, "ed25519", "sign", "20d")
    listed = gpg(home, "--with-colons", "--list-keys", new_name).decode()
    new = re.search(r"^fpr:+([0-9A-F]{40}):", listed, re.M).group(1)
    end_agent(home)
    with open(house.config, encoding="utf-8") as file:
        text = file.read()
    with open(house.config, "w", encoding="utf-8") as file:
        file.write(text.replace("key = secretariat@forum.example", f"key = {new}"))
    house.start()
    history = wait_for(lambda: [item for item in house.call("GET", "/keys")["items"] if item["of"] == "history"][1:], 20, "the second key")
    equal((history[0]["fingerprint"], history[0]["state"], history[0]["use"]), (new, "in-use", "documents"), "the key in use")
    first = [item for item in house.call("GET", "/keys")["items"] if item["of"] == "history"][0]
    equal((first["fingerprint"], first["state"], first["until"]), (old, "former", history[0]["from"]), "the key before it")
    says(house.valise("keys", "list"), old, new, "signed for us (documents)")
    says(" ".join(house.call("GET", "/status")["warnings"]), "soon: the key ends in 19 days")
    wait_for(lambda: "KEY=key" in house.log_text(), 20, "the system log")
    (entry,) = house.call("GET", "/log?kind=signing-key-changed&limit=10")["items"][1:]
    says(entry["text"], new, old)
    with tempfile.TemporaryDirectory() as folder:
        status, keys = fetch(port, "/keys.asc")
        equal(status, 200, "all keys")
        home = os.path.join(folder, "home")
        os.mkdir(home, 0o700)
        gpg(home, "--import", text=keys)
        checkers = Checkers(folder, gpg(home, "--export"))
        end_agent(home)
        digest = hashlib.sha256(pdf_of("synthesis", "en")).hexdigest()
        signature = fetch(port, f"/d/{digest}/synthesis.en.pdf.asc")[1]
        equal(checkers.verdicts(signature, pdf_of("synthesis", "en")), ALL_CHECKERS, "who calls the old signature good")


def signed_heads():
    step("heads of the journal are signed by a key of their own; an export shows a changed line and a cut tail")
    with House(config_more="\n[openpgp]\nlog_key = log@forum.example\n") as house:
        home = make_home(house, "gnupg-log")
        gpg(home, "--passphrase", "", "--quick-gen-key", "Journal of the Forum <log@forum.example>", "ed25519", "sign", "1y")
        house.start()
        first = house.valise("log", "sign").strip()
        house.user("olga", "organiser")
        second = house.valise("log", "sign").strip()
        expect(first != second, "two heads")
        equal(house.valise("log", "sign").strip(), second, "the same journal once more")
        heads = house.call("GET", "/log/heads")["items"]
        equal([head["number"] for head in heads], list(range(1, len(heads) + 1)), "numbers")
        house.user("boris", "approver")
        out = os.path.join(house.folder, "export")
        house.valise("log", "export", "--out", out)

        def verdict():
            return subprocess.run(["sh", os.path.join(out, "verify.sh")], capture_output=True, timeout=60, check=False)
        says(verdict().stdout.decode(), "intact", f"signed heads that hold: {len(heads)}")
        equal(house.valise("log", "verify", out, status=0)[:11], "the journal", "without the script")
        for name, change in (("MANIFEST-1", lambda text: text.replace("0", "1", 1)), ("head-1.txt", lambda text: "9" + text),
                             ("MANIFEST-1.asc", lambda text: text.replace("A", "B")),
                             ("chain.txt", lambda text: "".join(text.splitlines(True)[:-1])),
                             ("HEAD", lambda text: "1" + text)):
            path = os.path.join(out, name)
            with open(path, encoding="ascii") as file:
                before = file.read()
            with open(path, "w", encoding="ascii") as file:
                file.write(change(before))
            equal(verdict().returncode, 1, f"verify.sh after {name} was changed")
            with open(path, "w", encoding="ascii") as file:
                file.write(before)
        equal(verdict().returncode, 0, "verify.sh after all was put back")
        cut_and_rewritten(house, out, heads)


def cut_and_rewritten(house, out, heads):
    step("any head kept elsewhere shows a cut tail: by hand, by the script and by `log verify`; the README has the script itself")
    with open(os.path.join(out, "README.txt"), encoding="utf-8") as file:
        printed = file.read()
    with open(os.path.join(out, "again.sh"), "w", encoding="utf-8") as file:
        file.write(printed[printed.rindex("#!/bin/sh"):])
    for script in ("verify.sh", "again.sh"):
        done = subprocess.run(["sh", os.path.join(out, script), heads[-1]["head"]], capture_output=True, timeout=60, check=False)
        equal(done.returncode, 0, f"{script}: {done.stdout.decode()}")
    house.user("late", "auditor")
    late = house.valise("log", "sign").strip()
    mail = os.path.join(house.folder, "mail.eml")
    with open(mail, "w", encoding="ascii") as file:
        file.write(f"Subject: a head\r\n\r\nKeep this:\r\n\r\n  {late}\r\n")
    for head in (late, mail):
        says(house.valise("log", "verify", out, "--head", head, status=1), "cut off")
        house.valise("log", "verify", "--head", head)
    done = subprocess.run(["sh", os.path.join(out, "verify.sh"), late], capture_output=True, timeout=60, check=False)
    equal(done.returncode, 1, "verify.sh with a later head")
    says(done.stdout.decode(), "cut off")
    new = os.path.join(house.folder, "export-2")
    house.valise("log", "export", "--out", new)
    house.valise("log", "verify", new, "--head", mail)
    with open(os.path.join(new, "head-2.txt"), encoding="ascii") as file:
        text = file.read()
    expect("\ntree " in text, "no root of the tree in a head")
    step("whoever writes the database anew behind the daemon is found by the signed heads in it")
    digit = {"0": "1"}.get(text[-2], "0")
    equal(house.stop(), 0, "the exit status of an orderly stop")
    for sql, word in (("DELETE FROM entries WHERE id >= (SELECT max(head_index) FROM signed_heads)", "written anew"),
                      ("UPDATE signed_heads SET root = zeroblob(32) WHERE number = 2", "MANIFEST-2"),
                      (f"UPDATE signed_heads SET armour = CAST(replace(CAST(armour AS TEXT), '\n=', '{digit}\n=') AS BLOB)",
                       "signature")):
        shutil.copy(f"{house.state}/valise.db", f"{house.folder}/kept.db")
        db = sqlite3.connect(f"{house.state}/valise.db")
        db.execute(sql)
        db.commit()
        db.close()
        house.start()
        says(house.valise("log", "verify", status=1), "does not hold", word)
        equal(house.stop(), 0, "the exit status of an orderly stop")
        for name in os.listdir(house.state):
            if name.startswith("valise.db-"):
                os.unlink(os.path.join(house.state, name))
        shutil.copy(f"{house.folder}/kept.db", f"{house.state}/valise.db")
    house.start()
    house.valise("log", "verify", "--head", late)


def same_bytes_again():
    step("a signed letter that the relay puts off is offered again with the very same bytes, after a restart as well")
    more = "\n[openpgp]\nkey = secretariat@forum.example\npassphrase_file = passphrase\n"
    with Peer("1-4/dot:450+kept") as peer, House(relay=peer.url, config_more=more) as house:
        make_key(house)
        house.start()
        import_text(house, ATTENDEES, "attendees")
        document = add_document(house, "pre-report", "Pré-rapport", freeze=False)
        freeze_signed(house, document)
        mailing = draft(house, document, "attendees", "pre-report", "--sign", "openpgp")
        submit(house, mailing)
        house.valise("mailings", "release", mailing)
        wait_for(lambda: peer.ledger(), 30, "one was offered")
        equal(house.stop(), 0, "an orderly stop")
        house.start()
        equal(house.wait_quiet(mailing)["counts"], {"relayed": 3}, "what left in the end")
        offered = {}
        for entry in peer.ledger():
            offered.setdefault(entry["rcpt"], []).append(entry["sha256"])
        expect(sum(len(digests) for digests in offered.values()) > 3, f"nothing was put off: {offered}")
        equal({rcpt: len(set(digests)) for rcpt, digests in offered.items()}, {rcpt: 1 for rcpt in offered}, "different bytes of each")


def fails_closed(port):
    step("a key that cannot sign freezes nothing and stops nothing else")
    with House(config_more=f"\n[openpgp]\nkey = secretariat@forum.example\n") as house:
        house.start()
        document = add_document(house, "pre-report", "Rapport", freeze=False)
        says(house.valise("documents", "freeze", document, status=1), "--import")
        equal(house.call("GET", f"/documents/{document}")["frozen_at"], None, "not frozen")
        expect(any("nothing can be signed" in warning for warning in house.call("GET", "/status")["warnings"]), "status")
    with House(config_more="\n[openpgp]\nkey = secretariat@forum.example\npassphrase_file = passphrase\n") as house:
        make_key(house)
        with open(os.path.join(house.folder, "passphrase"), "w", encoding="ascii") as file:
            file.write("other words\n")
        house.start()
        document = add_document(house, "pre-report", "Rapport", freeze=False)
        says(house.valise("documents", "freeze", document, status=1), "passphrase")
        expect("other words" not in house.log_text() and "secret words" not in house.log_text(), "a passphrase is in the log")
    with House(config_more="\n[openpgp]\nkey = secretariat@forum.example\npassphrase_file = passphrase\n[http]\n"
               f"public = 127.0.0.1:{free_port()}\nbase_url = http://127.0.0.1:{port}\n") as house:
        make_key(house)
        house.start()
        found = [item for item in house.call("GET", "/doctor")["items"] if item["check"] == "published-key"]
        equal([item["state"] for item in found], ["warning", "warning"], "a page that nobody serves")
        says(found[0]["text"] + found[0]["remedy"], f"127.0.0.1:{port}/key.asc", "public listener")
    with House(config_more="\n[openpgp]\nkey = secretariat@forum.example\n") as house:
        make_key(house, passphrase="", expires="seconds=3")
        time.sleep(3.5)
        house.start()
        document = add_document(house, "pre-report", "Rapport", freeze=False)
        says(house.valise("documents", "freeze", document, status=1), "expired")


def main():
    if shutil.which("gpgv") is None:
        raise AssertionError("gpgv is not installed")
    port = free_port()
    more = (f"\n[openpgp]\nkey = secretariat@forum.example\npassphrase_file = passphrase\n"
            f"\n[http]\npublic = 127.0.0.1:{port}\nbase_url = http://127.0.0.1:{port}\n")
    with House(config_more=more) as house:
        make_key(house)
        house.start()
        olga, boris = house.user("olga", "organiser"), house.user("boris", "approver")
        document = two_pairs_of_eyes(house, olga, boris)
        by_others(house, document, port)
        signed_letters(house, document, olga, boris)
        another_key(house, document, port)
    same_bytes_again()
    signed_heads()
    fails_closed(port)


if __name__ == "__main__":
    main()
