"""What may be told of protected persons: counts, means, shares, rows, words; and what a table gives back."""

import itertools
import json
import math
import re
from dataclasses import asdict
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.assess.disclosure import disclosed_facts, disclosed_tables
from analysis.assess.disclosure.disclose import disclose, is_protected
from analysis.assess.disclosure.disclosed_reasons import FEW, disclosed_reasons
from analysis.assess.disclosure.disclosed_rows import PERSONS, Rows, disclosed_rows
from analysis.assess.disclosure.event_counts import EventCounts
from analysis.disclosure import POLICY
from analysis.estimates import COLUMNS, Estimate
from analysis.present.matched_cohort.cohort import cohort
from analysis.pull.datasets.register import Dataset
from analysis.reason_codes import ReasonCode
from analysis.reasons import Why, read_why
from analysis.steps import read_json, write_json
from analysis.tables import Lineage, Source, read_table, write_table
from tests.unit.present.phrases import allowed
from workflow.registry import registry
from workflow.study_data import read_study_data

NOTHING = EventCounts({}, {}, {}, {})


def numbers(cases: int, matched: int, controls: int = 200) -> dict[str, int]:
    return {
        "cases": cases, "cases_followed": cases, "cases_matched": matched, "cases_unmatched": cases - matched,
        "too_early": 0, "too_late": 0, "candidates_at_risk": 5000, "candidates": 6000, "controls_matched": controls,
    }  # fmt: skip


def covariate(name: str, stage: str, cases: float, controls: float) -> pd.DataFrame:
    return pd.DataFrame([{
        "covariate": name, "characteristic": name, "stage": stage, "cases_mean": cases, "controls_mean": controls,
        "standardised_difference": 0.123456, "variance_ratio": 1.23456,
    }])  # fmt: skip


def shown(name: str, stage: str, case: float, control: float, **people: int) -> dict[str, float]:
    told = disclosed_tables.matched_balance(covariate(name, stage, case, control), numbers(**people))
    return dict(told.iloc[0])


def test_no_mean_of_a_cohort_of_five_is_told() -> None:
    for stage, mean in (("before", 0.6), ("after", 0.5)):
        row = shown("sex", stage, mean, 0.5, cases=5, matched=4)
        assert all(math.isnan(row[name]) for name in ("cases_mean", "controls_mean", "standardised_difference"))


def test_a_share_does_not_give_a_count_of_seven_back() -> None:
    row = shown("emergency_recent", "after", 7 / 38, 12 / 38, cases=40, matched=38)
    assert math.isnan(row["cases_mean"])
    assert math.isnan(row["standardised_difference"])  # with the controls' mean it would be the share again


def test_a_share_near_one_does_not_give_the_count_of_the_others_back() -> None:
    assert math.isnan(shown("sex", "after", 35 / 38, 20 / 38, cases=40, matched=38)["cases_mean"])


def test_measurements_need_ten_persons_and_no_more() -> None:
    assert shown("age", "after", 78.149479, 77.1, cases=12, matched=10)["cases_mean"] == 78.15
    assert math.isnan(shown("age", "after", 78.149479, 77.1, cases=12, matched=9)["cases_mean"])


@given(st.integers(10, 3000), st.data())
def test_a_share_that_is_told_leaves_five_counts_possible(whole: int, data: st.DataObject) -> None:
    part = data.draw(st.integers(0, whole))
    told = POLICY.share(part, whole)
    if 0 < part <= 7 or 0 < whole - part <= 7:
        assert math.isnan(told)
    elif part:
        step = POLICY.step(1.0, whole)
        possible = [each for each in range(whole + 1) if abs(each / whole - told) <= step / 2 + 1e-9]
        assert len(possible) >= 5 or part == whole
        assert abs(told - part / whole) <= step / 2 + 1e-9


