"""From settings to routing rules and destinations."""

from datetime import time, timedelta

from services.routing import routes_of
from services.settings import DeliverSettings


def deliver(**settings: object) -> DeliverSettings:
    return DeliverSettings.model_validate(settings)


DUTY = {"channel": "email", "host": "x.example", "sender": "t@x.example", "to": ["a@x.example", "b@x.example"]}
SCREEN = {"channel": "terminal"}


def test_without_routes_everything_goes_to_every_destination() -> None:
    routes = routes_of(deliver(destinations={"screen": SCREEN, "other": SCREEN}))
    (rule,) = routes.rules
    assert (rule.name, rule.to) == ("everything", ("screen", "other"))


def test_without_destinations_there_is_no_route() -> None:
    assert routes_of(deliver(destinations={})).rules == ()


def test_each_recipient_of_a_mail_is_a_destination_that_hides_its_address() -> None:
    routes = routes_of(deliver(destinations={"duty": DUTY}))
    assert len(routes.rules[0].to) == len(routes.destinations) == 2
    assert all(name.startswith("duty#") and "@" not in name for name in routes.destinations)


def test_a_route_keeps_its_filters_hours_and_repeats() -> None:
    route = {
        "name": "night",
        "to": ["screen"],
        "countries": ["SY"],
        "sides": ["Syrian Government"],
        "quiet": {"zone": "Europe/Paris", "start": "22:00", "end": "06:00"},
        "repeat_every": 600,
        "group_within": 0,
    }
    (rule,) = routes_of(deliver(destinations={"screen": SCREEN}, routes=[route])).rules
    assert rule.match.countries == {"sy"}
    assert rule.match.sides == {"syrian government"}
    assert rule.quiet is not None
    assert (rule.quiet.zone.key, rule.quiet.start, rule.quiet.end) == ("Europe/Paris", time(22), time(6))
    assert (rule.repeat_every, rule.group_within) == (timedelta(minutes=10), timedelta(0))
