"""The step that tells the change of continuity in other ways: every row that the plan names, or why it is missing."""

import pandas as pd
import pytest

from analysis.estimate.continuity.continuity import POPULATION, share_effect
from analysis.estimate.continuity.continuity_checks import continuity_checks
from analysis.plan.continuity import ContactRules, Continuity
from analysis.tables import Lineage, Source, read_table, write_table
from tests.reasons import sentences
from tests.unit.estimate.contacts_world import months, panel, patients

LINEAGE = Lineage((Source("pilots", "0" * 64, "observed"),))
ASKED = Continuity(outcome="usual_provider", indices=("upc", "coc", "slicc"), contacts=(2, 4, 7))
NAMES = {
    "weighted_by_contacts", "unweighted", "adjusted_for_contacts", "same_contacts", "by_contacts", "fewest_3",
    "fractional_logit", "index_coc", "usual_by_month",
}  # fmt: skip


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> pd.DataFrame:
    folder = tmp_path_factory.mktemp("continuity")
    rows = patients(effect=-0.05, more=1, noise=0.1)
    tables = {
        "panel": pd.concat([panel(rows), panel(rows).assign(item="coc")]), "patients": rows,
        "months": months(effect=-0.04, noise=0.01), "survey": panel(rows).assign(item="seen"),
    }  # fmt: skip
    for name, frame in tables.items():
        write_table(folder / name, frame, LINEAGE)
    continuity_checks(
        panel=folder / "panel", patients=folder / "patients", months=folder / "months", asked=ASKED,
        rules=ContactRules(), index="upc", population="patients", confidence=0.95, out=folder / "out",
        survey=(folder / "survey",), items={"preferred": "seen", "other": "never asked"},
    )  # fmt: skip
    frame, lineage = read_table(folder / "out")
    assert lineage == LINEAGE
    return frame


def test_every_named_row_is_there_once(made: pd.DataFrame) -> None:
    told = made[made["reason"].isna()]
    assert set(told.loc[told["design"] == "difference_in_differences", "specification"]) == NAMES | {"binomial_weights"}
    assert set(told["design"]) == {
        "difference_in_differences", "event_study", "contacts_per_patient", "continuity_by_site",
    }  # fmt: skip
    assert not told.duplicated(["outcome", "subgroup", "design", "specification", "term", "horizon"]).any()
    # The plan's own estimate is made by a step of its own.
    own = told[(told["specification"] == "primary") & (told["term"] == "effect")]
    assert set(own["design"]) == {"contacts_per_patient"}


def test_what_the_data_lack_is_said(made: pd.DataFrame) -> None:
    missing = made.assign(reason=sentences(made)).dropna(subset="reason").set_index("specification")["reason"]
    assert set(missing.index) == {"index_slicc", "registered_by_month", "binomial_weights"}
    assert "registered with" in missing["index_slicc"]
    assert "never asked" in missing["binomial_weights"]


def test_least_squares_and_logistic_regression_agree_on_shares_in_the_middle(made: pd.DataFrame) -> None:
    rows = made.set_index(["specification", "outcome"])
    linear = share_effect(panel(patients(effect=-0.05, more=1, noise=0.1)), "usual_provider", 0.95).estimate
    fractional = rows.loc[("fractional_logit", "usual_provider")]
    assert fractional["estimate"] == pytest.approx(linear, rel=0.05)
    # A share of counts has the same equations, and says whom it is about.
    survey = rows.loc[("binomial_weights", "preferred")]
    assert survey["estimate"] == pytest.approx(fractional["estimate"])
    assert (survey["population"], survey["estimator"]) == (POPULATION, "binomial_logit")


def test_both_the_plain_and_the_adjusted_effect_are_told(made: pd.DataFrame) -> None:
    rows = made[made["subgroup"] == "all"].set_index("specification")["estimate"]
    # Patients who come more often add a mechanical fall to the planted five points.
    assert rows["unweighted"] < rows["adjusted_for_contacts"] < -4
    assert made.loc[made["design"] == "contacts_per_patient", "estimate"].item() > 1.1
