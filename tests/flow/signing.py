# SPDX-License-Identifier: GPL-3.0-or-later
"""signing.py - keys and certificates of a test's own, and programs that are not ours to check what was signed"""
import os
import re
import subprocess
import tempfile

FORUM = "Forum of Examples <secretariat@forum.example>"
WORDS = "secret words"


def run(command, status=0, text=None):
    done = subprocess.run(command, input=text, capture_output=True, timeout=120, check=False)
    if status is not None and done.returncode != status:
        raise AssertionError(f"{command}: {done.returncode}: {done.stderr.decode(errors='replace')}{done.stdout.decode(errors='replace')}")
    return done


def gpg(home, *words, text=None):
    return run(["gpg", "--batch", "--no-tty", "--quiet", "--yes", "--pinentry-mode", "loopback", "--homedir", home, *words],
               text=text).stdout


def end_agent(home):
    run(["gpgconf", "--homedir", home, "--kill", "all"], status=None)


def make_home(house, name="gnupg"):
    home = os.path.join(house.state, name)
    os.makedirs(home, mode=0o700, exist_ok=True)
    os.chmod(house.state, 0o700)
    return home


def passphrase_file(house, name="passphrase", words=WORDS):
    path = os.path.join(house.folder, name)
    with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="ascii") as file:
        file.write(words + "\n")
    return path


def make_key(house, passphrase=WORDS, expires="1y", name=FORUM):
    """A key that signs, in the home of HOUSE, which has not started yet; the home."""
    home = make_home(house)
    gpg(home, "--passphrase", passphrase, "--quick-gen-key", name, "ed25519", "sign", expires)
    passphrase_file(house, words=passphrase or "none")
    end_agent(home)
    return home


def freeze_signed(house, document, token_file=None):
    """Freezes DOCUMENT, having seen what is to be signed."""
    told = house.valise("documents", "freeze", document, token_file=token_file, status=1)
    house.valise("documents", "freeze", document, "--confirm", re.search(r"--confirm ([0-9a-f]{12})", told).group(1),
                 token_file=token_file)


# ---- certificates ----

class Authority:
    """A root, an authority below it, and what that issues."""

    def __init__(self):
        self.folder = tempfile.mkdtemp(prefix="valise-ca-")
        self.root, self.chain = self.path("root.pem"), self.path("chain.pem")
        run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout", self.path("root.key"), "-out", self.root,
             "-days", "200", "-subj", "/CN=Root of Examples", "-addext", "basicConstraints=critical,CA:TRUE", "-addext",
             "keyUsage=critical,keyCertSign,cRLSign"])
        self.issue("root", "between", "/CN=Authority of Examples",
                   "basicConstraints=critical,CA:TRUE\nkeyUsage=critical,keyCertSign,cRLSign\n", 200)
        with open(self.chain, "wb") as file:
            for name in ("root", "between"):
                with open(self.path(name + ".pem"), "rb") as part:
                    file.write(part.read())

    def path(self, name):
        return os.path.join(self.folder, name)

    def issue(self, issuer, name, subject, extensions, days):
        with open(self.path(name + ".ext"), "w", encoding="ascii") as file:
            file.write(extensions)
        run(["openssl", "req", "-new", "-newkey", "rsa:2048", "-nodes", "-keyout", self.path(name + ".key"), "-out",
             self.path(name + ".csr"), "-subj", subject])
        run(["openssl", "x509", "-req", "-in", self.path(name + ".csr"), "-CA", self.path(issuer + ".pem"), "-CAkey",
             self.path(issuer + ".key"), "-CAcreateserial", "-days", str(days), "-extfile", self.path(name + ".ext"), "-out",
             self.path(name + ".pem")])

    def person(self, name, address, days=40, issuer="between"):
        self.issue(issuer, name, f"/CN={name}", f"keyUsage=critical,digitalSignature\nextendedKeyUsage=emailProtection\n"
                   f"subjectAltName=email:{address}\n", days)

    def fingerprint(self, name):
        text = run(["openssl", "x509", "-in", self.path(name + ".pem"), "-noout", "-fingerprint", "-sha1"]).stdout.decode()
        return text.split("=")[1].strip().replace(":", "")

    def give_secret(self, name, home, words=WORDS):
        """As the manual says. GnuPG 2.2 cannot read each file that openssl writes; another salt helps."""
        for _ in range(8):
            run(["openssl", "pkcs12", "-export", "-keypbe", "PBE-SHA1-3DES", "-certpbe", "PBE-SHA1-3DES", "-macalg", "sha1", "-in",
                 self.path(name + ".pem"), "-inkey", self.path(name + ".key"), "-passout", "pass:" + words, "-out",
                 self.path(name + ".p12")])
            done = run(["gpgsm", "--homedir", home, "--batch", "--pinentry-mode", "loopback", "--passphrase-fd", "0", "--import",
                        self.path(name + ".p12")], status=None, text=words.encode() + b"\n")
            if done.returncode == 0:
                end_agent(home)
                return
        raise AssertionError(f"gpgsm takes no {name}.p12: {done.stderr.decode()}")


# ---- what others say ----

def signed_parts(data):
    """The signed part as it lay on the wire, the body of the signature's, and the type's line, by the boundary alone."""
    data = data.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")
    head = data.partition(b"\r\n\r\n")[0]
    boundary = re.search(rb'boundary="?([^";\r\n]+)"?', head).group(1)
    pieces = data.split(b"\r\n--" + boundary)
    if len(pieces) != 4:
        raise AssertionError(f"{len(pieces) - 1} delimiters of the outermost multipart instead of 3")
    return pieces[1].removeprefix(b"\r\n"), pieces[2].split(b"\r\n\r\n", 1)[1], head


def write(folder, name, content):
    path = os.path.join(folder, name)
    with open(path, "wb") as file:
        file.write(content)
    return path


class Checkers:
    """gpgv, Sequoia and RNP, with the public keys of HOME and nothing else."""

    def __init__(self, folder, keys):
        self.folder = folder
        self.ring = write(folder, "ring.gpg", keys)
        self.rnp = os.path.join(folder, "rnp")
        os.mkdir(self.rnp, 0o700)
        run(["rnpkeys", "--homedir", self.rnp, "--import", self.ring])

    def verdicts(self, signature, content):
        """Which of them call it good."""
        signature, content = write(self.folder, "file.asc", signature), write(self.folder, "file", content)
        commands = {"gpgv": ["gpgv", "--keyring", self.ring, signature, content],
                    "sqv": ["sqv", "--keyring", self.ring, signature, content],
                    "rnp": ["rnp", "--homedir", self.rnp, "--verify", signature, "--source", content]}
        return {name for name, command in commands.items() if run(command, status=None).returncode == 0}


ALL_CHECKERS = {"gpgv", "sqv", "rnp"}


def smime_verdict(data, root, folder):
    """What openssl makes of a whole message that leads to ROOT: (good, who signed as PEM, the signed text)."""
    mail = write(folder, "mail.eml", data)
    signer, text = os.path.join(folder, "signer.pem"), os.path.join(folder, "text")
    done = run(["openssl", "cms", "-verify", "-in", mail, "-inform", "SMIME", "-CAfile", root, "-signer", signer, "-out", text],
               status=None)
    if done.returncode != 0:
        return False, done.stderr.decode(), b""
    with open(signer, encoding="ascii") as file, open(text, "rb") as signed:
        return True, file.read(), signed.read()
