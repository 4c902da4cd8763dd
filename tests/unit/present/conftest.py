"""What the tests of the stage present share: estimates that are labelled otherwise."""

from pathlib import Path

import pandas as pd
import pytest


@pytest.fixture(scope="session")
def observed(results: Path, estimates: pd.DataFrame, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The small world's table of estimates as if its data were observed."""
    path = tmp_path_factory.mktemp("observed") / "estimates.csv"
    estimates.assign(simulated=False).to_csv(path, index=False)
    return path
