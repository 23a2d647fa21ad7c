#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""A person's hand on what is under way: pause, resume, cancel, hold, last moments, and the decision about a doubt"""
import datetime
import os
import subprocess
import time

from flow_setup import (BUILD, House, Peer, add_document, deliveries, draft, equal, expect, import_text, mailing_now, many,
                        refused, says, step, submit, wait_for)
import oracle


def prepare(house, count, *more, name="attendees", prefix="N"):
    """A mailing to COUNT attendees, submitted."""
    import_text(house, many(count, f"{name}.example", prefix), name)
    known = house.call("GET", "/documents")["items"]
    document = known[0]["id"] if known else add_document(house, "pre-report", "Rapport")
    mailing = draft(house, document, name, "pre-report", *more)
    submit(house, mailing)
    return mailing


def state(house, mailing):
    return mailing_now(house, mailing)["state"]


def pause_resume_cancel():
    with Peer("*/dot:slow=0.4") as peer, House(relay=peer.url, couriers=2) as house:
        house.start()
        mailing = prepare(house, 40)
        step("pause takes effect within 5 s while a slow relay is being served; what is under way ends by itself")
        house.valise("mailings", "release", mailing)
        wait_for(lambda: len(peer.ledger()) >= 3, 30, "the first copies are taken")
        house.valise("mailings", "pause", mailing, "--reason", "a mistake on page 3")
        paused = time.time()
        equal((state(house, mailing), mailing_now(house, mailing)["reason"]), ("paused", "a mistake on page 3"), "the mailing")
        time.sleep(5)
        settled = len(peer.ledger())
        expect(settled < 40, "the relay was too fast for this test to say anything")
        expect(max(copy["time"] for copy in peer.ledger()) < paused + 5, "a copy was taken more than 5 s after the pause")
        time.sleep(1.5)
        equal(len(peer.ledger()), settled, "copies while it is paused")
        house.valise("mailings", "pause", mailing)  # twice is no harm
        says(house.valise("mailings", "watch", mailing, status=1), "paused")

        step("resume goes on where it stood")
        house.valise("mailings", "resume", mailing)
        wait_for(lambda: len(peer.ledger()) >= settled + 4, 30, "more copies are taken")
        house.valise("mailings", "resume", mailing)  # twice is no harm

        step("cancel calls back what has not left, and says how many")
        says(house.valise("mailings", "cancel", mailing, status=2), "--reason")
        says(house.valise("mailings", "cancel", mailing, "--reason", "x", "--dry-run"), "that have not left")
        expect(state(house, mailing) == "sending", "a dry run cancelled it")
        told = house.valise("mailings", "cancel", mailing, "--reason", "the forum moved", json_out=True)
        house.wait_quiet(mailing)
        counts = mailing_now(house, mailing)["counts"]
        equal(counts.get("relayed"), len(peer.ledger()), "what left before")
        equal(counts.get("relayed", 0) + counts.get("cancelled", 0), 40, "all of them")
        expect(0 < told["cancelled"] <= counts["cancelled"], f"cancel said {told['cancelled']}, found {counts}")
        says(house.valise("mailings", "resume", mailing, status=1), "cancelled")
        says(house.valise("mailings", "show", mailing), "the forum moved")
        equal(oracle.check(house, peer.ledger()), [], "broken invariants")