@pytest.mark.parametrize("cases", [5, 40])
def test_a_small_cohort_is_drawn_without_what_is_hidden(cases: int, tmp_path: Path) -> None:
    exact = numbers(cases, cases - 2)
    rows = pd.concat([
        covariate(name, stage, value, 0.5) for stage in ("before", "after") for name, value in
        (("emergency_recent", 7 / cases), ("age", 78.0))
    ])  # fmt: skip
    shown = disclosed_tables.matched_balance(rows, exact)
    write_table(tmp_path / "balance.parquet", shown, Lineage((Source("ours-data", "1" * 64, "observed"),)))
    write_json(tmp_path / "flow.json", disclosed_facts.matching_counts(exact))
    pd.DataFrame([estimate()])[COLUMNS].to_csv(tmp_path / "estimates.csv", index=False)
    pd.DataFrame(columns=["outcome", "source", "scale", "value"]).to_csv(tmp_path / "benchmarks.csv", index=False)
    cohort(
        estimates=tmp_path / "estimates.csv", balance=tmp_path / "balance.parquet", flow=tmp_path / "flow.json",
        benchmarks=tmp_path / "benchmarks.csv", outcomes={}, figures=tmp_path, table=tmp_path / "table.md",
        phrases=allowed("present_cohort"),
    )  # fmt: skip
    drawn = pd.read_csv(tmp_path / "cohort-balance.csv")
    assert set(drawn.get("covariate", ())) == ({"age"} if cases == 40 else set())
    words = " ".join((tmp_path / f"cohort-{name}.{kind}").read_text("utf-8") for name in ("balance", "flow")
                     for kind in ("md", "csv"))  # fmt: skip
    assert "nan" not in words
    assert "Without anybody alike within the caliper: *" in words
    assert not re.search(rf"\b{cases - 2}\b|0\.175|0\.18", words)


def released(counts: tuple[int, ...]) -> tuple[object, ...]:
    """Everything that a release tells of some counts and their total: cells, totals of two kinds, shares."""
    cells, total = POLICY.parts({str(at): count for at, count in enumerate(counts)})
    whole = sum(counts)
    shares = [POLICY.share(count, whole) for count in counts]
    return tuple(None if math.isnan(each) else each for each in (*cells.values(), total, POLICY.count(whole), *shares))


def possible(cell: object) -> range:
    """The counts that a reader may think of, given what a cell shows."""
    if cell is None:
        return range(1, 8)
    assert isinstance(cell, (int, float))
    return range(1) if cell == 0 else range(max(8, int(cell) - 2), int(cell) + 3)


@settings(max_examples=150, deadline=None)
@given(st.lists(st.integers(0, 24), min_size=2, max_size=4).map(tuple))
def test_no_combination_of_cells_totals_and_shares_gives_a_hidden_count_back(counts: tuple[int, ...]) -> None:
    told = released(counts)
    agreeing = [
        table
        for table in itertools.product(*(possible(cell) for cell in told[: len(counts)]))
        if released(table) == told
    ]
    assert counts in agreeing
    for at, count in enumerate(counts):
        if 0 < count <= 7:
            assert len({table[at] for table in agreeing}) >= 2


@given(st.integers(8, 300), st.integers(0, 7), st.integers(0, 7))
def test_the_flow_of_a_cohort_does_not_give_the_unmatched_back(matched: int, unmatched: int, outside: int) -> None:
    exact = numbers(matched + unmatched, matched) | {"too_early": outside, "cases": matched + unmatched + outside}
    told = disclosed_facts.matching_counts(exact)
    for name, hidden in (("cases_unmatched", unmatched), ("too_early", outside)):
        assert math.isnan(told[name]) == (hidden > 0)
    # Nothing that is shown depends on what is hidden.
    assert told["cases"] == told["cases_followed"] == told["cases_matched"] == POLICY.count(matched)


