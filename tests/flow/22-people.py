#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Who can be addressed, in full width, as an organiser notes it: areas, routes and their limits, co-heads and successions,
grounds with their evidence, member organisations, bodies, workshops, and who must not be written to again"""
import hashlib
import json
import os
import subprocess

from flow_setup import BUILD, House, equal, expect, import_text, refused, says, step, token_of

OFFICES = """Type;Identifiant;Prénom;Nom;Genre;Fonction;Type de fonction;Organisation;Pays;Langue;Courriel;Formulaire web;Adresse postale;Téléphone;Taille maximale;Texte seul;Motif;Zone du motif;Preuve du motif;Date du motif;Début du mandat;Vérifié le
fonction;O-XD;Ivo;Dornan;M;Co-principauté;prince;;XD;fr;courrier@palais.example;https://palais.example/écrire?sujet=1;"Palais
Place Haute
Dornelle";+999 20 55 01;5 MiB;oui;approval-expressed;XD;lettre du 3 mars 2012;2012-03-03;2010-01-01;2026-11-01
fonction;O-SN;Awa;Diarrel;F;Présidence;president;;Sénégal;fr;cabinet@presidence-sn.example;;;;;;sse-promotion;Afrique de l'Ouest;loi-cadre;2021-06-01;2020-04-02;2026-11-01
organisation;O-QC;;;;;;Chantier Essai;Québec;fr;contact@chantier.example;;;;;;sse-promotion;CA-QC;charte;2015-01-01;;
organisation;O-AF;;;;;;Union Essai;Afrique;en;union@essai.example;;;;;;;;;;;
"""
PEOPLE = "Type;Identifiant;Prénom;Nom;Genre;Pays;Langue;Courriel\n" + "".join(
    f"personne;P-{n};Ada;Norvane{n};F;{country};{language};ada{n}@people.example\n"
    for n, (country, language) in enumerate([("FR", "fr")] * 7 + [("SN", "fr"), ("ML", "fr"), ("BR", "pt"), ("EC", "es"), ("GB", "en")]))


def ids(house, query, token=None):
    return sorted(item["external_id"] or item["id"] for item in house.call("GET", f"/contacts?limit=1000&{query}", token=token)["items"])


def shown(house, name):
    return house.valise("contacts", "show", name)


def contact(house, name):
    return house.call("GET", f"/contacts/{name}")


def channel(card, kind, address=None):
    (found,) = [c for c in card["channels"] if c["kind"] == kind and address in (None, c["address"])]
    return found


def areas(house):
    step("a country, a part of one and a region: by code or name, in countries, grounds, filters and rules")
    equal(contact(house, "O-QC")["country"], "CA-QC", "the country that Québec is")
    equal(contact(house, "O-AF")["country"], "002", "the country of an organisation of a continent")
    equal(contact(house, "O-SN")["grounds"][0]["area"], "011", "the area of a ground by its name")
    equal(ids(house, "area=002&kind=office"), ["O-SN"], "offices in Africa")
    equal(ids(house, "area=Africa"), ["O-AF", "O-SN", "P-7", "P-8"], "all in Africa, by its name")
    equal(ids(house, "area=CA"), ["O-QC"], "all in Canada")
    equal(ids(house, "area=019"), ["O-QC", "P-10", "P-9"], "all in the Americas")
    house.valise("lists", "create", "Afrique", "--rule", "area=002 kind=person")
    house.valise("lists", "create", "Canada", "--rule", "area=CA-QC")
    equal(ids(house, "list=Afrique"), ["P-7", "P-8"], "persons in Africa by a rule")
    equal(ids(house, "list=Canada"), ["O-QC"], "by a ground in a part of a State")
    says(house.valise("lists", "create", "Sn", "--rule", "country=Sénégal", status=2), "code", "SN")
    says(house.valise("contacts", "add", "kind=person", "family_name=X", "country=Atlantide", status=2), "Atlantide", "002")
    report = import_text(house, "Type;Organisation;Pays;Motif;Zone du motif;Preuve du motif\norganisation;Sahel;ML;sse-promotion;"
                                "le Sahel;charte\n", "zones")
    says(report["notes"][0]["text"], "kept as words")


def routes(house):
    step("web form, post, telephone and hand are routes like others, each checked for what it is; limits of an address")
    card = contact(house, "O-XD")
    equal([c["kind"] for c in card["channels"]], ["email", "post", "telephone", "web-form"], "the routes from the file, in order")
    equal(channel(card, "post")["address"], "Palais\nPlace Haute\nDornelle", "the postal address")
    mail = channel(card, "email")
    equal((mail["max_message_bytes"], mail["no_signature_part"], mail["plain_only"]), (5 * 1024 * 1024, False, True), "limits")
    house.valise("contacts", "channel", "O-XD", "set", mail["id"], "--max-message-bytes", "2 MiB", "--no-signature-part", "yes",
                 "--plain-only", "no")
    mail = channel(contact(house, "O-XD"), "email")
    equal((mail["max_message_bytes"], mail["no_signature_part"], mail["plain_only"]), (2 * 1024 * 1024, True, False), "limits set")
    says(shown(house, "O-XD"), "at most 2 MiB", "no signature part", "Palais, Place Haute, Dornelle")
    house.valise("contacts", "channel", "O-XD", "add", "--kind", "hand", "--address", "au chef de cabinet, lors du forum")
    house.call("POST", "/contacts/O-SN/channels", {"kind": "post", "address": "Palais\r\nAvenue d'Essai\nDakar"})
    equal(channel(contact(house, "O-SN"), "post")["address"], "Palais\nAvenue d'Essai\nDakar", "an address of several lines")
    for kind, address, part in (("web-form", "http://palais.example/form", "https"), ("web-form", "https://u:p@palais.example/", "link"),
                                ("telephone", "call the palace", "telephone"), ("telephone", "+1234567890123456", "15 digits"),
                                ("post", "\n".join("abcdefghijklm"), "envelope"), ("email", "palais", "palais")):
        refused(400, lambda k=kind, a=address: house.call("POST", "/contacts/O-SN/channels", {"kind": k, "address": a}), part)
    refused(400, lambda: house.call("POST", "/contacts/O-SN/channels", {"kind": "telephone", "address": "+221 33 1", "plain_only": True}),
            "only an e-mail channel")
    refused(400, lambda: house.call("POST", "/contacts/O-SN/channels",
                                    {"kind": "email", "address": "a@b.example", "max_message_bytes": "1 KiB"}), "10 KiB")


def co_heads(house):
    step("two co-heads, a third who follows one of them, and history that stays")
    for name in ("Luca", "Mara", "Noe"):
        house.valise("contacts", "add", "kind=person", f"id=H-{name}".replace("H-", "co-"), f"given_name={name}", "family_name=Tessin")
    house.valise("contacts", "tenure", "O-XD", "--person", "co-Luca", "--from", "2015-06-01", "--joint", "--verified", "2026-11-01")
    card = contact(house, "O-XD")
    equal(sorted(h["name"] for h in card["holders"] if h["present"]), ["Ivo Dornan", "Luca Tessin"], "co-heads")
    house.valise("contacts", "tenure", "O-XD", "--person", "co-Luca", "--to", "2020-01-31")
    house.valise("contacts", "tenure", "O-XD", "--person", "co-Mara", "--from", "2020-02-01", "--joint")
    card = contact(house, "O-XD")
    equal({h["name"]: h["state"] for h in card["holders"]},
          {"Ivo Dornan": "present", "Mara Tessin": "present", "Luca Tessin": "past"}, "after a succession")
    says(shown(house, "O-XD"), "2015-06-01 .. 2020-01-31, past", "verified 2026-11-01")
    house.valise("contacts", "tenure", "O-XD", "--person", "co-Mara", "--verified", "2026-11-20")
    equal({h["name"]: h["verified_at"] for h in contact(house, "O-XD")["holders"] if h["present"]},
          {"Ivo Dornan": "2026-11-01", "Mara Tessin": "2026-11-20"}, "one of two was verified")
    says(house.valise("contacts", "set", "O-XD", "family_name=Autre", status=1), "2 holders")

    step("one person with several offices; an acting holder; a contested one")
    house.valise("contacts", "add", "kind=office", "id=O-XD2", "office_kind=mayor", "city=Dornelle", "country=XD")
    house.valise("contacts", "tenure", "O-XD2", "--person", "co-Mara", "--from", "2024-01-01", "--manner", "acting")
    says(shown(house, "co-Mara"), "holds Co-principauté", "acting")
    equal(len(contact(house, "co-Mara")["offices"]), 2, "offices of one person")
    house.valise("contacts", "tenure", "O-XD2", "--person", "co-Mara", "--manner", "contested")
    equal(contact(house, "O-XD2")["holder"]["manner"], "contested", "the manner of the tenure")
    says(house.valise("contacts", "tenure", "O-XD2", "--person", "co-Noe", "--from", "2030-01-01", "--manner", "king", status=2), "king")
    house.valise("contacts", "tenure", "O-XD2", "--person", "co-Noe", "--from", "2030-01-01")
    equal({h["name"]: (h["state"], h["to"]) for h in contact(house, "O-XD2")["holders"]},
          {"Mara Tessin": ("present", "2029-12-31"), "Noe Tessin": ("coming", None)}, "an elect holder")


def evidence(house):
    step("a ground with its evidence file, fetched again as it was; a predecessor's ground is flagged and stays")
    letter = os.path.join(house.folder, "lettre.pdf")
    content = b"%PDF-1.4 nous approuvons\n" * 1000
    with open(letter, "wb") as file:
        file.write(content)
    house.valise("contacts", "ground", "O-SN", "--kind", "approval-expressed", "--area", "Sénégal", "--evidence", "lettre au forum",
                 "--date", "2019-05-01", "--evidence-file", letter)
    (ground,) = [g for g in contact(house, "O-SN")["grounds"] if g["kind"] == "approval-expressed"]
    equal(ground["area"], "SN", "its area")
    equal(ground["file"], {"name": "lettre.pdf", "sha256": hashlib.sha256(content).hexdigest(), "size": len(content)}, "its file")
    expect(ground["holder_changed_since"], "a ground of 2019 is not flagged where the holder came in 2020")
    expect(not [g for g in contact(house, "O-SN")["grounds"] if g["kind"] == "sse-promotion"][0]["holder_changed_since"],
           "a ground of 2021 is flagged")
    says(shown(house, "O-SN"), "since then the holder changed", "file lettre.pdf")
    back = os.path.join(house.folder, "back.pdf")
    house.valise("contacts", "evidence", "O-SN", str(ground["id"]), "--out", back)
    with open(back, "rb") as file:
        equal(file.read(), content, "the file that came back")
    house.valise("contacts", "evidence", "O-SN", str(ground["id"]), "--out", back, status=2)
    equal([c["text"] for c in house.call("GET", "/doctor")["items"] if c["check"] == "evidence"], ["1 of 1 whole"], "the doctor")
    kept = os.path.join(house.folder, "state", "evidence", ground["file"]["sha256"])
    os.rename(kept, kept + ".away")
    says(str([c for c in house.call("GET", "/doctor")["items"] if c["check"] == "evidence"]), "error", "missing", "0 of 1")
    house.valise("contacts", "evidence", "O-SN", str(ground["id"]), status=1)
    os.rename(kept + ".away", kept)
    says(house.valise("contacts", "evidence", "O-SN", "99999", status=1), "no ground")
    empty = os.path.join(house.folder, "empty")
    open(empty, "wb").close()
    says(house.valise("contacts", "ground", "O-QC", "--kind", "approval-expressed", "--evidence", "x", "--evidence-file", empty,
                      status=2), "empty")
    refused(400, lambda: house.call("POST", "/contacts/O-QC/grounds", {"kind": "approval-expressed", "evidence": "x", "file": "0" * 64,
                                                                         "file_name": "x.pdf"}), "send it first")
    big = os.path.join(house.folder, "big")
    with open(big, "wb") as file:
        file.truncate(20 * 1024 * 1024 + 1)
    house.valise("contacts", "ground", "O-QC", "--kind", "approval-expressed", "--evidence", "x", "--evidence-file", big, status=2)
    says(house.valise("contacts", "ground", "P-1", "--kind", "sse-promotion", "--evidence", "x", status=1), "only offices")


def belonging(house):
    step("a member organisation from and to; a person in it; a committee with a president")
    house.valise("contacts", "membership", "O-QC", "--from", "2012-01-01", "--role", "membre actif")
    house.valise("contacts", "membership", "P-9", "--of", "O-QC", "--role", "déléguée", "--from", "2019-01-01")
    card = contact(house, "O-QC")
    equal([(m["id"], m["role"], m["from"], m["present"]) for m in card["memberships"]], [(None, "membre actif", "2012-01-01", True)],
          "membership of the association")
    equal([m["role"] for m in card["members"]], ["déléguée"], "its people")
    says(shown(house, "P-9"), "belongs to Chantier Essai", "déléguée")
    house.valise("contacts", "membership", "O-QC", "--to", "2023-12-31")
    house.valise("contacts", "membership", "O-QC", "--from", "2025-01-01")
    equal([(m["from"], m["to"], m["present"]) for m in contact(house, "O-QC")["memberships"]],
          [("2025-01-01", None, True), ("2012-01-01", "2023-12-31", False)], "left, and came back")
    says(house.valise("contacts", "membership", "O-SN", "--from", "2020-01-01", status=1), "belongs to nobody")
    says(house.valise("contacts", "membership", "P-9", "--of", "P-8", status=1), "no organisation")
    house.valise("lists", "create", "Comité scientifique")
    house.valise("lists", "add", "Comité scientifique", "P-1", "--role", "présidente")
    house.valise("lists", "add", "Comité scientifique", "P-2", "P-3")
    house.valise("lists", "add", "Comité scientifique", "P-3", "--role", "secrétaire")
    body = house.valise("lists", "show", "Comité scientifique", json_out=True)
    equal({m["external_id"]: m["role"] for m in body["items"]}, {"P-1": "présidente", "P-2": None, "P-3": "secrétaire"}, "roles")
    equal([(s["name"], s["role"]) for s in contact(house, "P-3")["lists"] if s["role"]], [("Comité scientifique", "secrétaire")], "lists")
    says(house.valise("lists", "show", "Comité scientifique"), "présidente")


def workshops(house):
    step("a workshop: seats, balance, and warnings outside")
    house.valise("lists", "create", "Atelier 2A", "--workshop", "--question", "2", "--room", "Salle Verte", "--language", "fr",
                 "--facilitator", "P-9")
    house.valise("lists", "add", "Atelier 2A", *[f"P-{n}" for n in range(7)])
    shop = house.valise("lists", "show", "Atelier 2A", json_out=True)
    equal((shop["seats"], shop["room"], shop["facilitator"]["name"]),
          ({"taken": 7, "least": 10, "most": 15}, "Salle Verte", "Ada Norvane9"), "the workshop")
    equal(shop["balance"], {"countries": {"FR": 7}, "languages": {"fr": 7}}, "its balance")
    equal(len(shop["warnings"]), 3, f"warnings of too few, one country, one language: {shop['warnings']}")
    house.valise("lists", "add", "Atelier 2A", *[f"P-{n}" for n in range(7, 12)])
    house.valise("lists", "remove", "Atelier 2A", "P-0", "P-1")
    house.valise("lists", "set", "Atelier 2A", "--rapporteur", "P-8", "--room", "Salle Bleue")
    text = house.valise("lists", "show", "Atelier 2A")
    says(text, "10 of 10 to 15", "Salle Bleue", "Ada Norvane8", "FR 5", "warning: 7 of 10 seats are of the language fr")
    expect("country FR" not in text, "half is not more than half")
    says(house.valise("lists", "list"), "workshop 2, 1 warning")
    says(house.valise("lists", "set", "Afrique", "--room", "X", status=1), "no workshop")
    says(house.valise("lists", "create", "Y", "--room", "X", status=2), "only a workshop")


def not_again(house):
    step("who objected, was refused, or is refused by one route stays so, whatever a file brings back")
    house.valise("contacts", "object", "P-4", "--reason", "par lettre du 2 mai")
    mail = channel(contact(house, "O-SN"), "email")
    house.valise("contacts", "object", "O-SN", "--channel", mail["id"], "--reason", "n'écrivez plus ici")
    equal(channel(contact(house, "O-SN"), "email")["standing"], "refused", "the channel")
    equal(contact(house, "O-SN")["standing"], "active", "the office")
    equal([(o["channel"], o["withdrawn"]) for o in contact(house, "O-SN")["objections"]], [(mail["id"], False)], "objections")
    says(shown(house, "O-SN"), f"objection to {mail['id']}: n'écrivez plus ici")
    report = import_text(house, "Type;Identifiant;Prénom;Nom;Pays;Courriel\npersonne;P-4;Ada;Norvane4;FR;ada4@people.example\n"
                                "personne;NEU;Autre;Nom;FR;Ada4@People.example\n", "again")
    equal([(n["line"], "stays so" in n["text"]) for n in report["notes"]], [(2, True), (3, True)], "notes of the import")
    equal(contact(house, "P-4")["standing"], "objected", "who objected")
    equal(channel(contact(house, "NEU"), "email")["standing"], "refused", "the address under another name")
    report = import_text(house, "Type;Identifiant;Type de fonction;Pays;Courriel de la mission\nfonction;O-SN;president;SN;"
                                "CABINET@presidence-sn.example\n", "again")
    equal(len(report["notes"]), 1, "a note for the route that comes back by another column")
    expect(all(c["standing"] == "refused" for c in contact(house, "O-SN")["channels"] if c["kind"] == "email"), "no e-mail is writable")
    house.valise("contacts", "channel", "NEU", "add", "--address", "ada4+x@people.example")
    said = subprocess.run([os.path.join(BUILD, "valise"), "--socket", house.socket, "contacts", "channel", "P-5", "add", "--address",
                           "ADA4@people.example"], capture_output=True, check=True, timeout=60)
    says(said.stderr.decode(), "must not be written to")
    equal(channel(contact(house, "P-5"), "email", "ADA4@people.example")["standing"], "refused", "an address noted by hand")
    says(house.valise("contacts", "channel", "O-SN", "verify", mail["id"], status=2), "reason")
    house.valise("contacts", "object", "O-SN", "--channel", mail["id"], "--take-back", "--reason", "le cabinet a rappelé")
    equal([c["standing"] for c in contact(house, "O-SN")["channels"] if c["id"] == mail["id"]], ["unverified"], "taken back")
    house.valise("contacts", "object", "P-4", "--take-back", "--reason", "elle revient")
    house.valise("contacts", "add", "kind=person", "id=NEU2", "family_name=Tiers", "email=ada4@people.example")
    equal(channel(contact(house, "NEU2"), "email")["standing"], "unverified", "after the objection was taken back")


def own_ids(house):
    step("deliveries and entries are found by a contact's own id as well")
    by_id = contact(house, "P-4")["id"]
    equal(house.valise("log", "list", "--contact", "P-4", json_out=True), house.valise("log", "list", "--contact", by_id, json_out=True),
          "entries by own id")
    equal(house.valise("deliveries", "list", "--contact", "P-4", json_out=True)["items"], [], "deliveries")
    says(house.valise("deliveries", "list", "--contact", "nobody", status=1), "nobody")


def volunteers(house):
    step("a volunteer sees no office, no organisation, and nobody's office or membership there")
    vera = house.user("vera", "volunteer")
    token = token_of(vera)
    expect(all(name.startswith(("P-", "NEU")) for name in ids(house, "area=001", token)), "a volunteer finds others by area")
    seen = house.call("GET", "/contacts/P-9", token=token)
    equal((seen["memberships"], seen["members"]), ([], []), "memberships that a volunteer sees")
    expect("Chantier" not in json.dumps(house.call("GET", "/contacts?limit=1000", token=token)), "an organisation's name is seen")
    says(house.valise("contacts", "show", "O-SN", token_file=vera, status=1), "O-SN")
    house.valise("contacts", "evidence", "O-SN", "1", token_file=vera, status=1)
    house.valise("contacts", "membership", "P-9", "--role", "x", token_file=vera, status=4)
    house.valise("contacts", "ground", "P-9", "--kind", "sse-promotion", "--evidence", "x", token_file=vera, status=4)
    house.valise("lists", "set", "Atelier 2A", "--room", "Salle 3", token_file=vera)
    says(house.valise("lists", "show", "Atelier 2A", token_file=vera), "Salle 3", "10 of 10 to 15")
    house.valise("lists", "show", "Canada", token_file=vera, status=1)


def main():
    with House() as house:
        house.start()
        import_text(house, OFFICES, "offices")
        import_text(house, PEOPLE, "people")
        for part in (areas, routes, co_heads, evidence, belonging, workshops, not_again, own_ids, volunteers):
            part(house)
        step("what was noted is in the journal, which verifies, and survives a restart")
        expect(house.call("GET", "/log/verify")["verified"], "the journal does not verify")
        before = house.call("GET", "/contacts?limit=1000")["items"]
        equal(house.stop(), 0, "the exit status")
        house.start()
        equal(house.call("GET", "/contacts?limit=1000")["items"], before, "contacts after a restart")
        equal(ids(house, "list=Afrique"), ["P-7", "P-8"], "areas after a restart")


main()
