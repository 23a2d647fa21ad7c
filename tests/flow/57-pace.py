#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""How fast and when: two offices of one domain, limits for a domain and for all, quiet hours and closures, over restarts"""
import datetime
import zoneinfo

from flow_setup import (ATTENDEES, TODAY, House, Peer, add_document, draft, equal, expect, import_text, says, step, submit,
                        wait_for)
import oracle

HEAD = ("Type;Identifiant;Prénom;Nom;Genre;Fonction;Type de fonction;Pays;Langue;Courriel;Motif;Zone du motif;Preuve du motif;"
        "Date du motif;Début du mandat;Vérifié le\n")
OFFICE = ("fonction;{id};Talen;Vascourt;M;Présidence;president;{state};fr;{mail};approval-expressed;{state};lettre du 3 mars;"
          "2026-03-03;2024-05-14;" + str(TODAY) + "\n")
MAILS = {"XA": "un@ministere.example", "XB": "deux@Ministere.example", "XC": "trois@cabinet.autre.example",
         "XD": "quatre@autre.example", "XE": "cinq@seul.example"}
PERSONS = "Type;Identifiant;Prénom;Nom;Genre;Pays;Langue;Courriel\n" + "".join(
    f"personne;P-{i};Aline;Borvane{i};F;France;fr;p{i}@flow.example\n" for i in range(12))


def house_of(peer, pace):
    return House(relay=peer.url, config_more="\n[pace]\n" + pace)


def to_offices(house):
    import_text(house, HEAD + "".join(OFFICE.format(id=f"O-{state}", state=state, mail=mail) for state, mail in MAILS.items()),
                "offices")
    organiser, approver = house.user("olga", "organiser"), house.user("boris", "approver")
    document = add_document(house, "synthesis", "Essai", organiser)
    mailing = draft(house, document, "offices", "synthesis", token_file=organiser)
    digest = submit(house, mailing, token_file=organiser)
    house.valise("mailings", "approve", mailing, "--digest", digest, token_file=approver)
    return mailing


def to_attendees(house, text=PERSONS, *more):
    import_text(house, text, "all")
    mailing = draft(house, add_document(house, "pre-report", "Essai"), "all", "pre-report", *more)
    submit(house, mailing)
    return mailing


def moments(house, words):
    return sorted(row["dot_at"] for row in house.rows("SELECT dot_at FROM deliveries WHERE dot_at > 0 AND lower(address) LIKE ?",
                                                      f"%{words}"))


def ministry():
    with Peer() as peer, house_of(peer, "domain_interval = 6 s\ntogether = autre.example\n") as house:
        house.start()
        step("two offices of one domain, and two of domains that count as one, are kept apart; others are not")
        mailing = to_offices(house)
        house.valise("mailings", "release", mailing)
        wait_for(lambda: house.call("GET", f"/mailings/{mailing}")["counts"].get("relayed") == 3, 20, "three have left")
        now = house.call("GET", f"/mailings/{mailing}")
        equal(now["waits"]["why"], "pace", "what the others wait for")
        says(house.valise("mailings", "show", mailing), "waits", "pace")
        step("a restart brings no two into the same interval")
        equal(house.stop(), 0, "the stop")
        house.start()
        equal(house.wait_quiet(mailing)["counts"], {"relayed": 5}, "the deliveries")
        for words in ("ministere.example", "autre.example"):
            first, second = moments(house, words)
            expect(second - first >= 6000000, f"{words}: {second - first} us apart")
        equal(oracle.check(house, peer.ledger()), [], "broken invariants")
        entries = house.rows("SELECT count(*) AS n FROM entries WHERE kind = 'delivery-ready'")[0]["n"]
        expect(entries <= 2, f"{entries} entries about what only waited")


def limits():
    with Peer() as peer, house_of(peer, "per_domain = 4/s\n") as house:
        house.start()
        step("a domain gets its messages evenly, one in a quarter of a second")
        mailing = to_attendees(house)
        house.valise("mailings", "release", mailing)
        equal(house.wait_quiet(mailing)["counts"], {"relayed": 12}, "the deliveries")
        times = moments(house, "flow.example")
        expect(times[-1] - times[0] >= 2500000, f"all within {times[-1] - times[0]} us")
        equal(house.rows("SELECT max(epoch) AS n FROM deliveries")[0]["n"], 1, "claims of one delivery")
        equal(oracle.check(house, peer.ledger()), [], "broken invariants")
    with Peer() as peer, house_of(peer, "total = 120/min\n") as house:
        house.start()
        step("all together are held to two a second")
        mailing = to_attendees(house)
        house.valise("mailings", "release", mailing)
        equal(house.wait_quiet(mailing)["counts"], {"relayed": 12}, "the deliveries")
        times = moments(house, "flow.example")
        expect(times[-1] - times[0] >= 3500000, f"all within {times[-1] - times[0]} us")


def local(moment):
    return moment.strftime("%H:%M")


def closed():
    today = datetime.date.today()
    last = today + datetime.timedelta(days=2)
    pace = f"closed = {today - datetime.timedelta(days=1)}..{last}\nquiet_for = offices\n"
    with Peer() as peer, house_of(peer, pace) as house:
        house.start()
        step("in a closure a released mailing to offices waits and says until when; one to attendees goes")
        offices = to_offices(house)
        opens = (last + datetime.timedelta(days=1)).isoformat()
        says(house.valise("mailings", "release", offices), "waits", f"until {opens}T00:00:00", "closed")
        says(house.valise("status"), f"mail to offices waits until {opens}T00:00:00", "closed")
        attendees = to_attendees(house)
        house.valise("mailings", "release", attendees)
        equal(house.wait_quiet(attendees)["counts"], {"relayed": 12}, "attendees")
        equal(house.call("GET", f"/mailings/{offices}")["counts"], {"ready": 5}, "offices")
        equal(house.call("GET", "/status")["waits"]["attendees"], None, "what attendees wait for")
        step("the closure is over: what waited goes, after a restart")
        house.config_more = "\n[pace]\ndomain_interval = 0\n"
        house.configure(peer.url)
        equal(house.stop(), 0, "the stop")
        house.start()
        equal(house.wait_quiet(offices)["counts"], {"relayed": 5}, "the deliveries")
        equal(oracle.check(house, peer.ledger()), [], "broken invariants")


def quiet():
    now = datetime.datetime.now(zoneinfo.ZoneInfo("Europe/Paris"))
    hours = f"{local(now - datetime.timedelta(hours=2))}-{local(now + datetime.timedelta(hours=2))}"
    pace = f"quiet = {hours}\n"
    with Peer() as peer, house_of(peer, pace) as house:
        house.start()
        step("in quiet hours nothing leaves, and what must not leave after its last moment expires there")
        soon = (now + datetime.timedelta(seconds=20)).isoformat(timespec="seconds")
        mailing = to_attendees(house, ATTENDEES, "--not-after", soon)
        says(house.valise("mailings", "release", mailing), "waits", "quiet hours")
        equal(house.call("GET", f"/mailings/{mailing}")["waits"]["why"], "quiet hours", "why it waits")
        out = house.valise("mailings", "watch", mailing, status=1)
        says(out, "expired")
        equal(peer.ledger(), [], "copies at the relay")


def main():
    ministry()
    limits()
    closed()
    quiet()


main()
