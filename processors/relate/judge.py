"""Holds a new announcement against its storyline: which row of the table fires, and against which earlier statement."""

from collections.abc import Iterable, Sequence
from datetime import timedelta

from processors.relate.ledger import Storyline, Told
from processors.relate.sides import sides
from processors.relate.storyline import told_at
from processors.relate.table import Row, Table
from tocsin.vocabulary import Act, Statement, Value

_PASSING: frozenset[Act] = frozenset({"violated", "urged"})  # tell of fire or wishes; what stood before still stands
_ESTABLISHING: frozenset[Act] = frozenset({"declared", "agreed", "in_force", "extended"})
_DAY = timedelta(hours=24)
_WINDOW = timedelta(days=10)
_ESTABLISHED = timedelta(days=31)


class Verdict(Value, frozen=True, kw_only=True):
    """A row fired against an earlier statement. ``held_back`` says why it stays silent all the same."""

    row: Row
    earlier: Statement
    held_back: str = ""


def judge(table: Table, storyline: Storyline, later: Statement, neighbours: Sequence[Statement] = ()) -> Verdict | None:
    """Return what a news announcement does to its storyline; None where it changes nothing.

    ``neighbours`` are statements of other families at the same place, for rows that look across.
    """
    history = _told_before(storyline.statements, later)
    new = later.announcement
    for row in table.candidates(new.family, new.act):
        earlier = _earlier(row, history, later) or (_across(neighbours) if row.across else None)
        if earlier is not None:
            return Verdict(row=row, earlier=earlier, held_back=_repeat(row, storyline, earlier, later, history))
    return None


def _told_before(statements: Sequence[Statement], later: Statement) -> list[Statement]:
    """Return what was told before a statement, its own article included whatever its order."""
    index = next(i for i, s in enumerate(statements) if s.announcement.id == later.announcement.id)
    return [*statements[:index], *(s for s in statements[index + 1 :] if s.article.id == later.article.id)]


def standing(history: Sequence[Statement]) -> Statement | None:
    """Return the newest statement that set a state: wishes and fire set none."""
    lasting = [s for s in history if s.announcement.act not in _PASSING]
    news = [s for s in lasting if not s.announcement.is_background or s.announcement.act in _ESTABLISHING]
    chosen = news or lasting or list(history)
    return chosen[-1] if chosen else None


def _earlier(row: Row, history: Sequence[Statement], later: Statement) -> Statement | None:
    """Return the statement that the row holds the new one against: the one that stands, or the newest it names."""
    before = _before(history, later)
    now = standing(before)
    if now is None or now.announcement.act not in row.standing:
        return None
    wanted = row.against or row.standing
    fitting = [
        s for s in before if s.announcement.act in wanted and told_at(later.article) - told_at(s.article) < _ESTABLISHED
    ]
    news = [s for s in fitting if not s.announcement.is_background]
    if not row.against:
        return now
    chosen = news or fitting
    return chosen[-1] if chosen else None


def _before(history: Sequence[Statement], later: Statement) -> list[Statement]:
    """Return the history in the order of events: what an article tells as background came before its own news."""
    mine = [s for s in history if s.article.id == later.article.id and not _answers(s, later)]
    others = [s for s in history if s.article.id != later.article.id]
    return [*others, *sorted(mine, key=lambda s: not s.announcement.is_background)]


def _answers(own: Statement, later: Statement) -> bool:
    """In one article's news, a refusal, denial or breach comes after the offer or truce that it answers."""
    answering = {"rejected", "denied", "violated"}
    is_answer = own.announcement.act in answering and later.announcement.act not in answering
    return is_answer and not own.announcement.is_background


def _across(neighbours: Sequence[Statement]) -> Statement | None:
    promises = [
        s for s in neighbours if s.announcement.act in {"declared", "agreed", "amended", "in_force", "extended"}
    ]
    return promises[-1] if promises else None


def _repeat(row: Row, storyline: Storyline, earlier: Statement, later: Statement, history: Sequence[Statement]) -> str:
    raised = [told for told in storyline.told if not told.is_retracted]
    same_kind = [told for told in raised if told.kind == row.kind]
    if any(told.article_id == later.article.id and told.relation == row.relation for told in raised):
        return "same_article"
    if row.repeat == "day":
        return _within_a_day(same_kind, later)
    if row.repeat == "window":
        return "repeat" if _recent(same_kind, later, _WINDOW) else ""
    if row.repeat == "side":
        return _same_side_again(earlier, later, history)
    if row.repeat == "terms":
        return _same_terms(earlier, later)
    return _told_since(earlier, later, history)


def _recent(told: Iterable[Told], later: Statement, span: timedelta) -> list[Told]:
    return [one for one in told if told_at(later.article) - one.at < span]


def _within_a_day(told: Iterable[Told], later: Statement) -> str:
    recent = _recent(told, later, _DAY)
    accused = sides(later.announcement.issuer)
    known = frozenset(side for one in recent for side in one.accused)
    return "repeat_violation" if recent and (not known or not accused - known) else ""


def _same_side_again(earlier: Statement, later: Statement, history: Sequence[Statement]) -> str:
    since = history[history.index(earlier) + 1 :] if earlier in history else history
    mine = sides(later.announcement.issuer)
    for other in since:
        theirs = sides(other.announcement.issuer)
        if other.announcement.act == later.announcement.act and (not mine or not theirs or mine & theirs):
            return "repeat"
    return ""


def _same_terms(earlier: Statement, later: Statement) -> str:
    """An ultimatum is issued again only with another deadline, or after days."""
    old, new = earlier.announcement, later.announcement
    if earlier.article.id == later.article.id:
        return "same_article"
    is_moved = new.deadline is not None and (old.deadline is None or old.deadline.local[:10] != new.deadline.local[:10])
    is_near = told_at(later.article) - told_at(earlier.article) < 3 * _DAY
    return "repeat" if old.act == "declared" and is_near and not is_moved else ""


def _told_since(earlier: Statement, later: Statement, history: Sequence[Statement]) -> str:
    """The same act again, before anything else came about, is a repeat."""
    old, new = earlier.announcement, later.announcement
    if old.act != new.act:
        return ""
    is_moved = new.end is not None and old.end is not None and new.end.local[:10] != old.end.local[:10]
    return "" if is_moved or told_at(later.article) - told_at(earlier.article) > 3 * _DAY else "repeat"
