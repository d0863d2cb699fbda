"""From findings to frames: fills who, whom, where and when from the article's actors, places and times."""

from collections.abc import Sequence
from typing import NamedTuple

from processors.detect import actors, places, times
from processors.detect.attribution import attribution, source
from processors.detect.background import is_background, is_past
from processors.detect.casting import cast
from processors.detect.clauses import Finding
from processors.detect.countries import Home, home, read_setting
from processors.detect.frames import Frame
from processors.detect.lexicon import Lexicon
from processors.detect.mentions import ActorMention, Setting, TimeMention
from processors.detect.opponents import Named, Struggle, completed, opponent
from processors.detect.places_slots import place_of
from processors.detect.speakers import Speech, spoken, voice
from processors.detect.times_slots import refine, slots
from tocsin.vocabulary import Act, Article, ClaimedTime, Family, Place

_LEDE = 600  # characters of the text that tell where an article is set
_ANNOUNCED = frozenset({("siege", "amended"), ("ceasefire", "agreed")})
_SHARED = frozenset({"agreed", "in_force"})
_OWN = frozenset({"armed_group", "coalition"})  # who asks for a truce would itself stop (decision 19)


class _Stage(NamedTuple):
    """What all findings of one article share. ``demands`` are the sentences that hold an ultimatum."""

    article: Article
    setting: Setting
    home: Home
    demands: frozenset[int]
    speech: Speech
    lexicon: Lexicon


def frame_all(article: Article, findings: Sequence[Finding], lexicon: Lexicon) -> list[Frame]:
    """Return a frame for each finding, in order."""
    setting = read_setting(article.title, article.text, article.published)
    demands = frozenset(f.line.sentence.start for f in findings if f.family == "ultimatum")
    speech = Speech(article.text, setting, voice(article, setting))
    stage = _Stage(article, setting, home(article.title, article.text, setting), demands, speech, lexicon)
    frames: list[Frame] = []
    for finding in findings:
        present = actors.find(finding.line.sentence.text, setting)
        frame = _frame(finding, present, stage)
        if not finding.rule.abroad or _is_abroad(frame, present):
            frames.append(frame)
    return frames


def _is_abroad(frame: Frame, present: Sequence[ActorMention]) -> bool:
    """Say whether an order to leave goes to people of another country: to one's own it is no ultimatum."""
    home_of = {a.country for a in present if a.name in frame.issuer and a.country}
    return bool(home_of and frame.place) and home_of.isdisjoint(p.country for p in frame.place)


def _frame(finding: Finding, present: Sequence[ActorMention], stage: _Stage) -> Frame:
    who = spoken(cast(finding, present, stage.lexicon), finding, present, stage.speech)
    act = _act(finding.family, finding.act, who.issuer)
    issuer = _names(who.issuer) or _source(finding, act, present) or _parties(finding, act, present, stage)
    struggle = Struggle(stage.setting.belligerents, _theatre(stage))
    named = completed(
        Named(issuer, _names(who.target)),
        finding.family,
        act,
        struggle,
        is_suffered=finding.rule.is_suffered and not who.is_agent,
    )
    is_accusation = act == "violated" and _accuses(finding, named, present, stage.lexicon)
    if act == "violated" and set(named.issuer) == set(named.target) and not is_accusation:
        named = Named(named.issuer, ())  # of fire told as fact, each is who fires; nobody is accused
    timed = slots(_near(finding, stage), finding.family, act, begins=finding.rule.begins)
    place = place_of(
        finding, places.find(finding.line.sentence.text, stage.setting), present, stage.home, stage.lexicon
    )
    came_about = timed.start or timed.end
    past = is_past(came_about, stage.article.published)
    return Frame(
        finding._replace(act=act),
        issuer=named.issuer,
        sides=tuple(dict.fromkeys(actors.side_of(name) for name in named.issuer)),
        target=named.target,
        opponent=opponent(named.issuer, finding.family, act, struggle),
        place=place,
        theatre=_theatre(stage, place),
        start=timed.start,
        end=timed.end,
        deadline=_refined(timed.deadline, stage) if timed.deadline else None,
        term=timed.term,
        is_background=past or is_background(finding, stage.article.text, stage.lexicon),
        is_past=past,
        attribution=attribution(finding.line.sentence.text, present, named.issuer),
        is_accusation=is_accusation,
    )


def _accuses(finding: Finding, who: Named, present: Sequence[ActorMention], lexicon: Lexicon) -> bool:
    """Is a breach told as what the issuer says of the target: in a word of accusing, or as the target's deed?"""
    if any(sign in lexicon.signs["ACCUSING"] for sign in finding.line.signs):
        return True
    head = finding.line.tokens[finding.head].start
    does_it = any(a.name in who.target and a.end <= head for a in present)
    told = source(finding.line.sentence.text, [a for a in present if a.name in who.issuer], ())
    return does_it and told is not None


def _source(finding: Finding, act: Act, present: Sequence[ActorMention]) -> tuple[str, ...]:
    """Return whose word it is that people got out or sides agreed, where nobody is named who did it."""
    if (finding.family, act) not in _ANNOUNCED:
        return ()
    text = finding.line.sentence.text
    told = attribution(text, present, ())
    last = (a.name for a in present if a.end == len(text) and text[: a.start].endswith((" - ", " – ", ": ")))
    return (told,) if told else tuple(last)


def _parties(finding: Finding, act: Act, present: Sequence[ActorMention], stage: _Stage) -> tuple[str, ...]:
    """Return both belligerents for a truce of theirs, where its sentence or the headline names the two."""
    if finding.family != "ceasefire" or act not in _SHARED:
        return ()
    named = {a.side for a in (*present, *actors.find(stage.article.title, stage.setting)) if not a.is_generic}
    both = stage.setting.belligerents
    return both if len(both) > 1 and named.issuperset(both) else ()


def _act(family: Family, act: Act, issuer: Sequence[ActorMention]) -> Act:
    """Return "proposed" for an armed side's own call for a truce: it would itself stop; a siege is the other's."""
    is_own = family == "ceasefire" and bool(issuer) and all(a.kind in _OWN for a in issuer)
    return "proposed" if act == "urged" and is_own else act


def _names(mentions: Sequence[ActorMention]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(a.name for a in mentions))


def _near(finding: Finding, stage: _Stage) -> list[TimeMention]:
    """Return the times of the finding's sentence, nearest first; a demand's deadline in it is no end of a truce."""
    found = times.find(finding.line.sentence.text, stage.setting)
    is_beside_demand = finding.family != "ultimatum" and finding.line.sentence.start in stage.demands
    tokens = finding.line.tokens
    first, last = tokens[finding.first].start, tokens[finding.last].end
    own = [m for m in found if not (is_beside_demand and m.role == "deadline")]
    return sorted(own, key=lambda m: max(first - m.end, m.start - last, 0))


def _refined(deadline: ClaimedTime, stage: _Stage) -> ClaimedTime:
    return refine(deadline, times.find(stage.article.text, stage.setting), "deadline")


def _theatre(stage: _Stage, place: Sequence[Place] = ()) -> str:
    """Return the country that orders an announcement in the log.

    The same for all that an article tells, but for what it tells of places in another war.
    """
    if place and not any(stage.home.holds(p.country) for p in place):
        return place[0].country
    if stage.home.place is not None:
        return stage.home.place.country
    return next(iter(stage.setting.countries), "XX")
