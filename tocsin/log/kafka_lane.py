"""One owned partition of a member on Kafka: its producer, how far it has come, and whether its records keep coming."""

from collections.abc import Mapping

import msgspec

from tocsin.log.kafka import Place, Writer


class Lane(msgspec.Struct):
    """How far a partition is committed, handed out and read.

    Between the first two lies what is in hand; between the last two a gap: the marks of transactions, what was undone,
    what compaction took.
    """

    writer: Writer
    committed: int
    handed: int
    read: int
    written: Mapping[Place, int] = msgspec.field(default_factory=dict)  # the last offsets of its last transaction
    wrote: float = 0.0  # when that was, in seconds of the loop's clock
    _behind: float | None = None  # since when the brokers are known to have more, and the client gave nothing

    def is_idle(self) -> bool:
        """Tell whether nothing is in hand."""
        return self.committed >= self.handed

    def hand_out(self, after: int) -> None:
        """Note that what lies before a position was handed out."""
        self.handed = self.read = after
        self._behind = None

    def pass_gap(self, after: int) -> None:
        """Note that no record lies before a position."""
        if after > self.read:
            self._behind = None
        self.read = after

    def go_back(self) -> None:
        """Start anew at the committed position."""
        self.hand_out(self.committed)

    def read_on(self) -> int:
        """Return where a client that starts anew goes on, after what was handed out. It owes nothing yet."""
        self.hand_out(self.handed)
        return self.handed

    def look(self, end: int, now: float) -> bool:
        """Tell whether the brokers' end lies beyond what was read, and note since when that is so."""
        if self.read >= end:
            self._behind = None
        elif self._behind is None:
            self._behind = now
        return self.read < end

    def starves(self, now: float) -> float:
        """Return for how many seconds the client has given nothing of what the brokers have."""
        return 0.0 if self._behind is None else now - self._behind
