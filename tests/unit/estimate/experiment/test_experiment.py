"""The experiment's estimates against numbers that others computed from the same people."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from analysis.estimate.experiment.experiment import experiment
from analysis.plan.experiment import Experiment
from analysis.prepare.experiment.persons import with_arms
from analysis.pull.connectors.rand_hie import rand_hie
from analysis.steps import Problem
from analysis.study import read_study
from analysis.tables import Lineage, Source, write_table

# Stata 11, Poisson of mdvis; kept by statsmodels in discrete/tests/results/results_discrete.py, class RandHIE.
STATA = {
    "lncoins": (-0.052535114675, 0.00288398915279),
    "idp": (-0.247086797633, 0.01061725196728),
    "lpi": (0.035290201794, 0.00182833684966),
    "fmde": (-0.03457750643, 0.00161284852954),
    "physlm": (0.271713973711, 0.01223913844387),
    "disea": (0.033941474461, 0.00056476496963),
    "hlthg": (-0.012635035534, 0.00925061122826),
    "hlthf": (0.054056326828, 0.01530987068312),
    "hlthp": (0.206115121809, 0.02627928267502),
    "constant": (0.700352877227, 0.01116266712362),
}
# Visits per person and year by plan, Manning and others 1987, as lecture slides by C. Schottmueller print them
# (github.com/schottmueller/infohealthecon, 0810moralHazard.pdf, slide 7).
MANNING = {"free": 4.55, "coinsurance_25": 3.33, "coinsurance_50": 3.03, "coinsurance_95": 2.73}
# Person-years by plan (catastrophic, deductible, cost sharing, free), from the output of code that repeats Angrist and
# Pischke 2015 (github.com/jrnold/masteringmetrics, docs/rand.md).
PERSON_YEARS = {"95": 3724, "deductible": 4175, "25 and 50": 5464, "free": 6840}


@pytest.fixture(scope="module")
def plan(root: Path) -> Experiment:
    found = read_study(root / "studies/rand-hie.yaml").experiment
    assert found is not None
    return found


@pytest.fixture(scope="module")
def persons(plan: Experiment, tmp_path_factory: pytest.TempPathFactory) -> pd.DataFrame:
    folder = tmp_path_factory.mktemp("rand")
    rand_hie(out=folder)
    return with_arms(pd.read_csv(folder / "persons.csv"), plan, "persons.csv")


def made(persons: pd.DataFrame, plan: Experiment, folder: Path) -> pd.DataFrame:
    write_table(folder / "persons.parquet", persons, Lineage((Source("rand-hie", "0" * 64, "observed"),)))
    experiment(persons=folder / "persons.parquet", experiment=plan, confidence=0.95, out=folder / "out.parquet")
    return pd.read_parquet(folder / "out.parquet")


@pytest.fixture(scope="module")
def estimates(persons: pd.DataFrame, plan: Experiment, tmp_path_factory: pytest.TempPathFactory) -> pd.DataFrame:
    return made(persons, plan, tmp_path_factory.mktemp("estimates"))


@pytest.mark.parametrize(("term", "coefficient", "std_error"), [(term, *pair) for term, pair in STATA.items()])
def test_published_model_is_that_of_stata(
    estimates: pd.DataFrame, term: str, coefficient: float, std_error: float
) -> None:
    rows = estimates[(estimates["specification"] == "published") & (estimates["subgroup"] == term)]
    assert rows["estimate"].tolist() == pytest.approx([coefficient], abs=1e-7)
    assert rows["std_error"].tolist() == pytest.approx([std_error], rel=1e-4)


@pytest.mark.parametrize(("arm", "mean"), MANNING.items())
def test_mean_visits_are_those_published_to_the_last_digit(estimates: pd.DataFrame, arm: str, mean: float) -> None:
    rows = estimates[(estimates["outcome"] == "visits") & (estimates["term"] == "arm_mean")]
    rows = rows[rows["specification"] == "primary"]
    assert rows.loc[rows["subgroup"] == arm, "estimate"].round(2).tolist() == [mean]


def test_arms_have_the_published_person_years(persons: pd.DataFrame) -> None:
    count = persons["arm"].value_counts()
    ours = {
        "95": count["coinsurance_95"], "deductible": count["deductible"],
        "25 and 50": count["coinsurance_25"] + count["coinsurance_50"], "free": count["free"],
    }  # fmt: skip
    assert ours == pytest.approx(PERSON_YEARS, rel=0.003)


def test_standard_errors_follow_the_formula_of_liang_and_zeger(persons: pd.DataFrame, estimates: pd.DataFrame) -> None:
    arm = persons[persons["arm"] == "free"]
    residuals = (arm["visits"] - arm["visits"].mean()).groupby(arm["person_id"]).sum()
    groups, rows, arms = persons["person_id"].nunique(), len(persons), persons["arm"].nunique()
    correction = groups / (groups - 1) * (rows - 1) / (rows - arms)
    expected = np.sqrt(correction * (residuals**2).sum()) / len(arm)
    found = estimates[(estimates["outcome"] == "visits") & (estimates["term"] == "arm_mean")]
    found = found[found["specification"] == "primary"].set_index("subgroup")
    assert found.loc["free", "std_error"] == pytest.approx(expected, rel=1e-6)


def test_rate_ratio_is_the_ratio_of_means(estimates: pd.DataFrame) -> None:
    plain = estimates[(estimates["outcome"] == "admissions") & (estimates["specification"] == "primary")]
    means = plain[plain["term"] == "arm_mean"].set_index("subgroup")["estimate"]
    ratios = plain[plain["term"] == "arm_effect"].set_index("subgroup")["estimate"]
    assert ratios.to_dict() == pytest.approx((means.drop("free") / means["free"]).to_dict(), rel=1e-9)


def test_the_other_reading_moves_the_plans_in_doubt(persons: pd.DataFrame, estimates: pd.DataFrame) -> None:
    # By hand: plans 2 to 4 stand under the deductible, so that the 95% plans are 14 to 16.
    free = persons.loc[persons["plan"] == 11, "visits"].mean()
    expected = {
        "coinsurance_95": persons.loc[persons["plan"].isin([14, 15, 16]), "visits"].mean() / free,
        "deductible": persons.loc[persons["plan"].isin([1, 2, 3, 4, 13]), "visits"].mean() / free,
    }
    rows = estimates[(estimates["outcome"] == "visits") & (estimates["specification"] == "other_reading")]
    ratios = rows[rows["term"] == "arm_effect"].set_index("subgroup")["estimate"]
    assert ratios[list(expected)].to_dict() == pytest.approx(expected, rel=1e-9)
    assert set(rows["term"]) == {"arm_mean", "arm_effect"}


@pytest.mark.parametrize(
    ("other", "fault"),
    [
        ({"values": [2], "arm": "nobody"}, "none of the arms"),
        ({"values": [99], "arm": "deductible"}, "in no arm"),
        ({"values": [8, 9, 10], "arm": "deductible"}, "nobody in the arm coinsurance_50"),
    ],
)
def test_another_reading_that_cannot_be_is_refused(plan: Experiment, other: dict[str, object], fault: str) -> None:
    with pytest.raises(ValueError, match=fault):
        Experiment.model_validate(plan.model_dump() | {"other_reading": other})


def test_years_counted_twice_change_no_interval(persons: pd.DataFrame, plan: Experiment, tmp_path: Path) -> None:
    few = persons[persons["site"].isin([2, 5])].reset_index(drop=True)
    least = plan.model_copy(update={"adjust": (), "specification": None})
    (tmp_path / "twice").mkdir()
    once, twice = made(few, least, tmp_path), made(pd.concat([few, few]), least, tmp_path / "twice")
    assert twice["estimate"].tolist() == pytest.approx(once["estimate"].tolist(), rel=1e-9)
    assert twice["std_error"].tolist() == pytest.approx(once["std_error"].tolist(), rel=1e-3)


def test_an_arm_without_events_is_told(persons: pd.DataFrame, plan: Experiment, tmp_path: Path) -> None:
    none = persons.assign(admissions=persons["admissions"].where(persons["arm"] != "free", 0))
    with pytest.raises(Problem, match="Arm free has no admissions"):
        made(none, plan, tmp_path)


def test_columns_that_cannot_be_told_apart_are_named(persons: pd.DataFrame, plan: Experiment, tmp_path: Path) -> None:
    with pytest.raises(Problem, match="cannot tell its columns apart"):
        made(persons, plan.model_copy(update={"adjust": ("arm",)}), tmp_path)
