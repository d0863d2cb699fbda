"""Consume, process, produce on Kafka: our transactions against plain aiokafka, which promises less.

    python -m bench.kafka [--records 12000] [--batch 500]

Both read the same articles from six partitions of one broker, make one record of the same size of each, and note how
far they came. The reference is a consumer and a producer as aiokafka's manual shows them, with acks=all and batches as
large as ours: ``getmany``, ``send`` for each record, the batch's futures awaited, ``commit``; a crash in between does
the batch again. Ours is what a worker does: ``Subscription.fetch`` and ``Subscription.commit``, outputs and position in
one transaction for each partition, records decoded and encoded. Both take turns, and the best of the rounds counts.
"""

import argparse
import asyncio
import time
from collections.abc import Sequence
from typing import Any

import msgspec
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer

from bench.log import articles
from tocsin.log.base import Draft
from tocsin.log.kafka_log import KafkaLog
from tocsin.topics import Topic
from tools.kafka.cluster import running

_GATHERED = 256 * 1024  # bytes of one partition sent together, as ours are
_ROUNDS = 5
_TARGET = 0.5
_PARTITIONS = 6
_IN, _OUT = "tocsin.articles", "tocsin.announcements"


async def ours(servers: str, prefix: str, count: int, batch: int) -> float:
    """Return records a second with transactions."""
    log = await KafkaLog.open(servers, topics=_topics(), prefix=prefix)
    done = 0
    async with log.subscribe("ours", [_IN]) as member:
        while len(member.assigned()) < _PARTITIONS:
            await member.fetch(1, 0)  # joins; at the worst one record is handed out and taken back
        for topic, partition in member.assigned():
            await member.rewind(topic, partition)
        started = time.perf_counter()
        while done < count:
            if got := await member.fetch(batch, 1):
                outputs = [_copied(record) for record in got.records]
                await member.commit(got.topic, got.partition, got.next_position, outputs)
                done += len(outputs)
        seconds = time.perf_counter() - started
    await log.aclose()
    return count / seconds


async def plain(servers: str, prefix: str, count: int, batch: int) -> float:
    """Return records a second without."""
    common: dict[str, Any] = {"bootstrap_servers": servers}
    consumer = AIOKafkaConsumer(
        prefix + _IN, group_id=f"{prefix}plain", enable_auto_commit=False, auto_offset_reset="earliest", **common
    )
    producer = AIOKafkaProducer(acks="all", max_batch_size=_GATHERED, **common)
    await consumer.start()
    await producer.start()
    await consumer.seek_to_beginning()
    done, started = 0, time.perf_counter()
    while done < count:
        for records in (await consumer.getmany(timeout_ms=1000, max_records=batch)).values():
            sent = [
                await producer.send(prefix + _OUT, record.value, record.key, headers=list(record.headers))
                for record in records
            ]
            await asyncio.gather(*sent)
            done += len(records)
        await consumer.commit()
    seconds = time.perf_counter() - started
    await consumer.stop()
    await producer.stop()
    return count / seconds


def _topics() -> Sequence[Topic]:
    return [Topic(name, _PARTITIONS, None) for name in (_IN, _OUT)]


def _copied(record: Any) -> Draft:
    fields = {name: getattr(record, name) for name in Draft.__struct_fields__}
    return Draft(**{**fields, "topic": _OUT})


async def _fill(servers: str, prefix: str, drafts: Sequence[Draft]) -> None:
    log = await KafkaLog.open(servers, topics=_topics(), prefix=prefix)
    for start in range(0, len(drafts), 1000):
        await log.append(drafts[start : start + 1000])
    await log.aclose()


async def _measure(servers: str, records: int, batch: int) -> None:
    drafts = [msgspec.structs.replace(draft, topic=_IN) for draft in articles(records)]
    rates: dict[str, list[float]] = {"plain": [], "ours": []}
    for number in range(_ROUNDS):
        prefix = f"r{number}-"
        await _fill(servers, prefix, drafts)
        rates["plain"].append(await plain(servers, prefix, records, batch))
        rates["ours"].append(await ours(servers, prefix, records, batch))
    size = sum(len(draft.value) for draft in drafts) // len(drafts)
    reference, mine = max(rates["plain"]), max(rates["ours"])
    verdict = "met" if mine / reference >= _TARGET else "MISSED"
    print(f"{records:,} articles of {size:,} bytes, {_PARTITIONS} partitions, at most {batch} a batch")
    print(
        f"consume-process-produce   with transactions {mine:>7,.0f}/s   plain aiokafka {reference:>7,.0f}/s"
        f"   ratio {mine / reference:.2f} (target {_TARGET}: {verdict})"
    )


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--records", type=int, default=12_000)
    parser.add_argument("--batch", type=int, default=500)
    options = parser.parse_args()
    with running(1) as cluster:
        asyncio.run(_measure(cluster.bootstrap, options.records, options.batch))


if __name__ == "__main__":
    main()
