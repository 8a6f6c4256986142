"""What the tests of the desk share."""

from pathlib import Path

import pytest
from werkzeug.test import Client

from tests.desk.seeds import Seeds, console


@pytest.fixture
def seeds(tmp_path: Path) -> Seeds:
    """An empty desk."""
    return Seeds(tmp_path)


@pytest.fixture
def client(seeds: Seeds) -> Client:
    """A browser without a screen, at the console over the seeds."""
    return Client(console(seeds))
