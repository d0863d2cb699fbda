"""Holds a new announcement against its storyline: which row of the table fires, and against which earlier statement."""

from collections.abc import Sequence
from datetime import timedelta

from processors.relate.ledger import Storyline
from processors.relate.order import BREAKING, ESTABLISHING, PASSING, REFUSING, STARTING, is_within
from processors.relate.repeats import repeat_of
from processors.relate.sides import addressees, issuers
from processors.relate.storyline import LONGEST
from processors.relate.table import Row, Table
from tocsin.standing import told_at
from tocsin.vocabulary import Act, ClaimedTime, Statement, Value

_NEW: frozenset[Act] = frozenset({"declared", "agreed"})
_PROMISING: frozenset[Act] = ESTABLISHING | {"amended"}
_DAY = timedelta(hours=24)
_SAME_NEWS = timedelta(hours=6)  # later, other times are new terms
_APART = timedelta(hours=1)
_ANSWERABLE = timedelta(days=31)  # an offer that nobody has taken up for a month is no longer what a refusal answers


class Verdict(Value, frozen=True, kw_only=True):
    """A row fired against an earlier statement. ``held_back`` says why it stays silent all the same."""

    row: Row
    earlier: Statement
    held_back: str = ""


def judge(table: Table, storyline: Storyline, later: Statement, neighbours: Sequence[Statement] = ()) -> Verdict | None:
    """Return what a news announcement does to its storyline; None where it changes nothing.

    ``neighbours`` are news of other families at the same place, for rows that look across.
    """
    history = _told_before(storyline.statements, later)
    new = later.announcement
    for row in table.candidates(new.family, new.act):
        earlier = _earlier(row, history, later) or (_across(neighbours, later) if row.across else None)
        if earlier is not None:
            return Verdict(row=row, earlier=earlier, held_back=repeat_of(row, storyline, earlier, later, history))
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
        is_retold = s.announcement.act in ESTABLISHING and not (is_over and is_within(3 * _DAY, known[-1], s))
        if not s.announcement.is_background or is_retold:
            known.append(s)
    return known


def _leaves_standing(newest: Statement, before: Statement) -> bool:
    """A truce that one side refuses goes on; one that is told over stays in doubt when a party says that it holds."""
    new, old = newest.announcement, before.announcement
    if new.act in REFUSING:
        return old.act in {*ESTABLISHING, "amended", *REFUSING}
    is_doubted = new.act == "in_force" and old.act == "ended" and new.start is None
    return is_doubted and is_within(2 * _DAY, before, newest)


def _earlier(row: Row, history: Sequence[Statement], later: Statement) -> Statement | None:
    """Return the statement that the row holds the new one against: the one that stands, or the newest it names."""
    told = _by_side_of(later, history) if row.own else history
    now = standing(told)
    if now is None or now.announcement.act not in row.standing:
        return None
    if row.anew and not _is_anew(later, history):
        return None
    if row.differs and not _differs(now, later):
        return None
    if not row.against:
        return now
    recent = [s for s in history if is_within(LONGEST[later.announcement.family], s, later)]
    fitting = [s for s in recent if s.announcement.act in row.against and _can_answer(row, s, later)]
    fitting = [s for s in fitting if s.announcement.act != "violated"] or fitting  # a breach tells of an untold truce
    return _chosen(row, fitting, later, history)


def _chosen(row: Row, fitting: Sequence[Statement], later: Statement, history: Sequence[Statement]) -> Statement | None:
    """Return the newest statement that is news, of another article where one has told it in the last three days.

    A refusal answers the offer that its own article tells, and what becomes of a new truce is told of that truce.
    """
    own = [s for s in fitting if s.article.id == later.article.id]
    is_new_truce = any(s.announcement.act in _NEW for s in own) and any(_is_end(s) for s in history)
    if own and (row.kind == "rejects" or is_new_truce):
        first = [s for s in fitting if _is_retold(s, own[-1])]
        return first[-1] if first and row.kind == "rejects" else own[-1]
    news = [s for s in fitting if not s.announcement.is_background]
    if news and fitting[-1].article.id != later.article.id and not is_within(3 * _DAY, news[-1], fitting[-1]):
        return fitting[-1]  # days after the last news, what is retold of a measure is of a newer one
    others = [s for s in news if s.article.id != later.article.id and is_within(3 * _DAY, s, later)]
    chosen = others or news or fitting
    return chosen[-1] if chosen else None


