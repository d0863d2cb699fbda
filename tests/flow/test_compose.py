"""The compose files are valid, cautious, and start a program whose settings and catalogue load.

There is no container engine here: what only one could tell is listed in docs/containers.md.
"""

import json
import os
import re
import tomllib
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml

from ingest import catalogue
from services.settings import Settings, load
from services.stages import STAGES
from tests.flow.composed import COMPOSE, EMBEDDED, PROMETHEUS, TOP, Service, needs_deployment, read, services

pytestmark = needs_deployment

_SCHEMA = TOP / "tests" / "data" / "compose" / "compose-spec.json"
_SERVICES = list(services()) if COMPOSE.is_file() else []
_OURS = [service for service in _SERVICES if "build" in service.settings]
_EVERY = pytest.mark.parametrize("service", _SERVICES, ids=str)
_EVERY_OF_OURS = pytest.mark.parametrize("service", _OURS, ids=str)
_MOUNTED = "/etc/tocsin"  # where our containers see deploy/compose


@pytest.mark.parametrize("file", [COMPOSE, EMBEDDED], ids=lambda file: file.stem)
def test_the_file_follows_the_compose_specification(file: Path) -> None:
    _validate(read(file))


def test_the_page_shows_additions_that_are_valid_and_ports_that_are_open() -> None:
    page = (TOP / "docs" / "containers.md").read_text(encoding="utf-8")
    for block in re.findall(r"```yaml\n(.*?)```", page, re.DOTALL):
        _validate(yaml.safe_load(block))
    published = {port.split(":")[1] for service in _SERVICES for port in service.settings.get("ports", ())}
    assert set(re.findall(r"`(?:http://)?localhost:(\d+)`", page)) <= published


@_EVERY
def test_a_service_may_do_no_more_than_it_must(service: Service) -> None:
    settings = service.settings
    assert settings["read_only"] is True
    assert settings["cap_drop"] == ["ALL"]
    assert settings["security_opt"] == ["no-new-privileges:true"]
    assert int(settings["user"].partition(":")[0]) > 0
    assert settings["deploy"]["resources"]["limits"].keys() == {"cpus", "memory"}
    assert all(str(port).startswith("127.0.0.1:") for port in settings.get("ports", ()))
    assert ":" in settings.get("image", "") or "build" in settings, "a tag, not whatever is newest"


@_EVERY
def test_a_service_comes_back_and_tells_whether_it_is_well(service: Service) -> None:
    assert service.settings["restart"] == "unless-stopped"
    assert "healthcheck" in service.settings or "build" in service.settings, "our image has a check for tocsin run"


@_EVERY
def test_what_a_service_mounts_is_there(service: Service) -> None:
    volumes = read(service.file)["volumes"]
    for source, target, *mode in (mount.split(":") for mount in service.settings.get("volumes", ())):
        if source.startswith("."):
            assert (service.file.parent / source).is_dir(), source
            assert mode == ["ro"], f"{target} must not be written"
        else:
            assert source in volumes


def test_each_stage_has_a_container_that_is_asked_at_its_own_port(monkeypatch: pytest.MonkeyPatch) -> None:
    composed = {service.name: service for service in _SERVICES if service.file == COMPOSE}
    asked = []
    for number, stage in enumerate(STAGES, start=1):
        service = composed[stage]
        port = _settings(service, monkeypatch).health.port + number
        assert service.settings["command"] == [stage]
        assert service.settings["healthcheck"]["test"] == ["CMD", "is-ready", str(port)]
        assert service.settings["depends_on"]["kafka"] == {"condition": "service_healthy"}
        asked.append(f"{stage}:{port}")
    (job,) = read(PROMETHEUS / "prometheus.yml")["scrape_configs"]
    assert job["static_configs"] == [{"targets": asked}]


@_EVERY_OF_OURS
def test_the_settings_of_a_container_load_and_its_catalogue_too(
    service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = _settings(service, monkeypatch)
    if service.file == COMPOSE:
        assert settings.log.kafka is not None
        assert settings.log.kafka.servers.partition(":")[0] in read(COMPOSE)["services"]
    else:
        assert settings.log.kafka is None
    assert settings.health.host == "0.0.0.0", "the check and Prometheus come from outside"  # noqa: S104
    assert catalogue.load(_on_this_machine(settings.ingest.catalogue)).feeds


@_EVERY_OF_OURS
def test_a_container_stops_later_than_its_stages(service: Service, monkeypatch: pytest.MonkeyPatch) -> None:
    grace = float(service.settings["stop_grace_period"].removesuffix("s"))
    assert grace > _settings(service, monkeypatch).run.stop_within


def test_mail_goes_to_the_mailpit_that_is_composed() -> None:
    destinations = tomllib.loads((EMBEDDED.parent / "tocsin.toml").read_text(encoding="utf-8"))["deliver"]
    assert destinations["destinations"]["mailpit"]["host"] in read(COMPOSE)["services"]
    assert destinations["destinations"]["mailpit"]["host"] in read(EMBEDDED)["services"]


def _validate(composed: object) -> None:
    schema = json.loads(_SCHEMA.read_text(encoding="utf-8"))
    jsonschema.Draft202012Validator(schema).validate(composed)


def _settings(service: Service, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """Return what the program of a container would read."""
    for name in [name for name in os.environ if name.startswith("TOCSIN_")]:
        monkeypatch.delenv(name)
    environment: dict[str, Any] = service.settings["environment"]
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    return load(_on_this_machine(Path(environment["TOCSIN_CONFIG"])))


def _on_this_machine(path: Path) -> Path:
    return EMBEDDED.parent / path.relative_to(_MOUNTED)
