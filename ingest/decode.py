"""Content codings undone in bounded steps: a small answer must not grow to gigabytes in memory.

httpx's own decoders hand over whatever one chunk expands to (32 KB of zstd can be 2 GB), so bodies are read raw.
"""

import zlib
from collections.abc import Callable, Iterator
from typing import Protocol

import brotli
import zstandard

ACCEPT_ENCODING = "gzip, deflate, br, zstd"
_STEP = 256 * 1024  # bytes of output that one step may make
_ZSTD_WINDOW = 8 * 1024 * 1024  # RFC 8878 section 3.1.1.1.2: what decoders should support


class TooLargeError(ValueError):
    """The decoded body passes its cap."""


class CodingError(ValueError):
    """The body does not hold to its content coding, ends early, or names a coding that is not known."""


class Decoder(Protocol):
    """Undoes one coding. Output comes in pieces of bounded size."""

    def feed(self, chunk: bytes) -> Iterator[bytes]: ...

    def finish(self) -> None:
        """Raise CodingError unless the coded data came to its end."""
        ...


class BoundedBody:
    """Collects a body: raw chunks in, decoded bytes out, never more than ``cap`` of them."""

    def __init__(self, content_encoding: str, cap: int) -> None:
        names = [name.strip().lower() for name in content_encoding.split(",")]
        self._decoders = [_decoder(name) for name in reversed(names) if name not in ("", "identity")]
        if len(self._decoders) > 2:
            raise CodingError(f"{len(self._decoders)} content codings in a row")
        self._cap = cap
        self._parts: list[bytes] = []
        self._size = 0

    def feed(self, chunk: bytes) -> None:
        """Take a raw chunk. Raises TooLargeError or CodingError."""
        for piece in self._run(chunk, 0):
            self._size += len(piece)
            if self._size > self._cap:
                raise TooLargeError(f"more than {self._cap} bytes once decoded")
            self._parts.append(piece)

    def finish(self) -> bytes:
        """Return the whole body. Raises CodingError when the coded data stops short."""
        for decoder in self._decoders:
            decoder.finish()
        return b"".join(self._parts)

    def _run(self, chunk: bytes, depth: int) -> Iterator[bytes]:
        if depth == len(self._decoders):
            if chunk:
                yield chunk
            return
        for piece in self._decoders[depth].feed(chunk):
            yield from self._run(piece, depth + 1)


class _Zlib:
    """gzip (with several members) and deflate, wrapped or raw (servers send both, RFC 9110 section 8.4.1.2)."""

    def __init__(self, *, is_gzip: bool) -> None:
        self._is_gzip = is_gzip
        self._head = b""
        self._state = zlib.decompressobj(31) if is_gzip else None
        self._is_fed = False

    def feed(self, chunk: bytes) -> Iterator[bytes]:
        if self._state is None:  # two bytes tell wrapped deflate from raw
            self._head += chunk
            if len(self._head) < 2:
                return
            self._state = zlib.decompressobj(15 if _is_zlib_header(self._head) else -15)
            chunk, self._head = self._head, b""
        while chunk:
            self._state = self._next_member(self._state)
            self._is_fed = True
            try:
                piece = self._state.decompress(chunk, _STEP)
            except zlib.error as error:
                raise CodingError(f"broken {'gzip' if self._is_gzip else 'deflate'} data: {error}") from error
            chunk = self._rest(self._state)
            yield piece

    def finish(self) -> None:
        if self._head or (self._is_fed and self._state is not None and not self._state.eof):
            raise CodingError("the compressed data stops short")

    def _next_member(self, state: "zlib._Decompress") -> "zlib._Decompress":
        return zlib.decompressobj(31) if state.eof and self._is_gzip else state

    def _rest(self, state: "zlib._Decompress") -> bytes:
        if not state.eof:
            return state.unconsumed_tail
        # after the last member only padding may follow; anything else that starts no member is ignored, as browsers do
        return state.unused_data if self._is_gzip and state.unused_data.startswith(b"\x1f\x8b") else b""


class _Brotli:
    def __init__(self) -> None:
        self._state = brotli.Decompressor()
        self._is_fed = False

    def feed(self, chunk: bytes) -> Iterator[bytes]:
        try:
            self._is_fed = self._is_fed or bool(chunk)
            piece = self._state.process(chunk, output_buffer_limit=_STEP)
            while piece or not self._state.can_accept_more_data():
                yield piece
                if self._state.is_finished():
                    return
                piece = self._state.process(b"", output_buffer_limit=_STEP)
        except brotli.error as error:
            raise CodingError(f"broken brotli data: {error}") from error

    def finish(self) -> None:
        if self._is_fed and not self._state.is_finished():
            raise CodingError("the compressed data stops short")


class _Zstd:
    """Zstandard in frames. Input goes in by small slices, since the binding bounds no output."""

    # A block expands to 128 KiB at most (RFC 8878 section 3.1.1.2) and takes at least 4 bytes (3 of header, RLE).
    _SLICE = 64

    def __init__(self) -> None:
        self._context = zstandard.ZstdDecompressor(max_window_size=_ZSTD_WINDOW)
        self._state = self._context.decompressobj()
        self._is_fed = False

    def feed(self, chunk: bytes) -> Iterator[bytes]:
        for start in range(0, len(chunk), self._SLICE):
            rest = chunk[start : start + self._SLICE]
            while rest:
                if self._state.eof:
                    self._state = self._context.decompressobj()
                self._is_fed = True
                try:
                    piece = self._state.decompress(rest)
                except zstandard.ZstdError as error:
                    raise CodingError(f"broken zstd data: {error}") from error
                rest = self._state.unused_data if self._state.eof else b""
                yield piece

    def finish(self) -> None:
        if self._is_fed and not self._state.eof:
            raise CodingError("the compressed data stops short")


_KNOWN: dict[str, Callable[[], Decoder]] = {
    "gzip": lambda: _Zlib(is_gzip=True),
    "x-gzip": lambda: _Zlib(is_gzip=True),
    "deflate": lambda: _Zlib(is_gzip=False),
    "br": _Brotli,
    "zstd": _Zstd,
}


def _decoder(name: str) -> Decoder:
    if name not in _KNOWN:
        raise CodingError(f"unknown content coding {name!r}")
    return _KNOWN[name]()


def _is_zlib_header(head: bytes) -> bool:
    return head[0] & 0x0F == 8 and int.from_bytes(head[:2], "big") % 31 == 0
