"""A message as Slack blocks within Slack's documented limits, escaped as it asks.

Limits: 50 blocks a message, 3000 characters a section, 2000 a section field, 150 a header, about 13 000 in all
(docs.slack.dev, "Block Kit" and ``chat.postMessage``); ``& < >`` escaped ("Formatting text for app surfaces").
The models of ``slack_sdk`` check each block.
"""

from collections.abc import Iterator, Sequence
from typing import Any

from slack_sdk.models.blocks import (
    Block,
    ContextBlock,
    DividerBlock,
    HeaderBlock,
    MarkdownTextObject,
    PlainTextObject,
    SectionBlock,
)

from alerts.cleaning import cut
from alerts.message import Message, Quoted

MOST_BLOCKS, SECTION, FIELD, HEADER, WHOLE = 50, 3000, 2000, 150, 13_000


def as_blocks(message: Message) -> list[dict[str, Any]]:
    """Return the blocks; where they would be too many or too long, the last ones go, and a line says so."""
    return [block.to_dict() for block in _within_limits(list(_blocks(message)))]


def as_fallback(message: Message) -> str:
    """Return the text of notifications and of clients that show no blocks."""
    return fit(f"{message.label}: {message.headline}", 1000)


def fit(text: str, limit: int) -> str:
    """Return the text escaped, at most ``limit`` characters, never cut inside an escape."""
    escaped = _escape(text)
    while len(escaped) > limit:
        text = cut(text, max(1, len(text) - max(1, (len(escaped) - limit) // 5)))
        escaped = _escape(text)
    return escaped


def _escape(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _blocks(message: Message) -> Iterator[Block]:
    yield HeaderBlock(text=PlainTextObject(text=cut(message.headline, HEADER), emoji=False))
    note = f" · {message.note}" if message.note else ""
    yield _context(f"*{fit(message.label, 100)}* · {fit(message.storyline, 500)}{fit(note, 200)}")
    if len(message.headline) > HEADER:
        yield _section(fit(message.headline, SECTION))
    if message.quotes:
        yield SectionBlock(fields=[_markdown(_quote(quoted)) for quoted in message.quotes])
    yield from _facts(message)
    for part in message.parts:
        yield DividerBlock()
        yield from _brief(part)


def _brief(part: Message) -> Iterator[Block]:
    """Yield one part of a digest: what changed, both quotes, links."""
    yield _section(f"*{fit(part.label, 100)}* · {fit(part.storyline, 200)}\n{fit(part.headline, 500)}")
    for quoted in part.quotes:
        yield _context(f"*{quoted.label}* {fit(quoted.told, 240)} “{fit(quoted.quote, 300)}” {_report(quoted)}")


def _facts(message: Message) -> Iterator[Block]:
    told = [("State", message.change), ("Why", message.reason), ("Sources", message.corroboration)]
    lines = [f"*{name}* {fit(words, 500)}" for name, words in told if words]
    lines += [f"• {_link(s.link, s.name)}{' (copy)' if s.is_copy else ''}" for s in message.sources]
    if lines:
        yield _section(_joined(lines, SECTION))
    if message.steps:
        yield _context(_joined(["*The storyline's last steps*", *(fit(step, 400) for step in message.steps)], 1900))
    if not message.parts:
        yield _context(f"Alert `{fit(message.alert_id, 100)}`")


def _quote(quoted: Quoted) -> str:
    claims = "".join(f"\n{fit(claim, 200)}" for claim in quoted.claims)
    said_by = f"\nsaid by {fit(quoted.said_by, 120)}" if quoted.said_by else ""
    told = f"*{quoted.label}* · {fit(quoted.told, 400)}"
    tail = f"{said_by}{claims}\n{fit(quoted.published, 120)}"
    report = _report(quoted)
    if len(told) + len(tail) + len(report) > FIELD - 200:
        report = fit(quoted.source, 120)
    room = FIELD - len(told) - len(tail) - len(report) - 12
    return f"{told}\n>“{fit(quoted.quote, room)}”{tail}\n{report}"


def _report(quoted: Quoted) -> str:
    return _link(quoted.link, quoted.source) if len(quoted.link) < 500 else fit(quoted.source, 120)


def _link(link: str, words: str) -> str:
    name = fit(words.replace("|", "/"), 120)
    return f"<{link.replace('&', '&amp;')}|{name}>" if link else name


def _joined(lines: Sequence[str], limit: int) -> str:
    """Return as many whole lines as fit."""
    kept: list[str] = []
    for line in lines:
        if sum(map(len, kept)) + len(kept) + len(line) > limit:
            break
        kept.append(line)
    return "\n".join(kept)


def _within_limits(blocks: list[Block]) -> list[Block]:
    kept, length = list[Block](), 0
    for block in blocks:
        length += len(str(block.to_dict()))
        if length > WHOLE - 500 or len(kept) == MOST_BLOCKS - 1:
            return [*kept, _context("… cut to Slack's limits; the alert's id finds the rest")]
        kept.append(block)
    return kept


def _section(text: str) -> SectionBlock:
    return SectionBlock(text=_markdown(text))


def _context(text: str) -> ContextBlock:
    return ContextBlock(elements=[_markdown(text)])


def _markdown(text: str) -> MarkdownTextObject:
    """``verbatim``: Slack makes no links, channels or mentions of plain words."""
    return MarkdownTextObject(text=text, verbatim=True)
