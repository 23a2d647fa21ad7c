#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""A bundle of evidence, checked by a stranger who has gpgv and sha256sum; each kind of forgery is seen"""
import hashlib
import json
import os
import re
import shutil
import subprocess

from flow_setup import (ATTENDEES, OFFICES, SOURCE, TODAY, House, Mail, Peer, add_document, deliveries, draft, equal, expect, import_text,
                        pdf_of, refused, says, step, submit, wait_for)

FORUM = "Forum of Examples <secretariat@forum.example>"
CONFIG = "\n[openpgp]\nkey = secretariat@forum.example\nlog_key = log@forum.example\n"


def gpg(home, *words):
    done = subprocess.run(["gpg", "--batch", "--no-tty", "--quiet", "--pinentry-mode", "loopback", "--passphrase", "", "--homedir",
                           home, *words], capture_output=True, timeout=60, check=False)
    if done.returncode != 0:
        raise AssertionError(f"gpg {words}: {done.stderr.decode()}")
    return done.stdout


def make_home(folder, user):
    os.makedirs(folder, mode=0o700)
    gpg(folder, "--quick-gen-key", user, "ed25519", "sign", "1y")
    return folder


def end_agent(home):
    subprocess.run(["gpgconf", "--homedir", home, "--kill", "all"], check=False, timeout=30, capture_output=True)


def read(*path):
    with open(os.path.join(*path), "rb") as file:
        return file.read()


def write(data, *path):
    with open(os.path.join(*path), "wb") as file:
        file.write(data)


def verify(folder, *more, keys=None):
    """verify.sh as a stranger runs it: from elsewhere, in an environment of its own. Its status and its words."""
    environment = {"PATH": "/usr/bin:/bin", "HOME": "/nonexistent"}
    if keys:
        environment["KEYS"] = keys
    done = subprocess.run(["sh", os.path.join(folder, "verify.sh"), *more], cwd="/", env=environment, capture_output=True,
                          timeout=120, check=False)
    return done.returncode, done.stdout.decode() + done.stderr.decode()


def holds(folder, *more, status=0, keys=None):
    found, words = verify(folder, *more, keys=keys)
    equal(found, status, f"verify.sh says {words}")
    return words


def bundle(house, delivery, name, *more, token_file=None):
    out = os.path.join(house.folder, name)
    house.valise("log", "evidence", delivery, "--out", out, *more, token_file=token_file)
    return out


def entry_of(folder, kind):
    for name in sorted(os.listdir(folder)):
        if name.startswith("entry-") and f"\nkind {kind}\n".encode() in read(folder, name):
            return name
    raise AssertionError(f"no entry of kind {kind} in the bundle")


# ---- forgeries: each changes a copy of a bundle as a clever hand would ----

def sums_anew(folder):
    """SHA256SUMS as the forger makes them again; he cannot sign them."""
    names = sorted(name for name in os.listdir(folder) if not name.startswith("SHA256SUMS"))
    lines = "".join(f"{hashlib.sha256(read(folder, name)).hexdigest()}  {name}\n" for name in names)
    write(lines.encode(), folder, "SHA256SUMS")
    if os.path.exists(os.path.join(folder, "SHA256SUMS.asc")):
        os.unlink(os.path.join(folder, "SHA256SUMS.asc"))


def change(old, new):
    def change_file(folder, name):
        data = read(folder, name)
        expect(old in data, f"{name} has no {old}")
        write(data.replace(old, new, 1), folder, name)
    return change_file


def edit(name, how):
    return lambda folder: how(folder, name)


