"""Feed lists of other readers: OPML 2.0 in and out (opml.org/spec2.opml)."""

from xml.etree.ElementTree import Element, SubElement, tostring

from defusedxml import DefusedXmlException, ElementTree  # type: ignore[import-untyped]

from ingest.catalogue import Catalogue, Feed, complete, new_id


class OpmlError(ValueError):
    """The document is no OPML, or lists no feed. The message says what is wrong."""


def from_opml(document: bytes, known: Catalogue | None = None) -> Catalogue:
    """Return the feeds of an OPML document that ``known`` does not watch yet, with new ids. Raises OpmlError.

    Keys that only Tocsin knows come back from attributes that ``to_opml`` wrote; without them defaults hold.
    """
    found = Catalogue(feeds=known.feeds if known else ())
    urls = {feed.url for feed in found.feeds}
    count = len(urls)
    outlines = _outlines(document)
    if not outlines:
        raise OpmlError("the OPML lists no feed: no outline has an xmlUrl")
    for outline in outlines:
        url = outline.get("xmlUrl", "").strip()
        if url.startswith(("http://", "https://")) and url not in urls:
            urls.add(url)
            found = Catalogue(feeds=(*found.feeds, _feed(outline, url, found)))
    return Catalogue(feeds=found.feeds[count:])


def to_opml(catalogue: Catalogue) -> bytes:
    """Return the catalogue as OPML; ``from_opml`` gives the same entries back."""
    root = Element("opml", version="2.0")
    SubElement(SubElement(root, "head"), "title").text = "Tocsin feeds"
    body = SubElement(root, "body")
    for feed in catalogue.feeds:
        outline = SubElement(body, "outline", type="rss", text=feed.source or feed.id, xmlUrl=feed.url)
        outline.set("tocsinId", feed.id)
        if feed.lang:
            outline.set("language", feed.lang)
        if feed.publisher:
            outline.set("tocsinPublisher", feed.publisher)
        for flag in _FLAGS:
            if getattr(feed, flag) != _FLAGS[flag]:
                outline.set("tocsin_" + flag, str(getattr(feed, flag)).lower())
        for bound in ("min_interval", "max_interval"):
            if getattr(feed, bound) is not None:
                outline.set("tocsin_" + bound, str(getattr(feed, bound)))
    document: bytes = tostring(root, encoding="utf-8", xml_declaration=True)
    return document


# allow_private is left out on purpose: a list from elsewhere must not open the private network.
_FLAGS = {"fulltext": False, "enabled": True}


def _outlines(document: bytes) -> list[Element]:
    try:
        root = ElementTree.fromstring(document)
    except (ElementTree.ParseError, DefusedXmlException, ValueError) as error:
        raise OpmlError(f"no readable OPML: {error}") from error
    if root.tag != "opml":
        raise OpmlError(f"no OPML: the document's root is <{root.tag}>, not <opml>")
    return [outline for outline in root.iter("outline") if outline.get("xmlUrl")]


def _feed(outline: Element, url: str, taken: Catalogue) -> Feed:
    wanted = outline.get("tocsinId", "")
    is_free = bool(wanted) and taken.named(wanted) is None
    return complete(
        Feed(
            id=wanted if is_free else new_id(url, taken),
            url=url,
            source=(outline.get("title") or outline.get("text") or "").strip(),
            publisher=outline.get("tocsinPublisher", ""),
            lang=outline.get("language", "").split("-")[0].lower(),
            fulltext=outline.get("tocsin_fulltext") == "true",
            enabled=outline.get("tocsin_enabled") != "false",
            min_interval=_seconds(outline.get("tocsin_min_interval")),
            max_interval=_seconds(outline.get("tocsin_max_interval")),
        )
    )


def _seconds(text: str | None) -> float | None:
    try:
        return float(text) if text else None
    except ValueError:
        return None
