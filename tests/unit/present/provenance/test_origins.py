"""An address names the module that computed a row, and tells rows of one outcome apart."""

from pathlib import Path

import pandas as pd
import pytest

from analysis.present.provenance.steps import SHARES, SPECIAL, STEPS, place_of, step_of

USUAL = {
    "outcome": "continuity", "population": "practices",
    "design": "difference_in_differences", "estimator": "weighted_least_squares", "specification": "primary",
    "subgroup": "all", "term": "effect", "horizon": "after", "scale": "points",
}  # fmt: skip
# What a row has that is not usual, and the module that computes it.
ROWS: list[tuple[dict[str, str], str]] = [
    ({}, "continuity"),
    ({"specification": "unweighted"}, "continuity_checks"),
    ({"specification": "index_coc"}, "continuity_checks"),
    ({"specification": "weighted_by_contacts"}, "composition"),
    ({"specification": "adjusted_for_contacts"}, "composition"),
    ({"specification": "same_contacts"}, "composition"),
    ({"specification": "by_contacts", "subgroup": "2 to 3 contacts"}, "composition"),
    ({"specification": "by_contacts", "subgroup": "12 contacts or more"}, "composition"),
    ({"specification": "fewest_3"}, "composition"),
    ({"specification": "fractional_logit", "estimator": "fractional_logit"}, "fractional"),
    ({"specification": "binomial_weights", "estimator": "binomial_logit"}, "fractional"),
    ({"specification": "usual_by_month"}, "continuity_events"),
    ({"specification": "registered_by_month"}, "continuity_events"),
    ({"specification": "gap_imd", "term": "gap_change"}, "gap_change"),
    ({"specification": "by_imd", "subgroup": "1 of 5"}, "gap_change"),
    ({"design": "event_study", "specification": "usual_by_month", "term": "period", "horizon": "-2"},
     "continuity_events"),
    ({"design": "event_study", "specification": "usual_by_month", "term": "pre_trend", "horizon": "before",
      "scale": "statistic"}, "continuity_events"),
    ({"design": "contacts_per_patient", "estimator": "poisson_fixed_effects", "scale": "ratio"}, "composition"),
    ({"design": "continuity_admissions", "estimator": "negative_binomial", "specification": "list_level",
      "term": "per_step", "scale": "ratio"}, "continuity_admissions"),
    ({"design": "continuity_admissions", "estimator": "negative_binomial", "specification": "list_level_comparison",
      "term": "per_step", "scale": "ratio"}, "continuity_admissions"),
    ({"design": "practice_size", "estimator": "least_squares", "specification": "adjusted", "subgroup": "list_size",
      "term": "per_doubling"}, "practice_size"),
    ({"design": "practice_growth", "estimator": "first_differences", "term": "per_tenth"}, "practice_growth"),
    ({"design": "practice_growth", "estimator": "first_differences", "term": "jump"}, "practice_growth"),
    ({"design": "continuity_gaps", "specification": "imd", "term": "slope_index"}, "continuity_gaps"),
    ({"design": "mediation", "estimator": "product_bounds", "specification": "any_sign", "term": "bound_low",
      "scale": "ratio"}, "mediation"),
    # Rows of other outcomes keep their modules.
    ({"estimator": "poisson_fixed_effects", "scale": "ratio"}, "admissions"),
    ({"estimator": "linear_rate", "specification": "linear_rates", "scale": "difference"}, "sensitivity"),
    ({"design": "event_study", "estimator": "poisson_fixed_effects", "term": "period", "horizon": "-2",
      "scale": "ratio"}, "event_study"),
    ({"estimator": "e_value", "scale": "ratio"}, "confounding"),
]  # fmt: skip


def row(values: dict[str, str]) -> "pd.Series[str]":
    return pd.Series(USUAL | values)


@pytest.mark.parametrize(("values", "module"), ROWS)
def test_the_module_is_the_one_that_computed_it(values: dict[str, str], module: str, root: Path) -> None:
    assert step_of(row(values)) == f"analysis.estimate.{module}"
    assert (root / "analysis" / "estimate" / f"{module}.py").is_file()


def test_every_module_that_an_address_can_name_exists(root: Path) -> None:
    named = {*STEPS.values(), *(step for _, _, step in SPECIAL), *(step for _, step in SHARES)}
    assert {step for step in named if not (root / f"{step.replace('.', '/')}.py").is_file()} == set()


def test_an_address_picks_one_row_by_keys_as_the_table_spells_them() -> None:
    table = pd.DataFrame([row(values) for values, _ in ROWS]).reset_index(drop=True)
    for at, each in table.iterrows():
        file, _, keys = place_of(each, table).partition(": ")
        pairs = dict(pair.split("=") for pair in keys.split(", "))
        assert file == "estimates.csv"
        assert list(table.index[(table[list(pairs)] == pd.Series(pairs)).all(axis=1)]) == [at]


def test_an_address_names_no_key_that_tells_nothing_apart() -> None:
    table = pd.DataFrame([row({}), row({"specification": "unweighted"})])
    told = "estimates.csv: outcome=continuity, design=difference_in_differences, term=effect, scale=points"
    assert place_of(table.iloc[0], table.head(1)) == told
    assert place_of(table.iloc[0], table) == f"{told}, specification=primary"
