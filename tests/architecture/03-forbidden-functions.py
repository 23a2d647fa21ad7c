#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Functions that this house does without, each with the few files that may use it and what to call instead."""

import re

from tree import Findings, code, files, line_of, product, room_of

# what is called, the rooms or files that may, what to do instead, whether tests are held to it as well
RULES = [
    (r"(?:strcpy|strcat|stpcpy|strncpy|strncat)", (), "g_strdup, g_strlcpy or a GString know their room", True),
    (r"v?sprintf", (), "g_strdup_printf or g_snprintf", True),
    (r"(?:gets|scanf|vscanf)", (), "read a line of bounded length", True),
    (r"strtok(?:_r)?", (), "g_strsplit, or a cursor of your own", True),
    (r"(?:gmtime|localtime|ctime|asctime)", (), "moment_* of base/clock.h; the bare ones share one static result", True),
    (r"strerror", (), "g_strerror, or fault_errno", True),
    (r"(?:atoi|atol|atoll|atof)", (), "g_ascii_string_to_signed: it says when the text is no number", False),
    (r"(?:system|popen|execlp|execvp)", (), "posix_spawn with a fixed path and a list of arguments", True),
    (r"(?:rand|srand|random|srandom|drand48|rand_r)", (), "random_bytes of base/digest.h", False),
    (r"(?:mktemp|tmpnam|tempnam|tmpfile)", (), "mkstemp, or file_write_whole of base/file.h", True),
    (r"(?:alloca|g_alloca|g_newa)", (), "g_malloc: a value from outside must not size the stack", True),
    (r"(?:setenv|putenv|unsetenv|g_setenv|g_unsetenv)", ("run", "cli"), "pass the value; other threads read the "
     "environment", False),
    (r"(?:printf|vprintf|puts|putchar|perror|g_print|g_printerr)", ("cli", "run"),
     "libraries return, programs speak: pass a fault up, or log_line at an edge", False),
    (r"(?:fprintf|vfprintf|fputs|fputc|putc)\s*\(\s*[^;]*?\b(?:stdout|stderr)\b", ("cli", "run"),
     "libraries return, programs speak: pass a fault up, or log_line at an edge", False),
    (r"(?:exit|_exit|quick_exit)", ("cli", "run"), "return a fault; only a program ends itself", False),
    (r"(?:g_get_real_time|time|gettimeofday|clock_gettime|g_date_time_new_now\w*)",
     ("daemon/base/clock.c",), "clock_wall of the Clock that is handed in", False),
    (r"sqlite3_\w+", ("daemon/store/store_sqlite.c",), "the interface of store/store.h", False),
]


def permitted(path, places):
    return room_of(path) in places or str(path) in places


def pattern_of(name):
    # A member (x->time), a declaration (int time(...)) or a longer name (my_printf) is not the call.
    call = name if r"\(" in name else name + r"\s*\("
    return re.compile(r"(?<![\w.>])(?<!- )" + call, re.S)


def main():
    findings = Findings("no function that this house does without")
    rules = [(pattern_of(name), places, instead, tests) for name, places, instead, tests in RULES]
    paths = [(path, False) for path in product(".c", ".h")] + [(path, True) for path in files(".c", ".h", under=("tests",))]
    for path, is_test in paths:
        source = code(path)
        for pattern, places, instead, tests in rules:
            if (is_test and not tests) or permitted(path, places):
                continue
            for match in pattern.finditer(source):
                name = re.match(r"\w+", match.group()).group()
                findings.add(path, line_of(source, match.start()), f"{name} is not used here", f"use {instead}"
                             if not instead.startswith(("pass", "return", "libraries", "read")) else instead)
    findings.finish(f"{len(paths)} files, {len(rules)} rules")


main()
