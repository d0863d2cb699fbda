"""The words and rules of one language, read from TOML, checked and compiled once."""

import hashlib
import tomllib
from collections.abc import Mapping
from functools import lru_cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Any, NamedTuple, get_args

from ahocorasick_rs import AhoCorasick

from processors.detect.inflect import verb_forms
from processors.detect.rules import Rule, compile_pattern, names_in
from processors.detect.theme import Theme, compile_theme
from processors.detect.tokens import NUMBER, USED, WORD, Vocabulary, sign_names
from tocsin.vocabulary import Act, Family

_RULE_FILES = (
    "rules_none",
    "rules_ceasefire",
    "rules_ceasefire_ends",
    "rules_ceasefire_holds",
    "rules_siege",
    "rules_ultimatum",
)
_FIELDS = frozenset(Rule._fields)


class LexiconError(ValueError):
    """A lexicon file says something that cannot be meant."""


class Lexicon(NamedTuple):
    """What detection knows of a language. ``signs`` maps classes and words to their characters in class strings."""

    language: str
    version: str
    triggers: AhoCorasick
    vocabulary: Vocabulary
    signs: Mapping[str, str]
    rules: tuple[Rule, ...]
    theme: Theme
    nouns: frozenset[str]  # characters that a reading does not use up: the measures themselves, people, places
    classes: Mapping[str, str]  # the class of each character

    def class_of(self, sign: str) -> str:
        """Return the class of a character; empty for plain words and marks."""
        return self.classes.get(sign, "")


@lru_cache(maxsize=8)
def load(language: str) -> Lexicon:
    """Return the lexicon of a language (ISO 639-1); LexiconError where its files contradict themselves."""
    folder = files("processors.detect") / "lexicons" / language
    words = _read(folder, "words")
    sources = [_read(folder, name) for name in _RULE_FILES]
    phrases = phrase_classes(words)
    classes = list(dict.fromkeys(phrases.values()))
    literals = _literals(sources, {*classes, *words["groups"], "w", "USED"})
    own = sign_names([*classes, *literals])
    entries = [(p, own[c]) for p, c in phrases.items()] + [(w, own[w]) for w in literals]
    signs = {**own, **_members(own, phrases, literals), "#": NUMBER, "w": WORD}
    signs["USED"] = USED
    signs |= {group: "".join(signs[name] for name in members) for group, members in words["groups"].items()}
    rules = tuple(_rule(raw, source, signs) for source in sources for raw in source["rule"])
    nouns = frozenset("".join(signs[name] for name in words["kept"]))
    triggers = AhoCorasick(words["triggers"])
    return Lexicon(
        language,
        _version(language),
        triggers,
        Vocabulary(entries, words["tails"]),
        signs,
        rules,
        compile_theme(words["theme"]),
        nouns,
        classes={sign: name for name, sign in own.items()},
    )


def _read(folder: Traversable, name: str) -> dict[str, Any]:
    return tomllib.loads((folder / f"{name}.toml").read_text(encoding="utf-8"))


def _version(language: str) -> str:
    """Return eight hex digits of all lexicon files that reading this language uses."""
    shared = files("processors.detect") / "lexicons"
    digest = hashlib.blake2b(digest_size=4)
    for folder in (shared, shared / language):
        for entry in sorted(folder.iterdir(), key=lambda e: e.name):
            if entry.name.endswith(".toml"):
                digest.update(entry.read_bytes())
    return digest.hexdigest()


def phrase_classes(words: Mapping[str, Any]) -> dict[str, str]:
    """Return the class of each phrase; verb forms give way to words listed as such.

    Raises LexiconError for a phrase that two classes of nouns or words list.
    """
    _check_listed_once(words)
    found: dict[str, str] = {}
    for name, entries in words["verbs"].items():
        for entry in entries:
            for form in verb_forms(entry):
                found.setdefault(form, name)
    for section in ("nouns", "words"):
        for name, entries in words[section].items():
            found.update((phrase, name) for phrase in entries)
    return found


def _check_listed_once(words: Mapping[str, Any]) -> None:
    owners: dict[str, str] = {}
    for section in ("nouns", "words"):
        for name, entries in words[section].items():
            for phrase in entries:
                if owners.setdefault(phrase, name) != name:
                    raise LexiconError(f"“{phrase}” is listed as {owners[phrase]} and as {name}")


def _members(own: Mapping[str, str], phrases: Mapping[str, str], literals: list[str]) -> dict[str, str]:
    """Return for each class its character and those of its words that patterns also name one by one."""
    found = {name: own[name] for name in dict.fromkeys(phrases.values())}
    for word in literals:
        if word in phrases:
            found[phrases[word]] += own[word]
    return found


def _literals(sources: list[dict[str, Any]], known: set[str]) -> list[str]:
    """Return the words that patterns name one by one; each has a character of its own."""
    names = {n for s in sources for raw in s["rule"] for n in names_in(raw["pattern"])} - known
    wrong = sorted(n for n in names if not n.islower())
    if wrong:
        raise LexiconError(f"patterns name unknown classes: {', '.join(wrong)}")
    return sorted(names)


def _rule(raw: Mapping[str, Any], source: Mapping[str, Any], signs: Mapping[str, str]) -> Rule:
    if extra := raw.keys() - _FIELDS:
        raise LexiconError(f"rule {raw.get('name')} has unknown fields: {', '.join(sorted(extra))}")
    family, act = raw.get("family", source.get("family")), raw.get("act")
    if act is not None and (act not in get_args(Act) or family not in get_args(Family)):
        raise LexiconError(f"rule {raw['name']} has unknown family or act {family}/{act}")
    pattern = compile_pattern(raw["pattern"], signs)
    rest = {k: v for k, v in raw.items() if k not in {"name", "family", "act", "pattern"}}
    return Rule(name=raw["name"], family=family, act=act, pattern=pattern, **rest)
