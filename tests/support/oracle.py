# SPDX-License-Identifier: GPL-3.0-or-later
"""oracle.py - the invariants I1 to I6 over the relay's ledger, the database, the journal and the files of what came in

I1  copies <= 1 for each delivery, unless a person accepted a duplicate
I2  relayed means at least one copy, refused means none
I3  a copy and the state planned, held, ready or claimed never meet at rest
I4  each included or held line of a released roll has exactly one chain of deliveries: the first supersedes none, each other
    one supersedes the one before, which is refused or came back; so an addressee gets at most one relayed copy. With "all" each
    channel has a chain of its own, with "until-acknowledged" the one before may have arrived and met silence
I5  each state change has one entry: replaying the journal gives every delivery's present state, each step an arrow of the
    drawing, and the chain verifies
I6  each message that came in is one row and one file under its digest; it is filed by one entry, with one acknowledgement or
    none; a fact names its message, and what bounced is marked so
Beside them: each copy has the very bytes that the intent fixed, and the counts equal the rows.
"""
import hashlib
import os
import re
from collections import Counter

ARROWS = {
    None: {"planned", "held"},
    "planned": {"ready", "held", "to-do", "expired", "cancelled", "parked"},
    "held": {"ready", "expired", "cancelled", "parked"},
    "ready": {"claimed", "held", "expired", "cancelled", "parked"},
    "claimed": {"ready", "committing", "refused", "held", "expired", "cancelled", "parked"},
    "committing": {"relayed", "ready", "refused", "in-doubt", "parked"},
    "in-doubt": {"relayed", "ready", "refused", "presumed"},
    "refused": {"ready"},
    "parked": {"ready", "cancelled"},
    "to-do": {"done", "expired", "cancelled"},
}

STATE_AFTER = {
    "deliveries-planned": "planned", "deliveries-ready": "ready", "deliveries-claimed": "claimed",
    "delivery-held": "held", "delivery-ready": "ready", "delivery-committing": "committing",
    "delivery-relayed": "relayed", "delivery-deferred": "ready", "delivery-refused": "refused",
    "delivery-in-doubt": "in-doubt", "delivery-presumed": "presumed", "delivery-resent": "ready",
    "delivery-superseded": "planned", "delivery-to-do": "to-do", "delivery-done": "done",
    "delivery-expired": "expired", "delivery-cancelled": "cancelled", "delivery-parked": "parked",
}


def facts_of(text):
    return dict(line.split("=", 1) for line in (text or "").splitlines() if "=" in line)


def spread(ranges):
    for part in ranges.split(","):
        first, _, last = part.partition("-")
        yield from range(int(first), int(last or first) + 1)


def concerned(entry, facts):
    if "deliveries" in facts:
        return list(spread(facts["deliveries"]))
    return [entry["delivery"]] if entry["delivery"] else []


def replay(house, complaints):
    """The state of each delivery as the journal tells it."""
    states = {}
    for entry in house.rows("SELECT id, kind, delivery, facts FROM entries ORDER BY id"):
        facts = facts_of(entry["facts"])
        after = STATE_AFTER.get(entry["kind"])
        if after is None:
            continue
        held = set(spread(facts["held"])) if facts.get("held") else set()
        for delivery in concerned(entry, facts):
            to = "held" if delivery in held else after
            before = states.get(delivery)
            if to not in ARROWS.get(before, set()):
                complaints.append(f"I5: entry {entry['id']} takes D-{delivery} from {before} to {to}")
            states[delivery] = to
    return states


def check_copies(row, copies, accepted, complaints):
    name, n = f"D-{row['id']} ({row['state']})", len(copies)
    if n > 1 and row["id"] not in accepted:
        complaints.append(f"I1: {name} has {n} copies")
    if row["state"] == "relayed" and n == 0:
        complaints.append(f"I2: {name} has no copy")
    if row["state"] == "refused" and n > 0:
        complaints.append(f"I2: {name} has a copy")
    if row["state"] in ("planned", "held", "ready", "claimed") and n > 0 and row["id"] not in accepted:
        complaints.append(f"I3: {name} has a copy and would be sent again")
    for copy in copies:
        if row["sha256"] is None or copy["sha256"] != row["sha256"].hex():
            complaints.append(f"{name}: the relay has other bytes than the intent fixed")


