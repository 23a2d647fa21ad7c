#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The oracle sees each broken invariant: one is planted at a time in a copy of a sound house, and it must complain of that one

The other tests of this folder are worth what the oracle sees; here it must see.
"""
import datetime
import os
import shutil
import sqlite3
import sys
import tempfile

from crash_setup import House, Peer, prepare, wait_for
from inbound_mail import reply, report
import oracle


class Copy:
    """The state of a house that has stopped, to be spoiled, and the relay's ledger."""

    def __init__(self, state, ledger):
        self.folder = tempfile.mkdtemp(prefix="valise-oracle-")
        self.state = os.path.join(self.folder, "state")
        shutil.copytree(state, self.state)
        self.ledger = [dict(line) for line in ledger]

    rows = House.rows

    @staticmethod
    def alive():
        return False

    def run(self, sql):
        db = sqlite3.connect(os.path.join(self.state, "valise.db"))
        with db:
            changed = db.execute(sql).rowcount
        db.close()
        if changed < 1:
            raise AssertionError(f"nothing is spoiled by {sql}")

    def line_of(self, delivery):
        return next(line for line in self.ledger if oracle.delivery_of(line["message_id"]) == delivery)

    def file_of(self, message):
        (row,) = self.rows("SELECT sha256 FROM inbound WHERE id = ?", message)
        return os.path.join(self.state, "inbound", row["sha256"].hex())

    def end(self):
        shutil.rmtree(self.folder)


def sql(text):
    return lambda copy: copy.run(text)


def a_second_copy(copy):
    copy.ledger.append(copy.line_of(1))


def no_copy(copy):
    copy.ledger.remove(copy.line_of(1))


def other_bytes(copy):
    copy.line_of(1)["sha256"] = "0" * 64


def of_nobody(copy):
    copy.ledger.append({"message_id": "<d999.x@kills.example>", "sha256": "0" * 64})


def no_file(copy):
    os.unlink(copy.file_of(1))


def another_file(copy):
    with open(copy.file_of(1), "ab") as file:
        file.write(b"x")


def a_file_too_many(copy):
    shutil.copy(copy.file_of(1), os.path.join(copy.state, "inbound", "0" * 64))


def message_gone(copy):
    os.unlink(copy.file_of(1))
    copy.run("DELETE FROM inbound WHERE id = 1")


def row_again(copy):
    """The same bytes under another number, filed too."""
    columns = ", ".join(row["name"] for row in copy.rows("PRAGMA table_info(inbound)") if row["name"] not in ("id", "lines", "uid", "event"))
    copy.run(f"INSERT INTO inbound (id, uid, event, {columns}) SELECT 99, 99, 0, {columns} FROM inbound WHERE id = 2")
    copy.run("UPDATE entries SET facts = replace(facts, 'message=B-1' || char(10), 'message=B-99' || char(10))"
             " WHERE id = (SELECT max(id) FROM entries WHERE kind IN ('inbound-filed', 'inbound-held') AND facts LIKE '%message=B-1%')")


