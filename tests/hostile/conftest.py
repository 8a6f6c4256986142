"""The webhook as on Google Cloud, one for each module."""

from collections.abc import Iterator

import pytest

from tests.hostile.served import Served, serving


@pytest.fixture(scope="module")
def facebook(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """Served until the module is done."""
    with serving(tmp_path_factory.mktemp("served")) as served:
        yield served
