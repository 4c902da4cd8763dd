"""The tables of an experiment: its arms, published means beside ours, and the published model."""

from typing import TYPE_CHECKING, Any

from analysis.estimates import pick, sole
from analysis.plan.experiment import Experiment
from analysis.present.experiment.agreement import mean_text
from analysis.present.experiment.captions import Message, within_ours
from analysis.present.look.markdown import Table
from analysis.present.templates.language import Filters
from analysis.verdicts import Verdicts
from analysis.wording import change, sentence

if TYPE_CHECKING:
    import pandas as pd


def arms_table(table: "pd.DataFrame", plan: Experiment, leading: Message, words: Filters) -> Table:
    """The mean of each arm and its change against the reference arm, plain and adjusted."""
    keys = [(name, arm) for name in plan.outcomes for arm in plan.arms]
    means = [sole(table, outcome=name, subgroup=arm, term="arm_mean", specification="primary") for name, arm in keys]
    columns = {
        "Outcome and arm": _names(keys, plan),
        "Mean": [mean_text(row["estimate"]) for row in means],
        "Interval": [f"{mean_text(row['ci_low'])} to {mean_text(row['ci_high'])}" for row in means],
        f"Against {plan.arms[plan.reference].label}": [_against(table, key, "primary") for key in keys],
    }
    if plan.adjust:
        columns[f"Same {' and '.join(plan.adjust)}"] = [_against(table, key, "adjusted") for key in keys]
    caption = words["say"](leading, "experiment/tables/arms")
    widths = (23, 8, 15, 27, 27) if plan.adjust else ()
    return Table("arms", caption, columns, bool(table["simulated"].any()), widths)


def _names(keys: list[tuple[str, str]], plan: Experiment) -> list[str]:
    return [f"{sentence(plan.outcomes[name].label)}: {plan.arms[arm].label}" for name, arm in keys]


def _against(table: "pd.DataFrame", key: tuple[str, str], specification: str) -> str:
    rows = pick(table, outcome=key[0], subgroup=key[1], term="arm_effect", specification=specification)
    if rows.empty:
        return "–"
    effect = change("ratio", *sole(rows)[["estimate", "ci_low", "ci_high"]])
    return f"{effect.signed()} ({effect.interval()})"


def published_table(
    table: "pd.DataFrame", published: "pd.DataFrame", plan: Experiment, verdicts: Verdicts, words: Filters, *,
    simulated: bool,
) -> Table:  # fmt: skip
    """Published means beside ours, with the difference and how sure the copy is."""
    rows = [
        row for row in published.to_dict("records") if row["outcome"] in plan.outcomes and row["study"] in plan.beside
    ]
    keys = [(row["outcome"], row["subgroup"]) for row in rows]
    primary = pick(table, term="arm_mean", specification="primary")
    ours = [sole(primary, outcome=name, subgroup=arm)["estimate"] for name, arm in keys]
    columns = {
        "Outcome and arm": _names(keys, plan),
        "Estimate": [mean_text(value) for value in ours],
        "Published": [mean_text(row["value"]) for row in rows],
        "Difference": [_difference(value, row["value"]) for value, row in zip(ours, rows, strict=True)],
        "Source": [f"{plan.beside[row['study']]}[@{row['study']}]" for row in rows],
        "Certainty": [row["certainty"] for row in rows],
    }
    caption = words["say"](within_ours("mean", plan.outcomes, verdicts), "experiment/tables/published-arms")
    return Table("published-arms", caption, columns, simulated, (30, 11, 12, 12, 24, 11))


def _difference(ours: float, theirs: float) -> str:
    text = mean_text(abs(ours - theirs)) if theirs < 1 else f"{abs(ours - theirs):.2f}"
    return text if float(text) == 0 else f"{'+' if ours > theirs else '−'}{text}"


def specification_table(
    table: "pd.DataFrame", published: "pd.DataFrame", plan: Experiment, verdicts: Verdicts, words: Filters, *,
    simulated: bool,
) -> Table | None:  # fmt: skip
    """The published model beside ours, with the model's standard errors and clustered ones."""
    if plan.specification is None:
        return None
    outcome, theirs = plan.specification.outcome, published.set_index(["outcome", "subgroup"])["value"]
    model = pick(table, outcome=outcome)
    terms = [*plan.specification.covariates, "constant"]
    plain, wide = (
        [sole(model, subgroup=term, specification=name) for term in terms]
        for name in ("published", "published_clustered")
    )
    columns: dict[str, Any] = {
        "Term": [_term(term, plan.specification.labels) for term in terms],
        "Estimate": [_seven(row["estimate"]) for row in plain],
        "Published": [_seven(theirs.get((outcome, term), float("nan"))) for term in terms],
        "Standard error of the model": [_seven(row["std_error"]) for row in plain],
        "Clustered by person": [_seven(row["std_error"]) for row in wide],
    }
    caption = words["say"](within_ours("coefficient", [outcome], verdicts), "experiment/tables/specification")
    return Table("specification", caption, columns, simulated, (32, 16, 16, 18, 18))


def _term(term: str, labels: dict[str, str]) -> str:
    """A column of the model with what it is."""
    return f"`{term}`: {labels[term]}" if term in labels else f"`{term}`"


def _seven(value: float) -> str:
    """With as many decimals as the published values have."""
    return "–" if value != value else f"{value:.7f}".replace("-", "−")
