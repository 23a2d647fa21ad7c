#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Puts into a Maildir what would come back to the letters of the demonstration: proposals of two attendees, a receipt of a
private office, an absence and a bounce, each as mail programs write it. Everybody is made up.
Usage: make_answers.py LETTERS MAILDIR
"""

import email
import email.policy
import email.utils
import sys
from email.message import EmailMessage
from pathlib import Path

REPORT = """From: MAILER-DAEMON@mx.{domain} (Mail Delivery System)
To: {envelope}
Subject: Undelivered Mail Returned to Sender
Date: {date}
Message-ID: <returned@mx.{domain}>
Auto-Submitted: auto-replied
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="report"

--report
Content-Type: text/plain; charset=us-ascii

<{recipient}>: host mx.{domain} said: 550 5.1.1 No such user

--report
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.{domain}

Final-Recipient: rfc822; {recipient}
Action: failed
Status: 5.1.1
Diagnostic-Code: smtp; 550 5.1.1 No such user

--report
Content-Type: text/rfc822-headers

Message-ID: {message_id}

--report--
"""


def letters_in(folder):
    """Each letter under the address it went to; of several the last."""
    found = {}
    for path in sorted(Path(folder).iterdir(), key=lambda path: path.stat().st_mtime_ns):
        letter = email.message_from_bytes(path.read_bytes(), policy=email.policy.default)
        found[letter["To"].addresses[0].addr_spec] = letter
    return found


def reply(letter, name, text, **fields):
    """As the addressee's mail program writes one, with the letter's first lines below."""
    answer = EmailMessage()
    answer["From"] = email.utils.formataddr((name, letter["To"].addresses[0].addr_spec))
    answer["To"] = letter["Reply-To"]
    answer["Subject"] = "RE: " + letter["Subject"]
    answer["Date"] = email.utils.formatdate(localtime=True)
    answer["Message-ID"] = "<answer." + letter["Message-ID"][1:]
    answer["In-Reply-To"] = answer["References"] = letter["Message-ID"]
    for field, value in fields.items():
        answer[field.replace("_", "-")] = value
    quoted = letter.get_body(("plain",)).get_content().splitlines()[:12]
    answer.set_content(text + "\n\n> " + "\n> ".join(quoted) + "\n")
    return answer.as_bytes(policy=email.policy.SMTP)


def bounce(letter):
    recipient = letter["To"].addresses[0].addr_spec
    return REPORT.format(recipient=recipient, domain=recipient.split("@")[1], message_id=letter["Message-ID"],
                         envelope=letter["Disposition-Notification-To"], date=email.utils.formatdate()).encode()


def answers(letters):
    return {
        "proposals": reply(
            letters["theophile@mutuelle-ambrune.example"], "Théophile d'Ambrune",
            "Question 1 : un fonds de garantie commun aux mutuelles, que les États abondent.\n\n-- \nThéophile d'Ambrune"),
        "another": reply(letters["eve-marie@cacao-coop.example"], "Ève-Marie Tchoualang",
                         "Question 1 : des marchés publics réservés aux coopératives de producteurs."),
        "receipt": reply(letters["courrier@presidence-arvanie.example"], "Cabinet du Président",
                         "Madame, Monsieur,\n\nNous avons bien reçu votre synthèse, transmise au Président.\n\nLe chef de cabinet"),
        "absence": reply(letters["s.vanderhoolst@desluis.example"], "Sjoerd van der Hoolst",
                         "I am out of the office until Monday.", Auto_Submitted="auto-replied"),
        "bounce": bounce(letters["benoit.vdm@eco-sociale.example"]),
    }


def main():
    letters, maildir = sys.argv[1:]
    for part in ("tmp", "new", "cur"):
        (Path(maildir) / part).mkdir(parents=True, exist_ok=True)
    for name, message in answers(letters_in(letters)).items():
        written = Path(maildir) / "tmp" / name
        written.write_bytes(message)
        written.rename(Path(maildir) / "new" / f"1.{name}.example")


if __name__ == "__main__":
    main()
