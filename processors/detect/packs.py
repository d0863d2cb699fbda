"""Language packs: what the detector needs of a language, and how an article of it is read by the English rules.

English is read as it stands. Another language has a gloss (``gloss.py``): its articles are rendered word for word,
read, and what was found is told in the original's words.
"""

import hashlib
from collections.abc import Callable
from functools import lru_cache
from importlib.resources import files
from typing import NamedTuple

import msgspec
from ahocorasick_rs import AhoCorasick

from processors.detect.gloss import GLOSSED, gloss
from processors.detect.lexicon import Lexicon, load
from processors.detect.roster import read_lexicon
from tocsin.ids import content_id
from tocsin.vocabulary import Announcement, Article, ClaimedTime

Told = Callable[[Announcement], Announcement]
_RULES = "en"  # the language of the clause rules


class Pack(NamedTuple):
    """What the detector knows of a language. ``version`` changes with any file that reading it uses."""

    language: str
    version: str
    lexicon: Lexicon
    triggers: AhoCorasick

    def opens(self, article: Article) -> bool:
        """Say whether an article holds any word that opens the analysis."""
        return bool(self.triggers.find_matches_as_indexes(f"{article.title}\n{article.text}".lower()))

    def rendered(self, article: Article) -> tuple[Article, Told]:
        """Return an article as the rules read it, and what tells an announcement found there as the article does."""
        if self.language not in GLOSSED:
            return article, lambda told: told
        title, text = gloss(article.title, self.language), gloss(article.text, self.language)

        def original(words: str) -> str:
            of_title = title.original(words, article.title) if words in title.text else ""
            return of_title or text.original(words, article.text)

        return (
            msgspec.structs.replace(article, title=title.text, text=text.text, lang=_RULES),
            lambda told: _told_in(told, original),
        )


@lru_cache(maxsize=8)
def load_pack(language: str) -> Pack:
    """Return the pack of a language (ISO 639-1); LexiconError where its files contradict themselves."""
    lexicon = load(_RULES if language in GLOSSED else language)
    if language not in GLOSSED:
        return Pack(language, lexicon.version, lexicon, lexicon.triggers)
    data = (files("processors.detect") / "lexicons" / language / "gloss.toml").read_bytes()
    version = hashlib.blake2b(data + lexicon.version.encode(), digest_size=4).hexdigest()
    return Pack(language, version, lexicon, AhoCorasick(read_lexicon(f"{language}/gloss.toml")["triggers"]))


def _told_in(told: Announcement, original: Callable[[str], str]) -> Announcement:
    """Return an announcement in the words of the original; the gloss that decided is noted as evidence."""
    quote = original(told.quote)
    evidence = told.evidence
    if evidence is not None:
        evidence = msgspec.structs.replace(
            evidence, clause=original(evidence.clause), notes=(*evidence.notes, f"read as: {evidence.clause}")
        )
    return msgspec.structs.replace(
        told,
        id=content_id("announcement", told.id, quote),
        quote=quote,
        evidence=evidence,
        start=_time_in(told.start, original),
        end=_time_in(told.end, original),
        deadline=_time_in(told.deadline, original),
    )


def _time_in(time: ClaimedTime | None, original: Callable[[str], str]) -> ClaimedTime | None:
    return msgspec.structs.replace(time, text=original(time.text)) if time else None
