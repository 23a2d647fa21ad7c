# SPDX-License-Identifier: GPL-3.0-or-later
"""imap_peer.py - an IMAP server on loopback that says what no decent one would; TLS from the first octet

    with ImapPeer(nil_content) as peer:
        peer.messages = {1: b"Subject: one\\r\\n\\r\\nbody\\r\\n"}

A script is a function (talk, tag, words, line) that answers one command by itself and gives True, or gives False: then the
talk answers as a server should. What was said is kept in peer.said.
"""
import os
import re
import shutil
import socket
import ssl
import tempfile
import threading

from relay_server import certificate

SECRET = "quite-a-secret"
DATE = '"24-Nov-2026 10:00:00 +0000"'


class Talk:
    """One connection."""

    def __init__(self, peer, connection):
        self.peer, self.connection = peer, connection
        self.file = connection.makefile("rwb")

    def say(self, text):
        data = text if isinstance(text, bytes) else text.encode()
        self.file.write(data)
        self.file.flush()

    def hang_up(self):
        self.connection.shutdown(socket.SHUT_RDWR)
        raise ConnectionResetError

    def run(self):
        self.say("* OK ready\r\n")
        while True:
            line = self.file.readline()
            if not line:
                return
            text = line.decode("utf-8", "replace").rstrip("\r\n")
            self.peer.said.append(text)
            tag, _, rest = text.partition(" ")
            words = rest.split(" ")
            name = " ".join(words[:2]).upper() if words[0].upper() == "UID" else words[0].upper()
            if not self.peer.script(self, tag, name, rest):
                self.answer(tag, name, rest)
            if name == "LOGOUT" or self.peer.closing:
                return

    def answer(self, tag, name, rest):
        handler = getattr(self, "do_" + name.lower().replace(" ", "_"), None)
        if handler is None:
            self.say(f"{tag} BAD what is {name}?\r\n")
        elif handler(tag, rest) is not False:
            self.say(f"{tag} OK done\r\n")

    def do_capability(self, _tag, _rest):
        self.say(f"* CAPABILITY IMAP4rev1 {self.peer.capabilities}\r\n")

    def do_authenticate(self, _tag, rest):
        self.peer.logins.append(rest)

    do_login = do_authenticate

    def do_noop(self, _tag, _rest):
        pass

    def do_logout(self, _tag, _rest):
        self.say("* BYE so long\r\n")

    def do_examine(self, _tag, _rest):
        peer = self.peer
        self.say(f"* {len(peer.messages)} EXISTS\r\n* OK [UIDVALIDITY {peer.uid_validity}] v\r\n* OK [UIDNEXT {peer.uid_next()}] n\r\n")

    do_select = do_examine

    def do_uid_search(self, _tag, rest):
        match = re.search(r"UID (\d+)(?::(\d+|\*))?", rest[10:])
        first, last = int(match.group(1)), match.group(2) or match.group(1)
        last = 2**32 if last == "*" else int(last)
        self.say("* SEARCH" + "".join(f" {uid}" for uid in sorted(self.peer.messages) if first <= uid <= last) + "\r\n")

    def do_uid_fetch(self, _tag, rest):
        uid = int(rest.split(" ")[2])
        data = self.peer.messages.get(uid)
        if data is None:
            return
        match = re.search(r"BODY\.PEEK\[\]<(\d+)\.(\d+)>", rest)
        assert match or "BODY" not in rest, rest
        body = b""
        if match:
            offset, length = int(match.group(1)), int(match.group(2))
            piece = data[offset:offset + length]
            body = b" BODY[]<%d> {%d}\r\n" % (offset, len(piece)) + piece
        date = self.peer.dates.get(uid, DATE)
        self.say(b"* 1 FETCH (UID %d INTERNALDATE %s RFC822.SIZE %d" % (uid, date.encode(), len(data)) + body + b")\r\n")

    def do_idle(self, tag, _rest):
        self.say("+ idling\r\n")
        line = self.file.readline()
        self.peer.said.append(line.decode().strip())


class ImapPeer:
    def __init__(self, script=lambda *_: False, capabilities="SASL-IR AUTH=PLAIN"):
        self.script, self.capabilities = script, capabilities
        self.messages, self.dates, self.uid_validity, self.next = {}, {}, 7, None
        self.said, self.logins, self.connections, self.closing = [], [], 0, False
        self.state = {}  # of the script
        self.folder = tempfile.mkdtemp(prefix="valise-imap-peer-")
        certificate(self.folder, "localhost")
        with open(f"{self.folder}/password", "w", encoding="ascii") as file:
            file.write(SECRET + "\n")
        os.chmod(f"{self.folder}/password", 0o600)
        self.context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self.context.load_cert_chain(f"{self.folder}/cert.pem", f"{self.folder}/key.pem")
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        self.thread = threading.Thread(target=self.listen, daemon=True)
        self.thread.start()

    def uid_next(self):
        return self.next if self.next is not None else max(self.messages, default=0) + 1

    def listen(self):
        while True:
            try:
                connection, _ = self.listener.accept()
            except OSError:
                return
            threading.Thread(target=self.serve, args=(connection,), daemon=True).start()

    def serve(self, connection):
        self.connections += 1
        try:
            connection.settimeout(120)
            with self.context.wrap_socket(connection, server_side=True) as secured:
                Talk(self, secured).run()
        except (OSError, ValueError):
            pass

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.closing = True
        self.listener.close()
        shutil.rmtree(self.folder, ignore_errors=True)

    def count(self, part):
        return sum(part in line for line in self.said)

    def section(self, name="answers", more="poll = 1 s", login=None):
        login = login or f"password_file = {self.folder}/password"
        return (f'\n[inbound "{name}"]\nurl = imaps://localhost:{self.port}\nuser = answers\n{login}\n'
                f"ca_file = {self.folder}/cert.pem\n{more}\n")
