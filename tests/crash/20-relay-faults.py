#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The whole daemon against a relay that misbehaves in every step: what is said to have happened did happen

Each row: what the relay does (smtp_peer.py), and how many of six deliveries end in which state; I1 to I5 hold in each.
The relay's doings before the dot never leave a doubt; after it, only an understood reply settles anything. All six
are one courier's, over four connections: what one of them meets is its own message's alone, and where one stalls the
others are long done before its time is over.
"""
import datetime
import sys
import time

from crash_setup import Baseline, release_all
from house import wait_for
import oracle

ALL = {"relayed": 6}
ONE_REFUSED = {"relayed": 5, "refused": 1}
ONE_DOUBT = {"relayed": 5, "in-doubt": 1}

CASES = [
    # before the message
    ("1/connect:close", ALL), ("1/connect:rst", ALL), ("1/greeting:421", ALL), ("1/greeting:554", ALL),
    ("1/greeting:endless", ALL), ("1/ehlo:nul", ALL), ("1/ehlo:close", ALL),
    # the envelope
    ("1/mail:450", ALL), ("1/mail:550", ONE_REFUSED), ("1/mail:close", ALL), ("1/rcpt:450", ALL),
    ("1/rcpt:550", ONE_REFUSED), ("1/rcpt:421", ALL), ("1/rcpt:wrong", ALL), ("1/rcpt:long-line", ALL),
    ("1/data:wrong", ALL), ("1/data:451", ALL), ("1/data:554", ONE_REFUSED), ("1/data:twice", ALL),
    ("1/data:bare-lf", ALL),
    # the body
    ("1/body:close@0", ALL), ("1/body:close@1", ALL), ("1/body:close@half", ALL), ("1/body:rst@half", ALL),
    ("1/body:554@half", ONE_REFUSED),
    # after the dot
    ("1/dot:450", ALL), ("1/dot:421", ALL), ("1/dot:554", ONE_REFUSED), ("1/dot:close", ONE_DOUBT),
    ("1/dot:close+kept", ONE_DOUBT), ("1/dot:rst+kept", ONE_DOUBT), ("1/dot:silent", ONE_DOUBT),
    ("1/dot:half+kept", ONE_DOUBT), ("1/dot:garbage", ONE_DOUBT), ("1/dot:blank", ONE_DOUBT),
    ("1/dot:wrong", ONE_DOUBT), ("1/dot:slow=3", ONE_DOUBT), ("1/dot:twice", ONE_DOUBT), ("1/dot:hang-up", ALL),
    # what it cannot do
    ("lacks:PIPELINING", ALL), ("lacks:DSN", ALL), ("lacks:8BITMIME", ALL), ("lacks:SIZE", ALL),
    ("size:500", {"held": 6}), ("broken:pipelining", ALL),
]

# One connection of four stalls, each time at another place: what the relay does, and how its message ends.
STALL_SECONDS, OTHERS_SECONDS = 6, 4
STALLS = [
    ("1/greeting:silent", "relayed"), ("1/ehlo:silent", "relayed"), ("1/mail:silent", "relayed"),
    ("1/rcpt:drip", "relayed"), ("1/data:silent", "relayed"),
    ("1/body:stall@half", "in-doubt"),  # what it reads no more fits into the buffers of the kernel
    ("1/dot:silent", "in-doubt"), ("1/dot:silent+kept", "in-doubt"),
]


def states_of(house):
    return {row["state"]: row["n"] for row in
            house.rows("SELECT state, count(*) AS n FROM deliveries GROUP BY state")}


def run_stalled(baseline, script, ends):
    limit = f"dot_timeout = {STALL_SECONDS} s"
    with baseline.peer(script) as peer, baseline.trial(limit) as house:
        house.start(VALISE_STEP_TIMEOUT=str(STALL_SECONDS))
        release_all(house)
        begun = time.monotonic()
        wait_for(lambda: states_of(house).get("relayed", 0) == 5, OTHERS_SECONDS, "the five others are relayed")
        others = time.monotonic() - begun
        complaints = [] if len(states_of(house)) == 2 else [f"nothing stalled: {states_of(house)}"]
        for mailing in ("M-1", "M-2"):
            house.wait_quiet(mailing)
        complaints += oracle.check(house, peer.ledger())
        expected = {"relayed": 6} if ends == "relayed" else {"relayed": 5, ends: 1}
        if states_of(house) != expected:
            complaints.append(f"ended as {states_of(house)}, expected {expected}")
        print(f"{script}: the others within {others:.1f} s")
        return complaints


def run(baseline, script, expected):
    with baseline.peer(script) as peer, baseline.trial() as house:
        house.start(VALISE_STEP_TIMEOUT="2")
        release_all(house)
        for mailing in ("M-1", "M-2"):
            house.wait_quiet(mailing)
        complaints = oracle.check(house, peer.ledger())
        if states_of(house) != expected:
            complaints.append(f"ended as {states_of(house)}, expected {expected}")
            sys.stderr.write(house.log_text())
        return complaints


def main():
    began = time.monotonic()
    baseline = Baseline(datetime.date.today().isoformat())
    failures = 0
    try:
        for script, expected in CASES:
            for complaint in run(baseline, script, expected):
                failures += 1
                print(f"{script}: {complaint}")
        for script, ends in STALLS:
            for complaint in run_stalled(baseline, script, ends):
                failures += 1
                print(f"{script}: {complaint}")
    finally:
        baseline.close()
    print(f"{len(CASES) + len(STALLS)} faults of a relay, {failures} complaints, {time.monotonic() - began:.0f} s")
    sys.exit(1 if failures else 0)


main()
