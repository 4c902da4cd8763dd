"""Did the pilots change continuity, told in other ways: other indices, weights, models, and equal numbers of contacts.

Beside the plan's own estimate, which weights a practice by its patients: by contacts, so that each contact counts once,
and unweighted, so that each practice does; at equal numbers of contacts; with other minima of contacts; with other
indices; by logistic regression; and month by month. Shares of a survey by logistic regression too. Beside these, what
continuity was at each site before and after.

``python -m analysis.estimate.continuity.continuity_checks --help``
"""

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from analysis.estimate.continuity.composition import Subject, composition, contact_cells, contacts_per_patient
from analysis.estimate.continuity.continuity import POPULATION, item_rows, share_labels
from analysis.estimate.continuity.continuity_events import effects_by_month, monthly_event_study
from analysis.estimate.continuity.site_continuity import by_site
from analysis.estimates import Estimate, Row, write_part
from analysis.plan.continuity import INDICES, LIST_INDICES, ContactRules, Continuity
from analysis.reason_codes import ReasonCode
from analysis.reasons import NotEstimable
from analysis.steps import AsJson, Paths, command
from analysis.tables import read_table, union

if TYPE_CHECKING:
    import pandas as pd


def continuity_checks(
    *,
    panel: Path,
    patients: Path,
    months: Path,
    asked: Annotated[Continuity, AsJson],
    rules: Annotated[ContactRules, AsJson],
    index: str,
    population: str,
    confidence: float,
    out: Path,
    survey: Paths = (),
    items: dict[str, str] | None = None,
) -> None:
    """Estimate the pilots' effect on continuity in other ways.

    Parameters
    ----------
    panel : Path
        Indices by practice and window.
    patients : Path
        Indices by patient and window.
    months : Path
        Contacts by practice and month.
    asked : Continuity
        What is asked of continuity; as JSON.
    rules : ContactRules
        Which contacts count; as JSON.
    index : str
        The index of the outcome that is asked about.
    population : str
        Whom the index is about.
    confidence : float
        Confidence level of the intervals.
    out : Path
        Rows of the table of estimates.
    survey : tuple of Path
        The survey panel, where the study has survey outcomes.
    items : dict
        By survey outcome, the item in the survey; as JSON.
    """
    frame, lineage = read_table(panel)
    by_practice, monthly = read_table(months)
    subject = Subject(asked.outcome, index, population, confidence)
    # The table of patients comes from the step that made the panel, so from the same data.
    least = min(rules.fewest, *rules.fewest_shown)
    cells = contact_cells(patients, frame[frame["item"] == index], index, least, out)
    rows = [
        *composition(cells, asked, rules, subject),
        *contacts_per_patient(cells, rules, subject),
        *_of_practices(frame, asked, subject),
        *effects_by_month(by_practice, subject, registered="slicc" in (index, *asked.indices)),
        *monthly_event_study(by_practice, asked.bin_months, subject),
        *by_site(frame, subject),
    ]
    for path in survey:
        shares, source = read_table(path)
        rows += survey_rows(shares, items or {}, confidence)
        lineage = union(lineage, source)
    write_part(out, rows, union(lineage, monthly), __spec__)


def survey_rows(survey: "pd.DataFrame", items: dict[str, str], confidence: float) -> list[Row]:
    """The effect on each survey share by logistic regression of its counts: share times responses, of responses."""
    rows: list[Row] = []
    for name, item in items.items():
        subject = Subject(name, item, POPULATION, confidence)
        make = partial(_logit, survey, subject, "binomial_logit")
        rows += subject.attempted("binomial_weights", make, estimator="binomial_logit")
    return rows


def _of_practices(panel: "pd.DataFrame", plan: Continuity, subject: Subject) -> list[Row]:
    """What the panel of practices and windows tells: unweighted, logistic, and other indices."""
    others = [each for each in plan.indices if each != subject.index]
    return [
        *subject.attempted("unweighted", partial(_unweighted, panel, subject)),
        *subject.attempted(
            "fractional_logit", partial(_logit, panel, subject, "fractional_logit"), estimator="fractional_logit"
        ),
        *(row for each in others for row in subject.attempted(f"index_{each}", partial(_other, panel, each, subject))),
    ]


def _unweighted(panel: "pd.DataFrame", subject: Subject) -> Estimate:
    return subject.effect(item_rows(panel, subject.index).assign(responses=1.0))


def _logit(panel: "pd.DataFrame", subject: Subject, estimator: str) -> Estimate:
    from analysis.estimate.models.fractional import logit_effect

    rows = item_rows(panel, subject.index)
    labels = share_labels(rows, subject.name, subject.population) | {"estimator": estimator}
    return logit_effect(rows, subject.confidence, **labels)


def _other(panel: "pd.DataFrame", index: str, subject: Subject) -> Estimate:
    if index in LIST_INDICES and not (panel["item"] == index).any():
        raise NotEstimable(
            ReasonCode.REGISTERED_GP_UNKNOWN,
            "add the table of registrations with each patient's GP, or take the index out of `continuity.indices`",
            index=INDICES[index],
        )
    return subject.effect(item_rows(panel, index))


if __name__ == "__main__":
    command(continuity_checks)
