#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Kill the daemon at every numbered step, start it again, and hold relay, database and journal against I1 to I5

The n-th passage through any crash point ends the process by SIGKILL. n grows until a run is not killed any more;
VALISE_CRASH_STRIDE=1 tries each n (the ordinary run every third), and every fifth trial is killed once more while it
recovers.
"""
import datetime
import http.client
import os
import sys
import time

from crash_setup import Baseline, release_all
from house import Refused, wait_for
import oracle

STRIDE = int(os.environ.get("VALISE_CRASH_STRIDE", "3"))
MANY = 2000


def run_until_death(house, at):
    """TRUE when the process was killed before all was quiet."""
    house.start(wait=False, VALISE_CRASH_AT=str(at))
    try:
        if not wait_for(house.answers_or_ended, 60, "an answer or the end") or not house.alive():
            return True
        release_all(house)
        for mailing in ("M-1", "M-2"):
            house.wait_quiet(mailing)
        return False
    except (OSError, http.client.HTTPException, Refused):
        # Cut off in mid-answer: the process is dead or dying. A refusal that comes from a living one is told by the
        # oracle, because nothing will have been sent.
        wait_for(lambda: not house.alive(), 30, "the killed process is gone")
        return True


def recover_and_check(house, peer):
    house.start()
    release_all(house)
    for mailing in ("M-1", "M-2"):
        house.wait_quiet(mailing)
    complaints = oracle.check(house, peer.ledger())
    states = {row["state"]: row["n"] for row in
              house.rows("SELECT state, count(*) AS n FROM deliveries GROUP BY state")}
    if sum(states.values()) != 6 or set(states) - {"relayed", "in-doubt"}:
        complaints.append(f"six deliveries, relayed or in doubt, were expected: {states}")
    return complaints, states.get("in-doubt", 0)


def trial(baseline, at, again):
    with baseline.peer() as peer, baseline.trial() as house:
        killed = run_until_death(house, at)
        if killed and again:
            run_until_death(house, again)
        if house.alive():
            house.stop()
        complaints, doubtful = recover_and_check(house, peer)
        if complaints:
            sys.stderr.write(house.log_text())
        return killed, complaints, doubtful


def main():
    began = time.monotonic()
    baseline = Baseline(datetime.date.today().isoformat())
    kills = doubts = failures = 0
    try:
        for number, at in enumerate(range(1, MANY, STRIDE)):
            killed, complaints, doubtful = trial(baseline, at, 3 + number % 11 if number % 5 == 4 else 0)
            for complaint in complaints:
                failures += 1
                print(f"killed at passage {at}: {complaint}")
            kills += killed
            doubts += doubtful
            if not killed:
                break
        else:
            failures += 1
            print(f"still killed at passage {MANY}: the run has no end")
    finally:
        baseline.close()
    print(f"{kills} kills, {doubts} deliveries in doubt, {failures} complaints, {time.monotonic() - began:.0f} s")
    # A test that killed nothing, or never between intent and reply, proved nothing.
    sys.exit(1 if failures or kills < 20 or doubts == 0 else 0)


main()
