"""How near published means lie to ours is told as exactly as the means are printed."""

import pytest

from analysis.present.experiment.experiment_words import apart


@pytest.mark.parametrize(
    ("most", "largest", "told"),
    [
        (0.0048, 4.55, "less than 0.01"),
        (0.1084, 4.44, "0.11 or less"),
        (0.11, 4.44, "0.11 or less"),
        (0.0001, 0.128, "less than 0.001"),
        (0.0021, 0.128, "0.003 or less"),
    ],
)
def test_a_difference_has_the_decimals_of_the_means(most: float, largest: float, told: str) -> None:
    assert apart(most, largest) == told
