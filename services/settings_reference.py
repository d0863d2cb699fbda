"""Writes docs/configuration.md from the settings' own types, defaults and docstrings.

Run ``python -m services.settings_reference`` after a change; a test compares.
"""

import sys
import types
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from pydantic import BaseModel
from pydantic.fields import FieldInfo
from pydantic_core import PydanticUndefined

from services.settings import (
    EmailDestination,
    KafkaSettings,
    QuietHoursSettings,
    RouteSettings,
    Settings,
    SlackDestination,
    SlackWebhookDestination,
    TerminalDestination,
    WebhookDestination,
)
from services.settings_group import Count

FILE = Path(__file__).parents[1] / "docs" / "configuration.md"

_HEAD = """\
# Configuration

<!-- Written by `python -m services.settings_reference` from services/settings.py. -->

Settings come from one TOML file and from environment variables; a variable wins over the file. The file is the one
that `--config` names, else `TOCSIN_CONFIG`, else `tocsin.toml` in the working directory, else none: every setting
has a default but those of destinations. `docs/tocsin.example.toml` is a file to start from.

A variable's name is `TOCSIN_`, then the setting's path with `__` for each dot: `log.path` is `TOCSIN_LOG__PATH`,
the token of a destination named `desk` is `TOCSIN_DELIVER__DESTINATIONS__DESK__TOKEN`. Give secrets so, and keep them
out of the file. Lists are JSON in variables. A name that is no setting is an error, and so is a wrong value; the
message says which and what to do. `tocsin doctor` checks the rest. Times are in seconds; relative paths start at the
working directory. Nothing is read again while the program runs, but the catalogue of feeds.
"""

_DESTINATIONS = """\
## Destinations: `[deliver.destinations.NAME]`

Each has a name of your own, which stands in the log and in `to` of routes, so it must hold no secret. Without any,
alerts go to the terminal. Of several e-mail recipients each is sent, retried and given up by itself.
"""

_KINDS: tuple[type[BaseModel], ...] = (
    TerminalDestination,
    SlackWebhookDestination,
    SlackDestination,
    EmailDestination,
    WebhookDestination,
)


def render() -> str:
    """Return the whole document."""
    parts = [_HEAD]
    for name, field in Settings.model_fields.items():
        parts.append(_section(f"`[{name}]`", _model(field)))
        if name == "log":
            parts.append(_section("The log on Kafka: `[log.kafka]`", KafkaSettings))
    parts.append(_DESTINATIONS)
    parts += [_section(f"`channel = {_values(kind)}`", kind, level=3) for kind in _KINDS]
    parts.append(_section("Routes: `[[deliver.routes]]`, in order", RouteSettings))
    parts.append(_section("Quiet hours: `quiet = { zone = …, start = …, end = … }` of a route", QuietHoursSettings))
    return "\n".join(parts)


def _section(title: str, model: type[BaseModel], level: int = 2) -> str:
    head = [f"{'#' * level} {title}", "", (model.__doc__ or "").strip(), ""]
    rows = list(_rows(model))
    if rows:
        head += ["| setting | type | default | meaning |", "|---|---|---|---|", *rows, ""]
    return "\n".join(head)


def _rows(model: type[BaseModel]) -> Iterator[str]:
    for name, field in model.model_fields.items():
        if name != "channel":
            meaning = (field.description or "").replace("|", "\\|")
            yield f"| `{name}` | {_type(field.annotation)} | {_default(field)} | {meaning} |"


def _values(kind: type[BaseModel]) -> str:
    return " or ".join(f'"{value}"' for value in get_args(kind.model_fields["channel"].annotation))


def _model(field: FieldInfo) -> type[BaseModel]:
    if not (isinstance(field.annotation, type) and issubclass(field.annotation, BaseModel)):
        raise TypeError(f"every top-level setting is a group, not {field.annotation}")
    return field.annotation


def _default(field: FieldInfo) -> str:
    if field.default is PydanticUndefined:
        return ("none" if field.default_factory is dict else "see above") if field.default_factory else "**required**"
    if field.default in (None, (), ""):
        return "none"
    return f"`{str(field.default).lower() if isinstance(field.default, bool) else field.default}`"


def _type(annotation: Any) -> str:
    origin, arguments = get_origin(annotation), [one for one in get_args(annotation) if one is not type(None)]
    if origin is Annotated:
        return _type(arguments[0])
    if origin is Literal:
        return " or ".join(f"`{value}`" for value in arguments)
    if origin in (Union, types.UnionType):
        return " or ".join(dict.fromkeys(_type(one) for one in arguments))
    if origin is tuple:
        return f"list of {_type(arguments[0])}"
    if origin is dict:
        return "table of whole numbers by name" if arguments[1] is Count else "tables by name, see below"
    name: str = annotation.__name__
    return _NAMES.get(name, name)


_NAMES = {
    "str": "text",
    "int": "whole number",
    "float": "number",
    "bool": "true or false",
    "Path": "path",
    "SecretStr": "secret",
    "ZoneInfo": "time zone",
    "time": "time of day",
    "RouteSettings": "routes, see below",
    "QuietHoursSettings": "table, see below",
    "KafkaSettings": "table, see below",
}


if __name__ == "__main__":
    FILE.write_text(render(), encoding="utf-8")
    sys.stdout.write(f"wrote {FILE}\n")
