"""aiokafka as the log needs it: typed, limited in time, and with the log's own errors.

``Writer`` is one transactional producer, ``Reader`` gives records and positions of chosen partitions. Their neighbours
``kafka_membership`` and ``kafka_admin`` adapt the rest of aiokafka; nothing else imports it.
"""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable, Collection, Iterator, Mapping, Sequence
from typing import Any, NamedTuple, Self

import msgspec
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition
from aiokafka import errors as kafka_errors
from aiokafka.partitioner import murmur2

from tocsin.log.base import FencedError, LogUnavailableError, TruncatedError
from tocsin.log.kafka_security import Security

LARGEST = 8 * 1024 * 1024  # bytes of one record, that is of the longest articles
LARGEST_STATE = 64 * 1024 * 1024  # bytes of one record of a compacted topic, that is of a stage's state
_AHEAD = 1024 * 1024  # bytes of one partition read ahead of whoever takes them; no more is asked for until they are
_BATCH = 256 * 1024  # bytes gathered for one partition before they are sent
_PUT_OFF = 5  # milliseconds until a transaction tries again to begin, while the brokers still mark the last one
_STABLE, _SOON = 1.0, 0.002  # seconds: how long to wait for commits to be marked, and between looks
_STEP = 0.05  # seconds to wait for records before looking whether the position moved
_CUT = 0.2  # seconds between attempts to end a task
_GOODBYE = 5.0  # seconds for a client to close in good order

_FENCES = (
    kafka_errors.ProducerFenced,
    kafka_errors.InvalidProducerEpoch,
    kafka_errors.OutOfOrderSequenceNumber,
    kafka_errors.InvalidProducerIdMapping,
    kafka_errors.InvalidTxnState,
)


class ProducerFencedError(FencedError):
    """A newer producer of the same id is open. A class of its own, so that it is counted apart from lost leases."""


class Place(NamedTuple):
    """A partition as the brokers know it: ``topic`` is the name on the wire."""

    topic: str
    partition: int


class Message(msgspec.Struct, frozen=True):
    """A record on the wire. ``offset`` is -1 before it has one; ``timestamp`` is in milliseconds since 1970."""

    place: Place
    key: bytes
    value: bytes
    timestamp: int
    headers: Sequence[tuple[str, bytes]]
    offset: int = -1


class Consumed(msgspec.Struct, frozen=True):
    """A group's new position, to be written in one transaction with the outputs."""

    group: str
    place: Place
    position: int


class Connection(msgspec.Struct, frozen=True, kw_only=True):
    """How to reach the brokers. ``limit`` is how many seconds any one call may take."""

    servers: str
    limit: float
    security: Security = Security()

    @property
    def common(self) -> dict[str, Any]:
        """Return what every client is made with."""
        return {
            "bootstrap_servers": self.servers,
            "client_id": "tocsin",
            "request_timeout_ms": int(self.limit * 1000),
            **self.security.options,
        }


def _by_place(messages: Sequence[Message]) -> dict[Place, list[Message]]:
    found: dict[Place, list[Message]] = {}
    for message in messages:
        found.setdefault(message.place, []).append(message)
    return found


def partition_of(key: bytes, partitions: int) -> int:
    """Return a key's partition, as Kafka's own clients choose it."""
    return int(murmur2(key) & 0x7FFFFFFF) % partitions


@contextlib.contextmanager
def our_errors(doing: str) -> Iterator[None]:
    """Turn the client's errors, and a time limit that ran out, into the log's."""
    try:
        yield
    except _FENCES as error:
        raise ProducerFencedError(f"{doing}: another process does so now; nothing was written") from error
    except kafka_errors.OffsetOutOfRangeError as error:
        raise TruncatedError(f"{doing}: the brokers no longer have this position: {error}") from error
    except (kafka_errors.IllegalOperation, AssertionError) as error:
        # Between two calls of a transaction the client's background task learned that it was over: that we were
        # fenced while we slept, mostly. The calls after it only find their state not as it should be.
        raise ProducerFencedError(f"{doing}: the transaction was ended meanwhile; nothing was written") from error
    except (kafka_errors.KafkaError, OSError, TimeoutError) as error:
        raise LogUnavailableError(f"{doing}: {type(error).__name__}: {error}") from error
    except asyncio.CancelledError as error:
        # The client cancels what waits for a connection that it closes: where nobody cancelled us, it is trouble of
        # the brokers' like any other, and as a cancellation it would end the caller's task without a word.
        task = asyncio.current_task()
        if task is None or task.cancelling():
            raise
        raise LogUnavailableError(f"{doing}: the client gave the call up") from error


async def until(is_so: Callable[[], Awaitable[bool]], every: float) -> None:
    """Ask again and again: what is awaited happens in the brokers, and they tell nobody. The caller sets the limit."""
    while not await is_so():  # noqa: ASYNC110
        await asyncio.sleep(every)


