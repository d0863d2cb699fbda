"""Nothing owed is lost, and nothing is sent twice but what is in doubt."""

from collections import Counter
from datetime import timedelta
from pathlib import Path

from alerts.channels.base import Delivered, Rejected, Retry
from alerts.outbox import Persistence
from alerts.sender import Limits
from tests.alerts.fakes import FakeChannel, WatchedClock, a_desk, a_desk_to_be_killed, deliveries
from tests.builders import NOON, a_queued_delivery, an_alert
from tocsin.clock import SystemClock
from tocsin.events import DeliveryAttempted, DeliveryFailed, DeliveryGivenUp, DeliveryMade, DeliveryQueued
from tocsin.log.sqlite import SqliteLog

LONG = timedelta(days=366)  # longer than deliveries are kept
MORNING = NOON + timedelta(hours=19)


def queued(name: str, destination: str = "desk", **overrides: object) -> DeliveryQueued:
    return a_queued_delivery(alert_id=name, destination=destination, alert=an_alert(alert_id=name), **overrides)


async def test_what_is_owed_is_sent_once_and_recorded(tmp_path: Path) -> None:
    desk_channel = FakeChannel()
    async with a_desk(tmp_path, {"desk": desk_channel}, WatchedClock(NOON)) as desk:
        await desk.queue(*(queued(f"a{n}") for n in range(20)))
        await desk.until(lambda: len(desk_channel.sent) == 20)
        await desk.settled()
        facts = await deliveries(desk.log)
    assert Counter(type(fact) for fact in facts) == {DeliveryQueued: 20, DeliveryAttempted: 20, DeliveryMade: 20}
    assert not any(sent.in_doubt for sent in desk_channel.sent)


async def test_one_destinations_outage_does_not_hold_up_the_others(tmp_path: Path) -> None:
    down, up = FakeChannel(hangs=True), FakeChannel()
    facts = [queued(f"a{n}", where) for n in range(5) for where in ("down", "up")]
    async with a_desk_to_be_killed(tmp_path, {"down": down, "up": up}, WatchedClock(NOON), *facts) as desk:
        await desk.until(lambda: len(up.sent) == 5)
    assert len(down.sent) == 1


async def test_a_server_down_for_an_hour_loses_nothing_and_sends_nothing_twice(tmp_path: Path) -> None:
    clock = WatchedClock(NOON)
    channel = FakeChannel(outcomes=[Retry("down")] * 10_000)
    async with a_desk(tmp_path, {"desk": channel}, clock, *(queued(f"a{n}") for n in range(5))) as desk:
        for _ in range(12):
            tries = len(channel.sent)
            clock.advance(300)
            await desk.turns()
            assert len(channel.sent) - tries <= 4  # an outage is probed, not hammered
        channel.outcomes.clear()
        recovered_from = len(channel.sent)
        while desk.sender.owed():
            clock.advance(60)
            await desk.turns()
        facts = await deliveries(desk.log)
    assert Counter(sent.alert_id for sent in channel.sent[recovered_from:]) == {f"a{n}": 1 for n in range(5)}
    assert sum(isinstance(fact, DeliveryMade) for fact in facts) == 5
    assert not any(isinstance(fact, DeliveryGivenUp) for fact in facts)


async def test_a_storm_of_429_is_waited_out_as_long_as_asked(tmp_path: Path) -> None:
    clock = WatchedClock(NOON)
    channel = FakeChannel(outcomes=[Retry("429", after=600)])
    async with a_desk(tmp_path, {"desk": channel}, clock, queued("a"), queued("b")) as desk:
        await desk.until(lambda: len(channel.sent) == 1)
        await desk.turns()
        clock.advance(599)
        await desk.turns()
        assert len(channel.sent) == 1
        clock.advance(2)
        await desk.settled()
    assert Counter(sent.alert_id for sent in channel.sent[1:]) == {"a": 1, "b": 1}


async def test_a_channels_gap_is_kept_between_two_messages(tmp_path: Path) -> None:
    clock, channel = WatchedClock(NOON), FakeChannel(gap=1.0)
    async with a_desk(tmp_path, {"desk": channel}, clock, *(queued(f"a{n}") for n in range(3))) as desk:
        for count in (1, 2, 3):
            await desk.until(lambda count=count: len(channel.sent) == count)  # type: ignore[misc]
            await desk.turns()
            assert len(channel.sent) == count
            clock.advance(1)
        await desk.settled()


