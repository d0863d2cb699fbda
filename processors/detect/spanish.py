"""Hooks of the Spanish pack: the forms of a verb, with what each is in English."""

from collections.abc import Iterator, Sequence

from processors.detect.inflect import verb_forms

_ENDINGS = {  # present and past, singular and plural; participle, gerund, of regular verbs
    "ar": ("a", "an", "ó", "aron", "ado", "ando"),
    "er": ("e", "en", "ió", "ieron", "ido", "iendo"),
    "ir": ("e", "en", "ió", "ieron", "ido", "iendo"),
}
_FUTURE = (("á", "will"), ("án", "will"), ("ía", "would"), ("ían", "would"))
_GENDERS = ("o", "a", "os", "as")


def verb_glosses(infinitive: str, english: str, irregular: Sequence[str] = ()) -> Iterator[tuple[str, str]]:
    """Yield each form of a Spanish verb with its English one: third persons, infinitive, participle, gerund, future.

    ``infinitive`` may go on ("negarse a"); a reflexive "se" goes before its forms ("se niega a"). ``irregular`` are the
    third person singular and plural of present and past, and the masculine participle.
    """
    first, _, rest = infinitive.partition(" ")
    tail = f" {rest}" if rest else ""
    is_reflexive = first.endswith("se")
    lemma = first.removesuffix("se")
    stem, ending = lemma[:-2], _ENDINGS[lemma[-2:]]
    regular = [stem + part for part in ending]
    present, presents, past, pasts, participle = irregular or regular[:5]
    base, third, ing, *pasts_en = verb_forms(english)
    past_en, participle_en = pasts_en[0], pasts_en[-1]
    before = "se " if is_reflexive else ""
    for form, gloss in ((present, third), (presents, base), (past, past_en), (pasts, past_en)):
        yield f"{before}{form}{tail}", gloss
    yield f"{first}{tail}", f"to {base}"
    for gender in _GENDERS:
        yield f"{participle[:-1]}{gender}{tail}", participle_en
    yield f"{regular[5]}{'se' if is_reflexive else ''}{tail}", ing
    for suffix, modal in _FUTURE:
        yield f"{before}{lemma}{suffix}{tail}", f"{modal} {base}"
