"""Makes publishers' words safe to show: no control or direction-changing characters, cut to length, web links only."""

import unicodedata
from urllib.parse import quote, urlsplit

#: Characters that change the direction of what follows (Trojan Source, CVE-2021-42574) or show nothing at all.
_HIDDEN = frozenset("\u061c\u200b\u200e\u200f\u2060\ufeff" + "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
_LONGEST_LINK = 1000


def clean(text: str, limit: int) -> str:
    """Return the text on one line, at most ``limit`` characters, the cut shown by an ellipsis."""
    shown = "".join(_shown(character) for character in text[: 4 * limit])
    return cut(" ".join(shown.split()), limit)


def cut(text: str, limit: int) -> str:
    """Return the text, at most ``limit`` characters, the cut shown by an ellipsis."""
    return text if len(text) <= limit else text[: limit - 1].rstrip() + "…"


def web_link(url: str) -> str:
    """Return an http(s) address fit to stand in any markup; empty for anything else (``javascript:``, over-long)."""
    try:
        scheme = urlsplit(url.strip()).scheme.lower()
    except ValueError:
        return ""
    link = quote(url.strip(), safe="%/:=&?~#+!$,;@()*[]-._")
    return link if scheme in ("http", "https") and len(link) <= _LONGEST_LINK else ""


def _shown(character: str) -> str:
    if character in _HIDDEN:
        return ""
    category = unicodedata.category(character)
    if category in ("Zl", "Zp", "Cc"):  # line breaks, tabs, escape sequences
        return " "
    return "" if category in ("Cs", "Co", "Cn") or "\U000e0000" <= character <= "\U000e007f" else character
