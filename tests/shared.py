"""Where the shared evaluation material lies, and the skip for tests that need it.

It is never part of the project (its texts belong to their publishers): a folder ``shared`` beside the checkout,
or the one that TOCSIN_SHARED names.
"""

import os
from pathlib import Path

import pytest

SHARED = Path(os.environ.get("TOCSIN_SHARED") or Path(__file__).resolve().parents[2] / "shared")

needs_shared = pytest.mark.skipif(
    not (SHARED / "gold").is_dir(),
    reason="the shared evaluation material (../shared or TOCSIN_SHARED) is not on this machine",
)
