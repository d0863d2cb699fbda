"""Jinja2 with the few filters that the templates need. Everything is escaped; templates mark nothing as safe."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from difflib import SequenceMatcher
from importlib import resources

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup, escape

from services.dashboard.drawing.outlines import country_name
from tocsin.vocabulary import ClaimedTime

_STEPS = ((86_400, "d"), (3_600, "h"), (60, "min"))


class Templates:
    """The dashboard's templates."""

    def __init__(self) -> None:
        folder = resources.files("services.dashboard").joinpath("templates")
        self._environment = Environment(
            loader=FileSystemLoader(str(folder)),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self._environment.filters |= {
            "utc": utc,
            "iso": iso,
            "span": span,
            "seconds": lambda length: span(timedelta(seconds=length)),
            "words": words,
            "country": country_name,
            "marked": marked,
            "found": found,
            "difference": difference,
            "claimed": claimed,
            "short": lambda text: text[:8],
        }

    def render(self, template: str, context: Mapping[str, object]) -> str:
        """Return a template filled in."""
        return self._environment.get_template(template).render(context)


def utc(moment: datetime | None) -> str:
    """Return a time to the minute, e.g. "4 Nov 2016 17:00"; "unknown" for none."""
    if moment is None:
        return "unknown"
    moment = moment.astimezone(UTC)
    return f"{moment.day} {moment:%b %Y %H:%M}"


def iso(moment: datetime) -> str:
    """Return a time as machines read it, in UTC."""
    return moment.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")


def span(length: timedelta) -> str:
    """Return a length of time in its two largest units, e.g. "3 h 12 min", never negative; as desk.js does."""
    left, parts = max(int(length.total_seconds()), 0), list[str]()
    for seconds, unit in _STEPS:
        if left >= seconds or parts:
            parts.append(f"{left // seconds} {unit}")
            left %= seconds
    return " ".join(parts[:2]) or f"{left} s"


def words(text: str) -> str:
    """Return a code such as ``in_force`` in words."""
    return text.replace("_", " ")


def claimed(time: ClaimedTime) -> str:
    """Return a claimed time as its text gave it, with its zone."""
    return time.local.replace("T", " ") + (f" ({time.zone})" if time.zone and "T" in time.local else "")


def marked(text: str, quote: str, clause: str = "") -> Markup:
    """Return a text with the quote marked, and the clause within it that decided."""
    before, held, after = text.partition(quote) if quote else (text, "", "")
    if not held:
        return escape(text)
    start, inner, end = held.partition(clause) if clause and clause != quote else (held, "", "")
    strong = Markup("<strong>{}</strong>").format(inner) if inner else escape("")
    return Markup("{}<mark>{}{}{}</mark>{}").format(before, start, strong, end, after)


def found(excerpt: str) -> Markup:
    """Return a search's excerpt with the words that were found marked."""
    first, *rest = excerpt.split("⟦")
    parts = [escape(first)]
    for part in rest:
        word, _, after = part.partition("⟧")
        parts.append(Markup("<mark>{}</mark>{}").format(word, after))
    return Markup("").join(parts)


def difference(before: str, after: str) -> Markup:
    """Return two wordings as one text: what went in <del>, what came in <ins>, word by word."""
    old, new = before.split(" "), after.split(" ")
    parts = []
    for what, i, j, k, m in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if what == "equal":
            parts.append(escape(" ".join(old[i:j])))
            continue
        if j > i:
            parts.append(Markup("<del>{}</del>").format(" ".join(old[i:j])))
        if m > k:
            parts.append(Markup("<ins>{}</ins>").format(" ".join(new[k:m])))
    return Markup(" ").join(parts)
