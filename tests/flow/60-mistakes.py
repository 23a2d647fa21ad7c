#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""What goes wrong before and beside the sending: each mistake has a sentence with place, cause and remedy, and loses nothing"""
import os
import shutil
import sqlite3
import subprocess
import time

from flow_setup import (ATTENDEES, SOURCE, House, Peer, Refused, add_document, draft, equal, expect, free_port, import_text,
                        mailing_now, many, says, step, submit, wait_for)
from house import BUILD
import oracle
from small_disk import small_disk


def valised(house, *more, **environment):
    """Runs valised until it ends by itself: its exit status and what it said."""
    done = subprocess.run([os.path.join(BUILD, "valised"), "--config", house.config, *more], capture_output=True, text=True,
                          timeout=60, check=False, env={**os.environ, **environment})
    return done.returncode, done.stdout + done.stderr


def rewrite(house, before, after):
    with open(house.config, encoding="utf-8") as file:
        text = file.read()
    expect(before in text, f"{before!r} stands in the configuration")
    with open(house.config, "w", encoding="utf-8") as file:
        file.write(text.replace(before, after, 1))


CONFIG_MISTAKES = [
    ("couriers = 2", "couriers = many", ["valise.conf line", "couriers"]),
    ("couriers = 2", "courriers = 2", ["valise.conf line", "courriers", "couriers"]),
    ("time_zone = Europe/Paris", "time_zone = Europe/Atlantis", ["valise.conf line", "time_zone"]),
    ("from = secretariat@forum.example", "from = secretariat@", ["valise.conf line", "from"]),
    ("[relay \"main\"]", "[relais \"main\"]", ["valise.conf line", "relais"]),
]


def configuration():
    step("mistakes of the configuration name file, line and key; exit status 2")
    for before, after, parts in CONFIG_MISTAKES:
        with House() as house:
            rewrite(house, before, after)
            for options in (("--check",), ()):
                status, words = valised(house, *options)
                equal(status, 2, f"exit status for {after}")
                says(words, *parts)
    with House() as house:
        equal(valised(house, "--check")[0], 0, "exit status for a sound one")
        os.remove(house.config)
        status, words = valised(house)
        equal(status, 2, "exit status without a configuration")
        says(words, "valise.conf")


def state():
    with House() as house:
        house.start()
        step("a second daemon on the same state ends with that sentence, and harms nothing")
        rewrite(house, "valise.sock", "other.sock")
        status, words = valised(house)
        equal(status, 1, "exit status of the second")
        says(words, house.state)
        house.call("GET", "/status")
        step("SIGHUP with a broken file keeps the former configuration")
        rewrite(house, "couriers = 2", "couriers = none")
        house.process.send_signal(1)
        wait_for(lambda: "stays in use" in house.log_text(), 10, "the refusal is logged")
        house.call("GET", "/status")
        equal(house.stop(), 0, "exit status")
        rewrite(house, "couriers = none", "couriers = 2")
        step("a database of a newer program is refused untouched")
        db = sqlite3.connect(f"{house.state}/valise.db")
        table = db.execute("SELECT name FROM sqlite_master WHERE sql LIKE '%step%' AND type = 'table'").fetchone()[0]
        columns = [row[1] for row in db.execute(f"PRAGMA table_info({table})")]
        row = list(db.execute(f"SELECT * FROM {table} WHERE room = 'outbox' ORDER BY step DESC LIMIT 1").fetchone())
        row[columns.index("step")] += 1
        db.execute(f"INSERT INTO {table} VALUES ({','.join('?' * len(row))})", row)
        db.commit()
        db.close()
        status, words = valised(house)
        equal(status, 1, "exit status for a newer database")
        says(words, "newer", "outbox")


def store_that_fails():
    step("a disk that is full at the n-th commit: nothing is sent that cannot be recorded, and nobody is lost")
    with House() as base:
        base.start()
        import_text(base, ATTENDEES, "all")
        mailing = draft(base, add_document(base, "pre-report", "Essai"), "all", "pre-report")
        submit(base, mailing)
        equal(base.stop(), 0, "exit status")
        for at in (6, 8, 10, 12, 14):
            with House() as house:
                # The manifest names the relay's folder.
                house.maildir = base.maildir
                house.configure()
                shutil.rmtree(base.maildir, ignore_errors=True)
                shutil.copytree(base.state, house.state)
                house.start(wait=False, VALISE_STORE_FAIL_AT=f"{at},always")
                wait_for(house.answers_or_ended, 30, "an answer or the end")
                if house.alive():
                    try:
                        house.call("POST", f"/mailings/{mailing}/release")
                    except Exception as refusal:  # pylint: disable=broad-except
                        says(str(refusal), "disk")
                    time.sleep(0.7)
                    house.kill()
                house.start()
                now = mailing_now(house, mailing)
                if now["state"] == "submitted" and not now["releasing"]:  # what was cut off, the daemon goes on with
                    house.call("POST", f"/mailings/{mailing}/release")
                house.wait_quiet(mailing)
                ledger = []
                new = os.path.join(base.maildir, "new")
                for name in os.listdir(new):
                    with open(os.path.join(new, name), "rb") as file:
                        ledger.append(oracle.copy_of(file.read()))
                equal(oracle.check(house, ledger), [], f"the oracle, after failing from commit {at} on")


