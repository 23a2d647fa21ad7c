#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Several relays: the first dies in the middle and the second takes over, it comes back by one message, both are down;
nothing is lost and nothing goes twice. And how many connections a relay gets."""

from flow_setup import House, Peer, add_document, draft, equal, expect, free_port, import_text, says, step, submit, wait_for
import oracle

HEAD = "Type;Identifiant;Prénom;Nom;Genre;Pays;Langue;Courriel\n"
GIVEN = ["Aline", "Bruno", "Clara", "David", "Emma", "Farid", "Greta", "Hugo"]


def attendees(count):
    return HEAD + "".join(f"personne;P-{i};{GIVEN[i % 8]};Borvane{i};{'F' if i % 2 == 0 else 'M'};France;fr;p{i}@flow.example\n"
                          for i in range(count))


def house_of(first, second, couriers=4, more=""):
    return House(relay=f"smtp://127.0.0.1:{first}", couriers=couriers, relay_more="dot_timeout = 2 s",
                 config_more=f'\n[relay "second"]\nurl = smtp://127.0.0.1:{second}\ntls = none\ndot_timeout = 2 s\n{more}')


def ready(house, count):
    import_text(house, attendees(count), "all")
    mailing = draft(house, add_document(house, "pre-report", "Essai"), "all", "pre-report")
    submit(house, mailing)
    return mailing


def check(house, counts, mailing, *peers):
    equal(house.wait_quiet(mailing)["counts"], counts, "the deliveries")
    equal(oracle.check(house, [copy for peer in peers for copy in peer.ledger()]), [], "broken invariants")


def relays(house):
    return {relay["name"]: relay for relay in house.call("GET", "/status")["relays"]}


def dies_and_comes_back():
    port = free_port()
    with Peer("6-/connect:close,*/dot:slow=0.02") as second, house_of(port, second.port) as house:
        house.start()
        step("the first relay takes some, then it is gone; the second takes the rest")
        with Peer("9-/mail:421", "--port", str(port)) as first:
            mailing = ready(house, 40)
            house.valise("mailings", "release", mailing)
            house.wait_quiet(mailing)
            taken = len(first.ledger())
            expect(0 < taken <= 8, f"the first relay took {taken}")
            check(house, {"relayed": 40}, mailing, first, second)
            expect(len(second.ledger()) == 40 - taken, "the second relay took the rest")
            kept = first.ledger()
        state = relays(house)
        equal(state["second"]["up"], True, "the second relay is up")
        equal(state["main"]["up"], False, "the first relay is not")
        says(state["main"]["words"], "421")
        says(house.valise("status"), "relay main", "421", "relay second", "up")
        step("it returns, is tried with one message, and then takes all again")
        with Peer("fine", "--port", str(port)) as first:
            again = draft(house, add_document(house, "pre-report", "Encore"), "all", "pre-report")
            submit(house, again)
            house.valise("mailings", "release", again)
            house.wait_quiet(again)
            wait_for(lambda: returned(house, first), 90, "the first relay is used again")
            equal(oracle.check(house, kept + first.ledger() + second.ledger()), [], "broken invariants")


def returned(house, first):
    """Sends one more mailing until the first relay has taken something and is up."""
    if relays(house)["main"]["up"] and first.ledger():
        return True
    mailing = draft(house, add_document(house, "pre-report", "Encore une fois"), "all", "pre-report")
    submit(house, mailing)
    house.valise("mailings", "release", mailing)
    house.wait_quiet(mailing)
    return False


def killed_in_the_middle():
    step("the first relay is killed with messages under way: what it may have is in doubt, and is not sent to the second")
    port = free_port()
    first = Peer("3/dot:close+kept,4-/dot:silent", "--port", str(port))
    with Peer() as second, house_of(port, second.port, couriers=2) as house:
        house.start(VALISE_STEP_TIMEOUT="3")
        mailing = ready(house, 20)
        house.valise("mailings", "release", mailing)
        wait_for(lambda: len(first.ledger()) >= 3 and house.call("GET", f"/mailings/{mailing}")["counts"].get("in-doubt"), 30,
                 "a delivery is in doubt")
        kept = first.ledger()
        first.process.kill()
        first.process.wait(10)
        now = house.wait_quiet(mailing)
        doubtful = now["counts"]["in-doubt"]
        expect(1 <= doubtful <= 6, f"in doubt: {doubtful}")
        equal(now["counts"], {"relayed": 20 - doubtful, "in-doubt": doubtful}, "the deliveries")
        equal(oracle.check(house, kept + second.ledger()), [], "broken invariants")
        names = {row["id"] for row in house.rows("SELECT id FROM deliveries WHERE state = 'in-doubt'")}
        expect(not names & {oracle.delivery_of(copy["message_id"]) for copy in second.ledger()}, "a doubtful one went again")
        refusal = house.valise("deliveries", "settle", f"D-{min(names)}", "--as", "resend", "--reason", "not seen", status=1)
        says(refusal, "not before")
    first.__exit__()


def both_down():
    step("both relays are down: all waits, and goes once one of them is back")
    one, two = free_port(), free_port()
    with house_of(one, two) as house:
        house.start()
        mailing = ready(house, 12)
        house.valise("mailings", "release", mailing)
        wait_for(lambda: house.call("GET", "/status")["relay"] is None, 20, "no relay is up")
        says(house.valise("status"), "the relay is down", "rests until")
        says(house.valise("doctor", status=1), "main", "second")
        with Peer("fine", "--port", str(two)) as second:
            check(house, {"relayed": 12}, mailing, second)
            equal(house.rows("SELECT max(attempts) AS n FROM deliveries")[0]["n"], 0, "tries that count against a message")


def to_the_message_or_the_relay():
    step("4yz to a recipient is about that message, 4yz to MAIL about the relay")
    with Peer("1-2/rcpt:450") as first, Peer() as second, house_of(first.port, second.port, couriers=1) as house:
        house.start()
        mailing = ready(house, 6)
        house.valise("mailings", "release", mailing)
        check(house, {"relayed": 6}, mailing, first, second)
        equal((len(first.ledger()), len(second.ledger())), (6, 0), "where they went")
        equal(sorted(row["attempts"] for row in house.rows("SELECT attempts FROM deliveries")), [0, 0, 0, 0, 1, 1], "tries")
    with Peer("1/mail:451") as first, Peer() as second, house_of(first.port, second.port, couriers=1) as house:
        house.start()
        mailing = ready(house, 6)
        house.valise("mailings", "release", mailing)
        check(house, {"relayed": 6}, mailing, first, second)
        expect(second.ledger(), "the second relay took some while the first rested")
        equal({row["attempts"] for row in house.rows("SELECT attempts FROM deliveries")}, {0}, "tries")


def one_without_tls():
    step("a relay that offers no TLS where it must gets nothing; the next one takes all")
    with Peer() as first, Peer() as second:
        more = f'\n[relay "second"]\nurl = smtp://127.0.0.1:{second.port}\ntls = none\n'
        with House(relay=f"smtp://127.0.0.1:{first.port}", tls="required", config_more=more) as house:
            house.start()
            mailing = ready(house, 6)
            house.valise("mailings", "release", mailing)
            check(house, {"relayed": 6}, mailing, first, second)
            equal(len(first.ledger()), 0, "copies at the relay without TLS")
            says(relays(house)["main"]["words"], "TLS")


def too_many_connections():
    step("a relay that takes three connections gets no more than three, and all goes there")
    with Peer("*/dot:slow=0.05", "--connections", "3") as first, Peer() as second, \
            house_of(first.port, second.port, couriers=8) as house:
        house.start()
        mailing = ready(house, 60)
        house.valise("mailings", "release", mailing)
        check(house, {"relayed": 60}, mailing, first, second)
        equal(len(second.ledger()), 0, "copies at the second relay")
        expect(relays(house)["main"]["connections_max"] <= 3, f"seats: {relays(house)['main']}")
        equal({row["attempts"] for row in house.rows("SELECT attempts FROM deliveries")}, {0}, "tries")


def main():
    dies_and_comes_back()
    killed_in_the_middle()
    both_down()
    to_the_message_or_the_relay()
    one_without_tls()
    too_many_connections()


main()
