#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Contacts out of the files that people really have, what is said of bad ones, and names that stay words"""
import csv
import html
import io
import json

from flow_setup import (EXAMPLES, House, Mail, Refused, add_document, draft, equal, expect, flat, refused, says, step,
                        token_of)

HEADER = "Type;Identifiant;Prénom;Nom;Genre;Pays;Langue;Courriel;Adresse postale\n"
# What a spreadsheet, a mailing or a page might take for something else than a name.
HOSTILE = [("[x](https://evil.example)", "**b**"), ("{{x}}", "{{{salutation}}}"), ("<script>alert(1)</script>", "&amp;"),
           ("=HYPERLINK(1)", "+33"), ("# Titre", "- un"), ("Ada, Bcc: x@evil.example", "\"Norvane\" <y@evil.example>"),
           ("`code`", "![i](https://evil.example/i.png)"), ("=?utf-8?B?aGFoYQ==?=", "\\n"), ("@Ada", "1. deux")]


def upload(house, data, query=""):
    """The report of an import, whatever came of it, and the refusal if there was one."""
    try:
        return house.call("POST", f"/imports?list=test{query}", raw=data, content_type="text/csv"), None
    except Refused as refusal:
        return None, refusal


def nobody(house):
    equal(house.call("GET", "/contacts")["items"], [], "contacts after refused files")
    equal(house.call("GET", "/lists")["items"], [], "lists after refused files")


def not_a_file(house):
    """Rows: what the file is, its bytes, what the refusal says."""
    good = (HEADER + "personne;K-1;Ada;Norvane;F;FR;fr;ada@flow.example;\n").encode("cp1252")
    return [
        ("empty", b"", ()),
        ("a picture", b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + bytes(range(256)) * 4, ()),
        ("a PDF", b"%PDF-1.4\n%\xe2\xe3\xcf\xd3\n\0\1\2", ()),
        ("cut off in a quoted cell", good + b'personne;K-2;Ben;Oran;M;FR;fr;ben@flow.example;"2 rue de', ("line 3",)),
        ("UTF-16 cut off in a character", good.decode("cp1252").encode("utf-16")[:-1], ()),
        ("an unknown column", b"Type;Pointure;Courriel\npersonne;43;ada@flow.example\n", ("Pointure", "--map")),
        ("a NUL in a cell", good.replace(b"Norvane", b"Nor\0vane"), ()),
        ("two columns of one name", b"Type;Nom;Nom;Courriel\npersonne;A;B;ada@flow.example\n", ("Nom",)),
    ]


def bad_rows(house):
    step("bad rows are named with line, column, cause and remedy, all at once; nothing of the file is taken")
    text = HEADER + """personne;K-1;Ada;Norvane;F;FR;fr;ada@flow.example;"1 rue de l'Exemple
Bâtiment B
74000 Anvaux"
personne;K-2;Ben;Oran;M;FR;fr;ben at flow.example;
personne;K-3;Cleo;Oran;F;Atlantide;fr;cleo@flow.example;
licorne;K-4;Dan;Oran;M;FR;fr;dan@flow.example;
personne;K-5;Eve;Oran;F;FR;klingon;eve@flow.example;
personne;K-6;Fay;Oran;X9;FR;fr;fay@flow.example;
personne;K-1;Gil;Oran;M;FR;fr;gil@flow.example;
"""
    path = f"{house.folder}/bad.csv"
    with open(path, "w", encoding="cp1252") as file:
        file.write(text)
    for dry_run in (["--dry-run"], []):
        report = house.valise("contacts", "import", path, *dry_run, status=2)
        for line, what in ((5, "no @ in it"), (6, "Atlantide"), (7, "licorne"), (8, "klingon"), (9, "X9"), (10, "as on line 2")):
            expect(any(f"line {line}" in row and what in row for row in report.splitlines()),
                   f"line {line} with {what!r} is not complained of in:\n{report}")
    nobody(house)
    report, refusal = upload(house, text.encode("cp1252"), "&skip-bad=1")
    expect(refusal is None, f"skip-bad refuses: {refusal}")
    equal((report["rows"], report["new"], report["set_aside"]), (7, 1, 6), "the file without its bad rows")
    equal({complaint["line"] for complaint in report["complaints"]}, {5, 6, 7, 8, 9, 10}, "lines complained of")
    contact = house.call("GET", "/contacts/K-1")
    says(json.dumps(contact, ensure_ascii=False), "Bâtiment B\\n74000 Anvaux")


