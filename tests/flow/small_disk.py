# SPDX-License-Identifier: GPL-3.0-or-later
"""small_disk.py - a disk of a test's own that can be filled, where the machine lets us mount one"""
import contextlib
import os
import subprocess


class SmallDisk:
    """What is mounted at PATH."""

    def __init__(self, path):
        self.path = path
        self.filler = os.path.join(path, "filler")

    def fill(self):
        with open(self.filler, "wb", buffering=0) as file:
            try:
                while True:
                    file.write(bytes(4096))
            except OSError:
                pass

    def free(self):
        os.unlink(self.filler)


@contextlib.contextmanager
def small_disk(house, path, size="8m"):
    """A SmallDisk of SIZE at PATH, to be made, for the life of HOUSE, which is killed before it goes; None where none can be mounted."""
    os.makedirs(path, mode=0o700)
    done = subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={size},mode=700", "valise-test", path], capture_output=True, text=True,
                          timeout=60, check=False)
    if done.returncode != 0:
        print(f"         nobody may mount a small disk here, so a full one is not tried: {done.stderr.strip()}")
        yield None
        return
    try:
        yield SmallDisk(path)
    finally:
        house.kill()
        subprocess.run(["umount", "-l", path], capture_output=True, timeout=60, check=False)
