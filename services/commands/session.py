"""What every command is given: the settings, read once and only when a command asks, and its own kind of error."""

from functools import cached_property
from pathlib import Path
from typing import Annotated

import typer

from services import settings as settings_file
from services.log_settings import at
from services.observability import configure_logging
from services.settings import Settings

#: Given to every command that needs the log; ``session_of`` reads it.
LogUrl = Annotated[
    str | None,
    typer.Option("--log", metavar="LOG", help="kafka://HOST:PORT[,…] or a file, instead of the settings' own log."),
]


class CommandError(Exception):
    """The command cannot do what was asked. One line: what is wrong, where, and what to do."""


class ProblemError(Exception):
    """The command did what was asked and found a problem. One line, as above."""


class MisconfiguredError(Exception):
    """No stage can run like this, and starting it again would not help. Lines as above, one a problem."""


class Session:
    """One run of the program."""

    def __init__(self, config: Path | None, log_url: str | None = None) -> None:
        self.config = config
        self._log_url = log_url

    @cached_property
    def settings(self) -> Settings:
        """The settings of this run. Raises SettingsError."""
        settings = settings_file.load(self.config)
        if self._log_url is None:
            return settings
        return settings.model_copy(update={"log": at(self._log_url, settings.log)})

    @cached_property
    def quiet_settings(self) -> Settings:
        """The settings for a command that shows its own result: of the logs only warnings and errors remain."""
        logging = self.settings.logging.model_copy(update={"level": "warning"})
        settings = self.settings.model_copy(update={"logging": logging})
        configure_logging(settings)
        return settings


def session_of(ctx: typer.Context) -> Session:
    """Return the session of the program that a command belongs to; the command's own ``--log`` counts."""
    return Session(ctx.find_root().params["config"], ctx.params.get("log_url"))
