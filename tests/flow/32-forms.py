#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Forms of address from the tables to the letter: who is held for want of one, in which language, and what nobody reviewed"""
import csv
import io
import os
import re

from flow_setup import (EXAMPLES, TODAY, House, add_document, draft, equal, expect, import_text, mailing_now, own_templates, refused, says,
                        step, submit)

OFFICES = f"""Type;Identifiant;Prénom;Nom;Genre;Fonction;Type de fonction;Pays;Langue;Courriel;Motif;Zone du motif;Preuve du motif;Date du motif;Début du mandat;Vérifié le
fonction;O-EMIR;Leila;Fazharif;F;Diwan;émir;XF;en;diwan@fazhar.example;approval-expressed;XF;letter;2026-03-03;2024-05-14;{TODAY}
fonction;O-XG;Radomir;Velcakov;M;Présidence;hos_other;XG;fr;office@gorania.example;approval-expressed;XG;letter;2026-03-03;2024-03-17;{TODAY}
fonction;O-XA;Talen;Vascourt;M;Présidence;président;XA;;courrier@presidence.example;approval-expressed;XA;letter;2026-03-03;2024-05-14;{TODAY}
fonction;O-XI;Filipa;Noronhal;F;Presidência;president;XI;;gabinete@presidencia.example;approval-expressed;XI;letter;2026-03-03;2024-05-20;{TODAY}
fonction;O-XB;Oda;Beldor;F;Cour;monarque;XB;ar, es;cour@beldorie.example;approval-expressed;XB;letter;2026-03-03;2024-05-20;{TODAY}
fonction;O-VICE;Bruno;Arvalis;M;Vice-présidence;vice-président;XA;fr;vice@presidence.example;approval-expressed;XA;letter;2026-03-03;2024-05-20;{TODAY}
"""
PERSONS = """Type;Identifiant;Prénom;Nom;Genre;Type de fonction;Pays;Langue;Courriel
personne;P-PRESS;Dominique;Vallon;;presse;France;fr;dominique@journal.example
personne;P-MEMBER;Aline;Borvane;F;membre;France;fr;aline@membres.example
personne;P-GUEST;Emma;Farlowe;F;;Swaziland;en;emma@guests.example
"""


def fr_and_es(house):
    document = house.valise("documents", "add", "synthesis", "--title", "Synthèse", "--language",
                            f"fr={EXAMPLES}/documents/synthesis.fr.pdf", "--language", f"es={EXAMPLES}/documents/synthesis.es.pdf")
    document = document.strip()
    house.valise("documents", "freeze", document)
    return document


def line_of(lines, *parts):
    found = [line for line in lines if all(part in f"{line['name']} {line['holder']} {line['address']}" for part in parts)]
    equal(len(found), 1, f"lines of {parts}")
    return found[0]


def held_with_a_sentence(house):
    step("a form that no language has holds the letter, and says so")
    mailing = draft(house, add_document(house, "synthesis", "Synthèse"), "offices", "synthesis")
    lines = house.call("GET", f"/mailings/{mailing}/roll")["items"]
    emir = line_of(lines, "diwan@")
    equal((emir["state"], emir["reason"]), ("held", "form-missing"), "the letter to a woman who is emir")
    says(emir["detail"], "emir/en/f", "no form of address exists", "a woman who is emir", "forms.tsv")
    says(house.valise("mailings", "show", mailing), "form-missing", "a woman who is emir")

    step("the title of another head of State is the State's, in the letter's language; vice-presidents have a form of their own")
    equal(line_of(lines, "office@gorania")["form"], "hos_other/fr/m+C2/fr", "the form of the Regent")
    says(house.valise("mailings", "preview", mailing, "--contact", "O-XG"), "Régent de la Fédération de Goranie")
    equal(line_of(lines, "vice@")["salutation"], "Monsieur le Vice-Président,", "the salutation")

    step("without a language of its own an office is written to in its State's")
    equal([line_of(lines, part)["language"] for part in ("courrier@", "gabinete@", "cour@")], ["fr", "pt", "es"], "languages")
    return mailing


def language_missing(house):
    step("where no version is in a language of it, it is held and told why")
    mailing = draft(house, fr_and_es(house), "offices", "synthesis")
    lines = house.call("GET", f"/mailings/{mailing}/roll")["items"]
    equal(line_of(lines, "cour@")["language"], "es", "the first of its languages that there is")
    portuguese = line_of(lines, "gabinete@")
    equal((portuguese["state"], portuguese["reason"]), ("held", "language-missing"), "what there is no version for")
    says(portuguese["detail"], "no language is noted", "by default in pt", "frozen in fr, es")
    says(line_of(lines, "diwan@")["detail"], "written to in en")