def test_names_are_left_out_and_practices_stay_exact() -> None:
    facts = {"read": 1003, "twice": 3, "told": {"all_remote": 1}, "named": {"x": ["C00838"]}, "words": [["nurse", 6]]}
    told = disclosed_facts.counts(facts)
    assert (told["read"], told["told"]) == (1005, {"all_remote": 1})
    assert math.isnan(told["twice"])
    assert math.isnan(told["words"][0][1])
    assert "named" not in told


def test_what_a_minimum_drops_adds_up() -> None:
    table = pd.DataFrame([
        {"fewest": 2, "patients": 203, "kept": 200, "dropped": 3, "share_patients_dropped": 3 / 203,
         "share_contacts_dropped": 0.004},
    ])  # fmt: skip
    row = disclosed_tables.fewest_contacts(table).iloc[0]
    assert (row["kept"], row["patients"]) == (200, 200)
    assert row[["dropped", "share_patients_dropped", "share_contacts_dropped"]].isna().all()


def balance_row(series: str, pilot: float, comparison: float) -> pd.DataFrame:
    return pd.DataFrame([{
        "pilot_mean": pilot, "pilot_sd": 0.1, "comparison_mean": comparison, "comparison_sd": 0.2,
        "standardised_difference": 0.5, "variance_ratio": 0.25, "series": series, "characteristic": series,
    }])  # fmt: skip


def test_a_rate_of_practices_does_not_give_their_few_events_back() -> None:
    events = EventCounts({("rare", True): 3.0, ("rare", False): 900.0}, {}, {}, {})
    row = disclosed_tables.balance(balance_row("rare", 0.375, 1.23456), events).iloc[0]
    assert row[["pilot_mean", "pilot_sd", "standardised_difference", "variance_ratio"]].isna().all()
    assert row["comparison_mean"] == 1.23  # steps of 0.01, the first of 1, 2 or 5 above 1.23456 times 5 / 900


def estimate(**more: object) -> dict[str, object]:
    row = {
        "outcome": "emergency", "population": "all", "design": "difference_in_differences", "estimator": "poisson",
        "term": "effect", "scale": "ratio", "estimate": 1.123456789, "std_error": 0.0123456789, "ci_low": 1.0987654,
        "ci_high": 1.149876543, "n_obs": 1008, "n_units": 28, "n_clusters": 6, "baseline": 95.37596,
    }  # fmt: skip
    about = {
        "study": "ours",
        "step": "analysis.estimate.outcomes.admissions",
        "p_adjusted": float("nan"),
        "simulated": False,
        "plan_digest": "0" * 64,
    }
    made = asdict(Estimate(**row)) | about | {"data_digest": "1" * 64}  # type: ignore[arg-type]
    return made | more


def told(row: dict[str, object], events: EventCounts = NOTHING) -> tuple[pd.DataFrame, list[dict[str, str]]]:
    table = pd.DataFrame([row])[COLUMNS]
    rows = Rows(events, {"emergency": "emergency"}, ("usual_provider",))
    return disclosed_rows(table, pd.Series([True]), rows)


def test_practices_sites_and_months_stay_exact_and_statistics_are_coarse() -> None:
    table, withheld = told(estimate())
    row = table.iloc[0]
    assert not withheld
    assert (row["n_obs"], row["n_units"], row["n_clusters"]) == (1008, 28, 6)
    assert (row["estimate"], row["std_error"], row["ci_low"]) == (1.123, 0.01235, 1.099)


def test_patients_are_rounded_and_rows_on_fewer_than_ten_are_withheld() -> None:
    persons = {"design": "matched_cohort", "n_obs": 2239, "n_units": 2166, "n_clusters": 267}
    row = told(estimate(**persons))[0].iloc[0]
    assert (row["n_obs"], row["n_units"], row["n_clusters"]) == (2240, 2165, 265)
    table, withheld = told(estimate(**persons | {"n_clusters": 9}))
    assert table.empty
    assert [each["reason"] for each in withheld] == ["few_persons"]
    sites = told(estimate(**persons | {"n_clusters": 6, "horizon": "site_clusters"}))[0]
    assert sites.iloc[0]["n_clusters"] == 6


