#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""A real Exim of the test's own takes a mailing into a Maildir, byte for byte, over STARTTLS with AUTH"""
import os

from flow_setup import skip
from relay_server import SECRET, SERVERS, USER, RelayServer, why_not
from relay_talk import carries_all, carries_signed, refuses_a_wrong_password

PROGRAM = "usr/sbin/exim4"

CONFIG = """\
exim_path = {servers}/usr/sbin/exim4
exim_user = Debian-exim
exim_group = Debian-exim
never_users =
primary_hostname = localhost
spool_directory = {folder}/spool
log_file_path = {folder}/log-%slog
pid_file_path = {folder}/exim.pid
local_interfaces = 127.0.0.1
daemon_smtp_ports = {port}
host_lookup =
dns_ipv4_lookup = *
disable_ipv6 = true
smtp_accept_max = 50
message_size_limit = 20M
tls_advertise_hosts = *
tls_certificate = {folder}/cert.pem
tls_privatekey = {folder}/exim-key.pem
dsn_advertise_hosts = *
acl_smtp_rcpt = check
timezone = UTC
begin acl
check:
  accept authenticated = *
         domains = flow.example
  deny message = who are you
begin routers
keep:
  driver = accept
  domains = flow.example
  transport = maildir
begin transports
maildir:
  driver = appendfile
  directory = {folder}/mail/all
  maildir_format
  user = Debian-exim
  group = Debian-exim
  return_path_add
  delivery_date_add
  envelope_to_add
begin retry
* * F,1h,1m
begin authenticators
plain:
  driver = plaintext
  public_name = PLAIN
  server_advertise_condition = ${{if def:tls_in_cipher}}
  server_condition = ${{if and{{{{eq{{$auth2}}{{{user}}}}}{{eq{{$auth3}}{{{secret}}}}}}}}}
  server_set_id = $auth2
"""


class Exim(RelayServer):
    users = {"Debian-exim": 64201}

    def prepare(self):
        for name in ("spool", "mail"):
            self.own(name, "Debian-exim")
        for name in ("mainlog", "paniclog", "rejectlog"):
            self.write(f"log-{name}", "")
            os.chown(f"{self.folder}/log-{name}", self.users["Debian-exim"], self.users["Debian-exim"])
        with open(f"{self.folder}/key.pem", encoding="ascii") as file:
            self.write("exim-key.pem", file.read())
        os.chown(f"{self.folder}/exim-key.pem", self.users["Debian-exim"], self.users["Debian-exim"])
        os.chown(self.folder, self.users["Debian-exim"], self.users["Debian-exim"])
        self.write("exim.conf", CONFIG.format(folder=self.folder, servers=SERVERS, port=self.port, user=USER, secret=SECRET))

    def command(self):
        return f"{SERVERS}/{PROGRAM} -C {self.folder}/exim.conf -bdf -q1m"


def main():
    reason = why_not(PROGRAM)
    if reason:
        skip(reason)
    with Exim() as exim:
        carries_all(exim, "Exim", "OK id=", login=True)
        refuses_a_wrong_password(exim, "Exim")
    with Exim() as exim:
        carries_signed(exim, "Exim", login=True)


main()
