# SPDX-License-Identifier: GPL-3.0-or-later
"""relay_talk.py - the one talk that every real mail server has to carry byte for byte, whatever it is"""
import hashlib
import os
import re
import shutil
import time

from flow_setup import LANGUAGES, House, draft, equal, expect, import_text, says, step, submit, wait_for
from relay_server import SECRET, USER, as_left
from signing import ALL_CHECKERS, Authority, Checkers, freeze_signed, gpg, make_key, signed_parts, smime_verdict
import oracle

PEOPLE = """Type;Identifiant;Prénom;Nom;Genre;Pays;Langue;Courriel
personne;R-1;Zoé-Éléonore Amélie Geneviève Bérengère;d'Ångström-Ñandú de la Très Longue Rivière Étroite;F;France;fr;zoe@flow.example
personne;R-2;Łukasz;Żółć-Köşe;M;Royaume-Uni;en;lukasz@flow.example
personne;R-3;David "le Point";.Estevan, Ó;M;Espagne;es;david@flow.example
personne;R-4;Inês;Noronhal;F;Portugal;pt;ines.o'hara+x=y@flow.example
"""
TITLE = ("Pré-rapport « très long » : ¿qué papeles para los Estados, as coletividades, l'économie sociale et solidaire, "
         "et le secteur privé ? " + "été " * 30).strip()
# Lines of the letter that begin with dots, one that is nothing but a dot, and one that ends in an equals sign.
ADDRESS = "".join(f"address = {line}\n" for line in (".Un point d'abord", "..deux points", ".", "a=b=", "From le début"))
BIG = 5 * 1024 * 1024


def write_documents(folder):
    """Four files, one of 5 MiB whose base64 has every length and value, one that is lines of dots."""
    files = []
    for number, language in enumerate(LANGUAGES):
        path = os.path.join(folder, f"été-{language}.pdf")
        content = os.urandom(BIG) if number == 0 else (b".\r\n..\n\r.\r" * 5000)[:49000 + number]
        with open(path, "wb") as file:
            file.write(b"%PDF-1.4\n" + content)
        files += ["--language", f"{language}={path}"]
    return files


def relay_more(server, login, secured=True):
    more = f"ca_file = {server.folder}/cert.pem\n" if secured else ""
    if login:
        path = f"{server.folder}/password"
        with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="ascii") as file:
            file.write(SECRET)
        more += f"user = {USER}\npassword_file = {path}\n"
    return more


def carries_all(server, name, words, login=False, dsn=True, secured=True):
    """Each message arrives with the very bytes that the journal knows. WORDS: what the server's reply to the dot holds."""
    with House(relay=f"smtp://localhost:{server.port}", tls="required" if secured else "none",
               relay_more=relay_more(server, login, secured), config_more=f"[organisation]\n{ADDRESS}") as house:
        house.start()
        way = ("over STARTTLS" if secured else "in clear text") + (" with AUTH" if login else "")
        step(f"{name}: {way}, 5 MiB, dots, folded headers, names of all letters")
        house.valise("contacts", "import", "-", "--list", "all", stdin=PEOPLE.encode())
        files = write_documents(server.folder)
        document = house.valise("documents", "add", "pre-report", "--title", TITLE, *files).strip()
        house.valise("documents", "freeze", document)
        mailing = draft(house, document, "all", "pre-report", "--acknowledgement", "requested")
        submit(house, mailing)
        house.valise("mailings", "release", mailing)
        equal(house.wait_quiet(mailing, 120)["counts"], {"relayed": 4}, "the deliveries")
        wait_for(lambda: len(server.mails()) == 4, 60, f"{name} delivered four messages")
        recorded = {row["sha256"].hex() for row in house.rows("SELECT sha256 FROM deliveries")}
        equal({hashlib.sha256(as_left(mail)).hexdigest() for mail in server.mails()}, recorded, "the digests of what arrived")
        check_shape([as_left(mail) for mail in server.mails()])
        attempts = house.rows("SELECT tls, reply, code FROM attempts")
        expect(all((row["tls"] or "").startswith("TLS1.") == secured and words in row["reply"] for row in attempts),
               f"over TLS or not, words kept: {attempts}")
        facts = [entry["facts"].get("dsn") for entry in house.call("GET", "/log?kind=delivery-relayed")["items"]]
        equal(facts, ["asked" if dsn else None] * 4, "the DSN parameters")
        equal(oracle.check(house, [oracle.copy_of(as_left(mail)) for mail in server.mails()]), [], "broken invariants")
        says(house.valise("doctor"), "localhost:", "TLS1." if secured else "clear text")


