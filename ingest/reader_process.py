"""The reader process: work in on standard input, answers out on standard output, one frame each.

A frame is four bytes of length (big-endian), then msgpack. The process ends when its parent does (end of input).
"""

import resource
import sys
from importlib import import_module
from typing import BinaryIO

import msgspec

from ingest.document import Document, Page, ReadFeed, ReadPage, Unreadable

Work = ReadFeed | ReadPage
READY = b"ready\n"  # said once, when the libraries are loaded: the time limit is for work alone


class Answered(msgspec.Struct, frozen=True, kw_only=True):
    """What came of one piece of work; exactly one field is set."""

    document: Document | None = None
    page: Page | None = None
    unreadable: Unreadable | None = None


def main() -> None:
    """Answer work until the input ends."""
    limit = int(sys.argv[1])
    resource.setrlimit(resource.RLIMIT_AS, (limit, limit))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    source, sink = sys.stdin.buffer, sys.stdout.buffer
    sys.stdout = sys.stderr  # what a library prints must not get between the frames
    import_module("ingest.parse")
    sink.write(READY)
    sink.flush()
    while frame := read_frame(source):
        write_frame(sink, msgspec.msgpack.encode(answer(msgspec.msgpack.decode(frame, type=Work))))


def answer(work: Work) -> Answered:
    """Do one piece of work; whatever a hostile document breaks in a library is an Unreadable."""
    try:
        return _answer(work)
    except MemoryError:
        return Answered(unreadable=Unreadable(reason="parse_memory", detail="reading it takes too much memory"))
    except Exception as error:  # noqa: BLE001 - the boundary: a library's bug on one document must not stop the feed
        return Answered(unreadable=Unreadable(reason="parse_error", detail=f"{type(error).__name__}: {error}"[:300]))


def _answer(work: Work) -> Answered:
    result: Document | Page | Unreadable
    if isinstance(work, ReadFeed):
        from ingest.parse import read_feed

        result = read_feed(work)
    else:
        from ingest.fulltext import read_page  # here: a catalogue without full text never loads it

        result = read_page(work)
    if isinstance(result, Unreadable):
        return Answered(unreadable=result)
    return Answered(document=result) if isinstance(result, Document) else Answered(page=result)


def read_frame(source: BinaryIO) -> bytes:
    """Return the next frame; empty at the end of input."""
    head = source.read(4)
    return source.read(int.from_bytes(head, "big")) if len(head) == 4 else b""


def write_frame(sink: BinaryIO, frame: bytes) -> None:
    """Write one frame."""
    sink.write(len(frame).to_bytes(4, "big") + frame)
    sink.flush()


if __name__ == "__main__":
    main()
