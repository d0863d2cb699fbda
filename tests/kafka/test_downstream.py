"""What others can build on: every record is a CloudEvent and fits its published schema, read by clients not ours."""

import asyncio
import json
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urlsplit
from uuid import uuid4

import jsonschema
import pytest
from aiokafka import AIOKafkaProducer

from tests.builders import BUILDERS, a_passed_deadline, a_withdrawn_alert, an_alert
from tests.kafka.other_clients import DOCS, Seen, printed_by_example, seen_by_console, seen_by_kcat
from tests.tocsin.golden import rich
from tocsin import codec
from tocsin.events import FACTS, Fact
from tocsin.log.base import Draft
from tocsin.log.kafka_log import KafkaLog
from tocsin.log.kafka_names import Names
from tocsin.topics import TOPICS
from tools.kafka.cluster import Cluster

pytestmark = pytest.mark.kafka

_CHECKER = jsonschema.Draft7Validator.FORMAT_CHECKER
_TAKEN_BACK = "taken back"


class Published(NamedTuple):
    """Topics that hold every fact, and others before them that were taken back."""

    servers: str
    names: Names
    drafts: Sequence[Draft]

    async def append(self, *facts: Fact) -> None:
        """Write more facts, as a stage does."""
        log = await KafkaLog.open(self.servers, prefix=self.names.prefix, limit=10)
        await log.append([codec.draft(fact) for fact in facts])
        await log.aclose()

    def of(self, topic: str) -> list[Draft]:
        """Return what one topic holds."""
        return [draft for draft in self.drafts if draft.topic == topic]


@pytest.fixture
async def published(cluster: Cluster) -> Published:
    """Write every fact as the stages do: plain, and with its optional fields."""
    names = Names(TOPICS, f"downstream-{uuid4().hex[:8]}-")
    facts = [fact for kind in FACTS for fact in (BUILDERS[kind](), rich(kind))]
    published = Published(cluster.bootstrap, names, [codec.draft(fact) for fact in facts])
    await published.append()  # makes the topics
    await _take_back(published)
    await published.append(*facts)
    return published


async def _take_back(published: Published) -> None:
    """Write each record under another id to the place where it will be, and abort the transaction."""
    names = published.names
    async with AIOKafkaProducer(bootstrap_servers=published.servers, transactional_id=names.wire("undone")) as producer:
        await producer.begin_transaction()
        for draft in published.drafts:
            place = names.home(draft.topic, draft.key)
            headers = [("ce_id", _TAKEN_BACK.encode()), ("ce_type", draft.type.encode())]
            await producer.send(place.topic, draft.value, draft.key.encode(), place.partition, headers=headers)
        await producer.flush()
        await producer.abort_transaction()


async def test_kafkas_console_consumer_reads_every_fact_as_promised_and_nothing_that_was_taken_back(
    published: Published,
) -> None:
    topics = re.escape(published.names.prefix) + ".*"
    seen = await seen_by_console(published.servers, topics, len(published.drafts))
    _hold_to_the_contract(seen, published.drafts)


async def test_kcat_reads_every_fact_as_promised_and_nothing_that_was_taken_back(published: Published) -> None:
    readings = [seen_by_kcat(published.servers, published.names.wire(topic.name)) for topic in TOPICS]
    for topic, seen in zip(TOPICS, await asyncio.gather(*readings), strict=True):
        _hold_to_the_contract(seen, published.of(topic.name))


async def test_only_who_asks_for_uncommitted_records_sees_what_was_taken_back(published: Published) -> None:
    topic = published.names.wire("tocsin.alerts")
    seen = await seen_by_kcat(published.servers, topic, "-X", "isolation.level=read_uncommitted")
    taken_back = [one for one in seen if one.headers["ce_id"] == _TAKEN_BACK]
    assert len(taken_back) == len(seen) - len(taken_back) == len(published.of("tocsin.alerts"))


async def test_the_documented_example_prints_each_alert_once_whatever_is_repeated_and_however_it_ends(
    published: Published, tmp_path: Path
) -> None:
    topic, known = published.names.wire("tocsin.alerts"), len({draft.id for draft in published.of("tocsin.alerts")})
    first = await printed_by_example(published.servers, topic, tmp_path, known)
    assert sorted(line.partition(" ")[2] for line in first) == sorted(
        [an_alert().headline, a_withdrawn_alert().headline, a_passed_deadline().headline]
    )
    news = an_alert(alert_id="alert2", headline="Rebels agree to the pause after all")
    await published.append(an_alert(), news)
    second = await printed_by_example(published.servers, topic, tmp_path, known + 1)
    assert [line.partition(" ")[2] for line in second] == [news.headline]


def _hold_to_the_contract(seen: Sequence[Seen], drafts: Sequence[Draft]) -> None:
    """Check that exactly these came, whole; and hold each to CloudEvents and to its published schema."""
    expected = sorted((draft.id, draft.key, draft.value) for draft in drafts)
    assert sorted((one.headers["ce_id"], one.key, one.value) for one in seen) == expected
    for one in seen:
        _hold_to_binary_mode(one.headers)
        schema = json.loads((DOCS / "schemas" / f"{one.headers['ce_type']}.json").read_text(encoding="utf-8"))
        jsonschema.Draft7Validator(schema, format_checker=_CHECKER).validate(json.loads(one.value))


def _hold_to_binary_mode(headers: Mapping[str, str]) -> None:
    """CloudEvents 1.0 sections 3.1 and 3.2, and its Kafka protocol binding, section 3.2."""
    attributes = {name.removeprefix("ce_"): text for name, text in headers.items() if name.startswith("ce_")}
    assert headers.keys() - {f"ce_{name}" for name in attributes} == {"content-type"}
    assert headers["content-type"] == "application/json"
    assert attributes.keys() >= {"id", "source", "specversion", "type"}
    assert attributes["specversion"] == "1.0"
    assert all(re.fullmatch("[a-z0-9]{1,20}", name) and text for name, text in attributes.items())
    assert urlsplit(attributes["source"]).path
    _CHECKER.check(attributes["time"], "date-time")
