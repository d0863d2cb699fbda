"""Every setting, read once at start-up from ``TOCSIN_`` environment variables and one TOML file."""

import os
import tomllib
from collections.abc import Mapping
from datetime import time
from difflib import get_close_matches
from pathlib import Path
from typing import Annotated, Any, Literal, Self
from zoneinfo import ZoneInfo

from pydantic import BaseModel, ConfigDict, Field, SecretStr, ValidationError, field_validator, model_validator
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict

from services.log_settings import KafkaSettings as KafkaSettings
from services.log_settings import LogSettings as LogSettings
from services.settings_group import Count, Group, Port, Seconds
from services.settings_group import SettingsError as SettingsError
from tocsin.vocabulary import Family, Kind, RelationName

DEFAULT_FILE = Path("tocsin.toml")
_PREFIX = "TOCSIN_"
_NOT_SETTINGS = frozenset(  # where to read from; where tests find material, what they may not skip, golden files
    {"TOCSIN_CONFIG", "TOCSIN_SHARED", "TOCSIN_REQUIRE", "TOCSIN_UPDATE"}
)


class WorkerSettings(Group):
    """How stages read the log; the same for each."""

    batch: Count = 100
    """Records decided and committed together, at most."""
    batch_seconds: Seconds = 2.0
    """Seconds after which what was decided of them is committed, though not all are."""
    snapshot_every: Count = 500
    """Records of one partition between two snapshots of its state."""
    tick_every: Seconds = 1.0
    """Seconds between looks at the timers of partitions read to their end."""
    dead_letter_run: Count = 20
    """Failures in a row on one partition that stop the stage instead of emptying the topic."""
    log_timeout: Seconds = 30.0
    """Seconds that one call to the log may take."""
    retry_after: Seconds = 1.0
    """First pause when the log is unavailable; doubles up to a minute."""


class IngestSettings(Group):
    """Feeds and the polling of them."""

    catalogue: Path = Path("feeds.toml")
    """The TOML catalogue of feeds."""
    user_agent: str = "tocsin/0.1 (+https://example.org/tocsin)"
    """Sent with every request."""
    concurrency: Count = 32
    """Requests under way at once."""
    timeout: Seconds = 30.0
    """Seconds that one whole request may take."""
    max_wire_bytes: Count = 10_000_000
    """Cap on an answer's size on the wire."""
    max_decoded_bytes: Count = 50_000_000
    """Cap on an answer's size once decompressed."""
    parse_timeout: Seconds = 20.0
    """Seconds that reading one feed or page may take."""


class DetectSettings(Group):
    """Reading announcements in articles."""

    time_limit: Seconds = 20.0
    """Seconds that one article may take before it is dead-lettered."""
    is_isolated: bool = True
    """Detect in a process that can be killed; false: in the stage's own."""


class TerminalDestination(Group):
    """Alerts on the standard output of the deliver stage."""

    channel: Literal["terminal"]


class SlackWebhookDestination(Group):
    """Slack by incoming webhook: the simple mode, without threads."""

    channel: Literal["slack-webhook"]
    url: SecretStr
    """The incoming webhook's address."""


class SlackDestination(Group):
    """Slack by ``chat.postMessage``: one thread a storyline."""

    channel: Literal["slack"]
    token: SecretStr
    """The bot token (xoxb-…), with chat:write."""
    room: str
    """The Slack channel's id, e.g. C0123456789."""
    api_url: str = "https://slack.com/api/"
    """Where the Slack API answers."""


class EmailDestination(Group):
    """E-mail over SMTP."""

    channel: Literal["email"]
    host: str
    """The SMTP server."""
    port: Port = 587
    """Its port."""
    tls: Literal["starttls", "implicit", "none"] = "starttls"
    """How the connection is secured."""
    username: str | None = None
    """User name, where the server asks for one."""
    password: SecretStr | None = None
    """Password, where the server asks for one."""
    sender: str
    """The From address."""
    to: Annotated[tuple[str, ...], Field(min_length=1)]
    """The recipients' addresses."""
    unsubscribe: str | None = None
    """Address for the List-Unsubscribe header (https or mailto)."""
    ca_file: Path | None = None
    """A PEM file of authorities to trust beside the system's."""

    @field_validator("ca_file")
    @classmethod
    def _is_there(cls, path: Path | None) -> Path | None:
        if path is not None and not path.is_file():
            raise ValueError(f"{path}: no such file")
        return path


class WebhookDestination(Group):
    """A signed HTTP POST of the CloudEvent."""

    channel: Literal["webhook"]
    url: SecretStr
    """Where to post."""
    secret: SecretStr
    """The key of the HMAC signature."""
    mode: Literal["binary", "structured"] = "binary"
    """The CloudEvents content mode."""


