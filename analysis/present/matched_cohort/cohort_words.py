"""The words on the matched cohort: who was compared, how alike they were, and what changed."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

from analysis.disclosure import protected
from analysis.estimates import one, pick
from analysis.present.matched_cohort.cohort import TOO_FEW
from analysis.present.matched_cohort.cohort import told as told_balance
from analysis.present.outcomes.outcomes import Citer, found
from analysis.present.provenance.address import STAYS, Origin
from analysis.present.provenance.benchmark_words import Beside, beside_words
from analysis.present.provenance.context import Context, Outcomes
from analysis.steps import read_json
from analysis.tables import Lineage, read_table
from analysis.wording import changed, listed, sentence, signed

if TYPE_CHECKING:
    import pandas as pd

SMALL, RATIO = 0.1, 2.0
MATCHING = "analysis.estimate.matched_cohort.matching"
LOOK_ALIKE = (
    " These patients are simulated. Where their number is like that in a published evaluation it was set so, and they "
    "are not its patients."
)
SO_FEW_SITES = (
    "These intervals hold the chance of single patients. What moved a whole site in these months is not in them, and "
    "from so few sites it cannot be told."
)


def cohort_words(context: Context, outcomes: Outcomes, flow: Path, balance: Path, benchmarks: Path) -> dict[str, str]:
    """Everything the paper says of the matched cohort, by key.

    Parameters
    ----------
    context : Context
        The table of estimates and the book of numbers.
    outcomes : dict
        The plans of the outcomes.
    flow, balance : Path
        What the matching wrote; counts of people are protected here.
    benchmarks : Path
        Truth and published values.
    """
    import pandas as pd

    differences, lineage = read_table(balance)
    beside = pd.read_csv(benchmarks)
    rows = pick(context.estimates, design="matched_cohort", scale="ratio", specification="primary")
    told = [name for name in outcomes if name in set(rows["outcome"])]
    return {
        "flow": _flow(context, read_json(flow), lineage),
        "balance": _balance(context, told_balance(differences), lineage),
        "found": _found(context, rows, outcomes, told),
        "alone": _alone(context, rows, outcomes, told),
        "sites": _sites(context, rows, outcomes, told),
        "weighted": _weighted(context, rows, outcomes, told),
        "mortality": _mortality(context, rows),
        "beside": beside_words(context.book, "cohort", [_estimate(rows, outcomes, name) for name in told], beside),
    }


def _flow(context: Context, numbers: dict[str, Any], lineage: Lineage) -> str:
    origin = Origin(f"matched.json, {STAYS}", MATCHING, _data(lineage))

    def count(key: str) -> str:
        return context.book.cite(f"cohort.{key}", protected(numbers[key]), origin)

    # Rounded counts that are the same may differ by a few people.
    whole, rest = (protected(numbers[key]) for key in ("cases", "cases_followed"))
    same = whole == rest and whole[:1].isdigit()
    followed = "all, or all but a few," if same else count("cases_followed")
    return (
        f"Of {count('cases')} patients of the intervention, {followed} had enough months of history and of follow-up, "
        f"and {count('cases_matched')} found at least one control. Together they have "
        f"{count('controls_matched')} controls out of {count('candidates_at_risk')} candidates. Nobody is a control "
        f"twice. Counts of people are rounded to the nearest five.{LOOK_ALIKE * lineage.simulated}"
    )


def _balance(context: Context, balance: "pd.DataFrame", lineage: Lineage) -> str:
    if balance.empty:
        return TOO_FEW
    origin = Origin("figures/cohort-balance.csv", MATCHING, _data(lineage))
    largest = {}
    for stage, rows in balance.groupby("stage"):
        row = rows.iloc[int(rows["standardised_difference"].abs().to_numpy().argmax())]
        size = context.book.cite(f"cohort.balance.{stage}", f"{abs(row['standardised_difference']):.2f}", origin)
        largest[str(stage)] = f"{size}, for {row['characteristic'][0].lower()}{row['characteristic'][1:]}"
    after = balance[balance["stage"] == "after"]
    alike = (after["standardised_difference"].abs() < SMALL).all()
    ratios = after["variance_ratio"].between(1 / RATIO, RATIO).all()
    verdict = "All are below" if alike else "Not all are below"
    spread = "every ratio of variances lies" if ratios else "not every ratio of variances lies"
    return (
        f"Before matching the largest standardised difference was {largest['before']}; after it, {largest['after']}. "
        f"{verdict} a tenth of a standard deviation, and {spread} between a half and two."
    )


def _estimate(rows: "pd.DataFrame", outcomes: Outcomes, name: str) -> Beside:
    row = one(rows, outcome=name, estimator="poisson_matched", term="effect")
    return Beside(name, outcomes[name].label, None if row is None else changed(row))


def _data(lineage: Lineage) -> str:
    return ", ".join(f"{each.id}{' (simulated)' * (each.kind == 'simulated')}" for each in lineage.sources)


def _found(context: Context, rows: "pd.DataFrame", outcomes: Outcomes, told: list[str]) -> str:
    parts = []
    for name in told:
        row = one(rows, outcome=name, estimator="poisson_matched", term="effect")
        if row is not None:
            parts.append(f"{outcomes[name].label} {found(changed(row), _citer(context, name, row), context.level)}")
    return sentence(listed(parts)) + "." if parts else "No change could be estimated."


def _citer(context: Context, name: str, row: "pd.Series[Any]") -> Citer:
    return lambda key, text: context.cite(f"cohort.{name}.{key}", text, row)


def _alone(context: Context, rows: "pd.DataFrame", outcomes: Outcomes, told: list[str]) -> str:
    """What a look at the cases alone would have said of the first outcome."""
    said = {}
    for subgroup in ("cases", "controls"):
        row = one(rows, outcome=told[0], term="before_after", subgroup=subgroup) if told else None
        if row is None:
            return ""
        said[subgroup] = context.cite(f"cohort.alone.{subgroup}", signed(100 * (row["estimate"] - 1), "%"), row)
    return (
        f"From the months before to the months after, {outcomes[told[0]].label} changed by {said['cases']} among the "
        f"cases and by {said['controls']} among their controls, whose care nobody changed."
    )


def _sites(context: Context, rows: "pd.DataFrame", outcomes: Outcomes, told: list[str]) -> str:
    by_site = {name: one(rows, outcome=name, term="inference", horizon="site_clusters") for name in told}
    known = {name: (row, changed(row)) for name, row in by_site.items() if row is not None}
    parts = [
        f"{context.cite(f'cohort.{name}.sites', each.interval(), row)} for {outcomes[name].label}"
        for name, (row, each) in known.items()
        if each.known
    ]
    if parts:
        return f"Clustered by the cases' sites instead, the intervals are {listed(parts)}."
    return SO_FEW_SITES if any(each.few for _, each in known.values()) else ""


def _weighted(context: Context, rows: "pd.DataFrame", outcomes: Outcomes, told: list[str]) -> str:
    parts = []
    for name in told:
        row = one(rows, outcome=name, estimator="entropy_balancing", term="effect")
        if row is not None:
            size, span = changed(row).signed(), changed(row).interval()
            key = f"cohort.{name}.weighted"
            text = f"{context.cite(key, size, row)} ({context.cite(f'{key}.interval', span, row)})"
            parts.append(f"{text} for {outcomes[name].label}")
    return f"Entropy balancing gives {listed(parts)}." if parts else "Entropy balancing gave no estimate."


def _mortality(context: Context, rows: "pd.DataFrame") -> str:
    row = one(rows, outcome="mortality", estimator="poisson_matched", term="effect")
    if row is None:
        return "Deaths could not be compared."
    told = changed(row)
    size = context.cite("cohort.mortality.change", told.signed(), row)
    span = context.cite("cohort.mortality.interval", told.interval(), row)
    risk = f"the risk of death relative to theirs: {size}; interval {span}{_points(context)}"
    if told.clear:
        return (
            f"Cases died {'more' if told.estimate > 0 else 'less'} often than their controls ({risk}), so the two "
            "groups were probably not alike in ways that the data do not hold."
        )
    return f"Cases did not clearly die more or less often than their controls ({risk})."


def _points(context: Context) -> str:
    """The difference in risk in percentage points, where it was worked out."""
    row = context.row(design="matched_cohort", outcome="mortality", estimator="poisson_matched", scale="points")
    if row is None:
        return ""
    points = context.cite("cohort.mortality.points", signed(row["estimate"], decimals=2), row)
    return f"; a difference of {points} percentage points"
