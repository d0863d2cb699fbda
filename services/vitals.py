"""What a running stage says of itself: does it move, is it ready, what went wrong last."""

from dataclasses import dataclass
from datetime import datetime, timedelta

STALLED_AFTER = timedelta(seconds=90)  # longer than any one time limit of a stage's loop


@dataclass(slots=True)
class Vitals:
    """One stage's signs of life; its loop writes them, the health server reads them."""

    stage: str
    beat: datetime | None = None  # when the loop last got an answer from the log
    is_ready: bool = False
    trouble: str = ""  # empty while all is well

    def alive(self, now: datetime) -> None:
        """Note that the loop turned and the log answered."""
        self.beat, self.is_ready, self.trouble = now, True, ""

    def ill(self, trouble: str) -> None:
        """Note what keeps the stage from working."""
        self.is_ready, self.trouble = False, trouble

    def has_stalled(self, now: datetime) -> bool:
        """Say whether the loop stopped turning."""
        return self.beat is not None and now - self.beat > STALLED_AFTER
