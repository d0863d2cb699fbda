"""Which reports are copies of one another, and how many publishers report on their own."""

from datetime import timedelta

from processors.relate.ledger import Storyline
from tocsin.standing import told_at
from tocsin.vocabulary import SourceLine, Statement

_SAME_TEXT = 0.8  # Jaccard similarity of shingles, as estimated by MinHash
_SAME_NEWS = timedelta(days=2)


def similarity(a: tuple[int, ...], b: tuple[int, ...]) -> float:
    """Return the estimated Jaccard similarity of two signatures; 0 where they cannot be compared."""
    if not a or len(a) != len(b):
        return 0.0
    return sum(x == y for x, y in zip(a, b, strict=True)) / len(a)


def source_lines(line: Storyline, later: Statement) -> tuple[tuple[SourceLine, ...], int]:
    """Return who reports the later announcement, newest last, and how many of them independently."""
    same = [
        s
        for s in line.statements
        if s.announcement.act == later.announcement.act
        and abs(told_at(s.article) - told_at(later.article)) < _SAME_NEWS
    ]
    lines: list[SourceLine] = []
    originals: list[Statement] = []
    for s in same:
        if any(one.article_id == s.article.id for one in lines):
            continue
        is_copy = any(similarity(s.article.fingerprint, o.article.fingerprint) >= _SAME_TEXT for o in originals)
        if not is_copy:
            originals.append(s)
        lines.append(
            SourceLine(
                source=s.article.source,
                publisher=s.article.publisher,
                url=s.article.url,
                article_id=s.article.id,
                is_copy=is_copy,
            )
        )
    return tuple(lines), len({s.article.publisher for s in originals})
