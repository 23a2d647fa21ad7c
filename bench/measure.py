# SPDX-License-Identifier: GPL-3.0-or-later
"""measure.py - what bench/run and bench/scale ask the machine, and the receiver that both send to"""
import os
import platform
import re
import shutil
import signal
import socket
import statistics
import subprocess
import sys
import time

CORES = os.cpu_count()
TICK = os.sysconf("SC_CLK_TCK")
BACKLOG = "256"


def tool(name):
    return shutil.which(name, path=os.environ.get("PATH", "") + ":/usr/sbin:/usr/local/sbin")


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


def wait_for(condition, seconds, what):
    end = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > end:
            sys.exit(f"bench: after {seconds} s still not: {what}")
        time.sleep(0.02)


# ---- what the machine says ----

def read(path):
    with open(path, encoding="utf-8", errors="replace") as file:
        return file.read()


def cpu_of(pid):
    fields = read(f"/proc/{pid}/stat").rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / TICK


def threads_of(pid):
    """CPU seconds of each thread by its name and number."""
    use = {}
    for tid in os.listdir(f"/proc/{pid}/task"):
        try:
            name = read(f"/proc/{pid}/task/{tid}/comm").strip()
            use[f"{name}/{tid}"] = int(read(f"/proc/{pid}/task/{tid}/schedstat").split()[0]) / 1e9
        except (FileNotFoundError, ProcessLookupError, IndexError):
            pass
    return use


def anonymous_of(pid):
    return int(re.search(r"RssAnon:\s+(\d+)", read(f"/proc/{pid}/status")).group(1)) / 1024


def busy_seconds():
    """CPU seconds of everybody since the start of the machine."""
    fields = [int(f) for f in read("/proc/stat").split("\n", 1)[0].split()[1:9]]
    return (sum(fields) - fields[3] - fields[4]) / TICK


def probe_disk(folder, times=400):
    """Milliseconds of one fdatasync after an append of 4 KiB: median and 99th in a hundred."""
    path = os.path.join(folder, "probe")
    taken = []
    with open(path, "wb", buffering=0) as file:
        for _ in range(times):
            file.write(b"\0" * 4096)
            begin = time.perf_counter()
            os.fdatasync(file.fileno())
            taken.append((time.perf_counter() - begin) * 1000)
    os.unlink(path)
    taken.sort()
    return statistics.median(taken), taken[int(len(taken) * 0.99)]


def file_system(folder):
    best = ("", "unknown")
    for line in read("/proc/mounts").splitlines():
        _, point, kind = line.split()[:3]
        if (folder + "/").startswith(point.rstrip("/") + "/") and len(point) >= len(best[0]):
            best = (point, kind)
    return best[1]


def processor():
    found = re.search(r"model name\s*:\s*(.*)", read("/proc/cpuinfo"))
    return found.group(1) if found else platform.machine()


# ---- the receiver ----

class Sink:
    """A fresh smtp-sink; its counter goes to a file in memory."""

    def __enter__(self):
        self.port = free_port()
        self.out = os.memfd_create("smtp-sink")
        command = [tool("smtp-sink")] + (["-u", "nobody"] if os.geteuid() == 0 else [])
        self.process = subprocess.Popen(command + ["-c", f"127.0.0.1:{self.port}", BACKLOG],
                                        stdin=subprocess.DEVNULL, stdout=self.out, stderr=subprocess.DEVNULL)
        wait_for(self.listens, 10, "smtp-sink listens")
        self.cpu_before = cpu_of(self.process.pid)
        return self

    def listens(self):
        if self.process.poll() is not None:
            sys.exit("bench: smtp-sink does not start; run it by hand to see why")
        with socket.socket() as s:
            return s.connect_ex(("127.0.0.1", self.port)) == 0

    def __exit__(self, *_):
        self.process.send_signal(signal.SIGTERM)
        _, _, used = os.wait4(self.process.pid, 0)
        self.process.returncode = 0
        self.cpu = used.ru_utime + used.ru_stime
        with os.fdopen(self.out, "rb") as file:
            file.seek(0)
            counts = re.findall(rb"mesg=(\d+)", file.read())
        self.messages = int(counts[-1]) if counts else 0