def check_counts(house, rows, complaints):
    counted = {(c["mailing"], c["state"]): c["n"] for c in house.rows("SELECT * FROM delivery_counts") if c["n"]}
    real = Counter((row["mailing"], row["state"]) for row in rows)
    if counted != dict(real):
        complaints.append(f"the counts {counted} are not the rows {dict(real)}")


def check_roll(house, rows, copies, accepted, complaints):
    chains = {}
    for row in rows:
        chains.setdefault(row["addressee"], []).append(row)
    wanted = house.rows("SELECT a.id FROM addressees a JOIN mailings m ON m.id = a.mailing AND m.roll = a.roll"
                        " WHERE a.state <> 'excluded' AND (a.address IS NOT NULL OR a.routes > 0)"
                        " AND m.released_at > 0")
    policies = {row["id"]: row["next_channel"] for row in house.rows("SELECT id, next_channel FROM mailings")}
    for addressee in wanted:
        chain = chains.get(addressee["id"], [])
        firsts = [row for row in chain if row["supersedes"] is None]
        if len(firsts) != 1 and not (firsts and policies[firsts[0]["mailing"]] == "all"):
            complaints.append(f"I4: A-{addressee['id']} has {len(firsts)} first deliveries")
    for chain in chains.values():
        policy = policies[chain[0]["mailing"]]
        if policy == "all":
            for row in chain:
                check_chain([row], policy, copies, accepted, complaints)
        else:
            check_chain(chain, policy, copies, accepted, complaints)
        channels = [row["channel"] for row in chain if row["variant"] == chain[0]["variant"]]
        if len(set(channels)) != len(channels):
            complaints.append(f"I4: A-{chain[0]['addressee']} is written to twice by one channel: {channels}")


ARRIVED = ("relayed", "presumed", "done")


def check_chain(chain, policy, copies, accepted, complaints):
    """Oldest first: each but the last is refused, or came back, each but the first took the place of the one before. Where silence
    leads on, those before may have arrived too, each once."""
    silence = policy == "until-acknowledged"
    gone = {row["id"] for row in chain if row["state"] == "refused" or row.get("bounced")}
    gone |= {row["id"] for row in chain[:-1] if silence and row["state"] in ARRIVED}
    for before, row in zip(chain, chain[1:]):
        if row["supersedes"] != before["id"]:
            complaints.append(f"I4: D-{row['id']} supersedes {row['supersedes']}, not D-{before['id']} before it")
        if before["id"] not in gone:
            complaints.append(f"I4: D-{before['id']} is {before['state']}, yet D-{row['id']} took its place")
    reached = [row["id"] for row in chain if row["state"] in ARRIVED and row["id"] not in gone]
    if len(reached) > 1:
        complaints.append(f"I4: A-{chain[0]['addressee']} is reached by {reached}, more than one")
    n = max(sum(copies[row["id"]] for row in chain if row["id"] not in gone), *(copies[row["id"]] for row in chain))
    if n > 1 and not accepted.intersection(row["id"] for row in chain):
        complaints.append(f"I1: A-{chain[0]['addressee']} has {n} copies along its chain")


def check_files(house, messages, at_rest, complaints):
    folder = os.path.join(house.state, "inbound")
    kept = {name for name in os.listdir(folder) if not name.startswith(".")} if os.path.isdir(folder) else set()
    digests = Counter(message["sha256"].hex() for message in messages if message["sha256"] and not message["erased"])
    for digest, n in digests.items():
        if n > 1:
            complaints.append(f"I6: {n} rows have the bytes {digest}")
    if at_rest:
        complaints.extend(f"I6: the file {name} belongs to no message" for name in sorted(kept - set(digests)))
    for message in messages:
        name = message["sha256"].hex() if message["sha256"] else None
        if name is None and not message["erased"] and not message["taken_reason"]:
            complaints.append(f"I6: B-{message['id']} has no bytes, and nothing says why")
        if message["erased"]:
            if name in kept:
                complaints.append(f"I6: B-{message['id']} is erased, and its file is there")
        elif name is not None:
            path = os.path.join(folder, name)
            if name not in kept or hashlib.sha256(open(path, "rb").read()).hexdigest() != name:
                complaints.append(f"I6: B-{message['id']} has no file, or another than was kept")


