# SPDX-License-Identifier: GPL-3.0-or-later
"""flow_setup.py - what the whole talks share: steps by name, people of a test's own, drafts, finished messages"""
import datetime
import email
import email.policy
import http.client
import os
import re
import shutil
import sys
import time
import urllib.parse

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))
from house import BUILD, SOURCE, House, Peer, Refused, free_port, wait_for  # noqa: E402,F401

EXAMPLES = os.path.join(SOURCE, "tests", "examples")
LANGUAGES = ("fr", "en", "es", "pt")
TODAY = datetime.date.today()

# Three attendees and two offices: enough for most talks. One office's mission is a second address of it.
ATTENDEES = """Type;Identifiant;Prénom;Nom;Genre;Pays;Langue;Courriel
personne;A-FR;Aline;Borvane;F;France;fr;aline@flow.example
personne;A-EN;Emma;Farlowe;F;Royaume-Uni;en;emma@flow.example
personne;A-ES;David;Estevan;M;Espagne;es;david@flow.example
"""
OFFICES = f"""Type;Identifiant;Prénom;Nom;Genre;Fonction;Type de fonction;Pays;Langue;Courriel;Motif;Zone du motif;Preuve du motif;Date du motif;Début du mandat;Vérifié le
fonction;O-XA;Talen;Vascourt;M;Présidence;president;XA;fr;courrier@presidence.example;approval-expressed;XA;lettre du 3 mars;2026-03-03;2024-05-14;{TODAY}
fonction;O-XI;Filipa;Noronhal;F;Presidência;president;XI;pt;gabinete@presidencia.example;sse-promotion;XI;lei de bases;2025-05-08;2024-05-20;{TODAY}
"""

began = time.monotonic()


def own_templates(house):
    """A copy of the templates that HOUSE, not yet started, will read, for who changes them; its folder."""
    templates = os.path.join(house.folder, "templates")
    shutil.copytree(os.path.join(SOURCE, "templates"), templates)
    os.makedirs(house.config + ".d")
    with open(os.path.join(house.config + ".d", "10-flow.conf"), "w", encoding="utf-8") as file:
        file.write(f"[valise]\ntemplates = {templates}\n")
    return templates


def step(sentence):
    """Names what comes next: the last step printed before a traceback is the one that failed."""
    print(f"{time.monotonic() - began:6.2f} s  {sentence}", flush=True)


def expect(condition, sentence):
    if not condition:
        raise AssertionError(sentence)


def equal(found, wanted, what):
    if found != wanted:
        raise AssertionError(f"{what}: found {found!r}, wanted {wanted!r}")


def says(text, *parts):
    """TEXT holds each of PARTS, in whatever case."""
    for part in parts:
        if part.lower() not in text.lower():
            raise AssertionError(f"in {text.strip()!r} {part!r} is not said")


def flat(text):
    """TEXT without its line breaks and with plain spaces."""
    return " ".join(text.split())


def refused(status, action, *parts):
    """ACTION() is refused with the HTTP status STATUS, in a sentence that holds PARTS; the sentence."""
    try:
        action()
    except Refused as refusal:
        equal(refusal.status, status, f"the status of the refusal {refusal}")
        says(str(refusal), *parts)
        return str(refusal)
    raise AssertionError(f"not refused, where {status} was expected")


def skip(sentence):
    print(sentence)
    sys.exit(77)


# ---- people, documents, drafts ----

def token_of(path):
    with open(path, encoding="ascii") as file:
        return file.read().strip()


def import_text(house, text, list_name, **more):
    return house.valise("contacts", "import", "-", "--list", list_name, stdin=text.encode("cp1252"), json_out=True, **more)


def example_offices():
    """The example file as if it had been kept up to date: all holders but two were verified today."""
    with open(os.path.join(EXAMPLES, "offices.csv"), "rb") as file:
        text = file.read()
    day = TODAY.strftime("%d/%m/%Y").encode()
    return text.replace(b"18/11/2013", day)


def add_document(house, kind, title, token_file=None, freeze=True):
    both = ",".join(f"{language}={EXAMPLES}/documents/{kind}.{language}.pdf" for language in LANGUAGES[:2])
    files = ["--language", both]
    for language in LANGUAGES[2:]:
        files += ["--language", f"{language}={EXAMPLES}/documents/{kind}.{language}.pdf"]
    document = house.valise("documents", "add", kind, "--title", title, *files, token_file=token_file).strip()
    if freeze:
        house.valise("documents", "freeze", document, token_file=token_file)
    return document


def pdf_of(kind, language):
    with open(os.path.join(EXAMPLES, "documents", f"{kind}.{language}.pdf"), "rb") as file:
        return file.read()


def draft(house, document, list_name, wording, *more, token_file=None):
    """A mailing with its roll, not yet submitted."""
    mailing = house.valise("mailings", "create", "--document", document, "--list", list_name, "--wording", wording, *more,
                           token_file=token_file).strip()
    house.valise("mailings", "roll", mailing, token_file=token_file)
    return mailing


