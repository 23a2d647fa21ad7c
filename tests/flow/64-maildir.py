#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""A Maildir is read as it lies: nothing moved, nothing renamed, nothing twice; a rehearsal touches its own alone"""
import os
import time

from flow_setup import House, equal, expect, says, step, wait_for
import oracle
from small_disk import small_disk


def mail(n):
    return f"From: ada{n}@flow.example\nSubject: answer {n}\nMessage-ID: <d{n}@flow.example>\n\nanswer {n}\n".encode()


class Maildir:
    def __init__(self, path):
        self.path = path
        for name in ("new", "cur", "tmp"):
            os.makedirs(os.path.join(path, name))

    def put(self, name, data, folder="new"):
        with open(os.path.join(self.path, "tmp", name), "wb") as file:
            file.write(data)
        os.rename(os.path.join(self.path, "tmp", name), os.path.join(self.path, folder, name))

    def all(self):
        """Every name below, with inode, size, mode and time of change: whatever is done to a file shows."""
        found = {}
        for folder, _, names in os.walk(self.path):
            for name in names:
                st = os.stat(os.path.join(folder, name))
                found[os.path.relpath(os.path.join(folder, name), self.path)] = (st.st_ino, st.st_size, st.st_mode, st.st_mtime_ns)
        return found


def kept(house):
    return house.rows("SELECT name, size, taken_reason, account, folder FROM inbound ORDER BY id")


def mailbox(house, n=0):
    return house.call("GET", "/status")["mailboxes"][n]


def section(path, more=""):
    return f'\n[inbound "drop"]\nurl = maildir:{path}\npoll = 1 min\n{more}\n'


def is_read():
    with House() as house:
        box = Maildir(os.path.join(house.folder, "box"))
        house.config_more = section(box.path)
        house.configure()
        box.put("1700000001.M1.host", mail(1))
        box.put("1700000002.M2.host:2,FS", mail(2), "cur")
        box.put("1700000003.M3.host", b"")
        os.symlink("/etc/hostname", os.path.join(box.path, "new", "1700000004.link"))
        with open(os.path.join(box.path, "new", "1700000005.M5.host"), "wb") as file:
            file.truncate(30 << 20)
        before = box.all()
        house.start()
        step("what lies in new/ and cur/ is taken and stays as it lies; what is no message is told of and stops nothing")
        wait_for(lambda: len(kept(house)) == 4, 30, "two are kept, two noted")
        rows = kept(house)
        equal([row["name"] for row in rows], [f"170000000{n}.M{n}.host" for n in (1, 2, 3, 5)], "names, without flags")
        equal([row["taken_reason"] is None for row in rows], [True, True, False, False], "which are whole")
        says(rows[2]["taken_reason"], "is empty")
        says(rows[3]["taken_reason"], "larger than 25 MiB")
        equal(rows[3]["size"], 25 << 20, "what is kept of the large one")
        wait_for(lambda: mailbox(house)["passed_at"], 20, "a good look")
        says(mailbox(house)["trouble"], "1700000004.link")
        equal(box.all(), before, "the Maildir")
        step("a new one is seen at once; one whose flags change, or that comes a second time, is known")
        began = time.monotonic()
        box.put("1700000006.M6.host", mail(6))
        wait_for(lambda: len(kept(house)) == 5, 10, "it is kept")
        expect(time.monotonic() - began < 5, f"it took {time.monotonic() - began:.1f} s")
        os.rename(os.path.join(box.path, "new", "1700000006.M6.host"), os.path.join(box.path, "cur", "1700000006.M6.host:2,S"))
        box.put("1700000007.M7.host", mail(6).replace(b"\n", b"\r\n"))
        box.put("1700000008.M8.host", mail(8))
        wait_for(lambda: len(kept(house)) == 6, 10, "the next is kept")
        equal(kept(house)[5]["name"], "1700000008.M8.host", "the next")
        says(house.valise("doctor"), "mailbox", "can be read; 8 messages lie in it")
        step("a new start takes nothing anew")
        house.stop()
        house.start()
        wait_for(lambda: mailbox(house)["passed_at"], 20, "a good look")
        equal((len(kept(house)), mailbox(house)["taken"]), (6, 0), "messages kept, and taken since the start")
        step("a folder that is taken away is trouble, and read on when it is back")
        os.rename(box.path, box.path + ".away")
        house.stop()
        house.start()
        wait_for(lambda: mailbox(house)["trouble"], 20, "status says so")
        says(house.valise("doctor", status=1), "the Maildir", "cannot be read")


