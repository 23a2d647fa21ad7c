#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""From workshops to the draft of a synthesis: 28 workshops, 310 proposals in four languages, 42 items, and sums that match

Rapporteurs are volunteers: they enter what their workshop put forward and never see an office's proposal. What was merged,
set aside, placed and taken back is recounted from the draft itself, proposal by proposal.
"""
import csv
import io
import re
import time

from flow_setup import LANGUAGES, OFFICES, House, equal, expect, import_text, refused, says, step, token_of

QUESTIONS = {
    1: {"fr": "Quels rôles des États et des collectivités ?", "en": "Which roles of States and local authorities?",
        "es": "¿Qué papel de los Estados?", "pt": "Que papel dos Estados?"},
    2: {"fr": "Comment renforcer la société civile ?", "en": "How can civil society be empowered?"},
    3: {"fr": "Quelle éducation ?", "en": "Which education?"},
    4: {"fr": "Quels communs ?", "en": "Which commons?"},
}
WORDS = {"fr": "Proposition {n} : un fonds solidaire, dès l'an prochain.", "en": "Proposal {n}: a solidarity fund, from next year on.",
         "es": "Propuesta {n}: un fondo solidario, ya el próximo año.", "pt": "Proposta {n}: um fundo solidário, já no próximo ano."}
WORKSHOPS, PROPOSALS, ITEMS = 28, 310, 42
# What would be a heading, a list, HTML, a link, a table, a rule, code or an image, if it did not stay words.
HOSTILE = """# Pas un titre
- pas une liste
    pas du code
