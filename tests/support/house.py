# SPDX-License-Identifier: GPL-3.0-or-later
"""house.py - one valised of a test's own: its folder, its configuration, its life, and talk with it

    with House(relay="smtp://127.0.0.1:2525") as house:
        house.start()
        house.valise("contacts", "import", "attendees.csv")
        house.call("GET", "/status")

Everything lies in one temporary folder and listens on loopback or a unix socket. Processes are ended by their own
process ids. VALISE_BUILD names the build folder.
"""
import http.client
import json
import os
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import tempfile
import time

BUILD = os.environ.get("VALISE_BUILD") or sys.exit("VALISE_BUILD is not set: it names the build folder")
SOURCE = os.environ.get("VALISE_SOURCE") or os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
PEER = os.path.join(SOURCE, "tests", "support", "smtp_peer.py")

CONFIG = """\
[valise]
state_dir = {folder}/state
socket = {folder}/valise.sock
templates = {source}/templates
log_level = {log_level}

[organisation]
name = Forum of Examples
name.fr = Forum des exemples
address = 1 rue de l'Exemple
address = 74400 Exempleville
from = secretariat@forum.example
time_zone = Europe/Paris
languages = fr, en, es, pt
sender_name = Camille Vasseran
sender_title.fr = Présidente
sender_title = President

[relay "main"]
url = {relay}
tls = {tls}
couriers = {couriers}
{relay_more}
[mail]
envelope = token
reply_mailbox = answers@forum.example
bounce_mailbox = bounces@forum.example

[retry]
first = 1 s
factor = 1.5
ceiling = 3 s
jitter = 0
attempts = 6
"""


class Refused(Exception):
    """The daemon said no: (status, code, message)."""

    def __init__(self, status, error):
        super().__init__(f"{status} {error.get('code')}: {error.get('message')}")
        self.status, self.code, self.message = status, error.get("code"), error.get("message")


class UnixConnection(http.client.HTTPConnection):
    def __init__(self, path):
        super().__init__("localhost", timeout=120)
        self.path = path

    def connect(self):
        self.sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.sock.settimeout(self.timeout)
        self.sock.connect(self.path)


def free_ports(count):
    probes = [socket.socket() for _ in range(count)]
    for probe in probes:
        probe.bind(("127.0.0.1", 0))
    ports = [probe.getsockname()[1] for probe in probes]
    for probe in probes:
        probe.close()
    return ports


def free_port():
    return free_ports(1)[0]


def wait_for(condition, seconds, what):
    """Until CONDITION() is true; its value. AssertionError after SECONDS."""
    end = time.monotonic() + seconds
    while True:
        value = condition()
        if value:
            return value
        if time.monotonic() > end:
            raise AssertionError(f"after {seconds} s still not: {what}")
        time.sleep(0.02)


