"""The documents about settings agree with the settings."""

from pathlib import Path

import pytest

from services import settings_reference
from services.routing import routes_of
from services.settings import load

DOCS = Path(__file__).parents[2] / "docs"


def test_the_reference_is_what_the_settings_say() -> None:
    written = (DOCS / "configuration.md").read_text(encoding="utf-8")
    assert written == settings_reference.render(), "run: python -m services.settings_reference"


def test_every_setting_says_what_it_means() -> None:
    assert "|  |" not in settings_reference.render()


def test_the_example_file_is_valid_once_the_secrets_are_given(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("DESK__TOKEN", "DUTY__PASSWORD", "ARCHIVE__URL", "ARCHIVE__SECRET"):
        monkeypatch.setenv(f"TOCSIN_DELIVER__DESTINATIONS__{name}", "made-up")
    routes = routes_of(load(DOCS / "tocsin.example.toml").deliver)
    assert [rule.name for rule in routes.rules] == ["everything", "syria desk", "duty officer"]
