"""A message as HTML for mail clients: one column of tables, inline styles, readable in dark mode and without images."""

from collections.abc import Iterator
from html import escape

from alerts.message import Message, Quoted, Source

# Mail clients that invert colours do it well only where both colours are given or neither is: text colours are left
# to the client, and borders carry the structure.
_BODY = "margin:0;padding:16px;font:16px/1.45 system-ui,-apple-system,'Segoe UI',Roboto,Helvetica,Arial,sans-serif"
_BOX = "max-width:680px;margin:0 auto;overflow-wrap:anywhere;word-break:break-word"
_QUIET = "font-size:13px;opacity:.8"
_CELL = "padding:8px 12px;vertical-align:top;border-left:4px solid {colour}"
_COLOURS = {"Now": "#c0392b", "Before": "#7f8c8d"}
_HEAD = (
    '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">'
    '<meta name="viewport" content="width=device-width,initial-scale=1">'
    '<meta name="color-scheme" content="light dark"><meta name="supported-color-schemes" content="light dark">'
    "<style>:root{color-scheme:light dark}</style>"
)


def as_html(message: Message) -> str:
    """Return a whole document. Everything from outside is escaped, and links are http(s) only."""
    title = escape(f"{message.label}: {message.headline}")
    return (
        f'{_HEAD}<title>{title}</title></head>\n<body style="{_BODY}"><div style="{_BOX}">\n'
        + "\n".join(_message(message))
        + "\n</div></body></html>\n"
    )


def _message(message: Message) -> Iterator[str]:
    if message.note:
        yield f'<p style="margin:0"><b>{escape(message.note)}</b></p>'
    yield f'<p style="margin:0;{_QUIET}">{escape(message.label)} · {escape(message.storyline)}</p>'
    yield f'<h1 style="font-size:20px;margin:4px 0 12px">{escape(message.headline)}</h1>'
    if message.quotes:
        yield '<table role="presentation" width="100%" cellspacing="0" cellpadding="0">'
        for quoted in message.quotes:
            yield _quote(quoted)
        yield "</table>"
    yield from _facts(message)
    for part in message.parts:
        yield '<hr style="margin:20px 0">'
        yield from _message(part)


def _quote(quoted: Quoted) -> str:
    said_by = f"<br>said by {escape(quoted.said_by)}" if quoted.said_by else ""
    claims = "".join(f"<br>{escape(claim)}" for claim in quoted.claims)
    report = _link(quoted.link, quoted.title or quoted.source)
    style = _CELL.format(colour=_COLOURS.get(quoted.label, "#7f8c8d"))
    return (
        f'<tr><td style="{style}"><b>{escape(quoted.label)}</b>: {escape(quoted.told)}'
        f'<blockquote style="margin:6px 0;font-size:17px">“{escape(quoted.quote)}”</blockquote>'
        f'<span style="{_QUIET}">{escape(quoted.source)}, {escape(quoted.published)}{said_by}{claims}<br>{report}'
        '</span></td></tr><tr><td style="height:10px"></td></tr>'
    )


def _facts(message: Message) -> Iterator[str]:
    for name, words in (("State", message.change), ("Why", message.reason), ("Sources", message.corroboration)):
        if words:
            yield f'<p style="margin:6px 0"><b>{name}:</b> {escape(words)}</p>'
    if message.sources:
        yield f'<ul style="margin:6px 0">{"".join(_source(source) for source in message.sources)}</ul>'
    if message.steps:
        steps = "".join(f"<li>{escape(step)}</li>" for step in message.steps)
        yield f'<p style="margin:12px 0 0"><b>The storyline’s last steps</b></p><ol style="margin:6px 0">{steps}</ol>'
    if not message.parts:
        yield f'<p style="{_QUIET}">Alert <code>{escape(message.alert_id)}</code></p>'


def _source(source: Source) -> str:
    return f"<li>{_link(source.link, source.name)}{' (copy)' if source.is_copy else ''}</li>"


def _link(link: str, words: str) -> str:
    return f'<a href="{escape(link)}" rel="noreferrer">{escape(words)}</a>' if link else escape(words)
