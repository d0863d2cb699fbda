"""The facts that a replay writes for the articles of a file."""

from services.replay import as_facts
from tests.builders import an_article
from tocsin.events import ArticlePublished, ArticleRevised
from tocsin.vocabulary import Change


def test_each_article_is_published_once_in_the_order_of_the_file() -> None:
    articles = [an_article(id=name, url=f"https://wire.example/{name}") for name in ("b", "a")]
    facts, given_ids = as_facts(articles)
    assert facts == [ArticlePublished(at=article.observed, article=article) for article in articles]
    assert given_ids == {("b", 1): "b", ("a", 1): "a"}


def test_a_later_revision_at_a_known_address_is_an_edit_of_that_article() -> None:
    first, second = an_article(id="a", title="Truce near"), an_article(id="b", title="Truce agreed", revision=2)
    facts, given_ids = as_facts([first, second])
    edit = facts[1]
    assert isinstance(edit, ArticleRevised)
    assert (edit.article.id, edit.article.title) == ("a", "Truce agreed")
    assert edit.changes == (Change(field="title", before="Truce near", after="Truce agreed"),)
    assert given_ids == {("a", 1): "a", ("a", 2): "b"}


def test_a_third_revision_is_compared_with_the_second() -> None:
    titles = ["Truce near", "Truce agreed", "Truce over"]
    facts, _ = as_facts([an_article(id=str(n), title=title, revision=n) for n, title in enumerate(titles, start=1)])
    last = facts[2]
    assert isinstance(last, ArticleRevised)
    assert last.article.id == "1"
    assert last.changes == (Change(field="title", before="Truce agreed", after="Truce over"),)


def test_a_revision_whose_first_was_never_seen_is_published() -> None:
    facts, given_ids = as_facts([an_article(id="b", revision=3)])
    assert isinstance(facts[0], ArticlePublished)
    assert given_ids == {("b", 3): "b"}


def test_articles_without_an_address_are_never_taken_for_each_other() -> None:
    facts, _ = as_facts([an_article(id="a", url=""), an_article(id="b", url="", revision=2)])
    assert all(isinstance(fact, ArticlePublished) for fact in facts)
