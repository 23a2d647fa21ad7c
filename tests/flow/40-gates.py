#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Gates: pause, resume, cancel, hold, the last moment, and what a person decides about a doubtful delivery"""
import datetime
import time

from flow_setup import (House, Peer, add_document, draft, equal, expect, import_text, many, mailing_now, refused, says, step,
                        submit, wait_for)


def ready(house, count, *more, name="many", prefix="N"):
    import_text(house, many(count, prefix=prefix, domain=f"{name}.example"), name)
    mailing = draft(house, add_document(house, "pre-report", "Essai"), name, "pre-report", *more)
    submit(house, mailing)
    return mailing


def count(house, mailing, state):
    return mailing_now(house, mailing)["counts"].get(state, 0)


def pause_and_cancel():
    with Peer("*/dot:slow=0.2") as peer, House(relay=peer.url, couriers=2) as house:
        house.start()
        step("pause takes effect within five seconds, resume goes on")
        mailing = ready(house, 60)
        house.valise("mailings", "release", mailing)
        wait_for(lambda: count(house, mailing, "relayed") >= 3, 20, "some are relayed")
        house.valise("mailings", "pause", mailing, "--reason", "une faute de frappe")
        paused = time.monotonic()
        wait_for(lambda: mailing_now(house, mailing)["moving"] == 0, 5, "nothing is under way any more")
        equal(mailing_now(house, mailing)["state"], "paused", "the state")
        taken = len(peer.ledger())
        time.sleep(1.5)
        equal(len(peer.ledger()), taken, f"copies {time.monotonic() - paused:.1f} s after the pause")
        house.valise("mailings", "resume", mailing)
        wait_for(lambda: len(peer.ledger()) > taken, 10, "it goes on")
        step("cancel says how many had not left, and nothing leaves any more")
        says(house.valise("mailings", "cancel", mailing, "--reason", "x", "--dry-run"), "that have not left")
        answer = house.call("POST", f"/mailings/{mailing}/cancel", {"reason": "remplacé"})
        expect(answer["cancelled"] > 0, f"some had not left: {answer['cancelled']}")
        now = house.wait_quiet(mailing)
        wait_for(lambda: count(house, mailing, "relayed") + count(house, mailing, "cancelled") == 60, 10, "all have a fate")
        equal(len(peer.ledger()), count(house, mailing, "relayed"), "copies at the relay")
        equal(now["state"], "cancelled", "the state")


def hold_and_last_moment():
    with House() as house:
        house.start()
        step("hold outlives a restart; unhold lets go")
        mailing = ready(house, 5)
        house.valise("hold", "--reason", "le relais est en travaux")
        refused(409, lambda: house.call("POST", "/hold", {"reason": "encore"}), "already")
        house.valise("mailings", "release", mailing)
        equal(house.stop(), 0, "the exit status of an orderly stop")
        house.start()
        time.sleep(0.5)
        equal(count(house, mailing, "relayed"), 0, "relayed while on hold")
        says(house.valise("status"), "le relais est en travaux", "root")
        house.valise("unhold", "--reason", "fini")
        equal(house.wait_quiet(mailing)["counts"], {"relayed": 5}, "after the hold")
        says(house.valise("mailings", "watch", mailing), "relayed 5")
        step("what is late never leaves, and watch says so by its exit status")
        house.valise("hold", "--reason", "essai")
        soon = (datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(seconds=2)).isoformat()
        late = ready(house, 3, "--not-after", soon, name="late", prefix="L")
        house.valise("mailings", "release", late)
        time.sleep(2.5)
        house.valise("unhold", "--reason", "fini")
        equal(house.wait_quiet(late)["counts"], {"expired": 3}, "after the last moment")
        house.valise("mailings", "watch", late, status=1)


def doubts():
    with Peer("1-3/dot:close+kept") as peer, House(relay=peer.url, couriers=1, relay_more="dot_timeout = 2 s") as house:
        house.start()
        step("doubtful deliveries are listed, and only a person settles them")
        mailing = ready(house, 4)
        house.valise("mailings", "release", mailing)
        equal(house.wait_quiet(mailing)["counts"], {"in-doubt": 3, "relayed": 1}, "after the relay hung up")
        listed = house.call("GET", "/deliveries?state=in-doubt")["items"]
        equal(len(listed), 3, "the list of doubts")
        ids = [row["id"] for row in listed]
        step("rule W: not sent again before its time, unless a duplicate is accepted")
        words = house.valise("deliveries", "settle", ids[0], "--as", "resend", "--reason", "pas dans le journal", status=1)
        says(words, "not before 20", "--i-accept-a-duplicate")
        expect(house.call("GET", f"/deliveries/{ids[0]}")["resend_from"] in words, f"the moment is named: {words}")
        house.valise("deliveries", "settle", ids[0], "--as", "resend", "--reason", "urgent", "--i-accept-a-duplicate")
        house.wait_quiet(mailing)
        equal(len([c for c in peer.ledger() if c["message_id"].startswith(f"<d{ids[0][2:]}.")]), 2, "copies of the one sent again")
        same = {c["sha256"] for c in peer.ledger() if c["message_id"].startswith(f"<d{ids[0][2:]}.")}
        equal(len(same), 1, "different bytes of the one sent again")
        house.valise("deliveries", "settle", ids[1], "--as", "presumed", "--reason", "l'ambassade l'a reçu")
        equal(house.call("GET", f"/deliveries/{ids[1]}")["state"], "presumed", "the state")
        house.valise("deliveries", "settle", ids[1], "--as", "resend", "--reason", "x", status=1)
        says(house.valise("deliveries", "show", ids[1]), "l'ambassade l'a reçu", "in-doubt", "closed")


pause_and_cancel()
hold_and_last_moment()
doubts()
step("done")
