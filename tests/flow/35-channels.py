#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Several channels of an office: all at once, or the next one after days of silence; an answer closes the others"""
import os

import flow_setup as f
from flow_setup import House, deliveries, draft, equal, import_text, mailing_now, says, step, submit, wait_for
import oracle

CONFIG = "[valise]\nmode = rehearsal\n[organisation]\nstale_after = 0\n"
OFFICES = """Type;Identifiant;Prénom;Nom;Genre;Fonction;Type de fonction;Pays;Langue;Courriel;Courriel du cabinet;Motif;Zone du motif;Preuve du motif;Date du motif;Début du mandat;Vérifié le;Adresse postale
fonction;N-THREE;Talen;Vascourt;M;Présidence;president;XB;fr;courrier@three.example;cabinet@three.example;approval-expressed;XB;lettre;2012-06-20;2011-05-02;2013-11-20;1 rue de l'Exemple
fonction;N-FRIDAY;Idris;Salvan;M;Palais;sultan;XH;en;courrier@friday.example;cabinet@friday.example;approval-expressed;XH;lettre;2012-06-20;2011-05-02;2013-11-20;
fonction;N-ANSWERS;Maude;Orlence;F;Primature;prime_minister;XA;fr;courrier@answers.example;cabinet@answers.example;approval-expressed;XA;loi;2012-06-20;2011-05-02;2013-11-20;1 rue de l'Exemple
fonction;N-ONE;Filipa;Noronhal;F;Presidência;president;XI;pt;courrier@one.example;;approval-expressed;XI;lei;2012-06-20;2011-05-02;2013-11-20;
"""


class Sending:
    def __init__(self, house):
        self.house = house
        house.start()
        self.at("2013-11-25T09:00")
        self.olga, self.boris = house.user("olga", "organiser"), house.user("boris", "approver")
        import_text(house, OFFICES, "offices")
        self.names = {c["id"]: c["external_id"] for c in house.call("GET", "/contacts?limit=1000")["items"] if c.get("external_id")}
        self.document = f.add_document(house, "synthesis", "Synthèse", token_file=self.olga)

    def at(self, time):
        self.house.valise("clock", "set", time)

    def send(self, *more):
        mailing = draft(self.house, self.document, "offices", "synthesis", "--acknowledgement", "requested", *more, token_file=self.olga)
        digest = submit(self.house, mailing, token_file=self.olga)
        self.house.valise("mailings", "approve", mailing, "--digest", digest, token_file=self.boris)
        self.house.valise("mailings", "release", mailing, token_file=self.olga)
        return mailing

    def sent(self, mailing):
        wait_for(lambda: mailing_now(self.house, mailing)["state"] == "sent" and mailing_now(self.house, mailing)["moving"] == 0, 30,
                 f"{mailing} is sent")

    def chains(self, mailing):
        """Of each office: where letters went, and what became of them, in their order."""
        found = {}
        for d in sorted(deliveries(self.house, mailing), key=lambda d: int(d["id"][2:])):
            found.setdefault(self.names[d["contact"]][2:], []).append((d["address"].split("@")[0].split("\n")[0], d["state"]))
        return found

    def answer(self, mailing, who):
        lines = self.house.call("GET", f"/acknowledgements?mailing={mailing}&limit=1000")["items"]
        addressee = next(line["addressee"] for line in lines if self.names[line["contact"]] == f"N-{who}")
        self.house.valise("acknowledgements", "record", addressee, "--kind", "telephone", "--meaning", "receipt", token_file=self.olga)

    def counts(self, mailing):
        told = mailing_now(self.house, mailing)["acknowledgements"]
        lines = self.house.call("GET", f"/acknowledgements?mailing={mailing}&limit=1000")["items"]
        equal({s: sum(line["state"] == s.replace("_", "-") for line in lines) for s in ("answered", "silent", "never_reached")},
              {s: told[s] for s in ("answered", "silent", "never_reached")}, "counted, against the lines")
        figures = self.house.valise("acknowledgements", "statistics", "--mailing", mailing, json_out=True)["total"]
        equal((figures["acknowledged"], figures["silent"], figures["never_reached"]),
              (told["answered"], told["silent"], told["never_reached"]), "counted, against the statistics")
        return told


def what_is_refused(s):
    create = lambda *more: s.house.valise("mailings", "create", "--document", s.document, "--list", "offices", "--wording", "synthesis",  # noqa: E731
                                          *more, status=2)
    says(create("--next-channel", "until-acknowledged"), "needs answers")
    says(create("--next-after", "10"), "until-acknowledged")
    says(create("--next-channel", "sometimes"), "on-refusal, until-acknowledged, all")


