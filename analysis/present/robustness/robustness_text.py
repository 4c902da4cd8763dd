"""The parts of a paper that follow from the designs and checks of its plan: methods, results, annex of checklists."""

from collections.abc import Callable, Sequence

from analysis.plan.sensitivity import Checks
from analysis.present.designs.design_rows import asked, compared
from analysis.present.provenance.address import slug
from analysis.present.provenance.context import Outcomes
from analysis.wording import sentence

DESIGN_METHODS = {
    "staggered": "designs/methods-staggered",
    "synthetic_control": "designs/methods-synthetic-control",
    "interrupted_time_series": "designs/methods-interrupted",
}


def told_outcomes(outcomes: Outcomes, checks: Checks, methods: Sequence[str]) -> list[str]:
    """The outcomes whose robustness is told: those that are checked, and those whose uncertainty is told anew."""
    family = [name for name, each in outcomes.items() if each.primary] or list(outcomes)
    every = [name for check in checks.values() for name in check.outcomes] + family * bool(methods)
    return [name for name in outcomes if name in every]


def design_methods(outcomes: Outcomes, checks: Checks, methods: Sequence[str], *, costs: bool) -> str:
    """The sections on the other designs of the plan, on inference, checks and costs; empty where it has none."""
    used = {design for outcome in outcomes.values() for design in asked(outcome)}
    names = [name for design, name in DESIGN_METHODS.items() if design in used]
    names += ["inference/methods"] * bool(methods) + _check_methods(checks)
    names += ["costs/methods"] * costs
    several = bool(checks or methods or compared(outcomes))
    return "\n\n".join(include(f"/sections/{name}.qmd") for name in [*["designs/methods"] * several, *names])


def _check_methods(checks: Checks) -> list[str]:
    """The sections on the checks that the plan has, and on no other."""
    kinds = {check.kind for check in checks.values()}
    dispersion = any(check.kind == "estimator" and check.estimator == "quasi_poisson" for check in checks.values())
    own = {
        "dispersion": dispersion,
        "groups": "heterogeneity" in kinds,
        "trends": "parallel_trends" in kinds,
        "confounder": "confounder" in kinds,
        "curve": "curve" in kinds,
    }
    return ["robustness/methods", *(f"robustness/methods-{name}" for name, has in own.items() if has)] if checks else []


def design_results(outcomes: Outcomes, *, costs: bool) -> str:
    """The sections on the same outcome by every design, and on costs; empty where the plan has neither."""
    several = compared(outcomes)
    told = [include("/sections/designs/results.qmd")] * bool(several)
    told += [var(f"designs.{name}.agree") for name in several]
    told += [var(f"designs.{name}.patients") for name in list(several)[:1]]
    # The weights follow from who started when, so they are much the same for every outcome.
    told += [var(f"designs.{name}.weights") for name in list(several)[:1]]
    told += [include("/figures/designs.md"), include("/tables/designs.md")] * bool(several)
    told += [include("/sections/costs/results.qmd")] * costs
    return "\n\n".join(told)


def robustness_results(outcomes: Outcomes, checks: Checks, methods: Sequence[str]) -> str:
    """The section that asks whether findings survive a sceptic; empty where the plan has no check."""
    names = told_outcomes(outcomes, checks, methods)
    told = [include("/sections/robustness/results.qmd")] * bool(names)
    told += [_outcome(name, outcomes[name].label, checks) for name in names if _checked(name, checks)]
    told += [include("/sections/robustness/groups.qmd"), include("/tables/groups.md")] * bool(grouped(checks))
    if methods and names:
        said = [_uncertainty(name, outcomes[name].label) for name in names]
        told += [include("/sections/inference/results.qmd"), *said, include("/tables/inference.md")]
    return "\n\n".join(told)


def _uncertainty(name: str, label: str) -> str:
    return f"*{sentence(label)}.* {var(f'robustness.{name}.inference')} {var(f'outcomes.{name}.caution')}"


def grouped(checks: Checks) -> Checks:
    """The checks that ask who benefits."""
    return {name: check for name, check in checks.items() if check.kind == "heterogeneity"}


def _checked(name: str, checks: Checks) -> bool:
    return any(name in check.outcomes for check in checks.values())


def _outcome(name: str, label: str, checks: Checks) -> str:
    key, place = f"robustness.{name}", slug(name)
    drawn = any(check.kind == "curve" and name in check.outcomes for check in checks.values())
    told = [
        f"## {sentence(label)}: does it hold? {{#sec-robustness-{place}}}",
        f"{var(f'{key}.summary')} {var(f'{key}.detail')}",
        var(f"{key}.doubts") + f" @fig-curve-{place} shows every combination." * drawn,
        f"@tbl-sensitivity-{place} has a line for each check.",
    ]
    told += [include(f"/figures/curve-{place}.md")] * drawn
    return "\n\n".join([*told, include(f"/tables/sensitivity-{place}.md")])


def checklists(letter: str) -> str:
    """The annex of reporting checklists."""
    heading = f"# Annex {letter}: reporting checklists {{#sec-annex-checklists .unnumbered}}"
    return f"{heading}\n\n{include('/sections/document/annex-checklist.qmd')}"


def var(key: str) -> str:
    """The shortcode of a variable."""
    return f"{{{{< var {key} >}}}}"


include: Callable[[str], str] = "{{{{< include {} >}}}}".format
