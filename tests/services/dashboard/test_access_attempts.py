"""How often somebody may try to sign in."""

from datetime import timedelta

from services.dashboard.access.attempts import PER_ADDRESS, PER_NAME, WINDOW, Attempts, Wait
from tests.builders.values import NOON


def test_the_sixth_failure_of_a_name_waits_for_the_first_to_age() -> None:
    attempts = Attempts()
    for minute in range(PER_NAME):
        assert attempts.begin("192.0.2.7", "ana", NOON + timedelta(minutes=minute)) is None
    later = NOON + timedelta(minutes=10)
    assert attempts.begin("192.0.2.7", "ana", later) == Wait(seconds=5 * 60, is_first=True)
    assert attempts.begin("192.0.2.7", "ana", later) == Wait(seconds=5 * 60, is_first=False)
    assert attempts.begin("192.0.2.7", "ana", NOON + WINDOW) is None


def test_a_name_is_held_off_at_one_address_only() -> None:
    attempts = Attempts()
    for _ in range(PER_NAME):
        attempts.begin("192.0.2.7", "ana", NOON)
    assert attempts.begin("192.0.2.8", "ana", NOON) is None
    assert attempts.begin("192.0.2.7", "vic", NOON) is None


def test_an_address_that_tries_many_names_waits() -> None:
    attempts = Attempts()
    for number in range(PER_ADDRESS):
        assert attempts.begin("192.0.2.7", f"name{number}", NOON) is None
    assert attempts.begin("192.0.2.7", "another", NOON) is not None


def test_one_ipv6_network_counts_as_one_address() -> None:
    attempts = Attempts()
    for number in range(PER_NAME):
        attempts.begin(f"2001:db8::{number}", "ana", NOON)
    assert attempts.begin("2001:db8::ffff", "ana", NOON) is not None
    assert attempts.begin("2001:db8:0:1::1", "ana", NOON) is None


def test_success_forgets_the_names_failures() -> None:
    attempts = Attempts()
    for _ in range(PER_NAME):
        attempts.begin("192.0.2.7", "ana", NOON)
    attempts.succeeded("192.0.2.7", "ana")
    assert attempts.begin("192.0.2.7", "ana", NOON) is None


def test_ones_own_success_does_not_clear_the_address_for_guessing_others() -> None:
    attempts = Attempts()
    for number in range(PER_ADDRESS - 1):
        attempts.begin("192.0.2.7", f"name{number}", NOON)
        attempts.begin("192.0.2.7", "mallory", NOON)
        attempts.succeeded("192.0.2.7", "mallory")
    assert attempts.begin("192.0.2.7", "last", NOON) is None
    assert attempts.begin("192.0.2.7", "mallory", NOON) is not None


def test_memory_is_bounded() -> None:
    attempts = Attempts(kept=100)
    for number in range(500):
        attempts.begin(f"10.0.{number // 250}.{number % 250}", "ana", NOON)
    assert len(attempts._tallies) <= 100
