"""The data contract: what each table of an evaluation data package must hold.

Columns beyond these are allowed, and ignored unless a check names them. Keys are unique; counts and denominators
are never negative.
"""

import pandas as pd
import pandera.pandas as pa

# A key is never empty.
KEY = {"min_value": 1}
MEASURES = [
    "percent_change", "rate_ratio", "rate_difference_per_1000_month", "points", "currency_gbp", "percent_growth",
    "hazard_ratio", "smd", "years", "direction_only", "mean_per_person_year", "log_rate_ratio",
    "percent_difference", "share", "points_per_log_list_size",
]  # fmt: skip
# Names are printed in the paper and in released tables, so none may be a formula, markup or a shortcode.
PLAIN = r"^([^\W_]([^\x00-\x1f\x7f<>{}\[\]@`*|\\$^~=!]{0,198}[^\s<>{}\[\]@`*|\\$^~=!])?)?$"
# No letters: they reverse, hide or break the text around them, so that what is read is not what is stored.
HIDDEN = r"[\x00-\x1f\x7f-\x9f\u00ad\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u2069\ufeff]"
# ASSUME: no number of a table is larger: there are fewer patients, GPs, events and pounds anywhere.
LARGE = 1e9
MONTH = r"^\d{4}-(0[1-9]|1[0-2])$"
MONTH_OR_EMPTY = r"^(\d{4}-(0[1-9]|1[0-2]))?$"


class Table(pa.DataFrameModel):
    """What every table shares: values are coerced to their type, text is text."""

    class Config:
        """Coerce rather than refuse what is safely converted."""

        coerce = True


class Sites(Table):
    """One row per pilot site."""

    site_id: str = pa.Field(unique=True, str_length=KEY, str_matches=PLAIN)
    name: str = pa.Field(str_matches=PLAIN)
    model: str = pa.Field(str_matches=PLAIN)
    start_month: str = pa.Field(str_matches=MONTH)


class Practices(Table):
    """One row per general practice; an empty site_id is a comparison practice."""

    practice_id: str = pa.Field(unique=True, str_length=KEY, str_matches=PLAIN)
    site_id: str = pa.Field(str_matches=PLAIN)
    region: str = pa.Field(str_length=KEY, str_matches=PLAIN)
    list_size: float = pa.Field(gt=0)
    imd: float = pa.Field(ge=0, nullable=True)
    gp_fte: float = pa.Field(ge=0, nullable=True)
    share_65plus: float = pa.Field(in_range={"min_value": 0, "max_value": 1}, nullable=True)


class Activity(Table):
    """One row per practice, month and measure: a count over a population."""

    practice_id: str = pa.Field(str_length=KEY, str_matches=PLAIN)
    month: str = pa.Field(str_matches=MONTH)
    measure: str = pa.Field(str_length=KEY, str_matches=PLAIN)
    count: int = pa.Field(ge=0)
    population: float = pa.Field(gt=0)

    @pa.dataframe_check(description="one row per practice_id, month and measure")
    def unique(cls, frame: pd.DataFrame) -> "pd.Series[bool]":
        """No key stands twice."""
        return ~frame.duplicated(["practice_id", "month", "measure"])


class Populations(Table):
    """One row per practice and month: the patients registered."""

    practice_id: str = pa.Field(str_length=KEY)
    month: str = pa.Field(str_matches=MONTH)
    population: float = pa.Field(gt=0)

    @pa.dataframe_check(description="one row per practice_id and month")
    def unique(cls, frame: pd.DataFrame) -> "pd.Series[bool]":
        """No key stands twice."""
        return ~frame.duplicated(["practice_id", "month"])


class Survey(Table):
    """One row per practice, wave and item: a share of the responses."""

    practice_id: str = pa.Field(str_length=KEY, str_matches=PLAIN)
    wave: str = pa.Field(str_matches=MONTH)
    item: str = pa.Field(str_length=KEY, str_matches=PLAIN)
    responses: int = pa.Field(gt=0)
    value: float = pa.Field(in_range={"min_value": 0, "max_value": 1})

    @pa.dataframe_check(description="one row per practice_id, wave and item")
    def unique(cls, frame: pd.DataFrame) -> "pd.Series[bool]":
        """No key stands twice."""
        return ~frame.duplicated(["practice_id", "wave", "item"])


