#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""A real Postfix sends back what it cannot deliver, through its pipe; what it has to put off it brings later"""
import os
import smtplib

from flow_setup import (BUILD, House, add_document, draft, equal, expect, import_text, skip, step, submit, wait_for)
from inbound_mail import reply
from postfix_server import POSTFIX, Postfix

PIPED = "nobody"  # a user of the machine without any right of his own
MAIN = """\
virtual_mailbox_maps = inline:{ { aline@flow.example = all/ } }
smtpd_reject_unlisted_recipient = no
transport_maps = inline:{ { forum.example = valise: } }
valise_destination_recipient_limit = 1
delay_warning_time = 0
minimal_backoff_time = 1s
maximal_backoff_time = 2s
queue_run_delay = 1s
bounce_queue_lifetime = 1d
"""
MASTER = "valise unix - n n - - pipe flags=DORhu user=%s argv=%s --socket %s inbound ingest\n"
PEOPLE = """Type;Identifiant;Prénom;Nom;Genre;Pays;Langue;Courriel
personne;P-1;Aline;Borvane;F;France;fr;aline@flow.example
personne;P-2;Emma;Farlowe;F;Royaume-Uni;en;nobody-there@flow.example
"""


def inbound(house):
    return house.call("GET", "/inbound?limit=1000")["items"]


def released(house, document):
    mailing = draft(house, document, "all", "pre-report")
    submit(house, mailing)
    house.valise("mailings", "release", mailing)
    equal(house.wait_quiet(mailing)["counts"], {"relayed": 2}, "the deliveries")
    return {d["address"]: d for d in house.call("GET", f"/deliveries?mailing={mailing}")["items"]}


def standing(house, contact):
    (channel,) = house.call("GET", f"/contacts/{contact}")["channels"]
    return channel["standing"]


def bounced(house, document):
    step("a mailbox that is not there: Postfix takes the letter, then sends it back to the token through its pipe")
    deliveries = released(house, document)
    gone = deliveries["nobody-there@flow.example"]
    items = wait_for(lambda: [i for i in inbound(house) if i["state"] != "taken"], 30, "the bounce came in")
    equal([(i["verdict"], i["class"], i["status"], i["delivery"], i["matched_by"], i["reason"]) for i in items],
          [("delivery-report", "hard", "5.1.1", gone["id"], "envelope-token", "noted")], "what came in")
    shown = house.call("GET", f"/deliveries/{gone['id']}")
    equal((shown["state"], [f["fact"] for f in shown["facts"]]), ("relayed", ["bounced"]), "the delivery")
    expect("nobody-there" in shown["facts"][0]["words"] or "unknown" in shown["facts"][0]["words"].lower(), "Postfix's words")
    equal(standing(house, gone["contact"]), "suspect", "the channel")
    equal(standing(house, deliveries["aline@flow.example"]["contact"]), "unverified", "the other's")
    return deliveries


def put_off(house, postfix, deliveries):
    step("while the daemon is away Postfix keeps what comes, bounces nothing, and brings it when the daemon is back")
    delivery = deliveries["aline@flow.example"]
    mail = house.rows("SELECT sha256 FROM deliveries WHERE id = ?", int(delivery["id"][2:]))
    expect(mail, "the delivery is there")
    (letter,) = postfix.mails()
    to = next(line.split(b":", 1)[1].strip().decode() for line in letter.split(b"\n") if line.lower().startswith(b"reply-to:"))
    equal(house.stop(), 0, "an orderly stop")
    with smtplib.SMTP("127.0.0.1", postfix.port) as smtp:
        smtp.sendmail("aline@flow.example", [to], reply(to, "aline@flow.example"))
    wait_for(lambda: "status=deferred" in postfix.log(), 30, "Postfix puts it off")
    house.start()
    def came():
        postfix.flush()
        return [i for i in inbound(house) if i["verdict"] == "reply" and i["state"] == "filed"]
    (item,) = wait_for(came, 60, "it comes later")
    equal((item["delivery"], item["matched_by"], item["sender"]), (delivery["id"], "reply-token", "principal"), "the reply")
    expect("status=bounced" not in postfix.log().split("put off", 1)[-1].split("relay=valise")[-1], "nothing is sent back")


def main():
    if POSTFIX is None:
        skip("there is no Postfix here")
    if os.getuid() != 0:
        skip("Postfix needs root to start")
    with House() as house:
        os.chmod(house.folder, 0o711)
        with Postfix(MAIN, MASTER % (PIPED, os.path.join(BUILD, "valise"), house.socket)) as postfix:
            house.configure(relay=f"smtp://localhost:{postfix.plain}")
            with open(house.config, "a", encoding="utf-8") as file:
                file.write("[valise]\nsocket_group = nogroup\n")
            house.start()
            house.valise("users", "add", "postfix", "--role", "organiser", "--unix-user", PIPED)
            import_text(house, PEOPLE, "all")
            document = add_document(house, "pre-report", "Essai")
            deliveries = bounced(house, document)
            put_off(house, postfix, deliveries)
            house.valise("log", "verify")


main()
