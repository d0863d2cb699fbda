"""The users file: TOML that names who may sign in, with argon2id hashes of their passwords."""

import base64
import hashlib
import json
import os
import re
import stat
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from argon2 import PasswordHasher, Type, extract_parameters
from argon2.exceptions import InvalidHashError, VerificationError

from services.dashboard.access.person import Role, is_name

_BARE_KEY = re.compile(r"[A-Za-z0-9_-]+")
_ROLES: Mapping[str, Role] = {"viewer": "viewer", "operator": "operator"}
_HOW = "make a line with `tocsin dashboard user NAME`"


class UsersFileError(Exception):
    """The users file cannot be used; the text names the file, the user and what to do."""


@dataclass(frozen=True)
class User:
    """One who may sign in."""

    role: Role
    password: str = field(repr=False)  # an argon2id hash in PHC form

    @property
    def mark(self) -> str:
        """Return what changes when the role or the password does, so that older sessions end."""
        return hashlib.sha256(f"{self.role} {self.password}".encode()).hexdigest()[:16]


class Users:
    """Everybody who may sign in. ``warning`` says what is unwise about the file, if anything."""

    def __init__(self, by_name: Mapping[str, User], warning: str | None = None) -> None:
        """Hold at least one user."""
        self._by_name = dict(by_name)
        self._decoy = _decoy(next(iter(self._by_name.values())).password)
        self.warning = warning

    @classmethod
    def read(cls, path: Path) -> "Users":
        """Read the file. Raises UsersFileError."""
        tables = _tables(path)
        return cls({name: _user(path, name, table) for name, table in tables.items()}, _warning(path))

    def check(self, name: str, password: str) -> Role | None:
        """Return the role of the one who signs in, or None. Hashes (tens of ms) for unknown names just the same."""
        user = self._by_name.get(name)
        is_right = _verify(user.password if user else self._decoy, password)
        return user.role if user and is_right else None

    def mark_of(self, name: str) -> str | None:
        """Return the mark that this user's sessions must carry, or None for nobody."""
        user = self._by_name.get(name)
        return user.mark if user else None


def hash_password(text: str) -> str:
    """Return an argon2id hash in PHC form (RFC 9106's second recommended parameters: 64 MiB, three passes)."""
    return PasswordHasher().hash(text)


def line_for(name: str, role: Role, password_hash: str) -> str:
    """Return the TOML to paste into the users file. Raises ValueError for a name that no user can have."""
    if not is_name(name):
        raise ValueError(f"{name!r} cannot be a user's name: 1 to 64 printable characters, no space around them")
    key = name if _BARE_KEY.fullmatch(name) else json.dumps(name, ensure_ascii=False)
    return f'[users.{key}]\npassword = "{password_hash}"\nrole = "{role}"\n'


def _verify(password_hash: str, password: str) -> bool:
    try:
        return PasswordHasher().verify(password_hash, password)
    except (VerificationError, InvalidHashError):
        return False


def _decoy(password_hash: str) -> str:
    """Return a hash that no password has, and that costs as much to check as the given one."""
    head, _, _ = password_hash.rpartition("$")
    digest = os.urandom(extract_parameters(password_hash).hash_len)
    return f"{head}${base64.b64encode(digest).decode().rstrip('=')}"


def _tables(path: Path) -> Mapping[str, object]:
    try:
        content = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise UsersFileError(f"{path}: cannot be read ({error.strerror}); {_HOW} and save it there") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise UsersFileError(f"{path}: is not TOML ({error})") from error
    users = content.get("users")
    if not isinstance(users, dict) or not users:
        raise UsersFileError(f"{path}: names no users; {_HOW} and paste it in")
    return users


def _user(path: Path, name: str, table: object) -> User:
    where = f"{path}: user {name!r}"
    if not is_name(name):
        raise UsersFileError(f"{where}: a name is 1 to 64 printable characters with no space around them")
    values = table if isinstance(table, dict) else {}
    password, written = values.get("password"), values.get("role")
    role = _ROLES.get(str(written))
    if role is None:
        raise UsersFileError(f'{where}: the role is {written!r}; write role = "viewer" or role = "operator"')
    if not isinstance(password, str) or not _is_argon2id(password):
        raise UsersFileError(f"{where}: the password is not an argon2id hash; {_HOW}")
    return User(role, password)


def _is_argon2id(text: str) -> bool:
    try:
        return extract_parameters(text).type is Type.ID
    except InvalidHashError:
        return False


def _warning(path: Path) -> str | None:
    if path.stat().st_mode & (stat.S_IRGRP | stat.S_IROTH):
        return f"{path} can be read by other users of this machine; run: chmod 600 {path}"
    return None
