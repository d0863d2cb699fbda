"""A process that copies every event to an output, for tests to kill: ``python -m tests.contract.consumer FILE``."""

import asyncio
import sys
from pathlib import Path

from tests.contract.log_contract import EVENTS, OUTPUTS, TOPICS, a_draft
from tocsin.log.sqlite import SqliteLog


async def main(path: Path) -> None:
    """Copy until killed, telling of each step on a line."""
    log = await SqliteLog.open(path, topics=TOPICS)
    async with log.subscribe("copy", [EVENTS]) as member:
        print("joined", flush=True)
        while True:
            batch = await member.fetch(10, 0.2)
            if batch is None:
                print("idle", flush=True)
                continue
            outputs = [a_draft(f"out-{record.id}", topic=OUTPUTS, key=record.key) for record in batch.records]
            await member.commit(batch.topic, batch.partition, batch.next_position, outputs)
            print("committed", flush=True)


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1])))
