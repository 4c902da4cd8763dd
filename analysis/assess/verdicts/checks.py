"""Each check of an outcome: what becomes of the finding, does one site decide, how far may assumptions be wrong."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from analysis.answers import UNKNOWN, About, Question, Reason
from analysis.assess.verdicts.judged import Basis, from_others, interval, judged, value_of
from analysis.assess.verdicts.rules import changes, robustness
from analysis.estimates import one, pick
from analysis.verdicts import Verdict

if TYPE_CHECKING:
    import pandas as pd

# How far trends may have differed is told of the event study, every other check of the primary design.
CHECKED = ("difference_in_differences", "event_study")


@dataclass(frozen=True)
class CheckRows:
    """A check of one outcome: its name, its rows, and the finding that is put to the test."""

    outcome: str
    name: str
    rows: "pd.DataFrame"
    primary: "pd.Series[Any] | None"

    def verdict(self, rows: Any, question: Question, verdict: str, rule: str, part: str = "", **more: Any) -> Verdict:
        """A judgement of this check, or of a part of it such as a site."""
        check = f"{self.name}/{part}" if part else self.name
        labels = dict[str, Any](about=About.CHECK, subject=self.outcome, check=check)
        return judged(rows, question=question, verdict=verdict, rule=rule, **labels, **more)

    @property
    def finding(self) -> str:
        """The direction of the finding."""
        return changes.direction(*interval(self.primary))


def check_rows(estimates: "pd.DataFrame", outcome: str, name: str) -> "pd.DataFrame":
    """The rows of one check of one outcome.

    A check's name alone does not tell its rows: other outcomes have specifications of their own, which the check may
    share a name with.
    """
    rows = pick(estimates, outcome=outcome, specification=name)
    return rows[rows["design"].isin(CHECKED)]


def check_verdicts(basis: Basis) -> Iterator[Verdict]:
    """Every judgement of the checks, an outcome after the other, and of all of them together."""
    checked = dict.fromkeys(name for plan in basis.plan.checks.values() for name in plan.outcomes)
    for outcome in checked:
        choices: list[Verdict] = []
        for name, plan in basis.plan.checks.items():
            if outcome in plan.outcomes:
                rows = check_rows(basis.estimates, outcome, name)
                check = CheckRows(outcome, name, rows, basis.primary(outcome))
                own = list(KINDS.get(plan.kind, another)(check))
                choices += own if plan.choice else []
                yield from own
        yield all_checks_verdict(outcome, [each for each in choices if each.question == Question.SURVIVES])


def all_checks_verdict(outcome: str, choices: list[Verdict]) -> Verdict:
    """How many other choices leave the finding; it rests on those that do not, or on all where all do."""
    lost = [each for each in choices if each.lost]
    decisive = lost or [each for each in choices if each.known]
    reasons = [each.reason for each in choices] or [Reason.NOT_TRIED]
    verdict = robustness.all_checks(each.verdict for each in choices)
    own = Verdict(
        about=About.OUTCOME, subject=outcome, question=Question.ALL_CHECKS, verdict=verdict, rule="all_checks",
        reason=reasons[0] if verdict == UNKNOWN else "",
    )  # fmt: skip
    return from_others(own, decisive)


def another(check: CheckRows, part: str = "", row: Any = None) -> Iterator[Verdict]:
    """What becomes of the finding under another choice, and whether that still holds the finding's own estimate."""
    other = one(check.rows, term="effect", subgroup="all") if row is None else row
    rows, span = [check.primary, other], interval(other)
    verdict = robustness.survives(interval(check.primary), span)
    yield check.verdict(rows, Question.SURVIVES, verdict, "survives", part)
    same = other is not None and check.primary is not None and other["scale"] == check.primary["scale"]
    within = changes.holds(span, _estimate(check.primary)) if same else UNKNOWN
    yield check.verdict(rows, Question.HOLDS_FINDING, within, "holds", part)


def _estimate(row: "pd.Series[Any] | None") -> float:
    return float("nan") if row is None else _percent(row)


def _percent(row: "pd.Series[Any]") -> float:
    """An estimate in the unit of :func:`interval`."""
    return float(100 * (row["estimate"] - 1) if row["scale"] == "ratio" else row["estimate"])


def _placebo_date(check: CheckRows) -> Iterator[Verdict]:
    row = one(check.rows, term="effect")
    yield check.verdict([row], Question.DIRECTION, changes.direction(*interval(row)), "direction")


def _leave_one_out(check: CheckRows) -> Iterator[Verdict]:
    rows = check.rows[check.rows["subgroup"].str.startswith("without ") & (check.rows["scale"] == "ratio")]
    sites = [row for _, row in rows.iterrows()]
    fates = [robustness.survives(interval(check.primary), interval(row)) for row in sites]
    for row in sites:
        yield from another(check, str(row["subgroup"]).removeprefix("without "), row)
    verdict = robustness.one_site(fates)
    decisive = [row for row, fate in zip(sites, fates, strict=True) if fate not in (*robustness.KEPT, UNKNOWN)]
    yield check.verdict([check.primary, *(decisive or sites)], Question.ONE_SITE, verdict, "one_site")


def _dose(check: CheckRows) -> Iterator[Verdict]:
    row = one(check.rows, term="dose")
    verdict = robustness.dose(interval(check.primary), interval(row))
    yield check.verdict([check.primary, row], Question.DOSE, verdict, "dose")


def _groups(check: CheckRows) -> Iterator[Verdict]:
    row = one(check.rows, term="interaction")
    verdict = robustness.groups(value_of(row, "p_value"))
    reason = Reason.NOT_ESTIMATED if row is None else Reason.TOO_FEW_CLUSTERS
    yield check.verdict([row], Question.GROUPS, verdict, "groups", reason=reason)


def _parallel_trends(check: CheckRows) -> Iterator[Verdict]:
    broken = {kind: one(check.rows, term="breakdown", horizon=kind) for kind in ("relative_magnitudes", "smoothness")}
    sizes = {kind: value_of(row) for kind, row in broken.items()}
    clear = check.finding not in ("unclear", UNKNOWN)
    reason = None if clear else Reason.NO_FINDING
    for question, kind, rule in (
        (Question.DRIFT, "relative_magnitudes", robustness.drift), (Question.BEND, "smoothness", robustness.bend),
    ):  # fmt: skip
        verdict = rule(sizes[kind]) if clear else UNKNOWN
        yield check.verdict([check.primary, broken[kind]], question, verdict, rule.__name__, reason=reason)


def _curve(check: CheckRows) -> Iterator[Verdict]:
    shares = [one(check.rows, term=f"share_clear_{side}") for side in ("below", "above")]
    verdict = robustness.choices(check.finding, *map(value_of, shares))
    yield check.verdict([check.primary, *shares], Question.CHOICES, verdict, "choices")


def _nothing(check: CheckRows) -> Iterator[Verdict]:
    """What an unobserved confounder would have to be like is told by its numbers; nothing is judged."""
    yield from ()


# What is judged of each kind of check; a kind that is not named here is another choice of the same estimate.
KINDS: dict[str, Callable[[CheckRows], Iterator[Verdict]]] = {
    "placebo_date": _placebo_date,
    "leave_one_out": _leave_one_out,
    "dose": _dose,
    "heterogeneity": _groups,
    "parallel_trends": _parallel_trends,
    "confounder": _nothing,
    "curve": _curve,
}
