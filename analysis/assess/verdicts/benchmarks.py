"""What stands beside an estimate: does its interval hold the published value, and the truth of a simulation."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from analysis.answers import About, Question
from analysis.assess.verdicts.judged import Basis, interval, judged
from analysis.assess.verdicts.rules import changes
from analysis.estimates import one, pick
from analysis.verdicts import Verdict
from analysis.wording import change

if TYPE_CHECKING:
    import pandas as pd

# Whose benchmarks are of outcomes of the study.
OF_OUTCOMES = (About.OUTCOME, About.DESIGN)


def benchmark_verdicts(basis: Basis) -> Iterator[Verdict]:
    """Truths and published values of outcomes, and of matched patients."""
    for about, beside in ((each, basis.benchmarks[each]) for each in OF_OUTCOMES if each in basis.benchmarks):
        for name in dict.fromkeys(beside["outcome"]):
            if name in basis.plan.outcomes:
                row = basis.primary(name) if about == About.OUTCOME else _matched(basis.estimates, name)
                yield from beside_verdicts(row, about, name, beside)


def beside_verdicts(row: Any, about: About, name: str, benchmarks: "pd.DataFrame") -> Iterator[Verdict]:
    """Whether a row's interval holds the truth and the published value that stand beside it."""
    truth, published = (benchmark_row(benchmarks, name, source) for source in ("truth", "published"))
    check = "matched_cohort" if about == About.DESIGN else ""
    labels = dict[str, Any](about=about, subject=name, check=check, rule="holds")
    if truth is not None:
        yield judged([row], question=Question.TRUTH, verdict=_holds(row, truth), **labels)
    if published is not None:
        verdict = "by_construction" if same(truth, published) else _holds(row, published)
        yield judged([row], question=Question.PUBLISHED, verdict=verdict, **labels)


def _matched(estimates: "pd.DataFrame", name: str) -> Any:
    return one(
        estimates, outcome=name, design="matched_cohort", estimator="poisson_matched", term="effect",
        specification="primary", subgroup="all", scale="ratio",
    )  # fmt: skip


def benchmark_row(benchmarks: "pd.DataFrame", name: str, source: str) -> "pd.Series[Any] | None":
    """The truth or the published value of an outcome; None where there is none."""
    rows = pick(benchmarks, outcome=name, source=source)
    return None if rows.empty else rows.iloc[0]


def same(truth: "pd.Series[Any] | None", published: "pd.Series[Any] | None") -> bool:
    """Whether a truth was set to a published value, so that the two agree by construction."""
    return truth is not None and published is not None and bool(truth["evidence_id"] == published["evidence_id"])


def _holds(row: Any, beside: "pd.Series[Any]") -> str:
    value = change(str(beside["scale"]), *[float(beside["value"])] * 3).estimate
    return changes.holds(interval(row), value)
