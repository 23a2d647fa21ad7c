# SPDX-License-Identifier: GPL-3.0-or-later
"""relay_server.py - real mail servers for one test each: on loopback, in a folder of their own, stopped by their own id

What no package can install beside Postfix is unpacked by scripts/test into BUILD/servers (scripts/lib.sh: need_servers).
Such a server has its paths and users built in; it runs in a mount namespace of its own, where they are ours.
"""
import glob
import os
import re
import shutil
import socket
import subprocess
import sys
import tempfile

from house import BUILD, free_ports, wait_for

SERVERS = os.path.join(BUILD, "servers", "root")
USER, SECRET = "sender", "quite-a-secret"


EC_KEY = ("ec", "-pkeyopt", "ec_paramgen_curve:prime256v1")
RSA_KEY = ("rsa:2048",)


def certificate(folder, name, key=EC_KEY):
    """A certificate authority of one certificate, for NAME."""
    subprocess.run(["openssl", "req", "-x509", "-newkey", *key, "-nodes", "-keyout",
                    f"{folder}/key.pem", "-out", f"{folder}/cert.pem", "-days", "2", "-subj", f"/CN={name}", "-addext",
                    f"subjectAltName=DNS:{name}"], check=True, capture_output=True)
    os.chmod(f"{folder}/key.pem", 0o600)


def as_left(data):
    """The message without the lines that a server put before it, its own lines ended by CRLF again."""
    lines = data.split(b"\n")
    while re.match(rb"(Return-Path|X-Original-To|Delivered-To|Envelope-To|Delivery-Date|Received):|[ \t]", lines[0], re.I):
        lines.pop(0)
    return b"\r\n".join(lines)


def why_not(program):
    """Why a server cannot run here, or None."""
    if not os.path.exists(os.path.join(SERVERS, program)):
        return f"{program} is not under {SERVERS}; scripts/test fetches it"
    if os.getuid() != 0:
        return "a mail server needs root to start"
    if subprocess.run(["unshare", "-m", "true"], capture_output=True, check=False).returncode != 0:
        return "no mount namespace may be made here"
    return None


class RelayServer:
    """One server; who inherits gives its files (prepare), its command and, for the folders bound over others, binds."""

    users = {}
    key = EC_KEY

    def __init__(self, doors=1):
        self.folder = tempfile.mkdtemp(prefix="valise-server-")
        os.chmod(self.folder, 0o755)
        self.ports = free_ports(doors)
        self.port = self.ports[0]
        self.process = None
        certificate(self.folder, "localhost", self.key)
        for name in ("mail", "spool"):
            os.mkdir(f"{self.folder}/{name}")
        self.add_users()
        self.prepare()

    def add_users(self):
        """/etc/passwd and /etc/group as the server will see them."""
        for path, line in (("passwd", "{0}:x:{1}:{1}::/nonexistent:/usr/sbin/nologin\n"), ("group", "{0}:x:{1}:\n")):
            with open(f"/etc/{path}", encoding="utf-8") as file:
                text = file.read()
            text += "".join(line.format(name, number) for name, number in self.users.items())
            with open(f"{self.folder}/{path}", "w", encoding="utf-8") as file:
                file.write(text)

    def write(self, name, text):
        with open(f"{self.folder}/{name}", "w", encoding="ascii") as file:
            file.write(text)

    def own(self, name, user, mode=0o700):
        os.makedirs(f"{self.folder}/{name}", exist_ok=True)
        os.chown(f"{self.folder}/{name}", self.users.get(user, 0), self.users.get(user, 0))
        os.chmod(f"{self.folder}/{name}", mode)

    def __enter__(self):
        binds = {f"{self.folder}/passwd": "/etc/passwd", f"{self.folder}/group": "/etc/group", **self.binds()}
        script = "".join(f"mount --bind {ours} {theirs} && " for ours, theirs in binds.items())
        log = open(f"{self.folder}/log", "ab")
        self.process = subprocess.Popen(["unshare", "-m", "--propagation", "private", "sh", "-c", f"{script} exec {self.command()}"],
                                        stdin=subprocess.DEVNULL, stdout=log, stderr=log, cwd=self.folder)
        log.close()
        try:
            wait_for(self.listens_or_ended, 30, "the server listens")
        except AssertionError:
            self.__exit__()
            raise
        if self.process.poll() is not None:
            text = self.log()
            self.__exit__()
            raise AssertionError(f"the server ended with {self.process.returncode}: {text}")
        return self

    def __exit__(self, kind=None, *_):
        if kind is not None:
            sys.stderr.write(self.log()[-6000:])
        if self.process.poll() is None:
            self.process.terminate()
        try:
            self.process.wait(20)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait(20)
        shutil.rmtree(self.folder, ignore_errors=True)

    def listens_or_ended(self):
        with socket.socket() as probe:
            return self.process.poll() is not None or probe.connect_ex(("127.0.0.1", self.port)) == 0

    def binds(self):
        return {}

    def log(self):
        text = ""
        for path in sorted(glob.glob(f"{self.folder}/log*")):
            if os.path.isfile(path):
                with open(path, encoding="utf-8", errors="replace") as file:
                    text += file.read()
        return text

    def mails(self):
        found = []
        for path in glob.glob(f"{self.folder}/mail/**/new/*", recursive=True):
            with open(path, "rb") as file:
                found.append(file.read())
        return found
