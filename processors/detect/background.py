"""Whether a reading is the article's news or earlier context: headline, tense, adverbs, subordination, old dates."""

import re
from datetime import datetime, timedelta

from processors.detect.clauses import Finding
from processors.detect.lexicon import Lexicon
from processors.detect.sentences import Sentence
from tocsin.vocabulary import ClaimedTime

_NEAR = 4  # words before a reading in which "had", "after" count
_RECENT = timedelta(days=3)
_NAMED_CALL = re.compile(r"(?:['’]s?|\b(?:the|his|her|its|their|this))\s+$", re.IGNORECASE)
_ALSO = re.compile(r"(?:It|He|She|They)\salso\b")
_EARLIER = re.compile(r"\b(?:earlier|previously)\b")
_SUBJECT = 8  # words of a subject between "after" and its verb
_CALLED_AGAIN = 3  # words before a call in which "renewed its", "repeated the" count


def is_background(finding: Finding, text: str, lexicon: Lexicon) -> bool:
    """Say whether a reading is told as known before the news of its article, whose ``text`` holds its sentence.

    A headline tells the news.
    """
    if finding.rule.is_earlier:
        return True
    if finding.line.sentence.is_title:
        return False
    return (
        finding.rule.is_circumstance
        or _is_told_as_earlier(finding, lexicon)
        or _names_call(finding, lexicon)
        or _goes_on_with_earlier(text, finding.line.sentence)
    )


def is_past(claimed: ClaimedTime | None, published: datetime | None) -> bool:
    """Say whether what came about at a claimed time lies more than three days before publication."""
    return claimed is not None and published is not None and claimed.latest < published - _RECENT


def _is_told_as_earlier(finding: Finding, lexicon: Lexicon) -> bool:
    signs, table = finding.line.signs, lexicon.signs
    is_reported = any(c in table["SAY"] + table["DECLARE"] for c in signs[: finding.head])
    before = "" if is_reported else signs[max(0, finding.head - _NEAR) : finding.head]
    lead = signs[max(0, finding.first - _NEAR) : finding.first]
    own = signs[max(0, finding.head - _NEAR) : finding.head]
    return any(
        any(c in table[name] for c in part)
        for name, part in (
            ("HAD", before),
            ("PREVIOUSLY", _clause(signs, finding.head)),
            ("AFTERWORD", lead),
            ("AFTERWORD", _opening(signs, finding.first)),
            ("LATER", lead + own),
            ("FORMER", signs[max(0, finding.first - 1) : finding.last + 1]),
            ("WHILE", lead if finding.act == "urged" else ""),
        )
    )


def _goes_on_with_earlier(text: str, sentence: Sentence) -> bool:
    """Say whether a sentence only adds to earlier news of the one before ("Moscow earlier said ... It also ...")."""
    if not _ALSO.match(sentence.text):
        return False
    before = text[: sentence.start].rstrip().rstrip(".")
    return _EARLIER.search(before[before.rfind(". ") + 1 :]) is not None


def _opening(signs: str, first: int) -> str:
    """Return the words of the clause before a reading, but for the sentence's first ("After talks both agreed")."""
    before = max(signs.rfind(mark, 0, first) for mark in ",;.") + 1
    return signs[max(before, first - _SUBJECT, 1) : first]


def _names_call(finding: Finding, lexicon: Lexicon) -> bool:
    """Say whether a call is only named ("the UN's call for a truce led to") and not made again ("renewed its call")."""
    if finding.act != "urged":
        return False
    line, head = finding.line, finding.head
    if _NAMED_CALL.search(line.sentence.text[: line.tokens[head].start]) is None:
        return False
    again = line.signs[max(0, head - _CALLED_AGAIN) : head]
    return not any(c in lexicon.signs["AGAIN"] for c in again)


def _clause(signs: str, head: int) -> str:
    """Return the part of the sentence around a head that dashes, brackets and semicolons bound."""
    end = signs.find(";", head)
    return signs[signs.rfind(";", 0, head) + 1 : end if end >= 0 else len(signs)]
