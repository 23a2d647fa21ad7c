#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Reminders by themselves: due on working days, once each, submitted and never sent so; who stops them; statistics"""
import csv
import io
import os

import flow_setup as f
from flow_setup import House, deliveries, equal, import_text, mailing_now, says, step, wait_for

CONFIG = "[valise]\nmode = rehearsal\n[organisation]\nstale_after = 0\n[pace]\nclosed = 2013-12-23..2014-01-05\n"
HEAD = ("Type;Identifiant;Prénom;Nom;Genre;Fonction;Type de fonction;Pays;Langue;Courriel;Courriel du cabinet;Courriel de la mission;"
        "Motif;Zone du motif;Preuve du motif;Date du motif;Début du mandat;Vérifié le;Adresse postale\n")
PEOPLE = (("ANSWERS", "XA", "president", "fr"), ("DECLINES", "XA", "prime_minister", "fr"), ("OBJECTS", "XB", "prime_minister", "en"),
          ("WAIVED", "XC", "prime_minister", "en"), ("CHANGES", "XD", "prime_minister", "fr"), ("SILENT", "XI", "president", "pt"),
          ("FRIDAY", "XH", "sultan", "es"), ("ANSWERS-LATE", "XE", "prime_minister", "fr"), ("ANSWERS-LAST", "XG", "prime_minister", "en"))


def row(number, who, country, kind, language, mail=True):
    second = f"cabinet@{who.lower()}.example" if who in ("SILENT", "ANSWERS") else ""
    return ";".join(("fonction", f"R-{who}", "Talen", f"Vascour{'abcdefghijk'[number]}", "M", f"Bureau {number}", kind, country, language,
                     f"o{number}@{who.lower()}.example" if mail else "", second, "", "approval-expressed", country, "lettre", "2012-06-20",
                     "2011-05-02", "2013-11-20", "" if mail else "1 rue de l'Exemple"))


def offices():
    rows = [row(number, *person) for number, person in enumerate(PEOPLE)]
    return HEAD + "\n".join([*rows, row(len(PEOPLE), "POST", "XF", "prime_minister", "fr", mail=False)]) + "\n"


class Campaign:
    def __init__(self, house):
        self.house = house
        house.start()
        self.at("2013-11-25T09:00")
        self.olga, self.boris, self.vera = house.user("olga", "organiser"), house.user("boris", "approver"), house.user("vera", "volunteer")
        import_text(house, offices(), "offices")
        self.ids = {c["external_id"]: c["id"] for c in house.call("GET", "/contacts?limit=1000")["items"] if c.get("external_id")}

    def at(self, time):
        self.house.valise("clock", "set", time)

    def send(self):
        document = f.add_document(self.house, "synthesis", "Synthèse du forum", token_file=self.olga)
        f.says(self.house.valise("mailings", "create", "--document", document, "--list", "offices", "--wording", "synthesis",
                                 "--remind-after", "soon", status=2), "20,20")
        self.mailing = f.draft(self.house, document, "offices", "synthesis", "--at", "2013-12-03T10:00", "--acknowledgement", "requested",
                               "--remind-after", "20,28", token_file=self.olga)
        self.approve(self.mailing, submit=True)
        says(self.house.valise("mailings", "manifest", self.mailing), "remind-after 20,28")
        self.at("2013-12-03T10:00:01")
        self.sent(self.mailing)

    def approve(self, mailing, submit=False, by=None):
        digest = f.submit(self.house, mailing, token_file=self.olga) if submit else mailing_now(self.house, mailing)["digest"]
        self.house.valise("mailings", "approve", mailing, "--digest", digest, token_file=by or self.boris)
        self.house.valise("mailings", "release", mailing, token_file=self.olga)

    def sent(self, mailing):
        wait_for(lambda: mailing_now(self.house, mailing)["state"] == "sent", 30, f"{mailing} is sent")

    def addressee(self, who):
        lines = self.house.call("GET", f"/acknowledgements?mailing={self.mailing}&limit=1000")["items"]
        return next(line["addressee"] for line in lines if line["contact"] == self.ids["R-" + who])

    def record(self, who, kind, meaning):
        self.house.valise("acknowledgements", "record", self.addressee(who), "--kind", kind, "--meaning", meaning, token_file=self.olga)

    def next(self):
        found = [one for one in self.house.call("GET", "/status")["reminders"] if one["mailing"] == self.mailing]
        return found[0] if found else None

    def made(self, number):
        """The reminder NUMBER once it waits for approval."""
        def waits():
            one = self.next()
            return one if one and one["reminder"] and one["state"] == "submitted" and one["number"] == number else None
        return wait_for(waits, 30, f"reminder {number} waits for approval")["reminder"]

    def told(self, kind):
        return self.house.call("GET", f"/log?kind={kind}&limit=1000")["items"]

    def reasons(self, mailing):
        names = {contact: name for name, contact in self.ids.items()}
        return {names[line["contact"]][2:]: line["reason"] for line in mailing_now(self.house, mailing)["roll"]["excluded"]}

    def states(self, mailing):
        names = {contact: name for name, contact in self.ids.items()}
        return {names[d["contact"]][2:]: (d["state"], d["reason"]) for d in deliveries(self.house, mailing)}


