"""Sessions: a signed cookie says who somebody is for twelve hours. The server keeps nothing."""

import secrets
from dataclasses import dataclass, field
from typing import Literal

import msgspec

from services.dashboard.access.person import Person, Role
from services.dashboard.access.signing import Seal
from tocsin.clock import Clock

COOKIE = "tocsin_session"
LIFETIME = 12 * 60 * 60  # seconds

SameSite = Literal["Strict", "Lax"]


@dataclass(frozen=True)
class Session:
    """What the cookie holds. ``mark`` is that of the user's entry when they signed in (``User.mark``)."""

    name: str
    role: Role
    csrf: str = field(repr=False)
    mark: str = ""

    @property
    def person(self) -> Person:
        return Person(self.name, self.role, self.csrf)


class Sessions:
    """Writes and reads session cookies."""

    def __init__(self, key: bytes, clock: Clock) -> None:
        self._seal = Seal(key, "session", LIFETIME, clock)

    def cookie(self, session: Session, *, is_secure: bool, same_site: SameSite) -> str:
        """Return the value of a Set-Cookie header that opens the session."""
        value = self._seal.close(msgspec.to_builtins(session))
        return set_cookie(COOKIE, value, seconds=LIFETIME, is_secure=is_secure, same_site=same_site)

    def read(self, value: str | None) -> Session | None:
        """Return the session in a cookie's value, or None when it is missing, forged or over."""
        try:
            return msgspec.convert(self._seal.open(value or ""), Session)
        except msgspec.ValidationError:
            return None


def begin(name: str, role: Role, mark: str = "") -> Session:
    """Return a new session with a CSRF token of its own."""
    return Session(name, role, secrets.token_urlsafe(32), mark)


def ended(*, is_secure: bool) -> str:
    """Return the value of a Set-Cookie header that takes the session away."""
    return set_cookie(COOKIE, "", seconds=0, is_secure=is_secure, same_site="Strict")


def set_cookie(name: str, value: str, *, seconds: int, is_secure: bool, same_site: SameSite, path: str = "/") -> str:
    """Return the value of a Set-Cookie header; ``value`` is what a Seal gave, or empty. Scripts never see it."""
    attributes = f"Max-Age={seconds}; Path={path}; HttpOnly; SameSite={same_site}"
    return f"{name}={value}; {attributes}{'; Secure' if is_secure else ''}"
