"""Holds a new announcement against its storyline: which row of the table fires, and against which earlier statement."""

from collections.abc import Iterable, Sequence
from datetime import timedelta

from processors.relate.ledger import Storyline, Told
from processors.relate.order import BREAKING, ESTABLISHING, PASSING, REFUSING, STARTING
from processors.relate.sides import addressees, issuers
from processors.relate.storyline import LONGEST, told_at
from processors.relate.table import Row, Table
from tocsin.vocabulary import Act, Announcement, Statement, Value

_OFFERING: frozenset[Act] = frozenset({"urged", "proposed", "declared", "agreed"})
_DAY = timedelta(hours=24)
_WINDOW = timedelta(days=10)


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


def _told_before(statements: Sequence[Statement], later: Statement) -> Sequence[Statement]:
    """Return what came before a statement, oldest first."""
    return statements[: next(i for i, s in enumerate(statements) if s.announcement.id == later.announcement.id)]


def standing(history: Sequence[Statement]) -> Statement | None:
    """Return the newest statement that set a state; wishes, fire and refusals of what is declared set none."""
    lasting = [s for s in history if s.announcement.act not in PASSING]
    chosen = _known(lasting) or lasting or list(history)
    while len(chosen) > 1 and _leaves_standing(chosen[-1], chosen[-2]):
        chosen.pop()
    return chosen[-1] if chosen else None


def _known(lasting: Sequence[Statement]) -> list[Statement]:
    """Return the news, and what is retold of a measure that holds; but none that is retold when its end is news."""
    known: list[Statement] = []
    for s in lasting:
        is_over = bool(known) and known[-1].announcement.act == "ended" and not known[-1].announcement.is_background
        is_retold = s.announcement.act in ESTABLISHING and not (
            is_over and told_at(s.article) - told_at(known[-1].article) < 3 * _DAY
        )
        if not s.announcement.is_background or is_retold:
            known.append(s)
    return known


def _leaves_standing(newest: Statement, before: Statement) -> bool:
    """A truce that one side refuses goes on; one that is told over stays in doubt when a party says that it holds."""
    new, old = newest.announcement, before.announcement
    if new.act in REFUSING:
        return old.act in {*ESTABLISHING, "amended", *REFUSING}
    is_soon = told_at(newest.article) - told_at(before.article) < 2 * _DAY
    return new.act == "in_force" and old.act == "ended" and new.start is None and is_soon


def _earlier(row: Row, history: Sequence[Statement], later: Statement) -> Statement | None:
    """Return the statement that the row holds the new one against: the one that stands, or the newest it names."""
    told = _by_side_of(later, history) if row.own else history
    now = standing(told)
    if now is None or now.announcement.act not in row.standing:
        return None
    if row.anew and not _is_anew(later, history):
        return None
    if not row.against:
        return now
    recent = [s for s in history if told_at(later.article) - told_at(s.article) < LONGEST[later.announcement.family]]
    fitting = [s for s in recent if s.announcement.act in row.against and _can_answer(row, s, later)]
    news = [s for s in fitting if not s.announcement.is_background]
    chosen = news or fitting
    return chosen[-1] if chosen else None


def _is_anew(later: Statement, history: Sequence[Statement]) -> bool:
    """A truce is new where it starts after a breach or end of the one before, or days after its last start."""
    starts = [i for i, s in enumerate(history) if s.announcement.act in STARTING and not s.announcement.is_background]
    breaches = [s for s in history[starts[-1] + 1 if starts else 0 :] if s.announcement.act in BREAKING]
    if not breaches:
        return False
    new = later.announcement
    if new.start is not None:
        return new.start.earliest > told_at(breaches[-1].article)
    since = told_at(later.article) - told_at(history[starts[-1]].article) if starts else None
    return new.act in STARTING and since is not None and since >= 3 * _DAY


def _can_answer(row: Row, earlier: Statement, later: Statement) -> bool:
    """Nobody refuses what is its own; a call is refused by whom it addresses, and soon."""
    if row.kind != "rejects":
        return True
    mine, old = issuers(later.announcement), earlier.announcement
    if old.act != "urged":
        return not (mine and mine == issuers(old))
    addressed = addressees(old)
    is_soon = told_at(later.article) - told_at(earlier.article) < 3 * _DAY
    return is_soon and (not mine or not addressed or bool(mine & addressed))


def _by_side_of(later: Statement, history: Sequence[Statement]) -> Sequence[Statement]:
    """Return what the later announcement's own side has said last, where that refuses; all where no side is named."""
    mine = issuers(later.announcement)
    for side in sorted(mine):
        said = [s for s in history if side in issuers(s.announcement)]
        if said and said[-1].announcement.act in REFUSING:
            return said[-1:]
    return [] if mine else history


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
        return _same_side_again(later, history)
    if row.repeat == "terms":
        return _same_terms(later, history)
    return _told_since(earlier, later, history)


def accused_by(new: Announcement) -> frozenset[str]:
    """Return the sides that are told to break what stands: who is accused; who fires, where nobody accuses."""
    return addressees(new) or issuers(new)


def _recent(told: Iterable[Told], later: Statement, span: timedelta) -> list[Told]:
    return [one for one in told if told_at(later.article) - one.at < span]


def _within_a_day(told: Iterable[Told], later: Statement) -> str:
    recent = _recent(told, later, _DAY)
    accused = accused_by(later.announcement)
    known = frozenset(side for one in recent for side in one.accused)
    return "repeat_violation" if recent and (not known or not accused - known) else ""


def _same_side_again(later: Statement, history: Sequence[Statement]) -> str:
    """A side refuses an offer once, and once a day; an offer that the refusing article retells is no new one."""
    offers = [s for s in history if s.announcement.act in _OFFERING and s.article.id != later.article.id]
    news = [s for s in offers if not s.announcement.is_background]
    answered = history.index(news[-1]) if news else -1
    mine = issuers(later.announcement)
    for index, other in enumerate(history):
        theirs = issuers(other.announcement)
        is_since = index > answered or told_at(later.article) - told_at(other.article) < _DAY
        is_same_side = not mine or not theirs or bool(mine & theirs)
        if is_since and is_same_side and other.announcement.act == later.announcement.act:
            return "repeat"
    return ""


def _same_terms(later: Statement, history: Sequence[Statement]) -> str:
    """An ultimatum is issued again only with another deadline, or after days."""
    new = later.announcement
    for told in history:
        old = told.announcement
        if old.act != "declared" or told_at(later.article) - told_at(told.article) >= 3 * _DAY:
            continue
        if told.article.id == later.article.id:
            return "same_article"
        if new.deadline is None or (old.deadline and old.deadline.local[:10] == new.deadline.local[:10]):
            return "repeat"
    return ""


def _told_since(earlier: Statement, later: Statement, history: Sequence[Statement]) -> str:
    """The same act again, before anything else came about, is a repeat."""
    old, new = earlier.announcement, later.announcement
    if old.act != new.act:
        return ""
    is_moved = new.end is not None and (old.end is None or new.end.local[:10] != old.end.local[:10])
    return "" if is_moved or told_at(later.article) - told_at(earlier.article) > 3 * _DAY else "repeat"
