"""Published estimates on the log scale: standard errors from intervals and p-values, contrasts from arms."""

import math
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from analysis.prepare.contract.contract import Evidence
from analysis.prepare.contract.raw import read_raw
from analysis.prepare.evidence.evidence import with_contrasts, with_log_ratio
from analysis.steps import Problem
from analysis.tables import read_table

FILES = Path(__file__).parents[4] / "data/raw/published"
MISSING = float("nan")
FACTS = {
    "study": "study", "programme": "A programme", "outcome": "emergency_admissions", "population": "everybody",
    "measure": "percent_growth", "direction": "up", "design": "panel_regression", "controlled": "yes",
    "role": "estimate", "certainty": "F", "note": "", "estimate": MISSING, "ci_low": MISSING, "ci_high": MISSING,
    "p_value": MISSING,
}  # fmt: skip


def published(*rows: dict[str, object]) -> pd.DataFrame:
    return pd.DataFrame([FACTS | {"evidence_id": f"e{number}"} | row for number, row in enumerate(rows)])


def numbers(low: float, estimate: float, high: float) -> dict[str, object]:
    return {"estimate": estimate, "ci_low": low, "ci_high": high}


def contrast(*rows: dict[str, object]) -> "pd.Series":
    made = with_contrasts(with_log_ratio(published(*rows)))
    assert len(made) == len(rows) + 1
    return made.iloc[-1]


def test_rate_ratio_with_an_interval() -> None:
    # Exley et al. 2019: 0.938 (0.902 to 0.975). Cochrane Handbook: (ln 0.975 - ln 0.902) / 3.92 = 0.0199.
    row = with_log_ratio(published(numbers(0.902, 0.938, 0.975) | {"measure": "rate_ratio"})).iloc[0]
    assert row["log_ratio"] == pytest.approx(-0.0640, abs=5e-5)
    assert row["log_std_error"] == pytest.approx(0.0199, abs=5e-5)
    assert row["derivation"] == "published interval"


@pytest.mark.parametrize("measure", ["percent_change", "percent_difference"])
def test_percentage_change_is_a_ratio_to_one(measure: str) -> None:
    row = with_log_ratio(published(numbers(-39, -23, -3) | {"measure": measure})).iloc[0]
    assert row["log_ratio"] == pytest.approx(math.log(0.77))
    assert (row["log_low"], row["log_high"]) == pytest.approx((math.log(0.61), math.log(0.97)))


def test_every_file_of_published_estimates_keeps_the_contract() -> None:
    files = [path for path in FILES.glob("*.csv") if "evidence_id" in path.read_text(encoding="utf-8").split("\n")[0]]
    assert {"evaluations.csv", "continuity.csv"} <= {path.name for path in files}
    for path in files:
        assert len(read_raw(path, Evidence))


def test_without_interval_there_is_a_ratio_and_no_error() -> None:
    row = with_log_ratio(published({"measure": "percent_change", "estimate": 2})).iloc[0]
    assert row["log_ratio"] == pytest.approx(math.log(1.02))
    assert np.isnan(row["log_std_error"])
    assert row["derivation"] == "no interval"


@pytest.mark.parametrize("measure", ["points", "currency_gbp", "years", "direction_only"])
def test_other_scales_have_no_ratio(measure: str) -> None:
    row = with_log_ratio(published(numbers(-12, -9, -6) | {"measure": measure})).iloc[0]
    assert np.isnan(row["log_ratio"])
    assert row["derivation"] == ""


def test_contrast_of_two_growths() -> None:
    row = contrast(numbers(3.8, 6.4, 9.0) | {"role": "arm"}, numbers(9.5, 12, 13.6) | {"role": "comparator"})
    errors = [(math.log(high) - math.log(low)) / 3.92 for low, high in ((1.038, 1.09), (1.095, 1.136))]
    assert row["log_ratio"] == pytest.approx(math.log(1.064 / 1.12))
    assert row["log_std_error"] == pytest.approx(math.hypot(*errors), rel=1e-4)
    assert row["estimate"] == pytest.approx(100 * (1.064 / 1.12 - 1))
    assert row["ci_low"] < row["estimate"] < row["ci_high"]
    assert (row["evidence_id"], row["role"], row["certainty"]) == ("e0-contrast", "estimate", "C")
    assert (row["direction"], row["measure"]) == ("down", "percent_change")


