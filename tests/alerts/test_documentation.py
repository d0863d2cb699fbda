"""docs/alerts.md is true: its settings load, and lead where it says."""

import re
import tomllib
from pathlib import Path

from services.routing import routes_of
from services.settings import Settings

PAGE = Path(__file__).resolve().parents[2] / "docs" / "alerts.md"


def test_the_documented_settings_load() -> None:
    blocks = re.findall(r"```toml\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)
    routes = routes_of(Settings.model_validate(tomllib.loads("\n".join(blocks))).deliver)
    assert {one.channel for one in routes.destinations.values()} == {
        "terminal",
        "slack-webhook",
        "slack",
        "email",
        "webhook",
    }
    assert [name.partition("#")[0] for name in routes.rules[0].to] == ["desk", "duty", "duty"]
