#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""42-times.py - times in the organisation's zone, last moments that are kept, and a rehearsal that lets time pass"""
import os
import sqlite3

import flow_setup as f

REHEARSAL = "[valise]\nmode = rehearsal\n"


def begin(house, count=3):
    house.start()
    f.import_text(house, f.many(count), "attendees")
    return f.add_document(house, "pre-report", "Pré-rapport")


def create(house, document, *more, status=0):
    return house.valise("mailings", "create", "--document", document, "--list", "attendees", "--wording", "pre-report", *more,
                        status=status)


def release(house, mailing):
    f.submit(house, mailing)
    house.valise("mailings", "release", mailing)


def restart(house):
    f.equal(house.stop(), 0, "exit status of the stop")
    house.start()


# ---- the zone ----

def zone(house, document):
    f.step("a time without its offset is one of Paris, in summer and in winter")
    for given, meant in (("2033-12-02T10:00", "2033-12-02T09:00:00.000000Z"), ("2033-07-14 10:00", "2033-07-14T08:00:00.000000Z"),
                         ("2033-12-02T10:00:00-05:00", "2033-12-02T15:00:00.000000Z")):
        mailing = create(house, document, "--at", given).strip()
        f.equal(f.mailing_now(house, mailing)["at"], meant, f"at, given as {given}")
    f.says(house.valise("mailings", "show", mailing), "2033-12-02T16:00:00+01:00 (Europe/Paris)")
    f.step("one that clocks skip is refused, one that they show twice needs its offset, one that has passed is none")
    f.says(create(house, document, "--at", "2033-03-27T02:30", status=2), "does not exist", "2033-03-27T01:59:00+01:00",
           "2033-03-27T03:00:00+02:00")
    f.says(create(house, document, "--not-after", "2033-10-30 02:30", status=2), "comes twice", "2033-10-30T02:30:00+02:00",
           "2033-10-30T02:30:00+01:00")
    f.says(create(house, document, "--at", "2013-12-02T10:00", status=2), "has passed")
    f.says(create(house, document, "--at", "tomorrow", status=2), "is no time")
    mailing = create(house, document, "--at", "next-working-day").strip()
    f.says(house.valise("mailings", "show", mailing), "T09:00:00+0")
    mailing = create(house, document, "--at", "2033-10-30T02:30:00+01:00").strip()
    f.equal(f.mailing_now(house, mailing)["at"], "2033-10-30T01:30:00.000000Z", "the second of the two")


# ---- last moments ----

def note_latest(house, moment):
    """What an earlier run with a later clock would have left."""
    with sqlite3.connect(os.path.join(house.state, "valise.db"), timeout=30) as db:
        db.execute("UPDATE timepiece SET latest = ?", (moment,))


def put_back(house, document):
    f.step("a clock that was put back by two days makes nothing timely again")
    mailing = f.draft(house, document, "attendees", "pre-report")
    tomorrow = (f.TODAY + f.datetime.timedelta(days=1)).strftime("%Y-%m-%dT12:00")
    house.valise("mailings", "set", mailing, "--not-after", tomorrow)
    house.valise("mailings", "roll", mailing)
    f.submit(house, mailing)
    f.equal(house.stop(), 0, "exit status of the stop")
    day = 24 * 3600 * 1000000
    note_latest(house, house.rows("SELECT latest FROM timepiece")[0]["latest"] + 2 * day)
    house.start()
    f.says(house.valise("mailings", "release", mailing, status=1), "its last moment has passed")
    f.says(house.valise("status"), "the clock was put back by", "valise clock accept")
    f.says(house.valise("doctor"), "it was put back by")
    f.wait_for(lambda: "the clock was put back" in house.log_text(), 20, "the log tells it")
    f.step("whoever knows that the clock is right now says so, and the journal keeps it")
    house.valise("clock", "accept", "--reason", "it ran two days fast")
    f.expect("put back" not in house.valise("status"), "status still warns")
    f.says(house.valise("clock", "accept", "--reason", "once more", status=1), "nothing to accept")
    house.valise("mailings", "release", mailing)
    f.equal(house.wait_quiet(mailing)["counts"], {"relayed": 3}, "what left")
    f.says(house.valise("log", "list"), "clock-accepted")
    f.says(house.valise("clock", "advance", "1 d", status=1), "in a rehearsal only")


