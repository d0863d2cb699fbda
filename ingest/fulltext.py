"""The article on a web page, by trafilatura. Runs in a reader process (``ingest.sandbox``)."""

import re

import trafilatura

from ingest.document import Page, ReadPage, Unreadable
from ingest.plaintext import tidy

_LANG = re.compile(rb"<html\b[^>]{0,500}?\blang\s*=\s*[\"']?([a-zA-Z]{2,3})\b", re.IGNORECASE)
_PAGE_TYPES = ("text/html", "application/xhtml+xml", "text/plain", "")


def read_page(work: ReadPage) -> Page | Unreadable:
    """Return the text of the page's article, paragraphs separated by newlines."""
    kind = work.content_type.partition(";")[0].strip().lower()
    if kind not in _PAGE_TYPES:
        return Unreadable(reason="not_a_page", detail=f"the page is {kind}")
    text = trafilatura.extract(work.body, url=work.url, include_comments=False, include_tables=False)
    if not text:
        return Unreadable(reason="no_article", detail="the page shows no article text")
    found = _LANG.search(work.body[:20_000])
    return Page(text=tidy(text), lang=found[1].decode("ascii").lower() if found else "")
