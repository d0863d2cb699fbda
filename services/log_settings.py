"""The settings of the log: one SQLite file, or Apache Kafka; and the address by which a command names either."""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import Field, SecretStr, field_validator, model_validator

from services.settings_group import Count, Group, Seconds, SettingsError
from tocsin.topics import TOPICS

_SERVERS = r"[^\s,/]+:\d+(,[^\s,/]+:\d+)*"
_LEGAL = r"[A-Za-z0-9._-]*"  # of what stands before a topic's name on the brokers


class KafkaSettings(Group):
    """The log on Apache Kafka. Present: the log is there and ``log.path`` is not used."""

    servers: str
    """The brokers to connect to first: host:port, several with commas."""
    prefix: Annotated[str, Field(pattern=f"^{_LEGAL}$")] = ""
    """Stands before the name of every topic, group and producer, so that several logs may share the brokers."""
    member: Annotated[str, Field(pattern=f"^{_LEGAL}$")] | None = None
    """A name this process keeps over restarts and shares with none: with it, a restart moves no partition."""
    lease: Seconds = 60.0
    """Seconds a stage may be silent before its partitions go to others; a rebalance waits so long for the slowest."""
    session: Seconds = 10.0
    """Seconds after which a dead process loses its partitions to the others."""
    limit: Seconds = 20.0
    """Seconds that one call to the brokers may take."""
    replication: Count | None = None
    """Replicas of topics that are made; unset: as the brokers do by default."""
    partitions: dict[str, Count] = Field(default_factory=dict)
    """Partitions of topics by name, where not each topic's own number."""
    tls: bool = False
    """Speak TLS to the brokers."""
    ca_file: Path | None = None
    """A PEM file of authorities that the brokers' certificates may be of; unset: the system's."""
    cert_file: Path | None = None
    """A PEM file of our own certificate (and key), where the brokers ask for one."""
    key_file: Path | None = None
    """A PEM file of our certificate's key, where it is not in ``cert_file``."""
    mechanism: Literal["SCRAM-SHA-512", "SCRAM-SHA-256", "PLAIN"] = "SCRAM-SHA-512"
    """How ``username`` and ``password`` are proven (SASL)."""
    username: str | None = None
    """User name, where the brokers ask for one."""
    password: SecretStr | None = None
    """Password, where the brokers ask for one."""

    @field_validator("servers")
    @classmethod
    def _are_addresses(cls, servers: str) -> str:
        if not re.fullmatch(_SERVERS, servers):
            raise ValueError(f"{servers!r}: give the brokers as host:port, several with commas")
        return servers

    @field_validator("ca_file", "cert_file", "key_file")
    @classmethod
    def _is_there(cls, path: Path | None) -> Path | None:
        if path is not None and not path.is_file():
            raise ValueError(f"{path}: no such file")
        return path

    @field_validator("partitions")
    @classmethod
    def _are_topics(cls, partitions: Mapping[str, int]) -> Mapping[str, int]:
        known = [topic.name for topic in TOPICS]
        if unknown := sorted(partitions.keys() - set(known)):
            raise ValueError(f"no topic {unknown[0]!r}; known: {', '.join(known)}")
        return partitions

    @model_validator(mode="after")
    def _fits(self) -> Self:
        if (self.username is None) != (self.password is None):
            raise ValueError("username and password belong together: give both or neither")
        if not self.tls and (self.ca_file or self.cert_file or self.key_file):
            raise ValueError("certificates are given but tls is off: set tls = true")
        if self.key_file and not self.cert_file:
            raise ValueError("key_file is given without cert_file")
        if self.mechanism == "PLAIN" and self.password is not None and not self.tls:
            raise ValueError("PLAIN would send the password for all to read: set tls = true or use SCRAM-SHA-512")
        return self


class LogSettings(Group):
    """The log that the stages meet through: one file for one machine, or `[log.kafka]`."""

    path: Path = Path("tocsin.db")
    """The SQLite file; relative paths start at the working directory."""
    partitions: Count | None = None
    """Partitions of every topic when the file is made; unset: each topic's own number."""
    lease: Seconds = 10.0
    """Seconds after which a silent process loses its partitions to the others."""
    maintain_every: Seconds = 300.0
    """Seconds between applications of retention and compaction."""
    kafka: KafkaSettings | None = None
    """The log on Apache Kafka instead of the file."""

    def __str__(self) -> str:
        """Name the log for people: the file, or the brokers."""
        return f"kafka://{self.kafka.servers}" if self.kafka else str(self.path)


def at(url: str, log: LogSettings) -> LogSettings:
    """Return the settings of the log at an address: ``kafka://HOST:PORT[,HOST:PORT…]``, ``sqlite:PATH`` or a path.

    What the address does not say stays as it was. Raises SettingsError.
    """
    scheme, colon, rest = url.partition(":")
    if colon and scheme == "sqlite":
        return log.model_copy(update={"path": _path(rest, url), "kafka": None})
    if colon and scheme == "kafka":
        servers = rest.removeprefix("//").rstrip("/")
        before = log.kafka.model_dump() if log.kafka else {}
        try:
            return log.model_copy(update={"kafka": KafkaSettings(**{**before, "servers": servers})})
        except ValueError:
            raise SettingsError(f"--log {url}: give brokers as kafka://HOST:PORT, several with commas") from None
    if "://" in url:
        raise SettingsError(f"--log {url}: logs are kafka://HOST:PORT, sqlite:PATH or a path")
    return log.model_copy(update={"path": _path(url, url), "kafka": None})


def _path(path: str, url: str) -> Path:
    if not path:
        raise SettingsError(f"--log {url}: names no file; logs are kafka://HOST:PORT, sqlite:PATH or a path")
    return Path(path)
