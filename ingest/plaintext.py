"""HTML to plain text: paragraphs on lines of their own, scripts dropped, white space evened out."""

import re
from html import unescape
from html.parser import HTMLParser

_BLOCK = re.compile(
    "address|article|aside|blockquote|br|d[dlt]|div|fieldset|figcaption|figure|footer|form|h[1-6]|header|hr|li|main|nav|"
    "[ou]l|p|pre|section|table|t[dhr]"
)
_SILENT = frozenset({"script", "style", "template", "noscript", "head", "iframe", "svg"})
_MARKUP = re.compile(r"<(?:/?[a-zA-Z][^<>]*|!--.*?--)>", re.DOTALL)
_ENTITY = re.compile(r"&(?:#\d+|#[xX][0-9a-fA-F]+|[a-zA-Z]\w*);")
_INVISIBLE = re.compile("[\u00ad\u200b\u2060\ufeff\x00-\x08\x0e-\x1f\x7f]")


def plain(text: str, *, is_html: bool) -> str:
    """Return a text without markup, paragraphs separated by single newlines.

    Text that a feed calls plain is stripped too where it plainly holds tags: many feeds escape HTML once too often.
    """
    if is_html or _MARKUP.search(text):
        text = _stripped(text)
    elif _ENTITY.search(text):
        text = unescape(text)
    return tidy(text)


def tidy(text: str) -> str:
    """Return the text with white space evened out: one space between words, one newline between paragraphs."""
    lines = (" ".join(line.split()) for line in _INVISIBLE.sub("", text).splitlines())
    return "\n".join(line for line in lines if line)


def one_line(text: str, *, is_html: bool) -> str:
    """Return a title: plain text on one line."""
    return plain(text, is_html=is_html).replace("\n", " ")


class _Stripper(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []
        self._silent = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _SILENT:
            self._silent += 1
        elif _BLOCK.fullmatch(tag):
            self.parts.append("\n")

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if _BLOCK.fullmatch(tag):
            self.parts.append("\n")

    def handle_endtag(self, tag: str) -> None:
        if tag in _SILENT:
            self._silent = max(0, self._silent - 1)
        elif _BLOCK.fullmatch(tag):
            self.parts.append("\n")

    def handle_data(self, data: str) -> None:
        if not self._silent:
            # a line break in the source is a space; only elements make paragraphs
            self.parts.append(data.replace("\n", " ").replace("\r", " "))


def _stripped(html: str) -> str:
    stripper = _Stripper()
    stripper.feed(html)
    stripper.close()
    return "".join(stripper.parts)