# ---- a rehearsal ----

def expired(house, mailing, what):
    """Nothing moves of what is stopped: that it expires is waited for."""
    f.wait_for(lambda: f.mailing_now(house, mailing)["counts"] == {"expired": 3}, 60, f"what {what} expires")


def expire(house, document):
    f.step("what is paused, on hold or stopped beyond its last moment expires, and is never sent late")
    house.valise("clock", "set", "2013-09-16T09:00")
    ids = []
    for stopped in ("pause", "hold", "restart"):
        mailing = f.draft(house, document, "attendees", "pre-report", "--at", f"2013-09-1{6 + len(ids)}T10:00",
                          "--not-after", f"2013-09-1{6 + len(ids)}T12:00")
        release(house, mailing)
        ids.append((stopped, mailing))
    house.valise("mailings", "pause", ids[0][1])
    house.valise("clock", "set", "2013-09-16T12:30")
    expired(house, ids[0][1], "was paused too long")
    house.valise("hold", "--reason", "the relay is being moved")
    house.valise("clock", "set", "2013-09-17T12:30")
    expired(house, ids[1][1], "was on hold too long")
    house.valise("unhold", "--reason", "it stands")
    house.valise("clock", "set", "2013-09-18T09:59:50")
    house.valise("hold", "--reason", "until the restart")
    restart(house)
    house.valise("clock", "set", "2013-09-18T12:30")
    house.valise("unhold", "--reason", "go on")
    expired(house, ids[2][1], "stood still too long")
    f.equal(sum(len(f.maildir(os.path.join(house.state, "rehearsal", "main"))) for _ in (1,)), 0, "messages that left")


def rehearse():
    with f.House(relay="smtp://relay.example:25", config_more=REHEARSAL) as house:
        document = begin(house)
        f.step("a rehearsal says so, and sends through a Maildir whatever relay is named")
        f.says(house.valise("status"), "rehearsal", "nothing leaves")
        f.says(house.valise("doctor"), "this is a rehearsal")
        f.says(house.valise("log", "list"), "a rehearsal: nothing leaves")
        expire(house, document)
        mailing = f.draft(house, document, "attendees", "pre-report", "--at", "2013-09-30T10:00")
        release(house, mailing)
        f.says(house.valise("mailings", "show", mailing), "rehearsal: nothing leaves", "2013-09-30T10:00:00+02:00")
        house.valise("clock", "advance", "11 d")
        f.equal(f.mailing_now(house, mailing)["state"], "scheduled", "state a day before its time")
        f.step("the clock goes on over a restart from where it was set")
        restart(house)
        now = house.call("GET", "/status")["now"]
        f.expect(now.startswith("2013-09-29T"), f"after the restart it is {now}")
        house.valise("clock", "advance", "1 d")
        f.equal(house.wait_quiet(mailing)["counts"], {"relayed": 3}, "what left")
        mails = f.maildir(os.path.join(house.state, "rehearsal", "main"))
        f.equal(len(mails), 3, "messages in the rehearsal's Maildir")
        f.says(mails[0]["Date"], "30 Sep 2013")
        f.expect("TEST" not in mails[0]["Subject"], "the subject is as it would be")
        f.says(house.valise("clock", "set", "2013-09-01T00:00", status=1), "only goes forward")
        f.says(house.valise("clock", "advance", "-1 d", status=2), "is no")
        organiser = house.user("olga", "organiser")
        house.valise("clock", "advance", "1 d", token_file=organiser, status=4)
        f.step("its state directory is never opened as a live one, nor a live one as a rehearsal's")
        house.stop()
        house.config_more = ""
        house.configure()
        house.start(wait=False)
        f.equal(house.process.wait(60), 1, "exit status of a live start")
        f.says(house.log_text(), "this belongs to a rehearsal", "another state_dir")


def refuse_rehearsal():
    with f.House() as house:
        house.start()
        house.stop()
        house.config_more = REHEARSAL
        house.configure()
        house.start(wait=False)
        f.equal(house.process.wait(60), 1, "exit status of a rehearsal over a live state directory")
        f.says(house.log_text(), "this is not a rehearsal's")


def main():
    with f.House() as house:
        document = begin(house)
        zone(house, document)
        put_back(house, document)
    rehearse()
    refuse_rehearsal()
    print("well")


if __name__ == "__main__":
    main()