def by_silence(s):
    step("after the days given the next channel is taken, on a working day of the place; an answer ends it")
    mailing = s.send("--next-channel", "until-acknowledged", "--next-after", "4")
    says(s.house.valise("mailings", "manifest", mailing), "next-channel until-acknowledged after=4")
    s.sent(mailing)
    first = {who: [("courrier", "relayed")] for who in ("THREE", "FRIDAY", "ANSWERS", "ONE")}
    equal(s.chains(mailing), first, "at first")
    s.answer(mailing, "ANSWERS")
    s.at("2013-11-29T08:59")  # a Friday
    equal(s.chains(mailing), first, "too early")
    s.at("2013-11-29T09:00:01")
    wait_for(lambda: s.chains(mailing)["THREE"] == [("courrier", "relayed"), ("cabinet", "relayed")], 30, "the next channel")
    equal(s.chains(mailing)["FRIDAY"], first["FRIDAY"], "where Friday is no working day")
    s.at("2013-12-01T09:00:01")  # a Sunday
    wait_for(lambda: s.chains(mailing)["FRIDAY"] == [("courrier", "relayed"), ("cabinet", "relayed")], 30, "on Sunday there")
    equal(s.chains(mailing)["THREE"], [("courrier", "relayed"), ("cabinet", "relayed")], "no one twice")
    says(str(s.house.call("GET", f"/log?mailing={mailing}&kind=delivery-superseded")["items"]), "not answered within 4 days")
    equal(s.counts(mailing)["silent"], 3, "who is silent, counted once each")
    equal(s.house.stop(), 0, "exit status of the stop")
    s.house.start()
    s.at("2013-12-20T10:00")
    wait_for(lambda: s.chains(mailing)["THREE"][-1][1] == "to-do", 30, "the last one is by hand")
    equal(s.chains(mailing), {**first, "THREE": [("courrier", "relayed"), ("cabinet", "relayed"), ("1 rue de l'Exemple", "to-do")],
                              "FRIDAY": [("courrier", "relayed"), ("cabinet", "relayed")]}, "after three weeks")
    step("an answer calls off what was not carried yet")
    s.answer(mailing, "THREE")
    equal(s.chains(mailing)["THREE"][-1][1], "cancelled", "the to-do")
    equal(s.counts(mailing)["silent"], 2, "who is silent")
    s.at("2014-03-01T10:00")
    equal([len(chain) for chain in s.chains(mailing).values()], [3, 2, 1, 1], "nothing more comes, ever")


def all_at_once(s):
    step("with all, each channel has its delivery; one answer closes all of them, and each addressee counts once")
    mailing = s.send("--next-channel", "all")
    s.sent(mailing)
    equal(s.chains(mailing), {"THREE": [("courrier", "relayed"), ("cabinet", "relayed"), ("1 rue de l'Exemple", "to-do")],
                              "FRIDAY": [("courrier", "relayed"), ("cabinet", "relayed")],
                              "ANSWERS": [("courrier", "relayed"), ("cabinet", "relayed"), ("1 rue de l'Exemple", "to-do")],
                              "ONE": [("courrier", "relayed")]}, "what went where")
    told = s.counts(mailing)
    equal((told["silent"], told["answered"], told["never_reached"]), (4, 0, 0), "counts")
    s.answer(mailing, "ANSWERS")
    equal({who: chain[-1][1] for who, chain in s.chains(mailing).items()},
          {"THREE": "to-do", "FRIDAY": "relayed", "ANSWERS": "cancelled", "ONE": "relayed"}, "after one answered")
    told = s.counts(mailing)
    equal((told["silent"], told["answered"]), (3, 1), "counts after it")
    planned = s.house.call("GET", f"/log?mailing={mailing}&kind=deliveries-planned")["items"]
    equal([entry["facts"]["count"] for entry in planned], ["9"], "what the journal says was planned")


def main():
    with House(config_more=CONFIG) as house:
        s = Sending(house)
        what_is_refused(s)
        by_silence(s)
        all_at_once(s)
        mails = f.maildir(os.path.join(house.state, "rehearsal", "main"))
        equal(oracle.check(house, [oracle.copy_of(mail.data) for mail in mails]), [], "broken invariants")
        house.valise("log", "verify")
    step("done")


if __name__ == "__main__":
    main()
