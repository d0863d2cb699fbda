"""Brings what people command into the alerts' own order.

Commands and alerts are different topics, whose records have no order between them. Planning must fold one order to
give the same result twice, so this core restates acknowledgements and silences as facts of ``tocsin.alerts``: from
then on the log itself says which alert came before which silence. It decides nothing else.
"""

from collections.abc import Sequence
from datetime import datetime

import msgspec

from tocsin.events import AcknowledgementGiven, AlertAcknowledged, Fact, SilenceSet, StorylineSilenced


class NoState(msgspec.Struct, frozen=True):
    """Nothing is remembered."""


class CommandCore:
    """``tocsin.commands`` to ``tocsin.alerts``: see the file's purpose. Reviews are another stage's business."""

    name = "command"
    topics: tuple[str, ...] = ("tocsin.commands",)
    version = "1"
    state_type = NoState

    def initial(self) -> NoState:
        """Return the state, which is none."""
        return NoState()

    def decide(self, state: NoState, fact: Fact, now: datetime) -> tuple[NoState, Sequence[Fact]]:
        """Restate one command."""
        return state, _restated(fact)

    def tick(self, state: NoState, now: datetime) -> tuple[NoState, Sequence[Fact]]:
        """Nothing follows from time."""
        return state, ()


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
