"""Announcements a second through relate, and the size of its state, against plain JSON: ``python -m bench.relate``.

The reference is decoding and encoding the same facts: what the worker does with each record in any case.
"""

import time
from datetime import UTC, datetime, timedelta

import msgspec

from processors.relate.stage import RelateCore
from tocsin.events import AnnouncementDetected
from tocsin.vocabulary import Act, Announcement, ArticleRef, Family, Place

_COUNT = 10_000
_TARGET, _STATE_TARGET = 2_000, 1.0  # announcements a second; seconds to encode the state
_FAMILIES: tuple[Family, ...] = ("ceasefire", "siege", "ultimatum")
_ACTS: tuple[Act, ...] = ("declared", "in_force", "violated", "rejected", "ended", "agreed", "amended")
_START = datetime(2020, 1, 1, tzinfo=UTC)


def main() -> None:
    """Print announcements a second with one theatre's many storylines, and what its state costs."""
    facts = [a_detected(i) for i in range(_COUNT)]
    core = RelateCore.load()
    start = time.perf_counter()
    state = core.initial()
    for fact in facts:
        state, _ = core.decide(state, fact, fact.at)
    rate = _COUNT / (time.perf_counter() - start)
    plain = _json_rate(facts)
    start = time.perf_counter()
    encoded = msgspec.json.encode(state)
    took = time.perf_counter() - start
    lines = sum(len(found) for found in state.theatres.values())
    print(f"relate: {rate:,.0f} announcements/s (target {_TARGET:,}), JSON {plain:,.0f}/s, ratio {rate / plain:.3f}")
    print(f"state: {lines} storylines, {len(encoded) / 1e6:.1f} MB, encoded in {took:.3f} s (target {_STATE_TARGET} s)")


def _json_rate(facts: list[AnnouncementDetected]) -> float:
    start = time.perf_counter()
    for fact in facts:
        msgspec.json.decode(msgspec.json.encode(fact), type=AnnouncementDetected)
    return len(facts) / (time.perf_counter() - start)


def a_detected(i: int) -> AnnouncementDetected:
    """The i-th announcement of a busy theatre: 300 towns in turn, three families, one every four minutes."""
    at = _START + timedelta(minutes=4 * i)
    announcement = Announcement(
        id=f"n{i}",
        article_id=f"a{i}",
        family=_FAMILIES[i // 300 % 3],
        act=_ACTS[i % len(_ACTS)],
        issuer=("Army",),
        target=("Rebels",),
        place=(Place(name=f"Town {i % 300}", country="SY"),),
        theatre="SY",
        quote="The army said on Monday that it would halt its fire around the town for three days from noon.",
    )
    article = ArticleRef(
        id=f"a{i}",
        source="Example Wire",
        publisher="wire.example",
        url=f"https://wire.example/{i}",
        title="Army halts fire",
        published=at,
        observed=at,
        fingerprint=tuple((i * k) % 2**32 for k in range(1, 65)),
    )
    return AnnouncementDetected(at=at, announcement=announcement, article=article, detector="bench")


if __name__ == "__main__":
    main()
