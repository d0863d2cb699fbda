"""The generated documents are up to date, and every fact that can be made fits its schema."""

import json
import re
from pathlib import Path
from typing import Any

import jsonschema
import msgspec
import pytest

from tests.builders import BUILDERS, a_dead_letter
from tests.tocsin.golden import rich
from tocsin import codec, schemas
from tocsin.events import FACTS, Fact
from tocsin.topics import TOPICS

DOCS = Path(__file__).resolve().parents[2] / "docs"
EVERY_FACT = pytest.mark.parametrize("fact", FACTS, ids=lambda fact: fact.wire)


def validate(value: bytes, fact: type[Fact]) -> None:
    """Raise when a value does not fit its fact's schema, formats included."""
    checker = jsonschema.Draft7Validator.FORMAT_CHECKER
    jsonschema.Draft7Validator(schemas.schema(fact), format_checker=checker).validate(json.loads(value))


def test_the_documents_are_up_to_date() -> None:
    assert schemas.main([str(DOCS), "--check"]) == 0, "run: python -m tocsin.schemas docs"


@EVERY_FACT
def test_a_schema_is_a_schema(fact: type[Fact]) -> None:
    jsonschema.Draft7Validator.check_schema(schemas.schema(fact))


@EVERY_FACT
def test_what_a_constructor_makes_fits_its_schema(fact: type[Fact]) -> None:
    validate(codec.draft(BUILDERS[fact]()).value, fact)
    validate(codec.draft(rich(fact)).value, fact)


@EVERY_FACT
def test_a_value_without_a_required_field_fits_no_schema(fact: type[Fact]) -> None:
    value = json.loads(codec.draft(BUILDERS[fact]()).value)
    del value["at"]
    with pytest.raises(jsonschema.ValidationError):
        validate(json.dumps(value).encode(), fact)


def test_every_reference_of_the_asyncapi_document_leads_somewhere() -> None:
    document = schemas.asyncapi()
    for reference in references(document):
        file, _, pointer = reference.partition("#")
        if file:
            assert (DOCS / file).is_file(), reference
        else:
            resolve(document, pointer)


def test_every_topic_is_a_channel_and_every_fact_a_message_of_its_topic() -> None:
    document = schemas.asyncapi()
    assert set(document["channels"]) == {topic.name for topic in TOPICS}
    for fact in FACTS:
        assert fact.wire in document["channels"][fact.topic]["messages"]


def test_the_headers_described_are_the_headers_written() -> None:
    written = {name for name, _ in codec.headers(codec.draft(BUILDERS[FACTS[0]]()))}
    assert set(schemas.HEADERS) == written
    written = {name for name, _ in codec.headers(codec.draft(a_dead_letter()))}
    assert {*schemas.HEADERS, *schemas.ORIGIN_HEADERS} == written


def test_the_page_explains_every_fact_field_act_and_relation() -> None:
    page = schemas.documents()["events.md"]
    for fact in FACTS:
        section = page.partition(f"### {fact.wire}\n")[2].partition("\n### ")[0]
        assert all(f"| `{field.name}` |" in section for field in msgspec.structs.fields(fact))
    for word in (*ACTS, *KINDS):
        assert re.search(rf"\b{word}\b", page)


def test_stale_missing_and_left_over_documents_are_found(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert schemas.main([str(tmp_path)]) == 0
    (tmp_path / "events.md").write_text("edited")
    (tmp_path / "asyncapi.json").unlink()
    (tmp_path / "schemas" / "old.thing.v1.json").touch()
    assert schemas.main([str(tmp_path), "--check"]) == 1
    stale = capsys.readouterr().err
    assert all(name in stale for name in ("events.md", "asyncapi.json", "old.thing.v1.json"))
    assert schemas.main([str(tmp_path)]) == 0
    assert schemas.main([str(tmp_path), "--check"]) == 0


ACTS = ["urged", "proposed", "declared", "agreed", "in_force", "extended", "amended", "rejected", "violated", "ended"]
KINDS = ["replaces", "extends", "amends", "ends", "renews", "rejects", "denies", "violates", "conflicts"]


def references(node: Any) -> list[str]:
    """Return every ``$ref`` in a document."""
    if isinstance(node, dict):
        own = [node["$ref"]] if "$ref" in node else []
        return own + [found for part in node.values() for found in references(part)]
    return [found for part in node for found in references(part)] if isinstance(node, list) else []


def resolve(document: Any, pointer: str) -> Any:
    """Return what a JSON pointer points to; KeyError when nothing is there."""
    for part in pointer.strip("/").split("/"):
        document = document[part]
    return document