async def test_killed_between_attempt_and_outcome_it_sends_again_under_the_same_key(tmp_path: Path) -> None:
    hanging, channel, clock = FakeChannel(hangs=True), FakeChannel(), WatchedClock(NOON)
    async with a_desk_to_be_killed(tmp_path, {"desk": hanging}, clock, queued("a"), queued("b")) as desk:
        await desk.until(lambda: len(hanging.sent) == 1)
    async with a_desk(tmp_path, {"desk": channel}, clock) as desk:
        await desk.until(lambda: len(channel.sent) == 2)
        await desk.settled()
    (doubtful,) = [sent for sent in channel.sent if sent.in_doubt]
    assert doubtful.key == hanging.sent[0].key
    assert Counter(sent.alert_id for sent in channel.sent) == {"a": 1, "b": 1}


async def test_restarted_any_number_of_times_it_sends_nothing_again(tmp_path: Path) -> None:
    clock, channel = WatchedClock(NOON), FakeChannel()
    for start in range(3):
        async with a_desk(tmp_path, {"desk": channel}, clock, queued(f"a{start}"), queued("a0")) as desk:
            await desk.until(lambda start=start: len(channel.sent) > start)  # type: ignore[misc]
            await desk.settled()
    assert Counter(sent.alert_id for sent in channel.sent) == {"a0": 1, "a1": 1, "a2": 1}


async def test_a_refusal_for_good_is_recorded_and_not_tried_again(tmp_path: Path) -> None:
    channel = FakeChannel(outcomes=[Rejected("no such user")])
    async with a_desk(tmp_path, {"desk": channel}, WatchedClock(NOON), queued("a")) as desk:
        await desk.until(lambda: len(channel.sent) == 1)
        await desk.settled()
        (given_up,) = [fact for fact in await deliveries(desk.log) if isinstance(fact, DeliveryGivenUp)]
    assert given_up.reason == "no such user"


async def test_patience_that_ends_is_recorded(tmp_path: Path) -> None:
    clock, channel = WatchedClock(NOON), FakeChannel(outcomes=[Retry("down")] * 3)
    limits = Limits(Persistence(attempts=3), idle=0.02, busy=0.01)
    async with a_desk(tmp_path, {"desk": channel}, clock, queued("a"), limits=limits) as desk:
        await desk.until(lambda: len(channel.sent) == 1)
        while desk.sender.owed():
            clock.advance(300)
            await desk.turns()
        facts = await deliveries(desk.log)
    assert Counter(type(fact) for fact in facts)[DeliveryFailed] == 2
    assert [fact.reason for fact in facts if isinstance(fact, DeliveryGivenUp)] == ["tried 3 times, at last: down"]


async def test_a_channel_that_never_answers_is_cut_off_and_in_doubt(tmp_path: Path) -> None:
    channel, limits = FakeChannel(hangs=True), Limits(send=0.05, idle=0.02, busy=0.01)
    async with a_desk(tmp_path, {"desk": channel}, WatchedClock(NOON), queued("a"), limits=limits) as desk:
        await desk.until(lambda: len(channel.sent) == 1)
        while not (failed := [f for f in await deliveries(desk.log) if isinstance(f, DeliveryFailed)]):
            await desk.turns()
        desk.clock.advance(10)
        await desk.until(lambda: len(channel.sent) == 2)
    assert failed[0].is_in_doubt
    assert channel.sent[1].in_doubt


async def test_an_update_follows_its_head_into_the_thread(tmp_path: Path) -> None:
    clock, channel = WatchedClock(NOON), FakeChannel(outcomes=[Retry("down"), Delivered("r", "t-head")])
    facts = [queued("head"), queued("update", parent="head")]
    async with a_desk(tmp_path, {"desk": channel}, clock, *facts) as desk:
        await desk.until(lambda: len(channel.sent) == 1)
        await desk.turns()
        clock.advance(10)
        await desk.until(lambda: len(channel.sent) == 3)
        await desk.settled()
    assert [(sent.alert_id, sent.thread) for sent in channel.sent] == [
        ("head", None),
        ("head", None),
        ("update", "t-head"),
    ]


