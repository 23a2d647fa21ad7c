#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""A real OpenSMTPD of the test's own takes a mailing into a Maildir, byte for byte

Over STARTTLS with AUTH where its TLS works. That of Debian 12's build (6.8.0p2) fails with every client, since its
process for keys cannot use them under OpenSSL 3; then in clear text, and the test says so.
"""
import os
import subprocess

from flow_setup import skip, step
from relay_server import RSA_KEY, SECRET, SERVERS, USER, RelayServer, why_not
from relay_talk import carries_all, carries_signed, refuses_a_wrong_password

PROGRAM = "usr/sbin/smtpd"

SECURED = """\
pki localhost cert "{folder}/cert.pem"
pki localhost key "{folder}/key.pem"
table accounts {{ {user} = "{hash}" }}
listen on 127.0.0.1 port {port} hostname localhost tls-require pki localhost auth <accounts>
"""
CLEAR = """\
listen on 127.0.0.1 port {port} hostname localhost
"""
REST = """\
table everybody {{ "@" = "keeper" }}
smtp max-message-size 20M
action "keep" maildir "{folder}/mail/all" virtual <everybody>
match from any for domain "flow.example" action "keep"
"""


class OpenSmtpd(RelayServer):
    key = RSA_KEY
    users = {"opensmtpd": 64202, "opensmtpq": 64203, "keeper": 64204}

    def __init__(self, listen):
        self.listen = listen
        super().__init__()

    def prepare(self):
        for name in ("var-spool", "var-lib", "var-lib/opensmtpd", "var-lib/opensmtpd/empty", "run"):
            self.own(name, "root", 0o711)
        self.own("mail", "keeper")
        done = subprocess.run(["openssl", "passwd", "-6", SECRET], capture_output=True, text=True, check=True)
        self.write("smtpd.conf", (self.listen + REST).format(folder=self.folder, port=self.port, user=USER,
                                                               hash=done.stdout.strip()))
        os.chmod(f"{self.folder}/smtpd.conf", 0o600)

    def binds(self):
        return {f"{self.folder}/var-spool": "/var/spool", f"{self.folder}/var-lib": "/var/lib", f"{self.folder}/run": "/run",
                f"{SERVERS}/usr/libexec": "/usr/libexec"}

    def secures(self):
        """Does anybody get through its TLS?"""
        done = subprocess.run(["openssl", "s_client", "-starttls", "smtp", "-CAfile", f"{self.folder}/cert.pem", "-connect",
                               f"127.0.0.1:{self.port}"], input=b"QUIT\r\n", capture_output=True, timeout=30, check=False)
        return done.returncode == 0

    def command(self):
        return f"{SERVERS}/{PROGRAM} -d -f {self.folder}/smtpd.conf"


def main():
    reason = why_not(PROGRAM)
    if reason:
        skip(reason)
    with OpenSmtpd(SECURED) as server:
        if server.secures():
            carries_all(server, "OpenSMTPD", "Message accepted", login=True)
            refuses_a_wrong_password(server, "OpenSMTPD")
            return
    step("this OpenSMTPD's own TLS fails with OpenSSL's client too: in clear text instead")
    with OpenSmtpd(CLEAR) as server:
        carries_all(server, "OpenSMTPD", "Message accepted", secured=False)
    with OpenSmtpd(CLEAR) as server:
        carries_signed(server, "OpenSMTPD", secured=False)


main()
