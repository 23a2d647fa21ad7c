#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The way back: reports, dispositions, replies and complaints of a mailing that was sent, forged ones among them"""
import os
import re

from flow_setup import (ATTENDEES, TODAY, House, Peer, add_document, draft, equal, expect, import_text, mailing_now, refused,
                        says, step, submit, wait_for)
from inbound_mail import complaint, disposition, reply, report

OFFICES = f"""Type;Identifiant;Prénom;Nom;Genre;Fonction;Type de fonction;Pays;Langue;Courriel;Courriel du cabinet;Motif;Zone du motif;Preuve du motif;Date du motif;Début du mandat;Vérifié le
fonction;O-XA;Talen;Vascourt;M;Présidence;president;XA;fr;courrier@presidence.example;cabinet@cabinet-xa.example;approval-expressed;XA;lettre;2026-03-03;2024-05-14;{TODAY}
fonction;O-XI;Filipa;Noronhal;F;Presidência;president;XI;pt;gabinete@presidencia.example;;sse-promotion;XI;lei;2025-05-08;2024-05-20;{TODAY}
fonction;O-XB;Amaury;Dornel;M;Présidence;president;XB;fr;palais@xb.example;cabinet@cabinet-xb.example;sse-promotion;XB;loi;2025-05-08;2024-05-20;{TODAY}
"""
INBOUND = """
[inbound "answers"]
url = maildir:{folder}/answers
authserv_id = mx.forum.example
"""


class Sent:
    """What left, by the mailbox it went to."""

    def __init__(self, house, peer, mailing):
        self.deliveries = {d["address"]: d for d in house.call("GET", f"/deliveries?mailing={mailing}&limit=1000")["items"]}
        self.ledger = {entry["rcpt"]: entry for entry in peer.ledger()}
        self.mailing = mailing

    def entry(self, mailbox):
        return self.ledger[mailbox]

    def id(self, mailbox):
        return self.deliveries[mailbox]["id"]

    def reply_to(self, mailbox):
        return self.ledger[mailbox]["reply_to"]


def take(house, *messages):
    items = []
    for message in messages:
        items += house.valise("inbound", "ingest", stdin=message, json_out=True)["items"]
    return items[0] if len(items) == 1 else items


def told(item):
    return item["verdict"], item["class"], item["delivery"], item["matched_by"], item["reason"], item["state"]


def facts(house, delivery):
    return [(f["fact"], f["class"], f["status"]) for f in house.call("GET", f"/deliveries/{delivery}")["facts"]]


def standing(house, contact, mailbox):
    (channel,) = [c for c in house.call("GET", f"/contacts/{contact}")["channels"] if c["address"] == mailbox]
    return channel["standing"]


def answered(house, mailing, missing=False):
    lines = house.valise("acknowledgements", "list", "--mailing", mailing, *(["--missing"] if missing else []), json_out=True)
    return {line["contact"]: line for line in lines["items"]}


def send(house, kind, people, text, organiser, approver, *more):
    import_text(house, text, people)
    document = add_document(house, kind, "Essai", token_file=organiser)
    mailing = draft(house, document, people, kind, "--acknowledgement", "requested", *more, token_file=organiser)
    digest = submit(house, mailing, token_file=organiser)
    if approver:
        house.valise("mailings", "approve", mailing, "--digest", digest, token_file=approver)
    house.valise("mailings", "release", mailing, token_file=organiser)
    house.wait_quiet(mailing)
    wait_for(lambda: mailing_now(house, mailing)["state"] == "sent", 20, "the mailing is sent")
    return mailing


