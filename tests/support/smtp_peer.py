#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""smtp_peer.py - a scripted SMTP server with a ledger, for tests that must know what a relay took

    smtp_peer.py --ledger FILE --port-file FILE [--script SCRIPT] [--transcript FILE]
                 [--tls none|starttls|implicit --tls-folder DIR [--tls-name NAME]]
                 [--auth USER:PASSWORD | --bearer USER:TOKEN [--mechanisms "XOAUTH2 OAUTHBEARER"]] [--for SECONDS]
                 [--connections N]

It listens on a free port of 127.0.0.1, writes that number into the port file (whole, by rename), serves any number of
connections at once, and ends on SIGTERM or after --for seconds (900).

THE LEDGER gets one JSON line for each copy that the peer has taken charge of, written before the reply to the end of
data leaves:
    time message_id rcpt sender envid notify ret orcpt smtputf8 body size sha256 message connection tls user reply_to bare
sha256 is that of the body as received, dots unstuffed, without the end of data. message counts the MAIL commands of all
connections from 1, connection counts connections. bare is true when the body holds a CR or LF that is no CRLF.

THE SCRIPT is "fine", or items with commas between: [RANGE/]STEP:ACTION. RANGE is 3, 1-2, 4- or * (the default): of
connections for the steps connect, greeting, ehlo, starttls and auth, of messages for mail, rcpt, data, body and dot
(and rset, which counts with the message before it). The first item that fits decides; elsewhere all goes well.
    "3/dot:close+kept"              messages 1, 2 and 4 on are fine, 3 is taken and then the line is dead
    "1-2/rcpt:450,5/dot:slow=3"
A JSON object does the same: {"items": ["3/dot:close+kept"], "capabilities": ["PIPELINING", "DSN"]}. It may also hold
"recipients": {"ADDRESS": "550=5.1.1"}, the answer to RCPT for that address, and "largest": 50000, above which the end of data
is answered 552 5.3.4, however often and in whatever order they come.

ACTIONS in place of a reply:
    450 550 ...   that code (421 closes after it)        wrong    a code of another step: 250 for 354, 354 for 250
    552=5.3.4     that code with that status
    close rst     close, or reset, without a word        silent   never answer
    half          half a line, then close                twice    the right reply, and 250 again in the same segment
    garbage blank a line of rubbish, or an empty one, then the right reply
    long-line     one line of 1 MiB                      endless  a reply of many lines that does not end
    nul bare-lf bare-cr mixed                            the right reply, spoilt
    drip          one octet in 0.2 s, for ever           slow=S   the right reply after S seconds
    inject        the right reply and more text behind it before TLS begins (for starttls)
    hang-up       the right reply, then close            late-421 the right reply, and 0.3 s later 421 and close
  for the dot, a copy is in the ledger when the right reply was given; "+kept" and "+lost" after an action say otherwise
  for the body, ACTION@WHERE: a code, close, rst, stall (read no more), previous (a 250 as if for the message before),
  WHERE an octet count, half or last (of the size that MAIL declared)
  lacks:KEYWORD  an announcement left out      size:N  the SIZE announced      broken:pipelining  announced, but what
  follows a command in the same segment is thrown away

--connections N: whoever comes while N connections stand is greeted with 421 and words about too many of them.

