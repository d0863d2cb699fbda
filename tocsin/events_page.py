"""docs/events.md: topics, facts and values for people who read the log, written from the types and their comments."""

import inspect
import re
from collections.abc import Iterator, Mapping
from datetime import datetime
from types import NoneType, UnionType
from typing import Annotated, Literal, Union, get_args, get_origin

import msgspec

from tocsin import vocabulary
from tocsin.events import FACTS, Fact
from tocsin.topics import TOPICS, Topic

_HEAD = """# Facts

<!-- Written by `python -m tocsin.schemas docs`: edit the types in tocsin/, not this page. -->

All that Tocsin knows is a fact in its log: named in the past tense, never changed, in JSON. The machine-readable forms
are [schemas/](schemas/) (JSON Schema) and [asyncapi.json](asyncapi.json) (AsyncAPI 3.0).

A wire name ends with a version. Within a version a field may be added where it has a default, so ignore fields that you
do not know; anything else makes a new version. Ids come from content: whoever reads a fact twice sees one id.
"""

_GLOSSARY = """## Words

**Families.** *ceasefire*: an end or halt of fighting, from a humanitarian pause of hours to a lasting truce. *siege*: a
place is cut off, from its encirclement to its end. *ultimatum*: a demand with a deadline or a threat.

**Acts.** What an announcement does to its measure:

| act | the measure |
|---|---|
| urged | is called for by someone who does not offer it |
| proposed | is offered, or made dependent on conditions |
| declared | is announced, imposed or issued by a side |
| agreed | is accepted by those it concerns |
| in_force | takes effect, holds or goes on |
| extended | is prolonged |
| amended | has new terms, or is eased |
| rejected | is refused by a side that it concerns |
| violated | is broken while it is meant to hold |
| ended | is over: expired, lifted, called off, collapsed |
| denied | is said never to have been, or not to have been agreed |

**Relations.** An announcement *supersedes* an earlier one that no longer tells how things stand: it *replaces*,
*extends*, *amends*, *ends* or *renews* it. It *contradicts* an earlier one that cannot stand beside it: it *rejects*,
*denies*, *violates* it, or *conflicts* with its terms.

**Four times.** Claimed (`start`, `end`, `deadline`: what the text says), published (by the outlet), observed (first
seen by Tocsin), recorded (appended to the log; the log's own, not part of the value).
"""

_WORDS: Mapping[object, str] = {
    str: "text",
    int: "integer",
    float: "number",
    bool: "true or false",
    datetime: "time (UTC)",
    NoneType: "null",
    msgspec.Raw: "any JSON",
}


def events_page(headers: Mapping[str, str]) -> str:
    """Return the page; ``headers`` are the attributes of every record."""
    parts = [_HEAD, _topics(), _attributes(headers), _GLOSSARY]
    for topic in TOPICS:
        parts += [f"## {topic.name}\n", *(_fact(fact) for fact in FACTS if fact.topic == topic.name)]
    parts += ["## Values\n", *(_value(value) for value in _values())]
    return "\n".join(parts)


def _topics() -> str:
    rows = [
        f"| [`{topic.name}`](#{topic.name.replace('.', '')}) | {_keys(topic)} | {topic.partitions} | {_kept(topic)} "
        f"| {', '.join(f'`{fact.wire}`' for fact in FACTS if fact.topic == topic.name)} |"
        for topic in TOPICS
    ]
    return _table("## Topics", "topic | key | partitions | kept | facts", rows)


def _keys(topic: Topic) -> str:
    return ", ".join(sorted({f"`{fact.key}`" for fact in FACTS if fact.topic == topic.name}))


def _kept(topic: Topic) -> str:
    if topic.is_compacted:
        return "the newest of each key"
    return "for ever" if topic.retention is None else f"{topic.retention.days} days"


def _attributes(headers: Mapping[str, str]) -> str:
    rows = [f"| `{name}` | {text} |" for name, text in headers.items()]
    return _table("## Headers (CloudEvents 1.0, Kafka binary mode)", "header | what it holds", rows)


def _fact(fact: type[Fact]) -> str:
    identity = ", ".join(f"`{path}`" for path in fact.identity)
    title = f"### {fact.wire}\n\n{inspect.getdoc(fact)}\n\nKey `{fact.key}`, id from {identity}. "
    return _table(f"{title}[Schema](schemas/{fact.wire}.json).", "field | type | meaning", _fields(fact))


def _value(value: type[msgspec.Struct]) -> str:
    return _table(f"### {value.__name__}\n\n{inspect.getdoc(value)}", "field | type | meaning", _fields(value))


def _table(title: str, columns: str, rows: list[str]) -> str:
    rule = "|".join("---" for _ in columns.split(" | "))
    return "\n".join([title, "", f"| {columns} |", f"|{rule}|", *rows, ""])


def _fields(struct: type[msgspec.Struct]) -> list[str]:
    meanings = _comments(struct)
    return [
        f"| `{field.name}` | {_words(field.type)}{'' if field.required else ', optional'} "
        f"| {meanings.get(field.name, '')} |"
        for field in msgspec.structs.fields(struct)
    ]


def _comments(struct: type) -> Mapping[str, str]:
    """Return the comment beside each field in the source, where there is one."""
    found = re.findall(r"^    (\w+): .*?  # (.+)$", inspect.getsource(struct), re.MULTILINE)
    return {name: comment.replace("|", "\\|") for name, comment in found}


def _words(type_: object) -> str:
    """Return a field's type in words."""
    origin, inner = get_origin(type_), get_args(type_)
    if origin is Annotated:
        return _words(inner[0])
    if origin is Literal:
        return " ".join(f"`{name}`" for name in inner)
    if origin in (Union, UnionType):
        return " or ".join(_words(part) for part in inner)
    if origin is tuple:
        return f"list of {_words(inner[0])}"
    if origin is dict:
        return f"map of {_words(inner[0])} to {_words(inner[1])}"
    if isinstance(type_, type) and issubclass(type_, Fact):
        return f"[{type_.wire}](#{type_.wire.replace('.', '')})"
    if isinstance(type_, type) and issubclass(type_, vocabulary.Value):
        return f"[{type_.__name__}](#{type_.__name__.lower()})"
    return _WORDS[type_]


def _values() -> Iterator[type[msgspec.Struct]]:
    for value in vars(vocabulary).values():
        if isinstance(value, type) and issubclass(value, vocabulary.Value) and value is not vocabulary.Value:
            yield value