def reports(house, sent):
    step("a report to the envelope's token is a fact beside the state, which stays; what it weighs follows its class")
    mailbox = "gabinete@presidencia.example"
    delivery, entry = sent.id(mailbox), sent.entry(mailbox)
    item = take(house, report(entry, "delivered", "2.0.0", "250 2.0.0 Ok"))
    equal(told(item), ("delivery-report", "delivered", delivery, "envelope-token", "noted", "filed"), "a delivered one")
    take(house, report(entry, "relayed", "2.0.0", "250 queued"), report(entry, "delayed", "4.4.1", "connection timed out"))
    equal([f[0] for f in facts(house, delivery)], ["delivered", "passed-on", "delayed"], "facts")
    shown = house.call("GET", f"/deliveries/{delivery}")
    equal((shown["state"], shown["acknowledgement"]), ("relayed", None), "the delivery")
    says(house.valise("deliveries", "show", delivery), "fact", "delivered", item["id"])

    step("by the envelope's id it is the same; by the Message-ID alone it is kept, shown, and changes nothing")
    item = take(house, report(entry, "delivered", "2.0.0", "250 fine", to="postmaster@forum.example", envelope_id=entry["envid"]))
    equal(told(item)[2:5], (delivery, "envelope-id", "noted"), "by the envelope's id")
    before = facts(house, delivery)
    for forged in (report(entry, to="postmaster@forum.example"),
                   report(entry, to=sent.reply_to(mailbox))):
        item = take(house, forged)
        equal((item["delivery"], item["reason"], item["state"]), (delivery, "no-proof", "filed"), "a report without proof")
    step("a Message-ID of ours with an address that its letter did not go to joins nothing; an address alone is a guess")
    other = {**entry, "rcpt": "somebody@elsewhere.example"}
    item = take(house, report(other, to="postmaster@forum.example"))
    equal((item["delivery"], item["reason"], item["state"], item["recipient"]),
          (None, "other-recipient", "held", "somebody@elsewhere.example"), "a report that contradicts itself")
    item = take(house, report({**entry, "message_id": "<unknown@else.example>"}, to="postmaster@forum.example"))
    equal((item["delivery"], item["reason"], item["state"]), (None, "unmatched", "held"), "an address alone")
    equal([(g["why"], g["delivery"]) for g in house.call("GET", f"/inbound/{item['id']}")["guesses"]],
          [("original-recipient", delivery)], "what is proposed for it")
    wrong = re.sub(r"\+(.)", lambda found: "+" + ("k" if found.group(1) != "k" else "m"), entry["sender"])
    twice = wrong[:-len("@forum.example") - 1] + "@forum.example"
    item = take(house, report({**entry, "message_id": "<unknown@forum.example>"}, to=twice))
    equal((item["delivery"], item["reason"], item["state"]), (None, "unmatched", "held"), "a forged one")
    equal(facts(house, delivery), before, "facts after all these")
    equal(standing(house, shown["contact"], mailbox), "unverified", "the channel after all these")


def next_of(house, sent, delivery):
    """What took the place of DELIVERY, once it went."""
    def went():
        return [d for d in house.call("GET", f"/deliveries?mailing={sent.mailing}&limit=1000")["items"]
                if d["supersedes"] == delivery and d["state"] == "relayed"]
    return wait_for(went, 20, "another channel is taken")[0]


def bounces(house, sent):
    step("after a soft bounce the next channel is taken and nothing is killed; a hard one makes the channel suspect as well")
    mailbox = "palais@xb.example"
    delivery, entry = sent.id(mailbox), sent.entry(mailbox)
    contact = sent.deliveries[mailbox]["contact"]
    equal(answered(house, sent.mailing, missing=True)[contact]["state"], "silent", "before it came back")
    item = take(house, report(entry, "failed", "4.2.2", "452 4.2.2 mailbox full"))
    equal((item["class"], item["reason"]), ("soft", "noted"), "a soft one")
    equal(standing(house, contact, mailbox), "unverified", "the channel after it")
    expect(answered(house, sent.mailing, missing=True)[contact]["state"] in ("never-reached", "silent"), "it did not arrive there")
    equal(next_of(house, sent, delivery)["address"], "cabinet@cabinet-xb.example", "the next channel, whatever stood against the first")
    equal(standing(house, contact, mailbox), "unverified", "the channel, which is none the worse")

    mailbox = "courrier@presidence.example"
    delivery, entry = sent.id(mailbox), sent.entry(mailbox)
    contact = sent.deliveries[mailbox]["contact"]
    item = take(house, report(entry))
    equal(told(item), ("delivery-report", "hard", delivery, "envelope-token", "noted", "filed"), "a hard one")
    equal(facts(house, delivery), [("bounced", "hard", "5.1.1")], "the fact")
    equal(standing(house, contact, mailbox), "suspect", "the channel")
    equal(house.call("GET", f"/deliveries/{delivery}")["state"], "relayed", "the state")
    equal(next_of(house, sent, delivery)["address"], "cabinet@cabinet-xa.example", "the next channel")
    take(house, report(entry, words="550 5.1.1 No such user"))
    equal(standing(house, contact, mailbox), "suspect", "the channel after another report of the same day and mailing")
    expect("cannot" not in house.log_text(), "another report of the same bounce troubles nobody")


