#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Each check of this folder fails when its rule is broken: a tiny tree is made, one fault planted, the check run."""

import os
import subprocess
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).resolve().parent
SPDX = "/* SPDX-License-Identifier: GPL-3.0-or-later */\n"

# A tree in which every rule holds.
SOUND = {
    "LICENSE": "GNU GENERAL PUBLIC LICENSE\n",
    "CMakeLists.txt": "# SPDX-License-Identifier: GPL-3.0-or-later\n",
    "daemon/LAYERS": "base:\nstore: base\nmail: base\n",
    "daemon/base/clock.h": SPDX + "#pragma once\nlong clock_wall(void);\n",
    "daemon/base/clock.c": SPDX + '#include "base/clock.h"\nlong clock_wall(void) {\n  return 1;\n}\n',
    "daemon/mail/mail.h": SPDX + '#pragma once\n#include "base/clock.h"\nint mail(void);\n',
    "daemon/mail/mail.c": SPDX + '#include "mail/mail.h"\n/* RFC 5321 §2.1 */\nint mail(void) {\n  return 0;\n}\n',
    "daemon/mail/RFCS.md": "| RFC 5321 | obeyed | mail.c |\n",
    "daemon/config/options.def": SPDX + 'OPTION(valise, state_dir, state_dir, PATH, "where all is kept")\n',
    "docs/options.md": "`state_dir`: where all is kept. `/healthz` answers. `hold` stops.\n",
}
for name in ("valised.service", "valise.sysusers", "valise.tmpfiles"):
    SOUND[f"systemd/{name}"] = (HERE.parents[1] / "systemd" / name).read_text(encoding="utf-8")
EXAMPLES = HERE.parents[1] / "tests/examples"
for path in [EXAMPLES / "make_contacts.py", EXAMPLES / "make_pdf.py", EXAMPLES / "attendees.csv", EXAMPLES / "offices.csv",
             *EXAMPLES.glob("documents/pre-report.fr.*")]:
    SOUND["tests/examples/" + str(path.relative_to(EXAMPLES))] = path.read_bytes()
UNIT = SOUND["systemd/valised.service"]
MAIL_C = SOUND["daemon/mail/mail.c"]


def in_mail(line):
    return MAIL_C.replace("  return 0;", f"  {line}\n  return 0;")


