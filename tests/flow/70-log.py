#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The journal: found, followed, verified, handed to a third party, and no word of it in the system log"""
import json
import os
import re
import shutil
import sqlite3
import subprocess
import threading
import time

from flow_setup import (ATTENDEES, BUILD, OFFICES, SOURCE, House, add_document, draft, equal, expect, import_text, refused,
                        says, step, submit, token_of, wait_for)

KINDS = re.findall(r'^KIND\(\w+, "([a-z-]+)"', open(os.path.join(SOURCE, "daemon/journal/entry_kinds.def"), encoding="utf-8").read(),
                   re.MULTILINE)


class Follower:
    """A `valise log follow` of our own, and the lines that it has printed with the moment of each."""

    def __init__(self, house, *more):
        self.lines = []
        self.process = subprocess.Popen([os.path.join(BUILD, "valise"), "--socket", house.socket, "--json", "log", "follow", *more],
                                        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True)
        self.thread = threading.Thread(target=self.read, daemon=True)
        self.thread.start()

    def read(self):
        for line in self.process.stdout:
            self.lines.append((time.monotonic(), json.loads(line)))

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait(20)
        self.thread.join(20)
        self.process.stdout.close()

    def kinds(self):
        return [entry["kind"] for _, entry in self.lines]


def whole_talk(house, olga, boris):
    """A mailing to attendees and one to offices, sent."""
    import_text(house, ATTENDEES, "attendees")
    import_text(house, OFFICES, "offices")
    for kind, recipients in (("pre-report", "attendees"), ("synthesis", "offices")):
        mailing = draft(house, add_document(house, kind, "Essai", olga), recipients, kind, token_file=olga)
        digest = submit(house, mailing, olga)
        if kind == "synthesis":
            house.valise("mailings", "approve", mailing, "--digest", digest, token_file=boris)
        house.valise("mailings", "release", mailing, token_file=olga)
        house.wait_quiet(mailing)


