# SPDX-License-Identifier: GPL-3.0-or-later
"""year_people.py - everybody of a forum's year as files to import: 412 attendees, 195 heads of State, 50 organisations

The States are those of templates/states.tsv, the codes and the kinds of their heads too; every person, organisation and
address is invented, and the same ones are invented each time.
"""
import os

from flow_setup import SOURCE

COLUMNS = ("Type", "Identifiant", "Prénom", "Nom", "Genre", "Fonction", "Type de fonction", "Organisation", "Pays", "Langue",
           "Courriel", "Motif", "Zone du motif", "Preuve du motif", "Date du motif", "Début du mandat", "Vérifié le",
           "Adresse postale")
GIVEN = {"F": ("Aveline", "Brunelle", "Clarisse", "Dorante", "Elmire", "Faustine", "Galatée", "Honorine"),
         "M": ("Alaric", "Bertil", "Corentin", "Damis", "Evrard", "Fulbert", "Gaspard", "Hilaire")}
FIRST = ("Vas", "Bor", "Mer", "Tal", "Ost", "Kel", "Dorn", "Lim", "Pra", "Ser")
SECOND = ("court", "vane", "lowe", "tour", "bran", "dric", "zel", "mont", "rive", "ther", "quist")
ONLY_MEN = ("pope", "emir", "sultan", "monarch")  # of these the table has no form for a woman everywhere
LANGUAGES = ("fr", "en", "es", "pt")

VACANT = ("AF", "BB", "CU", "DJ")
STALE = ("AM", "BE", "CL", "DZ", "EC", "FI", "GA", "HN")
BY_POST = ("BT", "CO", "DM", "EG", "FJ", "GM", "HU", "IE", "JM", "KM")
NO_ROUTE = ("LA", "MG", "NE", "OM", "PW", "QA", "RO", "SN")
CANARY = ("BR", "CA", "CI", "CM", "CR", "DO", "FR", "LU", "MA", "ML", "PT", "TG")


def states():
    with open(os.path.join(SOURCE, "templates", "states.tsv"), encoding="utf-8") as file:
        rows = [line.rstrip("\n").split("\t") for line in file if not line.startswith("#")]
    return [dict(zip(rows[0], row)) for row in rows[1:] if row[rows[0].index("status")] in ("member", "observer")]


def name_of(number, gender):
    """A person's name, of many that nobody has."""
    return (GIVEN[gender][number % 8], FIRST[number % 10] + SECOND[number // 10 % 11] + "aeiou"[number // 110 % 5])


def row(**cells):
    return ";".join(cells.get(column, "") for column in COLUMNS)


def holder(number, gender, verified):
    given, family = name_of(number, gender)
    return {"Prénom": given, "Nom": family, "Genre": gender, "Début du mandat": "2011-05-02", "Vérifié le": verified}


def ground(number, area):
    kind, proof = ("approval-expressed", "lettre du 14 juin 2012") if number % 3 else ("sse-promotion", "loi sur l'économie sociale")
    return {"Motif": kind, "Zone du motif": area, "Preuve du motif": proof, "Date du motif": "2012-06-20"}


def head(number, state, verified, known):
    """One State's head; KNOWN: what was vacant or stale has been seen to."""
    code = state["code"]
    cells = {"Type": "fonction", "Identifiant": f"S-{code}", "Fonction": state["title_fr"].split(" / ")[0] or "Chef de l'État",
             "Type de fonction": state["head"], "Pays": code, **ground(number, code)}
    if code not in VACANT or known:
        gender = "M" if state["head"] in ONLY_MEN or number % 3 else "F"
        cells |= holder(number, gender, "2013-06-01" if code in STALE and not known else verified)
    if code in BY_POST:
        cells["Adresse postale"] = f"Palais {number}, 1 rue de l'Exemple"
    elif code not in NO_ROUTE:
        cells["Courriel"] = f"cabinet@{code.lower()}.example"
    return row(**cells)


def organisation(number, verified):
    return row(**{"Type": "organisation", "Identifiant": f"I-{number:02}", "Organisation": f"Agence internationale d'exemple {number}",
                  "Langue": LANGUAGES[number % 4], "Courriel": f"secretariat@agence{number}.example", **ground(number, "001"),
                  "Vérifié le": verified})


def minister(number, state, verified):
    return row(**{"Type": "fonction", "Identifiant": f"G-{state['code']}", "Fonction": "Premier ministre",
                  "Type de fonction": "prime_minister", "Pays": state["code"], "Courriel": f"ministere@{state['code'].lower()}.example",
                  **ground(number, state["code"]), **holder(number + 500, "M", verified)})


def attendee(number):
    gender = "FM"[number % 2]
    given, family = name_of(number, gender)
    country = ("FR", "CA", "BR", "ES", "SN", "GB", "MX", "PT")[number % 8]
    return row(**{"Type": "personne", "Identifiant": f"P-{number:03}", "Prénom": given, "Nom": family, "Genre": gender,
                  "Pays": country, "Langue": {"FR": "fr", "SN": "fr", "CA": "en", "GB": "en", "ES": "es", "MX": "es"}.get(country, "pt"),
                  "Courriel": f"p{number}@inscrits.example"})


def table(rows):
    return ";".join(COLUMNS) + "\n" + "\n".join(rows) + "\n"


def attendees(first, last):
    return table(attendee(number) for number in range(first, last + 1))


def heads(verified, known=False):
    return table(head(number, state, verified, known) for number, state in enumerate(states()))


def organisations(verified):
    return table(organisation(number, verified) for number in range(1, 51))


def ministers(verified):
    """The heads of government of the canary's States: copies, which go after their heads of State."""
    return table(minister(number, state, verified) for number, state in enumerate(states()) if state["code"] in CANARY)
