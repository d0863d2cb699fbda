"""The secret that signs sessions: a file that only the dashboard's user can read, made at the first start."""

import contextlib
import os
import secrets
from pathlib import Path

_LENGTH = 32  # bytes


class KeyFileError(Exception):
    """The key cannot be read or made; the text names the file and what to do."""


def key_beside(path: Path) -> bytes:
    """Return the key in ``path`` with ``.key`` added to its name, making it (mode 0600) when there is none.

    Two processes that start together get the same key. Raises KeyFileError.
    """
    file = path.with_name(f"{path.name}.key")
    try:
        if not file.exists():
            _make(file)
        key = file.read_bytes()
    except OSError as error:
        raise KeyFileError(f"{file}: cannot be read or made ({error.strerror})") from error
    if len(key) < _LENGTH:
        raise KeyFileError(f"{file}: is too short to be a key; delete it, and everybody signs in again")
    return key


def _make(file: Path) -> None:
    """Write beside the place, then link into it: the link is whole from the first moment, and the first one wins."""
    draft = file.with_name(f".{file.name}.{secrets.token_hex(8)}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "wb") as out:
            out.write(secrets.token_bytes(_LENGTH))
            out.flush()
            os.fsync(out.fileno())
        with contextlib.suppress(FileExistsError):
            os.link(draft, file)
    finally:
        draft.unlink()
