"""The alert rules of Prometheus name metrics, labels and facts that exist, and fire when they should."""

import re
import shutil
import subprocess
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

import promql_parser
import pytest
from prometheus_client import CollectorRegistry

from services.metrics import StageMetrics
from services.run import Supervisor
from services.settings import Settings
from tests.flow.composed import PROMETHEUS, TOP, needs_deployment, read
from tocsin.clock import SystemClock
from tocsin.events import FACTS

pytestmark = needs_deployment

_RULES = PROMETHEUS / "rules.yml"
_CASES = TOP / "tests" / "data" / "compose" / "rules_test.yml"
_OF_PROMETHEUS = {"instance", "job"}
_HOLDING_WIRE_NAMES = {"type", "outcome"}
_PROMTOOL = shutil.which("promtool")

needs_promtool = pytest.mark.skipif(_PROMTOOL is None, reason="promtool is not on this machine (Debian: prometheus)")


class Selected(NamedTuple):
    """A metric that a rule asks for, and by which labels."""

    name: str
    labels: Mapping[str, str]


def rules() -> list[dict[str, Any]]:
    """Return every rule."""
    return [rule for group in read(_RULES)["groups"] for rule in group["rules"]] if _RULES.is_file() else []


_EVERY = pytest.mark.parametrize("rule", rules(), ids=lambda rule: rule["alert"])


@_EVERY
def test_a_rule_asks_for_metrics_and_labels_that_are_served(rule: dict[str, Any]) -> None:
    served = dict(_served())
    for selected in _selected(promql_parser.parse(rule["expr"])):
        assert selected.name in served, selected.name
        assert selected.labels.keys() <= served[selected.name] | _OF_PROMETHEUS, selected


@_EVERY
def test_a_rule_asks_for_wire_names_that_are_written(rule: dict[str, Any]) -> None:
    for selected in _selected(promql_parser.parse(rule["expr"])):
        for label in _HOLDING_WIRE_NAMES & selected.labels.keys():
            assert [fact.wire for fact in FACTS if re.fullmatch(selected.labels[label], fact.wire)], selected


@_EVERY
def test_a_rule_says_how_bad_it_is_what_is_wrong_and_what_to_do(rule: dict[str, Any]) -> None:
    assert rule["labels"]["severity"] in ("critical", "warning")
    assert rule["annotations"].keys() == {"summary", "description"}
    known = {label for labels in dict(_served()).values() for label in labels} | _OF_PROMETHEUS
    assert set(re.findall(r"\$labels\.(\w+)", rule["annotations"]["summary"])) <= known


def test_every_rule_has_a_case_in_which_it_fires() -> None:
    fired = re.findall(r'alertname="(\w+)"', _CASES.read_text(encoding="utf-8"))
    assert set(fired) == {rule["alert"] for rule in rules()}


@needs_promtool
def test_the_rules_and_the_configuration_are_valid_to_prometheus() -> None:
    _run("check", "rules", str(_RULES))
    _run("check", "config", "--syntax-only", str(PROMETHEUS / "prometheus.yml"))


@needs_promtool
def test_each_rule_fires_in_its_cases_and_not_in_the_others() -> None:
    _run("test", "rules", str(_CASES))


def _run(*arguments: str) -> None:
    done = subprocess.run([_PROMTOOL or "", *arguments], capture_output=True, text=True, check=False, timeout=60)  # noqa: S603
    assert done.returncode == 0, done.stdout + done.stderr


def _selected(expression: promql_parser.Expr) -> list[Selected]:
    found = []

    def visit(part: promql_parser.Expr) -> None:
        if isinstance(part, promql_parser.MatrixSelector):
            part = part.vector_selector
        if isinstance(part, promql_parser.VectorSelector):
            found.append(Selected(part.name or "", {one.name: one.value for one in part.matchers.matchers}))

    promql_parser.walk(expression, visit)
    return found


def _served() -> Iterator[tuple[str, set[str]]]:
    """Yield each metric as Prometheus sees it, with its labels."""
    yield "up", set()
    supervisor = Supervisor(Settings(), SystemClock())
    for registry in (StageMetrics("detect").registry, supervisor.registry):
        yield from _series(registry)


def _series(registry: CollectorRegistry) -> Iterator[tuple[str, set[str]]]:
    for collector, names in registry._collector_to_names.items():  # their labels have no other way out
        yield from ((name, set(getattr(collector, "_labelnames", ()))) for name in names)
