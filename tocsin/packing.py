"""A stage's state as a snapshot holds it: JSON, and a large one compressed, for logs take no record of any size."""

from base64 import b64decode, b64encode
from typing import TypeVar

import msgspec
import zstandard

T = TypeVar("T")

_LARGE = 65_536  # bytes of JSON: below, people can read it
_MARK = "zstd:"


def pack(state: object) -> msgspec.Raw:
    """Return a state as JSON; a large one as a JSON string: ``zstd:``, then its JSON compressed, in base64."""
    plain = msgspec.json.encode(state)
    if len(plain) < _LARGE:
        return msgspec.Raw(plain)
    return msgspec.Raw(msgspec.json.encode(_MARK + b64encode(zstandard.compress(plain)).decode()))


def unpack(packed: msgspec.Raw, state_type: type[T]) -> T:
    """Return a state that was packed. Raises msgspec.ValidationError for another type's."""
    plain = bytes(packed)
    if plain.startswith(f'"{_MARK}'.encode()):
        plain = zstandard.decompress(b64decode(msgspec.json.decode(plain, type=str).removeprefix(_MARK)))
    return msgspec.json.decode(plain, type=state_type)
