"""Where a dispatch begins: after its dateline ("BEIRUT, Dec 14 (Wire) -") and after a headline's wire marker."""

import re

_WIRE = r"\([A-Z][^()\n]{1,30}\)"
_DASH = r"\s*(?:--|[-–—])\s+"
_DAY = r"[A-Z][a-z]{2,8}\.?\s\d{1,2}"
_TOWN = r"[A-Z][\w'’./-]*(?:\s[A-Z(][\w'’./)-]*){0,3}"
_CAPITALS = r"[A-Z][A-Z'’./-]{2,}(?:\s[A-Z'’./-]{2,}){0,3}"
_REST = r"(?:,\s[\w\ .'’/]{2,30}){0,3}"
_DATELINE = re.compile(
    rf"""\s*(?:
        (?:{_TOWN}{_REST}\s)?(?:{_DAY}(?:,\s\d{{4}})?,?\s)?{_WIRE}{_DASH}
      | {_CAPITALS}{_REST}{_DASH}
      | (?:[A-Z][\w\ ]{{2,30}}:\s)?{_CAPITALS}:\s
    )""",
    re.VERBOSE,
)
_MARKER = re.compile(r"\s*(?:(?:UPDATE|WRAPUP|CORRECTED|REFILE|REPEAT|RPT|ADVISORY)\s?\d*\s?-\s?)+(?=\S)")


def dispatch_start(text: str, is_title: bool = False) -> int:
    """Return where the news itself begins in a text; headlines keep their places and lose wires' markers."""
    found = (_MARKER if is_title else _DATELINE).match(text)
    return found.end() if found and found.end() < len(text) else 0