class Writer:
    """A transactional producer. Opening one ends every older one of its id: their transactions are over or undone."""

    def __init__(self, connection: Connection, id_: str, producer: Any) -> None:
        """Use ``Writer.open``."""
        self._connection = connection
        self._id = id_
        self._producer = producer
        self._is_broken = False

    @classmethod
    async def open(cls, connection: Connection, id_: str) -> Self:
        """Start a producer; what older ones of this id have not committed by now never will be."""
        producer = AIOKafkaProducer(
            **connection.common,
            acks="all",
            enable_idempotence=True,
            transactional_id=id_,
            transaction_timeout_ms=int(connection.limit * 1000),
            max_batch_size=_BATCH,
            max_request_size=LARGEST_STATE,
            retry_backoff_ms=_PUT_OFF,
        )
        writer = cls(connection, id_, producer)
        try:
            with our_errors(f"opening the producer {id_}"):
                async with asyncio.timeout(connection.limit):
                    await producer.start()
        except BaseException:
            writer._is_broken = True
            await writer.aclose()
            raise
        return writer

    async def transact(self, messages: Sequence[Message], consumed: Consumed | None = None) -> dict[Place, int]:
        """Write messages and a position in one transaction; return the last offset written in each partition.

        After any error the writer is of no more use: whether the transaction was committed is known only to who
        opens the next writer of its id. Raises FencedError when there is one already.
        """
        if self._is_broken:
            raise FencedError(f"the producer {self._id} failed before: what it had in hand is void")
        self._is_broken = True  # until all went well; a cancelled call leaves it so
        with our_errors(f"writing by {self._id}"):
            async with asyncio.timeout(self._connection.limit):
                ends = await self._transact(messages, consumed)
        self._is_broken = False
        return ends

    async def _transact(self, messages: Sequence[Message], consumed: Consumed | None) -> dict[Place, int]:
        producer = self._producer
        await producer.begin_transaction()
        batches = [(place, batch) for place, some in _by_place(messages).items() for batch in self._batches(some)]
        sent = [await producer.send_batch(batch, place.topic, partition=place.partition) for place, batch in batches]
        written = await asyncio.gather(*sent)
        if consumed is not None:  # not meanwhile: the brokers put off messages that meet it on its way (KIP-890)
            offsets = {TopicPartition(*consumed.place): consumed.position}
            await producer.send_offsets_to_transaction(offsets, consumed.group)
        await producer.commit_transaction()
        return {
            place: one.offset + batch.record_count() - 1 for (place, batch), one in zip(batches, written, strict=True)
        }

    def _batches(self, messages: Sequence[Message]) -> Iterator[Any]:
        """Yield the messages of one partition as batches of the client's: to await each message costs far more.

        A batch that is full says so by taking no more; one that is empty takes a message of any size.
        """
        batch = self._producer.create_batch()
        for message in messages:
            fields = {"key": message.key, "value": message.value, "headers": list(message.headers)}
            if batch.append(timestamp=message.timestamp, **fields) is None:
                yield batch
                batch = self._producer.create_batch()
                batch.append(timestamp=message.timestamp, **fields)
        yield batch

    async def aclose(self) -> None:
        """Stop. A broken producer is not waited for: it may hang on what it could not send (aiokafka #1101)."""
        if self._is_broken:
            await _abandon(self._producer)
            return
        self._is_broken = True
        try:
            with our_errors("stopping"):
                async with asyncio.timeout(_GOODBYE):
                    await self._producer.stop()
        except (FencedError, LogUnavailableError):
            await _abandon(self._producer)


async def _abandon(producer: Any) -> None:
    """End a producer's task and connections without flushing; ``stop`` would wait for what cannot be sent."""
    producer._closed = True
    task = producer._sender.sender_task
    await cut_off(producer.client)  # first: it fails the requests that the task would wait for
    while task is not None and not task.done():
        task.cancel()  # again, where it waits for a request that it repeats for ever
        await asyncio.wait([task], timeout=_CUT)