def submit(house, mailing, token_file=None):
    return house.valise("mailings", "submit", mailing, token_file=token_file).strip()


def mailing_now(house, mailing):
    return house.call("GET", f"/mailings/{mailing}")


def deliveries(house, mailing):
    return house.call("GET", f"/deliveries?mailing={mailing}&limit=1000")["items"]


def many(count, domain="many.example", prefix="N"):
    """A file of COUNT attendees."""
    rows = (f"personne;{prefix}-{n};Ada;Norvane{n};F;FR;fr;ada{n}@{domain}\n" for n in range(1, count + 1))
    return "Type;Identifiant;Prénom;Nom;Genre;Pays;Langue;Courriel\n" + "".join(rows)


# ---- finished messages ----

class Public:
    """The public listener, as a stranger reaches it."""

    def __init__(self, port):
        self.port = port

    def ask(self, method, path, body=None, **headers):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        try:
            connection.request(method, path, body, {name.replace("_", "-"): value for name, value in headers.items()})
            answer = connection.getresponse()
            return answer.status, dict(answer.getheaders()), answer.read()
        finally:
            connection.close()

    def page(self, path, status=200, **headers):
        found, told, content = self.ask("GET", path, **headers)
        equal(found, status, f"status of {path}")
        says(told["Content-Security-Policy"], "default-src 'none'", "frame-ancestors 'none'")
        text = content.decode()
        expect("<script" not in text and "Set-Cookie" not in told, f"{path} runs a script or sets a cookie")
        expect(len(text) < 50_000, f"{path} is larger than a slow line bears")
        return text

    def post(self, path, body, content_type="application/x-www-form-urlencoded", status=200):
        found, _, content = self.ask("POST", path, body, Content_Type=content_type)
        equal(found, status, f"status of a POST to {path}")
        return content.decode()

    def press(self, path, action, status=200, **fields):
        """What the button ACTION of the page at PATH sends."""
        return self.post(path, urllib.parse.urlencode({"action": action, **fields}), status=status)


class Mail:
    """A message as it left, and what a reader makes of it."""

    def __init__(self, data):
        self.data = data
        self.head, _, self.body = data.partition(b"\n\n" if b"\r\n" not in data else b"\r\n\r\n")
        self.message = email.message_from_bytes(data, policy=email.policy.default)

    def __getitem__(self, name):
        value = self.message[name]
        return None if value is None else str(value)

    def text(self):
        return self.message.get_body(("plain",)).get_content()

    def html(self):
        body = self.message.get_body(("html",))
        return None if body is None else body.get_content()

    def attachments(self):
        return [(part.get_filename(), part.get_content_type(), part.get_content())
                for part in self.message.iter_attachments()]

    def recipient(self):
        (address,) = self.message["To"].addresses
        return address.addr_spec

    def defects(self):
        """What a strict reader finds wrong, in any part or header."""
        found = []
        for part in self.message.walk():
            found += [str(defect) or repr(defect) for defect in part.defects]
            for name, value in part.items():
                found += [f"{name}: {defect}" for defect in getattr(value, "defects", [])]
        return found


def maildir(folder):
    new = os.path.join(folder, "new")
    names = sorted(os.listdir(new)) if os.path.isdir(new) else []
    mails = []
    for name in names:
        with open(os.path.join(new, name), "rb") as file:
            mails.append(Mail(file.read()))
    return mails


def check_form(mail):
    """What holds for every message: RFC 5322 §2.1.1, RFC 2045 §6.7, and text that reads well on a narrow screen."""
    equal(mail.defects(), [], f"defects of {mail['Message-ID']}")
    for name in ("From", "To", "Subject", "Date", "Message-ID", "MIME-Version"):
        equal(len(mail.message.get_all(name) or []), 1, f"number of {name} headers")
    equal(len(mail.message["To"].addresses), 1, "number of recipients")
    for name in ("Cc", "Bcc"):
        expect(mail[name] is None, f"{name} stands in {mail['Message-ID']}")
    for line in mail.data.replace(b"\r\n", b"\n").split(b"\n"):
        # A URL in a header has no place to fold; what has one is folded, at 76 where words are encoded (RFC 2047 §2).
        most = 998 if line.startswith(b"List-Unsubscribe:") else 76 if b"=?" in line else 78
        expect(len(line) <= most, f"{mail['Message-ID']}: a line is longer than {most}: {line!r}")
    expect(all(octet < 128 for octet in mail.data), f"{mail['Message-ID']}: not everything is ASCII")
    for line in mail.text().splitlines():
        expect(len(line) <= 72 or " " not in line.strip(), f"a line of text is longer than 72: {line!r}")
    expect(re.search(r"\{\{|\}\}", mail.text()) is None, "a tag was left in the text")