def test_patients_of_an_outcome_of_contacts_are_persons_under_every_design() -> None:
    assert told(estimate(outcome="usual_provider", scale="points", n_obs=1012))[0].iloc[0]["n_obs"] == 1010


@pytest.mark.parametrize("few", [1, 7])
def test_rows_on_few_events_are_withheld(few: int) -> None:
    table, withheld = told(estimate(), EventCounts({}, {"emergency": few}, {"emergency": 0}, {}))
    assert table.empty
    assert withheld[0]["reason"] == "few_events"


def test_a_baseline_and_a_difference_give_no_count_of_events_back() -> None:
    events = EventCounts({}, {"emergency": 38.0}, {"emergency": 12.0}, {})
    row = told(estimate(scale="difference", estimate=-12.345, expected=84.21), events)[0].iloc[0]
    assert row["expected"] == 80.0  # steps of 20: 84.21 times 5 / 38 is 11.1
    assert row["baseline"] == 100.0  # steps of 20: 95.37596 times 5 / 38 is 12.5
    assert row["estimate"] == -12.0  # steps of 2: 12.345 times 5 / 38 is 1.6


def test_public_rows_stay_as_they_are() -> None:
    table = pd.DataFrame([estimate()])[COLUMNS]
    shown, withheld = disclosed_rows(table, pd.Series([False]), Rows(NOTHING, {}))
    pd.testing.assert_frame_equal(shown, table)
    assert not withheld


def test_every_design_of_the_default_study_says_what_it_counts(results: Path) -> None:
    table = pd.read_csv(results / "estimates.csv")
    assert set(table["design"]) <= set(PERSONS)


def dataset(**origin: object) -> Dataset:
    file = {"path": "a/b.csv", "sha256": "0" * 64, "bytes": 1}
    return Dataset(id="a", title="A", producer="B", accessed="2026-01-01", files=[file], **origin)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("origin", "public"),
    [
        ({"licence": "CC0 1.0", "generator": "analysis.simulate.outcomes.pilots"}, True),
        ({"licence": "Facts as published", "transcription": "A table."}, True),
        ({"licence": "Open Government Licence v3.0", "download": "A page."}, True),
        ({"licence": "By agreement", "download": "A page."}, False),
        ({"licence": "Open Government Licence v3.0", "extract": "Our records."}, False),
        ({"licence": "By agreement", "extract": "Our records.", "disclosure": "public"}, True),
        ({"licence": "CC0 1.0", "generator": "analysis.simulate.outcomes.pilots", "disclosure": "persons"}, False),
    ],
)
def test_the_register_says_whose_persons_are_protected(origin: dict[str, object], public: bool) -> None:
    assert dataset(**origin).public == public
    assert dataset(**origin).receipt()["disclosure"] == ("public" if public else "persons")


def test_a_data_set_that_nobody_vouches_for_is_protected() -> None:
    known = {"reference-pilots": True, "ours-data": False}
    assert not is_protected(Lineage((Source("reference-pilots", "", "simulated"),)), known)
    assert is_protected(Lineage((Source("ours-data", "", "simulated"),)), known)
    assert is_protected(Lineage((Source("unheard-of", "", "published"),)), known)


def test_a_study_without_protected_persons_keeps_its_files_byte_by_byte(results: Path, tmp_path: Path) -> None:
    lineage = read_json(results / "lineage.json")
    receipts = []
    for name in {source["id"] for records in lineage.values() for source in records}:
        receipts.append(tmp_path / f"{name}.json")
        receipts[-1].write_text(json.dumps({"id": name, "disclosure": "public"}), encoding="utf-8")
    (tmp_path / "none.csv").write_text("outcome,design,reason\n", encoding="utf-8")
    disclose(
        estimates=results / "estimates.csv", unmade=tmp_path / "none.csv", lineage=results / "lineage.json",
        receipts=tuple(receipts), out=tmp_path / "out",
    )  # fmt: skip
    assert (tmp_path / "out/estimates.csv").read_bytes() == (results / "estimates.csv").read_bytes()


