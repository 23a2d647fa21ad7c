# SPDX-License-Identifier: GPL-3.0-or-later
"""inbound_mail.py - messages that come back, as real systems write them, from an entry of the peer's ledger

Addresses and names are made up; forms are those of Postfix, Exchange, Thunderbird and of the RFCs."""
import email.utils

BOUNCE = """Return-Path: <>
Delivered-To: {to}
From: MAILER-DAEMON@mx.{domain} (Mail Delivery System)
To: {to}
Subject: {subject}
Auto-Submitted: auto-replied
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="9B095B5ADSN={n}"
Date: {date}
Message-ID: <{n}.bounce@mx.{domain}>

This is a MIME-encapsulated message.

--9B095B5ADSN={n}
Content-Description: Notification
Content-Type: text/plain; charset=us-ascii

This is the mail system at host mx.{domain}.

<{recipient}>: {words}

--9B095B5ADSN={n}
Content-Description: Delivery report
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.{domain}
{envelope_id}Arrival-Date: {date}

Final-Recipient: rfc822; {recipient}
Original-Recipient: rfc822;{recipient}
Action: {action}
Status: {status}
Diagnostic-Code: smtp; {words}

--9B095B5ADSN={n}
Content-Description: Undelivered Message Headers
Content-Type: text/rfc822-headers

From: secretariat@forum.example
To: {recipient}
Message-ID: {message_id}

--9B095B5ADSN={n}--
"""

DISPOSITION = """Return-Path: <{recipient}>
Delivered-To: {to}
From: {recipient}
To: {to}
Subject: Lu : document
MIME-Version: 1.0
Content-Type: multipart/report; report-type=disposition-notification; boundary="dn{n}"
Date: {date}
Message-ID: <{n}.mdn@{domain}>

--dn{n}
Content-Type: text/plain; charset=utf-8

The message was displayed. This is no guarantee that it was read.

--dn{n}
Content-Type: message/disposition-notification

Reporting-UA: host; Reader 1.0
Final-Recipient: rfc822;{recipient}
Original-Message-ID: {message_id}
Disposition: manual-action/MDN-sent-manually; {disposition}

--dn{n}--
"""

COMPLAINT = """Return-Path: <feedback@mx.{domain}>
Delivered-To: {to}
From: feedback@mx.{domain}
To: {to}
Subject: complaint
MIME-Version: 1.0
Content-Type: multipart/report; report-type=feedback-report; boundary="fb{n}"
Date: {date}
Message-ID: <{n}.arf@mx.{domain}>

--fb{n}
Content-Type: text/plain

This is a complaint.

--fb{n}
Content-Type: message/feedback-report

Feedback-Type: abuse
User-Agent: Feedback/1.0
Version: 1
{envelope_id}Original-Rcpt-To: {recipient}

--fb{n}
Content-Type: message/rfc822

From: secretariat@forum.example
To: {recipient}
Message-ID: {message_id}
{returned}Subject: document

text
--fb{n}--
"""

REPLY = """Return-Path: <{sender}>
{more}From: {name} <{sender}>
To: {to}
Subject: {subject}
MIME-Version: 1.0
Content-Type: text/plain; charset=utf-8
Date: {date}
Message-ID: <{n}.reply@{domain}>
{answers}
{text}
"""

_count = 0


def _fill(form, **values):
    global _count
    _count += 1
    text = form.format(n=_count, date=email.utils.formatdate(1386000000), **values)
    return text.replace("\n", "\r\n").encode()


def _of(entry, to):
    return {"to": to or entry["sender"], "recipient": entry["rcpt"], "domain": entry["rcpt"].split("@")[1],
            "message_id": entry["message_id"]}


def report(entry, action="failed", status="5.1.1", words="550 5.1.1 User unknown", to=None, envelope_id=None):
    """What a mail system behind the relay says of the delivery of ENTRY; TO: the envelope's sender if not given."""
    told = f"Original-Envelope-Id: {envelope_id}\n" if envelope_id else ""
    subject = {"failed": "Undelivered Mail Returned to Sender", "delayed": "Delayed Mail (still being retried)"}
    return _fill(BOUNCE, action=action, status=status, words=words, envelope_id=told,
                 subject=subject.get(action, "Successful Mail Delivery Report"), **_of(entry, to))


def disposition(entry, what="displayed", to=None):
    return _fill(DISPOSITION, disposition=what, **_of(entry, to))


def complaint(entry, to, envelope_id=None, whole=False):
    """WHOLE: the letter is given back with the fields of its header."""
    returned = f"Reply-To: Forum <{entry['reply_to']}>\n" if whole else ""
    told = f"Original-Envelope-Id: {envelope_id}\n" if envelope_id else ""
    return _fill(COMPLAINT, envelope_id=told, returned=returned, **_of(entry, to))


def reply(to, sender, text="Bien reçu, merci.", answers=None, subject="Re: document", more="", name="Ada Norvane"):
    """ANSWERS: the Message-ID that it names; MORE: fields, each line with its end."""
    told = f"In-Reply-To: {answers}\nReferences: {answers}\n" if answers else ""
    return _fill(REPLY, to=to, sender=sender, text=text, answers=told, subject=subject, more=more, name=name,
                 domain=sender.split("@")[1])
