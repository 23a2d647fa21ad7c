#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Whatever befalls key and agent: no letter leaves unsigned, the sentence says what to do, and what is mended goes on"""
import os
import re
import resource
import shutil
import signal
import subprocess
import tempfile
import time

from flow_setup import House, add_document, deliveries, draft, equal, expect, import_text, maildir, many, says, step, submit, wait_for
from signing import FORUM, WORDS, end_agent, freeze_signed, gpg, make_key, run, signed_parts, write
from small_disk import small_disk

CONFIG = "\n[openpgp]\nkey = secretariat@forum.example\npassphrase_file = passphrase\n"


def agent_of(home):
    """The process of the agent that serves HOME: of this test's own."""
    told = run(["gpg-connect-agent", "--homedir", home, "GETINFO pid", "/bye"]).stdout.decode()
    return int(re.search(r"^D (\d+)", told, re.M).group(1))


class Talk:
    """A house with a key, and a mailing that may leave as soon as the hold ends."""

    def __init__(self, house, letters=6, start=True):
        self.house, self.home = house, make_key(house)
        self.fingerprint = re.search(r"^fpr:+([0-9A-F]{40}):", gpg(self.home, "--with-colons", "--list-keys").decode(), re.M).group(1)
        self.ring = write(house.folder, "ring.gpg", gpg(self.home, "--export"))
        end_agent(self.home)
        self.letters = letters
        if start:
            house.start()
            self.ready()

    def ready(self):
        house = self.house
        document = add_document(house, "pre-report", "Rapport", freeze=False)
        freeze_signed(house, document)
        import_text(house, many(self.letters), "attendees")
        self.mailing = draft(house, document, "attendees", "pre-report", "--sign", "openpgp")
        submit(house, self.mailing)
        house.valise("hold", "--reason", "the key is looked at")
        house.valise("mailings", "release", self.mailing)
        try:
            wait_for(lambda: house.call("GET", f"/mailings/{self.mailing}")["state"] == "sending", 5, "its gate is open")
        except AssertionError:
            print(house.call("GET", f"/mailings/{self.mailing}"))
            raise

    def go(self):
        self.house.valise("unhold", "--reason", "go")

    def change(self, *words):
        gpg(self.home, "--passphrase", WORDS, *words)

    def troubles(self):
        told = []
        for delivery in deliveries(self.house, self.mailing):
            story = self.house.call("GET", f"/deliveries/{delivery['id']}")
            told += [attempt["reply"] or "" for attempt in story["attempts"]]
        return told

    def nothing_leaves(self, *parts):
        """Until each was tried: none has left, and what is noted says PARTS."""
        told = wait_for(lambda: (lambda all_of: all_of if len(all_of) >= self.letters else None)(self.troubles()), 60, "a try of each")
        says(" ".join(told), *parts)
        equal(maildir(self.house.maildir), [], "letters that left")
        states = {delivery["state"] for delivery in deliveries(self.house, self.mailing)}
        expect(states <= {"ready", "claimed", "parked"}, f"where they are: {states}")
        expect("relayed" not in self.house.call("GET", f"/mailings/{self.mailing}")["counts"], "some are said to have left")

    def all_leave(self, seconds=120):
        for delivery in deliveries(self.house, self.mailing):
            if delivery["state"] == "parked":
                self.house.valise("deliveries", "settle", delivery["id"], "--as", "resend", "--reason", "the key is well again")
        wait_for(lambda: self.house.call("GET", f"/mailings/{self.mailing}")["counts"] == {"relayed": self.letters}, seconds, "all left")
        self.all_signed(maildir(self.house.maildir))

    def all_signed(self, mails):
        equal(len(mails), self.letters, "letters")
        with tempfile.TemporaryDirectory() as folder:
            for mail in mails:
                signed, signature, _ = signed_parts(mail.data)
                run(["gpgv", "--keyring", self.ring, write(folder, "sig", signature), write(folder, "text", signed)])


def missing(talk):
    step("the secret key is gone from the home, and another of the same name lies there: nobody else signs instead")
    folder, kept = os.path.join(talk.home, "private-keys-v1.d"), os.path.join(talk.house.folder, "kept")
    shutil.move(folder, kept)
    os.mkdir(folder, 0o700)
    talk.change("--quick-gen-key", FORUM.replace("Forum of", "Another Forum of"), "ed25519", "sign", "1y")
    talk.go()
    talk.nothing_leaves("nothing was signed", "secret key")
    says(talk.house.valise("doctor", status=1), "no secret key", "--import", "nothing that is to be signed leaves until it can")
    for name in os.listdir(kept):
        shutil.move(os.path.join(kept, name), os.path.join(folder, name))
    talk.all_leave()


def expired(talk):
    step("the key ends while letters wait: none leaves; lengthened, all do, without a restart")
    talk.change("--quick-set-expire", talk.fingerprint, "seconds=1")
    time.sleep(2)
    talk.go()
    talk.nothing_leaves("nothing was signed")
    says(talk.house.valise("doctor", status=1), "has expired", "--quick-set-expire")
    talk.change("--quick-set-expire", talk.fingerprint, "2y")
    with open(talk.ring, "wb") as file:
        file.write(gpg(talk.home, "--export"))
    talk.all_leave()


