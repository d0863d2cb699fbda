"""The lexicon's files, the verb forms and the pattern language."""

import pytest

from processors.detect.inflect import verb_forms
from processors.detect.lexicon import LexiconError, load, phrase_classes
from processors.detect.rules import compile_pattern, names_in


def test_every_rule_has_a_name_of_its_own() -> None:
    names = [rule.name for rule in load("en").rules]
    assert len(names) == len(set(names))


def test_the_version_follows_from_the_content() -> None:
    assert load("en").version == load("en").version
    assert len(load("en").version) == 8


@pytest.mark.parametrize(
    ("entry", "forms"),
    [
        ("agree", {"agree", "agrees", "agreed", "agreeing"}),
        ("deny", {"deny", "denies", "denied", "denying"}),
        ("stop+", {"stop", "stops", "stopped", "stopping"}),
        ("break/broke/broken down", {"break down", "breaks down", "broke down", "broken down", "breaking down"}),
        ("breach", {"breach", "breaches", "breached", "breaching"}),
    ],
)
def test_verbs_have_all_their_forms(entry: str, forms: set[str]) -> None:
    assert set(verb_forms(entry)) == forms


SIGNS = {"AGREE": "a", "TRUCE": "t", "JOINT": "j", "to": "o"}


@pytest.mark.parametrize(
    ("pattern", "text", "matches"),
    [
        ("@AGREE ..2 TRUCE", "awwt", True),
        ("@AGREE ..2 TRUCE", "awwwt", False),
        ("@AGREE ..2 TRUCE", "awjt", False),
        ("@AGREE ~3 TRUCE", "aw,t", True),
        ("AGREE to? TRUCE", "at", True),
        ("AGREE !to TRUCE", "aot", False),
        ("^ TRUCE", "wt", False),
    ],
)
def test_patterns_mean_what_they_say(pattern: str, text: str, matches: bool) -> None:
    assert bool(compile_pattern(pattern, SIGNS).search(text)) is matches


def test_the_head_is_marked() -> None:
    match = compile_pattern("AGREE to @TRUCE", SIGNS).search("waot")
    assert match is not None
    assert match.start("head") == 3


def test_a_pattern_tells_its_names() -> None:
    assert names_in("@AGREE|to ..4 ( TRUCE )? !JOINT #") == ("AGREE", "to", "TRUCE", "JOINT")


def test_a_phrase_listed_in_two_classes_is_refused() -> None:
    words = {"verbs": {}, "nouns": {"TRUCEN": ["lull"]}, "words": {"PAUSE": ["lull"]}}
    with pytest.raises(LexiconError, match="“lull” is listed as TRUCEN and as PAUSE"):
        phrase_classes(words)


def test_a_verb_form_gives_way_to_a_word_listed_as_such() -> None:
    assert phrase_classes({"verbs": {"AGREE": ["sign"]}, "nouns": {}, "words": {"MARK": ["sign"]}})["sign"] == "MARK"