def answers(c):
    step("some answer, decline, object or are waived; one office gets another holder; a letter is posted")
    c.record("ANSWERS", "letter", "substantive")
    c.record("DECLINES", "reply", "declined")
    c.record("OBJECTS", "link", "objection")
    c.house.valise("acknowledgements", "waive", c.addressee("WAIVED"), "--reason", "the office is closed", token_file=c.olga)
    c.house.call("POST", "/contacts", {"kind": "person", "given_name": "Bruno", "family_name": "Castelan", "gender": "m"})
    person = c.house.call("GET", "/contacts?search=Castelan")["items"][0]["id"]
    c.house.call("POST", f"/contacts/{c.ids['R-CHANGES']}/tenures", {"person": person, "from": "2013-12-10"})
    c.at("2013-12-20T10:00")
    (post,) = [d for d in deliveries(c.house, c.mailing) if d["state"] == "to-do"]
    proof = os.path.join(c.house.folder, "receipt.pdf")
    with open(proof, "wb") as file:
        file.write(b"%PDF-1.4\nposted\n")
    c.house.valise("deliveries", "done", post["id"], "--proof", proof, token_file=c.olga)


def first(c):
    step("twenty days later the house is closed, then it is a working day again: one reminder, also after a restart")
    due = c.next()
    equal((due["number"], due["due"][:10], due["reminder"]), (1, "2014-01-06", None), "what is due")
    says(c.house.valise("status"), f"reminder 1 of {c.mailing} is drafted by itself on 2014-01-06T09:00")
    c.at("2014-01-06T08:59:50")
    equal(c.told("reminder-submitted"), [], "before its time")
    equal(c.house.stop(), 0, "exit status of the stop")
    c.house.start()
    c.at("2014-01-09T16:00")
    reminder = c.made(1)
    says(c.house.valise("status"), f"reminder 1 of {c.mailing} is {reminder}, submitted")
    (told,) = c.told("reminder-submitted")
    says(str(told), "valised", c.mailing, reminder, "waits for approval")
    now = mailing_now(c.house, reminder)
    equal((now["wording"], now["author"], now["submitter"], now["reminds"], now["remind_after"]),
          ("reminder-first", "olga", "valised", c.mailing, None), "the reminder")
    equal(c.reasons(reminder), {"ANSWERS": "answered", "DECLINES": "answered", "OBJECTS": "objection", "WAIVED": "waived",
                                "CHANGES": "holder-changed"}, "who is left out")
    step("nothing of it leaves before a second person has approved it; its author's own approval is none")
    c.house.valise("mailings", "release", reminder, token_file=c.olga, status=1)
    c.house.valise("mailings", "approve", reminder, "--digest", now["digest"], token_file=c.olga, status=4)
    return reminder


