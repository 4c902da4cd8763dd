"""All connectors by name."""

from analysis.pull.connectors.base import Connector
from analysis.pull.connectors.deprivation import Deprivation
from analysis.pull.connectors.fingertips import Fingertips
from analysis.pull.connectors.gp_patient_survey import GPPatientSurvey
from analysis.pull.connectors.nhs_payments import NHSPayments
from analysis.pull.connectors.patients_registered import PatientsRegistered
from analysis.pull.connectors.practice_register import PracticeRegister
from analysis.pull.connectors.practice_table import PracticeTable
from analysis.pull.connectors.workforce import Workforce
from analysis.steps import Problem

CONNECTORS: dict[str, Connector] = {
    each.name: each
    for each in (
        GPPatientSurvey(), Fingertips(), PatientsRegistered(), NHSPayments(), Workforce(), PracticeRegister(),
        Deprivation(), PracticeTable(),
    )
}  # fmt: skip


def connector(name: str) -> Connector:
    """The connector with this name.

    Raises
    ------
    Problem
        When there is none.
    """
    if name not in CONNECTORS:
        raise Problem(
            f"There is no connector `{name}`; there are {', '.join(CONNECTORS)}.",
            "correct `connector` of the data set in data/raw/datasets.yaml",
        )
    return CONNECTORS[name]
