#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""92-campaign.py - a synthesis to 245 offices and what came back of it in four months, rehearsed; every figure is checked

Who does what is dealt out at the start, by numbers of a forum's invented campaign; what the house says at each stage is
compared with what was dealt, and never with what the house said before, but where a report is made again for a day gone by.
The dates are those of 2013 and 2014, in Paris; everybody is invented (year_people.py).
"""
import os
import re
import sys
from collections import Counter

import flow_setup as f
import year_people as people

sys.path.insert(0, os.path.join(f.SOURCE, "tests", "support"))
import inbound_mail as mail  # noqa: E402
import oracle  # noqa: E402

LINK = re.compile(r"http://127\.0\.0\.1:\d+(/r/[0-9a-z]+)")
CONFIG = """[valise]
mode = rehearsal
[http]
public = 127.0.0.1:{port}
base_url = http://127.0.0.1:{port}
[pace]
closed = 2013-12-23..2014-01-05
"""
# How many do what. Who acknowledges: by what it says, and by how it came.
BOUNCED, REFUSED, TOO_BIG, DEFERRED, AUTOMATIC, OUT_OF_OFFICE = 21, 7, 4, 15, 44, 19
SECOND_ROUTE = {"bounced": 6}
MEANINGS = {"receipt": 58, "forwarded": 31, "substantive": 23}
KINDS = {"letter": 27, "telephone": 8, "pen": 9, "link": 24, "reply": 44}
DECLINED, OBJECTED, CORRECTED, SILENT = 3, 3, 3, 90
SPARE = 5  # of the silent have a mission that nobody was written to by
STAGES = ("2013-12", "2014-01", "2014-02")  # before the first reminder, before the last, after it
NEVER_REACHED = BOUNCED + REFUSED + TOO_BIG - sum(SECOND_ROUTE.values())


class Office:
    """What one office does: its route, and its answer."""

    def __init__(self, name, state):
        self.name, self.state = name, state
        self.held = state in people.VACANT + people.STALE and name.startswith("S-")
        self.posted = state in people.BY_POST and name.startswith("S-")
        self.trouble = None  # of the first route: bounced, refused, too-big
        self.second = False
        self.meaning = self.kind = self.stage = None
        self.spare = False

    def reached(self):
        return self.trouble is None or self.second

    def acknowledges(self):
        return self.meaning in MEANINGS


def offices():
    """All that are on the roll: 245 without those of which no route is known."""
    found = [Office(f"S-{state['code']}", state["code"]) for state in people.states() if state["code"] not in people.NO_ROUTE]
    return found + [Office(f"I-{number:02}", "") for number in range(1, 51)]


def spread(items, step=7):
    """The same ITEMS in an order that mixes them, always the same one."""
    return [items[(i * step) % len(items)] for i in range(len(items))]


def deal():
    """Gives each office its part; every number is used up."""
    everybody = offices()
    assert len(everybody) == 237 and len(everybody) % 7 != 0
    mixed = spread(everybody)
    by_mail = [office for office in mixed if not office.held and not office.posted]
    troubles = ["bounced"] * BOUNCED + ["refused"] * REFUSED + ["too-big"] * TOO_BIG
    for office, trouble in zip(by_mail, troubles):
        office.trouble = trouble
    for trouble, number in SECOND_ROUTE.items():
        for office in [o for o in by_mail if o.trouble == trouble][:number]:
            office.second = True
    free = [o for o in mixed if o.reached() and not o.second]
    kinds = [kind for kind, number in KINDS.items() for _ in range(number)]
    meanings = [meaning for meaning, number in MEANINGS.items() for _ in range(number)]
    answers = list(zip(kinds, spread(meanings, 5))) + [("reply", "declined")] * DECLINED
    answers += [("link", "objection")] * OBJECTED + [("link", "wrong-addressee")] * CORRECTED
    answers = settle_presses(answers)
    mailable = [o for o in free if not o.posted]
    posted = [o for o in free if o.posted]
    for number, (kind, meaning) in enumerate(answers):
        pool = posted if kind == "letter" and posted and number % 5 == 0 else mailable
        office = pool.pop(0)
        office.kind, office.meaning, office.stage = kind, meaning, STAGES[number % 3]
    silent = [o for o in everybody if o.reached() and o.meaning is None]
    assert len(silent) == SILENT, len(silent)
    for office in [o for o in silent if not o.posted and not o.held and not o.second][:SPARE]:
        office.spare = True
    return everybody


def settle_presses(answers):
    """The same numbers of both: a press of the button says that it arrived, and no more."""
    answers = [list(answer) for answer in answers]
    others = [a for a in answers if a[0] not in ("link",) and a[1] == "receipt"]
    for answer in answers:
        if answer[0] == "link" and answer[1] in ("forwarded", "substantive"):
            other = others.pop()
            answer[1], other[1] = other[1], answer[1]
    return [tuple(answer) for answer in answers]


class Campaign:
    def __init__(self, house, port):
        self.house, self.stranger = house, f.Public(port)
        house.start()
        self.at("2013-11-22T09:00")
        self.olga, self.boris = house.user("olga", "organiser"), house.user("boris", "approver")
        self.offices = deal()
        self.by_name = {office.name: office for office in self.offices}
        self.taken = 0

    def at(self, time):
        self.house.valise("clock", "set", time)

    def contacts(self):
        self.verify("2013-11-20", known=False)
        f.import_text(self.house, people.organisations("2013-11-20"), "synthese")
        items = []
        after = ""
        while True:
            page = self.house.call("GET", f"/contacts?limit=1000{after}")
            items += page["items"]
            if not page["next"]:
                break
            after = f"&after={page['next']}"
        self.ids = {c["external_id"]: c["id"] for c in items if c.get("external_id") in self.by_name}
        self.names = {contact: name for name, contact in self.ids.items()}
        for office in self.offices:
            if office.second or office.spare:
                self.house.call("POST", f"/contacts/{office.name}/channels",
                                {"kind": "email", "address": f"mission@{office.name.lower()}.example", "via": "mission"})

    def verify(self, day, known=True):
        f.import_text(self.house, people.heads(day, known=known), "synthese")

    def approve(self, mailing):
        digest = f.mailing_now(self.house, mailing)["digest"] or f.submit(self.house, mailing, token_file=self.olga)
        self.house.valise("mailings", "approve", mailing, "--digest", digest, token_file=self.boris)
        self.house.valise("mailings", "release", mailing, token_file=self.olga)

    def sent(self, mailing):
        f.wait_for(lambda: f.mailing_now(self.house, mailing)["state"] == "sent", 120, f"{mailing} is sent")

    def wait_relayed(self, mailing, number):
        """NUMBER of MAILING have left, and nothing of it moves any more."""
        f.wait_for(lambda: f.mailing_now(self.house, mailing)["moving"] == 0, 120, f"{mailing} is at rest")
        counts = f.mailing_now(self.house, mailing)["counts"]
        f.equal(counts.get("relayed"), number, f"relayed of {mailing}, where all are {counts}")

    # ---- letters, as they left ----

    def letters(self, mailing):
        """The newest delivery of each office and the letter that it is; by name."""
        mails = {m["Message-ID"]: m for m in f.maildir(os.path.join(self.house.state, "rehearsal", "main"))}
        found = {}
        for d in f.deliveries(self.house, mailing):
            shown = d if d.get("message_id") else self.house.call("GET", f"/deliveries/{d['id']}")
            found[self.names[d["contact"]]] = (shown, mails.get(shown["message_id"]))
        return found

    @staticmethod
    def entry(letter):
        return {"rcpt": letter.recipient(), "sender": letter["Disposition-Notification-To"], "message_id": letter["Message-ID"]}

    def take(self, *messages):
        """Hands them in; what became of each."""
        items = []
        for message in messages:
            items += self.house.valise("inbound", "ingest", stdin=message, json_out=True)["items"]
        self.taken += len(messages)
        return items

    def figures(self, *options):
        return self.house.valise("acknowledgements", "statistics", "--mailing", self.mailing, "--supplements", *options, json_out=True)


def send(c):
    f.step("2 December 2013: the synthesis, to 195 heads of State and 50 organisations; 12 held, 8 without any route, 10 by post")
    c.contacts()
    c.at("2013-11-25T09:00")
    names = [o for language in f.LANGUAGES for o in ("--language", f"{language}={f.EXAMPLES}/documents/synthesis.{language}.pdf")]
    document = c.house.valise("documents", "add", "synthesis", "--title", "Synthèse du forum", *names, token_file=c.olga).strip()
    c.house.valise("documents", "freeze", document, token_file=c.olga)
    c.mailing = f.draft(c.house, document, "synthese", "synthesis", "--at", "2013-12-02T10:00", "--acknowledgement", "requested",
                        "--next-channel", "on-refusal", "--remind-after", "42,28", token_file=c.olga)
    roll = f.mailing_now(c.house, c.mailing)["roll"]
    f.equal((roll["included"], roll["held"], roll["excluded_count"]), (225, 12, 8), "the roll")
    c.approve(c.mailing)
    c.at("2013-12-02T10:00:01")
    c.wait_relayed(c.mailing, 215)
    c.sent(c.mailing)


def reports(c):
    f.step("the same day: 15 are delayed, 21 mailboxes unknown, 7 refused by policy, 4 too big; six go on by the next channel")
    c.at("2013-12-02T15:00")
    letters = c.letters(c.mailing)
    untroubled = [o for o in c.offices if o.trouble is None and not o.held and not o.posted]
    said = {"bounced": ("failed", "5.1.1", "550 5.1.1 User unknown"), "refused": ("failed", "5.7.1", "550 5.7.1 Administrative prohibition"),
            "too-big": ("failed", "5.3.4", "552 5.3.4 Message too big")}
    for office in untroubled[:DEFERRED]:
        (item,) = c.take(mail.report(c.entry(letters[office.name][1]), "delayed", "4.4.1", "connection timed out"))
        f.equal((item["verdict"], item["class"]), ("delivery-report", "delayed"), "a delayed one")
    for office in (o for o in c.offices if o.trouble):
        (item,) = c.take(mail.report(c.entry(letters[office.name][1]), *said[office.trouble]))
        f.equal((item["class"], item["matched_by"], item["delivery"]),
                ("hard" if office.trouble == "bounced" else "soft", "envelope-token", letters[office.name][0]["id"]), office.trouble)
    seconds = sum(o.second for o in c.offices)
    c.wait_relayed(c.mailing, 215 + seconds)
    f.equal({c.names[d["contact"]] for d in f.deliveries(c.house, c.mailing) if d["supersedes"]},
            {o.name for o in c.offices if o.second}, "who is written to by the next channel")


def automatic(c):
    f.step("44 automatic replies and 19 out of office: they acknowledge nothing")
    letters = c.letters(c.mailing)
    pool = [o for o in c.offices if o.trouble is None and not o.held and not o.posted][:AUTOMATIC + OUT_OF_OFFICE]
    for number, office in enumerate(pool):
        letter = letters[office.name][1]
        away = number >= AUTOMATIC
        (item,) = c.take(mail.reply(letter["Reply-To"], letter.recipient(), "Votre message a bien été reçu par notre serveur.",
                                    letter["Message-ID"], "Absence du bureau" if away else "Réponse automatique",
                                    "Auto-Submitted: auto-replied\n"))
        f.equal(item["verdict"], "automatic", f"automatic reply number {number}")
    f.equal(c.figures()["total"]["acknowledged"], 0, "acknowledged after automatic replies alone")


def by_hand(c):
    f.step("ten letters are posted, each with the receipt of the post")
    c.at("2013-12-05T16:00")
    folder = os.path.join(c.house.folder, "print")
    f.says(c.house.valise("deliveries", "letters", "--mailing", c.mailing, "--out", folder), "10 to be printed")
    proof = os.path.join(c.house.folder, "receipt.pdf")
    for number, d in enumerate([d for d in f.deliveries(c.house, c.mailing) if d["state"] == "to-do"]):
        with open(proof, "wb") as file:
            file.write(b"%%PDF-1.4\nreceipt %d\n" % number)
        c.house.valise("deliveries", "done", d["id"], "--proof", proof, "--reference", f"RR {number:09} FR", token_file=c.olga)


def supplement(c):
    f.step("16 December: who was held is verified, and gets the synthesis by a supplement")
    c.at("2013-12-16T09:00")
    c.verify("2013-12-15")
    c.supplement = c.house.valise("mailings", "supplement", c.mailing, token_file=c.olga).strip()
    f.equal(f.mailing_now(c.house, c.supplement)["roll"]["included"], 12, "who is on the supplement")
    c.approve(c.supplement)
    c.wait_relayed(c.supplement, 12)
    c.sent(c.supplement)


class Answers:
    """Gives the answers of a stage, each as it comes."""

    def __init__(self, c):
        self.c = c
        self.letters = {**c.letters(c.mailing), **c.letters(c.supplement)}
        self.pages = {name: LINK.search(letter.text()).group(1) for name, (_, letter) in self.letters.items() if letter}
        self.penned = []

    def give(self, stage):
        for office in self.c.offices:
            if office.meaning is not None and office.stage == stage:
                getattr(self, office.kind)(office)

    def addressee(self, office):
        return self.letters[office.name][0]["addressee"]

    def record(self, office, kind, *more):
        self.c.house.valise("acknowledgements", "record", self.addressee(office), "--kind", kind, "--meaning", office.meaning, *more,
                            token_file=self.c.olga)

    def letter(self, office):
        self.record(office, "letter", "--by", "private-office", "--note", "scanned")

    def telephone(self, office):
        self.record(office, "telephone", "--by", "the secretary")

    def link(self, office):
        action = {"objection": "stop", "wrong-addressee": "wrong-person"}.get(office.meaning, "confirm")
        self.c.stranger.press(self.pages[office.name], action)

    def reply(self, office):
        letter = self.letters[office.name][1]
        (item,) = self.c.take(mail.reply(letter["Reply-To"], letter.recipient(), f"Nous avons bien reçu votre lettre ({office.name}).",
                                         letter["Message-ID"], f"Re: {letter['Subject']}"))
        f.equal((item["verdict"], item["state"]), ("reply", "filed"), "a reply")
        self.mean(item, office)

    def mean(self, item, office):
        """A reply says that the letter arrived; what else it says a person reads out of it."""
        if office.meaning != "receipt":
            self.c.house.valise("inbound", "mean", item["id"], "--meaning", office.meaning, token_file=self.c.olga)

    def pen(self, office):
        (item,) = self.c.take(mail.reply("answers@forum.example", f"someone@{office.name.lower()}.example.org", f"Bien reçu. {office.name}",
                                         None, "Synthèse du forum"))
        f.equal((item["state"], item["delivery"]), ("held", None), "a reply that names no letter")
        self.penned.append((item, office))

    def work_the_pen(self):
        held = self.c.house.call("GET", "/inbound?limit=1000&unmatched=1")["items"]
        f.equal(sorted(i["id"] for i in held), sorted(i["id"] for i, _ in self.penned), "what lies in the holding pen")
        for item, office in self.penned:
            self.c.house.valise("inbound", "assign", item["id"], "--delivery", self.letters[office.name][0]["id"], token_file=self.c.olga)
            self.mean(item, office)
        self.penned = []


def expected(c, stages):
    """The figures, as dealt out, once the answers of STAGES have come."""
    said = [o for o in c.offices if o.meaning is not None and o.stage in stages]
    acknowledged = [o for o in said if o.acknowledges()]
    wanted = Counter(o.meaning for o in acknowledged)
    wanted.update(Counter({"pen": "reply"}.get(o.kind, o.kind) for o in acknowledged))
    wanted.update(addressees=len(c.offices), reached=sum(o.reached() for o in c.offices), acknowledged=len(acknowledged),
                  reached_acknowledged=len(acknowledged), declined=sum(o.meaning == "declined" for o in said),
                  objected=sum(o.meaning == "objection" for o in said), wrong_addressee=sum(o.meaning == "wrong-addressee" for o in said),
                  never_reached=NEVER_REACHED, silent=sum(o.reached() for o in c.offices) - len(said))
    return wanted


def check(c, stages):
    told = c.figures()["total"]
    f.equal({figure: n for figure, n in told.items() if isinstance(n, int) and n}, {k: n for k, n in expected(c, stages).items() if n},
            f"the figures after {stages}")
    for by in ("country", "area", "language", "channel", "week"):
        f.equal(c.figures("--by", by)["total"], told, f"the total by {by}")
    for by in ("country", "area", "language", "channel"):
        rows = c.figures("--by", by)["rows"]
        f.equal({figure: sum(row[figure] for row in rows) for figure in expected(c, stages)}, {k: told[k] for k in expected(c, stages)},
                f"the sums by {by}")
    lines = [line for mailing in (c.mailing, c.supplement)
             for line in c.house.valise("acknowledgements", "list", "--mailing", mailing, json_out=True)["items"]]
    listed = Counter(line["state"] for line in lines)
    listed["never-reached"] -= 12  # held ones of the first mailing, whom the supplement took over
    f.equal({s: n for s, n in listed.items() if n},
            {s: n for s, n in {"answered": told["acknowledged"], "declined": told["declined"], "objected": told["objected"],
                               "wrong-addressee": told["wrong_addressee"], "silent": told["silent"],
                               "never-reached": told["never_reached"]}.items() if n}, "what the lists tell, line by line")


def remind(c, number, day, later, stages):
    f.step(f"reminder {number}: {day}, drafted by itself for exactly those who are silent, approved, and sent")
    c.verify(day.split("T")[0][:8] + "05")
    c.at(day)

    def waiting(mailing):
        found = [one for one in c.house.call("GET", "/status")["reminders"] if one["mailing"] == mailing]
        return found[0]["reminder"] if found and found[0]["state"] == "submitted" and found[0]["number"] == number else None
    reminder = f.wait_for(lambda: waiting(c.mailing), 60, f"reminder {number} waits for approval")
    silent = {o.name for o in c.offices if o.reached() and not o.held and not (o.meaning and o.stage in stages)}
    roll = c.house.call("GET", f"/mailings/{reminder}/roll?state=included&limit=1000")["items"]
    f.equal({c.names[line["contact"]] for line in roll} ^ silent, set(), "who is reminded, against who is silent")
    reasons = Counter(line["reason"] for line in f.mailing_now(c.house, reminder)["roll"]["excluded"])
    f.equal(reasons["answered"], sum(1 for o in c.offices if not o.held and o.stage in stages and (o.acknowledges() or o.meaning == "declined")),
            "who is left out because he answered")
    c.approve(reminder)
    c.at(later)  # who was reached by post on 5 December is reminded three days later
    posted = sum(o.posted for o in c.offices if o.name in silent)
    c.wait_relayed(reminder, len(silent) - posted)
    f.equal(f.mailing_now(c.house, reminder)["counts"].get("to-do", 0), posted, "reminders to be posted")
    c.sent(reminder)
    return reminder


def spare_channel(c):
    f.step("17 March: the next channel, for the five silent ones who have a mission that was never tried")
    c.verify("2014-03-12")
    c.at("2014-03-17T09:00:01")
    reminder = f.wait_for(lambda: next((one["reminder"] for one in c.house.call("GET", "/status")["reminders"]
                                        if one["mailing"] == c.mailing and one["number"] == 3 and one["state"] == "submitted"), None),
                          60, "the third reminder waits for approval")
    roll = c.house.call("GET", f"/mailings/{reminder}/roll?state=included&limit=1000")["items"]
    f.equal({line["address"] for line in roll}, {f"mission@{o.name.lower()}.example" for o in c.offices if o.spare}, "where it goes")
    c.approve(reminder)
    c.wait_relayed(reminder, SPARE)


def report(c, early):
    f.step("31 March 2014: the report to the Board; made again for 13 January it says what it said then")
    c.at("2014-03-31T09:00")
    check(c, STAGES)
    told = c.figures()["total"]
    f.equal((told["acknowledged"], told["receipt"], told["forwarded"], told["substantive"], told["letter"], told["telephone"], told["silent"],
             told["never_reached"], told["declined"]),
            (112, 58, 31, 23, 27, 8, SILENT, NEVER_REACHED, DECLINED), "the figures of the campaign")
    f.equal(c.figures("--by", "area", "--at", early["at"]), early, "the report of 13 January, made again")
    weeks = c.figures("--by", "week")["rows"]
    f.equal(sum(row["acknowledged"] for row in weeks), 112, "acknowledged, week by week")
    f.says(c.house.valise("acknowledgements", "statistics", "--mailing", c.mailing, "--supplements", "--by", "area"), "Afrique", "#", "never reached")
    inbound = c.house.valise("inbound", "list", json_out=True)["items"]
    f.equal(len(inbound), c.taken, "messages that came in")
    f.equal([i["id"] for i in inbound if i["state"] == "held"], [], "what is left in the holding pen")
    mails = f.maildir(os.path.join(c.house.state, "rehearsal", "main"))
    f.equal(oracle.check(c.house, [oracle.copy_of(m.data) for m in mails]), [], "broken invariants")
    got = Counter((row["mailing"], row["contact"], row["address"]) for row in
                  c.house.rows("SELECT mailing, contact, lower(address) AS address FROM deliveries WHERE state = 'relayed'"))
    f.equal([key for key, n in got.items() if n > 1], [], "who got a letter twice")
    c.house.valise("log", "verify")


def main():
    port = f.free_port()
    with f.House(relay="smtp://relay.example:25", couriers=4, config_more=CONFIG.format(port=port)) as house:
        c = Campaign(house, port)
        send(c)
        reports(c)
        automatic(c)
        by_hand(c)
        supplement(c)
        answers = Answers(c)
        f.step("until January: a third of the answers, by reply, page, letter and telephone; some name no letter")
        c.at("2013-12-20T10:00")
        answers.give(STAGES[0])
        answers.work_the_pen()
        check(c, STAGES[:1])
        remind(c, 1, "2014-01-13T10:00", "2014-01-16T10:00", STAGES[:1])
        early = c.figures("--by", "area")
        c.at("2014-01-20T10:00")
        answers.give(STAGES[1])
        answers.work_the_pen()
        check(c, STAGES[:2])
        remind(c, 2, "2014-02-13T10:00", "2014-02-17T10:00", STAGES[:2])
        c.at("2014-02-24T10:00")
        answers.give(STAGES[2])
        answers.work_the_pen()
        spare_channel(c)
        report(c, early)
    print("well")


if __name__ == "__main__":
    main()
