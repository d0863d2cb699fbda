"""Kill notices: a wire service's way to take a story back; and the prefixes and suffixes that wires give titles."""

import re

# Case matters in the bare word: "Kill: Bill" is a film, "Withdrawn: the troops" a story. In brackets it does not.
_WORD = r"(?:MANDATORY KILL|KILL(?:ED)?|WITHDRAWN|WITHDRAWAL|RETRACT(?:ED|ION))"
_SOFT = r"(?i:withdrawn|retracted|mandatory kill)"
_LEADS = r"(?:URGENT|ADVISORY|ATTENTION|EDITORS|BULLETIN)\s*[-–—:|]*\s*"
_BEFORE = re.compile(
    rf"^(?:{_LEADS})*(?:[(\[]\s*(?:{_WORD}|{_SOFT})\s*[)\]]|{_WORD}\s*(?:[-–—:|/]+|$)"
    r"|(?i:(?:this )?(?:story|article|report) (?:has been |is |was )?(?:withdrawn|retracted|killed))\b)\s*[-–—:|]*\s*"
)
_AFTER = re.compile(rf"\s*(?:[(\[]\s*(?:{_WORD}|{_SOFT})\s*[)\]]|[-–—:|]+\s*{_WORD})\s*$")
_ADVISORY = re.compile(
    r"^ADVISORY\b\s*[-–—:|]*\s*(?P<story>.*?)[\s,;:|–—-]*\b(?i:withdraw\w*|kill(?:ed)?|retract\w*)\b.*$"
)
_PREFIX = re.compile(
    r"^(?:(?i:update \d+|wrapup \d+|corrected|correction|refile|rpt|repeat)|EXCLUSIVE|BREAKING|URGENT)\s*[-–—:(|]+\s*"
    r"|^(?i:\d(?:st|nd|rd|th) (?:take|ld|lead))\s*[-–—:|]+\s*|^\((?i:take \d+|\d(?:st|nd|rd|th) take)\)\s*"
)
_SUFFIX = re.compile(r"\s*[-–—]?\s*\((?i:take \d+|\d(?:st|nd|rd|th) take|adds? .*|updates? .*|corrects? .*)\)\s*$")


def is_kill(title: str) -> bool:
    """Tell whether a title announces that a story is taken back."""
    return any(pattern.search(title) for pattern in (_BEFORE, _AFTER, _ADVISORY))


def killed_title(title: str) -> str:
    """Return the title of the story that a kill notice takes back, as far as the notice repeats it."""
    if named := _ADVISORY.match(title):
        return plain_title(named["story"])
    return plain_title(_AFTER.sub("", _BEFORE.sub("", title)))


def plain_title(title: str) -> str:
    """Return a title without what its wire added before and after it, for comparison."""
    plain = _SUFFIX.sub("", title.strip())
    while (shorter := _PREFIX.sub("", plain)) != plain:
        plain = shorter
    return plain.strip().casefold()
