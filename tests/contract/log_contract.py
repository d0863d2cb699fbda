"""What every EventLog must do. An implementation's tests inherit ``LogContract`` and give it a ``store`` fixture."""

from tests.contract.log_appending import AppendingContract
from tests.contract.log_groups import GroupsContract
from tests.contract.log_members import MembersContract
from tests.contract.log_retention import RetentionContract
from tests.contract.log_store import (
    EVENTS,
    LEASE,
    LINE,
    OUTPUTS,
    START,
    STATES,
    TOPICS,
    Store,
    a_draft,
    consume,
    drafts,
    fetch_all,
    ids,
    read_all,
    read_partition,
    settle,
)

__all__ = [
    "EVENTS",
    "LEASE",
    "LINE",
    "OUTPUTS",
    "START",
    "STATES",
    "TOPICS",
    "LogContract",
    "Store",
    "a_draft",
    "consume",
    "drafts",
    "fetch_all",
    "ids",
    "read_all",
    "read_partition",
    "settle",
]


class LogContract(AppendingContract, GroupsContract, MembersContract, RetentionContract):
    """The suite. Times stand still unless a test moves ``store.clock``."""
