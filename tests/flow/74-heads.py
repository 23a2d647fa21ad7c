#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Signed heads of the journal live elsewhere: mailed once each, whatever kills the daemon, and stamped by an authority of time"""
import http.server
import os
import shutil
import subprocess
import threading
import time

from flow_setup import House, Peer, equal, expect, free_port, maildir, says, skip, step, wait_for

ADMIN, OWN = "adam@forum.example", "answers@forum.example"
MORE = "\n[openpgp]\nlog_key = log@forum.example\n"


def gpg(home, *words):
    done = subprocess.run(["gpg", "--batch", "--no-tty", "--quiet", "--pinentry-mode", "loopback", "--passphrase", "", "--homedir",
                           home, *words], capture_output=True, timeout=60, check=False)
    if done.returncode != 0:
        raise AssertionError(f"gpg {words}: {done.stderr.decode()}")
    return done.stdout


def log_key(house):
    """The key that signs heads; its public part as gpgv wants it."""
    home = os.path.join(house.state, "gnupg-log")
    os.makedirs(home, mode=0o700, exist_ok=True)
    os.chmod(house.state, 0o700)
    gpg(home, "--quick-gen-key", "Journal of the Forum <log@forum.example>", "ed25519", "sign", "1y")
    ring = os.path.join(house.folder, "log-key.gpg")
    write(gpg(home, "--export"), ring)
    subprocess.run(["gpgconf", "--homedir", home, "--kill", "all"], check=False, timeout=30, capture_output=True)
    return ring


def write(data, *path):
    with open(os.path.join(*path), "wb") as file:
        file.write(data)


def letters(house):
    return house.rows("SELECT id, head, address, state, sha256 FROM head_letters ORDER BY id")


def wait_settled(house, count):
    """Until there are COUNT letters and none of them moves."""
    def settled():
        rows = letters(house)
        return rows if len(rows) == count and all(row["state"] not in ("ready", "committing") for row in rows) else None
    return wait_for(settled, 60, f"{count} letters with heads are settled, of {letters(house)}")


def start_with_admin(house, more=MORE):
    """Starts HOUSE, which has an admin with an address before it has a key for heads; the ring of that."""
    house.start()
    house.call("POST", "/users", {"name": "adam", "roles": ["admin"], "email": ADMIN})
    equal(house.stop(), 0, "an orderly stop")
    house.config_more += more
    house.configure()
    ring = log_key(house)
    house.start()
    return ring


def what_it_says(house, ring):
    step("the newest signed head is mailed to the admins and to our own mailbox; the message proves it by itself")
    rows = wait_settled(house, 2)
    equal({row["state"] for row in rows}, {"relayed"}, "states")
    mails = maildir(house.maildir)
    equal(sorted(mail.recipient() for mail in mails), sorted([ADMIN, OWN]), "who got it")
    mail = mails[0]
    equal((mail["Auto-Submitted"], mail.defects()), ("auto-generated", []), "what kind of mail it says it is, and its form")
    files = {name: content if isinstance(content, bytes) else content.encode() for name, _, content in mail.attachments()}
    equal(sorted(files), ["MANIFEST-1", "MANIFEST-1.asc", "head-1.txt"], "what hangs on it")
    folder = os.path.join(house.folder, "mailed")
    os.mkdir(folder)
    for name, content in files.items():
        write(content, folder, name)
    for command in (["gpgv", "--keyring", ring, "MANIFEST-1.asc", "MANIFEST-1"], ["sha256sum", "--strict", "-c", "MANIFEST-1"]):
        done = subprocess.run(command, cwd=folder, capture_output=True, timeout=30, check=False)
        equal(done.returncode, 0, f"{command[0]}: {done.stderr.decode()}")
    head = house.call("GET", "/log/heads")["items"][0]["head"]
    expect(head in mail.text().splitlines(), "the head on a line of its own")
    eml = os.path.join(house.folder, "kept.eml")
    write(mail.data, eml)
    house.valise("log", "verify", "--head", eml)
    came = house.valise("inbound", "ingest", eml).strip()
    def filed():
        item = house.call("GET", f"/inbound/{came}")
        return item if item["state"] != "taken" else None
    item = wait_for(filed, 20, "what comes to our own mailbox is read")
    equal((item["verdict"], item["state"], item["reason"]), ("automatic", "filed", "own-head"), "it asks nothing of a person")
    told = house.call("GET", "/status")["head_letters"]
    equal((told["head"], told["waiting"], told["doubtful"]), (1, 0, 0), "status")
    expect(told["last_at"] is not None, "status says when the last one went")
    says(house.valise("status"), "head mailed")
    log = house.log_text()
    expect(ADMIN not in log, "an address in the system log")


