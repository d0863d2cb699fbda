"""Whether a reading is the article's news or earlier context: tense, adverbs, subordination, dates long past."""

from datetime import datetime, timedelta

from processors.detect.clauses import Finding
from processors.detect.lexicon import Lexicon
from tocsin.vocabulary import ClaimedTime

_NEAR = 4  # words before a reading in which "had", "after" count
_RECENT = timedelta(days=3)


def is_background(finding: Finding, lexicon: Lexicon) -> bool:
    """Say whether a reading is told as known before the news of its article."""
    return finding.rule.is_earlier or finding.rule.is_circumstance or _is_told_as_earlier(finding, lexicon)


def is_past(claimed: ClaimedTime | None, published: datetime | None) -> bool:
    """Say whether what came about at a claimed time lies more than three days before publication."""
    return claimed is not None and published is not None and claimed.latest < published - _RECENT


def _is_told_as_earlier(finding: Finding, lexicon: Lexicon) -> bool:
    signs, table = finding.line.signs, lexicon.signs
    is_reported = any(c in table["SAY"] + table["DECLARE"] for c in signs)
    before = "" if is_reported else signs[max(0, finding.head - _NEAR) : finding.head]
    lead = signs[max(0, finding.first - _NEAR) : finding.first]
    return any(
        any(c in table[name] for c in part)
        for name, part in (("HAD", before), ("PREVIOUSLY", _clause(signs, finding.head)), ("AFTERWORD", lead))
    )


def _clause(signs: str, head: int) -> str:
    """Return the part of the sentence around a head that dashes, brackets and semicolons bound."""
    end = signs.find(";", head)
    return signs[signs.rfind(";", 0, head) + 1 : end if end >= 0 else len(signs)]