Destination = Annotated[
    TerminalDestination | SlackWebhookDestination | SlackDestination | EmailDestination | WebhookDestination,
    Field(discriminator="channel"),
]


def _terminal_only() -> dict[str, Destination]:
    return {"terminal": TerminalDestination(channel="terminal")}


class QuietHoursSettings(Group):
    """Hours of the day in which a route disturbs nobody: its alerts go out in one digest afterwards."""

    zone: ZoneInfo
    """IANA time zone, e.g. Europe/Paris."""
    start: time
    """Wall time at which they begin, e.g. 22:00."""
    end: time
    """Wall time at which they end; before ``start`` means the next day."""


class RouteSettings(Group):
    """Which alerts go to which destinations. An empty list matches everything."""

    name: str
    """The route's name, shown with each delivery."""
    to: Annotated[tuple[str, ...], Field(min_length=1)]
    """Names of destinations."""
    families: tuple[Family, ...] = ()
    """Families of measures."""
    countries: tuple[str, ...] = ()
    """ISO alpha-2 countries (theatres)."""
    places: tuple[str, ...] = ()
    """Place names as announcements carry them."""
    sides: tuple[str, ...] = ()
    """Actors that issue or are addressed."""
    relations: tuple[RelationName | Literal["deadline"], ...] = ()
    """supersedes, contradicts, or deadline for passed deadlines."""
    kinds: tuple[Kind | Literal["deadline_near", "deadline_passed"], ...] = ()
    """Kinds of relation, e.g. extends, rejects; deadline_near, deadline_passed for deadlines and windows."""
    min_confidence: Annotated[float, Field(ge=0, le=1)] = 0.0
    """Alerts below it are suppressed with that reason."""
    quiet: QuietHoursSettings | None = None
    """Quiet hours; none: alerts go out at any hour."""
    repeat_every: Seconds | None = None
    """Seconds between repeats of an alert that nobody acknowledged; unset: no repeats."""
    repeat_at_most: Count = 24
    """Repeats of one alert at most."""
    group_within: Annotated[float, Field(ge=0)] = 7200.0
    """Seconds in which one storyline's alerts are updates of the first; 0: each stands by itself."""


class DeliverSettings(Group):
    """Where alerts go, and how hard to try."""

    destinations: dict[str, Destination] = Field(default_factory=_terminal_only)
    """Named destinations; secrets best by environment variable."""
    routes: tuple[RouteSettings, ...] = ()
    """Routes in order; none: every alert to every destination."""
    send_timeout: Seconds = 30.0
    """Seconds that one send may take."""
    give_up_after: Seconds = 86_400.0
    """Seconds after which a send that keeps failing is given up."""

    @model_validator(mode="after")
    def _routes_lead_somewhere(self) -> Self:
        for route in self.routes:
            for name in route.to:
                if name not in self.destinations:
                    raise ValueError(f"route {route.name!r} leads to {name!r}, which is no destination")
        return self


class HealthSettings(Group):
    """The small HTTP server with /healthz, /readyz and /metrics."""

    host: str = "127.0.0.1"
    """Address to listen on; loopback unless something else must reach it."""
    port: Annotated[int, Field(ge=0, le=65500)] = 9310
    """Port of `tocsin run`; its stages and the dashboard take the next five. 0: no server."""


class DashboardSettings(Group):
    """The ops dashboard: `tocsin dashboard`, and part of `tocsin run`."""

    host: str = "127.0.0.1"
    """Address to listen on. Anything but loopback needs `users` or `proxy_header`."""
    port: Annotated[int, Field(ge=0, le=65535)] = 9320
    """Its port. 0: `tocsin run` starts no dashboard."""
    path: Path = Path("tocsin-dashboard.db")
    """The read model's SQLite file: made from the log, and made anew when it is missing. Keep it off network drives."""
    users: Path | None = None
    """A TOML file of people who may sign in (`tocsin dashboard user NAME` makes an entry)."""
    proxy_header: str | None = None
    """Header in which a proxy in front names who asks, e.g. X-Forwarded-User; instead of `users`."""
    proxy_networks: tuple[str, ...] = ("127.0.0.0/8", "::1/128")
    """Networks whose proxies are believed."""
    operators: tuple[str, ...] = ()
    """People whom a proxy names that may change things; all others only look."""
    hosts: tuple[str, ...] = ()
    """Names besides localhost by which browsers may call an open dashboard, without port."""

    @model_validator(mode="after")
    def _one_way_in(self) -> Self:
        if self.users and self.proxy_header:
            raise ValueError("users and proxy_header are two ways to know people; set one")
        return self


