#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""90-year.py - a forum's year rehearsed: pre-report, late registrants, synthesis in five waves, exceptions, a closure

The dates are those of 2012 to 2014, in Paris; everybody is invented (year_people.py). What is asked at the end is whether
anybody got anything twice, and whether what the house counts, keeps, tells and sent is the same.
"""
import os
import sys
from collections import Counter

import flow_setup as f
import year_people as people

sys.path.insert(0, os.path.join(f.SOURCE, "tests", "support"))
import oracle  # noqa: E402

CONFIG = "[valise]\nmode = rehearsal\n[pace]\nclosed = 2013-12-23..2014-01-05\n"
REGISTERED = 412


class Year:
    def __init__(self, house):
        self.house = house
        house.start()
        self.at("2012-11-15T09:00")
        self.olga, self.boris = house.user("olga", "organiser"), house.user("boris", "approver")

    def at(self, time):
        self.house.valise("clock", "set", time)

    def document(self, kind, title, files=None):
        names = [o for language in f.LANGUAGES
                 for o in ("--language", f"{language}={f.EXAMPLES}/documents/{files or kind}.{language}.pdf")]
        document = self.house.valise("documents", "add", kind, "--title", title, *names, token_file=self.olga).strip()
        self.house.valise("documents", "freeze", document, token_file=self.olga)
        return document

    def release(self, mailing, approval=False):
        house = self.house
        digest = house.call("GET", f"/mailings/{mailing}")["digest"] or f.submit(house, mailing, token_file=self.olga)
        if approval:
            house.valise("mailings", "release", mailing, token_file=self.olga, status=1)
            house.valise("mailings", "approve", mailing, "--digest", digest, token_file=self.olga, status=4)
            house.valise("mailings", "approve", mailing, "--digest", digest, token_file=self.boris)
        house.valise("mailings", "release", mailing, token_file=self.olga)

    def draft(self, document, list_name, wording, *more):
        return f.draft(self.house, document, list_name, wording, *more, token_file=self.olga)

    def relayed(self, mailing, number, what, wave=None):
        """NUMBER letters of MAILING have left, and no more will by themselves (before the time of the wave after WAVE)."""
        def left():
            now = f.mailing_now(self.house, mailing)
            at_rest = now["moving"] == 0 if wave is None else now["waves"][wave - 1]["state"] == "sent"
            return now if at_rest and now["counts"].get("relayed", 0) > 0 else None
        f.equal(f.wait_for(left, 120, f"{number} {what}")["counts"]["relayed"], number, what)


def pre_report(year):
    house = year.house
    f.step("14 June 2013: registration opens; 2 September: the Scientific Committee's pre-report is frozen")
    year.at("2013-06-14T09:00")
    f.import_text(house, people.attendees(1, 200), "inscrits")
    year.at("2013-09-02T15:00")
    document = year.document("pre-report", "Les OMD après 2015")
    f.import_text(house, people.attendees(1, REGISTERED), "inscrits")
    mailing = year.draft(document, "inscrits", "pre-report", "--at", "2013-09-16T10:00", "--not-after", "2013-11-09T09:00")
    year.release(mailing)
    year.at("2013-09-16T09:59")
    f.equal(f.mailing_now(house, mailing)["state"], "scheduled", "a minute before its time")
    f.step("16 September, ten o'clock: 412 letters leave")
    year.at("2013-09-16T10:00:01")
    year.relayed(mailing, REGISTERED, "pre-reports")
    return mailing


def late_registrants(year, mailing):
    house = year.house
    f.step("14 to 18 October: a nightly job serves who registers late, once each")
    registered = REGISTERED
    for day, new in (("14", 3), ("15", 0), ("16", 4), ("17", 0), ("18", 1)):
        year.at(f"2013-10-{day}T23:00")
        registered += new
        f.import_text(house, people.attendees(1, registered), "inscrits")
        made = house.valise("mailings", "supplement", mailing, "--wording", "late-registrant", "--release",
                            token_file=year.olga).strip()
        f.equal(made != "", new > 0, f"a supplement on the night of the {day}th")
        if made:
            year.relayed(made, new, "late registrants")
    f.says(house.valise("mailings", "create", "--document", "F-1", "--list", "inscrits", "--wording", "pre-report", "--at",
                        "2013-10-27T02:30", status=2), "comes twice", "+02:00", "+01:00")
    return registered


def offices(year):
    house = year.house
    year.at("2013-11-22T09:00")
    for text in (people.heads("2013-11-20"), people.organisations("2013-11-20"), people.ministers("2013-11-20")):
        f.import_text(house, text, "synthese")
    house.valise("lists", "create", "canari", token_file=year.olga)
    house.valise("lists", "add", "canari", *(f"S-{code}" for code in people.CANARY), token_file=year.olga)


def synthesis(year):
    house = year.house
    f.step("25 November: the Board approves the synthesis, to 195 heads of State, 50 organisations, 12 heads of government")
    offices(year)
    year.at("2013-11-25T09:00")
    document = year.document("synthesis", "Synthèse du forum")
    mailing = year.draft(document, "synthese", "synthesis", "--at", "2013-12-02T10:00", "--not-after", "2013-12-20T18:00",
                         "--acknowledgement", "requested", "--wave", "list=canari", "--wave", "office_kind=president@2013-12-03T10:00",
                         "--wave", "kind=organisation@2013-12-04T10:00", "--wave", "office_kind=prime_minister")
    roll = f.mailing_now(house, mailing)["roll"]
    f.equal(Counter(line["reason"] for line in roll["held_items"]), {"holder-vacant": 4, "holder-stale": 8}, "who is held")
    f.equal(Counter(line["reason"] for line in roll["excluded"]), {"no-route": len(people.NO_ROUTE)}, "who is excluded")
    f.equal(roll["included"], 195 + 50 + 12 - 12 - len(people.NO_ROUTE), "who is included")
    year.release(mailing, approval=True)
    return mailing


def waves(year, mailing):
    house = year.house
    # Whom neither a relay reaches nor anything holds goes by post.
    size = {w["number"]: w["included"] for w in f.mailing_now(house, mailing)["waves"]}
    f.equal(sum(size.values()), f.mailing_now(house, mailing)["roll"]["included"], "the waves together")
    heads = {state["code"]: state["head"] for state in people.states()}
    post = Counter("president" if heads[code] == "president" else "other" for code in people.BY_POST)
    f.step("2 December, ten o'clock: the canary's twelve; then a stop")
    year.at("2013-12-02T10:00:01")
    sent = 12
    year.relayed(mailing, sent, "letters of the first wave", wave=1)
    f.step("3 and 4 December: presidents, and organisations, each at their time")
    for day, wave, by_post in (("03", 2, post["president"]), ("04", 3, 0)):
        year.at(f"2013-12-{day}T09:59")
        f.equal(f.mailing_now(house, mailing)["counts"]["relayed"], sent, f"before the time of wave {wave}")
        year.at(f"2013-12-{day}T10:00:01")
        sent += size[wave] - by_post
        year.relayed(mailing, sent, f"letters with wave {wave}", wave=wave)
    f.step("5 and 6 December: heads of government after their heads of State, and who is left, once a person says so")
    for day, wave, by_post in (("05", 4, 0), ("06", 5, post["other"])):
        year.at(f"2013-12-{day}T10:00")
        f.equal(f.mailing_now(house, mailing)["next_wave"], wave, "the wave that waits")
        house.valise("mailings", "release", mailing, "--wave", str(wave), token_file=year.olga)
        sent += size[wave] - by_post
        year.relayed(mailing, sent, f"letters with wave {wave}")
    f.equal(f.mailing_now(house, mailing)["counts"], {"relayed": sent, "held": 12, "to-do": len(people.BY_POST)}, "the synthesis")


def copies_to_attendees(year, registered):
    f.step("6 December: the conclusion, to those who took part")
    document = year.document("conclusion", "Conclusion du forum", files="synthesis")
    mailing = year.draft(document, "inscrits", "synthesis-attendees", "--category", "participation")
    year.release(mailing)
    year.relayed(mailing, registered, "conclusions")


def exceptions(year, mailing):
    house = year.house
    f.step("16 December, exceptions day: who was held is verified, and gets the synthesis by a supplement that is approved")
    year.at("2013-12-16T09:00")
    f.import_text(house, people.heads("2013-12-15", known=True), "synthese")
    supplement = house.valise("mailings", "supplement", mailing, token_file=year.olga).strip()
    f.equal(f.mailing_now(house, supplement)["roll"]["included"], 12, "who is on the supplement")
    year.release(supplement, approval=True)
    year.relayed(supplement, 12, "letters of exceptions day")
    f.equal(f.mailing_now(house, mailing)["counts"].get("cancelled"), 12, "held deliveries that the supplement took over")
    year.at("2013-12-20T18:00:01")
    f.wait_for(lambda: f.mailing_now(house, mailing)["counts"].get("expired") == len(people.BY_POST), 30, "to-dos expire")


def closure(year, registered):
    house = year.house
    f.step("23 December to 5 January: nothing leaves by itself; it waits, also over a restart")
    document = year.document("book", "L'ESS, une réponse", files="pre-report")
    mailing = year.draft(document, "inscrits", "pre-report", "--at", "2013-12-23T09:00", "--category", "participation")
    year.release(mailing)
    year.at("2013-12-30T12:00")
    f.equal(house.stop(), 0, "exit status of the stop")
    house.start()
    f.equal(f.mailing_now(house, mailing)["counts"].get("relayed", 0), 0, "what left within the closure")
    year.at("2014-01-06T00:00:01")
    year.relayed(mailing, registered, "letters after the closure")


def reckon(year):
    house = year.house
    f.step("31 March 2014: the report to the Board; nobody got anything twice, and all counts agree")
    year.at("2014-03-31T09:00")
    mails = f.maildir(os.path.join(house.state, "rehearsal", "main"))
    f.equal(oracle.check(house, [oracle.copy_of(mail.data) for mail in mails]), [], "broken invariants")
    family = {f"M-{row['mailing']}": f"M-{row['supplements']}" for row in house.rows("SELECT * FROM mailing_supplements")}
    got = Counter()
    for row in house.rows("SELECT mailing, contact, lower(address) AS address FROM deliveries WHERE state = 'relayed'"):
        mailing = family.get(f"M-{row['mailing']}", f"M-{row['mailing']}")
        got[mailing, "contact", row["contact"]] += 1
        got[mailing, "mailbox", row["address"]] += 1
    f.equal([key for key, n in got.items() if n > 1], [], "who got something twice")
    counts = Counter()
    for mailing in house.call("GET", "/mailings?limit=1000")["items"]:
        f.equal(mailing["state"], "sent", f"the state of {mailing['id']}")
        counts += Counter(mailing["counts"])
    f.equal(len(mails), counts["relayed"], "messages in the rehearsal's Maildir")
    f.equal(Counter(house.call("GET", "/status")["counts"]), counts, "what status counts")
    f.expect(all(str(mail["Date"]).endswith("+0000") and " 201" in str(mail["Date"]) for mail in mails), "dates of the year")
    house.valise("log", "verify")


def main():
    with f.House(relay="smtp://relay.example:25", couriers=4, config_more=CONFIG) as house:
        year = Year(house)
        first = pre_report(year)
        registered = late_registrants(year, first)
        mailing = synthesis(year)
        waves(year, mailing)
        copies_to_attendees(year, registered)
        exceptions(year, mailing)
        closure(year, registered)
        reckon(year)
    print("well")


if __name__ == "__main__":
    main()