def encodings(house):
    step("the same rows in UTF-8, UTF-8 with BOM, UTF-16 and Windows-1252, by comma, semicolon and tab, change nothing")
    text = HEADER + "personne;K-1;Ada;Norvane;F;FR;fr;ada@flow.example;\npersonne;K-7;Zoé;Œuvrard;F;FR;fr;zoé@flow.example;\n"
    report, _ = upload(house, text.encode("utf-8"))
    equal((report["new"], report["unchanged"]), (1, 1), "the first of them")
    for codec, encoding in (("utf-8-sig", "UTF-8"), ("utf-16", "UTF-16"), ("utf-16-be", "UTF-16"), ("cp1252", "1252")):
        for delimiter in (";", ",", "\t"):
            data = text.replace(";", delimiter).replace("\n", "\r\n").encode(codec)
            if codec == "utf-16-be":
                data = b"\xfe\xff" + data
            report, refusal = upload(house, data)
            expect(refusal is None, f"{codec} with {delimiter!r}: {refusal}")
            equal((report["unchanged"], report["changed"], report["new"]), (2, 0, 0), f"{codec} with {delimiter!r}")
            says(report["encoding"], encoding)
            equal(report["delimiter"], delimiter, "the delimiter found")


def mapping(house):
    step("headers in four languages, and others by --map")
    rows = {"en": "Kind,Id,Given name,Family name,Email\nperson,K-8,Ada,Norvane,ada8@flow.example\n",
            "es": "Tipo,Identificador,Nombre,Apellidos,Correo electrónico\npersona,K-8,Ada,Norvane,ada8@flow.example\n",
            "pt": "TIPO,IDENTIFICADOR,NOME PROPRIO,APELIDO,CORREIO ELETRONICO\npessoa,K-8,Ada,Norvane,ada8@flow.example\n"}
    for n, text in enumerate(rows.values()):
        report, refusal = upload(house, text.encode("utf-8"))
        expect(refusal is None, f"{text}: {refusal}")
        equal((report["new"], report["unchanged"]), ((1, 0), (0, 1), (0, 1))[n], "the row in another language")
    path = f"{house.folder}/map.csv"
    with open(path, "w", encoding="utf-8") as file:
        file.write("Réf,Wie sie heisst,Post\nK-9,Norvane,ada9@flow.example\n")
    says(house.valise("contacts", "import", path, status=2), "Réf", "line 1", "--map")
    house.valise("contacts", "import", path, "--map", "Réf=id", "--map", "Wie sie heisst=family_name", "--map", "Post=email")
    equal(house.call("GET", "/contacts/K-9")["family_name"], "Norvane", "the mapped name")
    says(house.valise("contacts", "import", path, "--map", "Réf=pointure", status=2), "pointure")


def hostile_names(house):
    step("names that look like markup, tags, headers or formulas stay words in text, HTML and headers")
    rows = "".join(f'personne;H-{n};"{given.replace(chr(34), chr(34) * 2)}";"{family.replace(chr(34), chr(34) * 2)}";F;FR;'
                   f'{"fr en es pt".split()[n % 4]};hostile{n}@flow.example;\n' for n, (given, family) in enumerate(HOSTILE))
    report, refusal = upload(house, (HEADER + rows).encode("utf-8"), "&list=hostile")
    expect(refusal is None, f"hostile names are refused: {refusal}")
    equal(report["new"], len(HOSTILE), "hostile names taken")
    house.call("POST", "/lists", {"name": "strange"})
    house.call("POST", "/lists/strange/members", {"contacts": [f"H-{n}" for n in range(len(HOSTILE))]})
    document = add_document(house, "pre-report", "Un *titre* <b>{{gras}}</b>")
    mailing = draft(house, document, "strange", "pre-report", "--value", "questions.fr=[q](https://evil.example) <i>{{x}}</i>",
                    "--value", "questions=**q** <i>")
    for n, (given, family) in enumerate(HOSTILE):
        preview = house.call("GET", f"/mailings/{mailing}/preview?contact=H-{n}")
        eml = f"{house.folder}/hostile.eml"
        house.valise("mailings", "preview", mailing, "--contact", f"H-{n}", "--out", eml)
        with open(eml, "rb") as file:
            check_hostile(Mail(file.read()), preview, f"{given} {family}", f"hostile{n}@flow.example")
        if preview["language"] == "en":  # the one language whose salutation to a person has the surname
            says(flat(preview["text"]), flat(family))
            says(flat(html.unescape(preview["html"])), flat(family))