class LoggingSettings(Group):
    """What the processes say of themselves, on standard error."""

    level: Literal["debug", "info", "warning", "error"] = "info"
    """Least severity that is written."""
    format: Literal["json", "console", "auto"] = "auto"
    """json lines, console for people, or auto: console on a terminal, else json."""


class RunSettings(Group):
    """The process tree of `tocsin run`."""

    stop_within: Seconds = 20.0
    """Seconds that stages may take to drain before they are killed."""
    restart_after: Seconds = 0.5
    """First pause before a dead stage is started again; doubles."""
    restart_cap: Seconds = 30.0
    """Longest pause before a dead stage is started again."""


class Settings(BaseModel):
    """All settings. Building one by hand reads nothing from outside; ``load`` does."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    log: LogSettings = LogSettings()
    worker: WorkerSettings = WorkerSettings()
    ingest: IngestSettings = IngestSettings()
    detect: DetectSettings = DetectSettings()
    deliver: DeliverSettings = DeliverSettings()
    health: HealthSettings = HealthSettings()
    dashboard: DashboardSettings = DashboardSettings()
    logging: LoggingSettings = LoggingSettings()
    run: RunSettings = RunSettings()


class _FromOutside(Settings, BaseSettings):
    """Settings whose values come from the environment first, then from what the file gave."""

    model_config = SettingsConfigDict(env_prefix=_PREFIX, env_nested_delimiter="__", extra="forbid", frozen=True)

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        return env_settings, init_settings


def load(config: Path | None = None) -> Settings:
    """Return the settings of this run. Raises SettingsError.

    The file is ``config``, else the one that TOCSIN_CONFIG names, else ``tocsin.toml`` where it exists.
    Environment variables (``TOCSIN_LOG__PATH``) win over the file.
    """
    named = config or (Path(os.environ["TOCSIN_CONFIG"]) if os.environ.get("TOCSIN_CONFIG") else None)
    _refuse_unknown_variables(os.environ)
    values = _read_file(named or DEFAULT_FILE, is_required=named is not None)
    try:
        return _FromOutside(**values)
    except ValidationError as error:
        raise SettingsError(_in_words(error, named or DEFAULT_FILE)) from None  # the cause would show secrets
    except ValueError as error:  # pydantic-settings: a variable that should hold JSON does not
        raise SettingsError(f"{error}; check the {_PREFIX}… environment variables") from error


def _read_file(path: Path, *, is_required: bool) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        if is_required:
            raise SettingsError(f"no settings file {path}; check --config or TOCSIN_CONFIG") from None
        return {}
    except (OSError, ValueError) as error:
        raise SettingsError(f"cannot read the settings file {path}: {error}") from error


def _refuse_unknown_variables(environment: Mapping[str, str]) -> None:
    groups = {f"{_PREFIX}{name.upper()}" for name in Settings.model_fields}
    for name in sorted(environment):
        upper = name.upper()
        if upper.startswith(_PREFIX) and upper not in _NOT_SETTINGS and upper.partition("__")[0] not in groups:
            close = get_close_matches(upper.partition("__")[0], groups, n=1)
            hint = f"did you mean {close[0]}__…?" if close else f"known: {', '.join(sorted(groups))}"
            raise SettingsError(f"the environment variable {name} is no setting; {hint}")


def _in_words(error: ValidationError, file: Path) -> str:
    return "\n".join(_one_in_words(problem, file) for problem in error.errors(include_input=False, include_url=False))


def _one_in_words(problem: Mapping[str, Any], file: Path) -> str:
    path = [str(part) for part in problem["loc"] if part not in _CHANNELS or problem["loc"][:2] != _DESTINATIONS]
    variable = _PREFIX + "__".join(path).upper()
    if problem["type"] == "missing":
        return f"{'.'.join(path)}: is missing; set it in {file} or as {variable}"
    if problem["type"] == "value_error":  # a rule about several settings: no single one to set
        return f"{'.'.join(path)}: {problem['msg'].removeprefix('Value error, ')}; correct it in {file}"
    if problem["type"] in ("union_tag_invalid", "union_tag_not_found"):
        return f"{'.'.join(path)}.channel: must be one of {', '.join(sorted(_CHANNELS))}; correct it in {file}"
    if problem["type"] == "extra_forbidden":
        return f"{'.'.join(path)}: no such setting; remove it from {file} (or the variable {variable})"
    return f"{'.'.join(path)}: {problem['msg']}; set it in {file} or as {variable}"


_DESTINATIONS = ("deliver", "destinations")
_CHANNELS = frozenset({"terminal", "slack-webhook", "slack", "email", "webhook"})  # pydantic adds the union's tag
