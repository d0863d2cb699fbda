"""What every fact states of itself."""

from typing import ClassVar

import msgspec

from tocsin.vocabulary import Moment


class Fact(msgspec.Struct, frozen=True, kw_only=True):
    """What all facts share. ``key`` and ``identity`` are dotted paths into the fact's fields."""

    wire: ClassVar[str]
    topic: ClassVar[str]
    key: ClassVar[str]
    identity: ClassVar[tuple[str, ...]]
    about: ClassVar[str] = ""  # path to the article that it all started from; empty: whoever states it knows

    at: Moment
