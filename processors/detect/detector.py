"""Reads the announcements of an article: trigger scan, clauses, frames, fusion. Pure, and made once a process."""

from collections.abc import Sequence
from importlib.metadata import PackageNotFoundError, version

from msgspec import structs

from processors.detect.alternatives import Alternative, alternatives
from processors.detect.clauses import Finding, Line, read_clauses, read_line
from processors.detect.countries import read_setting
from processors.detect.fingerprint import fingerprint
from processors.detect.frames import Frame
from processors.detect.framing import frame_all
from processors.detect.fusion import fuse
from processors.detect.gloss import GLOSSED
from processors.detect.lexicon import Lexicon
from processors.detect.packs import Pack, load_pack
from processors.detect.presupposed import with_both_answers, with_offers
from processors.detect.sentences import split
from processors.detect.theme import families_in
from tocsin.ids import content_id
from tocsin.vocabulary import ACCUSATION, Announcement, Article, Evidence

_LONG = 15  # words between the first and the last of a reading
_STANDING = frozenset({"agreed", "declared", "extended", "in_force"})
_ASKING = frozenset({("ultimatum", "declared")}) | {
    (family, act) for family in ("ceasefire", "siege") for act in ("urged", "proposed")
}
_SINCE = 2  # sentences from a call to its bare refusal
_MOST_SENTENCES = 120  # read of one article; more is no news item


class Detector:
    """Detects announcements in articles of its languages; those of others have none."""

    def __init__(self, packs: Sequence[Pack]) -> None:
        self._packs = {pack.language: pack for pack in packs}
        self.version = "/".join([_build(), *(f"{pack.language}-{pack.version}" for pack in packs)])

    @classmethod
    def load(cls, languages: Sequence[str] = ("en",)) -> "Detector":
        """Return a detector with the packs of some languages (ISO 639-1)."""
        return cls([load_pack(language) for language in languages])

    def announcements(self, article: Article) -> tuple[Announcement, ...]:
        """Return what an article announces, in the order of first mention."""
        if not self.opens(article) or (pack := self._pack(article.lang)) is None:
            return ()
        article, told = pack.rendered(article)
        return tuple(map(told, self._read(article, pack.lexicon)))

    def opens(self, article: Article) -> bool:
        """Say whether an article is in a language of ours and holds any word that opens the analysis."""
        pack = self._pack(article.lang)
        return pack is not None and pack.opens(article)

    def _read(self, article: Article, lexicon: Lexicon) -> Sequence[Announcement]:
        sentences = split(article.title, is_title=True)
        sentences += split(article.text, index=len(sentences))
        lines = [read_line(s, lexicon) for s in sentences[:_MOST_SENTENCES]]
        findings = read_article(lines, lexicon)
        if findings:
            findings = _of_war(findings, article, lines, lexicon)
        if not findings:
            return ()
        frames = with_both_answers(with_offers(fuse(frame_all(article, findings, lexicon)), lexicon))
        return [_announcement(article, frame, lexicon) for frame in frames]

    def alternatives(self, article: Article, told: Announcement) -> tuple[Alternative, ...]:
        """Return what an announcement of an article could have been read as, and was not."""
        pack = self._pack(article.lang)
        if pack is None or pack.language in GLOSSED:  # of a gloss, the other readings are no words of the article's
            return ()
        return alternatives(article, told, self.announcements(article), pack.lexicon)

    def fingerprint(self, article: Article) -> tuple[int, ...]:
        """Return the MinHash signature of an article's words."""
        return fingerprint(f"{article.title} {article.text}")

    def _pack(self, lang: str) -> Pack | None:
        return self._packs.get("en" if lang in ("und", "") else lang.partition("-")[0])


def read_article(lines: Sequence[Line], lexicon: Lexicon) -> list[Finding]:
    """Return the readings of all lines; words that stand for a measure named elsewhere in the article count as it."""
    present = frozenset("".join(line.signs for line in lines))
    if not present.isdisjoint(lexicon.signs["TRUCE"]):
        lines = [_promote(line, lexicon) for line in lines]
    found = (finding for line in lines for finding in read_clauses(line, lexicon, present))
    told = _with_answers([f for f in found if not _is_asked(f)])
    acts = {f.act for f in told if f.family == "ceasefire" and not f.rule.in_truce}
    is_truce_on = not acts.isdisjoint(_STANDING) and "ended" not in acts
    return [f for f in told if is_truce_on or not f.rule.in_truce]