def once_a_week():
    step("once a week, and only a newer head; in a rehearsal into its Maildir alone")
    with House(config_more="\n[valise]\nmode = rehearsal\n") as house:
        start_with_admin(house)
        wait_settled(house, 2)
        folder = os.path.join(house.state, "rehearsal", "main")
        equal(len(maildir(folder)), 2, "messages in the rehearsal's Maildir")
        house.valise("log", "sign")
        house.valise("clock", "advance", "6 d")
        time.sleep(7)
        equal(len(letters(house)), 2, "letters before a week is over")
        house.valise("clock", "advance", "2 d")
        house.valise("log", "sign")
        rows = wait_settled(house, 4)
        expect(rows[3]["head"] > rows[0]["head"], "a newer head")
        equal(len(maildir(folder)), 4, "messages in the rehearsal's Maildir")


def held():
    step("nothing goes while the house is on hold")
    with House() as house:
        house.start()
        house.call("POST", "/hold", {"reason": "a look first"})
        equal(house.stop(), 0, "an orderly stop")
        house.config_more = MORE
        house.configure()
        log_key(house)
        house.start()
        wait_for(lambda: letters(house), 30, "letters are planned")
        time.sleep(6)
        equal([row["state"] for row in letters(house)], ["ready"], "on hold")
        house.call("POST", "/unhold", {"reason": "looked"})
        equal([row["state"] for row in wait_settled(house, 1)], ["relayed"], "after the hold")


def killed(at):
    """Killed at the AT-th crash point, then started again: each letter at most once, none forgotten. FALSE: it was not killed."""
    with Peer() as peer, House(relay=peer.url, config_more=MORE) as house:
        log_key(house)
        house.start(wait=False, VALISE_CRASH_AT=str(at))
        deadline = time.monotonic() + 30
        while house.alive() and time.monotonic() < deadline:
            try:
                if letters(house) and all(row["state"] == "relayed" for row in letters(house)):
                    break
            except Exception:  # the database is being made
                pass
            time.sleep(0.1)
        was_killed = not house.alive()
        house.kill()
        house.start()
        rows = wait_settled(house, 1)
        copies = {}
        for copy in peer.ledger():
            copies.setdefault(copy["rcpt"], []).append(copy["sha256"])
        for row in rows:
            found = copies.get(row["address"], [])
            expect(len(found) <= 1, f"killed at {at}: {row['address']} has {len(found)} copies")
            expect(row["state"] in ("relayed", "in-doubt"), f"killed at {at}: a letter is {row['state']}")
            expect(row["state"] != "relayed" or found == [row["sha256"].hex()], f"killed at {at}: the relay has {found}")
        equal(house.call("GET", "/log/verify")["verified"], True, "the journal")
        states = [e["kind"].removeprefix("head-letter-") for e in house.call("GET", "/log?limit=1000")["items"]
                  if e["kind"].startswith("head-letter-")]
        equal(states[-1], rows[-1]["state"], f"killed at {at}: what the journal says last of {states}")
        return was_killed


def points_of_a_letter():
    """Numbers and names of the crash points from the envelope of the first letter to its record."""
    with Peer() as peer, House(relay=peer.url, config_more=MORE) as house:
        log_key(house)
        passages = os.path.join(house.folder, "passages")
        house.start(VALISE_CRASH_LOG=passages)
        wait_settled(house, 1)
        with open(passages, encoding="utf-8") as file:
            lines = [line.rstrip("\n").split(" ", 1) for line in file]
    names = [name for _, name in lines]
    first, last = names.index("smtp: envelope taken"), names.index("head letter replied")
    return [(int(number), name) for number, name in lines[first:last + 3]]


# ---- an authority of time of our own ----

TSA = """
[tsa]
default_tsa = one
[one]
serial = {folder}/serial
signer_cert = {folder}/tsa.pem
certs = {folder}/ca.pem
signer_key = {folder}/tsa.key
signer_digest = sha256
default_policy = 1.3.6.1.4.1.99999.1
digests = sha256
[req]
distinguished_name = dn
[dn]
[ca]
basicConstraints = critical,CA:TRUE
[stamp]
extendedKeyUsage = critical,timeStamping
"""


