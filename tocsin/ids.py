"""Ids made from content, so that the same work done twice gives the same id."""

import hashlib

import msgspec

_SIZE = 16  # bytes; 32 hex digits


def content_id(kind: str, *fields: object) -> str:
    """Return the BLAKE2b id (32 hex digits) of a kind and its fields.

    Fields may be anything that msgspec encodes; they are length-prefixed, so ("ab", "c") and ("a", "bc") differ.
    """
    digest = hashlib.blake2b(digest_size=_SIZE, person=b"tocsin-id")
    for part in (kind, *fields):
        raw = msgspec.json.encode(part, order="deterministic")
        digest.update(len(raw).to_bytes(8, "big") + raw)
    return digest.hexdigest()
