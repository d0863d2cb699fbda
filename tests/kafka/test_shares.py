"""Who gets which partitions: even, complete, and as little moved as can be."""

from hypothesis import given
from hypothesis import strategies as st

from tocsin.log.kafka import Place
from tocsin.log.kafka_shares import Claim, shares

TOPICS = frozenset({"a", "b"})
PLACES = [Place(topic, number) for topic in sorted(TOPICS) for number in range(6)]
CLAIMS = st.dictionaries(
    st.sampled_from("mnopqr"), st.builds(Claim, st.just(TOPICS), st.frozensets(st.sampled_from(PLACES))), min_size=1
)


@given(CLAIMS)
def test_every_partition_has_one_owner_and_shares_are_even(claims: dict[str, Claim]) -> None:
    given_ = shares(PLACES, claims)
    assert sorted(place for share in given_.values() for place in share) == PLACES
    sizes = [len(share) for share in given_.values()]
    assert max(sizes) - min(sizes) <= 1


@given(CLAIMS)
def test_sharing_out_again_what_was_shared_out_moves_nothing(claims: dict[str, Claim]) -> None:
    once = shares(PLACES, claims)
    settled = {member: Claim(TOPICS, frozenset(share)) for member, share in once.items()}
    assert shares(PLACES, settled) == once


def test_a_newcomer_takes_only_its_share() -> None:
    claims = {"a": Claim(TOPICS, frozenset(PLACES)), "b": Claim(TOPICS, frozenset())}
    shared = shares(PLACES, claims)
    assert len(shared["a"]) == len(shared["b"]) == 6


def test_a_member_gets_no_partition_of_a_topic_that_it_did_not_ask_for() -> None:
    claims = {"a": Claim(frozenset({"a"}), frozenset()), "ab": Claim(TOPICS, frozenset())}
    assert {place.topic for place in shares(PLACES, claims)["a"]} == {"a"}


def test_partitions_of_a_topic_that_nobody_asked_for_have_no_owner() -> None:
    assert shares(PLACES, {"a": Claim(frozenset({"a"}), frozenset())})["a"] == set(PLACES[:6])