def check_hostile(mail, preview, name, address):
    equal(mail.defects(), [], f"defects with the name {name!r}")
    equal([(a.display_name, a.addr_spec) for a in mail.message["To"].addresses], [(name, address)], "To")
    equal(sorted(set(mail.message.keys()) & {"Bcc", "Cc"}), [], "headers that a name brought")
    says(mail["Subject"], "Un *titre* <b>{{gras}}</b>")
    says(flat(preview["text"]), "Un *titre* <b>{{gras}}</b>")
    page = preview["html"]
    for bad in ("<script", "<img", "<b>", "<i>", "<code", 'href="https://evil', "href='https://evil"):
        expect(bad not in page.lower(), f"{name!r}: {bad} is in the HTML part")
    says(page, "Un *titre* &lt;b&gt;{{gras}}&lt;/b&gt;")


def round_trip(house):
    step("the export is safe against formulas, and imported again changes nothing")
    out = house.valise("contacts", "export")
    cells = [cell for row in csv.reader(io.StringIO(out, newline=""), csv.Sniffer().sniff(out[:200], ",;\t")) for cell in row]
    for cell in cells:
        expect(cell[:1] not in ("=", "+", "-", "@", "\t", "\r"), f"a formula in the export: {cell!r}")
    for name in ("'=HYPERLINK(1)", "'@Ada", "'- un", "'+33"):
        expect(name in cells, f"the export has no cell {name}")
    path = f"{house.folder}/export.csv"
    with open(path, "w", encoding="utf-8", newline="") as file:
        file.write(out)
    before = house.call("GET", "/contacts?limit=1000")["items"]
    report = house.valise("contacts", "import", path, json_out=True)
    equal((report["new"], report["changed"], report["refused"]), (0, 0, 0), "the export imported again")
    equal(house.call("GET", "/contacts?limit=1000")["items"], before, "contacts after it")
    with House() as second:
        second.start()
        report = second.valise("contacts", "import", path, json_out=True)
        equal((report["rows"], report["new"]), (len(before), len(before)), "the export in another house")
        equal(second.valise("contacts", "export"), out, "its export there")


def by_hand(house):
    step("contacts by hand: the same checks, the same words")
    added = house.valise("contacts", "add", "kind=person", "given_name=Ada", "family_name=Byron", "email=ada.b@flow.example",
                         "country=FR", "language=en").strip()
    house.valise("contacts", "set", added, "family_name=Lovelace", "honorific=Dr")
    equal(house.call("GET", f"/contacts/{added}")["name"], "Ada Lovelace", "the name after a change")
    says(house.valise("contacts", "set", added, "famly_name=X", status=2), "famly_name", "family_name")
    says(house.valise("contacts", "add", "kind=person", "email=nobody", status=2), "nobody")
    says(house.valise("contacts", "show", "C-99999", status=1), "C-99999")
    refused(400, lambda: house.call("POST", "/contacts", {"kind": "person", "family_name": "A\r\nBcc: x@evil.example"}))
    refused(400, lambda: house.call("POST", "/contacts", {"kind": "person", "family_name": "A", "email": "a\0b@c.example"}))
    house.valise("contacts", "object", added, "--reason", "asked by letter")
    equal(house.call("GET", f"/contacts/{added}")["standing"], "objected", "the standing of who objected")


def volunteers(house):
    step("a volunteer brings attendees, but no office")
    vera = house.user("vera", "volunteer")
    says(house.valise("contacts", "import", f"{EXAMPLES}/offices.csv", token_file=vera, status=4), "office")
    house.valise("contacts", "import", f"{EXAMPLES}/attendees.csv", token_file=vera)
    expect(all(item["kind"] == "person" for item in house.call("GET", "/contacts?limit=1000", token=token_of(vera))["items"]),
           "a volunteer sees others than persons")


def main():
    with House() as house:
        house.start()
        step("what is no file of contacts is refused in a sentence, and nothing is half done")
        for what, data, parts in not_a_file(house):
            report, refusal = upload(house, data)
            expect(refusal is not None, f"{what} is taken: {report}")
            equal(refusal.status, 400, f"the status for {what} ({refusal})")
            says(str(refusal), *parts)
            nobody(house)
        says(house.valise("contacts", "import", f"{house.folder}/absent.csv", status=2), "absent.csv", "No such file")
        says(house.valise("contacts", "import", house.folder, status=2), house.folder)
        bad_rows(house)
        encodings(house)
        mapping(house)
        hostile_names(house)
        round_trip(house)
        by_hand(house)
        volunteers(house)
        expect(house.call("GET", "/log/verify")["verified"], "the journal does not verify")
        equal(house.stop(), 0, "the exit status at the end")


main()
