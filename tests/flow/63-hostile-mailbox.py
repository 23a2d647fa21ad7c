#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""An IMAP server that lies, stalls, hangs up or never ends: each message is kept or noted, and the scan goes on"""
import base64
import os
import time

from flow_setup import House, equal, expect, says, step, wait_for
from imap_peer import SECRET, ImapPeer

MIB = 1 << 20


def mail(n, size=0):
    return (f"From: ada{n}@flow.example\r\nSubject: answer {n}\r\nMessage-ID: <h{n}@flow.example>\r\n\r\nanswer {n}\r\n"
            + ("x" * 68 + "\r\n") * (size // 70)).encode()


def kept(house):
    return house.rows("SELECT uid, name, size, taken_reason FROM inbound ORDER BY id")


def mailbox(house):
    return house.call("GET", "/status")["mailboxes"][0]


def uid_of(rest):
    return int(rest.split(" ")[2])


def head(rest, literal):
    return f"* 1 FETCH (UID {uid_of(rest)} RFC822.SIZE 1000 {literal}"


def nil(talk, tag, rest):
    talk.say(head(rest, "BODY[]<0> NIL)\r\n") + f"{tag} OK done\r\n")


def huge(talk, _tag, rest):
    """A literal of 2 GiB, and as much of it as is read."""
    talk.say(head(rest, "BODY[]<0> {2147483647}\r\n"))
    for _ in range(2048):
        talk.say(b"y" * MIB)
        talk.peer.state["sent"] = talk.peer.state.get("sent", 0) + 1


def huge_elsewhere(talk, _tag, rest):
    talk.say(f"* 1 FETCH (UID {uid_of(rest)} RFC822.HEADER " + "{4294967295}\r\n")
    for _ in range(4096):
        talk.say(b"y" * MIB)


def garbage(talk, tag, _rest):
    talk.say(b"\x00\xff\xfe((((((\r\n* 1 FETCH (((( {\r\n" + tag.encode() + b" MAYBE\r\n")


def endless_line(talk, _tag, _rest):
    talk.say("* OK ")
    for _ in range(4096):
        talk.say(b"z" * MIB)


def another(talk, tag, _rest):
    """The content of another message under this one's number is not taken for it."""
    talk.say("* 1 FETCH (UID 1 RFC822.SIZE 5 BODY[]<0> {5}\r\nother)\r\n" + f"{tag} OK done\r\n")


def refused(talk, tag, _rest):
    talk.say(f"{tag} NO [SERVERBUG] not today\r\n")


LIES = {2: (nil, "gives NIL"), 3: (huge, "more than was asked for"), 4: (huge_elsewhere, "more than was asked for"),
        6: (garbage, "no IMAP"), 7: (endless_line, "more than was asked for"), 8: (another, "another message"),
        9: (refused, "gives nothing of it")}


def scripted(lies):
    """Each of LIES is told about the message of its number."""
    def script(talk, tag, name, rest):
        lie = lies.get(uid_of(rest)) if name == "UID FETCH" else None
        if lie is not None:
            lie[0](talk, tag, rest)
        return lie is not None
    return script


def noted(lies, seconds, beginning="could not be had"):
    """Those of which the server lies are noted, the others kept."""
    with ImapPeer(scripted(lies)) as peer:
        peer.messages = {n: mail(n) for n in range(1, 11)}
        with House(config_more=peer.section()) as house:
            house.start(VALISE_STEP_TIMEOUT="3")
            wait_for(lambda: len(kept(house)) == 10, seconds, "all are kept or noted")
            rows = {row["uid"]: row["taken_reason"] for row in kept(house)}
            equal(sorted(uid for uid, reason in rows.items() if reason), sorted(lies), "those that are noted")
            for uid, (lie, words) in lies.items():
                step(f"    {lie.__name__}: {rows[uid]}")
                says(rows[uid], beginning, words)
            expect(house.alive(), "the daemon has ended")
            wait_for(lambda: not mailbox(house)["trouble"], 20, "all is well afterwards")
            return peer.state


def lies_are_noted():
    step("NIL, a literal of 2 GiB, garbage, a line without end, another's content, a refusal: noted, and the scan goes on")
    state = noted(LIES, 300)
    expect(state["sent"] < 64, f"{state['sent']} MiB were read of 2 GiB")


def crashes(talk, _tag, _rest):
    """What ends libetpan 1.9.4, and with it the process, at once."""
    talk.say("* OK [PERMANENTFLAGS (%] words\r\n")
    talk.peer.state["crashes"] = talk.peer.state.get("crashes", 0) + 1


def ends_the_process():
    step("an answer that ends the process: another is started, and the third time the message is noted")
    state = noted({4: (crashes, "ended three times")}, 120, "the process that reads")
    equal(state["crashes"], 3, "times that it ended")


def vanishes(talk, tag, name, rest):
    """Somebody expunges message 2 while its second piece is asked for."""
    if name != "UID FETCH" or uid_of(rest) != 2 or "<0." in rest:
        return False
    talk.peer.messages.pop(2, None)
    return False


def expunged():
    step("a message that somebody expunges while it is read is gone, and nothing else is")
    with ImapPeer(vanishes) as peer:
        peer.messages = {1: mail(1), 2: mail(2, 3 * MIB), 3: mail(3)}
        with House(config_more=peer.section()) as house:
            house.start()
            wait_for(lambda: mailbox(house)["passed_at"], 30, "a good look")
            equal([(row["uid"], row["taken_reason"]) for row in kept(house)], [(1, None), (3, None)], "what is kept")


def short_once(talk, tag, name, rest):
    """A piece that is shorter than what there is: the rest is asked for."""
    if name != "UID FETCH" or "BODY.PEEK[]<0." not in rest:
        return False
    data = talk.peer.messages[uid_of(rest)]
    talk.say(b"* 1 FETCH (UID %d RFC822.SIZE %d BODY[]<0> {20}\r\n" % (uid_of(rest), len(data)) + data[:20] + b")\r\n")
    talk.say(f"{tag} OK done\r\n")
    return True


def cut_once(talk, tag, name, rest):
    """The first time nothing comes after the twentieth octet."""
    if name != "UID FETCH" or talk.peer.state.get("connection") not in (None, talk):
        return False
    talk.peer.state["connection"] = talk
    data = talk.peer.messages[uid_of(rest)][:20]
    offset = int(rest.split("<")[1].split(".")[0])
    piece = data[offset:]
    talk.say(b"* 1 FETCH (UID %d RFC822.SIZE 999 BODY[]<%d> {%d}\r\n" % (uid_of(rest), offset, len(piece)) + piece + b")\r\n")
    talk.say(f"{tag} OK done\r\n")
    return True


def is_whole(script, **more):
    with ImapPeer(script, **more) as peer:
        peer.messages = {1: mail(1), 2: mail(2, 3 * MIB)}
        with House(config_more=peer.section()) as house:
            house.start(VALISE_STEP_TIMEOUT="2")
            wait_for(lambda: len(kept(house)) == 2, 60, "both are kept")
            equal([(row["size"], row["taken_reason"]) for row in kept(house)],
                  [(len(data), None) for data in peer.messages.values()], "sizes")
            wait_for(lambda: mailbox(house)["passed_at"], 20, "a good look")
            equal((peer.count("BODY[]"), peer.count("SELECT"), peer.count("STORE")), (0, 0, 0), "commands that could mark")
            yield peer, house


def run(script, **more):
    for _ in is_whole(script, **more):
        pass


def fails_once_each(talk, tag, name, rest):
    """Silence at some commands, a connection that drops at others; once for each."""
    if name not in ("AUTHENTICATE", "EXAMINE", "UID SEARCH", "UID FETCH") or name in talk.peer.state:
        return False
    talk.peer.state[name] = True
    if name in ("AUTHENTICATE", "UID SEARCH"):
        talk.hang_up()
    time.sleep(5)
    return True


def recovers():
    step("short pieces are asked on; a message that is cut short is asked for again")
    run(short_once)
    run(cut_once)
    step("silence, and a connection that drops, at each command: nothing lost, nothing doubled")
    run(fails_once_each)


def bye_in_idle(talk, tag, name, rest):
    if name != "IDLE" or talk.peer.state.get("bye"):
        return False
    talk.peer.state["bye"] = True
    talk.say("+ idling\r\n")
    time.sleep(0.3)
    talk.say("* BYE shutting down\r\n")
    talk.hang_up()
    return True


def idles():
    step("BYE in IDLE: back soon; a push in the same segment as the +, and silence after DONE")
    for peer, house in is_whole(bye_in_idle, capabilities="SASL-IR AUTH=PLAIN IDLE"):
        wait_for(lambda p=peer: p.connections >= 2, 30, "it is back")
        peer.messages[3] = mail(3)
        wait_for(lambda h=house: len(kept(h)) == 3, 30, "the next is kept")


def estimates():
    step("sizes that are estimates are believed to be none after one more look")
    with ImapPeer(lambda *_: False) as peer:
        def bigger(talk, tag, name, rest):
            if name != "UID FETCH":
                return False
            data = peer.messages[uid_of(rest)]
            offset = int(rest.split("<")[1].split(".")[0]) if "<" in rest else 0
            talk.say(b"* 1 FETCH (UID %d RFC822.SIZE %d BODY[]<%d> {%d}\r\n" % (uid_of(rest), len(data) + 100, offset,
                     len(data[offset:])) + data[offset:] + b")\r\n" + tag.encode() + b" OK done\r\n")
            return True
        peer.script = bigger
        peer.messages = {n: mail(n) for n in range(1, 6)}
        with House(config_more=peer.section()) as house:
            house.start()
            wait_for(lambda: len(kept(house)) == 5, 60, "all are kept")
            expect(peer.connections <= 3, f"{peer.connections} connections for one doubt")


def too_large():
    step("a message over the ceiling: its beginning is kept, and it is noted")
    with ImapPeer() as peer:
        peer.messages = {1: mail(1, 26 * MIB), 2: mail(2)}
        with House(config_more=peer.section(more="poll = 1 s")) as house:
            house.start()
            wait_for(lambda: len(kept(house)) == 2, 60, "both are there")
            first, second = kept(house)
            equal((first["size"], second["taken_reason"]), (25 * MIB, None), "the beginning, and the other one")
            says(first["taken_reason"], "larger than 25 MiB")


def numbers():
    step("UIDNEXT that goes back, and another message under a number that was taken: a new numbering, nothing lost")
    with ImapPeer() as peer:
        peer.messages = {n: mail(n) for n in (1, 2, 3)}
        with House(config_more=peer.section()) as house:
            house.start()
            wait_for(lambda: len(kept(house)) == 3, 30, "three are kept")
            peer.messages = {1: mail(1), 2: mail(12)}
            wait_for(lambda: len(kept(house)) == 4, 30, "the new one under number 2 is kept")
            equal((kept(house)[3]["uid"], kept(house)[3]["name"]), (2, "numbering 2"), "its place")
            peer.dates[2] = '"25-Nov-2026 11:00:00 +0000"'
            peer.messages = {1: mail(21), 2: mail(22), 3: mail(23)}
            wait_for(lambda: len(kept(house)) == 7, 30, "those that came under the old numbers are kept")


def tokens(mechanism):
    step(f"an access token ({mechanism}) is read from its file for each connection; no password is asked for")
    with ImapPeer(capabilities=f"SASL-IR AUTH={mechanism} AUTH=PLAIN") as peer:
        path = os.path.join(peer.folder, "token")

        def renew(text):
            with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="ascii") as file:
                file.write(text)
        renew("first-token")
        peer.messages = {1: mail(1)}
        with House(config_more=peer.section(login=f"token_file = {path}")) as house:
            house.start()
            wait_for(lambda: len(kept(house)) == 1, 30, "the message is kept")
            renew("second-token")
            says(house.valise("doctor"), "mailbox")
            equal({login.split(" ")[1] for login in peer.logins}, {mechanism}, "by which mechanism")
            logins = [base64.b64decode(login.split(" ")[2]) for login in peer.logins]
            expect(b"auth=Bearer first-token" in logins[0] and b"auth=Bearer second-token" in logins[-1], f"{logins}")
            expect(SECRET.encode() not in b"".join(logins), "the password was sent")


def token_that_nobody_takes():
    step("a server that takes no token is told none, nor a password, and nobody's log has it")
    with ImapPeer(capabilities="SASL-IR AUTH=PLAIN") as peer:
        path = os.path.join(peer.folder, "token")
        with open(os.open(path, os.O_WRONLY | os.O_CREAT, 0o600), "w", encoding="ascii") as file:
            file.write("precious-token")
        peer.messages = {1: mail(1)}
        with House(config_more=peer.section(login=f"token_file = {path}")) as house:
            house.start()
            wait_for(lambda: house.call("GET", "/status")["mailboxes"][0]["trouble"], 30, "status says so")
            equal((peer.logins, kept(house)), ([], []), "logins, and what was kept")
            expect("precious-token" not in house.log_text() + str(house.call("GET", "/status")), "the token is told")


def main():
    lies_are_noted()
    ends_the_process()
    expunged()
    recovers()
    idles()
    estimates()
    too_large()
    numbers()
    for mechanism in ("XOAUTH2", "OAUTHBEARER"):
        tokens(mechanism)
    token_that_nobody_takes()


main()
