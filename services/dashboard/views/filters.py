"""What lists are narrowed to. It lives in the address, so that a view can be kept, shared and gone back to."""

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from datetime import UTC, datetime
from urllib.parse import urlencode

_FAMILIES = ("ceasefire", "siege", "ultimatum")
_GROUPS = ("in force", "threatened", "offered", "over")


_EARLIEST, _LATEST = datetime(1900, 1, 1, tzinfo=UTC), datetime(2900, 1, 1, tzinfo=UTC)  # no news lies beyond


class FilterError(ValueError):
    """A filter in an address is none. The message names it and what it may be."""


@dataclass(frozen=True, slots=True)
class Filter:
    """Empty fields narrow nothing. ``since`` and ``until`` are of when something was told, UTC."""

    family: str = ""
    country: str = ""
    group: str = ""
    words: str = ""
    since: datetime | None = None
    until: datetime | None = None

    @classmethod
    def of(cls, query: Mapping[str, str]) -> "Filter":
        """Return the filter of an address. Raises FilterError."""
        family, group = query.get("family", ""), query.get("group", "")
        country = query.get("country", "").upper()
        if family and family not in _FAMILIES:
            raise FilterError(f"family {family!r} is none of {', '.join(_FAMILIES)}")
        if group and group not in _GROUPS:
            raise FilterError(f"group {group!r} is none of {', '.join(_GROUPS)}")
        if country and not (len(country) == 2 and country.isascii() and country.isalpha()):
            raise FilterError(f"country {country!r} is no ISO 3166 alpha-2 code, such as SY")
        since, until = moment_in(query, "since"), moment_in(query, "until")
        return cls(family, country, group, query.get("words", "")[:200].strip(), since, until)

    def having(self, *, country: str, words: str | None = None) -> "Filter":
        """Return the filter for a country, and for words where they are given."""
        return replace(self, country=country, words=self.words if words is None else words)

    def within(self, since: datetime, until: datetime) -> "Filter":
        """Return the filter for a stretch of time."""
        return replace(self, since=since, until=until)

    @property
    def set_fields(self) -> Mapping[str, str]:
        """The fields that narrow something, as an address has them."""
        values = {one.name: getattr(self, one.name) for one in fields(self)}
        return {
            name: f"{value:%Y-%m-%dT%H:%MZ}" if isinstance(value, datetime) else value
            for name, value in values.items()
            if value
        }

    @property
    def query(self) -> str:
        """The filter as the part of an address after the question mark, empty for none."""
        return urlencode(self.set_fields)


def moment_in(query: Mapping[str, str], name: str) -> datetime | None:
    """Return a time given in ISO 8601, taken for UTC where it has no offset; None for none. Raises FilterError."""
    text = query.get(name, "").strip()
    if not text:
        return None
    try:
        given = datetime.fromisoformat(text)
        moment = (given if given.tzinfo else given.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise FilterError(f"{name} {text!r} is no time; give one such as 2024-05-01 or 2024-05-01T12:00Z") from error
    return bounded(moment)


def bounded(moment: datetime) -> datetime:
    """Return a time that dates can be reckoned with: one beyond all news becomes the first or last such."""
    return min(max(moment, _EARLIEST), _LATEST)
