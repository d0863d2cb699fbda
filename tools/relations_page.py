"""Writes docs/relations.md from the relation table: ``python tools/relations_page.py docs/relations.md``."""

import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

from processors.relate.table import Row, load_table

_HEAD = """# When an announcement alerts

<!-- Written by `python tools/relations_page.py docs/relations.md` from processors/relate/relations.toml: edit that. -->

A new announcement that is news is held against its **storyline**. The first row that fits decides, and its id and
reason stand in the alert. No row, no alert; announcements told as background fill the history and never alert.

## Storylines

A storyline is one measure or attempt at one. An announcement continues it where all of these hold:

- the family is the same;
- the places are equal, or one is the country of the other; an announcement without a place fits its whole theatre;
- the sides share one, where both name two or more. Groups of a coalition are one side, mediators are none
  (`processors/relate/sides.toml`);
- no more than 45 days have passed since it was last told of.

It is named after the place that most of its announcements name.

## How to read a row

- **standing**: the newest act that set a state must be one of these. Calls and breaches set none, so what stood before
  them still stands.
- **against**: where named, the alert quotes the newest such announcement of the last 31 days, not the standing one.
- **repeat**: when the same thing told again stays silent (it is recorded as `alert.suppressed.v1`, with the reason).

One article raises at most one alert of each relation on a storyline.
"""

_REPEATS = """## Repeats

| repeat | the same again stays silent |
|---|---|
| standing | for three days, unless the window moves |
| day | for 24 hours after the last such alert, unless another side is named |
| side | once the same side has said it since the act that it answers |
| window | for ten days after the last such alert |
| terms | within three days, unless the deadline's day moves |
"""

_TAIL = """## Late, corrected and taken back

- A **late article**, published more than a day before what is known, stands where it was told, not where it arrived.
  What newer news has settled since is not raised again (`settled_since`). Where the late article is what a raised
  alert really superseded, the alert is told again with `corrects`.
- An announcement that is **taken back** (its article was revised or withdrawn) leaves its storyline. An alert that
  rested on it is told again with `corrects` where another earlier announcement bears it, else `alert.suppressed.v1`
  with the reason `retracted` names it. What the same article's next revision says anew corrects the fallen alert.

## Timers

| edge | set by | settled by | else told as |
|---|---|---|---|
| deadline | an ultimatum | acceptance, end, extension, denial, later deadline | deadline passed, no acceptance seen |
| end | a ceasefire | extension, new truce, end, denial, later end | announced end passed, no extension seen |

A day without a clock time ends with its last minute, local time. Background sets no timer, nor does what is past
already. An edge that several reports tell of, within a day of each other, is told once.
"""


def render(rows: Sequence[Row]) -> str:
    """Return the page."""
    families = dict.fromkeys(family for row in rows for family in row.families)
    tables = "\n\n".join("\n".join(_table(family, rows)) for family in families)
    return f"{_HEAD}\n{tables}\n\n{_REPEATS}\n{_TAIL}"


def _table(family: str, rows: Sequence[Row]) -> Iterator[str]:
    yield f"## {family.capitalize()}\n"
    yield "| row | new announcement | standing | against | alert | repeat | reason |"
    yield "|---|---|---|---|---|---|---|"
    for row in rows:
        if family in row.families:
            against = f"{', '.join(row.against)}{' (or of another family)' if row.across else ''}"
            alert = f"{row.relation}/{row.kind}"
            cells = (row.id, ", ".join(row.later), ", ".join(row.standing), against, alert, row.repeat, row.reason)
            yield f"| {' | '.join(cells)} |"


if __name__ == "__main__":
    Path(sys.argv[1]).write_text(render(load_table().rows), encoding="utf-8")
