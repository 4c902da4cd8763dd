"""Why something could not be estimated, as it may be told of protected persons."""

from typing import TYPE_CHECKING

from analysis.reason_codes import ReasonCode
from analysis.reasons import Why

if TYPE_CHECKING:
    import pandas as pd

# Reasons that say something of every person of a group: that nobody is left, or that something happened to none. That
# practices had no event is a nought, which may be told.
OF_EVERYBODY = frozenset(
    (
        ReasonCode.BAND_IS_EMPTY,
        ReasonCode.NO_COMPARISON_PATIENT,
        ReasonCode.NO_EVENT_CASES_AFTER,
        ReasonCode.NO_EVENT_CASES_BEFORE,
        ReasonCode.NO_EVENT_CONTROLS_AFTER,
        ReasonCode.NO_EVENT_CONTROLS_BEFORE,
        ReasonCode.NO_HEAVY_USER,
        ReasonCode.NO_PATIENT_IS_COMPLETE,
        ReasonCode.NO_PATIENT_WITH_CONTACTS,
        ReasonCode.NOBODY_DIED,
        ReasonCode.NOBODY_TO_COMPARE,
    )
)
FEW = Why(ReasonCode.FEW_PERSONS_OR_EVENTS)


def disclosed_reasons(missing: "pd.DataFrame") -> "pd.DataFrame":
    """What could not be estimated, where a reason that says something of everybody is one of any small number."""
    hidden = missing["reason"].isin(OF_EVERYBODY)
    return missing.assign(
        reason=missing["reason"].mask(hidden, FEW.code),
        reason_values=missing["reason_values"].mask(hidden, FEW.text),
    )
