#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""A real Postfix of the test's own takes a mailing into a Maildir, byte for byte; TLS holds or nothing leaves"""
import glob
import hashlib
import os
import pwd
import re
import shutil
import subprocess
import tempfile
import time

from flow_setup import (ATTENDEES, House, add_document, draft, equal, expect, import_text, mailing_now, says, skip, step, submit,
                        wait_for)
from house import socket
from relay_server import as_left, certificate, free_ports
from relay_talk import carries_all, carries_signed
import oracle

POSTFIX = shutil.which("postfix", path="/usr/sbin:/usr/bin:/sbin")

MAIN = """\
compatibility_level = 3.6
queue_directory = {folder}/queue
data_directory = {folder}/data
config_directory = {folder}/etc
maillog_file = {folder}/log
maillog_file_prefixes = /tmp, /var
mail_owner = postfix
setgid_group = postdrop
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
myhostname = localhost
mydomain = test
mydestination =
mynetworks = 127.0.0.0/8
virtual_mailbox_domains = flow.example
virtual_mailbox_base = {folder}/mail
virtual_mailbox_maps = static:all/
virtual_uid_maps = static:{uid}
virtual_gid_maps = static:{gid}
virtual_minimum_uid = 1
default_transport = error:nothing leaves this test
relay_transport = error:nothing leaves this test
smtp_host_lookup = native
smtpd_relay_restrictions = permit_mynetworks, reject
smtpd_tls_cert_file = {folder}/cert.pem
smtpd_tls_key_file = {folder}/key.pem
smtpd_tls_security_level = may
bounce_queue_lifetime = 0
"""
MASTER = """\
{port} inet n - n - - smtpd
{plain} inet n - n - - smtpd -o smtpd_tls_security_level=none
{old} inet n - n - - smtpd -o smtputf8_enable=no
pickup unix n - n 60 1 pickup
cleanup unix n - n - 0 cleanup
qmgr unix n - n 300 1 qmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
verify unix - - n - 1 verify
flush unix n - n 1000 0 flush
virtual unix - n n - - virtual
error unix - - n - - error
retry unix - - n - - error
anvil unix - - n - 1 anvil
tlsmgr unix - - n 1000 1 tlsmgr
proxymap unix - - n - - proxymap
postlog unix-dgram n - n - 1 postlogd
"""


class Postfix:
    """Three doors of one Postfix: as it should be, one without TLS, one that does not know SMTPUTF8."""

    def __init__(self):
        self.folder = tempfile.mkdtemp(prefix="valise-postfix-")
        os.chmod(self.folder, 0o755)
        user = pwd.getpwnam("postfix")
        for name, owner in (("etc", 0), ("queue", 0), ("data", user.pw_uid), ("mail", user.pw_uid)):
            os.mkdir(f"{self.folder}/{name}")
            os.chown(f"{self.folder}/{name}", owner, 0)
        certificate(self.folder, "localhost")
        self.port, self.plain, self.old = free_ports(3)
        with open(f"{self.folder}/etc/main.cf", "w", encoding="ascii") as file:
            file.write(MAIN.format(folder=self.folder, uid=user.pw_uid, gid=user.pw_gid))
        with open(f"{self.folder}/etc/master.cf", "w", encoding="ascii") as file:
            file.write(MASTER.format(port=self.port, plain=self.plain, old=self.old))

    def __enter__(self):
        done = subprocess.run([POSTFIX, "-c", f"{self.folder}/etc", "start"], capture_output=True, text=True, timeout=60,
                              check=False)
        if done.returncode != 0:
            self.__exit__()
            raise AssertionError(f"Postfix did not start: {done.stderr}{self.log()}")
        wait_for(self.listens, 20, "Postfix listens")
        return self

    def __exit__(self, *_):
        subprocess.run([POSTFIX, "-c", f"{self.folder}/etc", "stop"], capture_output=True, timeout=60, check=False)
        shutil.rmtree(self.folder, ignore_errors=True)

    def listens(self):
        with socket.socket() as probe:
            return probe.connect_ex(("127.0.0.1", self.port)) == 0

    def log(self):
        try:
            with open(f"{self.folder}/log", encoding="utf-8", errors="replace") as file:
                return file.read()
        except FileNotFoundError:
            return ""

    def mails(self):
        found = []
        for path in glob.glob(f"{self.folder}/mail/all/new/*"):
            with open(path, "rb") as file:
                found.append(file.read())
        return found


def released(house, mailing):
    house.valise("mailings", "release", mailing)
    return house.wait_quiet(mailing)