def test_arms_of_one_study_are_one_contrast() -> None:
    arms = [numbers(3.8, 6.4, 9.0), numbers(4.5, 8.8, 13.1)]
    row = contrast(*(arm | {"role": "arm"} for arm in arms), numbers(9.5, 12, 13.6) | {"role": "comparator"})
    errors = np.array([(math.log1p(b / 100) - math.log1p(a / 100)) / 3.92 for a, b in ((3.8, 9.0), (4.5, 13.1))])
    together = np.average([math.log(1.064), math.log(1.088)], weights=errors**-2)
    assert row["log_ratio"] == pytest.approx(together - math.log(1.12), abs=1e-6)
    base = (math.log(1.136) - math.log(1.095)) / 3.92
    assert row["log_std_error"] == pytest.approx(math.sqrt(1 / (errors**-2).sum() + base**2), rel=1e-4)


def test_a_contrast_names_everybody_who_is_in_it() -> None:
    arms = [numbers(3.8, 6.4, 9.0) | {"population": who} for who in ("pioneers", "vanguards", "pioneers")]
    row = contrast(*(arm | {"role": "arm"} for arm in arms), numbers(9.5, 12, 13.6) | {"role": "comparator"})
    assert row["population"] == "pioneers; vanguards"


def test_standard_error_from_the_p_value() -> None:
    # Cochrane Handbook: the standard error is the estimate over z; a two-sided p of 0.0455 is z = 2.
    row = contrast({"estimate": 1.93, "role": "arm", "p_value": 0.0455}, {"estimate": 4.84, "role": "comparator"})
    assert row["log_std_error"] == pytest.approx(abs(math.log(1.0193 / 1.0484)) / 2, rel=1e-4)
    assert row["derivation"] == "difference of two growths, from the p value"
    assert row["ci_high"] < 0


def test_other_studies_and_outcomes_are_not_contrasted() -> None:
    rows = [
        {"estimate": 1, "role": "arm"},
        {"estimate": 2, "role": "comparator", "study": "other"},
        {"estimate": 3, "role": "comparator", "outcome": "elective_admissions"},
        {"estimate": 4, "role": "comparator", "measure": "percent_change"},
    ]
    assert len(with_contrasts(with_log_ratio(published(*rows)))) == 4


def test_two_comparators_are_refused() -> None:
    rows = [
        {"estimate": 1, "role": "arm"},
        {"estimate": 2, "role": "comparator"},
        {"estimate": 3, "role": "comparator"},
    ]
    with pytest.raises(Problem, match="Study study has 2 comparators"):
        contrast(*rows)


def test_the_register_makes_its_two_contrasts(prepared: Path) -> None:
    rows, lineage = read_table(prepared / "evidence.parquet")
    made = rows[rows["evidence_id"].str.endswith("-contrast")]
    assert set(made["study"]) == {"morciano2021", "keeble2019"}
    assert made["evidence_id"].is_unique
    assert not lineage.simulated
    keeble = made[made["study"] == "keeble2019"].iloc[0]
    assert keeble["estimate"] == pytest.approx(100 * (1.0193 / 1.0484 - 1))


def test_an_arm_without_any_error_has_none() -> None:
    row = contrast({"estimate": 6, "role": "arm"}, numbers(10, 12, 14) | {"role": "comparator"})
    assert np.isnan(row["log_std_error"])


def test_no_difference_with_a_p_value_is_not_certain() -> None:
    row = contrast({"estimate": 12, "role": "arm", "p_value": 0.5}, {"estimate": 12, "role": "comparator"})
    assert row["log_std_error"] != 0
