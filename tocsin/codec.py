"""Facts to bytes and back: JSON values, CloudEvents attributes, versions and upcasters.

The wire form is CloudEvents 1.0 in Kafka binary mode (CloudEvents Kafka protocol binding, section 3.2): the value is
the fact's JSON, the attributes travel as ``ce_*`` headers. The correlation id is an extension attribute
(``ce_correlationid``); it is the id of the article that started it all. Dead letters have more of them, which say
where their records came from: for people with Kafka's own tools, never read back.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from functools import lru_cache
from typing import Any

import msgspec

from tocsin.events import FACTS, Fact, RecordDeadLettered
from tocsin.ids import content_id
from tocsin.log.base import Draft, Record

_BY_WIRE: Mapping[str, type[Fact]] = {fact.wire: fact for fact in FACTS}
_ENCODER = msgspec.json.Encoder(order="deterministic")

#: Old wire names: how to turn the old JSON object into the next version's, and that version's wire name.
UPCASTERS: Mapping[str, tuple[str, Callable[[dict[str, Any]], dict[str, Any]]]] = {
    "delivery.queued.v1": ("delivery.queued.v2", dict),  # since then, more kinds of alert may be owed
    "command.review.v1": ("command.review.v2", lambda old: {**old, "theatre": ""}),  # none was ever acted upon
}


class UnknownFactError(ValueError):
    """A record's type is none that this build knows."""


class MalformedFactError(ValueError):
    """A record's value does not fit its type."""


def draft(fact: Fact, correlation: str = "") -> Draft:
    """Return the record to append for a fact.

    ``correlation`` is that of the record it follows from; without one it is the article that the fact is about,
    else its key.
    """
    value = _ENCODER.encode(fact)
    return Draft(
        topic=fact.topic,
        key=str(_at_path(fact, fact.key)),
        id=content_id(fact.wire, *(_at_path(fact, path) for path in fact.identity)),
        type=fact.wire,
        source="tocsin/" + fact.topic.removeprefix("tocsin."),
        time=fact.at,
        correlation=correlation or str(_at_path(fact, fact.about or fact.key)),
        value=value,
    )


def decode(record: Record) -> Fact:
    """Return the fact of a record, upcast to its newest version.

    Raises UnknownFactError or MalformedFactError, both naming the record's topic, partition and position.
    """
    try:
        return decode_value(record.type, record.value)
    except ValueError as error:
        place = f"{record.topic}[{record.partition}]@{record.position}"
        raise type(error)(f"{place}: {error}") from error


def decode_value(wire: str, value: bytes) -> Fact:
    """Return the fact of a wire name and its JSON."""
    if wire in _BY_WIRE:
        try:
            return _decoder(wire).decode(value)
        except msgspec.MsgspecError as error:
            raise MalformedFactError(f"{wire}: {error}") from error
    if wire not in UPCASTERS:
        raise UnknownFactError(f"unknown fact {wire!r}; this build knows {', '.join(_BY_WIRE)}")
    newer, upcast = UPCASTERS[wire]
    try:
        old = msgspec.json.decode(value, type=dict[str, Any])
        newest = _ENCODER.encode(upcast(old))
    except (msgspec.MsgspecError, LookupError, TypeError, ValueError) as error:
        raise MalformedFactError(f"{wire}: {error!r}") from error
    return decode_value(newer, newest)


def headers(draft: Draft) -> list[tuple[str, bytes]]:
    """Return the CloudEvents headers of a record in Kafka binary mode."""
    return [
        ("ce_specversion", b"1.0"),
        ("ce_id", draft.id.encode()),
        ("ce_source", draft.source.encode()),
        ("ce_type", draft.type.encode()),
        ("ce_time", draft.time.isoformat().replace("+00:00", "Z").encode()),
        ("ce_correlationid", draft.correlation.encode()),
        ("content-type", b"application/json"),
        *_origin(draft),
    ]


def from_headers(headers: Sequence[tuple[str, bytes]], topic: str, key: str, value: bytes) -> Draft:
    """Return what ``headers`` was made from. Raises MalformedFactError when an attribute is missing or unreadable."""
    attributes = dict(headers)
    try:
        return Draft(
            topic=topic,
            key=key,
            id=attributes["ce_id"].decode(),
            type=attributes["ce_type"].decode(),
            source=attributes["ce_source"].decode(),
            time=datetime.fromisoformat(attributes["ce_time"].decode()),
            correlation=attributes["ce_correlationid"].decode(),
            value=value,
        )
    except KeyError as missing:
        raise MalformedFactError(f"a record of {topic} lacks the CloudEvents header {missing}") from missing
    except ValueError as error:
        raise MalformedFactError(f"a record of {topic} has an unreadable CloudEvents header: {error}") from error


def _origin(draft: Draft) -> list[tuple[str, bytes]]:
    if draft.type != RecordDeadLettered.wire:
        return []
    letter = msgspec.json.decode(draft.value, type=RecordDeadLettered)
    return [
        ("ce_originstage", letter.stage.encode()),
        ("ce_origintopic", letter.original_topic.encode()),
        ("ce_originpartition", str(letter.original_partition).encode()),
        ("ce_originoffset", str(letter.original_position).encode()),
        ("ce_originerror", letter.error.partition(":")[0].encode()),
    ]


@lru_cache(maxsize=len(FACTS))
def _decoder(wire: str) -> msgspec.json.Decoder[Fact]:
    return msgspec.json.Decoder(_BY_WIRE[wire])


def _at_path(fact: Fact, path: str) -> object:
    value: object = fact
    for name in path.split("."):
        value = getattr(value, name)
    return value