# the check, what it is about, the planted file, its text, the place that must be named
FAULTS = [
    ("01-layers.py", "a room above", "daemon/base/clock.c",
     SPDX + '#include "base/clock.h"\n#include "mail/mail.h"\n', "daemon/base/clock.c:3"),
    ("01-layers.py", "a plan that goes round", "daemon/LAYERS", "base: mail\nmail: base\n", "daemon/LAYERS:1"),
    ("01-layers.py", "an include without its folder", "daemon/mail/mail.c",
     SPDX + '#include "mail.h"\n', "daemon/mail/mail.c:2"),
    ("01-layers.py", "a room without a line", "daemon/odd/odd.c", SPDX + '#include "odd/odd.h"\n', "daemon/odd/odd.c:2"),
    ("01-layers.py", "another room's private header", "daemon/mail/mail.c",
     SPDX + '#include "mail/mail.h"\n#include "base/clock_private.h"\n', "daemon/mail/mail.c:3"),
    ("01-layers.py", "headers in a ring", "daemon/base/clock.h", SPDX + '#pragma once\n#include "base/clock.h"\n',
     "base/clock.h > base/clock.h"),
    ("01-layers.py", "the own header not first", "daemon/mail/mail.c",
     SPDX + '#include "base/clock.h"\n#include "mail/mail.h"\n', "daemon/mail/mail.c:2"),
    ("02-headers-alone.py", "a type from nowhere", "daemon/mail/mail.h",
     SPDX + "#pragma once\nvoid mail(gint64 when);\n", "daemon/mail/mail.h:3"),
    ("02-headers-alone.py", "a header that does not stand twice", "daemon/mail/mail.h",
     SPDX + "struct mail {\n  int a;\n};\n", "daemon/mail/mail.h:2"),
    ("03-forbidden-functions.py", "strcpy", "daemon/mail/mail.c", in_mail('strcpy(a, "b");'), "daemon/mail/mail.c:5"),
    ("03-forbidden-functions.py", "printf in a library", "daemon/mail/mail.c", in_mail('printf("x");'),
     "daemon/mail/mail.c:5"),
    ("03-forbidden-functions.py", "the clock read by hand", "daemon/mail/mail.c", in_mail("g_get_real_time();"),
     "daemon/mail/mail.c:5"),
    ("03-forbidden-functions.py", "gmtime", "daemon/mail/mail.c", in_mail("struct tm *t = gmtime(&when);"),
     "daemon/mail/mail.c:5"),
    ("03-forbidden-functions.py", "a shell", "tests/unit/mail/test_mail.c", SPDX + 'int main(void) {\n  system("ls");\n}\n',
     "tests/unit/mail/test_mail.c:3"),
    ("03-forbidden-functions.py", "the driver called past the store", "daemon/mail/mail.c",
     in_mail("sqlite3_exec(a, b, c, d, e);"), "daemon/mail/mail.c:5"),
    ("04-sql-in-its-place.py", "a statement outside *_rows.c", "daemon/mail/mail.c",
     in_mail('run("SELECT a "\n      "FROM b");'), "daemon/mail/mail.c:5"),
    ("04-sql-in-its-place.py", "a statement put together", "daemon/mail/mail_rows.c",
     SPDX + 'void f(void) {\n  g_strdup_printf("SELECT a FROM b WHERE c = %s", d);\n}\n', "daemon/mail/mail_rows.c:3"),
    ("05-rfcs-known.py", "an RFC without a line", "daemon/mail/mail.c", MAIL_C.replace("5321", "9999"),
     "daemon/mail/mail.c:3"),
    ("05-rfcs-known.py", "another spelling", "daemon/mail/mail.c", MAIL_C.replace("RFC 5321 §", "RFC 5321 section "),
     "daemon/mail/mail.c:3"),
    ("06-function-length.py", "a long function", "daemon/mail/mail.c",
     SPDX + "int f(void) {\n" + "  g();\n" * 80 + "}\n", "daemon/mail/mail.c:2"),
    ("06-function-length.py", "many middling functions", "daemon/mail/mail.c",
     SPDX + "".join(f"int f{n}(void) {{\n" + "  g();\n" * 20 + "}\n" for n in range(5)), "half of the functions"),
    ("07-words.py", "a promise", "daemon/mail/mail.c", MAIL_C + "/* TO" + "DO: more */\n", "daemon/mail/mail.c:7"),
    ("07-words.py", "a path of one machine", "docs/options.md", "see /ho" + "me/marie/valise\n", "docs/options.md:1"),
    ("08-licence.py", "no licence", "daemon/mail/mail.c", "int x;\n", "daemon/mail/mail.c:1"),
    ("08-licence.py", "a script without licence", "scripts/run", "#!/bin/sh\ntrue\n", "scripts/run:1"),
    ("09-fictional-domains.py", "an address of somebody", "tests/a.csv", "x;marie@elysee" + ".fr\n", "tests/a.csv:1"),
    ("10-documented.py", "an option told nowhere", "daemon/config/options.def",
     SPDX + 'OPTION(valise, socket, socket, PATH, "where it listens")\n', "daemon/config/options.def:2"),
    ("10-documented.py", "a route told nowhere", "daemon/api/routes.def",
     SPDX + 'ROUTE(GET, "/healthz/{id}", READ, x_api_show, "a sentence")\n', "daemon/api/routes.def:2"),
    ("10-documented.py", "a kind told nowhere", "daemon/journal/entry_kinds.def",
     SPDX + 'KIND(ENTRY_X, "x-happened", "a sentence")\n', "daemon/journal/entry_kinds.def:2"),
    ("11-systemd.py", "a key that systemd does not know", "systemd/valised.service",
     UNIT.replace("NoNewPrivileges", "NoMorePrivileges"), "NoMorePrivileges"),
    ("11-systemd.py", "a unit that may do everything", "systemd/valised.service",
     "\n".join(line for line in UNIT.splitlines() if not line.startswith(("Protect", "Restrict", "System", "Cap", "Private"))),
     "exposure"),
    ("11-systemd.py", "a stop that cuts the answer to the dot", "systemd/valised.service",
     UNIT.replace("TimeoutStopSec=620s", "TimeoutStopSec=90s"), "TimeoutStopSec"),
    ("11-systemd.py", "GnuPG without its agent", "systemd/valised.service",
     UNIT.replace("AF_UNIX AF_INET", "AF_INET"), "AF_UNIX"),
    ("11-systemd.py", "an account that cannot be read", "systemd/valise.sysusers", "u valise\nx\n", "valise.sysusers"),
    ("11-systemd.py", "a folder of nobody", "systemd/valise.tmpfiles", "d /var/lib/valise 0700 nobdy valise -\n",
     "valise.tmpfiles"),
    ("12-examples.py", "a sheet changed by hand", "tests/examples/offices.csv",
     SOUND["tests/examples/offices.csv"].replace(b"Arvanie", b"Arvania"), "tests/examples/offices.csv:1"),
    ("12-examples.py", "a text without its PDF", "tests/examples/documents/pre-report.fr.md", "# Autre titre\n",
     "tests/examples/documents/pre-report.fr.pdf:1"),
]


def run(check, planted):
    with tempfile.TemporaryDirectory() as folder:
        for path, text in {**SOUND, **planted}.items():
            file = Path(folder, path)
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(text if isinstance(text, bytes) else text.encode())
        return subprocess.run([sys.executable, HERE / check], env={**os.environ, "VALISE_SOURCE": folder}, text=True,
                              capture_output=True, check=False)


def main():
    bad = 0
    for check in sorted({fault[0] for fault in FAULTS}):
        answer = run(check, {})
        if answer.returncode != 0:
            bad += 1
            print(f"{check}: complains of a sound tree:\n{answer.stdout}{answer.stderr}")
    for check, about, path, text, place in FAULTS:
        answer = run(check, {path: text})
        if answer.returncode != 1 or place not in answer.stdout:
            bad += 1
            print(f"{check}: does not see \"{about}\" at {place}: exit {answer.returncode}\n{answer.stdout}{answer.stderr}")
    held = {path.name for path in HERE.glob("[0-9]*.py")} - {Path(__file__).name}
    for check in sorted(held - {fault[0] for fault in FAULTS}):
        bad += 1
        print(f"{check}: has no planted fault here; give it one, or it may never fail")
    print(f"{len(FAULTS)} planted faults, {bad} not as they should be")
    sys.exit(1 if bad else 0)


main()