def hold_unhold():
    with Peer("*/dot:slow=0.2") as peer, House(relay=peer.url, couriers=2) as house:
        house.start()
        mailing = prepare(house, 20)
        step("hold stops the whole house, outlives a restart, and is shown with who and why")
        house.valise("hold", "--reason", "the relay's operator asked")
        house.valise("mailings", "release", mailing)
        time.sleep(1)
        equal(peer.ledger(), [], "copies under hold")
        equal(house.stop(), 0, "the exit status of a stop under hold")
        house.start()
        time.sleep(1)
        equal(peer.ledger(), [], "copies under hold after a restart")
        hold = house.call("GET", "/status")["hold"]
        equal((hold["reason"], hold["by"]), ("the relay's operator asked", "root"), "the hold")
        says(house.valise("status"), "the relay's operator asked")
        out = house.valise("mailings", "watch", mailing, status=1)
        says(out, "on hold", "unhold")
        refused(409, lambda: house.call("POST", "/hold", {"reason": "once more"}), "already")

        step("killed under hold, it is still held; unhold lets everything go")
        house.kill()
        house.start()
        time.sleep(0.5)
        equal(peer.ledger(), [], "copies under hold after kill -9")
        house.valise("unhold", "--reason", "he allowed it")
        house.wait_quiet(mailing)
        equal((mailing_now(house, mailing)["counts"], len(peer.ledger())), ({"relayed": 20}, 20), "after unhold")
        says(house.valise("log", "list"), "he allowed it")
        equal(oracle.check(house, peer.ledger()), [], "broken invariants")


def moment(seconds):
    return (datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(seconds=seconds)).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def times():
    with Peer("*/rcpt:450") as peer, House(relay=peer.url) as house:
        house.start()
        step("nothing leaves before its time")
        mailing = prepare(house, 2, "--at", moment(3), "--not-after", moment(6))
        house.valise("mailings", "release", mailing)
        equal(state(house, mailing), "scheduled", "before its time")
        time.sleep(1)
        equal([d["state"] for d in deliveries(house, mailing)], ["planned"] * 2, "deliveries before their time")

        step("watch follows it to the end, and ends with 1 because the last moment passed before anybody got it")
        began = time.monotonic()
        out = house.valise("mailings", "watch", mailing, status=1)
        says(out, "expired 2")
        expect(time.monotonic() - began < 30, "watch did not end by itself")
        equal(mailing_now(house, mailing)["counts"], {"expired": 2}, "after the last moment")
        expect(all(d["attempts"] for d in deliveries(house, mailing)), "it expired without a try")
        says(house.valise("deliveries", "show", "D-1"), "450")

        step("times that make no sense are refused in a sentence")
        document = house.call("GET", "/documents")["items"][0]["id"]
        says(house.valise("mailings", "create", "--document", document, "--list", "attendees", "--wording", "pre-report", "--at",
                          moment(-60), status=2), "has passed")
        mailing = draft(house, document, "attendees", "pre-report", "--at", moment(5))
        time.sleep(5)
        says(house.valise("mailings", "submit", mailing, status=1), "has passed")
        says(house.valise("mailings", "create", "--document", document, "--list", "attendees", "--wording", "pre-report", "--at",
                          moment(60), "--not-after", moment(30), status=2), "not-after", "after the time of sending")
        says(house.valise("mailings", "create", "--document", document, "--list", "attendees", "--wording", "pre-report", "--at",
                          "tomorrow", status=2), "tomorrow")


