"""From findings to frames: fills who, whom, where and when from the article's actors, places and times."""

from collections.abc import Sequence
from functools import partial

from processors.detect import actors, places, times
from processors.detect.background import is_background
from processors.detect.clauses import Finding
from processors.detect.countries import read_setting
from processors.detect.frames import Frame
from processors.detect.lexicon import Lexicon
from processors.detect.mentions import ActorMention, Setting, TimeMention
from processors.detect.slots import cast, place_of
from processors.detect.times_slots import refine, slots
from tocsin.vocabulary import Act, Article, ClaimedTime, Place

_LEDE = 600  # characters of the text that tell where an article is set
_OWN = frozenset({"armed_group", "coalition"})  # who asks for a truce would itself stop (decision 19)


def frame_all(article: Article, findings: Sequence[Finding], lexicon: Lexicon) -> list[Frame]:
    """Return a frame for each finding, in order."""
    setting = read_setting(article.title, article.text, article.published)
    home = _home(article, setting)
    return [_frame(finding, article, setting, home, lexicon) for finding in findings]


def _frame(finding: Finding, article: Article, setting: Setting, home: tuple[Place, ...], lexicon: Lexicon) -> Frame:
    text = finding.line.sentence.text
    who = cast(finding, actors.find(text, setting), ())
    act = _act(finding.act, who.issuer, setting)
    timed = slots(_near(finding, setting), finding.family, act)
    fill = partial(_refined, finding=finding, article=article, setting=setting)
    deadline = fill(timed.deadline) if timed.deadline else None
    return Frame(
        finding._replace(act=act),
        issuer=_names(who.issuer),
        sides=tuple(dict.fromkeys(a.side for a in who.issuer)),
        target=_names(who.target),
        place=place_of(places.find(text, setting), home),
        start=timed.start,
        end=timed.end,
        deadline=deadline,
        is_background=is_background(finding, timed.start or timed.end, article.published, lexicon),
    )


def _act(act: Act, issuer: Sequence[ActorMention], setting: Setting) -> Act:
    """Return "proposed" for an armed side's own call for a truce: it would itself stop."""
    if act != "urged" or not issuer:
        return act
    return "proposed" if all(a.kind in _OWN for a in issuer) else act


def _names(mentions: Sequence[ActorMention]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(a.name for a in mentions))


def _near(finding: Finding, setting: Setting) -> Sequence[TimeMention]:
    """Return the times of the finding's sentence."""
    return times.find(finding.line.sentence.text, setting)


def _refined(claimed: ClaimedTime, finding: Finding, article: Article, setting: Setting) -> ClaimedTime:
    return refine(claimed, times.find(article.text, setting), "deadline")


def _home(article: Article, setting: Setting) -> tuple[Place, ...]:
    """Return where the article is set: the tightest place of its title, else of its opening."""
    for text in (article.title, article.text[:_LEDE]):
        found = place_of(places.find(text, setting), ())
        if found:
            return found[:1]
    return ()
