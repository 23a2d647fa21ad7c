#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Kill the daemon at every numbered step, start it again, and hold relay, database and journal against I1 to I5

The n-th passage through any crash point ends the process by SIGKILL. n grows until a run is not killed any more;
VALISE_CRASH_STRIDE=1 tries each n (the ordinary run every third), and every fifth trial is killed once more while it
recovers.
"""
import datetime
import sys
import time

from crash_setup import Baseline, kill_at_each_passage, release_all, run_until_death
import oracle

MANY = 2000


def go(house):
    release_all(house)
    for mailing in ("M-1", "M-2"):
        house.wait_quiet(mailing)


def recover_and_check(house, peer):
    house.start()
    go(house)
    complaints = oracle.check(house, peer.ledger())
    states = {row["state"]: row["n"] for row in
              house.rows("SELECT state, count(*) AS n FROM deliveries GROUP BY state")}
    if sum(states.values()) != 6 or set(states) - {"relayed", "in-doubt"}:
        complaints.append(f"six deliveries, relayed or in doubt, were expected: {states}")
    return complaints, states.get("in-doubt", 0)


def trial(baseline, at, again):
    with baseline.peer() as peer, baseline.trial() as house:
        killed = run_until_death(house, at, go)
        if killed and again:
            run_until_death(house, again, go)
        if house.alive():
            house.stop()
        complaints, doubtful = recover_and_check(house, peer)
        if complaints:
            sys.stderr.write(house.log_text())
        return killed, complaints, doubtful


def main():
    began = time.monotonic()
    baseline = Baseline(datetime.date.today().isoformat())
    try:
        kills, failures, doubts = kill_at_each_passage(
            lambda number, at: trial(baseline, at, 3 + number % 11 if number % 5 == 4 else 0), MANY)
    finally:
        baseline.close()
    print(f"{kills} kills, {doubts} deliveries in doubt, {failures} complaints, {time.monotonic() - began:.0f} s")
    # A test that killed nothing, or never between intent and reply, proved nothing.
    sys.exit(1 if failures or kills < 20 or doubts == 0 else 0)


main()
