#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Four eyes: who may approve what, and what ends an approval"""
import os
import shutil

from flow_setup import (ATTENDEES, OFFICES, SOURCE, House, add_document, draft, equal, expect, import_text, mailing_now,
                        refused, says, step, submit, token_of)


def people(house):
    return {role: token_of(house.user(name, role)) for name, role in
            (("olga", "organiser"), ("boris", "approver"), ("vera", "volunteer"), ("anne", "auditor"), ("ada", "admin"))}


def to_offices(house, document):
    mailing = draft(house, document, "offices", "synthesis", token_file=f"{house.folder}/token-olga")
    return mailing, submit(house, mailing, f"{house.folder}/token-olga")


def approve(house, mailing, digest, token):
    return house.call("POST", f"/mailings/{mailing}/approve", {"digest": digest}, token=token)


def own_templates(house):
    """The house's own copy of the words, to be changed."""
    folder = os.path.join(house.folder, "templates")
    shutil.copytree(os.path.join(SOURCE, "templates"), folder)
    with open(house.config, encoding="utf-8") as file:
        text = file.read()
    with open(house.config, "w", encoding="utf-8") as file:
        file.write(text.replace(f"templates = {SOURCE}/templates", f"templates = {folder}"))
    return folder


def who_may(house, tokens, document):
    step("nobody but an approver approves, not even an admin; and never who wrote it")
    mailing, digest = to_offices(house, document)
    for role in ("organiser", "volunteer", "auditor", "admin"):
        refused(404 if False else 403, lambda r=role: approve(house, mailing, digest, tokens[r]), "approver")
    refused(403, lambda: house.call("POST", f"/mailings/{mailing}/approve", {"digest": digest}), "approver")
    house.call("POST", "/users", {"name": "olga", "roles": ["organiser", "approver"]})
    refused(403, lambda: approve(house, mailing, digest, tokens["organiser"]), "another")
    house.call("POST", "/users", {"name": "olga", "roles": ["organiser"]})
    step("another digest is refused; without an approval nothing is released")
    refused(409, lambda: approve(house, mailing, "0" * 64, tokens["approver"]), "digest")
    refused(409, lambda: house.call("POST", f"/mailings/{mailing}/release", token=tokens["organiser"]), "approv")
    done = approve(house, mailing, digest, tokens["approver"])
    equal([(a["by"], a["digest"]) for a in done["approvals"]], [("boris", digest)], "the approval")
    step("a change ends the approval")
    changed = house.call("PUT", f"/mailings/{mailing}", {"acknowledgement": "required"}, token=tokens["organiser"])
    equal((changed["state"], changed["approvals"]), ("draft", []), "after the change")
    expect(house.call("GET", f"/log?mailing={mailing}&kind=approval-voided")["items"], "the journal says so")
    step("a rejection keeps its reason")
    digest = submit(house, mailing)
    rejected = house.call("POST", f"/mailings/{mailing}/reject", {"reason": "titre à revoir"}, token=tokens["approver"])
    equal((rejected["state"], rejected["reason"]), ("rejected", "titre à revoir"), "the rejection")


def wording_changed(house, tokens, document, templates):
    step("a changed wording voids the approval, and is named")
    mailing, digest = to_offices(house, document)
    approve(house, mailing, digest, tokens["approver"])
    path = os.path.join(templates, "wording", "synthesis", "fr.md")
    with open(path, "a", encoding="utf-8") as file:
        file.write("\nUne phrase de plus.\n")
    refused(409, lambda: house.call("POST", f"/mailings/{mailing}/release", token=tokens["organiser"]), "wording", "fr")
    equal(mailing_now(house, mailing)["state"], "draft", "after the void")


def document_changed(house, tokens, document):
    step("a document file changed behind our back voids it too, and is named")
    mailing, digest = to_offices(house, document)
    approve(house, mailing, digest, tokens["approver"])
    version = next(v for v in house.call("GET", f"/documents/{document}")["versions"] if v["language"] == "fr")
    path = os.path.join(house.state, "documents", version["sha256"])
    with open(path, "rb") as file:
        original = file.read()
    os.chmod(path, 0o600)
    with open(path, "wb") as file:
        file.write(original[:-1] + b"X")
    refused(409, lambda: house.call("POST", f"/mailings/{mailing}/release", token=tokens["organiser"]), version["sha256"][:12])
    with open(path, "wb") as file:
        file.write(original)


def one_addressee_changed(house, tokens, document):
    step("a holder who changed holds that addressee alone")
    mailing, digest = to_offices(house, document)
    approve(house, mailing, digest, tokens["approver"])
    import_text(house, OFFICES.replace("Talen;Vascourt;M", "Maude;Orlence;F").replace("2024-05-14", "2025-06-15"), "offices")
    house.call("POST", f"/mailings/{mailing}/release", token=tokens["organiser"])
    equal(house.wait_quiet(mailing)["counts"], {"held": 1, "relayed": 1}, "the fates")
    held = house.call("GET", f"/deliveries?mailing={mailing}&state=held")["items"][0]
    equal(held["reason"], "holder-changed", "the reason")
    says(house.valise("deliveries", "settle", held["id"], "--as", "resend", "--reason", "x", status=1), "approved")


def attendees_alone(house, tokens, document):
    step("attendees alone need no second person; one who shares an office's mailbox does")
    volunteer = f"{house.folder}/token-vera"
    mailing = draft(house, document, "people", "pre-report", token_file=volunteer)
    submit(house, mailing, volunteer)
    house.call("POST", f"/mailings/{mailing}/release", token=tokens["volunteer"])
    equal(house.wait_quiet(mailing)["counts"], {"relayed": 3}, "to attendees")
    import_text(house, ATTENDEES.replace("aline@flow.example", "courrier@presidence.example").replace("A-FR", "A-XX"), "shared")
    shared = draft(house, document, "shared", "pre-report", token_file=f"{house.folder}/token-olga")
    submit(house, shared, f"{house.folder}/token-olga")
    expect(mailing_now(house, shared)["restricted"], "it is restricted")
    refused(409, lambda: house.call("POST", f"/mailings/{shared}/release", token=tokens["organiser"]), "approv")


def main():
    with House() as house:
        templates = own_templates(house)
        house.start()
        tokens = people(house)
        import_text(house, ATTENDEES, "people")
        import_text(house, OFFICES, "offices")
        synthesis = add_document(house, "synthesis", "Essai")
        who_may(house, tokens, synthesis)
        wording_changed(house, tokens, synthesis, templates)
        document_changed(house, tokens, synthesis)
        one_addressee_changed(house, tokens, synthesis)
        attendees_alone(house, tokens, add_document(house, "pre-report", "Essai"))
        step("done")


main()
