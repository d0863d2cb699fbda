"""How commands show things: blocks and tables for people, JSON for programs, progress on standard error."""

import os
import sys
import textwrap
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Annotated

import msgspec
import typer
from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from services.commands.session import CommandError

AsJson = Annotated[bool, typer.Option("--json", help="Print JSON, for programs.")]
Report = Callable[[str, int, int], None]  # what is done, how much of it, of how much


def show(line: str = "") -> None:
    """Print one line for people; markup in brackets is rich's."""
    Console(highlight=False, soft_wrap=True).print(line)


def plain(text: object) -> str:
    """Return text from outside as it is to be shown: never read as markup."""
    return escape(str(text))


def short(id_: object) -> str:
    """Return the beginning of an id: enough for people and for ``explain``, too little for programs."""
    return str(id_)[:12]


def show_json(value: object) -> None:
    """Print one JSON document."""
    sys.stdout.write(msgspec.json.format(msgspec.json.encode(value), indent=1).decode() + "\n")


def show_block(head: str, *details: object) -> None:
    """Print one thing for people: a line in markup, then its details as plain text, wrapped and indented."""
    show(head)
    for detail in details:
        if detail:
            show_indented(str(detail))


def show_indented(text: str, indent: int = 4, style: str = "") -> None:
    """Print plain text, wrapped to the terminal and indented in all its lines; addresses and ids stay whole."""
    for line in _wrapped(text, " " * indent) or [""]:
        show(f"[{style}]{plain(line)}[/{style}]" if style else plain(line))


def _wrapped(text: str, margin: str) -> list[str]:
    return textwrap.wrap(
        text,
        Console().width,
        initial_indent=margin,
        subsequent_indent=margin,
        break_long_words=False,
        break_on_hyphens=False,
    )


def counted(number: object, noun: str) -> str:
    """Return a number with its noun, which takes an s for all but one."""
    return f"{number} {noun}{'' if number == 1 else 's'}"


def show_table(title: str, columns: Sequence[str], rows: Iterable[Mapping[str, object]]) -> None:
    """Print rows as a table of the named columns, the first of which names the row and is never broken."""
    table = Table(title=title, title_justify="left", header_style="bold", box=SIMPLE_HEAD, padding=(0, 0, 0, 1))
    for number, column in enumerate(columns):
        table.add_column(column.replace("_", " "), no_wrap=number == 0, justify="left" if number == 0 else "right")
    for row in rows:
        table.add_row(*(plain(in_words(row.get(column))) for column in columns))
    Console(highlight=False).print(table)


def in_words(value: object) -> str:
    """Return a value as a table's cell."""
    match value:
        case None:
            return "–"
        case bool():
            return "yes" if value else "no"
        case datetime():
            return f"{value:%Y-%m-%d %H:%M}"
        case float():
            return f"{value:.3f}"
        case list() | tuple():
            return ", ".join(map(in_words, value))
        case _:
            return str(value)


@contextmanager
def progress_bars() -> Iterator[Report]:
    """Show a bar for each thing that is reported, on standard error, and only where that is a terminal."""
    console = Console(stderr=True)
    columns = (TextColumn("{task.description:>8}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console, disable=not console.is_terminal) as bars:
        tasks = {}

        def report(what: str, done: int, total: int) -> None:
            if what not in tasks:
                tasks[what] = bars.add_task(what, total=total)
            bars.update(tasks[what], completed=done, total=total)

        yield report


def write_lines(path: Path | None, rows: Iterable[object]) -> int:
    """Write one JSON object a line and return how many; to a file whole or not at all, without one to the output."""
    lines = [msgspec.json.encode(row).decode() + "\n" for row in rows]
    if path is None:
        sys.stdout.writelines(lines)
    else:
        write_whole(path, "".join(lines))
    return len(lines)


def write_whole(path: Path, text: str) -> None:
    """Write a file so that it holds all of the text or what it held before, whatever happens between.

    Raises CommandError where it cannot be written.
    """
    part = path.with_name(f".{path.name}.part")
    try:
        try:
            with part.open("w", encoding="utf-8") as file:
                file.write(text)
                file.flush()
                os.fsync(file.fileno())
            part.replace(path)
        finally:
            part.unlink(missing_ok=True)
    except OSError as error:
        raise CommandError(f"{path}: cannot be written: {error.strerror or error}; name another file") from error


def refuse_unwritable(path: Path | None) -> None:
    """Say before the work, not after it, that its result could not be written. Raises CommandError."""
    if path is None:
        return
    if path.is_dir():
        raise CommandError(f"{path}: is a folder; name a file")
    if not path.parent.is_dir():
        raise CommandError(f"{path}: the folder {path.parent} does not exist; make it first")
    if not os.access(path.parent, os.W_OK):
        raise CommandError(f"{path}: the folder {path.parent} cannot be written to; name another file")
