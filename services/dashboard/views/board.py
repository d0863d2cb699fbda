"""The board: what is in force, offered, threatened or just over, the soonest deadline and the newest news first."""

import sqlite3
from datetime import datetime, timedelta
from typing import NamedTuple

from services.dashboard.model.moments import ms
from services.dashboard.model.rows import Value
from services.dashboard.views.cards import OVER_FOR, SHOWN, cards
from services.dashboard.views.filters import Filter
from services.dashboard.views.values import Card, Group

GROUPS: tuple[Group, ...] = ("in force", "threatened", "offered", "over")
_STANDING = ("called_for", "offered", "agreed", "declared", "in_force", "broken", "refused")
_INDEXED = "storylines INDEXED BY storylines_board"
_AHEAD = timedelta(minutes=5)  # by which another machine's clock may be fast
_LOOKED_AT = 80  # storylines of the board at most: the newest


class Board(NamedTuple):
    """The cards by group, and how many more there are than are shown."""

    groups: dict[Group, list[Card]]
    more: int

    @property
    def all(self) -> list[Card]:
        """All cards, group after group."""
        return [card for group in GROUPS for card in self.groups[group]]


def board(database: sqlite3.Connection, wanted: Filter, now: datetime, limit: int = _LOOKED_AT) -> Board:
    """Return the board of a moment."""
    where, values = _narrowed(wanted, now)
    total: int = database.execute(f"SELECT count(*) FROM {_INDEXED} WHERE {where}", values).fetchone()[0]  # noqa: S608
    rows = database.execute(
        f"SELECT value FROM {_INDEXED} WHERE {where} ORDER BY at DESC LIMIT ?",  # noqa: S608  only our own words
        (*values, limit),
    ).fetchall()
    found = [card for card in cards(database, (row[0] for row in rows), now) if _is_shown(card, wanted, now)]
    groups: dict[Group, list[Card]] = {group: [] for group in GROUPS}
    for card in sorted(found, key=lambda card: _urgency(card, now)):
        groups[card.group].append(card)
    return Board(groups, max(total - limit, 0))


def _narrowed(wanted: Filter, now: datetime) -> tuple[str, tuple[Value, ...]]:
    """Return what storylines the board may show, in SQL: those of a state that lasts, and those just over."""
    longest = ms(now - max(SHOWN.values()))
    marks = ", ".join("?" * len(_STANDING))
    where = ["at > ?", "at <= ?", f"(status IN ({marks}) OR at > ?)", "is_empty = 0"]
    values: list[Value] = [longest, ms(now + _AHEAD), *_STANDING, ms(now - OVER_FOR)]
    where.append("id NOT IN (SELECT storyline_id FROM merges)")
    for column, value in (("family", wanted.family), ("theatre", wanted.country)):
        if value:
            where.append(f"{column} = ?")
            values.append(value)
    if wanted.words:
        where.append("name LIKE ? ESCAPE '\\'")
        values.append("%" + wanted.words.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_") + "%")
    if wanted.since:
        where.append("at >= ?")
        values.append(ms(wanted.since))
    if wanted.until:
        where.append("at <= ?")
        values.append(ms(wanted.until))
    return " AND ".join(where), tuple(values)


def _is_shown(card: Card, wanted: Filter, now: datetime) -> bool:
    if wanted.group and card.group != wanted.group:
        return False
    if card.group == "over":
        return now - max(card.since or card.changed, card.changed) < OVER_FOR
    return now - card.changed < SHOWN[card.family]


def _urgency(card: Card, now: datetime) -> tuple[float, float]:
    """A deadline within a day comes first, the soonest foremost; then the newest news."""
    left = (card.edge.due - now).total_seconds() if card.edge else float("inf")
    return (left if left < 86_400 else float("inf"), -card.changed.timestamp())