<script>alert(1)</script> <b>gras</b> &copy;
[lien](https://evil.example) ![image](https://evil.example/x.png) https://www.evil.example
| a | b |
|---|---|
Soulignement
===========
1. pas un numéro
***
=HYPERLINK("https://evil.example")"""


def people():
    """336 attendees, 12 to a workshop: enough and not too many."""
    rows = ["Type;Identifiant;Prénom;Nom;Genre;Pays;Langue;Courriel;Listes"]
    for n in range(WORKSHOPS * 12):
        workshop, language = n % WORKSHOPS + 1, LANGUAGES[n % 4]
        rows.append(f"personne;A-{n};Ada;Norvane{n};F;{('FR', 'GB', 'ES', 'BR')[n % 4]};{language};ada{n}@forum.example;"
                    f"atelier-{workshop}")
    return "\n".join(rows) + "\n"


def question_of(workshop):
    return (workshop - 1) % 4 + 1


def sheet(workshop, numbers):
    out = io.StringIO()
    writer = csv.writer(out, delimiter=";")
    writer.writerow(["Langue", "Texte"])
    for n in numbers:
        language = LANGUAGES[n % 4]
        writer.writerow([language, WORDS[language].format(n=n)])
    return out.getvalue()


def enter(house, token):
    """Each rapporteur's sheet, by turns as UTF-8 and as Windows-1252; every proposal's workshop by id."""
    found = {}
    for workshop in range(1, WORKSHOPS + 1):
        text = sheet(workshop, range(workshop, PROPOSALS + 1, WORKSHOPS))
        raw = text.encode("utf-8" if workshop % 2 else "cp1252")
        ids = house.valise("proposals", "add", "--csv", "-", "--workshop", f"atelier-{workshop}", stdin=raw, token_file=token)
        for proposal in ids.split():
            found[proposal] = workshop
        again = house.valise("proposals", "add", "--csv", "-", "--workshop", f"atelier-{workshop}", stdin=raw,
                             token_file=token, json_out=True)
        equal((again["entered"], again["known"]), (0, len(ids.split())), f"sheet {workshop} once more")
    return found


def by_question(house):
    everything = house.valise("proposals", "list", json_out=True)["items"]
    return everything, {q: [p["id"] for p in everything if p["question"] == q] for q in QUESTIONS}


def draft_of(house, *options, token=None):
    return house.valise("proposals", "export", *options, token_file=token)


def recount(draft):
    """What stands in the draft, told from its text alone: by question, items, merged and set aside."""
    counts, question, aside, item = {}, None, False, None
    for line in draft.splitlines():
        if line.startswith("## "):
            found = re.match(r"## Question (\d+)", line)
            question, aside, item = (int(found[1]) if found else 0 if line == "## Sans question" else None), False, None
        elif line == "### Écartées":
            aside, item = True, None
        elif line.startswith("### "):
            item = re.search(r"P-\d+", line)[0]
        elif line.startswith("- **P-"):
            proposal = re.match(r"- \*\*(P-\d+)\*\*", line)[1]
            expect(proposal not in counts, f"{proposal} stands twice in the draft")
            counts[proposal] = (question, "aside" if aside else "item" if proposal == item else "merged")
    return counts


def sums_of(draft):
    """The table at the end: {question or "ensemble": (received, in the draft, merged, set aside)}."""
    rows = re.findall(r"^\| (\S[^|]*?) \| (\d+) \| (\d+) \| (\d+) \| (\d+) \|$", draft, re.M)
    return {name: tuple(map(int, numbers)) for name, *numbers in rows}


def check_sums(house, draft, proposals):
    told, found = sums_of(draft), recount(draft)
    equal(set(found), {p["id"] for p in proposals}, "proposals in the draft")
    for question in list(QUESTIONS) + ["ensemble"]:
        of = [p for p in proposals if question in ("ensemble", p["question"])]
        counted = (len(of), sum(found[p["id"]][1] == "item" for p in of), sum(found[p["id"]][1] == "merged" for p in of),
                   sum(found[p["id"]][1] == "aside" for p in of))
        equal(told[str(question)], counted, f"sums of {question}")
        received, items, merged, aside = counted
        equal(received, items + merged + aside, f"the sum of {question}")
    return told["ensemble"]


def set_up(house):
    import_text(house, people(), "attendees")
    import_text(house, OFFICES, "offices")
    for number, words in QUESTIONS.items():
        house.valise("proposals", "question", str(number), *[part for language, text in words.items()
                                                              for part in ("--words", f"{language}={text}")])
    house.valise("proposals", "edition", "6", "--theme", "fr=Changer le cap", "--theme", "en=Changing the course")


def workshops(house):
    """Lists that the import made become workshops: made before it, so that it only fills them."""
    for workshop in range(1, WORKSHOPS + 1):
        house.valise("lists", "create", f"atelier-{workshop}", "--workshop", "--question", str(question_of(workshop)),
                     "--language", LANGUAGES[workshop % 4])


def condense(house, token, groups):
    """310 to 42: in each question some are set aside, the others merged into ten or eleven items, some by way of others."""
    share = {1: 11, 2: 11, 3: 10, 4: 10}
    for question, ids in groups.items():
        aside, rest = ids[-3:], ids[:-3]
        for proposal in aside:
            house.valise("proposals", "set-aside", proposal, "--reason", "hors du sujet : *étoile*", token_file=token)
        heads = rest[:share[question]]
        for at, proposal in enumerate(rest[share[question]:]):
            head = heads[at % len(heads)]
            house.call("POST", f"/proposals/{head}/merge", {"proposal": proposal}, token=token_of(token))
        house.valise("proposals", "order", "--question", str(question), *reversed(heads), token_file=token)


def transitive(house, groups):
    """B goes into A with what went into B, and comes out with it again."""
    a, b = groups[1][:2]
    before = {p["id"] for p in house.call("GET", f"/proposals/{b}")["merged"]}
    own = {p["id"] for p in house.call("GET", f"/proposals/{a}")["merged"]}
    house.valise("proposals", "merge", a, b)
    equal({p["id"] for p in house.call("GET", f"/proposals/{a}")["merged"]}, own | before | {b}, f"what is in {a}")
    equal(house.call("GET", f"/proposals/{next(iter(before))}")["item"], a, "the item of what went in with it")
    says(house.valise("proposals", "merge", b, a, status=1), "went into")
    house.valise("proposals", "take-back", b)
    equal({p["id"] for p in house.call("GET", f"/proposals/{a}")["merged"]}, own, f"what is in {a} again")
    now = house.call("GET", f"/proposals/{b}")
    equal((now["state"], {p["id"] for p in now["merged"]}), ("moderated", before), f"{b} again")
    equal([step["deed"] for step in now["history"]], ["submitted", "placed", "merged", "taken-back"], f"history of {b}")


def offices(house, token, groups):
    """What an office put forward is not there for who sees attendees alone, and takes nothing of theirs away."""
    office = house.valise("proposals", "add", "--question", "1", "--language", "fr", "--author", "O-XA", "--text",
                          "Une proposition de la Présidence.").strip()
    refused(404, lambda: house.call("GET", f"/proposals/{office}", token=token_of(token)), "no such proposal")
    mine = house.call("GET", "/proposals/questions", token=token_of(token))["all"]["received"]
    equal(house.call("GET", "/proposals/questions")["all"]["received"], mine + 1, "what an organiser counts")
    says(house.valise("proposals", "merge", office, groups[1][0], status=1), "office", "merge")
    house.valise("proposals", "merge", groups[1][0], office)
    expect("Présidence" not in draft_of(house, token=token), "a volunteer reads an office's proposal")
    says(draft_of(house), "Une proposition de la Présidence")
    check_sums(house, draft_of(house, token=token), house.call("GET", "/proposals?limit=1000", token=token_of(token))["items"])
    house.valise("proposals", "take-back", office)
    house.valise("proposals", "set-aside", office, "--reason", "essai")
    return office


def hostile(house, token):
    """Words stay words, as Markdown and as CSV."""
    proposal = house.valise("proposals", "add", "--workshop", "atelier-3", "--language", "fr", "--file", "-",
                            stdin=HOSTILE.encode(), token_file=token).strip()
    draft = draft_of(house, "--question", "3")
    at = draft.index(f"### {proposal}\n")
    part = draft[at:draft.index("*Sources*", at)]
    for line in part.splitlines()[2:]:
        expect(not re.match(r"\s*([#>|<=*+-]|\d+[.)]|\s{4})", line), f"this line is more than words: {line!r}")
    plain = re.sub(r"\\([!-/:-@\[-`{-~])", r"\1", re.sub(r"\\\n", "\n", part))
    says(plain, *[line.strip() for line in HOSTILE.splitlines()])
    table = list(csv.reader(io.StringIO(draft_of(house, "--format", "csv").lstrip("\ufeff")), delimiter=";"))
    equal({len(row) for row in table}, {len(table[0])}, "cells of each row")
    house.valise("proposals", "add", "--workshop", "atelier-3", "--text", "=1+1", "--language", "es", token_file=token)
    rows = csv.DictReader(io.StringIO(draft_of(house, "--format", "csv").lstrip("\ufeff")), delimiter=";")
    words = [row["Texte"] for row in rows]
    expect("'=1+1" in words and HOSTILE in words, "the CSV holds the words, and no formula")


def main():
    with House() as house:
        step("28 workshops with 12 seats each; questions in four languages; rapporteurs are volunteers")
        house.start()
        workshops(house)
        set_up(house)
        rapporteur = house.user("paul", "volunteer")
        auditor = house.user("alma", "auditor")
        step("310 proposals, as sheets; each sheet twice, and nothing twice")
        source = enter(house, rapporteur)
        everything, groups = by_question(house)
        equal((len(source), len(everything)), (PROPOSALS, PROPOSALS), "proposals entered, and listed")
        equal({p["language"] for p in everything}, set(LANGUAGES), "languages")
        for p in everything:
            equal((p["workshop"], p["question"], p["edition"], p["source"]["by"]),
                  (f"atelier-{source[p['id']]}", question_of(source[p["id"]]), 6, "paul"), f"facts of {p['id']}")
        equal(house.valise("proposals", "list", "--workshop", "atelier-5", "--language", "fr", json_out=True)["items"],
              [p for p in everything if p["workshop"] == "atelier-5" and p["language"] == "fr"], "a filtered list")
        step("a workshop with too few seats is warned of, and its proposals are taken")
        house.valise("lists", "create", "petit", "--workshop", "--question", "2", "--language", "fr")
        house.valise("lists", "add", "petit", "A-1", "A-2")
        small = house.valise("proposals", "add", "--workshop", "petit", "--question", "3", "--text", "Un essai.",
                             json_out=True, token_file=rapporteur)
        says(" ".join(small["warnings"]), "2 seats taken, and should have 10 to 15", "works on question 2")
        says(house.valise("proposals", "add", "--question", "9", "--language", "fr", "--text", "x", status=1), "no question 9")
        says(house.valise("proposals", "add", "--workshop", "attendees", "--text", "x", status=1), "no workshop")
        says(house.valise("proposals", "add", "--text", "Sans langue", status=2), "language")
        house.valise("proposals", "set-aside", small["items"][0]["id"], "--reason", "essai")
        refused(403, lambda: house.call("POST", "/proposals", {"text": "x"}, token=token_of(auditor)))
        step("310 to 42: merged, set aside, ordered by a volunteer")
        condense(house, rapporteur, groups)
        proposals = house.call("GET", "/proposals?limit=1000")["items"]
        draft = draft_of(house)
        equal(check_sums(house, draft, proposals), (PROPOSALS + 1, ITEMS, PROPOSALS - ITEMS - 12, 13), "received, items, merged, aside")
        equal(len(re.findall(r"^### \d\.\d+ \(P-\d+\)$", draft, re.M)), ITEMS, "items with a place")
        first = re.search(r"^### 1\.1 \((P-\d+)\)$", draft, re.M)[1]
        equal(first, groups[1][:11][-1], "the first item of question 1")
        says(draft, "# Projet de synthèse : Changer le cap", "## Question 1 : Quels rôles des États", "hors du sujet : \\*étoile\\*")
        says(draft_of(house, "--language", "en", "--question", "2"), "## Question 2: How can civil society be empowered",
             "workshop atelier", "entered by paul")
        step("merging is transitive, and taken back exactly")
        transitive(house, groups)
        house.valise("proposals", "order", "--question", "1", groups[1][1])
        items = [p for p in house.call("GET", "/proposals?limit=1000")["items"] if p["question"] == 1 and p["place"]]
        equal(sorted(p["place"] for p in items), list(range(1, 12)), "places without gaps")
        equal([p["id"] for p in items if p["place"] == 1], [groups[1][1]], "who is first")
        step("an office's proposal is not there for a volunteer")
        offices(house, rapporteur, groups)
        step("words stay words")
        hostile(house, rapporteur)
        step("what the synthesis says instead stands beside what came")
        house.valise("proposals", "reword", groups[2][0], "--text", "Le point deux, mieux dit.", "--language", "fr")
        reworded = draft_of(house, "--question", "2")
        says(reworded, "Le point deux, mieux dit.")
        original = next(p["text"] for p in everything if p["id"] == groups[2][0])
        says(re.sub(r"\\(.)", r"\1", reworded), original)
        step("one that is several")
        whole = house.valise("proposals", "add", "--language", "fr", "--text",
                             "Bonjour,\nQuestion 2 : la société.\nQuestion n° 4 - les communs.\nEt l'eau.").strip()
        equal(house.call("GET", f"/proposals/{whole}")["question"], None, "its question")
        parts = [house.call("GET", f"/proposals/{part}") for part in house.valise("proposals", "split", whole).split()]
        equal([(p["question"], p["text"]) for p in parts], [(2, "la société."), (4, "les communs.\nEt l'eau.")], "its parts")
        equal(house.call("GET", f"/proposals/{whole}")["state"], "set-aside", "the whole")
        step("a person is forgotten, and what was put forward stays as nobody's")
        said = house.valise("proposals", "add", "--author", "A-5", "--question", "1", "--text",
                            "Moi, Ada Norvane5 (ada5@forum.example), je propose un fonds.").strip()
        equal(house.call("GET", f"/proposals/{said}")["author"]["name"], "Ada Norvane5", "the author")
        dossier = house.valise("contacts", "show", "A-5", "--all", json_out=True)
        equal([p["id"] for p in dossier["proposals"]], [said], "what is kept of the person")
        house.valise("contacts", "erase", "A-5")
        now = house.call("GET", f"/proposals/{said}")
        equal((now["author"], now["text"]), (None, "Moi, […] ([…]), je propose un fonds."), "after it")
        house.valise("proposals", "set-aside", said, "--reason", "à sa demande", "--erase")
        equal(house.call("GET", f"/proposals/{said}")["text"], "", "its words")
        says(house.valise("proposals", "take-back", said, status=1), "erased")
        expect(not house.rows("SELECT 1 FROM proposals WHERE words LIKE '%un fonds.%' AND id = ?", int(said[2:])), "the words are gone")
        step("the sums still match, and every change is in the journal")
        check_sums(house, draft_of(house), house.call("GET", "/proposals?limit=1000")["items"])
        kinds = {entry["kind"] for entry in house.valise("log", "list", json_out=True)["items"]}
        expect({"edition-changed", "proposal-submitted", "proposal-changed", "proposal-merged", "proposal-set-aside",
                "proposals-ordered", "proposal-taken-back"} <= kinds, f"the journal has {kinds}")
        equal(house.call("GET", "/log/verify")["verified"], True, "the chain")
        step("a second edition begins empty, and the first stays")
        house.valise("proposals", "edition", "7")
        equal(house.call("GET", "/proposals")["items"], [], "proposals of edition 7")
        expect(len(house.call("GET", "/proposals?edition=6&limit=1000")["items"]) > PROPOSALS, "edition 6 is still there")
        says(house.valise("proposals", "edition", "6", status=1), "is over")
        began = time.monotonic()
        draft_of(house, "--edition", "6")
        step(f"the draft of edition 6 in {time.monotonic() - began:.2f} s")


main()