def lists_and_filters(house):
    step("every entry has its fields, in one row of indexes; filters find what they say")
    entries = house.call("GET", "/log?limit=1000")["items"]
    for entry in entries:
        for field in ("index", "time", "kind", "user", "mailing", "delivery", "contact", "text"):
            expect(field in entry, f"an entry has no {field}: {entry}")
        expect(entry["kind"] in KINDS, f"{entry['kind']} is in no table")
    equal([entry["index"] for entry in entries], list(range(1, len(entries) + 1)), "the indexes")
    newest = house.call("GET", "/log?newest=1&limit=5")["items"]
    equal([entry["index"] for entry in newest], [e["index"] for e in entries[:-6:-1]], "the newest five")
    first = house.call("GET", "/log?limit=7")
    second = house.call("GET", f"/log?limit=1000&after={first['next']}")
    equal(first["items"] + second["items"], entries, "two pages together")
    for query, field, value in (("mailing=M-2", "mailing", "M-2"), ("kind=delivery-relayed", "kind", "delivery-relayed"),
                                ("user=boris", "user", "boris"), ("delivery=D-2", "delivery", None), ("contact=C-1", "contact", "C-1")):
        found = house.call("GET", f"/log?limit=1000&{query}")["items"]
        expect(found, f"nothing is found by {query}")
        if value is not None:
            equal(found, [entry for entry in entries if entry[field] == value], f"entries by {query}")
    equal([e["kind"] for e in house.call("GET", "/log?user=boris")["items"]], ["mailing-approved"], "what boris did")
    middle = entries[len(entries) // 2]["time"]
    since = house.call("GET", f"/log?limit=1000&since={middle}")["items"]
    equal(since, [entry for entry in entries if entry["time"] >= middle], "entries since a time")
    until = house.call("GET", f"/log?limit=1000&until={middle}")["items"]
    equal(until, [entry for entry in entries if entry["time"] < middle], "entries until a time")
    story = [entry["kind"] for entry in house.call("GET", "/deliveries/D-1")["timeline"]]
    equal(story, ["deliveries-planned", "deliveries-ready", "deliveries-claimed", "delivery-committing", "delivery-relayed"],
          "the story of D-1")
    says(house.valise("log", "list", "--kind", "mailing-approved"), "boris", "M-2")
    refused(400, lambda: house.call("GET", "/log?kind=mailing-aproved"), "mailing-aproved")
    refused(400, lambda: house.call("GET", "/log?knd=hold"), "knd", "kind")
    says(house.valise("log", "list", "--since", "yesterday", status=2), "yesterday")


def kinds(house):
    step("log kinds explains every word that stands in an entry")
    told = house.valise("log", "kinds", json_out=True)
    equal([item["kind"] for item in told["items"]], KINDS, "the kinds told")
    expect(all(item["sentence"] for item in told["items"] + told["states"] + told["reasons"]), "a word has no sentence")
    says(house.valise("log", "kinds"), "delivery-in-doubt", "holder-changed", "committing")


def one_more(house):
    """Two more entries."""
    house.call("POST", "/hold", {"reason": "a look at following"})
    house.call("POST", "/unhold", {"reason": "enough of it"})
    time.sleep(0.3)
    return True


def follow(house):
    step("log follow: an entry arrives within two seconds, with --mailing only those of it")
    with Follower(house) as all_of_it, Follower(house, "--mailing", "M-1") as of_one:
        wait_for(lambda: one_more(house) and all_of_it.lines, 20, "the follower has begun to listen")
        time.sleep(2)
        seen = len(all_of_it.lines)
        began = time.monotonic()
        one_more(house)
        wait_for(lambda: all_of_it.kinds()[seen:] == ["hold", "unhold"], 5, "two entries follow, each once")
        arrived = all_of_it.lines[seen][0]
        expect(arrived - began < 2, f"the first came after {arrived - began:.1f} s")
        indexes = [entry["index"] for _, entry in all_of_it.lines]
        equal(indexes, list(range(indexes[0], indexes[0] + len(indexes))), "the indexes of what followed")
        equal(of_one.lines, [], "what follows for M-1")


def tokens(house, olga):
    step("the issue of a token is in the journal, the token is nowhere; an old token ends")
    old = token_of(olga)
    new = house.call("POST", "/users/olga/token")["token"]
    entries = house.call("GET", "/log?kind=token-issued&limit=1000")["items"]
    equal(len(entries), 3, "tokens issued")
    says(json.dumps(entries[-1]), "olga")
    refused(401, lambda: house.call("GET", "/status", token=old))
    house.call("GET", "/status", token=new)
    log = json.dumps(house.call("GET", "/log?limit=1000"))
    for path in (f"{house.state}/valise.db", f"{house.state}/valise.db-wal"):
        with open(path, "rb") as file:
            data = file.read()
        for token in (old, new):
            expect(token.encode() not in data, f"a token stands in {path}")
            expect(token not in log, "a token stands in the journal")
    return old, new


def verify(house):
    step("log verify, with a head that was kept elsewhere too")
    told = house.valise("log", "verify", json_out=True)
    equal((told["verified"], told["entries"]), (True, house.rows("SELECT count(*) AS n FROM entries")[0]["n"]), "the verdict")
    head = told["head"]
    house.valise("hold", "--reason", "one more entry")
    house.valise("unhold", "--reason", "and another")
    house.valise("log", "verify", "--head", head)
    index, digest = head.split(":")
    says(house.valise("log", "verify", "--head", f"{index}:{'0' * 64}", status=1), index)
    house.valise("log", "verify", "--head", f"{int(index) + 100}:{digest}", status=1)
    house.valise("log", "verify", "--head", "rubbish", status=2)


def sh_verify(folder, *more):
    done = subprocess.run(["sh", "verify.sh", *more], cwd=folder, capture_output=True, text=True, timeout=120, check=False)
    return done.returncode, done.stdout + done.stderr


def change(path, how):
    with open(path, "rb") as file:
        data = file.read()
    changed = how(data)
    expect(changed != data, "nothing was tampered with")
    with open(path, "wb") as file:
        file.write(changed)


def line_gone(data):
    lines = data.splitlines(keepends=True)
    del lines[len(lines) // 2]
    return b"".join(lines)


TAMPERINGS = [
    ("another word in an entry", "entries.txt", lambda data: data.replace(b"kind mailing-approved", b"kind mailing-rejected")),
    ("another user in an entry", "entries.txt", lambda data: data.replace(b"user boris", b"user olgas")),
    ("a line of the chain gone", "chain.txt", line_gone),
    ("a cut tail", "chain.txt", lambda data: b"".join(data.splitlines(keepends=True)[:-1])),
    ("another head", "HEAD", lambda data: data[:-3] + (b"00" if data[-3:-1] != b"00" else b"11") + b"\n"),
]


def export(house, olga):
    step("log export: a folder that sh and sha256sum alone find intact; so does valise without a daemon")
    folder = f"{house.folder}/export"
    house.valise("log", "export", "--out", folder)
    status, words = sh_verify(folder)
    equal(status, 0, f"verify.sh says {words!r}")
    says(words, "intact")
    says(house.valise("log", "verify", folder), "holds")
    equal(house.valise("log", "verify", folder, json_out=True)["head"],
          house.valise("log", "verify", json_out=True)["head"], "the head of the export")
    says(house.valise("log", "export", "--out", folder, status=1), "not empty")
    with open(f"{folder}/entries.txt", encoding="utf-8") as file:
        says(file.read(), "delivery-relayed", "mailing-approved", "boris")

    step("each tampering is found by both, and its place is named")
    for what, name, how in TAMPERINGS:
        copy = f"{house.folder}/tampered"
        shutil.copytree(folder, copy)
        change(f"{copy}/{name}", how)
        status, words = sh_verify(copy)
        expect(status != 0, f"{what}: verify.sh finds nothing: {words}")
        says(words, "not intact")
        says(house.valise("log", "verify", copy, status=1), "does not hold")
        shutil.rmtree(copy)

    step("what a volunteer exports has no word about an office, and its chain is whole")
    vera = house.user("vera", "volunteer")
    own = f"{house.folder}/volunteer"
    house.valise("log", "export", "--out", own, token_file=vera)
    equal(sh_verify(own)[0], 0, "verify.sh over a volunteer's export")
    with open(f"{own}/entries.txt", encoding="utf-8") as file:
        text = file.read()
    for word in ("M-2", "presidence.example", "Vascourt", "mailing-approved"):
        expect(word not in text, f"{word} stands in a volunteer's export")


def in_the_database(house):
    step("an entry altered in the database is found at its index")
    equal(house.stop(), 0, "the exit status of an orderly stop")
    db = sqlite3.connect(f"{house.state}/valise.db")
    (index,) = db.execute("SELECT id FROM entries WHERE kind = 'mailing-released' ORDER BY id LIMIT 1").fetchone()
    db.execute("UPDATE entries SET by_user = 'nobody' WHERE id = ?", (index,))
    db.commit()
    db.close()
    house.start()
    told = house.call("GET", "/log/verify")
    equal((told["verified"], told["first_bad"]), (False, index), "the verdict about it")
    says(house.valise("log", "verify", status=1), f"entry {index}")
    says(house.valise("doctor", status=1), "journal")


def rows_behind_the_daemon(house):
    step("rows of deliveries that were altered, added or removed behind the daemon are found, though the chain is whole")
    for sql, words in (("UPDATE deliveries SET state = 'refused' WHERE id = 1", "D-1 is refused"),
                       ("UPDATE deliveries SET sha256 = zeroblob(32) WHERE id = 2", "D-2 has another digest"),
                       ("DELETE FROM deliveries WHERE id = 3", "D-3 is relayed by the journal, and gone"),
                       ("INSERT INTO deliveries (id, mailing, addressee, contact, channel, restricted, variant, address, language, state,"
                        " due) SELECT 99, mailing, 999, contact, channel, restricted, variant, address, language, state, due"
                        " FROM deliveries WHERE id = 1", "the journal does not know")):
        equal(house.stop(), 0, "the exit status of an orderly stop")
        shutil.copy(f"{house.state}/valise.db", f"{house.folder}/kept.db")
        db = sqlite3.connect(f"{house.state}/valise.db")
        equal(db.execute(sql).rowcount, 1, f"rows of {sql}")
        db.commit()
        db.close()
        house.start()
        says(house.valise("log", "verify", status=1), "does not hold", words)
        equal(house.stop(), 0, "the exit status of an orderly stop")
        for name in os.listdir(house.state):
            if name.startswith("valise.db-"):
                os.unlink(os.path.join(house.state, name))
        shutil.copy(f"{house.folder}/kept.db", f"{house.state}/valise.db")
        house.start()
    house.valise("log", "verify")


def system_log(house, secrets):
    step("the system log, at its most talkative, names no address, no token and no person")
    text = house.log_text()
    expect("valised runs" in text, "the system log is not where this test looks for it")
    words = set(secrets) | {"flow.example", "presidence.example", "presidencia.example", "forum.example", "Vascourt", "Borvane",
                            "Noronhal"}
    words |= {row["address"] for row in house.rows("SELECT address FROM deliveries")}
    for word in words:
        expect(word not in text, f"{word!r} stands in the system log")
    expect(re.search(r"[a-z0-9.+-]+@[a-z0-9-]+\.", text) is None, "a mail address stands in the system log")


def main():
    with House(log_level="debug") as house:
        house.start()
        olga, boris = house.user("olga", "organiser"), house.user("boris", "approver")
        whole_talk(house, olga, boris)
        lists_and_filters(house)
        kinds(house)
        follow(house)
        secrets = tokens(house, olga)
        verify(house)
        export(house, olga)
        system_log(house, {*secrets, token_of(boris)})
        rows_behind_the_daemon(house)
        in_the_database(house)
        equal(house.stop(), 0, "the exit status at the end")


main()