def dispositions(house, sent):
    step("a disposition acknowledges as displayed, which never counts; deleted is a fact; without the token it is nothing")
    mailbox = "gabinete@presidencia.example"
    delivery, entry = sent.id(mailbox), sent.entry(mailbox)
    contact = sent.deliveries[mailbox]["contact"]
    item = take(house, disposition(entry, to="answers@forum.example"))
    equal((item["reason"], house.call("GET", f"/deliveries/{delivery}")["acknowledgement"]), ("no-proof", None), "a forged one")
    take(house, disposition(entry, "deleted"))
    equal(facts(house, delivery)[-1][0], "deleted", "the fact")
    equal(house.call("GET", f"/deliveries/{delivery}")["acknowledgement"], None, "deleted is no answer")
    item = take(house, disposition(entry))
    equal((item["reason"], item["disposition"], item["sender"]), ("acknowledged", "displayed", "unknown"), "displayed")
    events = house.call("GET", f"/addressees/{sent.deliveries[mailbox]['addressee']}/acknowledgements")["events"]
    equal([(e["kind"], e["meaning"]) for e in events], [("displayed", "receipt")], "the event")
    equal(answered(house, sent.mailing, missing=True)[contact]["state"], "silent", "how it stands")


def replies(house, sent):
    step("a reply acknowledges, by whoever sent it; its address is kept with it, and is no channel by that")
    mailbox, to = "gabinete@presidencia.example", sent.reply_to("gabinete@presidencia.example")
    contact, delivery = sent.deliveries[mailbox]["contact"], sent.id(mailbox)
    item = take(house, reply(to, "assistente@casa-civil.example", "Recebemos, obrigado."))
    equal(told(item), ("reply", None, delivery, "reply-token", "acknowledged", "filed"), "the reply")
    equal(item["sender"], "other", "who sent it")
    shown = house.call("GET", f"/inbound/{item['id']}")
    says(shown["text"], "Recebemos, obrigado.")
    equal([g["why"] for g in shown["guesses"]], ["new-channel"], "what is proposed")
    equal([c["address"] for c in house.call("GET", f"/contacts/{contact}")["channels"]], [mailbox], "channels")
    equal(answered(house, sent.mailing)[contact]["acknowledgement"]["kind"], "reply", "how it stands")
    event = answered(house, sent.mailing)[contact]["acknowledgement"]
    equal((event["meaning"], event["by"], event["by_name"]), ("receipt", "other", "assistente@casa-civil.example"), "the event")

    step("a person says what it means; support becomes a ground when he confirms that")
    house.valise("inbound", "mean", item["id"], "--meaning", "support", "--by", "private-office: Casa civil", "--ground", "XI")
    event = answered(house, sent.mailing)[contact]["acknowledgement"]
    equal((event["meaning"], event["by"], event["by_name"]), ("support", "private-office", "Casa civil"), "the event after it")
    grounds = house.call("GET", f"/contacts/{contact}")["grounds"]
    equal([(g["kind"], g["area"]) for g in grounds if "reply" in g["evidence"]], [("approval-expressed", "XI")], "the ground")
    says(house.valise("inbound", "mean", "B-1", "--meaning", "support", status=1), "acknowledges nothing")
    step("a ground that cannot be noted leaves the meaning as it was: both or neither")
    says(house.valise("inbound", "mean", item["id"], "--meaning", "receipt", "--ground", "XI", status=2), "only a reply that says support")
    house.valise("inbound", "mean", item["id"], "--meaning", "substantive")
    says(house.valise("inbound", "mean", item["id"], "--meaning", "support", "--ground", "XI", status=1), "noted for this area already")
    equal(answered(house, sent.mailing)[contact]["acknowledgement"]["meaning"], "substantive", "the meaning after a refused ground")
    house.valise("inbound", "mean", item["id"], "--meaning", "support")