def _is_retold(told: Statement, again: Statement) -> bool:
    """Say whether another article's news is what a later one tells again as background."""
    old, new = told.announcement, again.announcement
    is_same = old.act == new.act and (not old.issuer or bool(issuers(old) & issuers(new)))
    is_other = told.article.id != again.article.id and not old.is_background
    return new.is_background and is_other and is_same and is_within(3 * _DAY, told, again)


def _is_end(statement: Statement) -> bool:
    return statement.announcement.act == "ended" and not statement.announcement.is_background


def _differs(before: Statement, later: Statement) -> bool:
    """Say whether another publisher gives other times for the same act, at about the same time."""
    old, new = before.announcement, later.announcement
    is_other = before.article.publisher != later.article.publisher and old.act == new.act
    if not is_other or not is_within(_SAME_NEWS, before, later):
        return False
    pairs = ((old.start, new.start), (old.end, new.end), (old.deadline, new.deadline))
    return any(a is not None and b is not None and _are_apart(a, b) for a, b in pairs)


def _are_apart(one: ClaimedTime, other: ClaimedTime) -> bool:
    """Are two clock times surely not the same? A day alone, or half an hour, is no conflict."""
    is_exact = "T" in one.local and "T" in other.local
    gap = max(other.earliest - one.latest, one.earliest - other.latest)
    return is_exact and gap >= _APART


def _is_anew(later: Statement, history: Sequence[Statement]) -> bool:
    """A truce is new where it starts after a breach or end of the one before, or days after its last start."""
    news = [s for s in history if not s.announcement.is_background]
    starts = [i for i, s in enumerate(news) if s.announcement.act in STARTING]
    breaches = [s for s in news[starts[-1] + 1 if starts else 0 :] if s.announcement.act in BREAKING]
    if not breaches:
        return False
    new = later.announcement
    if new.start is not None:
        return new.start.earliest > told_at(breaches[-1].article)
    return new.act in STARTING and bool(starts) and not is_within(3 * _DAY, news[starts[-1]], later)


def _can_answer(row: Row, earlier: Statement, later: Statement) -> bool:
    """Nobody refuses what is its own; a call is refused by whom it addresses, and soon."""
    if row.kind != "rejects":
        return True
    mine, old = issuers(later.announcement), earlier.announcement
    if old.act != "urged":
        return is_within(_ANSWERABLE, earlier, later) and not (mine and mine == issuers(old))
    addressed = addressees(old)
    return is_within(3 * _DAY, earlier, later) and (not mine or not addressed or bool(mine & addressed))


def _by_side_of(later: Statement, history: Sequence[Statement]) -> Sequence[Statement]:
    """Return what the later announcement's own side has said last, where that refuses; all where no side is named.

    Of a deal whose parties are not named, any side may be the one that had refused.
    """
    mine = issuers(later.announcement)
    is_mutual = not mine and later.announcement.act == "agreed"
    asked = frozenset[str]().union(*(issuers(s.announcement) for s in history)) if is_mutual else mine
    for side in sorted(asked):
        said = [s for s in history if side in issuers(s.announcement) and s.announcement.act != "violated"]
        if said and said[-1].announcement.act in REFUSING:
            return said[-1:]
    return [] if mine else history


def _across(neighbours: Sequence[Statement], later: Statement) -> Statement | None:
    """Return the newest promise of another family; none where it was told as over, or within a day as broken."""
    for told in sorted(neighbours, key=lambda s: told_at(s.article), reverse=True):
        act = told.announcement.act
        if act in _PROMISING:
            return told
        if act == "ended" or (act == "violated" and is_within(_DAY, told, later)):
            return None
    return None
