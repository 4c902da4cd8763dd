"""How hospital records become counts: the rules that a study may change."""

from typing import Annotated

from pydantic import Field, StringConstraints

from analysis.plan.terms import Plan

Code = Annotated[str, StringConstraints(pattern=r"^[0-9A-Z]{1,3}$")]

# What a reader calls the measures that hospital records or the reference pilots give, where no outcome says it.
MEASURES = {
    "acsc": "ambulatory-care-sensitive admissions",
    "ae": "A&E attendances",
    "bed_days": "bed days",
    "injury": "admissions after an injury",
    "other_admissions": "other admissions",
    "readmission_30": "emergency readmissions",
}


class HospitalRules(Plan):
    """How hospital records become admissions, attendances and readmissions."""

    conditions: str = Field(
        default="nhs_institute_19",
        pattern=r"^[a-z0-9_]+$",
        description="List of ambulatory-care-sensitive conditions in analysis/prepare/hospital/conditions.",
    )
    # ASSUME: 21 to 25, 28 and 2A to 2D are emergencies, 11 to 13 elective. Public code of NHS analysts has both lists;
    # the specification of ADMIMETH itself was not at hand. A day case is an elective admission of no nights: the codes
    # do not tell it apart.
    emergency: tuple[Code, ...] = Field(
        default=("21", "22", "23", "24", "25", "28", "2A", "2B", "2C", "2D"),
        description="ADMIMETH codes of emergency admissions.",
    )
    elective: tuple[Code, ...] = Field(
        default=("11", "12", "13"), description="ADMIMETH codes of elective admissions, day cases among them."
    )
    transfer_days: int = Field(
        default=3, ge=0, le=30, description="Most days between two spells of one continuous inpatient spell."
    )
    # ASSUME: every cause of the first stay counts, and so does every emergency cause of the return; official indicators
    # leave some specialties out, which these tables cannot tell.
    readmission_days: int = Field(
        default=30, ge=1, le=365, description="Days after discharge in which an emergency admission is a readmission."
    )
    # ASSUME: 5 (seen) and 6 (arrived late, and seen) are the attendances; 5 was found in public code, 6 was not.
    attended: tuple[Code, ...] = Field(default=("5", "6"), description="ATTENDED codes that count as an attendance.")
