"""The three ways to let people in: open (on loopback), a users file, a trusted proxy."""

import ipaddress
from dataclasses import dataclass, field
from typing import Literal

from services.dashboard.access.proxy import TrustedProxy
from services.dashboard.access.users_file import UsersFile

Mode = Literal["open", "users", "proxy"]


@dataclass(frozen=True)
class Access:
    """How people get in. Raises ValueError when the mode lacks what it needs."""

    mode: Mode
    key: bytes = field(repr=False)  # signs sessions; see key_file
    users: UsersFile | None = None  # for "users"
    proxy: TrustedProxy | None = None  # for "proxy"
    hosts: tuple[str, ...] = ()  # for "open": names besides localhost that a browser may call it by, without port

    def __post_init__(self) -> None:
        if self.mode == "users" and self.users is None:
            raise ValueError("access by users needs a users file")
        if self.mode == "proxy" and self.proxy is None:
            raise ValueError("access by proxy needs the proxy's header and networks")


def is_loopback(host: str) -> bool:
    """Say whether only this machine reaches a server that binds to ``host``: the only place for mode "open"."""
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return host.lower() == "localhost"
