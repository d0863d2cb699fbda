"""Which items are the same: GUID, else normalised link, else title and date.

An article's id is made of its publisher, GUID and link as first seen, so that several feeds of one publisher that
show the same item give one article, and equal short GUIDs of different items do not collide.
"""

import re
from collections import defaultdict
from collections.abc import Iterable
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from ingest.document import Item
from tocsin.ids import content_id

_TRACKING = re.compile(
    r"^(utm_\w+|at_\w+|mc_[ce]id|fbclid|gclid|dclid|msclkid|igshid|yclid|ocid|cmp|cmpid|ncid|s_cid|ftag|partner|ref|"
    r"ref_src|rss|feed|feedtype|source|src|smid|spm|taid|traffic_source|maca|cid|xtor|wt\.\w+|at_campaign)$",
    re.IGNORECASE,
)
_REVISION_MARK = re.compile(r"#\d{1,3}$")


def normal_link(url: str) -> str:
    """Return a link without what does not tell articles apart: scheme, case of the host, tracking, fragment."""
    try:
        parts = urlsplit(url.strip())
        host, port = (parts.hostname or "").removeprefix("www."), parts.port
    except ValueError:
        return url.strip()
    if not host:
        return url.strip()
    query = [
        (name, value) for name, value in parse_qsl(parts.query, keep_blank_values=True) if not _TRACKING.match(name)
    ]
    place = host if port in (None, 80, 443) else f"{host}:{port}"
    return urlunsplit(("", place, parts.path.rstrip("/"), urlencode(sorted(query)), _anchor(parts.fragment)))


def identities(items: Iterable[Item]) -> list[str]:
    """Return each item's identity within its feed, in order; empty for an item that shows nothing to know it by.

    A GUID that one document gives to items with different links is none: those go by their links.
    """
    listed = list(items)
    links: dict[str, set[str]] = defaultdict(set)
    for item in listed:
        links[_guid(item)].add(normal_link(item.link))
    return [_identity(item, is_unique=len(links[_guid(item)]) == 1) for item in listed]


def article_id(publisher: str, feed_id: str, item: Item) -> str:
    """Return the article's id. Items without GUID and link are their feed's own."""
    link = normal_link(item.link) if item.link else ""
    if item.guid or link:
        return content_id("article", publisher, _guid(item), link)
    return content_id("article", publisher, feed_id, item.title, item.date_raw or "")


def _identity(item: Item, *, is_unique: bool) -> str:
    if item.guid and is_unique:
        return "guid:" + _guid(item)
    if item.link:
        return "link:" + normal_link(item.link)
    if item.title:
        return f"title:{item.title}|{item.date_raw or ''}"
    return "text:" + content_id("text", item.text) if item.text else ""


def _guid(item: Item) -> str:
    """Return the GUID; one that is the item's own link with a small counter (``…#2``) loses it: it counts edits."""
    if _REVISION_MARK.search(item.guid) and _REVISION_MARK.sub("", item.guid) == item.link.partition("#")[0]:
        return _REVISION_MARK.sub("", item.guid)
    return item.guid


def _anchor(fragment: str) -> str:
    # posts of a live page share its address and differ by anchor; other fragments are noise
    return fragment if re.match(r"(?i)(block|post|entry|update|comment|live)[-_]?\w+", fragment) else ""
