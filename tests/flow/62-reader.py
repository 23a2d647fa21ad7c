#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Messages are read by a process that can do nothing else, that may die, and that ends with the daemon"""
import os
import signal
import time

from flow_setup import House, equal, expect, says, skip, step


def message(number):
    return b"From: a@flow.example\nSubject: reply %d\nMessage-ID: <%d@flow.example>\n\nReceived.\n" % (number, number)


def reader(house):
    return house.call("GET", "/status")["reader"]


def ingest(house, number):
    (item,) = house.valise("inbound", "ingest", json_out=True, stdin=message(number))["items"]
    return item


def running(house):
    """The reader, once the daemon has seen that one runs."""
    until = time.monotonic() + 30
    while time.monotonic() < until:
        now = reader(house)
        if now["running"]:
            return now
        time.sleep(0.05)
    raise AssertionError("no process that reads")


def is_gone(pid):
    """Dead; whoever adopted it may not have buried it yet."""
    try:
        with open(f"/proc/{pid}/stat", encoding="ascii", errors="replace") as file:
            return file.read().rpartition(")")[2].split()[0] in "ZX"
    except FileNotFoundError:
        return True


def shut_in(house):
    step("it runs beside the daemon, with a filter, three descriptors and an environment of its own")
    equal(ingest(house, 1)["verdict"], "reply", "the first message")
    now = running(house)
    equal((now["read"], now["restarts"], now["quarantined"]), (1, 0, 0), "counted")
    with open(f"/proc/{now['pid']}/cmdline", "rb") as file:
        equal(file.read().split(b"\0")[:3], [b"valised", b"--role", b"read"], "its arguments")
    with open(f"/proc/{now['pid']}/status", encoding="ascii") as file:
        status = dict(line.split(":\t", 1) for line in file if ":\t" in line)
    equal((status["Seccomp"].strip(), status["NoNewPrivs"].strip()), ("2", "1"), "the kernel's word")
    if not os.access(f"/proc/{now['pid']}/environ", os.R_OK):
        return  # it cannot be looked into, not even by its own user
    links = {fd: os.readlink(f"/proc/{now['pid']}/fd/{fd}") for fd in os.listdir(f"/proc/{now['pid']}/fd")}
    equal(sorted(links), ["0", "1", "2", "3"], "its descriptors")
    expect(links["3"].startswith("socket:") and links["0"] == links["1"] == "/dev/null", f"what they are: {links}")
    with open(f"/proc/{now['pid']}/environ", "rb") as file:
        names = {entry.split(b"=")[0] for entry in file.read().split(b"\0") if entry}
    extra = {name for name in names if name != b"LANG" and not name.endswith(b"SAN_OPTIONS")}
    equal(extra, set(), "nothing of the daemon's environment")


def may_die(house):
    step("whoever ends it harms no message: another one is there at once, and status says so")
    for number in range(2, 5):
        os.kill(running(house)["pid"], signal.SIGKILL)
        equal(ingest(house, number)["verdict"], "reply", f"message {number}")
    now = running(house)
    equal((now["read"], now["restarts"], now["quarantined"], now["ended"]), (4, 3, 0, "signal 9"), "counted")
    says(house.valise("status"), "reader", "4 read", "started anew 3 times", "signal 9")
    says(house.valise("doctor"), "reader")


def ends_with_the_daemon(house):
    step("it ends with the daemon, in order or not")
    pid = running(house)["pid"]
    house.stop()
    expect(is_gone(pid), "it outlives an orderly stop")
    house.start()
    pid = running(house)["pid"]
    house.kill()
    until = time.monotonic() + 10
    while not is_gone(pid) and time.monotonic() < until:
        time.sleep(0.02)
    expect(is_gone(pid), "it outlives a killed daemon")


def main():
    if not os.path.exists("/proc/self/stat"):
        skip("there is no /proc to look into")
    with House() as house:
        house.start()
        shut_in(house)
        may_die(house)
        ends_with_the_daemon(house)
        house.start()
        equal(ingest(house, 9)["verdict"], "reply", "after all that")


main()
