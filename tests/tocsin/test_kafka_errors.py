"""What Kafka's client does in trouble becomes one of the log's own errors; a cancellation of ours stays one."""

import asyncio
from collections.abc import Awaitable

import pytest
from aiokafka import errors as kafka_errors

from tocsin.log.base import FencedError, LogUnavailableError, TruncatedError
from tocsin.log.kafka import our_errors


@pytest.mark.parametrize(
    ("theirs", "ours"),
    [
        (kafka_errors.ProducerFenced(), FencedError),
        (kafka_errors.IllegalOperation("Can't send messages while not in transaction"), FencedError),
        (AssertionError("Invalid state transition"), FencedError),
        (kafka_errors.OffsetOutOfRangeError(), TruncatedError),
        (kafka_errors.KafkaConnectionError(), LogUnavailableError),
        (TimeoutError(), LogUnavailableError),
        (ConnectionResetError(), LogUnavailableError),
    ],
)
def test_their_errors_become_ours(theirs: Exception, ours: type[Exception]) -> None:
    with pytest.raises(ours, match=r"^reading: "), our_errors("reading"):
        raise theirs


async def test_what_the_client_gave_up_is_trouble_and_ends_no_task_without_a_word() -> None:
    with pytest.raises(LogUnavailableError, match="the client gave the call up"):
        await _reading(_given_up())


async def test_a_task_that_is_cancelled_stays_so() -> None:
    task = asyncio.create_task(_reading(asyncio.get_running_loop().create_future()))
    await asyncio.sleep(0)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task


async def test_a_time_limit_of_the_callers_ends_the_call_as_one() -> None:
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.001):
            await _reading(asyncio.get_running_loop().create_future())


async def _reading(answer: Awaitable[None]) -> None:
    with our_errors("reading"):
        await answer


def _given_up() -> "asyncio.Future[None]":
    answer: asyncio.Future[None] = asyncio.get_running_loop().create_future()
    answer.cancel()
    return answer