def one_byte(folder, name):
    data = bytearray(read(folder, name))
    data[len(data) // 2] ^= 1
    write(bytes(data), folder, name)


def edit_entry(kind, old, new, *also):
    """The entry, its line of the chain, and what else says the same."""
    def forge(folder):
        name = entry_of(folder, kind)
        index = name[len("entry-"):-len(".txt")]
        before = hashlib.sha256(read(folder, name)).hexdigest()
        change(old, new)(folder, name)
        if "line" in also:
            after = hashlib.sha256(read(folder, name)).hexdigest()
            change(before.encode(), after.encode())(folder, "lines.txt")
        if "timeline" in also:
            time = re.search(rb"\ntime (\S+)\n", read(folder, name)).group(1)
            change(b"[%s] %s %s boris" % (index.encode(), time, kind.encode()),
                   b"[%s] %s %s olgas" % (index.encode(), time, kind.encode()))(folder, "timeline.txt")
    return forge


def resign(home, ring=False):
    """The head says another line, and a key of the forger's signs it."""
    def forge(folder):
        number = re.search(rb"^head (\d+)$", read(folder, "about.txt"), re.M).group(1).decode()
        os.unlink(os.path.join(folder, f"MANIFEST-{number}.asc"))
        gpg(home, "--armor", "--detach-sign", "--output", os.path.join(folder, f"MANIFEST-{number}.asc"),
            os.path.join(folder, f"MANIFEST-{number}"))
        if ring:
            write(gpg(home, "--export"), folder, "log-key.gpg")
    return forge


def take_from(other, *names):
    def forge(folder):
        for name in names:
            shutil.copy(os.path.join(other, name), os.path.join(folder, name))
    return forge


def drop_entry(kind):
    def forge(folder):
        name = entry_of(folder, kind)
        os.unlink(os.path.join(folder, name))
    return forge


def erase_entry(kind):
    """As if a person had been erased."""
    def forge(folder):
        name = entry_of(folder, kind)
        index = name[len("entry-"):-len(".txt")].encode()
        os.unlink(os.path.join(folder, name))
        text = read(folder, "timeline.txt")
        write(re.sub(rb"(?m)^(\[%s\] \S+ \S+ \S+:).*$" % index, rb"\1 (erased)", text), folder, "timeline.txt")
    return forge


def sign_approval(home):
    """The forger's key in the approver's place, and a signature of his, which the entry is made to name."""
    def forge(folder):
        old = hashlib.sha256(read(folder, "approval.asc")).hexdigest().encode()
        os.unlink(os.path.join(folder, "approval.asc"))
        gpg(home, "--armor", "--detach-sign", "--output", os.path.join(folder, "approval.asc"), os.path.join(folder, "manifest.txt"))
        write(gpg(home, "--export"), folder, "approval-key.gpg")
        expect(old in read(folder, entry_of(folder, "mailing-approved")), "the entry does not name the signature")
    return forge


def unsign_document(folder):
    for name in os.listdir(folder):
        if name.startswith("document-") and name.endswith(".asc"):
            os.unlink(os.path.join(folder, name))


def override_forgeries(board, forger):
    def sign(home, ring):
        def forge(folder):
            os.unlink(os.path.join(folder, "override.asc"))
            gpg(home, "--armor", "--detach-sign", "--output", os.path.join(folder, "override.asc"), os.path.join(folder, "override.txt"))
            write(gpg(ring, "--export"), folder, "override-key.gpg")
        return forge

    def drop(*names):
        return lambda folder: [os.unlink(os.path.join(folder, name)) for name in names]

    return [
        ("another reason", edit("override.txt", change(b"decision 7", b"decision 8")), "override.txt"),
        ("the reason taken away", drop("override.txt"), "override.asc"),
        ("its signature taken away", drop("override.asc"), "override.asc"),
        ("all of it taken away", drop("override.txt", "override.asc", "override-key.gpg"), "override.asc"),
        ("a signature by another key", sign(forger, forger), "override.asc"),
        ("a later signature by the same key", sign(board.home, board.home), "override.asc"),
        ("the ring of another key", lambda folder: write(gpg(forger, "--export"), folder, "override-key.gpg"), "override.asc"),
        ("its entry taken out", drop_entry("override-added"), "timeline"),
    ]


def forgeries(good, other, forger):
    document = next(name for name in os.listdir(good) if name.startswith("document-") and not name.endswith(".asc"))
    answer = next(name for name in os.listdir(good) if name.startswith("answer-"))
    return [
        ("a byte of the message", edit("message.eml", one_byte), "message.eml"),
        ("another genuine message", take_from(other, "message.eml"), "message.eml"),
        ("a byte of the document", edit(document, one_byte), document),
        ("the document in another language", lambda folder: write(pdf_of("synthesis", "es"), folder, document), document),
        ("the document's signature taken away", unsign_document, "signature"),
        ("an entry", edit_entry("mailing-approved", b"user boris\n", b"user olgas\n"), "edited"),
        ("an entry, and its line", edit_entry("mailing-approved", b"user boris\n", b"user olgas\n", "line", "timeline"), "edited"),
        ("the manifest", edit("manifest.txt", change(b"\nacknowledgement requested", b"\nacknowledgement required ")), "approved"),
        ("the manifest of another mailing", take_from(other, "manifest.txt", "leaf.txt", "leaf-proof.txt"), "approved"),
        ("the approver's signature taken away", lambda folder: os.unlink(os.path.join(folder, "approval.asc")), "approval.asc"),
        ("an approval by another key", sign_approval(forger), "approval.asc"),
        ("the leaf of another mailing", take_from(other, "leaf.txt", "leaf-proof.txt"), "addressee"),
        ("the leaf", edit("leaf.txt", change(b"name ", b"name X")), "leaf.txt"),
        ("a head by another key", resign(forger), "does not hold"),
        ("the head", edit("heads.txt", change(b" ", b" 1")), "heads.txt"),
        ("the root in the head", lambda folder: edit(next(n for n in os.listdir(folder) if n.startswith("head-")),
                                                     change(b"tree ", b"tree 0"))(folder), "head-"),
        ("the way to the head", edit("proofs.txt", change(b"0", b"1")), "line"),
        ("an entry taken out", drop_entry("delivery-relayed"), "timeline"),
        ("an entry called erased", erase_entry("delivery-relayed"), "erased"),
        ("the far side's words", edit("dialogue.txt", change(b"said: ", b"said: not ")), "dialogue"),
        ("the timeline", edit("timeline.txt", change(b"mailing-approved boris", b"mailing-approved marie")), "timeline"),
        ("the evidence of an answer", lambda folder: write(b"Never received it.\n", folder, answer), answer),
        ("a message that came in", lambda folder: one_byte(folder, next(n for n in os.listdir(folder) if n.startswith("inbound-"))),
         "inbound-"),
        ("an answer more", lambda folder: write(b"We agree.\n", folder, "answer-99-letter.txt"), "answer-99"),
        ("a message more that came in", lambda folder: write(b"From: a\n\nyes\n", folder, "inbound-99.eml"), "inbound-99"),
    ]


def tamper(house, good, cases):
    step("each kind of forgery is seen, though the forger makes all digests anew")
    for what, forge, word in cases:
        copy = os.path.join(house.folder, "forged")
        shutil.copytree(good, copy)
        forge(copy)
        sums_anew(copy)
        status, words = verify(copy)
        expect(status == 1, f"{what}: verify.sh ends with {status}: {words}")
        says(words, "not genuine", word)
        shutil.rmtree(copy)


def a_seal_and_a_ring(house, good, forger):
    step("a seal that does not fit; a ring of the forger's own is seen by who holds the keys")
    copy = os.path.join(house.folder, "forged")
    shutil.copytree(good, copy)
    change(b"state relayed", b"state refused")(copy, "about.txt")
    says(holds(copy, status=1), "SHA256SUMS")
    seal = read(copy, "SHA256SUMS.asc")
    sums_anew(copy)
    write(seal, copy, "SHA256SUMS.asc")
    says(holds(copy, status=1), "SHA256SUMS.asc does not hold")
    shutil.rmtree(copy)
    shutil.copytree(good, copy)
    resign(forger, ring=True)(copy)
    sums_anew(copy)
    keys = os.path.join(house.folder, "keys.gpg")
    write(gpg(os.path.join(house.state, "gnupg"), "--export") + gpg(os.path.join(house.state, "gnupg-log"), "--export"), keys)
    holds(copy)
    says(holds(copy, status=1, keys=keys), "does not hold")
    holds(good, keys=keys)
    shutil.rmtree(copy)


def heads_from_elsewhere(house, good, mailing, delivery):
    step("a head from elsewhere: of the letter, of an earlier head, of a later one, of another journal")
    promised = re.search(r"^journal (\d+) ([0-9a-f]{64})$", read(good, "manifest.txt").decode(), re.M)
    letter = Mail(read(good, "message.eml"))
    for text in (letter.text(), letter.html()):
        says(text, f"{promised.group(1)}:{promised.group(2)}")
    holds(good, f"{promised.group(1)}:{promised.group(2)}")
    says(holds(good, f"{promised.group(1)}:{'0' * 64}", status=1), "written anew")
    for row in read(good, "heads.txt").decode().splitlines()[1:]:
        _, index, line = row.split()[:3]
        holds(good, f"{index}:{line}")
    house.call("POST", "/hold", {"reason": "another entry"})
    house.call("POST", "/unhold", {"reason": "and another"})
    late = house.valise("log", "sign").strip()
    says(holds(good, late, status=1), "cut off")
    new = bundle(house, delivery, "later")
    holds(new, late)
    expect(json.loads(read(new, "timeline.json"))["items"][-1]["kind"] == "evidence-made", "who made it stands in it")


def what_is_in_it(good, peer, delivery, row):
    step("the message as it left, the words of the other server, and nobody else")
    (copy,) = [copy for copy in peer.ledger() if copy["message_id"] == row["message_id"]]
    equal(hashlib.sha256(read(good, "message.eml")).hexdigest(), copy["sha256"], "the message that the relay has")
    says(read(good, "dialogue.txt").decode(), "said: ", "relay", "main", "accepted")
    says(read(good, "timeline.txt").decode(), "mailing-approved boris", "ETSI EN 319 522: SubmissionAcceptance", "answer-noted")
    (came,) = [name for name in os.listdir(good) if name.startswith("inbound-")]
    says(read(good, came).decode(), "We thank you for the document")
    about = read(good, "about.txt").decode()
    says(about, f"delivery {delivery}", "state relayed")
    expect("lacks" not in about, f"something is missing: {about}")
    expect(read(good, "verify.sh") == read(SOURCE, "daemon/evidence/verify.sh"), "verify.sh is another than that of the source")
    for name in os.listdir(good):
        if not name.startswith("document-"):
            data = read(good, name)
            for word in (b"Borvane", b"Noronhal", b"presidencia.example", b"aline@"):
                expect(word not in data, f"{name} names somebody else: {word}")
    done = subprocess.run(["sha256sum", "--strict", "--quiet", "-c", "SHA256SUMS"], cwd=good, check=False, capture_output=True)
    equal(done.returncode, 0, f"sha256sum -c: {done.stderr.decode()}")


class Board:
    """Boris, who signs what he approves by a key of his own, at home, over exactly what is printed."""

    def __init__(self, house, token_file, forger):
        self.house, self.token_file, self.forger = house, token_file, forger
        self.home = make_home(os.path.join(house.folder, "boris"), "Boris of the Board <boris@forum.example>")
        self.key = gpg(self.home, "--with-colons", "--list-keys").decode().split("fpr:::::::::")[1].split(":")[0]

    def path(self, name):
        return os.path.join(self.house.folder, name)

    def sign(self, by, what, name):
        """A file with a detached signature by the key in BY over WHAT."""
        write(what, self.path("signed.txt"))
        if os.path.exists(self.path(name)):
            os.unlink(self.path(name))
        gpg(by, "--armor", "--output", self.path(name), "--detach-sign", self.path("signed.txt"))
        return self.path(name)

    def bind(self):
        write(gpg(self.home, "--armor", "--export"), self.path("boris.asc"))
        says(self.house.valise("users", "key", "boris", self.path("boris.asc"), token_file=self.token_file), self.key)
        says(self.house.valise("users", "key", "olga", self.path("boris.asc"), token_file=self.token_file, status=4), "admin")

    def refused(self, command, signature, status, *words):
        says(self.house.valise(*command, "--signature", signature, token_file=self.token_file, status=status), *words)

    def act(self, command, text):
        """What is refused, then the act by his good signature over TEXT."""
        self.refused(command, self.sign(self.home, text + b"\n", "other.asc"), 1, "does not hold", self.key)
        self.refused(command, self.sign(self.forger, text, "forged.asc"), 1, "does not hold")
        self.refused(command, self.path("signed.txt"), 2, "armoured")
        write(b"", self.path("empty"))
        self.refused(command, self.path("empty"), 2, "armoured")
        self.house.valise(*command, "--signature", self.sign(self.home, text, "good.asc"), token_file=self.token_file)

    def override(self, contact, mailing):
        step("the Board's reason to do without a ground, signed by who notes it")
        command = ("contacts", "override", contact, "--mailing", mailing, "--reason", "decision 7 of the Board")
        text = self.house.valise(*command, "--statement", token_file=self.token_file).encode()
        says(text.decode(), "valise-override 1\n", f"mailing {mailing}\n", "reason decision 7 of the Board\n", "name union of examples\n")
        equal(json.loads(self.house.valise("contacts", "show", contact, "--json"))["overrides"], [], "what --statement noted")
        self.refused(command, self.sign(self.home, text, "good.asc"), 1, "no key is bound")
        self.bind()
        self.refused((*command[:-1], "decision 8 of the Board"), self.path("good.asc"), 1, "does not hold")
        self.refused((*command, "--statement"), self.path("good.asc"), 2, "one of the two")
        self.act(command, text)
        says(self.house.valise("contacts", "show", contact), "decision 7 of the Board", f"signed with {self.key}")
        (noted,) = json.loads(self.house.valise("contacts", "show", contact, "--json"))["overrides"]
        equal(noted["signed_by"], self.key, "who signed the override")

    def approve(self, mailing, digest):
        text = self.house.valise("mailings", "manifest", mailing).encode()
        equal(hashlib.sha256(text).hexdigest(), digest, "what `mailings manifest` prints")
        self.act(("mailings", "approve", mailing, "--digest", digest), text)


def send(house, olga, boris, kind, recipients, *more, board=None):
    document = add_document(house, kind, "Essai", olga, freeze=False)
    told = house.valise("documents", "freeze", document, token_file=boris, status=1)
    house.valise("documents", "freeze", document, "--confirm", re.search(r"--confirm ([0-9a-f]{12})", told).group(1),
                 token_file=boris)
    mailing = draft(house, document, recipients, kind, *more, token_file=olga)
    if board:
        board.override("O-NO", mailing)
        house.valise("mailings", "roll", mailing, token_file=olga)
    digest = submit(house, mailing, olga)
    if board:
        board.approve(mailing, digest)
    house.valise("mailings", "release", mailing, token_file=olga)
    house.wait_quiet(mailing)
    return mailing


def answer(house, delivery):
    letter = os.path.join(house.folder, "letter.txt")
    write(b"The presidency thanks you.\n", letter)
    house.valise("acknowledgements", "record", delivery["addressee"], "--kind", "letter", "--meaning", "receipt", "--date",
                 str(TODAY),
                 "--file", letter)


def reply(house, peer, delivery):
    """The presidency answers, and its message is handed in."""
    (copy,) = [copy for copy in peer.ledger() if copy["message_id"] == delivery["message_id"]]
    path = os.path.join(house.folder, "reply.eml")
    write((f"From: Presidence <courrier@presidence.example>\r\nTo: {copy['reply_to']}\r\nSubject: Re: your letter\r\n"
           f"Message-ID: <answer@presidence.example>\r\nIn-Reply-To: {delivery['message_id']}\r\n"
           "Date: Wed, 25 Nov 2026 05:00:00 +0000\r\nMIME-Version: 1.0\r\nContent-Type: text/plain\r\n\r\n"
           "We thank you for the document.\r\n").encode(), path)
    house.valise("inbound", "ingest", path)
    wait_for(lambda: [m for m in house.call("GET", "/inbound")["items"] if m["delivery"] == delivery["id"]], 60, "the reply is filed")


def attendees(house, mailing):
    step("a letter to an attendee is made again by its recipe; who is erased leaves the others' proofs whole")
    rows = deliveries(house, mailing)
    first, second = (bundle(house, row["id"], f"attendee-{row['id']}", "--language", "en") for row in rows[:2])
    holds(first)
    says(read(first, "README.txt").decode(), "What this proves")
    expect(os.path.exists(os.path.join(first, "message.eml")), "no message of an attendee")
    house.valise("contacts", "erase", rows[0]["contact"])
    house.valise("log", "verify")
    gone, left = bundle(house, rows[0]["id"], "gone"), bundle(house, rows[1]["id"], "left")
    says(holds(gone), "absent: message.eml", "absent: leaf.txt", "erased")
    says(read(gone, "timeline.txt").decode(), "contact-erased", "(erased)")
    expect("Borvane" not in "".join(read(gone, name).decode("latin-1") for name in os.listdir(gone)
                                    if not name.startswith("document-")), "an erased name")
    holds(left)
    equal(read(left, "leaf.txt"), read(second, "leaf.txt"), "the other's leaf")


def unsigned():
    step("without a key of the journal all fits together, and nobody stands for it")
    with House() as house:
        house.start()
        import_text(house, ATTENDEES, "attendees")
        mailing = draft(house, add_document(house, "pre-report", "Essai"), "attendees", "pre-report")
        submit(house, mailing)
        house.valise("mailings", "release", mailing)
        house.wait_quiet(mailing)
        out = bundle(house, deliveries(house, mailing)[0]["id"], "unsigned")
        says(holds(out, status=3), "nobody's signature")
        edit(entry_of(out, "delivery-relayed"), one_byte)(out)
        sums_anew(out)
        holds(out, status=1)


def main():
    with Peer() as peer, House(relay=peer.url, config_more=CONFIG) as house:
        os.makedirs(house.state, mode=0o700)
        for name, user in (("gnupg", FORUM), ("gnupg-log", "Journal of the Forum <log@forum.example>")):
            end_agent(make_home(os.path.join(house.state, name), user))
        forger = make_home(os.path.join(house.folder, "forger"), "Journal of the Forum <log@forum.example>")
        house.start()
        olga, boris, vera = house.user("olga", "organiser"), house.user("boris", "approver"), house.user("vera", "volunteer")
        import_text(house, ATTENDEES, "attendees")
        import_text(house, OFFICES, "offices")
        house.valise("contacts", "add", "kind=organisation", "id=O-NO", "organisation=Union of Examples", "email=union@flow.example",
                     "language=en", "lists=offices")
        board = Board(house, boris, forger)
        mailing = send(house, olga, boris, "synthesis", "offices", "--acknowledgement", "requested", board=board)
        another = send(house, olga, boris, "pre-report", "attendees")
        rows = deliveries(house, mailing)
        row = next(row for row in rows if row["address"] == "courrier@presidence.example")
        answer(house, row)
        reply(house, peer, row)
        step("a bundle, checked by nothing but gpgv and sha256sum")
        good = bundle(house, row["id"], "good", token_file=olga)
        words = holds(good)
        says(words, "genuine", row["id"], mailing, "signed by its approver, boris")
        what_is_in_it(good, peer, row["id"], row)
        other = bundle(house, next(r["id"] for r in rows if r["id"] != row["id"]), "other")
        holds(other)
        elsewhere = bundle(house, deliveries(house, another)[0]["id"], "elsewhere")
        overridden = bundle(house, next(r["id"] for r in rows if r["address"] == "union@flow.example"), "overridden")
        says(holds(overridden), f"override.txt is signed by its approver, boris, with {board.key.lower()}")
        expect(not os.path.exists(os.path.join(other, "override.txt")), "an override of somebody else")
        tamper(house, good, forgeries(good, elsewhere, forger))
        tamper(house, overridden, override_forgeries(board, forger))
        tamper(house, good, [(f"{what} of an override of somebody else's", take_from(overridden, *names), names[0]) for what, names in (
            ("all", ("override.txt", "override.asc", "override-key.gpg")), ("the signature", ("override.asc", "override-key.gpg")))])
        a_seal_and_a_ring(house, good, forger)
        heads_from_elsewhere(house, good, mailing, row["id"])
        refused(403, lambda: house.call("GET", f"/deliveries/{row['id']}/evidence", token=open(vera, encoding="ascii").read().strip()))
        refused(404, lambda: house.call("GET", "/deliveries/D-999/evidence"))
        attendees(house, another)
        for home in (forger, board.home):
            end_agent(home)
    unsigned()


if __name__ == "__main__":
    main()
