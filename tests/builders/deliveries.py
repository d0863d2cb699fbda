"""Builders of the facts about deliveries."""

from datetime import timedelta
from typing import Any

from tests.builders.alerts import an_alert
from tests.builders.values import NOON, build
from tocsin.events import DeliveryAttempted, DeliveryFailed, DeliveryGivenUp, DeliveryMade, DeliveryQueued

_DELIVERY = {"at": NOON, "alert_id": "alert1", "channel": "terminal", "destination": "desk"}


def a_queued_delivery(**overrides: Any) -> DeliveryQueued:
    """Return the fact that ``an_alert()`` is owed to the desk's terminal."""
    defaults = {
        "at": NOON,
        "alert_id": "alert1",
        "storyline_id": "s1",
        "channel": "terminal",
        "destination": "desk",
        "route": "everything",
        "due": NOON,
        "alert": an_alert(),
    }
    return build(DeliveryQueued, defaults, overrides)


def an_attempted_delivery(**overrides: Any) -> DeliveryAttempted:
    """Return the fact that a first send is about to start."""
    return build(DeliveryAttempted, {**_DELIVERY, "attempt": 1}, overrides)


def a_made_delivery(**overrides: Any) -> DeliveryMade:
    """Return the fact that the first send succeeded."""
    return build(DeliveryMade, {**_DELIVERY, "storyline_id": "s1", "attempt": 1, "receipt": "printed"}, overrides)


def a_failed_delivery(**overrides: Any) -> DeliveryFailed:
    """Return the fact that the first send failed and will be tried again in a minute."""
    defaults = {**_DELIVERY, "attempt": 1, "reason": "timeout", "retry_at": NOON + timedelta(minutes=1)}
    return build(DeliveryFailed, defaults, overrides)


def a_given_up_delivery(**overrides: Any) -> DeliveryGivenUp:
    """Return the fact that the destination refused for good."""
    return build(DeliveryGivenUp, {**_DELIVERY, "attempt": 1, "reason": "no such channel"}, overrides)
