"""Tests of what people do on the pages: each is a fact in the log with their name, and nothing else changes."""

from pathlib import Path

import pytest

from tests.builders import a_dead_letter, an_alert
from tests.services.dashboard.desk_case import Case, a_desk, related, told
from tocsin.events import AcknowledgementGiven, Fact, RecordRetried, ReviewGiven, SilenceSet

NEWS = [*related(told("ceasefire/declared", "1")), an_alert()]
COMMANDS = "tocsin.commands"


async def only(desk: Case) -> Fact:
    (fact,) = await desk.written(COMMANDS)
    return fact


async def storyline_of(desk: Case) -> str:
    (card,) = (await desk.get("/api/v1/storylines")).json()
    return str(card["id"])


async def test_an_acknowledgement_is_appended_and_shown(tmp_path: Path) -> None:
    async with a_desk(tmp_path, *NEWS) as desk:
        answer = await desk.post("/act/acknowledge", alert="alert1")
        assert (answer.status_code, answer.headers["location"]) == (303, "/inbox")
        assert await only(desk) == AcknowledgementGiven(
            at=desk.clock.now(), storyline_id="s1", alert_id="alert1", user="local"
        )
        await desk.desk.follower.catch_up()
        assert "acknowledged by local" in await desk.text("/")


async def test_a_silence_says_until_when_and_why(tmp_path: Path) -> None:
    async with a_desk(tmp_path, *NEWS) as desk:
        await desk.post("/act/silence", storyline=await storyline_of(desk), hours="8", note="known to all")
        fact = await only(desk)
        assert isinstance(fact, SilenceSet)
        assert ((fact.until - fact.at).total_seconds(), fact.reason) == (8 * 3600, "known to all")


async def test_a_wrong_alert_is_rejected_with_its_country(tmp_path: Path) -> None:
    async with a_desk(tmp_path, *NEWS) as desk:
        await desk.post("/act/review", alert="alert1", verdict="reject", note="an old quote")
        fact = await only(desk)
        assert isinstance(fact, ReviewGiven)
        assert (fact.verdict, fact.theatre, fact.note) == ("reject", "SY", "an old quote")


async def test_storylines_of_different_families_are_not_merged(tmp_path: Path) -> None:
    async with a_desk(tmp_path, *NEWS, *related(told("siege/in_force", "2"))) as desk:
        first, second = (card["id"] for card in (await desk.get("/api/v1/storylines")).json())
        assert (await desk.post("/act/merge", storyline=first, into=second)).status_code == 400
        assert (await desk.post("/act/merge", storyline=first, into=first)).status_code == 400
        assert await desk.written(COMMANDS) == []


async def test_a_dead_letter_is_retried_from_the_page(tmp_path: Path) -> None:
    letter = a_dead_letter()
    async with a_desk(tmp_path, letter) as desk:
        fields = {
            "stage": letter.stage,
            "topic": letter.original_topic,
            "partition": str(letter.original_partition),
            "position": str(letter.original_position),
        }
        assert (await desk.post("/act/dead-letters", what="retry", **fields)).status_code == 303
        assert any(isinstance(fact, RecordRetried) for fact in await desk.written("tocsin.dead-letters"))
        again = await desk.post("/act/dead-letters", what="retry", **fields)
        assert again.status_code == 409
        assert "retried by local" in again.text


@pytest.mark.parametrize(
    ("path", "fields", "status"),
    [
        ("/act/acknowledge", {"alert": "none"}, 404),
        ("/act/acknowledge", {}, 404),
        ("/act/review", {"alert": "alert1", "verdict": "maybe"}, 400),
        ("/act/silence", {"storyline": "none", "hours": "1"}, 404),
        ("/act/silence", {"storyline": "s1", "hours": "for ever"}, 404),
        ("/act/dead-letters", {"what": "eat"}, 400),
        ("/act/dead-letters", {"what": "retry", "stage": "x", "topic": "y", "partition": "z", "position": "0"}, 409),
    ],
)
async def test_a_command_that_cannot_be_done_says_why_and_writes_nothing(
    tmp_path: Path, path: str, fields: dict[str, str], status: int
) -> None:
    async with a_desk(tmp_path, *NEWS) as desk:
        assert (await desk.post(path, **fields)).status_code == status
        assert await desk.written(COMMANDS) == []


@pytest.mark.parametrize("hours", ["", "0", "-1", "nan", "1e9", "for ever"])
async def test_a_silence_has_an_end(tmp_path: Path, hours: str) -> None:
    async with a_desk(tmp_path, *NEWS) as desk:
        answer = await desk.post("/act/silence", storyline=await storyline_of(desk), hours=hours)
        assert answer.status_code == 400


async def test_the_api_takes_commands_as_json_with_the_sessions_token(tmp_path: Path) -> None:
    async with a_desk(tmp_path, *NEWS) as desk:
        headers = {"X-CSRF-Token": await desk.token()}
        answer = await desk.client.post("/api/v1/acknowledge", json={"alert": "alert1"}, headers=headers)
        assert (answer.status_code, answer.json()) == (200, {"ok": True})
        refused = await desk.client.post("/api/v1/acknowledge", json={"alert": "alert1"})
        assert refused.status_code == 403
        form = await desk.client.post("/api/v1/acknowledge", data={"alert": "alert1"}, headers=headers)
        assert form.status_code == 415


@pytest.mark.parametrize(
    ("back", "path"),
    [("/map?family=siege", "/map?family=siege"), ("//evil.example/x", "/"), ("https://evil.example", "/")],
)
async def test_one_comes_back_to_the_page_and_never_to_another_host(tmp_path: Path, back: str, path: str) -> None:
    async with a_desk(tmp_path, *NEWS) as desk:
        answer = await desk.post("/act/acknowledge", alert="alert1", back=back)
        assert answer.headers["location"] == path