def retyped(house, sent):
    step("a token with one mistake is understood; with two it is not; in capitals, and behind another separator, it is one")
    mailbox, to = "courrier@presidence.example", sent.reply_to("courrier@presidence.example")
    delivery = sent.id(mailbox)
    local, domain = to.split("@")
    account, token = local.split("+")
    other = "k" if token[3] != "k" else "m"
    for spelt, way in ((token.upper(), "reply-token"), (token[:3] + other + token[4:], "retyped-token"),
                       (token[:5] + token[6:], "retyped-token"), (token[:9] + other + token[9:], "retyped-token")):
        item = take(house, reply(f"{account}+{spelt}@{domain}", "courrier@presidence.example", f"Reçu ({spelt})."))
        equal((item["delivery"], item["matched_by"], item["sender"]), (delivery, way, "principal"), f"spelt {spelt}")
    item = take(house, reply(f"{account}={token}@{domain}", "cabinet@cabinet-xa.example"))
    equal((item["delivery"], item["matched_by"], item["sender"]), (delivery, "reply-token", "private-office"), "another separator")
    item = take(house, reply(f"{account}+{token[:3]}{other}{other}{token[5:]}@{domain}", "courrier@presidence.example"))
    equal((item["delivery"], item["state"]), (None, "held"), "two mistakes")
    equal(house.call("GET", f"/inbound/{item['id']}")["guesses"][0]["why"], "same-sender", "the first guess")

    step("without a token a reply is filed by the Message-ID it names when its sender is known, else a person looks")
    answers = sent.entry(mailbox)["message_id"]
    item = take(house, reply("answers@forum.example", "cabinet@cabinet-xa.example", answers=answers))
    equal(told(item)[2:], (delivery, "message-id", "acknowledged", "filed"), "a known sender")
    item = take(house, reply("answers@forum.example", "stranger@elsewhere.example", answers=answers))
    equal(told(item)[2:], (delivery, "message-id", "sender-unknown", "held"), "a stranger")
    item = take(house, reply("answers@forum.example", "courrier@presidence.example", subject="Re: Essai"))
    equal(told(item)[2:], (None, None, "unmatched", "held"), "by nothing but its subject and sender")


def domains(house, sent):
    step("only the word of our own server counts; whose domain it denies is held")
    mailbox, to = "palais@xb.example", sent.reply_to("palais@xb.example")
    own = "Authentication-Results: mx.forum.example; dmarc={} header.from=xb.example\n"
    foreign = "Authentication-Results: mx.elsewhere.example; dmarc={} header.from=xb.example\n"
    for more, dmarc, state in ((own.format("pass"), "pass", "filed"), (foreign.format("fail"), "none", "filed"),
                               (foreign.format("pass") + own.format("pass"), "none", "filed"),
                               (own.format("fail") + own.format("pass"), "fail", "held")):
        item = take(house, reply(to, mailbox, f"Reçu {dmarc}", more=more))
        equal((item["dmarc"], item["state"]), (dmarc, state), more)
    equal(item["reason"], "dmarc-failed", "why")
    return item["id"]


def automatic(house, sent):
    step("an automatic reply acknowledges nothing; what a ticket system marks so is looked at by a person; none is answered")
    to = sent.reply_to("aline@flow.example")
    contact = sent.deliveries["aline@flow.example"]["contact"]
    item = take(house, reply(to, "aline@flow.example", "Je suis absente.", more="Auto-Submitted: auto-replied\n"))
    equal((item["verdict"], item["reason"], item["state"]), ("automatic", "automatic", "filed"), "an absence")
    item = take(house, reply(to, "aline@flow.example", "Merci, bien reçu.",
                             more="Auto-Submitted: auto-generated\nX-ServiceNow-Generated: true\n"))
    equal((item["verdict"], item["state"], item["reason"]), ("automatic", "held", "looks-human"), "a ticket system")
    equal(answered(house, sent.mailing)[contact]["state"], "silent", "how it stands")


