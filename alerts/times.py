"""Tells a time in the place's zone and in UTC, in words that do not depend on the machine's locale."""

from collections.abc import Mapping
from datetime import UTC, datetime
from functools import lru_cache
from importlib.resources import files
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from tocsin.vocabulary import ClaimedTime

_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def both(moment: datetime, zone: ZoneInfo | None) -> str:
    """Return e.g. ``Fri 4 Nov 2016, 19:00 Damascus (17:00 UTC)``; UTC alone where no zone is known."""
    utc = moment.astimezone(UTC)
    if zone is None:
        return f"{day(utc)}, {utc:%H:%M} UTC"
    local = moment.astimezone(zone)
    other_day = "" if local.date() == utc.date() else f"{day(utc)}, "
    return f"{day(local)}, {local:%H:%M} {city(zone)} ({other_day}{utc:%H:%M} UTC)"


def local(moment: datetime, zone: ZoneInfo | None) -> str:
    """Return e.g. ``Fri 4 Nov 2016, 19:00 Damascus``, for lines that stand below others with both zones."""
    there = moment.astimezone(zone or UTC)
    return f"{day(there)}, {there:%H:%M} {city(zone) if zone else 'UTC'}"


def claimed(time: ClaimedTime) -> str:
    """Return a claimed time in both zones, as exact as it was claimed."""
    zone = zone_named(time.zone)
    if "T" in time.local:
        return both(time.earliest, zone)
    first, last = time.earliest.astimezone(UTC), time.latest.astimezone(UTC)
    span = f"{day(first)}, {first:%H:%M} – {day(last)}, {last:%H:%M} UTC"
    if zone is None:
        return span
    since, until = day(time.earliest.astimezone(zone)), day(time.latest.astimezone(zone))
    days = since if since == until else f"{since} – {until}"
    return f"{days}, no hour given, {city(zone)} ({span})"


def day(moment: datetime) -> str:
    """Return e.g. ``Fri 4 Nov 2016``, in the moment's own zone."""
    return f"{_DAYS[moment.weekday()]} {moment.day} {_MONTHS[moment.month - 1]} {moment.year}"


def city(zone: ZoneInfo) -> str:
    """Return what people call a zone: ``Asia/Damascus`` is Damascus."""
    return zone.key.rpartition("/")[2].replace("_", " ")


def zone_named(name: str | None) -> ZoneInfo | None:
    """Return the zone, None for no name or one that the tz database does not hold."""
    try:
        return ZoneInfo(name) if name else None
    except (ZoneInfoNotFoundError, ValueError):
        return None


def zone_of_country(code: str) -> ZoneInfo | None:
    """Return a country's zone where it has one only (or one marked "most areas"); None where it has several."""
    return zone_named(_country_zones().get(code.upper()))


@lru_cache(maxsize=1)
def _country_zones() -> Mapping[str, str]:
    """Read the tz database's own table: code, coordinates, zone, comment."""
    zones: dict[str, list[tuple[str, str]]] = {}
    table = files("tzdata").joinpath("zoneinfo", "zone.tab").read_text(encoding="utf-8")
    for line in table.splitlines():
        if line and not line.startswith("#"):
            code, _, zone, *comment = line.split("\t")
            zones.setdefault(code, []).append((zone, comment[0] if comment else ""))
    main = {code: [zone for zone, note in of if len(of) == 1 or "most areas" in note] for code, of in zones.items()}
    return {code: of[0] for code, of in main.items() if len(of) == 1}
