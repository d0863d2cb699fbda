"""E-mail: headers, threads, safety of the transport, and an hour without a server."""

from pathlib import Path

from pydantic import SecretStr

from alerts.channels.base import Delivered, Retry, SendKey
from alerts.channels.email import EmailChannel, mail_of
from alerts.destinations import EmailSetup, recipient_name
from alerts.message import message_of
from alerts.sender import Limits
from tests.alerts.fakes import WatchedClock, a_desk
from tests.builders import NOON, a_queued_delivery, an_alert
from tests.fakes.mail import PASSWORD, USER, FakeMail, mail_server

KEY = SendKey("alert1", "email", "duty")
SETUP = EmailSetup(host="localhost", sender="Tocsin <tocsin@desk.example>", to="duty@desk.example")


def setup_for(mail: FakeMail, password: str = PASSWORD) -> EmailSetup:
    return EmailSetup(
        host="localhost",
        port=mail.port,
        sender=SETUP.sender,
        to=SETUP.to,
        username=USER,
        password=SecretStr(password),
        unsubscribe="https://desk.example/unsubscribe/1",
        ca_file=mail.ca_file,
    )


def test_the_same_send_makes_the_same_bytes() -> None:
    first, second = (mail_of(message_of(an_alert()), KEY, None, SETUP) for _ in range(2))
    assert first.as_bytes() == second.as_bytes()


def test_an_update_answers_the_head_of_its_thread() -> None:
    mail = mail_of(message_of(an_alert()), KEY, "<head@desk.example>", SETUP)
    assert (mail["In-Reply-To"], mail["References"]) == ("<head@desk.example>", "<head@desk.example>")
    assert mail["Subject"].startswith("Re: ")


def test_words_from_outside_cannot_add_headers() -> None:
    alert = an_alert(headline="Pause\r\nBcc: everybody@desk.example")
    assert mail_of(message_of(alert), KEY, None, SETUP)["Bcc"] is None


def test_recipients_are_named_without_their_addresses() -> None:
    assert recipient_name("duty", "Ana@desk.example") == recipient_name("duty", "ana@desk.example")
    assert "ana" not in recipient_name("duty", "ana@desk.example")


async def test_a_mail_has_both_forms_and_says_how_to_unsubscribe(tmp_path: Path) -> None:
    with mail_server(tmp_path) as mail:
        await EmailChannel(setup_for(mail)).send(message_of(an_alert()), KEY, False, None)
    (came,) = mail.mails
    assert [part.get_content_type() for part in came.iter_parts()] == ["text/plain", "text/html"]
    assert came["List-Unsubscribe"] == "<https://desk.example/unsubscribe/1>"
    assert came["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert came["Auto-Submitted"] == "auto-generated"
    assert came["Date"].datetime == NOON


async def test_a_server_without_starttls_gets_nothing(tmp_path: Path) -> None:
    with mail_server(tmp_path, offers_tls=False) as mail:
        outcome = await EmailChannel(setup_for(mail)).send(message_of(an_alert()), KEY, False, None)
    assert isinstance(outcome, Retry)
    assert mail.mails == []


async def test_a_certificate_of_a_stranger_is_refused(tmp_path: Path) -> None:
    with mail_server(tmp_path) as mail:
        setup = EmailSetup(host="localhost", port=mail.port, sender=SETUP.sender, to=SETUP.to)
        outcome = await EmailChannel(setup).send(message_of(an_alert()), KEY, False, None)
    assert isinstance(outcome, Retry)
    assert mail.mails == []


async def test_a_wrong_password_is_tried_again_since_people_mend_it(tmp_path: Path) -> None:
    with mail_server(tmp_path) as mail:
        channel = EmailChannel(setup_for(mail, "another made-up password"))
        outcome = await channel.send(message_of(an_alert()), KEY, False, None)
        trouble = await channel.check()
    assert isinstance(outcome, Retry)
    assert "535" in trouble
    assert "another made-up" not in trouble + outcome.reason


async def test_a_refusal_does_not_tell_the_address(tmp_path: Path) -> None:
    with mail_server(tmp_path) as mail:
        mail.refusals.append("451 duty@desk.example is away")
        outcome = await EmailChannel(setup_for(mail)).send(message_of(an_alert()), KEY, False, None)
    assert isinstance(outcome, Retry)
    assert outcome.reason == "SMTP 451: the recipient is away"


async def test_mail_refused_for_an_hour_arrives_once_each_afterwards(tmp_path: Path) -> None:
    clock = WatchedClock(NOON)
    names = [f"a{n}" for n in range(4)]
    facts = [a_queued_delivery(alert_id=name, channel="email", alert=an_alert(alert_id=name)) for name in names]
    with mail_server(tmp_path) as mail:
        mail.refusals += ["421 shutting down"] * 10_000
        channels = {"desk": EmailChannel(setup_for(mail))}
        async with a_desk(tmp_path, channels, clock, *facts, limits=Limits(idle=0.02, busy=0.02)) as desk:
            for _ in range(12):
                await desk.turns()
                clock.advance(300)
            assert mail.mails == []
            mail.refusals.clear()
            while desk.sender.owed():
                await desk.turns()
                clock.advance(300)
    keys = [SendKey(name, "email", "desk").id for name in names]
    assert sorted(came["Message-ID"] for came in mail.mails) == sorted(f"<{key}@desk.example>" for key in keys)


async def test_a_lost_answer_leaves_the_mail_in_doubt(tmp_path: Path) -> None:
    with mail_server(tmp_path) as mail:
        mail.lost_answers = 1
        channel = EmailChannel(setup_for(mail))
        first = await channel.send(message_of(an_alert()), KEY, False, None)
        second = await channel.send(message_of(an_alert()), KEY, True, None)
    assert isinstance(first, Retry)
    assert first.is_in_doubt
    assert isinstance(second, Delivered)
    assert mail.raw[0] == mail.raw[1]