def test_a_table_keeps_its_lineage(tmp_path: Path) -> None:
    lineage = Lineage((Source("ours-data", "1" * 64, "simulated"),))
    write_table(tmp_path / "quality.parquet", pd.DataFrame(
        [{"cells_expected": 100, "cells_missing": 0, "zero_share": 0.97, "total": 3}]
    ), lineage)  # fmt: skip
    (tmp_path / "receipt.json").write_text('{"id": "ours-data", "disclosure": "persons"}', encoding="utf-8")
    pd.DataFrame([estimate(data_digest=lineage.digest)])[COLUMNS].to_csv(tmp_path / "estimates.csv", index=False)
    (tmp_path / "lineage.json").write_text(json.dumps({lineage.digest: lineage.to_records()}), encoding="utf-8")
    (tmp_path / "not.csv").write_text(
        "outcome,design,reason,reason_values,estimator,specification,subgroup,step,data_digest\n"
        "x,y,nobody_died,{},,primary,all,,\n",
        encoding="utf-8",
    )
    disclose(
        estimates=tmp_path / "estimates.csv", unmade=tmp_path / "not.csv", lineage=tmp_path / "lineage.json",
        receipts=(tmp_path / "receipt.json",), out=tmp_path / "out", tables=(tmp_path / "quality.parquet",),
    )  # fmt: skip
    table, kept = read_table(tmp_path / "out/quality.parquet")
    assert kept == lineage
    assert table[["total", "zero_share"]].isna().all(axis=None)
    assert "few_persons_or_events" in (tmp_path / "out/not_estimated.csv").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("why", "shown"),
    [
        (Why(ReasonCode.NOBODY_DIED), FEW),
        (Why(ReasonCode.NO_EVENT_CASES_BEFORE, {"measure": "emergency"}), FEW),
        (Why(ReasonCode.NO_HEAVY_USER, {"contacts": 40}), FEW),
        (Why(ReasonCode.NO_EVENTS_OF_PILOTS_AFTER, {"measure": "elective"}), None),
        (Why(ReasonCode.TOO_FEW_PRACTICES_THAT_GROW, {"practices": 8}), None),
    ],
)
def test_reasons_say_nothing_of_everybody(why: Why, shown: Why | None) -> None:
    missing = pd.DataFrame([{"reason": str(why.code), "reason_values": why.text}])
    (told,) = disclosed_reasons(missing).to_dict("records")
    assert read_why(told["reason"], told["reason_values"], "a table") == (shown or why)


@pytest.mark.parametrize("study", ["default", "evidence", "rand-hie", "open-nhs"])
def test_nothing_after_the_boundary_reads_exact_counts(root: Path, study: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(root)
    # Published values, truths, open data by practice, and which data sets stand behind a row.
    harmless = {
        "prepare/evidence.parquet", "prepare/unit_costs.parquet", "prepare/benchmarks.csv",
        "prepare/cohort_benchmarks.csv", "prepare/continuity_benchmarks.csv", "prepare/arms.csv",
        "prepare/questions/questions.json", "prepare/questioned.json",
        "prepare/practice_coverage.parquet", "estimate/lineage.json",
        # Rate ratios with and without a practice; and of the panel the models, starts and practices of sites.
        "estimate/influence.json", "prepare/panel.parquet",
    }  # fmt: skip
    steps = registry(read_study_data(study))
    # What must not get out is read by the gate alone.
    after = [each for each in steps.values() if each.stage in ("present", "release") and each.name != "release_private"]
    read = {path.removeprefix(f"results/{study}/") for step in after for path in step.inputs()}
    assert {path for path in read if path.startswith(("prepare/", "estimate/"))} <= harmless
    assert any(path.startswith("assess/disclosed/") for path in read)