def doubt():
    with Peer("1-3/dot:silent+kept,4/dot:554") as peer, House(relay=peer.url, couriers=1, relay_more="dot_timeout = 1 s\nlog_lag = 3 s") as house:
        house.start()
        mailing = prepare(house, 6)
        step("a relay that falls silent after the dot leaves doubts, which are listed and never sent again on a guess")
        house.valise("mailings", "release", mailing)
        out = house.valise("mailings", "watch", mailing, status=1)
        says(out, "in-doubt 3", "refused 1", "relayed 2")
        doubtful = house.valise("deliveries", "list", "--state", "in-doubt", json_out=True)["items"]
        equal(len(doubtful), 3, "doubts listed")
        equal(house.call("GET", "/status")["counts"]["in-doubt"], 3, "doubts in status")
        time.sleep(2)
        equal(len(peer.ledger()), 5, "copies: three doubtful ones that the relay did keep, and two")
        equal(oracle.check(house, peer.ledger()), [], "broken invariants")

        step("rule W: no second copy before the relay's log must show the first, and the refusal names the moment")
        first, second, third = (d["id"] for d in doubtful)
        story = house.call("GET", f"/deliveries/{first}")
        refusal = house.valise("deliveries", "settle", first, "--as", "resend", "--reason", "not in the relay's log", status=1)
        says(refusal, first, "not before", "--i-accept-a-duplicate")
        expect(story["resend_from"], "the story of a doubt names no moment from which it may be sent again")
        dot_at = story["attempts"][-1]["dot_at"]
        wait = datetime.datetime.fromisoformat(story["resend_from"]) - datetime.datetime.fromisoformat(dot_at)
        expect(602 <= wait.total_seconds() <= 605, f"ten minutes and the log's lag of 3 s, not {wait}")
        says(house.valise("deliveries", "show", first), "in-doubt")

        step("presumed: a person takes it as sent; resent with a duplicate accepted: a person takes that upon him")
        says(house.valise("deliveries", "settle", first, "--as", "presumed", status=2), "--reason")
        house.valise("deliveries", "settle", first, "--as", "presumed", "--reason", "seen in the relay's log as queued")
        equal(house.call("GET", f"/deliveries/{first}")["state"], "presumed", "the first")
        says(house.valise("deliveries", "settle", first, "--as", "resend", "--reason", "x", "--i-accept-a-duplicate", status=1),
             "presumed")
        house.valise("deliveries", "settle", second, "--as", "resend", "--i-accept-a-duplicate", "--reason", "he asked for it")
        wait_for(lambda: house.call("GET", f"/deliveries/{second}")["state"] == "relayed", 20, "the second is sent again")
        copies = [copy["sha256"] for copy in peer.ledger() if oracle.delivery_of(copy["message_id"]) == int(second[2:])]
        equal((len(copies), len(set(copies))), (2, 1), "its copies, and the different bytes among them")
        number = int(second[2:])
        equal(oracle.check(house, peer.ledger(), accepted=[number]), [], "broken invariants but for the accepted copy")
        entry = house.call("GET", f"/log?delivery={second}&kind=delivery-resent")["items"][0]
        equal((entry["user"], entry["text"], entry["facts"].get("duplicate-accepted")), ("root", "he asked for it", "yes"), "the entry")

        step("what was refused may be sent again when the reason is gone; what is relayed may not")
        bad = house.valise("deliveries", "list", "--state", "refused", json_out=True)["items"][0]
        says(bad["attempts"][0]["reply"], "554")
        house.valise("deliveries", "settle", bad["id"], "--as", "resend", "--reason", "the relay was mended")
        wait_for(lambda: house.call("GET", f"/deliveries/{bad['id']}")["state"] == "relayed", 20, "the refused one is sent")
        says(house.valise("deliveries", "settle", bad["id"], "--as", "resend", "--reason", "x", status=1), "relayed")
        equal(house.call("GET", f"/deliveries/{third}")["state"], "in-doubt", "the third, about which nobody decided")

        step("a doubt stays one over kill -9 and a restart")
        house.kill()
        house.start()
        time.sleep(1)
        equal(house.call("GET", f"/deliveries/{third}")["state"], "in-doubt", "the third after a restart")
        equal(oracle.check(house, peer.ledger(), accepted=[number]), [], "broken invariants after a restart")


def watch_interrupted():
    with House() as house:
        house.start()
        mailing = prepare(house, 3)
        house.valise("mailings", "release", mailing)
        step("watch returns 0 when all were relayed")
        says(house.valise("mailings", "watch", mailing), "relayed 3")
        says(house.valise("mailings", "watch", "M-99", status=1), "M-99")
        refused(409, lambda: house.call("POST", f"/mailings/{mailing}/pause", {}), "sent")
        step("no daemon: exit status 3, and a sentence")
        equal(house.stop(), 0, "the exit status of an orderly stop")
        says(house.valise("mailings", "watch", mailing, status=3), house.socket)
        done = subprocess.run([os.path.join(BUILD, "valise"), "status"], env={**os.environ, "VALISE_SOCKET": house.socket},
                              capture_output=True, timeout=60, check=False)
        equal(done.returncode, 3, "the exit status by VALISE_SOCKET")


def main():
    watch_interrupted()
    pause_resume_cancel()
    hold_unhold()
    times()
    doubt()


main()
