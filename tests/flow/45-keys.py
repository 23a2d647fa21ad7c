#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Keys of contacts: proposed from files, confirmed by a person, retired; nothing secret is taken, nothing confirmed changes"""
import os
import subprocess
import time

from flow_setup import ATTENDEES, OFFICES, House, equal, expect, import_text, says, step


def gpg(home, *words):
    done = subprocess.run(["gpg", "--batch", "--no-tty", "--quiet", "--yes", "--pinentry-mode", "loopback", "--passphrase", "", "--homedir",
                           home, *words], capture_output=True, timeout=60, check=False)
    if done.returncode != 0:
        raise AssertionError(f"gpg {words}: {done.stderr.decode()}")
    return done.stdout


class Ring:
    """The homes of people elsewhere, with their secret keys."""

    def __init__(self, house):
        self.folder = os.path.join(house.folder, "people")
        os.mkdir(self.folder, 0o700)

    def make(self, name, expires="1y"):
        gpg(self.folder, "--quick-gen-key", name, "ed25519", "sign", expires)

    def file(self, name, *words):
        path = os.path.join(self.folder, name)
        with open(path, "wb") as file:
            file.write(gpg(self.folder, *words))
        return path

    def close(self):
        subprocess.run(["gpgconf", "--homedir", self.folder, "--kill", "all"], check=False, timeout=30)


def proposed(house, ring, olga):
    step("a file of keys becomes proposals, each by itself; they count for nothing until a person confirms")
    ring.make("Alma <alma@coop.example>")
    ring.make("Boris <boris@coop.example>")
    both = ring.file("both.asc", "--armor", "--export")
    told = house.valise("keys", "import", both, "--contact", "A-FR", token_file=olga)
    says(told, "K-1", "K-2", "proposed", "alma@coop.example")
    keys = house.call("GET", "/keys?contact=A-FR")["items"]
    equal([(key["id"], key["state"], key["source"], key["source_name"], key["proposed_by"]) for key in keys],
          [(f"K-{n}", "proposed", "file", "both.asc", "olga") for n in (1, 2)], "proposals")
    house.valise("keys", "import", both, "--contact", "A-FR", token_file=olga)
    equal(len(house.call("GET", "/keys?contact=A-FR")["items"]), 2, "the same file once more")
    equal(house.call("GET", "/keys?contact=A-FR&limit=1")["next"], "K-1", "a page of one")
    expect(not os.path.exists(os.path.join(house.state, "gnupg-contacts", "pubring.kbx")), "a proposal is in the home")
    expect(not [name for name in os.listdir(house.state) if name.startswith("look-")], "the home of a look is left")


def refused(house, ring, olga):
    step("what is no public key is refused, in words that help")
    secret = ring.file("secret.asc", "--armor", "--export-secret-keys")
    binary = ring.file("secret.gpg", "--export-secret-keys")
    for path in (secret, binary):
        says(house.valise("keys", "import", path, token_file=olga, status=2), "secret key")
    mixed = os.path.join(ring.folder, "mixed.gpg")
    with open(mixed, "wb") as file:
        file.write(gpg(ring.folder, "--export") + gpg(ring.folder, "--export-secret-keys"))
    says(house.valise("keys", "import", mixed, token_file=olga, status=2), "secret key")
    for name, content, word in (("words.txt", b"not a key\n", "no public"), ("large.asc", b"x" * (1024 * 1024 + 1), "larger"),
                                ("key.p12", b"\x30\x82\x05\x00\x02\x01\x03" + b"\x00" * 100, "secret key")):
        path = os.path.join(ring.folder, name)
        with open(path, "wb") as file:
            file.write(content)
        says(house.valise("keys", "import", path, token_file=olga, status=2), word)
    equal(len(house.call("GET", "/keys?contact=A-FR")["items"]), 2, "what was refused left nothing")
    for folder, _, names in os.walk(house.state):
        expect("private-keys" not in folder or not names, f"a secret key lies in {folder}")


def decided(house, ring, olga, vera):
    step("a person binds one to a contact; journal, refusals, retirement")
    house.valise("keys", "confirm", "K-1", token_file=vera, status=4)
    house.valise("keys", "confirm", "K-1", token_file=olga)
    says(house.valise("keys", "confirm", "K-1", token_file=olga, status=1), "confirmed already")
    house.valise("keys", "retire", "K-2", "--reason", "his brother's", token_file=olga)
    (first, second) = house.call("GET", "/keys?contact=A-FR")["items"]
    equal((first["state"], first["confirmed_by"], second["state"], second["reason"]),
          ("confirmed", "olga", "retired", "his brother's"), "what became of them")
    gpg(ring.folder, "--quick-set-expire", first["fingerprint"], "2y")
    path = ring.file("longer.asc", "--armor", "--export", first["fingerprint"])
    house.valise("keys", "import", path, "--contact", "A-FR", token_file=olga)
    (now,) = [key for key in house.call("GET", "/keys?contact=A-FR")["items"] if key["state"] == "confirmed"]
    equal((now["id"], now["expires_at"]), ("K-1", first["expires_at"]), "what was confirmed")
    house.valise("keys", "confirm", "K-3", token_file=olga)
    states = {key["id"]: key["state"] for key in house.call("GET", "/keys?contact=A-FR")["items"]}
    equal(states, {"K-1": "retired", "K-2": "retired", "K-3": "confirmed"}, "one takes the place of the other")
    gpg(ring.folder, "--quick-gen-key", "Late <late@coop.example>", "ed25519", "sign", "seconds=1")
    late = ring.file("late.asc", "--armor", "--export", "late@coop.example")
    house.valise("keys", "import", late, token_file=olga)
    time.sleep(1.5)
    says(house.valise("keys", "confirm", "K-4", "--contact", "A-FR", token_file=olga, status=1), "has ended")
    kinds = [entry["kind"] for entry in house.call("GET", "/log?limit=1000")["items"] if entry["kind"].startswith("key-")]
    equal(sorted(kinds), ["key-confirmed"] * 2 + ["key-proposed"] * 4 + ["key-retired"], "entries")
    expect("coop.example" not in house.log_text(), "an address is in the system log")


def visible(house, ring, olga, vera):
    step("a volunteer sees keys of attendees alone, and proposes for them")
    ring.make("Office <office@arvania.example>")
    path = ring.file("office.asc", "--armor", "--export", "office@arvania.example")
    office = house.call("GET", "/contacts?kind=office")["items"][0]["id"]
    house.valise("keys", "import", path, "--contact", office, token_file=olga)
    listed = house.valise("keys", "list", token_file=vera)
    says(listed, "K-3")
    expect("office@arvania.example" not in listed, "an office's key is shown to a volunteer")
    house.valise("keys", "import", path, "--contact", office, token_file=vera, status=1)
    house.valise("keys", "import", path, "--contact", "A-FR", token_file=vera)


def main():
    with House() as house:
        house.start()
        olga, vera = house.user("olga", "organiser"), house.user("vera", "volunteer")
        import_text(house, ATTENDEES, "attendees")
        import_text(house, OFFICES, "offices")
        ring = Ring(house)
        try:
            proposed(house, ring, olga)
            refused(house, ring, olga)
            decided(house, ring, olga, vera)
            visible(house, ring, olga, vera)
        finally:
            ring.close()


if __name__ == "__main__":
    main()
