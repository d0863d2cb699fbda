"""Reading a moment that a person typed: a date, or a date and time with its offset."""

from datetime import UTC, date, datetime, time, timedelta

from services.commands.session import CommandError

_HINT = "give a date (2016-11-04) or a time with its offset (2016-11-04T12:00Z, 2016-11-04T14:00+02:00)"


def moment_of(option: str, text: str | None) -> datetime | None:
    """Return the moment in UTC that an option names; a date alone is its end in UTC. None where it is not given.

    Raises CommandError, naming the option and what to give, for anything else.
    """
    if text is None:
        return None
    try:
        if len(text) == len("2016-11-04"):
            return datetime.combine(date.fromisoformat(text) + timedelta(days=1), time(), UTC)
        moment = datetime.fromisoformat(text)
    except (ValueError, OverflowError) as error:
        raise CommandError(f"{option} {text!r} is no date or time: {_HINT}") from error
    if moment.tzinfo is None:
        raise CommandError(f"{option} {text!r} has no offset: {_HINT}")
    return moment.astimezone(UTC)
