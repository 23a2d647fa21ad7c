#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Replies to a pre-report become proposals, once each, and a recipient may put something forward on his page

What goes by the numbers of the questions is a proposal on each; plain words wait to be sorted; thanks stay an answer.
"""
import re

from flow_setup import (ATTENDEES, House, Public, add_document, draft, equal, expect, free_port, import_text, maildir, says,
                        step, submit)
from inbound_mail import reply

LINK = re.compile(r"http://127\.0\.0\.1:\d+(/r/[0-9a-z]+)")
PLAIN = ("Nous proposons un fonds solidaire entre mutuelles, ouvert à toutes les coopératives du pays.\n"
         "Il serait doté dès l'an prochain, et géré par ses membres.")
NUMBERED = """Buenos días,

Pregunta 1: un fondo solidario.
Pregunta 2: escuelas para todos,
y bibliotecas.

-- 
David Estevan"""
TITLES = {1: ("Quels rôles ?", "Which <roles>?"), 2: ("Quelle éducation ?", "Which education?")}


def ingest(house, *messages):
    return [house.valise("inbound", "ingest", stdin=message, json_out=True)["items"][0] for message in messages]


def proposals(house):
    return house.valise("proposals", "list", json_out=True)["items"]


def facts(p):
    return p["question"], p["language"], p["text"], p["author"]["name"], p["source"]["kind"], p["state"]


def send(house, kind, wording):
    document = add_document(house, kind, "Essai")
    mailing = draft(house, document, "people", wording, "--acknowledgement", "requested")
    submit(house, mailing)
    house.valise("mailings", "release", mailing)
    house.wait_quiet(mailing)
    return mailing


def letters(house):
    return {mail.recipient(): mail for mail in maildir(house.maildir)}


def answer(mail, text, **more):
    return reply(mail["Reply-To"], mail.recipient(), text=text, answers=mail["Message-ID"], **more)


def replies(house, sent):
    step("a reply by numbers is a proposal on each question; plain words are one; thanks are none")
    emma, david, aline = (sent[f"{name}@flow.example"] for name in ("emma", "david", "aline"))
    numbered, plain, thanks = answer(david, NUMBERED), answer(aline, PLAIN), answer(emma, "Received with thanks.")
    taken = ingest(house, numbered, plain, thanks)
    equal([item["verdict"] for item in taken], ["reply"] * 3, "verdicts")
    found = proposals(house)
    equal([facts(p) for p in found],
          [(1, "es", "un fondo solidario.", "David Estevan", "reply", "submitted"),
           (2, "es", "escuelas para todos,\ny bibliotecas.", "David Estevan", "reply", "submitted"),
           (None, "fr", PLAIN, "Aline Borvane", "reply", "submitted")], "what became of them")
    equal([p["source"]["inbound"] for p in found], [taken[0]["id"], taken[0]["id"], taken[1]["id"]], "where they stand")
    equal({p["source"]["by"] for p in found}, {"valised"}, "who entered them")
    step("the same messages again enter nothing")
    ingest(house, numbered, plain, thanks)
    equal(proposals(house), found, "proposals")
    step("a person may say that thanks were a proposal, sort what waits, and split it")
    said = house.valise("proposals", "add", "--inbound", taken[2]["id"], "--question", "2").strip()
    equal(facts(house.call("GET", f"/proposals/{said}")), (2, "en", "Received with thanks.", "Emma Farlowe", "reply", "submitted"), said)
    house.valise("proposals", "assign", found[2]["id"], "--question", "1")
    house.valise("proposals", "merge", found[0]["id"], found[2]["id"])
    says(house.valise("proposals", "export"), f"réponse {taken[1]['id']}", "Aline Borvane", f"réponse {taken[0]['id']}")
    return found


def other_mailing(house):
    step("a reply to another document is no proposal")
    before, known = proposals(house), {mail["Message-ID"] for mail in maildir(house.maildir)}
    mailing = send(house, "conclusion", "pre-report")
    mail = next(mail for mail in maildir(house.maildir) if mail["Message-ID"] not in known)
    (item,) = ingest(house, answer(mail, PLAIN + " Autrement dit."))
    expect(item["delivery"] in [d["id"] for d in house.call("GET", f"/deliveries?mailing={mailing}")["items"]],
           "the reply belongs to the other mailing")
    equal(proposals(house), before, "proposals")


def page(house, sent, stranger):
    step("the page has a field for each question, in the letter's language; looking changes nothing")
    path = LINK.search(sent["emma@flow.example"].text()).group(1)
    before = proposals(house)
    text = stranger.page(path)
    says(text, "Your proposals", "Question 1: Which &lt;roles&gt;?", "Question 2: Which education?", "<textarea")
    stranger.page(path + "?action=propose&question-1=x")
    equal(proposals(house), before, "proposals after looking")
    step("what is pressed is entered once, however often; it confirms receipt")
    words = {"question-1": "A fund.\r\nFor all <b>of us</b>.", "question-2": "  "}
    says(stranger.press(path, "propose", **words), "Thank you", "P-")
    says(stranger.press(path, "propose", **words), "Thank you", "P-")
    new = proposals(house)[len(before):]
    equal([facts(p) for p in new], [(1, "en", "A fund.\nFor all <b>of us</b>.", "Emma Farlowe", "page", "submitted")], "entered")
    equal(new[0]["source"]["by"], "recipient", "who entered it")
    step("what cannot be taken is said, stays written, and enters nothing")
    says(stranger.press(path, "propose", status=422), "Nothing is written")
    bad = stranger.press(path, "propose", status=422, **{"question-1": "good <words>", "question-2": "b\x07d"})
    says(bad, "good &lt;words&gt;", "nothing has been noted yet")
    stranger.press(path, "propose", status=422, **{"question-1": "x" * 23_000})
    expect(len(bad) < 50_000, "the page is larger than a slow line bears")
    equal(len(proposals(house)), len(before) + 1, "proposals")
    for n in range(39):
        stranger.press(path, "propose", **{"question-1": f"Proposal {n}"})
    says(stranger.press(path, "propose", status=422, **{"question-1": "one too many"}), "as many proposals as it can")
    equal(len(proposals(house)), len(before) + 40, "proposals by one page")
    status = stranger.ask("POST", "/r/" + "a" * 24, "action=propose&question-1=x",
                          Content_Type="application/x-www-form-urlencoded")[0]
    equal(status, 404, "the page of no letter")
    lines = house.valise("acknowledgements", "list", "--mailing", "M-1", json_out=True)["items"]
    (emma,) = [line for line in lines if line["name"] == "Emma Farlowe"]
    equal(emma["state"], "answered", "how she stands")
    return path


def main():
    port = free_port()
    more = f"\n[http]\npublic = 127.0.0.1:{port}\nbase_url = http://127.0.0.1:{port}\n"
    with House(config_more=more) as house:
        step("a pre-report leaves for three attendees, with a page each")
        house.start()
        import_text(house, ATTENDEES, "people")
        for number, (french, english) in TITLES.items():
            house.valise("proposals", "question", str(number), "--words", f"fr={french}", "--words", f"en={english}")
        send(house, "pre-report", "pre-report")
        sent = letters(house)
        replies(house, sent)
        page(house, sent, Public(port))
        other_mailing(house)
        step("who is forgotten leaves what he put forward, as nobody's")
        house.valise("contacts", "erase", "A-ES")
        now = [p for p in proposals(house) if p["text"] == "un fondo solidario."]
        equal([(p["author"], p["source"]["delivery"]) for p in now], [(None, None)], "whose it is")
        house.valise("log", "verify")


main()