class Reader:
    """Reads given partitions from given positions, committed records only."""

    def __init__(self, connection: Connection, consumer: Any) -> None:
        """Use ``Reader.open``."""
        self._limit = connection.limit
        self._consumer = consumer
        self._expected: dict[Place, int] = {}  # committed, and perhaps not to be read yet

    @classmethod
    async def open(cls, connection: Connection, *, poll: float) -> Self:
        """Connect. ``poll`` is how many seconds the brokers may hold back an answer while nothing comes.

        A question that was given up still keeps its connection for so long: who changes partitions often asks shortly.
        """
        consumer = AIOKafkaConsumer(
            **connection.common,
            isolation_level="read_committed",
            auto_offset_reset="none",
            enable_auto_commit=False,
            fetch_max_wait_ms=int(poll * 1000),
            max_partition_fetch_bytes=_AHEAD,
        )
        reader = cls(connection, consumer)
        try:
            with our_errors("connecting to read"):
                async with asyncio.timeout(connection.limit):
                    await consumer.start()
        except BaseException:
            await reader.aclose()
            raise
        return reader

    def assign(self, positions: Mapping[Place, int]) -> None:
        """Read these partitions from now on, and no others."""
        self._consumer.assign([TopicPartition(*place) for place in positions])
        for place, position in positions.items():
            self.seek(place, position)

    def seek(self, place: Place, position: int) -> None:
        """Go on reading a partition at a position."""
        self._consumer.seek(TopicPartition(*place), position)

    async def take(self, place: Place, limit: int) -> list[Message]:
        """Return what has come of one partition, without waiting."""
        found = await self._get((place,), 0, limit)
        return found.get(place, [])

    async def wait(self, seconds: float, limit: int) -> dict[Place, list[Message]]:
        """Return, at most ``seconds`` later, what came of any partition; at most ``limit`` messages together."""
        return await self._get((), seconds, limit)

    async def _get(self, places: Collection[Place], seconds: float, limit: int) -> dict[Place, list[Message]]:
        chosen = [TopicPartition(*place) for place in places]
        with our_errors("reading"):
            async with asyncio.timeout(seconds + self._limit):
                found = await self._consumer.getmany(*chosen, timeout_ms=int(seconds * 1000), max_records=limit)
        return {Place(*place): [_message(record) for record in records] for place, records in found.items()}

    async def until(self, place: Place, end: int, page: int) -> AsyncIterator[Message]:
        """Yield what the only assigned partition has before an offset, which its brokers must have reached."""
        position, since = await self.position(place), _now()
        while position < end:
            # In short steps, for a gap moves the position without giving a message.
            for message in (await self.wait(_STEP, page)).get(place, []):
                if message.offset < end:
                    yield message
            before, position = position, await self.position(place)
            if position > before:
                since = _now()
            elif _now() > since + self._limit:
                raise LogUnavailableError(f"reading {place}: the brokers gave nothing for {self._limit} s")

    async def position(self, place: Place) -> int:
        """Return where reading a partition goes on: after what was returned, and after gaps behind it."""
        with our_errors(f"reading {place}"):
            async with asyncio.timeout(self._limit):
                return int(await self._consumer.position(TopicPartition(*place)))

    async def starts(self, places: Collection[Place]) -> dict[Place, int]:
        """Return the oldest position that each partition still has."""
        return await self._offsets(self._consumer.beginning_offsets, places)

    async def ends(self, places: Collection[Place]) -> dict[Place, int]:
        """Return each partition's last stable offset: every record before it is committed or undone.

        What ``expect`` was told of lies before it.
        """
        await self.until_stable({place: self._expected.pop(place) for place in places if place in self._expected})
        return await self._ends(places)

    def expect(self, written: Mapping[Place, int]) -> None:
        """Note offsets just committed, for ``ends`` to wait for if anybody asks: most often nobody does so soon."""
        self._expected.update(written)

    async def _ends(self, places: Collection[Place]) -> dict[Place, int]:
        return await self._offsets(self._consumer.end_offsets, places)

    async def until_stable(self, written: Mapping[Place, int], seconds: float = _STABLE) -> None:
        """Return once offsets just committed can be read, which takes the brokers a moment (they mark each partition).

        Gives up after a while: another producer's open transaction may stand before them, and durable they are.
        """
        with contextlib.suppress(TimeoutError, LogUnavailableError):
            async with asyncio.timeout(seconds):
                await until(lambda: self._are_stable(written), every=_SOON)

    async def _are_stable(self, written: Mapping[Place, int]) -> bool:
        ends = await self._ends(list(written)) if written else {}
        return all(written[place] < end for place, end in ends.items())

    async def _offsets(self, ask: Any, places: Collection[Place]) -> dict[Place, int]:
        with our_errors("asking for positions"):
            async with asyncio.timeout(self._limit):
                found = await ask([TopicPartition(*place) for place in places])
        return {Place(*place): int(offset) for place, offset in found.items()}

    async def aclose(self) -> None:
        """Disconnect."""
        await stop(self._consumer)


def _message(record: Any) -> Message:
    place = Place(record.topic, record.partition)
    key, value = record.key or b"", record.value or b""
    return Message(place, key, value, record.timestamp, record.headers, record.offset)


async def stop(consumer: Any) -> None:
    """Stop a consumer, of whichever kind; one that waits for an answer that does not come is cut off."""
    try:
        with our_errors("stopping"):
            async with asyncio.timeout(_GOODBYE):
                await consumer.stop()
    except (FencedError, LogUnavailableError):
        if consumer._fetcher is not None:
            await cut_off(consumer._fetcher)
        await cut_off(consumer._client)


async def cut_off(part: Any) -> None:
    """Close a part of a client, in whatever state it is: it may give up its own tasks, and ours with them."""
    with contextlib.suppress(FencedError, LogUnavailableError), our_errors("closing"):
        async with asyncio.timeout(_GOODBYE):
            await part.close()


def _now() -> float:
    return asyncio.get_running_loop().time()
