"""An address names the module that computed a row, and tells rows of one outcome apart."""

from itertools import combinations
from pathlib import Path

import pandas as pd
import pytest

from analysis.present.origins import SHARES, SPECIAL, STEPS, part, step_of

USUAL = {
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


def test_no_two_rows_of_a_design_and_term_are_told_alike() -> None:
    told = [(row(values), part(row(values))) for values, _ in ROWS]
    for (one, first), (other, second) in combinations(told, 2):
        if one["design"] == other["design"] and one["term"] == other["term"] and one["scale"] == other["scale"]:
            assert first != second


def test_a_word_is_not_said_twice() -> None:
    fractional = row({"specification": "fractional_logit", "estimator": "fractional_logit"})
    assert part(fractional) == ["fractional_logit"]
