"""The demonstration as a newcomer sees it: the bundled newswire, the real program, alerts in the terminal."""

import subprocess
import sys
from pathlib import Path

import pytest

_TOP = Path(__file__).resolve().parents[2]

pytestmark = pytest.mark.skipif(not (_TOP / "demo").is_dir(), reason="the demonstration is not part of the wheel")


@pytest.fixture(scope="module")
def shown() -> str:
    """What the demonstration printed, in one line a line of it."""
    done = subprocess.run(
        [sys.executable, "-m", "demo", "--pace", "0"], cwd=_TOP, capture_output=True, text=True, timeout=110
    )
    assert done.returncode == 0, done.stderr
    assert not done.stderr, done.stderr
    return done.stdout


@pytest.mark.parametrize(
    "label",
    [
        "Supersedes (ends) · ceasefire",
        "Supersedes (extends) · ceasefire",
        "Contradicts (rejects) · ceasefire",
        "Contradicts (rejects) · ultimatum",
        "Contradicts (conflicts) · ceasefire",
        "Deadline passed · ultimatum",
    ],
)
def test_the_demonstration_shows_each_kind_of_alert_that_its_story_holds(shown: str, label: str) -> None:
    assert label in shown


def test_the_demonstration_tells_what_to_do_next(shown: str) -> None:
    end = shown[shown.index("That was the main job") :]

    assert "What next" in end
    assert "feeds add" in end


def test_every_alert_shows_two_quotes_and_its_reason(shown: str) -> None:
    raised = shown.count("Supersedes (") + shown.count("Contradicts (")

    assert raised >= 10
    assert shown.count("│ Now: ") == raised
    assert shown.count("│ Before: ") == raised
    assert shown.count("│ Why ") >= raised
