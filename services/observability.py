"""Structured logs on standard error: one JSON object a line, correlation ids bound, secrets blanked."""

import logging
import re
import sys
from collections.abc import Iterator, Mapping
from typing import Any

import structlog
from pydantic import BaseModel, SecretStr
from structlog.typing import EventDict, Processor, WrappedLogger

from services.settings import LoggingSettings, Settings

_BLANK = "**********"
_NAMED_SECRET = re.compile(r"(?i)password|passwd|secret|token|authorization|api[-_]?key|cookie")
_SECRET_IN_TEXT = re.compile(
    r"(?i)(https?://)[^/\s:@]+:[^/\s@]+@"  # user and password in an address
    r"|(https?://hooks\.slack(?:-gov)?\.com/)\S+"  # an incoming webhook's address is its password
    r"|\b(xox[a-z]-)[\w-]+"  # Slack tokens
    r"|\b((?:bearer|basic)\s+)[\w.~+/=-]{8,}"
)


def configure_logging(settings: Settings, **bound: str) -> None:
    """Send every log line, our own and the libraries', through structlog. ``bound`` goes on each (e.g. the process)."""
    structlog.contextvars.clear_contextvars()
    structlog.contextvars.bind_contextvars(**bound)
    shared = _shared_processors(Redactor(secrets_of(settings)))
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=False,
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(foreign_pre_chain=shared, processors=_tail(settings.logging))
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(settings.logging.level.upper())
    for chatty in ("httpx", "httpcore", "uvicorn.access", "asyncio"):
        logging.getLogger(chatty).setLevel(logging.WARNING)
    # it tells of every attempt, hundreds a second while a broker is away; what comes of them the log's own errors tell
    logging.getLogger("aiokafka").setLevel(logging.CRITICAL)


class Redactor:
    """A structlog processor that blanks configured secrets, and what looks like one, wherever it stands."""

    def __init__(self, secrets: frozenset[str] = frozenset()) -> None:
        longest_first = sorted((re.escape(secret) for secret in secrets if secret), key=len, reverse=True)
        self._known = re.compile("|".join(longest_first)) if longest_first else None

    def __call__(self, _logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
        return {name: self._clean(name, value) for name, value in event.items()}

    def _clean(self, name: str, value: object) -> object:
        if isinstance(value, SecretStr) or (value and _NAMED_SECRET.search(name)):
            return _BLANK
        if isinstance(value, str):
            return self._clean_text(value)
        if isinstance(value, Mapping):
            return {key: self._clean(str(key), inner) for key, inner in value.items()}
        if isinstance(value, list | tuple):
            return [self._clean("", inner) for inner in value]
        return value

    def _clean_text(self, text: str) -> str:
        if self._known:
            text = self._known.sub(_BLANK, text)
        return _SECRET_IN_TEXT.sub(lambda found: "".join(part or "" for part in found.groups()) + _BLANK, text)


def secrets_of(settings: BaseModel) -> frozenset[str]:
    """Return every secret value that the settings hold."""
    return frozenset(_secrets(settings))


def _secrets(value: object) -> Iterator[str]:
    if isinstance(value, SecretStr):
        yield value.get_secret_value()
    elif isinstance(value, BaseModel):
        for name in type(value).model_fields:
            yield from _secrets(getattr(value, name))
    elif isinstance(value, Mapping):
        for inner in value.values():
            yield from _secrets(inner)


def _shared_processors(redactor: Redactor) -> list[Processor]:
    return [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.stdlib.PositionalArgumentsFormatter(),
        structlog.processors.StackInfoRenderer(),
        structlog.processors.format_exc_info,
        redactor,
    ]


def _tail(settings: LoggingSettings) -> list[Processor]:
    is_console = settings.format == "console" or (settings.format == "auto" and sys.stderr.isatty())
    renderer: Any = structlog.dev.ConsoleRenderer() if is_console else structlog.processors.JSONRenderer(default=str)
    return [structlog.stdlib.ProcessorFormatter.remove_processors_meta, renderer]