def main():
    if POSTFIX is None:
        skip("there is no Postfix here")
    if os.getuid() != 0:
        skip("Postfix needs root to start")
    with Postfix() as postfix:
        carries_all(postfix, "Postfix", "queued as")
    with Postfix() as postfix:
        carries_signed(postfix, "Postfix")
    with Postfix() as postfix:
        secured = f"ca_file = {postfix.folder}/cert.pem"
        with House(relay=f"smtp://localhost:{postfix.port}", tls="required", relay_more=secured) as house:
            house.start()
            step("over STARTTLS, with the right authority: every message arrives, byte for byte")
            import_text(house, ATTENDEES, "all")
            document = add_document(house, "pre-report", "Essai")
            mailing = draft(house, document, "all", "pre-report", "--acknowledgement", "requested")
            submit(house, mailing)
            equal(released(house, mailing)["counts"], {"relayed": 3}, "the deliveries")
            wait_for(lambda: len(postfix.mails()) == 3, 20, "Postfix delivered three messages")
            sums = {hashlib.sha256(as_left(mail)).hexdigest() for mail in postfix.mails()}
            recorded = {row["sha256"].hex() for row in house.rows("SELECT sha256 FROM deliveries")}
            equal(sums, recorded, "the digests of what arrived")
            attempts = house.rows("SELECT tls, reply, code FROM attempts")
            expect(all(row["tls"].startswith("TLS1.") for row in attempts), f"all went over TLS: {attempts}")
            expect(all("queued as" in row["reply"] for row in attempts), f"Postfix's own words are kept: {attempts}")
            senders = re.findall(r"from=<(bounces\+[a-z0-9]{24}@forum\.example)>", postfix.log())
            equal(len(set(senders)), 3, "envelope senders, one each")
            facts = [entry["facts"] for entry in house.call("GET", "/log?kind=delivery-relayed")["items"]]
            equal([fact.get("dsn") for fact in facts], ["asked"] * 3, "the DSN parameters, which Postfix took")
            equal(oracle.check(house, [oracle.copy_of(as_left(mail)) for mail in postfix.mails()]), [], "broken invariants")
        never_in_clear_text(postfix)
        without_smtputf8(postfix)


def never_in_clear_text(postfix):
    other = tempfile.mkdtemp(prefix="valise-ca-")
    try:
        certificate(other, "localhost")
        for what, port, ca, word in (("with a wrong authority", postfix.port, other, "certificate"),
                                     ("without STARTTLS", postfix.plain, postfix.folder, "begin TLS")):
            with House(relay=f"smtp://localhost:{port}", tls="required", relay_more=f"ca_file = {ca}/cert.pem") as house:
                house.start()
                step(f"{what} nothing leaves, and the reason is said")
                import_text(house, ATTENDEES, "all")
                mailing = draft(house, add_document(house, "pre-report", "Essai"), "all", "pre-report")
                submit(house, mailing)
                house.valise("mailings", "release", mailing)
                wait_for(lambda: told(house), 20, "what is wrong is told")
                time.sleep(1)
                states = {row["state"] for row in house.rows("SELECT state FROM deliveries")}
                expect(states <= {"ready", "claimed", "planned", "held"}, f"nothing is relayed: {states}")
                equal(len(postfix.mails()), 3, "messages that Postfix has")
                says(told(house), word)
                equal(len(re.findall("client=localhost", postfix.log())), 3, "envelopes that Postfix has seen")
                says(house.valise("doctor", status=1), word)
    finally:
        shutil.rmtree(other, ignore_errors=True)


def told(house):
    """What the last attempt, or else the state of the relay, says."""
    rows = house.rows("SELECT reply FROM attempts ORDER BY at DESC LIMIT 1")
    return rows[0]["reply"] if rows else house.call("GET", "/status")["relay_words"]


def without_smtputf8(postfix):
    with House(relay=f"smtp://localhost:{postfix.old}", tls="required", relay_more=f"ca_file = {postfix.folder}/cert.pem") as house:
        house.start()
        step("an address that needs SMTPUTF8 is held when Postfix lacks it; the others leave")
        import_text(house, ATTENDEES.replace("aline@flow", "aliné@flow"), "all")
        mailing = draft(house, add_document(house, "pre-report", "Essai"), "all", "pre-report")
        submit(house, mailing)
        equal(released(house, mailing)["counts"], {"relayed": 2, "held": 1}, "the deliveries")
        held = house.call("GET", f"/deliveries?mailing={mailing}&state=held")["items"][0]
        equal((held["reason"], held["address"], held["sha256"]), ("smtputf8", "aliné@flow.example", None), "the one that is held")
        says(house.valise("deliveries", "show", held["id"]), "does not announce SMTPUTF8", "have that enabled there", "in ASCII")
        wait_for(lambda: len(postfix.mails()) == 5, 20, "two more have arrived")
        says(house.valise("deliveries", "settle", held["id"], "--as", "resend", "--reason", "the relay was renewed"), "")
        house.wait_quiet(mailing)
        equal(mailing_now(house, mailing)["counts"], {"relayed": 2, "held": 1}, "tried once more, and held again")
    with House(relay=f"smtp://localhost:{postfix.port}", tls="required", relay_more=f"ca_file = {postfix.folder}/cert.pem") as house:
        house.start()
        step("where Postfix has it, the same address is written to")
        import_text(house, ATTENDEES.replace("aline@flow", "aliné@flow"), "all")
        mailing = draft(house, add_document(house, "pre-report", "Essai"), "all", "pre-report")
        submit(house, mailing)
        equal(released(house, mailing)["counts"], {"relayed": 3}, "the deliveries")
        wait_for(lambda: len(postfix.mails()) == 8, 20, "all three have arrived")
        expect(any("aliné@flow.example".encode() in mail for mail in postfix.mails()), "the address arrived as something else")


main()