TLS: --tls-folder gets, if they are not there, ca.pem (to be trusted), other-ca.pem (not to be) and a certificate for
--tls-name (localhost), made by openssl for this run.
"""
import argparse
import base64
import email
import email.utils
import hashlib
import json
import os
import re
import signal
import socket
import ssl
import struct
import subprocess
import sys
import threading
import time

CAPABILITIES = ["PIPELINING", "SIZE 52428800", "8BITMIME", "SMTPUTF8", "DSN", "ENHANCEDSTATUSCODES"]
CONNECTION_STEPS = {"connect", "greeting", "ehlo", "starttls", "auth"}
MESSAGE_STEPS = {"mail", "rcpt", "data", "body", "dot", "rset"}
SETTINGS = {"lacks", "size", "broken"}
MAX_LINE = 4096
MAX_BODY = 512 * 1024 * 1024


class Gone(Exception):
    """The connection is over."""


class Item:
    def __init__(self, text):
        match = re.fullmatch(r"(?:(\*|\d+(?:-\d*)?)/)?([a-z]+):([^,]+)", text)
        if not match or match[2] not in CONNECTION_STEPS | MESSAGE_STEPS | SETTINGS:
            sys.exit(f"smtp_peer.py: {text!r} is no item of a script; see the head of this file")
        self.step, self.action = match[2], match[3]
        first, dash, last = (match[1] or "*").partition("-")
        self.first = 1 if first == "*" else int(first)
        self.last = float("inf") if first == "*" or (dash and not last) else int(last or first)

    def fits(self, step, number):
        return self.step == step and self.first <= number <= self.last


class Script:
    def __init__(self, text):
        given = json.loads(text) if text.startswith("{") else {"items": [] if text == "fine" else text.split(",")}
        self.items = [Item(item) for item in given.get("items", [])]
        self.capabilities = list(given.get("capabilities", CAPABILITIES))
        self.recipients, self.largest = given.get("recipients", {}), given.get("largest", MAX_BODY)
        for item in self.items:
            if item.step == "lacks":
                self.capabilities = [c for c in self.capabilities if c.split()[0] != item.action]
            elif item.step == "size":
                self.capabilities = [f"SIZE {item.action}" if c.startswith("SIZE") else c for c in self.capabilities]
        self.broken_pipelining = any(i.step == "broken" and i.action == "pipelining" for i in self.items)

    def action(self, step, number):
        return next((item.action for item in self.items if item.fits(step, number)), None)


class Peer:
    def __init__(self, options):
        self.options = options
        self.script = Script(options.script)
        self.lock = threading.Lock()
        self.connections = self.messages = self.standing = 0
        self.ledger = os.open(options.ledger, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        self.transcript = open(options.transcript, "a", buffering=1) if options.transcript else None
        self.context = tls_context(options) if options.tls != "none" else None

    def next(self, what):
        with self.lock:
            setattr(self, what, getattr(self, what) + 1)
            return getattr(self, what)

    def keep(self, entry):
        """One write to a file opened for appending: whole before the reply, whatever kills whom."""
        os.write(self.ledger, (json.dumps(entry) + "\n").encode())

    def note(self, connection, direction, data):
        if self.transcript:
            self.transcript.write(f"{time.time():.6f} {connection} {direction} {data[:400]!r}\n")


class Talk:
    """One connection."""

    def __init__(self, peer, sock):
        self.peer, self.script, self.sock = peer, peer.script, sock
        self.number = peer.next("connections")
        self.buffer = bytearray()
        self.secured, self.user, self.message = False, None, 0
        self.reset()

    def reset(self):
        self.mail, self.rcpt, self.declared = None, None, 0

    # --- octets

    def send(self, data):
        self.peer.note(self.number, ">", data)
        try:
            self.sock.sendall(data)
        except OSError as e:
            raise Gone from e

    def receive(self):
        try:
            data = self.sock.recv(65536)
        except OSError as e:
            raise Gone from e
        if not data:
            raise Gone
        self.peer.note(self.number, "<", data)
        self.buffer += data

    def line(self):
        while (end := self.buffer.find(b"\r\n")) < 0:
            if len(self.buffer) > MAX_LINE:
                raise Gone
            self.receive()
        line = bytes(self.buffer[:end])
        if self.script.broken_pipelining:
            self.buffer.clear()
        else:
            del self.buffer[:end + 2]
        return line.decode("utf-8", "surrogateescape")

    def close(self):
        raise Gone

    def rst(self):
        self.sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.sock.close()
        raise Gone

    def silent(self):
        while True:
            self.receive()
            self.buffer.clear()

    # --- replies

    def reply(self, step, right, keep=None):
        """Gives the right reply (lines without line ends), or does what the script says at this step."""
        number = self.number if step in CONNECTION_STEPS else self.message
        action = self.script.action(step, number)
        action, plus, fate = (action or "fine").partition("+")
        if keep and (fate == "kept" or (fate != "lost" and gives_right_reply(action))):
            keep()
        self.act(action, "".join(line + "\r\n" for line in right).encode())
        return action == "fine" or gives_right_reply(action)

    def act(self, action, right):
        verb, _, value = action.partition("=")
        if verb == "fine":
            self.send(right)
        elif verb.isdigit():
            self.send(f"{verb} {value or verb[0] + '.7.0'} As the script says\r\n".encode())
            if verb == "421":
                raise Gone
        elif verb == "slow":
            time.sleep(float(value))
            self.send(right)
        else:
            getattr(self, "act_" + verb.replace("-", "_"))(right)

    def act_close(self, right):
        self.close()

    def act_rst(self, right):
        self.rst()

    def act_silent(self, right):
        self.silent()

    def act_half(self, right):
        self.send(right[:len(right) // 2])
        raise Gone

    def act_twice(self, right):
        self.send(right + b"250 2.0.0 Once more\r\n")

    def act_wrong(self, right):
        self.send(b"250 2.0.0 Not yet\r\n" if right.startswith(b"354") else b"354 Too early\r\n")

    def act_garbage(self, right):
        self.send(b"%$ rubbish\r\n" + right)

    def act_blank(self, right):
        self.send(b"\r\n" + right)

    def act_nul(self, right):
        self.send(right[:6] + b"\0" + right[6:])

    def act_bare_lf(self, right):
        self.send(right.replace(b"\r\n", b"\n"))

    def act_bare_cr(self, right):
        self.send(right[:6] + b"\r" + right[6:])

    def act_mixed(self, right):
        self.send(b"451-no\r\n" + right)

    def act_long_line(self, right):
        self.send(right[:4] + b"x" * (1 << 20) + b"\r\n")

    def act_endless(self, right):
        while True:
            self.send((right[:3] + b"-on and on\r\n") * 100)

    def act_drip(self, right):
        self.send(right[:3] + b" ")
        while True:
            time.sleep(0.2)
            self.send(b"x")

    def act_inject(self, right):
        self.send(right + b"250-evil.example\r\n250 AUTH PLAIN\r\n")

    def act_hang_up(self, right):
        self.send(right)
        raise Gone

    def act_late_421(self, right):
        self.send(right)
        time.sleep(0.3)
        self.send(b"421 4.4.2 Idle for too long\r\n")
        raise Gone

    # --- the dialogue

    def serve(self):
        if self.script.action("connect", self.number):
            self.act(self.script.action("connect", self.number), b"")
        if self.peer.options.tls == "implicit":
            self.secure()
        if not self.reply("greeting", ["220 peer.example ESMTP"]):
            self.silent()
        while True:
            verb, _, rest = self.line().partition(" ")
            handler = getattr(self, "do_" + verb.lower(), None)
            if handler is None:
                self.send(b"502 5.5.1 Unknown command\r\n")
            else:
                handler(rest)

    def secure(self):
        try:
            self.sock = self.peer.context.wrap_socket(self.sock, server_side=True)
        except (OSError, ssl.SSLError) as e:
            raise Gone from e
        self.secured = True
        self.buffer.clear()

    def do_ehlo(self, rest):
        self.reset()
        lines = ["peer.example greets you"] + self.script.capabilities
        if self.peer.options.tls == "starttls" and not self.secured:
            lines.append("STARTTLS")
        elif self.peer.options.bearer:
            lines.append("AUTH " + self.peer.options.mechanisms)
        elif self.peer.options.auth:
            lines.append("AUTH PLAIN LOGIN")
        self.reply("ehlo", [f"250-{line}" for line in lines[:-1]] + [f"250 {lines[-1]}"])

    def do_helo(self, rest):
        self.reset()
        self.send(b"250 peer.example\r\n")

    def do_starttls(self, rest):
        if self.peer.options.tls != "starttls" or self.secured:
            self.send(b"502 5.5.1 No TLS here\r\n")
        elif self.reply("starttls", ["220 2.0.0 Go ahead"]):
            self.secure()

    def do_auth(self, rest):
        mechanism, _, initial = rest.partition(" ")
        if self.peer.options.bearer:
            self.do_bearer(mechanism, initial)
            return
        if not self.peer.options.auth:
            self.send(b"503 5.5.1 No AUTH here\r\n")
            return
        if mechanism.upper() == "PLAIN":
            given = decode(initial or self.ask("")).split("\0")[1:]
        else:
            given = [decode(initial or self.ask("VXNlcm5hbWU6")), decode(self.ask("UGFzc3dvcmQ6"))]
        if ":".join(given) != self.peer.options.auth:
            self.send(b"535 5.7.8 Wrong user or password\r\n")
        elif self.reply("auth", ["235 2.7.0 Welcome"]):
            self.user = given[0]

    def do_bearer(self, mechanism, initial):
        """RFC 7628, and the way of before: the token, or 334 with a reason, an empty answer, and 535."""
        given = decode(initial or self.ask(""))
        pairs = dict(part.partition("=")[::2] for part in given.split("\x01") if "=" in part)
        user = pairs.get("user") or given.partition("a=")[2].partition(",")[0]
        token = pairs.get("auth", "").removeprefix("Bearer ")
        if mechanism not in self.peer.options.mechanisms.split():
            self.send(b"504 5.5.4 Another mechanism, please\r\n")
        elif f"{user}:{token}" != self.peer.options.bearer:
            self.ask(base64.b64encode(b'{"status":"invalid_token","scope":"smtp"}').decode())
            self.send(b"535 5.7.8 The token has expired\r\n")
        elif self.reply("auth", ["235 2.7.0 Welcome"]):
            self.user = user

    def ask(self, prompt):
        self.send(f"334 {prompt}\r\n".encode())
        return self.line()

    def do_noop(self, rest):
        self.send(b"250 2.0.0 Ok\r\n")

    def do_quit(self, rest):
        self.send(b"221 2.0.0 Bye\r\n")
        raise Gone

    def do_rset(self, rest):
        self.reset()
        self.reply("rset", ["250 2.0.0 Ok"])

    def do_mail(self, rest):
        if self.mail is not None:
            self.send(b"503 5.5.1 Nested MAIL\r\n")
            return
        if (self.peer.options.auth or self.peer.options.bearer) and not self.user:
            self.send(b"530 5.7.0 Authentication required\r\n")
            return
        self.message = self.peer.next("messages")
        if self.reply("mail", ["250 2.1.0 Ok"]):
            self.mail = path_and_parameters(rest)
            self.declared = int(self.mail[1].get("SIZE") or 2048)

    def do_rcpt(self, rest):
        if self.mail is None or self.rcpt is not None:
            self.send(b"503 5.5.1 Not now: one recipient a message\r\n")
        elif (answer := self.script.recipients.get(path_and_parameters(rest)[0])):
            self.act(answer, b"")
        elif self.reply("rcpt", ["250 2.1.5 Ok"]):
            self.rcpt = path_and_parameters(rest)

    def do_data(self, rest):
        if self.rcpt is None and self.script.action("data", self.message) is None:
            self.send(b"554 5.5.1 No valid recipients\r\n")
        elif self.reply("data", ["354 End data with <CR><LF>.<CR><LF>"]):
            self.finish(self.body())

    def body(self):
        """Everything up to the end of data, as received; does what the script says on the way."""
        action = self.script.action("body", self.message)
        verb, _, where = (action or "").partition("@")
        at = {"": None, "half": self.declared // 2, "last": self.declared}.get(where)
        at = int(where) if where.isdigit() else at
        taken = bytearray(b"\r\n")
        while True:
            if action and at is not None and len(taken) + len(self.buffer) - 2 >= at:
                self.interrupt(verb)
                action = None
            search = max(0, len(taken) - 4)
            taken += self.buffer
            self.buffer.clear()
            end = taken.find(b"\r\n.\r\n", search)
            if end >= 0:
                self.buffer += taken[end + 5:]
                return bytes(taken[2:end + 2])
            if len(taken) > MAX_BODY:
                raise Gone
            self.receive()

    def interrupt(self, verb):
        if verb == "stall":
            while True:
                time.sleep(1)
        if verb == "previous":
            self.send(b"250 2.0.0 Ok: queued as the one before\r\n")
        elif verb.isdigit():
            self.send(f"{verb} {verb[0]}.6.0 Enough of this\r\n".encode())
            if verb == "421":
                raise Gone
        else:
            getattr(self, verb)()

    def finish(self, raw):
        body = (raw[1:] if raw.startswith(b".") else raw).replace(b"\r\n.", b"\r\n")
        kept = lambda: self.peer.keep(self.entry(body))
        mail = self.mail
        if len(body) > self.script.largest:
            self.act("552=5.3.4", b"")
        else:
            self.reply("dot", [f"250 2.0.0 Ok: queued as {self.message:X}"], keep=kept)
        if self.mail is mail:
            self.reset()

    def entry(self, body):
        head = body.split(b"\r\n\r\n", 1)[0]
        match = re.search(rb"(?im)^Message-ID:\s*(\S+)", head)
        answers = email.message_from_bytes(head)["Reply-To"]
        parameters = {**self.mail[1], **(self.rcpt[1] if self.rcpt else {})}
        return {"time": time.time(), "message_id": match[1].decode("utf-8", "replace") if match else None,
                "rcpt": self.rcpt[0] if self.rcpt else None, "sender": self.mail[0],
                "envid": parameters.get("ENVID"), "notify": parameters.get("NOTIFY"), "ret": parameters.get("RET"),
                "orcpt": parameters.get("ORCPT"), "smtputf8": "SMTPUTF8" in parameters, "body": parameters.get("BODY"), "size": len(body),
                "sha256": hashlib.sha256(body).hexdigest(), "message": self.message, "connection": self.number,
                "tls": self.secured, "user": self.user, "reply_to": email.utils.parseaddr(answers)[1] if answers else None,
                "bare": bool(re.search(rb"\r(?!\n)|(?<!\r)\n", body))}


def gives_right_reply(action):
    """Does the client, if it listens as it should not, get to see the 250?"""
    return action.partition("=")[0] in {"fine", "slow", "twice", "garbage", "blank", "nul", "bare-lf", "bare-cr",
                                        "inject", "hang-up", "late-421"}


def path_and_parameters(text):
    match = re.match(r"(?:FROM|TO):<(.*?)>(.*)$", text, re.IGNORECASE)
    if not match:
        return text, {}
    words = (word.partition("=") for word in match[2].split())
    return match[1], {name.upper(): value for name, _, value in words}


def decode(text):
    try:
        return base64.b64decode(text).decode()
    except ValueError:
        return ""


def openssl(folder, *arguments):
    subprocess.run(["openssl", *arguments], cwd=folder, check=True, timeout=60, stdout=subprocess.DEVNULL,
                   stderr=subprocess.DEVNULL)


def make_ca(folder, name):
    openssl(folder, "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2",
            "-subj", f"/CN={name} of a test", "-keyout", f"{name}.key", "-out", f"{name}.pem",
            "-addext", "basicConstraints=critical,CA:TRUE", "-addext", "keyUsage=critical,keyCertSign")


def make_certificates(folder, name):
    os.makedirs(folder, exist_ok=True)
    if os.path.exists(os.path.join(folder, "server.pem")):
        return
    make_ca(folder, "ca")
    make_ca(folder, "other-ca")
    with open(os.path.join(folder, "server.ext"), "w") as extensions:
        extensions.write(f"subjectAltName=DNS:{name}\nbasicConstraints=CA:FALSE\nextendedKeyUsage=serverAuth\n")
    openssl(folder, "req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-subj", f"/CN={name}",
            "-keyout", "server.key", "-out", "server.csr")
    openssl(folder, "x509", "-req", "-in", "server.csr", "-CA", "ca.pem", "-CAkey", "ca.key", "-set_serial", "7",
            "-days", "2", "-extfile", "server.ext", "-out", "server.pem")


def tls_context(options):
    make_certificates(options.tls_folder, options.tls_name)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(os.path.join(options.tls_folder, "server.pem"),
                            os.path.join(options.tls_folder, "server.key"))
    return context


def serve(peer, sock):
    talk = Talk(peer, sock)
    sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    with peer.lock:
        peer.standing += 1
        one_too_many = peer.standing > peer.options.connections
    try:
        if one_too_many:
            talk.send(b"421 4.7.0 Error: too many connections from you\r\n")
            raise Gone
        talk.serve()
    except Gone:
        pass
    finally:
        with peer.lock:
            peer.standing -= 1
        try:
            talk.sock.close()
        except OSError:
            pass


def write_port(path, port):
    with open(path + ".new", "w") as file:
        file.write(f"{port}\n")
    os.rename(path + ".new", path)


def parse():
    parser = argparse.ArgumentParser(usage=__doc__.partition("\n\n")[2].partition("\n\n")[0].strip())
    parser.add_argument("--ledger", required=True)
    parser.add_argument("--port-file", required=True)
    parser.add_argument("--script", default="fine")
    parser.add_argument("--transcript")
    parser.add_argument("--tls", choices=["none", "starttls", "implicit"], default="none")
    parser.add_argument("--tls-folder")
    parser.add_argument("--tls-name", default="localhost")
    parser.add_argument("--auth")
    parser.add_argument("--bearer")
    parser.add_argument("--connections", type=int, default=1 << 20)
    parser.add_argument("--mechanisms", default="XOAUTH2 OAUTHBEARER")
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--for", dest="seconds", type=float, default=900)
    options = parser.parse_args()
    if options.tls != "none" and not options.tls_folder:
        parser.error("--tls needs --tls-folder")
    return options


def main():
    options = parse()
    peer = Peer(options)
    listener = socket.create_server(("127.0.0.1", options.port), backlog=128)
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGALRM):
        signal.signal(number, lambda *_: os._exit(0))
    signal.alarm(max(1, int(options.seconds)))
    write_port(options.port_file, listener.getsockname()[1])
    while True:
        sock, _ = listener.accept()
        threading.Thread(target=serve, args=(peer, sock), daemon=True).start()


if __name__ == "__main__":
    main()
