#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""A slow relay does not put off the record of the outcome before: killed while it waits, nothing is in doubt"""
import datetime
import sys

from crash_setup import Baseline
from house import wait_for
import oracle


def relayed(house):
    return house.rows("SELECT count(*) AS n FROM deliveries WHERE state = 'relayed'")[0]["n"]


def main():
    baseline = Baseline(datetime.date.today().isoformat(), couriers=1)
    try:
        with baseline.peer("2/rcpt:slow=6") as peer, baseline.trial() as house:
            house.start()
            house.call("POST", "/mailings/M-1/release")
            wait_for(lambda: len(peer.ledger()) == 1, 20, "the first copy is taken")
            wait_for(lambda: relayed(house) == 1, 2, "its outcome is recorded while the second waits")
            house.kill()
            house.start()
            house.wait_quiet("M-1")
            complaints = oracle.check(house, peer.ledger())
            if relayed(house) != 5:
                complaints.append(f"{relayed(house)} of 5 are relayed: somebody is in doubt for no reason")
            for complaint in complaints:
                print(complaint)
            sys.exit(1 if complaints else 0)
    finally:
        baseline.close()


main()