def check_shape(mails):
    """The talk would prove little if the messages were tame."""
    expect(max(len(mail) for mail in mails) > BIG * 4 // 3, "one message of more than 5 MiB")
    expect(all(re.search(rb"\r\n\.", mail) for mail in mails), "lines that begin with a dot")
    expect(all(len(line) <= 998 for mail in mails for line in mail.split(b"\r\n")), "lines within the limit")
    expect(all(re.search(rb"(?m)^Subject:[^\n]*\r\n[ \t][^\n]*\r\n[ \t]", mail) for mail in mails), "a folded subject")
    expect(any(b"=?" in mail.split(b"\r\n\r\n")[0] for mail in mails), "encoded words")
    expect(all(max(mail.split(b"\r\n\r\n")[0]) < 128 for mail in mails), "headers in ASCII")


def carries_signed(server, name, login=False, secured=True):
    """What is signed, by OpenPGP and by S/MIME, still holds when that server has stored it, dots and long names and all."""
    authority = Authority()
    authority.person("forum", "secretariat@forum.example")
    more = (f"[organisation]\n{ADDRESS}\n[openpgp]\nkey = secretariat@forum.example\npassphrase_file = passphrase\n"
            f"[smime]\ncertificate = {authority.fingerprint('forum')}\npassphrase_file = passphrase\nauthorities = {authority.chain}\n")
    try:
        with House(relay=f"smtp://localhost:{server.port}", tls="required" if secured else "none",
                   relay_more=relay_more(server, login, secured), config_more=more) as house:
            home = make_key(house)
            authority.give_secret("forum", home)
            house.start()
            step(f"{name}: signed letters arrive as they were signed")
            house.valise("contacts", "import", "-", "--list", "all", stdin=PEOPLE.encode())
            document = house.valise("documents", "add", "pre-report", "--title", TITLE, *write_documents(server.folder)).strip()
            freeze_signed(house, document)
            for how in ("openpgp", "smime"):
                before = len(server.mails())
                mailing = draft(house, document, "all", "pre-report", "--sign", how)
                submit(house, mailing)
                house.valise("mailings", "release", mailing)
                equal(house.wait_quiet(mailing, 120)["counts"], {"relayed": 4}, "the deliveries")
                wait_for(lambda: len(server.mails()) == before + 4, 60, f"{name} delivered four messages more")
            check_signed(server.mails(), authority, gpg(home, "--export"), server.folder)
    finally:
        shutil.rmtree(authority.folder)


def check_signed(mails, authority, keys, folder):
    kinds = []
    checkers = Checkers(folder, keys)
    for mail in mails:
        signed, signature, head = signed_parts(as_left(mail))
        kinds.append(b"pkcs7" in head)
        if kinds[-1]:
            good, told, _ = smime_verdict(mail, authority.root, folder)
            expect(good, f"openssl: {told}")
        else:
            equal(checkers.verdicts(signature, signed), ALL_CHECKERS, "who calls the letter good")
    equal(sorted(kinds), [False] * 4 + [True] * 4, "letters of both kinds")


def refuses_a_wrong_password(server, name):
    with House(relay=f"smtp://localhost:{server.port}", tls="required", relay_more=relay_more(server, True)) as house:
        with open(f"{server.folder}/password", "w", encoding="ascii") as file:
            file.write("another one")
        house.start()
        step(f"{name}: a wrong password sends nothing and says what to correct")
        says(house.valise("doctor", status=1), "user and password_file")
        import_text(house, PEOPLE.split("\n", 2)[0] + "\npersonne;R-9;Eva;Un;F;France;fr;eva@flow.example\n", "all")
        document = house.valise("documents", "add", "pre-report", "--title", "Essai", *write_documents(server.folder)).strip()
        house.valise("documents", "freeze", document)
        mailing = draft(house, document, "all", "pre-report")
        submit(house, mailing)
        before = len(server.mails())
        house.valise("mailings", "release", mailing)
        wait_for(lambda: not house.call("GET", "/status")["relays"][0]["up"], 30, "the relay is not up")
        says(house.call("GET", "/status")["relays"][0]["words"], "password_file")
        time.sleep(0.5)
        equal(len(server.mails()), before, "messages that the server has")