# D-1 to D-5 are relayed to attendees; B-1 is a report that D-1 bounced, B-2 a reply to D-2.
PLANTED = [
    ("I1: D-1", "two copies", a_second_copy),
    ("I2: D-1", "relayed without a copy", no_copy),
    ("I2: D-2", "refused with a copy", sql("UPDATE deliveries SET state = 'refused' WHERE id = 2")),
    ("I3: D-2", "to be sent again", sql("UPDATE deliveries SET state = 'ready' WHERE id = 2")),
    ("I3: D-2", "held, though it left", sql("UPDATE deliveries SET state = 'held' WHERE id = 2")),
    ("I4: A-3", "a line of the roll without a delivery", sql("DELETE FROM deliveries WHERE id = 3")),
    ("I4: A-3", "two first deliveries", sql("UPDATE deliveries SET addressee = 3 WHERE id = 2")),
    ("I4: D-3 is relayed", "a place taken that was not free", sql("UPDATE deliveries SET addressee = 3, supersedes = 3 WHERE id = 4")),
    ("I5: D-2", "an entry gone", sql("DELETE FROM entries WHERE kind = 'delivery-relayed' AND delivery = 2")),
    ("I5: entry", "an arrow that the drawing lacks",
     sql("UPDATE entries SET kind = 'delivery-cancelled' WHERE kind = 'delivery-committing' AND delivery = 2")),
    ("D-2 is claimed at rest", "unfinished", sql("UPDATE deliveries SET state = 'claimed' WHERE id = 2")),
    ("D-1 (relayed): the relay has other bytes", "other bytes", other_bytes),
    ("the relay has a copy of D-999", "a copy of nobody's", of_nobody),
    ("the counts", "a count", sql("UPDATE delivery_counts SET n = n + 1 WHERE state = 'relayed'")),
    ("I6: B-1 has no file", "a file gone", no_file),
    ("I6: B-1 has no file", "other bytes in a file", another_file),
    ("I6: the file 0000", "a file of no message", a_file_too_many),
    ("I6: the file", "a row gone, its file left", sql("DELETE FROM inbound WHERE id = 2")),
    ("I6: an entry files B-1", "a row gone with its file", message_gone),
    ("I6: 2 rows have the bytes", "the same bytes twice", row_again),
    ("I6: B-2 has no bytes", "no bytes and no reason", sql("UPDATE inbound SET sha256 = NULL WHERE id = 2")),
    ("I6: B-2 was not filed", "never filed", sql("UPDATE inbound SET state = 'taken' WHERE id = 2")),
    ("I6: B-2 was filed by 0", "filed without an entry", sql("DELETE FROM entries WHERE facts LIKE '%message=B-2%'")),
    ("I6: B-1 is erased", "erased, its file left", sql("UPDATE inbound SET erased = 1 WHERE id = 1")),
    ("I6: the acknowledgement", "a reply of no message", sql("UPDATE inbound SET event = 0 WHERE id = 2")),
    ("I6: the acknowledgement", "a signed reply of no message",
     lambda copy: (copy.run("UPDATE acknowledgements SET kind = 'signed-reply'"), copy.run("UPDATE inbound SET event = 0 WHERE id = 2"))),
    ("I6: a fact of D-1", "a fact from nowhere", sql("UPDATE delivery_facts SET source = 99 WHERE delivery = 1")),
    ("I6: D-1 came back", "a bounce that its row forgot", sql("UPDATE deliveries SET bounced = 0 WHERE id = 1")),
]


def sound(folder, peer):
    """Five letters out, one bounced, one answered; the daemon has stopped."""
    with House(relay=peer.url) as house:
        house.start()
        prepare(house, datetime.date.today())
        house.valise("mailings", "release", "M-1")
        house.wait_quiet("M-1")
        letters = {oracle.delivery_of(entry["message_id"]): entry for entry in peer.ledger()}
        for message in (report(letters[1]), reply(letters[2]["reply_to"], letters[2]["rcpt"], "Bien reçu.")):
            house.valise("inbound", "ingest", stdin=message)
        wait_for(lambda: not house.rows("SELECT 1 FROM inbound WHERE state = 'taken'"), 30, "all is filed")
        house.stop()
        shutil.copytree(house.state, folder)
    return peer.ledger()


def chain(state, ledger):
    """Whether the oracle misses a word changed in the journal, which it has the living daemon look for."""
    with House() as house:
        copy = Copy(state, ledger)
        copy.run("UPDATE entries SET text = 'another word' WHERE id = (SELECT min(id) FROM entries WHERE text IS NOT NULL)")
        shutil.move(copy.state, house.state)
        copy.end()
        house.start()
        found = oracle.check(house, ledger)
        if any(line.startswith("I5: the chain") for line in found):
            return 0
        print(f"a word changed in the journal: the oracle says {found}")
        return 1


def main():
    with Peer() as peer, tempfile.TemporaryDirectory(prefix="valise-sound-") as folder:
        state = os.path.join(folder, "state")
        ledger = sound(state, peer)
        blind = 0
        for wanted, name, spoil in [(None, "nothing", lambda copy: None), *PLANTED]:
            copy = Copy(state, ledger)
            spoil(copy)
            found = oracle.check(copy, copy.ledger)
            if found if wanted is None else not any(line.startswith(wanted) for line in found):
                print(f"{name}: the oracle should say {wanted!r}, and says {found}")
                blind += 1
            copy.end()
        blind += chain(state, ledger)
        if blind:
            sys.exit(1)
        print(f"each of {len(PLANTED) + 1} broken invariants is seen")


if __name__ == "__main__":
    main()