class House:
    def __init__(self, relay=None, tls="none", couriers=2, relay_more="", config_more="", log_level="warning"):
        self.folder = tempfile.mkdtemp(prefix="valise-house-")
        self.state = os.path.join(self.folder, "state")
        self.socket = os.path.join(self.folder, "valise.sock")
        self.config = os.path.join(self.folder, "valise.conf")
        self.log = os.path.join(self.folder, "valised.log")
        self.maildir = os.path.join(self.folder, "maildir")
        self.config_more = config_more
        self.configure(relay, tls, couriers, relay_more, log_level)
        self.process = None

    def configure(self, relay=None, tls="none", couriers=2, relay_more="", log_level="warning"):
        if relay_more and not relay_more.endswith("\n"):
            relay_more += "\n"
        text = CONFIG.format(folder=self.folder, source=SOURCE, relay=relay or "maildir:" + self.maildir, tls=tls,
                             couriers=couriers, relay_more=relay_more, log_level=log_level)
        with open(self.config, "w", encoding="utf-8") as file:
            file.write(text + self.config_more)

    def __enter__(self):
        return self

    def __exit__(self, kind, *_):
        self.kill()
        if kind is not None:
            sys.stderr.write(self.log_text())
        shutil.rmtree(self.folder, ignore_errors=True)

    # ---- life ----

    def start(self, wait=True, **environment):
        """Starts valised. With WAIT, returns when it answers; AssertionError when it ends before."""
        with open(self.log, "ab") as log:
            self.process = subprocess.Popen([os.path.join(BUILD, "valised"), "--config", self.config],
                                            stdin=subprocess.DEVNULL, stdout=log, stderr=log,
                                            env={**os.environ, **environment})
        if wait:
            wait_for(self.answers_or_ended, 60, "valised answers")
            if self.process.poll() is not None:
                raise AssertionError(f"valised ended with {self.process.returncode}:\n{self.log_text()}")

    def answers_or_ended(self):
        if self.process.poll() is not None:
            return True
        try:
            self.call("GET", "/status")
            return True
        except (OSError, http.client.HTTPException):
            return False

    def alive(self):
        return self.process is not None and self.process.poll() is None

    def stop(self, seconds=60):
        """An orderly stop; its exit status."""
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(seconds)

    def kill(self):
        if self.alive():
            self.process.kill()
        if self.process is not None:
            self.process.wait(30)

    def log_text(self):
        try:
            with open(self.log, encoding="utf-8", errors="replace") as file:
                return file.read()
        except FileNotFoundError:
            return ""

    # ---- talk ----

    def call(self, method, path, body=None, token=None, raw=None, content_type=None):
        """The decoded JSON answer (bytes when it is no JSON); Refused when the daemon says no."""
        connection = UnixConnection(self.socket)
        headers = {}
        if token:
            headers["Authorization"] = "Bearer " + token
        payload = raw
        if body is not None:
            payload, content_type = json.dumps(body).encode(), "application/json"
        if content_type:
            headers["Content-Type"] = content_type
        try:
            connection.request(method, "/api/v1" + path, payload, headers)
            answer = connection.getresponse()
            content = answer.read()
        finally:
            connection.close()
        is_json = "json" in (answer.getheader("Content-Type") or "")
        value = json.loads(content) if is_json and content else content
        if answer.status >= 400:
            raise Refused(answer.status, value.get("error", {}) if isinstance(value, dict) else {"message": value})
        return value

    def valise(self, *arguments, token_file=None, status=0, json_out=False, stdin=None):
        """Runs the command line; its standard output (decoded JSON with JSON_OUT), when STATUS, which it must end with,
        is not 0 all that it said."""
        command = [os.path.join(BUILD, "valise"), "--socket", self.socket]
        if token_file:
            command += ["--token-file", token_file]
        if json_out:
            command.append("--json")
        done = subprocess.run(command + list(arguments), capture_output=True, timeout=300,
                              input=stdin if stdin is not None else b"", check=False)
        out, err = done.stdout.decode("utf-8", "replace"), done.stderr.decode("utf-8", "replace")
        if done.returncode != status:
            raise AssertionError(f"valise {' '.join(arguments)}: exit {done.returncode}, wanted {status}\n{out}{err}")
        if status != 0:
            return out + err
        return json.loads(out) if json_out else out

    def user(self, name, *roles):
        """Makes a user and gives the path of a file with his token."""
        self.call("POST", "/users", {"name": name, "roles": list(roles)})
        token = self.call("POST", f"/users/{name}/token")["token"]
        path = os.path.join(self.folder, f"token-{name}")
        with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="ascii") as file:
            file.write(token + "\n")
        return path

    def wait_quiet(self, mailing, seconds=60):
        """Until nothing of MAILING moves by itself; the mailing."""
        def quiet():
            now = self.call("GET", f"/mailings/{mailing}")
            return now if now["moving"] == 0 else None
        return wait_for(quiet, seconds, f"{mailing} is quiet")

    def rows(self, sql, *values):
        """Rows of the database as dictionaries, read beside the daemon."""
        db = sqlite3.connect(f"file:{self.state}/valise.db?mode=ro", uri=True, timeout=30)
        db.row_factory = sqlite3.Row
        try:
            return [dict(row) for row in db.execute(sql, values)]
        finally:
            db.close()


class Peer:
    """A scripted SMTP server with its ledger; see smtp_peer.py."""

    def __init__(self, script="fine", *more):
        self.folder = tempfile.mkdtemp(prefix="valise-peer-")
        self.ledger_path = os.path.join(self.folder, "ledger")
        port_file = os.path.join(self.folder, "port")
        self.process = subprocess.Popen([sys.executable, PEER, "--ledger", self.ledger_path, "--port-file", port_file,
                                         "--script", script, "--for", "600", *more], stdin=subprocess.DEVNULL)
        wait_for(lambda: os.path.exists(port_file), 20, "the peer listens")
        with open(port_file, encoding="ascii") as file:
            self.port = int(file.read())
        self.url = f"smtp://127.0.0.1:{self.port}"

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait(20)
        shutil.rmtree(self.folder, ignore_errors=True)

    def ledger(self):
        try:
            with open(self.ledger_path, encoding="utf-8") as file:
                return [json.loads(line) for line in file]
        except FileNotFoundError:
            return []
