"""When the same thing told again stays silent: the rules that a row of the relation table names under ``repeat``."""

from collections.abc import Iterable, Sequence
from datetime import timedelta

from processors.relate.ledger import Storyline, Told
from processors.relate.order import is_headline, is_within
from processors.relate.sides import addressees, is_accusing, issuers
from processors.relate.table import Row
from tocsin.standing import told_at
from tocsin.vocabulary import Act, Announcement, Statement

_OFFERING: frozenset[Act] = frozenset({"urged", "proposed", "declared", "agreed"})
_NEW = frozenset({"renews", "replaces"})
_DAY = timedelta(hours=24)
_WINDOW = timedelta(days=10)


def repeat_of(
    row: Row, storyline: Storyline, earlier: Statement, later: Statement, history: Sequence[Statement]
) -> str:
    """Return why a row that fires stays silent; empty where it does not."""
    raised = [told for told in storyline.told if not told.is_retracted]
    same_kind = [told for told in raised if told.kind == row.kind]
    if any(told.article_id == later.article.id and told.relation == row.relation for told in raised):
        return "same_article"
    if _is_promised(later):
        return "only_promised"
    if row.repeat == "day":
        return _within_a_day(_of_this_truce(raised, row), later)
    if row.repeat == "window":
        return "repeat" if _recent(same_kind, later, _WINDOW) else ""
    if row.repeat == "side":
        return _same_side_again(later, history)
    if row.repeat == "terms":
        return _same_terms(later, history)
    end = _end_since(earlier, history)
    if end is not None and row.kind == "extends" and is_headline(later):
        return ""
    return _told_since(earlier, later) or _alerted_since(row, storyline, later) or _retold(earlier, later, history)


def _is_promised(later: Statement) -> bool:
    """Say whether a siege is to be eased at a time still to come: the opening alerts, not its announcement."""
    new = later.announcement
    is_eased = (new.family, new.act) == ("siege", "amended")
    return is_eased and new.start is not None and new.start.earliest > told_at(later.article)


def _end_since(earlier: Statement, history: Sequence[Statement]) -> Statement | None:
    """Return the newest end told as news after a statement, if any."""
    since = history[history.index(earlier) + 1 :]
    ends = [s for s in since if s.announcement.act == "ended" and not s.announcement.is_background]
    return ends[-1] if ends else None


def accused_by(new: Announcement) -> frozenset[str]:
    """Return the sides that are told to break what stands: who is accused; who fires, where nobody accuses."""
    return (is_accusing(new) and addressees(new)) or issuers(new) or addressees(new)


def _recent(told: Iterable[Told], later: Statement, span: timedelta) -> list[Told]:
    return [one for one in told if told_at(later.article) - one.at < span]


def _of_this_truce(raised: Sequence[Told], row: Row) -> Sequence[Told]:
    """Return the alerts of a row's kind since a new truce was alerted: its first breach is no repeat of an older."""
    anew = max((at for at, told in enumerate(raised) if told.kind in _NEW), default=-1)
    return [told for told in raised[anew + 1 :] if told.kind == row.kind]


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
        is_since = index > answered or is_within(_DAY, other, later)
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


def _told_since(earlier: Statement, later: Statement) -> str:
    """The same act again, before anything else came about, is a repeat."""
    is_same = earlier.announcement.act == later.announcement.act
    return "repeat" if is_same and not _is_moved(earlier, later) and is_within(3 * _DAY, earlier, later) else ""


def _alerted_since(row: Row, storyline: Storyline, later: Statement) -> str:
    """What was alerted as the last change is not told again for two days, however often the state before is retold."""
    changes = [told for told in storyline.told if told.relation == row.relation and not told.is_retracted]
    last = storyline.statement(changes[-1].later_id) if changes and changes[-1].kind == row.kind else None
    is_again = last is not None and not _is_moved(last, later) and is_within(2 * _DAY, last, later)
    return "repeat" if is_again else ""


def _retold(earlier: Statement, later: Statement, history: Sequence[Statement]) -> str:
    """A day after its end, what the same parties are told to have done before is the old truce, but for headlines."""
    new = later.announcement
    is_soon = earlier.announcement.act == "ended" and is_within(_DAY, earlier, later)
    if not is_soon or new.start or is_headline(later):
        return ""
    former = [s for s in history if is_within(3 * _DAY, s, earlier) and s.announcement.act == new.act]
    return "repeat" if any(set(s.announcement.issuer) == set(new.issuer) for s in former) else ""


def _is_moved(earlier: Statement, later: Statement) -> bool:
    """Say whether an end is told that is another day's than before."""
    old, new = earlier.announcement.end, later.announcement.end
    is_window = later.announcement.act != "ended"
    return is_window and new is not None and (old is None or new.local[:10] != old.local[:10])
