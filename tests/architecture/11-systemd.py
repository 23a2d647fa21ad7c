#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The unit is one that systemd understands, stays hardened, and lets GnuPG and a last answer live. No systemd runs here."""

import os
import re
import shutil
import subprocess
import tempfile
from pathlib import Path

from tree import Findings, SOURCE, skip, text

UNIT, ACCOUNT, FOLDERS = "systemd/valised.service", "systemd/valise.sysusers", "systemd/valise.tmpfiles"
EXPOSURE = 13  # tenths, as systemd 252 counts; systemd/README.md says what makes them
# What a reader may want to tidy away, and what breaks then.
KEPT = [
    (r"^KillMode=mixed$", "KillMode=mixed", "couriers are to finish their last message; only then all the rest goes"),
    (r"^TimeoutStopSec=(?:6[1-9]\d|[7-9]\d\d|\d{4,})s$", "TimeoutStopSec of 610 s or more",
     "the answer to a last dot may take ten minutes"),
    (r"^RestrictAddressFamilies=.*\bAF_UNIX\b", "AF_UNIX among RestrictAddressFamilies",
     "GnuPG reaches its agent, and we our users, by local sockets"),
    (r"^SystemCallErrorNumber=EPERM$", "SystemCallErrorNumber=EPERM", "a filter that kills ends gpg at its first mlock"),
    (r"^ProtectHome=(?:yes|true|tmpfs)$", "ProtectHome=yes", "gpg would put its socket into /run/user"),
    (r"^LimitCORE=0$", "LimitCORE=0", "a core file would hold keys and addresses"),
    (r"^Type=notify$", "Type=notify", "others may rely on us only once the store is open"),
    (r"^WatchdogSec=\w+$", "WatchdogSec", "a daemon that stands still is to be started again"),
]
FORBIDDEN = [
    (r"^PrivateUsers=(?:yes|true)", "PrivateUsers=yes", "leave it out: whoever asks over the socket would be nobody"),
]


def run(*command):
    # Each word of systemd's on a line of its own, without colours or a pager.
    plain = {**os.environ, "SYSTEMD_COLORS": "0", "SYSTEMD_PAGER": "", "SYSTEMD_LOG_TARGET": "console"}
    answer = subprocess.run(command, capture_output=True, text=True, env=plain, stdin=subprocess.DEVNULL, check=False)
    return answer.returncode, (answer.stderr + answer.stdout).strip()


def check_lines(findings):
    unit = text(UNIT)
    for pattern, what, why in KEPT:
        if not re.search(pattern, unit, re.M):
            findings.add(UNIT, 1, f"{what} is missing", why)
    for pattern, what, remedy in FORBIDDEN:
        found = re.search(pattern, unit, re.M)
        if found:
            findings.add(UNIT, unit.count("\n", 0, found.start()) + 1, what, remedy)


def check_unit(findings, folder):
    """On a copy that starts a program which exists: ours may not be installed here."""
    unit = folder / "valised.service"
    unit.write_text(re.sub(r"^(Exec\w+=)\S+", r"\1/bin/true", text(UNIT), flags=re.M), encoding="utf-8")
    status, said = run("systemd-analyze", "verify", "--man=no", str(unit))
    if status != 0 or said:
        findings.add(UNIT, 1, f"systemd-analyze verify: {said}", "correct the line it names")
    status, said = run("systemd-analyze", "security", "--offline=yes", f"--threshold={EXPOSURE}", "--no-pager", str(unit))
    if status != 0:
        level = next((l.strip() for l in said.splitlines() if "exposure level" in l), said[-300:])
        findings.add(UNIT, 1, f"exposure is above {EXPOSURE / 10}: {level}", "take back what opened it, or tell why in "
                     "systemd/README.md and raise the number here")


def check_accounts(findings, root):
    """Into an empty root: the account is made, and the folders belong to it."""
    (root / "etc").mkdir()
    for name, line in (("passwd", "root:x:0:0::/root:/bin/sh\n"), ("group", "root:x:0:\n")):
        (root / "etc" / name).write_text(line, encoding="utf-8")
    status, said = run("systemd-sysusers", f"--root={root}", str(SOURCE / ACCOUNT))
    account = re.search(r"^valise:.*:/var/lib/valise:\S*nologin$", (root / "etc/passwd").read_text(encoding="utf-8"), re.M)
    if status != 0 or not account:
        findings.add(ACCOUNT, 1, f"no account valise comes of it: {said}", "see sysusers.d(5)")
        return
    status, said = run("systemd-tmpfiles", "--create", f"--root={root}", str(SOURCE / FOLDERS))
    state = root / "var/lib/valise"
    if status != 0 or not state.is_dir() or state.stat().st_mode & 0o777 != 0o700:
        findings.add(FOLDERS, 1, f"no folder of state comes of it: {said}", "see tmpfiles.d(5)")


def main():
    findings = Findings("the unit is understood, hardened, and leaves GnuPG and the last answer alive")
    if not shutil.which("systemd-analyze"):
        skip("systemd-analyze (systemd) is not installed")
    check_lines(findings)
    with tempfile.TemporaryDirectory() as folder:
        check_unit(findings, Path(folder))
    if os.geteuid() == 0:
        with tempfile.TemporaryDirectory() as folder:
            check_accounts(findings, Path(folder))
    findings.finish(f"exposure at most {EXPOSURE / 10}")


main()
