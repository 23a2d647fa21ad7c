#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""contacts.py - attendees for the benchmarks: bench/contacts.py NUMBER [FIRST] > FILE.csv"""
import sys

LANGUAGES = ("français", "anglais", "espagnol", "portugais")
HEADER = "Type;Identifiant;Prénom;Nom;Genre;Organisation;Pays;Langue;Courriel;Listes\n"


def rows(number, first=0, lists="participants"):
    for i in range(first, first + number):
        yield (f"personne;B-{i};Prénom{i};Nom{i};{'FM'[i % 2]};Organisation {i % 50};France;{LANGUAGES[i % 4]};"
               f"p{i}@office{i % 50}.example;{lists}\n")


def write(path, number, first=0, lists="participants"):
    with open(path, "w", encoding="utf-8") as file:
        file.write(HEADER)
        file.writelines(rows(number, first, lists))


if __name__ == "__main__":
    sys.stdout.write(HEADER)
    sys.stdout.writelines(rows(*(int(a) for a in sys.argv[1:3])))
