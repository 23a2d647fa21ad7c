#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Cards of address books in and out, contacts that are one, and one who is forgotten

The cards stand here as telephones and programs write them; all names and addresses are invented.
"""
import base64
import glob
import json
import sqlite3
import urllib.parse

from flow_setup import (OFFICES, House, add_document, draft, equal, expect, import_text, refused, says, step, submit, token_of)

PHOTO = base64.b64encode(bytes(range(256)) * 300).decode()


def folded(line, width=75):
    """A long line as programs fold it."""
    return line[:width] + "".join("\r\n " + line[at:at + width - 1] for at in range(width, len(line), width - 1))


APPLE = "\r\n".join([
    "BEGIN:VCARD", "VERSION:3.0", "PRODID:-//Apple Inc.//iPhone OS 17.1//EN", "N:Norvane;Aline;Marie;Mme;",
    "FN:Mme Aline Marie Norvane", "ORG:Coopérative du Lac;", "TITLE:Trésorière",
    "EMAIL;type=INTERNET;type=HOME:aline@home.example", "item1.EMAIL;type=INTERNET;type=pref:aline@lac.example",
    "item1.X-ABLabel:_$!<Other>!$_", "TEL;type=CELL;type=VOICE;type=pref:+33 6 39 98 00 01",
    "item2.ADR;type=WORK;type=pref:;;1 rue de l’Exemple;Anvaux;;74000;France", "item2.X-ABADR:fr",
    folded("PHOTO;ENCODING=b;TYPE=JPEG:" + PHOTO), "UID:5F1A3C2E-0D5B-4C0E-9A0E-0123456789AB:ABPerson", "END:VCARD", ""])
GOOGLE = "\r\n".join([
    "BEGIN:VCARD", "VERSION:3.0", "FN:Ben Farlowe", "N:Farlowe;Ben;;;", "EMAIL;TYPE=INTERNET:ben@farlowe.example",
    "TEL;TYPE=CELL:+44 20 7946 0001", "CATEGORIES:myContacts,Forum 2013", "END:VCARD",
    "BEGIN:VCARD", "VERSION:3.0", "FN:Zoé Oran", "N:Oran;Zoé;;;", "EMAIL;TYPE=INTERNET:zoé@exämple.example",
    "NOTE:met in Anvaux\\, likes\\nlists", "END:VCARD", ""])
OUTLOOK = "\r\n".join([
    "BEGIN:VCARD", "VERSION:2.1", "N;LANGUAGE=fr;CHARSET=Windows-1252;ENCODING=QUOTED-PRINTABLE:Vall=E8s;=C9lo=EFse;;Dr",
    "FN;CHARSET=Windows-1252;ENCODING=QUOTED-PRINTABLE:Dr =C9lo=EFse Vall=E8s", "ORG:Mutuelle", "TEL;WORK;VOICE:01 99 00 00 02",
    "LABEL;WORK;PREF;ENCODING=QUOTED-PRINTABLE:2 rue de l'Exemple=0D=0A=", "75000 Anvaux",
    "EMAIL;PREF;INTERNET:eloise@mutuelle.example", "PHOTO;TYPE=JPEG;ENCODING=BASE64:", " /9j/4AAQSkZJRg==", "",
    "REV:20131202T090000Z", "END:VCARD", ""])
THUNDERBIRD = "\r\n".join([
    "BEGIN:VCARD", "VERSION:4.0", "EMAIL;PREF=1:david@estevan.example", "FN:David Estevan", "N:Estevan;David;;;",
    "UID:7c2ad23f-14a0-4a40-b2e8-3e2fd8ea2b0a", "GENDER:M", "LANG;PREF=2:fr", "LANG;PREF=1:es", "END:VCARD", ""])


def write(house, name, text, codec="utf-8"):
    path = f"{house.folder}/{name}"
    with open(path, "wb") as file:
        file.write(text.encode(codec))
    return path


def contact(house, name):
    return house.call("GET", f"/contacts/{name}")


def by_address(house, address):
    (found,) = house.call("GET", f"/contacts?search={urllib.parse.quote(address)}")["items"]
    return found


def address_books(house):
    step("cards of four programs: what they say is there, what nobody needs is counted and left out")
    files = [write(house, "apple.vcf", APPLE), write(house, "google.vcf", GOOGLE), write(house, "outlook.vcf", OUTLOOK),
             write(house, "thunderbird.vcf", THUNDERBIRD, "utf-8-sig")]
    dry = house.valise("contacts", "import", *files, "--dry-run", json_out=True)
    equal([report["new"] for report in dry], [1, 2, 1, 1], "new contacts of a dry run")
    equal(house.call("GET", "/contacts")["items"], [], "contacts after it")
    out = house.valise("contacts", "import", *files, "--list", "carnet")
    says(out, "read as vcards, utf-8", "1 new", "2 new")
    aline = by_address(house, "aline@lac.example")
    equal((aline["given_name"], aline["family_name"], aline["gender"], aline["organisation"], aline["country"]),
          ("Aline Marie", "Norvane", "f", "Coopérative du Lac", "FR"), "the card of a telephone")
    equal([channel["address"] for channel in aline["channels"]],
          ["aline@lac.example", "aline@home.example", "1 rue de l’Exemple\n74000 Anvaux\nFrance", "+33 6 39 98 00 01"],
          "its routes")
    eloise = by_address(house, "eloise@mutuelle.example")
    equal((eloise["name"], eloise["honorific"]), ("Éloïse Vallès", "Dr"), "a card in another charset")
    equal(by_address(house, "david@estevan.example")["languages"], ["es", "fr"], "languages by preference")
    zoe = by_address(house, "zoé@exämple.example")
    equal(zoe["channels"][0]["address"], "zoé@exämple.example", "an address as people read it")
    equal({item["name"] for item in house.call("GET", "/lists/Forum%202013")["items"]}, {"Ben Farlowe"}, "a category is a list")
    again = house.valise("contacts", "import", *files, json_out=True)
    equal([(report["new"], report["changed"]) for report in again], [(0, 0)] * 4, "the same files again")
    says(json.dumps(again[0]["notes"]), "PHOTO (1)", "X-ABLABEL (1)")


def bad_cards(house):
    step("a bad card is named by its line and stops nobody who says so; a file cut off is noticed")
    path = write(house, "bad.vcf", "BEGIN:VCARD\nFN:A B\nEMAIL:ben at oran\nEND:VCARD\nBEGIN:VCARD\nno line\nEND:VCARD\n"
                                   "BEGIN:VCARD\nFN:Good Card\nEMAIL:good@oran.example\nEND:VCARD\nBEGIN:VCARD\nFN:Cut")
    report = house.valise("contacts", "import", path, status=2)
    for line in ("line 1, EMAIL", "line 5", "line 12"):
        says(report, line)
    report = house.valise("contacts", "import", path, "--skip-bad", json_out=True)
    equal((report["rows"], report["new"], report["set_aside"], report["format"]), (4, 1, 3, "vcard"), "the good one alone")
    says(house.valise("contacts", "import", path, "--map", "A=email", status=2), "--map")


def round_trip(house):
    step("the export as cards of both versions, imported again, changes nothing; so it does in another house")
    import_text(house, OFFICES, "chefs")
    csv = house.valise("contacts", "export")
    before = house.call("GET", "/contacts?limit=1000")["items"]
    for form, version in (("vcard", "VERSION:4.0"), ("vcard3", "VERSION:3.0")):
        cards = house.valise("contacts", "export", "--format", form)
        equal(cards.count(version), len([line for line in csv.splitlines() if line.startswith(("person", "office", "org"))]), "cards")
        expect(all(len(line.encode()) <= 75 for line in cards.replace("\r", "").split("\n")), "a line is longer than 75 octets")
        path = write(house, f"{form}.vcf", cards.replace("\r\n", "\n").replace("\n", "\r\n"))
        report = house.valise("contacts", "import", path, json_out=True)
        equal((report["new"], report["changed"], report["refused"]), (0, 0, 0), f"{form} imported again")
        equal(house.call("GET", "/contacts?limit=1000")["items"], before, "contacts after it")
        with House() as second:
            second.start()
            second.valise("contacts", "import", path)
            equal(second.valise("contacts", "export"), csv, f"the table there, by way of {form}")
    says(house.valise("contacts", "export", "--format", "xml", status=2), "vcard3")
    one = house.valise("contacts", "export", "--format", "vcard", "--search", "farlowe")
    equal(one.count("BEGIN:VCARD"), 1, "cards of one search")


def duplicates(house):
    step("contacts that may be one, with score and reasons; a pair that is not the same stays so")
    import_text(house, "Type;Identifiant;Prénom;Nom;Organisation;Pays;Courriel;Téléphone;Listes\n"
                       "personne;D-1;Jean;Delorvane;Mutuelle;FR;jean@delorvane.example;01 99 00 00 09;amis\n"
                       "personne;D-2;DELORVANE;Jean;MUTUELLE;FR;j.delorvane@home.example;;presse\n"
                       "personne;D-3;Jeanne;Autrevane;;FR;jean@delorvane.example;;\n", "essai")
    pairs = house.valise("contacts", "duplicates", json_out=True)["items"]
    found = {(pair["a_name"], pair["b_name"]): (pair["score"], pair["reasons"]) for pair in pairs}
    equal(found[("Jean Delorvane", "DELORVANE Jean")], (75, ["swapped-name", "same-organisation", "same-country"]), "one pair")
    equal(found[("Jean Delorvane", "Jeanne Autrevane")][1], ["same-mailbox", "same-country"], "another")
    equal(sorted((pair["score"] for pair in pairs), reverse=True), [pair["score"] for pair in pairs], "the order")
    equal(len(house.valise("contacts", "duplicates", "--min-score", "72", json_out=True)["items"]), 1, "pairs from 72 on")
    equal(house.valise("contacts", "duplicates", "--kind", "office", json_out=True)["items"], [], "offices that look alike")
    house.valise("contacts", "duplicates", "--distinct", "D-1", "D-3")
    house.stop()
    house.start()
    left = house.valise("contacts", "duplicates")
    says(left, "swapped-name")
    expect("Autrevane" not in left, f"a pair marked as not the same is shown: {left}")
    says(house.valise("contacts", "merge", "D-1", "D-3", status=1), "--same")
    says(house.valise("contacts", "duplicates", "--distinct", "D-1", status=2), "two contacts")
    house.valise("contacts", "duplicates", "--same", "D-1", "D-3")
    says(house.valise("contacts", "duplicates"), "Autrevane")


def merging(house):
    step("one goes into another and comes out again as it was, unless something changed since")
    first, second = contact(house, "D-1"), contact(house, "D-2")
    says(house.valise("contacts", "merge", "D-1", "D-2", "--dry-run"), "would go", "1 channel", "1 list")
    equal(contact(house, "D-1"), first, "the contact after a dry run")
    says(house.valise("contacts", "merge", "D-1", "D-2"), f"{second['id']} went into {first['id']}")
    merged = contact(house, "D-1")
    equal([c["address"] for c in merged["channels"] if c["kind"] == "email"],
          ["jean@delorvane.example", "j.delorvane@home.example"], "addresses of both")
    equal({seat["name"] for seat in merged["lists"]}, {"amis", "presse", "essai"}, "lists of both")
    says(house.valise("contacts", "show", second["id"], status=1), f"went into {first['id']}")
    equal(contact(house, "D-2")["id"], first["id"], "who is asked for by the other's own id")
    says(house.valise("contacts", "unmerge", "D-1", second["id"], "--dry-run"), "would come out")
    house.valise("contacts", "unmerge", "D-1", second["id"])
    equal((contact(house, "D-1"), contact(house, "D-2")), (first, second), "both after it")
    house.valise("contacts", "merge", "D-1", "D-2")
    house.valise("contacts", "set", "D-1", "honorific=Dr")
    says(house.valise("contacts", "unmerge", "D-1", second["id"], status=1), "its card")
    says(house.valise("contacts", "merge", "D-1", "O-XA", status=1), "one kind")
    vera = house.user("vera", "volunteer")
    says(house.valise("contacts", "merge", "D-1", "D-3", token_file=vera, status=4), "organiser")


def on_its_way(house):
    step("who is on the roll of a mailing that was submitted is neither merged nor erased")
    document = add_document(house, "pre-report", "Essai")
    house.valise("contacts", "set", "D-3", "email=jeanne@autrevane.example")
    mailing = draft(house, document, "essai", "pre-report")
    submit(house, mailing)
    says(house.valise("contacts", "merge", "D-1", "D-3", status=1), mailing, "on its way")
    says(house.valise("contacts", "erase", "D-3", status=1), mailing, "on its way")
    house.valise("mailings", "release", mailing)
    house.wait_quiet(mailing)
    return mailing


def had_before(house, mailing):
    step("who took in somebody that had a letter does not get it again, by a supplement or by a rule")
    import_text(house, "Type;Identifiant;Prénom;Nom;Pays;Langue;Courriel\npersonne;N-1;Neuve;Arrivane;FR;fr;neuve@arrivane.example\n"
                       "personne;N-2;Autre;Arrivee;FR;fr;autre@arrivee.example\n", "essai")
    house.valise("contacts", "merge", "N-1", "D-1")
    supplement = house.valise("mailings", "supplement", mailing).split()[0]
    roll = house.call("GET", f"/mailings/{supplement}/roll?limit=1000")["items"]
    got = {line["contact"] for line in roll if line["state"] == "included"}
    expect(contact(house, "N-2")["id"] in got, f"who is new gets none: {roll}")
    expect(contact(house, "N-1")["id"] not in got, f"who had it as another gets it again: {roll}")
    house.valise("mailings", "cancel", supplement, "--reason", "essai")
    house.call("POST", "/lists", {"name": "sans", "rule": "list=essai not-received=F-1"})
    names = {item["external_id"] for item in house.call("GET", "/lists/sans")["items"]}
    expect("N-2" in names and "N-1" not in names, f"by rule: {names}")


def on_disk(house, word):
    for path in glob.glob(f"{house.state}/valise.db*"):
        with open(path, "rb") as file:
            if word.lower() in file.read().lower():
                return path
    return None


def erasing(house, mailing):
    step("all about one person in one place; then it is forgotten, in letters, log and free pages too, and stays so")
    house.valise("contacts", "object", "D-3", "--reason", "letter of Autrevane")
    house.valise("contacts", "object", "D-3", "--reason", "letter of Autrevane", "--take-back")
    dossier = house.valise("contacts", "show", "D-3", "--all", json_out=True)
    equal([(d["mailing"], d["state"]) for d in dossier["deliveries"]], [(mailing, "relayed")], "its deliveries")
    says(json.dumps(dossier["log"]), "objection", "letter of Autrevane")
    says(house.valise("contacts", "show", "D-3", "--all"), "Autrevane", mailing, "letter of Autrevane")
    number = dossier["id"]
    expect(on_disk(house, b"autrevane"), "the name is not in the database to begin with")
    says(house.valise("contacts", "erase", "D-3", "--dry-run"), "would be erased")
    equal(contact(house, "D-3")["name"], "Jeanne Autrevane", "the name after a dry run")
    says(house.valise("contacts", "erase", "D-3"), f"{number} is erased")
    left = contact(house, number)
    equal((left["name"], left["standing"], left["channels"], left["lists"]), (number, "erased", [], []), "what is left")
    says(house.valise("contacts", "show", number), "erased")
    equal(on_disk(house, b"autrevane"), None, "a file of the database that has the name still")
    expect(house.call("GET", "/log/verify")["verified"], "the journal does not verify")
    delivery = house.valise("contacts", "show", number, "--all", json_out=True)["deliveries"][0]
    equal((delivery["state"], delivery["address"]), ("relayed", ""), "its delivery")
    says(house.valise("contacts", "erase", number), "erased before")
    report = import_text(house, "Type;Identifiant;Nom;Courriel\npersonne;D-3;Nouveau;x@y.example\n", "essai")
    equal((report["new"], report["changed"]), (0, 0), "a file that brings it back")
    says(json.dumps(report["notes"]), "erased")
    refused(409, lambda: house.call("POST", "/contacts/O-XA/erase", {}), "only persons")


def reviews(house):
    step("who was not looked at since a day")
    everybody = house.call("GET", "/contacts?limit=1000&not-reviewed-since=2999-01-01")["items"]
    expect(all(item["standing"] != "erased" for item in everybody) and len(everybody) > 5, "the list for review")
    equal(house.valise("contacts", "list", "--not-reviewed-since", "2001-01-01", json_out=True)["items"], [], "nobody so old")
    with sqlite3.connect(f"{house.state}/valise.db") as database:
        (made,) = database.execute("SELECT max(made_at) FROM contact_ids").fetchone()
    expect(made > 0, "contacts have no day on which they were noted")
    house.valise("contacts", "review", "D-1")
    equal(house.valise("contacts", "show", "D-1", "--all", json_out=True)["reviewed_by"], "root", "who looked at it")
    says(house.valise("contacts", "list", "--not-reviewed-since", "yesterday", status=2), "yesterday")


def volunteers(house):
    step("a volunteer gets no cards and no dossier, and finds only attendees that look alike")
    import_text(house, "Type;Identifiant;Type de fonction;Pays;Courriel\nfonction;O-1;president;XB;p@xb.example\n"
                       "fonction;O-2;president;XB;p@xb.example\n", "chefs")
    import_text(house, "Type;Identifiant;Prénom;Nom;Courriel\npersonne;V-1;Ada;Oran;ada@oran.example\n"
                       "personne;V-2;Ada;Oran;ada@oran.example\n", "essai")
    token = token_of(f"{house.folder}/token-vera")
    seen = house.call("GET", "/duplicates?min-score=1", token=token)["items"]
    expect(seen and not any("president" in pair["a_name"] for pair in seen), f"a volunteer sees {seen}")
    expect(any("president" in pair["a_name"] for pair in house.call("GET", "/duplicates")["items"]), "an admin does not")
    for path in ("/contacts.vcf", "/contacts/D-1/dossier"):
        refused(403, lambda path=path: house.call("GET", path, token=token))


def main():
    with House() as house:
        house.start()
        address_books(house)
        bad_cards(house)
        round_trip(house)
        duplicates(house)
        merging(house)
        mailing = on_its_way(house)
        had_before(house, mailing)
        erasing(house, mailing)
        reviews(house)
        volunteers(house)
        equal(house.stop(), 0, "the exit status at the end")


main()
