"""Session cookies and the key that signs them."""

import stat
from http.cookies import SimpleCookie
from pathlib import Path

import pytest

from services.dashboard.access.key_file import KeyFileError, key_beside
from services.dashboard.access.sessions import COOKIE, LIFETIME, Session, Sessions, begin, ended
from services.dashboard.access.signing import Seal
from tests.builders.values import NOON
from tests.services.dashboard.access_fixtures import KEY
from tocsin.clock import ManualClock


def value_of(header: str) -> str:
    cookie: SimpleCookie = SimpleCookie(header)
    return cookie[COOKIE].value


def a_cookie(sessions: Sessions, session: Session) -> str:
    return value_of(sessions.cookie(session, is_secure=True, same_site="Strict"))


def test_a_session_is_read_back() -> None:
    sessions = Sessions(KEY, ManualClock(NOON))
    session = begin("ana", "operator", "mark")
    assert sessions.read(a_cookie(sessions, session)) == session


def test_a_session_ends_after_twelve_hours() -> None:
    clock = ManualClock(NOON)
    sessions = Sessions(KEY, clock)
    cookie = a_cookie(sessions, begin("ana", "operator"))
    clock.advance(LIFETIME)
    assert sessions.read(cookie) is not None
    clock.advance(1)
    assert sessions.read(cookie) is None


def test_every_session_has_a_token_of_its_own() -> None:
    assert begin("ana", "operator").csrf != begin("ana", "operator").csrf


def test_a_cookie_of_another_key_purpose_or_form_is_no_session() -> None:
    clock = ManualClock(NOON)
    sessions = Sessions(KEY, clock)
    cookie = a_cookie(sessions, begin("vic", "viewer"))
    payload, rest = cookie.split(".", 1)
    content = {"name": "ana", "role": "operator", "csrf": "x", "mark": ""}
    forged = Seal(KEY, "login", LIFETIME, clock).close(content)
    odd = Seal(KEY, "session", LIFETIME, clock).close({"name": "ana", "role": "root", "csrf": "x"})
    assert Sessions(b"j" * 32, clock).read(cookie) is None
    for bad in (forged, odd, f"{payload}x.{rest}", forged.split(".")[0] + "." + rest, "", "a.b.c", None):
        assert sessions.read(bad) is None


def test_the_cookie_is_kept_from_scripts_other_sites_and_plain_http() -> None:
    sessions = Sessions(KEY, ManualClock(NOON))
    header = sessions.cookie(begin("ana", "operator"), is_secure=True, same_site="Strict")
    assert header.endswith("; Max-Age=43200; Path=/; HttpOnly; SameSite=Strict; Secure")
    assert "Max-Age=0" in ended(is_secure=True)


def test_the_key_is_made_once_for_its_owner_only(tmp_path: Path) -> None:
    key = key_beside(tmp_path / "users.toml")
    assert len(key) == 32
    assert key_beside(tmp_path / "users.toml") == key
    (file,) = tmp_path.iterdir()
    assert file.name == "users.toml.key"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_a_short_key_is_refused(tmp_path: Path) -> None:
    (tmp_path / "users.toml.key").write_bytes(b"")
    with pytest.raises(KeyFileError, match="delete it"):
        key_beside(tmp_path / "users.toml")
