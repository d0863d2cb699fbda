"""Documents generated from the facts: ``python -m tocsin.schemas docs`` writes them, with ``--check`` compares them.

Under the folder: ``schemas/<wire name>.json`` (JSON Schema draft 7 of each fact's value), ``asyncapi.json`` (AsyncAPI
3.0: topics as channels, CloudEvents headers in Kafka binary mode) and ``events.md`` for people.
"""

import argparse
import inspect
import json
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import msgspec

from tocsin.events import FACTS, Fact
from tocsin.events_page import events_page
from tocsin.topics import TOPICS, Topic

_DIALECT = "http://json-schema.org/draft-07/schema#"  # what AsyncAPI 3.0 reads without being told

#: The attributes of every record, in the order of docs/events.md.
HEADERS: Mapping[str, str] = {
    "ce_specversion": "Version of CloudEvents: always 1.0.",
    "ce_id": "Id made from the fact's content: the same fact written twice has the same id. 32 hex digits.",
    "ce_source": "The stage that stated the fact.",
    "ce_type": "The fact's wire name, with its version.",
    "ce_time": "When the fact came about, RFC 3339, UTC.",
    "ce_correlationid": "Id of the article (or other key) that it all started from.",
    "content-type": "Always application/json.",
}

#: What dead letters have beside them.
ORIGIN_HEADERS: Mapping[str, str] = {
    "ce_originstage": "Dead letters only: the stage that could not process the record.",
    "ce_origintopic": "Dead letters only: the record's topic.",
    "ce_originpartition": "Dead letters only: its partition.",
    "ce_originoffset": "Dead letters only: its position there.",
    "ce_originerror": "Dead letters only: the kind of error; held back: an earlier record of its key failed.",
}


def documents() -> Mapping[str, str]:
    """Return every generated file's text by its path under docs/. The same types give the same texts."""
    schemas = {f"schemas/{fact.wire}.json": _json(schema(fact)) for fact in FACTS}
    return {**schemas, "asyncapi.json": _json(asyncapi()), "events.md": events_page({**HEADERS, **ORIGIN_HEADERS})}


def schema(fact: type[Fact]) -> Any:
    """Return the JSON Schema of a fact's value, complete in itself."""
    (body,), parts = msgspec.json.schema_components([fact], ref_template="#/definitions/{name}")
    own = parts.pop(body["$ref"].rpartition("/")[2])
    document = {"$schema": _DIALECT, "$id": f"urn:tocsin:{fact.wire}", **own}
    return _without_discriminators({**document, "definitions": parts} if parts else document)


def _without_discriminators(node: Any) -> Any:
    """Leave out what is OpenAPI's and no JSON Schema (AsyncAPI gives the word another form)."""
    if isinstance(node, dict):
        kept = {name: part for name, part in node.items() if not (name == "discriminator" and "anyOf" in node)}
        return {name: _without_discriminators(part) for name, part in kept.items()}
    return [_without_discriminators(part) for part in node] if isinstance(node, list) else node


def asyncapi() -> dict[str, Any]:
    """Return the AsyncAPI document of all topics."""
    return {
        "asyncapi": "3.0.0",
        "info": {
            "title": "Tocsin",
            "version": "1.0.0",
            "description": "Announcements of ceasefires, sieges and ultimatums in the news, and alerts when one "
            "supersedes or contradicts another. Every record is a CloudEvent in Kafka binary mode.",
        },
        "defaultContentType": "application/json",
        "channels": {topic.name: _channel(topic) for topic in TOPICS},
        "operations": {f"read-{topic.name}": _operation(topic) for topic in TOPICS},
        "components": {
            "messages": {fact.wire: _message(fact) for fact in FACTS},
            "schemas": {"CloudEventsHeaders": _headers_schema()},
        },
    }


def _channel(topic: Topic) -> dict[str, Any]:
    facts = [fact for fact in FACTS if fact.topic == topic.name]
    keys = " or ".join(sorted({fact.key for fact in facts}))
    return {
        "address": topic.name,
        "description": f"{_keeping(topic)} Keyed by {keys}: records of one key are in order.",
        "messages": {fact.wire: {"$ref": f"#/components/messages/{fact.wire}"} for fact in facts},
        "bindings": {"kafka": {"topic": topic.name, "partitions": topic.partitions}},
    }


def _keeping(topic: Topic) -> str:
    if topic.is_compacted:
        return "Keeps the newest record of each key."
    return "Keeps every record." if topic.retention is None else f"Keeps records for {topic.retention.days} days."


def _operation(topic: Topic) -> dict[str, Any]:
    return {"action": "send", "channel": {"$ref": f"#/channels/{topic.name}"}, "summary": f"Tocsin writes {topic.name}"}


def _message(fact: type[Fact]) -> dict[str, Any]:
    return {
        "name": fact.wire,
        "title": fact.__name__,
        "summary": inspect.getdoc(fact),
        "contentType": "application/json",
        "headers": {"$ref": "#/components/schemas/CloudEventsHeaders"},
        "payload": {"$ref": f"./schemas/{fact.wire}.json"},
        "correlationId": {"location": "$message.header#/ce_correlationid"},
        "bindings": {"kafka": {"key": {"type": "string", "description": f"The value's {fact.key}."}}},
    }


def _headers_schema() -> dict[str, Any]:
    properties = {name: {"type": "string", "description": text} for name, text in {**HEADERS, **ORIGIN_HEADERS}.items()}
    return {"type": "object", "properties": properties, "required": list(HEADERS)}


def _json(document: Mapping[str, Any]) -> str:
    return json.dumps(document, indent=2, ensure_ascii=False) + "\n"


def _stale(folder: Path) -> list[str]:
    """Return the generated files that are missing, differ, or belong to no fact."""
    wanted = documents()
    differing = [name for name, text in wanted.items() if _text(folder / name) != text]
    left_over = {f"schemas/{path.name}" for path in folder.glob("schemas/*")} - wanted.keys()
    return sorted([*differing, *left_over])


def _text(path: Path) -> str | None:
    return path.read_text(encoding="utf-8") if path.is_file() else None


def main(arguments: Sequence[str] | None = None) -> int:
    """Write the documents, or say which are stale; return the exit code."""
    parser = argparse.ArgumentParser(prog="python -m tocsin.schemas", description="Documents generated from the facts.")
    parser.add_argument("folder", type=Path, help="the documentation folder, usually docs")
    parser.add_argument("--check", action="store_true", help="write nothing; fail when a document is stale")
    options = parser.parse_args(arguments)
    stale = _stale(options.folder)
    if options.check:
        for name in stale:
            print(f"{options.folder / name} is stale: run python -m tocsin.schemas {options.folder}", file=sys.stderr)
        return 1 if stale else 0
    for name in stale:
        _write(options.folder / name, documents().get(name))
    return 0


def _write(path: Path, text: str | None) -> None:
    if text is None:
        path.unlink()
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main())
