"""What of the rules of spells is SQL: the columns of episodes and stays, rows that stand twice, and codes.

Each text is one query. They are chained by :mod:`analysis.prepare.hospital.spell_parts`, and each works on all rows of
some persons: a person's rows are never split. What follows of the order of a person's rows is in
:mod:`analysis.prepare.hospital.spell_kernel`.
"""

from analysis.plan.hospital import HospitalRules
from analysis.prepare.events.fates import canonical

# ASSUME: of rows with the same EPIKEY one is kept; the hash of the content says which, so that the order of the file
# does not matter.
UNIQUE = """
SELECT * FROM {source} AS episode
QUALIFY row_number() OVER (PARTITION BY episode_key ORDER BY began, ended, hash(episode)) = 1
"""
# Spells that were given have no key: one of those that are alike is kept.
UNLIKE = """
SELECT *, hash(stay) AS tie FROM {source} AS stay QUALIFY row_number() OVER (
  PARTITION BY patient_id, practice_id, admitted, discharged, admission_method, diagnosis_1, procedure_1
  ORDER BY hash(stay)) = 1
"""
# Columns of few texts: the number of each row's text is kept, and the texts once.
FEW = (
    "provider", "transit", "admission_method", "admission_source", "discharge_method", "destination", "practice_id",
    "diagnosis_1", "procedure_1", "state", "fate",
)  # fmt: skip
# Codes in capitals without dots, as analysis.prepare.hospital.condition_list reads them; only emergencies have a
# condition.
CODES = """
SELECT place, upper(replace(diagnosis_1, '.', '')) AS primary_diagnosis,
  upper(replace(procedure_1, '.', '')) AS primary_procedure,
  ' ' || upper(replace(other_diagnoses, '.', '')) AS secondary_diagnoses,
  ' ' || upper(replace(other_procedures, '.', '')) AS secondary_procedures
FROM {source} WHERE method = 'emergency'
"""
# By table: its columns with a list of codes, as the queries here call them.
CODED = {
    "episodes": {
        "ADMIMETH": "admission_method", "ADMISORC": "admission_source", "DISMETH": "discharge_method",
        "DISDEST": "destination",
    },
    "spells": {"method": "admission_method"},
}  # fmt: skip
CONDITION = "SELECT place, {condition} AS condition FROM {source}"
METHODS = ("emergency", "elective", "other")


def chained(query: str, *steps: str, **values: object) -> str:
    """One query of several, each reading from the one before it."""
    for step in steps:
        query = step.format(source=f"({query})", **values)
    return query


def episode_columns(names: list[str]) -> str:
    """The columns of an episode under plain names, many diagnoses and procedures in two texts."""
    return f"""
HESID AS patient_id, PROCODE3 AS provider, EPIKEY AS episode_key, hash(EPIKEY) AS key_hash, EPISTART AS began,
EPIEND AS ended, EPIORDER AS episode_order, ADMIDATE AS admitted, DISDATE AS discharged,
upper(ADMIMETH) AS admission_method, ADMISORC AS admission_source, DISMETH AS discharge_method, DISDEST AS destination,
TRANSIT AS transit, EPISTAT AS state, GPPRAC AS practice_id,
{packed("diagnosis", names, "DIAG_")}, {packed("procedure", names, "OPERTN_")}
"""


def spell_columns(names: list[str]) -> str:
    """The columns of a spell that was given as such, under the same names; it knows of no transfers."""
    return f"""
patient_id, CAST(NULL AS VARCHAR) AS provider, 1 AS episodes, practice_id, admitted, admitted AS began,
upper(method) AS admission_method, CAST(NULL AS VARCHAR) AS admission_source,
{packed("diagnosis", names, "diagnosis_")}, {packed("procedure", names, "procedure_")},
coalesce(discharged, admitted) AS ended, discharged, CAST(NULL AS VARCHAR) AS destination
"""


def packed(kind: str, names: list[str], stem: str) -> str:
    """The first code in a column of its own and all others in one text, so that rows stay narrow."""
    first, *others = [name for name in names if name.startswith(stem)] or ["CAST(NULL AS VARCHAR)"]
    plural = "diagnoses" if kind == "diagnosis" else "procedures"
    rest = f"concat_ws(' ', {', '.join(others)})" if others else "''"
    return f"nullif({first}, '-') AS {kind}_1, {rest} AS other_{plural}"


def method_of(code: str, rules: HospitalRules) -> str:
    """Emergency, elective or other, from a HES code or from the word itself."""
    kinds = {"emergency": rules.emergency, "elective": rules.elective}
    methods = (kind for kind, codes in kinds.items() if code in canonical(codes) or code.lower() == kind)
    return next(methods, "other")