async def test_quiet_hours_end_in_one_digest(tmp_path: Path) -> None:
    clock, channel = WatchedClock(NOON), FakeChannel()
    night = [queued(f"a{n}", due=MORNING, is_digest=True) for n in range(4)]
    async with a_desk(tmp_path, {"desk": channel}, clock, *night) as desk:
        await desk.settled(owed=4)
        clock.move_to(MORNING)
        await desk.settled()
        facts = await deliveries(desk.log)
    (digest,) = channel.sent
    assert {part.alert_id for part in digest.message.parts} == {"a0", "a1", "a2", "a3"}
    assert sum(isinstance(fact, DeliveryMade) for fact in facts) == 4


async def test_a_destination_that_is_not_configured_keeps_its_alerts_until_patience_ends(tmp_path: Path) -> None:
    clock = WatchedClock(NOON)
    async with a_desk(tmp_path, {}, clock, queued("a", "gone")) as desk:
        await desk.settled(owed=1)
        clock.advance(23 * 3600)
        await desk.turns()
        assert desk.sender.owed() == 1
        clock.advance(2 * 3600)
        await desk.settled()
        reasons = [fact.reason for fact in await deliveries(desk.log) if isinstance(fact, DeliveryGivenUp)]
    assert reasons == ["no destination is named 'gone'"]


async def test_two_senders_share_the_work_and_send_nothing_twice(tmp_path: Path) -> None:
    clock, one, other = WatchedClock(NOON), FakeChannel(), FakeChannel()
    facts = [queued(f"a{n}") for n in range(30)]
    async with (
        a_desk(tmp_path, {"desk": one}, clock) as first,
        a_desk(tmp_path, {"desk": other}, clock, *facts) as second,
    ):
        await first.until(lambda: len(one.sent) + len(other.sent) >= 30)
        await first.turns()
        assert first.sender.owed() + second.sender.owed() == 0
    sent = Counter(sent.alert_id for sent in (*one.sent, *other.sent))
    assert sent == {f"a{n}": 1 for n in range(30)}


async def test_what_fell_out_of_retention_is_not_sent_again_though_no_snapshot_tells_of_it(tmp_path: Path) -> None:
    clock, channel = WatchedClock(NOON), FakeChannel()
    async with a_desk_to_be_killed(tmp_path, {"desk": channel}, clock, queued("a")) as desk:
        await desk.until(lambda: len(channel.sent) == 1)
        await desk.settled()
        await desk.turns()
    log = await SqliteLog.open(tmp_path / "log.db")
    await log.maintain(SystemClock().now() + LONG)
    await log.aclose()
    clock.advance(LONG.total_seconds())
    new = queued("b", at=clock.now(), due=clock.now())
    async with a_desk(tmp_path, {"desk": channel}, clock, queued("a"), new) as desk:
        await desk.until(lambda: len(channel.sent) == 2)
        while not (given_up := [f for f in await deliveries(desk.log) if isinstance(f, DeliveryGivenUp)]):
            await desk.turns()
    assert Counter(sent.alert_id for sent in channel.sent) == {"a": 1, "b": 1}
    assert [fact.alert_id for fact in given_up] == ["a"]


async def test_a_quiet_outbox_takes_a_snapshot_within_the_hour_so_that_retention_never_overtakes_it(
    tmp_path: Path,
) -> None:
    clock, channel = WatchedClock(NOON), FakeChannel()
    async with a_desk_to_be_killed(tmp_path, {"desk": channel}, clock, queued("a")) as desk:
        await desk.until(lambda: len(channel.sent) == 1)
        await desk.settled()
        clock.advance(3601)
        await desk.turns()
        clock.advance(LONG.total_seconds())
        await desk.log.maintain(SystemClock().now() + LONG)
    async with a_desk(tmp_path, {"desk": channel}, clock, queued("a"), queued("b")) as desk:
        await desk.until(lambda: len(channel.sent) == 2)
        await desk.settled()
    assert Counter(sent.alert_id for sent in channel.sent) == {"a": 1, "b": 1}


async def test_a_snapshot_saves_the_outbox_from_reading_everything_again(tmp_path: Path) -> None:
    clock, channel = WatchedClock(NOON), FakeChannel(outcomes=[Retry("down")] * 2)
    async with a_desk(tmp_path, {"desk": channel}, clock, queued("a"), queued("b")) as desk:
        await desk.until(lambda: len(channel.sent) == 1)
    async with a_desk(tmp_path, {"desk": channel}, clock) as desk:
        newest = [await desk.log.latest("tocsin.snapshots", f"outbox/tocsin.deliveries/{n}") for n in range(6)]
        await desk.until(lambda: desk.sender.owed() == 2)
    assert any(newest)
