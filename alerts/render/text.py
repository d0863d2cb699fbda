"""A message as plain text, 78 columns, for mail and logs."""

import textwrap
from collections.abc import Iterator

from alerts.message import Message, Quoted

WIDTH = 78
_INDENT = "  "


def as_text(message: Message) -> str:
    """Return the whole message; it ends with a newline."""
    return "\n".join(line for part in _parts(message) for line in part) + "\n"


def subject(message: Message) -> str:
    """Return one line for a mail's subject or a notification."""
    return f"{message.label}: {message.headline}"


def _parts(message: Message) -> Iterator[Iterator[str]]:
    yield _head(message)
    for quoted in message.quotes:
        yield _quote(quoted)
    yield _facts(message)
    for number, part in enumerate(message.parts, 1):
        yield iter(["", f"{f' {number} of {len(message.parts)} ':=^{WIDTH}}", ""])
        yield from _parts(part)


def _head(message: Message) -> Iterator[str]:
    if message.note:
        yield from _wrap(message.note)
    yield from _wrap(f"{message.label.upper()} · {message.storyline}")
    yield from _wrap(message.headline)


def _quote(quoted: Quoted) -> Iterator[str]:
    yield ""
    yield from _wrap(f"{quoted.label.upper()}: {quoted.told}")
    yield from _wrap(f"“{quoted.quote}”", _INDENT)
    if quoted.said_by:
        yield from _wrap(f"said by {quoted.said_by}", _INDENT)
    for claim in quoted.claims:
        yield from _wrap(claim, _INDENT)
    yield from _wrap(f"{quoted.source}, {quoted.published}", _INDENT)
    if quoted.link:
        yield _INDENT + quoted.link  # never broken: mail programs make links of whole lines only


def _facts(message: Message) -> Iterator[str]:
    yield ""
    for name, words in (("State", message.change), ("Why", message.reason), ("Sources", message.corroboration)):
        if words:
            yield from _wrap(f"{name}: {words}")
    for source in message.sources:
        yield from _wrap(source.name + (" (copy)" if source.is_copy else ""), "  - ")
        if source.link:
            yield "    " + source.link
    if message.steps:
        yield from ("", "The storyline's last steps:")
    for step in message.steps:
        yield from _wrap(step, "  - ")
    if not message.parts:
        yield from ("", *_wrap(f"Alert {message.alert_id} (tocsin explain {message.alert_id})"))


def _wrap(text: str, indent: str = "") -> list[str]:
    return textwrap.wrap(text, WIDTH, initial_indent=indent, subsequent_indent=" " * len(indent)) or [indent]
