"""How often somebody may try to sign in: a rate limit by address, and by address and name."""

import ipaddress
import math
from collections import OrderedDict, deque
from dataclasses import dataclass, field
from datetime import datetime, timedelta

WINDOW = timedelta(minutes=15)
PER_NAME = 5  # failures of one name from one address in the window
PER_ADDRESS = 20
KEPT = 10_000  # tallies; the one longest untouched goes first

_Key = tuple[str, ...]


@dataclass(frozen=True)
class Wait:
    """Try again after so many seconds. ``is_first``: nobody was told so since this limit was reached."""

    seconds: int
    is_first: bool


@dataclass
class _Tally:
    failures: deque[datetime] = field(default_factory=deque)
    is_told: bool = False


class Attempts:
    """Counts failures. Reads no clock. An attempt counts as failed from its beginning until it has succeeded:
    else a hundred at the same time would all find the limit unreached.
    """

    def __init__(self, kept: int = KEPT) -> None:
        self._kept = kept
        self._tallies: OrderedDict[_Key, _Tally] = OrderedDict()

    def begin(self, address: str, name: str, now: datetime) -> Wait | None:
        """Count an attempt, or say how long to wait before the next; an attempt that must wait is not counted."""
        tallies = [(self._tally(key, now), limit) for key, limit in _limits(address, name)]
        full = [(tally, limit) for tally, limit in tallies if len(tally.failures) >= limit]
        if full:
            return _wait(full, now)
        for tally, _ in tallies:
            tally.failures.append(now)
            tally.is_told = False
        return None

    def succeeded(self, address: str, name: str) -> None:
        """Forget the name's failures, and that the address's last attempt was counted."""
        (whole, _), (named, _) = _limits(address, name)
        self._tallies.pop(named, None)
        tally = self._tallies.get(whole)
        if tally and tally.failures:
            tally.failures.pop()

    def _tally(self, key: _Key, now: datetime) -> _Tally:
        tally = self._tallies.setdefault(key, _Tally())
        self._tallies.move_to_end(key)
        while tally.failures and tally.failures[0] <= now - WINDOW:
            tally.failures.popleft()
        while len(self._tallies) > self._kept:
            self._tallies.popitem(last=False)
        return tally


def _limits(address: str, name: str) -> tuple[tuple[_Key, int], tuple[_Key, int]]:
    network = _network(address)
    return ((network,), PER_ADDRESS), ((network, name), PER_NAME)


def _wait(full: list[tuple[_Tally, int]], now: datetime) -> Wait:
    ends = max(tally.failures[-limit] + WINDOW for tally, limit in full)
    is_first = not any(tally.is_told for tally, _ in full)
    for tally, _ in full:
        tally.is_told = True
    return Wait(math.ceil((ends - now).total_seconds()), is_first)


def _network(address: str) -> str:
    """Return what one client can have many addresses of: an IPv6 client has a /64 of its own."""
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return address
    if parsed.version == 4 or parsed.ipv4_mapped:
        return address
    return str(ipaddress.ip_network((parsed, 64), strict=False))
