"""Alerts on a terminal."""

from rich.console import Console

from alerts.channels.base import Delivered, Outcome, Retry, SendKey
from alerts.message import Message
from alerts.render.terminal import as_panel


class TerminalChannel:
    """Prints each message to a console. A closed pipe is a Retry: somebody may open it again."""

    gap = 0.0

    def __init__(self, console: Console) -> None:
        self._console = console

    async def send(self, message: Message, key: SendKey, in_doubt: bool, thread: str | None) -> Outcome:
        """Print one message; ``in_doubt`` cannot be looked up here, so it is printed again."""
        try:
            self._console.print(as_panel(message, min(self._console.width, 140)))
        except OSError as error:
            return Retry(f"cannot print: {type(error).__name__}")
        return Delivered(receipt="printed")

    async def check(self) -> str:
        """A console always takes what is printed."""
        return ""
