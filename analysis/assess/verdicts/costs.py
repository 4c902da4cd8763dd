"""What the changes in activity cost: more or less whatever prices hold, and whether a known pattern is seen."""

from collections.abc import Iterator

from analysis.answers import About, Question
from analysis.assess.verdicts.judged import Basis, interval, judged
from analysis.assess.verdicts.rules import changes, readings
from analysis.estimates import NET_COST, one, pick
from analysis.verdicts import Verdict

# The pattern of the first national evaluation: fewer of the first, more of the second.
FEWER, MORE = "elective_admissions", "emergency_admissions"


def cost_verdicts(basis: Basis) -> Iterator[Verdict]:
    """The net cost over all prices of the plan, and the two costs of the pattern; nothing where none was worked out."""
    costs = pick(basis.estimates, term="cost")
    net = pick(costs, outcome=NET_COST)
    if one(net, specification="primary") is not None:
        rows = [row for _, row in net.iterrows()]
        verdict = readings.prices([changes.direction(*interval(row)) for row in rows])
        yield judged(
            rows, about=About.COSTS, subject=NET_COST, question=Question.PRICES, verdict=verdict, rule="prices"
        )  # fmt: skip
    sides = [one(costs, outcome=name, specification="primary") for name in (FEWER, MORE)]
    if all(side is not None for side in sides):
        signs = [float(side["estimate"]) for side in sides if side is not None]
        directions = [changes.direction(*interval(side)) for side in sides]
        verdict = readings.pattern((signs[0], directions[0]), (signs[1], directions[1]))
        yield judged(
            sides, about=About.COSTS, subject=FEWER, check=MORE, question=Question.PATTERN, verdict=verdict,
            rule="pattern",
        )  # fmt: skip