def is_moved():
    with House() as house:
        box = Maildir(os.path.join(house.folder, "box"))
        for name in ("new", "cur"):
            os.makedirs(os.path.join(box.path, ".Kept", name))
        house.config_more = section(box.path, "after = move:Kept")
        house.configure()
        box.put("1700000001.M1.host", mail(1))
        box.put("1700000002.M2.host:2,FS", mail(2), "cur")
        box.put("1700000003.M3.host", b"")
        house.start()
        step("after = move: what is kept goes to that folder with its flags; what is noted stays")
        wait_for(lambda: len(kept(house)) == 3, 20, "all are kept or noted")
        wait_for(lambda: mailbox(house)["passed_at"], 20, "a good look")
        equal(sorted(box.all()), [".Kept/cur/1700000002.M2.host:2,FS", ".Kept/new/1700000001.M1.host", "new/1700000003.M3.host"],
              "where they lie")
        says(house.valise("doctor"), "can be read")


def is_rehearsed():
    with House() as house:
        box = Maildir(os.path.join(house.folder, "box"))
        own = Maildir(os.path.join(house.state, "rehearsal", "answers"))
        password = os.path.join(house.folder, "password")
        with open(os.open(password, os.O_WRONLY | os.O_CREAT, 0o600), "w", encoding="ascii") as file:
            file.write("secret\n")
        house.config_more = (section(box.path) + '\n[inbound "own"]\nurl = maildir:rehearsal/answers\n'
                             f'\n[inbound "far"]\nurl = imaps://127.0.0.1:1\nuser = u\npassword_file = {password}\n'
                             "\n[valise]\nmode = rehearsal\n")
        house.configure()
        os.chmod(house.state, 0o700)
        box.put("1700000001.M1.host", mail(1))
        own.put("1700000002.M2.host", mail(2))
        house.start()
        step("a rehearsal reads its own Maildir and touches no other mailbox")
        wait_for(lambda: kept(house), 20, "its own is read")
        time.sleep(1)
        equal([row["account"] for row in kept(house)], ["own"], "what was read")
        equal([box["read"] for box in house.call("GET", "/status")["mailboxes"]], [False, True, False], "which are read")
        says(house.valise("status"), "not touched, because this is a rehearsal")
        says(house.valise("doctor"), "a rehearsal does not touch imaps://127.0.0.1:1")


def meets_a_full_disk():
    """Where what is kept is moved away, nothing may be moved that could not be kept."""
    step("on a full disk nothing is taken, nothing is moved, and it is said; with room all are kept, each once")
    with House() as house, small_disk(house, house.state) as disk:
        if not disk:
            return
        box = Maildir(os.path.join(house.folder, "box"))
        for name in ("new", "cur"):
            os.makedirs(os.path.join(box.path, ".Kept", name))
        house.config_more = section(box.path, "after = move:Kept")
        house.configure()
        house.start()
        wait_for(lambda: mailbox(house)["passed_at"], 20, "a good look")
        disk.fill()
        names = [f"170000000{n}.M{n}.host" for n in range(1, 5)]
        for n, name in enumerate(names):
            box.put(name, mail(n) + b"and so on\n" * 10000)
        trouble = wait_for(lambda: mailbox(house)["trouble"], 30, "status says so")
        says(trouble, "space")
        says(house.valise("doctor", status=1), "disk")
        time.sleep(2)
        equal(sorted(box.all()), [f"new/{name}" for name in names], "where they lie while there is no room")
        equal([row for row in kept(house) if not row["taken_reason"]], [], "what was kept without room")
        expect(house.alive(), "the daemon ended on a full disk")
        disk.free()
        wait_for(lambda: len(box.all()) == 4 and all(name.startswith(".Kept/") for name in box.all()), 120, "all are kept and moved")
        equal(sorted(row["name"] for row in kept(house)), names, "what was kept with room")
        wait_for(lambda: not house.rows("SELECT 1 FROM inbound WHERE state = 'taken'"), 30, "all are filed")
        complaints = []
        oracle.check_inbound(house, True, complaints)
        equal(complaints, [], "the oracle")
        equal(house.stop(), 0, "an orderly stop")


def main():
    is_read()
    is_moved()
    meets_a_full_disk()
    is_rehearsed()


main()
