"""Durations ("72-hour", "another five days") that are the term of a measure or the time that a demand gives."""

from collections.abc import Iterator

from processors.detect.mentions import TimeMention, TimeRole
from processors.detect.times_scan import words_after, words_before
from processors.detect.times_words import TimeWords, time_words

_GIVEN = 6  # words between "gave" and the time given


def durations(low: str) -> Iterator[TimeMention]:
    """Yield the durations of a text in lower case that are the term of a measure or of a demand."""
    table = time_words()
    for m in table.duration.finditer(low):
        before = words_before(low, m.start())
        after = words_after(low, m.end())[:3]
        number = 1 if m["u2"] else (int(m["n"]) if m["n"].isdigit() else table.numbers[m["n"]])
        giving = frozenset(before[:_GIVEN])
        kind = _duration_role(before[:2], giving, after, "-" in m.group() or bool(m["u2"]), table) if number else None
        if kind is None:
            continue
        is_further = bool(m["more"] or set(before[:2]) & table.durations["further"])
        yield TimeMention(
            start=m.start(),
            end=m.end(),
            role=kind,
            claimed=None,
            seconds=number * table.seconds[m["u2"] or m["u"]],
            is_further=is_further,
        )


def _duration_role(
    before: list[str], giving: frozenset[str], after: list[str], is_compound: bool, table: TimeWords
) -> TimeRole | None:
    """Return whether a duration is the term of a measure, of a demand, or neither (None).

    ``giving`` are the words before among which a verb of giving makes it a demand's time.
    """
    words = table.durations
    near = set(before)
    if after[:1] and after[0] in words["never_after"]:
        return None
    if before[:1] == ["in"] and set(before[1:2]) & words["running_out"]:
        return "deadline"
    if after[:1] in (["to"], ["from"]) and giving & words["giving"]:  # "gave the rebel fighters ten days to"
        return "deadline"
    is_lasting = before[:1] == ["for"] and set(before[1:2]) & words["lasting"]
    if (
        near & words["never_before"]
        and not is_compound
        and not is_lasting
        and "the next" not in " ".join(reversed(before))
    ):
        return None
    if set(after[:1]) & words["deadline_after"] - {"to"} or set(before[:1]) & {"within"}:
        return "deadline"
    if after[:1] == ["to"] and near & words["deadline_before"]:
        return "deadline"
    is_term = bool(near & words["before"] - {"a", "the", "of", "new"}) and not is_compound
    return "duration" if is_lasting or is_term or set(after) & words["after"] else None
