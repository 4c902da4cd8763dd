"""The address of a row picks it and no other."""

import pandas as pd

from analysis.present.provenance.context import picking, places

USUAL = {
    "outcome": "continuity", "population": "practices",
    "design": "difference_in_differences", "estimator": "weighted_least_squares", "specification": "primary",
    "subgroup": "all", "term": "effect", "horizon": "after", "scale": "points",
}  # fmt: skip
# What a row has that is not usual.
ROWS: list[dict[str, str]] = [
    {},
    {"specification": "unweighted"},
    {"specification": "index_coc"},
    {"specification": "weighted_by_contacts"},
    {"specification": "adjusted_for_contacts"},
    {"specification": "same_contacts"},
    {"specification": "by_contacts", "subgroup": "2 to 3 contacts"},
    {"specification": "by_contacts", "subgroup": "12 contacts or more"},
    {"specification": "fewest_3"},
    {"specification": "fractional_logit", "estimator": "fractional_logit"},
    {"specification": "binomial_weights", "estimator": "binomial_logit"},
    {"specification": "usual_by_month"},
    {"specification": "registered_by_month"},
    {"specification": "gap_imd", "term": "gap_change"},
    {"specification": "by_imd", "subgroup": "1 of 5"},
    {"design": "event_study", "specification": "usual_by_month", "term": "period", "horizon": "-2"},
    {"design": "event_study", "specification": "usual_by_month", "term": "pre_trend", "horizon": "before",
      "scale": "statistic"},
    {"design": "contacts_per_patient", "estimator": "poisson_fixed_effects", "scale": "ratio"},
    {"design": "continuity_admissions", "estimator": "negative_binomial", "specification": "list_level",
      "term": "per_step", "scale": "ratio"},
    {"design": "continuity_admissions", "estimator": "negative_binomial", "specification": "list_level_comparison",
      "term": "per_step", "scale": "ratio"},
    {"design": "practice_size", "estimator": "least_squares", "specification": "adjusted", "subgroup": "list_size",
      "term": "per_doubling"},
    {"design": "practice_growth", "estimator": "first_differences", "term": "per_tenth"},
    {"design": "practice_growth", "estimator": "first_differences", "term": "jump"},
    {"design": "continuity_gaps", "specification": "imd", "term": "slope_index"},
    {"design": "mediation", "estimator": "product_bounds", "specification": "any_sign", "term": "bound_low",
      "scale": "ratio"},
    {"estimator": "poisson_fixed_effects", "scale": "ratio"},
    {"estimator": "linear_rate", "specification": "linear_rates", "scale": "difference"},
    {"design": "event_study", "estimator": "poisson_fixed_effects", "term": "period", "horizon": "-2",
      "scale": "ratio"},
    {"estimator": "e_value", "scale": "ratio"},
]  # fmt: skip


def row(values: dict[str, str]) -> "pd.Series[str]":
    return pd.Series(USUAL | values)


def test_an_address_picks_one_row_by_keys_as_the_table_spells_them() -> None:
    table = pd.DataFrame([row(values) for values in ROWS]).reset_index(drop=True)
    for at, each in table.iterrows():
        file, _, keys = places(table)[picking(each)].partition(": ")
        pairs = dict(pair.split("=") for pair in keys.split(", "))
        assert file == "estimates.csv"
        assert list(table.index[(table[list(pairs)] == pd.Series(pairs)).all(axis=1)]) == [at]


def test_an_address_names_no_key_that_tells_nothing_apart() -> None:
    table = pd.DataFrame([row({}), row({"specification": "unweighted"})])
    told = "estimates.csv: outcome=continuity, design=difference_in_differences, term=effect, scale=points"
    assert places(table.head(1))[picking(table.iloc[0])] == told
    assert places(table)[picking(table.iloc[0])] == f"{told}, specification=primary"
