"""The replay server, for every test of the stage pull."""

from collections.abc import Iterator

import pytest

from tests.replay import Replay, replay


@pytest.fixture
def web() -> Iterator[Replay]:
    """A web server on loopback; see tests/replay.py."""
    with replay() as script:
        yield script
