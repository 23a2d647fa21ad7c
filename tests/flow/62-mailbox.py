#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""A real Dovecot is read: nothing lost, nothing doubled, nothing marked, whoever is killed and however it numbers"""
import hashlib
import http.client
import os
import signal
import time

from flow_setup import House, equal, expect, says, skip, step, wait_for
from dovecot import Dovecot, why_not


def mail(n, size=0):
    return (f"From: ada{n}@flow.example\nTo: answers@forum.example\nSubject: answer {n}\nMessage-ID: <m{n}@flow.example>\n\n"
            f"Dear colleagues, this is answer {n}.\n" + "x" * 70 * (size // 70) + "\n").encode()


def kept(house):
    return house.rows("SELECT id, folder, uid_validity, uid, name, size, sha256, taken_reason FROM inbound ORDER BY id")


def wait_kept(house, count, seconds=30):
    wait_for(lambda: len(kept(house)) >= count, seconds, f"{count} messages are kept")
    return kept(house)


def mailbox(house):
    return house.call("GET", "/status")["mailboxes"][0]


def passed_anew(house):
    before = mailbox(house)["passed_at"]
    wait_for(lambda: mailbox(house)["passed_at"] not in (None, before) and not mailbox(house)["trouble"], 40, "another good look")


def fetch_process(house):
    """The id of the daemon's process that reads mailboxes."""
    with open(f"/proc/{house.process.pid}/task/{house.process.pid}/children", encoding="ascii") as file:
        found = file.read().split()
    for task in os.listdir(f"/proc/{house.process.pid}/task"):
        with open(f"/proc/{house.process.pid}/task/{task}/children", encoding="ascii") as file:
            found += file.read().split()
    for pid in found:
        with open(f"/proc/{pid}/cmdline", "rb") as file:
            if b"fetch" in file.read().split(b"\0"):
                return int(pid)
    return None


def house_for(server, scheme="imaps", more="poll = 2 s"):
    return House(config_more=server.section(scheme=scheme, more=more))


def takes_in(server):
    uids = [server.put(mail(1)), server.put(mail(2), flags="\\Flagged"), server.put(mail(3, 3_000_000))]
    before = server.flags()
    with house_for(server, more="poll = 20 min") as house:
        house.start()
        step("what lies there is taken, byte for byte, and nothing in the mailbox changes")
        rows = wait_kept(house, 3)
        equal([row["uid"] for row in rows], uids, "the numbers")
        for row, data in zip(rows, (mail(1), mail(2), mail(3, 3_000_000))):
            whole = data.replace(b"\n", b"\r\n")
            equal(row["sha256"].hex(), hashlib.sha256(whole).hexdigest(), "the digest")
            path = os.path.join(house.state, "inbound", row["sha256"].hex())
            with open(path, "rb") as file:
                equal(file.read(), whole, "the bytes")
        wait_for(lambda: mailbox(house)["passed_at"], 20, "a good look")
        equal(server.flags(), before, "the flags in the mailbox")
        step("a new one is told at once, though it is polled every twenty minutes only")
        began = time.monotonic()
        server.put(mail(4))
        wait_kept(house, 4, 10)
        expect(time.monotonic() - began < 5, f"it took {time.monotonic() - began:.1f} s")
        equal(mailbox(house)["taken"], 4, "messages taken, as status says")
        equal(server.flags()[uids[0]], set(), "the flags of the first")
        step("the doctor logs in and says so; status names the mailbox")
        says(house.valise("doctor"), "mailbox", "as answers: the folder INBOX opens; new messages are told at once")
        says(house.valise("status"), "mailbox answers (imaps://localhost:", "all of it is kept")
        step("the process can make no AF_UNIX socket and has no password in its environment or arguments")
        pid = fetch_process(house)
        with open(f"/proc/{pid}/status", encoding="ascii") as file:
            says(file.read(), "Seccomp:\t2", "NoNewPrivs:\t1")
        for name in ("environ", "cmdline"):
            with open(f"/proc/{pid}/{name}", "rb") as file:
                expect(b"quite-a-secret" not in file.read(), f"the password stands in {name}")
        equal(house.stop(), 0, "the exit status of an orderly stop")
        house.start()
        step("a new start takes nothing anew")
        wait_for(lambda: mailbox(house)["passed_at"], 20, "a good look")
        equal((len(kept(house)), mailbox(house)["taken"]), (4, 0), "messages kept, and taken since the start")


def is_killed(server):
    with house_for(server) as house:
        house.start()
        wait_kept(house, 4)
        step("the process is killed: another one goes on")
        os.kill(fetch_process(house), signal.SIGKILL)
        server.put(mail(5))
        wait_kept(house, 5)
        step("the server is killed and comes back: the mailbox is said to be in trouble, then read on")
        server.stop(signal.SIGKILL)
        wait_for(lambda: mailbox(house)["trouble"], 20, "status says so")
        wait_for(lambda: mailbox(house)["alarm"], 60, "and an alarm when it lasts")
        says(house.valise("status"), "in trouble since", "warning: the mailbox answers could not be read for long")
        says(house.valise("doctor", status=1), "error    mailbox", "cannot be used")
        says(house.log_text(), "a mailbox gives trouble", "could not be read for long")
        server.start()
        server.put(mail(6))
        wait_kept(house, 6, 60)
        wait_for(lambda: not mailbox(house)["alarm"], 20, "the alarm ends")
        step("the daemon is killed at each step of taking two more, bytes, row and cursor: taken again, or known")
        house.stop()
        for n in (7, 8):
            server.put(mail(n))
        for at in range(1, 200):
            house.start(wait=False, VALISE_CRASH_AT=str(at))
            wait_for(lambda: not house.alive() or is_quiet(house), 60, "it is killed, or has taken all")
            if house.alive():
                break
            equal(house.process.wait(), -signal.SIGKILL, "how it ended")
        rows = kept(house)
        expect(at > 5, f"it was killed {at - 1} times only")
        equal((len(rows), len({row["sha256"] for row in rows})), (8, 8), "messages, and different ones")
        equal(house.rows("SELECT uid FROM inbound_cursors")[0]["uid"], max(server.flags()), "the cursor")


def is_quiet(house):
    try:
        return mailbox(house)["passed_at"] is not None
    except (OSError, http.client.HTTPException):
        return False


def is_renumbered(server):
    with house_for(server) as house:
        house.start()
        wait_kept(house, 8)
        step("the same message a second time is known")
        server.put(mail(8))
        server.put(mail(9))
        wait_kept(house, 9)
        for what, validity in (("greater", 4_000_000_000), ("smaller", 1000)):
            step(f"a {what} UIDVALIDITY: all is read anew, and known by its bytes")
            server.renumber(validity)
            cursor = "SELECT uid_validity, uid, numbering FROM inbound_cursors"
            wait_for(lambda wanted=validity: house.rows(cursor)[0]["uid_validity"] == wanted, 20, "it is noticed")
            server.put(mail(10 if what == "greater" else 11))
            wait_kept(house, 10 if what == "greater" else 11)
            passed_anew(house)
        equal(len(kept(house)), 11, "messages")
        equal(house.rows("SELECT numbering FROM inbound_cursors")[0]["numbering"], 2, "numberings since the first")


def marks(server):
    server.put(mail(20), folder="INBOX")
    with house_for(server, more="poll = 2 s\nafter = keyword") as house:
        house.start()
        step("after = keyword: each message that is kept gets it, and nothing else")
        wait_kept(house, 12)
        wait_for(lambda: all(flags >= {"Valise"} for flags in server.flags().values()), 20, "all have the keyword")
        expect(all(flags <= {"Valise", "\\Flagged"} for flags in server.flags().values()), f"more was marked: {server.flags()}")
        says(house.valise("doctor"), "the folder INBOX opens")
    server.make_folder("Kept by Valise")
    count = len(server.flags())
    with house_for(server, scheme="imap", more="poll = 2 s\nafter = move:Kept by Valise") as house:
        house.start()
        step("after = move, over STARTTLS: each message that is kept goes to that folder, with its flags")
        wait_kept(house, 12)
        wait_for(lambda: not server.flags(), 30, "the inbox is empty")
        equal(len(server.flags("Kept by Valise")), count, "messages in the other folder")
        expect(all("\\Seen" not in flags for flags in server.flags("Kept by Valise").values()), "one was marked as read")
    with house_for(server, more="poll = 2 s\nafter = move:Not there") as house:
        house.start()
        step("a folder that is not there is told of, and the messages are kept all the same")
        server.put(mail(30))
        wait_kept(house, 1)
        wait_for(lambda: mailbox(house)["trouble"], 20, "status says so")
        says(mailbox(house)["trouble"], "refuses UID MOVE")
        says(house.valise("doctor", status=1), "there is no folder Not there")
        equal(len(server.flags()), 1, "messages in the inbox")


def refuses(server):
    step("a wrong password, a wrong authority, another key: the words say what to do, and no password leaves without TLS")
    with open(f"{server.folder}/wrong", "w", encoding="ascii") as file:
        file.write("wrong\n")
    os.chmod(f"{server.folder}/wrong", 0o600)
    section = server.section(more="poll = 2 s")
    pin = "fingerprint = sha256//" + "A" * 43 + "=\n"
    for text, words in ((section.replace("/password\n", "/wrong\n"), ("does not let us log in", "correct user and password_file")),
                        (section.replace(f"ca_file = {server.ca}\n", ""), ("cannot be used", "certificate")),
                        (section + pin, ("another key than the one of the fingerprint",)),
                        (section.replace("imaps://", "imap://"), ("cannot be used",))):
        with House(config_more=text) as house:
            house.start(VALISE_STEP_TIMEOUT="3")
            wait_for(lambda: mailbox(house)["trouble"], 40, "status says so")
            says(mailbox(house)["trouble"], *words)
            equal(len(kept(house)), 0, "messages")


def main():
    why = why_not()
    if why:
        skip(why)
    with Dovecot() as server:
        takes_in(server)
        is_killed(server)
        is_renumbered(server)
        marks(server)
        refuses(server)


main()
