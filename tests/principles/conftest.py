"""What the tests of the principles share."""

from pathlib import Path

import pytest

from shared.principles.loading import Library, load
from tests.principles.reading import two_versions


@pytest.fixture
def two(tmp_path: Path) -> Library:
    """The shipped version and one to come."""
    for name, text in two_versions().items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    return load(tmp_path)
