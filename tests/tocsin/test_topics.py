"""Every fact has a topic, and every topic is named once."""

import pytest

from tocsin.events import FACTS
from tocsin.topics import TOPICS, topic_named


def test_every_fact_belongs_to_a_topic_and_every_topic_has_facts() -> None:
    assert {fact.topic for fact in FACTS} == {topic.name for topic in TOPICS}


def test_a_topic_is_found_by_its_name() -> None:
    assert all(topic_named(topic.name) is topic for topic in TOPICS)


def test_an_unknown_topic_is_told_the_known_ones() -> None:
    with pytest.raises(KeyError, match=r"tocsin\.articles"):
        topic_named("tocsin.nothing")
