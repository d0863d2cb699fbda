"""A process that copies events to an output, for tests to kill: ``python -m tests.kafka.consumer SERVERS PREFIX``."""

import asyncio
import sys

from tests.contract.log_contract import EVENTS, OUTPUTS, TOPICS, a_draft
from tests.kafka.store import LEASE, SESSION
from tocsin.log.base import FencedError
from tocsin.log.kafka_log import KafkaLog


async def main(servers: str, prefix: str) -> None:
    """Copy until killed, telling of each step on a line; start over when the partitions went to others."""
    log = await KafkaLog.open(servers, topics=TOPICS, prefix=prefix, lease=LEASE, session=SESSION, limit=10)
    while True:
        try:
            await _copy(log)
        except FencedError:
            print("fenced", flush=True)


async def _copy(log: KafkaLog) -> None:
    async with log.subscribe("copy", [EVENTS]) as member:
        print("joined", flush=True)
        while True:
            batch = await member.fetch(10, 0.2)
            if batch is None:
                print("idle" if member.assigned() else "waiting", flush=True)
                continue
            outputs = [a_draft(f"out-{record.id}", topic=OUTPUTS, key=record.key) for record in batch.records]
            await member.commit(batch.topic, batch.partition, batch.next_position, outputs)
            print("committed", flush=True)


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:3]))
