"""English verb forms from a lemma, so that lexicons list verbs once; irregular verbs spell their forms out."""

_VOWELS = "aeiou"


def verb_forms(entry: str) -> tuple[str, ...]:
    """Return all forms of a verb entry: "call for" or, irregular, "break/broke/broken down".

    Only the first word inflects. A word that doubles its last letter is written with it: "stop+".
    """
    first, _, rest = entry.partition(" ")
    tail = f" {rest}" if rest else ""
    lemma, *irregular = first.split("/")
    doubled = lemma.endswith("+")
    lemma = lemma.rstrip("+")
    stem = lemma + lemma[-1] if doubled else lemma
    past = irregular or [_past(stem)]
    forms = [lemma, _third(lemma), _ing(stem), *past]
    return tuple(dict.fromkeys(form + tail for form in forms))


def _third(lemma: str) -> str:
    if lemma.endswith(("s", "sh", "ch", "x", "z", "o")):
        return lemma + "es"
    if lemma.endswith("y") and lemma[-2] not in _VOWELS:
        return lemma[:-1] + "ies"
    return lemma + "s"


def _past(stem: str) -> str:
    if stem.endswith("e"):
        return stem + "d"
    if stem.endswith("y") and stem[-2] not in _VOWELS:
        return stem[:-1] + "ied"
    return stem + "ed"


def _ing(stem: str) -> str:
    if stem.endswith("e") and not stem.endswith("ee"):
        return stem[:-1] + "ing"
    return stem + "ing"
