# SPDX-License-Identifier: GPL-3.0-or-later
"""dovecot.py - a real Dovecot for one test: on loopback, in a folder of its own, stopped by its own process id

    with Dovecot() as server:
        server.put(b"Subject: one\\n\\nbody\\n")
        server.flags()                  # {uid: {"\\\\Seen", ...}}
"""
import imaplib
import os
import pwd
import re
import shutil
import signal
import ssl
import subprocess
import sys
import tempfile

from house import free_ports, socket, wait_for
from relay_server import certificate

DOVECOT = shutil.which("dovecot", path="/usr/sbin:/usr/bin:/sbin")
DOVEADM = shutil.which("doveadm", path="/usr/bin:/usr/sbin:/bin")
USER, SECRET = "answers", "quite-a-secret"

CONFIG = """\
base_dir = {folder}/run
state_dir = {folder}/run
log_path = {folder}/log
protocols = imap
listen = 127.0.0.1
ssl = required
ssl_cert = <{folder}/cert.pem
ssl_key = <{folder}/key.pem
disable_plaintext_auth = yes
auth_mechanisms = plain login
mail_location = {location}
mail_privileged_group =
first_valid_uid = 1
namespace inbox {{
  inbox = yes
  separator = /
}}
passdb {{
  driver = passwd-file
  args = {folder}/users
}}
userdb {{
  driver = static
  args = uid={uid} gid={gid} home={folder}/user
}}
service imap-login {{
  inet_listener imap {{
    port = {plain}
  }}
  inet_listener imaps {{
    port = {port}
  }}
}}
{more}
"""


def why_not():
    """Why a Dovecot cannot run here, or None."""
    if DOVECOT is None:
        return "there is no Dovecot here"
    if os.getuid() != 0:
        return "Dovecot needs root to start"
    version = subprocess.run([DOVECOT, "--version"], capture_output=True, text=True, stdin=subprocess.DEVNULL, check=False).stdout
    if not version.startswith("2.3."):
        return f"this is written for Dovecot 2.3, here is {version.strip()}, which is configured in other words"
    return None


class Dovecot:
    def __init__(self, more=""):
        self.folder = tempfile.mkdtemp(prefix="valise-imap-")
        os.chmod(self.folder, 0o755)
        user = pwd.getpwnam("mail")
        self.port, self.plain = free_ports(2)
        for name in ("run", "user"):
            os.mkdir(f"{self.folder}/{name}")
        os.chown(f"{self.folder}/user", user.pw_uid, user.pw_gid)
        certificate(self.folder, "localhost")
        self.ca = f"{self.folder}/cert.pem"
        self.write("users", f"{USER}:{{PLAIN}}{SECRET}::::::\n")
        self.write("password", SECRET + "\n")
        os.chmod(f"{self.folder}/password", 0o600)
        self.write("conf", CONFIG.format(folder=self.folder, location=f"maildir:{self.folder}/user/box", uid=user.pw_uid,
                                         gid=user.pw_gid, port=self.port, plain=self.plain, more=more))
        self.process = None

    def write(self, name, text):
        with open(f"{self.folder}/{name}", "w", encoding="ascii") as file:
            file.write(text)

    # ---- life ----

    def start(self):
        with open(f"{self.folder}/out", "ab") as out:
            self.process = subprocess.Popen([DOVECOT, "-F", "-c", f"{self.folder}/conf"], stdin=subprocess.DEVNULL, stdout=out,
                                            stderr=out, cwd=self.folder)
        wait_for(self.listens_or_ended, 30, "Dovecot listens")
        if self.process.poll() is not None:
            raise AssertionError(f"Dovecot ended with {self.process.returncode}: {self.log()}")

    def listens_or_ended(self):
        with socket.socket() as probe:
            return self.process.poll() is not None or probe.connect_ex(("127.0.0.1", self.port)) == 0

    def stop(self, how=signal.SIGTERM):
        """The master; with SIGKILL its children go when they find it gone, so they are ended by their own ids."""
        children = self.children() if how == signal.SIGKILL else []
        if self.process is not None and self.process.poll() is None:
            self.process.send_signal(how)
            self.process.wait(30)
        for pid in children:
            try:
                os.kill(pid, signal.SIGKILL)
            except ProcessLookupError:
                pass
        self.process = None

    def children(self):
        path = f"/proc/{self.process.pid}/task/{self.process.pid}/children"
        with open(path, encoding="ascii") as file:
            return [int(word) for word in file.read().split()]

    def __enter__(self):
        self.start()
        return self

    def __exit__(self, kind=None, *_):
        if kind is not None:
            sys.stderr.write(self.log()[-4000:])
        self.stop()
        shutil.rmtree(self.folder, ignore_errors=True)

    def log(self):
        text = ""
        for name in ("out", "log"):
            try:
                with open(f"{self.folder}/{name}", encoding="utf-8", errors="replace") as file:
                    text += file.read()
            except FileNotFoundError:
                pass
        return text

    # ---- as another reader of the mailbox ----

    def login(self):
        client = imaplib.IMAP4_SSL("localhost", self.port, ssl_context=ssl.create_default_context(cafile=self.ca), timeout=30)
        client.login(USER, SECRET)
        return client

    def put(self, data, folder="INBOX", flags=None):
        client = self.login()
        try:
            status, answer = client.append(folder, flags, None, data.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n"))
            assert status == "OK", answer
            return int(re.search(rb"APPENDUID \d+ (\d+)", answer[0]).group(1))
        finally:
            client.logout()

    def flags(self, folder="INBOX"):
        """The flags of each message, by number; looking changes none."""
        client = self.login()
        try:
            client.select(f'"{folder}"', readonly=True)
            _, answer = client.uid("FETCH", "1:*", "(FLAGS)")
            found = {}
            for line in answer:
                match = re.search(rb"UID (\d+) .*?FLAGS \(([^)]*)\)|FLAGS \(([^)]*)\).*?UID (\d+)", line or b"")
                if match:
                    uid, words = (match.group(1), match.group(2)) if match.group(1) else (match.group(4), match.group(3))
                    found[int(uid)] = set(words.decode().split()) - {"\\Recent"}
            return found
        finally:
            client.logout()

    def change(self, *command, folder="INBOX"):
        """One UID command, as a reader's program would say it."""
        client = self.login()
        try:
            client.select(folder)
            status, answer = client.uid(*command)
            assert status == "OK", answer
            if "\\Deleted" in command[-1]:
                client.expunge()
            return answer
        finally:
            client.logout()

    def make_folder(self, name):
        client = self.login()
        try:
            status, answer = client.create(f'"{name}"')
            assert status == "OK", answer
        finally:
            client.logout()

    def renumber(self, uid_validity):
        """Gives the inbox another UIDVALIDITY, as a server does whose numbers were lost."""
        done = subprocess.run([DOVEADM, "-c", f"{self.folder}/conf", "mailbox", "update", "-u", USER, "--uid-validity",
                               str(uid_validity), "INBOX"], capture_output=True, text=True, stdin=subprocess.DEVNULL, check=False)
        if done.returncode != 0:
            raise AssertionError(f"doveadm: {done.stderr}")

    def section(self, name="answers", scheme="imaps", more=""):
        """What stands in valise.conf for this mailbox."""
        port = self.port if scheme == "imaps" else self.plain
        return (f'\n[inbound "{name}"]\nurl = {scheme}://localhost:{port}\nuser = {USER}\npassword_file = {self.folder}/password\n'
                f"ca_file = {self.ca}\n{more}\n")