def check_inbound(house, at_rest, complaints):
    """Nothing lost, nothing doubled on the way back."""
    messages = house.rows("SELECT * FROM inbound ORDER BY id")
    check_files(house, messages, at_rest, complaints)
    filed = Counter(facts_of(entry["facts"]).get("message") for entry in
                    house.rows("SELECT facts FROM entries WHERE kind IN ('inbound-filed', 'inbound-held')"))
    events = Counter(row["id"] for row in house.rows("SELECT id FROM acknowledgements WHERE kind IN ('reply', 'signed-reply', 'displayed')"))
    there = {f"B-{message['id']}" for message in messages}
    del filed[None]  # of who was erased
    complaints.extend(f"I6: an entry files {name}, which is not there" for name in sorted(set(filed) - there))
    for message in messages:
        if at_rest and message["state"] == "taken":
            complaints.append(f"I6: B-{message['id']} was not filed")
        name = f"B-{message['id']}"
        if message["state"] != "taken" and filed[name] != 1 and not message["erased"]:
            complaints.append(f"I6: {name} was filed by {filed[name]} entries")
        if message["event"]:
            events[message["event"]] -= 1
    for event, n in events.items():
        if n != 0 and not house.rows("SELECT id FROM acknowledgements WHERE id = ? AND noted_by <> 'valised'"
                                     " OR corrects = ?", event, event):
            complaints.append(f"I6: the acknowledgement {event} belongs to {1 - n} messages")
    for fact in house.rows("SELECT f.*, d.bounced AS marked FROM delivery_facts f JOIN deliveries d ON d.id = f.delivery"):
        if fact["source"] and f"B-{fact['source']}" not in there:
            complaints.append(f"I6: a fact of D-{fact['delivery']} comes from B-{fact['source']}, which is not there")
        if fact["fact"] == "bounced" and not fact["marked"]:
            complaints.append(f"I6: D-{fact['delivery']} came back, and its row does not say so")


def check(house, ledger, accepted=(), at_rest=True):
    """Every broken invariant as a sentence; ACCEPTED are deliveries whose duplicate a person accepted."""
    complaints = []
    rows = house.rows("SELECT * FROM deliveries ORDER BY id")
    by_delivery = {}
    for copy in ledger:
        by_delivery.setdefault(delivery_of(copy["message_id"]), []).append(copy)
    for row in rows:
        if at_rest and row["state"] in ("claimed", "committing"):
            complaints.append(f"D-{row['id']} is {row['state']} at rest")
        check_copies(row, by_delivery.pop(row["id"], []), set(accepted), complaints)
    for stranger in by_delivery:
        complaints.append(f"the relay has a copy of D-{stranger}, which does not exist")
    told = replay(house, complaints)
    for row in rows:
        if told.get(row["id"]) != row["state"]:
            complaints.append(f"I5: D-{row['id']} is {row['state']}, the journal says {told.get(row['id'])}")
    check_counts(house, rows, complaints)
    check_roll(house, rows, Counter(delivery_of(copy["message_id"]) for copy in ledger), set(accepted), complaints)
    check_inbound(house, at_rest, complaints)
    if house.alive():
        verdict = house.call("GET", "/log/verify")
        if not verdict["verified"]:
            complaints.append(f"I5: the chain does not verify: {verdict}")
    return complaints


def copy_of(data):
    """A line of a ledger for a finished message."""
    match = re.search(rb"^Message-ID:\s*(<[^>]+>)", data, re.M | re.I)
    return {"message_id": match[1].decode(), "sha256": hashlib.sha256(data).hexdigest()}


def delivery_of(message_id):
    """The number in "<d1042.instance@domain>"."""
    return int(message_id.strip("<> ").split(".", 1)[0].lstrip("d"))
