"""Brings acknowledgements and silences into the alerts' own order, so that planning folds one order (``restating``)."""

from collections.abc import Sequence

from tocsin.events import AcknowledgementGiven, AlertAcknowledged, Fact, SilenceSet, StorylineSilenced
from tocsin.restating import Restater


def command_core() -> Restater:
    """Return the core from ``tocsin.commands`` to ``tocsin.alerts``. Reviews are another stage's business."""
    return Restater("command", "tocsin.commands", _restated)


def _restated(fact: Fact) -> Sequence[Fact]:
    match fact:
        case AcknowledgementGiven():
            return [
                AlertAcknowledged(at=fact.at, alert_id=fact.alert_id, storyline_id=fact.storyline_id, user=fact.user)
            ]
        case SilenceSet():
            return [
                StorylineSilenced(
                    at=fact.at,
                    storyline_id=fact.storyline_id,
                    until=fact.until,
                    user=fact.user,
                    reason=fact.reason,
                )
            ]
    return ()
