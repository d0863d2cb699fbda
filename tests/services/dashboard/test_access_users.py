"""The users file: who is in it, what is wrong with it, what a check costs."""

import os
from pathlib import Path

import pytest

from services.dashboard.access import users as users_module
from services.dashboard.access.users import Users, UsersFileError, hash_password, line_for
from services.dashboard.access.users_file import UsersFile
from tests.services.dashboard.access_fixtures import HASH, PASSWORD


def a_file(path: Path, text: str) -> Path:
    file = path / "users.toml"
    file.touch(0o600)
    file.write_text(text)
    return file


def test_a_made_line_lets_its_user_in(tmp_path: Path) -> None:
    users = Users.read(a_file(tmp_path, line_for("ana", "operator", hash_password("s3cret"))))
    assert users.check("ana", "s3cret") == "operator"
    assert users.check("ana", "S3cret") is None
    assert users.warning is None


@pytest.mark.parametrize("name", ["ana", "ana.b@example.org", "Ána María", 'the "boss"', "日本"])
def test_any_printable_name_survives_the_file(tmp_path: Path, name: str) -> None:
    assert Users.read(a_file(tmp_path, line_for(name, "viewer", HASH))).check(name, PASSWORD) == "viewer"


@pytest.mark.parametrize("name", ["", " ana", "a\nb", "x" * 65])
def test_a_name_that_no_user_can_have_gets_no_line(name: str) -> None:
    with pytest.raises(ValueError, match="cannot be a user's name"):
        line_for(name, "viewer", HASH)


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        (line_for("ana", "operator", HASH).replace("operator", "admin"), "user 'ana': the role is 'admin'; write"),
        ('[users.ana]\nrole = "viewer"\n', "user 'ana': the password is not an argon2id hash; make"),
        ('[users.ana]\nrole = "viewer"\npassword = "hunter2"\n', "user 'ana': the password is not an argon2id hash"),
        (line_for("ana", "viewer", HASH).replace("argon2id", "argon2i"), "user 'ana': the password is not an argon2id"),
        ("[users]\nana = 1\n", "user 'ana': the role is None"),
        ("", "names no users; make a line with `tocsin dashboard user NAME`"),
        ("[users", "is not TOML"),
    ],
)
def test_a_wrong_file_is_refused_with_what_to_do(tmp_path: Path, text: str, complaint: str) -> None:
    file = a_file(tmp_path, text)
    with pytest.raises(UsersFileError) as raised:
        Users.read(file)
    assert str(file) in str(raised.value)
    assert complaint in str(raised.value)
    assert "hunter2" not in str(raised.value)


def test_a_missing_file_is_refused_by_its_name(tmp_path: Path) -> None:
    with pytest.raises(UsersFileError, match=r"users\.toml: cannot be read"):
        Users.read(tmp_path / "users.toml")


def test_a_file_that_others_can_read_is_only_warned_of(tmp_path: Path) -> None:
    file = a_file(tmp_path, line_for("ana", "viewer", HASH))
    file.chmod(0o644)
    users = Users.read(file)
    assert users.warning is not None
    assert "chmod 600" in users.warning


def test_an_unknown_name_costs_a_hashing_of_the_same_parameters(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    checked: list[str] = []
    verify = users_module._verify

    def watched(password_hash: str, password: str) -> bool:
        checked.append(password_hash)
        return verify(password_hash, password)

    monkeypatch.setattr(users_module, "_verify", watched)
    users = Users.read(a_file(tmp_path, line_for("ana", "viewer", HASH)))
    assert users.check("nobody", PASSWORD) is None
    assert users.check("ana", "wrong") is None
    unknown, known = checked
    assert unknown != known
    assert unknown.split("$")[:4] == known.split("$")[:4]
    assert len(unknown) == len(known)


def test_a_changed_file_is_read_again(tmp_path: Path) -> None:
    file = a_file(tmp_path, line_for("ana", "viewer", HASH))
    kept = UsersFile(file)
    before = kept.current().mark_of("ana")
    replace(file, line_for("ana", "operator", HASH))
    assert kept.current().mark_of("ana") not in (None, before)


def test_a_file_that_broke_leaves_the_users_that_were_known(tmp_path: Path) -> None:
    file = a_file(tmp_path, line_for("ana", "viewer", HASH))
    kept = UsersFile(file)
    replace(file, "[users")
    assert kept.current().mark_of("ana") is not None
    assert kept.trouble is not None
    replace(file, line_for("vic", "viewer", HASH))
    assert kept.current().mark_of("ana") is None
    assert kept.trouble is None


def replace(file: Path, text: str) -> None:
    """Save as editors do: beside, then moved over."""
    draft = file.with_suffix(".new")
    draft.touch(0o600)
    draft.write_text(text)
    os.replace(draft, file)
