"""A message as rich panels: both quotes side by side on a wide terminal, one above the other on a narrow one."""

from rich.console import Group, RenderableType
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from alerts.message import Message, Quoted

_COLOURS = {"Contradicts": "red", "Supersedes": "yellow", "Deadline": "magenta", "Digest": "blue"}
_WIDE = 100


def as_panel(message: Message, width: int) -> RenderableType:
    """Return what to print. Built of Text only, so nothing from outside is read as markup or escape codes."""
    colour = _COLOURS.get(message.label.split()[0], "cyan")
    body: list[RenderableType] = [Text(message.headline, style="bold")]
    if message.note:
        body.insert(0, Text(message.note, style="italic"))
    if message.quotes:
        body += [Text(), _quotes(message, width)]
    body += _facts(message)
    body += [as_panel(part, width - 4) for part in message.parts]
    title = Text(f" {message.label} · {message.storyline} ", style=f"bold {colour}")
    return Panel(Group(*body), title=title, title_align="left", border_style=colour, width=width)


def _quotes(message: Message, width: int) -> RenderableType:
    if width < _WIDE:
        return Group(*(_quote(quoted) for quoted in message.quotes))
    table = Table.grid(expand=True, padding=(0, 2))
    for _ in message.quotes:
        table.add_column(ratio=1)
    table.add_row(*(_quote(quoted) for quoted in message.quotes))
    return table


def _quote(quoted: Quoted) -> Text:
    text = Text()
    text.append(f"{quoted.label}: ", style="bold")
    text.append(f"{quoted.told}\n")
    text.append(f"“{quoted.quote}”\n", style="bold green" if quoted.label == "Now" else "green")
    if quoted.said_by:
        text.append(f"said by {quoted.said_by}\n", style="dim")
    for claim in quoted.claims:
        text.append(f"{claim}\n", style="cyan")
    text.append(f"{quoted.source}, {quoted.published}\n", style="dim")
    if quoted.link:
        text.append(quoted.link + "\n", style="dim underline")
    return text


def _facts(message: Message) -> list[RenderableType]:
    sources = ", ".join(source.name + (" (copy)" if source.is_copy else "") for source in message.sources)
    told = "; ".join(words for words in (message.corroboration, sources) if words)
    rows = [("State", message.change), ("Why", message.reason), ("Sources", told)]
    rows += [("Steps" if number == 0 else "", step) for number, step in enumerate(message.steps)]
    if not message.parts:
        rows.append(("Alert", message.alert_id))
    table = Table.grid(padding=(0, 2))
    table.add_column(style="dim", no_wrap=True)
    table.add_column()
    for name, words in rows:
        if words:
            table.add_row(name, Text(words))
    return [table]