def revoked(talk):
    step("the key is revoked while letters wait: none leaves, ever; a new mailing is not even submitted")
    path = os.path.join(talk.home, "openpgp-revocs.d", talk.fingerprint + ".rev")
    with open(path, encoding="utf-8") as file:
        certificate = file.read().replace(":-----BEGIN", "-----BEGIN")
    gpg(talk.home, "--import", write(talk.house.folder, "revocation.asc", certificate.encode()))
    talk.go()
    talk.nothing_leaves("nothing was signed")
    says(talk.house.valise("doctor", status=1), "was revoked")
    states = wait_for(lambda: (lambda found: found if found == {"parked"} else None)(
        {delivery["state"] for delivery in deliveries(talk.house, talk.mailing)}), 60, "a person has to decide")
    equal((states, maildir(talk.house.maildir)), ({"parked"}, []), "what became of them")


def frozen(talk):
    step("the agent is frozen: it is ended in time, another signs, and each letter leaves once, signed")
    pid = agent_of(talk.home)
    os.kill(pid, signal.SIGSTOP)
    began = time.monotonic()
    talk.go()
    talk.all_leave()
    expect(not os.path.exists(f"/proc/{pid}") or agent_of(talk.home) != pid, "the frozen agent still serves")


def killed(talk):
    step("agents are killed and restarted while eight couriers sign at once: all letters leave once, signed")
    talk.go()
    deaths = 0
    while talk.house.call("GET", f"/mailings/{talk.mailing}")["counts"] != {"relayed": talk.letters} and deaths < 12:
        deaths += 1
        try:
            if deaths % 2:
                os.kill(agent_of(talk.home), signal.SIGKILL)
            else:
                end_agent(talk.home)
        except (ProcessLookupError, AssertionError, AttributeError):
            pass  # it was gone, or did not answer
        time.sleep(0.2)
    expect(deaths > 1, "the mailing was over before an agent died")
    talk.all_leave()


def disk_full(house):
    """The home lies on a small disk that is full."""
    step("the disk of the home is full: nothing leaves unsigned; with room again, all do")
    with small_disk(house, os.path.join(house.state, "gnupg"), "512k") as disk:
        if not disk:
            return
        talk = Talk(house)
        end_agent(talk.home)
        disk.fill()
        talk.go()
        time.sleep(5)
        mails = maildir(house.maildir)
        expect(all(mail.message.get_content_type() == "multipart/signed" for mail in mails), "a letter left unsigned")
        disk.free()
        talk.all_leave()
        equal(house.stop(), 0, "an orderly stop")
        end_agent(talk.home)


def told_nowhere(talk):
    step("the passphrase and the secret key are in no argument, environment, log, database or core")
    house, seen = talk.house, []
    talk.go()
    needle = WORDS.encode()
    while house.call("GET", f"/mailings/{talk.mailing}")["counts"] != {"relayed": talk.letters}:
        for pid in filter(str.isdigit, os.listdir("/proc")):
            for name in ("cmdline", "environ"):
                try:
                    with open(f"/proc/{pid}/{name}", "rb") as file:
                        content = file.read()
                except OSError:
                    continue
                if int(pid) == house.process.pid or talk.home.encode() in content:
                    seen.append(content)
    expect(len(seen) > 20, "too little was looked at to find anything")
    expect(not any(needle in content for content in seen), "the passphrase is in an argument or an environment")
    expect(needle.decode() not in house.log_text(), "the passphrase is in the log")
    secret = gpg(talk.home, "--passphrase", WORDS, "--export-secret-keys")
    for folder, _, names in os.walk(house.state):
        for name in names:
            if "private-keys-v1.d" in folder or name.startswith("S."):
                continue
            with open(os.path.join(folder, name), "rb") as file:
                content = file.read()
            expect(needle not in content and secret[:64] not in content, f"a secret lies in {folder}/{name}")


def dumps_core(command, **environment):
    """Does COMMAND, aborted once it runs, leave a core? In a folder of its own."""
    with tempfile.TemporaryDirectory() as folder:
        def allow():
            resource.setrlimit(resource.RLIMIT_CORE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
        process = subprocess.Popen(command, cwd=folder, preexec_fn=allow, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                                   env={**os.environ, "ASAN_OPTIONS": "disable_coredump=0:handle_abort=0:detect_leaks=0", **environment})
        time.sleep(3)
        process.send_signal(signal.SIGABRT)
        _, status = os.waitpid(process.pid, 0)
        process.returncode = -signal.SIGABRT
        return os.WCOREDUMP(status)


def no_core():
    step("killed in the middle, the daemon leaves no core file")
    try:
        if not dumps_core(["sleep", "60"]):
            print("         no program leaves a core here: nothing to be seen")
            return
    except (ValueError, PermissionError):
        print("         cores cannot be allowed here: left out")
        return
    daemon = os.path.join(os.environ["VALISE_BUILD"], "valised")
    with open(daemon, "rb") as file:
        if b"__asan_init" in file.read():
            print("         a build with sanitizers has to look into its own process: left out")
            return
    with House(config_more=CONFIG) as house:
        make_key(house)
        expect(not dumps_core([daemon, "--config", house.config]), "a core of the daemon")


def main():
    for fault in (missing, expired, revoked, frozen):
        with House(config_more=CONFIG, couriers=4) as house:
            talk = Talk(house)
            try:
                fault(talk)
            finally:
                house.kill()
                end_agent(talk.home)
    for fault, letters in ((killed, 60), (told_nowhere, 30)):
        with House(config_more=CONFIG, couriers=8) as house:
            talk = Talk(house, letters)
            try:
                fault(talk)
            finally:
                house.kill()
                end_agent(talk.home)
    with House(config_more=CONFIG) as house:
        disk_full(house)
    no_core()


if __name__ == "__main__":
    main()
