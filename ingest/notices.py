"""Kill notices: a wire service's way to take a story back."""

import re

_NOTICE = re.compile(
    r"^(?:"
    r"(?:KILL|KILLED|WITHDRAWN|WITHDRAWAL|RETRACTED|RETRACTION|MANDATORY KILL)\s*(?:[-–—:|/(]+|$)"
    r"|ADVISORY\b.*\b(?i:withdraw\w*|kill(?:ed)?|retract\w*)\b"
    r"|(?i:(?:this )?(?:story|article|report) (?:has been |is |was )?(?:withdrawn|retracted|killed))\b"
    r")\s*"
)
_PREFIX = re.compile(r"^(?:(?:UPDATE \d+|CORRECTED|REFILE|RPT|EXCLUSIVE|WRAPUP \d+|BREAKING)\s*[-–—:(|]+\s*)+")


def is_kill(title: str) -> bool:
    """Tell whether a title announces that a story is taken back. Case matters: "Kill: Bill" is a film."""
    return _NOTICE.match(title) is not None


def killed_title(title: str) -> str:
    """Return the title of the story that a kill notice takes back, as far as the notice repeats it."""
    return plain_title(_NOTICE.sub("", title, count=1))


def plain_title(title: str) -> str:
    """Return a title without its wire prefixes, for comparison."""
    return _PREFIX.sub("", title).strip().casefold()
