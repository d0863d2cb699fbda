"""Times as the read model keeps them: milliseconds since 1970 UTC."""

from datetime import UTC, datetime

HOUR = 3_600_000
DAY = 24 * HOUR


def ms(moment: datetime) -> int:
    """Return a timezone-aware time in milliseconds."""
    return int(moment.timestamp() * 1000)


def ms_or_none(moment: datetime | None) -> int | None:
    """Return the same, or None for none."""
    return None if moment is None else ms(moment)


def moment_of(milliseconds: int) -> datetime:
    """Return the UTC time of some milliseconds."""
    return datetime.fromtimestamp(milliseconds / 1000, UTC)


def moment_or_none(milliseconds: int | None) -> datetime | None:
    """Return the same, or None for none."""
    return None if milliseconds is None else moment_of(milliseconds)