def persons(house):
    step("a person is one who attends, or one of the press, or a member")
    mailing = draft(house, add_document(house, "pre-report", "Rapport préliminaire"), "persons", "pre-report")
    lines = house.call("GET", f"/mailings/{mailing}/roll")["items"]
    found = {line["address"].split("@")[0]: (line["form"], line["salutation"]) for line in lines}
    equal(found["dominique"], ("press/fr/unknown+C5/fr", "Madame, Monsieur,"), "the press")
    equal(found["aline"], ("member/fr/f+C6/fr", "Chère Madame,"), "a member")
    equal(found["emma"], ("attendee/en/f+C5/en", "Dear Ms Farlowe,"), "an attendee")
    equal(house.call("GET", "/contacts/P-GUEST")["country"], "SZ", "the State by the name that it had")


def unreviewed(house, templates, mailing):
    step("who approves is told how many letters use forms that nobody has reviewed, and which")
    olga, boris = house.user("olga", "organiser"), house.user("boris", "approver")
    digest = submit(house, mailing, olga)
    roll = mailing_now(house, mailing)["roll"]
    letters = roll["included"] + roll["held"] - 1  # the one that is held for want of a form uses none
    equal(roll["unreviewed_forms"], letters, "letters with unreviewed forms")
    equal(sum(row["letters"] for row in roll["unreviewed_rows"]), letters, "the same, row by row")
    expect("vice_president/fr/m+C2/fr" in [row["form"] for row in roll["unreviewed_rows"]], "the vice-president's row is not named")
    says(house.valise("mailings", "show", mailing), f"{letters} letters use forms that nobody has reviewed",
         "unreviewed vice_president/fr/m+C2/fr: 1")
    told = house.valise("mailings", "approve", mailing, "--digest", digest, "--dry-run", token_file=boris)
    says(told, "now submitted", "would be approved", f"{letters} letters use forms that nobody has reviewed")
    says(house.valise("mailings", "approve", mailing, "--digest", "0" * 64, "--dry-run", token_file=boris, status=1), digest)
    equal(mailing_now(house, mailing)["state"], "submitted", "the state after a dry run")

    step("what is signed in the files counts as reviewed once they are read again and the roll is made anew")
    for name in ("forms.tsv", "closes.tsv"):
        path = os.path.join(templates, name)
        with open(path, encoding="utf-8") as file:
            text = file.read()
        with open(path, "w", encoding="utf-8") as file:
            file.write(re.sub(r"^((?:vice_president|C2)\tfr\t.*\t)$", r"\1P. R.", text, flags=re.M))
    house.stop()
    house.start()
    house.valise("mailings", "reject", mailing, "--reason", "forms reviewed", token_file=boris)
    again = draft(house, mailing_now(house, mailing)["documents"][0], "offices", "synthesis")
    roll = mailing_now(house, again)["roll"]
    equal(roll["unreviewed_forms"], letters - 1, "letters with unreviewed forms after the review")
    expect("vice_president/fr/m+C2/fr" not in [row["form"] for row in roll["unreviewed_rows"]], "a reviewed row is named")


def the_tables(house, templates):
    step("the rows are listed with source, reader and the place to sign; a sheet is printed for the reader")
    every = house.valise("templates", "forms", json_out=True)["items"]
    expect(len(every) > 1400, f"only {len(every)} rows")
    signed = [row for row in every if row["reviewed_by"]]
    open_ = house.valise("templates", "forms", "--unreviewed", json_out=True)["items"]
    equal(len(open_), len(every) - len(signed), "rows that nobody has signed")
    expect(signed and all(row["source"] for row in every), "rows without a source, or none signed")
    rows = house.valise("templates", "forms", "--kind", "emir", "--language", "es", json_out=True)["items"]
    equal([row["form"] for row in rows], ["m", "f", "unknown", "plural", "vacant", "office"], "the rows of one kind and language")
    with open(os.path.join(templates, rows[0]["file"]), encoding="utf-8") as file:
        expect(file.read().split("\n")[rows[0]["line"] - 1].startswith("emir\tes\tm\t"), "the row is not where it says")
    says(house.valise("templates", "forms", "--kind", "emir", "--language", "es"), f"forms.tsv:{rows[0]['line']}", "Alteza:")
    equal({row["state"] for row in house.valise("templates", "forms", "--state", "DE", json_out=True)["items"]}, {"DE"}, "State")
    sheet = list(csv.reader(io.StringIO(house.valise("templates", "forms", "--kind", "C2", "--format", "csv"))))
    equal(sheet[0][:4], ["file", "line", "kind", "language"], "the head of the sheet")
    expect(len(sheet) > 5 and all(row[2] == "C2" for row in sheet[1:]), "the rows of the sheet")
    says(house.valise("templates", "forms", "--kind", "shah", status=2), "shah", "president")
    says(house.valise("templates", "forms", "--language", "de", status=2), "de", "fr, en, es and pt")
    says(house.valise("templates", "forms", "--state", "QQ", status=2), "QQ")
    refused(400, lambda: house.call("GET", "/forms?colour=1"), "colour")


def main():
    with House() as house:
        templates = own_templates(house)
        house.start()
        import_text(house, OFFICES, "offices")
        import_text(house, PERSONS, "persons")
        mailing = held_with_a_sentence(house)
        language_missing(house)
        persons(house)
        unreviewed(house, templates, mailing)
        the_tables(house, templates)
        equal(house.stop(), 0, "the exit status at the end")


main()
