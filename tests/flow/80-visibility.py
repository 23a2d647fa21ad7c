#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""A volunteer never sees a trace of an office: every route, filter, count, export and error is asked and searched

The table of routes itself says what to ask, so that a new route is asked at once. Offices, their holders, addresses, lists
and mailings carry canary words; not one may stand in any answer to a volunteer, and what is hidden answers in the words
of what does not exist.
"""
import http.client
import json
import re
import sys

from flow_setup import (ATTENDEES, OFFICES, SOURCE, TODAY, House, Refused, add_document, draft, equal, expect, import_text,
                        step, submit, token_of)
from house import UnixConnection

CANARIES = ("canary", "canaria", "kanarien", "vogelhaus")
OFFICE_ROWS = f"""Type;Identifiant;Prénom;Nom;Genre;Fonction;Type de fonction;Organisation;Pays;Langue;Courriel;Motif;Zone du motif;Preuve du motif;Date du motif;Début du mandat;Vérifié le
fonction;CANARY-1;Talen;Canaria;M;Canary-Présidence;president;;XA;fr;canary@office.example;approval-expressed;XA;canary lettre;2026-03-03;2024-05-14;{TODAY}
organisation;CANARY-2;Mira;Kanarien;F;;secretary_general;Canary-Organisation;XB;en;canary-org@office.example;sse-promotion;XB;canary law;2026-03-03;2024-05-14;{TODAY}
"""
ROUTE = re.compile(r'^ROUTE\((\w+), "([^"]+)", (\w+), (\w+),', re.M)


def routes():
    with open(f"{SOURCE}/daemon/api/routes.def", encoding="utf-8") as file:
        return [(match[1], match[2], match[3]) for match in ROUTE.finditer(file.read())]


def ask(house, method, path, token, body=None, raw=None, content_type=None):
    """Status, headers and body as bytes, whatever they are. Streams are read for a moment only."""
    connection = UnixConnection(house.socket)
    connection.timeout = 3 if path.startswith("/log/follow") else 60
    headers = {"Authorization": "Bearer " + token}
    payload = raw
    if body is not None:
        payload, content_type = json.dumps(body).encode(), "application/json"
    if content_type:
        headers["Content-Type"] = content_type
    got = b""
    try:
        connection.request(method, "/api/v1" + path, payload, headers)
        answer = connection.getresponse()
        got = str(answer.getheaders()).encode()
        while True:
            piece = answer.read1(65536)
            if not piece:
                break
            got += piece
    except (TimeoutError, OSError):
        pass
    finally:
        connection.close()
    return answer.status, got


class Searcher:
    def __init__(self, house, token):
        self.house, self.token, self.asked, self.found = house, token, 0, []

    def __call__(self, method, path, **more):
        status, got = ask(self.house, method, path, self.token, **more)
        self.asked += 1
        text = got.decode("utf-8", "replace").lower()
        # What was asked for may be said back; anything else may not.
        said = path.lower() + json.dumps(more.get("body") or "").lower()
        for canary in CANARIES:
            if canary in text and canary not in said:
                at = text.index(canary)
                self.found.append(f"{method} {path}: {text[max(0, at - 60):at + 60]!r}")
        expect(status != 500, f"{method} {path} failed: {text[:300]}")
        return status, got


def fill(path, ids):
    """Every way to fill the arguments of a route."""
    if "{" not in path:
        return [path]
    name = re.search(r"\{(\w+)\}", path)[1]
    kind = "user" if path.startswith("/users") else "list" if path.startswith("/lists") else \
        "wording" if path.startswith("/templates") else "channel" if name == "channel" else path.split("/")[1]
    values = ids.get(kind, []) + ["X-1", "C-999999", "M-999999", "D-999999"]
    return [filled for value in values for filled in fill(path.replace("{%s}" % name, value, 1), ids)]


QUERIES = {
    "/contacts": ["", "?kind=office", "?kind=organisation", "?kind=person", "?list=canary-list", "?list=mixed", "?country=XA",
                  "?area=XA", "?area=001", "?area=canary", "?search=talen", "?search=office.example", "?standing=active", "?limit=1", "?after=C-1"],
    "/deliveries": ["", "?mailing=M-2", "?state=relayed", "?state=held", "?country=XA", "?limit=1"],
    "/log": ["", "?newest=1", "?mailing=M-2", "?kind=mailing-approved", "?kind=contacts-imported", "?user=olga", "?limit=1000",
             "?kind=list-changed", "?kind=ground-added", "?kind=user-added", "?kind=token-issued"],
    "/log/follow": ["?after=0"],
    "/mailings": ["", "?limit=1"],
    "/proposals": ["", "?question=1", "?state=merged", "?author=CANARY-1", "?workshop=canary-list", "?limit=1"],
    "/proposals/export": ["", "?format=csv", "?question=1", "?language=en"],
    "/lists": [""],
}

BODIES = [{}, {"reason": "x"}, {"name": "canary-list"}, {"contacts": ["CANARY-1"]}, {"mailing": "M-2", "reason": "x"},
          {"lists": ["mixed"], "documents": ["F-1"], "wording": "pre-report"}, {"family_name": "Autre"},
          {"kind": "email", "address": "vera@wrote.example"}, {"objects": True, "reason": "x"},
          {"kind": "person", "given_name": "Ute", "family_name": "Neu", "email": "vera@wrote-too.example"},
          {"kind": "office", "office_kind": "president", "country": "XA"}, {"as": "presumed", "reason": "x"},
          {"person": "C-5", "from": "2026-01-01"}, {"organisation": "C-6"}, {"facilitator": "CANARY-1", "room": "x"},
          {"contacts": ["CANARY-2"], "role": "x"}, {"objects": True, "channel": "H-4", "reason": "x"}, {"digest": "0" * 64},
          {"text": "x", "language": "fr", "author": "CANARY-1"}, {"text": "x", "language": "fr", "workshop": "canary-list"},
          {"proposals": ["P-2"]}, {"proposals": ["P-2"], "question": 1}, {"proposal": "P-2"}]


def setting(house):
    organiser, approver = house.user("olga", "organiser"), house.user("boris", "approver")
    import_text(house, ATTENDEES, "open-list")
    import_text(house, OFFICE_ROWS, "canary-list")
    house.call("POST", "/lists", {"name": "mixed"})
    house.call("POST", "/lists/mixed/members", {"contacts": ["A-FR", "CANARY-1"]})
    pre, synthesis = (add_document(house, kind, "Essai", organiser) for kind in ("pre-report", "synthesis"))
    open_mailing = draft(house, pre, "open-list", "pre-report", token_file=organiser)
    submit(house, open_mailing, organiser)
    house.valise("mailings", "release", open_mailing, token_file=organiser)
    secret = draft(house, synthesis, "canary-list", "synthesis", token_file=organiser)
    digest = submit(house, secret, organiser)
    house.valise("mailings", "approve", secret, "--digest", digest, token_file=approver)
    house.valise("mailings", "release", secret, token_file=organiser)
    for mailing in (open_mailing, secret):
        house.wait_quiet(mailing)
    house.call("POST", "/contacts/CANARY-1/grounds", {"kind": "sse-promotion", "area": "XA", "evidence": "canary law"})
    house.call("POST", "/contacts/A-FR/memberships", {"organisation": "CANARY-2", "role": "canary role"})
    house.call("POST", "/lists/mixed/members", {"contacts": ["CANARY-2"], "role": "canary role"})
    for author, text in (("A-FR", "un fonds"), ("CANARY-1", "canary words"), ("CANARY-2", "canary law")):
        house.call("POST", "/proposals", {"text": text, "language": "fr", "author": author, "question": 1})
    house.call("POST", "/proposals/P-1/merge", {"proposal": "P-2"})
    house.call("POST", "/proposals/P-3/set-aside", {"reason": "canary reason"})
    return secret


def main():
    with House() as house:
        step("offices, organisations, holders, a list and a mailing of them, all with canary words")
        house.start()
        secret = setting(house)
        volunteer = token_of(house.user("vera", "volunteer"))
        ids = {
            "contacts": [f"C-{n}" for n in range(1, 9)] + ["CANARY-1", "CANARY-2", "A-FR"],
            "mailings": ["M-1", "M-2"], "deliveries": [f"D-{n}" for n in range(1, 7)], "documents": ["F-1", "F-2"],
            "list": ["open-list", "canary-list", "mixed"], "wording": ["pre-report", "synthesis"],
            "proposals": ["P-1", "P-2", "P-3"],
            "channel": [f"H-{n}" for n in range(1, 7)], "user": ["olga", "vera"],
        }
        search = Searcher(house, volunteer)
        table = routes()
        step(f"{len(table)} routes, with every filter, id and body")
        for method, path, _ in table:
            for filled in fill(path, ids):
                if method == "GET":
                    for query in QUERIES.get(path, [""]):
                        search(method, filled + query)
                elif path in ("/imports", "/documents", "/documents/verify", "/evidence") or path.endswith("/versions"):
                    search(method, filled + "?list=canary-list&dry-run=1" if path == "/imports" else filled,
                           raw=OFFICES.encode(), content_type="text/csv")
                elif filled != "/users/vera/token":
                    for body in BODIES:
                        search(method, filled, body=body)
        step("what is hidden answers as what does not exist")
        for path, nothing in ((f"/mailings/{secret}", "/mailings/M-999999"), ("/contacts/CANARY-1", "/contacts/NOBODY-1"),
                              ("/deliveries/D-4", "/deliveries/D-999999"), ("/lists/canary-list", "/lists/nothing-list")):
            hidden, absent = ask(house, "GET", path, volunteer), ask(house, "GET", nothing, volunteer)
            equal(hidden[0], 404, f"the status of {path}")
            name = path.rsplit("/", 1)[1], nothing.rsplit("/", 1)[1]
            said = [json.loads(re.search(rb"\{.*\}", got, re.S)[0])["error"]["message"] for _, got in (hidden, absent)]
            equal(said[0].replace(name[0], "X"), said[1].replace(name[1], "X"), f"the words of {path}")
        step("counts are those of attendees")
        status = json.loads(re.search(rb"\{.*\}", ask(house, "GET", "/status", volunteer)[1], re.S)[0])
        equal(sum(status["counts"].values()), 3, "deliveries a volunteer counts")
        organised = house.call("GET", "/status")["counts"]
        expect(sum(organised.values()) > 3, "an admin counts them all")
        for leak in search.found:
            print("a volunteer saw:", leak)
        step(f"{search.asked} questions, {len(search.found)} answers with a trace of an office")
        expect(search.asked > 500, "too few questions were asked: was the table of routes read?")
        sys.exit(1 if search.found else 0)


main()
