"""The API keeps what its OpenAPI document promises, whatever is asked (schemathesis)."""

from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings

from services.dashboard.api import COMMANDS, ENDPOINTS
from tests.builders import a_dead_letter, a_made_delivery, a_polled_feed, an_alert
from tests.services.dashboard.desk_case import related, told, until
from tests.services.dashboard.served import Served, served

FACTS = (
    *related(told("ceasefire/declared", "1", end=until(30)), told("ceasefire/rejected", "2", hours=1)),
    an_alert(),
    a_polled_feed(),
    a_made_delivery(),
    a_dead_letter(),
)


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    with served(tmp_path_factory.mktemp("desk"), *FACTS) as one:
        yield one


@pytest.mark.parametrize(
    ("method", "path"), [*(("GET", one.path) for one in ENDPOINTS), *(("POST", one.path) for one in COMMANDS)]
)
def test_every_answer_is_what_the_document_says(desk: Served, method: str, path: str) -> None:
    document = schemathesis.openapi.from_url(f"{desk.address}/api/v1/openapi.json")

    @given(case=document[path][method].as_strategy())
    @settings(max_examples=30, deadline=None, derandomize=True, database=None, suppress_health_check=list(HealthCheck))
    def asked(case: Any) -> None:
        case.call_and_validate()

    asked()