def leaving(house, sent):
    step("who sends what the letter offers has left; who complains is not written to there until a person looked")
    to = sent.reply_to("emma@flow.example")
    item = take(house, reply(to, "emma@flow.example", "unsubscribe", subject="unsubscribe"))
    equal((item["verdict"], item["reason"]), ("unsubscribe", "unsubscribed"), "leaving")
    contact = sent.deliveries["emma@flow.example"]["contact"]
    expect("forum" in str(house.call("GET", f"/contacts/{contact}")), "it is noted")
    entry = sent.entry("david@flow.example")
    contact = sent.deliveries["david@flow.example"]["contact"]
    item = take(house, complaint(entry, "complaints@forum.example"))
    equal((item["state"], item["reason"], standing(house, contact, "david@flow.example")), ("held", "no-proof", "unverified"),
          "a complaint by Message-ID alone")
    item = take(house, complaint(entry, "complaints@forum.example", whole=True))
    equal((item["matched_by"], item["delivery"]), ("returned-token", sent.id("david@flow.example")), "by the letter in it")
    equal((item["state"], item["reason"], standing(house, contact, "david@flow.example")), ("held", "complained", "suspect"),
          "a complaint with proof")
    house.valise("inbound", "dismiss", item["id"], "--reason", "spoken to on the telephone")
    equal(house.call("GET", f"/inbound/{item['id']}")["state"], "filed", "after a person looked")


def pen(house, offices, held):
    step("the holding pen: a person files, files anew, and the journal tells each act")
    mailbox = "palais@xb.example"
    addressee = offices.deliveries[mailbox]["addressee"]
    def events():
        return [(e["kind"], e["meaning"]) for e in
                house.call("GET", f"/addressees/{addressee}/acknowledgements")["events"]]
    before = events()
    says(house.valise("inbound", "assign", held, "--delivery", "D-999", status=1), "no such")
    house.valise("inbound", "assign", held, "--delivery", offices.id(mailbox), "--meaning", "holding")
    equal(events(), before + [("reply", "holding")], "events")
    house.valise("inbound", "assign", held, "--delivery", offices.id("gabinete@presidencia.example"))
    equal(events(), before + [("reply", "holding"), ("reply", "none")], "events after it went elsewhere")
    shown = house.call("GET", f"/inbound/{held}")
    equal((shown["delivery"], shown["matched_by"]), (offices.id("gabinete@presidencia.example"), "person"), "where it is")
    acts = house.call("GET", "/log?kind=inbound-assigned&limit=100")["items"]
    equal({a["user"] for a in acts}, {"root"}, "who did it")
    status = house.call("GET", "/status")
    expect(status["inbound"]["held"] > 0, "status tells of the pen")


def visibility(house, attendees):
    step("a volunteer sees what belongs to attendees, and nothing else")
    volunteer = house.user("vera", "volunteer")
    items = house.valise("inbound", "list", json_out=True, token_file=volunteer)["items"]
    equal({i["mailing"] for i in items}, {attendees.mailing}, "whose messages")
    with open(volunteer, encoding="ascii") as file:
        token = file.read().strip()
    refused(403, lambda: house.call("POST", f"/inbound/{items[0]['id']}/dismiss", {"reason": "x"}, token=token))


def main():
    with Peer() as peer, House(relay=peer.url) as house:
        for folder in ("new", "cur", "tmp"):
            os.makedirs(os.path.join(house.folder, "answers", folder))
        with open(house.config, "a", encoding="utf-8") as file:
            file.write(INBOUND.format(folder=house.folder))
        house.start()
        organiser, approver = house.user("olga", "organiser"), house.user("boris", "approver")
        mailing = send(house, "synthesis", "offices", OFFICES, organiser, approver, "--next-channel", "on-refusal")
        offices = Sent(house, peer, mailing)
        attendees = Sent(house, peer, send(house, "pre-report", "attendees", ATTENDEES, organiser, None))
        reports(house, offices)
        bounces(house, offices)
        dispositions(house, offices)
        replies(house, offices)
        retyped(house, offices)
        held = domains(house, offices)
        automatic(house, attendees)
        leaving(house, attendees)
        pen(house, offices, held)
        visibility(house, attendees)
        step("nothing was answered, and the journal holds")
        sent = len(peer.ledger())
        equal(sent, 8, "letters that left in all: six, and the two by the next channel")
        house.valise("log", "verify")


main()