def unreachable():
    step("a relay that nobody serves: its words are kept, status and doctor say so, all goes out once it is back")
    port = free_port()
    with House(relay=f"smtp://127.0.0.1:{port}") as house:
        house.start()
        import_text(house, ATTENDEES, "all")
        mailing = draft(house, add_document(house, "pre-report", "Essai"), "all", "pre-report")
        submit(house, mailing)
        house.valise("mailings", "release", mailing)
        wait_for(lambda: house.call("GET", "/status")["relay_words"], 20, "the relay's silence is told")
        doctor = house.valise("doctor", status=1)
        says(doctor, "error", "relay", "do: ")
        says(house.valise("status"), "the relay is down")
        with Peer("fine", "--port", str(port)) as peer:
            equal(house.wait_quiet(mailing)["counts"], {"relayed": 3}, "what left once the relay was back")
            equal(oracle.check(house, peer.ledger()), [], "the oracle")
    step("the command line without a daemon: exit status 3")
    with House() as house:
        says(house.valise("status", status=3), "no daemon answers", "start")


def places():
    step("a state_dir, a socket or templates that cannot be: a sentence with the path, exit status 1, nothing made")
    for before, after, part in ((lambda h: f"state_dir = {h.state}", "state_dir = /proc/valise", "/proc/valise"),
                                (lambda h: f"state_dir = {h.state}", "state_dir = /etc/hostname", "/etc/hostname"),
                                (lambda h: f"socket = {h.socket}", "socket = /proc/valise.sock", "/proc/valise.sock"),
                                (lambda h: "templates = " + SOURCE, "templates = /nowhere", "/nowhere")):
        with House() as house:
            rewrite(house, before(house), after)
            status, words = valised(house)
            equal(status, 1, f"exit status for {after} ({words.strip()})")
            says(words, part)


def a_file_in_use_by_nobody():
    step("a socket left by a daemon that was killed is taken over; a file of another kind is not")
    with House() as house:
        house.start()
        house.kill()
        expect(os.path.exists(house.socket), "the killed daemon left no socket")
        house.start()
        equal(house.stop(), 0, "exit status")
        with open(house.socket, "w", encoding="ascii") as file:
            file.write("precious")
        status, words = valised(house)
        equal(status, 1, "exit status with a file in the socket's place")
        says(words, house.socket)
        with open(house.socket, encoding="ascii") as file:
            equal(file.read(), "precious", "the file in the socket's place")


def full_disk():
    step("a disk that is really full: refused in a sentence, nothing half done, and all goes on once there is room")
    with House() as house, small_disk(house, house.state) as disk:
        if disk:
            on_the_small_disk(house, disk)


def on_the_small_disk(house, disk):
    house.start()
    import_text(house, ATTENDEES, "all")
    mailing = draft(house, add_document(house, "pre-report", "Essai"), "all", "pre-report")
    submit(house, mailing)
    disk.fill()
    before = house.call("GET", "/contacts")["items"]
    try:
        house.call("POST", "/imports?list=more", raw=many(4000, prefix="M").encode(), content_type="text/csv")
        raise AssertionError("an import was taken on a full disk")
    except Refused as refusal:
        equal(refusal.status, 500, "the status of a full disk")
        says(str(refusal), "disk")
    house.process.poll()
    if not house.alive():
        raise AssertionError("the daemon ended on a full disk")
    expect(house.call("GET", "/status"), "status answers on a full disk")
    disk.free()
    equal(house.call("GET", "/contacts")["items"], before, "contacts after the refused import")
    equal(house.stop(), 0, "exit status after a full disk")
    house.start()
    house.call("POST", f"/mailings/{mailing}/release")
    equal(house.wait_quiet(mailing)["counts"], {"relayed": 3}, "what left once there was room")
    expect(house.call("GET", "/log/verify")["verified"], "the journal does not verify")


def stopped_at_the_dot():
    step("SIGTERM while the relay thinks about the end of a message: its answer is waited for and kept, nothing new begins")
    with Peer("1/dot:slow=3") as peer, House(relay=peer.url, couriers=1, relay_more="dot_timeout = 20 s") as house:
        house.start()
        import_text(house, ATTENDEES, "all")
        mailing = draft(house, add_document(house, "pre-report", "Essai"), "all", "pre-report")
        submit(house, mailing)
        house.valise("mailings", "release", mailing)
        wait_for(lambda: house.rows("SELECT 1 FROM deliveries WHERE state = 'committing'"), 20, "the end of one is awaited")
        began = time.monotonic()
        equal(house.stop(), 0, "exit status")
        expect(time.monotonic() - began > 1, "the daemon did not wait for the answer")
        states = sorted(row["state"] for row in house.rows("SELECT state FROM deliveries"))
        equal((states, len(peer.ledger())), (["ready", "ready", "relayed"], 1), "after the stop")
        house.start()
        equal(house.wait_quiet(mailing)["counts"], {"relayed": 3}, "after the next start")
        equal(oracle.check(house, peer.ledger()), [], "the oracle")


configuration()
places()
a_file_in_use_by_nobody()
state()
store_that_fails()
full_disk()
stopped_at_the_dot()
unreachable()
step("done")