def working_days(c, reminder):
    step("who answers between roll and release is not planned; each letter leaves on a working day of its place")
    c.record("ANSWERS-LATE", "telephone", "receipt")
    c.at("2014-01-10T10:00")  # a Friday
    c.approve(reminder)
    wait_for(lambda: c.states(reminder).get("SILENT", ("",))[0] == "relayed", 30, "the first leave")
    states = c.states(reminder)
    equal(states, {"SILENT": ("relayed", None), "ANSWERS-LAST": ("relayed", None), "ANSWERS-LATE": ("cancelled", "answered"),
                   "FRIDAY": ("planned", None), "POST": ("to-do", None)}, "on a Friday")
    c.at("2014-01-12T08:59")
    equal(c.states(reminder)["FRIDAY"][0], "planned", "Sunday, too early")
    c.at("2014-01-12T09:00:01")
    wait_for(lambda: c.states(reminder)["FRIDAY"][0] == "relayed", 30, "it leaves on Sunday, a working day there")
    c.sent(reminder)


def second(c, before):
    step("the last one follows 28 days after the first; who answers once it is to-do or ready gets none")
    due = c.next()
    equal((due["number"], due["due"][:10]), (2, "2014-02-10"), "what is due")
    c.record("POST", "letter", "receipt")
    (to_do,) = [d for d in deliveries(c.house, before) if d["state"] == "to-do"]
    f.refused(409, lambda: c.house.call("GET", f"/deliveries/{to_do['id']}/text"), "answered")
    c.at("2014-02-10T09:00:01")
    reminder = c.made(2)
    equal(mailing_now(c.house, reminder)["wording"], "reminder-last", "its wording")
    c.house.valise("hold", "--reason", "a check")
    c.approve(reminder)
    c.record("ANSWERS-LAST", "reply", "holding")
    c.house.valise("unhold", "--reason", "done")
    c.sent(reminder)
    equal({who: state for who, (state, _) in c.states(reminder).items()},
          {"SILENT": "relayed", "FRIDAY": "relayed", "ANSWERS-LAST": "cancelled"}, "the last reminder")


def next_channel(c):
    step("then the next channel, for who has one; after that nothing more comes by itself")
    c.at("2014-03-10T09:00:01")
    reminder = c.made(3)
    now = mailing_now(c.house, reminder)
    equal((now["wording"], now["roll"]["included"]), ("reminder-channel", 1), "the reminder")
    equal(c.reasons(reminder)["FRIDAY"], "no-next-channel", "who has no other")
    c.approve(reminder)
    c.sent(reminder)
    (letter,) = deliveries(c.house, reminder)
    equal((letter["address"], letter["state"]), ("cabinet@silent.example", "relayed"), "where it went")
    equal(c.next(), None, "what comes next")
    says(c.house.valise("acknowledgements", "remind", "--mailing", c.mailing, status=1), "by the next channel")
    c.at("2014-09-01T09:00")
    equal(len(c.told("reminder-submitted")), 3, "reminders made by themselves")


def statistics(c, *options, **more):
    return c.house.valise("acknowledgements", "statistics", "--mailing", c.mailing, *options, **more)


def told_of(c, *options):
    return statistics(c, *options, json_out=True)


def csv_of(c, *options):
    """Rows of the export by their keys, and the words under them."""
    text = statistics(c, "--format", "csv", *options).lstrip("\ufeff")
    table, _, words = text.partition("\r\n\r\n") if "\r\n" in text else text.partition("\n\n")
    rows = {}
    for row in csv.DictReader(io.StringIO(table), delimiter=";"):
        rows[next(iter(row.values()))] = row
    return rows, words


def same_figures(c, *options):
    """CLI, JSON and CSV tell the same; the total."""
    told, (rows, words) = told_of(c, *options), csv_of(c, *options)
    equal(len(rows), len(told["rows"]) + 1, "rows of the export")
    for row in [*told["rows"], {**told["total"], "key": "total"}]:
        found = rows[row["key"]]
        for figure, sentence in told["definitions"].items():
            equal(found[figure], "" if row[figure] is None else str(row[figure]), f"{figure} of {row['key']}")
            says(words, sentence)
        equal(found["rate_percent"], row["rate"] or "", f"the rate of {row['key']}")
    for figure in told["definitions"]:
        sums = [row[figure] for row in told["rows"] if row[figure] is not None]
        if sums and figure not in ("addressees", "silent", "never_reached", "waived", "reached_acknowledged") or "week" not in options:
            equal(sum(sums), told["total"][figure] if told["rows"] else 0, f"the sum of {figure}")
    return told["total"]


