"""What a check of ``tocsin doctor`` found."""

from dataclasses import dataclass
from typing import Literal

Verdict = Literal["ok", "warn", "fail"]


@dataclass(frozen=True, slots=True)
class Finding:
    """``detail`` says what to do where the verdict is not ok. A run goes on with ``warn`` and not with ``fail``."""

    check: str
    verdict: Verdict
    detail: str
