"""What was counted on the way, in JSON, as it may be told."""

from collections.abc import Mapping
from typing import Any

from analysis.disclosure import POLICY, Policy
from analysis.prepare.events.fates import READ

# Parts of these files that count practices or clinicians, not persons or what happened to them.
OF_PRACTICES = ("told", "index_months")
# Parts that name somebody, and that no paper needs.
NAMES = ("named",)


def matching_counts(numbers: Mapping[str, Any], policy: Policy = POLICY) -> dict[str, Any]:
    """The numbers of the matching; each box of the flow is the sum of those that follow from it."""
    followed, all_followed = policy.parts({name: numbers[name] for name in ("cases_matched", "cases_unmatched")})
    outside, all_outside = policy.parts({"outside": numbers["too_early"] + numbers["too_late"]})
    rounded = counts(numbers, policy)
    flow = {"cases_followed": all_followed, "cases": all_followed + all_outside}
    # The flow shows both ways of being outside together.
    return rounded | followed | flow | {"too_early": outside["outside"], "too_late": 0}


def counts(facts: Mapping[str, Any], policy: Policy = POLICY) -> dict[str, Any]:
    """Every count of a file, however deep, as it may be told; counts of practices are exact, names are left out.

    The rows that were read of a table are the sum of what is shown of their fates.
    """
    return {
        name: value if name in OF_PRACTICES else _disclosed(value, policy)
        for name, value in facts.items()
        if name not in NAMES
    }


def _disclosed(value: Any, policy: Policy) -> Any:
    if isinstance(value, dict) and READ in value:
        shown, total = policy.parts({name: count for name, count in value.items() if name != READ})
        return {READ: total, **shown}
    if isinstance(value, dict):
        return counts(value, policy)
    if isinstance(value, list):
        return [_disclosed(each, policy) for each in value]
    return policy.count(value) if isinstance(value, int) and not isinstance(value, bool) else value
