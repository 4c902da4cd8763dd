"""What the changes in activity cost, as templates are told it."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from analysis.answers import About, Question
from analysis.estimates import NET_COST, one, pick
from analysis.present.costs.amounts import amount_text, interval_text, pounds, size
from analysis.present.outcomes.benchmarks import origin
from analysis.present.provenance.address import Origin
from analysis.present.provenance.context import Context
from analysis.present.provenance.sources import Sources
from analysis.present.templates.values import Printed
from analysis.verdicts import Verdict
from analysis.wording import change

if TYPE_CHECKING:
    import pandas as pd

# The pattern that the first national evaluation told of: fewer of the first, more of the second.
FEWER, MORE = "elective_admissions", "emergency_admissions"


@dataclass(frozen=True, kw_only=True)
class Cost:
    """A row of costs, in pounds per 1,000 patients a year.

    Attributes
    ----------
    amount, size, interval : Printed
        With its sign, without it, and both ends.
    more : bool
        Whether it is more than nothing, clear or not.
    primary : bool
        Whether it is at the plan's prices.
    prices : str
        What other prices these are; of no interest at the plan's.
    level : str
        What the interval promises.
    """

    amount: Printed
    size: Printed
    interval: Printed
    more: bool
    primary: bool
    prices: str
    level: str


@dataclass(frozen=True, kw_only=True)
class Net:
    """The net cost over what is not known of prices.

    Attributes
    ----------
    verdict : Verdict
        Whether it is less or more whatever they are.
    year : Printed
        The year of the unit costs.
    low, high : Cost
        Both ends.
    several : bool
        Whether there are other prices than the plan's.
    others : tuple of Cost
        The net cost at each of these.
    simulated : bool
        Whether it rests on simulated data.
    """

    verdict: Verdict
    year: Printed
    low: Cost
    high: Cost
    several: bool
    others: tuple[Cost, ...]
    simulated: bool


@dataclass(frozen=True, kw_only=True)
class Pattern:
    """What elective and emergency admissions come to, and whether there clearly are fewer and more of them."""

    verdict: Verdict
    elective: Cost
    emergency: Cost
    fewer: Verdict
    more: Verdict


@dataclass(frozen=True, kw_only=True)
class PublishedCost:
    """A cost that others published: how much, of what, ``yes`` or ``no`` where it was tested, whose, how sure."""

    amount: Printed
    detail: str
    significant: str
    programme: str
    second_hand: bool


@dataclass(frozen=True, kw_only=True)
class Line:
    """A line of the table: the cost of the change in one outcome, or the net, whose label is empty."""

    label: str
    cost: Cost


@dataclass(frozen=True, kw_only=True)
class CostPage:
    """What the changes in activity cost; parts that could not be worked out are None or empty.

    Attributes
    ----------
    lines : tuple of Line
        Of the table: each outcome, the net, and the net at other prices.
    year : str
        The year of the unit costs; empty where nothing was worked out.
    simulated : bool
        Whether a line rests on simulated data.
    net : Net or None
    pattern : Pattern or None
    published : tuple of PublishedCost
    """

    lines: tuple[Line, ...]
    year: str
    simulated: bool
    net: Net | None
    pattern: Pattern | None
    published: tuple[PublishedCost, ...]


def page(sources: Sources) -> CostPage | None:
    """What there is to tell; None where the plan asks for no costs."""
    if not sources.plan.costs:
        return None
    published = pick(sources.benchmarks, outcome=NET_COST)
    rows = pick(sources.context.estimates, term="cost", specification="primary")
    return CostPage(
        lines=tuple(_lines(sources)),
        year=str(rows["horizon"].iloc[0]) if len(rows) else "",
        simulated=bool(rows["simulated"].any()),
        net=_net(sources),
        pattern=_pattern(sources),
        published=tuple(_published(row) for _, row in published.iterrows()),
    )


def _lines(sources: Sources) -> Iterator[Line]:
    rows = pick(sources.context.estimates, term="cost")
    labels = {name: each.label for name, each in sources.plan.outcomes.items()} | {NET_COST: ""}
    for name, label in labels.items():
        row = one(rows, outcome=name, specification="primary")
        if row is not None:
            yield Line(label=label, cost=_cost(sources.context, row))
    for _, row in pick(rows, outcome=NET_COST).iterrows():
        if row["specification"] != "primary":
            yield Line(label="", cost=_cost(sources.context, row))


def _net(sources: Sources) -> Net | None:
    context = sources.context
    rows = pick(context.estimates, outcome=NET_COST, term="cost").sort_values("estimate", kind="stable")
    primary = one(rows, specification="primary")
    if primary is None:
        return None
    year = str(primary["horizon"])
    costs = [_cost(context, row) for _, row in rows.iterrows()]
    planned = pick(context.estimates, outcome=NET_COST, term="cost")
    return Net(
        verdict=sources.verdicts.of(NET_COST, Question.PRICES, about=About.COSTS),
        year=Printed(year, "costs.year", context.origin(primary)), low=costs[0], high=costs[-1],
        several=len(costs) > 1, simulated=bool(primary["simulated"]),
        others=tuple(
            _cost(context, row) for _, row in planned.iterrows() if row["specification"] != "primary"
        ),
    )  # fmt: skip


def _cost(context: Context, row: "pd.Series[Any]") -> Cost:
    key, name = f"costs.{row['outcome']}.{row['specification']}", str(row["specification"])
    texts = {"amount": amount_text(row), "size": size(row), "interval": interval_text(row)}
    printed = {part: Printed(text, f"{key}.{part}", context.origin(row)) for part, text in texts.items()}
    return Cost(
        **printed, more=row["estimate"] > 0, primary=name == "primary", prices=name.replace("_", " "),
        level=context.level,
    )  # fmt: skip


def _pattern(sources: Sources) -> Pattern | None:
    rows = [
        sources.context.row(outcome=name, term="cost", specification="primary", scale="pounds")
        for name in (FEWER, MORE)
    ]  # fmt: skip
    estimated = [row for row in rows if row is not None]
    if len(estimated) < len(rows):
        return None
    elective, emergency = (_cost(sources.context, row) for row in estimated)
    fewer, more = (sources.verdicts.of_row(row) for row in estimated)
    verdict = sources.verdicts.of(FEWER, Question.PATTERN, check=MORE, about=About.COSTS)
    return Pattern(verdict=verdict, elective=elective, emergency=emergency, fewer=fewer, more=more)


def _published(row: "pd.Series[Any]") -> PublishedCost:
    value, place = float(row["value"]), origin(row)
    text = change("ratio", value, value, value).signed() if row["scale"] == "ratio" else pounds(value)
    return PublishedCost(
        amount=Printed(text, f"costs.published.{row['evidence_id']}", Origin(place.place, place.step, place.data)),
        detail=str(row["detail"]), significant=str(row["significant"]), programme=str(row["programme"]),
        second_hand=row["certainty"] == "F-2nd",
    )  # fmt: skip
