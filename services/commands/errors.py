"""Which errors the command line tells in a line instead of a traceback, and the exit code of each."""

from ingest.catalogue import CatalogueError
from ingest.opml import OpmlError
from services.articles_file import ArticlesFileError
from services.commands.session import CommandError, MisconfiguredError, ProblemError
from services.evaluation import GoldError
from services.names import NamesTakenError
from services.settings import SettingsError
from services.stages import EXIT_MISCONFIGURED
from services.worker import PoisonRunError
from tocsin.log.base import LogUnavailableError, TruncatedError

_USED_WRONGLY = (ArticlesFileError, CatalogueError, CommandError, GoldError, NamesTakenError, OpmlError, SettingsError)
_FOUND_PROBLEMS = (LogUnavailableError, PoisonRunError, ProblemError, TruncatedError)


def exit_code_of(error: Exception) -> int | None:
    """Return the exit code of an error that the user can mend, None for a bug of ours."""
    if isinstance(error, MisconfiguredError):
        return EXIT_MISCONFIGURED
    if isinstance(error, _USED_WRONGLY):
        return 2
    return 1 if isinstance(error, _FOUND_PROBLEMS) else None