def openssl(*words, **more):
    done = subprocess.run(["openssl", *words], capture_output=True, timeout=60, check=False, **more)
    if done.returncode != 0:
        raise AssertionError(f"openssl {words}: {done.stderr.decode()}")
    return done.stdout


class Authority:
    """RFC 3161 over HTTP on loopback, by `openssl ts`; refuses, or answers for another request, when told to."""

    def __init__(self, folder):
        self.folder, self.mood, self.port = folder, "well", free_port()
        config = os.path.join(folder, "tsa.conf")
        write(TSA.format(folder=folder).encode(), config)
        write(b"01\n", folder, "serial")
        names = {name: os.path.join(folder, name) for name in ("ca.pem", "ca.key", "tsa.pem", "tsa.key", "tsa.csr")}
        openssl("req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout", names["ca.key"], "-out",
                names["ca.pem"], "-days", "2", "-subj", "/CN=Authority of Examples", "-config", config, "-extensions", "ca")
        openssl("req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout", names["tsa.key"], "-out",
                names["tsa.csr"], "-subj", "/CN=Time of Examples", "-config", config)
        openssl("x509", "-req", "-in", names["tsa.csr"], "-CA", names["ca.pem"], "-CAkey", names["ca.key"], "-CAcreateserial", "-days",
                "2", "-out", names["tsa.pem"], "-extfile", config, "-extensions", "stamp")
        self.last = None
        authority = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_POST(self):
                authority.answer(self)

            def log_message(self, *_):
                pass
        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", self.port), Handler)
        self.thread = threading.Thread(target=self.server.serve_forever, daemon=True)
        self.thread.start()

    def answer(self, handler):
        query = handler.rfile.read(int(handler.headers["Content-Length"]))
        path = os.path.join(self.folder, "query.tsq")
        if self.mood == "down":
            handler.send_error(503)
            return
        if self.mood == "other" and self.last:
            query = self.last
        self.last = query
        write(query, path)
        reply = openssl("ts", "-reply", "-queryfile", path, "-config", os.path.join(self.folder, "tsa.conf"))
        handler.send_response(200)
        handler.send_header("Content-Type", "application/timestamp-reply")
        handler.send_header("Content-Length", str(len(reply)))
        handler.end_headers()
        handler.wfile.write(reply)

    def close(self):
        self.server.shutdown()
        self.server.server_close()
        self.thread.join(20)


def stamped():
    step("an authority stamps each head; one that is down or answers something else stops nothing, and is told")
    if shutil.which("openssl") is None:
        skip("openssl is not installed")
    with House() as house:
        folder = os.path.join(house.folder, "tsa")
        os.mkdir(folder)
        authority = Authority(folder)
        try:
            house.config_more = MORE + f"timestamp_url = http://127.0.0.1:{authority.port}/\n"
            house.configure()
            log_key(house)
            authority.mood = "down"
            house.start()
            wait_for(lambda: "not stamped" in house.log_text(), 30, "the failure is told")
            wait_settled(house, 1)
            equal(house.rows("SELECT count(*) AS n FROM signed_head_stamps")[0]["n"], 0, "stamps")
            equal(house.stop(), 0, "an orderly stop")
            authority.mood = "well"
            house.start()
            wait_for(lambda: house.rows("SELECT count(*) AS n FROM signed_head_stamps")[0]["n"], 30, "the head is stamped")
            equal(house.call("GET", "/log?kind=head-stamped")["items"][0]["facts"]["head"], "1", "the entry names the head")
            out = os.path.join(house.folder, "export")
            house.valise("log", "export", "--out", out)
            says(openssl("ts", "-verify", "-data", "MANIFEST-1", "-in", "MANIFEST-1.tsr", "-CAfile", os.path.join(folder, "ca.pem"),
                         cwd=out).decode(), "OK")
            authority.mood = "other"
            house.valise("hold", "--reason", "one more entry")
            house.valise("log", "sign")
            wait_for(lambda: "something else" in house.log_text(), 30, "an answer to another question is refused")
            equal(house.rows("SELECT count(*) AS n FROM signed_head_stamps")[0]["n"], 1, "stamps after it")
        finally:
            authority.close()


def main():
    with House() as house:
        ring = start_with_admin(house)
        what_it_says(house, ring)
    once_a_week()
    held()
    step("killed at each point of a letter, it mails each head once at most, and says so where it does not know")
    points = points_of_a_letter()
    says(" ".join(name for _, name in points), "head letter intended", "smtp: end of data sent", "head letter replied")
    for at, _ in points:
        killed(at)
    stamped()


if __name__ == "__main__":
    main()
