"""kill -9 of an ingest process at many points of its polls: what it published equals an undisturbed run's."""

from pathlib import Path

import pytest

from tests.ingest.killed import DOCUMENTS, points, published


@pytest.mark.timeout(110)
async def test_killing_ingest_loses_no_article_and_repeats_none(tmp_path: Path) -> None:
    undisturbed = await published(str(tmp_path / "calm.db"))
    killed = await published(str(tmp_path / "killed.db"), points(20161102, 12))
    assert len(undisturbed) > DOCUMENTS
    assert killed == undisturbed
