"""Whether a reading is the article's news or earlier context: tense, adverbs, subordination, place in the article."""

from processors.detect.clauses import Finding
from processors.detect.lexicon import Lexicon

_LEDE = 2  # sentences of the text that count as its opening
_NEAR = 4


def is_background(finding: Finding, lexicon: Lexicon) -> bool:
    """Say whether a reading was known before the news of its article."""
    if finding.rule.is_earlier:
        return True
    signs, table = finding.line.signs, lexicon.signs
    before = signs[max(0, finding.head - _NEAR) : finding.head]
    if any(c in table["HAD"] for c in before):
        return True
    if any(c in table["PREVIOUSLY"] for c in signs[max(0, finding.first - _NEAR) : finding.last + _NEAR]):
        return True
    if finding.rule.is_circumstance:
        return True
    after = signs[: finding.first]
    return any(c in table["AFTERWORD"] for c in after[-_NEAR:])
