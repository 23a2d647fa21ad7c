# SPDX-License-Identifier: GPL-3.0-or-later
"""postfix_server.py - a Postfix of the test's own: on loopback, in a folder of its own, stopped by its own command"""
import glob
import os
import pwd
import shutil
import socket
import subprocess
import tempfile

from house import wait_for
from relay_server import certificate, free_ports

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

    def __init__(self, main="", master=""):
        """MAIN and MASTER: more lines, in which {folder} is the server's own."""
        self.folder = tempfile.mkdtemp(prefix="valise-postfix-")
        os.chmod(self.folder, 0o755)
        user = pwd.getpwnam("postfix")
        for name, owner in (("etc", 0), ("queue", 0), ("data", user.pw_uid), ("mail", user.pw_uid)):
            os.mkdir(f"{self.folder}/{name}")
            os.chown(f"{self.folder}/{name}", owner, 0)
        certificate(self.folder, "localhost")
        self.port, self.plain, self.old = free_ports(3)
        with open(f"{self.folder}/etc/main.cf", "w", encoding="ascii") as file:
            file.write(MAIN.format(folder=self.folder, uid=user.pw_uid, gid=user.pw_gid) + main.replace("{folder}", self.folder))
        with open(f"{self.folder}/etc/master.cf", "w", encoding="ascii") as file:
            file.write(MASTER.format(port=self.port, plain=self.plain, old=self.old) + master.replace("{folder}", self.folder))

    def __enter__(self):
        done = subprocess.run([POSTFIX, "-c", f"{self.folder}/etc", "start"], capture_output=True, text=True, timeout=60,
                              check=False)
        if done.returncode != 0:
            self.__exit__()
            raise AssertionError(f"Postfix did not start: {done.stderr}{self.log()}")
        wait_for(self.listens, 20, "Postfix listens")
        return self

    def __exit__(self, *_):
        for verb in ("stop", "abort"):
            try:
                subprocess.run([POSTFIX, "-c", f"{self.folder}/etc", verb], capture_output=True, timeout=30, check=False)
                break
            except subprocess.TimeoutExpired:
                continue
        shutil.rmtree(self.folder, ignore_errors=True)

    def flush(self):
        """Tries at once what it has put off."""
        subprocess.run([POSTFIX, "-c", f"{self.folder}/etc", "flush"], capture_output=True, timeout=60, check=True)

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