class Patients(Table):
    """One row per patient of a matched-cohort study: those of the intervention, and candidates for their controls."""

    patient_id: str = pa.Field(unique=True, str_length=KEY, str_matches=PLAIN)
    practice_id: str = pa.Field(str_length=KEY, str_matches=PLAIN)
    age: int = pa.Field(in_range={"min_value": 0, "max_value": 120})
    sex: str = pa.Field(str_length=KEY, str_matches=PLAIN)
    imd: float = pa.Field(ge=0, nullable=True)
    conditions: int = pa.Field(ge=0)
    treated: int = pa.Field(isin=[0, 1])
    index_month: str = pa.Field(str_matches=MONTH_OR_EMPTY)
    death_month: str = pa.Field(str_matches=MONTH_OR_EMPTY)


class Persons(Table):
    """One row per person and year of an experiment; a study names the columns that it uses beyond these."""

    zper: str = pa.Field(str_length=KEY)
    year: int = pa.Field(ge=1)
    site: int
    plan: int
    coins: float = pa.Field(in_range={"min_value": 0, "max_value": 100})
    mdvis: int = pa.Field(ge=0)
    notmdvis: int = pa.Field(ge=0)
    totadm: int = pa.Field(ge=0)
    idp: int = pa.Field(isin=[0, 1])
    lpi: float
    fmde: float
    physlm: float
    disea: float = pa.Field(ge=0)
    hlthg: int = pa.Field(isin=[0, 1])
    hlthf: int = pa.Field(isin=[0, 1])
    hlthp: int = pa.Field(isin=[0, 1])
    lncoins: float = pa.Field(ge=0)

    @pa.dataframe_check(description="one row per zper and year")
    def unique(cls, frame: pd.DataFrame) -> "pd.Series[bool]":
        """No key stands twice."""
        return ~frame.duplicated(["zper", "year"])


class Evidence(Table):
    """One row per published estimate."""

    evidence_id: str = pa.Field(unique=True, str_matches=r"^[a-z0-9-]+$")
    study: str = pa.Field(str_length=KEY)
    programme: str = pa.Field(str_length=KEY)
    outcome: str = pa.Field(str_length=KEY)
    population: str
    measure: str = pa.Field(isin=MEASURES)
    estimate: float = pa.Field(nullable=True)
    ci_low: float = pa.Field(nullable=True)
    ci_high: float = pa.Field(nullable=True)
    p_value: float = pa.Field(nullable=True, in_range={"min_value": 0, "max_value": 1})
    direction: str = pa.Field(isin=["up", "down", "none", "mixed", ""])
    design: str = pa.Field(str_length=KEY)
    controlled: str = pa.Field(isin=["yes", "no"])
    role: str = pa.Field(isin=["estimate", "arm", "comparator"])
    certainty: str = pa.Field(isin=["F", "F-2nd", "F-code", "C"])

    @pa.dataframe_check(description="ci_low and ci_high hold the estimate")
    def interval(cls, frame: pd.DataFrame) -> "pd.Series[bool]":
        """An estimate lies within its interval."""
        return frame["ci_low"].isna() | frame["estimate"].between(frame["ci_low"], frame["ci_high"])


class UnitCosts(Table):
    """One row per activity and price year: what one of it costs, as published."""

    activity: str = pa.Field(str_matches=r"^[a-z][a-z0-9_]*$")
    label: str = pa.Field(str_length=KEY, str_matches=PLAIN)
    value_gbp: float = pa.Field(gt=0)
    high_gbp: float = pa.Field(gt=0, nullable=True)
    price_year: str = pa.Field(str_matches=r"^\d{4}(/\d{2})?$")
    source: str = pa.Field(str_length=KEY)
    certainty: str = pa.Field(isin=["F", "F-2nd", "F-code"])

    @pa.dataframe_check(description="one row per activity and price_year")
    def unique(cls, frame: pd.DataFrame) -> "pd.Series[bool]":
        """No key stands twice."""
        return ~frame.duplicated(["activity", "price_year"])

    @pa.dataframe_check(description="a range has high_gbp above value_gbp")
    def range(cls, frame: pd.DataFrame) -> "pd.Series[bool]":
        """Where a source gives a range, value_gbp is its lower end."""
        return frame["high_gbp"].isna() | (frame["high_gbp"] > frame["value_gbp"])