def _with_answers(told: Sequence[Finding]) -> list[Finding]:
    """Return the findings, those that only say "rejected the call" as answers to what was just called for, or gone."""
    asked = [f for f in told if not f.rule.is_answer and (f.family, f.act) in _ASKING]
    answered = (_answer(f, asked) if f.rule.is_answer else f for f in told)
    return [f for f in answered if f is not None]


def _answer(finding: Finding, asked: Sequence[Finding]) -> Finding | None:
    """Return a bare refusal as one of what was last asked before it, None where nothing was."""
    at = finding.line.sentence.order
    before = [f.family for f in asked if at - _SINCE <= f.line.sentence.order <= at]
    return finding._replace(family=before[-1]) if before else None


def _is_asked(finding: Finding) -> bool:
    """Is it a part of a question? Feeds glue what was told before to a headline that asks ("... truce Sudan: why?")."""
    text = finding.line.sentence.text
    return text.endswith("?") and ":" not in text[finding.line.tokens[finding.last].end :]


def _of_war(findings: list[Finding], article: Article, lines: Sequence[Line], lexicon: Lexicon) -> list[Finding]:
    """Return the readings whose family fits the article's theme."""
    words = (t.key for line in lines for t in line.tokens)
    war = read_setting(article.title, article.text, article.published).belligerents
    is_truce_named = any(c in lexicon.signs["TRUCE"] for line in lines for c in line.signs)
    families = families_in(words, lexicon.theme, bool(war), is_truce_named)
    return [f for f in findings if f.family in families]


def _promote(line: Line, lexicon: Lexicon) -> Line:
    table = lexicon.signs
    return line._replace(signs=line.signs.replace(table["PAUSE"][0], table["TRUCEN"][0]))


def _announcement(article: Article, frame: Frame, lexicon: Lexicon) -> Announcement:
    finding = frame.finding
    quote = finding.line.sentence.text
    where = tuple(structs.replace(place, within=()) for place in frame.place)
    what = (article.id, frame.family, frame.act, frame.issuer, where)
    window = (frame.start, frame.end, frame.deadline)
    tokens = finding.line.tokens
    clause = quote[tokens[finding.first].start : tokens[finding.last].end]
    return Announcement(
        id=content_id("announcement", *what, *window, quote),
        article_id=article.id,
        family=frame.family,
        act=frame.act,
        issuer=frame.issuer,
        target=frame.target,
        place=frame.place,
        theatre=frame.theatre,
        start=frame.start,
        end=frame.end,
        deadline=frame.deadline,
        is_background=frame.is_background,
        quote=quote,
        attribution=frame.attribution,
        confidence=_confidence(frame),
        evidence=Evidence(
            trigger=tokens[finding.head].key,
            clause=clause,
            rule=finding.rule.name,
            lexicon=_entries(frame, lexicon),
            notes=("negated",) * finding.is_negated + (ACCUSATION,) * frame.is_accusation,
        ),
    )


def _confidence(frame: Frame) -> float:
    """Return 0.9, less 0.2 for a passing mention and 0.1 each for no issuer, no place and a long reading."""
    finding = frame.finding
    doubts = (not frame.issuer) + (not frame.place) + (finding.last - finding.first > _LONG)
    return round(0.9 - 0.2 * finding.rule.is_circumstance - 0.1 * doubts, 2)


def _entries(frame: Frame, lexicon: Lexicon) -> tuple[str, ...]:
    """Return the lexicon entries that the reading used, as "class:words"."""
    finding = frame.finding
    tokens = finding.line.tokens[finding.first : finding.last + 1]
    named = ((lexicon.class_of(t.sign), t.key) for t in tokens)
    return tuple(dict.fromkeys(f"{name}:{key}" for name, key in named if name))


def _build() -> str:
    try:
        return version("tocsin")
    except PackageNotFoundError:
        return "0"
