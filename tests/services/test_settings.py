"""Settings: where they come from, which source wins, and errors that say what to do."""

import pickle
from pathlib import Path

import pytest

from services.settings import Settings, SettingsError, SlackDestination, load


@pytest.fixture(autouse=True)
def _no_outside(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("TOCSIN_CONFIG", raising=False)


def a_file(tmp_path: Path, text: str, name: str = "tocsin.toml") -> Path:
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")
    return path


def test_without_file_and_variables_every_setting_has_its_default() -> None:
    assert load().model_dump() == Settings().model_dump()


def test_the_file_in_the_working_directory_is_read(tmp_path: Path) -> None:
    a_file(tmp_path, '[log]\npath = "elsewhere.db"\n')
    assert load().log.path == Path("elsewhere.db")


def test_a_variable_wins_over_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    a_file(tmp_path, '[log]\npath = "file.db"\nlease = 5\n')
    monkeypatch.setenv("TOCSIN_LOG__PATH", "variable.db")
    settings = load()
    assert (settings.log.path, settings.log.lease) == (Path("variable.db"), 5.0)


def test_tocsin_config_names_the_file_and_an_argument_wins_over_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TOCSIN_CONFIG", str(a_file(tmp_path, "[health]\nport = 1\n", "a.toml")))
    assert load().health.port == 1
    assert load(a_file(tmp_path, "[health]\nport = 2\n", "b.toml")).health.port == 2


def test_a_secret_may_come_by_variable_into_a_destination_of_the_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    a_file(tmp_path, '[deliver.destinations.desk]\nchannel = "slack"\nroom = "C1"\n')
    monkeypatch.setenv("TOCSIN_DELIVER__DESTINATIONS__DESK__TOKEN", "xoxb-made-up")
    desk = load().deliver.destinations["desk"]
    assert isinstance(desk, SlackDestination)
    assert desk.token.get_secret_value() == "xoxb-made-up"
    assert "xoxb-made-up" not in repr(desk)


def test_a_named_file_that_is_absent_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=r"no settings file .*none\.toml; check --config or TOCSIN_CONFIG"):
        load(tmp_path / "none.toml")


def test_a_file_that_is_not_toml_is_an_error_that_names_it(tmp_path: Path) -> None:
    a_file(tmp_path, "[log\n")
    with pytest.raises(SettingsError, match=r"cannot read the settings file tocsin\.toml"):
        load()


def test_a_wrong_value_is_named_with_what_to_do(tmp_path: Path) -> None:
    a_file(tmp_path, "[log]\nlease = -1\n")
    with pytest.raises(SettingsError, match=r"log\.lease: .*greater than 0; set it in .* or as TOCSIN_LOG__LEASE"):
        load()


def test_an_unknown_setting_is_named(tmp_path: Path) -> None:
    a_file(tmp_path, '[log]\npth = "x"\n')
    with pytest.raises(SettingsError, match=r"log\.pth: no such setting"):
        load()


def test_a_misspelt_variable_is_an_error_with_a_hint(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TOCSIN_LGO__PATH", "x")
    with pytest.raises(SettingsError, match="TOCSIN_LGO__PATH is no setting; did you mean TOCSIN_LOG__"):
        load()


@pytest.mark.parametrize("name", ["TOCSIN_REQUIRE", "TOCSIN_SHARED", "TOCSIN_UPDATE"])
def test_what_the_tests_themselves_are_told_by_variables_is_no_setting(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(name, "anything")
    assert load().model_dump() == Settings().model_dump()


def test_a_destination_that_lacks_a_secret_is_named_with_its_variable(tmp_path: Path) -> None:
    a_file(tmp_path, '[deliver.destinations.desk]\nchannel = "slack"\nroom = "C1"\n')
    with pytest.raises(SettingsError, match="TOCSIN_DELIVER__DESTINATIONS__DESK__TOKEN"):
        load()


def test_an_error_never_shows_a_secret(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    a_file(tmp_path, '[deliver.destinations.desk]\nchannel = "slack"\n')
    monkeypatch.setenv("TOCSIN_DELIVER__DESTINATIONS__DESK__TOKEN", "xoxb-made-up")
    with pytest.raises(SettingsError) as caught:
        load()
    assert "xoxb-made-up" not in str(caught.value)
    assert caught.value.__cause__ is None


def test_settings_travel_to_a_child_process_with_their_secrets(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    a_file(tmp_path, '[deliver.destinations.desk]\nchannel = "slack"\nroom = "C1"\ntoken = "xoxb-made-up"\n')
    settings = load()
    monkeypatch.setenv("TOCSIN_LOG__PATH", "later.db")
    assert pickle.loads(pickle.dumps(settings)) == settings  # noqa: S301  our own bytes
