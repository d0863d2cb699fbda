"""Whose words a sentence is: who "we" and "he" are, who says what another "must" do, whose statement an article is."""

import re
from collections.abc import Sequence
from typing import NamedTuple

from processors.detect import actors
from processors.detect.attribution import is_according_to, source
from processors.detect.casting import Cast
from processors.detect.clauses import Finding
from processors.detect.mentions import ActorMention, Setting
from tocsin.vocabulary import Article

_NAME = 80  # characters that a name with its office takes
_LOOK_BACK = 450  # characters in which "we" has its name
_HEADING = 300  # characters in which a monitored broadcast says whose it is
_SAID = re.compile(r"(?<!\bhe )(?<!\bshe )(?<!\bthey )\b(?:said|told)\b")
_FIRST_PERSON = re.compile(r"\b(?:[Ww]e|WE|[Oo]ur|OUR|us)\b")
_THIRD_PERSON = re.compile(r"\b(?:he|she|they|it)\b", re.IGNORECASE)
_OUGHT = re.compile(  # stands right after who must do it, or after an aside
    r"(?:\s[–—-]\s[^–—]{1,80}\s[–—-])?(?:\s\w+)?\s(?:should|must|ought\sto|needs?\sto|ha(?:s|ve)\sto)\b", re.IGNORECASE
)
_QUOTED = ("“", '"', "‘")
_OFFICIAL = re.compile(r"\b(?:government|ministry|state department|presidency|embassy|foreign office)\b", re.IGNORECASE)
_OFFICIAL_HOST = re.compile(r"//[^/]*\.(?:gov|mil)(?:\.[a-z]{2})?(?:/|$)", re.IGNORECASE)
_MONITORED = re.compile(r".*?(?P<whose>\([^()]*\)\s--\s(?:\[[^\[\]]*\]\s)*)\[TEXT\]", re.DOTALL)
_OWN_ACTS = frozenset({"violated", "urged"})  # of a statement that names nobody, whose statement it is
_PARTIES = frozenset({"state", "armed_group", "coalition"})


class Speech(NamedTuple):
    """What the sentences of one article share. ``own`` is the side whose own statement it is, if any's."""

    text: str
    setting: Setting
    own: ActorMention | None


def voice(article: Article, setting: Setting) -> ActorMention | None:
    """Return whose own statement an article is: its publisher is an office of state, or its heading names the issuer.

    The heading is that of monitored broadcasts: "(STATION) -- [COMMUNIQUE] [LIBERATION FRONT] [TEXT]".
    """
    heading = _MONITORED.match(article.text[:_HEADING])
    named: Sequence[ActorMention] = ()
    if heading:
        named = actors.find(heading["whose"], setting)
    elif _OFFICIAL.search(article.source) or _OFFICIAL_HOST.search(article.url):
        named = actors.find(article.source, setting)
    return next((actor for actor in named if actor.kind in _PARTIES), None)


def spoken(who: Cast, finding: Finding, present: Sequence[ActorMention], speech: Speech) -> Cast:
    """Return who does it and to whom, once those are named who only speak.

    ``present`` are the actors of the finding's sentence.
    """
    text, own = finding.line.sentence.text, speech.own
    we = _FIRST_PERSON.search(text)
    if own and we and not (who.issuer and who.issuer[0].end <= we.start()):  # "Israel broke the truce that we ..."
        return Cast((own,), tuple(actor for actor in who.target if actor.name != own.name))
    if _is_demanded(who, finding):
        return Cast(_who_demands(finding, present, speech), who.issuer)
    if by := _lays_it_to_another(who, finding, present):
        return by
    if who.issuer:
        return who
    if own and finding.act in _OWN_ACTS:
        return who._replace(issuer=(own,))
    if we or _THIRD_PERSON.search(text):
        return who._replace(issuer=_last_speaker(finding, speech))
    return who


def _lays_it_to_another(who: Cast, finding: Finding, present: Sequence[ActorMention]) -> Cast | None:
    """Return the accuser and the accused of a breach that is told as someone's word ("Ukraine said that ...")."""
    text, head = finding.line.sentence.text, finding.line.tokens[finding.head]
    told = source(text, [a for a in present if a.kind in _PARTIES], ())
    if finding.act != "violated" or told is None or not who.issuer:
        return None
    if told.start >= head.end or is_according_to(text, told):
        accused = tuple(a for a in who.issuer if a.name != told.name)
    else:
        between = (a for a in present if told.end < a.start and a.end <= head.start and a.name != told.name)
        accused = tuple(between) if who.issuer == (told,) else ()
    return Cast((told,), accused) if accused else None


def _is_demanded(who: Cast, finding: Finding) -> bool:
    """Is the one who seems to call for it the one who "must" do so?"""
    ought = _OUGHT.match(finding.line.sentence.text, who.issuer[-1].end) if who.issuer else None
    return finding.act == "urged" and ought is not None and ought.end() <= finding.line.tokens[finding.last].start


def _who_demands(finding: Finding, present: Sequence[ActorMention], speech: Speech) -> tuple[ActorMention, ...]:
    text = finding.line.sentence.text
    if told := source(text, present, ()) or speech.own:
        return (told,)
    is_quoted = text.startswith(_QUOTED) or text.endswith(("”", '"'))
    return _last_speaker(finding, speech) if is_quoted else ()


def _last_speaker(finding: Finding, speech: Speech) -> tuple[ActorMention, ...]:
    """Return whom "we", "he" stand for: the last who "said" something by name, else the last actor before."""
    sentence = finding.line.sentence
    if sentence.is_title:
        return ()
    before = speech.text[max(0, sentence.start - _LOOK_BACK) : sentence.start]
    named = actors.find(before, speech.setting)
    for said in reversed(list(_SAID.finditer(before))):
        since = max(said.start() - _NAME, before.rfind(". ", 0, said.start()))
        near = [a for a in named if said.end() <= a.start < said.end() + _NAME] or [
            a for a in named if since < a.end <= said.start()
        ]
        if near:
            return tuple(near[:1])
    return tuple(named[-1:])
