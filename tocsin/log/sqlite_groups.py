"""Consumer groups in the embedded log's file: members, who owns which partition, how far each group has come.

A member holds its partitions by a lease that its calls renew. Whoever finds a member whose lease ran out, or whose
process on this machine is gone, strikes it off; its partitions are then free. Member ids are never used again, so
"is the owner still this id" is the whole fence. Members share evenly: each keeps what it has up to its share,
lets go of idle partitions above it, and takes free ones below it, so no live member is ever robbed.
"""

import sqlite3
from collections.abc import Collection, Mapping, Sequence

import msgspec

from tocsin.log.base import FencedError
from tocsin.log.processes import Process, is_gone


class Member(msgspec.Struct, frozen=True):
    """One member of a consumer group; ``partitions`` are the ids of all that its topics have."""

    id: int
    group: str
    topics: str
    partitions: tuple[int, ...]


class Holding(msgspec.Struct, frozen=True):
    """What a member owns: partition id -> the group's position. Valid while the group's generation stays."""

    generation: int
    positions: Mapping[int, int]
    surplus: int  # partitions above its share that it could not let go yet


def join(
    connection: sqlite3.Connection, group: str, topics: str, partitions: Sequence[int], process: Process, expires: str
) -> Member:
    """Enter a new member, owning nothing yet."""
    cursor = connection.execute(
        "INSERT INTO members (consumers, topics, host, pid, started, expires) VALUES (?, ?, ?, ?, ?, ?)",
        (group, topics, process.host, process.pid, process.started, expires),
    )
    _next_generation(connection, group)
    return Member(cursor.lastrowid or 0, group, topics, tuple(partitions))


def leave(connection: sqlite3.Connection, group: str, member: int) -> None:
    """Strike a member off: its partitions are free."""
    connection.execute("DELETE FROM owners WHERE consumers = ? AND member = ?", (group, member))
    connection.execute("DELETE FROM members WHERE id = ?", (member,))
    _next_generation(connection, group)


def generation(connection: sqlite3.Connection, group: str) -> int:
    """Return the number that rises whenever the group's members or owners change."""
    row = connection.execute("SELECT generation FROM generations WHERE name = ?", (group,)).fetchone()
    return 0 if row is None else int(row[0])


def dead_members(connection: sqlite3.Connection, group: str, now: str, but: int = 0) -> list[int]:
    """Return the members of a group, other than ``but``, whose lease ran out or whose process is gone."""
    rows = connection.execute(
        "SELECT id, expires, host, pid, started FROM members WHERE consumers = ? AND id <> ?", (group, but)
    ).fetchall()
    return [id_ for id_, expires, *process in rows if expires < now or is_gone(Process(*process))]


def balance(connection: sqlite3.Connection, member: Member, idle: Collection[int], now: str, expires: str) -> Holding:
    """Renew a member's lease, strike off the dead, and bring the member to its fair share.

    Only ``idle`` partitions are let go: those with no record in hand. Raises FencedError when the member itself
    was struck off.
    """
    for dead in dead_members(connection, member.group, now, but=member.id):
        leave(connection, member.group, dead)
    renew(connection, member.id, expires)
    owned = _owned(connection, member)
    surplus = len(owned) - _share(connection, member)
    if surplus > 0:
        _let_go(connection, member, [p for p in reversed(owned) if p in idle][:surplus])
    elif surplus < 0:
        _take(connection, member, -surplus)
    owned = _owned(connection, member)
    positions = {partition: start(connection, member.group, partition) for partition in owned}
    return Holding(generation(connection, member.group), positions, len(owned) - _share(connection, member))


def renew(connection: sqlite3.Connection, member: int, expires: str) -> None:
    """Prolong a member's lease. Raises FencedError when the member was struck off."""
    changed = connection.execute("UPDATE members SET expires = ? WHERE id = ?", (expires, member)).rowcount
    if not changed:
        raise FencedError("this member was silent past its lease, and others took its partitions: subscribe again")


def move(connection: sqlite3.Connection, member: Member, partition: int, position: int) -> None:
    """Set the group's position. Raises FencedError when the member does not own the partition."""
    owner = connection.execute(
        "SELECT 1 FROM owners WHERE consumers = ? AND partition = ? AND member = ?",
        (member.group, partition, member.id),
    ).fetchone()
    if owner is None:
        raise FencedError(f"group {member.group!r}: the partition belongs to another member now; nothing was written")
    connection.execute("INSERT OR REPLACE INTO positions VALUES (?, ?, ?)", (member.group, partition, position))


def position(connection: sqlite3.Connection, group: str, partition: int) -> int | None:
    """Return the group's committed position, or None when it never committed."""
    row = connection.execute(
        "SELECT position FROM positions WHERE consumers = ? AND partition = ?", (group, partition)
    ).fetchone()
    return None if row is None else int(row[0])


def start(connection: sqlite3.Connection, group: str, partition: int) -> int:
    """Return where a group goes on: its committed position, else the oldest record."""
    committed = position(connection, group, partition)
    if committed is not None:
        return committed
    return int(connection.execute("SELECT oldest FROM partitions WHERE id = ?", (partition,)).fetchone()[0])


def _share(connection: sqlite3.Connection, member: Member) -> int:
    """Return how many partitions are this member's due; the members that joined first get the odd ones."""
    rows = connection.execute(
        "SELECT id FROM members WHERE consumers = ? AND topics = ? ORDER BY id", (member.group, member.topics)
    ).fetchall()
    each, odd = divmod(len(member.partitions), len(rows))
    return each + (rows.index((member.id,)) < odd)


def _owned(connection: sqlite3.Connection, member: Member) -> list[int]:
    rows = connection.execute(
        "SELECT partition FROM owners WHERE consumers = ? AND member = ? ORDER BY partition", (member.group, member.id)
    )
    return [partition for (partition,) in rows]


def _let_go(connection: sqlite3.Connection, member: Member, partitions: Sequence[int]) -> None:
    rows = [(member.group, partition) for partition in partitions]
    connection.executemany("DELETE FROM owners WHERE consumers = ? AND partition = ?", rows)
    if rows:
        _next_generation(connection, member.group)


def _take(connection: sqlite3.Connection, member: Member, wanted: int) -> None:
    held = connection.execute("SELECT partition FROM owners WHERE consumers = ?", (member.group,)).fetchall()
    free = [partition for partition in member.partitions if (partition,) not in held][:wanted]
    connection.executemany("INSERT INTO owners VALUES (?, ?, ?)", [(member.group, p, member.id) for p in free])
    if free:
        _next_generation(connection, member.group)


def _next_generation(connection: sqlite3.Connection, group: str) -> None:
    connection.execute(
        "INSERT INTO generations VALUES (?, 1) ON CONFLICT (name) DO UPDATE SET generation = generation + 1", (group,)
    )
