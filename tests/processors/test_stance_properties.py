"""Paraphrases keep the act and minimal changes flip it, whoever the parties and wherever the place, if it is named."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.processors.detect_case import acts

#: Parties at war with each other and a place of that war, from several decades.
WARS = [
    ("Syria's army", "Syrian rebels", "Homs"),
    ("Israel", "Hamas", "Gaza"),
    ("Russia", "Ukraine", "Mariupol"),
    ("Azerbaijan", "Armenia", "Stepanakert"),
    ("Ethiopia", "Tigrayan forces", "Mekelle"),
    ("the Yemeni government", "the Houthis", "Taiz"),
    ("Sri Lanka", "the Tamil Tigers", "Jaffna"),
    ("the Bosnian Serbs", "Bosnia", "Sarajevo"),
    ("Sudan's army", "the RSF", "El Fasher"),
    ("Turkey", "the PKK", "Diyarbakir"),
]
TRUCES = ["ceasefire", "truce", "cease-fire", "cessation of hostilities", "48-hour truce"]

#: Each group: an act, and ways to say the same. A template without a full stop is a headline.
SAME: dict[str, list[str]] = {
    "ceasefire/declared": [
        "{a} declared a {truce} in {place}.",
        "A {truce} in {place} was declared by {a}.",
        "{a} declares {truce} in {place}",
        "{a} has announced a {truce} in {place}.",
        "A spokesman said {a} had declared a {truce} in {place}.",
        "{a} announces {truce} in {place}",
        "{a} announced that a {truce} in {place} would begin at noon.",
        "{a} announced that there would be a {truce} in {place}.",
    ],
    "ceasefire/agreed": [
        "{a} and {b} agreed to a {truce} in {place}.",
        "A {truce} in {place} was agreed by {a} and {b}.",
        "{a}, {b} agree {truce} in {place}",
        "{a} and {b} have reached agreement on a {truce} in {place}.",
        "{a} and {b} signed a {truce} for {place}.",
        "{a}, {b} reach {truce} in {place}",
        "{a} announced that a {truce} in {place} had been agreed.",
    ],
    "ceasefire/rejected": [
        "{b} rejected a {truce} in {place}.",
        "A {truce} in {place} was rejected by {b}.",
        "{b} rejects {truce} in {place}",
        "{b} turned down the {truce} in {place}.",
        "{b} said no to a {truce} in {place}.",
        "{b} refused to agree to a {truce} in {place}.",
        "{b} will not accept a {truce} in {place}, a commander said.",
    ],
    "ceasefire/violated": [
        "{a} broke the {truce} in {place}, {b} said.",
        "The {truce} in {place} was broken by {a}.",
        "{b} accused {a} of violating the {truce} in {place}.",
        "{b} accuses {a} of breaching {truce} in {place}",
        "Shelling went on in {place} despite the {truce}.",
        "Fighting continues in {place} despite {truce}",
        "{a} declared that {b} had violated the {truce} in {place}.",
        "The {truce} in {place} is not holding.",
    ],
    "ceasefire/extended": [
        "{a} and {b} agreed to extend the {truce} in {place}.",
        "The {truce} in {place} was extended.",
        "{a}, {b} extend {truce} in {place}",
        "{truce} in {place} extended by three days",
        "{a} and {b} have prolonged their {truce} in {place} by a week.",
        "{a} announced it was extending the {truce} in {place}.",
    ],
    "ceasefire/ended": [
        "{a} called off the {truce} in {place}.",
        "{a} declared the {truce} in {place} over.",
        "{a} says {truce} in {place} is over",
        "The {truce} in {place} has collapsed.",
        "{truce} in {place} collapses",
        "The {truce} in {place} expired at midnight.",
        "{a} withdrew from the {truce} in {place}.",
        "{a} declares {truce} in {place} over",
        "{a} announced that the {truce} in {place} was over.",
        "{a} announced that the {truce} in {place} had collapsed.",
        "{a} announced it was ending the {truce} in {place}.",
        "{a} announced the suspension of the {truce} in {place}.",
    ],
    "siege/ended": [
        "{a} lifted the siege of {place}.",
        "The siege of {place} was lifted by {a}.",
        "{a} lifts siege of {place}",
        "{b} broke the siege of {place}.",
        "The blockade of {place} has been lifted.",
        "{a} announced that the siege of {place} was over.",
        "{a} announced it was lifting the blockade of {place}.",
        "{a} declares siege of {place} over",
    ],
    "siege/declared": [
        "{a} laid siege to {place}.",
        "{a} lays siege to {place}",
        "{a} imposed a blockade on {place}.",
        "A blockade of {place} was imposed by {a}.",
        "{a} announced it was imposing a blockade on {place}.",
        "{a} announced that it would impose a blockade on {place}.",
    ],
    "ultimatum/declared": [
        "{a} gave {b} 48 hours to leave {place}.",
        "{a} gives {b} 48 hours to leave {place}",
        "{a} told {b} to leave {place} by Friday or face attack.",
        "{a} issued an ultimatum to {b} to withdraw from {place}.",
        "{b} were given 24 hours to quit {place}.",
        "{a} announced that {b} had 48 hours to leave {place}.",
    ],
}

#: Minimal pairs: the second says something else.
FLIPPED = [
    ("{a} and {b} agreed to a {truce} in {place}.", "{a} and {b} did not agree to a {truce} in {place}."),
    ("{a} and {b} agreed to a {truce} in {place}.", "{a} and {b} agreed to end a {truce} in {place}."),
    ("{a} and {b} agreed to a {truce} in {place}.", "{a} and {b} agreed to extend a {truce} in {place}."),
    ("{a} and {b} agreed to a {truce} in {place}.", "{a} and {b} denied having agreed to a {truce} in {place}."),
    ("{a} and {b} agreed to a {truce} in {place}.", "{a} and {b} refused to agree to a {truce} in {place}."),
    ("{a} and {b} agreed to a {truce} in {place}.", "{a} and {b} could agree to a {truce} in {place}."),
    ("{a} and {b} agreed to a {truce} in {place}.", "{a} and {b} failed to agree on a {truce} in {place}."),
    ("{a} declared a {truce} in {place}.", "{a} declared the {truce} in {place} over."),
    ("{a} declares {truce} in {place}", "{a} declares {truce} in {place} over"),
    ("{a} declared a {truce} in {place}.", "{a} denied it had declared a {truce} in {place}."),
    ("{a} accepted a {truce} in {place}.", "{a} rejected a {truce} in {place}."),
    ("{a} extended the {truce} in {place}.", "{a} refused to extend the {truce} in {place}."),
    ("{a} extended the {truce} in {place}.", "{a} violated the {truce} in {place}."),
    ("The {truce} in {place} is holding.", "The {truce} in {place} is not holding."),
    ("The {truce} in {place} took effect.", "The {truce} in {place} collapsed."),
    ("{a} lifted the siege of {place}.", "{a} refused to lift the siege of {place}."),
    ("{a} lifted the siege of {place}.", "{a} imposed the siege of {place} again."),
    ("{a} lifted the siege of {place}.", "The UN called on {a} to lift the siege of {place}."),
    ("{a} lifted the blockade of {place}.", "{a} eased the blockade of {place}."),
    ("{a} issued an ultimatum to {b}.", "{a} withdrew its ultimatum to {b}."),
    ("{b} rejected the ultimatum by {a}.", "{b} accepted the ultimatum by {a}."),
    ("{a} extended its deadline for {b} to surrender.", "The deadline of {a} for {b} to surrender expired."),
]

#: What is only wished, threatened or feared changes nothing.
UNREAL = [
    "{a} threatened to lift the siege of {place}.",
    "{a} vowed to break the {truce} in {place}.",
    "Diplomats hope that {a} and {b} will agree to a {truce} in {place}.",
    "It is unclear whether {a} and {b} will agree to a {truce} in {place}.",
    "If a {truce} were declared in {place}, aid could be brought in.",
    "{a} and {b} have yet to agree on a {truce} in {place}.",
    "{a} and {b} discussed a {truce} in {place}.",
]

_WHERE = re.compile(r" (?:in|for) \{place\}")

wars = st.sampled_from(WARS)
truces = st.sampled_from(TRUCES)


def told(template: str, war: tuple[str, str, str], truce: str, *, has_place: bool = True) -> set[str]:
    """Return what a template tells, of one war, as a headline or as a sentence of its text."""
    a, b, place = war
    if not has_place:
        template = _WHERE.sub("", template)
    sentence = template.format(a=a, b=b, place=place, truce=truce)
    sentence = sentence[0].upper() + sentence[1:]
    return acts(sentence) if sentence.endswith(".") else acts("Shops were shut.", title=sentence)


@pytest.mark.parametrize(("act", "template"), [(act, one) for act, group in SAME.items() for one in group])
@settings(max_examples=12, deadline=None)
@given(war=wars, truce=truces, has_place=st.booleans())
def test_a_paraphrase_keeps_the_act_and_tells_no_other(
    act: str, template: str, war: tuple[str, str, str], truce: str, has_place: bool
) -> None:
    assert told(template, war, truce, has_place=has_place) == {act}


@pytest.mark.parametrize(("act", "template"), [(act, group[0]) for act, group in SAME.items()])
@settings(max_examples=12, deadline=None)
@given(war=wars, truce=truces)
def test_a_wire_in_capitals_says_the_same(act: str, template: str, war: tuple[str, str, str], truce: str) -> None:
    a, b, place = war
    assert act in acts(template.format(a=a, b=b, place=place, truce=truce).upper())


@pytest.mark.parametrize(("plain", "flipped"), FLIPPED)
@settings(max_examples=12, deadline=None)
@given(war=wars, truce=truces, has_place=st.booleans())
def test_a_minimal_change_flips_the_act(
    plain: str, flipped: str, war: tuple[str, str, str], truce: str, has_place: bool
) -> None:
    before = told(plain, war, truce, has_place=has_place)

    assert before
    assert told(flipped, war, truce, has_place=has_place).isdisjoint(before)


@pytest.mark.parametrize("template", UNREAL)
@settings(max_examples=12, deadline=None)
@given(war=wars, truce=truces)
def test_what_is_only_wished_or_feared_is_no_announcement(template: str, war: tuple[str, str, str], truce: str) -> None:
    changing = {"declared", "agreed", "ended", "extended", "violated", "amended"}
    assert {act.partition("/")[2] for act in told(template, war, truce)}.isdisjoint(changing)
