"""Logs: JSON lines, one form for all libraries, correlation ids, and no secret in any of them."""

import json
import logging
from collections.abc import Iterator

import pytest
import structlog

from services.observability import Redactor, configure_logging, secrets_of
from services.settings import DeliverSettings, LoggingSettings, Settings, SlackWebhookDestination

HOOK = "https://hooks.slack.com/services/T000/B000/madeup"
SETTINGS = Settings(
    logging=LoggingSettings(format="json"),
    deliver=DeliverSettings(
        destinations={"desk": SlackWebhookDestination.model_validate({"channel": "slack-webhook", "url": HOOK})}
    ),
)


@pytest.fixture(autouse=True)
def _restored_logging() -> Iterator[None]:
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    yield
    root.handlers[:], root.level = handlers, level
    structlog.reset_defaults()
    structlog.contextvars.clear_contextvars()


def lines(capsys: pytest.CaptureFixture[str]) -> list[dict[str, object]]:
    return [json.loads(line) for line in capsys.readouterr().err.splitlines()]


def test_a_line_carries_what_was_bound_and_when(capsys: pytest.CaptureFixture[str]) -> None:
    configure_logging(SETTINGS, stage="detect")
    with structlog.contextvars.bound_contextvars(correlation="article-1"):
        structlog.get_logger().info("decided", outputs=2)
    (line,) = lines(capsys)
    assert (line["event"], line["stage"], line["correlation"], line["outputs"]) == ("decided", "detect", "article-1", 2)
    assert str(line["timestamp"]).endswith("Z")


def test_a_librarys_line_takes_the_same_form(capsys: pytest.CaptureFixture[str]) -> None:
    configure_logging(SETTINGS, stage="deliver")
    logging.getLogger("aiosmtplib").warning("no answer from %s", "mail.example.org")
    (line,) = lines(capsys)
    assert (line["event"], line["level"], line["stage"]) == ("no answer from mail.example.org", "warning", "deliver")


def test_a_configured_secret_is_blanked_in_messages_fields_and_tracebacks(capsys: pytest.CaptureFixture[str]) -> None:
    configure_logging(SETTINGS)
    try:
        raise ValueError(f"cannot post to {HOOK}")
    except ValueError:
        structlog.get_logger().exception(f"posting to {HOOK}", where=[{"url": HOOK}])
    written = capsys.readouterr().err
    assert "madeup" not in written
    assert "ValueError" in written


@pytest.mark.parametrize(
    ("text", "leak"),
    [
        ("GET https://user:hunter2@example.org/feed", "hunter2"),
        ("token xoxb-12-34-abc", "12-34-abc"),
        ("Authorization: Bearer abcdefgh123", "abcdefgh123"),
        ("https://hooks.slack.com/services/T1/B1/zzz", "zzz"),
    ],
)
def test_what_looks_like_a_secret_is_blanked_though_no_setting_holds_it(text: str, leak: str) -> None:
    assert leak not in str(Redactor()(None, "info", {"event": text}))


def test_a_field_named_like_a_secret_is_blanked() -> None:
    assert Redactor()(None, "info", {"event": "x", "smtp_password": "p"})["smtp_password"] == "**********"


def test_ordinary_text_is_left_alone() -> None:
    event = {"event": "polled https://example.org/rss", "new": 3}
    assert Redactor(secrets_of(SETTINGS))(None, "info", event) == event
