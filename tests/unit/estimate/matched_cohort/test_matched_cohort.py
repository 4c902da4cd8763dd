"""The matched cohort from risk score to rows: closed forms, other libraries, the planted truth, and what is refused."""

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm

from analysis.estimate.matched_cohort.cohort_models import People, alone, change, deaths
from analysis.estimate.matched_cohort.matched_cohort import from_matches, from_weights, matched_cohort
from analysis.estimate.matched_cohort.matching import balance_table, match, numbers, score
from analysis.estimate.numerics.weights.balance_statistics import balance
from analysis.estimate.numerics.weights.risk_score import covariates, log_odds
from analysis.estimates import Estimate, NotEstimated
from analysis.plan.designs import MatchedCohort
from analysis.steps import Problem
from tests.conftest import receipt

OUTCOMES = {"emergency_admissions": "emergency", "elective_admissions": "elective"}


def persons(random: np.random.Generator, size: int, effect: float = 1.0, chosen: float = 0.0) -> pd.DataFrame:
    """Patients whose use is Poisson around a rate of their own; who had most of it may be chosen more often."""
    rate = random.gamma(2, 0.3, size)
    use = {
        f"{measure}_{window}": random.poisson(rate * share)
        for measure in ("emergency", "elective", "outpatient")
        for window, share in {"earlier": 1.0, "recent": 0.5}.items()
    }
    frame = pd.DataFrame(use).assign(
        patient_id=[f"H{number:05d}" for number in random.permutation(size)], practice_id="P1", site_id="",
        sex="female", age=random.integers(65, 95, size), imd=random.normal(20, 5, size),
        conditions=random.poisson(2, size),
        month=24_100, months_after=6.0, died=random.random(size) < 0.05, role="candidate",
    )  # fmt: skip
    case = np.argsort(-(chosen * frame["emergency_recent"] + random.normal(0, 1, size)))[: size // 20]
    frame.loc[frame.index[case], ["role", "site_id"]] = ["case", "S1"]
    frame.loc[frame.index[case[::2]], "site_id"] = "S2"
    for measure in ("emergency", "elective", "outpatient"):
        before = frame[f"{measure}_recent"] + random.binomial(frame[f"{measure}_earlier"], 1 / 3)
        after = random.poisson(rate * np.where(frame["role"] == "case", effect, 1.0))
        frame = frame.assign(**{f"{measure}_before": before, f"{measure}_after": after})
    history = frame[frame["role"] == "candidate"].assign(role="history")
    return pd.concat([frame, history], ignore_index=True)


def people(frame: pd.DataFrame, weight: np.ndarray | None = None, cluster: np.ndarray | None = None) -> People:
    size = len(frame)
    weight = np.ones(size) if weight is None else weight
    cluster = np.arange(size) if cluster is None else cluster
    return People(frame, (frame["role"] == "case").to_numpy(), weight, cluster, 6)


def ratio(rows: list[Any]) -> Estimate:
    return next(row for row in rows if isinstance(row, Estimate) and row.scale == "ratio" and row.term == "effect")


@pytest.fixture(scope="module")
def cohort() -> pd.DataFrame:
    return persons(np.random.default_rng(1), 4000, effect=1.5, chosen=1.0)


@pytest.fixture(scope="module")
def matched(cohort: pd.DataFrame) -> pd.DataFrame:
    return match(score(cohort), MatchedCohort())


@pytest.fixture(scope="module")
def large() -> pd.DataFrame:
    return persons(np.random.default_rng(7), 24_000, effect=1.2, chosen=0.7)


@pytest.fixture(scope="module")
def large_matched(large: pd.DataFrame) -> pd.DataFrame:
    return match(score(large), MatchedCohort())


def test_without_deaths_the_ratio_is_that_of_four_sums(cohort: pd.DataFrame) -> None:
    rows = cohort[cohort["role"] != "history"].reset_index(drop=True)
    told = people(rows)
    sums = rows.groupby("role")[["emergency_before", "emergency_after"]].sum()
    own = sums["emergency_after"] / sums["emergency_before"]
    found = ratio(change(told, "emergency", 0.95, told.labels("emergency_admissions", "poisson_matched")))
    assert found.estimate == pytest.approx(own["case"] / own["candidate"], rel=1e-8)
    alone_rows = alone(told, "emergency", told.labels("emergency_admissions", "poisson_matched", term="before_after"))
    assert [row.estimate for row in alone_rows] == pytest.approx([own["case"], own["candidate"]])


def test_ratio_and_error_are_those_of_a_glm_with_an_effect_per_patient(cohort: pd.DataFrame) -> None:
    rows = cohort[cohort["role"] != "history"].iloc[:120].reset_index(drop=True)
    role, months = np.where(rows.index % 2, "case", "candidate"), np.where(rows["died"], 2.5, 6.0)
    rows = rows.assign(months_after=months, role=role)
    weight, cluster = np.where(rows["role"] == "case", 1.0, 0.25), rows.index.to_numpy() // 4
    told = people(rows, weight, cluster)
    found = ratio(change(told, "emergency", 0.95, told.labels("emergency_admissions", "poisson_matched")))
    some = (rows["emergency_before"] + rows["emergency_after"] > 0).to_numpy()
    part, size = rows[some], int(some.sum())
    after = np.repeat([0.0, 1.0], size)
    design = np.column_stack(
        [np.tile(np.eye(size), (2, 1)), after, after * np.tile((part["role"] == "case").to_numpy(float), 2)]
    )
    counts = np.concatenate([part["emergency_before"], part["emergency_after"]])
    months = np.concatenate([np.full(size, 6.0), part["months_after"]])
    model = sm.GLM(
        counts, design, sm.families.Poisson(), offset=np.log(months), freq_weights=np.tile(weight[some], 2)
    ).fit(tol=1e-12)
    expected = np.asarray(model.fittedvalues)
    scores = design * (np.tile(weight[some], 2) * (counts - expected))[:, None]
    groups = np.unique(cluster[some], return_inverse=True)[1]
    sums = np.stack([scores[np.tile(groups, 2) == each].sum(axis=0) for each in range(groups.max() + 1)])
    bread = np.linalg.inv((design * (np.tile(weight[some], 2) * expected)[:, None]).T @ design)
    clusters = len(sums)
    error = (bread @ (sums.T @ sums) @ bread)[-1, -1] ** 0.5 * (clusters / (clusters - 1)) ** 0.5
    assert np.log(found.estimate) == pytest.approx(model.params[-1], abs=1e-6)
    assert found.std_error == pytest.approx(error, rel=1e-4)


def test_a_weight_is_as_many_patients(cohort: pd.DataFrame) -> None:
    rows = cohort[cohort["role"] != "history"].iloc[:2000].reset_index(drop=True)
    weight = np.where(rows["role"] == "case", 1.0, 1.0 + rows.index % 3)
    twice = rows.loc[rows.index.repeat(weight.astype(int))]
    copies = people(twice.reset_index(drop=True), cluster=twice.index.to_numpy())
    once = people(rows, weight)
    labels = once.labels("emergency_admissions", "poisson_matched")
    one, other = (ratio(change(each, "emergency", 0.95, labels)) for each in (once, copies))
    assert (one.estimate, one.std_error) == pytest.approx((other.estimate, other.std_error), rel=1e-6)
    for dead, dead_copies in zip(*(deaths(each, 0.95, labels) for each in (once, copies)), strict=True):
        assert (dead.estimate, dead.std_error) == pytest.approx((dead_copies.estimate, dead_copies.std_error), rel=1e-6)


def test_the_risk_of_death_is_a_log_binomial_model(cohort: pd.DataFrame) -> None:
    rows = cohort[cohort["role"] != "history"].reset_index(drop=True)
    told = people(rows)
    found, points = deaths(told, 0.95, told.labels("mortality", "poisson_matched"))
    design = sm.add_constant((rows["role"] == "case").to_numpy(float))
    model = sm.GLM(rows["died"].astype(float), design, sm.families.Poisson()).fit(cov_type="HC0")
    size = len(rows)
    assert np.log(found.estimate) == pytest.approx(model.params.iloc[-1], abs=1e-6)
    assert found.std_error == pytest.approx(model.bse.iloc[-1] * (size / (size - 1)) ** 0.5, rel=1e-4)
    # A ratio is not the difference in risk: that is least squares of deaths on being a case.
    linear = sm.OLS(100 * rows["died"].astype(float), design).fit(cov_type="HC0")
    assert points.scale == "points"
    assert points.estimate == pytest.approx(linear.params.iloc[-1], abs=1e-9)
    assert points.std_error == pytest.approx(linear.bse.iloc[-1] * (size / (size - 1)) ** 0.5, rel=1e-9)


def test_persons_and_clusters_are_counted_as_what_they_are(cohort: pd.DataFrame) -> None:
    rows = cohort[cohort["role"] != "history"].iloc[:600]
    silent = (rows[["emergency_before", "emergency_after"]].sum(axis=1) == 0).sum()
    assert silent > 0
    twice = pd.concat([rows, rows[rows["role"] == "candidate"]], ignore_index=True)  # candidates of two months' sets
    told = people(twice, cluster=pd.factorize(twice["patient_id"])[0])
    found = ratio(change(told, "emergency", 0.95, told.labels("emergency_admissions", "entropy_balancing")))
    assert (found.n_obs, found.n_units, found.n_clusters) == (2 * len(twice), len(rows), len(rows) - silent)


def test_risk_is_that_of_a_logistic_regression_on_the_history(cohort: pd.DataFrame) -> None:
    history, rows = cohort[cohort["role"] == "history"], cohort[cohort["role"] == "case"]
    known = covariates(history).drop(columns="sex")  # everybody is of one sex here
    model = sm.Logit(
        (history["emergency_after"] > 0).astype(float),
        sm.add_constant(known.assign(square=((known["age"] - known["age"].mean()) / 10) ** 2)),
    ).fit(disp=False)
    own = covariates(rows).drop(columns="sex")
    plain = own.assign(square=((own["age"] - known["age"].mean()) / 10) ** 2)
    expected = sm.add_constant(plain, has_constant="add") @ model.params
    assert log_odds(history, rows) == pytest.approx(expected.to_numpy(), abs=1e-5)


def test_controls_are_alike_and_weigh_as_much_as_their_case(cohort: pd.DataFrame, matched: pd.DataFrame) -> None:
    case = matched["role"] == "case"
    assert matched.loc[~case].groupby("set_id")["weight"].sum().to_numpy() == pytest.approx(1.0)
    assert set(matched.loc[~case, "set_id"]) == set(matched.loc[case, "set_id"])
    assert matched["patient_id"].is_unique
    pairs = matched[~case].merge(matched[case], on="set_id", suffixes=("", "_case"))
    assert (pairs["age"] // 10 == pairs["age_case"] // 10).all()
    assert (pairs["emergency_recent"].clip(upper=2) == pairs["emergency_recent_case"].clip(upper=2)).all()
    assert ((pairs["elective_before"] > 0) == (pairs["elective_before_case"] > 0)).all()
    told = numbers(score(cohort), matched)
    assert told["cases_matched"] == case.sum()
    sizes: Any = told["sets_by_controls"]
    assert sum(int(size) * count for size, count in sizes.items()) == (~case).sum()


def test_matching_makes_groups_alike_that_were_not(large: pd.DataFrame, large_matched: pd.DataFrame) -> None:
    table = (
        balance_table(score(large), large_matched).set_index(["covariate", "stage"])["standardised_difference"].abs()
    )
    assert table["emergency_recent", "before"] > 0.5
    assert table.xs("after", level="stage")[["risk", "emergency_recent", "emergency_earlier", "age"]].max() < 0.1


def test_balance_is_as_defined() -> None:
    cases, pool = pd.DataFrame({"age": [80.0, 84.0]}), pd.DataFrame({"age": [70.0, 74.0, 78.0]})
    after = pd.DataFrame({"age": [80.0, 84.0, 78.0, 74.0], "case": [True, True, False, False]})
    table = balance(cases, pool, np.ones(3), after, np.ones(4)).set_index("stage")
    spread = ((4 + 32 / 3) / 2) ** 0.5
    assert table["standardised_difference"].to_dict() == pytest.approx({"before": 8 / spread, "after": 6 / spread})
    assert table["variance_ratio"].to_dict() == pytest.approx({"before": 4 / (32 / 3), "after": 1.0})


def test_both_estimators_find_what_was_planted_where_cases_alone_would_mislead(
    large: pd.DataFrame, large_matched: pd.DataFrame
) -> None:
    rows = from_matches(large_matched, OUTCOMES, 6, 0.95) + from_weights(large, OUTCOMES, 6, 0.95)
    made = [row for row in rows if isinstance(row, Estimate)]
    effects = [row for row in made if row.term == "effect" and row.scale == "ratio" and row.outcome in OUTCOMES]
    assert len(effects) == 4
    assert [abs(np.log(row.estimate / 1.2)) < 3 * row.std_error for row in effects] == [True] * 4
    own = next(row for row in made if row.term == "before_after" and row.subgroup == "cases")
    assert own.estimate < 1.1
    dead = [row for row in made if row.outcome == "mortality" and row.scale == "ratio"]
    assert [abs(np.log(row.estimate)) < 3 * row.std_error for row in dead] == [True] * 2


def test_the_order_of_rows_changes_nothing(cohort: pd.DataFrame, matched: pd.DataFrame) -> None:
    shuffled = cohort.sample(frac=1, random_state=np.random.RandomState(3)).reset_index(drop=True)
    again = match(score(shuffled), MatchedCohort())
    one, other = (ratio(from_matches(each, OUTCOMES, 6, 0.95)) for each in (matched, again))
    assert set(matched["patient_id"]) == set(again["patient_id"])
    assert (one.estimate, one.std_error) == pytest.approx((other.estimate, other.std_error))


def test_what_cannot_be_estimated_is_told_and_the_others_go_on(matched: pd.DataFrame) -> None:
    quiet = matched.assign(emergency_after=matched["emergency_after"].where(matched["role"] == "case", 0))
    rows = from_matches(quiet, OUTCOMES | {"ae": "ae"}, 6, 0.95)
    reasons = {row.outcome: row.why.sentence for row in rows if isinstance(row, NotEstimated)}
    assert set(reasons) == {"emergency_admissions", "ae"}
    assert "no emergency event among controls after the index month" in reasons["emergency_admissions"]
    assert "have no ae" in reasons["ae"]
    assert ratio([row for row in rows if row.outcome == "elective_admissions"]).estimate > 0


def test_too_few_to_learn_from_or_nobody_alike_is_a_sentence(cohort: pd.DataFrame) -> None:
    with pytest.raises(Problem, match="too few were admitted"):
        log_odds(cohort[cohort["role"] == "history"].head(60).assign(emergency_after=0), cohort)
    with pytest.raises(Problem, match="No case has a candidate"):
        match(score(cohort).assign(sex=lambda rows: rows["role"]), MatchedCohort())
    with pytest.raises(Problem, match="No case has enough months"):
        score(cohort[cohort["role"] != "case"])


def test_a_study_without_patients_says_so(tmp_path: Path) -> None:
    receipt(tmp_path / "receipt.json", "ours", "observed")
    matched_cohort(
        receipt=tmp_path / "receipt.json", outcomes=OUTCOMES, settings=MatchedCohort(), confidence=0.95,
        out=tmp_path / "rows.parquet",
    )  # fmt: skip
    rows = pd.read_parquet(tmp_path / "rows.parquet")
    assert rows["outcome"].tolist() == list(OUTCOMES)
    assert set(rows["reason"]) == {"no_cohort"}
