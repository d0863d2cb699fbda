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
- the places are equal, or one lies in the other (a quarter in its town, a town in its region or country); an
  announcement without a place fits its whole theatre;
- the sides share one, where both name two or more. Groups of a coalition are one side, mediators are none,
  each as the country of the place has it (`processors/relate/sides.toml`);
- it was told of in the last 45 days; or in the last 120 where a truce stands, in the last 270 where a siege does.

It is named after the place that most of its announcements name.

## How to read a row

- **standing**: the newest act that set a state must be one of these. Calls and breaches set none, so what stood before
  them still stands; a refusal sets none where a measure is declared; for two days, "it holds" undoes no "it is over".
- **against**: where named, the alert quotes the newest such announcement while the storyline lasts, not the standing
  one: that of another article of the last three days, where there is one; what is retold days after the last news. A
  refusal answers the offer that its own article tells, and what becomes of a new truce is told of that truce. Nobody
  refuses its own offer, an offer is refused within a month, a call within three days by whom it addresses.
- **own**: what stands is what the new announcement's own side said last; of a deal by nobody named, any side.
- **anew**: only where the claimed start is after the breach or end of what stood, or three days passed with a breach.
- **differs**: only where another publisher gives other clock times for the same act within six hours,
  an hour or more apart.
- **repeat**: when the same thing told again stays silent (it is recorded as `alert.suppressed.v1`, with the reason).

One article raises at most one alert of each relation on a storyline. What it tells below its news is history: an end
under the news of a truce, a truce under the news of its end, unless the headline says it.
"""

_REPEATS = """## Repeats

| repeat | the same again stays silent |
|---|---|
| standing | for three days, and for two after it alerted as the last change, unless the end moves |
| day | for 24 hours after the last such alert, unless another side is named or a new truce was alerted since |
| side | once the same side has said it since the newest offer in other articles, and for 24 hours in any case |
| window | for ten days after the last such alert |
| terms | within three days, unless the deadline's day moves |
For a day after its end, a truce that is told as it was before, by the same parties and without a time of its own, is
the old one, unless the headline tells it.

A siege that is to be eased at a time still to come alerts when it is (`only_promised`). A promise of another family
that was told as over, or within a day as broken, is broken no second time.
"""

_TAIL = """## Late, corrected and taken back

- A **late article** stands where it was told, not where it arrived: by the clock, or, where an article is dated to the
  day alone, from a difference of a day on. News that waited for it alerts then: nothing newer is superseded by it.
  What newer news has settled since is not raised again (`settled_since`). Where the late article is what a raised
  alert really superseded, the alert is told again with `corrects`.
- An announcement that is **taken back** (its article was revised or withdrawn) leaves its storyline. An alert that
  rested on it is told again with `corrects` where another earlier announcement bears it, else `alert.withdrawn.v1`
  goes out to the same people and says why. What the same article's next revision says anew corrects the fallen alert.

## Timers

Two hours ahead of a deadline, or of the announced start or end of a ceasefire, `deadline.near.v1` says so, where that
has a clock time, was told earlier than that, and nothing has settled it (a start: an end, a denial, a breach, or that
it took effect). Once it has passed unsettled, `deadline.passed.v1` says so:

| edge | set by | settled by | else told as |
|---|---|---|---|
| deadline | an ultimatum | acceptance, end, extension, denial, later deadline | deadline passed, no acceptance seen |
| end | a ceasefire | extension, new truce, breach, end, denial, later end | announced end passed, no extension seen |

A day without a clock time ends with its last minute, local time. Background sets no timer, nor does what is past
already. An edge that several reports tell of, within a day of each other, is told once. What passed while nothing
ran is told as passed, and no more as near.
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
            rule = " (own)" if row.own else " (anew)" if row.anew else " (differs)" if row.differs else ""
            standing = f"{', '.join(row.standing)}{rule}"
            cells = (row.id, ", ".join(row.later), standing, against, alert, row.repeat, row.reason)
            yield f"| {' | '.join(cells)} |"


if __name__ == "__main__":
    Path(sys.argv[1]).write_text(render(load_table().rows), encoding="utf-8")
