"""A MinHash signature of a text, by which syndicated copies are recognised."""

import re

from rensa import RMinHash

_WORD = re.compile(r"\w+")
_SHINGLE = 3  # words
_PERMUTATIONS = 64
_SEED = 1
_ENOUGH = 8  # words; a shorter text resembles too many others


def fingerprint(text: str) -> tuple[int, ...]:
    """Return 64 unsigned 32-bit integers; nothing for a text of fewer than eight words."""
    words = _WORD.findall(text.lower())
    if len(words) < _ENOUGH:
        return ()
    sketch = RMinHash(num_perm=_PERMUTATIONS, seed=_SEED)
    sketch.update([" ".join(words[i : i + _SHINGLE]) for i in range(len(words) - _SHINGLE + 1)])
    return tuple(sketch.digest())
