"""Full-text search over articles and announcements (SQLite FTS5), the best match first."""

import re
import sqlite3

from services.dashboard.model.moments import moment_of
from services.dashboard.views.values import Hit

_ANNOUNCEMENTS = """
SELECT n.id, n.quote AS title, snippet(announcement_words, -1, '⟦', '⟧', '…', 40) AS excerpt,
n.publisher AS source, n.told AS at, m.storyline_id
FROM announcement_words w JOIN announcements n ON n.rowid = w.rowid
LEFT JOIN members m ON m.announcement_id = n.id
WHERE announcement_words MATCH ? ORDER BY bm25(announcement_words), n.told DESC LIMIT ?"""
_ARTICLES = """
SELECT a.id, a.title, snippet(article_words, 1, '⟦', '⟧', '…', 30) AS excerpt, a.source,
coalesce(a.published, a.observed) AS at, '' AS storyline_id
FROM article_words w JOIN articles a ON a.rowid = w.rowid
WHERE article_words MATCH ? ORDER BY bm25(article_words, 4.0, 1.0), at DESC LIMIT ?"""


def search(database: sqlite3.Connection, words: str, limit: int = 50) -> list[Hit]:
    """Return what holds all the words (the last may be unfinished), announcements first."""
    query = _query(words)
    if not query:
        return []
    found = [_hit("announcement", row) for row in database.execute(_ANNOUNCEMENTS, (query, limit))]
    return [*found, *(_hit("article", row) for row in database.execute(_ARTICLES, (query, limit)))]


def _query(words: str) -> str:
    """Return an FTS5 query that holds no operators of its own, whatever was typed; phrases keep their quotes."""
    parts = re.findall(r'"([^"]+)"|(\S+)', words[:200])
    terms = [" ".join(re.findall(r"\w+", phrase or word)) for phrase, word in parts]
    quoted = [f'"{term}"' for term in terms if term]
    if quoted and not words.rstrip().endswith('"'):
        quoted[-1] += "*"
    return " AND ".join(quoted[:20])


def _hit(type_: str, row: sqlite3.Row) -> Hit:
    return Hit(
        type="announcement" if type_ == "announcement" else "article",
        id=row["id"],
        title=row["title"],
        excerpt=row["excerpt"],
        source=row["source"],
        at=moment_of(row["at"]),
        storyline_id=row["storyline_id"] or "",
    )