def figures(c, early):
    step("statistics: each addressee once, in the row that the roll gives it; the same as JSON, table and CSV")
    total = same_figures(c)
    equal({k: v for k, v in total.items() if v and k != "key"},
          {"addressees": 10, "reached": 10, "acknowledged": 4, "receipt": 2, "substantive": 1, "holding": 1, "letter": 2, "telephone": 1,
           "reply": 1, "declined": 1, "objected": 1, "waived": 1, "silent": 3, "reached_acknowledged": 4, "rate": "40.0"}, "the total")
    for by in ("country", "area", "language", "week", "channel"):
        equal(same_figures(c, "--by", by), total, f"the total by {by}")
    says(statistics(c, "--by", "language"), "français", "RATE %", "silent", "never reached", "#", "a relay accepted")
    plain = statistics(c, "--by", "language", "--plain")
    equal([line.split("\t")[:3] for line in plain.splitlines()],
          [["English", "en", "3"], ["español", "es", "1"], ["français", "fr", "5"], ["português", "pt", "1"], ["total", "", "10"]], "plain")
    says(statistics(c, "--by", "star", status=2), "country, area")
    says(statistics(c, "--at", "2999-01-01T10:00", status=2), "lies ahead")
    says(statistics(c, "--at", "2013-11-24T10:00", status=1), "was released at")

    step("made again for an earlier moment they are what they were; a contact that changed since rewrites nothing")
    equal({by: told_of(c, "--by", by, "--at", early["at"]) for by in early["told"]}, early["told"], "the figures of then")
    before = told_of(c, "--by", "country"), told_of(c, "--by", "language")
    c.house.call("PUT", f"/contacts/{c.ids['R-SILENT']}", {"country": "XA", "language": "fr"})
    c.house.call("PUT", f"/contacts/{c.ids['R-SILENT']}/channels/" +
                 next(ch["id"] for ch in c.house.call("GET", f"/contacts/{c.ids['R-SILENT']}")["channels"]), {"address": "new@silent.example"})
    after = told_of(c, "--by", "country"), told_of(c, "--by", "language")
    for one in (*before, *after):
        one.pop("at")
    equal(after, before, "after the contact was corrected")
    f.refused(404, lambda: c.house.call("GET", f"/acknowledgements/statistics?mailing={c.mailing}", token=f.token_of(c.vera)))


def remember(c):
    at = "2014-01-12T12:00:00+01:00"
    c.at(at)
    return {"at": at, "told": {by: told_of(c, "--by", by, "--at", at) for by in ("none", "country", "area", "language", "week", "channel")}}


def dropped(c):
    step("a reminder that a person cancels is not made again")
    c.at("2014-09-02T09:00")
    import_text(c.house, f.ATTENDEES, "attendees")
    document = f.add_document(c.house, "pre-report", "Rapport")
    mailing = c.mailing = f.draft(c.house, document, "attendees", "pre-report", "--acknowledgement", "requested", "--remind-after", "3",
                                  token_file=c.olga)
    f.submit(c.house, mailing, token_file=c.olga)
    c.house.valise("mailings", "release", mailing, token_file=c.olga)
    c.sent(mailing)
    c.at("2014-09-05T09:00:01")
    reminder = c.made(1)
    c.house.valise("mailings", "cancel", reminder, "--reason", "not now", token_file=c.olga)
    c.at("2014-09-20T09:00")
    equal((c.next(), len([m for m in c.house.call("GET", "/mailings?limit=1000")["items"] if m["reminds"] == mailing])), (None, 1),
          "after it was cancelled")


def main():
    with House(config_more=CONFIG) as house:
        c = Campaign(house)
        c.send()
        answers(c)
        reminder = first(c)
        working_days(c, reminder)
        early = remember(c)
        second(c, reminder)
        next_channel(c)
        figures(c, early)
        dropped(c)
        mails = [mail for mail in f.maildir(os.path.join(house.state, "rehearsal", "main"))
                 if mail.recipient().endswith("@silent.example")]
        equal([("(M-1)" in mail["Subject"], "M-1" in mail.text()) for mail in mails], [(True, True)] * 4,
              "which letters quote the reference of the first")
    step("done")


if __name__ == "__main__":
    main()
